"""The page Descent: parameters walk down the loss, by one optimizer or by several side by side."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
)

from ...engine.training.optimizers import OPTIMIZERS
from ...ops import numerals
from ..session import Session
from .descent_controls import Controls
from .descent_path import PathView
from .descent_plane import PlanePlot
from .descent_plots import LossPlot, ParameterPlot
from .descent_training import Training
from .pages import Page, is_large, text_font

_FRAME = 1 / 40  # seconds between two pictures of the plots; ticks of the clock do not fall on it, so it keeps count
_TALL = 860  # pixels of the page from which on the plots stand one above the other
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
        self.run_button = self._button("Run", "Trains, or pauses (Enter on this button)", self._run_or_pause)
        self.step_button = self._button("Step", "One step", self.training.step)
        self.back_button = self._button("Back", "Takes the last step back", self.training.back)
        self.reset_button = self._button("Reset", "Back to the old parameters", self.training.restart)
        self.open_button = self._button(
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
        self.views = QButtonGroup(self)
        self.log_button = self._button("log", "A logarithmic loss, or a linear one", self._toggle_log)
        self.log_button.setCheckable(True)
        self._due = 0.0  # when the next picture shall be drawn
        self.pictures = 0  # that were drawn, for those who count
        self._remark = self._data = ""
        self._compose()
        self.training.renewed.connect(self._on_renewed)
        self.training.moved.connect(self._on_moved)
        self.training.switched.connect(self._show_state)
        self.controls.remarked.connect(self._set_remark)

    def _button(self, text: str, tip: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(True)  # Enter presses it, because Space plays
        button.clicked.connect(lambda _=False: act())  # type: ignore[operator]
        return button

    def _compose(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.run_button, self.step_button, self.back_button, self.reset_button, self.open_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.controls.speed)
        second = QHBoxLayout()
        second.setSpacing(0)
        for place, (title, tip) in enumerate(_VIEWS.items()):
            view = QPushButton(title)
            view.setObjectName("segment")
            view.setCheckable(True)
            view.setToolTip(tip)
            view.setProperty("place", ("first", "middle", "last")[place])
            view.setStyleSheet("QPushButton { padding: 2px 8px; }")
            self.views.addButton(view, place)
            second.addWidget(view)
        self.views.button(0).setChecked(True)
        self.views.idClicked.connect(self.turn_to)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.status, 1)
        top.addWidget(self.log_button)
        top.addLayout(second)
        self._stack = QStackedWidget()
        self._empty = _Sentence()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for picture in (self.path, self.parameters, self.plane, self._empty):
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
        column.addLayout(top)
        column.addWidget(self._bench, 1)
        column.addWidget(self.note)

    # The page

    def dress(self) -> None:
        theme = self.session.theme
        height = 42 if is_large(theme) else 30
        self.controls.dress()
        self.path.dress()
        pressed = (self.run_button, self.step_button, self.back_button, self.reset_button, self.open_button)
        for button in (*pressed, self.log_button, *self.views.buttons()):
            button.setFont(text_font(theme, 12.5, is_bold=button is self.run_button))
            button.setFixedHeight(height)
        for button in (*pressed, self.log_button):
            button.setStyleSheet("QPushButton { padding: 2px 10px; }")
        self.run_button.setMinimumWidth(96 if is_large(theme) else 76)
        self.status.setFont(text_font(theme, 12.5))
        for label in (self.note, self._empty):
            label.setFont(text_font(theme, 12.5))
            label.setStyleSheet(f"color: {theme['muted'].name()};")
        self.note.setFixedHeight(round(2.1 * self.note.fontMetrics().lineSpacing()))

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
        tall = self.height() >= _TALL
        wanted = Qt.Orientation.Vertical if tall else Qt.Orientation.Horizontal
        if self._bench.orientation() is not wanted:
            self._bench.setOrientation(wanted)
            self._bench.setSizes([400, 600])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.training.is_running:
            self.training.pause()
        else:
            super().keyPressEvent(event)

    # What the buttons do

    def _run_or_pause(self) -> None:
        if self.training.is_running:
            self.training.pause()
        else:
            self._set_remark("")
            self.training.start()

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
        self.views.button(which).setChecked(True)
        refusal = self.plane.refusal if which == 2 else self.path.refusal if which == 0 else ""
        self._empty.setText(refusal or self.training.refusal)
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
        wished = 2 if is_other else self.views.checkedId()
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
        self.status.setText(self._status())
        said = training.refusal or self._troubles() or self._remark or self._about()
        if said != self.note.text():
            self.note.setText(said)
            self.note.setToolTip(said)

    def _troubles(self) -> str:
        """Why runs do not go on: of one, in full; of several, who has left and who has arrived."""
        runs = self.training.runs
        if len(runs) == 1:
            return next(iter(runs.values())).trouble
        lost = {OPTIMIZERS[name].title: run.rate for name, run in runs.items() if run.has_diverged}
        rest = [OPTIMIZERS[name].title for name, run in runs.items() if run.trouble and not run.has_diverged]
        said = []
        if lost:
            slower = " and ".join(f"{numerals.short(rate / 10)} for {title}" for title, rate in lost.items())
            said.append(f"{_listed(list(lost))} left the valley: reset, and try smaller rates, {slower}.")
        if rest:
            said.append(f"{_listed(rest)} came to rest.")
        return " ".join(said)

    def _status(self) -> str:
        run, training = self.training.run, self.training
        if run is None:
            return ""
        parts = [numerals.count(run.steps, "step"), f"loss {numerals.short(run.train_loss, 3)}"]
        predictor, data = self.plane.predictor, training.data
        if predictor is not None and data is not None:
            rows = data.test if len(data.test) else data.train
            right = predictor.accuracy(run.theta, rows[:500])
            parts.append(f"{100 * right:.3g} %" if is_large(self.session.theme) else f"{100 * right:.3g} % right")
        return " · ".join(parts)

    def _about(self) -> str:
        """What is trained, by what."""
        problem, training = self.training.problem, self.training
        if problem is None:
            return ""
        told = [f"{numerals.count(len(problem), 'parameter')} in {problem.graph.spoken(problem.output)}"]
        if problem.binding is not None and training.data is not None:
            data = training.data
            told.append(f"{len(data.train):,} samples to train with")
            if len(data.test):
                told[-1] += f", {len(data.test):,} to test with (thin line, hollow marks, % right)"
            told.append(f"of each, {problem.binding.told(problem.graph, data)}")
        if problem.unused:
            names = ", ".join(self.session.graph.spoken(node) for node in problem.unused[:4])
            told.append(f"the loss does not use {names}")
        return ". ".join(part[:1].upper() + part[1:] for part in told) + "."


def _listed(names: list[str]) -> str:
    """Names as a sentence has them: `SGD`, `SGD and Adam`, `SGD, Momentum and Adam`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
