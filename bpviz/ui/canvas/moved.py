"""What of the picture changes where cards are moved and nothing else is edited: all else need not be painted again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from ...document.diagram import Diagram
from ...stage.geometry import Rect
from ...stage.stage import Stage
from .extents import CARD, WIRE, hulls, pills, tokens, wired_in
from .largeprint import pill_size
from .layers import shown_sliders
from .middle_distance import NEAR_FROM_ZOOM, REMARKS_UNTIL, TEXT_FROM_ZOOM
from .slider import Slider

if TYPE_CHECKING:
    from .view import Canvas

MARKED = 14.0  # pixels, or scene units from near: how far marks around a card reach
MOST_MOVED = 100  # cards and wires; where more move, all of it is painted


def moved(canvas: Canvas, one: Stage, other: Stage) -> list[Rect] | None:
    """Where two stages differ that have the same story and time; None if that may be anywhere."""
    led, least, zoom = other.scenery.led, canvas.least, canvas.camera.zoom
    if led is None or led.before() is not one.scenery or len(led.cards) + len(led.wires) > MOST_MOVED:
        return None
    if zoom < TEXT_FROM_ZOOM:
        return None  # from far away all is painted sooner than it is found what is not to be
    if one.trace is not other.trace or one.time != other.time or one.trace.troubles:
        return None
    if (
        not _differ_in_places_alone(one.diagram, other.diagram)
        or canvas.is_lit_unevenly
        or canvas.session.lens.is_usable
    ):
        return None
    marked = max(CARD, 1.7 * least, MARKED / min(zoom, 1.0))
    found = [stage.rect(node).grown(marked) for stage in (one, other) for node in led.cards]
    for node in shown_sliders(canvas).keys() & led.cards:
        found += [Slider.place(stage.rect(node), stage.scenery.course).grown(marked) for stage in (one, other)]
    for slot in led.wires:
        for stage in (one, other):
            if (curve := stage.curve(*slot)) is not None:
                found += [hull.grown(WIRE / min(zoom, 1.0)) for hull in hulls(curve)]
    if zoom >= NEAR_FROM_ZOOM or least:
        found += _pills(canvas, one, other)
        for stage in (one, other):
            found += tokens(stage, least)
    elif zoom >= REMARKS_UNTIL or other.tokens():
        return None  # they are larger than they will be, and what they meet is
    return found


def _differ_in_places_alone(one: Diagram, other: Diagram) -> bool:
    names = (field.name for field in fields(Diagram) if field.name not in {"positions", "bookmarks"})
    return all(getattr(one, name) is getattr(other, name) for name in names)


def _pills(canvas: Canvas, one: Stage, other: Stage) -> Iterator[Rect]:
    """The pills that may stand elsewhere now."""
    view, least = canvas.camera.view(canvas.width(), canvas.height()), canvas.least
    for node in wired_in(canvas.spots, view, [view], is_large=least > 0.0):
        if other.scenery.pills.has_replaced(node, pill_size(least)):
            yield from pills(one, node, least)
            yield from pills(other, node, least)
