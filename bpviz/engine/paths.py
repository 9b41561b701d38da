"""The path ledger: the gradient of a node as a sum over all paths from it to the output.

The local derivatives along a path are multiplied, and the products of all paths add up to the gradient; for arrays a
product is what the seed becomes when it is sent back along one path alone, and sending back is linear.  Paths may
be exponentially many, so they are counted without being listed.  The largest are found as in Lawler, *A procedure for
computing the K best solutions*, Management Science 18 (1972): the next best one leaves a path that is known at some
node, and goes the best way that there is from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import chain, count
from math import inf, isfinite, log2, log10, prod
from typing import TypeAlias

import numpy as np

from ..graph.graph import NodeId, Value
from ..ops import numerals
from ..ops.chain import vjp
from .differences import cone_of
from .plan import plain
from .steps import Floats
from .trace import Trace

MOST = 50  # paths that are listed
_MOST_NUMBERS = 10_000_000  # that paths through arrays bring back; of larger arrays fewer paths are listed
_TERMS = 4  # of a sum that a sentence spells out
_EXACT = 10**18  # counts below this are written with all their digits
_ROUNDING = 1e-9  # relative to the sum of all magnitudes
_INFINITE, _ZERO = 1e13, -1e9  # in place of the logarithms of what is not finite, and of 0: so they can be added

Link: TypeAlias = "tuple[Link, int] | None"  # wires as a list that shares its beginning with others


@dataclass(frozen=True, eq=False)
class Path:
    """One way from a node to the output: `nodes` in this order, `wires` and `locals` between them.

    `locals` are as in `Trace.local`, but plain numbers where everything is scalar.  `product` is what the seed becomes
    on the way back along this path alone: the product of the local derivatives, in the shape of the node.
    """

    wires: tuple[int, ...]
    nodes: tuple[NodeId, ...]
    locals: tuple[Value | None, ...]
    product: Value

    @property
    def magnitude(self) -> float:
        """The largest absolute entry of the product; NaN if one is."""
        return float(np.max(np.abs(self.product), initial=0.0))


@dataclass(frozen=True, eq=False)
class Ledger:
    """All paths from `node` to the output: their exact `count`, and some of them with their products.

    `paths` are the largest by magnitude if `is_ranked`, largest first, with what is not a number before all others;
    else the first that were found.  `total` is the sum of those in `paths`; `agrees` says whether it is the gradient,
    None where not all are listed or not everything is finite.  `by_paths` are the multiplications that it takes to go
    along every path by itself, `by_backpropagation` those of the backward pass, one for each wire between node and
    output; for arrays these are products with a Jacobian.  Without a gradient there are no paths.
    """

    node: NodeId
    count: int
    paths: tuple[Path, ...]
    is_ranked: bool
    total: Value | None
    gradient: Value | None
    agrees: bool | None
    by_paths: int
    by_backpropagation: int
    summary: str

    @property
    def is_complete(self) -> bool:
        """Whether every path is listed."""
        return len(self.paths) == self.count


def ledger(trace: Trace, node: NodeId, most: int = MOST) -> Ledger:
    """The paths from `node` to the output, of which at most `most` are listed."""
    gradient = trace.gradient(node)
    if gradient is None:
        return Ledger(node, 0, (), True, None, None, None, 0, 0, f"{without_gradient(trace, node)}.")
    plan = trace.plan
    rows = [plan.row_of[node], *cone_of(trace, node)]
    number, length, wires = _counted(trace, rows)
    is_scalar = not any(plan.shapes[row] for row in rows)
    found = (_largest if is_scalar else _first_found)(trace, rows, wires, most) if number else []
    is_ranked = is_scalar or len(found) == number
    paths = tuple(sorted(found, key=_rank) if is_ranked else found)
    with np.errstate(all="ignore"):
        total = plain(np.asarray(sum((path.product for path in paths), np.zeros(plan.shapes[rows[0]]))))
    agrees = _agree(paths, total, gradient) if len(paths) == number else None
    unsaid = Ledger(node, number, paths, is_ranked, total, gradient, agrees, length, len(wires), "")
    return replace(unsaid, summary=_summary(trace, unsaid))


def without_gradient(trace: Trace, node: NodeId) -> str:
    """Why a node has no gradient, without a full stop."""
    if trace.graph.nodes[node].is_constant and trace.has_backward:
        label = trace.graph.spoken(node)
        return f"{label} is a constant: it has no gradient" if label != "a constant" else "A constant has no gradient"
    assert trace.output is not None
    at = node if trace.value(node) is None else trace.output
    return f"There is no gradient: {trace.troubles.get(at, 'the output could not be computed')}"


def sent_back(trace: Trace, wire: int, upstream: Value) -> Floats:
    """What a wire would send if the gradient of its source were `upstream`, in the shape of its target."""
    plan, buffers = trace.plan, trace.buffers
    row, slot = int(plan.wires.source[wire]), int(plan.wires.slot[wire])
    inputs = [plan.value_view(source, buffers) for source in plan.input_rows(row)]
    op, out = trace.graph.nodes[plan.rows[row]].op, plan.value_view(row, buffers)
    with np.errstate(all="ignore"):
        return np.asarray(vjp(op, slot, np.asarray(upstream, dtype=np.float64), inputs, out)) + 0.0


def _counted(trace: Trace, rows: Sequence[int]) -> tuple[int, int, list[int]]:
    """How many paths lead from the first of `rows` to the output, how many wires they have one after the other, and
    the wires between the two."""
    wires, inside = trace.plan.wires, set(rows)
    arrived = {trace.plan.output_row: (1, 0)}
    between: list[int] = []
    current, paths, length = -1, 0, 0
    for wire, (source, target) in enumerate(zip(wires.source.tolist(), wires.target.tolist(), strict=True)):
        if target not in inside:
            continue
        between.append(wire)
        if source != current:  # all has arrived, and nobody asks again: numbers of a thousand digits need not be kept
            current, (paths, length) = source, arrived.pop(source)
        before, so_long = arrived.get(target, (0, 0))
        arrived[target] = before + paths, so_long + length + paths
    return *arrived.get(rows[0], (0, 0)), between


def _largest(trace: Trace, rows: Sequence[int], wires: Sequence[int], most: int) -> list[Path]:
    """The largest paths through scalars: by logarithms, so that nothing is lost to overflow and underflow."""
    source, target = trace.plan.wires.source.tolist(), trace.plan.wires.target.tolist()
    local = local_numbers(trace, wires)
    size = {wire: _logarithm(local[wire]) for wire in wires}
    into: dict[int, list[int]] = {row: [] for row in rows}
    # from each row the size of the best path there is, and the wire on which it leaves
    reach, choice = {rows[-1]: 0.0}, {rows[-1]: -1}
    for wire in sorted(wires, key=lambda wire: -target[wire]):  # what lies nearer to the output is known then
        row = target[wire]
        into[row].append(wire)
        if (through := size[wire] + reach[source[wire]]) > reach.get(row, -inf):
            reach[row], choice[row] = through, wire
    found: list[Path] = []
    ticket = count()  # of equals, those that were seen first
    best: list[tuple[float, int, Link, float, int]] = [(-reach[rows[0]], next(ticket), None, 0.0, rows[0])]
    while best and len(found) < most:
        _, _, link, before, row = best.pop(0)
        others = []
        while (onward := choice[row]) >= 0:
            for wire in into[row]:
                if wire != onward:
                    after = before + size[wire]
                    others.append((-after - reach[source[wire]], next(ticket), (link, wire), after, source[wire]))
            link, before, row = (link, onward), before + size[onward], source[onward]
        found.append(_scalar_path(trace, unwound(link)[::-1], local))
        best = nsmallest(most - len(found), chain(best, others))
    return found


def _scalar_path(trace: Trace, wires: Sequence[int], local: dict[int, float]) -> Path:
    factors = tuple([local[wire] for wire in wires])
    product = 1.0
    for factor in reversed(factors):  # as the backward pass does, from the output
        product *= factor
    return Path(tuple(wires), _nodes(trace, wires), factors, product + 0.0)


def local_numbers(trace: Trace, wires: Iterable[int]) -> dict[int, float]:
    """The local derivatives of wires between scalars; those that were computed together are asked for together."""
    plan = trace.plan
    source, slot = plan.wires.source.tolist(), plan.wires.slot.tolist()

    def neighbourhood(wire: int) -> tuple[int, int]:
        shared = plan.step_of(source[wire])
        return (-1 if shared is None else shared[0].begin, slot[wire])

    return {wire: float(np.asarray(trace.local(wire)).ravel()[0]) for wire in sorted(wires, key=neighbourhood)}


def _first_found(trace: Trace, rows: Sequence[int], wires: Sequence[int], most: int) -> list[Path]:
    """Paths through arrays, as far as `most` of them, each with what it brings back to the first of `rows`."""
    plan = trace.plan
    most = min(most, max(1, _MOST_NUMBERS // max(1, *(prod(plan.shapes[row]) for row in rows))))
    source, target = plan.wires.source.tolist(), plan.wires.target.tolist()
    out_of: dict[int, list[int]] = {}
    for wire in reversed(wires):
        out_of.setdefault(source[wire], []).append(wire)
    locals_: dict[int, Value | None] = {}
    seed = np.ones(plan.shapes[rows[-1]])
    found = [Path((), _nodes(trace, []), (), plain(seed))] if len(rows) == 1 else []
    pending: list[tuple[int, Floats, Link]] = [(wire, seed, None) for wire in out_of.get(rows[-1], [])]
    while pending and len(found) < most:
        wire, upstream, before = pending.pop()
        sent, link = sent_back(trace, wire, upstream), (before, wire)
        if target[wire] != rows[0]:
            pending.extend([(onward, sent, link) for onward in out_of[target[wire]]])
            continue
        along = unwound(link)
        for each in along:
            if each not in locals_:
                locals_[each] = trace.local(each)
        found.append(Path(tuple(along), _nodes(trace, along), tuple([locals_[each] for each in along]), plain(sent)))
    return found


def unwound(link: Link) -> list[int]:
    """The wires of a link, the last one first."""
    wires = []
    while link is not None:
        link, wire = link
        wires.append(wire)
    return wires


def _nodes(trace: Trace, wires: Sequence[int]) -> tuple[NodeId, ...]:
    """The nodes along wires that lead from a node to the output."""
    rows, ways = trace.plan.rows, trace.plan.wires
    assert trace.output is not None
    return (*[rows[ways.target[wire]] for wire in wires], trace.output)


def _logarithm(local: float) -> float:
    return (log2(abs(local)) if local else _ZERO) if isfinite(local) else _INFINITE


def _rank(path: Path) -> tuple[bool, float]:
    """Largest first, and what is not a number before all: it spoils the sum."""
    magnitude = path.magnitude
    return magnitude == magnitude, -magnitude


def _agree(paths: Sequence[Path], total: Value, gradient: Value) -> bool | None:
    if not (np.all(np.isfinite(total)) and np.all(np.isfinite(gradient))):
        return None
    sizes = sum((np.abs(path.product) for path in paths), np.zeros(np.shape(gradient)))
    return bool(np.all(np.abs(np.subtract(total, gradient)) <= _ROUNDING * sizes + np.finfo(np.float64).tiny))


# In words


def _summary(trace: Trace, found: Ledger) -> str:
    assert trace.output is not None
    here, there = trace.graph.spoken(found.node), trace.graph.spoken(trace.output)
    derivative, gradient = f"∂{there}/∂{here}", numerals.brief(found.gradient)
    if not found.count:
        return f"No path leads back from {there} to {here}, so {derivative} = {gradient}."
    if found.node == trace.output:
        return f"{here} is the output itself: its one path has no wires, and {derivative} = {gradient}."
    leads = f"{amount(found.count, 'path')} {'leads' if found.count == 1 else 'lead'} from {here} to {there}"
    is_scalar = all(isinstance(local, float) for path in found.paths for local in path.locals)
    by_paths = amount(found.by_paths, "multiplication" if is_scalar else "product")
    by_backpropagation = amount(found.by_backpropagation)
    if not found.is_complete:
        which = "the largest" if found.is_ranked else "the first found, not the largest,"
        shown = f"{which} {len(found.paths)} {'is' if len(found.paths) == 1 else 'are'} shown"
        return (
            f"{leads}; {shown}; enumerating them all would take {by_paths}, backpropagation took {by_backpropagation}."
        )
    what = "the product of the local derivatives along it" if is_scalar else "what it alone brings back"
    if found.count == 1:
        return f"{leads}; {what} is {derivative} = {gradient}."
    products = [path.product for path in found.paths if isinstance(path.product, float)]
    total = sum_of(products, found.total) if isinstance(found.total, float) else numerals.brief(found.total)
    what = "the products of the local derivatives along them" if is_scalar else "what each alone brings back"
    adds = f"{what} {'add' if is_scalar else 'adds'} up to {total}"
    result = f", which is {derivative}" if found.agrees else f", where backpropagation has {derivative} = {gradient}"
    saving = f"; enumerating them takes {by_paths}, backpropagation {by_backpropagation}"
    return f"{leads}; {adds}{result}{saving if found.by_paths > found.by_backpropagation else ''}."


def sum_of(terms: Sequence[float], total: float) -> str:
    """`5 + 5 + (−3) = 7`, or just `7` where the terms are many."""
    first, *rest = [numerals.short(term) for term in terms]
    result = numerals.short(total)
    return result if len(terms) > _TERMS else f"{' + '.join([first, *map(numerals.in_parentheses, rest)])} = {result}"


def amount(number: int, noun: str = "") -> str:
    """`1,073,741,824 paths`; `about 1.27·10³⁰ paths` where nobody would read the digits."""
    if number < _EXACT:
        text = f"{number:,}"
    else:
        power = int(log10(number))  # of integers that no float can hold, too
        mantissa = number // 10 ** (power - 3) / 1000
        mantissa, power = (mantissa, power) if mantissa < 9.995 else (mantissa / 10, power + 1)
        text = f"about {mantissa:.2f}·10{numerals.superscript(power)}"
    return text if not noun else f"{text} {noun}" if number == 1 else f"{text} {noun}s"
