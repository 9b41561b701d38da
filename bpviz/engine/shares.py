"""A share of a gradient at a moment: how far it has come, and how it is told in symbols, formulas, numbers, words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..graph.graph import NodeId, Value
from ..graph.program import local_derivative
from ..ops.formula import Notation, written
from .arrays import back_formula, is_spread_evenly
from .explain import has_kink
from .notation import fraction, local_latex, local_sign, with_cut_names
from .terms import BOX, LONGEST_ARRAY, State, Wire, factor, in_line, in_parentheses
from .trace import Frame, Pushed, Sent, Trace

LONGEST_FORMULA = 26  # characters


@dataclass(frozen=True)
class Share:
    """What comes along one wire.  In forward mode its factors change places: ∂y/∂x · ∂x/∂seed.

    `acting` is the event under way, or else the last one done; `longest_name` cuts names.
    """

    trace: Trace
    number: int  # of the wire, in the order in which the wires send
    frame: Frame
    acting: int
    longest_name: int | None

    @cached_property
    def event(self) -> Sent | Pushed:
        event = self.trace[self.trace.sent_position(self.number)]
        assert isinstance(event, Sent | Pushed)
        return event

    @property
    def consumer(self) -> NodeId:
        """The node whose local derivative is multiplied."""
        return self.event.source if isinstance(self.event, Sent) else self.event.target

    @property
    def wire(self) -> Wire:
        return self.consumer, self.event.slot

    @property
    def is_acting(self) -> bool:
        sent = self.trace.sent_position(self.number)
        return sent <= self.acting <= sent + 1

    @cached_property
    def state(self) -> State:
        """How far it has come."""
        sent, step = self.trace.sent_position(self.number), self.frame.step
        if step > sent:
            return State.ADDED if step > sent + 1 else State.SENT
        if self.acting == sent:
            return State.MULTIPLIED
        return State.READY if self._has_upstream else State.COMING

    @property
    def _has_upstream(self) -> bool:
        """Whether the sender has all that it receives."""
        source, trace = self.event.source, self.trace
        if source == trace.seed:
            return self.frame.step > trace.seed_position
        return len(self.frame.arrived(source)) == len(trace.wires_into(source))

    # Symbols

    @property
    def _ends(self) -> tuple[NodeId, NodeId]:
        """What is derived by what in the sender's own derivative."""
        source, seed = self.event.source, self.trace.seed
        assert seed is not None
        return (seed, source) if isinstance(self.event, Sent) else (source, seed)

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """∂f/∂a · ∂a/∂x."""
        graph, longest = self.trace.graph, self.longest_name
        local = local_latex(graph, self.trace.sweep, *self.wire, longest)
        return fraction(graph, *self._ends, longest), r"\cdot", local

    @cached_property
    def formula(self) -> tuple[str, ...]:
        """∂f/∂a · y, with the local derivative as a formula, or G · Bᵀ; in symbols where that could not be read."""
        graph, event = self.trace.graph, self.event
        if self.is_structured:
            if isinstance(event, Pushed):
                return self.symbols
            sent = with_cut_names(back_formula(self.trace, self.consumer, event.slot)[1], self.longest_name)
            return (written(sent, Notation.LATEX),) if len(str(sent)) <= LONGEST_FORMULA else self.symbols
        local = with_cut_names(local_derivative(graph, self.consumer, event.slot), self.longest_name)
        is_long = self.longest_name is not None and len(str(local)) > LONGEST_FORMULA
        if is_long or has_kink(self.trace, self.consumer):
            return self.symbols  # at a kink no formula holds, but a convention
        return *self.symbols[:2], factor(local)

    @property
    def upstream_name(self) -> str:
        """What the formula calls the upstream gradient, G; empty where it has no name of its own."""
        if not self.is_structured or isinstance(self.event, Pushed) or len(self.formula) > 1:
            return ""
        name, sent = back_formula(self.trace, self.consumer, self.event.slot)
        return name if name in str(sent) else ""

    @property
    def is_spread_from_one(self) -> bool:
        """Whether one number goes to all entries of an array alike."""
        return is_spread_evenly(self.event, *back_formula(self.trace, self.consumer, self.event.slot))

    @property
    def is_structured(self) -> bool:
        return self.trace.graph.nodes[self.consumer].op.structured is not None

    # Numbers

    @cached_property
    def factors(self) -> Sequence[Value]:
        """The two numbers, or arrays of one shape, that are multiplied; or what is sent, if that is no such product."""
        event = self.event
        upstream = event.upstream if isinstance(event, Sent) else event.tangent
        if event.local is None or (self.is_structured and np.ndim(event.contribution) > 0):
            return (event.contribution,)
        is_plain = np.shape(upstream) == np.shape(event.local) == np.shape(event.contribution)
        return (upstream, event.local) if is_plain else (event.contribution,)

    @property
    def is_spread(self) -> bool:
        """Whether one entry was used for several, so that what is sent is added up along axes."""
        local, sent = self.event.local, self.event.contribution
        return not self.is_structured and local is not None and np.shape(local) != np.shape(sent)

    @cached_property
    def numbers(self) -> tuple[str, ...] | None:
        """2 × 3, as far as it is known; None where it has no room in a line."""
        told = [text for held in self.factors if (text := in_line(held, self.trace.style)) is not None]
        if len(told) < len(self.factors) or sum(map(len, told)) > 2 * LONGEST_ARRAY:
            return None
        if len(told) == 1:
            return (told[0] if self.state.is_past else BOX,)
        is_known = self.state is not State.COMING
        has_pill = self.frame.gradient(self.event.source) is not None
        upstream, local = told[0], in_parentheses(told[1]) if told[1].startswith("-") else told[1]
        sign = r"\odot" if np.ndim(self.factors[0]) else r"\times"
        return upstream if is_known else BOX, sign, local if is_known or has_pill else BOX

    # Words

    @property
    def words(self) -> str:
        """`∂f/∂a times ∂a/∂x: 2 times 3, added`."""
        graph = self.trace.graph
        top, bottom = map(graph.spoken, self._ends)
        rates = f"∂{top}/∂{bottom} times {local_sign(graph, self.trace.sweep, *self.wire)}"
        is_told = self.state.is_past or (len(self.factors) == 2 and self.state is not State.COMING)
        numbers = " times ".join(map(self.trace.style.brief, self.factors)) + ", " if is_told else ""
        return f"{rates}: {numbers}{self.state.value}"
