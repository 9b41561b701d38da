"""The derivations of the inspector keep up with the playhead, and never hold it up."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpviz.document.diagram import Diagram
from bpviz.engine.derivation import derivation
from bpviz.graph.graph import NodeId
from bpviz.graph.parse import parse
from bpviz.ui import formula
from bpviz.ui.typesetting import PIXELS
from bpviz.ui.window import Window


@pytest.fixture
def at_a_share(window: Window) -> tuple[Window, NodeId]:
    """A node selected, just before something is sent to it; no formula has ever been set."""
    session = window.session
    session.open(Diagram.of(parse("a = x * y; b = a + x; f = b * a; x = 2.125; y = 3.5")), None)
    node = session.graph.by_name["x"]
    session.select({node})
    session.playback.seek(float(session.story.sent_position(session.story.wires_into(node)[0])))
    window.inspector.refresh()
    QApplication.processEvents()  # or it would be painted, and all of it set again, just before the test begins
    window.inspector._derivations._remembered.clear()
    formula._drawn.cache_clear()
    formula._set.clear()
    return window, node


def told(window: Window) -> tuple[str, ...]:
    """What the chain rule in the inspector says now."""
    return tuple(term.piece.latex for line in window.inspector.gradient.lines.terms for term in line)


def right(window: Window, node: NodeId) -> tuple[str, ...]:
    now = window.session.stage.now
    found = derivation(window.session.story, node, now.step, is_under_way=now.event is not None)
    assert found is not None
    return tuple(piece.latex for line in found.lines for piece in line.pieces)


def test_the_playhead_does_not_wait(at_a_share: tuple[Window, NodeId], qtbot: QtBot) -> None:
    (window, node), playback = at_a_share, at_a_share[0].session.playback
    before = told(window)
    playback.play()
    playback._clock.stop()  # the ticks come from here
    playback.advance(2.0)
    assert playback.is_moving
    assert told(window) == before != right(window, node)
    assert formula._set <= {("=", PIXELS)}  # which is everywhere
    qtbot.waitUntil(lambda: told(window) == right(window, node))
    playback.pause()


def test_whoever_jumps_sees_it_at_once(at_a_share: tuple[Window, NodeId]) -> None:
    (window, node), playback = at_a_share, at_a_share[0].session.playback
    before = told(window)
    playback.seek(playback.time + 2.0)
    assert told(window) == right(window, node) != before


def test_what_comes_next_is_ready(at_a_share: tuple[Window, NodeId], qtbot: QtBot) -> None:
    (window, node), playback = at_a_share, at_a_share[0].session.playback
    playback.seek(playback.time + 1.0)
    qtbot.waitUntil(lambda: not window.inspector.is_awaiting)
    known = len(formula._set)
    playback.play()
    playback._clock.stop()
    playback.advance(0.5)
    assert told(window) == right(window, node)
    playback.advance(0.7)
    assert told(window) == right(window, node)
    assert len(formula._set) == known
    playback.pause()
