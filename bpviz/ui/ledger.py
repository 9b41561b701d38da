"""The path ledger: every path from the selected node to the output, the product along it, and their sum."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from ..engine.exact import LARGEST_SHOWN
from ..engine.paths import Ledger, Path, amount, ledger
from ..engine.trace import Trace
from ..graph.graph import NodeId
from ..ops import numerals
from ..ops.numerals import Style
from ..stage.speech import spoken
from .panel import Panel
from .session import Session
from .wire_row import WireRow

MOST_NODES = 3_000  # of a graph whose paths are looked for whenever another node is shown
MOST_PATHS, MOST_FACTORS = 8, 5


def show_ledger(panel: Panel, session: Session, node: NodeId) -> None:
    """The section, if more than one path leads from `node` to the output: along a single one nothing is added."""
    trace = session.trace
    if len(trace.graph) > MOST_NODES:
        return
    found = ledger(trace, node, MOST_PATHS)
    if found.count < 2 or not isinstance(found.gradient, float) or trace.output is None:
        return
    name, output = trace.graph.spoken(node), trace.graph.spoken(trace.output)
    panel.heading(f"Paths from {name} to {output}: {amount(found.count)}")
    for path in found.paths:
        row = PathRow(session, _wires(trace, path))
        inner = Panel(panel.theme)
        inner.column.setContentsMargins(0, 0, 0, 0)
        product = _product(path, trace.style)
        inner.row(_way(trace, path), product, "backward")
        row.hold(inner)
        row.setAccessibleName(spoken(f"{_way(trace, path).replace(' → ', ' to ')}: {product}"))
        panel.add(row)
    if found.is_complete:
        panel.row(f"sum of {len(found.paths)} paths", trace.style.short(found.gradient), "backward", is_bold=True)
    panel.remark(_saving(found))


def _wires(trace: Trace, path: Path) -> list[tuple[NodeId, int]]:
    """The wires of a path, each by the input that it enters."""
    wires, rows = trace.plan.wires, trace.plan.rows
    return [(rows[int(wires.source[wire])], int(wires.slot[wire])) for wire in path.wires]


def _way(trace: Trace, path: Path) -> str:
    """`x → a → f`, a long way with dots."""
    names = [trace.graph.spoken(node) for node in path.nodes]
    return " → ".join(names if len(names) <= MOST_FACTORS else [*names[:2], "…", *names[-2:]])


def _product(path: Path, style: Style) -> str:
    """`3 × 2 = 6`, from the output on, as backpropagation multiplies."""
    factors = [local for local in reversed(path.locals) if isinstance(local, float)]
    result = _exactly(factors, path.product, style) if isinstance(path.product, float) else style.brief(path.product)
    if not 1 < len(factors) <= MOST_FACTORS:
        return result
    first, *others = map(style.short, factors)
    return f"{' × '.join([first, *map(numerals.in_parentheses, others)])} = {result}"


def _exactly(factors: list[float], product: float, style: Style) -> str:
    """A product as a fraction, where fractions are wanted and all its factors are some; it may be no number of the
    run."""
    parts = [Fraction(factor) if factor.is_integer() else style.fractions.get(factor) for factor in factors]
    exact = [part for part in parts if part is not None]
    if not style.fractions or len(exact) < len(parts):
        return style.short(product)
    found = prod(exact, start=Fraction(1))
    is_readable = max(abs(found.numerator), found.denominator) <= LARGEST_SHOWN
    return Style(style.digits, {product: found} if is_readable else {}).short(product)


def _saving(found: Ledger) -> str:
    listed = "" if found.is_complete else f"The largest {len(found.paths)} are listed. " if found.is_ranked else ""
    by_paths, by_waves = amount(found.by_paths, "multiplication"), amount(found.by_backpropagation)
    return f"{listed}Path by path this takes {by_paths}, backpropagation {by_waves}."


class PathRow(WireRow):
    """A row that points out its path."""
