"""Exact fractions: the same run in rational numbers, wherever all operations allow it.

1/3 is 0.333… in float64.  Numbers that people type are taken as they are written, so 0.1 is 1/10.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..graph.naming import NAMED_CONSTANTS
from ..ops.op import Op, Operand, Quantity
from .sweeps import Sweep
from .trace import Trace

MOST_NODES = 2_000
LARGEST_SHOWN = 9_999  # the denominator and the numerator of a fraction that is easier to read than its decimals
_MOST_BITS = 256  # of a numerator or denominator; beyond, exactness would cost more than it tells
_CLOSE = 1e-9  # relative; a float that is farther from its fraction did not come from it


def fractions(trace: Trace) -> Mapping[float, Fraction]:
    """The floats of a run that stand for fractions which a person would write as such.

    Values, local derivatives, shares, sums and gradients; what is not rational, or in arrays, is left out.
    """
    if len(trace.graph) > MOST_NODES:
        return {}
    found: dict[float, Fraction] = {}

    def keep(number: Any, exact: Fraction | None) -> None:
        if exact is None or not isinstance(number, float) or exact.denominator == 1:
            return
        size = max(abs(exact.numerator), exact.denominator)
        if size <= LARGEST_SHOWN and abs(number - float(exact)) <= _CLOSE * abs(number):
            found[number] = exact

    values = _values(trace)
    for row, exact in values.items():
        keep(trace.value(trace.plan.rows[row]), exact)
    if trace.sweep is not None:
        _follow(trace.sweep, values, keep)
    return found


def _values(trace: Trace) -> dict[int, Fraction]:
    """The rows whose values are rational."""
    plan, found = trace.plan, dict[int, Fraction]()
    for row, node in enumerate(plan.rows):
        held, value = trace.graph.nodes[node], trace.value(node)
        if not isinstance(value, float):
            continue
        if held.op.is_leaf:
            exact = None if held.name in NAMED_CONSTANTS else Fraction(repr(value))
        else:
            exact = _rational(held.op, [found.get(source) for source in plan.input_rows(row)])
        if exact is not None:
            found[row] = exact
    return found


def _follow(sweep: Sweep, values: Mapping[int, Fraction], keep: Callable[[Any, Fraction | None], None]) -> None:
    """The sweep in rational numbers."""
    has: dict[int, Fraction | None] = {sweep.seed: Fraction(1)}
    plan, rows = sweep.plan, sweep.plan.rows
    for wire in range(len(sweep.wires)):
        source, target = int(sweep.wires.source[wire]), int(sweep.wires.target[wire])
        row, slot = sweep.consumer(wire), int(sweep.wires.slot[wire])
        op, local = sweep.graph.nodes[rows[row]].op, None
        if op.structured is None and row in values:
            given: list[Fraction | None] = [values.get(i) for i in plan.input_rows(row)]
            local = _rational(op.partials[slot].exact, [*given, values[row]])
        upstream = has.get(source)
        sent = _rational(operator.mul, [local, upstream])
        event = sweep.sent(wire)
        keep(event.local, local)
        keep(event.contribution, sent)
        added = sweep.added(wire)
        is_alone = sweep.overwrites or int(sweep.into(target)[0]) == wire
        before = Fraction(0) if is_alone else has.get(target)
        has[target] = _rational(operator.add, [before, sent])
        keep(added.after, has[target])


class _IrrationalError(ArithmeticError):
    """There is no fraction for it, or none that is worth the trouble."""


class _Exact(Operand):
    """A rational number that follows the rules of operations."""

    __slots__ = ("value",)

    def __init__(self, value: Fraction) -> None:
        self.value = value

    def apply(self, op: Op, args: Sequence[Quantity]) -> _Exact:
        given = [_number(arg) for arg in args]
        try:
            if op.name in _PIECEWISE_CONSTANT:
                return _Exact(Fraction(float(op.forward(*map(float, given)))))
            return _Exact(_bounded(_RULES[op.name](*given)))
        except (KeyError, ZeroDivisionError, OverflowError, ValueError):
            raise _IrrationalError from None


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > _MOST_BITS:
        raise _IrrationalError
    return base ** int(exponent)


# What is rational for rational numbers; sin is not.
_RULES: dict[str, Callable[..., Fraction]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "identity": operator.pos,
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "pow": _power,
    "power_slope": lambda x, n: n * _power(x, n - 1),
    "abs": abs,
    "relu": lambda x: max(x, Fraction(0)),
    "max": max,
    "min": min,
}
_PIECEWISE_CONSTANT = frozenset({"sign", "step", "beats", "share", "equals", "floor", "ceil", "round"})


def _number(quantity: Quantity) -> Fraction:
    if isinstance(quantity, _Exact):
        return quantity.value
    if isinstance(quantity, float | int):
        return Fraction(quantity)
    raise _IrrationalError


def _rational(rule: Callable[..., Quantity], given: list[Fraction | None]) -> Fraction | None:
    """What a rule gives for fractions, if that is one."""
    numbers = [number for number in given if number is not None]
    if len(numbers) < len(given):
        return None
    try:
        return _number(rule(*map(_Exact, numbers)))
    except _IrrationalError:
        return None


def _bounded(exact: Fraction) -> Fraction:
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > _MOST_BITS:
        raise _IrrationalError
    return exact
