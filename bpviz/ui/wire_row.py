"""A row of a panel that points out wires on the canvas while the mouse is over it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..graph.graph import NodeId
from .session import Session


class WireRow(QWidget):
    """The row holds one piece, and lights `wires`, each by the input that it enters."""

    def __init__(self, session: Session, wires: Sequence[tuple[NodeId, int]]) -> None:
        super().__init__()
        self._session, self._wires = session, wires
        self.is_pointed_at = False

    def hold(self, piece: QWidget) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(piece)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.is_pointed_at = True
        self._session.light(self._wires)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.is_pointed_at = False
        self._session.light(())
        super().leaveEvent(event)
