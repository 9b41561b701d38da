"""What a command line is about: the program or the document that it names, its values and its output."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from .arguments import InputError, Request

if TYPE_CHECKING:
    from .document.diagram import Diagram
    from .engine.trace import Trace
    from .graph.graph import Graph, Value

LARGEST_INPUT = 100_000_000  # bytes


def values_of(request: Request) -> dict[str, Value]:
    from .graph.graph import GraphError
    from .graph.values import parse_value

    values = {}
    for name, text in request.values.items():
        try:
            values[name] = parse_value(text)
        except GraphError as error:
            raise InputError(f"{name}: {error}") from None
    return values


def opened(request: Request) -> Graph | Diagram:
    """What a command is about, with its values and its output."""
    if request.source is None:
        raise InputError(f'a program or a file is missing, as in: bpviz {request.command} "x*y" x=2 y=3')
    values = values_of(request)
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
    refuse_missing(source)
    return source


def refuse_missing(source: str) -> None:
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


def graph_of(source: Graph | Diagram) -> Graph:
    """The graph of a document, or the graph itself."""
    from .graph.graph import Graph

    return source if isinstance(source, Graph) else source.graph


def traced(request: Request) -> Trace:
    """The run of the graph.  Raises InputError when an input that the output needs has no value."""
    from .engine.trace import run

    graph = graph_of(opened(request))
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
