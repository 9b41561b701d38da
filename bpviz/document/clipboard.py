"""Parts of a diagram that are copied and pasted, in the same document, in another, and as text.

What is copied is a diagram of its own, a `Snippet`.  Where a copied node takes what was not copied, a stand-in for
that comes along: an input of its name with its value, or the constant itself.  Pasted where the source itself still
is, the wire goes to the source again; pasted elsewhere, the stand-in is pasted, too, so that the copy computes what the
original did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import msgspec

from ..graph.graph import Graph, Node, NodeId, Value
from ..graph.layout import ROOMS, Direction, Position
from ..graph.naming import NAMED_CONSTANTS, name_fault
from ..graph.parse import parse
from ..graph.program import program
from ..graph.spellings import ExpressionError
from ..ops import OPS
from .annotations import AnnotationId, Frame, Marked, Note, kept_routes, next_annotation
from .atomic import FileError
from .diagram import Diagram
from .edits import STARTING_VALUE, EditError, next_id
from .file import dumps, loads
from .groups import GroupId, copied, numbered, within_selection

MOST_TEXT = 500_000  # characters of a program that is pasted
APART = 36.0  # from an original to its copy, when nobody has said where


@dataclass(frozen=True)
class Snippet:
    """Something copied.  `outside` are the nodes of `diagram` that stand in for what was not selected.

    `origin` is the document that it was copied from, so that wires to the outside can be found again there; empty for
    what was text.
    """

    diagram: Diagram
    outside: frozenset[NodeId] = frozenset()
    origin: str = ""


class _Stored(msgspec.Struct, forbid_unknown_fields=True):
    """A snippet as programs pass it on."""

    document: str
    outside: list[int]
    origin: str


def snippet(
    diagram: Diagram,
    nodes: Collection[NodeId],
    annotations: Collection[AnnotationId] = (),
    *,
    origin: str = "",
    value_of: Callable[[NodeId], Value | None] = lambda _: None,
    inside: GroupId | None = None,
) -> Snippet:
    """Copies nodes with the wires between them, frames and notes, and the groups that they make up, without those
    `inside` which one stands.

    `value_of` knows the values of computed nodes, for the inputs that stand in for them.
    """
    graph, chosen = diagram.graph, set(nodes)
    kept = [node for node in graph.nodes.values() if node.id in chosen]
    outside = {source for node in kept for source in node.inputs if source is not None} - chosen
    stand_ins = [_stand_in(graph, id_, value_of) for id_ in graph.nodes if id_ in outside]
    places = {node.id: diagram.positions[node.id] for node in kept}
    places |= _beside(places, [node.id for node in stand_ins], diagram.direction)
    output = graph.output if graph.output in chosen else None
    groups = within_selection(diagram.groups, chosen, inside) if diagram.groups else ()
    whole = {group.id for group in groups}

    def kept_beside(held: tuple[Marked, ...]) -> tuple[Marked, ...]:
        """What was selected, and what lies in the groups."""
        return tuple(
            one if one.group in whole else replace(one, group=None)
            for one in held
            if one.id in annotations or one.group in whole
        )

    part = Diagram(
        Graph([*stand_ins, *kept], output),
        places,
        frames=kept_beside(diagram.frames),
        notes=kept_beside(diagram.notes),
        routes=tuple(route for route in diagram.routes if route.source in chosen and route.target in chosen),
        pinned=diagram.pinned & chosen,
        groups=groups,
        direction=diagram.direction,
    )
    return Snippet(part, frozenset(outside), origin)


def _stand_in(graph: Graph, id_: NodeId, value_of: Callable[[NodeId], Value | None]) -> Node:
    """A leaf in place of a node that was not copied."""
    held = graph.nodes[id_]
    if held.op.is_leaf:
        return held
    value = value_of(id_)
    return Node(id_, OPS["variable"], (), STARTING_VALUE if value is None else value, graph.label(id_))


def _beside(places: Mapping[NodeId, Position], nodes: list[NodeId], direction: Direction) -> dict[NodeId, Position]:
    """Places for stand-ins: a column to the left of what was copied, or a row above it."""
    room, turned = ROOMS[direction], [direction.turned(place) for place in places.values()]
    left = min((x for x, _ in turned), default=0.0) - room.column_pitch
    top = min((y for _, y in turned), default=0.0)
    return {node: direction.turned((left, top + room.row_pitch * number)) for number, node in enumerate(nodes)}


# On the way


def packed(held: Snippet) -> bytes:
    """A snippet as bytes, with all places and numbers."""
    return msgspec.json.encode(_Stored(dumps(held.diagram), sorted(held.outside), held.origin))


def unpacked(data: bytes) -> Snippet:
    """The way back.  Raises EditError for what is none."""
    try:
        stored = msgspec.json.decode(data, type=_Stored)
        diagram = loads(stored.document.encode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise EditError("what was copied is damaged") from None
    except FileError as error:
        raise EditError(f"what was copied cannot be read: {error}") from None
    return Snippet(diagram, frozenset(stored.outside) & diagram.graph.nodes.keys(), stored.origin)


def as_text(held: Snippet) -> str:
    """A snippet for other programs: a program of the language, or the texts of notes where there are no nodes."""
    if held.diagram.graph.nodes:
        return program(held.diagram.graph)
    return "\n\n".join([*(f.title for f in held.diagram.frames if f.title), *(n.text for n in held.diagram.notes)])


def from_text(text: str, direction: Direction = Direction.RIGHT) -> Snippet:
    """What a text means: a program of the language, laid out in a direction, or a whole document.

    Raises EditError, at once if it is long.
    """
    if len(text) > MOST_TEXT:
        raise EditError(
            f"the text on the clipboard is too long for an expression ({len(text):,} characters; "
            f"at most {MOST_TEXT:,} can be pasted): open it as a file"
        )
    if not text.strip():
        raise EditError("there is nothing on the clipboard to paste")
    if text.lstrip().startswith("{") and '"bpviz"' in text:
        try:
            return Snippet(loads(text.encode(errors="replace")))
        except FileError as error:
            raise EditError(f"the document on the clipboard cannot be read: {error}") from None
    try:
        graph = parse(text)
    except ExpressionError as error:
        raise EditError(f"the text on the clipboard is not an expression: {error}") from None
    given = {n.id: STARTING_VALUE for n in graph.leaves() if n.value is None}
    return Snippet(Diagram.of(graph.with_values(given) if given else graph, direction))


# Pasting


def centre(held: Snippet, *, is_rewired: bool) -> Position:
    """The middle of what will be pasted."""
    diagram = held.diagram
    left_out = held.outside if is_rewired else frozenset()
    xs = [x for id_, (x, _) in diagram.positions.items() if id_ not in left_out]
    ys = [y for id_, (_, y) in diagram.positions.items() if id_ not in left_out]
    boxes: tuple[Frame | Note, ...] = (*diagram.frames, *diagram.notes)
    for box in boxes:
        xs += [box.x, box.x + box.width]
        ys += [box.y, box.y + box.height]
    return ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2) if xs else (0.0, 0.0)


def paste(diagram: Diagram, held: Snippet, shift: Position, *, origin: str = "") -> Diagram:
    """Adds what was copied, `shift` from where it lay, or a little farther where the same cards already lie.

    Names that are taken give way: x is pasted as x2.  The output stays the output.  In the document `origin` from which
    it was copied, wires from outside come from where they came; see the head of this file.
    """
    graph, part = diagram.graph, held.diagram
    found = _found_again(graph, held) if origin and origin == held.origin else frozenset()
    added = [node for node in part.graph.nodes.values() if node.id not in found]
    first = next_id(graph)
    ids = {node.id: first + number for number, node in enumerate(added)} | {id_: id_ for id_ in found}
    free = _FreeNames(graph.by_name)
    nodes = []
    for node in added:
        name = free.name_for(node)
        inputs = tuple(None if source is None else ids[source] for source in node.inputs)
        nodes.append(Node(ids[node.id], node.op, inputs, node.value, name))
    there = set(diagram.positions.values())
    dx, dy = shift
    while any((part.positions[n.id][0] + dx, part.positions[n.id][1] + dy) in there for n in added):
        dx, dy = dx + APART, dy + APART
    positions = {ids[n.id]: (part.positions[n.id][0] + dx, part.positions[n.id][1] + dy) for n in added}
    whole = graph.edited(nodes)
    if graph.output is None and graph.result is not None and whole.default_output != graph.result:
        whole = whole.with_output(graph.result)
    number, numbers = next_annotation((*diagram.frames, *diagram.notes)), numbered(part.groups, diagram.groups)

    def there_too(held: tuple[Marked, ...], lowest: AnnotationId) -> list[Marked]:
        return [
            replace(one, id=lowest + place, x=one.x + dx, y=one.y + dy, group=numbers.get(one.group))
            for place, one in enumerate(held)
        ]

    frames, notes = there_too(part.frames, number), there_too(part.notes, number + len(part.frames))
    routes = [
        replace(r, source=ids[r.source], target=ids[r.target], points=tuple((x + dx, y + dy) for x, y in r.points))
        for r in kept_routes(part.routes, part.graph.structure)
    ]
    return replace(
        diagram.with_(whole, diagram.places_with(positions)),
        frames=(*diagram.frames, *frames),
        notes=(*diagram.notes, *notes),
        routes=(*diagram.routes, *routes),
        pinned=diagram.pinned | {ids[pin] for pin in part.pinned},
        groups=(*diagram.groups, *copied(part.groups, ids, numbers, diagram.groups, (dx, dy))),
    )


def is_rewired(diagram: Diagram, held: Snippet, origin: str) -> bool:
    """Whether all that a snippet takes from outside is found again in a diagram."""
    return bool(origin) and origin == held.origin and _found_again(diagram.graph, held) == held.outside


def _found_again(graph: Graph, held: Snippet) -> frozenset[NodeId]:
    """The sources outside that are still in the graph: of the same id, under the same label."""
    part = held.diagram.graph
    return frozenset(id_ for id_ in held.outside if id_ in graph.nodes and graph.label(id_) == part.label(id_))


class _FreeNames:
    """Names for pasted nodes: their own, or with the next number that is free.

    Names are only ever taken, so the search for a number goes on where it ended for the last node of the same stem.
    """

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}  # by stem, the number to try next

    def name_for(self, node: Node) -> str:
        """Takes a name; empty for what needs none."""
        name = node.name
        if name in self._taken:
            name = "" if node.is_constant and name in NAMED_CONSTANTS else self._numbered(name)  # there is one π
        if name:
            self._taken.add(name)
        return name

    def _numbered(self, name: str) -> str:
        stem = re.sub(r"\d+$", "", name)
        number = self._next.get(stem, 2)
        while f"{stem}{number}" in self._taken or name_fault(f"{stem}{number}"):
            number += 1
        self._next[stem] = number + 1
        return f"{stem}{number}"
