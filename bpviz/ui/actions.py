"""Everything a user can do, in one table: menus, buttons, shortcuts and the context menu are made from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from ..document import edits
from ..engine.telling import Telling
from ..stage.stepping import Stride, moment_of
from .action import Action
from .arranging import ARRANGING, delete_selected, has_anything, select_all
from .bookmarks import go_to_bookmark, write_note
from .calm import toggle_motion
from .canvas.walking import Arrow
from .clipboard import COPYING
from .copying import copy_derivation, copy_whole_derivation
from .grouping import GROUP_CONTEXT, GROUPING
from .leading import LEADING
from .passages import begin_passage, end_passage, toggle_passage
from .regions import go_to_region
from .telling import NAMES, tell
from .theme import DARK, LIGHT
from .viewing import HELPING, VIEWING
from .wiring import WIRING
from .writing import next_shown, other_digits, toggle_fractions

if TYPE_CHECKING:
    from .window import Window


def _playback(window: Window) -> bool:
    """There is nothing to play yet: first build a graph."""
    return window.session.playback.length > 0


def _has_file(window: Window) -> bool:
    """The document has no file yet."""
    return window.session.path is not None


def _has_bookmarks(window: Window) -> bool:
    """There are no bookmarks yet: Ctrl+B makes one."""
    return bool(window.session.diagram.bookmarks)


def _has_selection(window: Window) -> bool:
    """First select a node, a wire, a frame or a note."""
    return has_anything(window) or window.session.selected_wire is not None


def _only(window: Window) -> int | None:
    """The one selected node."""
    is_one = len(window.session.selection) == 1 and window.session.standing.group is None
    return next(iter(window.session.selection)) if is_one else None


def _has_one(window: Window) -> bool:
    """First select one node."""
    return _only(window) is not None


def _can_undo(window: Window) -> bool:
    """Nothing has been done yet."""
    return window.session.document.undo_label is not None


def _can_redo(window: Window) -> bool:
    """Nothing has been undone."""
    return window.session.document.redo_label is not None


def _is_leaf(window: Window) -> bool:
    """First select one input, parameter or constant."""
    node = _only(window)
    return node is not None and window.session.graph.nodes[node].op.is_leaf


def _set_output(window: Window) -> None:
    if (node := _only(window)) is not None:
        window.session.edit("Choose the output", lambda diagram: edits.set_output(diagram, node))


def _is_kind(kind: str) -> Callable[[Window], bool]:
    def is_other(window: Window) -> bool:
        """First select one input, parameter or constant of another kind."""
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
        window.session.said.emit(f"Steps now go by {strides[place].value}.", False)

    return run


def _tell(telling: Telling) -> Callable[[Window], object]:
    return lambda window: tell(window.session, telling)


def _copy_derivation(window: Window) -> None:
    """Of the selected node, or else of the one that the inspector shows."""
    if (node := window.inspector.chosen) is not None:
        copy_derivation(window.session, node)


def _is_told(telling: Telling) -> Callable[[Window], bool]:
    return lambda window: window.session.telling is telling


def _run_to(window: Window) -> None:
    """To the moment at which the selected node has its value; from there, to that of its gradient."""
    node, session = _only(window), window.session
    time = None if node is None else moment_of(session.story, node, session.playback.time)
    if time is None:
        session.said.emit("That node has no value yet, so there is no moment to go to.", True)
    else:
        session.playback.go_to(time)


def _walk(arrow: Arrow) -> Callable[[Window], object]:
    return lambda window: window.canvas.walking.walk(arrow)


def _type_into(field: QLineEdit) -> None:
    field.setFocus(Qt.FocusReason.ShortcutFocusReason)
    field.selectAll()


def _open_menus(window: Window) -> None:
    """The first one, from where the arrow keys lead to the others."""
    window.menuBar().setActiveAction(window.menuBar().actions()[0])


def _is_projecting(window: Window) -> bool:
    """Only in the projector view, F11."""
    return window.projecting.is_on


def _other_theme(window: Window) -> None:
    if not window.projecting.toggle_theme():
        window.set_theme(LIGHT if window.session.theme is DARK else DARK)


ACTIONS = (
    Action("new", "File", "New", lambda w: w.files.new(), ("Ctrl+N",)),
    Action("open", "File", "Open…", lambda w: w.files.open(), ("Ctrl+O",)),
    Action(
        "open-again", "File", "Read the file again", lambda w: w.files.open_again(), is_on=_has_file, ends_group=True,
        tip="With what another program has written to it",
    ),
    Action("save", "File", "Save", lambda w: w.files.save(), ("Ctrl+S",)),
    Action("save-as", "File", "Save as…", lambda w: w.files.save_as(), ("Ctrl+Shift+S",), ends_group=True),
    Action(
        "export", "File", "Export a picture…", lambda w: w.files.export(), ("Ctrl+E",), "export",
        tip="PNG, SVG or PDF of what is shown now", ends_group=True,
    ),
    Action("quit", "File", "Quit", lambda w: w.close(), ("Ctrl+Q",)),
    Action(
        "undo", "Edit", "Undo", lambda w: w.gliding.carry(w.session.undo), ("Ctrl+Z",), "undo",
        _can_undo, turns=True,
    ),
    Action(
        "redo", "Edit", "Redo", lambda w: w.gliding.carry(w.session.redo), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo",
        _can_redo, ends_group=True, turns=True,
    ),
    *COPYING,
    Action(
        "copy-derivation", "Edit", "Copy the derivation as LaTeX", _copy_derivation, ("Ctrl+Shift+C",),
        is_on=lambda w: bool(w.session.graph.nodes), tip="How the value and the gradient of this node are worked out",
    ),
    Action(
        "copy-whole", "Edit", "Copy the whole derivation as LaTeX", lambda w: copy_whole_derivation(w.session),
        is_on=_playback, tip="Everything that happens, a row a step", ends_group=True,
    ),
    Action("expression", "Edit", "Edit the expression", lambda w: _type_into(w.expression.field), ("Ctrl+L",)),
    Action(
        "add", "Edit", "Search the operations…", lambda w: _type_into(w.palette_.search), ("Ctrl+K",), ends_group=True
    ),
    Action("select-all", "Edit", "Select all", select_all, ("Ctrl+A",)),
    Action("value", "Edit", "Edit the value", _edit_value, ("Return",), is_on=_is_leaf, on_canvas=True),
    Action("rename", "Edit", "Rename", _edit_name, ("F2",), is_on=_has_one),
    Action("output", "Edit", "Make it the output", _set_output, ("O",), is_on=_has_one),
    Action("variable", "Edit", "Make it a variable", _set_kind("variable"), is_on=_is_kind("variable")),
    Action("parameter", "Edit", "Make it a parameter", _set_kind("parameter"), is_on=_is_kind("parameter")),
    Action("constant", "Edit", "Make it a constant", _set_kind("constant"), is_on=_is_kind("constant")),
    Action("delete", "Edit", "Delete", delete_selected, ("Delete", "Backspace"), is_on=_has_selection),
    *WIRING,
    *GROUPING,
    *VIEWING,
    Action(
        "arrange", "Arrange", "Arrange automatically", lambda w: w.automatic.arrange(), ("Ctrl+R",), "arrange",
        tip="Lays out all that is not pinned", turns=True,
    ),
    *LEADING,
    *ARRANGING,
    Action(
        "follow", "View", "Follow the action", lambda w: w.projecting.toggle_following(),
        tip="The canvas keeps what happens near and in view",
        is_checked=lambda w: w.projecting.is_following,
    ),
    Action(
        "steps", "View", "The list of steps", lambda w: w.side.turn_to(0 if w.side.page is w.steps else 1),
        ("Ctrl+Shift+L",),
    ),
    Action("theme", "View", "Light or dark", _other_theme, ("Ctrl+T",), "theme", ends_group=True),
    Action(
        "calm", "View", "Reduced motion", lambda w: toggle_motion(w.session), ends_group=True,
        tip="Nothing glides: steps happen at once, and playing goes from one to the next",
        is_checked=lambda w: not w.session.playback.is_animated,
    ),
    Action(
        "projector", "View", "Projector", lambda w: w.projecting.toggle(), ("F11",),
        tip="The graph on the whole screen, large enough for the back row", is_checked=_is_projecting,
    ),
    Action(
        "spotlight", "View", "Spotlight", lambda w: w.projecting.toggle_light(), ("S",), is_on=_is_projecting,
        tip="Dims all but what happens now", is_checked=lambda w: w.projecting.is_spotlit,
    ),
    Action(
        "blank", "View", "Blank the projector", lambda w: w.projecting.toggle_blank(), ("B", "."), is_on=_is_projecting,
        tip="Nothing to look at but you, until the next step", is_checked=lambda w: w.projecting.is_blank,
    ),
    Action(
        "notes", "View", "Presenter's notes", lambda w: w.projecting.toggle_notes(),
        is_checked=lambda w: not w.presenter.isHidden(),
    ),
    *(
        Action(
            f"walk-{arrow.name.lower()}", "Go", text, _walk(arrow), (f"Alt+{arrow.name.capitalize()}",),
            on_canvas=True, ends_group=arrow is Arrow.DOWN, text_down=text_down,
            tip="Walks along the wires, and from one to the next",
        )
        for arrow, text, text_down in (
            (Arrow.LEFT, "To an input of the selected node", "To the card on the left"),
            (Arrow.RIGHT, "To where its value goes", "To the card on the right"),
            (Arrow.UP, "To the card above", "To an input of the selected node"),
            (Arrow.DOWN, "To the card below", "To where its value goes"),
        )
    ),
    Action(
        "next-wire", "Go", "To its next wire", lambda w: w.canvas.walking.go_along_wires(), ("W",), on_canvas=True,
        tip="Selects the wires of the selected node, one after the other; Delete takes one off",
    ),
    Action(
        "previous-wire", "Go", "To its wire before", lambda w: w.canvas.walking.go_along_wires(is_ahead=False),
        ("Shift+W",), on_canvas=True, ends_group=True,
    ),
    Action("menus", "Go", "To the menus", _open_menus, ("F10",)),
    Action("next-region", "Go", "To the next part of the window", lambda w: go_to_region(w, 1), ("F6",)),
    Action("previous-region", "Go", "To the part before", lambda w: go_to_region(w, -1), ("Shift+F6",)),
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
    Action(
        "to-end", "Play", "Go to the end", lambda w: w.session.playback.seek(w.session.playback.length), ("End",),
        "to-end", _playback, ends_group=True,
    ),
    Action("bigger-steps", "Play", "Bigger steps", _other_stride(-1), ("Ctrl+Up",), is_on=_playback),
    Action("smaller-steps", "Play", "Smaller steps", _other_stride(1), ("Ctrl+Down",), is_on=_playback),
    Action(
        "run-to", "Play", "Run to the selected node", _run_to, ("Ctrl+Right",),
        is_on=lambda w: _playback(w) and _only(w) is not None,
    ),
    Action(
        "bookmark", "Play", "Bookmark this moment…", lambda w: write_note(w.session, w.player.timeline, w), ("Ctrl+B",),
        is_on=_playback,
    ),
    Action(
        "next-bookmark", "Play", "Next bookmark", lambda w: go_to_bookmark(w.session, ahead=True), ("Ctrl+PgDown",),
        is_on=_has_bookmarks,
    ),
    Action(
        "previous-bookmark", "Play", "Previous bookmark", lambda w: go_to_bookmark(w.session, ahead=False),
        ("Ctrl+PgUp",), is_on=_has_bookmarks, ends_group=True,
    ),
    Action(
        "repeat", "Play", "Repeat what happens here", lambda w: toggle_passage(w.session), ("L",), is_on=_playback,
        is_checked=lambda w: w.session.playback.passage is not None,
        tip="Play this passage over and over, until it is pressed again",
    ),
    Action("repeat-from", "Play", "Repeat from here", lambda w: begin_passage(w.session), ("[",), is_on=_playback),
    Action(
        "repeat-to", "Play", "Repeat up to here", lambda w: end_passage(w.session), ("]",), is_on=_playback,
        ends_group=True,
    ),
    *(
        Action(
            telling.value, "Explain", name, _tell(telling), (f"Ctrl+{number}",),
            is_on=_playback, is_checked=_is_told(telling), ends_group=telling is Telling.UNORDERED,
        )
        for number, (telling, name) in enumerate(NAMES.items(), 1)
    ),
    Action(
        "predict", "Explain", "Predict first", lambda w: w.session.predicting.toggle(), ("P",),
        tip="Stops before every gradient and asks you for it",
    ),
    Action(
        "nudge", "Explain", "Nudge lens", lambda w: w.session.lens.toggle(), ("N",),
        tip="Moves the selected node by h: what the gradient predicts, and what happens",
    ),
    Action(
        "lab", "Explain", "Calculus lab", lambda w: w.studying.toggle(), ("Ctrl+Shift+D",),
        tip="Slopes, limits and gradients of this graph, to see and to drag", is_checked=lambda w: w.studying.is_on,
    ),
    Action(
        "ask-again", "Explain", "Ask for all gradients again", lambda w: w.session.predicting.start_over(),
        is_on=lambda w: w.session.predicting.is_on,
    ),
    Action(
        "shown", "Explain", "Numbers, formulas or both", lambda w: next_shown(w.session), ("Ctrl+M",),
        tip="What stands on the cards: numbers, formulas in their place, or both",
    ),
    Action("fractions", "Explain", "Exact fractions or decimals", lambda w: toggle_fractions(w.session), ("Ctrl+/",)),
    Action("more-digits", "Explain", "More digits", lambda w: other_digits(w.session, 1), ("Ctrl+.",)),
    Action("fewer-digits", "Explain", "Fewer digits", lambda w: other_digits(w.session, -1), ("Ctrl+,",)),
    *HELPING,
)  # fmt: skip
MENUS = ("File", "Edit", "View", "Arrange", "Group", "Go", "Play", "Explain", "Help")
PLAYER = ("to-start", "step-back", "play", "step-forward", "to-end")
CONTEXT = (
    ("connect-to", "connect-from", "swap", "detach"),
    ("output", "run-to", "value", "rename", "variable", "parameter", "constant"),
    GROUP_CONTEXT,
    ("frame", "arrange-selection", "pin"),
    ("cut", "copy", "duplicate", "copy-derivation"),
    ("delete-healing", "delete"),
)  # what belongs together
