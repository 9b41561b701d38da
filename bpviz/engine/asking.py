"""Predict first, as questions: in which order gradients are asked for, what there is to choose from, and how to read
what a learner types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from math import isfinite
from random import Random

import numpy as np
from numpy.typing import NDArray

from ..graph.graph import GraphError, NodeId
from ..graph.parse import parse
from .mistakes import PRECISION, answers, significant_digits
from .sweeps import Backward
from .trace import Trace, run

MOST_CHOICES = 4
LONGEST = 80  # characters of an answer
ALL_DIGITS = 15  # of an answer that was chosen or computed, not typed digit by digit
_SPARE = (0.0, 1.0, -1.0, 2.0, 0.5, -2.0, 3.0)  # to choose from where there are few mistakes to be made
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
_POWER = re.compile(r"\s*[·⋅×*]\s*10\s*(?:\^|\*\*)?\s*\(?([⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[+-]?\d+)\)?$")
_PLAIN = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹−–", "+-0123456789--")  # what a keyboard may give for a minus


class Questions:
    """The gradients that can be asked for: single finite numbers that something is sent back to.

    Each is asked for just before the last of its shares is sent: then everything is known that it takes.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    @cached_property
    def _wires(self) -> NDArray[np.intp]:
        """The wires that bring the last share to a single number, in the order in which they send."""
        trace = self.trace
        if not isinstance(trace.sweep, Backward):
            return np.empty(0, dtype=np.intp)
        target = trace.plan.wires.target
        last = np.full(len(trace.plan.rows), -1)
        last[target] = np.arange(len(target))
        is_number = np.array([shape == () for shape in trace.plan.shapes], dtype=bool)
        return np.flatnonzero((last[target] == np.arange(len(target))) & is_number[target])

    def next(self, wire: int) -> tuple[int, NodeId] | None:
        """The first question that is not before `wire`: its own wire, and the node whose gradient is asked for."""
        return next(self._from(wire), None)

    def _from(self, wire: int) -> Iterator[tuple[int, NodeId]]:
        trace = self.trace
        for each in self._wires[np.searchsorted(self._wires, wire) :].tolist():
            row = int(trace.plan.wires.target[each])
            node = trace.plan.rows[row]
            if isinstance(gradient := trace.gradient(node), float) and isfinite(gradient):
                yield each, node

    def first_at(self, time: float) -> int:
        """The first wire that has not sent anything at a time."""
        begun = time - self.trace.sent_position(0)
        return max(0, int(np.ceil(begun / 2)))


def choices(trace: Trace, node: NodeId) -> list[float]:
    """The right gradient and what plausible mistakes lead to, shuffled; the same for the same node and numbers."""
    found = [answer.value for answer in answers(trace, node)[:MOST_CHOICES]]
    for spare in _SPARE:
        if len(found) < MOST_CHOICES and all(abs(spare - other) > PRECISION * abs(other) for other in found):
            found.append(spare)
    Random(f"{node} {found}").shuffle(found)
    return found


def read_answer(text: str) -> tuple[float, int]:
    """The number that somebody typed, and how many digits it has: `−0.5`, `1e-3`, `1.5·10⁻³`, `1/3`, `2 × (−3)`.

    Raises GraphError with a sentence where that is no single number.
    """
    typed = text.strip().removeprefix("=").strip()
    if not typed:
        raise GraphError("Type a number, such as −0.5 or 1/3.")
    if len(typed) > LONGEST:
        raise GraphError("That is too long for a number.")
    plain = _POWER.sub(lambda found: f"e{found[1]}", typed).translate(_PLAIN).lower()
    if _DECIMAL.fullmatch(plain):
        return float(plain), significant_digits(plain)
    if re.fullmatch(r"[+-]?\d*,\d+", plain):
        raise GraphError(f"Write decimals with a point: {typed.replace(',', '.')}.")
    return _computed(typed), ALL_DIGITS


def _computed(typed: str) -> float:
    """The value of an expression without names."""
    unreadable = GraphError(f"“{typed}” cannot be read as a number; examples of what can are −0.5, 1/3 and 2·10⁻³.")
    try:
        graph = parse(typed)
        trace = run(graph)
    except GraphError:
        raise unreadable from None
    if any(node.op.is_leaf and not node.is_constant for node in graph.nodes.values()) or graph.result is None:
        raise unreadable
    value = trace.value(graph.result)
    if value is None:
        raise GraphError(f"“{typed}” has no value: {trace.troubles[graph.result]}.")
    if not isinstance(value, float):
        raise unreadable
    return value
