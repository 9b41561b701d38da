"""How the lab shares its room: two things in one, keys in several rows, pages that fit a wall."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from pytestqt.qtbot import QtBot

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.lab.duo import Duo
from bpviz.ui.lab.matrix_plot import MatrixPlot
from bpviz.ui.lab.pages import PAGES, Page
from bpviz.ui.lab.plot import Plot
from bpviz.ui.lab.plot_export import _svg, image, table
from bpviz.ui.session import Session
from bpviz.ui.theme import THEMES
from tests.user import User


@pytest.fixture
def session(qapp: object) -> Session:
    return Session()


@pytest.fixture
def duo(qtbot: QtBot) -> Duo:
    made = Duo(QWidget(), QWidget(), above=0.75, beside=0.25, flat=1.5)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_low_room_is_divided_from_left_to_right_a_high_one_from_top_to_bottom(duo: Duo) -> None:
    duo.resize(808, 400)
    assert [duo.first.geometry().getRect(), duo.second.geometry().getRect()] == [(0, 0, 200, 400), (208, 0, 600, 400)]
    duo.resize(400, 408)
    assert [duo.first.geometry().getRect(), duo.second.geometry().getRect()] == [(0, 0, 400, 300), (0, 308, 400, 100)]
    duo.second.hide()
    assert duo.first.geometry() == duo.rect()
    duo.second.show()
    duo.flatten(0.5)
    assert duo.first.width() == 98


def test_what_may_not_grow_gets_its_height(duo: Duo, qtbot: QtBot) -> None:
    table_ = QLabel()
    table_.setMinimumSize(50, 90)
    table_.setPixmap(QPixmap(50, 90))
    table_.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
    other = Duo(QWidget(), table_)
    qtbot.addWidget(other)
    other.resize(300, 400)
    other.show()
    assert [other.first.height(), table_.height()] == [400 - 90 - 8, 90]
    other.resize(300, 100)
    assert other.minimumSizeHint().height() == 90, "side by side, no more is needed"


def test_a_key_goes_on_in_the_next_row(session: Session, qtbot: QtBot) -> None:
    plot = Plot(session, "A plot")
    qtbot.addWidget(plot)
    for number in range(6):
        plot.add_curve(f"a long name {number}", "ink")
    plot.resize(1200, 300)
    plot.show()
    one_row = plot.key.height
    plot.resize(420, 300)
    assert plot.key.height > 2 * one_row * 0.7
    bare = Plot(session, "Another")
    qtbot.addWidget(bare)
    assert bare.key.height == 0, "where there is no key, there is no room for it"


def test_points_are_shapes_in_svg_not_pictures(session: Session, qtbot: QtBot) -> None:
    plot = Plot(session, "A plot")
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.show()
    plot.view_x(0.0, 2.0)
    plot.view_y(0.0, 2.0)
    plot.add_handle("a point", "fault").put(1.0, 1.0)
    drawn = _svg(plot)
    assert b"<image" not in drawn
    picture = QImage(300, 200, QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    QSvgRenderer(drawn).render(painter)
    painter.end()
    at = plot.to_widget(1.0, 1.0).toPoint()
    assert picture.pixelColor(at) == plot.theme["fault"]
    assert image(plot).pixelColor(at * 2) == plot.theme["fault"]


def test_a_matrix_leaves_with_the_names_of_its_rows(session: Session, qtbot: QtBot) -> None:
    plot = MatrixPlot(session, "The matrix")
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    plot.show()
    plot.show_matrix(np.array([[2.0, -1.0]]), ["f"], ["∂/∂x", "∂/∂y"])
    assert table(plot) == ",∂/∂x,∂/∂y\r\nf,2,-1\r\n"
    inside = plot.to_widget(1.5, 0.5)
    assert plot.read_out(inside) == "∂f/∂y = −1"
    assert plot.read_out(plot.to_widget(-5.0, 0.5)) == ""


@pytest.mark.parametrize("theme", ["light", "projector"])  # the others are as large as these
def test_every_page_fits_at_1280_by_720(user: User, theme: str) -> None:
    """Only what is read line by line is scrolled."""
    window = user.window
    window.resize(1280, 720)
    window.set_theme(THEMES[theme])
    window.session.open(Diagram.of(parse("f = x² + 3y² + x*y; x = 1; y = 0.5")), None)
    for entry in PAGES:
        window.studying.open(entry.title)
        assert window.studying.laboratory is not None
        page = window.studying.laboratory.page
        assert page is not None
        user.qtbot.waitUntil(partial(_is_whole, page), timeout=2000)
        assert window.canvas.width() >= 300


def _is_whole(page: Page) -> bool:
    return page.visibleRegion().boundingRect().size() == page.size()
