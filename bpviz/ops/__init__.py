"""What exists: the operations, each declared once.  This package needs nothing but numpy."""

from __future__ import annotations

# The palette shows the operations in the order in which these declare them.
# isort: off
from . import leaves, elementary, arithmetic, special, activations, selection
from . import reductions, statistics, matrices, solving, shaping, indexing, joining
from . import softmaxes, losses, layers, convolutions, pooling, attention

# isort: on
from .op import OPS, Op, Operand, OpError

# The order in which the palette shows them.
GROUPS = (
    "Inputs", "Arithmetic", "Elementary", "Selection", "Activations",
    "Reductions", "Matrices", "Shapes", "Losses", "Layers",
)  # fmt: skip

__all__ = [
    "GROUPS",
    "OPS",
    "Op",
    "OpError",
    "Operand",
    "activations",
    "arithmetic",
    "attention",
    "convolutions",
    "elementary",
    "indexing",
    "joining",
    "layers",
    "leaves",
    "losses",
    "matrices",
    "pooling",
    "reductions",
    "selection",
    "shaping",
    "softmaxes",
    "solving",
    "special",
    "statistics",
]
