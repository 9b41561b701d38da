"""A graph of very many numbers: what would take minutes is not begun, and says so."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from bpviz.document.diagram import Diagram
from bpviz.graph.graph import Graph, Node
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from tests.user import Modifier, User

CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier


def test_a_million_numbers_are_shown_and_what_would_run_them_a_hundred_times_over_says_that_it_does_not(
    user: User,
) -> None:
    text = "a = broadcast_to(x, shape=[1000, 1100]); f = sum(a * y)"
    user.session.open(Diagram.of(parse(text, {"x": 2.0, "y": 3.0})), None)
    user.canvas.fit()
    graph, inspector = user.session.graph, user.window.inspector
    user.click(user.face(graph.find("x")))
    user.qtbot.waitUntil(lambda: inspector.node == graph.find("x") and not inspector.is_awaiting)
    texts = [label.text() for label in inspector.findChildren(QLabel)]
    assert "3300000" in texts, "the gradient is there"
    assert "Not done here: for this, 127,600,116 numbers would be computed anew. `bpviz check` does it." in texts

    user.canvas.setFocus()
    user.press(Qt.Key.Key_N)
    assert user.session.lens.is_on
    assert user.session.lens.obstacle.startswith("Too many numbers move with x for a curve to be drawn:")
    user.press(Qt.Key.Key_N)

    user.press(Qt.Key.Key_D, modifiers=CTRL | SHIFT)
    told = [label.text() for label in user.window.findChildren(QLabel) if label.isVisible()]
    assert any(line.startswith("The graph holds 2,200,003 numbers, and all of them change") for line in told)


def test_a_check_of_very_many_nodes_is_left_to_the_command_line(user: User) -> None:
    count = 21_000
    nodes = [Node(1, OPS["variable"], (), 0.5, "x")]
    nodes += [Node(number, OPS["tanh"], (number - 1,)) for number in range(2, count + 2)]
    user.session.open(Diagram(Graph(nodes), {node.id: (240.0 * node.id, 0.0) for node in nodes}), None)
    user.session.select({1})
    inspector = user.window.inspector
    user.qtbot.waitUntil(lambda: inspector.node == 1 and not inspector.is_awaiting)
    texts = [label.text() for label in inspector.findChildren(QLabel)]
    assert "Not done here: for this, 21,000 nodes would be computed anew. `bpviz check` does it." in texts
