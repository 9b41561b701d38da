"""How long the window takes for what must feel immediate, offscreen, in the software rasteriser, at 1280 × 720.

One slider tick (edit, re-run, repaint) and one frame of the animation, on graphs of several sizes, with the whole
graph in view and near; every frame of a story that is played on 60 nodes, and of one stepped through on 2,000; and
training while its plots follow (`--parts` measures some of it).  Prints milliseconds, and JSON with `--json`.  With
`--check` the exit status is 1 when a promise is not kept: a slider tick on 200 nodes within a frame; playing, a median
of 10 ms and 16 ms for 99 of 100 frames; stepping, never 33 ms; training, 60 steps and 30 pictures a second, and a pause
within 50 ms.  Other programs on the machine count too: run it again before you believe a bad number.

What hands do to 10,000 nodes, beside NodeGraphQt, and the layout beside Graphviz's dot are measured in the same run by
`bench_canvas.py` and `bench_layout.py`, which can be run alone and say more of how they measure.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import bench_frames
import bench_training
from PySide6.QtCore import QSettings

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.application import application
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.window import Window

FRAME = 16.0  # milliseconds
PARTS = ("ticks", "frames", "training", "canvas", "layout")


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


def frames(nodes: int, large: int, *, is_whole: bool) -> dict[str, dict[str, float]]:
    """Every frame of playing and stepping, with the slowest ones told on standard error."""
    found = {}
    for size, told in (
        (nodes, bench_frames.playing(network(nodes), is_whole=is_whole)),
        (large, bench_frames.stepping(network(large))),
    ):
        for measured in told:
            name = f"{size} nodes: {measured.name}"
            found[name] = measured.summary
            print(f"{name}: slowest {'; '.join(measured.worst())}", file=sys.stderr)
    return found


def broken(results: dict[str, dict[str, float]], nodes: int, large: int) -> list[str]:
    """The promises that are not kept."""
    found = []
    for name, result in results.items():
        if name.startswith("training"):
            most, least = bench_training.AT_MOST, bench_training.AT_LEAST
            found += [
                f"{name}: {key} {result[key]:.0f} ms, not {limit:g}"
                for key, limit in most.items()
                if result[key] > limit
            ]
            found += [
                f"{name}: {result[key]:.0f} {key}, not {limit:g}" for key, limit in least.items() if result[key] < limit
            ]
            continue
        size, what = name.split(" nodes: ")
        limits = {}
        if size == "200" and "slider" in what:
            limits = {"median": FRAME}
        elif size == str(nodes) and "played" in what:
            limits = bench_frames.AT_MOST
        elif size == str(large) and ("stepping" in what or "scrubbing" in what):
            limits = {"max": bench_frames.WORST}
        found += [
            f"{name}: {key} {result[key]:.1f} ms, not {most:g}" for key, most in limits.items() if result[key] > most
        ]
    return found


def elsewhere(part: str, *more: str, is_json: bool) -> tuple[Any, bool]:
    """What another script measures, in a process of its own: its figures, and whether all that is promised is kept."""
    command = [sys.executable, str(Path(__file__).with_name(f"bench_{part}.py")), *more]
    sys.stdout.flush()
    done = subprocess.run([*command, "--json"] if is_json else command, stdout=subprocess.PIPE if is_json else None)
    return json.loads(done.stdout) if is_json else None, done.returncode == 0


def main() -> int:
    """Measures everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--nodes", type=int, nargs="*", default=[30, 200, 1000])
    parser.add_argument("--played", type=int, default=60, help="nodes of the graph that is played")
    parser.add_argument("--stepped", type=int, default=2000, help="nodes of the graph that is stepped through")
    parser.add_argument("--whole", action="store_true", help="play the whole story at speed 1, too: ten minutes")
    parser.add_argument("--compare", metavar="FOLDER", help="where NodeGraphQt lies, to be measured beside the canvas")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    application()
    results: dict[str, dict[str, float]] = {}
    others: dict[str, Any] = {}
    if "ticks" in options.parts:
        for nodes in options.nodes:
            results |= measure(nodes, options.runs)
    if "frames" in options.parts:
        results |= frames(options.played, options.stepped, is_whole=options.whole)
    if "training" in options.parts:
        results |= bench_training.watched()
    if not options.json:
        for name, result in results.items():
            print(f"{name:60s} " + "  ".join(f"{key} {number:6.1f}" for key, number in result.items()))
    missed = broken(results, options.played, options.stepped)
    for part in ("canvas", "layout"):
        if part in options.parts:
            more = ["--check", *(["--compare", options.compare] if options.compare else [])] if part == "canvas" else []
            others[part], is_kept = elsewhere(part, *more, is_json=options.json)
            missed += [] if is_kept else [f"not all that `bench_{part}.py` promises is kept"]
    if options.json:
        print(json.dumps(results | others))
    for told in missed:
        print(f"bench_ui: {told}", file=sys.stderr)
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
