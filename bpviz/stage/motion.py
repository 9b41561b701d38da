"""Tokens in flight: the value on its way forward, the gradient on its way back, what is being added to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..engine.explain import product_text, sum_text
from ..engine.formulas import Formulas
from ..engine.trace import Accumulated, Computed, Overwritten, Pushed, Seeded, Sent, Trace
from ..graph.graph import NodeId, Value
from ..ops import numerals
from ..ops.numerals import Shown
from . import timing
from .course import RIGHTWARD, Course
from .geometry import PILL_HEIGHT, STRIP_HEIGHT, Curve, Point, Rect
from .timing import Moment, eased, pulse

LONGEST, LONGEST_SUM = 26, 44  # characters of a token: a longer array is told by its shape
ARROW_ROOM, HALF_CHARACTER = 34.0, 4.3  # beside a token's text, and half the width of one of its characters
ABOVE_WIRE = 17.0
NUMBER_END = 14.0  # from the right edge of a card to the end of the gradient on its strip
TOKEN_HEIGHT, TOKEN_SIDES, TOKEN_GAP = 26.0, 20.0, 4.0  # a token swells a little as it is multiplied
ARROW = 22.0  # how far its arrow reaches out of a token
BECOMES = 0.1  # events' worth of time in which what a token says becomes something else
LEVEL, LANDED, SUMMED = 0.22, 0.36, 0.48  # when what lands is level with the strip, on it, and has become the sum


@dataclass(frozen=True, slots=True)
class Token:
    """A number in flight, centred at `at`.  Gradients are orange and carry an arrow back along the `course`, or
    `ahead` in forward mode, which fades to `arrow`; values are blue.

    One that said something else `before`, if that is not empty, has become its `text` by as much as `become`, from
    0 to 1.  One that `is_symbolic` says a formula.
    """

    text: str
    at: Point
    is_gradient: bool
    opacity: float = 1.0
    scale: float = 1.0
    ahead: bool = False
    course: Course = RIGHTWARD
    arrow: float = 1.0
    before: str = ""
    become: float = 1.0
    is_symbolic: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are that take part in an event.

    `rects` are the cards of the acting nodes; `curves` the wires by slot: for `Computed` those into the node, for
    `Sent` and `Pushed` the one along which it goes; `local` is its local derivative, and `pill` the place beside that
    where the product is made; `port` is where what was sent enters its target, or the seed its node.  Tokens are
    painted `size` times as large as on the desk.
    """

    rects: Mapping[NodeId, Rect]
    curves: Mapping[int, Curve]
    pill: Point | None
    port: Point
    course: Course
    size: float = 1.0
    local: Rect | None = None


def tokens(trace: Trace, now: Moment, places: Places) -> list[Token]:
    """The tokens at a moment."""
    ahead = trace.sweep is not None and not trace.sweep.is_backward
    match now.event:
        case Computed(node=node):
            return _forward(trace, now, node, places.curves)
        case Seeded(node=node, gradient=gradient):
            text = _told(trace, gradient)
            return [_landing(text, text, places.rects[node], places, now.progress, ahead=ahead)]
        case Sent() | Pushed() as event:
            return [_sending(trace, event, _wire_of(trace, event), now.progress, places)]
        case Accumulated() as event:
            wire = (now.step - trace.seed_position - 1) // 2
            text = _told(trace, event.contribution, _symbols(trace, Formulas.contribution, wire))
            said = _added(trace, event, text, is_first=trace.frame(now.step).gradient(event.target) is None)
            return [_landing(said, text, places.rects[event.target], places, now.progress, ahead=ahead)]
    return []


def product_size(trace: Trace, event: Sent | Pushed, size: float) -> tuple[float, float]:
    """How wide and high the token of a product is, painted `size` times as large as on the desk."""
    said = _product(trace, event, _wire_of(trace, event))
    return (2 * len(said) * HALF_CHARACTER + TOKEN_SIDES) * size, TOKEN_HEIGHT * size


def waiting_rect(trace: Trace, event: Sent | Pushed, port: Point, course: Course, size: float) -> Rect:
    """Where a contribution waits outside a port, if its local derivative lets it."""
    text, ahead = _contribution(trace, event, _wire_of(trace, event)), isinstance(event, Pushed)
    return _token_rect(_outside(port, course, text, size, ahead=ahead), text, size)


def _contribution(trace: Trace, event: Sent | Pushed, wire: int) -> str:
    return _told(trace, event.contribution, _symbols(trace, Formulas.contribution, wire))


def _token_rect(at: Point, text: str, size: float) -> Rect:
    width, height = (2 * len(text) * HALF_CHARACTER + TOKEN_SIDES) * size, TOKEN_HEIGHT * size
    return Rect(at[0] - width / 2, at[1] - height / 2, width, height)


def _product(trace: Trace, event: Sent | Pushed, wire: int) -> str:
    text = _contribution(trace, event, wire)
    return text if trace.style.shown is Shown.FORMULAS else _unless_long(product_text(event, trace.style), text)


def beside_pill(size: float, pill_size: float) -> float:
    """How far above or below the middle of a pill a token stands clear of it, both so many times as large as on the
    desk."""
    return TOKEN_HEIGHT / 2 * 1.08 * size + PILL_HEIGHT / 2 * pill_size + TOKEN_GAP


def resting(trace: Trace, now: Moment, places: Places) -> list[Token]:
    """What hangs in the air between two events: the contribution that was sent and not yet added."""
    last = now.last
    if now.event is not None or not isinstance(last, Sent | Pushed):
        return []
    text, ahead = _contribution(trace, last, _wire_of(trace, last)), isinstance(last, Pushed)
    return [Token(text, _beside(places, text, ahead=ahead), True, ahead=ahead, course=places.course)]


def _wire_of(trace: Trace, event: Sent | Pushed) -> int:
    """The number of the wire along which something is sent."""
    wire = trace.wire(event.consumer, event.slot)
    assert wire is not None
    return wire


def _added(trace: Trace, event: Accumulated, text: str, *, is_first: bool) -> str:
    """What a contribution, which is `text`, says of itself while it lands: `−4 + 6 = 2`."""
    if is_first or trace.style.shown is Shown.FORMULAS:
        return text
    if isinstance(event, Overwritten):
        return _unless_long(f"{_told(trace, event.before)} → {text}", text)
    return _unless_long(sum_text(event, trace.style), text)


def _forward(trace: Trace, now: Moment, node: NodeId, curves: Mapping[int, Curve]) -> list[Token]:
    along = eased(now.progress, 0.0, timing.ARRIVED)
    fading = 1.0 - eased(now.progress, timing.ARRIVED - 0.1, timing.ARRIVED + 0.1)
    found = []
    for slot, curve in curves.items():
        source = trace.graph.nodes[node].inputs[slot]
        value = None if source is None else trace.value(source)
        if value is not None and fading > 0:
            text = _told(trace, value, _symbols(trace, Formulas.value, source or 0))
            found.append(Token(text, curve.at(along), False, fading))
    return found


def _sending(trace: Trace, event: Sent | Pushed, wire: int, progress: float, places: Places) -> Token:
    """What was received leaves the strip, meets the pill, becomes the product, and travels on."""
    curve, source, ahead = places.curves[event.slot], places.rects[event.source], isinstance(event, Pushed)
    received, course = event.tangent if isinstance(event, Pushed) else event.upstream, places.course
    meeting = curve.at(course.pill_at) if places.pill is None else places.pill
    got = _told(trace, received, _symbols(trace, Formulas.received, wire))
    if progress < timing.AT_PILL:
        number = _number_place(source, got, places.size)
        edge = _past(places, course.exit(source, curve, ahead=ahead), meeting, got, ahead=ahead)
        if progress < timing.LEFT_STRIP:
            at = _between(number, edge, eased(progress, 0.0, timing.LEFT_STRIP))
        else:
            at = _around(course, edge, meeting, (progress - timing.LEFT_STRIP) / (timing.AT_PILL - timing.LEFT_STRIP))
        return Token(got, at, True, ahead=ahead, course=course)
    said = _product(trace, event, wire)
    if progress < timing.MULTIPLIED:
        swell, become = (
            1.0 + 0.08 * pulse(progress, timing.AT_PILL, timing.MULTIPLIED),
            _become(progress, timing.AT_PILL),
        )
        return Token(said, meeting, True, 1.0, swell, ahead, course, before=got, become=become)
    text = _contribution(trace, event, wire)
    # along the wire, as a rule above the pill, which stays readable, and only then to where it waits
    way = (progress - timing.MULTIPLIED) / (1.0 - timing.MULTIPLIED)
    at = _around(course, _beside(places, text, ahead=ahead), meeting, 1.0 - way)
    become = _become(progress, timing.MULTIPLIED)
    return Token(text, at, True, ahead=ahead, course=course, before=said, become=become)


def _become(progress: float, since: float) -> float:
    return eased(progress, since, since + BECOMES)


def _around(course: Course, start: Point, end: Point, way: float) -> Point:
    """On the way to the place beside a pill: first across the wires, to its height, and only then along them, or the
    number would hide what it is to be multiplied with."""
    (x, y), (to_x, to_y) = course.turned(start), course.turned(end)
    across, along = eased(way, 0.0, 0.65), eased(way, 0.3, 1.0)
    return course.turned((x + (to_x - x) * along, y + (to_y - y) * across))


def _past(places: Places, edge: Point, meeting: Point, text: str, *, ahead: bool) -> Point:
    """Where a number turns that leaves a card: at its edge, or before that if it would pass over its pill from there on
    the way to the other side."""
    pill, (x, y) = places.local, edge
    if pill is None or places.course.is_down or not min(y, meeting[1]) < pill.y + pill.height / 2 < max(y, meeting[1]):
        return edge
    half = _token_rect(edge, text, places.size).width / 2 + TOKEN_GAP
    return (min(x, pill.x - half) if ahead else max(x, pill.right + half)), y


def _landing(said: str, waiting: str, rect: Rect, places: Places, progress: float, *, ahead: bool) -> Token:
    """From where the `waiting` number was onto the gradient strip, first to its height, then in, or as straight as its
    pill lets it; there it is added, and becomes what is `said`."""
    turned, place, grown = places.course.turned, *(_number_place(rect, text, places.size) for text in (waiting, said))
    begin = _beside(places, waiting, ahead=ahead)
    (x, y), (to_x, to_y) = turned(begin), turned(place)
    level, inward = eased(progress, 0.0, LEVEL), eased(progress, LANDED - LEVEL, LANDED)
    if _is_between(places, _token_rect(begin, waiting, places.size), place):
        level, inward = eased(progress, LANDED - LEVEL, LANDED), eased(progress, 0.0, LANDED)
    on_strip = turned((x + (to_x - x) * inward, y + (to_y - y) * level))
    become = eased(progress, LANDED, SUMMED)
    at = on_strip[0] + (grown[0] - place[0]) * become, on_strip[1] + (grown[1] - place[1]) * become
    arrow, opacity = 1.0 - inward, 1.0 - eased(progress, 0.8, 1.0)  # it has arrived
    before = waiting if said != waiting else ""
    return Token(said, at, True, opacity, ahead=ahead, course=places.course, arrow=arrow, before=before, become=become)


def _is_between(places: Places, token: Rect, goal: Point) -> bool:
    """Whether the pill stands where a number would pass on the way to the height of the strip."""
    pill = places.local
    if pill is None or places.course.is_down or token.x >= pill.right or token.right <= pill.x:
        return False
    return min(token.y, goal[1]) < pill.bottom and max(token.bottom, goal[1]) > pill.y


def _symbols(trace: Trace, what: Callable[[Formulas, int], str | None], number: int) -> str | None:
    """The formula of a node or wire, if formulas are wanted in place of numbers."""
    return what(trace.formulas, number) if trace.style.shown is Shown.FORMULAS else None


def _told(trace: Trace, value: Value, symbols: str | None = None) -> str:
    """A number, or a formula if that is wanted, or a short array, or else its shape: a token may not hide the cards
    that it passes."""
    if symbols is not None and len(symbols) <= LONGEST:
        return symbols
    text = trace.style.brief(value)
    return text if isinstance(value, float) or len(text) <= LONGEST else f"[{numerals.shape_text(value.shape)}]"


def _unless_long(text: str, otherwise: str) -> str:
    return text if len(text) <= LONGEST_SUM else otherwise


def _number_place(rect: Rect, text: str, size: float) -> Point:
    """Where a token covers the gradient on a card's strip: both end at the right, unless the card is too narrow."""
    x = max(rect.right - NUMBER_END - len(text) * HALF_CHARACTER * size, rect.x + rect.width / 2)
    return min(x, rect.right - 30.0), rect.bottom - STRIP_HEIGHT / 2


def _beside(places: Places, text: str, *, ahead: bool) -> Point:
    """Where a contribution waits to be added: outside the port through which it came, or higher or lower if its pill
    stands there: on the side on which the product was made, or, where all leads down, as near as it can."""
    x, y = _outside(places.port, places.course, text, places.size, ahead=ahead)
    pill, meeting = places.local, places.pill
    if pill is None or meeting is None or not _token_rect((x, y), text, places.size).touches(pill):
        return x, y
    away = TOKEN_HEIGHT / 2 * places.size + TOKEN_GAP
    height = y if places.course.is_down else meeting[1]
    return x, pill.y - away if height < pill.y + pill.height / 2 else pill.bottom + away


def _outside(port: Point, course: Course, text: str, size: float, *, ahead: bool) -> Point:
    """Before a port, the arrow clear of it, and above the wire, on which the pill stands; or right of it."""
    half = len(text) * HALF_CHARACTER
    return course.beside(port, ARROW_ROOM * size, ABOVE_WIRE * size, half * size, ahead=ahead)


def _between(one: Point, other: Point, way: float) -> Point:
    return one[0] + (other[0] - one[0]) * way, one[1] + (other[1] - one[1]) * way
