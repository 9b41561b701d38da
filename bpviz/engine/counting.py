"""What a rule costs, found by following it with quantities of which only the shapes are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from ..ops import Op, Operand
from ..ops.op import Quantity, Shape, Work, shape_of


class Counting(Operand):
    """A quantity of which only the shape is known, and what it took to compute it."""

    __slots__ = ("made_of", "own", "size")

    def __init__(self, size: Shape, own: Work = Work(), made_of: Sequence[Counting] = ()) -> None:  # noqa: B008
        self.size, self.own, self.made_of = size, own, made_of

    @property
    def shape(self) -> Shape:
        return self.size

    def apply(self, op: Op, args: Sequence[Quantity]) -> Counting:
        shapes = [shape_of(arg) for arg in args]
        size = op.result_shape(*shapes)
        own = op.structured.work(*shapes) if op.structured else _elementwise(op, prod(size))
        return Counting(size, own, [arg for arg in args if isinstance(arg, Counting)])


def _elementwise(op: Op, entries: int) -> Work:
    match op.name:
        case "add" | "sub":
            return Work(0, entries)
        case "neg" | "identity":
            return Work()
    return Work(entries, 0)


def counted(result: Quantity) -> Work:
    """All that a rule computed, what it used twice counted once."""
    total = Work()
    for term in _all(result):
        total += term.own
    return total


def _all(result: Quantity) -> Iterator[Counting]:
    """Everything that a quantity was made of, and itself."""
    pending, seen = [result], set()
    while pending:
        term = pending.pop()
        if isinstance(term, Counting) and id(term) not in seen:
            seen.add(id(term))
            yield term
            pending.extend(term.made_of)


def largest_on_the_way_back(op: Op, slot: int, shapes: Sequence[Shape], out: Shape) -> int:
    """The entries of the largest array that the vjp of a structured operation makes.  Raises OpError from its rules."""
    rule = op.structured.vjps[slot] if op.structured else None
    if rule is None:
        return 0
    sent = rule(Counting(out), *map(Counting, shapes), Counting(out))
    return max((prod(term.size) for term in _all(sent)), default=0)
