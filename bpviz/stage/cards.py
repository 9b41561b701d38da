"""What a node's card says at a moment."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..engine.explain import derivative_name
from ..engine.trace import Accumulated, Computed, Seeded, Trace
from ..graph.graph import Graph, NodeId, Value
from ..graph.program import node_formula
from ..ops import numerals
from ..ops.numerals import Shown
from . import timing
from .geometry import TROUBLE_COLUMNS
from .timing import Moment, eased

if TYPE_CHECKING:
    from .stage import Stage


@dataclass(frozen=True, slots=True)
class GroupFace:
    """What the card of a group says beside the value and gradient of its face: its name, what there is or what happens
    in it, how far that has come, and what its ports are called, on the right with their values if there are several."""

    name: str
    remark: str
    progress: float | None
    ins: tuple[str, ...]
    outs: tuple[tuple[str, str], ...]


class State(Enum):
    """How far a node has come."""

    AHEAD = "ahead"  # its value is still to be computed
    COMPUTED = "computed"
    WAITING = "waiting"  # something is missing in the graph
    FAILED = "failed"


_OPACITIES = 8  # steps of fading, so that faces can be cached


MOST_ROWS, MOST_COLUMNS = 6, 10  # of an array that are shown on a card
MOST_WRITTEN = 12  # entries that are small enough in number to be written out


@dataclass(frozen=True, slots=True)
class HeatMap:
    """An array on a card: the entries divided by the largest magnitude (None where not finite), and their texts.

    Rows and columns are the last two axes; of a larger array the beginning is shown.  `texts` is empty where numbers
    would not fit.
    """

    rows: tuple[tuple[float | None, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    shape: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What of a card can still be seen from far away.  Glows are between 0 and 1."""

    state: State
    has_gradient: bool
    forward_glow: float
    backward_glow: float


@dataclass(frozen=True, slots=True)
class Card:
    """The face of a card: everything painted on it.  Equal faces look the same, wherever they lie.

    `headline` is the symbol of an operation or the name of a leaf; `caption` the small line beside it; `strip` the
    left side of the gradient strip (∂f/∂q), or a remark while there is no gradient; `is_wrong` if that gradient is one
    that came out wrong; `is_symbolic` if formulas stand for numbers; `trouble` the lines of a message below; an
    array has a `heat` map in place of a `value`, and one beside the text of its `gradient`, for where that is too long.
    `group` if it stands for a group; `is_beside` if it stands beside the group that is looked into.
    Glows and opacity are between 0 and 1.
    """

    headline: str
    is_name: bool
    caption: str
    value: str
    state: State
    heat: HeatMap | None = None
    is_constant: bool = False
    is_output: bool = False
    strip: str = ""
    gradient: str = ""
    gradient_heat: HeatMap | None = None
    is_wrong: bool = False
    is_symbolic: bool = False
    trouble: tuple[str, ...] = ()
    value_opacity: float = 1.0
    forward_glow: float = 0.0
    backward_glow: float = 0.0
    group: GroupFace | None = None
    is_beside: bool = False

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing on it changes from frame to frame."""
        is_filling = self.group is not None and self.group.progress is not None
        return self.value_opacity == 1.0 and not (self.forward_glow or self.backward_glow or is_filling)


def outline(trace: Trace, node: NodeId, now: Moment) -> Outline:
    """A card as it looks from far away."""
    value, _ = _value(trace, node, now)
    gradient = _gradient(trace, node, now)
    return Outline(_state(trace, node, value), gradient is not None, _forward_glow(trace, node, now), _glow(node, now))


def card(trace: Trace, node: NodeId, now: Moment) -> Card:
    """The face of `node` at a moment."""
    graph, held = trace.graph, trace.graph.nodes[node]
    value, opacity = _value(trace, node, now)
    state = _state(trace, node, value)
    shown = trace.failed_value(node) if state is State.FAILED else value
    strip, gradient, gradient_heat = _strip(trace, node, now)
    return Card(
        headline=held.op.symbol if not held.op.is_leaf else graph.spoken(node) if held.name else "",
        is_name=held.op.is_leaf,
        caption=_full_caption(trace, node),
        value=_value_text(trace, node, shown),
        is_symbolic=trace.style.shown is Shown.FORMULAS,
        heat=None if shown is None or isinstance(shown, float) else heat_map(shown),
        state=state,
        is_constant=held.is_constant,
        is_output=node == trace.output and not held.op.is_leaf,
        strip=strip,
        gradient=gradient,
        gradient_heat=gradient_heat,
        is_wrong=gradient != "" and is_wrong(trace, node, now.step),
        trouble=trouble(trace, node),
        value_opacity=opacity,
        forward_glow=_forward_glow(trace, node, now),
        backward_glow=_glow(node, now),
    )


def trouble(trace: Trace, node: NodeId) -> tuple[str, ...]:
    """The lines of the message below a card: what is missing, or what broke."""
    told = trace.troubles.get(node)
    return tuple(textwrap.wrap(told, TROUBLE_COLUMNS)) if told else ()


def is_wrong(trace: Trace, node: NodeId, step: int) -> bool:
    """Whether all that a node gets has arrived, and the sweep has come to something wrong."""
    if trace.sweep is None or node not in trace.sweep.wrong:
        return False
    into = trace.wires_into(node)
    return bool(into) and step > trace.sent_position(into[-1]) + 1


def _value_text(trace: Trace, node: NodeId, value: Value | None) -> str:
    """The value of a scalar, as a number or, if so wanted and readable, as a formula."""
    if not isinstance(value, float):
        return ""
    symbols = trace.formulas.value(node) if trace.style.shown is Shown.FORMULAS else None
    return trace.style.short(value) if symbols is None else symbols


def _with_formula(trace: Trace, node: NodeId, now: Moment, left: str, number: str) -> tuple[str, str]:
    """The two sides of a gradient strip in the style that is wanted: `∂f/∂q` and `−4` or `z`, `∂f/∂q = z` and `−4`."""
    shown = trace.style.shown
    if shown is Shown.NUMBERS:
        return left, number
    arrived = len(trace.frame(now.step).arrived(node))
    event = now.event
    lands = isinstance(event, Accumulated) and event.target == node and now.progress >= timing.ARRIVED
    symbols = trace.formulas.accumulated(node, arrived + lands)
    if symbols is None or symbols == number:
        return left, number
    return (left, symbols) if shown is Shown.FORMULAS else (f"{left} = {symbols}", number)


def heat_map(array: NDArray[np.float64], digits: int = 3) -> HeatMap:
    """An array as it is shown on a card."""
    flat = array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array.reshape(1, -1)
    part = flat[:MOST_ROWS, :MOST_COLUMNS]
    finite = np.isfinite(part)
    largest = float(np.abs(part[finite]).max(initial=0.0)) or 1.0
    rows = tuple(tuple(float(x) / largest if np.isfinite(x) else None for x in row) for row in part)
    texts = tuple(tuple(numerals.short(x, digits) for x in row) for row in part) if array.size <= MOST_WRITTEN else ()
    return HeatMap(rows, texts, numerals.sized(array.shape))


def _appears(trace: Trace, node: NodeId) -> float:
    """When, within the event that computes it, a value begins to show: inputs at once, results when all has arrived."""
    return 0.0 if trace.graph.nodes[node].op.is_leaf else timing.ARRIVED - 0.1


def _value(trace: Trace, node: NodeId, now: Moment) -> tuple[Value | None, float]:
    """The value to show, and how far it has faded in."""
    if isinstance(now.event, Computed) and now.event.node == node:
        appears = _appears(trace, node)
        if now.progress > appears:
            return now.event.value, _stepped(eased(now.progress, appears, 1.0))
    return trace.frame(now.step).value(node), 1.0


def _forward_glow(trace: Trace, node: NodeId, now: Moment) -> float:
    if isinstance(now.event, Computed) and now.event.node == node:
        appears = _appears(trace, node)
        return _stepped(eased(now.progress, appears - 0.2, appears + 0.2))
    if isinstance(now.last, Computed) and now.last.node == node:
        return _stepped(_afterglow(now))
    return 0.0


def _afterglow(now: Moment) -> float:
    """1 while an event has just happened, fading as the next one begins."""
    return 1.0 if now.event is None else 1.0 - eased(now.progress, 0.0, 0.4)


def _state(trace: Trace, node: NodeId, value: Value | None) -> State:
    if value is not None:
        return State.COMPUTED
    if trace.computed_position(node) is not None:
        return State.AHEAD
    return State.FAILED if trace.is_at_fault(node) else State.WAITING


def _stepped(amount: float) -> float:
    return round(amount * _OPACITIES) / _OPACITIES


def _caption(trace: Trace, node: NodeId) -> str:
    return trace.graph.in_words(("caption", node), _caption_words, trace.graph, node)


def _caption_words(graph: Graph, node: NodeId) -> str:
    held = graph.nodes[node]
    if held.is_constant:
        return ""
    if held.op.is_leaf:
        return "input" if held.op.name == "variable" else "parameter"
    return f"{graph.spoken(node)} = {node_formula(graph, node)}"


def _full_caption(trace: Trace, node: NodeId) -> str:
    """The caption with the formula in terms of the inputs, where both that and numbers are wanted."""
    held = trace.graph.nodes[node]
    symbols = trace.formulas.value(node) if trace.style.shown is Shown.BOTH and not held.op.is_leaf else None
    return _caption(trace, node) if symbols is None else f"{trace.graph.spoken(node)} = {symbols}"


def _strip(trace: Trace, node: NodeId, now: Moment) -> tuple[str, str, HeatMap | None]:
    """The gradient strip, left and right, and the heat map of an array."""
    graph = trace.graph
    if graph.nodes[node].is_constant or node not in trace.plan.row_of or not trace.has_backward:
        return "", "", None
    assert trace.sweep is not None and trace.seed is not None
    gradient = _gradient(trace, node, now)
    if gradient is not None:
        heat = None if isinstance(gradient, float) else heat_map(gradient, digits=2)
        told = trace.style.brief(gradient)
        if is_wrong(trace, node, now.step):
            told = f"{told} ≠ {trace.style.brief(trace.sweep.right(trace.plan.row_of[node]))}"
        return *_with_formula(trace, node, now, derivative_name(trace, node), told), heat
    is_backward, seed = trace.sweep.is_backward, graph.spoken(trace.seed)
    if node != trace.seed and not trace.receives(node):
        return f"no path {'to' if is_backward else 'from'} {seed}", "0" if now.step > trace.seed_position else "", None
    if isinstance(now.event, Seeded | Accumulated) and _target(now.event) == node:
        return "", "", None  # it is just being reached
    return f"{'gradient' if is_backward else 'tangent'} not reached yet", "", None


def _gradient(trace: Trace, node: NodeId, now: Moment) -> Value | None:
    """What has been accumulated, a contribution counting from the moment when it lands."""
    event = now.event
    if isinstance(event, Seeded | Accumulated) and _target(event) == node and now.progress >= timing.ARRIVED:
        return event.gradient if isinstance(event, Seeded) else event.after
    return trace.frame(now.step).gradient(node)


def _glow(node: NodeId, now: Moment) -> float:
    """How much a card glows because a gradient arrives."""
    if isinstance(now.event, Seeded | Accumulated) and _target(now.event) == node:
        return _stepped(eased(now.progress, 0.0, timing.ARRIVED))
    if isinstance(now.last, Seeded | Accumulated) and _target(now.last) == node:
        return _stepped(_afterglow(now))
    return 0.0


def _target(event: Seeded | Accumulated) -> NodeId:
    return event.node if isinstance(event, Seeded) else event.target


def full_text(stage: Stage, node: NodeId) -> str:
    """All that a card says, in full: formula, digits, gradient, trouble."""
    trace, graph = stage.trace, stage.graph
    frame = trace.frame(stage.now.step)
    lines = [_caption(trace, node) if not graph.nodes[node].op.is_leaf else graph.spoken(node)]
    value, gradient = frame.value(node), frame.gradient(node)
    if value is not None:
        lines.append(f"value {numerals.full(value) if isinstance(value, float) else numerals.brief(value, 8, 24)}")
    if gradient is not None:
        digits = numerals.full(gradient) if isinstance(gradient, float) else numerals.brief(gradient, 8, 24)
        lines.append(f"{derivative_name(trace, node)} = {digits}")
    if trace.sweep is not None and is_wrong(trace, node, stage.now.step):
        lines.append(trace.sweep.wrong[node])
    if told := trace.troubles.get(node):
        lines.append(told)
    return "\n".join(lines)
