"""Tokens in flight: the value on its way forward, the gradient on its way back, what is being added to what."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.explain import product_text, sum_text
from ..engine.trace import Accumulated, Computed, Seeded, Sent, Trace
from ..graph.graph import Value
from ..ops import numerals
from . import timing
from .geometry import STRIP_HEIGHT, Curve, Point, Rect, out_port
from .timing import Moment, eased, pulse
from .wires import PILL_AT

LONGEST, LONGEST_SUM = 26, 44  # characters of a token: a longer array is told by its shape
ARROW_ROOM, HALF_CHARACTER = 34.0, 4.3  # beside a token's text, and half the width of one of its characters
ABOVE_WIRE = 17.0


@dataclass(frozen=True, slots=True)
class Token:
    """A number in flight, centred at `at`.  Gradients are orange and carry an arrow, values are blue."""

    text: str
    at: Point
    is_gradient: bool
    opacity: float = 1.0
    scale: float = 1.0


def tokens(
    trace: Trace, now: Moment, rect_of: dict[int, Rect], curves: dict[int, Curve], pill_at: Point | None
) -> list[Token]:
    """The tokens at a moment.

    `rect_of` has the cards of the nodes that take part; `curves` the wires by slot: for `Computed` those into the
    node, for `Sent` the one along which it goes; `pill_at` is where its local derivative stands.
    """
    match now.event:
        case Computed(node=node):
            return _forward(trace, now, node, curves)
        case Seeded(node=node, gradient=gradient):
            text = _told(gradient)
            return [_landing(text, text, rect_of[node], now.progress)]
        case Sent() as event:
            return [_sending(event, now.progress, curves[event.slot], rect_of[event.source], pill_at)]
        case Accumulated() as event:
            is_first = trace.frame(now.step).gradient(event.target) is None
            text = _told(event.contribution)
            said = text if is_first else _unless_long(sum_text(event), text)
            return [_landing(said, text, rect_of[event.target], now.progress)]
    return []


def resting(trace: Trace, now: Moment, rect_of: dict[int, Rect]) -> list[Token]:
    """What hangs in the air between two events: the contribution that was sent and not yet added."""
    last = now.last
    if now.event is not None or not isinstance(last, Sent):
        return []
    text = _told(last.contribution)
    return [Token(text, _beside(out_port(rect_of[last.target]), text), True)]


def _forward(trace: Trace, now: Moment, node: int, curves: dict[int, Curve]) -> list[Token]:
    along = eased(now.progress, 0.0, timing.ARRIVED)
    fading = 1.0 - eased(now.progress, timing.ARRIVED - 0.1, timing.ARRIVED + 0.1)
    found = []
    for slot, curve in curves.items():
        source = trace.graph.nodes[node].inputs[slot]
        value = None if source is None else trace.value(source)
        if value is not None and fading > 0:
            found.append(Token(_told(value), curve.at(along), False, fading))
    return found


def _sending(event: Sent, progress: float, curve: Curve, source: Rect, pill: Point | None) -> Token:
    """The upstream gradient leaves the strip, meets the pill, becomes the product, and travels on."""
    meeting = curve.at(PILL_AT) if pill is None else (pill[0], pill[1] - 29.0)
    if progress < timing.AT_PILL:
        number, edge = _number_place(source), (source.x, source.bottom - STRIP_HEIGHT / 2)
        if progress < timing.LEFT_STRIP:
            at = _between(number, edge, eased(progress, 0.0, timing.LEFT_STRIP))
        else:
            at = _between(edge, meeting, eased(progress, timing.LEFT_STRIP, timing.AT_PILL))
        return Token(_told(event.upstream), at, True)
    if progress < timing.MULTIPLIED:
        swell = 1.0 + 0.08 * pulse(progress, timing.AT_PILL, timing.MULTIPLIED)
        return Token(_unless_long(product_text(event), _told(event.contribution)), meeting, True, 1.0, swell)
    # straight on, above the pill, which stays readable
    text = _told(event.contribution)
    return Token(text, _between(meeting, _beside(curve.start, text), eased(progress, timing.MULTIPLIED, 1.0)), True)


def _landing(said: str, waiting: str, rect: Rect, progress: float) -> Token:
    """From where the `waiting` number was onto the gradient strip, where it is added: first down, then in."""
    (x, y), strip = _beside(out_port(rect), waiting), _number_place(rect)
    inward, down = eased(progress, 0.25 * timing.ARRIVED, timing.ARRIVED), eased(progress, 0.0, 0.6 * timing.ARRIVED)
    at = x + (strip[0] - x) * inward, y + (strip[1] - y) * down
    return Token(said, at, True, 1.0 - eased(progress, 0.8, 1.0))


def _told(value: Value) -> str:
    """A number, or a short array, or else its shape: a token may not hide the cards that it passes."""
    text = numerals.brief(value)
    return text if isinstance(value, float) or len(text) <= LONGEST else f"[{numerals.shape_text(value.shape)}]"


def _unless_long(text: str, otherwise: str) -> str:
    return text if len(text) <= LONGEST_SUM else otherwise


def _number_place(rect: Rect) -> Point:
    """Where the gradient stands on a card's strip."""
    return rect.right - 30.0, rect.bottom - STRIP_HEIGHT / 2


def _beside(port: Point, text: str) -> Point:
    """Where a contribution waits to be added: right of the out port through which it came, its arrow clear of it, and
    above the wire, on which the pill stands."""
    return port[0] + ARROW_ROOM + len(text) * HALF_CHARACTER, port[1] - ABOVE_WIRE


def _between(one: Point, other: Point, way: float) -> Point:
    return one[0] + (other[0] - one[0]) * way, one[1] + (other[1] - one[1]) * way
