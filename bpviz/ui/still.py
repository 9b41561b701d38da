"""A place that keeps its size."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Still(QWidget):
    """Holds one piece, which fills it and has no say in how large it is.

    A label asks for another size whenever it says something else, and all that stands around it is laid out anew: for
    a sentence that changes with every event, that is a millisecond each time.
    """

    def __init__(self, piece: QWidget, height: int = 0) -> None:
        super().__init__()
        self._piece = piece
        piece.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        if height:
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._piece.setFixedSize(self.size())
