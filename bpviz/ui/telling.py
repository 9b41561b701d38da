"""The choice of what is told after the values: gradients back, tangents ahead, or what goes wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from ..engine.telling import Telling, movable
from ..engine.wrong_sweeps import Wrong
from .session import Session

NAMES = {
    Telling.BACKWARD: "Gradients back: reverse mode",
    Telling.FORWARD: "Tangents ahead: forward mode",
    Telling.OVERWRITES: "What goes wrong with = in place of +=",
    Telling.UNORDERED: "What goes wrong without an order",
}
_SHORT = {Telling.BACKWARD: "back", Telling.OVERWRITES: "= for +=", Telling.UNORDERED: "no order"}
SHOWN_BY = {Telling.OVERWRITES: "x used twice", Telling.UNORDERED: "A skip connection"}  # titles of examples
MOST_INPUTS = 24  # that a menu lists


def tell(session: Session, telling: Telling) -> None:
    """Tells the run so; in forward mode from the selected node, if there is one.  Says what goes wrong."""
    seed = next(iter(session.selection)) if telling is Telling.FORWARD and len(session.selection) == 1 else None
    if seed is not None and session.trace.computed_position(seed) is None:
        seed = None
    session.tell(telling, seed)
    sweep = session.story.sweep
    if isinstance(sweep, Wrong):
        shown = "" if sweep.wrong else f" The example “{SHOWN_BY[telling]}” shows what can."
        session.said.emit(sweep.summary + shown, bool(sweep.wrong))


class TellingButton(QToolButton):
    """Says what is told now; its menu offers the rest."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("What is told after the values")
        self.setFixedSize(88, 34)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        session.traced.connect(self._show)
        self._show()

    def _show(self) -> None:
        session = self._session
        if session.telling is Telling.FORWARD and session.seed is not None:
            name = self.fontMetrics().elidedText(session.graph.spoken(session.seed), Qt.TextElideMode.ElideRight, 44)
            text, about = f"{name} →", f"tangents ahead from {session.graph.spoken(session.seed)}"
        else:
            text, about = _SHORT[session.telling], NAMES[session.telling]
        self.setText(text)
        self.setAccessibleName(f"Told now: {about}")
        self.setProperty("wrong", isinstance(session.story.sweep, Wrong))
        self.style().unpolish(self)
        self.style().polish(self)

    def _fill(self) -> None:
        menu, session = self._menu, self._session
        menu.clear()
        group = QActionGroup(menu)

        def offer(text: str, telling: Telling, seed: int | None = None) -> QAction:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(session.telling is telling and seed == (session.seed if seed is not None else None))
            group.addAction(action)
            action.triggered.connect(lambda _=False: session.tell(telling, seed) if seed else tell(session, telling))
            return action

        offer(NAMES[Telling.BACKWARD], Telling.BACKWARD)
        menu.addSeparator()
        menu.addSection(NAMES[Telling.FORWARD])
        inputs = movable(session.trace)
        if not inputs:
            menu.addAction("No input has a value").setEnabled(False)
        for node in inputs[:MOST_INPUTS]:
            offer(f"Let {session.graph.spoken(node)} move", Telling.FORWARD, node)
        if len(inputs) > MOST_INPUTS:
            menu.addAction("Others: select one, then choose forward mode in the Play menu").setEnabled(False)
        menu.addSeparator()
        for telling in (Telling.OVERWRITES, Telling.UNORDERED):
            offer(NAMES[telling], telling)
