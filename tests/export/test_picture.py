"""What a picture is, before anything is painted: its format, frame and size, and what cannot be written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bpviz.document.atomic import FileError
from bpviz.document.diagram import Diagram
from bpviz.export.picture import LARGEST_SIDE, MARGIN, Format, Picture, export_picture
from bpviz.graph.parse import parse
from bpviz.stage.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage(Diagram.of(parse("f = x * y", {"x": 2, "y": 3})))


@pytest.fixture
def painted() -> list[Picture]:
    """What the painter was asked to paint."""
    return []


def export(stage: Stage, path: Path, painted: list[Picture], scale: float = 1.0) -> None:
    def paint(picture: Picture, file: Path) -> None:
        painted.append(picture)
        file.write_text("painted")

    export_picture(stage, path, paint, theme="dark", scale=scale, is_transparent=True)


@pytest.mark.parametrize(("name", "kind"), [("a.png", Format.PNG), ("a.SVG", Format.SVG), ("a.b.pdf", Format.PDF)])
def test_the_ending_says_the_format(
    stage: Stage, tmp_path: Path, painted: list[Picture], name: str, kind: Format
) -> None:
    export(stage, tmp_path / name, painted)
    assert [picture.format for picture in painted] == [kind]
    assert os.listdir(tmp_path) == [name]
    assert (tmp_path / name).read_text() == "painted"


def test_the_frame_is_the_graph_and_a_margin(stage: Stage, tmp_path: Path, painted: list[Picture]) -> None:
    export(stage, tmp_path / "a.png", painted, scale=2.5)
    (picture,) = painted
    bounds = stage.bounds()
    assert picture.frame == bounds.grown(MARGIN)
    assert picture.size == (round((bounds.width + 2 * MARGIN) * 2.5), round((bounds.height + 2 * MARGIN) * 2.5))
    assert (picture.theme, picture.scale, picture.is_transparent) == ("dark", 2.5, True)
    assert picture.stage is stage


@pytest.mark.parametrize("name", ["a.gif", "a", "png", "a.png.txt"])
def test_other_endings(stage: Stage, tmp_path: Path, painted: list[Picture], name: str) -> None:
    with pytest.raises(FileError, match=r"a picture ends in \.png, \.svg or \.pdf"):
        export(stage, tmp_path / name, painted)
    assert painted == []


@pytest.mark.parametrize("scale", [0.0, -1.0, 51.0, float("nan"), float("inf")])
def test_scales_out_of_reach(stage: Stage, tmp_path: Path, painted: list[Picture], scale: float) -> None:
    with pytest.raises(FileError, match=r"the scale is a factor from 0.05 to 50"):
        export(stage, tmp_path / "a.png", painted, scale)
    assert os.listdir(tmp_path) == []


def test_more_pixels_than_memory_are_refused_in_time(tmp_path: Path, painted: list[Picture]) -> None:
    stage = Stage(Diagram.of(parse("f = sin(x)\n" + "\n".join(f"g{i} = f + {i}" for i in range(200)))))
    with pytest.raises(FileError, match=f"pixels are too many .at most {LARGEST_SIDE} a side"):
        export(stage, tmp_path / "a.png", painted, scale=10.0)
    export(stage, tmp_path / "a.svg", painted, scale=10.0)
    assert [picture.format for picture in painted] == [Format.SVG], "lines and text take no memory"


def test_a_painter_that_fails_leaves_no_file(stage: Stage, tmp_path: Path) -> None:
    def paint(picture: Picture, file: Path) -> None:
        file.write_text("half")
        raise OSError("no ink")

    with pytest.raises(FileError, match="no ink"):
        export_picture(stage, tmp_path / "a.png", paint)
    assert os.listdir(tmp_path) == []
