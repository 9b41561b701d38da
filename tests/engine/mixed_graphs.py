"""Random graphs of all kinds of operations, elementwise and structured, on numbers, vectors, matrices and batches."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from hypothesis import strategies as st

from bpviz.graph.graph import Graph, Node
from bpviz.ops import OPS, Op, OpError

from .random_graphs import LARGEST, is_tame, random_source, random_value

SHAPES = [(), (2,), (3,), (1,), (2, 3), (3, 2), (3, 3), (1, 3), (2, 2, 3), (2, 3, 3)]
ELEMENTWISE = [
    OPS[name] for name in ["add", "sub", "mul", "sin", "tanh", "sigmoid", "square", "softplus", "atan", "neg", "where"]
]
# Differences need smooth ground: operations with corners have tests of their own.
STRUCTURED = [
    op
    for op in OPS.values()
    if op.structured is not None and op.is_listed and op.kink is None and all(map(op.has_derivative, range(op.arity)))
]
ATTRIBUTES: dict[str, list[Any]] = {
    "axis": [None, 0, -1, 1],
    "keepdims": [False, True],
    "shape": [[-1], [3, -1], [2, -1], [2, 3], [4, 3]],
    "index": [[0], [[None, 2, None]], [-1], [[1, None, None]]],
    "indices": [[0, 1, 0], [1]],
    "size": [1, 2],
}

_OF_PROBABILITIES = ("cross_entropy", "binary_cross_entropy", "kl_divergence")


@st.composite
def mixed_graphs(draw: st.DrawFn, most: int = 14) -> Graph:
    """A graph whose output, any of its later nodes, depends on numbers and arrays by operations of all kinds."""
    random = Random(draw(st.integers(0, 2**32 - 1)))
    nodes: list[Node] = []
    known: dict[int, Any] = {}
    for id_ in range(1, random.randint(3, most) + 1):
        if len(nodes) < 2 or random.random() < 0.2:
            value = random_value(random, random.choice(SHAPES))
            kind = random.choice(["variable", "variable", "parameter", "constant"])
            nodes.append(Node(id_, OPS[kind], (), value, "" if kind == "constant" else f"x{id_}"))
            known[id_] = value
            continue
        for _ in range(6):  # few wires fit at the first try
            op = with_attributes(random, random.choice(STRUCTURED if random.random() < 0.6 else ELEMENTWISE))
            sources = tuple(random_source(random, nodes) for _ in range(op.arity))
            inputs = [known[source] for source in sources]
            if (value := tame_value(op, inputs)) is not None:
                break
        else:
            op, sources = OPS["atan"], sources[:1]
            value = np.arctan(known[sources[0]])
        nodes.append(Node(id_, op, sources, None, random.choice(["", f"n{id_}"])))
        known[id_] = value
    return Graph(nodes, random.choice([None, random.choice(nodes[len(nodes) // 2 :]).id]))


def with_attributes(random: Random, op: Op) -> Op:
    """The operation with some of its attributes drawn."""
    given = {a.name: random.choice(ATTRIBUTES[a.name]) for a in op.declared if a.name in ATTRIBUTES}
    try:
        return op.with_(random.randint(1, 3) if op.is_variadic else None, **given)
    except OpError:
        return op


def tame_value(op: Op, inputs: list[Any]) -> Any:
    """The value, if the inputs fit and lie well inside what differences can deal with."""
    try:
        shape = op.result_shape(*map(np.shape, inputs))
    except ValueError:
        return None
    if op.structured is None and not (op.name == "where" or is_tame(op, inputs)):
        return None
    if op.name == "where" and np.any(np.abs(inputs[0]) < 0.01):
        return None
    if op.domain is not None and not np.all(op.domain.holds(*inputs)):
        return None
    if op.name in ("inverse", "solve", "det", "logdet") and np.any(np.abs(np.linalg.det(inputs[0])) < 0.3):
        return None
    if op.name == "binary_cross_entropy" and max(np.max(x, initial=0.0) for x in inputs) > 0.9:
        return None
    if op.name in _OF_PROBABILITIES and min(np.min(x, initial=1.0) for x in inputs) < 0.1:
        return None
    with np.errstate(all="ignore"):
        value = op.forward(*inputs)
    is_tame_value = np.size(value) and np.size(value) <= 60 and np.all(np.abs(value) < LARGEST)
    return value if is_tame_value and np.shape(value) == shape else None
