"""Story: somebody who has never seen it watches one graph run; and whatever they look at, the picture makes sense."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from PySide6.QtGui import QImage

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.telling import Telling
from bpviz.graph.graph import NodeId
from bpviz.graph.parse import parse
from bpviz.ops.numerals import Shown
from bpviz.ui.theme import THEMES
from tests.ui.pixels import apart
from tests.user import Key, Modifier, User

CTRL = Modifier.ControlModifier


@pytest.fixture
def learner(user: User) -> User:
    """Before the classic, at its start."""
    user.paste_expression("x = -2; y = 5; z = -4; q = x + y; f = q * z")
    user.click(user.nowhere())
    user.press(Key.Key_Home)
    return user


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def step(user: User) -> None:
    """One step, all of it."""
    user.press(Key.Key_PageDown, Key.Key_PageDown)


def on_cards(user: User) -> dict[str, tuple[str, str]]:
    """What stands on every card: value and gradient."""
    stage = user.session.stage
    return {name: (stage.card(id_).value, stage.card(id_).gradient) for name, id_ in user.session.graph.by_name.items()}


def pills(user: User, name: str) -> list[tuple[str, bool]]:
    return [(pill.text, pill.is_used) for pill in user.session.stage.pills(node(user, name))]


def in_flight(user: User) -> list[str]:
    return [token.text for token in user.session.stage.tokens()]


def test_the_classic_from_start_to_end(learner: User) -> None:
    assert on_cards(learner) == dict.fromkeys("xyzqf", ("", ""))
    values: dict[str, str] = {}
    for name, value in (("x", "−2"), ("y", "5"), ("z", "−4"), ("q", "3"), ("f", "−12")):
        step(learner)
        values[name] = value
        assert {card: told[0] for card, told in on_cards(learner).items() if told[0]} == values
        assert not any(told[1] for told in on_cards(learner).values())
    step(learner)
    assert on_cards(learner)["f"] == ("−12", "1")
    assert pills(learner, "f") == [("∂f/∂q = z = −4", False), ("∂f/∂z = q = 3", False)]
    assert pills(learner, "q") == []
    has = {"f": "1"}
    told = [
        ("f", "q", "1", "1 × (−4) = −4", "−4"),
        ("f", "z", "1", "1 × 3 = 3", "3"),
        ("q", "x", "−4", "−4 × 1 = −4", "−4"),
        ("q", "y", "−4", "−4 × 1 = −4", "−4"),
    ]
    for source, target, received, product, sent in told:
        time = learner.session.playback.time
        beats = []
        for progress in (0.1, 0.5, 0.9):
            learner.session.playback.seek(time + progress)
            beats += in_flight(learner)
        assert beats == [received, product, sent]  # receive, multiply, send on
        assert {name: card[1] for name, card in on_cards(learner).items() if card[1]} == has
        learner.session.playback.seek(time)
        step(learner)
        assert in_flight(learner) == [sent]  # it hangs in the air until it is added
        wire = learner.session.stage.wires(node(learner, source))[0 if target in "qx" else 1]
        assert wire.carries_gradient
        step(learner)
        has[target] = sent
        assert {name: card[1] for name, card in on_cards(learner).items() if card[1]} == has
    assert learner.session.playback.time == learner.session.playback.length == 14
    assert learner.caption == "y receives its only share: −4. So ∂f/∂y = −4."
    assert [used for name in "fq" for _, used in pills(learner, name)] == [True] * 4


def test_branches_grow_term_by_term(learner: User) -> None:
    learner.paste_expression("x = 1; y = -4; z = 6; a = x * y; b = x * z; c = 3 * x; f = a + b + c")
    learner.click(learner.nowhere())
    session, x = learner.session, node(learner, "x")
    grown = []
    for time in range(len(session.story) + 1):
        session.playback.seek(time)
        grown.append(session.stage.card(x).gradient)
    assert list(dict.fromkeys(grown)) == ["", "3", "9", "5"]
    sums = []
    for wire in session.story.wires_into(x):
        session.playback.seek(session.story.sent_position(wire) + 1.3)
        sums += in_flight(learner)
    assert sums == ["3", "3 + 6 = 9", "9 + (−4) = 5"]


def picture(user: User) -> QImage:
    return user.canvas.grab().toImage()


@pytest.mark.parametrize("telling", list(Telling))
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_scrubbing_shows_the_same_from_both_directions(learner: User, telling: Telling, theme: str) -> None:
    learner.paste_expression("x = 2; y = 3; a = x * y; b = sin(x); f = a + b")
    learner.click(learner.nowhere())
    session = learner.session
    learner.window.set_theme(THEMES[theme])
    session.tell(telling)
    random = Random(7)
    times = sorted(random.uniform(0, len(session.story)) for _ in range(7))
    seen = []
    for time in times:
        session.playback.seek(time)
        seen.append(picture(learner))
    for time, before in zip(reversed(times), reversed(seen), strict=True):
        session.playback.seek(time)
        assert apart(picture(learner), before) <= 1, "a wire that is cut off is rounded otherwise"
    session.playback.seek(times[0])  # and when it glides there, in steps of a frame
    session.playback.go_to(times[4])
    while session.playback.is_moving:
        session.playback.advance(1 / 60)
    assert picture(learner) == seen[4]
    assert len({bytes(image.constBits()) for image in seen}) > 5


LONG = "a_name_that_nobody_would_ever_want_to_read_" * 5
NASTY = {
    "NaN on the way back": "f = sqrt(x * x); x = 0",
    "an infinite gradient": "x = 0; f = sqrt(x)",
    "gradients of 1e300": "x = 1e-300; y = 1e300; f = x * y * y",
    "gradients of 1e-300": "x = 1e-300; y = 1e-150; f = x * y",
    "what breaks in the middle": "x = -2; q = ln(x); f = q * x",
    "a name of 200 characters": f"{LONG[:200]} = 3; f = {LONG[:200]} ^ 2",
    "Greek and subscripts": "θ_1 = 0.5; α = 2; Σ_x = θ_1 * α; f = sin(Σ_x)",
    "an output that is an input": "x = 3",
    "an output without inputs": "f = 1 + 2",
    "a constant alone": "2",
    "an array": "A = [[1, 2], [3, 4]]; x = [1, -1]; f = sum(A @ x)",
    "an array with a hole": "x = [1, 0, -1]; f = sum(ln(x))",
    "many decimals": "x = 0.1234567890123; f = x / 3",
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_whatever_it_is_there_is_a_picture_and_a_sentence(user: User, text: str) -> None:
    user.session.open(Diagram.of(parse(text)), None)
    every(user)


def test_a_graph_with_nothing_wired(user: User) -> None:
    for number, title in enumerate(("Multiply", "Add", "Sine")):
        user.add_from_palette(title)
        assert len(user.session.graph) == number + 1
    every(user)


def every(user: User) -> None:
    """All moments, whole or half ones by turns, in every way of telling and writing."""
    session = user.session
    for number, telling in enumerate(Telling):
        session.tell(telling)
        session.set_style(shown=list(Shown)[number % 3], is_exact=number % 2 == 0)
        for half in range(number % 2, 2 * len(session.story) + 1, 2):
            session.playback.seek(half / 2)
            assert user.caption
            assert not user.canvas.grab().isNull()
        user.window.inspector.refresh()
        assert not user.window.grab().isNull()


def test_clumsy_hands_in_mid_animation(learner: User) -> None:
    """Deleting, editing, resizing, changing the theme, the telling and the style, all while it plays."""
    session, random = learner.session, Random(11)

    def other_text() -> None:
        text = random.choice(["f = x * y", "f = sin(x * y) / z", "f = x + x"])
        session.edit("text", lambda diagram: edits.rewrite(diagram, text))

    def delete_acting() -> None:
        session.edit("delete", lambda diagram: edits.delete(diagram, session.stage.acting()))

    doings: list[Callable[[], object]] = [
        other_text,
        delete_acting,
        lambda: session.tell(random.choice(list(Telling))),
        lambda: session.set_style(shown=random.choice(list(Shown))),
        lambda: learner.window.set_theme(random.choice(list(THEMES.values()))),
        lambda: learner.window.resize(random.choice([900, 1280, 1440]), random.choice([600, 720, 900])),
        lambda: learner.press(Key.Key_Z, modifiers=CTRL),
        lambda: learner.press(random.choice([Key.Key_L, Key.Key_P, Key.Key_N, Key.Key_Space, Key.Key_PageUp])),
        lambda: session.select(random.sample(sorted(session.graph.nodes), min(1, len(session.graph)))),
    ]
    for _ in range(70):
        session.playback.play()
        session.playback.advance(random.uniform(0.0, 2.0))
        random.choice(doings)()
        assert learner.caption
        assert not learner.canvas.grab().isNull()
        assert 0.0 <= session.playback.time <= session.playback.length == len(session.story)
    learner.window.set_theme(THEMES["light"])
