"""Time along a trace: a real number from 0 to its length.  Between n and n + 1, event n happens."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..engine.trace import Event, Trace

# When, within its unit of time, the beats of an event fall.
ARRIVED = 0.6  # a value has reached the operation; a contribution is added
LEFT_STRIP = 0.15  # the upstream gradient has left its card
AT_PILL = 0.35  # the upstream gradient has reached the local derivative
MULTIPLIED = 0.6  # and has become the product


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, taken apart: `step` events are done, `last` was the last of them; if `event` is not None it is under way,
    by `progress` in (0, 1)."""

    step: int
    last: Event | None = None
    event: Event | None = None
    progress: float = 0.0

    @property
    def index(self) -> int | None:
        """Which event is under way."""
        return None if self.event is None else self.step


def moment(trace: Trace, time: float) -> Moment:
    """What happens at `time`; times outside the trace are its ends."""
    time = min(max(time, 0.0), float(len(trace)))
    step = int(time)
    progress = time - step
    last = trace[step - 1] if step else None
    if progress < 1e-6:
        return Moment(step, last)
    return Moment(step, last, trace[step], progress)


def has_begun_another(since: float, time: float) -> bool:
    """Whether another event, ahead or back, has begun than the one at an earlier time."""
    return math.ceil(time) != math.ceil(since) if time > since else math.floor(time) != math.floor(since)


def eased(progress: float, start: float = 0.0, end: float = 1.0) -> float:
    """0 before `start`, 1 after `end`, smooth in between (3t² − 2t³)."""
    t = min(max((progress - start) / (end - start), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def pulse(progress: float, start: float = 0.0, end: float = 1.0) -> float:
    """0 at `start` and `end`, 1 in the middle, smooth."""
    middle = (start + end) / 2
    return eased(progress, start, middle) * (1.0 - eased(progress, middle, end))
