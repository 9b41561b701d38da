"""What stands for a card or a wire of the canvas, for a screen reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface

from ..document.groups import Slot
from ..graph.graph import NodeId
from ..stage.descriptions import node_facts, node_title, wire_facts, wire_title
from ..stage.geometry import Rect
from .canvas.view import Canvas

if TYPE_CHECKING:
    from .accessibility import CanvasInterface

_Text = QAccessible.Text


class Part(QAccessibleInterface):
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
        return QAccessible.Role.TreeItem

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


class CardInterface(Part):
    """A card.  Its children are the wires that enter it."""

    def isValid(self) -> bool:
        return self.whole.is_there and self.node in self.canvas.session.graph.nodes

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


class WireInterface(Part):
    """The wire into a slot."""

    def __init__(self, whole: CanvasInterface, node: NodeId, slot: int) -> None:
        super().__init__(whole, node)
        self.slot = slot

    def isValid(self) -> bool:
        return self.whole.is_there and is_wired(self.canvas, self.node, self.slot)

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


def is_wired(canvas: Canvas, node: NodeId, slot: int) -> bool:
    """Whether there is a wire into a slot."""
    held = canvas.session.graph.nodes.get(node)
    return held is not None and slot < len(held.inputs) and held.inputs[slot] is not None
