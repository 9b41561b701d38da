"""What goes wrong: the backward pass with `=` in place of `+=`, and without a topological order.

Both ways send along the same wires as the right one, so each wrong gradient is explained by the wire that failed: its
contribution was overwritten, or it came after its target had sent, or its source was wrong already.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..graph.graph import NodeId, Value
from ..ops import numerals
from .listing import joined
from .paths import sent_back, without_gradient
from .plan import plain
from .steps import Floats
from .trace import Trace

_ROUNDING = 1e-9  # relative; gradients that differ by less were only added in another order


@dataclass(frozen=True, eq=False)
class WrongWay:
    """A backward pass that was done wrong.

    `order` has the wires in the order in which they sent, and `sent` what each of them carried.  `gradients` has every
    node that has a right gradient; `wrong` says why for those that came out wrong, in the order of the way back.
    `summary` says how many that are.
    """

    order: Sequence[int]
    sent: Mapping[int, Value]
    gradients: Mapping[NodeId, Value]
    wrong: Mapping[NodeId, str]
    summary: str


class Reasons(Mapping[NodeId, str]):
    """Why nodes came out wrong, worded when it is looked at: in a large graph nobody reads them all."""

    def __init__(self, rows: Mapping[NodeId, int], why: Callable[[int], str]) -> None:
        self._rows, self._why = rows, why

    def __getitem__(self, node: NodeId) -> str:
        return self._why(self._rows[node])

    def __iter__(self) -> Iterator[NodeId]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def overwritten(trace: Trace) -> WrongWay:
    """The backward pass in which a contribution replaces what was there: the last one wins and is what is sent on."""
    gradients, sent = _seed(trace), dict[int, Floats]()
    source, target = _ends(trace)
    for wire in range(len(source)):
        sent[wire] = gradients[target[wire]] = _carried(trace, wire, gradients[source[wire]])

    def why(row: int) -> str:
        return _told_overwritten(trace, row, sent, gradients)

    several = any(len(trace.plan.wires.into(row)) > 1 for row in range(len(trace.plan.rows)))
    luck = "what is overwritten adds up to 0" if several else "no node receives more than one share"
    return _finished(trace, "With = in place of +=,", sent, gradients, why, luck)


def unordered(trace: Trace) -> WrongWay:
    """The backward pass without a topological order: breadth first from the output, every node sends once, in the order
    in which they were first reached, with what it has by then.  What arrives later is added, but never passed on."""
    gradients, sent, passed = _seed(trace), dict[int, Floats](), dict[int, Floats]()
    source, target = _ends(trace)
    out_of: dict[int, list[int]] = {}
    for wire, row in enumerate(source):
        out_of.setdefault(row, []).append(wire)
    reached = set(gradients)
    queue = deque(reached)
    while queue:
        row = queue.popleft()
        passed[row] = gradients[row]
        for wire in out_of.get(row, ()):
            sent[wire] = carried = _carried(trace, wire, passed[row])
            before = gradients.get(target[wire])
            with np.errstate(all="ignore"):
                gradients[target[wire]] = carried if before is None else before + carried
            if target[wire] not in reached:
                reached.add(target[wire])
                queue.append(target[wire])
    turn = {wire: place for place, wire in enumerate(sent)}

    def why(row: int) -> str:
        return _told_unordered(trace, row, sent, gradients, passed, turn)

    begun: dict[int, int] = {}  # the turn of the first wire out of a row
    for wire, place in turn.items():
        begun.setdefault(source[wire], place)
    is_late = any(begun.get(target[wire], place) < place for wire, place in turn.items())
    luck = "what arrives too late adds up to 0" if is_late else "every node has all its shares before it sends"
    return _finished(trace, "Without a topological order,", sent, gradients, why, luck)


def _seed(trace: Trace) -> dict[int, Floats]:
    """The gradient at which the way back starts, by row."""
    row = trace.plan.output_row
    return {row: np.ones(trace.plan.shapes[row])} if row is not None and trace.has_backward else {}


def _ends(trace: Trace) -> tuple[list[int], list[int]]:
    wires = trace.plan.wires
    return (wires.source.tolist(), wires.target.tolist()) if trace.has_backward else ([], [])


def _carried(trace: Trace, wire: int, upstream: Floats) -> Floats:
    """What a wire sends for this upstream gradient: looked up where it is the right one."""
    right = trace.plan.gradient_view(int(trace.plan.wires.source[wire]), trace.buffers)
    return trace.contribution(wire) if np.array_equal(upstream, right) else sent_back(trace, wire, upstream)


def _is_right(trace: Trace, row: int, gradient: Floats) -> bool:
    right = trace.plan.gradient_view(row, trace.buffers)
    if np.array_equal(gradient, right):
        return True
    into = trace.plan.wires.into(row)
    size = float(np.nan_to_num(np.max(trace.magnitudes[into], initial=0.0), posinf=0.0))
    return np.allclose(gradient, right, rtol=_ROUNDING, atol=_ROUNDING * 1e-3 * size, equal_nan=True)


def _finished(
    trace: Trace,
    way: str,
    sent: Mapping[int, Floats],
    gradients: Mapping[int, Floats],
    why: Callable[[int], str],
    luck: str,
) -> WrongWay:
    """The whole with its explanations; `why` gives that of a row, and `luck` says why nothing went wrong, if nothing
    did."""
    plan = trace.plan
    if not trace.has_backward:
        reason = "There is nothing to differentiate" if trace.output is None else without_gradient(trace, trace.output)
        return WrongWay((), {}, {}, {}, f"{reason}.")
    rows = [row for row in range(len(plan.rows) - 1, -1, -1) if trace.gradient(plan.rows[row]) is not None]
    found = {row: gradients[row] if row in gradients else np.zeros(plan.shapes[row]) for row in rows}
    bad = {plan.rows[row]: row for row in rows if not _is_right(trace, row, found[row])}
    names = joined([trace.graph.spoken(node) for node in bad])
    verb = "comes" if len(bad) == 1 else "come"
    outcome = f"{len(bad):,} of {len(rows):,} gradients {verb} out wrong: {names}"
    return WrongWay(
        tuple(sent),
        {wire: plain(carried) for wire, carried in sent.items()},
        {plan.rows[row]: plain(gradient + 0.0) for row, gradient in found.items()},
        Reasons(bad, why),
        f"{way} {outcome if bad else f'nothing goes wrong here: {luck}'}.",
    )


# In words


def _told_overwritten(trace: Trace, row: int, sent: Mapping[int, Floats], gradients: Mapping[int, Floats]) -> str:
    """What was overwritten at a row, or from where it has its error."""
    name, source = _name(trace, row), _sources(trace, row)
    *others, last = source
    wrong = [wire for wire, sender in source.items() if not _is_right(trace, sender, gradients[sender])]
    if not any(np.any(sent[wire]) for wire in others):
        return _inherited(trace, row, wrong, sent, gradients)
    shares = joined([f"{_number(sent[wire])} from {_name(trace, source[wire])}" for wire in others])
    told = (
        f"{name} receives {shares}, then {_number(sent[last])} from {_name(trace, source[last])}, which overwrites "
        f"what was there: {_number(gradients[row])} instead of {_right(trace, row)}."
    )
    already = joined([_name(trace, sender) for sender in dict.fromkeys(source[wire] for wire in wrong)])
    return f"{told} What {already} sent was wrong already." if wrong else told


def _told_unordered(
    trace: Trace,
    row: int,
    sent: Mapping[int, Floats],
    gradients: Mapping[int, Floats],
    passed: Mapping[int, Floats],
    turn: Mapping[int, int],
) -> str:
    """What came too late to be passed on to a row, or from where it has its error."""
    source = _sources(trace, row)
    wrong = [wire for wire, sender in source.items() if not _is_right(trace, sender, passed[sender])]
    for wire in wrong:
        sender, name = source[wire], _name(trace, source[wire])
        before = _sources(trace, sender)
        if late := [other for other in before if turn[other] > turn[wire]]:
            missed = joined([f"{_number(sent[other])} from {_name(trace, before[other])}" for other in late])
            return (
                f"{name} passed {_number(passed[sender])} on before {missed} arrived, so {_name(trace, row)} gets "
                f"{_number(sent[wire])} from {name} instead of {_number(trace.contribution(wire))}."
            )
    return _inherited(trace, row, wrong, sent, gradients)


def _inherited(
    trace: Trace, row: int, wrong: Sequence[int], sent: Mapping[int, Floats], gradients: Mapping[int, Floats]
) -> str:
    """A row that lost nothing itself has its error from the source of one of the `wrong` wires."""
    if not wrong:  # rounding that grew on the way
        return f"{_name(trace, row)} has {_number(gradients[row])} instead of {_right(trace, row)}."
    sender = int(trace.plan.wires.source[wrong[0]])
    error = f"{_name(trace, sender)}, whose gradient is {_number(gradients[sender])} instead of {_right(trace, sender)}"
    gets = f"{_number(sent[wrong[0]])} instead of {_number(trace.contribution(wrong[0]))}"
    return f"{_name(trace, row)} inherits the error of {error}: it gets {gets}."


def _sources(trace: Trace, row: int) -> dict[int, int]:
    """The wires into a row, in the order of arrival, each with the row from which it comes."""
    wires = trace.plan.wires
    into = wires.into(row)
    return dict(zip(into.tolist(), wires.source[into].tolist(), strict=True))


def _name(trace: Trace, row: int) -> str:
    return trace.graph.spoken(trace.plan.rows[row])


def _number(value: Floats) -> str:
    return numerals.brief(value)


def _right(trace: Trace, row: int) -> str:
    return _number(trace.plan.gradient_view(row, trace.buffers) + 0.0)
