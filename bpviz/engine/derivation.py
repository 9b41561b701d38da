"""The derivation of a gradient: the chain rule at a node worked out line by line, as far as the story has come.

∂f/∂x = ∂f/∂a · ∂a/∂x + ∂f/∂b · ∂b/∂x        in symbols
      = ∂f/∂a · y + ∂f/∂b · cos x            with the local derivatives as formulas
      = 2 × 3 + □ × 0.5                      with numbers; what has not happened yet is an empty box
      = 6 + □                                what it has come to
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np

from ..graph.graph import NodeId
from ..ops import numerals
from .notation import fraction, is_by_place, meaning
from .shares import Share
from .terms import (
    BOX,
    LONGEST_NAME,
    Derivation,
    Line,
    Piece,
    State,
    Wire,
    conventions,
    in_line,
    in_parentheses,
)
from .trace import Overwritten, Sent, Trace

MOST_SHARES = 3  # of which a sum is written out; of a longer one the beginning, and the share that acts
_MOST_POINTED = 200  # wires that one piece points at


def derivation(
    trace: Trace, node: NodeId, step: int, *, is_under_way: bool = False, longest_name: int | None = LONGEST_NAME
) -> Derivation | None:
    """The gradient of `node` after `step` events, of which the next may be under way; None where there is none to tell.

    Names with more than `longest_name` characters are cut.  In a trace of forward mode it is the tangent.
    """
    if trace.seed is None or trace.gradient(node) is None:
        return None
    return _Sum(trace, node, step, step if is_under_way else step - 1, longest_name).told()


class _Sum:
    """The gradient of a node at a moment, as the sum of its shares."""

    def __init__(self, trace: Trace, node: NodeId, step: int, acting: int, longest_name: int | None) -> None:
        self.trace, self.node, self.acting, self.longest_name = trace, node, acting, longest_name
        self.frame = trace.frame(step)
        self.wires = trace.wires_into(node)
        self.done = len(self.frame.arrived(node))

    def told(self) -> Derivation:
        if self.node == self.trace.seed:
            return self._seeded()
        if not self.wires:
            return self._nothing()
        lines = [Line(self._line({place: share.symbols for place, share in self.shares.items()}), self.left)]
        formulas = Line(self._line({place: share.formula for place, share in self.shares.items()}))
        if formulas.latex != lines[0].latex:
            lines.append(formulas)
        numbers = {place: share.numbers for place, share in self.shares.items() if share.numbers is not None}
        has_numbers, result = len(numbers) == len(self.shares), self._result()
        if has_numbers and (len(self.wires) > 1 or any(len(atoms) > 1 for atoms in numbers.values())):
            lines.append(Line(self._line(numbers)))
        if result:
            lines.append(Line(result))
        return Derivation(self.node, tuple(lines), tuple(self._remarks(has_numbers)))

    @property
    def left(self) -> str:
        """∂f/∂node, or ∂node/∂x in forward mode."""
        assert self.trace.seed is not None
        ends = (self.trace.seed, self.node) if self._is_backward else (self.node, self.trace.seed)
        return fraction(self.trace.graph, *ends, self.longest_name)

    @property
    def _is_backward(self) -> bool:
        return self.trace.sweep is not None and self.trace.sweep.is_backward

    # Without shares

    def _seeded(self) -> Derivation:
        value = self.trace.gradient(self.node)
        is_told = self.frame.step > self.trace.seed_position
        name, state = self.trace.graph.spoken(self.node), State.ADDED if is_told else State.COMING
        piece = Piece(("1" if is_told else BOX,), "1", (), state, self.acting == self.trace.seed_position)
        remark = "The output's own gradient is 1: the way back starts here."
        if np.ndim(0.0 if value is None else value):
            remark = f"1 in every entry: the way back starts here, for the sum of the entries of {name}."
            if not self._is_backward:
                remark = f"1 in every entry: tangents start here, with all entries of {name} growing by 1 together."
        elif not self._is_backward:
            remark = f"Tangents start here: as {name} grows by 1, {name} grows by 1."
        return Derivation(self.node, (Line((piece,), self.left),), (remark,))

    def _nothing(self) -> Derivation:
        assert self.trace.seed is not None
        ends = [self.trace.graph.spoken(node) for node in (self.trace.seed, self.node)]
        one, other = ends if self._is_backward else ends[::-1]
        line = Line((Piece(("0",), "0"),), self.left)
        return Derivation(self.node, (line,), (f"{one} does not depend on {other}.",))

    # The shares in a line

    @cached_property
    def places(self) -> list[int | None]:
        """The places of the shares that are written out, None where some are left out."""
        count = len(self.wires)
        if count <= MOST_SHARES:
            return list(range(count))
        here = max(self.done - 1, 0)
        if self.done < count and self.trace.sent_position(self.wires[self.done]) <= self.acting:
            here = self.done  # its share is being multiplied, or added
        if here < MOST_SHARES:
            return [*range(MOST_SHARES), None]
        return [0, 1, None, here, None] if here < count - 1 else [0, 1, None, here]

    @cached_property
    def shares(self) -> dict[int, Share]:
        """The shares that are written out, by their place."""
        return {place: self._share(place) for place in self.places if place is not None}

    def _share(self, place: int) -> Share:
        return Share(self.trace, self.wires[place], self.frame, self.acting, self.longest_name)

    @property
    def _sign(self) -> str:
        """What stands between two shares: a plus sign, unless each takes the place of the one before."""
        return r"\to" if self.trace.sweep is not None and self.trace.sweep.overwrites else "+"

    def _line(self, atoms: Mapping[int, tuple[str, ...]]) -> tuple[Piece, ...]:
        """The shares with plus signs between them, and dots for those that are left out."""
        pieces: list[Piece] = []
        next_place = 0
        for number, place in enumerate(self.places):
            sign = self._sign if number else ""
            if place is None:
                later = self.places[number + 1] if number + 1 < len(self.places) else len(self.wires)
                pieces.append(self._dots(range(next_place, later or 0), sign))
            else:
                share, next_place = self.shares[place], place + 1
                first, *rest = atoms[place]
                if sign == "+" and first.startswith("-"):
                    first = in_parentheses(first)  # no two signs side by side
                pieces.append(Piece((first, *rest), share.words, (share.wire,), share.state, share.is_acting, sign))
        return tuple(pieces)

    def _dots(self, places: range, sign: str) -> Piece:
        state = State.ADDED if places.stop <= self.done else State.COMING
        return Piece((r"\cdots",), numerals.count(len(places), "more share"), self._wires(places), state, False, sign)

    def _wires(self, places: range) -> tuple[Wire, ...]:
        return tuple(self._share(place).wire for place in places[:_MOST_POINTED])

    # The last line

    def _result(self) -> tuple[Piece, ...]:
        """What it has come to, what is sent and not yet added, and a box for what is to come; nothing for what has no
        room in a line."""
        if in_line(self.trace.gradient(self.node), self.trace.style) is None:
            return ()
        pieces: list[Piece] = []
        trace, done, count, style = self.trace, self.done, len(self.wires), self.trace.style
        is_sent = done < count and self.frame.step > trace.sent_position(self.wires[done])
        is_replaced = is_sent and isinstance(trace[trace.sent_position(self.wires[done]) + 1], Overwritten)
        so_far = self.frame.gradient(self.node)
        if (text := in_line(so_far, style)) is not None and not is_replaced:
            is_acting = self.acting == trace.sent_position(self.wires[done - 1]) + 1
            wires = self._wires(range(done))
            pieces.append(Piece((text,), style.brief(so_far), wires, State.ADDED, is_acting))
        if is_sent:
            share, sign = self._share(done), self._sign if pieces else ""
            sent = share.event.contribution
            text, words = in_line(sent, style) or BOX, style.brief(sent)
            text = in_parentheses(text) if sign == "+" and text.startswith("-") else text
            pieces.append(Piece((text,), words, (share.wire,), State.SENT, share.is_acting, sign))
        if done + is_sent < count:
            wires, words = self._wires(range(done + is_sent, count)), State.COMING.value
            pieces.append(Piece((BOX,), words, wires, State.COMING, False, self._sign if pieces else ""))
        return tuple(pieces)

    # Words

    def _remarks(self, has_numbers: bool) -> Iterable[str]:
        trace, shares = self.trace, self.shares.values()
        name = trace.graph.spoken(self.node)
        if self.trace.sweep is not None and self.trace.sweep.overwrites and len(self.wires) > 1:
            yield "→: what arrives takes the place of what was there. It should be added."
        yield from self._what_is_upstream()
        if any(share.is_spread for share in shares):
            if self._is_backward:
                yield f"{name} was used for several entries at once, so their shares are added up."
        elif has_numbers and any(np.ndim(share.factors[0]) and len(share.factors) == 2 for share in shares):
            yield "⊙ multiplies entry by entry."
        if not has_numbers and (shape := trace.plan.shapes[trace.plan.row_of[self.node]]):
            yield f"All are arrays of {numerals.shape_text(shape)}, which stand below."
        told = (share.wire for share in shares if is_by_place(trace.graph, trace.sweep, *share.wire))
        if (unusual := next(told, None)) is not None:
            yield meaning(trace.graph, *unusual)
        consumers = dict.fromkeys(share.consumer for share in shares if share.state is not State.COMING)
        yield from conventions(trace, consumers)

    def _what_is_upstream(self) -> Iterable[str]:
        """What G is, where it stands in a formula."""
        named = {share.consumer: share.upstream_name for share in self.shares.values() if share.upstream_name}
        if len(named) == 1:
            ((node, upstream),) = named.items()
            is_one = any(isinstance(s.event, Sent) and s.is_spread_from_one for s in self.shares.values())
            what = ", one number that every entry receives" if is_one else ""
            yield f"{upstream} is the gradient of {self.trace.graph.spoken(node)}{what}."
        elif named:
            which = " or ".join(dict.fromkeys(named.values()))
            yield f"In each share, {which} is the gradient of the node that sends it."
