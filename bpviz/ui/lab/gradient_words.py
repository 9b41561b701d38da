"""What is said of a gradient and of a direction."""

from __future__ import annotations

from math import degrees

from ...engine.analysis.fields import Arrow
from ...ops import numerals

_PARALLEL = 1e-9  # of the gradient's length: a slope below it is that of the level line


def remark(name: str, first: str, second: str, gradient: Arrow, rate: float) -> str:
    """Where `name` grows fastest, how fast, and what that says of the direction along which it changes by `rate`."""
    if not gradient.is_there:
        return f"{name} is not defined here, or breaks: drag the point to where the map has a shade."
    still = [axis for axis, part in ((first, gradient.x), (second, gradient.y)) if part == 0]
    if len(still) == 2:
        return f"The gradient is zero: at this point {name} is level in every direction."
    steepest = f"{name} grows fastest along the gradient, by {numerals.short(gradient.length, 4)} for each unit"
    where = f"at {numerals.short(round(degrees(gradient.angle), 1))}°; along the level line it does not change."
    if abs(rate) < _PARALLEL * gradient.length:
        return f"{steepest}, {where} The arrow you turn lies on it."
    if still:
        return f"{steepest}, {where} {still[0]} alone does not change it here."
    return f"{steepest}, {where}"
