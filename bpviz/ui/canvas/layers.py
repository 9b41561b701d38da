"""Everything that is seen on the canvas, from the ground up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QRegion

from ...graph.graph import NodeId
from . import marks
from .annotations import paint_annotations, paint_pins, paint_selected_annotations
from .asked import paint_asked
from .extents import AROUND, region_of
from .gestures import Slide
from .group_painting import paint_group_frames
from .lens import paint_lens
from .middle_distance import TEXT_FROM_ZOOM
from .recordings import on_whole_pixels
from .reroutes import paint_bends
from .slider import Slider
from .spots import Part
from .strata import Carried, Strata, strata

if TYPE_CHECKING:
    from .view import Canvas

Copy = Callable[[QPainter], None]


def paint_scene(painter: QPainter, canvas: Canvas, region: QRegion, carried: Carried | None = None) -> QRegion:
    """The ground, the stage, the marks, and the gesture under way, as far as they lie in a region of the canvas; what
    is `carried` over what rests.

    Where very much is new, something is left for the next picture: in the region that is returned.
    """
    _paint_ground(painter, canvas, region)
    seen = strata(painter, canvas, region, carried)
    seen.paint_resting_wires()
    _paint_marks_below(painter, canvas, carried)
    seen.paint_wires()
    seen.paint_resting_cards()
    _paint_carried_selection(painter, canvas, carried)
    seen.paint_cards()
    _paint_marks_above(painter, canvas)
    return _owed(canvas, seen)


def paint_below(painter: QPainter, canvas: Canvas, region: QRegion, carried: Carried) -> QRegion:
    """What rests below all that is `carried`."""
    _paint_ground(painter, canvas, region)
    seen = strata(painter, canvas, region, carried)
    seen.paint_resting_wires()
    return _owed(canvas, seen)


def paint_between(painter: QPainter, canvas: Canvas, region: QRegion, carried: Carried) -> QRegion:
    """What rests above the wires that are `carried`, and below the cards."""
    _to_scene(painter, canvas)
    seen = strata(painter, canvas, region, carried)
    seen.paint_resting_cards()
    return _owed(canvas, seen)


def paint_carried(painter: QPainter, canvas: Canvas, carried: Carried, copy_below: Copy, copy_between: Copy) -> QRegion:
    """The same as `paint_scene` paints, of which what rests is copied."""
    copy_below(painter)
    painter.save()
    _to_scene(painter, canvas)
    seen = strata(painter, canvas, QRegion(canvas.rect()), carried)
    _paint_marks_below(painter, canvas, carried)
    seen.paint_wires()
    painter.restore()
    copy_between(painter)
    _to_scene(painter, canvas)
    _paint_carried_selection(painter, canvas, carried)
    seen.paint_cards()
    _paint_marks_above(painter, canvas)
    return _owed(canvas, seen)


def _paint_ground(painter: QPainter, canvas: Canvas, region: QRegion) -> None:
    """The paper, and what lies on it behind everything else; from then on the painter has the units of the scene."""
    theme, stage, zoom = canvas.theme, canvas.session.stage, canvas.camera.zoom
    painter.fillRect(region.boundingRect(), theme["paper"])
    marks.paint_dots(painter, canvas, region.boundingRect())
    _to_scene(painter, canvas)
    paint_annotations(painter, stage, theme, least=canvas.least, zoom=zoom)
    paint_group_frames(painter, stage, theme, canvas.least, zoom)


def _to_scene(painter: QPainter, canvas: Canvas) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(canvas.camera.zoom, canvas.camera.zoom)
    on_whole_pixels(painter, -canvas.camera.x, -canvas.camera.y)


def _paint_marks_below(painter: QPainter, canvas: Canvas, carried: Carried | None) -> None:
    canvas.walking.paint_below(painter)
    marks.paint_selected_wire(painter, canvas)
    marks.paint_lit_path(painter, canvas)
    selection = canvas.session.selection
    marks.paint_selection(painter, canvas, selection if carried is None else selection - carried.cards)
    marks.paint_output(painter, canvas)


def _paint_carried_selection(painter: QPainter, canvas: Canvas, carried: Carried | None) -> None:
    """The frames around cards that a hand holds lie over the cards that rest, as these cards do."""
    if carried is not None:
        marks.paint_selection(painter, canvas, canvas.session.selection & carried.cards)


def _paint_marks_above(painter: QPainter, canvas: Canvas) -> None:
    """The marks, and the gesture under way."""
    marks.paint_found(painter, canvas, canvas.camera.view(canvas.width(), canvas.height()).grown(AROUND))
    paint_asked(painter, canvas)
    paint_pins(painter, canvas)
    paint_bends(painter, canvas)
    paint_selected_annotations(painter, canvas)
    canvas.walking.paint_mark(painter)
    marks.paint_hovered_port(painter, canvas)
    for slider in shown_sliders(canvas).values():
        slider.paint(painter, canvas.theme, canvas.least)
    paint_lens(painter, canvas)
    canvas.adding.paint(painter)
    canvas.linking.paint(painter)
    if canvas.gesture is not None:
        canvas.gesture.paint(painter)


def _owed(canvas: Canvas, seen: Strata) -> QRegion:
    return region_of(canvas, seen.owed())


def paint_glass(painter: QPainter, canvas: Canvas) -> None:
    """What lies on the screen rather than in the scene, and stays there wherever one looks."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    canvas.walking.paint_frame(painter)
    if canvas.heat.is_on:
        canvas.heat.paint_legend(painter)


def shown_sliders(canvas: Canvas) -> dict[NodeId, Slider]:
    """The sliders shown now: of the one selected input, of the one under the mouse, of the one being dragged."""
    if canvas.camera.zoom < TEXT_FROM_ZOOM:
        return {}
    session, sliding = canvas.session, canvas.gesture if isinstance(canvas.gesture, Slide) else None
    nodes = set(session.selection) if len(session.selection) == 1 else set()
    nodes |= {canvas.hovered.node} if canvas.hovered is not None and canvas.hovered.part is not Part.WIRE else set()
    nodes |= {sliding.node} if sliding is not None else set()
    found = {}
    nodes -= {session.lens.node} if session.lens.is_usable else set()  # whose place the bar of the lens has
    for node in nodes & session.graph.nodes.keys():
        if session.scenery.group_of(node) is not None:
            continue  # the card says more than this one
        reach = sliding.reach if sliding is not None and sliding.node == node else None
        card, held = session.stage.rect(node), session.graph.nodes[node]
        if slider := Slider.beside(card, held, reach, session.scenery.course):
            found[node] = slider
    return found
