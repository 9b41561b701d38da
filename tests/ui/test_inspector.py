"""The inspector: all there is to know about one node."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.explain import fraction
from bpviz.graph.parse import parse
from bpviz.ui.examples import Example, examples
from bpviz.ui.formula import FormulaLabel
from bpviz.ui.window import Window


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
    assert [text for text in said if "×" in text] == ["= 6 × 6 + 9 × 2 = 54", "6 × 6 = 36", "9 × 2 = 18"]
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


def test_it_follows_what_is_changed(window: Window, classic: Diagram) -> None:
    show(window, classic, "f")
    window.session.edit("Set x", lambda diagram: edits.set_value(diagram, diagram.graph.by_name["x"], 1.0))
    assert window.inspector.node is not None
    window.inspector.refresh()
    assert "−24" in texts(window)


def test_nothing_to_inspect(window: Window) -> None:
    assert "Nothing here yet" in " ".join(show(window, Diagram()))


def test_mathematics_is_set(window: Window, classic: Diagram) -> None:
    show(window, classic, "q")
    f, q = classic.graph.by_name["f"], classic.graph.by_name["q"]
    formulas = window.inspector.findChildren(FormulaLabel)
    assert any(formula.latex.startswith(fraction(classic.graph, f, q) + " = ") for formula in formulas)
    assert all(formula.sizeHint().width() > 20 for formula in formulas)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.title)
def test_every_node_of_every_example(window: Window, example: Example) -> None:
    diagram = example.diagram()
    window.session.open(diagram, None)
    for step in (0, len(window.session.trace) // 2, len(window.session.trace)):
        window.session.playback.seek(float(step))
        for node in diagram.graph.nodes:
            window.session.select({node})
            window.inspector.refresh()
            assert window.inspector.node == node
            said = " ".join(texts(window))
            assert "does not agree" not in said


@pytest.mark.parametrize("text", ["f = ln(x) + y", "f = x * _", "f = 1 / (x + 2)", "f = sqrt(x + 2)", "f = x + [1, 2]"])
def test_nodes_in_trouble(window: Window, text: str) -> None:
    diagram = Diagram.of(parse(text, {"x": -2}))
    window.session.open(diagram, None)
    for node in diagram.graph.nodes:
        window.session.select({node})
        window.inspector.refresh()
        trouble = window.session.trace.troubles.get(node)
        assert trouble is None or trouble[1:] in " ".join(texts(window))
