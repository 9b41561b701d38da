"""The command line: `bpviz grad "q = x + y; f = q * z" x=-2 y=5 z=-4 --json`.

Exit status 0; 1 when a check fails; 2 for bad input, with one line `bpviz: …` on standard error.  Each
command imports what it needs when it runs: numpy and networkx must not keep the window waiting.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, TextIO, TypeVar

from .arguments import HELP, InputError, Request, understood

if TYPE_CHECKING:
    from .document.diagram import Diagram
    from .engine.trace import Trace
    from .graph.graph import Graph, Value

Number = TypeVar("Number", int, float)
LARGEST_INPUT = 100_000_000  # bytes
MOST_CHECKED = 100_000_000  # numbers that `check` computes for one input, in about a second


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status."""
    try:
        for stream in (sys.stdout, sys.stderr):
            _prepare(stream)
        status = _run(understood(sys.argv[1:] if argv is None else argv))
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        _abandon_output()
        return 0
    except OSError as error:
        _abandon_output()
        return _refuse(f"the output cannot be written: {(error.strerror or str(error)).lower()}")
    except MemoryError:
        return _refuse("there is not enough memory for this")
    except ValueError as error:
        if not _is_for_the_user(error):
            raise
        return _refuse(str(error))


def _prepare(stream: TextIO | None) -> None:
    """Files and pipes get UTF-8; a terminal that lacks a sign shows its number instead of failing."""
    if stream is not None and hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _is_for_the_user(error: ValueError) -> bool:
    from .document.atomic import FileError
    from .graph.graph import GraphError

    return isinstance(error, InputError | FileError | GraphError)


def _refuse(message: str) -> int:
    """Says what is wrong, in one line."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print("bpviz:", " ".join(message.split()), file=sys.stderr, flush=True)
    return 2


def _abandon_output() -> None:
    """Lets what is still buffered go nowhere, so that Python does not fail again when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(request: Request) -> int:
    if "--help" in request.options or "-h" in request.options:
        print(HELP[request.command])
        return 0
    if "--version" in request.options:
        from . import __version__

        print(f"bpviz {__version__}")
        return 0
    return COMMANDS[request.command](request)


# What a command is about


def _values(request: Request) -> dict[str, Value]:
    from .graph.graph import GraphError
    from .graph.values import parse_value

    values = {}
    for name, text in request.values.items():
        try:
            values[name] = parse_value(text)
        except GraphError as error:
            raise InputError(f"{name}: {error}") from None
    return values


def _opened(request: Request) -> Graph | Diagram:
    """What a command is about, with its values and its output."""
    if request.source is None:
        raise InputError(f'a program or a file is missing, as in: bpviz {request.command} "x*y" x=2 y=3')
    values = _values(request)
    read = _read(request.source)
    graph = _parsed(read, values, request.source) if isinstance(read, str) else read.graph.with_inputs(values)
    if name := request.options.get("--output"):
        graph = graph.with_output(graph.find(name))
    return graph if isinstance(read, str) else replace(read, graph=graph)


def _parsed(text: str, values: Mapping[str, Value], source: str) -> Graph:
    from .graph.parse import parse
    from .graph.spellings import ExpressionError

    try:
        return parse(text, values)
    except ExpressionError as error:
        if text is source and re.search(r"^[.~]?/|^\w:\\|\.(txt|py|json|md)$", source):
            raise InputError(f"there is no file {source}, and it is no program: {error}") from None
        raise


def _read(source: str) -> str | Diagram:
    """A program or a document, from standard input, from a file, or as it stands."""
    if source == "-":
        if sys.stdin is None:
            raise InputError("there is no standard input")
        return _decoded(_bytes(sys.stdin.buffer, "standard input"), "standard input")
    if os.path.exists(source):
        try:
            with open(source, "rb") as file:
                return _decoded(_bytes(file, source), source)
        except OSError as error:
            raise InputError(f"cannot open {source}: {(error.strerror or str(error)).lower()}") from None
    _refuse_missing(source)
    return source


def _refuse_missing(source: str) -> None:
    """A document that is not there is not taken for a program."""
    if source.endswith(".bpviz") and not os.path.exists(source):
        raise InputError(f"cannot open {source}: there is no such file")


def _bytes(stream: BinaryIO, place: str) -> bytes:
    data = stream.read(LARGEST_INPUT + 1)
    if len(data) > LARGEST_INPUT:
        raise InputError(f"{place} is larger than {LARGEST_INPUT // 1_000_000} MB")
    return data


def _decoded(data: bytes, place: str) -> str | Diagram:
    if place.endswith(".bpviz") or data.lstrip().startswith(b"{"):
        from .document.atomic import FileError
        from .document.file import loads

        try:
            return loads(data)
        except FileError as error:
            raise InputError(f"cannot open {place}: {error}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{place} is not a text in UTF-8: byte {error.start + 1} is no part of one") from None


def _traced(request: Request) -> Trace:
    """The run of the graph.  Raises InputError when an input that the output needs has no value."""
    from .engine.trace import run
    from .graph.graph import Graph

    opened = _opened(request)
    graph = opened if isinstance(opened, Graph) else opened.graph
    if graph.result is None:
        raise InputError("the graph is empty")
    missing = [node for node in graph.leaves() if node.value is None]
    if missing:
        needed = graph.structure.ancestors(graph.result)
        names = [node.name for node in missing if node.id in needed]
        if names:
            told = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
            verb = "have" if names[1:] else "has"
            raise InputError(f"{told} {verb} no value: add {' '.join(f'{name}=NUMBER' for name in names)}")
    return run(graph)


def _outcome(trace: Trace) -> int:
    """The exit status of a run: 2, and the reason said, when the output has no value or its gradients
    broke."""
    graph, output = trace.graph, trace.output
    assert output is not None
    if trace.failures:
        needed = graph.structure.ancestors(output)
        broken = [failure for failure in trace.failures if failure.node in needed]
        if broken:
            more = f" (and {len(broken) - 1} more)" if broken[1:] else ""
            return _refuse(f"{graph.spoken(broken[0].node)}: {broken[0].reason}{more}")
    return 0 if trace.has_backward else _refuse(trace.troubles[output])


# Commands


def _grad(request: Request) -> int:
    from .export.report import grad_object, grad_table

    trace = _traced(request)
    if "--json" in request.options:
        print(json.dumps(grad_object(trace), ensure_ascii=False))
    else:
        print("\n".join(grad_table(trace)))
    return _outcome(trace)


def _steps(request: Request) -> int:
    from .engine.explain import sentence
    from .export.report import event_object

    trace = _traced(request)
    width = len(str(len(trace)))
    for i, event in enumerate(trace):
        if "--json" in request.options:
            print(json.dumps(event_object(trace, i, event), ensure_ascii=False))
        else:
            print(f"{i + 1:>{width}}  {sentence(trace, i)}")
    return _outcome(trace)


def _check(request: Request) -> int:
    from .engine.check import Verdict, check
    from .export.report import check_lines

    trace = _traced(request)
    checks = check(trace, MOST_CHECKED)
    print("\n".join(check_lines(trace, checks) or ["there are no inputs to check"]))
    status = _outcome(trace)
    return 1 if any(found.verdict is Verdict.DIFFERS for found in checks) else status


def _export(request: Request) -> int:
    path, options = request.options.get("-o"), request.options
    if path is None:
        raise InputError("where should the picture go? add -o picture.png, or .svg, or .pdf")
    step = _number(int, "--step", options["--step"]) if "--step" in options else None
    scale = _number(float, "--scale", options.get("--scale", "1"))
    opened = _opened(request)
    from .ui.picture import export_graph

    theme, transparent = options.get("--theme", "light"), "--transparent" in options
    export_graph(opened, path, step=step, theme=theme, scale=scale, transparent=transparent)
    return 0


def _number(kind: Callable[[str], Number], option: str, text: str) -> Number:
    try:
        return kind(text)
    except ValueError:
        needed = "a whole number" if kind is int else "a number"
        raise InputError(f"{option} needs {needed}, not {text[:60]!r}") from None


def _window(request: Request) -> int:
    if request.source == "-":
        raise InputError("the window opens a file or a program; - is for the commands that print")
    if _is_without_display():
        raise InputError(
            "there is no display to open the window on; a picture needs none: bpviz export PROGRAM -o picture.png"
        )
    _refuse_missing(request.source or "")
    values = _values(request) if request.values else {}
    try:
        from .ui.app import main as open_window
    except ImportError as error:
        raise InputError(f"the window cannot be opened: {error}") from None
    return open_window(request.source, values)


def _is_without_display() -> bool:
    """Whether Qt would find no screen and abort."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


COMMANDS: Mapping[str, Callable[[Request], int]] = {
    "": _window,
    "grad": _grad,
    "steps": _steps,
    "check": _check,
    "export": _export,
}
