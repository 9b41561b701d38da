"""What an operation is, and the one table of all of them.

An operation is declared once, by `declare.define(...)`, in one of the sibling modules.  Palette, parser, engine,
formulas, LaTeX and tests are all derived from that declaration.

Operations are of two kinds.  An *elementwise* one works entry by entry on inputs that broadcast as in numpy, and
gives a partial derivative for each slot.  A *structured* one (a sum, a matrix product, a reshape) gives a shape rule
and, for each slot, the two products with its Jacobian: `vjp` (back) and `jvp` (forward).  All rules are written in
operations, so that they compute with numbers and record with operands.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from .numerals import sized

if TYPE_CHECKING:
    from .declare import Declaration

# A scalar or a float64 array, or an `Operand` standing for one: rules are written once for all of them.
Quantity = Any
Rule = Callable[..., Quantity]
Shape: TypeAlias = tuple[int, ...]


MOST_ENTRIES = 50_000_000  # numbers in one graph; their values and gradients, in plan and trace, are 1.6 GB


class OpError(ValueError):
    """Inputs or attributes that an operation cannot have, said in words that follow its name."""


def require_room(entries: int) -> None:
    """Raises OpError for more numbers than a graph may hold: what is computed on the way takes memory too."""
    if entries > MOST_ENTRIES:
        raise OpError(f"needs room for {entries:,} numbers at once; bpviz stops at {MOST_ENTRIES:,}")


MOST_AXES = 64  # numpy's limit
_MOST_BYTES = 2**63  # numpy counts them without the axes of size 0, also where there are none


def require_shape(shape: Shape) -> Shape:
    """The shape, if numpy can make an array with it, empty or not.  Raises OpError."""
    if len(shape) > MOST_AXES:
        raise OpError(f"cannot make an array with {len(shape)} axes: at most {MOST_AXES} are possible")
    if 8 * prod(size for size in shape if size) >= _MOST_BYTES:
        raise OpError(f"cannot make an array with shape {sized(shape)}: its axes are too long together")
    return shape


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

    @property
    def shape(self) -> Shape:
        """The shape of what this stands for; rules of structured operations ask for it."""
        raise TypeError("this operand stands for a number of any shape")

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

    def __matmul__(self, other: Quantity) -> Quantity:
        return OPS["matmul"](self, other)

    def __rmatmul__(self, other: Quantity) -> Quantity:
        return OPS["matmul"](other, self)


def shape_of(quantity: Quantity) -> Shape:
    """The shape of a number, an array, or what an operand stands for."""
    return quantity.shape if isinstance(quantity, Operand) else np.shape(quantity)


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
    """Where an operation is defined: `holds(*inputs)` is elementwise, `statement` says it in words.

    A domain of several conditions has these as `parts`, of which the first that is violated can be told alone.
    """

    holds: Callable[..., Any]
    statement: str
    parts: tuple[Domain, ...] = ()

    def complaint(self, *inputs: Any) -> str:
        """What is to be said of inputs that are not in it."""
        return next((part.statement for part in self.parts if not np.all(part.holds(*inputs))), self.statement)


@dataclass(frozen=True)
class Kink:
    """Where an operation has no derivative and which value is taken there by convention, in words."""

    where: Callable[..., Any]
    statement: str


Forward = TypeVar("Forward", bound=Callable[..., Any])


def writes_out(forward: Forward) -> Forward:
    """Marks a forward function that takes `out`, an array for its result, as numpy's own functions do."""
    _WRITERS.add(forward)
    return forward


_WRITERS: set[Any] = set()


def can_write_out(forward: Any) -> bool:
    """Whether a forward function can be given an array for its result."""
    plain = forward.func if isinstance(forward, partial) else forward
    return isinstance(plain, np.ufunc) or plain in _WRITERS


@dataclass(frozen=True)
class Attribute:
    """A fixed part of an operation that is no input and has no derivative: an axis, a shape, a rate.

    `read` makes a hashable value of what was written, or raises OpError with what is allowed.
    """

    name: str
    read: Callable[[Any], Any]
    default: Any
    summary: str


@dataclass(frozen=True)
class Work:
    """Multiplications and additions of numbers."""

    multiplications: int = 0
    additions: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(self.multiplications + other.multiplications, self.additions + other.additions)


@dataclass(frozen=True)
class Probe:
    """Inputs on which the tests try an operation: random numbers of these shapes, and its attributes.

    `draw` says which numbers: "any" (between −2 and 2), "positive", "inside" (between 0.1 and 0.9),
    "probabilities" (positive, of sum 1 along the last axis), "regular" (matrices far from singular) or "tokens"
    (whole numbers from 0 to 2); one word for all inputs, or one for each.
    """

    shapes: tuple[Shape, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    draw: str | tuple[str, ...] = "any"


@dataclass(frozen=True)
class Structured:
    """What a structured operation has in place of partials; all rules take its attributes as keywords.

    `shape(*shapes)` is the shape of the result; it raises OpError for inputs that do not fit.
    `vjps[slot](g, *inputs, out)` is g · ∂out/∂input, for `g` of the result's shape; `jvps[slot](t, *inputs, out)` is
    ∂out/∂input · t, for `t` of the input's shape.  None stands for a slot without a derivative.
    `work(*shapes)` counts what the operation itself costs.
    `cases(*inputs)` is a loss, the mean over the entries of its inputs, of many cases that lie along a leading axis of
    every input: one number for each.  None for other operations.
    """

    shape: Callable[..., Shape]
    vjps: tuple[Rule | None, ...]
    jvps: tuple[Rule | None, ...]
    work: Callable[..., Work]
    cases: Callable[..., Any] | None = None


@dataclass(frozen=True, eq=False)
class Op:
    """An operation on float64 scalars and arrays; see the module for the two kinds.

    `partials[i]` is ∂out/∂input i of an elementwise operation; a structured one has `structured` instead.
    `samples` and `probes` are inputs, away from kinks, at which tests try it.  `analytic` operations compute with
    complex numbers too, as holomorphic functions.  `attributes` are the values of those that are `declared`;
    `with_` gives the same operation with others.
    """

    name: str
    symbol: str
    title: str
    group: str
    summary: str
    arity: int
    forward: Callable[..., Any]
    partials: tuple[Partial, ...]
    structured: Structured | None
    code: Spelling
    text: Spelling
    latex: Spelling
    aliases: tuple[str, ...]
    domain: Domain | None
    kink: Kink | None
    samples: tuple[tuple[float, ...], ...]
    probes: tuple[Probe, ...]
    analytic: bool
    attributes: Mapping[str, Any]
    declaration: Declaration

    def __call__(self, *args: Quantity) -> Quantity:
        """`op(...)` on numbers computes; with an operand among the arguments it records."""
        for arg in args:
            if isinstance(arg, Operand):
                return arg.apply(self, args)
        return self.forward(*args)

    def with_(self, arity: int | None = None, /, **attributes: Any) -> Op:
        """The same operation with other attributes, and for as many inputs, if it is variadic.

        Raises OpError for an attribute that it does not have, and for a value that it cannot have.
        """
        return self.declaration.op({**self.attributes, **attributes}, self.arity if arity is None else arity)

    @property
    def declared(self) -> tuple[Attribute, ...]:
        """The attributes that it may be given."""
        return self.declaration.attributes

    @property
    def is_variadic(self) -> bool:
        return self.declaration.is_variadic

    @property
    def given(self) -> dict[str, Any]:
        """The attributes that differ from what they are when nobody says anything."""
        return {a.name: self.attributes[a.name] for a in self.declared if self.attributes[a.name] != a.default}

    def result_shape(self, *shapes: Shape) -> Shape:
        """The shape of the result, for inputs of these shapes.  Raises ValueError where they do not fit."""
        return self.structured.shape(*shapes) if self.structured else np.broadcast_shapes(*shapes)

    def has_derivative(self, slot: int) -> bool:
        """Whether anything is sent back through a slot."""
        return self.structured is None or self.structured.vjps[slot] is not None

    @property
    def is_leaf(self) -> bool:
        """A leaf holds a value instead of computing one."""
        return self.arity == 0

    @property
    def is_listed(self) -> bool:
        """Listed operations are offered to people; the others only occur inside derivatives."""
        return bool(self.group)

    def __repr__(self) -> str:
        return f"<Op {self.name}{self.given or ''}>"


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
