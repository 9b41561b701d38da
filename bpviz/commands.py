"""What the commands do.  Each imports what it needs when it runs: numpy must not keep the window waiting."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from .arguments import InputError, Request
from .reading import graph_of, opened, refuse_missing, traced, values_of

if TYPE_CHECKING:
    from .engine.steps import Floats
    from .engine.trace import Trace
    from .graph.graph import NodeId

Number = TypeVar("Number", int, float)
MOST_CHECKED = 100_000_000  # numbers that `check` computes for one input, in about a second


def refuse(message: str) -> int:
    """Says what is wrong, in one line."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print("bpviz:", " ".join(message.split()), file=sys.stderr, flush=True)
    return 2


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
            return refuse(f"{graph.spoken(broken[0].node)}: {broken[0].reason}{more}")
    return 0 if trace.has_backward else refuse(trace.troubles[output])


def _grad(request: Request) -> int:
    from .engine.work import costs, in_words
    from .export.report import costs_object, grad_object, grad_table

    trace = traced(request)
    inputs = [node.id for node in trace.graph.leaves() if node.id in trace.plan.row_of]
    paid = costs(trace.plan, inputs) if "--costs" in request.options and inputs and trace.has_backward else None
    if "--json" in request.options:
        told = grad_object(trace) | ({"costs": costs_object(paid)} if paid else {})
        print(json.dumps(told, ensure_ascii=False))
    else:
        print("\n".join([*grad_table(trace), *([in_words(paid)] if paid else [])]))
    return _outcome(trace)


def _steps(request: Request) -> int:
    from .engine.explain import sentence
    from .export.report import event_object

    trace = traced(request)
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

    trace = traced(request)
    checks = check(trace, MOST_CHECKED)
    print("\n".join(check_lines(trace, checks) or ["there are no inputs to check"]))
    status = _outcome(trace)
    return 1 if any(found.verdict is Verdict.DIFFERS for found in checks) else status


def _diagnose(request: Request) -> int:
    from .engine.diagnosis import diagnose
    from .export.report import findings_object

    trace = traced(request)
    findings = diagnose(trace)
    if "--json" in request.options:
        print(json.dumps(findings_object(trace, findings), ensure_ascii=False))
    else:
        print("\n".join(finding.sentence for finding in findings) or "nothing stands out")
    return _outcome(trace)


def _derive(request: Request) -> int:
    from .engine.derive import derive
    from .engine.symbolic import simplest
    from .export.report import derivative_text

    graph = graph_of(opened(request))
    inputs = [node.name for node in graph.leaves()]
    name = request.options.get("--wrt") or (inputs[0] if len(inputs) == 1 else "")
    if not name:
        raise InputError(f"by which input? add --wrt {inputs[0]}" if inputs else "there is no input to derive by")
    derived = derive(graph, [graph.find(name)], as_shown=True)
    (gradient,) = derived.gradients.values()
    simpler = simplest(derived.graph, gradient)
    print(derivative_text(simpler or derived.graph, as_latex="--latex" in request.options))
    return 0


def _jacobian(request: Request) -> int:
    from .engine.jacobians import jacobian

    trace = traced(request)
    assert trace.output is not None
    wrt = _by_inputs(request, trace)
    if (status := _outcome(trace)) != 0:
        return status
    return _matrix(request, trace, "jacobian", wrt, jacobian(trace.graph, trace.output, wrt))


def _hessian(request: Request) -> int:
    from .engine.jacobians import hessian

    trace = traced(request)
    wrt = _by_inputs(request, trace)
    if (status := _outcome(trace)) != 0:
        return status
    return _matrix(request, trace, "hessian", wrt, hessian(trace.graph, wrt))


def _by_inputs(request: Request, trace: Trace) -> list[NodeId]:
    """The nodes that `--wrt x,y` names, or all inputs."""
    named = request.options.get("--wrt")
    if named is None:
        found = [node.id for node in trace.graph.leaves()]
        if not found:
            raise InputError("there is no input to derive by")
        return found
    names = [name.strip() for name in named.split(",") if name.strip()]
    if len(set(names)) < len(names):
        raise InputError(f"--wrt names an input twice: {named}")
    return [trace.graph.find(name) for name in names]


def _matrix(request: Request, trace: Trace, kind: str, wrt: list[NodeId], matrix: Floats) -> int:
    """Prints a Jacobian or a Hessian."""
    from .export.report import matrix_lines, matrix_object

    if "--json" in request.options:
        print(json.dumps(matrix_object(trace, kind, wrt, matrix), ensure_ascii=False))
    else:
        print("\n".join(matrix_lines(trace, kind, wrt, matrix)))
    is_finite = all(map(math.isfinite, matrix.flat))  # not the sum: that of finite numbers may be too large
    return 0 if is_finite else refuse(f"the {kind} has entries that are no finite numbers")


def _export(request: Request) -> int:
    path, options = request.options.get("-o"), request.options
    if path is None:
        raise InputError("where should the picture go? add -o picture.png, or .svg, or .pdf")
    step = _number(int, "--step", options["--step"]) if "--step" in options else None
    scale = _number(float, "--scale", options.get("--scale", "1"))
    source = opened(request)
    from .ui.picture import export_graph

    theme, transparent = options.get("--theme", "light"), "--transparent" in options
    way = options.get("--direction")
    export_graph(source, path, step=step, theme=theme, scale=scale, transparent=transparent, direction=way)
    return 0


def _number(kind: Callable[[str], Number], option: str, text: str) -> Number:
    try:
        return kind(text)
    except ValueError:
        from .graph.naming import quoted

        needed = "a whole number" if kind is int else "a number"
        raise InputError(f"{option} needs {needed}, not {quoted(text[:60])}") from None


def _window(request: Request) -> int:
    if request.source == "-":
        raise InputError("the window opens a file or a program; - is for the commands that print")
    if _is_without_display():
        raise InputError(
            "there is no display to open the window on; a picture needs none: bpviz export PROGRAM -o picture.png"
        )
    refuse_missing(request.source or "")
    values = values_of(request) if request.values else {}
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
    "diagnose": _diagnose,
    "derive": _derive,
    "jacobian": _jacobian,
    "hessian": _hessian,
    "export": _export,
}
