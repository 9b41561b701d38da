"""What a derivation is made of: lines of pieces, each of which knows the wires that it speaks of.

So a term of a formula, its wire on the canvas and its step in the list can be pointed out together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ..graph.graph import NodeId, Value
from ..ops import OPS, numerals
from ..ops.formula import Applied, Formula, Notation, latex_number, written
from ..ops.numerals import PLAIN, Style
from .explain import has_kink
from .trace import Trace

Wire: TypeAlias = tuple[NodeId, int]  # by the input that it enters: a node and its slot

LONGEST_NAME = 9  # characters of a name in a panel
BOX = r"\square"  # in place of a number that is still to come
LONGEST_ARRAY, MOST_ENTRIES = 18, 6  # characters and entries of an array that stands in a line


class State(Enum):
    """How far a share has come."""

    COMING = "still to come"
    READY = "ready to be multiplied"
    MULTIPLIED = "being multiplied"
    SENT = "sent"
    ADDED = "added"

    @property
    def is_past(self) -> bool:
        """Whether its number can be told."""
        return self in (State.SENT, State.ADDED)


@dataclass(frozen=True)
class Piece:
    """A part of a line, as LaTeX in `atoms` that stand side by side; `sign` stands before it."""

    atoms: tuple[str, ...]
    words: str
    wires: tuple[Wire, ...] = ()
    state: State = State.ADDED
    is_acting: bool = False  # what is happening, or has just happened, is about this piece
    sign: str = ""

    @property
    def latex(self) -> str:
        return " ".join(self.atoms)


@dataclass(frozen=True)
class Line:
    """`left = piece + piece`; without a `left` it goes on from the line before."""

    pieces: tuple[Piece, ...]
    left: str = ""

    @property
    def latex(self) -> str:
        return " ".join(part for piece in self.pieces for part in (piece.sign, piece.latex) if part)


@dataclass(frozen=True)
class Derivation:
    """The lines, and in words what symbols do not say: conventions, shapes, what G is."""

    node: NodeId
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = ()

    @property
    def formulas(self) -> list[str]:
        """All that is set by itself, once each."""
        parts = (part for line in self.lines for piece in line.pieces for part in (piece.sign, *piece.atoms))
        return [part for part in dict.fromkeys((*(line.left for line in self.lines), *parts)) if part]


# Mathematics


def in_line(value: Value | None, style: Style = PLAIN) -> str | None:
    """A number, or a short array, as LaTeX; None for a longer one."""
    if value is None or isinstance(value, float):
        return None if value is None else latex_number(style.short(value))
    if value.ndim > 1 or len(style.brief(value)) > LONGEST_ARRAY or value.size > MOST_ENTRIES:
        return None
    return rf"\left[{', '.join(latex_number(numerals.short(float(entry), style.digits)) for entry in value)}\right]"


def factor(term: Formula) -> str:
    """A formula as the second factor of a product."""
    latex = written(term, Notation.LATEX)
    is_loose = isinstance(term, Applied) and term.op.latex.precedence < OPS["mul"].latex.precedence
    return in_parentheses(latex) if is_loose or latex.startswith("-") else latex


def in_parentheses(latex: str) -> str:
    return rf"\left({latex}\right)"


# Words


def conventions(trace: Trace, nodes: Iterable[NodeId]) -> Iterable[str]:
    """For those of `nodes` that have no derivative where they are: what is taken in its place."""
    for node in nodes:
        kink = trace.graph.nodes[node].op.kink
        if kink is not None and has_kink(trace, node):
            yield f"{trace.graph.spoken(node)} is at a kink: {kink.statement}."
