"""What exists: the operations, each declared once.  This package needs nothing but numpy."""

from __future__ import annotations

from . import leaves, elementary, arithmetic, activations  # noqa: I001 - the order is the palette's
from .op import OPS, Op, Operand

__all__ = ["OPS", "Op", "Operand", "activations", "arithmetic", "elementary", "leaves"]
