"""How long the window takes for what must feel immediate, offscreen, in the software rasteriser, at 1280 × 720.

One slider tick (edit, re-run, repaint) and one frame of the animation, on graphs of several sizes, with the whole
graph in view and near.  Prints medians and the 95th percentile in milliseconds, and JSON with `--json`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.application import application
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.window import Window

FRAME = 16.0  # milliseconds


def network(nodes: int) -> str:
    """A program of about that many nodes: layers of sums of products through tanh, as in a small network."""
    width = max(2, round((nodes / 5) ** 0.5))
    lines = [f"x{i} = {0.3 * i - 0.7:.2f}" for i in range(width)]
    total, layer = width, [f"x{i}" for i in range(width)]
    number = 0
    while total + 4 * width <= nodes:
        following = []
        for i in range(width):
            number += 1
            left, right = layer[i], layer[(i + 1) % width]
            lines.append(f"h{number} = tanh({left} * {right} + {left})")
            following.append(f"h{number}")
        total += 3 * width
        layer = following
    lines.append("f = " + " + ".join(layer))
    return "\n".join(lines)


def milliseconds(act: Callable[[int], None], runs: int) -> list[float]:
    """How long each of `runs` calls takes, after three that don't count."""
    found = []
    for i in range(runs + 3):
        start = time.perf_counter()
        act(i)
        found.append((time.perf_counter() - start) * 1000.0)
    return found[3:]


def measure(nodes: int, runs: int) -> dict[str, dict[str, float]]:
    """The measures for one size of graph."""
    window = Window(QSettings(os.devnull, QSettings.Format.IniFormat))
    window.resize(1280, 720)
    window.show()
    window.session.open(Diagram.of(parse(network(nodes))), None)
    session, canvas = window.session, window.canvas
    canvas.fit()
    application().processEvents()
    node = session.graph.by_name["x0"]
    session.select({node})

    def tick(i: int) -> None:
        session.edit("Set x0", lambda diagram: edits.set_value(diagram, node, 0.01 * i), ("bench", nodes))
        application().processEvents()  # paints what the edit made out of date

    def frame(i: int) -> None:
        session.playback.seek((i * 0.37) % len(session.trace))
        application().processEvents()

    found = {"slider tick, whole graph": tick, "animation frame, whole graph": frame}
    results = {name: summary(milliseconds(act, runs)) for name, act in found.items()}
    rect = session.stage.rect(node)
    canvas.look(Camera(1.0, rect.x - 300.0, rect.y - 200.0))
    for name, act in (("slider tick, near", tick), ("animation frame, near", frame)):
        results[name] = summary(milliseconds(act, runs))
    window.session.document.mark_saved()
    window.close()
    return {f"{len(session.graph)} nodes: {name}": result for name, result in results.items()}


def summary(times: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {"median": statistics.median(times), "p95": statistics.quantiles(times, n=20)[-1]}


def main() -> int:
    """Measures everything; exit status 1 when a slider tick on 200 nodes takes more than a frame."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--nodes", type=int, nargs="*", default=[30, 200, 1000])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    application()
    results: dict[str, dict[str, float]] = {}
    slowest = 0.0
    for nodes in options.nodes:
        found = measure(nodes, options.runs)
        results |= found
        if nodes == 200:
            slowest = max(result["median"] for name, result in found.items() if "slider" in name)
    if options.json:
        print(json.dumps(results))
    else:
        for name, result in results.items():
            print(f"{name:45s} median {result['median']:6.1f} ms   p95 {result['p95']:6.1f} ms")
    return 0 if slowest <= FRAME else 1


if __name__ == "__main__":
    sys.exit(main())
