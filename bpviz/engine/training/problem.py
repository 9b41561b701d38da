"""What is minimised: a loss as a function of one flat vector θ of parameters, over samples or as the graph stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from ...graph.graph import Graph, GraphError, Node, NodeId, Value, as_value
from ...ops import OPS, numerals
from ..jacobians import hessian
from ..plan import Plan
from ..steps import Floats
from .binding import Binding, TrainingError, Wishes, bind, shape_of
from .datasets import Dataset

MOST_PARAMETERS = 1_000_000
MOST_CURVED = 120  # parameters for a Hessian: every step of Newton's method solves for all of them
_PLANS = 6  # batch sizes that are held compiled
MOST_TRIED = 1000  # samples with which it is found out whether there is a loss at all
ONE = 0  # in place of a number of samples: one, without an axis for samples
Rows = NDArray[np.intp]


class Problem:
    """A loss L(θ), its gradient and its Hessian.

    `nodes` are the parameters in θ, each with all its entries in row-major order; `start` is θ as the graph has it.
    With data, the loss of some samples is the mean of what the graph makes of each.
    """

    def __init__(
        self,
        graph: Graph,
        data: Dataset | None = None,
        nodes: Sequence[NodeId] | None = None,
        wishes: Wishes | None = None,
    ) -> None:
        """Parameters are those declared as such, or `nodes`, or else all inputs; columns go where they are wished, or
        where they fit.  Raises TrainingError."""
        output = graph.result
        if output is None or graph.nodes[output].op.is_leaf:
            raise TrainingError("there is nothing to minimise yet: first build a graph that ends in a loss")
        self.output: NodeId = output
        self.data = data
        needed = graph.structure.ancestors(output)
        plan = Plan(graph)
        if output not in plan.row_of:
            raise TrainingError(
                f"the loss {graph.spoken(output)} has no value: {plan.waiting.get(output) or plan.misfits.get(output)}"
            )
        if shape := plan.shapes[plan.row_of[output]]:
            name = graph.spoken(output)
            raise TrainingError(
                f"{name} has the shape {numerals.sized(shape)}: "
                f"a loss is one number, such as mean({name}) or sum({name})"
            )
        self.graph = _restricted(graph, needed, output)
        self.binding: Binding | None = None if data is None else bind(self.graph, output, data, wishes)
        fed = {feed.node for feed in self.binding.feeds} if self.binding else set()
        self.nodes = self._chosen(nodes, fed)
        self.unused = tuple(node.id for node in graph.leaves() if node.op.name == "parameter" and node.id not in needed)
        sizes = [prod(shape_of(self.graph.nodes[node])) for node in self.nodes]
        if sum(sizes) > MOST_PARAMETERS:
            raise TrainingError(f"there are {sum(sizes):,} parameters; bpviz trains {MOST_PARAMETERS:,} at most")
        self.spans = {
            node: slice(*ends) for node, ends in zip(self.nodes, pairwise(np.cumsum([0, *sizes])), strict=True)
        }
        self.start: Floats = np.concatenate([np.ravel(np.asarray(self.graph.nodes[node].value)) for node in self.nodes])
        self._evaluators: dict[int, Evaluator] = {}
        self.is_looped = False
        if self.binding is not None and data is not None:
            self.is_looped = not self._holds_batches()
        loss = self.loss(self.start, evenly(self.rows, MOST_TRIED))
        if not np.isfinite(loss):
            raise TrainingError(f"the loss is {numerals.brief(loss)} at the start: change a parameter first")

    def _chosen(self, nodes: Sequence[NodeId] | None, fed: set[NodeId]) -> tuple[NodeId, ...]:
        free = [node for node in self.graph.leaves() if node.id not in fed and node.value is not None]
        if nodes is not None:
            chosen = [node.id for node in free if node.id in set(nodes)]
        else:
            chosen = [node.id for node in free if node.op.name == "parameter"] or [node.id for node in free]
        if not chosen:
            raise TrainingError(
                "there is no parameter that the loss depends on: write one as w = parameter(0.5), or make an input a "
                "parameter in its menu"
            )
        return tuple(chosen)

    # What θ holds

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def rows(self) -> Rows:
        """The rows to train with; none without data."""
        return np.array([], dtype=np.intp) if self.data is None else self.data.train

    def label(self, entry: int) -> str:
        """What an entry of θ is called: `w₁`, `W[0, 1]`."""
        for node, span in self.spans.items():
            if span.start <= entry < span.stop:
                shape, name = shape_of(self.graph.nodes[node]), self.graph.spoken(node)
                if not shape:
                    return name
                at = np.unravel_index(entry - span.start, shape)
                return f"{name}[{', '.join(str(int(i)) for i in at)}]"
        raise IndexError(entry)

    def values(self, theta: Floats) -> Mapping[NodeId, Value]:
        """θ as the values of its nodes."""
        found: dict[NodeId, Value] = {}
        for node, span in self.spans.items():
            shape = shape_of(self.graph.nodes[node])
            if shape:
                held = theta[span].reshape(shape).copy()
                held.flags.writeable = False
                found[node] = held
            else:
                found[node] = float(theta[span.start])
        return found

    # What it comes to

    def loss(self, theta: Floats, rows: Rows) -> float:
        """L(θ) over some samples; as the graph stands, without data."""
        return self._sum(theta, rows, None)

    def slope(self, theta: Floats, rows: Rows) -> tuple[float, Floats]:
        """L(θ) and ∇L(θ)."""
        gradient = np.zeros(len(self))
        return self._sum(theta, rows, gradient), gradient

    def _sum(self, theta: Floats, rows: Rows, gradient: Floats | None) -> float:
        if not self.is_looped or self.data is None:
            return self._evaluator(len(rows)).evaluate(theta, rows, gradient)
        one, total, part = self._evaluator(ONE), 0.0, np.zeros(len(self))
        for row in rows[:, None]:
            total += one.evaluate(theta, row, part)
            if gradient is not None:
                gradient += part / len(rows)
        return total / len(rows)

    def hessian(self, theta: Floats, rows: Rows) -> Floats:
        """∂²L/∂θ².  Raises TrainingError for more parameters than `MOST_CURVED`, GraphError at a corner."""
        if len(self) > MOST_CURVED:
            raise TrainingError(
                f"Newton's method needs a matrix of {len(self):,} × {len(self):,} second derivatives at every step; "
                f"bpviz does that for {MOST_CURVED} parameters at most"
            )
        if not self.is_looped or self.data is None:
            return hessian(self._evaluator(len(rows)).graph_at(theta, rows), self.nodes)
        one = self._evaluator(ONE)
        parts = [hessian(one.graph_at(theta, row), self.nodes) for row in rows[:, None]]
        return np.asarray(sum(parts) / len(parts))

    def _evaluator(self, count: int) -> Evaluator:
        found = self._evaluators.pop(count, None) or Evaluator(self, count)
        self._evaluators[count] = found  # the last used comes last
        if len(self._evaluators) > _PLANS:
            del self._evaluators[next(iter(self._evaluators))]
        return found

    def _holds_batches(self) -> bool:
        """Whether a batch through the graph is the mean of its samples one by one.

        It is where everything is elementwise, or written for leading axes.  `W @ x` of a vector x is not: then samples
        go through one at a time.
        """
        assert self.binding is not None
        if self.binding.is_batched:
            self._evaluator(min(len(self.rows), MOST_TRIED))  # raises for what does not fit
            return True
        few = self.rows[:: max(1, len(self.rows) // 3)][:3]
        try:
            whole = np.zeros(len(self))
            loss = self._evaluator(len(few)).evaluate(self.start, few, whole)
        except GraphError:
            return False
        parts, one = np.zeros((len(few), len(self))), self._evaluator(ONE)
        losses = [one.evaluate(self.start, row, part) for row, part in zip(few[:, None], parts, strict=True)]
        return bool(
            np.isclose(loss, np.mean(losses), rtol=1e-7, atol=1e-12)
            and np.allclose(whole, parts.mean(axis=0), rtol=1e-7, atol=1e-10)
        )


def evenly(rows: Rows, most: int) -> Rows:
    """At most so many of some rows, evenly."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


class Evaluator:
    """The loss compiled for one number of samples.  θ goes in, and ∇L comes out, in one piece."""

    def __init__(self, problem: Problem, count: int) -> None:
        """`count` is `ONE` for a sample as the graph was written for it, without an axis for samples.

        Raises TrainingError when a batch of `count` samples does not fit the graph.
        """
        self._problem, self._is_one = problem, count == ONE
        graph = problem.graph
        if problem.data is not None and problem.binding is not None:
            graph = graph.with_values(self._samples(np.resize(problem.rows, max(count, 1))))
        self.graph, self.plan = _averaged(graph, problem.output)
        # all parameters have a row, since the output has one
        rows = [self.plan.row_of[node] for node in problem.nodes]
        self._values, self._gradients = self.plan.places(rows)
        self._rows: Rows | None = None

    def evaluate(self, theta: Floats, rows: Rows, gradient: Floats | None) -> float:
        """The loss at θ of some samples; its gradient is put into `gradient`, if that is given."""
        plan = self.plan
        plan.buffers.values[self._values] = theta
        self._feed(rows)
        assert plan.output_row is not None
        with np.errstate(all="ignore"):  # what is not finite is noticed by the run
            plan.evaluate()
            if gradient is not None:
                plan.accumulate()
                gradient[:] = plan.buffers.gradients[self._gradients]
        return float(plan.value_view(plan.output_row))

    def graph_at(self, theta: Floats, rows: Rows) -> Graph:
        """The graph with these parameters and samples in its inputs."""
        held = dict(self._problem.values(theta))
        if self._problem.data is not None and self._problem.binding is not None:
            held |= self._samples(rows)
        return self.graph.with_values(held)

    def _feed(self, rows: Rows) -> None:
        problem = self._problem
        if problem.data is None or problem.binding is None or rows is self._rows:
            return
        for node, value in self._samples(rows).items():
            self.plan.value_view(self.plan.row_of[node])[...] = value
        self._rows = rows

    def _samples(self, rows: Rows) -> Mapping[NodeId, Value]:
        """What goes into the inputs."""
        data, binding = self._problem.data, self._problem.binding
        assert data is not None and binding is not None
        found = {feed.node: feed.batch(data, rows) for feed in binding.feeds}
        return {node: as_value(value[0]) for node, value in found.items()} if self._is_one else found


def _averaged(graph: Graph, output: NodeId) -> tuple[Graph, Plan]:
    """The graph with the mean over the samples at its end, if it makes a loss of each."""
    plan = Plan(graph)
    if output not in plan.row_of:
        reason = next(iter(plan.misfits.values()), "the loss has no value")
        raise TrainingError(f"the samples do not fit the graph: {reason}")
    shape = plan.shapes[plan.row_of[output]]
    if not shape:
        return graph, plan
    if prod(shape) != shape[0]:
        raise TrainingError(f"a batch of samples makes a loss of the shape {numerals.sized(shape)}")
    mean = Node(max(graph.nodes) + 1, OPS["mean"], (output,))
    whole = Graph([*graph.nodes.values(), mean], mean.id)
    return whole, Plan(whole)


def _restricted(graph: Graph, nodes: set[NodeId], output: NodeId) -> Graph:
    """The graph of what the output depends on, and nothing beside it."""
    return Graph([node for node in graph.nodes.values() if node.id in nodes], output)
