"""Everything that is seen on the canvas, from the ground up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QRegion

from ...graph.graph import NodeId
from . import marks
from .asked import paint_asked
from .far import TEXT_FROM_ZOOM
from .gestures import Slide
from .lens import paint_lens
from .painting import paint_stage
from .repainting import AROUND, cards_in, parts_of, wired_in
from .slider import Slider
from .spots import Part

if TYPE_CHECKING:
    from .view import Canvas


def paint_canvas(painter: QPainter, canvas: Canvas, region: QRegion) -> None:
    """The ground, the stage, the marks, and the gesture under way, as far as they lie in a region of the canvas."""
    theme, stage, camera = canvas.theme, canvas.session.stage, canvas.camera
    painter.fillRect(region.boundingRect(), theme["paper"])
    marks.paint_dots(painter, canvas, region.boundingRect())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(camera.zoom, camera.zoom)
    painter.translate(-camera.x, -camera.y)
    view, parts = camera.view(canvas.width(), canvas.height()), parts_of(canvas, region)
    nodes = cards_in(canvas.spots, view, parts)
    canvas.walking.paint_below(painter)
    marks.paint_selected_wire(painter, canvas)
    marks.paint_lit_path(painter, canvas)
    if camera.zoom < TEXT_FROM_ZOOM:
        around = [part.grown(AROUND) for part in parts]
        canvas.repainting.far(canvas.spots).paint(painter, stage, theme, view.grown(AROUND), around)
    else:
        wired = wired_in(canvas.spots, view, parts, is_large=canvas.least > 0.0)
        paint_stage(painter, stage, theme, nodes, wired, least=canvas.least, light=canvas.light)
    paint_asked(painter, canvas)
    marks.paint_selection(painter, canvas, [node for node in nodes if node in canvas.session.selection])
    canvas.walking.paint(painter)
    marks.paint_hovered_port(painter, canvas)
    for slider in shown_sliders(canvas).values():
        slider.paint(painter, theme, canvas.least)
    paint_lens(painter, canvas)
    if canvas.gesture is not None:
        canvas.gesture.paint(painter)


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
        reach = sliding.reach if sliding is not None and sliding.node == node else None
        if slider := Slider.below(session.stage.rect(node), session.graph.nodes[node], reach):
            found[node] = slider
    return found
