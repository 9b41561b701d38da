"""The calculus lab in the window: the slope and the limit of the first text, seen and dragged."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from bpviz.engine.analysis.quotients import Difference
from bpviz.ui.examples import examples
from bpviz.ui.lab.laboratory import Laboratory
from bpviz.ui.lab.limit import LimitPage
from bpviz.ui.lab.plot import Plot
from bpviz.ui.lab.slope import SlopePage
from tests.user import Key, Modifier, User

OPEN = Modifier.ControlModifier | Modifier.ShiftModifier


@pytest.fixture
def learner(user: User) -> User:
    """Somebody with 3x² − 4x at 1, as in the first text."""
    user.window.resize(1440, 900)
    user.paste_expression("u = 3x² - 4x\n")
    return user


def lab_of(user: User) -> Laboratory:
    found = user.window.studying.laboratory
    assert found is not None
    return found


def open_slope(user: User) -> SlopePage:
    user.press(Key.Key_D, modifiers=OPEN)
    page = lab_of(user).page
    assert isinstance(page, SlopePage)
    return page


def open_limit(user: User) -> LimitPage:
    open_slope(user)
    lab = lab_of(user)
    user.click(user.middle_of(lab.tabs.button(1)))
    page = lab.page
    assert isinstance(page, LimitPage)
    return page


def place(user: User, plot: Plot, x: float, y: float) -> QPoint:
    """Where a point of a plot lies in the window."""
    found: QPoint = plot.mapTo(user.window, plot.to_widget(x, y).toPoint())
    return found


def value(user: User, name: str = "x") -> float:
    found = user.session.trace.value(user.session.graph.find(name))
    assert isinstance(found, float)
    return found


def test_the_lab_takes_the_place_of_the_inspector_and_gives_it_back(learner: User) -> None:
    window = learner.window
    page = open_slope(learner)
    assert not window.aside.isVisible()
    assert page.isVisible()
    assert window.canvas.isVisible()
    assert page.equation.text() == "tangent at x = 1:  u = 2x − 3"
    learner.press(Key.Key_Escape)
    assert window.aside.isVisible()
    assert not page.isVisible()
    learner.choose_in_menu_bar("Explain", "Calculus lab")
    assert page.isVisible()
    learner.press(Key.Key_D, modifiers=OPEN)
    assert not page.isVisible()


def test_dragging_the_point_moves_the_input_everywhere_and_is_one_step_to_undo(learner: User) -> None:
    page = open_slope(learner)
    learner.drag(place(learner, page.plot, 1.0, -1.0), place(learner, page.plot, 2.0, 4.0))
    assert value(learner) == pytest.approx(2.0, abs=0.02)
    x = value(learner)
    assert page.point.x == x
    assert page.point.y == pytest.approx(3 * x * x - 4 * x)
    assert page.slope_point.y == pytest.approx(6 * x - 4)
    assert learner.session.trace.gradient(learner.session.graph.find("x")) == pytest.approx(page.slope_point.y)
    assert "Move x" in str(learner.session.document.undo_label)
    learner.undo()
    assert value(learner) == 1.0
    assert page.point.x == 1.0


def test_the_slope_can_be_taken_by_the_curve_below_too(learner: User) -> None:
    page = open_slope(learner)
    learner.drag(place(learner, page.below, 1.0, 2.0), place(learner, page.below, 0.0, 2.0))
    assert value(learner) == pytest.approx(0.0, abs=0.02)
    learner.undo()
    assert value(learner) == 1.0


def test_undo_in_the_middle_of_a_drag_and_on(learner: User) -> None:
    page = open_slope(learner)
    begin, middle = place(learner, page.plot, 1.0, -1.0), place(learner, page.plot, 2.0, 4.0)
    learner.grab(begin)
    learner.move(begin, middle)
    learner.undo()
    assert value(learner) == 1.0
    end = place(learner, page.plot, 0.0, 0.0)
    learner.move(middle, end)
    learner.let_go(end)
    assert value(learner) == pytest.approx(0.0, abs=0.02)
    learner.undo()
    assert value(learner) == 1.0


def test_another_graph_in_the_middle_of_a_drag(learner: User) -> None:
    page = open_slope(learner)
    begin = place(learner, page.plot, 1.0, -1.0)
    learner.grab(begin)
    learner.session.edit("another", lambda diagram: type(diagram)())
    learner.move(begin, begin + QPoint(40, 0))
    learner.let_go(begin + QPoint(40, 0))
    assert not learner.session.graph.nodes
    assert not page.plot.isVisible()


def test_the_wheel_and_the_keys_change_the_range_and_the_curve_follows(learner: User) -> None:
    page = open_slope(learner)
    assert page.plot.x_range == pytest.approx((-2.0, 4.0))
    learner.wheel(place(learner, page.plot, 1.0, 5.0), 240)
    low, high = page.plot.x_range
    assert -2.0 < low < 1.0 < high < 4.0
    assert page.below.x_range == pytest.approx((low, high))
    curve = page.curves[0]
    assert (curve.x[0], curve.x[-1]) == pytest.approx((low, high))
    np.testing.assert_allclose(curve.y, 3 * curve.x**2 - 4 * curve.x, atol=1e-12)
    page.plot.setFocus()
    learner.press(Key.Key_Right)
    assert page.plot.x_range[0] > low
    assert value(learner) == 1.0
    learner.press(Key.Key_0)
    assert page.plot.x_range == pytest.approx((-2.0, 4.0))
    learner.press(Key.Key_Right, modifiers=Modifier.ShiftModifier)
    assert value(learner) == pytest.approx(1.06)


def test_a_range_is_typed_and_what_cannot_be_is_refused_in_words(learner: User) -> None:
    page = open_slope(learner)

    def enter(field: QWidget, text: str) -> None:
        learner.click(learner.middle_of(field))
        learner.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        learner.type(f"{text}\n")

    enter(page.high, "1/2")
    assert page.plot.x_range == pytest.approx((-2.0, 0.5))
    enter(page.high, "-6")  # the wrong way round
    assert page.plot.x_range == pytest.approx((-6.0, -2.0))
    for text, word in [("1e300", "at most"), ("-6", "empty"), ("blue", "number")]:
        enter(page.high, text)
        assert word in learner.message, text
        assert page.plot.x_range == pytest.approx((-6.0, -2.0))
        assert page.high.property("wrong")
    learner.press(Key.Key_Escape)
    assert page.high.text() == "−2"
    assert page.isVisible()


def test_several_curves_stand_together_and_are_told_apart_without_colour(learner: User) -> None:
    learner.paste_expression("a = x^2; b = sin(x); u = a + b\n")
    page = open_slope(learner)
    menu = page.responses.menu()
    for text in ("a", "b"):
        learner.meanwhile(menu.isVisible, lambda text=text: learner._click_entry(menu, text))  # type: ignore[misc]
        learner.click(learner.middle_of(page.responses))
    assert [curve.name for curve in page.curves] == ["u", "a", "b"]
    assert [slope.name for slope in page.slopes] == ["∂u/∂x", "∂a/∂x", "∂b/∂x"]
    assert len({curve.pen.style() for curve in page.curves}) == 3
    np.testing.assert_allclose(page.curves[2].y, np.sin(page.curves[2].x), atol=1e-14)
    learner.meanwhile(menu.isVisible, lambda: learner._click_entry(menu, "u"))
    learner.click(learner.middle_of(page.responses))
    assert [curve.name for curve in page.curves] == ["a", "b"]


def test_poles_and_gaps_come_with_words_and_without_a_joined_line(learner: User) -> None:
    learner.paste_expression("u = ln(x)\n")
    page = open_slope(learner)
    x = learner.session.graph.find("x")
    assert page.asymptotes.x.tolist() == [0.0, 0.0, 0.0]
    learner.session.edit("out", lambda diagram: diagram.with_(diagram.graph.with_values({x: -1.0})))
    assert "has no value" in page.remark.text()
    assert "x > 0" in page.remark.text()
    assert page.equation.text() == ""
    learner.session.edit("in", lambda diagram: diagram.with_(diagram.graph.with_values({x: 2.0})))
    assert page.equation.text() == "tangent at x = 2:  u = 0.5x − 0.3069"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no graph yet"),
        ("u = x + _", "waits"),
    ],
)
def test_what_has_nothing_to_draw_says_so(user: User, text: str, word: str) -> None:
    if text:
        user.paste_expression(f"{text}\n")
    page = open_slope(user)
    open_limit_again = lab_of(user).turn_to("Limit")
    assert isinstance(open_limit_again, LimitPage)
    assert word.lower() in page._obstacle.text().lower()
    assert word.lower() in open_limit_again._obstacle.text().lower()


def test_an_input_that_the_output_does_not_depend_on(learner: User) -> None:
    learner.paste_expression("a = x + 1; u = y^2\n")
    page = open_slope(learner)
    assert page.choice.coordinate is not None
    label = page.choice.coordinate.label(learner.session.graph)
    if label != "x":
        learner.click(learner.middle_of(page.choice.inputs))
        learner.press(Key.Key_Up, Key.Key_Return)
    assert "does not depend on x" in page.remark.text()
    assert page.equation.text() == "tangent at x = 1:  u = 1"


def test_an_array_output_is_drawn_entry_by_entry_and_an_entry_of_an_input_moves(learner: User) -> None:
    learner.paste_expression("v = [1, 2, 3]; u = v * 2\n")
    page = open_slope(learner)
    assert [curve.name for curve in page.curves] == ["u[0]", "u[1]", "u[2]"]
    learner.click(learner.middle_of(page.choice.entry))
    learner.press(Key.Key_A, modifiers=Modifier.ControlModifier)
    learner.type("1\n")
    assert page.choice.coordinate is not None
    assert page.choice.coordinate.entry == (1,)
    assert [page.curves[k].y[0] != page.curves[k].y[-1] for k in range(3)] == [False, True, False]
    learner.click(learner.middle_of(page.choice.entry))
    learner.press(Key.Key_A, modifiers=Modifier.ControlModifier)
    learner.type("7\n")
    assert "no such entry" in learner.message


def test_quotients_march_to_the_derivative(learner: User) -> None:
    page = open_limit(learner)
    assert [next(text for text, _ in row.cells) for row in page.table.rows] == [
        "2.3", "2.03", "2.003", "2.0003", "2.00003",
    ]  # fmt: skip
    assert [text[:kept] for row in page.table.rows for text, kept in row.cells[:1]] == [
        "2",
        "2.0",
        "2.00",
        "2.000",
        "2.0000",
    ]
    assert page.headline.text() == "(u(x + h) − u(x)) / h = 5   →   ∂u/∂x = 2"
    learner.click(learner.middle_of(page.sign))
    assert [next(text for text, _ in row.cells) for row in page.table.rows][:2] == ["1.7", "1.97"]
    learner.click(learner.middle_of(page.sign))
    learner.click(learner.middle_of(page.kinds.button(2)))
    assert page.kind is Difference.CENTRAL
    assert page.headline.text().startswith("(u(x + h) − u(x − h)) / 2h = 2 ")
    assert "exact" in page.remark.text()


def test_h_is_set_by_slider_keys_and_by_the_second_point(learner: User) -> None:
    page = open_limit(learner)
    slider = page.slider
    at = slider.mapTo(learner.window, QPoint(round(slider.x_of(1e-3)), 11))
    learner.drag(slider.mapTo(learner.window, QPoint(round(slider.x_of(1.0)), 11)), at)
    assert page.h == 1e-3
    assert "2.003" in page.headline.text()
    learner.press(Key.Key_PageUp)
    assert page.h == 1e-2
    learner.press(Key.Key_Left)
    assert page.h == pytest.approx(10**-2.1, rel=0.05)
    page.set_h(1.0)
    learner.drag(place(learner, page.plot, 2.0, 4.0), place(learner, page.plot, 0.5, 4.0))
    assert page.h == pytest.approx(-0.5, abs=0.02)
    assert value(learner) == 1.0
    learner.drag(place(learner, page.plot, 1.0, -1.0), place(learner, page.plot, 1.5, -1.0))
    assert value(learner) == pytest.approx(1.5, abs=0.02)


def test_the_errors_make_a_v_and_the_words_say_which_arm(learner: User) -> None:
    learner.paste_expression("u = sin(x)\n")
    page = open_limit(learner)
    learner.click(learner.middle_of(page.views.button(1)))
    assert page.errors.isVisible()
    assert page.errors.complex_step.is_shown
    best = float(page.errors.best.x[0])
    assert 1e-9 < best < 1e-7
    page.set_h(1e-13)
    assert "rounding" in page.remark.text()
    page.set_h(1e-2)
    assert "truncation" in page.remark.text()
    learner.paste_expression("u = abs(x)\n")
    assert not page.errors.complex_step.is_shown


def test_a_plot_is_saved_as_what_its_menu_offers(learner: User, tmp_path: Path) -> None:
    page = open_slope(learner)
    for kind, ending in [("PNG", "png"), ("SVG", "svg"), ("PDF", "pdf"), ("CSV, the numbers", "csv")]:
        path = tmp_path / f"plot.{ending}"
        learner.click(learner.middle_of(page.plot.menu_button))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        learner.name_file(path)
        learner._click_entry(menu, f"Save as {kind}…")
        assert path.exists(), kind
        assert path.name in learner.message
    assert QImage(str(tmp_path / "plot.png")).width() == 2 * page.plot.width()
    svg = (tmp_path / "plot.svg").read_text(encoding="utf-8")
    assert "<svg" in svg
    assert "STIX Two Text" in svg
    assert (tmp_path / "plot.pdf").read_bytes().startswith(b"%PDF")
    with (tmp_path / "plot.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = list(csv.reader(file))
    assert head[:2] == ["x", "u"]
    assert all(float(u) == pytest.approx(3 * float(x) ** 2 - 4 * float(x), abs=1e-12) for x, u, *_ in rows)


def test_what_cannot_be_written_is_said(learner: User, tmp_path: Path) -> None:
    page = open_slope(learner)
    learner.click(learner.middle_of(page.plot.menu_button))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    learner.name_file(tmp_path / "plot.jpg")
    learner._click_entry(menu, "Save as PNG…")
    assert "a plot ends in .png, .svg, .pdf or .csv" in learner.message
    assert list(tmp_path.glob("plot*")) == []
    assert not QApplication.activeModalWidget() or not isinstance(QApplication.activeModalWidget(), QFileDialog)


def test_a_plot_is_copied(learner: User) -> None:
    page = open_slope(learner)
    learner.click(learner.middle_of(page.plot.menu_button))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    learner._click_entry(menu, "Copy as a picture")
    assert QGuiApplication.clipboard().image().width() == 2 * page.plot.width()


def test_a_window_of_its_own_and_back(learner: User) -> None:
    page = open_slope(learner)
    lab, studying = lab_of(learner), learner.window.studying
    learner.click(learner.middle_of(lab.part_button))
    assert lab.window() is lab
    assert learner.window.aside.isVisible()
    assert page.isVisible()
    learner.qtbot.waitUntil(lab.isActiveWindow)
    learner.press(Key.Key_Z, modifiers=Modifier.ControlModifier)  # the keys of the window act here, too
    assert learner.session.document.undo_label is None
    learner.session.redo()
    lab.part_button.click()
    assert lab.window() is learner.window
    assert not learner.window.aside.isVisible()
    lab.part_button.click()
    lab.close()
    assert not studying.is_on
    assert learner.window.aside.isVisible()


def test_everything_follows_the_theme_and_sleeps_while_it_is_not_in_front(learner: User) -> None:
    page = open_slope(learner)
    before = page.curves[0].pen.color()
    learner.press(Key.Key_T, modifiers=Modifier.ControlModifier)
    assert page.curves[0].pen.color() == learner.session.theme["forward"] != before
    lab_of(learner).turn_to("Limit")
    x = learner.session.graph.find("x")
    learner.session.edit("move", lambda diagram: diagram.with_(diagram.graph.with_values({x: 3.0})))
    assert page.point.x == 1.0
    lab_of(learner).turn_to("Slope")
    assert page.point.x == 3.0


def test_the_inspector_comes_back_when_something_of_it_is_asked_for(learner: User) -> None:
    open_slope(learner)
    learner.press(Key.Key_H, modifiers=OPEN)
    assert learner.window.history.isVisible()
    assert not learner.window.studying.is_on


def test_the_canvas_slider_takes_the_plots_along(learner: User) -> None:
    page = open_slope(learner)
    learner.window.canvas.fit()
    x = learner.session.graph.find("x")
    learner.slide(x, -2.0)
    assert page.point.x == value(learner) == pytest.approx(-2.0, abs=0.06)
    learner.slide(x, 5.0)
    low, high = page.plot.x_range
    assert low <= value(learner) <= high


def test_forgetting_the_mouse_button(learner: User) -> None:
    """The release came while another window was in front: the point is let go with the next movement."""
    page = open_slope(learner)
    begin = place(learner, page.plot, 1.0, -1.0)
    learner.grab(begin)
    learner.let_go(begin)
    learner.hover(begin + QPoint(60, 0))
    assert value(learner) == 1.0
    assert Qt.MouseButton.LeftButton not in QApplication.mouseButtons()


def test_where_there_is_no_slope_is_said_for_all_that_is_in_view(learner: User) -> None:
    learner.paste_expression("x = 2; u = abs(x) + relu(x - 1)\n")
    page = open_slope(learner)
    assert page.remark.text().endswith("In view, u has no derivative at x = 0 and 1.")
    learner.paste_expression("x = 1; u = abs(x) + relu(x - 1)\n")
    assert "there is a corner" in page.remark.text()
    assert page.remark.text().endswith("In view, u also has no derivative at x = 0.")


def test_accuracy_leaps_and_its_surrogate_has_a_slope(user: User) -> None:
    user.window.open_example(next(found for found in examples() if found.title.startswith("Accuracy")))
    page = open_slope(user)
    graph = user.session.graph
    page.responses.choose([graph.by_name["right"], graph.by_name["loss"]])
    right, loss = page.slopes
    there = np.isfinite(right.y)
    assert not right.y[there].any(), "a count has no slope to follow"
    assert (loss.y < 0).all(), "more w is always better"
    assert "In view, right has no derivative at w = 0." in page.remark.text()


def test_another_graph_and_another_size_while_something_else_is_in_front(learner: User) -> None:
    page = open_limit(learner)
    slope, limit = lab_of(learner).tabs.buttons()[:2]
    learner.click(learner.middle_of(slope))
    learner.paste_expression("a = 1; b = 2; c = 3; g = a*b*c + a/b\n")
    learner.window.resize(1500, 700)
    learner.click(learner.middle_of(limit))
    assert page.response.text().startswith("of g")
    learner.window.resize(1200, 900)
    assert "∂g/∂a" in page.headline.text()
    learner.paste_expression("u = ln(x); x = −1\n")
    learner.window.resize(1500, 720)
    learner.paste_expression("u = x³; x = 1\n")
    assert page.headline.text().endswith("∂u/∂x = 3")
