"""Two things that share a room: one above the other, or side by side where the room is low and wide."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_GAP = 8  # pixels


class Duo(QWidget):
    """The first one gets `above` of the height when they are stacked, `beside` of the width when they are not.

    Something whose height may not grow (`QSizePolicy.Maximum`) gets the height that it wants as the second one of a
    stack.  What is hidden leaves its room to the other.
    """

    def __init__(
        self, first: QWidget, second: QWidget, *, above: float = 0.62, beside: float = 0.5, flat: float = 1.5
    ) -> None:
        """`flat` is from how many times as wide as high on the room is divided from left to right."""
        super().__init__()
        self.first, self.second = first, second
        self._above, self._beside, self._flat = above, beside, flat
        for piece in (first, second):
            piece.setParent(self)
            piece.installEventFilter(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def is_beside(self) -> bool:
        return self.width() > self._flat * self.height()

    def share(self, above: float) -> None:
        """Gives the first one another part of the height."""
        self._above = above
        self.arrange()

    def flatten(self, flat: float) -> None:
        """Divides the room from left to right from another ratio on."""
        self._flat = flat
        self.arrange()

    def arrange(self) -> None:
        """Puts both into their places."""
        whole, pieces = self.rect(), [piece for piece in (self.first, self.second) if not piece.isHidden()]
        if len(pieces) == 1:
            pieces[0].setGeometry(whole)
        elif pieces and self.is_beside:
            width = round((whole.width() - _GAP) * self._beside)
            self.first.setGeometry(QRect(0, 0, width, whole.height()))
            self.second.setGeometry(QRect(width + _GAP, 0, whole.width() - width - _GAP, whole.height()))
        elif pieces:
            height = round((whole.height() - _GAP) * self._above)
            if self.second.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Maximum:
                height = max(whole.height() - _GAP - self.second.sizeHint().height(), whole.height() // 3)
            self.first.setGeometry(QRect(0, 0, whole.width(), height))
            self.second.setGeometry(QRect(0, height + _GAP, whole.width(), whole.height() - height - _GAP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent, QEvent.Type.LayoutRequest):
            self.arrange()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.arrange()
        return super().event(event)

    def sizeHint(self) -> QSize:
        return self.first.sizeHint().expandedTo(self.second.sizeHint())

    def minimumSizeHint(self) -> QSize:
        """Enough for one way of lying: what lacks in width there is in height, or the other way round."""
        return _least(self.first).expandedTo(_least(self.second))


def _least(piece: QWidget) -> QSize:
    return QSize() if piece.isHidden() else piece.minimumSizeHint().expandedTo(piece.minimumSize())
