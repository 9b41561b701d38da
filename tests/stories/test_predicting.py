"""Story: a learner predicts every gradient before it is shown, and is told what went wrong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from bpviz.engine.mistakes import Kind
from bpviz.graph.graph import NodeId
from bpviz.ops import numerals
from tests.user import Key, Modifier, User

CHAIN = "x = -2; z = -4; q = 3*x; f = q*z"
BRANCHES = "x = 3; y = 5; a = 2*x; b = x*y; f = a*b"
CTRL = Modifier.ControlModifier


@pytest.fixture
def learner(user: User) -> User:
    """Somebody with a chain on the screen, who does not wait for animations."""
    begin(user, CHAIN)
    return user


def begin(user: User, program: str) -> None:
    user.session.playback.is_animated = False
    user.paste_expression(program)
    user.click(user.nowhere())


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def asked(user: User) -> str:
    return user.window.question.line.text


def told(user: User) -> str:
    return user.window.question.feedback.text()


def score(user: User) -> str:
    return user.window.question.score.text()


def answer(user: User, *typed: str) -> None:
    """Types answers into whatever has the keyboard, each with Enter, and steps on to the next question."""
    for text in typed:
        while user.session.predicting.node is None:
            user.press(Key.Key_Right)
        user.type(f"{text}\n")


def timeline_at(user: User, time: float) -> QPoint:
    timeline = user.window.player.timeline
    return timeline.mapTo(user.window, QPoint(round(timeline.x_of(time)), 20))


class TestAnswering:
    def test_from_the_first_gradient_to_the_last(self, learner: User) -> None:
        predicting, playback = learner.session.predicting, learner.session.playback
        assert playback.time == playback.length, "a new graph is shown with everything done"
        learner.press(Key.Key_P)
        assert (playback.time, predicting.node) == (learner.session.trace.sent_position(0), node(learner, "q"))
        assert asked(learner) == "What will ∂f/∂q be?"
        learner.type("-4\n")
        assert told(learner) == "✓ Right: ∂f/∂q = 1 × (−4) = −4."
        assert learner.caption == "q receives its only share: −4. So ∂f/∂q = −4."
        assert asked(learner) == "What will ∂f/∂z be?"
        learner.type("-6\n")
        assert playback.time == learner.session.trace.sent_position(1) + 2
        answer(learner, "-12")
        assert learner.canvas.hasFocus(), "the keyboard is back where it was"
        assert told(learner) == "✓ Right: ∂f/∂x = −4 × 3 = −12."
        assert asked(learner) == "Every gradient has been asked for."
        assert score(learner) == "At first try: 3 right, 0 wrong"
        learner.press(Key.Key_End)
        assert playback.time == playback.length
        learner.click(learner.middle_of(learner.window.question.again))
        assert asked(learner) == "What will ∂f/∂q be?"

    def test_every_kind_of_mistake_at_one_wire(self, learner: User) -> None:
        learner.press(Key.Key_P)
        answer(learner, "-4", "-6")
        mistakes = [
            (
                "3",
                "You took the local derivative ∂q/∂x = 3 alone; q multiplies it with the upstream gradient ∂f/∂q = −4.",
            ),
            ("−4", "You passed the upstream gradient −4 on as it is; q multiplies it with ∂q/∂x = 3."),
            ("8", "You took the wrong operand: in q = 3 · x, ∂q/∂x is 3, not −2."),
            ("12", "The size is right, the sign is not."),
            ("-1", "You added the upstream gradient −4 and the local derivative 3; the chain rule multiplies them."),
            ("-2", "−2 is the value of x; its gradient says how fast f changes with x."),
            (
                "77",
                "One wire brings x its gradient, from q: the upstream gradient ∂f/∂q times the local derivative ∂q/∂x.",
            ),
        ]
        for typed, sentence in mistakes:
            answer(learner, typed)
            assert told(learner) == f"✗ {sentence}"
            assert asked(learner) == "What will ∂f/∂x be?"
        assert learner.session.predicting.score.by_kind == dict.fromkeys(
            (Kind.NO_UPSTREAM, Kind.PASSED_ON, Kind.WRONG_OPERAND, Kind.SIGN, Kind.ADDED, Kind.VALUE), 1
        )
        answer(learner, "-12")
        assert told(learner).startswith("✓ Right")
        assert score(learner).splitlines()[0] == "At first try: 2 right, 1 wrong", "a question counts once"

    def test_what_arrives_is_added_and_not_overwritten(self, user: User) -> None:
        begin(user, BRANCHES)
        user.press(Key.Key_P)
        answer(user, "15", "6", "18")
        assert asked(user) == "What will ∂f/∂x be?"
        user.canvas.grab()  # the card says what has arrived so far
        user.type("30\n")
        assert told(user) == "✗ You kept only the last contribution, 30 from a; all that arrives is added."
        assert user.session.predicting.score.by_kind == {Kind.OVERWRITTEN: 1}
        user.type("60\n")
        assert told(user) == "✓ Right: ∂f/∂x = 6 × 5 + 15 × 2 = 60."
        assert score(user) == "At first try: 3 right, 1 wrong\nmost often: overwrote instead of adding"

    def test_a_rough_answer_is_asked_for_again_and_does_not_count(self, user: User) -> None:
        begin(user, "x = 1; f = x / 3")
        user.press(Key.Key_P)
        user.type("0.3\n")
        assert told(user) == "≈ Right as far as it goes; give one more digit."
        assert score(user) == ""
        user.type("1/3\n")
        assert told(user) == "✓ Right: ∂f/∂x = 1 × 0.3333 = 0.3333."
        assert score(user) == "At first try: 1 right, 0 wrong"

    def test_what_cannot_be_read_does_not_count(self, learner: User) -> None:
        learner.press(Key.Key_P)
        for typed, sentence in (
            ("", "Type a number, such as −0.5 or 1/3."),
            ("z", "“z” cannot be read as a number; examples of what can are −0.5, 1/3 and 2·10⁻³."),
            ("1,5", "Write decimals with a point: 1.5."),
        ):
            learner.type(f"{typed}\n")
            assert told(learner) == sentence
        assert score(learner) == ""
        learner.type("−4·10⁰\n")
        assert told(learner) == "✓ Right: ∂f/∂q = 1 × (−4) = −4."

    def test_choosing_with_the_keys(self, learner: User) -> None:
        panel, predicting = learner.window.question, learner.session.predicting
        learner.press(Key.Key_P)
        learner.click(learner.middle_of(panel.switch))
        shown = [button.text() for button in panel.choices]
        assert sorted(predicting.choices) == [-6.0, -4.0, 1.0, 4.0]
        assert shown == [f"{i})  {numerals.short(value)}" for i, value in enumerate(predicting.choices, 1)]
        right, wrong = (predicting.choices.index(value) for value in (-4.0, 1.0))
        keys = (Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_4)
        learner.press(keys[wrong])
        assert told(learner).startswith("✗ You passed the upstream gradient on as it is")
        assert not panel.choices[wrong].isEnabled()
        assert predicting.node == node(learner, "q")
        assert [button.text() for button in panel.choices] == shown, "they stay where they are"
        learner.press(keys[wrong])
        assert predicting.score.by_kind == {Kind.PASSED_ON: 1}
        learner.press(keys[right])
        assert told(learner).startswith("✓ Right: ∂f/∂q")
        learner.click(learner.middle_of(panel.choices[predicting.choices.index(-6.0)]))
        assert told(learner) == "✓ Right: ∂f/∂z = 1 × (−6) = −6."
        assert all(button.isEnabled() for button in panel.choices)

    def test_being_shown_counts_as_wrong_once(self, learner: User) -> None:
        learner.press(Key.Key_P)
        learner.click(learner.middle_of(learner.window.question.reveal))
        assert told(learner) == "∂f/∂q = 1 × (−4) = −4."
        assert score(learner) == "At first try: 0 right, 1 wrong"
        answer(learner, "6")
        learner.click(learner.middle_of(learner.window.question.reveal))
        assert score(learner) == "At first try: 0 right, 2 wrong\nmost often: turned the sign"
        learner.click(learner.middle_of(learner.window.question.reset))
        assert score(learner) == ""

    def test_playing_stops_for_the_question_and_goes_on_after_it(self, learner: User) -> None:
        playback = learner.session.playback
        learner.open_menu_and_choose(learner.window.player.speed, "8×")
        learner.press(Key.Key_P, Key.Key_Home, Key.Key_Space)
        assert playback.is_playing
        learner.qtbot.waitUntil(lambda: not playback.is_playing)
        assert asked(learner) == "What will ∂f/∂q be?"
        learner.type("-4\n")
        assert playback.is_playing
        learner.qtbot.waitUntil(lambda: not playback.is_playing)
        assert asked(learner) == "What will ∂f/∂z be?"
        learner.click(learner.middle_of(learner.window.player.predict))
        assert playback.is_playing, "nothing holds it up any longer"
        learner.qtbot.waitUntil(lambda: not playback.is_playing)
        assert playback.time == playback.length


class TestNoWayRound:
    def test_the_playhead_does_not_pass_the_question(self, learner: User) -> None:
        playback = learner.session.playback
        learner.press(Key.Key_P)
        first = learner.session.trace.sent_position(0)
        learner.press(Key.Key_Escape)
        learner.click(learner.face(node(learner, "x")))
        for key, modifiers in (
            (Key.Key_End, Modifier.NoModifier),
            (Key.Key_Right, Modifier.NoModifier),
            (Key.Key_PageDown, Modifier.NoModifier),
            (Key.Key_Space, Modifier.NoModifier),
            (Key.Key_Right, CTRL),
        ):
            learner.press(key, modifiers=modifiers)
            assert (playback.time, playback.is_moving) == (first, False)
            assert learner.window.question.field.hasFocus(), "who wants to go on is led to the question"
            learner.canvas.setFocus()
        learner.drag(timeline_at(learner, 1), timeline_at(learner, playback.length))
        assert playback.time == first
        learner.window.question.field.setFocus()
        learner.press(Key.Key_Left)
        assert playback.time == first - 1, "back is free, and the empty field leaves it the arrow"
        assert asked(learner) == "Step on with →. You will be asked for ∂f/∂q."
        learner.press(Key.Key_End)
        assert asked(learner) == "What will ∂f/∂q be?"

    def test_what_was_answered_is_not_asked_again(self, learner: User) -> None:
        learner.press(Key.Key_P)
        answer(learner, "-4")
        learner.press(Key.Key_Home, Key.Key_End)
        assert asked(learner) == "What will ∂f/∂z be?"
        learner.choose_in_menu_bar("Explain", "Ask for all gradients again")
        assert asked(learner) == "What will ∂f/∂q be?"

    def test_turned_on_in_the_middle_it_asks_for_what_is_not_shown_yet(self, learner: User) -> None:
        second = learner.session.trace.sent_position(1)
        learner.click(timeline_at(learner, second))
        learner.press(Key.Key_P)
        assert (learner.session.playback.time, asked(learner)) == (second, "What will ∂f/∂z be?")

    def test_the_card_in_question_is_brought_into_view(self, learner: User) -> None:
        for _ in range(12):
            learner.wheel(learner.face(node(learner, "f")), 120)
        canvas, q = learner.canvas, learner.session.stage.rect(node(learner, "q"))
        assert not canvas.camera.view(canvas.width(), canvas.height()).touches(q)
        learner.press(Key.Key_P)
        view = canvas.camera.view(canvas.width(), canvas.height())
        assert view.contains((q.x, q.y))
        assert view.contains((q.right, q.bottom))


class TestMeanwhile:
    """Editing while a question stands."""

    def test_another_number_makes_other_questions(self, learner: User) -> None:
        learner.press(Key.Key_P)
        answer(learner, "-4")
        learner.slide(node(learner, "z"), 2)
        assert asked(learner) == "What will ∂f/∂q be?"
        assert told(learner) == ""
        assert learner.canvas.hasFocus(), "who edits keeps the keyboard"
        learner.undo()
        assert asked(learner) == "What will ∂f/∂q be?"
        learner.press(Key.Key_Right)
        answer(learner, "-4")
        assert asked(learner) == "What will ∂f/∂z be?"

    def test_what_is_asked_for_may_be_deleted(self, learner: User) -> None:
        learner.press(Key.Key_P)
        learner.click(learner.face(node(learner, "q")))
        learner.press(Key.Key_Delete)
        assert learner.session.predicting.node is None
        assert asked(learner) == "There is no gradient: f waits for its first input to be wired."
        learner.undo()
        assert asked(learner) == "What will ∂f/∂q be?"

    def test_another_output(self, learner: User) -> None:
        learner.press(Key.Key_P)
        learner.click(learner.face(node(learner, "q")))
        learner.press(Key.Key_O)
        assert asked(learner) == "What will ∂q/∂x be?"
        learner.press(Key.Key_Right)
        learner.type("3\n")
        assert told(learner) == "✓ Right: ∂q/∂x = 1 × 3 = 3."

    def test_moving_a_card_and_another_theme_change_nothing(self, learner: User) -> None:
        learner.press(Key.Key_P)
        answer(learner, "4")
        place = learner.face(node(learner, "q"))
        learner.drag(place, place + QPoint(40, 30))
        learner.press(Key.Key_T, modifiers=CTRL)
        learner.window.resize(1280, 720)
        assert asked(learner) == "What will ∂f/∂q be?"
        assert told(learner) == "✗ The size is right, the sign is not."

    def test_another_document(self, learner: User) -> None:
        learner.press(Key.Key_P)
        learner.session.document.mark_saved()
        learner.press(Key.Key_N, modifiers=CTRL)
        assert asked(learner) == "There is nothing to predict yet: first build a graph."
        learner.paste_expression("x = 3; f = x^2")
        learner.click(learner.nowhere())
        learner.press(Key.Key_End)
        answer(learner, "6")
        assert told(learner) == "✓ Right: ∂f/∂x = 1 × 6 = 6."

    def test_off_in_the_middle(self, learner: User) -> None:
        learner.press(Key.Key_P, Key.Key_Escape, Key.Key_P)
        assert not learner.window.question.isVisible()
        assert learner.window.player.predict.text() == "Predict first: off"
        learner.press(Key.Key_End)
        assert learner.session.playback.time == learner.session.playback.length
