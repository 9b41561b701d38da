"""The graphs that `bench.py` measures, and how every engine is given them.

A scalar formula is a Python function of its leaves, written once.  It is recorded as a bpviz graph, and called with
micrograd's values, autograd's boxes and PyTorch's scalars; C is written from the recorded graph.  The network of
arrays is written in bpviz's language, and out by hand for each of the others.
"""

from __future__ import annotations

import ctypes
import importlib
import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

import bpviz
from bpviz.engine.plan import Plan
from bpviz.graph.graph import Graph, Node
from bpviz.ops import OPS, Op, Operand

Floats: TypeAlias = NDArray[np.float64]
Answer: TypeAlias = tuple[float, Floats]  # the value of a formula, and its gradient at all leaves
STATEMENTS = 100  # in one function of C: gcc takes more than linear time over longer ones


class MissingError(Exception):
    """An engine that is not there, or cannot, and why, in words."""


@dataclass(frozen=True)
class Functions:
    """What a formula needs besides + − ×, as one engine has it."""

    relu: Callable[[Any], Any]
    sin: Callable[[Any], Any]
    square: Callable[[Any], Any]


Formula: TypeAlias = Callable[[Sequence[Any], Functions], Any]


@dataclass(frozen=True)
class Problem:
    """A formula, and numbers for its leaves."""

    formula: Formula
    numbers: Floats


# The graphs


def network(widths: Sequence[int], samples: int, seed: int = 1) -> Problem:
    """Squared errors of a network of scalar neurons, ReLU in the hidden layers, added up over the samples.

    The leaves are the parameters, neuron by neuron, and then the inputs and the target of each sample.
    """
    parameters = sum((below + 1) * above for below, above in pairwise(widths))

    def formula(leaves: Sequence[Any], functions: Functions) -> Any:
        loss, at = None, parameters
        for _ in range(samples):
            layer, at = leaves[at : at + widths[0]], at + widths[0]
            weight = 0
            for depth, width in enumerate(widths[1:], 2):
                above = []
                for _ in range(width):
                    total = leaves[weight] * layer[0]
                    for i in range(1, len(layer)):
                        total = total + leaves[weight + i] * layer[i]
                    total = total + leaves[weight + len(layer)]
                    weight += len(layer) + 1
                    above.append(functions.relu(total) if depth < len(widths) else total)
                layer = above
            error, at = functions.square(layer[0] - leaves[at]), at + 1
            loss = error if loss is None else loss + error
        return loss

    random = np.random.default_rng(seed)
    weights = random.uniform(-1.0, 1.0, parameters) / math.sqrt(max(widths))
    return Problem(formula, np.concatenate([weights, random.uniform(-1.0, 1.0, samples * (widths[0] + 1))]))


def chain(nodes: int) -> Problem:
    """Euler's method for h′ = sin h: every step is three nodes, each of which needs the one before."""
    steps = (nodes - 2) // 3

    def formula(leaves: Sequence[Any], functions: Functions) -> Any:
        h, size = leaves[0], leaves[1]
        for _ in range(steps):
            h = h + size * functions.sin(h)
        return h

    return Problem(formula, np.array([0.3, 3.0 / steps]))


def tree(nodes: int) -> Problem:
    """Squares of many leaves, added up in pairs, pairs of pairs, and so on."""
    count = (nodes + 1) // 3

    def formula(leaves: Sequence[Any], functions: Functions) -> Any:
        terms = [functions.square(leaves[i]) for i in range(count)]
        while len(terms) > 1:
            pairs = [terms[i] + terms[i + 1] for i in range(0, len(terms) - 1, 2)]
            terms = pairs + terms[2 * len(pairs) :]
        return terms[0]

    return Problem(formula, np.random.default_rng(3).uniform(-1.0, 1.0, count))


# bpviz


class Recorded(Operand):
    """A node of the graph that is being recorded in `nodes`."""

    __slots__ = ("id", "nodes")

    def __init__(self, nodes: list[Node], op: Op, inputs: tuple[int, ...] = (), value: float | None = None) -> None:
        self.nodes, self.id = nodes, len(nodes)
        nodes.append(Node(self.id, op, inputs, value, "" if value is None else f"x{self.id}"))

    def apply(self, op: Op, args: Sequence[Any]) -> Recorded:
        return Recorded(self.nodes, op, tuple([arg.id for arg in args]))


def recorded(problem: Problem) -> list[Node]:
    """The nodes of the graph; the leaves come first, with their number for id, and are named x0, x1 …"""
    nodes: list[Node] = []
    leaves = [Recorded(nodes, OPS["variable"], value=number) for number in problem.numbers.tolist()]
    problem.formula(leaves, Functions(OPS["relu"], OPS["sin"], OPS["square"]))
    return nodes


def graph_of(problem: Problem) -> Graph:
    """A new graph, of which nothing has been found out yet but what `Graph` itself needs."""
    nodes = recorded(problem)
    return Graph(nodes, nodes[-1].id)


# The others


@dataclass(frozen=True)
class Engine:
    """A problem in another engine: what is timed, by name, and the value and the gradients it comes to."""

    runs: dict[str, Callable[[], object]]
    answer: Callable[[], Answer]


def module(name: str) -> Any:
    """A package, without types: nobody needs it in order to check these scripts."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise MissingError(f"{name.split('.')[0]} is not installed") from None


def in_micrograd(problem: Problem) -> Engine:
    """Values made anew for every pass, as micrograd is used; and the backward pass alone."""
    value_of = module("micrograd.engine").Value

    def sin(x: Any) -> Any:
        out = value_of(math.sin(x.data), (x,), "sin")

        def backward() -> None:
            x.grad += math.cos(x.data) * out.grad

        out._backward = backward
        return out

    functions = Functions(value_of.relu, sin, lambda x: x**2)
    numbers = problem.numbers.tolist()

    def both() -> tuple[Any, list[Any]]:
        leaves = [value_of(number) for number in numbers]
        output = problem.formula(leaves, functions)
        output.backward()
        return output, leaves

    def answer() -> Answer:
        output, leaves = both()
        return float(output.data), np.array([leaf.grad for leaf in leaves], dtype=np.float64)

    try:
        output, _ = both()
    except RecursionError:
        raise MissingError("cannot (recursion): its backward pass calls itself along the chain") from None
    return Engine({"micrograd: build, backward": both, "micrograd: backward alone": output.backward}, answer)


def in_autograd(problem: Problem) -> Engine:
    """The scalars taken out of one array, so that there is one gradient to ask for."""
    value_and_grad, numpy = module("autograd").value_and_grad, module("autograd.numpy")
    functions = Functions(lambda x: numpy.maximum(x, 0.0), numpy.sin, numpy.square)
    count = len(problem.numbers)
    differentiated = value_and_grad(lambda array: problem.formula([array[i] for i in range(count)], functions))

    def answer() -> Answer:
        value, gradient = differentiated(problem.numbers)
        return float(value), gradient

    return Engine({"autograd: build, backward": lambda: differentiated(problem.numbers)}, answer)


def in_torch(problem: Problem) -> Engine:
    """Eager scalars: tensors without dimensions, in float64."""
    torch = module("torch")
    functions = Functions(torch.relu, torch.sin, torch.square)
    leaves = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in problem.numbers.tolist()]

    def both() -> Any:
        for leaf in leaves:
            leaf.grad = None
        output = problem.formula(leaves, functions)
        output.backward()
        return output

    def answer() -> Answer:
        output = both()
        return output.item(), np.array([leaf.grad.item() for leaf in leaves])

    return Engine({"PyTorch: forward, backward": both}, answer)


# C

STATEMENTS_OF = {  # forward, backward
    "add": ("v[{out}]=v[{0}]+v[{1}];", "g[{0}]+=g[{out}];g[{1}]+=g[{out}];"),
    "sub": ("v[{out}]=v[{0}]-v[{1}];", "g[{0}]+=g[{out}];g[{1}]-=g[{out}];"),
    "mul": ("v[{out}]=v[{0}]*v[{1}];", "g[{0}]+=g[{out}]*v[{1}];g[{1}]+=g[{out}]*v[{0}];"),
    "sin": ("v[{out}]=sin(v[{0}]);", "g[{0}]+=g[{out}]*cos(v[{0}]);"),
    "relu": ("v[{out}]=v[{0}]>0?v[{0}]:0;", "g[{0}]+=v[{0}]>0?g[{out}]:0;"),
    "square": ("v[{out}]=v[{0}]*v[{0}];", "g[{0}]+=g[{out}]*2*v[{0}];"),
}


def c_source(nodes: Sequence[Node]) -> str:
    """Straight-line C: one statement forward for each node, and one backward for each input of it."""
    computed = [node for node in nodes if node.inputs]
    source = [f"#include <math.h>\n#include <string.h>\nstatic double v[{len(nodes)}], g[{len(nodes)}];"]
    source.append("double *values(void) { return v; }\ndouble *gradients(void) { return g; }")
    for name, way, order in (("forward", 0, computed), ("backward", 1, computed[::-1])):
        parts = [order[at : at + STATEMENTS] for at in range(0, len(order), STATEMENTS)]
        for i, part in enumerate(parts):
            source.append(f"static __attribute__((noinline)) void {name}{i}(void) {{")
            source += [STATEMENTS_OF[node.op.name][way].format(*node.inputs, out=node.id) for node in part]
            source.append("}")
        first = f"memset(g, 0, sizeof g); g[{nodes[-1].id}] = 1;" if name == "backward" else ""
        source.append(f"void {name}(void) {{ {first} {' '.join(f'{name}{i}();' for i in range(len(parts)))} }}")
    return "\n".join(source)


def in_c(problem: Problem) -> Engine:
    """The graph as a shared library of straight-line code, made with gcc -O2 (or cc)."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise MissingError("there is no C compiler")
    nodes, count = recorded(problem), len(problem.numbers)
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "graph.c", Path(folder) / "graph.so"
        source.write_text(c_source(nodes), encoding="utf-8")
        command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(made), str(source), "-lm"]
        if (done := subprocess.run(command, capture_output=True, text=True)).returncode:
            raise MissingError(f"the C compiler refused: {done.stderr.strip().splitlines()[0]}")
        library = ctypes.CDLL(str(made))  # stays loaded when the file is gone
    library.values.restype = library.gradients.restype = ctypes.POINTER(ctypes.c_double)
    library.forward.restype = library.backward.restype = None
    values = np.ctypeslib.as_array(library.values(), (len(nodes),))
    gradients = np.ctypeslib.as_array(library.gradients(), (len(nodes),))
    values[:count] = problem.numbers

    def answer() -> Answer:
        library.forward()
        library.backward()
        return float(values[-1]), gradients[:count].copy()

    return Engine({"C: forward": library.forward, "C: backward": library.backward}, answer)


# Arrays


class Batch:
    """A network with ReLU in the hidden layers, one batch of data, and softmax cross entropy."""

    def __init__(self, widths: Sequence[int], size: int) -> None:
        random = np.random.default_rng(5)
        self.layers = len(widths) - 1
        self.X = random.normal(size=(size, widths[0]))
        self.y = np.eye(widths[-1])[random.integers(0, widths[-1], size)]
        self.parameters: dict[str, Floats] = {}
        for i, (below, above) in enumerate(pairwise(widths), 1):
            self.parameters[f"W{i}"] = random.normal(size=(below, above)) * np.sqrt(2.0 / below)
            self.parameters[f"b{i}"] = random.normal(size=above) * 0.1

    def graph(self) -> Graph:
        """The program's graph; the data are constants, because they have no gradient in the other engines either."""
        names = ["X", *(f"h{i}" for i in range(1, self.layers))]
        lines = [f"h{i} = relu(linear({below}, W{i}, b{i}))" for i, below in enumerate(names[:-1], 1)]
        lines.append(f"loss = ce_logits(linear({names[-1]}, W{self.layers}, b{self.layers}), y)")
        graph = bpviz.parse("\n".join(lines), X=self.X, y=self.y, **self.parameters)
        nodes = [n.with_(op=OPS["constant"]) if n.name in ("X", "y") else n for n in graph.nodes.values()]
        return Graph(nodes, graph.result)

    def answer(self, plan: Plan) -> Answer:
        """What bpviz has just found."""
        return flat(plan.value("loss"), [plan.gradient(name) for name in self.parameters])


def flat(value: Any, gradients: Sequence[Any]) -> Answer:
    """An answer, the gradients one after the other."""
    return float(value), np.concatenate([np.ravel(gradient) for gradient in gradients])


def by_hand(batch: Batch) -> Engine:
    """Forward and backward as one writes them down who knows both."""
    X, y, size = batch.X, batch.y, len(batch.X)
    layers = [(batch.parameters[f"W{i}"], batch.parameters[f"b{i}"]) for i in range(1, batch.layers + 1)]

    def both() -> tuple[float, list[Floats]]:
        below = [X]
        for W, b in layers[:-1]:
            h = below[-1] @ W
            h += b
            below.append(np.maximum(h, 0.0, out=h))
        W, b = layers[-1]
        z = below[-1] @ W
        z += b
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1, keepdims=True)
        loss = float((y * (np.log(total) - z)).sum()) / size
        dz = (e / total - y) / size
        gradients: list[Floats] = []
        for (W, _), h in zip(layers[::-1], below[::-1], strict=True):
            gradients += [dz.sum(axis=0), h.T @ dz]
            if h is not X:
                dz = dz @ W.T
                dz *= h > 0.0
        return loss, gradients[::-1]

    return Engine({"numpy by hand: forward, backward": both}, lambda: flat(*both()))


def with_autograd(batch: Batch) -> Engine:
    """The same through autograd."""
    value_and_grad, numpy = module("autograd").value_and_grad, module("autograd.numpy")
    given = list(batch.parameters.values())

    def loss(parameters: Sequence[Any]) -> Any:
        h = batch.X
        for i in range(batch.layers):
            h = numpy.dot(h, parameters[2 * i]) + parameters[2 * i + 1]
            if i < batch.layers - 1:
                h = numpy.maximum(h, 0.0)
        h = h - numpy.max(h, axis=1, keepdims=True)
        return numpy.mean(numpy.sum(batch.y * (numpy.log(numpy.sum(numpy.exp(h), axis=1, keepdims=True)) - h), axis=1))

    differentiated = value_and_grad(loss)

    return Engine({"autograd: forward, backward": lambda: differentiated(given)}, lambda: flat(*differentiated(given)))


def with_torch(batch: Batch) -> Engine:
    """The same in PyTorch, eagerly, in float64."""
    torch, functional = module("torch"), module("torch.nn.functional")
    X, y = torch.from_numpy(batch.X), torch.from_numpy(batch.y)
    given = [torch.tensor(array, requires_grad=True) for array in batch.parameters.values()]

    def both() -> Any:
        for parameter in given:
            parameter.grad = None
        h = X
        for i in range(batch.layers):
            h = torch.addmm(given[2 * i + 1], h, given[2 * i])
            if i < batch.layers - 1:
                h = torch.relu(h)
        loss = functional.cross_entropy(h, y)
        loss.backward()
        return loss

    return Engine(
        {"PyTorch: forward, backward": both}, lambda: flat(both().item(), [parameter.grad for parameter in given])
    )
