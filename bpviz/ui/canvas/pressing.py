"""What a press of a mouse button on the canvas begins, by where it is and which keys are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent

from ...graph.graph import NodeId
from ...stage.geometry import CARD_WIDTH, Point
from ..settings import CUTTING
from .annotations import grip, select_annotation, take_annotation
from .connecting import DrawWire, DrawWireBack
from .cutting import CutWires
from .gestures import Gesture, Pan, RubberBand, Slide
from .layers import shown_sliders
from .lens import DragNudge, is_on_bar
from .moving import MoveCards
from .reroutes import add_bend, take_bend, toggle_bend
from .spots import Part, Spot

if TYPE_CHECKING:
    from .view import Canvas

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_CUTTING = {"alt": Qt.KeyboardModifier.AltModifier, "ctrl-shift": _CTRL | _SHIFT}


def gesture_at(canvas: Canvas, event: QMouseEvent, point: Point) -> Gesture | None:
    """The gesture that a press begins, if it begins one; a press that only selects has selected."""
    modifiers = event.modifiers()
    if event.button() == Qt.MouseButton.MiddleButton:
        return Pan(canvas, (event.position().x(), event.position().y()))
    if event.button() == Qt.MouseButton.RightButton:
        if modifiers & _CTRL:
            return CutWires(canvas, point)
        _select_at(canvas, point)
    elif event.button() == Qt.MouseButton.LeftButton:
        return _begun(canvas, point, modifiers)
    return None


def _begun(canvas: Canvas, point: Point, modifiers: Qt.KeyboardModifier) -> Gesture | None:
    if nudge := DragNudge.begun(canvas, point):
        return nudge
    for node, slider in shown_sliders(canvas).items():
        if slider.rect.contains(point):
            return Slide(canvas, node, slider, point)
    spot = canvas.spots.at(point, canvas.camera.zoom)
    cuts = _CUTTING[canvas.session.settings.get(CUTTING)]
    if modifiers & cuts == cuts and (spot is None or spot.part is not Part.CARD):
        return CutWires(canvas, point)
    adds = bool(modifiers & (_SHIFT | _CTRL))
    if (spot is None or spot.part is Part.WIRE) and (bend := take_bend(canvas, point)):
        return bend
    match spot:
        case None:
            return take_annotation(canvas, point, adds=adds) or RubberBand(canvas, point, adds=adds)
        case Spot(part=Part.OUT_PORT, node=node):
            return DrawWire(canvas, node, point)
        case Spot(part=Part.IN_PORT, node=node, slot=slot):
            source = canvas.session.graph.nodes[node].inputs[slot]
            if source is None:
                return DrawWireBack(canvas, (node, slot))
            return DrawWire(canvas, source, point, (node, slot))
        case Spot(part=Part.CARD, node=node):
            return _press_card(canvas, node, point, adds=adds)
        case Spot(part=Part.WIRE, node=node, slot=slot):
            if modifiers & _CTRL:
                return add_bend(canvas, node, slot, point)
            canvas.session.select((), (node, slot))
    return None


def _press_card(canvas: Canvas, node: NodeId, point: Point, *, adds: bool) -> Gesture:
    """Takes hold of what is selected, of which the card is then one.  Only a click leaves others of the selection, or
    takes the card out of it: a drag moves all."""
    session = canvas.session

    def leave() -> None:
        if adds:
            session.select(session.selection ^ {node}, annotations=session.selected_annotations)
        else:
            session.select({node})

    if node in session.selection:
        return MoveCards(canvas, point, leave)
    if adds:
        session.select(session.selection | {node}, annotations=session.selected_annotations)
    else:
        session.select({node})
    return MoveCards(canvas, point)


def _select_at(canvas: Canvas, point: Point) -> None:
    spot = canvas.spots.at(point, canvas.camera.zoom)
    if spot is None:
        if not select_annotation(canvas, point):
            canvas.session.select(())
    elif spot.part is Part.WIRE:
        canvas.session.select((), (spot.node, spot.slot))
    elif spot.node not in canvas.session.selection:
        canvas.session.select({spot.node})


def double_clicked(canvas: Canvas, point: Point) -> None:
    """Edits the number or name of a card; on the ground, opens the search for something to add."""
    spot = canvas.spots.at(point, canvas.camera.zoom)
    if is_on_bar(canvas, point):
        canvas.session.lens.move(0.0)
    elif (spot is None or spot.part is Part.WIRE) and toggle_bend(canvas, point, spot):
        return
    elif spot is None:
        if found := grip(canvas, point):
            canvas.annotating.edit(found[0].id)
        else:
            canvas.adding.open(point)
    elif spot.part is Part.CARD:
        held = canvas.session.graph.nodes[spot.node]
        on_name = point[0] < canvas.session.stage.rect(spot.node).x + CARD_WIDTH * 0.3
        if held.op.is_leaf and not (on_name and held.name and not held.is_constant):
            canvas.edit_value(spot.node)
        else:
            canvas.edit_name(spot.node)
