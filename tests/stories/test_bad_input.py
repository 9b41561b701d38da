"""What comes from outside and is no good, or is far too much; and looking from far too near, far too far, and on
screens with points of one and a quarter pixels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint
from PySide6.QtGui import QGuiApplication

from bpviz.document.clipboard import Snippet, packed
from bpviz.document.diagram import Diagram
from bpviz.document.file import VERSION, dumps
from bpviz.document.regrouping import group
from bpviz.graph.graph import Graph, Node
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from bpviz.ui.clipboard import FORMAT
from tests.agreement import check_document, check_scene
from tests.user import Key, Modifier, User

CTRL = Modifier.ControlModifier
MANY = 30_000


@pytest.fixture
def author(user: User) -> User:
    """Somebody who looks at q = x + y; f = q * z, of which x and q are a group."""
    graph = parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
    user.session.open(group(Diagram.of(graph), {graph.by_name["x"], graph.by_name["q"]}, "sum"), None)
    user.session.playback.is_animated = False
    user.canvas.fit()
    user.canvas.setFocus()
    return user


def paste(user: User, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    user.press(Key.Key_V, modifiers=CTRL)
    QGuiApplication.clipboard().clear()


def chain(length: int) -> Diagram:
    nodes = [Node(1, OPS["variable"], (), 1.0, "x")]
    nodes += [Node(id_, OPS["tanh"], (id_ - 1,), None, "") for id_ in range(2, length + 1)]
    return Diagram(Graph(nodes), {node.id: (240.0 * (node.id % 200), 150.0 * (node.id // 200)) for node in nodes})


def changed(text: str, before: str, after: str) -> str:
    assert before in text
    return text.replace(before, after, 1)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            f'"version": {VERSION}',
            f'"version": {VERSION + 1}',
            f"was written by a newer bpviz (format {VERSION + 1}; this one reads up to {VERSION}): please update",
        ),
        (f'"version": {VERSION}', '"version": 0', "there is no format 0"),
        ('"value":-2.0', '"value":1e999', "$.nodes[0]"),
        ('"value":-2.0', '"value":[[1],[2,3]]', "$.nodes[0].value"),
        ('"at":[', '"at":[1e300,', "$.nodes[0].at"),
        ('"name":"q"', '"name":"lambda"', "“lambda” is a word of the language"),
        ('"name":"q"', '"name":"x"', "x"),
        ('"op":"add"', '"op":"__import__"', "there is no operation “__import__” - at $.nodes"),
        ('"inputs":[1,2]', '"inputs":[1,5]', "the graph has a cycle: q → f → q"),
        ('"inputs":[1,2]', '"inputs":[1,77]', "77"),
        ('"members":[1,3]', '"members":[1,1]', "lies in two groups - at $.groups[0].members"),
        ('"members":[1,3]', '"members":[1,3],"parent":1', "the group 1 lies in itself - at $.groups[0].parent"),
        ('"members":[1,3]', '"members":[1,3],"parent":9', "there is no group 9 - at $.groups[0].parent"),
        ('"name":"sum"', '"name":" "', "a group needs a name, such as neuron or layer 1 - at $.groups[0].name"),
        ('"nodes": [', '"nodes": [[[[[', "damaged or not a bpviz document"),
    ],
)
def test_a_hostile_document_changes_nothing_and_the_place_is_named(
    author: User, before: str, after: str, words: str
) -> None:
    diagram = author.session.diagram
    paste(author, changed(dumps(diagram), before, after))
    assert "The document on the clipboard cannot be read: " in author.message
    assert words in author.message
    assert author.session.diagram is diagram


def test_an_older_document_is_read(author: User) -> None:
    paste(
        author, '{"format": "bpviz", "version": 1, "nodes": [{"id": 1, "op": "variable", "at": [0, 0], "name": "u"}]}'
    )
    assert "u" in author.session.graph.by_name
    check_document(author.session.diagram)
    check_scene(author)


@pytest.mark.parametrize(
    "letter", ["x + ", "\0", "😀", "((", "\n"], ids=["sums", "zeros", "faces", "brackets", "lines"]
)
def test_a_hundred_megabytes_of_anything_are_refused_unread(author: User, letter: str) -> None:
    before = author.session.diagram
    paste(author, letter * (100_000_000 // len(letter.encode())))
    assert "The text on the clipboard is too long" in author.message
    assert "open it as a file" in author.message
    assert author.session.diagram is before


def test_so_many_nodes_are_pasted_and_taken_back(author: User) -> None:
    """As a copy from another window; the same as text is refused, as what it is."""
    before, large = author.session.diagram, chain(MANY)
    data = QMimeData()
    data.setData(FORMAT, packed(Snippet(large)))
    QGuiApplication.clipboard().setMimeData(data)
    author.press(Key.Key_V, modifiers=CTRL)
    QGuiApplication.clipboard().clear()
    assert author.message == f"Pasted {MANY:,} nodes."
    assert len(author.session.graph) == 5 + MANY
    author.press(Key.Key_F)
    assert not author.canvas.grab().isNull()
    author.undo()
    assert author.session.diagram is before
    paste(author, dumps(large))
    assert "too long" in author.message
    assert author.session.diagram is before


def test_from_as_near_and_as_far_as_it_goes(author: User) -> None:
    """Both ends hold, the picture is there, things can be taken hold of, and F leads back."""
    author.press(Key.Key_F)
    first, middle = author.canvas.camera, author.middle_of(author.canvas)
    zooms = []
    for turned in (1200, -1200):
        for _ in range(12):
            author.wheel(middle, turned)
        zooms.append(author.canvas.camera.zoom)
        end = author.canvas.camera
        author.wheel(middle, turned)
        assert author.canvas.camera.zoom == end.zoom
        assert not author.canvas.grab().isNull()
        author.click(middle)
        author.drag(middle, middle + QPoint(30, 20))
        author.press(Key.Key_Tab)
        author.type("2.5\n")
        check_document(author.session.diagram)
        check_scene(author)
        author.press(Key.Key_Escape)
    assert zooms[0] >= 2.0 > 0.2 >= zooms[1] > 0.0
    while author.session.document.undo_label is not None:
        author.undo()
    author.press(Key.Key_F)
    assert author.canvas.camera == first


def test_at_the_end_of_the_world(author: User) -> None:
    """However far a hand pans, what it puts there can be saved, and opened again."""
    for _ in range(3):
        author.canvas.look(author.canvas.camera.panned(-1e300, 1e300))
        author.press(Key.Key_Tab)
        author.type("2.5\n")
        check_document(author.session.diagram)
        check_scene(author)
        assert not author.canvas.grab().isNull()
    author.press(Key.Key_F)
    author.canvas.grab()
    author.press(Key.Key_A, modifiers=CTRL)
    author.press(Key.Key_R, modifiers=CTRL)
    check_document(author.session.diagram)


@pytest.mark.parametrize("factor", [1.25, 2.0])
def test_where_a_point_is_no_whole_number_of_pixels(factor: float, tmp_path: Path) -> None:
    """In a process of its own: Qt reads the factor once, when the program starts."""
    script = Path(__file__).with_name("scaled_window.py")
    places = os.pathsep.join(str(place) for place in sys.path if place)
    environment = {**os.environ, "QT_SCALE_FACTOR": str(factor), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": places}
    done = subprocess.run(
        [sys.executable, script, tmp_path / "settings.ini"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["ratio"] == factor
    assert seen["window"] == [1280, 720], "all of it finds room"
    assert seen["picture"] == [round(1280 * factor), round(720 * factor)]
    assert seen["time"] == 7.0
    assert seen["in view"]
    assert seen["painted"] == [255] * 4, "to the last row and column"
    assert seen["told apart"] > 20
