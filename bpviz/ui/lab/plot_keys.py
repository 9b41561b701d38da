"""The keys of a plot: arrows pan, + and − zoom, 0 shows what was shown at first; Shift and arrows move its point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from .plot import Plot

_PAN, _ZOOM = 0.1, 1.25  # of the view, with one key
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_FACTORS = {Qt.Key.Key_Plus: 1 / _ZOOM, Qt.Key.Key_Equal: 1 / _ZOOM, Qt.Key.Key_Minus: _ZOOM}
_OTHERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def is_for_plot(event: QKeyEvent) -> bool:
    """Whether a key means something to a plot that has the keyboard."""
    return event.key() in {*_ARROWS, *_FACTORS, Qt.Key.Key_0} and not event.modifiers() & _OTHERS


def press(plot: Plot, event: QKeyEvent) -> bool:
    """Does what a key means; whether it means anything."""
    key, box = Qt.Key(event.key()), plot.plotItem.vb
    if (way := _ARROWS.get(key)) is not None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if plot.handles:
                plot.handles[0].nudged.emit(*way)
        else:
            (left, right), (low, high) = box.viewRange()
            box.translateBy(x=way[0] * _PAN * (right - left), y=way[1] * _PAN * (high - low))
    elif (factor := _FACTORS.get(key)) is not None:
        box.scaleBy((factor, factor))
    elif key == Qt.Key.Key_0:
        plot.reset.emit()
    elif key == Qt.Key.Key_Menu:
        plot.open_menu(plot.mapToGlobal(plot.rect().center()))
    else:
        return False
    return True
