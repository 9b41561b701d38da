"""Random graphs with numbers in them, inside all domains and away from kinks."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from hypothesis import strategies as st

from bpviz.graph.graph import Graph, Node, NodeId, as_value
from bpviz.ops import OPS, Op

from .. import oracle

LISTED = [op for op in OPS.values() if op.is_listed and op.structured is None and not op.is_leaf]
LARGEST = 1e3
SHAPES = [(), (3,), (1,), (2, 1), (2, 3), (1, 3), (2, 1, 1), (2, 2, 3)]
ARITHMETIC = [OPS[name] for name in ("add", "sub", "mul", "div")]  # else most operations would have one input


@st.composite
def graphs(draw: st.DrawFn, shapes: list[tuple[int, ...]] | None = None, most: int = 16) -> Graph:
    """A graph of scalars, or of arrays of these shapes, of which any of the later nodes may be the output."""
    # Drawn choice by choice, most graphs would be small changes of one another, and hardly any node would meet another.
    random = Random(draw(st.integers(0, 2**32 - 1)))
    nodes: list[Node] = []
    known: dict[int, Any] = {}
    for id_ in range(1, random.randint(2, most) + 1):
        if len(nodes) < 2 or random.random() < 0.2:
            value = random_value(random, random.choice(shapes) if shapes else ())
            kind = random.choice(["variable", "variable", "parameter", "constant"])
            nodes.append(Node(id_, OPS[kind], (), value, "" if kind == "constant" else f"x{id_}"))
            known[id_] = value
            continue
        op = random.choice(LISTED if random.random() < 0.6 else ARITHMETIC)
        sources = tuple(random_source(random, nodes) for _ in range(op.arity))
        inputs = [known[source] for source in sources]
        if not is_tame(op, inputs):
            op = OPS["sin"] if op.arity == 1 else OPS["sub"]
            sources, inputs = sources[: op.arity], inputs[: op.arity]
            if not is_tame(op, inputs):
                sources, op, inputs = sources[:1], OPS["atan"], inputs[:1]
        nodes.append(Node(id_, op, sources, None, random.choice(["", f"n{id_}"])))
        known[id_] = oracle.FUNCTIONS[op.name](*inputs)
    return Graph(nodes, random.choice([None, random.choice(nodes[len(nodes) // 2 :]).id]))


def random_source(random: Random, nodes: list[Node]) -> NodeId:
    """A node to be wired, more often than not one of the last, so that graphs grow deep and hang together."""
    return random.choice(nodes[-4:] if random.random() < 0.6 else nodes).id


def random_value(random: Random, shape: tuple[int, ...]) -> Any:
    """Numbers between −2 and 2, short enough to be read; whole ones, 0 and equal ones among them."""
    numbers = [round(random.uniform(-2.0, 2.0), random.choice([0, 1, 3])) + 0.0 for _ in range(int(np.prod(shape)))]
    return as_value(np.reshape(numbers, shape))


def is_tame(op: Op, inputs: list[Any]) -> bool:
    """Whether shapes fit, and inputs and result lie well inside what float64 and differences can deal with."""
    try:
        arrays = np.broadcast_arrays(*inputs)
    except ValueError:
        return False
    if arrays[0].size > 200:
        return False
    x, y, z = arrays[0], arrays[min(1, len(arrays) - 1)], arrays[-1]
    fits = {
        "div": np.abs(y) > 0.2,
        "reciprocal": np.abs(x) > 0.2,
        "ln": x > 0.2,
        "log2": x > 0.2,
        "log10": x > 0.2,
        "sqrt": x > 0.2,
        "asin": np.abs(x) < 0.9,
        "acos": np.abs(x) < 0.9,
        "tan": np.abs(np.cos(x)) > 0.2,
        "pow": (x > 0.2) & (np.abs(y) < 3),
        "exp": x < 5,
        "sinh": np.abs(x) < 5,
        "cosh": np.abs(x) < 5,
        "acosh": x > 1.2,
        "atanh": np.abs(x) < 0.9,
        "log1p": x > -0.8,
        "expm1": x < 5,
        "exp2": x < 7,
        "cbrt": np.abs(x) > 0.2,
        "hard_tanh": np.abs(np.abs(x) - 1) > 0.01,
        "hard_sigmoid": np.abs(np.abs(x) - 3) > 0.01,
        **dict.fromkeys(("elu", "selu", "gelu_tanh", "mish", "silu"), (np.abs(x) > 0.01) & (np.abs(x) < 20)),
        **dict.fromkeys(("relu", "sign", "where", "softsign"), np.abs(x) > 0.01),
        **dict.fromkeys(("floor", "ceil"), np.abs(x - np.round(x)) > 0.01),
        "round": np.abs(x - np.floor(x) - 0.5) > 0.01,
        "clip": (np.abs(x - y) > 0.01) & (np.abs(x - z) > 0.01) & (np.abs(y - z) > 0.01),
        "logaddexp": (np.abs(x) < 20) & (np.abs(y) < 20),
        "erfc": x < 3,
        "gelu": (np.abs(x) > 0.01) & (x > -3) & (x < 20),
        "log_sigmoid": (x > -20) & (x < 3),
        "erfinv": (np.abs(x) > 0.01) & (np.abs(x) < 0.9),
        "logit": (np.abs(x - 0.5) > 0.01) & (np.abs(x - 0.5) < 0.4),
        "hypot": x**2 + y**2 > 0.04,
        "atan2": (np.abs(x) > 0.2) | (y > 0.2),
        "leaky_relu": np.abs(x) > 0.01,
        "abs": np.abs(x) > 0.01,
        "max": np.abs(x - y) > 0.01,
        "min": np.abs(x - y) > 0.01,
    }.get(op.name, np.abs(x) < LARGEST)
    return bool(np.all(fits)) and bool(np.all(np.abs(oracle.FUNCTIONS[op.name](*arrays)) < LARGEST))


scalar_graphs = graphs()
array_graphs = graphs(SHAPES)
