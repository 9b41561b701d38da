"""Story: whatever is in the graph, and whatever is done while numbers are in flight, there is a sensible picture."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.stage.motion import Token
from bpviz.ui.canvas.faces import FINE_SIZES, PADDING, bold_width
from tests.ui.recording import written_on
from tests.user import Key, Modifier, User

LONG = "speed_of_" * 22
DOCUMENTS = {
    "NaN": ("a = ln(x); b = a*y; f = b + x", {"x": -1.0, "y": 2.0}),
    "NaN on the way back": ("y = sqrt(x)*z; f = y*y + x", {"x": 0.0, "z": 3.0}),
    "huge": ("a = x*y; b = a*a; f = b*x", {"x": 1e150, "y": 1e3}),
    "tiny": ("a = x*y; b = a*a; f = b*x", {"x": 1e-150, "y": -1e-3}),
    "1e300": ("f = x*y; g = f + x", {"x": 1e300, "y": 1e-300}),
    "long names": (f"{LONG}a = x*y; {LONG}b = {LONG}a*x; f = {LONG}a + {LONG}b", {"x": 2.0, "y": 3.0}),
    "Greek": ("alpha = beta_1*gamma_in; f = sin(alpha) + alpha*theta_1_2", dict.fromkeys(("beta_1", "gamma_in"), 2.0)),
    "no inputs": ("f = 3*4 + 2", {}),
    "one node": ("x", {"x": 2.0}),
    "not wired": ("a = _ * x; f = a + y", {"x": 1.0, "y": 2.0}),
}


def is_sound(user: User) -> None:
    """Something can be seen, and it is what there is to be seen at this time, whatever happened before."""
    session, canvas = user.session, user.canvas
    assert 0.0 <= session.playback.time <= session.playback.length == len(session.story)
    tokens: list[Token] = session.stage.tokens()
    assert all(math.isfinite(place) for token in tokens for place in token.at)
    assert tokens == session.stage.at(session.playback.time).tokens()
    assert all(map(math.isfinite, (canvas.camera.x, canvas.camera.y, canvas.camera.zoom)))
    assert user.caption
    if session.graph.nodes:
        view, rects = canvas.camera.view(canvas.width(), canvas.height()), session.scenery.rects.values()
        assert any(view.touches(rect) for rect in rects)


def delete_what_acts(user: User) -> None:
    user.session.select(user.session.stage.acting())
    user.press(Key.Key_Delete)


DEEDS: dict[str, Callable[[User], object]] = {
    "delete what acts": delete_what_acts,
    "another number": lambda user: [
        user.session.edit("Set", lambda diagram, leaf=leaf.id: edits.set_value(diagram, leaf, 0.0))  # type: ignore[misc]
        for leaf in user.session.graph.leaves()[:1]
    ],
    "another size": lambda user: user.window.resize(820, 560),
    "another theme": lambda user: user.press(Key.Key_T, modifiers=Modifier.ControlModifier),
    "tangents": lambda user: user.press(Key.Key_2, modifiers=Modifier.ControlModifier),
    "mistakes": lambda user: user.press(Key.Key_3, modifiers=Modifier.ControlModifier),
    "predictions": lambda user: user.press(Key.Key_P, Key.Key_Escape),
    "escape": lambda user: user.press(Key.Key_Escape),
    "undo": lambda user: user.undo(),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_everything_at_the_wrong_moment(user: User, name: str) -> None:
    text, values = DOCUMENTS[name]
    session, playback = user.session, user.session.playback
    user.window.resize(1280, 720)
    for deed in list(DEEDS.values())[list(DOCUMENTS).index(name) % 2 :: 2]:
        session.document.mark_saved()
        session.open(Diagram.of(parse(text, values)), None)
        user.canvas.setFocus()
        playback.seek(0.63 * playback.length)
        playback.play()
        playback.advance(0.3)
        deed(user)
        is_sound(user)
        playback.advance(0.4)
        is_sound(user)
        user.canvas.grab()
        user.undo()
        is_sound(user)
    playback.pause()


def test_the_canvas_may_be_empty(user: User) -> None:
    session = user.session
    for deed in DEEDS.values():
        session.open(Diagram(), None)
        session.playback.play()
        deed(user)
        is_sound(user)
    assert session.playback.length == 0


def test_fifteen_digits_stay_on_their_card(user: User) -> None:
    text, values = DOCUMENTS["tiny"]
    user.session.open(Diagram.of(parse(text, values)), None)
    user.session.set_style(digits=15)
    user.window.resize(1440, 900)
    user.canvas.look(user.canvas.camera.zoomed(1.0 / user.canvas.camera.zoom, 0.0, 0.0))
    node = user.session.graph.find("a")
    gradient = user.session.stage.card(node).gradient
    assert len(gradient) > 20
    assert bold_width(gradient, FINE_SIZES[-1]) < user.session.stage.rect(node).width - 2 * PADDING
    user.canvas.looking.fit_nodes([node])
    user.settle()
    left = user.canvas.to_screen((user.session.stage.rect(node).x, 0.0)).x()
    [written] = [found for found in written_on(user.canvas) if found.text == gradient]
    assert written.place[0] > left


def test_a_message_does_not_cover_a_card_if_there_is_room_above(user: User) -> None:
    text, values = DOCUMENTS["NaN on the way back"]
    user.session.open(Diagram.of(parse(text, values)), None)
    stage = user.session.stage
    troubled = [node for node in stage.graph.nodes if stage.trace.troubles.get(node)]
    assert troubled
    for node in troubled:
        assert stage.scenery.is_free(stage.trouble_rect(node, 3))
