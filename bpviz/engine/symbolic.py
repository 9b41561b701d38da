"""Formulas simplified by sympy: only when asked for, and in a process of its own that can be stopped.

sympy reads formulas from our own parser, never from text.  What it makes of them is believed only where it has the same
value at a few points.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..graph.graph import Graph, GraphError, NodeId
from ..graph.parse import parse
from ..graph.program import full_formula
from ..ops.formula import Applied, Formula, Name, Notation, Number, written

if TYPE_CHECKING:
    import sympy

MOST_OPERATIONS = 1_000  # of a formula that is simplified
PATIENCE = 10.0  # seconds
_SAME_NAME = frozenset({
    "exp", "sqrt", "sign", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "erf", "erfc",
})  # fmt: skip


def simplest(graph: Graph, node: NodeId) -> Graph | None:
    """A graph with a shorter formula for a node in terms of inputs, or None where there is none to be found.

    Only of scalars: operations on whole arrays are not sympy's.
    """
    whole = full_formula(graph, node, MOST_OPERATIONS)
    if whole is None or not is_elementwise(whole):
        return None
    best, least = None, _length(written(whole, Notation.CODE))
    for text in _candidates(written(whole, Notation.CODE)):
        try:
            # a bare number or name would become an input of that name, or another name for one
            candidate = parse(f"{graph.label(node)} = identity({text})")
        except GraphError:
            continue
        if (best is None or _length(text) < least) and _agree(graph, node, candidate):
            best, least = candidate, _length(text)
    return best


def is_elementwise(root: Formula) -> bool:
    """Whether a formula has no operations on whole arrays, and no arrays."""
    pending = [root]
    while pending:
        term = pending.pop()
        if isinstance(term, Applied):
            if term.op.structured is not None or not term.op.arity:
                return False
            pending.extend(term.args)
        elif not isinstance(term, Name) and not (isinstance(term, Number) and term.scalar is not None):
            return False
    return True


def _length(text: str) -> int:
    return len(text.replace(" ", "").replace("**", "^"))


def _candidates(text: str) -> list[str]:
    """What the other process found, as far as it came in time."""
    root = str(Path(__file__).parents[2])
    code = f"import sys; sys.path.insert(0, {root!r}); from bpviz.engine.symbolic import answer; answer()"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], input=text, capture_output=True, text=True, timeout=PATIENCE, encoding="utf-8"
        )
        output = done.stdout
    except subprocess.TimeoutExpired as late:
        output = late.stdout.decode() if isinstance(late.stdout, bytes) else ""
    except OSError:
        return []
    return [json.loads(line) for line in output.splitlines() if line.endswith('"')]


def _agree(graph: Graph, node: NodeId, candidate: Graph) -> bool:
    """Whether both formulas have the same value at some points, as far as both have one."""
    from .plan import Plan

    random = np.random.default_rng(7)
    names = [leaf.name for leaf in graph.leaves()]
    compared = 0
    for _ in range(12):
        point = {name: float(random.uniform(-3.0, 3.0)) for name in names}
        known = {leaf.name for leaf in candidate.leaves()}
        if not known <= set(names):
            return False
        ours = _value(Plan(graph.with_inputs(point)), node)
        theirs = _value(Plan(candidate.with_inputs({n: v for n, v in point.items() if n in known})), candidate.result)
        if np.isfinite(ours):
            compared += 1
            if not np.isclose(ours, theirs, rtol=1e-9, atol=1e-12):
                return False
    return compared > 0


def _value(plan: Any, node: NodeId | None) -> float:
    with np.errstate(all="ignore"):
        plan.evaluate()
    return float(plan.value_view(plan.row_of[node]))


# In the other process


def answer() -> None:
    """Reads a formula and writes simpler ones, a JSON string a line, the surest first."""
    sys.setrecursionlimit(10_000)
    graph = parse(sys.stdin.read())
    assert graph.result is not None
    whole = full_formula(graph, graph.result, MOST_OPERATIONS)
    assert whole is not None
    for expression in _simplified(_in_sympy(whole)):
        print(json.dumps(_in_our_language(expression)), flush=True)


def _simplified(expression: sympy.Expr) -> Iterator[sympy.Expr]:
    """The same expression in forms of which one is probably short; the quick ones first."""
    import sympy

    yield expression
    yield sympy.factor_terms(expression)
    yield sympy.cancel(expression)
    yield sympy.expand(expression)
    yield sympy.factor(expression)
    yield sympy.simplify(expression)


def _in_sympy(root: Formula) -> sympy.Expr:
    """A formula as a sympy expression; operations that sympy does not know become functions without a meaning."""
    done: dict[int, Any] = {}
    pending: list[tuple[Formula, bool]] = [(root, False)]
    while pending:
        term, is_ready = pending.pop()
        if isinstance(term, Applied) and not is_ready:
            pending.append((term, True))
            pending.extend((arg, False) for arg in term.args)
        elif isinstance(term, Applied):
            done[id(term)] = _applied(term.op.name, [done[id(arg)] for arg in term.args])
        else:
            done[id(term)] = _atom(term)
    return done[id(root)]


def _atom(term: Formula) -> sympy.Expr:
    import sympy

    if isinstance(term, Name):
        kept: Mapping[str, sympy.Expr] = {"π": sympy.pi, "e": sympy.E}
        return kept.get(term.name) or sympy.Symbol(term.name, real=True)
    assert isinstance(term, Number)
    digits = repr(term.value).replace(".0", "") if term.value == int(term.value) else repr(term.value)
    is_short = "e" not in digits and len(digits.strip("-0.")) <= 7
    return sympy.Rational(digits) if is_short else sympy.Float(repr(term.value))  # 0.1 is ⅒, 0.3333333333333333 is not


def _applied(name: str, args: list[Any]) -> Any:
    import sympy

    x, y = args[0], args[-1]
    known: Mapping[str, Callable[[], Any]] = {
        "identity": lambda: x,
        "add": lambda: x + y,
        "sub": lambda: x - y,
        "mul": lambda: x * y,
        "div": lambda: x / y,
        "pow": lambda: x**y,
        "neg": lambda: -x,
        "square": lambda: x**2,
        "reciprocal": lambda: 1 / x,
        "ln": lambda: sympy.log(x),
        "log2": lambda: sympy.log(x) / sympy.log(2),
        "log10": lambda: sympy.log(x) / sympy.log(10),
        "exp2": lambda: 2**x,
        "abs": lambda: sympy.Abs(x),
        "max": lambda: sympy.Max(x, y),
        "min": lambda: sympy.Min(x, y),
    }
    if name in known:
        return known[name]()
    return getattr(sympy, name)(x) if name in _SAME_NAME else sympy.Function(name)(*args)


def _in_our_language(expression: sympy.Expr) -> str:
    import sympy
    from sympy.printing.str import StrPrinter

    class Printer(StrPrinter):  # type: ignore[misc]  # sympy has no types
        """sympy's own notation is Python's, as ours is; a few words differ."""

        def _print_Exp1(self, expr: Any) -> str:
            return "e"

        def _print_Rational(self, expr: Any) -> str:
            digits = repr(expr.p / expr.q)
            is_short = expr.q > 9 and len(digits) <= 8 and sympy.Rational(digits) == expr
            return digits if is_short else f"{expr.p}/{expr.q}"

        def _print_Float(self, expr: Any) -> str:
            return repr(float(expr))

        def _print_log(self, expr: Any) -> str:
            return f"ln({self._print(expr.args[0])})"

        def _print_Abs(self, expr: Any) -> str:
            return f"abs({self._print(expr.args[0])})"

        def _print_Max(self, expr: Any) -> str:
            return self._nested("max", expr.args)

        def _print_Min(self, expr: Any) -> str:
            return self._nested("min", expr.args)

        def _nested(self, name: str, args: Any) -> str:
            first, *rest = args
            return f"{name}({self._print(first)}, {self._nested(name, rest)})" if rest else str(self._print(first))

    return str(Printer().doprint(expression))
