"""Mistakes that people make with the chain rule, made on purpose: the numbers they lead to, and what to say then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite, nan

import numpy as np

from ..graph.graph import NodeId, Value
from ..graph.program import local_derivative, node_formula
from ..ops import numerals
from .explain import sum_of_shares
from .listing import MOST, joined, joined_by_name
from .notation import local_sign, ordinal
from .trace import Sent, Trace

_SIGN = "The size is right, the sign is not."
_MOST_SHARES = 8  # of a node in which a mistake in only one of them is looked for


class Kind(Enum):
    """What a mistake consists of, the likeliest first."""

    OVERWRITTEN = "overwrote instead of adding"
    NO_UPSTREAM = "forgot the upstream gradient"
    PASSED_ON = "forgot the local derivative"
    WRONG_OPERAND = "took the wrong operand"
    SIGN = "turned the sign"
    ADDED = "added instead of multiplying"
    WHOLE = "gave the whole gradient"
    VALUE = "gave the value"


@dataclass(frozen=True)
class Answer:
    """The right answer, of kind None, or the one that a mistake leads to, with what to say to whoever gives it.

    `without_numbers` says the same of a mistake, for questions whose right answer is among the numbers of `sentence`.
    """

    value: float
    kind: Kind | None
    sentence: str
    without_numbers: str = ""


@dataclass(frozen=True)
class Share:
    """A contribution and its factors as numbers, NaN where they are arrays; `swapped` is the local derivative of a
    product or quotient whose operands were mistaken for each other."""

    sent: Sent
    upstream: float
    local: float
    swapped: float
    contribution: float
    source: str  # as sentences name them …
    of_output: str  # … ∂f/∂q
    of_source: str  # … ∂q/∂x

    @property
    def rule(self) -> str:
        """What to multiply, without the numbers."""
        return f"the upstream gradient {self.of_output} times the local derivative {self.of_source}"

    @property
    def product(self) -> str:
        """`−4 × 3`, without the result."""
        return f"{numerals.short(self.upstream)} × {numerals.in_parentheses(numerals.short(self.local))}"


def shares_of(trace: Trace, wires: Sequence[int]) -> list[Share]:
    found, plan, spoken = [], trace.plan, trace.graph.spoken
    assert trace.output is not None or not wires
    for wire in wires:
        sent = trace.sent(wire)
        source = spoken(sent.source)
        fed = trace.graph.nodes[sent.source].inputs
        place = f" ({ordinal(sent.slot + 1)} input)" if fed.count(sent.target) > 1 else ""
        of_output = f"∂{spoken(trace.output)}/∂{source}" if trace.output is not None else ""
        inputs = [plan.value_view(row, trace.buffers) for row in plan.input_rows(plan.row_of[sent.source])]
        factors = _scalar(sent.upstream), _scalar(sent.local), _swapped(trace, sent, inputs), _scalar(sent.contribution)
        found.append(
            Share(
                sent, *factors, source + place, of_output, local_sign(trace.graph, trace.sweep, sent.source, sent.slot)
            )
        )
    return found


def _scalar(value: Value | None) -> float:
    """The number that a value holds; NaN if it holds several."""
    return float(np.asarray(value).reshape(())) if value is not None and np.size(value) == 1 else nan


def _swapped(trace: Trace, sent: Sent, inputs: Sequence[Value]) -> float:
    op = trace.graph.nodes[sent.source].op
    if op.name not in ("mul", "div") or any(np.ndim(value) for value in inputs):
        return nan
    exchanged = inputs[::-1]
    with np.errstate(all="ignore"):
        return float(op.partials[sent.slot].exact(*exchanged, op.forward(*exchanged)))


def slips(trace: Trace, node: NodeId, gradient: float, shares: Sequence[Share]) -> Iterator[Answer]:
    """What mistakes make of the gradient of a node."""
    if len(shares) == 1:
        yield from slips_of_share(trace, shares[0])
    elif shares:
        yield from _of_all(gradient, shares)
    elif gradient:
        yield Answer(-gradient, Kind.SIGN, _SIGN, _SIGN)
    yield from value_taken(trace, node)
    if 1 < len(shares) <= _MOST_SHARES:
        for share in shares:
            rest = sum(other.contribution for other in shares if other is not share)
            for guess in slips_of_share(trace, share):
                told = [f"{text} What else arrives is right." for text in (guess.sentence, guess.without_numbers)]
                if guess.kind is Kind.SIGN:
                    told = [f"The sign of what {share.source} sends is wrong; all else is right."] * 2
                yield Answer(rest + guess.value, guess.kind, *told)


def slips_of_share(trace: Trace, share: Share) -> Iterator[Answer]:
    """What mistakes make of one contribution."""
    up, local, graph, sent = numerals.short(share.upstream), numerals.short(share.local), trace.graph, share.sent
    took, multiplies = (
        "You took the local derivative",
        f"alone; {share.source} multiplies it with the upstream gradient",
    )
    yield Answer(
        share.local,
        Kind.NO_UPSTREAM,
        f"{took} {share.of_source} = {local} {multiplies} {share.of_output} = {up}.",
        f"{took} {share.of_source} {multiplies} {share.of_output}.",
    )
    passed, multiplies = "on as it is;", f"{share.source} multiplies it with"
    yield Answer(
        share.upstream,
        Kind.PASSED_ON,
        f"You passed the upstream gradient {up} {passed} {multiplies} {share.of_source} = {local}.",
        f"You passed the upstream gradient {passed} {multiplies} the local derivative {share.of_source}.",
    )
    if isfinite(share.swapped):
        derivative = str(local_derivative(graph, sent.source, sent.slot))
        here = f"in {graph.spoken(sent.source)} = {node_formula(graph, sent.source)}, {share.of_source} is {derivative}"
        is_symbolic = re.search("[0-9]", here) is None
        yield Answer(
            share.upstream * share.swapped,
            Kind.WRONG_OPERAND,
            f"You took the wrong operand: {here}{'' if derivative == local else f' = {local}'}, not "
            f"{numerals.short(share.swapped)}.",
            f"You took the wrong operand: {here if is_symbolic else f'look again at {share.of_source}'}.",
        )
    yield Answer(-share.contribution, Kind.SIGN, _SIGN, _SIGN)
    yield Answer(
        share.upstream + share.local,
        Kind.ADDED,
        f"You added the upstream gradient {up} and the local derivative {local}; the chain rule multiplies them.",
        "You added the upstream gradient and the local derivative; the chain rule multiplies them.",
    )


def _of_all(gradient: float, shares: Sequence[Share]) -> Iterator[Answer]:
    """What the same mistake in all of several contributions makes of their sum."""
    for share, which in ((shares[-1], "last"), (shares[0], "first")):
        kept, rest = f"You kept only the {which} contribution,", f"from {share.source}; all that arrives is added."
        yield Answer(
            share.contribution,
            Kind.OVERWRITTEN,
            f"{kept} {numerals.short(share.contribution)} {rest}",
            f"{kept} the one {rest}",
        )
    alone = "alone; each is multiplied with its upstream gradient"
    locals_ = joined([numerals.short(share.local) for share in shares])
    ups = joined([f"{numerals.short(share.upstream)} at {share.source}" for share in shares])
    yield Answer(
        sum(share.local for share in shares),
        Kind.NO_UPSTREAM,
        f"You added up the local derivatives {locals_} {alone}: {ups}.",
        f"You added up the local derivatives {alone}.",
    )
    multiplied = joined(
        [f"{share.source} multiplies with {share.of_source} = {numerals.short(share.local)}" for share in shares]
    )
    upstreams = joined([numerals.short(share.upstream) for share in shares])
    yield Answer(
        sum(share.upstream for share in shares),
        Kind.PASSED_ON,
        f"You added up the upstream gradients {upstreams} as they are; {multiplied}.",
        "You added up the upstream gradients as they are; each is first multiplied with a local derivative.",
    )
    products = joined([share.product for share in shares])
    swapped = [share for share in shares if isfinite(share.swapped)]
    if swapped:
        wrong = [s.upstream * s.swapped if isfinite(s.swapped) else s.contribution for s in shares]
        told = "; ".join(
            [f"{s.of_source} is {numerals.short(s.local)}, not {numerals.short(s.swapped)}" for s in swapped[:MOST]]
        )
        signs = joined_by_name([s.of_source for s in swapped])
        yield Answer(
            sum(wrong),
            Kind.WRONG_OPERAND,
            f"You took the wrong operands: {told}.",
            f"You took the wrong operands: look again at {signs}.",
        )
    yield Answer(-gradient, Kind.SIGN, _SIGN, _SIGN)
    added = "You added upstream gradients and local derivatives; each wire multiplies its two"
    yield Answer(
        sum(share.upstream + share.local for share in shares), Kind.ADDED, f"{added}: {products}.", f"{added}."
    )


def value_taken(trace: Trace, node: NodeId) -> Iterator[Answer]:
    """The value in place of the gradient."""
    value = trace.value(node)
    if isinstance(value, float) and trace.output is not None:
        name, output = named(trace, node), named(trace, trace.output)
        means = f"is the value of {name}; its gradient says how fast {output} changes with {name}."
        yield Answer(value, Kind.VALUE, f"{numerals.short(value)} {means}", f"That {means}")


def named(trace: Trace, node: NodeId) -> str:
    """A node by its name; an output that is only a number has none."""
    return "the output" if trace.graph.nodes[node].is_constant else trace.graph.spoken(node)


def product_or_number(share: Share) -> str:
    """`−4 × 3 = −12`, or the result alone where the factors are arrays."""
    result = numerals.short(share.contribution)
    return f"{share.product} = {result}" if isfinite(share.upstream) and isfinite(share.local) else result


def reasoned(trace: Trace, node: NodeId) -> str:
    """Why the gradient is what it is."""
    assert trace.output is not None
    if trace.wires_into(node):
        return sum_of_shares(trace, node)
    name, output = trace.graph.spoken(node), trace.graph.spoken(trace.output)
    return f"the way back starts with ∂{output}/∂{output} = 1" if node == trace.output else f"nothing is sent to {name}"
