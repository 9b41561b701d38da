"""Story: a teacher in front of a class, with a projector and a clicker, and with clumsy hands."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from shiboken6 import isValid

from bpviz.document.diagram import Diagram
from bpviz.graph.graph import NodeId
from bpviz.graph.parse import parse
from bpviz.stage.acting import part
from bpviz.stage.geometry import Rect
from bpviz.ui.canvas.looking import GLIDE
from bpviz.ui.examples import examples
from bpviz.ui.projector import Projector
from bpviz.ui.question import QuestionPanel
from bpviz.ui.sentences import kept_together
from bpviz.ui.theme import LIGHT, PROJECTOR, PROJECTOR_LIGHT
from bpviz.ui.window import Window
from tests.ui.pixels import apart
from tests.ui.test_theme import contrast
from tests.user import NOTHING, Button, Key, Modifier, User

CTRL = Modifier.ControlModifier
LONG = "a = sin(x); b = cos(a); c = a * b; d = tanh(c); e = d + b; g = e * x; h = exp(g); f = h - c"


class Teacher(User):
    """A user whose hands are also on the wall."""

    @property
    def projector(self) -> Projector:
        found = self.window.projecting.projector
        assert found is not None, "there is no projector now"
        return found

    def project(self) -> None:
        """F11, and waits until the wall has the keyboard; it is given the size of a real one."""
        self.press(Key.Key_F11)
        projector = self.projector
        with self.qtbot.waitActive(projector):
            pass
        assert projector.isFullScreen()
        projector.showNormal()
        projector.resize(1280, 720)
        self.qtbot.waitUntil(lambda: projector.windowHandle().width() == 1280 and projector.timeline.width() > 1200)

    def point(self, scene: tuple[float, float]) -> QPoint:
        """Where a scene point is on the wall."""
        canvas = self.projector.canvas
        return canvas.mapTo(self.projector, canvas.to_screen(scene))

    def middle(self, node: NodeId) -> QPoint:
        rect = self.session.stage.rect(node)
        return self.point((rect.x + rect.width / 2, rect.y + 20.0))

    def on_timeline(self, time: float) -> QPoint:
        timeline = self.projector.timeline
        return timeline.mapTo(self.projector, QPoint(round(timeline.x_of(time)), timeline.height() // 2))

    def click_wall(self, at: QPoint) -> None:
        QTest.mouseMove(self.projector.windowHandle(), at)
        QTest.mouseClick(self.projector.windowHandle(), Button.LeftButton, NOTHING, at)

    def drag_on_wall(self, start: QPoint, end: QPoint) -> None:
        handle = self.projector.windowHandle()
        QTest.mouseMove(handle, start)
        QTest.mousePress(handle, Button.LeftButton, NOTHING, start)
        for i in range(1, 6):
            QTest.mouseMove(handle, start + (end - start) * (i / 5))
        QTest.mouseRelease(handle, Button.LeftButton, NOTHING, end)

    def turn_wheel(self, at: QPoint, turned: int) -> None:
        QTest.wheelEvent(self.projector.windowHandle(), QPointF(at), QPoint(0, turned), QPoint(), NOTHING)

    def arrive(self) -> None:
        self.qtbot.waitUntil(lambda: not self.session.playback.is_moving)

    @property
    def question(self) -> QuestionPanel:
        found = self.projector.question
        assert found is not None
        return found

    @property
    def view(self) -> Rect:
        canvas = self.projector.canvas
        canvas.looking.advance(GLIDE)
        return canvas.camera.view(canvas.width(), canvas.height())

    def picture(self) -> QImage:
        return self.projector.grab().toImage()


@pytest.fixture
def teacher(window: Window, settings: QSettings, qtbot: object) -> Teacher:
    """At the start of f = (x + y) · z, eight steps a second, in front of a full screen."""
    made = Teacher(window, qtbot)  # type: ignore[arg-type]
    made.paste_expression("q = x + y; f = q * z")
    made.click(made.nowhere())
    window.session.playback.set_speed(8.0)
    made.press(Key.Key_Home)
    made.project()
    return made


class TestTheClicker:
    """Keys of a clicker, and of a keyboard."""

    def test_through_the_whole_story(self, teacher: Teacher) -> None:
        playback = teacher.session.playback
        assert teacher.projector.counter.text() == "0 / 14"
        for step in range(1, 15):
            key = Key.Key_PageDown if step % 2 else Key.Key_Right
            teacher.press(key, key)  # the second ends the motion of the first
            assert playback.time == step
            assert teacher.projector.counter.text() == f"{step} / 14"
        teacher.press(Key.Key_PageUp, Key.Key_PageUp)
        assert playback.time == 13
        teacher.press(Key.Key_Home)
        assert playback.time == 0
        teacher.press(Key.Key_End)
        assert playback.time == 14
        teacher.press(Key.Key_Space)
        assert playback.is_playing
        teacher.qtbot.waitUntil(lambda: playback.time > 1.5)
        teacher.press(Key.Key_Space)
        assert not playback.is_playing

    def test_the_timeline_is_clicked_and_dragged(self, teacher: Teacher) -> None:
        teacher.click_wall(teacher.on_timeline(6))
        assert teacher.session.playback.time == 6
        teacher.drag_on_wall(teacher.on_timeline(6), teacher.on_timeline(11))
        assert teacher.session.playback.time == 11

    def test_scrubbing_shows_what_playing_shows(self, teacher: Teacher) -> None:
        teacher.window.session.open(examples()[8].diagram(), None)
        teacher.click_wall(teacher.on_timeline(9))
        teacher.press(Key.Key_Right)
        teacher.arrive()
        played = teacher.picture()
        teacher.click_wall(teacher.on_timeline(30))
        teacher.click_wall(teacher.on_timeline(10))
        assert teacher.session.playback.time == 10
        assert apart(teacher.picture(), played) <= 1, "a wire that is cut off is rounded otherwise"

    @pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_F11])
    def test_and_back_to_the_desk(self, teacher: Teacher, key: Qt.Key) -> None:
        time = teacher.session.playback.time
        teacher.press(key)
        assert not teacher.window.projecting.is_on
        assert not teacher.window.actions_["projector"].isChecked()
        with teacher.qtbot.waitActive(teacher.window):
            pass
        assert teacher.canvas.hasFocus()
        assert teacher.session.playback.time == time
        teacher.project()
        assert teacher.projector.counter.text() == "0 / 14", "and again"

    def test_the_button_in_the_top_bar_and_the_menu(self, teacher: Teacher) -> None:
        teacher.press(Key.Key_Escape)
        teacher.click(teacher.middle_of(teacher.window.top.projector))
        assert teacher.window.projecting.is_on
        teacher.press(Key.Key_Escape)
        teacher.choose_in_menu_bar("View", "Projector")
        assert teacher.window.projecting.is_on

    def test_a_black_wall_until_the_next_step(self, teacher: Teacher) -> None:
        middle = teacher.projector.rect().center()
        for key in (Key.Key_B, Key.Key_Period):
            teacher.press(key)
            assert teacher.projector.is_blank
            assert teacher.picture().pixelColor(middle) == PROJECTOR["paper"]
            assert len({teacher.picture().pixelColor(x, 660).name() for x in (40, 300, 700)}) == 1
            teacher.press(key)
            assert not teacher.projector.is_blank
        teacher.press(Key.Key_B, Key.Key_Right)
        assert not teacher.projector.is_blank
        teacher.arrive()

    def test_the_class_predicts_and_the_next_click_tells(self, teacher: Teacher) -> None:
        playback, predicting = teacher.session.playback, teacher.session.predicting
        teacher.press(Key.Key_P, Key.Key_End)
        time = playback.time
        assert time == teacher.session.told_until < 14
        assert teacher.question.line.text == "What will ∂f/∂q be?"
        teacher.press(Key.Key_Right)
        teacher.arrive()
        assert playback.time > time
        teacher.press(Key.Key_P)
        assert not predicting.is_on

    def test_the_answer_is_typed_or_chosen_at_the_wall(self, teacher: Teacher) -> None:
        predicting = teacher.session.predicting
        teacher.press(Key.Key_Home, Key.Key_P, Key.Key_End)
        teacher.type("2\n")
        assert predicting.score.wrong == 1
        assert "wrong operand" in teacher.question.feedback.text()
        assert kept_together(teacher.window.question.feedback.text()) == teacher.question.feedback.text(), "both agree"
        teacher.type("1\n")
        assert predicting.node != teacher.session.graph.by_name["q"], "the next is asked for, or none yet"
        teacher.press(Key.Key_End)
        teacher.arrive()
        asked = predicting.node
        assert asked is not None
        predicting.set_choosing(True)
        right = teacher.session.story.gradient(asked)
        assert isinstance(right, float)
        place = predicting.choices.index(right)
        assert f"{place + 1})" in teacher.question.choices[place].text()
        teacher.projector.canvas.setFocus()
        teacher.press([Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_4][place])
        assert predicting.node != asked
        assert predicting.score.right == 1
        teacher.press(Key.Key_P)
        assert not teacher.question.isVisible()

    def test_tiny_answers_are_written_on_the_line(self, teacher: Teacher) -> None:
        teacher.session.open(Diagram.of(parse("f = x * y; x = 3e-7; y = -2e-9")), None)
        teacher.press(Key.Key_Home, Key.Key_P, Key.Key_End)
        teacher.session.predicting.set_choosing(True)
        texts = [button.text() for button in teacher.question.choices if button.isVisible()]
        assert any("e−" in text for text in texts), texts
        assert not any(set(text) & set("⁻⁰¹²³⁴⁵⁶⁷⁸⁹") for text in texts), "an exponent would be smaller than 18 pixels"

    def test_the_question_is_in_large_print(self, teacher: Teacher) -> None:
        teacher.press(Key.Key_Home, Key.Key_P, Key.Key_End)
        teacher.type("3\n")
        asked = teacher.question
        for piece in (asked.field, asked.submit, asked.switch, asked.reveal, asked.feedback, asked.score, asked.reset):
            assert piece.isVisible()
            assert piece.fontInfo().pixelSize() >= 18
            assert piece.sizeHint().height() <= piece.height() or piece is asked.feedback
        for theme in (PROJECTOR, PROJECTOR_LIGHT):
            for tone in ("ink", "fault", "agreement", "backward"):
                assert contrast(theme[tone], theme["backward_tint"]) >= 7.0, (theme.name, tone)
        teacher.press(Key.Key_P)

    def test_scrubbing_gives_no_answer_away(self, teacher: Teacher) -> None:
        playback, predicting = teacher.session.playback, teacher.session.predicting
        teacher.press(Key.Key_Home, Key.Key_P)
        first = teacher.session.told_until
        teacher.drag_on_wall(teacher.on_timeline(1), teacher.on_timeline(13))
        assert playback.time == teacher.session.told_until == first
        assert predicting.score.wrong == 0
        teacher.press(Key.Key_P)


class TestLight:
    def test_colours_of_the_wall_are_not_those_of_the_desk(self, teacher: Teacher) -> None:
        assert teacher.picture().pixelColor(4, 4) == PROJECTOR["paper"]
        teacher.press(Key.Key_T, modifiers=CTRL)
        assert teacher.picture().pixelColor(4, 4) == PROJECTOR_LIGHT["paper"]
        assert teacher.session.theme is LIGHT
        teacher.press(Key.Key_Escape)
        teacher.project()
        assert teacher.projector.theme is PROJECTOR_LIGHT, "it is remembered"

    def test_the_spotlight_goes_with_what_happens(self, teacher: Teacher) -> None:
        teacher.click_wall(teacher.on_timeline(7))
        bright = teacher.picture()
        teacher.press(Key.Key_S)
        assert teacher.window.actions_["spotlight"].isChecked()
        dimmed = teacher.picture()
        graph = teacher.session.graph
        for name, is_same in (("q", True), ("f", True), ("x", False), ("z", False)):
            at = teacher.middle(graph.by_name[name]) + QPoint(0, -16)
            assert (bright.pixelColor(at) == dimmed.pixelColor(at)) is is_same, name
        teacher.press(Key.Key_S)
        assert teacher.picture() == bright


class TestTheCamera:
    """It follows what happens, and gives way to the hand."""

    @pytest.fixture
    def far(self, teacher: Teacher) -> Teacher:
        """A graph that is too long for the wall."""
        from bpviz.document.diagram import Diagram
        from bpviz.graph.parse import parse

        teacher.session.open(Diagram.of(parse(LONG, {"x": 0.5})), None)
        teacher.press(Key.Key_Home)
        return teacher

    def acting_is_seen(self, teacher: Teacher) -> bool:
        session = teacher.session
        about = part(session.story, session.stage.now.step - 1)
        rect = session.stage.rect(about.node if about.receiver is None else about.receiver)
        view = teacher.view
        return view.contains((rect.x, rect.y)) and view.contains((rect.right, rect.bottom))

    def test_all_at_first_then_what_acts(self, far: Teacher) -> None:
        view = far.view
        assert all(view.contains((rect.x, rect.y)) for rect in far.session.scenery.rects.values())
        for _ in range(len(far.session.story)):
            far.press(Key.Key_Right, Key.Key_Right)  # the second ends the motion of the first
            assert self.acting_is_seen(far)
            assert far.projector.canvas.camera.zoom >= 1.05

    def test_the_wheel_takes_over_until_the_next_step(self, far: Teacher) -> None:
        far.click_wall(far.on_timeline(12))
        followed = far.view
        far.turn_wheel(QPoint(300, 300), -480)
        by_hand = far.view
        assert by_hand.width > 1.5 * followed.width
        far.click_wall(far.on_timeline(12))
        assert far.view == by_hand, "nothing has happened since"
        far.press(Key.Key_Right)
        far.arrive()
        assert far.view.width == pytest.approx(followed.width)
        assert self.acting_is_seen(far)

    def test_f_goes_back_to_following_at_once(self, far: Teacher) -> None:
        far.click_wall(far.on_timeline(12))
        followed = far.view
        far.turn_wheel(QPoint(300, 300), 480)
        assert far.view != followed
        far.press(Key.Key_F)
        assert far.view == followed

    def test_the_desk_follows_too_unless_told_not_to(self, far: Teacher) -> None:
        far.press(Key.Key_Escape, Key.Key_End, Key.Key_F)
        far.settle()
        whole = far.canvas.camera
        assert far.window.actions_["follow"].isChecked()
        far.press(Key.Key_Home)
        far.settle()  # after a leap the camera takes a moment
        seen = set()
        for _ in range(6):
            far.press(Key.Key_Right, Key.Key_Right)
            far.settle()
            seen.add(far.canvas.camera)
        assert len(seen) > 1
        far.choose_in_menu_bar("View", "Follow the action")
        assert far.canvas.camera == whole
        far.press(Key.Key_Home, Key.Key_Right, Key.Key_Right)
        assert far.canvas.camera == whole


class TestHands:
    """Editing on the wall, and everything at the wrong moment."""

    def test_a_slider_is_dragged(self, teacher: Teacher) -> None:
        x = teacher.session.graph.by_name["x"]
        teacher.press(Key.Key_End)
        QTest.mouseMove(teacher.projector.windowHandle(), teacher.middle(x))
        slider = teacher.projector.canvas.slider_of(x)
        assert slider is not None
        middle = (slider.rect.x + slider.rect.width / 2, slider.thumb[1])
        teacher.drag_on_wall(teacher.point(slider.thumb), teacher.point((middle[0] + 40.0, middle[1])))
        value = teacher.session.graph.nodes[x].value
        assert isinstance(value, float)
        assert value > 0
        assert teacher.projector.counter.text() == "14 / 14"
        teacher.undo()
        assert teacher.session.graph.nodes[x].value != value

    def test_a_node_is_selected_and_moved(self, teacher: Teacher) -> None:
        q = teacher.session.graph.by_name["q"]
        teacher.click_wall(teacher.middle(q))
        assert teacher.session.selection == {q}
        before = teacher.session.diagram.positions[q]
        at = teacher.middle(q)
        teacher.drag_on_wall(at, at + QPoint(30, 60))
        assert teacher.session.diagram.positions[q] != before
        assert teacher.session.stage.rect(q).y > before[1]

    def test_a_number_is_typed_on_a_card(self, teacher: Teacher) -> None:
        x = teacher.session.graph.by_name["x"]
        QTest.mouseDClick(teacher.projector.windowHandle(), Button.LeftButton, NOTHING, teacher.middle(x))
        teacher.type("7\n")
        assert teacher.session.graph.nodes[x].value == 7.0
        QTest.mouseDClick(teacher.projector.windowHandle(), Button.LeftButton, NOTHING, teacher.middle(x))
        teacher.press(Key.Key_Escape)
        assert teacher.window.projecting.is_on, "Esc closes the field first"

    def test_escape_takes_back_a_drag_before_it_leaves(self, teacher: Teacher) -> None:
        q = teacher.session.graph.by_name["q"]
        at, handle = teacher.middle(q), teacher.projector.windowHandle()
        before = teacher.session.diagram.positions[q]
        QTest.mouseMove(handle, at)
        QTest.mousePress(handle, Button.LeftButton, NOTHING, at)
        QTest.mouseMove(handle, at + QPoint(60, 60))
        teacher.press(Key.Key_Escape)
        assert teacher.session.diagram.positions[q] == before
        assert teacher.window.projecting.is_on
        QTest.mouseRelease(handle, Button.LeftButton, NOTHING, at)
        teacher.press(Key.Key_Escape)
        assert not teacher.window.projecting.is_on

    def test_the_node_that_acts_is_deleted(self, teacher: Teacher) -> None:
        playback, f = teacher.session.playback, teacher.session.graph.by_name["f"]
        teacher.press(Key.Key_S)
        teacher.click_wall(teacher.on_timeline(6))
        teacher.press(Key.Key_Space)
        teacher.qtbot.waitUntil(lambda: playback.time > 6.2)
        teacher.click_wall(teacher.middle(f))
        teacher.press(Key.Key_Delete)
        assert f not in teacher.session.graph.nodes
        assert 0 <= playback.time <= playback.length
        assert not teacher.picture().isNull()
        teacher.undo()
        assert f in teacher.session.graph.nodes
        assert teacher.projector.formula is not None
        teacher.arrive()

    def test_another_document_and_an_empty_one(self, teacher: Teacher) -> None:
        teacher.press(Key.Key_Space)
        for example in examples()[:3]:
            teacher.session.open(example.diagram(), None)
            length = teacher.session.playback.length
            assert teacher.projector.counter.text() == f"{length} / {length}"
            assert teacher.projector.formula is not None
            assert not teacher.picture().isNull()
        teacher.window.session.select(teacher.session.graph.nodes)
        teacher.press(Key.Key_Delete)
        assert not teacher.session.graph.nodes
        assert "empty" in teacher.projector.caption.text()
        teacher.press(Key.Key_Right, Key.Key_Space, Key.Key_Home, Key.Key_F, Key.Key_S, Key.Key_Escape)
        assert not teacher.window.projecting.is_on

    def test_themes_and_sizes_in_mid_flight(self, teacher: Teacher) -> None:
        playback = teacher.session.playback
        teacher.click_wall(teacher.on_timeline(6))
        teacher.press(Key.Key_Space)
        teacher.qtbot.waitUntil(lambda: playback.time > 6.3)
        teacher.press(Key.Key_T, modifiers=CTRL)
        teacher.projector.resize(900, 560)
        assert playback.is_playing
        teacher.projector.resize(1280, 720)
        teacher.press(Key.Key_Space)
        time = playback.time
        picture = teacher.picture()
        teacher.press(Key.Key_End)
        playback.seek(time)
        assert teacher.picture() == picture

    def test_leaving_while_it_plays_and_closing_the_window(self, teacher: Teacher) -> None:
        teacher.press(Key.Key_Home, Key.Key_Space, Key.Key_Escape)
        assert teacher.session.playback.is_playing
        teacher.project()
        teacher.projector.close()
        assert not teacher.window.projecting.is_on
        teacher.press(Key.Key_Space)

    def test_the_wall_that_is_gone_hears_of_nothing(self, teacher: Teacher) -> None:
        wall = teacher.projector
        teacher.press(Key.Key_Escape)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        assert not isValid(wall.canvas)
        teacher.session.select({max(teacher.session.graph.nodes)})  # an exception in a slot fails the test
        teacher.press(Key.Key_Right)
        teacher.session.light([(max(teacher.session.graph.nodes), 0)])

    def test_notes_on_one_screen(self, teacher: Teacher) -> None:
        assert not teacher.window.presenter.isVisible(), "the class would read them"
        teacher.press(Key.Key_Escape)
        teacher.choose_in_menu_bar("View", "Presenter's notes")
        assert teacher.window.presenter.isVisible()
        assert teacher.window.presenter.count.text() == "Step 0 of 14"
        teacher.choose_in_menu_bar("View", "Presenter's notes")
        assert not teacher.window.presenter.isVisible()
