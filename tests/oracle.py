"""The operations written a second time, for HIPS autograd, and graphs evaluated and differentiated with them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import autograd
import autograd.extend
import autograd.numpy as anp
import numpy as np

from bpviz.graph.graph import Graph, NodeId


def _solved(function: Callable[[Any], Any], low: float, high: float) -> Any:
    """Where a rising function is 0, by halving."""
    below, above = np.full(np.shape(function(0.0)), low), np.full(np.shape(function(0.0)), high)
    for _ in range(80):
        middle = (below + above) / 2.0
        is_above = function(middle) > 0
        below, above = np.where(is_above, below, middle), np.where(is_above, middle, above)
    return (below + above) / 2.0


# The error function, for autograd's own is scipy's.
erf = autograd.extend.primitive(np.vectorize(math.erf, otypes=[float]))
erfc = autograd.extend.primitive(np.vectorize(math.erfc, otypes=[float]))
erfinv = autograd.extend.primitive(lambda y: _solved(lambda x: erf(x) - y, -6.0, 6.0))
autograd.extend.defvjp(erf, lambda out, x: lambda g: g * 2.0 / anp.sqrt(anp.pi) * anp.exp(-x * x))
autograd.extend.defvjp(erfc, lambda out, x: lambda g: -g * 2.0 / anp.sqrt(anp.pi) * anp.exp(-x * x))
autograd.extend.defvjp(erfinv, lambda out, y: lambda g: g * anp.sqrt(anp.pi) / 2.0 * anp.exp(out * out))


# An operation without an entry is held to differences alone.
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "identity": lambda x: 1.0 * x,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": anp.power,
    "power_slope": lambda x, y: y * x ** (y - 1.0),
    "exponent_slope": lambda x, y: x**y * anp.log(x),
    "neg": lambda x: -x,
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1.0 / x,
    "max": anp.maximum,
    "min": anp.minimum,
    "exp": anp.exp,
    "ln": anp.log,
    "log2": anp.log2,
    "log10": anp.log10,
    "sqrt": anp.sqrt,
    "abs": anp.abs,
    "sin": anp.sin,
    "cos": anp.cos,
    "tan": anp.tan,
    "asin": anp.arcsin,
    "acos": anp.arccos,
    "atan": anp.arctan,
    "sinh": anp.sinh,
    "cosh": anp.cosh,
    "tanh": anp.tanh,
    "sigmoid": lambda x: 1.0 / (1.0 + anp.exp(-x)),
    "relu": lambda x: anp.maximum(x, 0.0),
    "leaky_relu": lambda x: anp.where(x > 0, x, 0.01 * x),
    "softplus": lambda x: anp.log(1.0 + anp.exp(x)),
    "asinh": anp.arcsinh,
    "acosh": anp.arccosh,
    "atanh": anp.arctanh,
    "exp2": anp.exp2,
    "expm1": anp.expm1,
    "log1p": anp.log1p,
    "elu": lambda x: anp.where(x > 0, x, anp.expm1(x)),
    "selu": lambda x: 1.0507009873554805 * anp.where(x > 0, x, 1.6732632423543772 * anp.expm1(x)),
    "silu": lambda x: x / (1.0 + anp.exp(-x)),
    "gelu_tanh": lambda x: 0.5 * x * (1.0 + anp.tanh(anp.sqrt(2.0 / anp.pi) * (x + 0.044715 * x * x * x))),
    "mish": lambda x: x * anp.tanh(anp.log(1.0 + anp.exp(x))),
    "cbrt": lambda x: anp.sign(x) * anp.abs(x) ** (1.0 / 3.0),
    "hard_tanh": lambda x: anp.clip(x, -1.0, 1.0),
    "hard_sigmoid": lambda x: anp.clip(x / 6.0 + 0.5, 0.0, 1.0),
    "softsign": lambda x: x / (1.0 + anp.abs(x)),
    "sign": anp.sign,
    "step": lambda x: anp.where(x > 0, 1.0, 0.0),
    "leaky_step": lambda x: anp.where(x > 0, 1.0, 0.01),
    "beats": lambda x, y: anp.where(x > y, 1.0, 0.0),
    "equals": lambda x, y: anp.where(x == y, 1.0, 0.0),
    "share": lambda x, y: x / y,
    "floor": anp.floor,
    "ceil": anp.ceil,
    "round": lambda x: anp.floor(x + 0.5),
    # spread out first: autograd's where does not sum back over broadcast axes
    "where": lambda c, x, y: anp.where(c > 0, x + 0.0 * c + 0.0 * y, y + 0.0 * c + 0.0 * x),
    "clip": lambda x, low, high: anp.minimum(anp.maximum(x, low), high),
    "logaddexp": anp.logaddexp,
    "erf": erf,
    "erfc": erfc,
    "erfinv": erfinv,
    "logit": lambda x: anp.log(x) - anp.log(1.0 - x),
    "hypot": lambda x, y: anp.sqrt(x * x + y * y),
    "atan2": anp.arctan2,
    "gelu": lambda x: x * (0.5 * erfc(-x / anp.sqrt(2.0))),
    "log_sigmoid": lambda x: -anp.log(1.0 + anp.exp(-x)),
}


def slope(name: str, inputs: tuple[float, ...], slot: int) -> float:
    """∂operation/∂(input `slot`)."""
    return float(_differentiated(FUNCTIONS[name], slot)(*inputs))


def values(graph: Graph, moved: Mapping[NodeId, Any] | None = None) -> dict[NodeId, Any]:
    """The value of every node, each moved by what `moved` says once it is computed."""
    known: dict[NodeId, Any] = {}
    for level in graph.structure.levels:
        for id_ in level:
            node = graph.nodes[id_]
            inputs = [known[source] for source in node.inputs if source is not None]
            known[id_] = FUNCTIONS[node.op.name](*inputs) if inputs else node.value
            if moved is not None and id_ in moved:
                known[id_] = known[id_] + moved[id_]
    return known


def gradients(graph: Graph) -> dict[NodeId, Any]:
    """∂(sum of the output's entries)/∂node for every node, as if each were moved by itself."""
    still = {id_: np.zeros(np.shape(value)) for id_, value in values(graph).items()}

    def output(moved: Mapping[NodeId, Any]) -> Any:
        return anp.sum(values(graph, moved)[graph.result or 0])

    found: dict[NodeId, Any] = _differentiated(output, 0)(still)
    return found


def _differentiated(function: Callable[..., Any], slot: int) -> Callable[..., Any]:
    def gradient(*inputs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # autograd warns where the output does not depend on the input
            return autograd.grad(function, slot)(*inputs)

    return gradient
