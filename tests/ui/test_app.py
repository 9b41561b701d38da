"""What the window begins with: a file, a program, or the first example."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from bpviz.document.diagram import Diagram
from bpviz.document.file import save
from bpviz.graph.parse import parse
from bpviz.ui.app import begin
from bpviz.ui.examples import examples
from bpviz.ui.window import Window
from tests.conftest import let_go


@pytest.fixture
def bare(qtbot: QtBot, settings: QSettings) -> Window:
    """A window that has only been painted so far."""
    made = Window(settings, is_furnished=False)
    qtbot.addWidget(made, before_close_func=let_go)
    with qtbot.waitSignal(made.sketched):
        made.show()
    return made


def values(window: Window) -> dict[str, object]:
    return {node.name: node.value for node in window.session.graph.leaves()}


def test_without_anything_the_first_example(bare: Window) -> None:
    begin(bare, None, {})
    assert bare.session.diagram == examples()[0].diagram()
    assert not bare.session.document.is_dirty


def test_a_program_with_values(bare: Window) -> None:
    begin(bare, "f = x * y", {"x": 3.0, "y": 4.0})
    assert bare.session.trace.value("f") == 12.0
    assert bare.expression.field.text() == "f = x * y"


def test_a_program_that_is_too_long_for_the_name_of_a_file(bare: Window) -> None:
    text = "f = x" + " + x" * 200
    begin(bare, text, {"x": 1.0})
    assert bare.session.trace.value("f") == 201.0


def test_a_document(bare: Window, tmp_path: Path) -> None:
    path = tmp_path / "lesson.bpviz"
    diagram = Diagram.of(parse("f = x * y", {"x": 3, "y": 4}))
    save(path, diagram)
    begin(bare, str(path), {})
    assert bare.session.diagram == diagram
    assert bare.session.path == path


def test_a_document_with_other_values(bare: Window, tmp_path: Path) -> None:
    path = tmp_path / "lesson.bpviz"
    save(path, Diagram.of(parse("f = x * y", {"x": 3, "y": 4})))
    begin(bare, str(path), {"x": 5.0})
    assert values(bare) == {"x": 5.0, "y": 4.0}


def test_a_damaged_document_gets_a_message(bare: Window, tmp_path: Path) -> None:
    path = tmp_path / "lesson.bpviz"
    path.write_text('{"format": "bpviz", "ver')
    begin(bare, str(path), {})
    assert bare.session.graph.nodes == {}
    assert str(path) in bare.toast.text()


def test_a_program_with_a_mistake_can_be_mended(bare: Window) -> None:
    begin(bare, "f = x *", {})
    assert bare.session.graph.nodes == {}
    assert bare.expression.field.text() == "f = x *"
    assert bare.expression.field.property("wrong")
    assert "something is missing after *" in bare.toast.text()


LATE = {  # what the first picture does without
    "accessibility",
    "accessible_parts",
    "canvas.following",
    "canvas.lecture",
    "command_palette",
    "context_menu",
    "export_dialog",
    "picture",
    "projector",
    "quick_ziamath",
    "settings_dialog",
    "shortcuts",
}
STARTED = """
import sys
from bpviz.ui import app
begin = app.begin
def listed(*arguments):
    begin(*arguments)
    arguments[0].canvas.repaint()
    print(*(name for name in sys.modules if name.startswith("bpviz.") or name in ("sympy", "pyqtgraph", "ziamath")))
    app.application().quit()
app.begin = listed
app.main()
"""


def test_the_first_picture_comes_first() -> None:
    done = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert "bpviz.ui.canvas.view" in loaded
    assert loaded.isdisjoint({f"bpviz.ui.{name}" for name in LATE} | {"sympy", "pyqtgraph", "ziamath"})


COPIED = """
from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.application import application
from bpviz.ui.window import Window
application(offscreen=True)
window = Window()
window.session.open(Diagram.of(parse("f = x * y; x = 1; y = 2")), None)
window.session.select(window.session.graph.nodes)
window.actions_["copy"].trigger()
"""


def test_the_program_ends_well_with_something_copied() -> None:
    subprocess.run([sys.executable, "-c", COPIED], capture_output=True, timeout=60, check=True)
