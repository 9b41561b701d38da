"""What an operation is, and the one table of all of them.

An operation is declared once, by `define(...)`, in one of the sibling modules.  Palette, parser, engine,
formulas, LaTeX and tests are all derived from that declaration.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

# A scalar or a float64 array, or an `Operand` standing for one: rules are written once for all of them.
Quantity = Any
Rule = Callable[..., Quantity]


class Operand(ABC):
    """A quantity that is not a number yet: a formula, or a node of a graph under construction.

    Arithmetic on an operand, and calling an `Op` with one among its arguments, asks `apply` to record the
    operation instead of computing it.  That is how one rule serves numbers, formulas and graphs.
    """

    __slots__ = ()
    __array_ufunc__ = None  # numpy must hand `array * operand` to us instead of spreading over the entries

    @abstractmethod
    def apply(self, op: Op, args: Sequence[Quantity]) -> Operand:
        """The operand that stands for `op(*args)`; some of `args` are operands, the others numbers."""

    def __add__(self, other: Quantity) -> Quantity:
        return OPS["add"](self, other)

    def __radd__(self, other: Quantity) -> Quantity:
        return OPS["add"](other, self)

    def __sub__(self, other: Quantity) -> Quantity:
        return OPS["sub"](self, other)

    def __rsub__(self, other: Quantity) -> Quantity:
        return OPS["sub"](other, self)

    def __mul__(self, other: Quantity) -> Quantity:
        return OPS["mul"](self, other)

    def __rmul__(self, other: Quantity) -> Quantity:
        return OPS["mul"](other, self)

    def __truediv__(self, other: Quantity) -> Quantity:
        return OPS["div"](self, other)

    def __rtruediv__(self, other: Quantity) -> Quantity:
        return OPS["div"](other, self)

    def __pow__(self, other: Quantity) -> Quantity:
        return OPS["pow"](self, other)

    def __rpow__(self, other: Quantity) -> Quantity:
        return OPS["pow"](other, self)

    def __neg__(self) -> Quantity:
        return OPS["neg"](self)


def lifted(op: Op, number: float, like: Quantity) -> Quantity:
    """`op(number)`: recorded where `like` is an operand, so that a formula says ln(2) and not 0.6931."""
    return like.apply(op, [number]) if isinstance(like, Operand) else op(number)


@dataclass(frozen=True)
class Spelling:
    """How an operation is written in one notation.

    `template` has one `{i}` per input.  An input is put in parentheses when its own `precedence` is below the
    one its slot asks for; `slots` may be shorter than the inputs, the rest ask for nothing.
    """

    template: str
    precedence: int
    slots: tuple[int, ...] = ()


@dataclass(frozen=True)
class Partial:
    """∂out/∂input for one slot, as rules `(*inputs, out) -> Quantity` written in operations.

    `exact` is what is computed: it must not lose digits where the textbook form cancels.  `shown` is what a
    person would write.  The tests hold them equal.
    """

    exact: Rule
    shown: Rule


@dataclass(frozen=True)
class Domain:
    """Where an operation is defined: `holds(*inputs)` is elementwise, `statement` says it in words."""

    holds: Callable[..., Any]
    statement: str


@dataclass(frozen=True)
class Kink:
    """Where an operation has no derivative and which value is taken there by convention, in words."""

    where: Callable[..., Any]
    statement: str


@dataclass(frozen=True, eq=False)
class Op:
    """One elementwise operation on float64 scalars and arrays (inputs broadcast as in numpy).

    `partials[i]` is ∂out/∂input i.  `samples` are inputs, away from kinks, at which tests probe it.
    """

    name: str
    symbol: str
    title: str
    group: str
    summary: str
    arity: int
    forward: Callable[..., Any]
    partials: tuple[Partial, ...]
    code: Spelling
    text: Spelling
    latex: Spelling
    aliases: tuple[str, ...]
    domain: Domain | None
    kink: Kink | None
    samples: tuple[tuple[float, ...], ...]

    def __call__(self, *args: Quantity) -> Quantity:
        """`op(...)` on numbers computes; with an operand among the arguments it records."""
        for arg in args:
            if isinstance(arg, Operand):
                return arg.apply(self, args)
        return self.forward(*args)

    @property
    def is_leaf(self) -> bool:
        """A leaf holds a value instead of computing one."""
        return self.arity == 0

    @property
    def is_listed(self) -> bool:
        """Listed operations are offered to people; the others only occur inside derivatives."""
        return bool(self.group)

    def __repr__(self) -> str:
        return f"<Op {self.name}>"


@dataclass
class OpTable(dict[str, Op]):
    """All operations by name, in the order of their declaration."""

    by_alias: dict[str, Op] = field(default_factory=dict)

    def find(self, word: str) -> Op | None:
        """The operation that `word` names in the language, by its own name or by an alias."""
        return self.get(word) or self.by_alias.get(word)


OPS = OpTable()

ATOM, CALL, POWER, PRODUCT, SUM, NOTHING = 50, 40, 30, 20, 10, 0
# Unary minus binds tighter than * in the language (as in Python), but looser than · where people read.
NEGATION_IN_CODE, NEGATION_IN_PRINT = 25, 11


def call_spellings(name: str, arity: int, latex_name: str) -> tuple[Spelling, Spelling, Spelling]:
    """Code, text and LaTeX spellings of an operation that is written as a call."""
    args = ", ".join(f"{{{i}}}" for i in range(arity))
    written = Spelling(f"{name}({args})", CALL)
    return written, written, Spelling(rf"{latex_name}\left({args}\right)", CALL)


def define(
    name: str,
    *,
    symbol: str,
    title: str,
    group: str,
    summary: str,
    arity: int,
    forward: Callable[..., Any],
    partials: Sequence[Rule | Partial] = (),
    code: Spelling | None = None,
    text: Spelling | None = None,
    latex: Spelling | None = None,
    latex_name: str = "",
    aliases: Sequence[str] = (),
    domain: Domain | None = None,
    kink: Kink | None = None,
    samples: Sequence[tuple[float, ...]] = (),
) -> Op:
    """Declare an operation and enter it in `OPS`.  A bare rule in `partials` is both computed and shown."""
    default_code, default_text, default_latex = call_spellings(
        name, arity, latex_name or rf"\operatorname{{{{{name.replace('_', ' ')}}}}}"
    )
    op = Op(
        name=name,
        symbol=symbol,
        title=title,
        group=group,
        summary=summary,
        arity=arity,
        forward=forward,
        partials=tuple(p if isinstance(p, Partial) else Partial(p, p) for p in partials),
        code=code or default_code,
        text=text or default_text,
        latex=latex or default_latex,
        aliases=tuple(aliases),
        domain=domain,
        kink=kink,
        samples=tuple(samples),
    )
    assert len(op.partials) == arity, f"{name}: one partial per slot"
    assert name not in OPS
    OPS[name] = op
    for alias in aliases:
        assert alias not in OPS and alias not in OPS.by_alias, f"{alias} is taken"
        OPS.by_alias[alias] = op
    return op
