"""The automatic layout beside Graphviz's dot: crossings and seconds for the same graphs, in one run.

Both draw from left to right, and again from top to bottom, cards of the same size with a port for every input, and no
picture is looked at twice: the crossings of dot are counted on its splines from column to column, ours on the
drawn order of the columns, which is what dot minimizes too.  Seconds are those of one processor, so that a busy machine
slows down nobody.  dot runs in a process of its own and is given up after a while; the ratio is then at least that.
Prints both and the aims, or one JSON object with `--json`.  `pip install .[bench]` brings dot with pygraphviz.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")  # before numpy is imported

import bench_graphs as graphs  # noqa: E402
import numpy as np  # noqa: E402
from bench import Aim, duration, version  # noqa: E402

from bpviz.graph.graph import Graph, Node  # noqa: E402
from bpviz.graph.layered.columns import columns  # noqa: E402
from bpviz.graph.layered.grid import grid_of  # noqa: E402
from bpviz.graph.layered.room import CARD, ROOMS, ROW_GAP  # noqa: E402
from bpviz.graph.layered.untangling import untangled  # noqa: E402
from bpviz.graph.layout import Direction, layout  # noqa: E402
from bpviz.ops import OPS  # noqa: E402

POINTS = 72.0  # to the inch
PATIENCE = 60.0  # seconds after which dot is given up
quick = False


@dataclass
class Case:
    """What was found for some graphs of a kind: medians of seconds, sums of crossings."""

    title: str
    nodes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    crossings: dict[str, int] = field(default_factory=dict)
    gave_up: bool = False
    absent: str = ""
    aims: list[Aim] = field(default_factory=list)


def tangle(size: int, seed: int) -> Graph:
    """A random graph, in which most wires are short and some go anywhere."""
    random = Random(size * 1000 + seed)
    nodes: list[Node] = []
    for id_ in range(1, size + 1):
        if id_ < 3 or random.random() < 0.15:
            nodes.append(Node(id_, OPS[random.choice(["variable", "parameter"])], (), 1.0, f"x{id_}"))
            continue
        op = OPS[random.choice(["add", "mul", "sub", "tanh", "max", "where"])]
        sources = [random.choice(nodes[-5:] if random.random() < 0.85 else nodes).id for _ in range(op.arity)]
        nodes.append(Node(id_, op, tuple(sources)))
    return Graph(nodes)


def network(widths: tuple[int, ...], samples: int) -> Graph:
    """A network of scalar neurons."""
    return graphs.graph_of(graphs.network(widths, samples))


# dot


def in_dot(graph: Graph, direction: Direction) -> Any:
    """The graph as dot is given it: cards of our size, and a port for every input."""
    import pygraphviz

    gap, pitch = ROW_GAP / POINTS, ROOMS[direction].column_gap / POINTS
    way, side = ("TB", "n") if direction.is_down else ("LR", "w")
    drawn = pygraphviz.AGraph(directed=True, strict=False, rankdir=way, nodesep=gap, ranksep=pitch)
    for id_, node in graph.nodes.items():
        ports = "|".join(f"<s{slot}> " for slot in range(len(node.inputs)))
        shape = {"shape": "record", "label": "{{" + ports + "}|<out> }"} if ports else {"shape": "box", "label": ""}
        drawn.add_node(id_, width=CARD[0] / POINTS, height=CARD[1] / POINTS, fixedsize=True, **shape)
    for id_, node in graph.nodes.items():
        for slot, source in enumerate(node.inputs):
            if source is not None:
                drawn.add_edge(source, id_, key=f"{source}-{id_}-{slot}", headport=f"s{slot}:{side}")
    return drawn


def _point(text: str, direction: Direction) -> tuple[float, float]:
    """A place in dot's picture, in which y rises, as if wires led to the right."""
    x, y = map(float, text.split(","))
    return (-y, x) if direction.is_down else (x, y)


def dot_crossings(drawn: Any, direction: Direction) -> int:
    """How many pairs of splines change their order between two neighbouring columns of dot's picture, or rows."""
    import pygraphviz

    at = {node: _point(node.attr["pos"], direction) for node in drawn.nodes()}
    xs = np.array(sorted({round(x, 1) for x, _ in at.values()}))
    gaps: dict[int, list[tuple[float, float]]] = {}
    t = np.linspace(0.0, 1.0, 25)[:, None]
    for key in drawn.edges(keys=True):
        words = pygraphviz.Edge(drawn, *key).attr["pos"].replace("\\\n", "").split()
        (arrow,) = [word[2:] for word in words if word.startswith("e,")]
        points = np.array([_point(word, direction) for word in words if not word.startswith("e,")])
        pieces = [points[i : i + 4] for i in range(0, len(points) - 3, 3)]
        weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        spline = np.concatenate([sum(w * p for w, p in zip(weights, piece, strict=True)) for piece in pieces])
        first, last = xs.searchsorted([at[key[0]][0] - 0.2, at[key[1]][0] - 0.2]).tolist()
        between = np.interp(xs[first + 1 : last], spline[:, 0], spline[:, 1]).tolist()
        heights = [at[key[0]][1], *between, _point(arrow, direction)[1]]
        for column in range(first, last):
            gaps.setdefault(column, []).append((heights[column - first], heights[column - first + 1]))
    total = 0
    for ends in gaps.values():
        left, right = np.round(np.array(ends), 2).T
        total += int(((left[:, None] < left) & (right[:, None] > right)).sum())
    return total


def _by_dot(graph: Graph, direction: Direction, is_counted: bool, answers: Any) -> None:
    drawn = in_dot(graph, direction)
    start = time.process_time()
    drawn.layout(prog="dot")
    seconds = time.process_time() - start
    answers.put((seconds, dot_crossings(drawn, direction) if is_counted else 0))


def by_dot(graph: Graph, direction: Direction, is_counted: bool) -> tuple[float, int] | None:
    """Seconds that dot needed, and its crossings; None if it was given up."""
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    process = context.Process(target=_by_dot, args=(graph, direction, is_counted, answers))
    process.start()
    deadline = time.monotonic() + PATIENCE
    while answers.empty() and process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    found: tuple[float, int] | None = None if answers.empty() else answers.get()
    process.kill()
    process.join()
    return found


# The cases


def by_us(graph: Graph, direction: Direction, is_counted: bool) -> tuple[float, int]:
    """Seconds of a layout, and the crossings in the order that it finds."""
    fresh = Graph(graph.nodes.values(), graph.output)  # what a graph knows about itself, it knows already
    _ = fresh.structure.consumers, fresh.result
    start = time.process_time()
    layout(fresh, direction=direction)
    seconds = time.process_time() - start
    if not is_counted:
        return seconds, 0
    grid = grid_of(graph, columns(graph, lambda done: None), direction)
    return seconds, grid.crossings(untangled(grid, None, lambda done: None))


def case(title: str, made: list[Graph], direction: Direction, *, is_counted: bool) -> Case:
    """All graphs by both."""
    found = Case(f"{title}, {direction.told}", len(made[0]))
    ours = [by_us(graph, direction, is_counted) for graph in made]
    found.seconds["bpviz"] = statistics.median(seconds for seconds, _ in ours)
    if version("pygraphviz") is None:
        found.absent = "dot is not installed: pip install .[bench]"
        return found
    theirs = [by_dot(graph, direction, is_counted) for graph in made]
    found.gave_up = None in theirs
    found.seconds["dot"] = statistics.median(PATIENCE if answer is None else answer[0] for answer in theirs)
    if is_counted:
        pairs = [(one[1], other[1]) for one, other in zip(ours, theirs, strict=True) if other is not None]
        found.crossings = {"bpviz": sum(one for one, _ in pairs), "dot": sum(other for _, other in pairs)}
        found.aims.append(Aim("crossings / dot's", found.crossings["bpviz"] / max(found.crossings["dot"], 1), 1.0))
    return found


def small(direction: Direction) -> Case:
    """About 50 nodes."""
    made = [*(tangle(50, seed) for seed in range(8)), network((2, 4, 1), 1)]
    return case("50 nodes, tangles and a network", made[: 4 if quick else None], direction, is_counted=True)


def middle(direction: Direction) -> Case:
    """About 500 nodes."""
    made = [network((3, 6, 6, 1), 3), *(tangle(500, seed) for seed in range(4))]
    return case("500 nodes, a network and tangles", made[: 2 if quick else None], direction, is_counted=True)


def large(direction: Direction) -> Case:
    """5,000 nodes, at least 20 times as fast as dot."""
    found = case("5,000 nodes, a tangle", [tangle(5000, 1)], direction, is_counted=False)
    if "dot" in found.seconds:
        found.aims.append(
            Aim("dot / bpviz, seconds", found.seconds["dot"] / found.seconds["bpviz"], 20.0, at_least=True)
        )
    return found


def vast(direction: Direction) -> Case:
    """About 20,000 nodes of a network, in less than 2 seconds."""
    graph = network((2, 16, 16, 1), 30)
    seconds = by_us(graph, direction, False)[0]
    found = Case(f"A network of 20,000 nodes, {direction.told}", len(graph), {"bpviz": seconds})
    found.aims.append(Aim("a layout", found.seconds["bpviz"], 2.0, "s"))
    return found


_SIZES: dict[str, Callable[[Direction], Case]] = {"50": small, "500": middle, "5000": large, "20000": vast}
CASES: dict[str, tuple[Callable[[Direction], Case], Direction]] = {
    name if direction is Direction.RIGHT else f"{name}-{direction.value}": (run, direction)
    for direction in Direction
    for name, run in _SIZES.items()
}


def show(found: Case) -> None:
    """The case as a table."""
    print(f"\n{found.title} ({found.nodes:,} nodes)")
    for name, seconds in found.seconds.items():
        crossings = f"{found.crossings[name]:8,} crossings" if name in found.crossings else ""
        given_up = "  given up" if name == "dot" and found.gave_up else ""
        print(f"  {name:10s}{duration(seconds)}{crossings}{given_up}")
    if found.absent:
        print(f"  {found.absent}")
    for aim in found.aims:
        sign = "≥" if aim.at_least else "≤"
        print(
            f"  aim: {aim.what:24s}{aim.value:9.2f} {aim.unit}  {sign} {aim.limit:g}: {'met' if aim.met else 'MISSED'}"
        )


def main() -> int:
    """Measures; exit status 1 when an aim is missed."""
    global quick
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer graphs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("cases", nargs="*", metavar="case", help=f"of {', '.join(CASES)}; all if none is named")
    options = parser.parse_args()
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    quick = options.quick
    found: dict[str, Case] = {}
    for name in options.cases or CASES:
        run, direction = CASES[name]
        found[name] = run(direction)
        if not options.json:
            show(found[name])
            sys.stdout.flush()
    if options.json:
        cases = {
            name: {**asdict(one), "aims": [asdict(aim) | {"met": aim.met} for aim in one.aims]}
            for name, one in found.items()
        }
        versions = {name: version(name) for name in ("numpy", "pygraphviz")}
        print(json.dumps({"versions": versions, "patience": PATIENCE, "quick": quick, "cases": cases}))
    return 0 if all(aim.met for one in found.values() for aim in one.aims) else 1


if __name__ == "__main__":
    sys.exit(main())
