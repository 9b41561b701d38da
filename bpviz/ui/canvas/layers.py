"""Everything that is seen on the canvas, from the ground up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QRegion

from ...graph.graph import NodeId
from . import marks
from .annotations import paint_annotations, paint_pins, paint_selected_annotations
from .asked import paint_asked
from .extents import AROUND, cards_in, count_in, parts_of, region_of, wired_in
from .gestures import Slide
from .group_painting import paint_group_frames
from .lens import paint_lens
from .middle_distance import NEAR_FROM_ZOOM, TEXT_FROM_ZOOM, paint_middle
from .painting import paint_stage
from .recordings import Recorder, is_of_pixels, on_whole_pixels
from .reroutes import paint_bends
from .slider import Slider
from .spots import Part

if TYPE_CHECKING:
    from .view import Canvas


def paint_scene(painter: QPainter, canvas: Canvas, region: QRegion) -> QRegion:
    """The ground, the stage, the marks, and the gesture under way, as far as they lie in a region of the canvas.

    Where very much is new, something is left for the next picture: in the region that is returned.
    """
    theme, stage, camera = canvas.theme, canvas.session.stage, canvas.camera
    painter.fillRect(region.boundingRect(), theme["paper"])
    marks.paint_dots(painter, canvas, region.boundingRect())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(camera.zoom, camera.zoom)
    on_whole_pixels(painter, -camera.x, -camera.y)
    view, parts = camera.view(canvas.width(), canvas.height()), parts_of(canvas, region)
    light, recorder = canvas.light or canvas.kinship.light, None
    paint_annotations(painter, stage, theme, least=canvas.least, zoom=camera.zoom)
    paint_group_frames(painter, stage, theme, canvas.least, camera.zoom)
    canvas.walking.paint_below(painter)
    marks.paint_selected_wire(painter, canvas)
    marks.paint_lit_path(painter, canvas)
    marks.paint_selection(painter, canvas, view)  # below the numbers in flight
    if camera.zoom < TEXT_FROM_ZOOM:
        canvas.far.paint(painter, light, parts)
    else:
        nodes = cards_in(canvas.spots, view, parts)
        if is_of_pixels(painter):
            recorder = Recorder(painter, canvas.recordings, stage.scenery, count_in(canvas.spots, view))
        wired = wired_in(canvas.spots, view, parts, is_large=canvas.least > 0.0)
        if canvas.heat.is_on:
            canvas.heat.paint(painter, nodes)
        if camera.zoom < NEAR_FROM_ZOOM and not canvas.least:
            paint_middle(painter, stage, theme, nodes, wired, camera.zoom, light, recorder)
        else:
            paint_stage(painter, stage, theme, nodes, wired, least=canvas.least, light=light, recorder=recorder)
    marks.paint_found(painter, canvas, view.grown(AROUND))
    paint_asked(painter, canvas)
    paint_pins(painter, canvas)
    paint_bends(painter, canvas)
    paint_selected_annotations(painter, canvas)
    canvas.walking.paint_mark(painter)
    marks.paint_hovered_port(painter, canvas)
    for slider in shown_sliders(canvas).values():
        slider.paint(painter, theme, canvas.least)
    paint_lens(painter, canvas)
    canvas.adding.paint(painter)
    canvas.linking.paint(painter)
    if canvas.gesture is not None:
        canvas.gesture.paint(painter)
    return QRegion() if recorder is None or recorder.owed is None else region_of(canvas, [recorder.owed.grown(AROUND)])


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
