"""What is said of a difference quotient, in one or two sentences."""

from __future__ import annotations

from math import isfinite

from ...engine.analysis.quotients import Difference, Errors, Quotient
from ...engine.analysis.sections import Section
from ...ops import numerals

_STRAIGHT = 1e-12  # relative: less than this is rounding


def remark(
    section: Section,
    errors: Errors,
    kind: Difference,
    h: float,
    quotient: Quotient,
    slope: float,
    name: str,
    variable: str,
) -> str:
    """How far the secant is from the tangent, and which of the two errors that is."""
    graph = section.trace.graph
    if not section.depends(0):
        return f"{name} does not depend on {variable}: every quotient is 0."
    if not isfinite(quotient.value):
        return f"{name} has no value at one end of the step h = {numerals.short(h)}, so there is no quotient."
    if (corner := section.corner()) is not None:
        return (
            f"There is a corner here ({graph.spoken(corner.node)}: {corner.statement}): the quotients from the two "
            "sides need not come together."
        )
    if not isfinite(slope):
        return f"{name} has no finite slope here: the quotients do not come to rest."
    best, _ = errors.best[kind]
    size = numerals.short(quotient.error, 2)
    step = f"At h = {numerals.short(h, 3)} the quotient is off by {size}"
    line = errors.truncation[kind]
    if line is None and quotient.error <= _STRAIGHT * max(abs(slope), 1.0):
        return f"At h = {numerals.short(h, 3)} the {kind.value} quotient is exact: there is no truncation here."
    if isfinite(best) and abs(h) < best / 3:
        return f"{step}: rounding, which grows as h falls. The best h is about {numerals.short(best, 1)}."
    if isfinite(best) and abs(h) <= best * 3:
        return f"{step}. Smaller is hardly possible: truncation and rounding are about equal here."
    falls = "h²: a tenth of h leaves a hundredth of it" if kind.order == 2 else "h: a tenth of h leaves a tenth of it"
    return f"{step}: truncation, which falls like {falls}."


def quotient_text(kind: Difference, name: str, variable: str) -> str:
    """The quotient in symbols: `(u(x + h) − u(x)) / h`."""
    before = f"{name}({variable})" if kind is Difference.FORWARD else f"{name}({variable} − h)"
    after = f"{name}({variable})" if kind is Difference.BACKWARD else f"{name}({variable} + h)"
    return f"({after} − {before}) / {'2h' if kind is Difference.CENTRAL else 'h'}"
