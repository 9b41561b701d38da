"""Diagram ⇄ versioned JSON, one node a line, so that differences read well."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from ..graph.graph import Graph, GraphError, Node, as_value
from ..graph.layout import Direction
from ..graph.naming import quoted
from ..ops import OPS, Op, OpError
from . import annotation_records as beside
from .annotation_records import FARTHEST, FrameRecord, NoteRecord, RouteRecord
from .atomic import FileError, why, write_atomically
from .bookmarks import Anchor, Bookmark, Happened
from .diagram import Diagram
from .group_records import (
    GroupRecord,
    OperationRecord,
    group_records,
    groups_of,
    operation_records,
    operations_of,
)

VERSION = 6  # 2 added bookmarks; 3 frames, notes, routes of wires, pins, and groups; 4 frames and notes in groups;
# 5 the direction of wires; 6 the order of ports on the cards of groups
LARGEST_FILE = 100_000_000  # bytes
MOST_NODES = 500_000  # of a file: so many take seconds, and most of a gigabyte
SUFFIX = ".bpviz"

_Id: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]  # what every JSON reader holds exactly


class _Node(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A node as the file has it; `at` is the top left corner of its card."""

    id: _Id
    op: str
    at: tuple[float, float]
    name: str = ""
    inputs: list[_Id | None] = []
    attributes: dict[str, Any] = {}
    value: float | list[Any] | None = None


class _Bookmark(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A bookmark as the file has it: after what it is, at which node and input, and the note."""

    after: Literal["nothing", "computed", "seeded", "sent", "added"]
    node: _Id | None = None
    slot: Annotated[int, msgspec.Meta(ge=0)] = 0
    note: str = ""


class _Header(msgspec.Struct):
    """What every version of the format begins with."""

    format: Literal["bpviz"]
    version: int


class _File(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal["bpviz"]
    version: int
    nodes: Annotated[list[_Node], msgspec.Meta(max_length=MOST_NODES)]
    output: _Id | None = None
    direction: Literal["right", "down"] = "right"
    bookmarks: list[_Bookmark] = []
    frames: list[FrameRecord] = []
    notes: list[NoteRecord] = []
    routes: list[RouteRecord] = []
    pinned: list[_Id] = []
    groups: list[GroupRecord] = []
    operations: list[OperationRecord] = []


def dumps(diagram: Diagram) -> str:
    """A diagram as the text of a file."""
    output = "null" if diagram.graph.output is None else str(diagram.graph.output)
    marks = [
        _Bookmark(mark.anchor.happened.value, mark.anchor.node, mark.anchor.slot, mark.note)
        for mark in diagram.bookmarks
    ]
    parts = [
        '"format": "bpviz"',
        f'"version": {VERSION}',
        f'"output": {output}',
        *([f'"direction": "{diagram.direction.value}"'] if diagram.direction is not Direction.RIGHT else []),
        f'"nodes": {_listed(_stored(diagram))}',
        *([f'"bookmarks": {_listed(marks)}'] if marks else []),
        *(f'"{name}": {_listed(held)}' for name, held in beside.records(diagram)),
        *([f'"groups": {_listed(group_records(diagram.groups))}'] if diagram.groups else []),
        *([f'"operations": {_listed(operation_records(diagram.operations))}'] if diagram.operations else []),
    ]
    return "{\n  " + ",\n  ".join(parts) + "\n}\n"


def _stored(diagram: Diagram) -> Iterator[_Node]:
    """All nodes as they are written."""
    positions, nodes = diagram.positions, diagram.graph.nodes.values()
    given = {op: (op.name, op.given) for op in {node.op for node in nodes}}
    for node in nodes:
        (name, attributes), value = given[node.op], node.value
        stored = value if value is None or isinstance(value, float) else value.tolist()
        yield _Node(node.id, name, positions[node.id], node.name, list(node.inputs), attributes, stored)


def _listed(records: Iterable[Any]) -> str:
    """Records one a line."""
    lines = list(map(msgspec.json.Encoder().encode, records))
    return "[\n    " + b",\n    ".join(lines).decode() + "\n  ]" if lines else "[]"


def loads(data: bytes) -> Diagram:
    """The diagram in the bytes of a file.  Raises FileError, which names the place, for anything that is not one."""
    if data.count(b'"op"') > MOST_NODES:
        raise FileError(f"it has more than {MOST_NODES:,} nodes")
    try:
        header = msgspec.json.decode(data, type=_Header)
        if header.version > VERSION:
            raise FileError(
                f"it was written by a newer bpviz (format {header.version}; this one reads up to {VERSION}): "
                "please update bpviz"
            )
        if header.version < 1:
            raise FileError(f"there is no format {header.version}")
        stored = msgspec.json.decode(data, type=_File)
    except msgspec.ValidationError as error:
        raise FileError(f"it is not a bpviz document: {_spoken(error)}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileError(f"it is damaged or not a bpviz document: {_spoken(error)}") from None
    except RecursionError:
        raise FileError("it is damaged: lists are nested too deeply") from None
    return _diagram(stored)


_SAID = {
    "Input data was truncated": "it ends too early",
    "JSON is malformed": "it is not JSON",
    "Expected": "expected",
    "Object missing": "an object is missing its",
    "Object contains": "an object has an",
    "Invalid": "an invalid",
    "Number": "a number",
    "`object`": "an object",
    "`array`": "a list",
    "required field": "field",
}


def _spoken(error: Exception) -> str:
    """The library's words in ours."""
    text = str(error)
    for theirs, ours in _SAID.items():
        text = text.replace(theirs, ours)
    return text


def _diagram(stored: _File) -> Diagram:
    nodes = []
    for number, held in enumerate(stored.nodes):
        place = f"$.nodes[{number}]"
        if held.op not in OPS:
            raise FileError(f"there is no operation {quoted(held.op)} - at {place}.op")
        op = _with_attributes(OPS[held.op], held, place)
        if max(map(abs, held.at)) > FARTHEST:
            raise FileError(f"a card lies farther than {FARTHEST:,.0f} from the middle - at {place}.at")
        if held.value is not None and not op.is_leaf:
            raise FileError(f"only inputs hold a value - at {place}.value")
        try:
            value = None if held.value is None else as_value(held.value)
        except GraphError as error:
            raise FileError(f"{error} - at {place}.value") from None
        nodes.append(Node(held.id, op, tuple(held.inputs), value, held.name))
    try:
        graph = Graph(nodes, stored.output)
    except GraphError as error:
        raise FileError(str(error)) from None
    marks = [Bookmark(Anchor(Happened(mark.after), mark.node, mark.slot), mark.note) for mark in stored.bookmarks]
    diagram = Diagram(
        graph,
        {held.id: held.at for held in stored.nodes},
        tuple(marks),
        frames=beside.frames_of(stored.frames),
        notes=beside.notes_of(stored.notes),
        routes=beside.routes_of(stored.routes),
        pinned=frozenset(stored.pinned),
        groups=groups_of(stored.groups, graph, FARTHEST),
        operations=operations_of(stored.operations),
        direction=Direction(stored.direction),
    )
    beside.check(stored.frames, stored.notes, stored.routes, diagram)
    return diagram


def _with_attributes(op: Op, held: _Node, place: str) -> Op:
    """The operation for as many inputs as there are, with its attributes."""
    try:
        return op.with_(max(len(held.inputs), 1) if op.is_variadic else None, **held.attributes)
    except OpError as error:
        raise FileError(f"{op.name} {error} - at {place}.attributes") from None


def save(path: str | os.PathLike[str], diagram: Diagram) -> None:
    """Writes a document atomically.  Raises FileError."""
    data = dumps(diagram).encode()
    write_atomically(path, lambda scratch: _write(scratch, data))


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def load(path: str | os.PathLike[str]) -> Diagram:
    """Reads a document.  Raises FileError."""
    try:
        kind = os.stat(path).st_mode
        if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):  # a pipe or a device may never end, or never begin
            raise FileError(f"cannot open {path}: it is not a file")
        if os.path.getsize(path) > LARGEST_FILE:
            raise FileError(f"cannot open {path}: it is larger than {LARGEST_FILE // 1_000_000} MB")
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise FileError(f"cannot open {path}: there is no such file") from None
    except OSError as error:
        raise FileError(f"cannot open {path}: {why(error)}") from None
    try:
        return loads(data)
    except FileError as error:
        raise FileError(f"cannot open {path}: {error}") from None
