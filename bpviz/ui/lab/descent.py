"""The page Descent: parameters walk down the loss, by one optimizer or by several side by side."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..buttons import push_button
from ..session import Session
from .descent_controls import Controls
from .descent_path import PathView
from .descent_plane import PlanePlot
from .descent_plots import LossPlot, ParameterPlot
from .descent_training import Training
from .descent_words import about, generalization, status, troubles
from .pages import Page, is_large, text_font
from .segments import Segments

_FRAME = 1 / 40  # seconds between two pictures of the plots; ticks of the clock do not fall on it, so it keeps count
_TALL = 860  # pixels of the page from which on the plots stand one above the other
_LOW = 640  # pixels of the page up to which, in large print, not everything has room at once
_MOST_ASKED = 500  # samples, of how many are right
_VIEWS = {
    "Path": "The way over the loss, along two of the parameters",
    "Parameters": "The parameters over the steps",
    "Boundary": "What the graph says everywhere in the plane of two features",
}


class _Sentence(QLabel):
    """Text in lines that asks for no more room when it grows: the plots would jump."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)

    def hasHeightForWidth(self) -> bool:
        return False


class DescentPage(Page):
    """Controls, the loss, one more picture, and a sentence."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.training = Training(session)
        self.training.setParent(self)
        self.controls = Controls(self.training)
        self.run_button = push_button("Run", "Trains, or pauses (Enter on this button)", self._run_or_pause)
        self.step_button = push_button("Step", "One step", self._step)
        self.back_button = push_button("Back", "Takes the last step back", self.training.back)
        self.reset_button = push_button("Reset", "Back to the old parameters", self.training.restart)
        self.open_button = push_button(
            "Show a step", "Plays the next step in the graph: forward, backward, and the update", self._show_step
        )
        self.status = QLabel()
        self.status.setAccessibleName("Loss")
        self.status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note = _Sentence()
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setAccessibleName("About this training")
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.loss = LossPlot(session, self.training)
        self.path = PathView(session, self.training)
        self.parameters = ParameterPlot(session, self.training)
        self.plane = PlanePlot(session, self.training)
        self.views = Segments(list(_VIEWS), list(_VIEWS.values()))
        self.setup_button = push_button("Setup", "Data, optimizers and learning rates, or the plots", self._arrange)
        self.setup_button.setCheckable(True)
        self.log_button = push_button("log", "A logarithmic loss, or a linear one", self._toggle_log)
        self.log_button.setCheckable(True)
        self._due = 0.0  # when the next picture shall be drawn
        self.pictures = 0  # that were drawn, for those who count
        self._remark = self._data = ""
        self._compose()
        self.training.renewed.connect(self._on_renewed)
        self.training.moved.connect(self._on_moved)
        self.training.switched.connect(self._show_state)
        self.controls.remarked.connect(self._set_remark)

    def _compose(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.run_button, self.step_button, self.back_button, self.reset_button, self.open_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.setup_button)
        buttons.addWidget(self.controls.speed)
        self.views.turned.connect(self.turn_to)
        self._top = QWidget()
        top = QHBoxLayout(self._top)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(8)
        top.addWidget(self.status, 1)
        top.addWidget(self.log_button)
        top.addWidget(self.views)
        self._stack = QStackedWidget()
        self.obstacle = _Sentence()
        self.obstacle.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for picture in (self.path, self.parameters, self.plane, self.obstacle):
            self._stack.addWidget(picture)
        self._bench = QSplitter(Qt.Orientation.Horizontal)
        self._bench.setChildrenCollapsible(False)
        self._bench.addWidget(self.loss)
        self._bench.addWidget(self._stack)
        self._bench.setStretchFactor(0, 2)
        self._bench.setStretchFactor(1, 3)
        self._bench.setSizes([400, 600])
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 14, 6)
        column.setSpacing(6)
        column.addWidget(self.controls)
        column.addLayout(buttons)
        column.addWidget(self._top)
        column.addWidget(self._bench, 1)
        column.addStretch(0)
        column.addWidget(self.note)

    # The page

    def dress(self) -> None:
        theme = self.session.theme
        height = 42 if is_large(theme) else 30
        self.controls.dress()
        self.path.dress()
        pressed = (self.run_button, self.step_button, self.back_button, self.reset_button, self.open_button)
        self.views.dress(theme)
        for button in self.views.buttons():
            button.setStyleSheet("QPushButton { padding: 2px 8px; }")
        for button in (*pressed, self.setup_button, self.log_button):
            button.setFont(text_font(theme, 12.5, is_bold=button is self.run_button))
            button.setFixedHeight(height)
        for button in (*pressed, self.setup_button, self.log_button):
            button.setStyleSheet("QPushButton { padding: 2px 10px; }")
        self.run_button.setMinimumWidth(96 if is_large(theme) else 76)
        self.status.setFont(text_font(theme, 12.5))
        for label in (self.note, self.obstacle):
            label.setFont(text_font(theme, 12.5))
            label.setStyleSheet(f"color: {theme['muted'].name()};")
        self.note.setFixedHeight(round(2.1 * self.note.fontMetrics().lineSpacing()))
        self._arrange()

    def follow(self) -> None:
        self.training.follow()

    def hidden(self) -> None:
        """Nothing is trained where nobody sees it."""
        self.training.pause()
        self.path.rest()

    def shown(self) -> None:
        self._draw_view()

    def sizeHint(self) -> QSize:
        """As small as it can be: it takes the room that there is, and scrolls only where there is less."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The plots beside each other, or one above the other where the page is tall; in large print on a low page,
        either what is set up or the plots."""
        wanted = Qt.Orientation.Vertical if self.height() >= _TALL else Qt.Orientation.Horizontal
        if self._bench.orientation() is not wanted:
            self._bench.setOrientation(wanted)
            self._bench.setSizes([400, 600])
        is_low = is_large(self.session.theme) and self.height() < _LOW
        self.setup_button.setVisible(is_low)
        is_set_up = not is_low or self.setup_button.isChecked()
        self.controls.setVisible(is_set_up)
        for piece in (self._top, self._bench):
            piece.setVisible(not is_low or not is_set_up)

    def _show_plots(self) -> None:
        """Whoever trains wants to see what comes of it."""
        self.setup_button.setChecked(False)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.controls.reader.is_busy:
            self.controls.reader.drop()
            self._set_remark("")
        elif event.key() == Qt.Key.Key_Escape and self.training.is_running:
            self.training.pause()
        else:
            super().keyPressEvent(event)

    # What the buttons do

    def _run_or_pause(self) -> None:
        if self.training.is_running:
            self.training.pause()
        else:
            self._set_remark("")
            self._show_plots()
            self.training.start()

    def _step(self) -> None:
        self._show_plots()
        self.training.step()

    def _show_step(self) -> None:
        self._set_remark(self.training.show_step())
        playback = self.session.playback
        playback.seek(0.0)
        playback.play()

    def _toggle_log(self) -> None:
        self.loss.toggle_log()
        self.log_button.setChecked(self.loss.is_log)

    def turn_to(self, which: int) -> None:
        """Shows one of the pictures below the loss."""
        self.views.choose(which)
        refusal = self.plane.refusal if which == 2 else self.path.refusal if which == 0 else ""
        if self.training.refusal and self.training.data is not None:
            refusal = f"{self.training.refusal} Columns… is where you choose yourself which input takes what."
        self.obstacle.setText(refusal or self.training.refusal)
        self._stack.setCurrentIndex(3 if refusal or self.training.problem is None else which)
        self._draw_view()

    # What is shown

    def _set_remark(self, text: str) -> None:
        self._remark = text
        self._show_state()

    def _on_renewed(self) -> None:
        self._remark = ""
        for plot in (self.loss, self.path, self.parameters, self.plane):
            plot.renew()
        self.controls.show_state()
        self.turn_to(self._best_view())
        self._show_state()

    def _best_view(self) -> int:
        """The one that is open, where it has something to show; for other data the boundary, or else what there is."""
        is_other, self._data = self.training.data_name != self._data, self.training.data_name
        refusals = (self.path.refusal, "", self.plane.refusal)
        wished = 2 if is_other else self.views.chosen
        return next(view for view in (wished, 0, 1) if not refusals[view])

    def _on_moved(self) -> None:
        now = time.perf_counter()
        if self.training.is_running and now < self._due:
            return
        self._due = max(self._due, now - _FRAME) + _FRAME
        self.pictures += 1
        self.loss.draw()
        self._draw_view()
        self._show_state()

    def _draw_view(self) -> None:
        shown = self._stack.currentWidget()
        if isinstance(shown, PathView | ParameterPlot | PlanePlot):
            shown.draw()

    def _show_state(self) -> None:
        training = self.training
        can_step, steps = training.can_step, training.steps
        self.run_button.setText("Pause" if training.is_running else "Run")
        self.run_button.setEnabled(can_step)
        self.step_button.setEnabled(can_step)
        self.open_button.setEnabled(can_step)
        self.back_button.setEnabled(any(run.can_go_back for run in training.runs.values()))
        self.reset_button.setEnabled(steps > 0)
        run, predictor, data = training.run, self.plane.predictor, training.data
        right = None
        if run is not None and predictor is not None and data is not None:
            rows = data.test if len(data.test) else data.train
            right = predictor.accuracy(run.theta, rows[:_MOST_ASKED])
        self.status.setText(status(training, right, is_short=is_large(self.session.theme)))
        said = self._remark if self.controls.reader.is_busy else ""
        ended = troubles(training.runs)
        if ended and run is not None and not run.has_diverged:
            ended = f"{ended} {generalization(run)}".rstrip()
        said = said or ended or self._remark or generalization(run) or about(training)
        if said != self.note.text():
            self.note.setText(said)
            self.note.setToolTip(said)
