"""How fast the canvas is with 10,000 nodes, offscreen, in the software rasteriser, at 1280 × 720.

Two graphs of 10,000 nodes and more than 16,000 wires: a network as the layout places it, and a tangle whose wires go
up and down across a close grid of cards.  Measured are opening the file until it is painted, repainting after a pan and
after a zoom with all in view, and at every zoom from the least to the greatest where most is in view; moving one card
by the mouse, also beside a group; a rubber band over everything, one undo, whether a wire may be while it is held over
a node, pasting, and memory; and after each of many gestures the slowest turn of the event loop (`bench_turns.py`).
Every figure stands beside its promise; with `--check` the exit status is 1 when one is not kept.

With `--compare` NodeGraphQt repaints graphs of 100, 300 and 1,000 nodes in the same run, and bpviz the same ones.  It
is no dependency of bpviz:

    pip install --target /tmp/nodegraphqt --no-deps NodeGraphQt==0.6.44 Qt.py types-pyside2 setuptools
    scripts/bench_canvas.py --compare /tmp/nodegraphqt

Times are the processor's, in milliseconds, so that other programs on the machine count for little.  Where it is shared
with others they are still up to twice as long for some seconds; moves, which take few, are therefore measured in three
rounds, seconds apart, of which the fastest counts.  A sum that has nothing to do with the program tells how fast the
machine is just then: figures of two machines, or of two days, can be compared by it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench_nodegraphqt import repaints
from bench_turns import longest_halt, slowest_turns
from bench_ui import network
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest

from bpviz.document import clipboard
from bpviz.document.diagram import Diagram
from bpviz.document.file import save
from bpviz.document.fitting import Fitting
from bpviz.graph.graph import Graph, Node
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from bpviz.ui.application import application
from bpviz.ui.canvas.camera import FARTHEST, NEAREST, Camera
from bpviz.ui.window import Window

SIZE = 1280, 720
LEVELS, PLACES, PANS, ROUNDS = 25, 3, 7, 3
SETTLING = 1500  # milliseconds
MOST_NODES = 100_000
"""How many nodes must still open and be looked at."""


@dataclass(frozen=True)
class Figure:
    """What was measured, in `unit`, and what it may be at most, or at least for a ratio; None without a promise."""

    name: str
    value: float
    promise: float | None = None
    unit: str = "ms"

    @property
    def is_kept(self) -> bool:
        if self.promise is None:
            return True
        return self.value >= self.promise if self.unit == "times" else self.value <= self.promise

    def __str__(self) -> str:
        sign = "≥" if self.unit == "times" else "≤"
        promised = "" if self.promise is None else f"{sign} {self.promise:g} {'kept' if self.is_kept else 'BROKEN'}"
        return f"{self.name:66s} {self.value:9.2f} {self.unit:5s} {promised}"


def tangle(nodes: int) -> Diagram:
    """A close grid of cards, three of five with two inputs, wired to any within three columns and fifteen rows."""
    chance, made, places = random.Random(5), [], {}
    rows: int = max(10, round(nodes**0.5))
    for i in range(nodes):
        at = (i // rows) * 260.0, (i % rows) * 112.0 + chance.uniform(-12.0, 12.0)
        places[i] = at
        if i < rows:
            made.append(Node(i, OPS["variable"], (), 0.1 + i / rows, f"x{i}"))
            continue

        def source(i: int = i) -> int:
            row = min(max(i % rows + chance.randint(-15, 15), 0), rows - 1)
            return row + rows * max(i // rows - chance.randint(1, 3), 0)

        if i % 5 < 3:
            made.append(Node(i, OPS["add" if i % 2 else "mul"], (source(), source())))
        else:
            made.append(Node(i, OPS["tanh"], (source(),)))
    return Diagram(Graph(made), places)


def milliseconds(act: Callable[[], object]) -> float:
    """How long the processor works for one call."""
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000.0


def speed(name: str) -> Figure:
    """How long this machine takes for a sum, now; at its best, of several."""

    def add() -> None:
        total = 0
        for i in range(200_000):
            total += i

    return Figure(f"{name}: this machine adds 200,000 numbers", min(milliseconds(add) for _ in range(9)))


def opened(path: Path) -> tuple[Window, float]:
    """A window with a document, and how long it took from asking for it until it is painted."""
    window = Window(QSettings(os.devnull, QSettings.Format.IniFormat))
    window.resize(*SIZE)
    window.show()
    application().processEvents()

    def open_() -> None:
        window.files.open_path(path)
        application().processEvents()

    opening = milliseconds(open_)
    QTest.qWait(SETTLING)  # until the inspector has been filled: what comes later is repainting alone
    return window, opening


def closed(window: Window) -> None:
    """Nothing of a window is left."""
    window.session.document.mark_saved()
    window.close()
    window.deleteLater()
    application().processEvents()


def looked(window: Window, camera: Camera) -> float:
    """How long it takes to look from somewhere else, until it is painted."""

    def look() -> None:
        window.canvas.look(camera)
        application().processEvents()

    return milliseconds(look)


def fit_all(window: Window) -> tuple[list[float], list[float]]:
    """Every pan and every zoom around the whole graph."""
    canvas = window.canvas
    canvas.fit()
    application().processEvents()
    pans = [looked(window, canvas.camera.panned(*way)) for way in [(9, 5), (-7, 3), (-6, -8), (4, 0)] * 6]
    canvas.fit()
    zooms = [looked(window, canvas.camera.zoomed(by, 640, 300)) for by in [1.04, 1.07, 1 / 1.05, 1 / 1.06] * 6]
    return pans[4:], zooms[4:]


def dense_places(window: Window, zoom: float) -> list[Camera]:
    """Of many views at a zoom, those with the most in them."""
    canvas, chance = window.canvas, random.Random(3)
    nodes = list(window.session.graph.nodes)
    found = []
    for node in chance.sample(nodes, min(len(nodes), 24)):
        rect = window.session.stage.rect(node)
        x, y = (
            rect.x + rect.width / 2 - canvas.width() / 2 / zoom,
            rect.y + rect.height / 2 - canvas.height() / 2 / zoom,
        )
        camera = Camera(zoom, x, y)
        view = camera.view(canvas.width(), canvas.height())
        found.append((len(canvas.spots.card_places(view)) + len(canvas.spots.wire_places(view)), node, camera))
    return [camera for *_, camera in sorted(found, reverse=True)[:PLACES]]


def zooms(window: Window) -> list[float]:
    """From the least zoom that a hand comes to, to the greatest."""
    least = min(window.canvas.whole().zoom, FARTHEST)
    return [least * (NEAREST / least) ** (i / (LEVELS - 1)) for i in range(LEVELS)]


def sweep(window: Window) -> Iterator[tuple[float, list[float]]]:
    """For every zoom how long pans and zooms take there, the first look at a place and all that follow."""
    for zoom in zooms(window):
        times = []
        for camera in dense_places(window, zoom):
            times.append(looked(window, camera))
            for i in range(PANS):
                times.append(looked(window, window.canvas.camera.panned(-41.0, 17.0 if i % 2 else -29.0)))
            times.append(looked(window, window.canvas.camera.zoomed(1.03, 400.0, 300.0)))
        yield zoom, times


def dragged(window: Window, zoom: float) -> list[float]:
    """Every move of one card by the mouse, until it is painted; nobody takes hold of it in the tenths of a second in
    which a crowded place fills."""
    canvas = window.canvas
    canvas.look(dense_places(window, zoom)[0])
    QTest.qWait(SETTLING // 2)
    view = canvas.camera.view(canvas.width(), canvas.height())
    middle = view.x + view.width / 2, view.y + view.height / 2
    node = min(
        canvas.spots.cards_touching(view),
        key=lambda id_: (
            abs(window.session.stage.rect(id_).x - middle[0]) + abs(window.session.stage.rect(id_).y - middle[1])
        ),
    )
    rect = window.session.stage.rect(node)
    at = canvas.to_screen((rect.x + rect.width / 2, rect.y + rect.height * 0.2))
    window.session.select(())
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    times = []
    for i in range(24):
        to = at + QPoint(5 + 3 * i, 4 + (i * 7) % 23)
        times.append(milliseconds(lambda to=to: (QTest.mouseMove(canvas, to), application().processEvents())))  # type: ignore[misc]
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at + QPoint(77, 20))
    application().processEvents()
    assert window.session.document.undo_label is not None, "the card was moved"
    return times


def undone(window: Window) -> list[float]:
    """Undo and redo of what was just done, until painted."""
    found = []
    for act in (window.session.undo, window.session.redo, window.session.undo):
        found.append(milliseconds(lambda act=act: (act(), application().processEvents())))  # type: ignore[misc]
    return found


def banded(window: Window) -> tuple[float, float]:
    """The slowest move and the release of a rubber band over everything."""
    canvas = window.canvas
    canvas.fit()
    canvas.look(canvas.camera.zoomed(0.8, canvas.width() / 2, canvas.height() / 2))
    application().processEvents()
    first, last = QPoint(3, 3), QPoint(canvas.width() - 4, canvas.height() - 4)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=first)
    moves = []
    for i in range(1, 9):
        to = first + (last - first) * (i / 8)
        moves.append(milliseconds(lambda to=to: (QTest.mouseMove(canvas, to), application().processEvents())))  # type: ignore[misc]
    release = milliseconds(
        lambda: (QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=last), application().processEvents())
    )
    assert len(window.session.selection) == len(window.session.graph), "everything is selected"
    window.session.select(())
    application().processEvents()
    return max(moves), release


def hovered(window: Window) -> tuple[float, float]:
    """Taking a wire into the hand, and the slowest answer to whether it may end at a node."""
    diagram, chance = window.session.diagram, random.Random(1)
    nodes = list(diagram.graph.nodes)
    taken, answers = [], []
    for source in chance.sample(nodes, 8):
        held: list[Fitting] = []
        taken.append(milliseconds(lambda s=source, held=held: held.append(Fitting(diagram, source=s).prepared())))  # type: ignore[misc]
        for target in chance.sample(nodes, 12):
            answers.append(milliseconds(lambda s=source, t=target, f=held[0]: f.why_not(s, t, 0)))  # type: ignore[misc]
    return max(taken), max(answers)


def pasted(window: Window) -> float:
    """Everything once more, until it is painted; taken back at the end."""
    session = window.session
    held = clipboard.snippet(session.diagram, session.graph.nodes)

    def paste() -> None:
        session.edit("Paste", lambda diagram: clipboard.paste(diagram, held, (0.0, 30_000.0)))
        application().processEvents()

    time_ = milliseconds(paste)
    session.undo()
    application().processEvents()
    return time_


def measured(name: str, path: Path) -> Iterator[Figure]:
    """All figures of one document."""
    yield speed(name)
    window, opening = opened(path)
    yield Figure(f"{name}: open the file until it is painted", opening, 3000.0)
    pans, zoomed = fit_all(window)
    yield Figure(f"{name}: pan with all in view, median", statistics.median(pans), 16.0)
    yield Figure(f"{name}: zoom with all in view, median", statistics.median(zoomed), 16.0)
    for zoom, times in sweep(window):
        yield Figure(f"{name}: repaint at zoom {zoom:.3f}, median", statistics.median(times), 16.0)
        yield Figure(f"{name}: repaint at zoom {zoom:.3f}, worst", max(times), 33.0)
    drags: dict[float, list[list[float]]] = {}
    for _ in range(ROUNDS):
        for zoom in (window.canvas.whole().zoom * 1.2, 0.1, 0.3, 0.5, 1.0, 2.0):
            drags.setdefault(zoom, []).append(dragged(window, zoom))
            window.session.undo()
    for zoom, rounds in drags.items():
        times = min(rounds, key=statistics.median)
        yield Figure(f"{name}: move one card at zoom {zoom:.2f}, median", statistics.median(times), 10.0)
        yield Figure(f"{name}: move one card at zoom {zoom:.2f}, worst", max(times))
    window.session.redo()
    yield Figure(f"{name}: one undo", max(undone(window)), 100.0)
    worst, release = banded(window)
    yield Figure(f"{name}: rubber band over everything, slowest move", worst, 100.0)
    yield Figure(f"{name}: rubber band over everything, release", release, 100.0)
    taken, answer = hovered(window)
    yield Figure(f"{name}: take a wire into the hand, slowest", taken)
    yield Figure(f"{name}: may it end at this node, slowest", answer, 5.0)
    yield Figure(f"{name}: paste all of it once more", pasted(window), 3000.0)
    window.session.select(sorted(window.session.graph.nodes)[500:530])
    window.actions_["group"].trigger()
    times = dragged(window, 0.5)
    yield Figure(f"{name}: move one card beside a group, median", statistics.median(times), 10.0)
    for _ in range(2):
        window.session.undo()
    window.canvas.look(dense_places(window, 0.5)[0])
    for gesture, slowest, promise in slowest_turns(window):
        yield Figure(f"{name}: slowest turn: {gesture}", slowest, promise)
    closed(window)
    yield speed(name)
    yield Figure(f"{name}: most memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 600.0, "MB")


def vast(path: Path) -> Iterator[Figure]:
    """What a document of ten times as many nodes still has to be: usable."""
    window, opening = opened(path)
    name = f"{len(window.session.graph):,} nodes"
    yield Figure(f"{name}: open the file until it is painted", opening)
    yield Figure(f"{name}: longest halt while it opens", longest_halt(lambda: window.files.open_path(path)), 1000.0)
    pans, zoomed = fit_all(window)
    yield Figure(f"{name}: pan with all in view, median", statistics.median(pans), 60.0)
    yield Figure(f"{name}: zoom with all in view, median", statistics.median(zoomed), 60.0)
    worst = max((statistics.median(times), zoom) for zoom, times in sweep(window))
    yield Figure(f"{name}: repaint at the slowest zoom, {worst[1]:.3f}, median", worst[0])
    closed(window)
    yield Figure(f"{name}: most memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, None, "MB")


def compared(where: Path) -> Iterator[Figure]:
    """Repaint with all in view, in NodeGraphQt and here."""
    sizes = (100, 300, 1000)
    theirs = repaints(where, sizes)
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.bpviz"
            save(path, tangle(size))
            window, _ = opened(path)
            ours = statistics.median(fit_all(window)[0])
            closed(window)
            yield Figure(f"{size} nodes: NodeGraphQt, pan with all in view", theirs[size])
            yield Figure(f"{size} nodes: bpviz, the same", ours)
            promise = 20.0 if size == 300 else None
            yield Figure(f"{size} nodes: as fast", theirs[size] / ours, promise, "times")


def alone(measure: Callable[..., Iterator[Figure]], *what: object) -> list[Figure]:
    """The figures from a process of their own, so that the memory of one document is not counted for the next."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_listed, measure, what).result()


def _listed(measure: Callable[..., Iterator[Figure]], what: Sequence[object]) -> list[Figure]:
    application()
    return list(measure(*what))


def _write(path: Path, diagram: Diagram) -> None:
    """Saves a document and says how large it is."""
    inputs = diagram.graph.structure.inputs
    wires = sum(source is not None for sources in inputs.values() for source in sources)
    print(f"{path.stem}: {len(inputs):,} nodes, {wires:,} wires", file=sys.stderr)
    save(path, diagram)


def figures(nodes: int, *, vast_too: bool, other: Path | None) -> Iterator[Figure]:
    """All that was asked for."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("network", "tangle"):
            path = Path(folder) / f"{name}.bpviz"
            _write(path, Diagram.of(parse(network(nodes))) if name == "network" else tangle(nodes))
            yield from alone(measured, name, path)
        if other is not None:
            yield from alone(compared, other)
        if vast_too:
            path = Path(folder) / "vast.bpviz"
            _write(path, tangle(MOST_NODES))
            yield from alone(vast, path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, and says what was promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--vast", action="store_true", help=f"{MOST_NODES:,} nodes, too")
    parser.add_argument("--compare", type=Path, metavar="FOLDER", help="where NodeGraphQt lies")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = []
    for figure in figures(options.nodes, vast_too=options.vast, other=options.compare):
        found.append(figure)
        if not options.json:
            print(figure, flush=True)
    if options.json:
        print(json.dumps([{**vars(figure), "kept": figure.is_kept} for figure in found]))
    missed = [figure for figure in found if not figure.is_kept]
    for figure in missed:
        print(f"bench_canvas: broken: {figure}", file=sys.stderr)
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
