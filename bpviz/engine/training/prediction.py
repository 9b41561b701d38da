"""What a trained graph says of a sample: the value that the loss compares with the target."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...graph.graph import Graph, GraphError, NodeId, as_value
from ..plan import Plan
from ..steps import Floats
from .problem import Problem, Rows

_AT_ONCE = 4096  # samples; a plane of 64 × 64
_SCORES = frozenset({"bce_logits", "ce_logits"})  # losses of scores, not of probabilities
_SIGNED = frozenset({"hinge"})


class Predictor:
    """Predictions of a problem's graph at any θ.

    `node` is what the loss compares with the target; `is_score` if it is not yet a probability, so that 0 parts two
    classes instead of ½.
    """

    def __init__(self, problem: Problem) -> None:
        """Raises GraphError when the loss does not compare the target with anything."""
        assert problem.data is not None and problem.binding is not None
        self._problem, self._data, self._binding = problem, problem.data, problem.binding
        self.node, op = _compared(problem.graph, self._binding.target)
        self.is_score = op in _SCORES or op in _SIGNED
        needed = problem.graph.structure.ancestors(self.node)
        if self._binding.target in needed:
            raise GraphError("the prediction depends on the target")
        self._graph = Graph([n for n in problem.graph.nodes.values() if n.id in needed], self.node)
        self._features = [feed for feed in self._binding.features if feed.node in needed]
        self._plans: dict[int, Plan] = {}

    @property
    def level(self) -> float:
        """Where one class ends and the other begins."""
        return 0.0 if self.is_score else 0.5

    def outputs(self, theta: Floats, features: Floats) -> Floats:
        """The predictions for samples in rows, in an array of the shape (samples, outputs)."""
        parts = [self._part(theta, features[i : i + _AT_ONCE]) for i in range(0, len(features), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, 1))

    def _part(self, theta: Floats, features: Floats) -> Floats:
        if self._problem.is_looped:
            return np.concatenate([self._through(theta, row[None, :], is_one=True) for row in features])
        return self._through(theta, features)

    def _through(self, theta: Floats, features: Floats, *, is_one: bool = False) -> Floats:
        count = len(features)
        axes = () if is_one else (count,)
        held = {feed.node: as_value(features[:, feed.columns].reshape(*axes, *feed.shape)) for feed in self._features}
        if (plan := self._plans.get(count)) is None:
            if len(self._plans) > 3:
                self._plans.clear()
            plan = self._plans[count] = Plan(self._graph.with_values(held))
        for node, value in [*held.items(), *self._problem.values(theta).items()]:
            if node in plan.row_of:
                plan.value_view(plan.row_of[node])[...] = value
        with np.errstate(all="ignore"):
            plan.evaluate()
        found = plan.value_view(plan.row_of[self.node])
        if is_one:
            return found.reshape(1, -1).copy()
        if not found.shape or found.shape[0] != count:  # it depends on no feature
            found = np.broadcast_to(found, (count, *found.shape))
        return found.reshape(count, -1).copy()

    def classes(self, theta: Floats, features: Floats) -> NDArray[np.intp]:
        """The class of each sample: the largest of several outputs, or on which side of `level` the only one is."""
        found = self.outputs(theta, features)
        return np.argmax(found, axis=1) if found.shape[1] > 1 else (found[:, 0] > self.level).astype(np.intp)

    def accuracy(self, theta: Floats, rows: Rows) -> float:
        """Which part of some samples is put into the right class."""
        if not len(rows):
            return float("nan")
        return float(np.mean(self.classes(theta, self._data.features[rows]) == self._data.targets[rows]))

    def plane(self, theta: Floats, x: Floats, y: Floats) -> Floats:
        """Over a grid of two features, in an array of the shape (len(y), len(x)): how sure the graph is of class 1,
        from 0 to 1; of several classes, the class plus how sure it is of that, from 0 to just below 1."""
        across, up = np.meshgrid(x, y)
        found = self.outputs(theta, np.stack([across.ravel(), up.ravel()], 1))
        with np.errstate(all="ignore"):
            if found.shape[1] > 1:
                shifted = np.exp(found - found.max(axis=1, keepdims=True)) if self.is_score else found
                parts = shifted / shifted.sum(axis=1, keepdims=True)
                sure = np.argmax(parts, axis=1) + np.minimum(parts.max(axis=1), 0.999)
            else:
                sure = 1.0 / (1.0 + np.exp(-found[:, 0])) if self.is_score else found[:, 0]
        plane: Floats = sure.reshape(len(y), len(x))
        return plane


def _compared(graph: Graph, target: NodeId) -> tuple[NodeId, str]:
    """The node that the target meets, and the operation in which it does."""
    for node, slot in graph.structure.consumers[target]:
        held = graph.nodes[node]
        others = [source for place, source in enumerate(held.inputs) if place != slot and source is not None]
        if others and held.op.name not in {"ln", "neg"} and not graph.nodes[others[0]].is_constant:
            return others[0], held.op.name
    raise GraphError("the loss compares the target with nothing, so there is no prediction to show")
