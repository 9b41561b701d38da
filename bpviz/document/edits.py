"""Everything a user can do to a diagram, as pure functions Diagram → Diagram.

An edit that may not be raises EditError, with a sentence for the user, before anything has changed.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..graph.graph import Graph, GraphError, Node, NodeId, Value, as_value, same_value
from ..graph.layout import CARD_ROOM, ROOMS, Direction, Position, layout
from ..graph.naming import NAMED_CONSTANTS, fresh_name, name_fault
from ..graph.parse import parse
from ..graph.shapes import infer_shapes
from ..ops import OPS, OpError, numerals
from .bookmarks import Anchor, Bookmark
from .diagram import Diagram
from .fitting import Fitting
from .matching import match

STARTING_VALUE = 1.0
_LEAF_NAMES = {
    "variable": ("x", "y", "z", "a", "b", "c", "d", "u", "v", "x"),
    "parameter": ("w", "b", "w"),
}


class EditError(GraphError):
    """An edit that may not be, in a sentence for the user."""


def next_id(graph: Graph) -> NodeId:
    """The id that the next added node will have."""
    return max(graph.nodes, default=0) + 1


def add(diagram: Diagram, op: str, at: Position, *, name: str = "", value: Any = STARTING_VALUE) -> Diagram:
    """Adds a node of the operation `op`; it will have the id `next_id(diagram.graph)`.

    Variables and parameters without a name are given one that is free.
    """
    graph, kind = diagram.graph, OPS[op]
    if name:
        _require_name(graph, name)
    elif op in _LEAF_NAMES:
        name = fresh_name(graph.by_name, _LEAF_NAMES[op])
    held = _value(value) if kind.is_leaf else None
    node = Node(next_id(graph), kind, (None,) * kind.arity, held, name)
    return diagram.with_(graph.edited([node]), diagram.places_with({node.id: at}))


def delete(diagram: Diagram, nodes: Iterable[NodeId]) -> Diagram:
    """Removes nodes and all their wires; the slots that they fed wait again."""
    graph = diagram.graph
    gone = graph.nodes.keys() & set(nodes)
    fed = {target for node in gone for target, _ in graph.structure.consumers[node]} - gone
    others = [
        graph.nodes[node].with_(inputs=tuple(None if at in gone else at for at in graph.nodes[node].inputs))
        for node in fed
    ]
    return diagram.with_(graph.edited(others, gone), diagram.places_with({}, gone))


def connect(diagram: Diagram, source: NodeId, target: NodeId, slot: int) -> Diagram:
    """Wires `source` to an input of `target`, in place of what was wired there."""
    if refusal := why_not_connect(diagram, source, target, slot):
        raise EditError(refusal)
    return _with_input(diagram, target, slot, source)


def why_not_connect(diagram: Diagram, source: NodeId, target: NodeId, slot: int) -> str | None:
    """Why a wire from `source` to an input of `target` may not be, or None if it may; see `Fitting.why_not`."""
    return Fitting(diagram, source=source).why_not(source, target, slot)


def _new_misfit(old: Graph, new: Graph, node: NodeId) -> str | None:
    """Why the inputs of `node` do not fit in the new graph, if they did not misfit in the old one."""
    misfit = infer_shapes(new).misfits.get(node)
    return None if misfit is None or node in infer_shapes(old).misfits else misfit


def disconnect(diagram: Diagram, target: NodeId, slot: int) -> Diagram:
    """Takes the wire off an input, which then waits."""
    return _with_input(diagram, target, slot, None)


def move(diagram: Diagram, positions: Mapping[NodeId, Position]) -> Diagram:
    """Puts cards elsewhere."""
    return diagram.with_(diagram.graph, diagram.places_with(positions))


def set_value(diagram: Diagram, node: NodeId, value: Any) -> Diagram:
    """Another number or array in a leaf."""
    held = diagram.graph.nodes[node]
    if not held.op.is_leaf:
        raise EditError(f"{diagram.graph.spoken(node)} is computed; its value follows from its inputs")
    new = _value(value)
    if same_value(held.value, new):
        return diagram
    if held.is_constant and held.name in NAMED_CONSTANTS:
        raise EditError(f"{held.name} is a constant of nature; delete it and add another constant")
    return diagram.with_(diagram.graph.with_values({node: new}))


def rename(diagram: Diagram, node: NodeId, name: str) -> Diagram:
    """Another name; the empty name makes a computed node unnamed."""
    held = diagram.graph.nodes[node]
    if name == held.name:
        return diagram
    if name:
        _require_name(diagram.graph, name)
    elif held.op.is_leaf and not held.is_constant:
        raise EditError(f"a {held.op.name} needs a name, so that the expression can speak of it")
    return _with_node(diagram, held.with_(name=name))


def set_kind(diagram: Diagram, node: NodeId, kind: str) -> Diagram:
    """Makes a leaf a variable, a parameter or a constant."""
    held = diagram.graph.nodes[node]
    if not held.op.is_leaf:
        raise EditError(f"{diagram.graph.spoken(node)} is computed; only inputs can change their kind")
    name = held.name
    if kind in _LEAF_NAMES and (not name or name_fault(name)):
        name = fresh_name(diagram.graph.by_name, _LEAF_NAMES[kind])
    return _with_node(diagram, held.with_(op=OPS[kind], name=name))


def set_attributes(diagram: Diagram, node: NodeId, attributes: Mapping[str, Any]) -> Diagram:
    """Other values for some attributes of an operation, such as the axis of a sum."""
    held = diagram.graph.nodes[node]
    try:
        op = held.op.with_(**attributes)
    except OpError as error:
        raise EditError(f"{held.op.title.lower()} {error}") from None
    if op is held.op:
        return diagram
    changed = _with_node(diagram, held.with_(op=op))
    if misfit := _new_misfit(diagram.graph, changed.graph, node):
        raise EditError(misfit)
    return changed


def add_input(diagram: Diagram, node: NodeId) -> Diagram:
    """One more input, which waits, for an operation that takes as many as it is given."""
    held = _variadic(diagram, node)
    return _with_inputs(diagram, held, (*held.inputs, None))


def remove_input(diagram: Diagram, node: NodeId) -> Diagram:
    """Without the last input that waits; the wires after it move up."""
    held = _variadic(diagram, node)
    waiting = [slot for slot, source in enumerate(held.inputs) if source is None]
    if not waiting:
        raise EditError(f"all inputs of {diagram.graph.spoken(node)} are wired: take a wire off first")
    if len(held.inputs) == 1:
        raise EditError(f"{held.op.title.lower()} needs an input")
    return _with_inputs(diagram, held, held.inputs[: waiting[-1]] + held.inputs[waiting[-1] + 1 :])


def _variadic(diagram: Diagram, node: NodeId) -> Node:
    held = diagram.graph.nodes[node]
    if not held.op.is_variadic:
        raise EditError(f"{held.op.title.lower()} takes {numerals.count(held.op.arity, 'input')}, no more and no fewer")
    return held


def _with_inputs(diagram: Diagram, held: Node, inputs: tuple[NodeId | None, ...]) -> Diagram:
    """The diagram with another number of inputs of a variadic operation."""
    return _with_node(diagram, held.with_(op=held.op.with_(len(inputs)), inputs=inputs))


def set_output(diagram: Diagram, node: NodeId | None) -> Diagram:
    """The node whose gradient is wanted."""
    graph = diagram.graph
    if node == graph.default_output:
        node = None
    return diagram if node == graph.output else diagram.with_(graph.with_output(node))


def bookmark(diagram: Diagram, anchor: Anchor, note: str) -> Diagram:
    """A bookmark with a note, in place of the one that was at this moment."""
    others = tuple(mark for mark in diagram.bookmarks if mark.anchor != anchor)
    return replace(diagram, bookmarks=(*others, Bookmark(anchor, note)))


def remove_bookmark(diagram: Diagram, anchor: Anchor) -> Diagram:
    """Without the bookmark at this moment."""
    return replace(diagram, bookmarks=tuple(mark for mark in diagram.bookmarks if mark.anchor != anchor))


def rewrite(diagram: Diagram, text: str) -> Diagram:
    """The diagram for another program, in which everything that stayed the same keeps its id, place and value.

    New inputs without a value start at 1.  Raises ExpressionError for text that is not a program.
    """
    old, direction = diagram.graph, diagram.direction
    graph = match(parse(text), old, STARTING_VALUE)
    if graph.result == old.result and graph.nodes == old.nodes:
        return diagram  # in whatever order the text names them
    if (
        diagram.pinned or diagram.frames or diagram.routes or diagram.positions != layout(old, direction=direction)
    ):  # some hand has been there
        return diagram.with_(graph, layout(graph, direction=direction, pinned=diagram.positions))
    fresh = layout(graph, direction=direction)
    ways = [math.dist(diagram.positions[id_], fresh[id_]) for id_ in fresh if id_ in old.nodes]
    if 2 * len(ways) > len(fresh) and statistics.median(ways) > CARD_ROOM[0]:
        # a better picture would not be worth finding everything again
        fresh = layout(graph, direction=direction, before=diagram.positions)
    return diagram.with_(graph, fresh)


def free_place(wish: Position, taken: Mapping[NodeId, Position], direction: Direction = Direction.RIGHT) -> Position:
    """The first place where no card lies: `wish`, or else below it; right of it, where wires run down."""
    x, y = wish
    width, height = CARD_ROOM
    dx, dy = direction.turned((0.0, ROOMS[direction].row_pitch))
    while any(abs(x - a) < width and abs(y - b) < height for a, b in taken.values()):
        x, y = x + dx, y + dy
    return x, y


def _value(value: Any) -> Value | None:
    if value is None:
        return None
    held = as_value(value)
    if not np.all(np.isfinite(held)):
        raise EditError("an input has to be a finite number")
    return held


def _require_name(graph: Graph, name: str) -> None:
    if fault := name_fault(name):
        raise EditError(fault)
    if name in graph.by_name:
        raise EditError(f"{name} is already the name of another node; choose another, such as {name}2")


def _with_input(diagram: Diagram, target: NodeId, slot: int, source: NodeId | None) -> Diagram:
    held = diagram.graph.nodes[target]
    if held.inputs[slot] == source:
        return diagram
    inputs = (*held.inputs[:slot], source, *held.inputs[slot + 1 :])
    return _with_node(diagram, held.with_(inputs=inputs))


def _with_node(diagram: Diagram, changed: Node) -> Diagram:
    return diagram.with_(diagram.graph.edited([changed]))
