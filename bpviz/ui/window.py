"""The window: composition only.  Every part gets the session and knows no other part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QCloseEvent, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from .desktop import Wardrobe, theme_of
from .settings import THEME, Settings
from .theme import Theme

# What computes or draws is imported by `furnish`: a window is painted before numpy is there.
if TYPE_CHECKING:
    from .action_table import ActionTable
    from .automatic import Automatic
    from .breadcrumb import Breadcrumb
    from .canvas.view import Canvas
    from .examples import Example, ExamplesMenu
    from .expression_bar import ExpressionBar
    from .files import Files
    from .find_bar import FindBar
    from .gliding import Gliding
    from .history import History
    from .inspector import Inspector
    from .lens_panel import LensPanel
    from .minimap import Minimap
    from .narrator import Narrator
    from .palette import Palette
    from .player import Player
    from .presenter import Presenter
    from .projecting import Projecting
    from .question import QuestionPanel
    from .rescue import Rescue
    from .session import Session
    from .side import Side
    from .steps import Steps
    from .studying import Studying
    from .toast import Toast
    from .top_bar import TopBar

PALETTE_WIDTH, INSPECTOR_WIDTH, TOP_HEIGHT, PLAYER_HEIGHT = 248, 312, 80, 110


class Window(QMainWindow):
    """One document in one window.

    With `is_furnished=False` it only has its colours, and is ready to be shown, until `furnish` is called.
    """

    sketched = Signal()  # the unfurnished window has been painted for the first time

    session: Session
    files: Files
    rescue: Rescue
    canvas: Canvas
    gliding: Gliding
    automatic: Automatic
    breadcrumb: Breadcrumb
    actions_: ActionTable
    palette_: Palette
    expression: ExpressionBar
    top: TopBar
    inspector: Inspector
    steps: Steps
    side: Side
    lens_panel: LensPanel
    question: QuestionPanel
    player: Player
    presenter: Presenter
    projecting: Projecting
    studying: Studying
    toast: Toast
    find_bar: FindBar
    history: History
    minimap: Minimap
    narrator: Narrator

    def __init__(self, settings: QSettings | None = None, *, is_furnished: bool = True) -> None:
        super().__init__()
        self.settings: QSettings = settings if settings is not None else QSettings()
        self._settled = Settings(self.settings, self)
        self._theme = theme_of(self._settled)
        self._examples: ExamplesMenu | None = None
        self._is_sketched = False
        self.setAcceptDrops(True)
        self.setWindowTitle("bpviz")
        self.resize(1440, 900)
        if is_furnished:
            self.furnish()

    def furnish(self) -> None:
        """Puts everything into the window."""
        from . import calm, writing
        from .action_table import ActionTable
        from .automatic import Automatic
        from .breadcrumb import Breadcrumb
        from .canvas.accompanying import Accompanying
        from .canvas.foresight import Foresight
        from .canvas.view import Canvas
        from .elsewhere import Elsewhere
        from .expression_bar import ExpressionBar
        from .files import Files
        from .find_bar import FindBar
        from .gliding import Gliding
        from .history import History
        from .inspector import Inspector
        from .invitation import Invitation
        from .keys_in_vain import KeysInVain
        from .lens_panel import LensPanel
        from .minimap import Minimap
        from .narrator import Narrator
        from .palette import Palette
        from .player import Player
        from .presenter import Presenter
        from .projecting import Projecting
        from .question import QuestionPanel
        from .rescue import Rescue, folder_of
        from .session import Session
        from .side import Side
        from .steps import Steps
        from .studying import Studying
        from .tidying import Tidying
        from .toast import Toast
        from .top_bar import TopBar

        self.session = Session(self, self._settled)
        self.session.theme = self._theme
        Tidying(self.session)
        self.files = Files(self.session, self, lambda: self.canvas.annotating.open_note)
        self.rescue = Rescue(self.session, self.files, folder_of(self.settings))
        Elsewhere(self.session, self.files)
        self.canvas = Canvas(self.session)
        self.gliding = Gliding(self.session, self.canvas)
        self.automatic = Automatic(self.session, self.canvas, self.gliding)
        Accompanying(self.canvas)
        Foresight(self.canvas)
        self.breadcrumb = Breadcrumb(self.session)
        self.presenter = Presenter(self.session)
        self.projecting = Projecting(self)
        self.studying = Studying(self)
        self.actions_ = ActionTable(self)
        KeysInVain(self)
        self.palette_ = Palette(self.session)
        self.expression = ExpressionBar(self.session)
        self.top = TopBar(self.session, self.files, self.expression, self.actions_)
        self.top.examples.clicked.connect(self.show_examples)
        self.inspector = Inspector(self.session)
        self.steps = Steps(self.session)
        self.history = History(self.session, self.gliding)
        pages: list[tuple[str, str, QWidget]] = [
            ("Node", "All about one node", self.inspector),
            ("Steps", "Everything that happens, step by step (Ctrl+Shift+L)", self.steps),
            ("History", "Everything that was done, to go back to (Ctrl+Shift+H)", self.history),
        ]
        self.side = Side(pages)
        self.lens_panel = LensPanel(self.session)
        self.question = QuestionPanel(self.session)
        self.player = Player(self.session, self.actions_.player(), self.actions_["predict"])
        self.minimap = Minimap(self.session, self.canvas)
        self.find_bar = FindBar(self.session, self.canvas)
        actions = self.actions_
        doors = (
            ("Type an expression", "Ctrl+L", actions["expression"].trigger),
            ("Add a node", "Tab, or a double click", actions["add-here"].trigger),
            ("Open an example", "", self.show_examples),
        )
        self.invitation = Invitation(self.session, self.canvas, doors)
        self.toast = Toast(self.session, self.canvas)
        if QAccessible.isActive():
            self._install_accessibility()
        else:  # nobody listens yet, so the first picture comes first
            QTimer.singleShot(0, self._install_accessibility)
        self.narrator = Narrator(self.session, self.canvas)
        self._compose()
        self._connect()
        writing.follow_settings(self.session)
        calm.follow_settings(self.session)
        Wardrobe(self.session)
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
        from .menus import fill_menus
        from .side import Scrolled

        fill_menus(self)
        self.palette_.setFixedWidth(PALETTE_WIDTH)
        self.inspector.setFixedWidth(INSPECTOR_WIDTH)
        self.lens_panel.setFixedWidth(INSPECTOR_WIDTH)
        # from the outside in: whatever comes into another parent is styled anew, with all that is in it
        whole = QWidget()
        self.setCentralWidget(whole)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        column.addLayout(middle, 1)
        middle.addWidget(self.palette_)
        self.bench = QSplitter()  # the canvas and, while it is open, the lab
        self.bench.setChildrenCollapsible(False)
        middle.addWidget(self.bench, 1)
        ground = QWidget()
        self.bench.addWidget(ground)
        over = QVBoxLayout(ground)
        over.setContentsMargins(0, 0, 0, 0)
        over.setSpacing(0)
        over.addWidget(self.breadcrumb)
        over.addWidget(self.canvas, 1)
        self.aside = QWidget()
        middle.addWidget(self.aside)
        right = QVBoxLayout(self.aside)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.side, 1)
        right.addWidget(Scrolled(self.lens_panel))
        self.presenter.hide()
        column.addWidget(self.presenter)
        column.addWidget(self.question)
        column.addWidget(self.player)

    def _connect(self) -> None:
        from .canvas.fields import keep_what_is_written

        session = self.session
        session.saved.connect(self._show_title)
        session.settling.connect(lambda: keep_what_is_written(self.canvas))
        playback, projecting, standing = session.playback, self.projecting, session.standing
        heard = session.saved, session.selected, session.traced, playback.changed, projecting.changed, standing.changed
        for signal in heard:
            signal.connect(self.actions_.refresh)
        session.playback.moved.connect(self._refresh_ends)
        session.themed.connect(self.actions_.tint)
        session.themed.connect(self._forget_examples)
        self._settled.changed.connect(lambda _key: self.actions_.refresh())
        self._settled.changed.connect(lambda _key: self.canvas.update())
        self.palette_.chosen.connect(self._add)
        self.canvas.menu_wanted.connect(self._show_context_menu)
        self.expression.left.connect(self.canvas.setFocus)
        self.palette_.left.connect(self.canvas.setFocus)
        self.inspector.left.connect(self.canvas.setFocus)
        self.history.left.connect(self.canvas.setFocus)
        self.canvas.kinship_held.connect(self.actions_["kinship"].trigger)
        self.canvas.tapped.connect(self.actions_["play"].trigger)
        self.side.turned.connect(self.studying.give_way)
        session.lens.changed.connect(self.studying.give_way_to_lens)

    def _refresh_ends(self, time: float) -> None:
        # sixty times a second only the two ends of the timeline matter
        self.actions_["step-back"].setEnabled(time > 0)
        self.actions_["step-forward"].setEnabled(time < self.session.playback.length)

    # What the actions need

    def set_theme(self, theme: Theme) -> None:
        """Settles another theme for everything."""
        self._settled.set(THEME, theme.name)

    def show_history(self) -> None:
        """Every step of the history, in the right column."""
        self.side.turn_to(2)
        self.history.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _forget_examples(self) -> None:
        self._examples = None  # its thumbnails have the old colours

    def show_examples(self) -> None:
        """Opens the examples below their button."""
        from .examples import ExamplesMenu

        if self._examples is None or self._examples.direction is not self.session.preferred_direction:
            self._examples = ExamplesMenu(self.session, self)
            self._examples.chosen.connect(self.open_example)
        button = self.top.examples
        self._examples.popup(button.mapToGlobal(QPoint(button.width(), button.height() + 6)))

    def open_example(self, example: Example) -> None:
        """Opens an example, unless unsaved changes are kept, and says what it is good for."""
        if self.files.open_diagram(example.diagram(self.session.preferred_direction), example.data):
            self.session.playback.wait_at_start()  # its story is still to be watched
            self.canvas.fit()
            self.session.said.emit(example.remark, False)

    def _add(self, name: str) -> None:
        self.canvas.adding.add(name)
        self.canvas.setFocus()

    def _show_context_menu(self, at: QPoint) -> None:
        from .context_menu import open_context_menu

        open_context_menu(self, at)

    # The window itself

    def _show_title(self) -> None:
        self.setWindowTitle(f"{self.files.title.replace('[*]', '[*][*]')}[*]")
        self.setWindowModified(self.session.document.is_dirty)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.files.may_close():
            self.rescue.end()
            self.session.playback.pause()
            self.projecting.leave()
            self.studying.leave()
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from .dropping import files_in

        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from .dropping import open_dropped

        open_dropped(event.mimeData(), self.files, self.session)
