"""bpviz beside micrograd, HIPS autograd, PyTorch and straight-line C: the same graphs, in one run, in turns.

Before anything is timed, values and gradients must agree to 1e-9.  Prints medians, their ratios and the aims, or one
JSON object with `--json`; what is not installed is named and left out (`pip install .[bench]` brings it).  Python's
garbage collector is off while a call is timed, as in timeit, which favours those who build graphs (micrograd's are
cyclic, and never freed then); `--collector` leaves it on, as it is in use.  It is on while graphs are compiled.  BLAS
and PyTorch have one thread, or as many as OPENBLAS_NUM_THREADS says.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

THREADS = os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported
for library in ("OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = THREADS

import bench_graphs as graphs  # noqa: E402
import numpy as np  # noqa: E402
from bench_graphs import Answer, Batch, Engine, MissingError, Problem, module, network  # noqa: E402

import bpviz  # noqa: E402
from bpviz.engine.plan import Plan  # noqa: E402
from bpviz.engine.trace import Trace  # noqa: E402
from bpviz.graph.graph import Graph  # noqa: E402

SLOW = 0.3  # seconds; what takes longer is called less often
TURN = 0.05  # seconds that each contender has in one turn
quick = False
collector = False
T = TypeVar("T")
SCALARS = (graphs.in_micrograd, graphs.in_autograd, graphs.in_torch)
ARRAYS = (graphs.by_hand, graphs.with_autograd, graphs.with_torch)


@dataclass(frozen=True)
class Aim:
    """A number, and how large it may be at most or must be at least."""

    what: str
    value: float
    limit: float
    unit: str = "×"
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass
class Case:
    """What was found for one graph.  `ratios` are the times of the others as multiples of `base`."""

    title: str
    base: str
    nodes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    aims: list[Aim] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)

    def compare(self) -> None:
        """Fills in the ratios."""
        others = [name for name in self.seconds if not name.startswith("bpviz")]
        self.ratios = {name: self.seconds[name] / self.seconds[self.base] for name in others}

    def aim(self, what: str, top: str, bottom: str, limit: float, at_least: bool = False) -> None:
        """An aim for the ratio of two times, or of two sums of times (`a + b`), if both were measured."""
        names = [part.split(" + ") for part in (top, bottom)]
        if all(name in self.seconds for part in names for name in part):
            above, below = (sum(self.seconds[name] for name in part) for part in names)
            self.aims.append(Aim(what, above / below, limit, at_least=at_least))


# Measuring


def timed(act: Callable[[], object]) -> float:
    """The seconds one call takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def medians(contenders: Mapping[str, Callable[[], object]], rounds: int = 15) -> dict[str, float]:
    """Median seconds of a call, the contenders taking turns, so that a busy machine slows down all of them."""
    if quick:
        rounds = 5
    first = {name: timed(act) for name, act in contenders.items()}  # to warm up
    calls = {name: max(1, min(50, int(TURN / taken))) for name, taken in first.items()}
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds):
        for name, act in contenders.items():
            if first[name] > SLOW and turn >= (1 if quick else 3):
                continue
            gc.collect()
            if collector:
                gc.freeze()  # what lies about from the other contenders is none of its business
            else:
                gc.disable()
            found[name] += [timed(act) for _ in range(calls[name])]
            gc.enable()
            gc.unfreeze()
    return {name: statistics.median(times) for name, times in found.items()}


NAMES = {
    graphs.in_micrograd: "micrograd", graphs.in_autograd: "autograd", graphs.in_torch: "PyTorch", graphs.in_c: "C",
    graphs.by_hand: "numpy by hand", graphs.with_autograd: "autograd", graphs.with_torch: "PyTorch",
}  # fmt: skip


def engines(case: Case, given: T, makers: Sequence[Callable[[T], Engine]], expected: Answer) -> dict[str, Any]:
    """What to time of the other engines, after their answers were found to be the same; notes the missing ones."""
    runs: dict[str, Any] = {}
    for maker in makers:
        name = NAMES[maker]
        try:
            engine = maker(given)
        except MissingError as reason:
            case.absent[name] = str(reason)
            continue
        agree(case.title, name, engine.answer(), expected)
        runs |= engine.runs
    return runs


def answer_of(plan: Plan, leaves: int) -> Answer:
    """What bpviz has just found: the output, and the gradients of the leaves, whose ids are 0, 1, 2 …"""
    assert plan.output_row is not None
    gradients = [float(plan.gradient_view(plan.row_of[leaf])) for leaf in range(leaves)]
    return float(plan.value_view(plan.output_row)), np.array(gradients)


def agree(title: str, name: str, found: Answer, expected: Answer) -> None:
    """Ends the run when two engines differ."""
    pairs: list[tuple[str, Any, Any]] = [("value", found[0], expected[0]), ("gradients", found[1], expected[1])]
    for what, one, other in pairs:
        if not np.allclose(one, other, rtol=1e-9, atol=1e-9 * float(np.max(np.abs(other)))):
            raise SystemExit(f"bench: {title}: the {what} of {name} and of bpviz differ")


# The cases


def small_network() -> Case:
    """A network of scalar neurons, built and compiled once, and evaluated again with new inputs."""
    widths, samples = (2, 16, 16, 1), 50
    problem = network(widths, samples)
    case = Case("Scalar MLP 2-16-16-1, 50 samples", "bpviz: new inputs, forward, backward")
    plan = bpviz.compile(graphs.graph_of(problem))
    case.nodes = len(plan.graph)
    others = engines(case, problem, (*SCALARS, graphs.in_c), answer_of(plan, len(problem.numbers)))
    weights = len(problem.numbers) - samples * (widths[0] + 1)
    data = [weights + 3 * sample + slot for sample in range(samples) for slot in range(widths[0])]
    numbers = {f"x{leaf}": float(problem.numbers[leaf]) for leaf in data}
    parameters = {f"x{leaf}": float(problem.numbers[leaf]) for leaf in range(weights)}
    one = {f"x{data[0]}": 0.25}
    ours = {
        case.base: lambda: plan.run(**numbers),
        "bpviz: new parameters, forward, backward": lambda: plan.run(**parameters),
        "bpviz: one new input, forward, backward": lambda: plan.run(**one),
        "bpviz: forward": plan.evaluate,
        "bpviz: backward": plan.accumulate,
    }
    case.seconds = medians(ours | others)
    case.compare()
    case.aim("micrograd / bpviz", "micrograd: build, backward", case.base, 100.0, at_least=True)
    case.aim("PyTorch eager scalars / bpviz", "PyTorch: forward, backward", case.base, 100.0, at_least=True)
    case.aim("bpviz / C, both passes", "bpviz: forward + bpviz: backward", "C: forward + C: backward", 6.0)
    return case


def large(title: str, make: Callable[[int], Problem]) -> Case:
    """A graph of 100,000 nodes: how long it takes to compile, beside smaller ones, and to run."""
    case = Case(title, "bpviz: forward, backward")
    for nodes in (25_000, 50_000, 100_000):
        problem = make(nodes)
        builds, compiles = [], []
        for _ in range(1 if quick else 3):
            listed = graphs.recorded(problem)
            gc.collect()
            start = time.perf_counter()
            graph = Graph(listed, listed[-1].id)
            built = time.perf_counter()
            plan = bpviz.compile(graph)
            compiles.append(time.perf_counter() - built)
            builds.append(built - start)
        case.nodes = len(graph)
        case.seconds[f"bpviz: Graph of {nodes:,}"] = statistics.median(builds)
        case.seconds[f"bpviz: compile {nodes:,}"] = statistics.median(compiles)
    others = engines(case, problem, SCALARS, answer_of(plan, len(problem.numbers)))
    case.seconds |= medians({case.base: plan.run, **others})
    case.compare()
    case.aims.append(Aim("compile 100,000", case.seconds["bpviz: compile 100,000"], 1.5, "s"))
    case.aim("4 × the nodes / 4 × the time", "bpviz: compile 100,000", "bpviz: compile 25,000", 6.0)
    return case


def tensor_network() -> Case:
    """A network of arrays, against numpy written by hand."""
    batch = Batch((64, 256, 256, 10), 128)
    case = Case("Tensor MLP 64-256-256-10, batch 128, softmax cross entropy", "bpviz: forward, backward")
    plan = bpviz.compile(batch.graph())
    case.nodes = len(plan.graph)
    others = engines(case, batch, ARRAYS, batch.answer(plan))
    parameters = batch.parameters
    ours = {case.base: plan.run, "bpviz: new parameters, forward, backward": lambda: plan.run(**parameters)}
    case.seconds = medians(ours | others, rounds=40)
    case.compare()
    case.aim("bpviz / numpy by hand", case.base, "numpy by hand: forward, backward", 1.15)
    return case


def slider() -> Case:
    """One input of a small graph in motion, as when somebody drags a slider."""
    problem = network((2, 1, 2, 1), 1)
    graph = graphs.graph_of(problem)
    case = Case("One input of a small graph moves", "bpviz: plan.run(x=…)", len(graph))
    plan = bpviz.compile(graph)
    others = engines(case, problem, SCALARS, answer_of(plan, len(problem.numbers)))
    case.seconds = medians(
        {
            case.base: lambda: plan.run(x10=0.5),
            "bpviz: plan.run(x=…) and a new Trace": lambda: Trace(plan.run(x10=0.5), graph),
            **others,
        }
    )
    case.compare()
    case.aims.append(Aim("plan.run(x=…)", case.seconds[case.base] * 1e6, 200.0, "µs"))
    return case


def long_trace() -> Case:
    """A trace of more than a million events, looked at in random places, and what it takes of the memory."""
    problem = network((2, 32, 32, 1), 100)
    graph = graphs.graph_of(problem)
    _ = graph.structure.levels, graph.structure.consumers
    gc.collect()
    tracemalloc.start()
    plan = Plan(graph).run()
    trace = Trace(plan, graph)
    made, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    case = Case(f"A trace of {len(trace):,} events", "bpviz: len(trace)", len(graph))
    if len(trace) < 1_000_000:
        raise SystemExit("bench: the long trace has become too short")

    random = np.random.default_rng(7)
    backward = trace.forward_length + 1 + 2 * random.integers(0, len(plan.wires), 100)
    places = [trace.seed_position, *random.integers(0, trace.forward_length, 60).tolist()]
    places += [*backward[:70].tolist(), *(backward[30:] + 1).tolist()]  # sent, and added
    random.shuffle(places)

    def look(i: int) -> None:
        frame, node = trace.frame(i), int(random.integers(0, len(graph)))
        frame.value(node), frame.gradient(node)

    events = [timed(lambda i=i: trace[i]) for i in places[:200]]  # type: ignore[misc]
    frames = [timed(lambda i=i: look(i)) for i in places[:200]]  # type: ignore[misc]
    case.seconds = {
        case.base: timed(lambda: len(trace)),
        "bpviz: trace[i], the first": events[0],
        "bpviz: trace[i], median": statistics.median(events),
        "bpviz: trace[i], slowest": max(events),
        "bpviz: a frame's value and gradient, median": statistics.median(frames),
        "bpviz: a frame's value and gradient, slowest": max(frames),
    }
    case.aims.append(Aim("slowest access", max(events + frames) * 1e3, 50.0, "ms"))
    case.aims.append(Aim("memory of plan and trace / plan's buffers", made / plan.buffers.nbytes, 6.0))
    return case


CASES: dict[str, Callable[[], Case]] = {
    "mlp": small_network,
    "chain": lambda: large("A chain of 100,000", graphs.chain),
    "sum": lambda: large("A wide sum of 100,000", graphs.tree),
    "tensors": tensor_network,
    "slider": slider,
    "trace": long_trace,
}

# Telling


def duration(seconds: float) -> str:
    """Seconds with the unit that suits."""
    for unit, size in (("s ", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:9.3f} {unit}"
    return f"{seconds / 1e-6:9.3f} µs"


def show(case: Case) -> None:
    """The case as a table."""
    print(f"\n{case.title} ({case.nodes:,} nodes)")
    for name, seconds in case.seconds.items():
        ratio = f"{case.ratios[name]:10.2f} × bpviz" if name in case.ratios else ""
        print(f"  {name:47s}{duration(seconds)}{ratio}")
    for name, reason in case.absent.items():
        print(f"  {name:47s}{reason}")
    for aim in case.aims:
        sign = "≥" if aim.at_least else "≤"
        told = f"{aim.value:9.2f} {aim.unit:2s}  {sign} {aim.limit:g} {aim.unit}: {'met' if aim.met else 'MISSED'}"
        print(f"  aim: {aim.what:42s}{told}")


def version(name: str) -> str | None:
    """The version of an installed package."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def main() -> int:
    """Measures; exit status 1 when an aim is missed."""
    global quick, collector
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--collector", action="store_true", help="leave Python's garbage collector on")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("cases", nargs="*", metavar="case", help=f"of {', '.join(CASES)}; all if none is named")
    options = parser.parse_args()
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    quick, collector = options.quick, options.collector
    with suppress(MissingError):
        module("torch").set_num_threads(int(THREADS))
    versions = {name: version(name) for name in ("numpy", "micrograd", "autograd", "torch")}
    if not options.json:
        told = ", ".join(f"{name} {found or '(not installed)'}" for name, found in versions.items())
        print(f"Python {sys.version.split()[0]}, {told}; threads: {THREADS}; collector {'on' if collector else 'off'}")
    found: dict[str, Case] = {}
    for name in options.cases or CASES:
        found[name] = CASES[name]()
        gc.collect()
        if not options.json:
            show(found[name])
            sys.stdout.flush()
    if options.json:
        cases = {
            name: {**asdict(case), "aims": [asdict(a) | {"met": a.met} for a in case.aims]}
            for name, case in found.items()
        }
        settings = {"threads": int(THREADS), "quick": quick, "collector": collector}
        print(json.dumps({"versions": versions, **settings, "cases": cases}))
    return 0 if all(aim.met for case in found.values() for aim in case.aims) else 1


if __name__ == "__main__":
    sys.exit(main())
