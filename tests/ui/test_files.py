"""Recent files, and what is read as a document or as a program."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from bpviz.document.atomic import FileError
from bpviz.document.diagram import Diagram
from bpviz.document.file import save
from bpviz.graph.graph import GraphError
from bpviz.graph.parse import parse
from bpviz.ui.reading import Found, read
from bpviz.ui.settings import MOST_RECENT
from bpviz.ui.window import Window

DIAGRAM = Diagram.of(parse("f = x * y", {"x": 3, "y": 4}))


class TestRecent:
    @pytest.fixture
    def documents(self, tmp_path: Path) -> list[Path]:
        paths = [tmp_path / f"{number}.bpviz" for number in range(MOST_RECENT + 3)]
        for path in paths:
            save(path, DIAGRAM)
        return paths

    def test_the_latest_first_and_not_too_many(self, window: Window, documents: list[Path]) -> None:
        for path in documents:
            assert window.files.open_path(path)
        assert window.files.recent() == documents[::-1][:MOST_RECENT]

    def test_opened_again_it_comes_to_the_front(self, window: Window, documents: list[Path]) -> None:
        for path in (documents[0], documents[1], documents[0]):
            window.files.open_path(path)
        assert window.files.recent() == [documents[0], documents[1]]

    def test_they_are_there_the_next_time(self, window: Window, documents: list[Path], settings: QSettings) -> None:
        window.files.open_path(documents[0])
        settings.sync()
        again = QSettings(settings.fileName(), QSettings.Format.IniFormat)
        assert again.value("recent") in (str(documents[0]), [str(documents[0])])
        assert window.files.recent() == [documents[0]]

    def test_what_is_gone_is_not_offered(self, window: Window, documents: list[Path]) -> None:
        for path in documents[:3]:
            window.files.open_path(path)
        documents[1].unlink()
        assert window.files.recent() == [documents[2], documents[0]]

    @pytest.mark.parametrize("stored", ["", "/gone", ["/gone", 7, None], 12, ["/" + "n" * 400], {"a": 1}])
    def test_settings_that_somebody_has_changed(self, window: Window, settings: QSettings, stored: object) -> None:
        settings.setValue("recent", stored)
        assert window.files.recent() == []

    @pytest.mark.parametrize("stored", ["pink", 7, None])
    def test_a_theme_that_there_is_not(self, window: Window, settings: QSettings, stored: object) -> None:
        settings.setValue("theme", stored)
        other = Window(settings)
        assert other.session.theme.name == "light"
        other.deleteLater()


class TestReading:
    def test_a_document_whatever_its_ending(self, tmp_path: Path) -> None:
        for name in ("a.bpviz", "a.txt", "a"):
            save(tmp_path / name, DIAGRAM)
            assert read(tmp_path / name, {}) == Found(DIAGRAM, is_document=True)

    def test_a_program(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("# a comment\nf = x·y\n", encoding="utf-8-sig")
        assert read(path, {"x": 3.0, "y": 4.0}) == Found(DIAGRAM, is_document=False)

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.txt", b"f = x *", "something is missing after"),
            ("a.bpviz", b"f = x * y", "damaged or not a bpviz document"),
            ("a.txt", b"\xff\xfe\x00", "neither a bpviz document nor text"),
            ("a.txt", b'{"format": "other"}', "format"),
        ],
    )
    def test_neither(self, tmp_path: Path, name: str, content: bytes, message: str) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises((FileError, GraphError), match=message):
            read(tmp_path / name, {})

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="it is a folder"):
            read(tmp_path, {})

    def test_values_for_inputs_that_it_does_not_have(self, tmp_path: Path) -> None:
        save(tmp_path / "a.bpviz", DIAGRAM)
        with pytest.raises(GraphError, match="there is no input u"):
            read(tmp_path / "a.bpviz", {"u": 1.0})
