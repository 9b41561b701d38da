"""How data meets a graph: which input takes which column, and how a batch of samples lies in it.

A graph may be written for one sample (scalars `x1`, `x2`, `t`, or a vector `x`) or for a batch (a matrix `X` with a
sample in each row, `t` beside it).  Both are fed with a leading axis for the samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...graph.graph import Graph, GraphError, Node, NodeId
from ...ops import numerals
from ..steps import Floats
from .datasets import Dataset

TARGETS = ("t", "target", "targets", "label", "labels", "T", "Y", "y")
_FEATURES = ("X", "x", "features", "inputs")


class TrainingError(GraphError):
    """What cannot be trained, and what to do about it, in a sentence."""


def shape_of(node: Node) -> tuple[int, ...]:
    """The shape of what a leaf holds."""
    return () if node.value is None or isinstance(node.value, float) else node.value.shape


@dataclass(frozen=True)
class Feed:
    """What of a sample goes into an input: columns of the features, or the target if there are none.

    `shape` is that of one sample there: () for a number, (3,) for a row of three.
    """

    node: NodeId
    columns: tuple[int, ...]
    shape: tuple[int, ...]
    is_signed: bool = False  # the classes are −1 and 1, as the hinge loss wants them, instead of 0 and 1

    def batch(self, data: Dataset, rows: NDArray[np.intp]) -> Floats:
        """The entries of some samples, with a leading axis for them."""
        if self.columns:
            found = data.features[rows][:, self.columns]
        elif self.shape and self.shape[0] > 1:
            found = (data.targets[rows][:, None] == np.arange(self.shape[0])).astype(np.float64)  # one of them is 1
        else:
            found = data.targets[rows][:, None]
        if self.is_signed:
            found = 2.0 * found - 1.0
        return np.ascontiguousarray(found.reshape(len(rows), *self.shape))


@dataclass(frozen=True)
class Binding:
    """All feeds of a graph.  `is_batched` if the graph was written for a batch, with an axis for the samples."""

    feeds: tuple[Feed, ...]
    is_batched: bool

    @property
    def features(self) -> tuple[Feed, ...]:
        return tuple(feed for feed in self.feeds if feed.columns)

    @property
    def target(self) -> NodeId:
        return next(feed.node for feed in self.feeds if not feed.columns)

    def told(self, graph: Graph, data: Dataset) -> str:
        """Which input takes what, in words: `x₁ takes x1, t takes the class`."""
        names = data.feature_names
        parts = []
        for feed in self.feeds:
            label = graph.spoken(feed.node)
            if not feed.columns:
                parts.append(f"{label} takes {'the class' if data.is_classified else data.target_name}")
            else:
                held = ", ".join(names[c] for c in feed.columns[:4])
                parts.append(f"{label} takes {held}{' …' if len(feed.columns) > 4 else ''}")
        used = {c for feed in self.feeds for c in feed.columns}
        if left := [name for c, name in enumerate(names) if c not in used]:
            parts.append(f"nothing takes {', '.join(left[:4])}{' …' if len(left) > 4 else ''}")
        return "; ".join(parts)


@dataclass(frozen=True)
class Wishes:
    """Who shall take what: the input for the target, and for others the names of their columns.  An input without
    columns keeps the number that it has."""

    target: NodeId | None
    columns: Mapping[NodeId, tuple[str, ...]]


def wishes_of(binding: Binding, data: Dataset) -> Wishes:
    """What is wished when all is as it is."""
    columns = {feed.node: tuple(data.feature_names[c] for c in feed.columns) for feed in binding.features}
    return Wishes(binding.target, columns)


def inputs_of_loss(graph: Graph, output: NodeId) -> list[Node]:
    """The inputs that may take columns."""
    needed = graph.structure.ancestors(output)
    return [
        node for node in graph.leaves() if node.id in needed and node.op.name == "variable" and node.value is not None
    ]


def bind(graph: Graph, output: NodeId, data: Dataset, wishes: Wishes | None = None) -> Binding:
    """Which inputs of the loss take which columns: as is wished, or else by name first, then by order and size.

    Raises TrainingError, naming what is missing.
    """
    inputs = inputs_of_loss(graph, output)
    if wishes is not None:
        return _as_wished(graph, inputs, data, wishes)
    target = _target(inputs, data)
    rest = [node for node in inputs if node is not target]
    scalars, arrays = (
        [n for n in rest if isinstance(n.value, float)],
        [n for n in rest if not isinstance(n.value, float)],
    )
    taken = _named(scalars, data, alone=not arrays)
    free = [c for c in range(len(data.feature_names)) if c not in taken.values()]
    feeds = [Feed(node, (c,), ()) for node, c in taken.items()]
    is_batched = False
    if free and (arrays or not taken):
        array = _array(arrays, len(free), data)
        shape = shape_of(array)
        is_batched = len(shape) == 2 or (len(free) == 1 and shape != (1,))
        feeds.append(Feed(array.id, tuple(free), () if len(shape) == 1 and is_batched else (len(free),)))
    return Binding((*feeds, _target_feed(graph, target, data, is_batched=is_batched)), is_batched)


def _target_feed(graph: Graph, target: Node, data: Dataset, *, is_batched: bool) -> Feed:
    signed = data.classes == 2 and any(
        graph.nodes[id_].op.name == "hinge" for id_, _ in graph.structure.consumers[target.id]
    )
    return Feed(target.id, (), _target_shape(graph, target, data, is_batched=is_batched), signed)


def _as_wished(graph: Graph, inputs: list[Node], data: Dataset, wishes: Wishes) -> Binding:
    """Raises TrainingError for a wish that cannot be."""
    target = next((node for node in inputs if node.id == wishes.target), None)
    if target is None:
        raise TrainingError(
            f"no input takes the target, {data.target_name}: choose the one that the loss compares with"
        )
    feeds, batched = [], []
    for node in inputs:
        names = wishes.columns.get(node.id, ())
        if node is target or not names:
            continue
        if missing := [name for name in names if name not in data.feature_names]:
            raise TrainingError(
                f"there is no column {missing[0]} for {graph.spoken(node.id)}; there are {_listed(data)}"
            )
        shape, width = shape_of(node), len(names)
        needed = shape[-1] if len(shape) > 1 or (shape and width > 1) else 1
        if width != needed:
            takes = "one column" if needed == 1 else f"{needed} columns"
            named = "1 is chosen" if width == 1 else f"{width} are chosen"
            raise TrainingError(f"{graph.spoken(node.id)} takes {takes}, and {named}: {', '.join(names)}")
        if shape:
            batched.append(len(shape) == 2 or (width == 1 and shape != (1,)))
        is_row = len(shape) == 2 or (len(shape) == 1 and not batched[-1])
        feeds.append(Feed(node.id, tuple(map(data.feature_names.index, names)), (width,) if is_row else ()))
    if not feeds:
        raise TrainingError("no input takes a column besides the target: there is nothing to predict it from")
    if len(set(batched)) > 1:
        raise TrainingError("some of the arrays hold a batch of samples, others one sample: make them all alike")
    is_batched = any(batched)
    return Binding((*feeds, _target_feed(graph, target, data, is_batched=is_batched)), is_batched)


def _listed(data: Dataset) -> str:
    return ", ".join(data.feature_names[:6]) + (" …" if len(data.feature_names) > 6 else "")


def _target(inputs: list[Node], data: Dataset) -> Node:
    by_name = {node.name: node for node in inputs}
    for name in (data.target_name, *TARGETS):
        if name in by_name:
            return by_name[name]
    raise TrainingError(
        f"no input of the loss is there for the target: name one t, or {data.target_name} like its column"
        if data.target_name != "t"
        else "no input of the loss is there for the target: name one t, and let the loss compare with it"
    )


def _named(scalars: list[Node], data: Dataset, *, alone: bool) -> dict[NodeId, int]:
    """The columns of scalar inputs: those of their names; if they are as many as there are columns, in order."""
    names = {name: c for c, name in enumerate(data.feature_names)}
    found = {node.id: names[node.name] for node in scalars if node.name in names}
    if alone and not found and len(scalars) == len(names):
        return {node.id: c for c, node in enumerate(scalars)}
    return found


def _array(arrays: list[Node], width: int, data: Dataset) -> Node:
    """The one array that takes all columns which no scalar takes."""
    fitting = [n for n in arrays if shape_of(n)[-1] == width or (width == 1 and len(shape_of(n)) == 1)]
    by_name = {node.name: node for node in fitting}
    for name in _FEATURES:
        if name in by_name:
            return by_name[name]
    if fitting:
        return fitting[0]
    columns, listed = numerals.count(len(data.feature_names), "feature"), _listed(data)
    if arrays:
        has = shape_of(arrays[0])[-1]
        raise TrainingError(
            f"{arrays[0].name} has rows of {numerals.count(has, 'number')}, and a sample has {columns}: {listed}"
        )
    raise TrainingError(f"a sample has {columns}, {listed}: name inputs of the loss like them, or let X be a matrix")


def _target_shape(graph: Graph, target: Node, data: Dataset, *, is_batched: bool) -> tuple[int, ...]:
    shape = shape_of(target)
    width = shape[-1] if shape and not (len(shape) == 1 and is_batched) else 0
    if width > 1 and width != data.classes:
        told = f"{data.classes} classes" if data.is_classified else "a measurement, one number"
        raise TrainingError(
            f"{graph.spoken(target.id)} has rows of {width} numbers, and the target of a sample is {told}"
        )
    if width <= 1 and data.classes > 2:
        raise TrainingError(
            f"there are {data.classes} classes: {graph.spoken(target.id)} has to have rows of {data.classes} numbers, "
            "a 1 for the class and 0 for the others"
        )
    return (width,) if width else ()
