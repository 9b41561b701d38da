"""The backward pass as a graph of its own: gradients as nodes that can be seen, evaluated and differentiated again.

The rules of the operations are written in operations, so reverse-mode accumulation on a growing graph records what
it would compute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..graph.graph import Graph, GraphError, Node, NodeId
from ..graph.naming import fresh_name
from ..graph.shapes import Shape, infer_shapes
from ..graph.structure import inputs_first
from ..ops.chain import vjp
from ..ops.shaping import expand
from .growing import Grower, Term


@dataclass(frozen=True)
class Derived:
    """A graph that computes gradients, and which of its nodes is the gradient by which node of the original.

    The nodes that both have keep their ids and names.
    """

    graph: Graph
    gradients: Mapping[NodeId, NodeId]


def derive(
    graph: Graph, wrt: Sequence[NodeId] | None = None, output: NodeId | None = None, *, as_shown: bool = False
) -> Derived:
    """The graph of ∂output/∂node for each node in `wrt` (None: all inputs that have a gradient).

    The gradient of an array output is that of the sum of its entries.  Inputs without a value are taken for
    scalars.  The gradient by x of an output f is named df_dx; it is the output of the new graph if it is the only
    one.  `as_shown` takes the derivatives as textbooks write them, even where others keep more digits.  Raises
    GraphError when the graph cannot be differentiated.
    """
    of = graph.result if output is None else output
    if of is None:
        raise GraphError("the graph is empty")
    nodes = [node.id for node in graph.leaves()] if wrt is None else list(wrt)
    shapes = known_shapes(graph, of)
    needed = graph.structure.ancestors(of)
    for node in nodes:
        if graph.nodes[node].is_constant:
            raise GraphError(f"{graph.spoken(node)} is a constant: there is no derivative by it")
    grower = Grower(graph, lambda id_: shapes.get(id_, ()))
    gradients = _accumulated(graph, grower, of, nodes, needed, as_shown)
    names = list(graph.by_name)
    found: dict[NodeId, NodeId] = {}
    for node in nodes:
        term = gradients.get(node)
        id_ = grower.placed(expand(grower.term(0.0), shapes.get(node, ())) if term is None else term)
        if grower.nodes[id_].name or grower.nodes[id_].op.is_leaf or id_ in found.values():
            id_ = grower.copied(id_)
        top, bottom = (label if (label := graph.label(n)).isidentifier() else "c" for n in (of, node))
        name = fresh_name(names, [f"d{top}_d{bottom}"])
        names.append(name)
        grower.nodes[id_] = grower.nodes[id_].with_(name=name)
        found[node] = id_
    wanted = list(found.values())
    return Derived(_pruned(grower.nodes, wanted, wanted[0] if len(wanted) == 1 else None), found)


def known_shapes(graph: Graph, output: NodeId) -> Mapping[NodeId, Shape]:
    """The shape of every node that `output` depends on; inputs without a value are scalars.  Raises GraphError."""
    blank = {node.id: 0.0 for node in graph.leaves() if node.value is None}
    shapes = infer_shapes(graph.with_values(blank) if blank else graph)
    for id_ in graph.structure.ancestors(output):
        if id_ in shapes.misfits:
            raise GraphError(shapes.misfits[id_])
        if None in graph.nodes[id_].inputs:
            raise GraphError(f"{graph.spoken(id_)} waits for an input to be wired, so it has no derivative yet")
    return shapes.known


def _accumulated(
    graph: Graph, grower: Grower, of: NodeId, wrt: Sequence[NodeId], needed: set[NodeId], as_shown: bool
) -> Mapping[NodeId, Term]:
    """Reverse-mode accumulation, recorded: the gradients of all nodes between `wrt` and the output."""
    moving = set(wrt)
    for level in graph.structure.levels:
        for id_ in level:
            if moving.intersection(graph.nodes[id_].inputs):
                moving.add(id_)
    gradients: dict[NodeId, Term] = {of: expand(grower.term(1.0), grower.of(of).shape)}
    for level in reversed(graph.structure.levels):
        for id_ in reversed(level):
            node = graph.nodes[id_]
            if id_ not in gradients or id_ not in needed:
                continue
            inputs = [grower.of(source) for source in node.inputs if source is not None]
            for slot, source in enumerate(node.inputs):
                if source is None or source not in moving or not node.op.has_derivative(slot):
                    continue
                sent = vjp(node.op, slot, gradients[id_], inputs, grower.of(id_), as_shown=as_shown)
                earlier = gradients.get(source)
                # the sum as it is read: what stands further left in the output's formula arrives later
                gradients[source] = grower.term(sent if earlier is None else sent + earlier)
    return gradients


def _pruned(nodes: Mapping[NodeId, Node], wanted: Sequence[NodeId], output: NodeId | None) -> Graph:
    """The graph of what the wanted nodes depend on, in an order in which inputs come first."""
    order = inputs_first({id_: node.inputs for id_, node in nodes.items()}, wanted)
    return Graph(_apart([nodes[id_] for id_ in order]), output)


def _apart(nodes: Sequence[Node]) -> Iterator[Node]:
    """The nodes with a constant of its own for each use, as people draw numbers: 2 · x and 2 · y share no 2."""
    literals = {node.id: node for node in nodes if node.is_constant and not node.name and isinstance(node.value, float)}
    used: set[NodeId] = set()
    following = max((node.id for node in nodes), default=0) + 1
    for node in nodes:
        if node.id in literals:
            continue
        inputs = list(node.inputs)
        for slot, source in enumerate(inputs):
            if source is None or source not in literals:
                continue
            if source in used:
                yield Node(following, literals[source].op, (), literals[source].value)
                inputs[slot], following = following, following + 1
            else:
                yield literals[source]
            used.add(source)
        yield node.with_(inputs=tuple(inputs)) if inputs != list(node.inputs) else node
