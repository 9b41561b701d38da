"""A window of the program, offscreen, to take pictures of; pictures.py says what happens in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QWidget


class Studio:
    """A window of the program, and what a scene does with it.

    `shown` is what the picture is taken of, with all that is open above it.
    """

    def __init__(self, settings: Path, width: int, height: int) -> None:
        from PySide6.QtCore import QSettings

        from bpviz.ui.window import Window

        self.window = Window(QSettings(str(settings), QSettings.Format.IniFormat))
        self.window.resize(width, height)
        self.window.show()
        self.window.activateWindow()
        self.shown: QWidget = self.window
        self.session = self.window.session
        self._taken: QPixmap | None = None
        self.rest()

    def rest(self, milliseconds: int = 250) -> None:
        """Lets everything settle that waits for a timer, glides, or is made little by little."""
        from PySide6.QtTest import QTest

        QTest.qWait(milliseconds)
        window = self.window
        while window.projecting.front.looking.is_gliding or window.gliding.is_gliding or window.inspector.is_awaiting:
            QTest.qWait(20)

    def graph(self, text: str, **values: float) -> None:
        from bpviz.document.diagram import Diagram
        from bpviz.graph.parse import parse

        self.session.open(Diagram.of(parse(text, values)), None)
        self.window.canvas.fit()

    def example(self, title: str) -> None:
        from bpviz.ui.examples import examples

        self.session.open(next(found for found in examples() if found.title == title).diagram(), None)
        self.window.canvas.fit()

    def theme(self, name: str) -> None:
        from bpviz.ui.theme import THEMES

        self.window.set_theme(THEMES[name])

    def node(self, name: str) -> int:
        return self.session.graph.by_name[name]

    def when(self, kind: str, node: str, progress: float = 0.0, *, last: bool = False) -> None:
        """The moment when something of a kind happens to a node (for the last time, or the first)."""
        from bpviz.engine.explain import event_kind

        story, id_ = self.session.story, self.node(node)
        times = [
            i
            for i, event in enumerate(story)
            if event_kind(event) == kind and id_ in (getattr(event, "target", None), getattr(event, "node", None))
        ]
        self.session.playback.seek((times[-1] if last else times[0]) + progress)
        self.rest()

    def act(self, name: str) -> None:
        self.window.actions_[name].trigger()
        self.rest()

    def key(self, key: str, *, times: int = 1) -> None:
        """Presses a key, or keys together as in Ctrl+F, in the window that has the keyboard."""
        from PySide6.QtCore import QKeyCombination
        from PySide6.QtGui import QGuiApplication, QKeySequence, QWindow
        from PySide6.QtTest import QTest

        together: QKeyCombination = QKeySequence(key)[0]  # type: ignore[index]  # the stubs do not know that one can
        for _ in range(times):
            focused: QWindow | None = QGuiApplication.focusWindow()
            front = self.window.windowHandle() if focused is None else focused
            QTest.keyClick(front, together.key(), together.keyboardModifiers())
        self.rest()

    def type(self, text: str) -> None:
        """Types letters where the keyboard is."""
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, text)
        self.rest()

    def card(self, name: str) -> QPoint:
        """Where a card's middle is on the screen."""
        rect = self.session.stage.rect(self.node(name))
        middle = self.window.canvas.to_screen((rect.x + rect.width / 2, rect.y + rect.height / 2))
        return self.window.canvas.mapToGlobal(middle)

    def project(self, theme: str = "projector", *, alone: bool = True) -> None:
        """Opens the projector as large as the window; it is what is shown if it is `alone`."""
        self.window.settings.setValue("projector", theme)
        self.act("projector")
        found = self.window.projecting.projector
        assert found is not None
        found.showNormal()
        found.resize(self.window.size())
        if alone:
            self.shown = found
        self.rest()

    def modal(self, act: Callable[[], object]) -> None:
        """Does what opens a dialog that has to be answered: the picture is taken before it is given up."""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        def take() -> None:
            self._taken = self.picture()
            if (dialog := QApplication.activeModalWidget()) is not None:
                dialog.close()

        QTimer.singleShot(400, take)
        act()

    def picture(self) -> QPixmap:
        """What is shown, and what is open above it."""
        if self._taken is not None:
            return self._taken
        from PySide6.QtGui import QPainter
        from PySide6.QtWidgets import QApplication

        picture = self.shown.grab()
        painter = QPainter(picture)
        for above in QApplication.topLevelWidgets():
            if above.isVisible() and above is not self.shown and above.window() is not self.window:
                painter.drawPixmap(above.pos() - self.shown.pos(), above.grab())
        painter.end()
        return picture

    def close(self) -> None:
        from PySide6.QtWidgets import QApplication

        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self.session.document.mark_saved()
        self.session.draft = ""  # or the window would ask
        self.window.close()
        self.window.deleteLater()
