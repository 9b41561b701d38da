"""What hands do with wires: put a node into one, cut many, take nodes out of a chain, swap the ends of two.

Pure functions like those of `edits`, which raise EditError before anything has changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..graph.graph import Graph, NodeId
from ..graph.shapes import infer_shapes, misfit
from ..ops import numerals
from . import edits
from .diagram import Diagram
from .edits import EditError
from .fitting import Fitting


def attach(diagram: Diagram, source: NodeId, target: NodeId) -> Diagram:
    """Wires `source` to the first free input of `target` that fits it."""
    graph = diagram.graph
    free = [slot for slot, held in enumerate(graph.nodes[target].inputs) if held is None]
    if not free:
        raise EditError(f"{graph.spoken(target)} has no free input for {graph.spoken(source)}")
    fitting = Fitting(diagram, source=source)
    reasons = [fitting.why_not(source, target, slot) for slot in free]
    if None not in reasons:
        raise EditError(reasons[0] or "")
    return edits.connect(diagram, source, target, free[reasons.index(None)])


def insert(diagram: Diagram, node: NodeId, target: NodeId, slot: int) -> Diagram:
    """Puts a node into the wire that enters a slot: the wire goes on from it, and enters its first free input."""
    source = diagram.graph.nodes[target].inputs[slot]
    if source is None:
        raise EditError(f"there is no wire into {diagram.graph.spoken(target)} to put anything into")
    return edits.connect(attach(diagram, source, node), node, target, slot)


def cut(diagram: Diagram, wires: Iterable[tuple[NodeId, int]]) -> Diagram:
    """Takes wires off, each named by the input that it enters."""
    inputs = {node: list(held.inputs) for node, held in diagram.graph.nodes.items()}
    for target, slot in wires:
        inputs[target][slot] = None
    return _rewired(diagram, inputs)


def delete_healing(diagram: Diagram, nodes: Iterable[NodeId]) -> Diagram:
    """Removes nodes; what they fed is fed by what fed them, where that was one node and its value fits there."""
    gone = set(nodes)
    return edits.delete(_bridged(diagram, gone), gone)


def leaves_gaps(diagram: Diagram, nodes: Iterable[NodeId]) -> bool:
    """Whether inputs wait, once nodes are removed, that healing would wire."""
    gone = set(nodes)
    healed = _bridged(diagram, gone).graph.nodes
    fed = {consumer for node in gone for consumer, _ in diagram.graph.structure.consumers[node]} - gone
    return any(
        now is not None and before in gone
        for node in fed
        for before, now in zip(diagram.graph.nodes[node].inputs, healed[node].inputs, strict=True)
    )


def detach(diagram: Diagram, nodes: Iterable[NodeId]) -> Diagram:
    """Takes off the wires between some nodes and all others, and wires together what they stood between."""
    group, bridged = set(nodes), _bridged(diagram, set(nodes))
    inputs = {node: list(held.inputs) for node, held in bridged.graph.nodes.items()}
    for node, held in bridged.graph.nodes.items():
        inputs[node] = [source if (source in group) == (node in group) else None for source in held.inputs]
    return _rewired(diagram, inputs)


def swap(diagram: Diagram, node: NodeId) -> Diagram:
    """Exchanges the two inputs of an operation."""
    graph, held = diagram.graph, diagram.graph.nodes[node]
    if len(held.inputs) != 2:
        has = numerals.count(len(held.inputs), "input") if held.inputs else "no inputs"
        raise EditError(f"only two inputs can be swapped, and {graph.spoken(node)} has {has}")
    swapped = held.inputs[::-1]
    shapes = infer_shapes(graph)
    reason = None if node in shapes.misfits else misfit(graph, node, swapped, shapes.known)
    if reason is not None:
        raise EditError(reason)
    return _rewired(diagram, {node: swapped})


def _bridged(diagram: Diagram, nodes: set[NodeId]) -> Diagram:
    """With what `nodes` fed wired to what fed them; where that is not one node, or misfits, the inputs wait."""
    graph = diagram.graph
    stand_ins = {node: _stand_in(graph, node, nodes) for node in nodes}
    healed: dict[NodeId, list[NodeId | None]] = {}
    for node in {consumer for gone in nodes for consumer, _ in graph.structure.consumers[gone]} - nodes:
        sources = graph.nodes[node].inputs
        healed[node] = [stand_ins.get(source) if source in nodes else source for source in sources]
    if not healed:
        return diagram
    bridged, old = _rewired(diagram, healed), infer_shapes(graph).misfits
    misfits = healed.keys() & (infer_shapes(bridged.graph).misfits.keys() - old.keys())
    for node in misfits:
        sources = graph.nodes[node].inputs
        healed[node] = [None if source in nodes else source for source in sources]
    return _rewired(diagram, healed) if misfits else bridged


def _stand_in(graph: Graph, node: NodeId, gone: set[NodeId]) -> NodeId | None:
    """The one node that feeds `node`, and that stays; None where several do, or none."""
    while node in gone:
        sources = {source for source in graph.nodes[node].inputs if source is not None}
        if len(sources) != 1:
            return None
        node = sources.pop()
    return node


def _rewired(diagram: Diagram, inputs: Mapping[NodeId, Collection[NodeId | None]]) -> Diagram:
    """The same nodes with other inputs; the same diagram, if they are the same."""
    nodes = diagram.graph.nodes
    wanted = {node: tuple(held) for node, held in inputs.items() if node in nodes}
    others = [nodes[node].with_(inputs=held) for node, held in wanted.items() if held != nodes[node].inputs]
    return diagram.with_(diagram.graph.edited(others)) if others else diagram
