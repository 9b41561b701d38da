"""The player: what is happening in words, the buttons, the timeline, the speed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from ..stage.speech import said
from ..stage.stepping import Stride
from .fonts import Face, font
from .playback import SPEEDS
from .sentences import rich, with_short_names
from .session import Session
from .still import Still
from .telling import TellingButton
from .timeline import Timeline
from .wording import Wording

STRIDES = {
    Stride.PASS: ("passes", "A whole pass, forward or back"),
    Stride.NODE: ("nodes", "A node: all that it sends back"),
    Stride.WIRE: ("wires", "A wire: send and add"),
    Stride.EVENT: ("events", "One event: send, or add"),
    Stride.BEAT: ("beats", "A beat: receive, multiply, travel, add"),
}

_COUNTER, _WORDS = 112, 46  # pixels: the least width of the counter; the height of the words


class Player(QWidget):
    """The strip at the bottom.  Its buttons are the actions that it is given; `predict` turns predict first on."""

    def __init__(self, session: Session, buttons: list[QAction], predict: QAction) -> None:
        super().__init__()
        self.setObjectName("player")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.counter = QLabel()
        self.counter.setObjectName("muted")
        self.caption = QLabel()
        self.caption.setTextFormat(Qt.TextFormat.RichText)
        self.caption.setWordWrap(True)
        self.caption.setFont(font(Face.TEXT, 16))
        self.caption.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.timeline = Timeline(session)
        self.stride = self._stride_button()
        self.speed = self._speed_button()
        self.predict = QPushButton()
        self.predict.setToolTip(predict.toolTip())
        self.predict.setAutoDefault(True)  # Enter presses it, because Space plays
        self.predict.setFixedSize(142, 34)
        self.predict.clicked.connect(predict.trigger)
        words, controls = QHBoxLayout(), QHBoxLayout()
        words.setSpacing(16)
        controls.setSpacing(8)
        words.addWidget(self.counter)
        words.addWidget(Still(self.caption, _WORDS), 1)  # however long a word is, the window is no wider for it
        for action in buttons:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(QSize(20, 20))
            button.setFixedSize(38, 34)
            button.setAccessibleName(action.text())
            controls.addWidget(button)
        controls.addWidget(self.stride)
        self.telling = TellingButton(session)
        controls.addWidget(self.telling)
        controls.addSpacing(8)
        controls.addWidget(self.timeline, 1)
        controls.addWidget(self.speed)
        controls.addWidget(self.predict)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 8, 20, 6)
        whole.setSpacing(2)
        whole.addLayout(words)
        whole.addLayout(controls)
        self._shown: tuple[object, ...] = ()
        self._wording = Wording(self, session.playback, self._worded, self._context)
        session.playback.moved.connect(self._show)
        session.playback.changed.connect(self._show)
        session.traced.connect(self._show)
        session.themed.connect(self._show)
        session.predicting.changed.connect(self._show_predicting)
        self._show()
        self._show_predicting()

    def _stride_button(self) -> QToolButton:
        button = QToolButton()
        button.setToolTip("How much one step lets happen (Ctrl+↑ more, Ctrl+↓ less)")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFixedSize(72, 34)
        menu = QMenu(button)
        for stride, (_, about) in STRIDES.items():
            action = menu.addAction(about)
            action.triggered.connect(lambda _=False, chosen=stride: self._session.playback.set_stride(chosen))
        button.setMenu(menu)
        return button

    def _speed_button(self) -> QToolButton:
        button = QToolButton()
        button.setToolTip("How fast the steps follow each other")
        button.setAccessibleName("Speed")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFixedSize(56, 34)
        menu = QMenu(button)
        for speed in SPEEDS:
            action = menu.addAction(f"{speed:g}×")
            action.triggered.connect(lambda _=False, chosen=speed: self._session.playback.set_speed(chosen))
        button.setMenu(menu)
        return button

    def _show_predicting(self) -> None:
        self.predict.setText(f"Predict first: {'on' if self._session.predicting.is_on else 'off'}")

    def catch_up(self) -> None:
        """It is seen again, after it was covered."""
        self._show()

    def _worded(self, step: int) -> tuple[str, str, str]:
        """A step in words: in colours, as it is spoken, and whole where names had to be cut."""
        caption = self._session.stage.at(float(step)).caption()
        whole = "".join(span.text for span in caption)
        is_cut = with_short_names(whole) != whole
        return rich(caption, self._session.theme), said(caption), whole if is_cut else ""

    def _context(self) -> tuple[object, ...]:
        session = self._session
        return session.story, session.theme, session.diagram, session.standing.inside

    def _show(self, _time: float = 0.0) -> None:
        if not self.updatesEnabled():
            return  # the window is behind a projector
        session = self._session
        now, playback = session.stage.now, session.playback
        step = now.step + (now.event is not None)
        key = (session.story, step, session.theme, playback.speed, playback.stride, session.diagram)
        if key == self._shown:
            return  # sixty times a second the same words
        self._shown = key
        self.counter.setText(f"Step {step:,} of {playback.length:,}" if playback.length else "No steps")
        room = self.counter.fontMetrics().horizontalAdvance(f"Step {playback.length:,} of {playback.length:,}")
        self.counter.setFixedSize(max(room + 1, _COUNTER), _WORDS)
        text, spoken, whole = self._wording.after(step)
        self.caption.setText(text)
        self.caption.setAccessibleName(spoken)
        self.caption.setToolTip(whole)
        self.speed.setText(f"{playback.speed:g}×")
        name, about = STRIDES[playback.stride]
        self.stride.setText(name)
        self.stride.setAccessibleName(f"Step by: {about}")
