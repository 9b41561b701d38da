"""What a screen reader finds on the canvas: a tree of cards, each with the wires that enter it, in words.

Qt asks `_interface_of` for what stands for a widget, and never lets go of the Python object that it gets: so that
one holds nothing but its widget's interface.  The interfaces of cards and wires are made when somebody asks for them.
Qt keeps pointers to them, so they are held here until Qt is told to delete them.
"""

from __future__ import annotations

import atexit

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from ..document.diagram import Diagram
from ..graph.graph import NodeId
from ..stage.annotations import annotations_in_words
from ..stage.descriptions import step_in_words
from .accessible_parts import CardInterface, Part, WireInterface, is_wired
from .canvas import spots
from .canvas.view import Canvas
from .lens_panel import StepBar
from .timeline import Timeline

KEYS = "Alt with the arrow keys walks along the wires; W goes through the wires of a node; right and left step."
_Text, _Role = QAccessible.Text, QAccessible.Role
_installed: list[object] = []


def install() -> None:
    """Lets Qt ask here for the interfaces of canvases.  Once is enough."""
    if not _installed:
        QAccessible.installFactory(_interface_of)
        atexit.register(_delete_what_waits)
        _installed.append(_interface_of)


def _delete_what_waits() -> None:
    """A canvas that is still to be deleted when the program ends would take its interface away from under Qt."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _interface_of(_class: str, widget: QObject) -> QAccessibleInterface | None:
    if isinstance(widget, Canvas):
        return CanvasInterface(widget)
    return SliderInterface(widget) if isinstance(widget, Timeline | StepBar) else None


class CanvasInterface(QAccessibleWidget):
    """The canvas: its description is the present step, its children are the cards, in the order of computation."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, _Role.Tree, "Computation graph")
        self._cards: dict[NodeId, Part] = {}
        self._wires: dict[tuple[NodeId, int], Part] = {}
        self._order: tuple[object, list[NodeId], dict[NodeId, int]] | None = None
        self._listening = canvas.session.changed.connect(self._forget)
        canvas.destroyed.connect(self._forget_all)

    @property
    def is_there(self) -> bool:
        """Whether the canvas is still open."""
        return shiboken6.isValid(self) and self.isValid()

    @property
    def canvas(self) -> Canvas:
        """The widget; it holds us, and not the other way round."""
        found = self.object()
        assert isinstance(found, Canvas)
        return found

    # The children

    @property
    def nodes(self) -> list[NodeId]:
        """All nodes that have cards, inputs first; groups by their faces."""
        return self._ordered()[0]

    def place_of(self, node: NodeId) -> int:
        return self._ordered()[1].get(node, -1)

    def _ordered(self) -> tuple[list[NodeId], dict[NodeId, int]]:
        session = self.canvas.session
        if self._order is None or self._order[0] is not session.scenery:
            rects = session.scenery.rects
            nodes = [node for level in session.graph.structure.levels for node in level if node in rects]
            self._order = session.scenery, nodes, {node: place for place, node in enumerate(nodes)}
        return self._order[1:]

    def card(self, node: NodeId) -> Part:
        """What stands for a card."""
        if node not in self._cards:
            self._cards[node] = CardInterface(self, node)
            QAccessible.registerAccessibleInterface(self._cards[node])
        return self._cards[node]

    def wire(self, target: NodeId, slot: int) -> Part:
        """What stands for the wire into a slot."""
        if (target, slot) not in self._wires:
            self._wires[target, slot] = WireInterface(self, target, slot)
            QAccessible.registerAccessibleInterface(self._wires[target, slot])
        return self._wires[target, slot]

    def _forget(self, _old: Diagram, new: Diagram) -> None:
        """What is gone from the graph is gone for Qt."""
        nodes = new.graph.nodes
        for node in [node for node in self._cards if node not in nodes]:
            _delete(self._cards.pop(node))
        for wire in [(node, slot) for node, slot in self._wires if not is_wired(self.canvas, node, slot)]:
            _delete(self._wires.pop(wire))

    def _forget_all(self) -> None:
        QObject.disconnect(self._listening)
        for part in (*self._cards.values(), *self._wires.values()):
            _delete(part)
        self._cards, self._wires = {}, {}

    def childCount(self) -> int:
        return len(self.nodes)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return self.card(self.nodes[index]) if 0 <= index < len(self.nodes) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return self.place_of(child.node) if isinstance(child, CardInterface) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        canvas, at = self.canvas, self.canvas.mapFromGlobal(QPoint(x, y))
        if not canvas.rect().contains(at):
            return None
        spot = canvas.spots.at(canvas.camera.to_scene(at.x(), at.y()), canvas.camera.zoom)
        if spot is None:
            return None
        if spot.part is spots.Part.WIRE:
            return self.wire(spot.node, spot.slot)
        return self.card(canvas.session.scenery.card_of(spot.node) or spot.node)

    def chosen(self) -> Part | None:
        """The part that is selected alone: with the canvas, it has the keyboard."""
        session = self.canvas.session
        if session.selected_wire is not None:
            return self.wire(*session.selected_wire)
        cards = session.standing.cards
        return self.card(next(iter(cards))) if len(cards) == 1 else None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        return (self.chosen() or self) if self.canvas.hasFocus() else None

    # The words

    def text(self, kind: QAccessible.Text) -> str:
        match kind:
            case _Text.Name:
                return self.canvas.accessibleName()
            case _Text.Description:
                session = self.canvas.session
                beside = annotations_in_words(session.diagram, session.standing.inside)
                return " ".join(part for part in (step_in_words(session.stage), beside) if part)
            case _Text.Help:
                return KEYS
        return ""


def _delete(part: QAccessibleInterface) -> None:
    if shiboken6.isValid(part):
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(part))


class SliderInterface(QAccessibleWidget):
    """Something that is set by dragging: the timeline, the step of the lens."""

    def __init__(self, slider: Timeline | StepBar) -> None:
        super().__init__(slider, _Role.Slider, slider.accessibleName())

    def text(self, kind: QAccessible.Text) -> str:
        slider = self.object()
        assert isinstance(slider, Timeline | StepBar)
        match kind:
            case _Text.Name:
                return slider.accessibleName()
            case _Text.Value | _Text.Description:
                return slider.in_words
        return ""


def interface(canvas: Canvas) -> CanvasInterface:
    """What stands for a canvas."""
    found = QAccessible.queryAccessibleInterface(canvas)
    assert isinstance(found, CanvasInterface)
    return found


def tell_focus(canvas: Canvas) -> None:
    """Lets a screen reader read what is selected, if the canvas has the keyboard."""
    chosen = interface(canvas).chosen()
    if chosen is not None and canvas.hasFocus():
        QAccessible.updateAccessibility(QAccessibleEvent(chosen, QAccessible.Event.Focus))
