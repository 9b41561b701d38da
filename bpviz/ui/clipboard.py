"""Copy, cut, paste and duplicate: within a window, between windows, and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from ..document import annotating, clipboard, edits
from ..document.clipboard import APART, MOST_TEXT, Snippet
from ..document.edits import EditError
from ..graph.graph import GraphError, NodeId, Value, as_value
from ..graph.layout import Direction
from ..ops import numerals
from ..stage.progress import Tell, within
from ..stage.readying import Ready
from ..stage.readying import ready as ready_to_show
from .action import Action
from .arranging import has_anything
from .patience import GivenUpError, waited_for
from .reading import LARGE
from .session import Session, sentence
from .tidying import undisturbed

if TYPE_CHECKING:
    from .canvas.view import Canvas
    from .window import Window

FORMAT = "application/x-bpviz-snippet"
_TEXT = "text/plain"
_LARGEST = 100_000_000  # bytes of ours, as of a file
_MANY = 3_000  # nodes, which take long to be pasted
_LEFT = "Nothing was pasted."


def _snippet(session: Session) -> Snippet:
    """What is selected, ready to be copied."""

    def value_of(node: NodeId) -> Value | None:
        value = session.trace.value(node)
        return None if value is None or not np.all(np.isfinite(value)) else as_value(value)

    return clipboard.snippet(
        session.diagram,
        session.selection,
        session.selected_annotations,
        origin=session.document.key,
        value_of=value_of,
        inside=session.standing.inside,
    )


def _told(session: Session) -> str:
    """What is selected, in words: '3 nodes and a note'."""
    nodes = numerals.count(len(session.selection), "node") if session.selection else ""
    beside = annotating.told(session.diagram, session.selected_annotations)
    return " and ".join(part for part in (nodes, beside) if part)


def copy(window: Window) -> None:
    """Puts what is selected on the clipboard, with its places for us and as a program for everyone else."""
    session = window.session
    if not session.selection and not session.selected_annotations:
        return
    held = _snippet(session)
    data = QMimeData()
    data.setData(FORMAT, clipboard.packed(held))
    data.setText(clipboard.as_text(held))
    QGuiApplication.clipboard().setMimeData(data)
    session.said.emit(f"Copied {_told(session)}.", False)


def cut(window: Window) -> None:
    """Copies what is selected, and deletes it."""
    session = window.session
    if not session.selection and not session.selected_annotations:
        return
    told, nodes, beside = _told(session), session.selection, session.selected_annotations
    copy(window)
    session.edit("Cut", lambda diagram: annotating.remove(edits.delete(diagram, nodes) if nodes else diagram, beside))
    session.said.emit(f"Cut {told}.", False)


def paste(window: Window) -> None:
    """Adds what is on the clipboard: at the mouse, or if that is elsewhere, beside the original or in the middle."""
    session, canvas = window.session, window.canvas
    try:
        held = _held(QGuiApplication.clipboard().mimeData(), session.diagram.direction, window)
    except EditError as refusal:
        session.said.emit(sentence(refusal), True)
        return
    except GivenUpError:
        session.said.emit(_LEFT, False)
        return
    origin = session.document.key
    shift = _shift(canvas, held, origin)
    with undisturbed():
        _add(window, held, shift, "Paste", origin)


def duplicate(window: Window) -> None:
    """Copies what is selected to a place beside it, wired to the same sources; the clipboard stays as it is."""
    session = window.session
    if session.selection or session.selected_annotations:
        with undisturbed():
            _add(window, _snippet(session), (APART, APART), "Duplicate", session.document.key)


def _held(data: QMimeData | None, direction: Direction, window: Window) -> Snippet:
    """What data mean, an expression laid out in a direction; an empty clipboard may have none.  Raises EditError, at
    once if they are too many, and GivenUpError."""
    if data is not None and data.hasFormat(FORMAT):
        stored = data.data(FORMAT)
        if stored.size() > _LARGEST:
            raise EditError("what was copied is too large to be pasted")
        packed = bytes(stored.data())
        if len(packed) < LARGE:
            return clipboard.unpacked(packed)
        return waited_for("Reading what was copied", lambda tell: clipboard.unpacked(packed), window)
    if data is None or not data.hasText():
        raise EditError("there is nothing on the clipboard to paste: copy nodes, or text such as f = x * y")
    size = data.data(_TEXT).size()
    if size > 4 * MOST_TEXT:  # a character has at most four bytes; so much is not even read
        raise EditError(
            f"the text on the clipboard is too long for an expression ({size:,} bytes; "
            f"at most {MOST_TEXT:,} characters can be pasted): open it as a file"
        )
    return clipboard.from_text(data.text(), direction)


def _shift(canvas: Canvas, held: Snippet, origin: str) -> tuple[float, float]:
    """From where things lay to where they are pasted."""
    x, y = clipboard.centre(held, is_rewired=clipboard.is_rewired(canvas.session.diagram, held, origin))
    if canvas.hand is not None:
        there = canvas.camera.to_scene(*canvas.hand)
    elif held.origin == origin:
        return APART, APART
    else:
        there = canvas.middle
    return there[0] - x, there[1] - y


def _add(window: Window, held: Snippet, shift: tuple[float, float], label: str, origin: str) -> None:
    session, canvas = window.session, window.canvas
    before, beside = session.diagram, session.standing.beside
    if held.diagram.graph.nodes and before.graph.nodes:
        canvas.hold_still()
    try:
        ready = _ready(window, held, shift, origin)
    except GraphError as refusal:
        session.said.emit(sentence(refusal), True)
        return
    except GivenUpError:
        session.said.emit(_LEFT, False)
        return
    if ready is not None:
        session.edit(label, lambda diagram: ready.diagram, ready=ready)
    elif not session.edit(label, lambda diagram: clipboard.paste(diagram, held, shift, origin=origin)):
        return
    new = session.diagram.graph.nodes.keys() - before.graph.nodes.keys()
    session.select(new, annotations=session.standing.beside.keys() - beside.keys())
    canvas.setFocus()
    session.said.emit(f"{'Pasted' if label == 'Paste' else 'Duplicated'} {_told(session)}.", False)


def _ready(window: Window, held: Snippet, shift: tuple[float, float], origin: str) -> Ready | None:
    """What comes of pasting very many nodes, ready to be shown, while the window goes on; None for a few."""
    session, count = window.session, len(held.diagram.graph)
    if count < _MANY or session.standing.inside is not None:
        return None
    before = session.diagram

    def work(tell: Tell) -> Ready:
        after = clipboard.paste(before, held, shift, origin=origin)
        tell(0.1)
        return ready_to_show(after, within(tell, 0.1, 1.0))

    return waited_for(f"Pasting {numerals.count(count, 'node')}", work, window)


COPYING = (
    Action("cut", "Edit", "Cut", cut, ("Ctrl+X",), is_on=has_anything),
    Action(
        "copy", "Edit", "Copy", copy, ("Ctrl+C",), is_on=has_anything,
        tip="With places and numbers for this program, as an expression for others",
    ),
    Action(
        "paste", "Edit", "Paste", paste, ("Ctrl+V",), tip="What was copied here, in another window, or an expression",
    ),
    Action(
        "duplicate", "Edit", "Duplicate", duplicate, ("Ctrl+D",), is_on=has_anything, ends_group=True,
        tip="A copy beside the original, with the same inputs",
    ),
)  # fmt: skip
