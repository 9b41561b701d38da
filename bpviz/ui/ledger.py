"""The path ledger: every path from the selected node to the output, the product along it, and their sum."""

from __future__ import annotations

from ..engine.paths import Ledger, Path, amount, ledger
from ..engine.trace import Trace
from ..graph.graph import NodeId
from ..ops import numerals
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
        inner.row(_way(trace, path), _product(path), "backward")
        row.hold(inner)
        row.setAccessibleName(spoken(f"{_way(trace, path).replace(' → ', ' to ')}: {_product(path)}"))
        panel.add(row)
    if found.is_complete:
        panel.row(f"sum of {len(found.paths)} paths", numerals.short(found.gradient), "backward", is_bold=True)
    panel.remark(_saving(found))


def _wires(trace: Trace, path: Path) -> list[tuple[NodeId, int]]:
    """The wires of a path, each by the input that it enters."""
    wires, rows = trace.plan.wires, trace.plan.rows
    return [(rows[int(wires.source[wire])], int(wires.slot[wire])) for wire in path.wires]


def _way(trace: Trace, path: Path) -> str:
    """`x → a → f`, a long way with dots."""
    names = [trace.graph.spoken(node) for node in path.nodes]
    return " → ".join(names if len(names) <= MOST_FACTORS else [*names[:2], "…", *names[-2:]])


def _product(path: Path) -> str:
    """`3 × 2 = 6`, from the output on, as backpropagation multiplies."""
    factors = [numerals.short(local) for local in reversed(path.locals) if isinstance(local, float)]
    result = numerals.short(path.product) if isinstance(path.product, float) else numerals.brief(path.product)
    if not 1 < len(factors) <= MOST_FACTORS:
        return result
    return f"{' × '.join([factors[0], *map(numerals.in_parentheses, factors[1:])])} = {result}"


def _saving(found: Ledger) -> str:
    listed = "" if found.is_complete else f"The largest {len(found.paths)} are listed. " if found.is_ranked else ""
    by_paths, by_waves = amount(found.by_paths, "multiplication"), amount(found.by_backpropagation)
    return f"{listed}Path by path this takes {by_paths}, backpropagation {by_waves}."


class PathRow(WireRow):
    """A row that points out its path."""
