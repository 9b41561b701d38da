"""The path ledger in the inspector: its rows, its sum, and the path that lights up."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.ledger import PathRow
from bpviz.ui.window import Window


def shown(window: Window, program: str, node: str, **values: float) -> list[PathRow]:
    """The rows of the ledger of a node, at the end of its run."""
    window.session.open(Diagram.of(parse(program, values)), None)
    window.session.select([window.session.graph.find(node)])
    window.inspector.refresh()
    return window.inspector.findChildren(PathRow)


def texts(window: Window) -> str:
    return "\n".join(label.text() for label in window.inspector.findChildren(QLabel))


def test_every_path_and_their_sum(window: Window) -> None:
    rows = shown(window, "a = x*y; b = x**2; q = a*b; f = q + x", "x", x=3, y=5)
    assert [row.accessibleName() for row in rows] == [
        "x to b to q to f: 1 times 15 times 6 is 90",
        "x to a to q to f: 1 times 9 times 5 is 45",
        "x to f: 1",
    ]
    assert "Paths from x to f: 3" in texts(window)
    assert "136" in texts(window)
    assert "Path by path this takes 7 multiplications, backpropagation 6." in texts(window)


def test_products_are_exact_fractions_where_those_are_wanted(window: Window) -> None:
    shown(window, "a = x / y; b = a * x; f = b + a", "y", x=2, y=3)
    window.session.set_style(is_exact=True)
    window.inspector.refresh()
    found = [row.accessibleName().partition(": ")[2] for row in window.inspector.findChildren(PathRow)]
    assert found == [
        "1 times 2 times minus 2 over 9 is minus 4 over 9",  # which is no number of the run
        "1 times minus 2 over 9 is minus 2 over 9",
    ]
    assert "−2/3" in texts(window), "and so is their sum"


def test_a_row_under_the_mouse_lights_its_path(window: Window) -> None:
    rows = shown(window, "a = x*y; b = 3*x; f = a*b", "x", x=2, y=5)
    graph = window.session.graph
    told = []
    window.session.lit.connect(lambda: told.append(window.session.lit_wires))
    for row in rows:
        there = QPointF(4, 4)
        QApplication.sendEvent(row, QEnterEvent(there, there, there))
        window.canvas.grab()  # paints it
        QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))
    paths = [{graph.label(target) for target, _ in wires} for wires in told[::2]]
    assert sorted(map(sorted, paths)) == [["a", "f"], ["b", "f"]]
    assert told[1::2] == [(), ()]


def test_a_lit_path_may_be_edited_away(window: Window) -> None:
    rows = shown(window, "a = x*y; f = a*x", "x", x=2, y=5)
    QApplication.sendEvent(rows[0], QEnterEvent(QPointF(4, 4), QPointF(4, 4), QPointF(4, 4)))
    window.session.open(Diagram.of(parse("z")), None)
    window.canvas.grab()
    window.inspector.refresh()
    assert window.session.lit_wires == ()


@pytest.mark.parametrize("program", ["f = sin(2*x) + y", "f = 2*y; g = 3*x; f"])
def test_a_single_path_needs_no_ledger(window: Window, program: str) -> None:
    assert shown(window, program, "x", x=1, y=2) == []
    assert "Paths from" not in texts(window)


def test_a_billion_paths_are_counted_at_once(window: Window) -> None:
    diamonds = "\n".join(f"a{i} = 2*d{i}; b{i} = sin(d{i}); d{i + 1} = a{i} + b{i}" for i in range(30))
    rows = shown(window, diamonds + "\nd30", "d0", d0=0.1)
    assert len(rows) == 8
    assert "Paths from d₀ to d₃₀: 1,073,741,824" in texts(window)
    assert "The largest 8 are listed." in texts(window)
