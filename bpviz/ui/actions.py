"""Everything a user can do, in one table: menus, buttons, shortcuts and the context menu are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from ..document import edits
from ..stage.stepping import Stride, moment_of
from .icons import icon
from .theme import DARK, LIGHT

if TYPE_CHECKING:
    from .window import Window


@dataclass(frozen=True)
class Action:
    """One thing to do.  `is_on` says when it can be done; it is asked anew whenever the session changes.

    The keys of what is `on_canvas` act only where the canvas has the keyboard; in a text field they mean another thing.
    """

    name: str
    menu: str
    text: str
    run: Callable[[Window], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    is_on: Callable[[Window], bool] = lambda window: True
    tip: str = ""
    ends_group: bool = False
    on_canvas: bool = False


def _playback(window: Window) -> bool:
    return window.session.playback.length > 0


def _has_selection(window: Window) -> bool:
    return bool(window.session.selection) or window.session.selected_wire is not None


def _delete(window: Window) -> None:
    session = window.session
    nodes, wire = session.selection, session.selected_wire
    if wire is not None:
        session.edit("Take off a wire", lambda diagram: edits.disconnect(diagram, *wire))
    elif nodes:
        session.edit("Delete", lambda diagram: edits.delete(diagram, nodes))


def _only(window: Window) -> int | None:
    """The one selected node."""
    return next(iter(window.session.selection)) if len(window.session.selection) == 1 else None


def _is_leaf(window: Window) -> bool:
    node = _only(window)
    return node is not None and window.session.graph.nodes[node].op.is_leaf


def _set_output(window: Window) -> None:
    if (node := _only(window)) is not None:
        window.session.edit("Choose the output", lambda diagram: edits.set_output(diagram, node))


def _is_kind(kind: str) -> Callable[[Window], bool]:
    def is_other(window: Window) -> bool:
        node = _only(window)
        return node is not None and _is_leaf(window) and window.session.graph.nodes[node].op.name != kind

    return is_other


def _set_kind(kind: str) -> Callable[[Window], object]:
    def run(window: Window) -> None:
        if (node := _only(window)) is not None:
            window.session.edit(f"Make it a {kind}", lambda diagram: edits.set_kind(diagram, node, kind))

    return run


def _edit_value(window: Window) -> None:
    if (node := _only(window)) is not None:
        window.canvas.edit_value(node)


def _edit_name(window: Window) -> None:
    if (node := _only(window)) is not None:
        window.canvas.edit_name(node)


def _other_stride(by: int) -> Callable[[Window], object]:
    def run(window: Window) -> None:
        playback, strides = window.session.playback, list(Stride)
        place = min(max(strides.index(playback.stride) + by, 0), len(strides) - 1)
        playback.set_stride(strides[place])
        window.session.said.emit(f"Steps now go by {strides[place].value}", False)

    return run


def _run_to(window: Window) -> None:
    """To the moment at which the selected node has its value; from there, to that of its gradient."""
    node, session = _only(window), window.session
    time = None if node is None else moment_of(session.trace, node, session.playback.time)
    if time is None:
        session.said.emit("That node has no value yet, so there is no moment to go to", True)
    else:
        session.playback.go_to(time)


def _other_theme(window: Window) -> None:
    window.set_theme(LIGHT if window.session.theme is DARK else DARK)


ACTIONS = (
    Action("new", "File", "New", lambda w: w.files.new(), ("Ctrl+N",)),
    Action("open", "File", "Open…", lambda w: w.files.open(), ("Ctrl+O",), ends_group=True),
    Action("save", "File", "Save", lambda w: w.save(), ("Ctrl+S",)),
    Action("save-as", "File", "Save as…", lambda w: w.save_as(), ("Ctrl+Shift+S",), ends_group=True),
    Action(
        "export", "File", "Export a picture…", lambda w: w.export(), ("Ctrl+E",), "export",
        tip="PNG, SVG or PDF of what is shown now", ends_group=True,
    ),
    Action("quit", "File", "Quit", lambda w: w.close(), ("Ctrl+Q",)),
    Action(
        "undo", "Edit", "Undo", lambda w: w.session.undo(), ("Ctrl+Z",), "undo",
        lambda w: w.session.document.undo_label is not None,
    ),
    Action(
        "redo", "Edit", "Redo", lambda w: w.session.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo",
        lambda w: w.session.document.redo_label is not None, ends_group=True,
    ),
    Action("expression", "Edit", "Edit the expression", lambda w: w.edit_expression(), ("Ctrl+L",)),
    Action("add", "Edit", "Add an operation…", lambda w: w.search_operations(), ("Ctrl+K",), ends_group=True),
    Action("select-all", "Edit", "Select all", lambda w: w.session.select(w.session.graph.nodes), ("Ctrl+A",)),
    Action("value", "Edit", "Edit the value", _edit_value, ("Return",), is_on=_is_leaf, on_canvas=True),
    Action("rename", "Edit", "Rename", _edit_name, ("F2",), is_on=lambda w: _only(w) is not None),
    Action("output", "Edit", "Make it the output", _set_output, ("O",), is_on=lambda w: _only(w) is not None),
    Action("variable", "Edit", "Make it a variable", _set_kind("variable"), is_on=_is_kind("variable")),
    Action("parameter", "Edit", "Make it a parameter", _set_kind("parameter"), is_on=_is_kind("parameter")),
    Action("constant", "Edit", "Make it a constant", _set_kind("constant"), is_on=_is_kind("constant")),
    Action("delete", "Edit", "Delete", _delete, ("Delete", "Backspace"), is_on=_has_selection),
    Action("fit", "View", "Fit the graph", lambda w: w.canvas.fit(), ("F", "Ctrl+0"), "fit"),
    Action("zoom-in", "View", "Zoom in", lambda w: w.canvas.zoom_by(1.25), ("Ctrl++", "Ctrl+="), "zoom-in"),
    Action("zoom-out", "View", "Zoom out", lambda w: w.canvas.zoom_by(0.8), ("Ctrl+-",), "zoom-out"),
    Action(
        "arrange", "View", "Arrange automatically", lambda w: w.arrange(), ("Ctrl+R",), "arrange", ends_group=True
    ),
    Action("theme", "View", "Light or dark", _other_theme, ("Ctrl+T",), "theme"),
    Action(
        "to-start", "Play", "Go to the start", lambda w: w.session.playback.seek(0), ("Home",), "to-start", _playback
    ),
    Action(
        "step-back", "Play", "Step back", lambda w: w.session.playback.step_back(), ("Left", "PgUp"), "step-back",
        lambda w: _playback(w) and w.session.playback.time > 0,
    ),
    Action("play", "Play", "Play or pause", lambda w: w.session.playback.toggle(), ("Space",), "play", _playback),
    Action(
        "step-forward", "Play", "Step forward", lambda w: w.session.playback.step_forward(), ("Right", "PgDown"),
        "step-forward", lambda w: _playback(w) and w.session.playback.time < w.session.playback.length,
    ),
    Action("bigger-steps", "Play", "Bigger steps", _other_stride(-1), ("Ctrl+Up",), is_on=_playback),
    Action("smaller-steps", "Play", "Smaller steps", _other_stride(1), ("Ctrl+Down",), is_on=_playback),
    Action(
        "run-to", "Play", "Run to the selected node", _run_to, ("Ctrl+Right",),
        is_on=lambda w: _playback(w) and _only(w) is not None,
    ),
    Action(
        "to-end", "Play", "Go to the end", lambda w: w.session.playback.seek(w.session.playback.length), ("End",),
        "to-end", _playback,
    ),
)  # fmt: skip
MENUS = ("File", "Edit", "View", "Play")
PLAYER = ("to-start", "step-back", "play", "step-forward", "to-end")
CONTEXT = ("run-to", "output", "value", "rename", "variable", "parameter", "constant", "delete")


class ActionTable:
    """The QActions of a window, by name."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.by_name: dict[str, QAction] = {}
        for entry in ACTIONS:
            action = QAction(entry.text, window)
            action.setShortcuts([QKeySequence(key) for key in entry.keys])
            keys = " or ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in entry.keys)
            tip = entry.tip or entry.text
            action.setToolTip(f"{tip} ({keys})" if keys else tip)
            action.triggered.connect(lambda _=False, chosen=entry: chosen.run(window))
            self.by_name[entry.name] = action
            if entry.on_canvas:
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            (window.canvas if entry.on_canvas else window).addAction(action)
        self.tint()
        self.refresh()

    def __getitem__(self, name: str) -> QAction:
        return self.by_name[name]

    def player(self) -> list[QAction]:
        """The buttons of the player, from left to right."""
        return [self.by_name[name] for name in PLAYER]

    def refresh(self) -> None:
        """Turns on what can be done now, and says what undo and redo would do."""
        for entry in ACTIONS:
            self.by_name[entry.name].setEnabled(entry.is_on(self._window))
        document = self._window.session.document
        for name, label in (("undo", document.undo_label), ("redo", document.redo_label)):
            verb = name.capitalize()
            self.by_name[name].setText(f"{verb}: {label}" if label else verb)
        is_playing = self._window.session.playback.is_playing
        if self.by_name["play"].property("playing") != is_playing:
            self.by_name["play"].setProperty("playing", is_playing)
            self.tint()

    def tint(self) -> None:
        """Icons in the colours of the theme."""
        theme = self._window.session.theme
        for entry in ACTIONS:
            if entry.icon:
                name = "pause" if entry.name == "play" and self._window.session.playback.is_playing else entry.icon
                self.by_name[entry.name].setIcon(icon(name, theme["ink"], theme["wire"]))
