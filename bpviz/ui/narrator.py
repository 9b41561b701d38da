"""Tells a screen reader what happens: each step once it rests, what is selected, what is said and asked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent

from ..stage.descriptions import step_in_words
from ..stage.speech import spoken
from .canvas.view import Canvas
from .session import Session

_Politeness = QAccessible.AnnouncementPoliteness


class Narrator(QObject):
    """Speaks only while something listens.  `told(words)` is what was announced last."""

    told = Signal(str)

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._step = step_in_words(session.stage)
        for signal in (session.playback.moved, session.playback.changed, session.traced):
            signal.connect(self._follow)
        session.selected.connect(self._point)
        session.standing.changed.connect(self._enter)
        session.said.connect(self._repeat)
        session.predicting.asked.connect(self._ask)

    def _follow(self, *_: object) -> None:
        """The present step, when the playhead rests, or jumps from one to the next."""
        session, playback = self._session, self._session.playback
        if not QAccessible.isActive() or (playback.is_moving and playback.is_animated):
            return
        step = step_in_words(session.stage)
        if step != self._step:
            self._step = step
            QAccessible.updateAccessibility(QAccessibleEvent(self._canvas, QAccessible.Event.DescriptionChanged))
            self._announce(step)

    def _point(self) -> None:
        if QAccessible.isActive():
            from .accessibility import tell_focus

            tell_focus(self._canvas)

    def _enter(self) -> None:
        """Where one stands now."""
        way = self._session.standing.way
        self._announce(spoken(f"You are in {way[-1].name}. Escape leaves." if way else "You are out of all groups."))

    def _repeat(self, sentence: str, is_fault: bool) -> None:
        self._announce(spoken(sentence), _Politeness.Assertive if is_fault else _Politeness.Polite)

    def _ask(self) -> None:
        """A question stands; what is asked is in front, where the keyboard is."""
        predicting = self._session.predicting
        if predicting.node is not None:
            self._announce(spoken(f"What will {predicting.asked_for(predicting.node)} be?"))

    def _announce(self, words: str, politeness: QAccessible.AnnouncementPoliteness = _Politeness.Polite) -> None:
        if QAccessible.isActive() and words:
            event = QAccessibleAnnouncementEvent(self._canvas, words)
            event.setPoliteness(politeness)
            QAccessible.updateAccessibility(event)
            self.told.emit(words)
