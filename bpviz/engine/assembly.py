"""The steps of a plan, put together from its schedule: for every level those that compute, and those that send back.

Every change of a graph waits for this, too: where the entries lie of which each step reads and writes is worked out
for all steps at once, and what follows from an operation alone only once for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, islice
from math import prod

import numpy as np

from ..ops import Op
from .schedule import NOTHING, TO_TENSOR, Schedule
from .spacing import Index, Places, indices, spread
from .steps import Buffers, Floats, Gather, GroupStep, LoneStep, Send, Step
from .tapes import vjp_tape
from .tensors import Delivery, TensorStep


class Assembly:
    """Puts the steps of one plan together, bound to its buffers."""

    def __init__(self, schedule: Schedule, buffers: Buffers) -> None:
        self._of, self._buffers = schedule, buffers
        self._lists = schedule.begins.tolist(), schedule.feeds.tolist(), schedule.offsets.tolist()
        self._arrives: list[int] = schedule.arrives.tolist()  # lists are read faster than arrays, entry by entry

    def steps(self) -> tuple[list[Step], list[Step]]:
        """The steps of the forward pass and those of the backward pass, each in order; tensors are views."""
        forward: list[Step] = []
        backward: list[list[Step]] = [[] for _ in self._of.graph.structure.levels]
        for level, gather in self._gathers():
            backward[level].append(gather)
        tensors: dict[int, list[tuple[int, TensorStep]]] = {}
        groups = self._group_steps()
        for level, rows in self._together:
            if self._of.is_tensor_step[rows[0]]:
                tensor = self._tensor_step(rows[0])
                if tensor.deliveries:
                    tensors.setdefault(level, []).append((rows[0], tensor))
                forward.append(tensor)
                continue
            step = self._lone_step(rows[0]) if len(rows) == 1 else next(groups)
            if step.sends_back:
                backward[level].append(step)
            forward.append(step)
        for level, found in tensors.items():  # their contributions are added as they arrive
            backward[level] += [step for _, step in sorted(found, key=lambda pair: -pair[0])]
        return forward, [step for level in reversed(backward) for step in level]

    @cached_property
    def _together(self) -> list[tuple[int, list[int]]]:
        """Rows that are computed together, with their level; leaves, which are not computed, left out."""
        held = self._of
        order = held.together
        order = order[held.begins[order + 1] > held.begins[order]]
        level, code, tensor = held.level[order], held.code[order], held.is_tensor_step[order]
        begins = np.flatnonzero((np.diff(level) > 0) | (np.diff(code) != 0) | tensor[1:] | tensor[:-1]) + 1
        rows, levels, ends = order.tolist(), level.tolist(), [*begins.tolist(), len(order)]
        return [(levels[b], rows[b:e]) for b, e in zip([0, *ends], ends, strict=False) if e > b]

    def _lone_step(self, row: int) -> LoneStep:
        begins, feeds, offsets = self._lists
        op, begin, arrives = self._of.ops[self._of.code[row]], begins[row], self._arrives
        slots = range(op.arity)
        sends = [(slot, arrives[begin + slot]) for slot in slots if arrives[begin + slot] != NOTHING]
        return LoneStep(op, offsets[row], tuple([offsets[feeds[begin + slot]] for slot in slots]), sends, self._buffers)

    def _group_steps(self) -> Iterator[GroupStep]:
        """What computes several scalars at once, one step after the other."""
        held, buffers = self._of, self._buffers
        groups = [rows for _, rows in self._together if len(rows) > 1 and not held.is_tensor_step[rows[0]]]
        ops = [held.ops[held.code[rows[0]]] for rows in groups]
        edges, begins = self._edges(groups, ops)
        places = iter(indices(held.offsets[held.feeds[edges]], begins))
        arrives = held.arrives[edges]
        arrivals = iter(indices(arrives, begins))
        runs = zip(np.split(arrives, begins[1:-1]), arrivals, strict=True)
        for rows, op in zip(groups, ops, strict=True):
            inputs = tuple(islice(places, op.arity))
            sends = [self._send(slot, *run) for slot, run in enumerate(islice(runs, op.arity))]
            begin, is_sent = self._lists[2][rows[0]], [send for send in sends if send is not None]
            yield GroupStep(op, begin, len(rows), inputs, is_sent, buffers)

    def _edges(self, groups: Sequence[Sequence[int]], ops: Sequence[Op]) -> tuple[Places, Places]:
        """The inputs of some groups: those of the first group through its first slot, through its second, and so on;
        and where each of these runs begins, and the last one ends."""
        rows = np.fromiter(chain.from_iterable(groups), dtype=np.intp)
        counts = np.array([len(group) for group in groups], dtype=np.intp)
        arity = np.array([op.arity for op in ops], dtype=np.intp)
        many = np.repeat(counts, arity)
        slots = spread(np.zeros(len(ops), dtype=np.intp), arity)
        of = rows[spread(np.repeat(np.cumsum(counts) - counts, arity), many)]
        edges: Places = self._of.begins[of].astype(np.intp) + np.repeat(slots, many)
        return edges, np.concatenate([[0], np.cumsum(many)])

    def _send(self, slot: int, arrives: Places, places: Index) -> Send | None:
        """What a group sends back through a slot, and where that arrives: at `places`, if all of it is sent."""
        is_sent = arrives != NOTHING
        if is_sent.all():
            return Send(slot, None, places, self._buffers.back[places] if isinstance(places, slice) else None)
        senders = np.flatnonzero(is_sent)
        return Send(slot, senders, arrives[senders], None) if senders.size else None

    def _tensor_step(self, row: int) -> TensorStep:
        held, buffers = self._of, self._buffers

        def view(array: Floats, row: int) -> Floats:
            begin = (held.offsets if array is buffers.values else held.gradient_offsets)[row]
            return array[begin : begin + prod(held.shapes[row])].reshape(held.shapes[row])

        op, begin = held.ops[held.code[row]], int(held.begins[row])
        inputs = held.feeds[begin : begin + op.arity].tolist()
        deliveries = []
        shapes = [held.shapes[source] for source in inputs]
        for slot, source in enumerate(inputs):
            place = self._arrives[begin + slot]
            if place == NOTHING:
                continue
            tape = vjp_tape(op, slot, shapes, held.shapes[row])
            if place == TO_TENSOR:
                target, is_first = view(buffers.gradients, source), bool(held.first[begin + slot])
            else:
                target, is_first = buffers.back[place : place + 1].reshape(()), True
            deliveries.append(Delivery(tape, target, is_first))
        return TensorStep(
            op,
            view(buffers.values, row),
            view(buffers.gradients, row),
            tuple(view(buffers.values, source) for source in inputs),
            tuple(deliveries),
        )

    def _gathers(self) -> Iterator[tuple[int, Gather]]:
        """What adds up the contributions to scalars that get several, level by level."""
        held = self._of
        levels = held.level[held.receivers]
        if not len(levels):
            return
        begins = np.flatnonzero(np.diff(levels, prepend=-1))  # receivers are sorted by their levels, as rows are
        targets, numbers = np.unique(held.receivers, return_inverse=True)
        firsts = np.append(np.flatnonzero(np.diff(held.level[targets], prepend=-1)), len(targets))
        places = indices(held.offsets[targets], firsts)
        ends, counts = [*begins[1:].tolist(), len(levels)], np.diff(firsts).tolist()
        for k, (begin, end) in enumerate(zip(begins.tolist(), ends, strict=True)):
            to = numbers[begin:end] - firsts[k]
            yield int(levels[begin]), Gather(places[k], to, begin, end, counts[k], self._buffers)
