"""The response of the output to a node that is moved, as a curve: in pieces, where it breaks or jumps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import TypeAlias

import numpy as np

from ..graph.graph import NodeId
from .differences import cone_of, moved_by
from .nudge import nudges
from .trace import Trace

POINTS = 97  # odd, so that 0 is one of them
_CHEAP = 20_000_000  # numbers, in less than a second
_FINER = 8  # parts into which a stretch is divided where the curve may jump
_ROUNDS = 4
_STEEP = 0.25  # of what the curve spans: a rise from one point to the next that may be a jump
_USUAL = (5.0, 95.0)  # percentiles; near a pole the curve goes beyond everything

Piece: TypeAlias = list[tuple[float, float]]  # h and the change of the output


@dataclass(frozen=True)
class Response:
    """The change of the output for h from −reach to reach, in pieces that are not joined; `slope` is the gradient.

    `lowest` and `highest` are what there is to be seen of it: 0, the straight line and the curve, but for poles.
    """

    pieces: tuple[tuple[tuple[float, float], ...], ...]
    reach: float
    slope: float
    lowest: float
    highest: float


def response(trace: Trace, node: NodeId, reach: float, entry: tuple[int, ...] = ()) -> Response | None:
    """The curve of a node, or of one entry of it; None without a gradient."""
    steps = np.linspace(-reach, reach, POINTS)
    steps[POINTS // 2] = 0.0
    found = nudges(trace, node, steps.tolist(), entry)
    if found[0].predicted is None:
        return None
    slope = float(np.asarray(trace.gradient(node))[found[0].entry])
    points = [(nudge.h, nudge.actual) for nudge in found]
    lowest, highest = _span([change for _, change in points if change is not None], slope * reach)
    pieces = _pieces(trace, node, entry, points, (lowest, highest))
    return Response(tuple(tuple(piece) for piece in pieces), reach, slope, lowest, highest)


def cost(trace: Trace, node: NodeId) -> int:
    """At most how many numbers are computed at all points of a response, without what is looked at again: of large
    graphs only those that move with the node are counted."""
    whole = POINTS * len(trace.buffers.values)
    if whole <= _CHEAP or trace.gradient(node) is None:
        return whole
    return POINTS * moved_by(trace, node, cone_of(trace, node))


def _span(changes: Sequence[float], rise: float) -> tuple[float, float]:
    """What is to be seen: the usual changes, and the straight line, unless that leaves them far behind."""
    low, high = (float(x) for x in np.percentile(changes, _USUAL)) if changes else (0.0, 0.0)
    within = [min(changes, default=0.0), max(changes, default=0.0)]
    height = max(high - low, 0.0)
    if isfinite(height) and within[1] - within[0] <= 3.0 * height:  # no pole: all of it
        low, high = within
    low, high = min(low, 0.0), max(high, 0.0)
    if isfinite(rise) and (abs(rise) <= 4.0 * max(abs(low), abs(high)) or not high - low):
        low, high = min(low, -abs(rise)), max(high, abs(rise))
    return low, high


def _pieces(
    trace: Trace,
    node: NodeId,
    entry: tuple[int, ...],
    points: Sequence[tuple[float, float | None]],
    span: tuple[float, float],
) -> list[Piece]:
    """The points that can be joined.  Where the curve rises steeply, it is looked at again between: what is as steep
    over a stretch that is thousands of times shorter is a jump."""
    known = dict(points)
    suspects = _steep(list(known.items()), span)
    for _ in range(_ROUNDS):
        if not suspects:
            break
        between = [h for a, b in suspects for h in np.linspace(a, b, _FINER + 1)[1:-1].tolist() if a < h < b]
        found = {nudge.h: nudge.actual for nudge in nudges(trace, node, between, entry)}
        known |= found
        ends = {end for pair in suspects for end in pair}
        near = [(h, known[h]) for h in sorted(ends | found.keys())]
        within = [(a, b) for a, b in _steep(near, span) if any(s <= a and b <= e for s, e in suspects)]
        suspects = within if between else []
    jumps = set(suspects)
    pieces: list[Piece] = [[]]
    before: float | None = None
    for h, change in sorted(known.items()):
        if change is None or (before is not None and (before, h) in jumps):
            pieces.append([])
        if change is not None:
            pieces[-1].append((h, change))
        before = h
    return [piece for piece in pieces if piece]


def _steep(points: Sequence[tuple[float, float | None]], span: tuple[float, float]) -> list[tuple[float, float]]:
    """The stretches over which the change leaps; how far it goes where nobody sees it does not count."""
    height = span[1] - span[0]
    low, high = span[0] - height, span[1] + height
    return [
        (a, b)
        for (a, one), (b, other) in pairwise(points)
        if one is not None
        and other is not None
        and abs(min(max(other, low), high) - min(max(one, low), high)) > _STEEP * height
    ]
