"""Event → a sentence and mathematics: what this step does and why, with the numbers plugged in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from ..graph.graph import Graph, NodeId, Value
from ..graph.program import local_derivative, node_formula
from ..ops import numerals
from ..ops.formula import Applied, Figure, Formula, Name, Notation, Number, written
from ..ops.numerals import PLAIN, Shown, Style
from .arrays import back_formula, is_spread_evenly, jacobian_in_words
from .events import Accumulated, Computed, Event, Failed, Overwritten, Pushed, Seeded, Sent
from .notation import aside, label_latex, local_sign
from .trace import Trace


class Tone(Enum):
    """What a span of a sentence speaks of; it is set in that colour."""

    PLAIN = "plain"
    VALUE = "value"
    GRADIENT = "gradient"
    FAULT = "fault"


@dataclass(frozen=True)
class Span:
    """A piece of a sentence."""

    text: str
    tone: Tone = Tone.PLAIN


def explain(trace: Trace, i: int) -> tuple[Span, ...]:
    """What event `i` does and why."""
    event = trace[i]
    match event:
        case Computed():
            return tuple(_computed(trace, event))
        case Seeded():
            return tuple(_seeded(trace, event))
        case Sent():
            return tuple(_sent(trace, event))
        case Pushed():
            return tuple(_pushed(trace, event))
        case Accumulated():
            return tuple(_accumulated(trace, event, i))
        case Failed(reason=reason):
            return (Span(_capital(reason) + ".", Tone.FAULT),)


def sentence(trace: Trace, i: int) -> str:
    """`explain` as plain text."""
    return "".join(span.text for span in explain(trace, i))


def _computed(trace: Trace, event: Computed) -> Iterable[Span]:
    graph, node = trace.graph, trace.graph.nodes[event.node]
    label, value = graph.spoken(event.node), trace.style.brief(event.value)
    if node.is_constant:
        yield Span(f"{label} is a constant." if label == value else f"The constant {label} is ")
        if label != value:
            yield Span(value, Tone.VALUE)
            yield Span(".")
    elif node.op.is_leaf and is_symbolic(trace, event.value):
        yield Span(f"{label} is {'an input' if node.op.name == 'variable' else 'a parameter'}.")
    elif node.op.is_leaf:
        yield Span(f"The {'input' if node.op.name == 'variable' else 'parameter'} {label} is ")
        yield Span(value, Tone.VALUE)
        yield Span(".")
    else:
        formula = node_formula(graph, event.node)
        symbols = trace.formulas.value(event.node) if is_symbolic(trace, event.value) else None
        if symbols is not None:
            yield Span(f"Compute {label} = " if symbols == str(formula) else f"Compute {label} = {formula} = ")
            yield Span(symbols, Tone.VALUE)
            yield Span(".")
            return
        yield Span(f"Compute {label} = {formula} = ")
        filled = written(with_numbers(trace, event.node), Notation.TEXT, trace.style.digits)
        yield Span(f"{filled} = {value}" if filled not in (str(formula), value) else value, Tone.VALUE)
        yield Span(".")
        yield from _convention(trace, event.node)


def is_symbolic(trace: Trace, value: Value | None) -> bool:
    """Whether a formula is wanted in place of a number."""
    return trace.style.shown is Shown.FORMULAS and isinstance(value, float)


def _product(trace: Trace, event: Sent | Pushed) -> tuple[str, bool]:
    """`1 × (−4) = −4`, and whether it is told in formulas: `1 · z = z`."""
    wire = trace.wire(event.consumer, event.slot)
    if wire is not None and is_symbolic(trace, event.contribution) and not has_kink(trace, event.consumer):
        symbols = trace.formulas.product(wire)
        if symbols is not None:
            return symbols, True
    return product_text(event, trace.style), False


def derivative_name(trace: Trace, node: NodeId) -> str:
    """What is accumulated at a node: `∂f/∂q` on the way back, `∂q/∂x` in forward mode."""
    spoken, sweep = trace.graph.spoken, trace.sweep
    assert sweep is not None
    seed = spoken(sweep.plan.rows[sweep.seed])
    return f"∂{seed}/∂{spoken(node)}" if sweep.is_backward else f"∂{spoken(node)}/∂{seed}"


def _seeded(trace: Trace, event: Seeded) -> Iterable[Span]:
    label, is_number = trace.graph.spoken(event.node), isinstance(event.gradient, float)
    is_backward = trace.sweep is not None and trace.sweep.is_backward
    yield Span("The way back starts at the output: " if is_backward else f"Let {label} move, and see what follows: ")
    yield Span(f"∂{label}/∂{label} = ")
    yield Span("1", Tone.GRADIENT)
    if is_number:
        yield Span(f", because {label} changes exactly as fast as itself." if is_backward else ".")
    elif is_backward:
        yield Span(f" in every entry, for the sum of the entries of {label}.")
    else:
        yield Span(" in every entry: all of them move together.")


def _pushed(trace: Trace, event: Pushed) -> Iterable[Span]:
    graph = trace.graph
    source, target = graph.spoken(event.source), graph.spoken(event.target)
    product, is_formula = _product(trace, event)
    yield Span(f"{source} passes on ")
    yield Span(product, Tone.GRADIENT)
    yield Span(f" to {target}")
    if graph.nodes[event.target].op.structured is not None:
        yield Span(f". {jacobian_in_words(trace, event.target, event.slot)}")
    else:
        yield Span(f", because locally {_local_text(trace, event, is_formula=is_formula)}.")
    yield from _convention(trace, event.target)


def _local_text(trace: Trace, event: Sent | Pushed, *, is_formula: bool) -> str:
    """A local derivative, formula and number: `∂f/∂q = z = −4`; where a convention takes its place, the number; where
    all is told in formulas, the formula."""
    graph, node, slot = trace.graph, event.consumer, event.slot
    derivative, number = str(local_derivative(graph, node, slot)), trace.style.brief(event.local)
    told = number if derivative == number or has_kink(trace, node) else f"{derivative} = {number}"
    told = derivative if is_formula else told
    if np.ndim(0.0 if event.local is None else event.local) and is_plain_number(derivative):
        told = f"{derivative} in every entry"
    return f"{local_sign(graph, trace.sweep, node, slot)} = {told}{aside(graph, trace.sweep, node, slot)}"


def is_plain_number(text: str) -> bool:
    """Whether a formula is only a number, such as the derivative of a sum."""
    return text.removeprefix(numerals.MINUS).replace(".", "", 1).isdigit()


def _sent(trace: Trace, event: Sent) -> Iterable[Span]:
    graph = trace.graph
    source, target = graph.spoken(event.source), graph.spoken(event.target)
    if graph.nodes[event.source].op.structured is not None:
        yield from _sent_as_a_whole(trace, event)
        return
    product, is_formula = _product(trace, event)
    yield Span(f"{source} passes back ")
    yield Span(product, Tone.GRADIENT)
    yield Span(f" to {target}, because locally {_local_text(trace, event, is_formula=is_formula)}.")
    yield from _convention(trace, event.source)


def _sent_as_a_whole(trace: Trace, event: Sent) -> Iterable[Span]:
    """What goes back through an operation on whole arrays: a product with its Jacobian, told by its formula."""
    graph = trace.graph
    source, target = graph.spoken(event.source), graph.spoken(event.target)
    output = graph.spoken(trace.output) if trace.output is not None else ""
    upstream, sent = back_formula(trace, event.source, event.slot)
    is_alike = is_spread_evenly(event, upstream, sent)
    told = np.ravel(event.contribution)[0] if is_alike else event.contribution
    yield Span(f"{source} passes back ")
    yield Span(f"{sent} = {trace.style.brief(told)}", Tone.GRADIENT)
    yield Span(f" to every entry of {target}" if is_alike else f" to {target}")
    if upstream in str(sent):
        yield Span(f", where {upstream} = ∂{output}/∂{source} = ")
        yield Span(trace.style.brief(event.upstream), Tone.GRADIENT)
    yield Span(f". {jacobian_in_words(trace, event.source, event.slot)}")
    yield from _convention(trace, event.source)


def _accumulated(trace: Trace, event: Accumulated, i: int) -> Iterable[Span]:
    label, into = trace.graph.spoken(event.target), trace.wires_into(event.target)
    is_first, is_last = trace.sent_position(into[0]) + 1 == i, trace.sent_position(into[-1]) + 1 == i
    failed = trace.sweep if is_last and trace.sweep is not None and event.target in trace.sweep.wrong else None
    after, whole = trace.style.brief(event.after), sum_text(event, trace.style)
    if is_symbolic(trace, event.after) and failed is None and not isinstance(event, Overwritten):
        count = into.index((i - trace.seed_position - 1) // 2) + 1
        after = trace.formulas.accumulated(event.target, count) or after
        whole = trace.formulas.sum(event.target, count) or whole
    if is_first:
        yield Span(f"{label} receives " if not is_last else f"{label} receives its only share: ")
        yield Span(after, Tone.GRADIENT)
    elif isinstance(event, Overwritten):
        yield Span(f"{label} loses what it had, because = is not +=: ")
        yield Span(f"{after} takes the place of {trace.style.brief(event.before)}", Tone.FAULT)
    else:
        yield Span(f"{label} adds it to what it has: ")
        yield Span(whole, Tone.GRADIENT)
    if failed is not None and isinstance(event, Overwritten) and np.any(event.before):  # why has been said
        yield Span(f". So {derivative_name(trace, event.target)} = ")
        right = trace.style.brief(failed.right(trace.plan.row_of[event.target]))
        yield Span(f"{after} instead of {right}", Tone.FAULT)
        yield Span(".")
    elif failed is not None:
        yield Span(". Wrong: ")
        yield Span(failed.wrong[event.target], Tone.FAULT)
    elif is_last:
        yield Span(f". So {derivative_name(trace, event.target)} = ")
        yield Span(after, Tone.GRADIENT)
        yield Span(".")
    else:
        number = len(into) - into.index((i - trace.seed_position - 1) // 2) - 1
        yield Span(f"; {numerals.count(number, 'more share')} to come." if number > 1 else "; one more share to come.")


def _convention(trace: Trace, node: NodeId) -> Iterable[Span]:
    """A kink bites: say which convention holds."""
    graph = trace.graph
    kink = graph.nodes[node].op.kink
    if kink is not None and has_kink(trace, node):
        yield Span(f" ({_capital(kink.statement)}.)")


def has_kink(trace: Trace, node: NodeId) -> bool:
    """Whether `node` is evaluated where it has no derivative, so that a convention takes the place of its formula."""
    held = trace.graph.nodes[node]
    if held.op.kink is None:
        return False
    inputs = [trace.value(source) for source in held.inputs if source is not None]
    return all(value is not None for value in inputs) and bool(np.any(held.op.kink.where(*inputs)))


def product_text(event: Sent | Pushed, style: Style = PLAIN) -> str:
    """`1 × (−4) = −4`."""
    received = event.upstream if isinstance(event, Sent) else event.tangent
    if event.local is None or np.shape(event.local) != np.shape(received):  # a Jacobian: too much for a line
        return style.brief(event.contribution)
    upstream, local = style.brief(received), numerals.in_parentheses(style.brief(event.local))
    return f"{upstream} × {local} = {style.brief(event.contribution)}"


def sum_text(event: Accumulated, style: Style = PLAIN) -> str:
    """`−4 + 6 = 2`."""
    before, term = style.brief(event.before), numerals.in_parentheses(style.brief(event.contribution))
    return f"{before} + {term} = {style.brief(event.after)}"


def with_numbers(trace: Trace, node: NodeId) -> Formula:
    """A node's formula with the numbers of its inputs in place of their names: `−2 + 5`."""
    graph = trace.graph
    held = graph.nodes[node]

    def given(source: NodeId | None) -> Formula:
        value = trace.value(source) if source is not None else None
        if source is None or value is None:
            return Name("▢")
        is_plain = isinstance(value, float) and value not in trace.style.fractions
        return Number(value) if is_plain else Figure(trace.style.brief(value))

    return Applied(held.op, tuple(given(source) for source in held.inputs))


def _capital(text: str) -> str:
    # names and functions keep their small letters: "ln is defined …"
    first = text.split(" ", 1)[0]
    return text[0].upper() + text[1:] if first in ("at", "a", "the", "an", "division") else text


# Mathematics for typesetting


def node_latex(graph: Graph, node: NodeId) -> str:
    """`q = x + y`, or just the name of a leaf."""
    name = label_latex(graph, node)
    if graph.nodes[node].op.is_leaf:
        return name
    return f"{name} = {written(node_formula(graph, node), Notation.LATEX)}"


def sum_of_shares(trace: Trace, node: NodeId, most: int = 3) -> str:
    """The chain rule at a node with its numbers: `−4 × 1 + 6 × (−1) = −10`."""
    wires = trace.wires_into(node)
    products = [product_text(trace.sent(wire), trace.style).split(" = ")[0] for wire in wires[:most]]
    later = [_after_plus(product) for product in products[1:]] + (["…"] if len(wires) > most else [])
    return f"{' + '.join(products[:1] + later)} = {trace.style.brief(trace.gradient(node))}"


def _after_plus(product: str) -> str:
    """`(−4) × 2`: no two signs side by side."""
    first, times, second = product.partition(" × ")
    return f"{numerals.in_parentheses(first)}{times}{second}"


def event_kind(event: Event) -> str:
    """`computed`, `seeded`, `sent`, `accumulated` or `failed`."""
    return type(event).__name__.lower()
