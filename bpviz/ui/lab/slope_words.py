"""What is said of a slope, in one or two sentences."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan

from ...engine.analysis.sections import Section
from ...engine.trace import Trace
from ...ops import numerals

_MOST = 4  # places that are told


def remark(
    trace: Trace, section: Section, name: str, variable: str, x: float, y: float, slope: float, rough: Sequence[float]
) -> str:
    """What the slope at x means, or why there is none; and at which places in view there is none."""
    return f"{_here(trace, section, name, variable, x, y, slope)} {_elsewhere(name, variable, x, rough)}".rstrip()


def _elsewhere(name: str, variable: str, x: float, rough: Sequence[float]) -> str:
    places = [numerals.short(place) for place in rough if place != x]
    if not places:
        return ""
    also = "also " if len(places) < len(rough) else ""
    if len(places) > _MOST:
        return f"In view, {name} {also}has no derivative at {len(places)} places."
    told = " and ".join([", ".join(places[:-1]), places[-1]] if len(places) > 1 else places)
    return f"In view, {name} {also}has no derivative at {variable} = {told}."


def _here(trace: Trace, section: Section, name: str, variable: str, x: float, y: float, slope: float) -> str:
    at = f"At {variable} = {numerals.short(x)}"
    if not section.depends(0):
        return f"{name} does not depend on {variable}: its curve is level, and its slope is 0 everywhere."
    if isnan(y):
        reason = next((failure.reason for failure in trace.failures), "")
        return f"{at}, {name} has no value{': ' + reason.removesuffix('.') if reason else ''}."
    if isnan(slope):
        return f"{at}, {name} has no slope."
    if not isfinite(slope):
        return f"{at}, the tangent of {name} is vertical: its slope is infinite."
    if (corner := section.corner()) is not None:
        return f"{at} there is a corner ({trace.graph.spoken(corner.node)}: {corner.statement})."
    if slope == 0:
        return f"{at} the tangent is level: a small step of {variable} hardly changes {name}."
    verb = "raises" if slope > 0 else "lowers"
    return (
        f"{at} the slope is {numerals.short(slope)}: a small step h of {variable} to the right {verb} {name} "
        f"by about {numerals.short(abs(slope))} · h."
    )
