"""Waiting for what takes seconds, in a window that stays alive: it says how far it is, and Esc gives it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from ..stage.progress import Tell
from .background import Background

UNTOLD = 250  # milliseconds, in which nobody needs to be told anything
LOOK = 20  # milliseconds from one look at the work to the next
T = TypeVar("T")


class GivenUpError(Exception):
    """Somebody did not want to wait any longer."""


class Patience(QDialog):
    """`Opening network … 40 %`, a bar, and Cancel, before a window that can be looked at and nothing else."""

    def __init__(self, doing: str, work: Background[T], parent: QWidget) -> None:
        super().__init__(parent)
        self._doing, self._work = doing, work
        self.setWindowTitle("bpviz")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.words = QLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(190, 6)
        self.bar.setAccessibleName(doing)
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Leaves everything as it is (Esc)")
        self.cancel.setAutoDefault(False)  # Enter, meant for what was there before, does not give it up
        self.cancel.clicked.connect(self.reject)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(self.words)
        row.addWidget(self.bar)
        row.addWidget(self.cancel)
        self.words.setText(self._told(100))  # the longest sentence says how wide it is
        self.words.setFixedWidth(self.words.sizeHint().width())
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._look()

    def _told(self, percent: int) -> str:
        return f"{self._doing} … {percent} %"

    def _look(self) -> None:
        percent = min(int(self._work.part * 100), 100)
        self.bar.setValue(percent)
        self.words.setText(self._told(percent))
        if self._work.is_done:
            self.accept()

    def done(self, result: int) -> None:
        self._timer.stop()
        super().done(result)


def waited_for(doing: str, work: Callable[[Tell], T], parent: QWidget) -> T:
    """What `work` comes to, which a thread does; `doing` says what, as in `Opening network`.

    The window is painted meanwhile, but takes nothing else in.  Raises what the work raises, and GivenUpError.
    """
    held = Background(work)
    QGuiApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
    try:
        _wait_untold(held)
        if not held.is_done:
            dialog = Patience(doing, held, parent)
            is_done = dialog.exec()
            dialog.deleteLater()
            if not is_done:
                raise GivenUpError
        return held.result()
    finally:
        QGuiApplication.restoreOverrideCursor()
        held.give_up()


def _wait_untold(held: Background[T]) -> None:
    """For a moment, or until it is done."""
    loop, looks, end = QEventLoop(), QTimer(), QTimer()
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    looks.timeout.connect(lambda: loop.quit() if held.is_done else None)
    end.start(UNTOLD)
    looks.start(LOOK // 4)
    if not held.is_done:
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
