"""A rule recorded once, for operands of known shape, and replayed on arrays without asking the rule again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..ops import Op, Operand
from ..ops.chain import vjp
from ..ops.op import Quantity, Shape, shape_of
from .steps import Floats, compute


class Tape:
    """The operations of a rule, one after the other.

    Register k holds the k-th given array; the results of the operations follow.
    """

    __slots__ = ("_given", "_result", "_steps")

    def __init__(self, rule: Callable[..., Quantity], shapes: Sequence[Shape]) -> None:
        """Records `rule` of operands with these shapes."""
        self._given = len(shapes)
        self._steps: list[tuple[Op, tuple[Any, ...]]] = []
        self._result = rule(*[_Register(self, i, shape) for i, shape in enumerate(shapes)])

    def record(self, op: Op, args: Sequence[Quantity]) -> _Register:
        self._steps.append((op, tuple(args)))
        return _Register(self, self._given + len(self._steps) - 1, op.result_shape(*map(shape_of, args)))

    def run(self, given: Sequence[Floats], out: Floats) -> None:
        """Computes the rule into `out`; the last operation writes there itself if it can."""
        registers: list[Any] = list(given)
        last = self._result.at - self._given if isinstance(self._result, _Register) else -1
        for i, (op, args) in enumerate(self._steps):
            inputs = [registers[arg.at] if isinstance(arg, _Register) else arg for arg in args]
            if i == last:
                compute(op, inputs, out)
                return
            registers.append(op.forward(*inputs))
        out[...] = registers[self._result.at] if isinstance(self._result, _Register) else self._result


class _Register(Operand):
    """Where a quantity stands on a tape."""

    __slots__ = ("at", "known", "tape")

    def __init__(self, tape: Tape, at: int, known: Shape) -> None:
        self.tape, self.at, self.known = tape, at, known

    @property
    def shape(self) -> Shape:
        return self.known

    def apply(self, op: Op, args: Sequence[Quantity]) -> _Register:
        return self.tape.record(op, args)


def vjp_tape(op: Op, slot: int, inputs: Sequence[Shape], out: Shape) -> Tape:
    """`chain.vjp` through a slot, as a tape of (g, *inputs, out)."""
    return Tape(lambda g, *rest: vjp(op, slot, g, rest[:-1], rest[-1]), [out, *inputs, out])
