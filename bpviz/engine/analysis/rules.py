"""The differentiation rules, each written once.

A rule is what becomes of d/dx of a formula (`applied`).  The general statement of a rule is the same code run on
letters: the product rule and (u · v)′ = u′ · v + u · v′ cannot disagree.  The rules are those of any textbook (Zhang
et al., Dive into Deep Learning, section 2.4); the derivatives of functions come from the operations' declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...graph.graph import Graph, GraphError, NodeId
from ...graph.program import leaf_formula
from ...ops import OPS
from ...ops.formula import Applied, Formula, Name, Notation, Number, formula, partial, written
from .notations import DerivativeSign, derivative_of


@dataclass(frozen=True)
class Rule:
    """A differentiation rule by its name; `chained` when the derivative of an inner function follows as a factor."""

    title: str
    chained: bool = False

    @property
    def name(self) -> str:
        return f"{self.title} and chain rule" if self.chained else self.title


CONSTANT = Rule("Constant rule")
VARIABLE = Rule("Derivative of the variable itself")
CONSTANT_MULTIPLE = Rule("Constant multiple rule")
SUM = Rule("Sum rule")
DIFFERENCE = Rule("Difference rule")
LINEAR = frozenset({CONSTANT_MULTIPLE, SUM, DIFFERENCE})


@dataclass(frozen=True)
class Pending(Formula):
    """The derivative of a formula by the variable, not worked out yet."""

    inner: Formula


def depends_on(moving: Iterable[str]) -> Callable[[Formula], bool]:
    """A test of whether a formula has one of the names in it."""
    names = frozenset(moving)

    def depends(term: Formula) -> bool:
        if isinstance(term, Applied):
            return any(depends(arg) for arg in term.args)
        return isinstance(term, Name) and term.name in names

    return depends


def applied(term: Formula, x: str, depends: Callable[[Formula], bool]) -> tuple[Rule, Formula]:
    """What becomes of d/dx of a formula, by one rule; derivatives that remain are `Pending`."""
    if not depends(term):
        return CONSTANT, Number(0.0)
    if not isinstance(term, Applied):
        return (VARIABLE, Number(1.0)) if term == Name(x) else (VARIABLE, Pending(term))
    first, last = term.args[0], term.args[-1]
    match term.op.name:
        case "identity":
            return Rule("Another name for the same"), Pending(first)
        case "neg":
            return CONSTANT_MULTIPLE, formula(-Pending(first))
        case "add":
            return SUM, formula(Pending(first) + Pending(last))
        case "sub":
            return DIFFERENCE, formula(Pending(first) - Pending(last))
        case "mul" if not depends(first):
            return CONSTANT_MULTIPLE, formula(first * Pending(last))
        case "mul" if not depends(last):
            return CONSTANT_MULTIPLE, formula(last * Pending(first))
        case "mul":
            return Rule("Product rule"), formula(Pending(first) * last + first * Pending(last))
        case "div" if not depends(last):
            return CONSTANT_MULTIPLE, formula(Pending(first) / last)
        case "div":
            top = Pending(first) * last - first * Pending(last) if depends(first) else -(first * Pending(last))
            return Rule("Quotient rule"), formula(formula(top) / last**2.0)
        case "square":
            return _power(first, Number(2.0), x)
        case "pow" if not depends(last):
            return _power(first, last, x)
        case "pow" if not depends(first):
            return _exponential(term, first, last, x)
        case "pow":
            inner = formula(Pending(last) * OPS["ln"](first) + last * Pending(first) / first)
            return Rule("Logarithmic differentiation"), formula(term * inner)
    return _function(term, x, depends)


def _power(base: Formula, exponent: Formula, x: str) -> tuple[Rule, Formula]:
    return _chained("Power rule", formula(exponent * base ** formula(exponent - 1.0)), base, x)


def _exponential(term: Applied, base: Formula, exponent: Formula, x: str) -> tuple[Rule, Formula]:
    outer = term if base == Name("e") else formula(term * OPS["ln"](base))
    return _chained("Exponential rule", outer, exponent, x)


def _function(term: Applied, x: str, depends: Callable[[Formula], bool]) -> tuple[Rule, Formula]:
    """The chain rule, with the derivative that the operation declares; a sum of such terms if several inputs move."""
    moving = [slot for slot, arg in enumerate(term.args) if depends(arg)]
    title = f"Derivative of {term.op.name}"
    if len(moving) == 1:
        slot = moving[0]
        return _chained(title, partial(term.op, slot, term.args), term.args[slot], x)
    shares = [formula(partial(term.op, slot, term.args) * Pending(term.args[slot])) for slot in moving]
    total = shares[0]
    for share in shares[1:]:
        total = formula(total + share)
    return Rule(title, chained=True), total


def _chained(title: str, outer: Formula, inner: Formula, x: str) -> tuple[Rule, Formula]:
    """outer · d/dx inner; the derivative of the variable itself is 1, and nobody writes that."""
    if inner == Name(x):
        return Rule(title), outer
    return Rule(title, chained=True), formula(outer * Pending(inner))


# Writing them


def set_as(term: Formula, variable: str, sign: DerivativeSign, notation: Notation, place: int = 1) -> str:
    """A formula with derivatives in it, in one of the notations; `place` is the number of the variable."""
    return written(_spelled(term, variable, sign, place), notation)


def _spelled(term: Formula, variable: str, sign: DerivativeSign, place: int) -> Formula:
    if isinstance(term, Pending):
        return derivative_of(term.inner, variable, sign, place)
    if isinstance(term, Applied):
        if term.op.name == "mul":
            return _in_a_row([_spelled(factor, variable, sign, place) for factor in _factors(term)])
        return Applied(term.op, tuple(_spelled(arg, variable, sign, place) for arg in term.args))
    return term


def _factors(term: Formula) -> list[Formula]:
    """3 · (2 · x) as people write it: 3, 2 and x."""
    if isinstance(term, Applied) and term.op.name == "mul":
        return [term.args[0], *_factors(term.args[1])]
    return [term]


def _in_a_row(factors: Sequence[Formula]) -> Formula:
    product, *rest = factors
    for factor in rest:
        product = Applied(OPS["mul"], (product, factor))
    return product


def place_of(graph: Graph, variable: NodeId) -> int:
    """The number of an input among all of them, from 1 on, for notations that tell inputs by number."""
    return [node.id for node in graph.leaves() if not node.is_constant].index(variable) + 1


def variable_name(graph: Graph, variable: NodeId) -> str:
    if graph.nodes[variable].is_constant:
        raise GraphError(f"{graph.spoken(variable)} is a constant: there is no derivative by it")
    leaf = leaf_formula(graph, graph.nodes[variable])
    return leaf.name if isinstance(leaf, Name) else graph.label(variable)
