"""All that somebody at the window can read at one instant, before any timer runs: painted, set as mathematics, told
by a tip or to a screen reader, or copied."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget

from bpviz.graph.graph import NodeId
from bpviz.stage.descriptions import node_facts, node_title, step_in_words, wire_facts
from bpviz.ui.copying import copy_derivation, copy_whole_derivation
from bpviz.ui.formula import FormulaLabel
from bpviz.ui.steps import Steps
from bpviz.ui.term import Term
from bpviz.ui.window import Window
from tests.ui.recording import written_on


def everything(window: Window) -> str:
    """One line for each piece of text."""
    found = [text for top in QApplication.topLevelWidgets() if top.isVisible() for text in _in(top)]
    return "\n".join((*found, *_of_the_graph(window), *_tips(window)))


def _in(top: QWidget) -> Iterator[str]:
    for written in written_on(top):
        yield written.text
    for widget in (top, *top.findChildren(QWidget)):
        if not widget.isVisible():
            continue
        yield f"{widget.accessibleName()} {widget.accessibleDescription()} {widget.toolTip()}"
        match widget:
            case QLabel():
                yield widget.text()
            case Term():
                yield f"{widget.piece.words} {widget.piece.latex}"
            case FormulaLabel():
                yield widget.accessibleName()
            case Steps():
                for row in range(widget.steps.rowCount()):
                    yield str(widget.steps.data(widget.steps.index(row)))


def _of_the_graph(window: Window) -> Iterator[str]:
    """What a screen reader hears, and what the clipboard gets."""
    session = window.session
    yield step_in_words(session.stage)
    for node, held in session.graph.nodes.items():
        yield f"{node_title(session.stage, node)}, {node_facts(session.stage, node)}"
        for slot, source in enumerate(held.inputs):
            yield wire_facts(session.stage, node, slot) if source is not None else ""
    blocked = session.blockSignals(True)  # that something was copied is said in a sentence over the canvas
    for node in session.graph.nodes:
        copy_derivation(session, node)
        yield QGuiApplication.clipboard().text()
    copy_whole_derivation(session)
    yield QGuiApplication.clipboard().text()
    session.blockSignals(blocked)


def _tips(window: Window) -> Iterator[str]:
    """The tips of the timeline and of the cards."""
    yield QToolTip.text() if QToolTip.isVisible() else ""
    timeline, canvas = window.player.timeline, window.canvas
    for step in range(1, window.session.playback.length + 1):
        yield _tip(timeline, QPoint(round(timeline.x_of(step)), 20))
    for node in window.session.graph.nodes:
        yield _tip(canvas, _middle(window, node))
    QToolTip.hideText()


def _middle(window: Window, node: NodeId) -> QPoint:
    rect = window.session.stage.rect(node)
    return window.canvas.to_screen((rect.x + rect.width / 2, rect.y + rect.height / 2))


def _tip(widget: QWidget, at: QPoint) -> str:
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
    return QToolTip.text()
