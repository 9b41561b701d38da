"""What a screen reader finds on the canvas: a tree of cards, each with the wires that enter it, in words.

Qt asks `_interface_of` for what stands for a widget.  The interfaces of cards and wires are made when somebody asks
for them, and Qt keeps pointers to them, so ours are held here until Qt is told to delete them.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from ..document.diagram import Diagram
from ..document.groups import Slot
from ..graph.graph import NodeId
from ..stage.annotations import annotations_in_words
from ..stage.descriptions import node_facts, node_title, step_in_words, wire_facts, wire_title
from ..stage.geometry import Rect
from .canvas.spots import Part
from .canvas.view import Canvas

KEYS = "Alt with the arrow keys walks along the wires; W goes through the wires of a node; right and left step."
_Text, _Role = QAccessible.Text, QAccessible.Role
_held: list[CanvasInterface] = []
_installed: list[object] = []


def install() -> None:
    """Lets Qt ask here for the interfaces of canvases.  Once is enough."""
    if not _installed:
        QAccessible.installFactory(_interface_of)
        _installed.append(_interface_of)


def _interface_of(_class: str, widget: QObject) -> QAccessibleInterface | None:
    if not isinstance(widget, Canvas):
        return None
    _held[:] = [made for made in _held if shiboken6.isValid(made)]
    made = CanvasInterface(widget)
    _held.append(made)
    return made


class CanvasInterface(QAccessibleWidget):
    """The canvas: its description is the present step, its children are the cards, in the order of computation."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, _Role.Tree, "Computation graph")
        self.canvas = canvas
        self._cards: dict[NodeId, _Part] = {}
        self._wires: dict[tuple[NodeId, int], _Part] = {}
        self._order: tuple[object, list[NodeId], dict[NodeId, int]] | None = None
        canvas.session.changed.connect(self._forget)
        canvas.destroyed.connect(self._forget_all)

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

    def card(self, node: NodeId) -> _Part:
        """What stands for a card."""
        if node not in self._cards:
            self._cards[node] = CardInterface(self, node)
            QAccessible.registerAccessibleInterface(self._cards[node])
        return self._cards[node]

    def wire(self, target: NodeId, slot: int) -> _Part:
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
        for wire in [(node, slot) for node, slot in self._wires if not _is_wired(self.canvas, node, slot)]:
            _delete(self._wires.pop(wire))

    def _forget_all(self) -> None:
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
        if spot.part is Part.WIRE:
            return self.wire(spot.node, spot.slot)
        return self.card(canvas.session.scenery.card_of(spot.node) or spot.node)

    def chosen(self) -> _Part | None:
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
                beside = annotations_in_words(session.diagram) if session.scenery.is_whole else ""
                return " ".join(part for part in (step_in_words(session.stage), beside) if part)
            case _Text.Help:
                return KEYS
        return ""


class _Part(QAccessibleInterface):
    """A card or a wire."""

    def __init__(self, whole: CanvasInterface, node: NodeId) -> None:
        super().__init__()
        self.whole, self.node = whole, node

    @property
    def canvas(self) -> Canvas:
        return self.whole.canvas

    @property
    def is_chosen(self) -> bool:
        """Whether it is selected."""
        raise NotImplementedError

    @property
    def place(self) -> Rect | None:
        """Where it lies in the scene."""
        raise NotImplementedError

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> None:  # type: ignore[override]
        return None

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Nothing here can be rewritten from outside."""

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childCount(self) -> int:
        return 0

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return _Role.TreeItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = state.selectable = True
        state.selected = self.is_chosen
        state.focused = self.is_chosen and self.canvas.hasFocus() and self.whole.chosen() is self
        state.offscreen = not self.canvas.rect().intersects(self._on_canvas())
        return state

    def rect(self) -> QRect:
        return self._on_canvas().translated(self.canvas.mapToGlobal(QPoint(0, 0)))

    def _on_canvas(self) -> QRect:
        place = self.place
        if place is None:
            return QRect()
        corners = [self.canvas.to_screen(point) for point in ((place.x, place.y), (place.right, place.bottom))]
        return QRect(*corners)


class CardInterface(_Part):
    """A card.  Its children are the wires that enter it."""

    def isValid(self) -> bool:
        return shiboken6.isValid(self.canvas) and self.node in self.canvas.session.graph.nodes

    @property
    def is_chosen(self) -> bool:
        return self.node in self.canvas.session.selection

    @property
    def place(self) -> Rect | None:
        return self.canvas.session.stage.rect(self.node) if self.isValid() else None

    @property
    def _slots(self) -> list[Slot]:
        scenery = self.canvas.session.scenery
        return scenery.wires_into(self.node) if self.isValid() and self.node in scenery.rects else []

    def parent(self) -> QAccessibleInterface:
        return self.whole

    def childCount(self) -> int:
        return len(self._slots)

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        slots = self._slots
        return self.whole.wire(*slots[index]) if 0 <= index < len(slots) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        slots, wire = self._slots, (child.node, child.slot) if isinstance(child, WireInterface) else None
        return slots.index(wire) if wire in slots else -1

    def text(self, kind: QAccessible.Text) -> str:
        if not self.isValid():
            return ""
        stage = self.canvas.session.stage
        match kind:
            case _Text.Name:
                return node_title(stage, self.node)
            case _Text.Description:
                return node_facts(stage, self.node)
        return ""


class WireInterface(_Part):
    """The wire into a slot."""

    def __init__(self, whole: CanvasInterface, node: NodeId, slot: int) -> None:
        super().__init__(whole, node)
        self.slot = slot

    def isValid(self) -> bool:
        return shiboken6.isValid(self.canvas) and _is_wired(self.canvas, self.node, self.slot)

    @property
    def is_chosen(self) -> bool:
        return self.canvas.session.selected_wire == (self.node, self.slot)

    @property
    def place(self) -> Rect | None:
        curve = self.canvas.session.stage.curve(self.node, self.slot) if self.isValid() else None
        return None if curve is None else curve.bounds

    def parent(self) -> QAccessibleInterface:
        return self.whole.card(self.canvas.session.scenery.card_of(self.node) or self.node)

    def text(self, kind: QAccessible.Text) -> str:
        if not self.isValid():
            return ""
        stage = self.canvas.session.stage
        match kind:
            case _Text.Name:
                return wire_title(stage, self.node, self.slot)
            case _Text.Description:
                return wire_facts(stage, self.node, self.slot)
        return ""


def _is_wired(canvas: Canvas, node: NodeId, slot: int) -> bool:
    held = canvas.session.graph.nodes.get(node)
    return held is not None and slot < len(held.inputs) and held.inputs[slot] is not None


def _delete(part: QAccessibleInterface) -> None:
    if shiboken6.isValid(part):
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(part))


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
