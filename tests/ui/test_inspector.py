"""The inspector: all there is to know about one node."""

from __future__ import annotations

from itertools import cycle
from random import Random

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.notation import fraction
from bpviz.engine.telling import Telling
from bpviz.graph.parse import parse
from bpviz.ui.examples import Example, examples
from bpviz.ui.formula import FormulaLabel
from bpviz.ui.matrix import MatrixLabel
from bpviz.ui.panel import Panel
from bpviz.ui.window import Window

MOST = 5  # nodes of one example


def show(window: Window, diagram: Diagram, name: str = "", step: int | None = None) -> list[str]:
    """Opens a diagram, selects a node, goes to a step; returns all that the inspector says, from top to bottom."""
    window.session.open(diagram, None)
    window.session.select({diagram.graph.by_name[name]} if name else ())
    if step is not None:
        window.session.playback.seek(float(step))
    window.inspector.refresh()
    return texts(window)


def texts(window: Window) -> list[str]:
    found = window.inspector.findChildren(QWidget)
    found.sort(key=lambda widget: widget.mapTo(window, widget.rect().topLeft()).y())
    return [
        widget.text() if isinstance(widget, QLabel) else widget.accessibleName()
        for widget in found
        if isinstance(widget, QLabel) or widget.accessibleName()
    ]


@pytest.fixture
def classic() -> Diagram:
    return Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))


def test_value_gradient_chain_rule_and_check(window: Window, classic: Diagram) -> None:
    said = " | ".join(show(window, classic, "q"))
    for part in ("Value", "3", "∂f/∂q", "−4", "from f", "1 × (−4) = −4", "agrees with the gradient"):
        assert part in said


def test_all_digits(window: Window) -> None:
    said = show(window, Diagram.of(parse("f = x / 3", {"x": 1})), "f")
    assert "0.3333333333333333" in said


def test_contributions_in_their_order_and_their_sum(window: Window) -> None:
    diagram = Diagram.of(parse("a = 2 * x; b = x**2; f = a * b", {"x": 3}))
    said = show(window, diagram, "x")
    assert said.index("from b") < said.index("from a"), "as they arrive"
    shares = said[: said.index("Paths from x to f: 2")]
    assert [text for text in shares if "×" in text] == ["6 × 6 = 36", "9 × 2 = 18"]
    assert "54" in said


def test_it_says_what_has_arrived_so_far(window: Window) -> None:
    diagram = Diagram.of(parse("f = x * x", {"x": 3}))
    for step, gradient in ((0, None), (5, "3"), (7, "6")):
        said = show(window, diagram, "x", step)
        assert ("not reached yet" in " ".join(said)) == (gradient is None)
        if gradient is not None:
            assert gradient in said


def test_without_a_selection_it_follows_the_playhead(window: Window, classic: Diagram) -> None:
    show(window, classic)
    names = classic.graph.by_name
    for step, name in ((1, "x"), (4, "q"), (8, "q"), (10, "z"), (14, "y")):
        window.session.playback.seek(float(step))
        window.inspector.refresh()
        assert window.inspector.node == names[name]
    window.session.playback.seek(0.0)
    window.inspector.refresh()
    assert window.inspector.node == names["f"]


def test_it_follows_what_fails(window: Window) -> None:
    said = show(window, Diagram.of(parse("a = x / y; b = log(x); f = a + b", {"x": -2, "y": 4})))
    assert window.inspector.node == window.session.graph.by_name["b"]
    assert any("ln is defined for x > 0" in text for text in said)


def test_it_follows_what_is_changed(window: Window, classic: Diagram) -> None:
    show(window, classic, "f")
    window.session.edit("Set x", lambda diagram: edits.set_value(diagram, diagram.graph.by_name["x"], 1.0))
    assert window.inspector.node is not None
    window.inspector.refresh()
    assert "−24" in texts(window)


def test_nothing_to_inspect(window: Window) -> None:
    assert "all about one node" in " ".join(show(window, Diagram()))


def test_mathematics_is_set(window: Window, classic: Diagram) -> None:
    show(window, classic, "f")
    f, q = classic.graph.by_name["f"], classic.graph.by_name["q"]
    formulas = window.inspector.findChildren(FormulaLabel)
    assert any(formula.latex.startswith(fraction(classic.graph, f, q) + " = ") for formula in formulas)
    show(window, classic, "q")
    box = window.inspector.gradient.lines
    assert box.terms[0][0].piece.atoms[2] == fraction(classic.graph, f, q)
    terms = [term for line in (*box.terms, *window.inspector.value.lines.terms) for term in line]
    assert all(term.is_set and term.width() > 8 for term in terms)


@pytest.mark.parametrize("example", examples()[::2], ids=lambda example: example.title)
def test_many_nodes_of_every_other_example(window: Window, example: Example) -> None:
    diagram = example.diagram()
    window.session.open(diagram, None)
    length = len(window.session.trace)
    nodes = list(diagram.graph.nodes)
    if len(nodes) > MOST:
        nodes = sorted(Random(example.title).sample(nodes, MOST))
    for node, step in zip(nodes, cycle((length, 0, length // 2, length)), strict=False):
        window.session.playback.seek(float(step))
        window.session.select({node})
        window.inspector.refresh()
        assert window.inspector.node == node
        said = " ".join(texts(window))
        assert "does not agree" not in said
        for box in (window.inspector.value, window.inspector.gradient):
            for term in (term for line in box.lines.terms for term in line):
                assert term.is_set, term.piece.latex


@pytest.mark.parametrize("text", ["f = ln(x) + y", "f = x * _", "f = 1 / (x + 2)", "f = sqrt(x + 2)", "f = x + [1, 2]"])
def test_nodes_in_trouble(window: Window, text: str) -> None:
    diagram = Diagram.of(parse(text, {"x": -2}))
    window.session.open(diagram, None)
    for node in diagram.graph.nodes:
        window.session.select({node})
        window.inspector.refresh()
        trouble = window.session.trace.troubles.get(node)
        assert trouble is None or trouble[1:] in " ".join(texts(window))


def test_without_a_gradient_it_says_why(window: Window) -> None:
    said = show(window, Diagram.of(parse("a = ln(x); f = a + y", {"x": -1, "y": 2})), "y")
    assert any(line.startswith("There is no gradient: ") for line in said)


def test_nothing_is_squeezed_for_a_frame(window: Window, classic: Diagram) -> None:
    show(window, classic, "q", 14)
    body = window.inspector.widget()
    assert body is not None
    layout = body.layout()
    assert layout is not None
    assert body.height() >= layout.totalMinimumHeightForWidth(body.width()) > window.inspector.viewport().height() / 2


def test_a_matrix_product_says_what_goes_back_and_how_large_its_jacobians_are(window: Window) -> None:
    diagram = Diagram.of(parse("A = [[1, 2], [3, 4], [5, 6]]; x = [1, -1]; y = A @ x; f = sum(y)"))
    said = show(window, diagram, "y", 99)
    formulas = "G outer product with x", "A transposed times G"
    for part in ("G is the gradient of y.", *formulas, "Locally ∂y/∂A is a matrix of 3 × 6 numbers."):
        assert part in said
    assert said.count("G is the gradient of y.") == 1


def test_a_formula_too_long_to_be_read_gives_way_to_the_jacobian(window: Window) -> None:
    diagram = Diagram.of(parse("y = layer_norm(x, g, b); x = [1, 2, 4]; g = [1, 1, 1]; b = [0, 0, 0]; f = sum(y)"))
    show(window, diagram, "y", 99)
    labels = {label.latex: label for label in window.inspector.findChildren(FormulaLabel)}
    y, x = diagram.graph.by_name["y"], diagram.graph.by_name["x"]
    jacobian = rf"G \cdot {fraction(diagram.graph, y, x)}"
    (short,) = (label for latex, label in labels.items() if latex.endswith(jacobian))
    assert "mean" in short.toolTip(), "all of it is there for who asks"
    assert all(label.sizeHint().width() < 2 * window.inspector.width() for label in labels.values())


def test_matrices_are_set_as_matrices(window: Window) -> None:
    diagram = Diagram.of(parse("A = [[1, 2], [3, 4.125]]; f = sum(A ** 2)"))
    said = show(window, diagram, "A", 99)
    assert "the matrix with rows 1, 2 and 3, 4.125" in said
    assert "the matrix with rows 2, 4 and 6, 8.25" in said
    assert len(window.inspector.findChildren(MatrixLabel)) >= 2


@pytest.mark.parametrize("value", [[[1 / 3] * 8] * 3, [1 / 3] * 7, [[-1e-7, 2 / 3], [1e9, 1]], [[0.1] * 30] * 40])
def test_nothing_is_wider_than_the_panel(window: Window, value: list[object]) -> None:
    diagram = Diagram.of(parse("f = sum(A * A) + sum(A)", {"A": value}))
    show(window, diagram, "A", 999)
    panel = window.inspector.findChild(Panel)
    assert panel is not None
    assert panel.minimumSizeHint().width() <= window.inspector.viewport().width()
    assert panel.width() <= window.inspector.viewport().width()


def test_names_in_a_long_formula_are_cut(window: Window) -> None:
    """Shrunk to the width of the panel, nobody could read it."""
    show(window, Diagram.of(parse("q = speed_of_the_slowest_participant * y", {"y": 2})), "q")
    labels = [label for label in window.inspector.findChildren(FormulaLabel) if "partial" in label.latex]
    assert labels
    assert not any("slowest_participant" in label.latex.replace("\\", "") for label in labels)
    assert any("…" in label.latex for label in labels)


def test_settings_are_only_for_the_selected_operation(window: Window) -> None:
    diagram = Diagram.of(parse("f = sum(A)", {"A": [1, 2]}))
    assert "Settings" in show(window, diagram, "f")
    assert "Settings" not in show(window, diagram, "A")
    assert "Settings" not in show(window, diagram)


def test_a_misfit_has_no_local_derivatives(window: Window) -> None:
    diagram = Diagram.of(parse("A = [[1, 2, 3], [4, 5, 6]]; x = [1, 2, 3]; y = A @ x"))
    said = show(window, edits.set_value(diagram, diagram.graph.by_name["x"], [1, 2]), "y")
    assert "Local derivatives" not in said
    assert any("the last size of the first, 3, and the only size of the second, 2" in text for text in said)


def test_a_story_that_goes_wrong_says_so_at_the_node(window: Window) -> None:
    diagram = Diagram.of(parse("a = 2 * x; b = x**2; f = a * b", {"x": 3}))
    show(window, diagram, "x")
    window.session.tell(Telling.OVERWRITES)
    window.session.playback.seek(float(len(window.session.story)))
    window.inspector.refresh()
    x, said = diagram.graph.by_name["x"], texts(window)
    assert window.session.story.sweep is not None
    assert window.session.story.sweep.wrong[x] in said
    assert not any("agrees with the gradient" in text for text in said), "what is checked is another number"


def test_tangents(window: Window, classic: Diagram) -> None:
    show(window, classic, "f")
    window.session.tell(Telling.FORWARD, classic.graph.by_name["x"])
    window.session.playback.seek(float(len(window.session.story)))
    window.inspector.refresh()
    said = texts(window)
    assert said[said.index("Tangent  ∂f/∂x") + 1] == "−4"


def test_hidden_it_makes_nothing(window: Window, classic: Diagram) -> None:
    show(window, classic, "q")
    window.side.turn_to(1)
    window.session.select({classic.graph.by_name["f"]})
    window.session.playback.seek(3.0)
    assert window.inspector.node == classic.graph.by_name["q"]
    assert not window.inspector.is_awaiting
    window.side.turn_to(0)
    assert window.inspector.is_awaiting
