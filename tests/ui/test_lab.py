"""The lab's plots by themselves: ticks, straight lines, extents, keys, logarithms, what is imported when."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpviz.document.atomic import FileError
from bpviz.ui.lab import plot_export
from bpviz.ui.lab.log_slider import LogSlider
from bpviz.ui.lab.moving import rounded
from bpviz.ui.lab.plot import Plot
from bpviz.ui.lab.plot_axes import Axis, math_html
from bpviz.ui.lab.plot_extent import extent
from bpviz.ui.session import Session
from bpviz.ui.theme import DARK, THEMES


@pytest.fixture
def session(qapp: object) -> Session:
    return Session()


@pytest.fixture
def plot(session: Session, qtbot: QtBot) -> Plot:
    made = Plot(session, "A plot")
    made.resize(500, 300)
    qtbot.addWidget(made)
    made.show()
    return made


def test_pyqtgraph_is_imported_when_the_lab_is_first_opened() -> None:
    program = (
        "import sys\n"
        "from bpviz.ui.application import application\n"
        "application(offscreen=True)\n"
        "from bpviz.ui.window import Window\n"
        "window = Window()\n"
        "late = ('pyqtgraph', 'bpviz.ui.lab', 'bpviz.engine.analysis')\n"
        "assert not [name for name in sys.modules if name.startswith(late)]\n"
        "window.studying.open()\n"
        "assert {name for name in late if name in sys.modules} == set(late)\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": "/nonexistent"}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)


@pytest.mark.parametrize(
    ("values", "spacing", "told"),
    [
        ([-1.0, 0.0, 1.0], 1.0, ["−1", "0", "1"]),
        ([-0.5, 0.0, 0.5], 0.5, ["−0.5", "0.0", "0.5"]),
        ([0.1 + 0.2, 0.6], 0.3, ["0.3", "0.6"]),
        ([0.0, 2e-5, 4e-5], 2e-5, ["0", "2·10⁻⁵", "4·10⁻⁵"]),
        ([0.0, 5e8], 5e8, ["0", "5·10⁸"]),
        ([1000000.0, 1000001.0], 1.0, ["1000000", "1000001"]),
    ],
)
def test_ticks_are_written_as_all_numbers_are(
    qapp: object, values: list[float], spacing: float, told: list[str]
) -> None:
    assert Axis("left").tickStrings(values, 1.0, spacing) == told


def test_powers_of_ten(qapp: object) -> None:
    axis = Axis("bottom")
    axis.setLogMode(True, True)
    assert axis.tickStrings([-3.0, 0.0, 1.0, 0.5], 1.0, 1.0) == ["10⁻³", "1", "10", ""]
    (spacing, named), (_, between) = axis.logTickValues(-16.3, 0.3, 300.0, [])
    assert spacing == 4.0
    assert named == [-16.0, -12.0, -8.0, -4.0, 0.0]
    assert -15.0 in between


def test_axis_labels_are_mathematics() -> None:
    assert "<i>u</i>" in math_html("∂u/∂x", 14.0, "#000000")
    assert "STIX Two Text" in math_html("∂u/∂x", 14.0, "#000000")
    assert "&lt;" in math_html("a < b", 14.0, "#000000")


@pytest.mark.parametrize(
    ("x", "y", "low", "high"),
    [
        (np.linspace(0, 1, 50), np.linspace(0, 10, 50), 0.0, 10.0),
        (np.linspace(0, 1, 50), np.full(50, 4.0), 2.0, 6.0),
        (np.linspace(0, 1, 50), np.full(50, np.nan), -1.0, 1.0),
    ],
)
def test_what_there_is_to_see_is_in_view(x: np.ndarray, y: np.ndarray, low: float, high: float) -> None:
    found = extent([(x, y)])
    air = 0.1 * (high - low)
    assert low - air <= found[0] <= low + 1e-9
    assert high - 1e-9 <= found[1] <= high + air


def test_a_pole_does_not_make_the_rest_flat() -> None:
    x = np.linspace(-3.0, 3.0, 401)
    with np.errstate(all="ignore"):
        y = 1.0 / x
    low, high = extent([(x, y)])
    assert -20.0 < low < -1.0
    assert 1.0 < high < 20.0


def test_a_straight_line_goes_exactly_through_its_point_whatever_its_slope(plot: Plot) -> None:
    plot.view_x(-1.0, 3.0)
    plot.view_y(-10.0, 10.0)
    line = plot.add_line("tangent", "backward")
    for slope in (2.0, -2.0, 1e-9, 1e5, -1e5):
        line.run_through(1.0, 0.5, slope)
        (x0, x1), (y0, y1) = line.x, line.y
        assert x0 <= 1.0 <= x1
        assert y0 + (1.0 - x0) * slope == pytest.approx(0.5, abs=1e-6)
        assert (y1 - y0) / (x1 - x0) == pytest.approx(slope, rel=1e-6)
    line.run_through(1.0, 0.5, float("inf"))
    assert line.x.tolist() == [1.0, 1.0]
    line.run_through(1.0, float("nan"), 1.0)
    assert len(line.x) == 0


def test_curves_far_beyond_the_view_keep_their_numbers_and_are_drawn_where_qt_can(plot: Plot) -> None:
    plot.view_y(0.0, 1.0)
    curve = plot.add_curve("e", "forward")
    curve.set([0.0, 1.0, 2.0], [0.5, 1e300, float("nan")])
    assert curve.y[1] == 1e300
    assert curve.item.yData[1] <= 100.0
    assert "1e+300" in plot_export.table(plot)


def test_a_table_has_shared_x_once_and_gaps_empty(plot: Plot) -> None:
    plot.set_labels("x", "y")
    plot.add_curve("f", "forward").set([0.0, 0.5], [1.0, float("nan")])
    plot.add_curve("g", "ink").set([0.0, 0.5], [2.0, -0.25])
    plot.add_curve("h", "muted").set([7.0], [8.0])
    hidden = plot.add_curve("hidden", "muted")
    hidden.set([1.0], [1.0])
    hidden.show(False)
    assert plot_export.table(plot) == "x,f,g,x,h\r\n0,1,2,7,8\r\n0.5,,-0.25,,\r\n"


def test_logarithmic_axes_take_numbers_as_they_are(plot: Plot) -> None:
    plot.set_log(x=True, y=True)
    curve = plot.add_curve("e", "forward")
    curve.set([1e-3, 1.0, -1.0], [10.0, 0.0, 5.0])
    plot.view_x(-4.0, 1.0)
    plot.view_y(-1.0, 2.0)
    assert curve.item.xData[:1].tolist() == [-3.0]
    assert np.isfinite(curve.item.yData).tolist() == [True, False, False]
    assert plot.from_widget(plot.to_widget(-3.0, 1.0)) == pytest.approx((1e-3, 10.0), rel=0.05)


def test_the_theme_changes_live(plot: Plot, session: Session) -> None:
    curve = plot.add_curve("f", "forward")
    for theme in THEMES.values():
        session.set_theme(theme)
        assert curve.item.opts["pen"].color() == theme["forward"]
        assert plot.backgroundBrush().color() == theme["surface"]
        size = plot._axes["left"].style["tickFont"].pixelSize()
        assert size >= 18 if theme.name.startswith("projector") else size < 18


def test_a_full_disk_and_a_closed_folder_are_sentences(
    plot: Plot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileError, match="the folder does not exist"):
        plot_export.save(plot, tmp_path / "none" / "plot.svg")

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FileError, match="the disk is full"):
        plot_export.save(plot, tmp_path / "plot.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_picture_shows_the_curve_in_its_colour(plot: Plot, session: Session) -> None:
    session.set_theme(DARK)
    plot.view_x(0.0, 1.0)
    plot.view_y(0.0, 1.0)
    plot.add_curve("f", "forward", width=4.0).set([0.0, 1.0], [0.5, 0.5])
    image = plot_export.image(plot)
    x = round(plot.to_widget(0.3, 0.5).x()) * 2
    colours = [image.pixelColor(x, y).name() for y in range(image.height() // 5, image.height())]
    assert 6 <= colours.count(DARK.forward) <= 8  # a pen of 4 pixels, drawn twice as fine
    assert image.pixelColor(4, image.height() - 4).name() == DARK.surface


def test_what_is_dragged_has_no_more_digits_than_the_screen_has_pixels() -> None:
    assert rounded(1.23456789, 0.013) == 1.23
    assert rounded(123456.789, 130.0) == 123500.0
    assert rounded(-0.0001, 0.01) == 0.0
    assert rounded(1.5, 0.0) == 1.5


def test_a_logarithmic_slider_stops_at_powers_and_ends(session: Session, qtbot: QtBot) -> None:
    slider = LogSlider(session, "h", -4, 0, 1.0)
    slider.resize(300, 40)
    qtbot.addWidget(slider)
    slider.show()
    assert slider.value_at(slider.x_of(1e-2) + 2.0) == 1e-2
    assert slider.value_at(-50.0) == 1e-4
    assert slider.value_at(900.0) == 1.0
    heard: list[float] = []
    slider.moved.connect(heard.append)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageDown)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert heard == [0.1, 0.13, 1.0]
