"""Which wire the mouse is on: on the wire itself, or on the pill that stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...graph.graph import NodeId
from ...stage.geometry import PILL_HEIGHT, Point, Rect
from .largeprint import pill_size
from .middle_distance import REMARKS_UNTIL, TEXT_FROM_ZOOM
from .spots import Part, Spot

if TYPE_CHECKING:
    from .view import Canvas

_NEAR = 2.0 * PILL_HEIGHT  # a pill that had no place on its wire stands below


def pointed_wire(canvas: Canvas, spot: Spot | None, point: Point) -> tuple[NodeId, int] | None:
    """The wire at a scene point where `spot` is, by the input that it enters."""
    if spot is not None and spot.part is not Part.WIRE:
        return None
    stage = canvas.session.stage
    if canvas.camera.zoom < (TEXT_FROM_ZOOM if canvas.least else REMARKS_UNTIL):  # from so far away there are no pills
        return None if spot is None else (spot.node, spot.slot)
    near = Rect(point[0] - _NEAR, point[1] - _NEAR, 2 * _NEAR, 2 * _NEAR)
    for node in dict.fromkeys(node for node, _ in canvas.spots.wires_touching(near)):
        for slot, pill in enumerate(stage.pills_by_slot(node, pill_size(canvas.least))):
            if pill is not None and pill.rect.contains(point):
                return node, slot
    return None if spot is None else (spot.node, spot.slot)
