"""What exists: the operations, each declared once.  This package needs nothing but numpy."""

from __future__ import annotations

# The palette shows the operations in the order in which these declare them.
# isort: off
from . import leaves, elementary, arithmetic, activations, reductions, matrices, shaping

# isort: on
from .op import OPS, Op, Operand, OpError

# The order in which the palette shows them.
GROUPS = ("Inputs", "Arithmetic", "Elementary", "Activations", "Reductions", "Matrices", "Shapes", "Losses", "Layers")

__all__ = [
    "GROUPS",
    "OPS",
    "Op",
    "OpError",
    "Operand",
    "activations",
    "arithmetic",
    "elementary",
    "leaves",
    "matrices",
    "reductions",
    "shaping",
]
