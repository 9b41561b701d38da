"""Story: somebody reads a derivative rule by rule, and then looks at the gradient as a direction."""

from __future__ import annotations

from math import radians
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication

from bpviz.document import edits
from bpviz.ops import numerals
from bpviz.ui.lab import plot_export
from bpviz.ui.lab.gradient import GradientPage
from bpviz.ui.lab.matrices import MatricesPage
from bpviz.ui.lab.plot import Plot
from bpviz.ui.lab.rules import RulesPage
from bpviz.ui.theme import THEMES
from tests.user import Key, User


def rules(user: User) -> RulesPage:
    user.window.studying.open("Rules")
    user.settle()
    found = user.window.studying.laboratory
    assert found is not None
    page = found.page
    assert isinstance(page, RulesPage)
    return page


def gradient(user: User) -> GradientPage:
    user.window.studying.open("Gradient")
    user.settle()
    found = user.window.studying.laboratory
    assert found is not None
    page = found.page
    assert isinstance(page, GradientPage)
    for _ in range(3):  # layouts are laid out by events, one within the other
        QCoreApplication.processEvents()
    if not page.obstacle.isVisible():
        user.qtbot.waitUntil(lambda: is_laid_out(page))
    return page


def matrices(user: User) -> MatricesPage:
    user.window.studying.open("Matrices")
    found = user.window.studying.laboratory
    assert found is not None
    page = found.page
    assert isinstance(page, MatricesPage)
    return page


def is_laid_out(page: GradientPage) -> bool:
    """Whether the map has its size, so that both axes have one scale."""
    (x0, x1), (y0, y1), room = page.map.x_range, page.map.y_range, page.map.room
    across, up = (x1 - x0) / room.width(), (y1 - y0) / room.height()
    return room.height() > 60 and bool(abs(across - up) < 0.02 * up)


def on(user: User, plot: Plot, x: float, y: float) -> QPoint:
    """Where a point of a plot lies in the window."""
    at: QPointF = plot.to_widget(x, y)
    found: QPoint = plot.mapTo(user.window, at.toPoint())
    return found


class TestRules:
    def test_line_by_line(self, user: User) -> None:
        user.paste_expression("x = 1; f = 3x² - 4x")
        page = rules(user)
        user.qtbot.waitUntil(lambda: len(page.lines) == 4)
        assert [reason for reason, _ in page.lines] == [
            "",
            "Difference rule, constant multiple rule",
            "Power rule, derivative of the variable itself",
            "Simplified",
        ]
        assert page.lines[-1][1] == r"= 6x - 4"
        assert page.value is not None
        assert page.value.latex == r"\left.\frac{df}{dx}\right|_{x=1} = 2"
        user.click_in(page.copy, page.copy.rect().center())
        copied = QGuiApplication.clipboard().text()
        assert copied.startswith(r"\begin{aligned} \frac{df}{dx} &= \frac{d}{dx}\left[3x^{2} - 4x\right]")
        assert copied.endswith(r"\\ &= 6x - 4 \end{aligned}")

    def test_the_number_follows_the_input_and_the_lines_stay(self, user: User) -> None:
        user.paste_expression("x = 1; f = x³")
        page = rules(user)
        user.qtbot.waitUntil(lambda: page.value is not None and len(page.cards) == 1)
        lines = page.lines
        user.slide(user.session.graph.find("x"), 2.0)
        assert page.lines is lines
        assert page.value is not None
        x = user.session.graph.nodes[user.session.graph.find("x")].value
        assert isinstance(x, float)
        assert x != 1.0
        assert page.value.latex.endswith(f"= {numerals.short(3 * x * x)}")

    def test_another_notation_and_another_input(self, user: User) -> None:
        user.paste_expression("x = 1; y = 2; f = x·y + sin(x)")
        page = rules(user)
        user.qtbot.waitUntil(lambda: len(page.lines) >= 3)
        assert page.sign.currentText() == "∂f/∂x"
        page.sign.setFocus()
        user.press(Key.Key_Up)
        user.press(Key.Key_Up)
        assert page.sign.currentText() == "f′"
        user.qtbot.waitUntil(lambda: len(page.lines) >= 3)
        assert page.lines[0][1] == r"f' = \left(x \cdot y + \sin\left(x\right)\right)'"
        page.variable.setFocus()
        user.press(Key.Key_Down)
        user.qtbot.waitUntil(lambda: len(page.lines) >= 3 and not page.is_busy)
        assert page.lines[2][1] == "= x"
        page.sign.setFocus()
        user.press(*[Key.Key_Down] * 8)
        assert page.sign.currentText() == "D₁ f"
        user.qtbot.waitUntil(lambda: len(page.lines) >= 3 and not page.is_busy)
        assert page.lines[0][1].startswith(r"D_{2}\,f = "), "y is the second input"

    def test_a_node_and_its_rule_are_selected_together(self, user: User) -> None:
        user.paste_expression("x = 1; q = 3x; f = q · sin(x)")
        page = rules(user)
        graph = user.session.graph
        user.qtbot.waitUntil(lambda: graph.find("f") in page.cards and not page.is_busy)
        card = page.cards[graph.find("f")]
        page.area.ensureWidgetVisible(card)
        user.click_in(card, QPoint(20, 12))
        assert user.session.selection == {graph.find("f")}
        assert card.is_marked
        user.session.select({graph.find("q")})
        assert not card.is_marked
        assert page.cards[graph.find("q")].is_marked
        assert card.told[0][1] == "d/dx [u · v] = du/dx · v + u · dv/dx"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "nothing to derive yet"),
            ("x = [1, 2]; f = sum(x*x)", "computed with whole arrays"),
            ("f = 2 + 3", "no input to derive by"),
            ("x = 1; f = " + " + ".join(["x"] * 70), "The graph has 70 nodes"),
        ],
    )
    def test_what_cannot_be_worked_out_is_said(self, user: User, text: str, said: str) -> None:
        if text:
            user.paste_expression(text)
        page = rules(user)
        user.qtbot.waitUntil(lambda: not page.is_busy and bool(page.notice))
        assert said in page.notice

    def test_the_graph_is_replaced_while_it_is_written(self, user: User) -> None:
        user.paste_expression("x = 1; f = sin(x)·exp(x)·tanh(x)")
        page = rules(user)
        user.paste_expression("w = 2; g = w²")
        user.qtbot.waitUntil(lambda: not page.is_busy and len(page.lines) == 2)
        assert page.lines[0][1] == r"\frac{dg}{dw} = \frac{d}{dw}\left[w^{2}\right]"


class TestGradient:
    def test_what_is_told_of_the_point(self, user: User) -> None:
        user.paste_expression("x = 1; y = 2; f = x² + y²")
        page = gradient(user)
        assert page.told.text() == "∇f(1, 2) = (2, 4)"
        assert "grows fastest along the gradient, by 4.472 for each unit" in page.remark.text()
        assert page.map.landscape.levels, "there are level lines"

    def test_the_arrow_is_at_a_right_angle_to_the_level_line(self, user: User) -> None:
        user.paste_expression("x = 1; y = 2; f = x² + 3y²")
        page = gradient(user)
        tangent = np.array(
            [page.map.tangent.x[-1] - page.map.tangent.x[0], page.map.tangent.y[-1] - page.map.tangent.y[0]]
        )
        arrow = np.array(page.map.gradient_arrow.tip) - [1.0, 2.0]
        assert abs(tangent @ arrow) < 1e-9 * np.linalg.norm(tangent) * np.linalg.norm(arrow)
        (x0, x1), (y0, y1) = page.map.x_range, page.map.y_range
        room = page.map.room
        assert (x1 - x0) / room.width() == pytest.approx((y1 - y0) / room.height(), rel=0.02), "and it looks like one"

    def test_dragging_the_point_moves_both_inputs_in_one_step(self, user: User) -> None:
        user.paste_expression("x = 1; y = 2; f = x² + y²")
        page = gradient(user)
        before = user.session.diagram
        user.drag(on(user, page.map, 1.0, 2.0), on(user, page.map, 0.0, 0.5))
        x, y = (user.session.graph.nodes[user.session.graph.find(name)].value for name in "xy")
        assert [x, y] == pytest.approx([0.0, 0.5], abs=0.06)
        assert page.told.text().startswith("∇f(")
        user.undo()
        assert user.session.diagram.graph.nodes == before.graph.nodes
        assert page.told.text() == "∇f(1, 2) = (2, 4)"

    def test_turning_the_direction(self, user: User) -> None:
        user.paste_expression("x = 1; y = 2; f = x² + y²")
        page = gradient(user)
        page.slider.setValue(90)
        assert page.told_direction.text() == "direction 90°:  ∇f · u = 4"
        reach = page.map.direction_arrow.tip[1] - 2.0
        user.drag(on(user, page.map, *page.map.direction_arrow.tip), on(user, page.map, 1.0 + reach, 2.0))
        assert page.slider.value() == 0
        assert page.told_direction.text() == "direction 0°:  ∇f · u = 2"
        angle = radians(page.slider.value())
        assert page.map.direction_arrow.tip[0] == pytest.approx(1.0 + reach * np.cos(angle), rel=0.05)

    def test_slices_and_surface(self, user: User) -> None:
        user.paste_expression("x = 1; y = 2; f = x² · y")
        page = gradient(user)
        first, second = page.profiles
        at = int(np.argmin(abs(first.curve.x - 1.5)))
        assert first.curve.y[at] == pytest.approx(2 * first.curve.x[at] ** 2)
        assert second.curve.y[at] == pytest.approx(second.curve.x[at])
        user.click_in(page.views.button(1), page.views.button(1).rect().center())
        assert page.surface.isVisible()
        middle = page.surface.mapTo(user.window, page.surface.rect().center())
        user.drag(middle, middle + QPoint(40, 10))
        assert [page.surface.turn, page.surface.tilt] == pytest.approx([55.0, 37.0])
        user.press(Key.Key_Left)
        assert page.surface.turn == pytest.approx(47.0)
        user.click_in(page.views.button(0), page.views.button(0).rect().center())
        assert first.isVisible()

    def test_map_and_surface_leave_the_program(self, user: User, tmp_path: Path) -> None:
        user.paste_expression("x = 1; y = 2; f = x² · y")
        page = gradient(user)
        for drawn, rows in ((page.map, page.map.landscape.values.size), (page.surface, 41 * 41)):
            for ending in (".png", ".svg", ".pdf", ".csv"):
                path = tmp_path / f"picture{ending}"
                plot_export.save(drawn, path)
                assert path.stat().st_size > 1000
            head, *lines = path.read_text(encoding="utf-8").splitlines()
            *_, x, y, height = head.split(",")
            assert (x, y) == ("x", "y")
            assert height in ("height", "f")
            cells = np.array([line.split(",")[-3:] for line in lines], dtype=float)
            assert len(cells) <= rows
            np.testing.assert_allclose(cells[:, 2], cells[:, 0] ** 2 * cells[:, 1], rtol=1e-9, atol=1e-12)

    @pytest.mark.parametrize(
        ("text", "said"),
        [("x = 1; f = x²", "two different inputs"), ("y = 2", "two different inputs")],
    )
    def test_what_is_missing_is_said(self, user: User, text: str, said: str) -> None:
        user.paste_expression(text)
        page = gradient(user)
        assert said in page.obstacle.text()

    def test_where_there_is_no_value(self, user: User) -> None:
        user.paste_expression("x = -1; y = 2; f = ln(x)·y")
        page = gradient(user)
        assert page.told.text() == "f has no gradient at (x, y) = (−1, 2)"
        user.drag(on(user, page.map, -1.0, 2.0), on(user, page.map, 1.0, 2.0))
        assert page.told.text().startswith("∇f(")

    @pytest.mark.parametrize(
        "text", ["x = 1; y = 2; f = 5 + 0·x·y", "x = 1e300; y = 2; f = x·y", "x = 0; y = 0; f = x^y/x"]
    )
    def test_odd_landscapes(self, user: User, text: str) -> None:
        user.paste_expression(text)
        page = gradient(user)
        assert page.told.text()
        for name in ("dark", "projector", "light"):
            user.window.set_theme(THEMES[name])
            user.settle()

    def test_a_flat_place(self, user: User) -> None:
        user.paste_expression("x = 0; y = 0; f = x² + y²")
        page = gradient(user)
        assert page.remark.text() == "The gradient is zero: at this point f is level in every direction."

    def test_another_graph_in_the_middle_of_a_drag(self, user: User) -> None:
        user.paste_expression("x = 1; y = 2; f = x² + y²")
        page = gradient(user)
        start = on(user, page.map, 1.0, 2.0)
        user.grab(start)
        user.move(start, start + QPoint(20, 0))
        user.session.undo()
        user.let_go(start + QPoint(20, 0), Qt.MouseButton.LeftButton)
        assert page.told.text() or page.obstacle.text()


class TestMatrices:
    def test_the_hessian_and_what_it_says(self, user: User) -> None:
        user.paste_expression("x = 1; y = 0.5; f = x² + 3y² + x·y")
        page = matrices(user)
        assert page.matrix.matrix.tolist() == [[2.0, 1.0], [1.0, 6.0]]
        assert (page.matrix.row_names, page.matrix.column_names) == (["∂f/∂x", "∂f/∂y"], ["∂/∂x", "∂/∂y"])
        assert "like a bowl" in page.remark.text()
        assert page.eigenvalues.text() == "eigenvalues  λ = 6.236, 1.764"
        at = int(np.argmin(abs(page.quadratic.x - 1.0)))
        t = page.quadratic.x[at]
        assert page.truth.y[at] == pytest.approx(page.quadratic.y[at]), "a quadratic is its own approximation"
        assert page.linear.y[at] == pytest.approx(2.25 + 2.5 * t)

    def test_the_jacobian_of_an_array(self, user: User) -> None:
        user.paste_expression("x = [1, 2]; A = constant([[1, -2], [0, 3]]); y = A @ x")
        page = matrices(user)
        assert "has the shape" in page.obstacle.text(), "a Hessian is of a number"
        user.click_in(page.kinds.button(0), page.kinds.button(0).rect().center())
        assert page.matrix.matrix.tolist() == [[1.0, -2.0], [0.0, 3.0]]
        assert page.matrix.row_names == ["y[0]", "y[1]"]
        np.testing.assert_allclose(page.truth.y, page.linear.y, atol=1e-12)

    def test_the_chain_rule_with_a_matrix(self, user: User) -> None:
        user.paste_expression("x = [1, 2]; A = constant([[1, -2], [0, 3]]); u = A @ x; y = sum(u**2)")
        page = matrices(user)
        user.click_in(page.kinds.button(0), page.kinds.button(0).rect().center())
        assert page.eigenvalues.text() == "", "of the output itself, nothing goes on"
        page.response.choose([user.session.graph.by_name["u"]])
        # u = (−3, 6), so ∂y/∂u = 2u, and Aᵀ · 2u = (−6, 12 + 36)
        assert page.eigenvalues.text() == "chain rule  Jᵀ · (−6, 12) = (−6, 48)"
        assert np.asarray(user.session.trace.gradient(user.session.graph.by_name["x"])).tolist() == [-6.0, 48.0]
        user.paste_expression("x = 2; u = 3*x; y = u*x")
        page.response.choose([user.session.graph.by_name["u"]])
        assert page.eigenvalues.text() == "", "x also reaches y past u"

    def test_it_follows_the_input(self, user: User) -> None:
        user.paste_expression("x = 1; f = x³")
        page = matrices(user)
        assert page.matrix.matrix.tolist() == [[6.0]]
        user.session.edit("Set x", lambda d: edits.set_value(d, d.graph.find("x"), -1.0))
        assert page.matrix.matrix.tolist() == [[-6.0]]
        assert "like a dome" in page.remark.text()

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("x = 0; y = 1; f = 1/x + y", "f has no value here"),
            ("x = 0; f = abs(x)", "no second derivative here"),
            (f"x = {np.zeros((30, 20)).tolist()}; f = sum(x·x)", "Matrices are shown for up to 400"),
            ("f = ln(_)", "No input has a number that could be moved"),
        ],
    )
    def test_what_cannot_be_shown_is_said(self, user: User, text: str, said: str) -> None:
        user.paste_expression(text)
        assert said in matrices(user).obstacle.text()
