"""Nodes that hold a value instead of computing one."""

from __future__ import annotations

from typing import Any

from .declare import define
from .op import Op


def _held(*_: Any) -> Any:
    raise TypeError("a leaf is not computed, it holds its value")


def _leaf(name: str, symbol: str, title: str, summary: str) -> Op:
    return define(name, symbol=symbol, title=title, group="Inputs", summary=summary, arity=0, forward=_held)


_leaf("variable", "x", "Variable", "An input. Gradients are taken with respect to it.")
_leaf("parameter", "w", "Parameter", "An input that training adjusts, such as a weight or a bias.")
_leaf("constant", "c", "Constant", "A fixed number. It cannot change, so no gradient is sent to it.")
