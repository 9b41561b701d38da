"""The window: composition only.  Every part gets the session and knows no other part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QCloseEvent, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from .theme import THEMES, Theme, palette, style_sheet

# What computes or draws is imported by `furnish`: a window is painted before numpy is there.
if TYPE_CHECKING:
    from .action_table import ActionTable
    from .canvas.view import Canvas
    from .examples import Example, ExamplesMenu
    from .expression_bar import ExpressionBar
    from .files import Files
    from .inspector import Inspector
    from .lens_panel import LensPanel
    from .narrator import Narrator
    from .palette import Palette
    from .player import Player
    from .presenter import Presenter
    from .projecting import Projecting
    from .question import QuestionPanel
    from .session import Session
    from .side import Side
    from .steps import Steps
    from .toast import Toast

PALETTE_WIDTH, INSPECTOR_WIDTH, TOP_HEIGHT, PLAYER_HEIGHT = 248, 312, 80, 110


class Window(QMainWindow):
    """One document in one window.

    With `is_furnished=False` it only has its colours, and is ready to be shown, until `furnish` is called.
    """

    sketched = Signal()  # the unfurnished window has been painted for the first time

    session: Session
    files: Files
    canvas: Canvas
    actions_: ActionTable
    palette_: Palette
    expression: ExpressionBar
    inspector: Inspector
    steps: Steps
    side: Side
    lens_panel: LensPanel
    question: QuestionPanel
    player: Player
    presenter: Presenter
    projecting: Projecting
    toast: Toast
    narrator: Narrator

    def __init__(self, settings: QSettings | None = None, *, is_furnished: bool = True) -> None:
        super().__init__()
        self.settings: QSettings = settings if settings is not None else QSettings()
        self._theme = THEMES.get(str(self.settings.value("theme", "light")), THEMES["light"])
        self._examples: ExamplesMenu | None = None
        self._is_sketched = False
        self.setAcceptDrops(True)
        self.setWindowTitle("bpviz")
        self.resize(1440, 900)
        if is_furnished:
            self.furnish()

    def furnish(self) -> None:
        """Puts everything into the window."""
        from .action_table import ActionTable
        from .calm import restore_motion
        from .canvas.view import Canvas
        from .expression_bar import ExpressionBar
        from .files import Files
        from .inspector import Inspector
        from .lens_panel import LensPanel
        from .narrator import Narrator
        from .palette import Palette
        from .player import Player
        from .presenter import Presenter
        from .projecting import Projecting
        from .question import QuestionPanel
        from .session import Session
        from .side import Side
        from .steps import Steps
        from .tidying import Tidying
        from .toast import Toast
        from .writing import restore

        self.session = Session(self)
        self.session.theme = self._theme
        Tidying(self.session)
        self.files = Files(self.session, self, self.settings)
        self.canvas = Canvas(self.session)
        self.presenter = Presenter(self.session)
        self.projecting = Projecting(self)
        self.actions_ = ActionTable(self)
        self.palette_ = Palette(self.session)
        self.expression = ExpressionBar(self.session)
        self.inspector = Inspector(self.session)
        self.steps = Steps(self.session)
        pages: list[tuple[str, str, QWidget]] = [
            ("Node", "All about one node", self.inspector),
            ("Steps", "Everything that happens, step by step (Ctrl+Shift+L)", self.steps),
        ]
        self.side = Side(pages)
        self.lens_panel = LensPanel(self.session)
        self.question = QuestionPanel(self.session)
        self.player = Player(self.session, self.actions_.player(), self.actions_["predict"])
        self.toast = Toast(self.session, self.canvas)
        if QAccessible.isActive():
            self._install_accessibility()
        else:  # nobody listens yet, so the first picture comes first
            QTimer.singleShot(0, self._install_accessibility)
        self.narrator = Narrator(self.session, self.canvas)
        self._compose()
        self._connect()
        restore(self.session, self.settings)
        restore_motion(self.session, self.settings)
        self.set_theme(self._theme)
        self._show_title()
        self.canvas.setFocus()

    @staticmethod
    def _install_accessibility() -> None:
        from .accessibility import install

        install()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Before it is furnished, the window already shows where everything will be."""
        if self.centralWidget() is not None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme["surface"])
        room = self.rect().adjusted(PALETTE_WIDTH, TOP_HEIGHT, -INSPECTOR_WIDTH, -PLAYER_HEIGHT)
        painter.fillRect(room, self._theme["paper"])
        painter.setPen(self._theme["line"])
        painter.drawRect(room)
        painter.end()
        if not self._is_sketched:
            self._is_sketched = True
            self.sketched.emit()

    # Composition

    def _compose(self) -> None:
        self._fill_menus()
        self.palette_.setFixedWidth(PALETTE_WIDTH)
        self.inspector.setFixedWidth(INSPECTOR_WIDTH)
        self.lens_panel.setFixedWidth(INSPECTOR_WIDTH)
        self.inspector.setMinimumHeight(80)  # the lens below it takes less where there is little
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.palette_)
        middle.addWidget(self.canvas, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.side, 1)
        right.addWidget(self.lens_panel)
        middle.addLayout(right)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_bar())
        column.addLayout(middle, 1)
        self.presenter.hide()
        column.addWidget(self.presenter)
        column.addWidget(self.question)
        column.addWidget(self.player)
        self.setCentralWidget(whole)

    def _top_bar(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("topbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        brand = QLabel("bpviz")
        brand.setObjectName("brand")
        self._name = QLabel()
        self._name.setObjectName("muted")
        self._name.setFixedWidth(104)
        self.examples_button = QPushButton("Examples")
        self.examples_button.clicked.connect(self.show_examples)
        export = QPushButton("Export")
        export.setToolTip(self.actions_["export"].toolTip())
        export.clicked.connect(self.actions_["export"].trigger)
        self.projector_button = QPushButton("Projector")
        self.projector_button.setToolTip(self.actions_["projector"].toolTip())
        self.projector_button.clicked.connect(self.actions_["projector"].trigger)
        for button in (self.examples_button, export, self.projector_button):
            button.setAutoDefault(True)  # Enter presses it, because Space plays
        row = QHBoxLayout(bar)
        row.setContentsMargins(20, 9, 20, 9)
        row.setSpacing(14)
        row.addWidget(brand)
        row.addWidget(self._name)
        row.addWidget(self.expression, 1)
        row.addWidget(self.examples_button)
        row.addWidget(export)
        row.addWidget(self.projector_button)
        return bar

    def _fill_menus(self) -> None:
        from .actions import ACTIONS, MENUS

        menus = {name: self.menuBar().addMenu(name) for name in MENUS}
        for entry in ACTIONS:
            menus[entry.menu].addAction(self.actions_[entry.name])
            if entry.name == "open":
                self._recent = QMenu("Open recent", self)
                self._recent.aboutToShow.connect(self._fill_recent)
                menus["File"].addMenu(self._recent)
            if entry.ends_group:
                menus[entry.menu].addSeparator()

    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self.files.recent():
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, chosen=path: self.files.open_path(chosen))
        if self._recent.isEmpty():
            self._recent.addAction("Nothing yet").setEnabled(False)

    def _connect(self) -> None:
        session = self.session
        session.saved.connect(self._show_title)
        playback, projecting = session.playback, self.projecting
        for signal in (session.saved, session.selected, session.traced, playback.changed, projecting.changed):
            signal.connect(self.actions_.refresh)
        session.playback.moved.connect(self._refresh_ends)
        session.themed.connect(self.actions_.tint)
        self.palette_.chosen.connect(self._add)
        self.canvas.menu_wanted.connect(self._show_context_menu)
        self.canvas.search_wanted.connect(self.search_operations)
        self.expression.left.connect(self.canvas.setFocus)
        self.palette_.left.connect(self.canvas.setFocus)
        self.inspector.left.connect(self.canvas.setFocus)

    def _refresh_ends(self, time: float) -> None:
        # sixty times a second only the two ends of the timeline matter
        self.actions_["step-back"].setEnabled(time > 0)
        self.actions_["step-forward"].setEnabled(time < self.session.playback.length)

    # What the actions need

    def set_theme(self, theme: Theme) -> None:
        """Another theme for everything."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setPalette(palette(theme))
        application.setStyleSheet(style_sheet(theme))
        self.settings.setValue("theme", theme.name)
        self._examples = None  # its thumbnails have the old colours
        self.session.set_theme(theme)

    def save(self) -> bool:
        """Saves what is meant, not what is half typed."""
        self.expression.settle()
        return self.files.save()

    def save_as(self) -> bool:
        """Saves under another name."""
        self.expression.settle()
        return self.files.save_as()

    def export(self) -> bool:
        """Exports a picture."""
        self.expression.settle()
        return self.files.export()

    def edit_expression(self) -> None:
        self.expression.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.expression.field.selectAll()

    def bookmark(self) -> None:
        """Asks for a note for this moment, above its place on the timeline."""
        from .bookmarks import NoteEditor, time_of_note

        timeline = self.player.timeline
        at = QPoint(round(timeline.x_of(time_of_note(self.session))), 0)
        NoteEditor(self.session, self).open_above(timeline.mapToGlobal(at))

    def open_menus(self) -> None:
        """Opens the first menu, from where the arrow keys lead to the others."""
        self.menuBar().setActiveAction(self.menuBar().actions()[0])

    def search_operations(self) -> None:
        self.palette_.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.palette_.search.selectAll()

    def arrange(self) -> None:
        """Lays the graph out anew and brings it into view."""
        from ..document import edits

        self.session.edit("Arrange", edits.arrange)
        self.canvas.fit()

    def show_examples(self) -> None:
        """Opens the examples below their button."""
        from .examples import ExamplesMenu

        if self._examples is None:
            self._examples = ExamplesMenu(self.session, self)
            self._examples.chosen.connect(self._open_example)
        button = self.examples_button
        self._examples.popup(button.mapToGlobal(QPoint(button.width(), button.height() + 6)))

    def _open_example(self, example: Example) -> None:
        if self.files.open_diagram(example.diagram()):
            self.canvas.fit()
            self.session.said.emit(example.remark, False)

    def _add(self, name: str) -> None:
        self.canvas.add_operation(name)
        self.canvas.setFocus()

    def _show_context_menu(self, at: QPoint) -> None:
        from .actions import CONTEXT

        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        names = CONTEXT if self.session.selection else ("delete",) if self.session.selected_wire else ()
        for name in names:
            if self.actions_[name].isEnabled():
                menu.addAction(self.actions_[name])
        if menu.isEmpty():
            for name in ("add", "select-all", "fit", "arrange"):
                menu.addAction(self.actions_[name])
        menu.popup(at)

    # The window itself

    def _show_title(self) -> None:
        is_dirty = self.session.document.is_dirty
        self.setWindowTitle(f"{self.files.title}[*]")
        self.setWindowModified(is_dirty)
        metrics = self._name.fontMetrics()
        name = metrics.elidedText(self.files.title, Qt.TextElideMode.ElideMiddle, self._name.width() - 14)
        self._name.setText(f"{name} •" if is_dirty else name)
        self._name.setToolTip(str(self.session.path or "not saved yet"))

    def closeEvent(self, event: QCloseEvent) -> None:
        from .writing import keep

        self.expression.settle()
        if self.files.may_close():
            self.session.playback.pause()
            self.projecting.leave()
            keep(self.session, self.settings)
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.files.open_path(paths[0])
