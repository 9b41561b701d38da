"""Pictures in files, painted as on the screen: PNG, SVG and PDF."""

from __future__ import annotations

import itertools
import os
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from bpviz.document import edits
from bpviz.document.arranging import arrange
from bpviz.document.atomic import FileError
from bpviz.document.diagram import Diagram
from bpviz.export.picture import MARGIN, Format, Picture, frame_of
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse
from bpviz.stage.stage import Stage
from bpviz.ui.examples import Example, examples
from bpviz.ui.picture import export_graph, image
from bpviz.ui.theme import THEMES

pytestmark = pytest.mark.usefixtures("qapp")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def diagram() -> Diagram:
    return Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))


def in_trouble() -> list[Diagram]:
    """Graphs that are not as they should be."""
    half = edits.add(edits.add(Diagram(), "mul", (0, 0)), "variable", (-300, 40))
    return [
        Diagram(),
        half,
        edits.connect(half, 2, 1, 1),
        Diagram.of(parse("f = ln(x) + y", {"x": -2, "y": 1})),
        Diagram.of(parse("f = 1 / x", {"x": 0})),
        Diagram.of(parse("f = sqrt(x)", {"x": 0})),
        Diagram.of(parse("f = x + y")),
        Diagram.of(parse("f = exp(x) * [1, -2, 3] + [[1], [1e300]]", {"x": 1e3})),
        Diagram.of(parse("f = x * [[1, 2], [3, 4]]", {"x": 1e-12})),
    ]


class TestDirection:
    """A picture leads as its document does, or as is asked for."""

    def test_from_top_to_bottom(self, diagram: Diagram, tmp_path: Path) -> None:
        down = arrange(diagram, direction=Direction.DOWN)
        for name, source, direction in (("a", down, None), ("b", diagram, "down"), ("c", diagram.graph, "down")):
            export_graph(source, tmp_path / f"{name}.png", step=7, direction=direction)
        pictures = [QImage(str(tmp_path / f"{name}.png")) for name in "abc"]
        assert pictures[0] == pictures[1] == pictures[2]
        export_graph(down, tmp_path / "d.png", step=7, direction="right")
        export_graph(diagram, tmp_path / "e.png", step=7)
        across = QImage(str(tmp_path / "e.png"))
        assert QImage(str(tmp_path / "d.png")) == across
        assert across.width() > pictures[0].width()
        assert across.height() < pictures[0].height()

    @pytest.mark.parametrize("ending", ["svg", "pdf"])
    def test_in_every_format(self, diagram: Diagram, tmp_path: Path, ending: str) -> None:
        export_graph(diagram, tmp_path / f"a.{ending}", direction="down")
        assert (tmp_path / f"a.{ending}").stat().st_size > 2000

    def test_a_direction_that_there_is_not(self, diagram: Diagram, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="there is no direction 'up': choose right or down"):
            export_graph(diagram, tmp_path / "a.png", direction="up")
        assert not list(tmp_path.iterdir())


class TestPng:
    @pytest.mark.parametrize("scale", [0.5, 1.0, 2.0, 3.3])
    def test_its_size_is_the_frame_times_the_scale(self, diagram: Diagram, tmp_path: Path, scale: float) -> None:
        export_graph(diagram, tmp_path / "a.png", scale=scale)
        picture, frame = QImage(str(tmp_path / "a.png")), Stage(diagram).bounds().grown(MARGIN)
        assert (picture.width(), picture.height()) == (round(frame.width * scale), round(frame.height * scale))
        assert picture.text("Software") == "bpviz"

    @pytest.mark.parametrize("theme", THEMES)
    def test_the_paper_is_the_themes_and_opaque(self, diagram: Diagram, tmp_path: Path, theme: str) -> None:
        export_graph(diagram, tmp_path / "a.png", theme=theme)
        picture = QImage(str(tmp_path / "a.png"))
        assert picture.pixelColor(1, 1) == THEMES[theme]["paper"]
        assert opacities(picture) == {255}

    def test_a_transparent_picture_is_transparent(self, diagram: Diagram, tmp_path: Path) -> None:
        export_graph(diagram, tmp_path / "a.png", transparent=True)
        picture = QImage(str(tmp_path / "a.png"))
        edge = [(x, y) for x in range(picture.width()) for y in (0, picture.height() - 1)]
        assert {picture.pixelColor(x, y).alpha() for x, y in edge} == {0}
        x, y = Stage(diagram).rect(diagram.graph.by_name["x"]).x + MARGIN + 84, MARGIN + 8
        assert picture.pixelColor(round(x), round(y + Stage(diagram).rect(1).y)).alpha() == 255, "cards are not"
        assert {0, 255} < opacities(picture), "and their edges are smooth"

    def test_it_is_cropped_to_the_graph(self, diagram: Diagram) -> None:
        picture = painted(Stage(diagram).at(14.0))
        paper = THEMES["light"]["paper"]
        used = [
            (x, y) for x in range(picture.width()) for y in range(picture.height()) if picture.pixelColor(x, y) != paper
        ]
        left, top = min(x for x, _ in used), min(y for _, y in used)
        right, bottom = max(x for x, _ in used), max(y for _, y in used)
        for gap in (left, top, picture.width() - 1 - right, picture.height() - 1 - bottom):
            assert MARGIN - 12 <= gap <= MARGIN + 1, "the frame is a margin around what is drawn"

    def test_twice_the_same(self, diagram: Diagram, tmp_path: Path) -> None:
        for name in ("a.png", "b.png"):
            export_graph(diagram, tmp_path / name, step=7)
        assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()

    def test_every_step_is_another_picture(self, diagram: Diagram) -> None:
        stage = Stage(diagram)
        pictures = [painted(stage.at(float(step)), 0.5) for step in range(15)]
        assert all(one != other for one, other in itertools.pairwise(pictures))


class TestSvg:
    @pytest.fixture
    def drawing(self, diagram: Diagram, tmp_path: Path) -> ET.Element:
        export_graph(diagram, tmp_path / "a.svg")
        return ET.parse(tmp_path / "a.svg").getroot()

    def test_it_has_the_size_of_the_frame(self, drawing: ET.Element, diagram: Diagram) -> None:
        frame = Stage(diagram).bounds().grown(MARGIN)
        assert drawing.tag == f"{SVG}svg"
        assert drawing.get("viewBox") == f"0 0 {round(frame.width)} {round(frame.height)}"

    def test_the_numbers_are_text(self, drawing: ET.Element) -> None:
        texts = [(element.text or "").strip() for element in drawing.iter(f"{SVG}text")]
        assert {"−12", "−4", "3", "5", "−2"} <= set(texts)
        assert "output" in texts
        assert "∂" in "".join(texts)

    def test_it_holds_no_pixels(self, drawing: ET.Element) -> None:
        assert list(drawing.iter(f"{SVG}image")) == []

    def test_fonts_have_others_to_fall_back_on(self, drawing: ET.Element) -> None:
        families = {element.get("font-family") for element in drawing.iter() if element.get("font-family")}
        named = {family for family in families if family and ("Inter" in family or "STIX" in family)}
        assert named
        assert all(family.count(",") >= 1 for family in named)

    def test_another_program_can_draw_it(self, diagram: Diagram, tmp_path: Path) -> None:
        export_graph(diagram, tmp_path / "a.svg", theme="dark")
        renderer = QSvgRenderer(str(tmp_path / "a.svg"))
        assert renderer.isValid()

    def test_a_transparent_drawing_has_no_ground(self, diagram: Diagram, tmp_path: Path) -> None:
        for name, transparent in (("paper.svg", False), ("clear.svg", True)):
            export_graph(diagram, tmp_path / name, transparent=transparent)
        paper = THEMES["light"].paper
        assert paper in (tmp_path / "paper.svg").read_text(encoding="utf-8")
        assert paper not in (tmp_path / "clear.svg").read_text(encoding="utf-8")


class TestPdf:
    @pytest.fixture
    def page(self, diagram: Diagram, tmp_path: Path) -> bytes:
        export_graph(diagram, tmp_path / "a.pdf", scale=2.0)
        return (tmp_path / "a.pdf").read_bytes()

    def test_it_is_one_page_of_the_size_of_the_frame(self, page: bytes, diagram: Diagram) -> None:
        assert page.startswith(b"%PDF-")
        assert page.rstrip().endswith(b"%%EOF")
        assert re.search(rb"/Count\s+1\b", page)
        box = re.search(rb"/MediaBox\s*\[\s*([\d. ]+)\]", page)
        assert box is not None
        frame = Stage(diagram).bounds().grown(MARGIN)
        left, bottom, right, top = map(float, box[1].split())
        assert (left, bottom) == (0, 0)
        assert right == pytest.approx(frame.width * 2 * 0.75, abs=1)
        assert top == pytest.approx(frame.height * 2 * 0.75, abs=1)

    def test_its_text_is_text(self, page: bytes) -> None:
        assert b"/Type /Font" in page
        assert b"/FontFile2" in page, "with the fonts inside"
        assert b"/Subtype /Image" not in page


class TestEverything:
    @pytest.mark.parametrize("example", examples(), ids=lambda example: example.title)
    def test_every_example_at_every_step_in_one_theme_or_the_other(self, example: Example) -> None:
        stage = Stage(example.diagram())
        for step, theme in zip(range(len(stage.trace) + 1), itertools.cycle(THEMES), strict=False):
            assert not painted(stage.at(float(step)), 0.4, theme).isNull()

    @pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
    def test_every_example_in_every_format(self, tmp_path: Path, ending: str) -> None:
        for number, (example, theme) in enumerate(zip(examples(), itertools.cycle(THEMES), strict=False)):
            path = tmp_path / f"{number}.{ending}"
            export_graph(example.diagram(), path, theme=theme)
            assert path.stat().st_size > 1000

    @pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
    def test_graphs_in_trouble(self, tmp_path: Path, ending: str) -> None:
        for number, diagram in enumerate(in_trouble()):
            last = len(Stage(diagram).trace)
            for step in {0, last // 2, last}:
                export_graph(diagram, tmp_path / f"{number}-{step}.{ending}", step=step, transparent=True)

    def test_a_bare_graph_is_laid_out(self, diagram: Diagram, tmp_path: Path) -> None:
        export_graph(diagram.graph, tmp_path / "a.png")
        export_graph(diagram, tmp_path / "b.png")
        assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


class TestRefusals:
    @pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
    def test_a_folder_that_is_not_there(self, diagram: Diagram, tmp_path: Path, ending: str) -> None:
        with pytest.raises(FileError, match="the folder does not exist"):
            export_graph(diagram, tmp_path / "gone" / f"a.{ending}")
        assert os.listdir(tmp_path) == []

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
    @pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
    def test_a_full_disk_leaves_the_old_file(self, diagram: Diagram, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"a.{ending}"
        path.write_text("the old one")
        with pytest.raises(FileError, match=f"^cannot write {path}: "), nearly_full():
            export_graph(diagram, path, scale=4.0)
        assert path.read_text() == "the old one"
        assert os.listdir(tmp_path) == [path.name]

    @pytest.mark.parametrize("step", [-1, 15])
    def test_a_step_that_is_not_there(self, diagram: Diagram, tmp_path: Path, step: int) -> None:
        with pytest.raises(FileError, match=f"there is no step {step}: the steps of this graph go from 0 to 14"):
            export_graph(diagram, tmp_path / "a.png", step=step)

    def test_a_theme_that_is_not_there(self, diagram: Diagram, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="there is no theme “pink”: choose light, dark, projector"):
            export_graph(diagram, tmp_path / "a.png", theme="pink")


@contextmanager
def nearly_full() -> Iterator[None]:
    """No file can grow beyond 5,000 bytes, as if the disk were full then."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
    try:
        yield
    finally:  # at once: what pytest writes counts too
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def painted(stage: Stage, scale: float = 1.0, theme: str = "light") -> QImage:
    return image(Picture(stage, frame_of(stage), Format.PNG, theme, scale, is_transparent=False))


def opacities(picture: QImage) -> set[int]:
    argb = picture.convertToFormat(QImage.Format.Format_ARGB32)
    return set(bytes(argb.constBits())[3::4])


def test_every_colour_of_every_theme_is_one() -> None:
    assert QApplication.instance() is not None
    for theme in THEMES.values():
        for name in ("paper", "ink", "forward", "backward", "fault"):
            assert isinstance(theme[name], QColor)
            assert theme[name].isValid()
