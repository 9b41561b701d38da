"""What the lecturer reads while the class sees the graph: the note for this moment, what comes next, and the clock."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ..engine.explain import explain
from .fonts import Face, font
from .sentences import rich
from .session import Session
from .theme import put_on

HEIGHT = 196
NO_NOTE = "There is no note for this moment. A bookmark on the timeline can have one."
_HALF_A_SECOND = 500


def stopwatch() -> Callable[[], float]:
    """A clock that tells the seconds since it was made."""
    watch = QElapsedTimer()
    watch.start()
    return lambda: watch.elapsed() / 1000.0


class Presenter(QWidget):
    """The presenter's notes.  The clock starts when they are first shown, and goes on until it is set back."""

    def __init__(self, session: Session, start_clock: Callable[[], Callable[[], float]] = stopwatch) -> None:
        """`start_clock` starts a clock and gives what reads it, in seconds."""
        super().__init__()
        self._session, self._start_clock = session, start_clock
        self._elapsed: Callable[[], float] | None = None
        self.setObjectName("player")  # a strip like that of the player
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMaximumHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Presenter's notes")
        self.note, self.now, self.next = _text(22), _text(18), _text(18)
        self.clock, self.count, self.mark = QLabel(), QLabel(), QLabel()
        self.clock.setFont(font(Face.TEXT, 40, is_bold=True))
        self.count.setFont(font(Face.TEXT, 17))
        self.mark.setFont(font(Face.TEXT, 15))
        self.mark.setObjectName("muted")
        self.reset = QPushButton("Start the clock over")
        self.reset.setAutoDefault(True)  # Enter presses it, because Space plays
        self._compose()
        self._timer = QTimer(self)
        self._timer.setInterval(_HALF_A_SECOND)
        self._timer.timeout.connect(self.show_time)
        self.reset.clicked.connect(self.start_over)
        for signal in (session.changed, session.traced, session.themed, session.predicting.changed):
            signal.connect(self._show)
        session.playback.moved.connect(self._show)
        self._shown: tuple[object, ...] = ()
        self._show()

    def _compose(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 12, 20, 12)
        row.setSpacing(24)
        row.addLayout(_column("Note", self.note), 5)
        row.addLayout(_column("Now", self.now), 4)
        row.addLayout(_column("Next", self.next), 4)
        numbers = QVBoxLayout()
        numbers.setSpacing(2)
        numbers.addWidget(self.clock)
        numbers.addWidget(self.count)
        numbers.addWidget(self.mark)
        numbers.addStretch(1)
        numbers.addWidget(self.reset)
        row.addLayout(numbers)

    def sizeHint(self) -> QSize:
        """In a low window it has less height than this: its texts scroll."""
        return QSize(super().sizeHint().width(), HEIGHT)

    # The clock

    def start_over(self) -> None:
        """The lecture begins now."""
        self._elapsed = self._start_clock()
        self.show_time()

    def show_time(self) -> None:
        """How long the lecture has taken."""
        seconds = 0 if self._elapsed is None else int(self._elapsed())
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        self.clock.setText(f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()
        if self._elapsed is None:
            self.start_over()
        self.show_time()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # The notes

    def _show(self, *_: object) -> None:
        if self.isHidden():
            return
        session = self._session
        now, story = session.stage.now, session.story
        step = now.step + (now.event is not None)
        marks = session.bookmarks
        passed = [note for time, note in marks if time <= session.playback.time + 1e-6]
        key = story, session.theme, step, tuple(marks), len(passed), session.told_until
        if key == self._shown:
            return  # sixty times a second the same words
        self._shown = key
        note = passed[-1] if passed else ""
        self.note.setText(note or NO_NOTE)
        self.note.setTextFormat(Qt.TextFormat.PlainText)  # whatever stands in a note, it is no markup
        self.note.setFont(font(Face.TEXT, 22 if note else 18))
        put_on(self.note, f"color: {session.theme['ink' if note else 'muted'].name()}")
        self.now.setText(rich(session.stage.caption(), session.theme))
        if step >= len(story):
            self.next.setText("Nothing: this is the end.")
        elif step >= session.told_until:
            self.next.setText("The class predicts this gradient. One more step gives the answer.")
        else:
            self.next.setText(rich(explain(story, step), session.theme))
        self.count.setText(f"Step {step:,} of {len(story):,}")
        self.mark.setText(f"Bookmark {len(passed)} of {len(marks)}" if marks else "No bookmarks")


def _text(pixels: float) -> QLabel:
    label = QLabel()
    label.setFont(font(Face.TEXT, pixels))
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    return label


def _column(title: str, text: QLabel) -> QVBoxLayout:
    """A heading and a text below it, which scrolls when it is long."""
    heading = QLabel(title)
    heading.setObjectName("heading")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(text)
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(heading)
    column.addWidget(area, 1)
    return column
