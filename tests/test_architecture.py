"""Which of bpviz's packages may import which, read from the imports themselves.

    ops ← graph ← {engine, document} ← stage ← export ← ui

Nothing imports to the right, and engine and document do not know each other. An import inside a function or
under `TYPE_CHECKING` is an import too.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT: dict[str, set[str]] = {
    "resources": set(),
    "ops": {"resources"},
    "graph": {"resources", "ops"},
    "engine": {"resources", "ops", "graph"},
    "document": {"resources", "ops", "graph"},
    "stage": {"resources", "ops", "graph", "engine", "document"},
    "export": {"resources", "ops", "graph", "engine", "document", "stage"},
    "ui": {"resources", "ops", "graph", "engine", "document", "stage", "export"},
}
COMPOSITION = {
    "bpviz/__init__.py",
    "bpviz/__main__.py",
    "bpviz/arguments.py",
    "bpviz/cli.py",
    "bpviz/commands.py",
    "bpviz/reading.py",
}
"""These join the packages, so they may import any of them; nothing else may import these."""
QT = {"PySide6", "pyqtgraph", "shiboken6"}

NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "manager", "core"}
LONGEST_FILE = 400
AIM = 300


@cache
def source_files() -> dict[str, str]:
    """Return the text of every module of bpviz, by its path from the root, with `/` between folders."""
    paths = sorted((ROOT / "bpviz").rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def layer(dotted: str) -> str:
    """Return the part of bpviz that a dotted name lies in: `ops` for `bpviz.ops.op`, nothing for `bpviz`."""
    return dotted.split(".")[1] if "." in dotted else ""


def imported_names(path: str, source: str) -> Iterator[str]:
    """Yield the absolute dotted name of all that a file imports; `a.b` for `from a import b`."""
    package = Path(path).parent.parts
    for node in ast.walk(ast.parse(source, path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            parts = [*start, node.module] if node.module else start
            yield from (".".join([*parts, alias.name]) for alias in node.names)


def complaints(path: str, source: str) -> list[str]:
    """Return one sentence for every import in a file that the rules forbid."""
    own = layer(path.removesuffix(".py").replace("/", "."))
    found = []
    for name in imported_names(path, source):
        root = name.split(".")[0]
        if root in QT and own != "ui":
            found.append(f"{path} imports {name}, which only bpviz/ui may")
        elif root == "bpviz" and path not in COMPOSITION and layer(name) not in {own, *MAY_IMPORT[own]}:
            found.append(f"{path} imports {name}, which {own} must not know")
    return found


def test_there_is_something_to_check() -> None:
    assert "bpviz/__init__.py" in source_files()


def test_every_file_belongs_to_a_known_part() -> None:
    strangers = [
        path
        for path in source_files()
        if path not in COMPOSITION and layer(path.removesuffix(".py").replace("/", ".")) not in MAY_IMPORT
    ]
    assert not strangers, "add the new part to MAY_IMPORT, and to the architecture in the README"


@pytest.mark.parametrize("path", source_files())
def test_imports_follow_the_data(path: str) -> None:
    found = complaints(path, source_files()[path])
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", source_files())
def test_a_file_is_short_and_named_for_what_lives_there(path: str) -> None:
    length = source_files()[path].count("\n")
    assert length <= LONGEST_FILE, f"{length} lines, where {AIM} is the aim: split it by what it knows"
    assert NAMES_THAT_SAY_NOTHING.isdisjoint(path.removesuffix(".py").split("/"))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bpviz/ops/op.py", "import bpviz.graph"),
        ("bpviz/ops/op.py", "from bpviz import graph"),
        ("bpviz/ops/op.py", "from ..graph.graph import Graph"),
        ("bpviz/ops/__init__.py", "from .. import graph"),
        ("bpviz/ops/op.py", "def late():\n    from bpviz.engine import plan"),
        ("bpviz/ops/op.py", "if TYPE_CHECKING:\n    import numpy, bpviz.ui.window as window"),
        ("bpviz/engine/plan.py", "from bpviz.document.diagram import Diagram"),
        ("bpviz/document/edits.py", "from ..engine import trace"),
        ("bpviz/stage/deep/cards.py", "from ...export import svg"),
        ("bpviz/export/svg.py", "from bpviz.ui import theme"),
        ("bpviz/export/svg.py", "from PySide6.QtGui import QPainter"),
        ("bpviz/stage/motion.py", "import pyqtgraph as pg"),
        ("bpviz/cli.py", "def window():\n    from PySide6 import QtWidgets"),
        ("bpviz/ui/window.py", "import bpviz"),
        ("bpviz/ui/window.py", "from bpviz import parse"),
        ("bpviz/ui/window.py", "from ..cli import main"),
        ("bpviz/resources.py", "from bpviz.ops import OPS"),
    ],
)
def test_a_forbidden_import_is_noticed(path: str, source: str) -> None:
    assert len(complaints(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bpviz/ops/op.py", "import numpy as np\nfrom .formula import Formula\nfrom . import numerals"),
        ("bpviz/graph/graph.py", "import networkx\nfrom ..ops import OPS\nfrom bpviz.ops.op import Op"),
        ("bpviz/stage/cards.py", "from bpviz.engine import trace\nfrom bpviz.document import diagram"),
        ("bpviz/stage/deep/cards.py", "from ...engine import trace\nfrom ..wires import route"),
        ("bpviz/ui/canvas/scene.py", "from PySide6.QtWidgets import QWidget\nimport bpviz.export.svg"),
        ("bpviz/export/html.py", "from bpviz import resources\nfrom bpviz.resources import read_text"),
        ("bpviz/cli.py", "def window():\n    from bpviz.ui.app import start"),
        ("bpviz/__init__.py", "from bpviz.engine.trace import Trace\nfrom .graph import Graph"),
    ],
)
def test_an_allowed_import_passes(path: str, source: str) -> None:
    assert complaints(path, source) == []
