"""Derivatives worked out line by line, as a person would on paper."""

from __future__ import annotations

from dataclasses import dataclass

from ...graph.graph import Graph, GraphError, NodeId
from ...graph.program import full_formula
from ...ops.formula import Applied, Formula, Name, Notation, formula
from ..derive import derive
from ..symbolic import is_elementwise, simplest
from .notations import DerivativeSign, derivative_of
from .rules import LINEAR, Pending, Rule, applied, depends_on, place_of, set_as, variable_name

MOST_OPERATIONS = 60  # of a formula whose derivative is worked out; more than anybody reads
MOST_LINES = 40
LONGEST = 1_500  # characters of a line


@dataclass(frozen=True)
class Line:
    """One line of a derivation: what stands on it, and the rules that led to it from the line above."""

    formula: Formula
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """∂output/∂variable, line by line: the first line asks, the last one answers."""

    output: str
    variable: str
    lines: tuple[Line, ...]
    place: int = 1  # of the variable among the inputs

    def texts(self, sign: DerivativeSign) -> list[str]:
        """Each line on one line of text, with its equals sign."""
        head = derivative_of(Name(self.output), self.variable, sign, self.place).text
        bodies = [set_as(line.formula, self.variable, sign, Notation.TEXT, self.place) for line in self.lines]
        return [f"{head} = {body}" if not i else f"= {body}" for i, body in enumerate(bodies)]

    def latex(self, sign: DerivativeSign, also: tuple[str, ...] = ()) -> str:
        """The whole derivation as an `aligned` environment, with further lines of LaTeX at its end."""
        head = derivative_of(Name(self.output), self.variable, sign, self.place).latex
        rows = [rf"&= {set_as(line.formula, self.variable, sign, Notation.LATEX, self.place)}" for line in self.lines]
        rows.extend(f"&= {line}" for line in also)
        body = r" \\ ".join(rows)
        return rf"\begin{{aligned}} {head} {body} \end{{aligned}}"


def derivation(graph: Graph, variable: NodeId, output: NodeId | None = None) -> Derivation:
    """The derivative of the output by an input, worked out.  Raises GraphError with the reason where it cannot be."""
    of = graph.result if output is None else output
    if of is None:
        raise GraphError("the graph is empty")
    name = variable_name(graph, variable)
    whole = full_formula(graph, of, MOST_OPERATIONS)
    if whole is None:
        raise GraphError(f"{graph.spoken(of)} takes more than {MOST_OPERATIONS} operations: too many for one formula")
    if not is_elementwise(whole):
        raise GraphError(f"{graph.spoken(of)} is computed with whole arrays: the rules say what happens at each node")
    lines = [Line(Pending(whole))]
    while len(lines) < MOST_LINES:
        rules: list[Rule] = []
        following = _next(lines[-1].formula, name, rules)
        if not rules:
            break
        if len(str(set_as(following, name, DerivativeSign.LAGRANGE, Notation.TEXT))) > LONGEST:
            raise GraphError("the derivative is too long to be written out: look at the rules node by node")
        lines.append(Line(following, tuple(dict.fromkeys(rules))))
    return Derivation(graph.label(of), name, tuple(lines), place_of(graph, variable))


def simplified(graph: Graph, variable: NodeId, output: NodeId | None = None) -> Formula | None:
    """The derivative as short as it can be written, or None where nothing shorter is found.

    sympy tries that in a process of its own, for up to ten seconds: not to be waited for in a window.
    """
    derived = derive(graph, [variable], output, as_shown=True)
    (gradient,) = derived.gradients.values()
    simpler = simplest(derived.graph, gradient)
    if simpler is None or simpler.result is None:
        return None
    whole = full_formula(simpler, simpler.result)
    while isinstance(whole, Applied) and whole.op.name == "identity":
        whole = whole.args[0]
    return whole


def _next(term: Formula, x: str, rules: list[Rule]) -> Formula:
    """The next line: every derivative that is asked for, one rule further; `rules` gets those that were applied."""
    if isinstance(term, Pending):
        return _resolved(term, x, rules)
    if isinstance(term, Applied):
        return formula(term.op(*(_next(arg, x, rules) for arg in term.args)))
    return term


def _resolved(term: Pending, x: str, rules: list[Rule]) -> Formula:
    """One rule applied; sums, differences and constant factors are taken apart together, as people do."""
    rule, result = applied(term.inner, x, depends_on({x}))
    rules.append(rule)
    return _apart(result, x, rules) if rule in LINEAR else result


def _apart(term: Formula, x: str, rules: list[Rule]) -> Formula:
    if isinstance(term, Pending):
        rule, result = applied(term.inner, x, depends_on({x}))
        if rule not in LINEAR:
            return term
        rules.append(rule)
        return _apart(result, x, rules)
    if isinstance(term, Applied):
        return formula(term.op(*(_apart(arg, x, rules) for arg in term.args)))
    return term
