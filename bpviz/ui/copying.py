"""What leaves by the clipboard: derivations as LaTeX."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from ..engine.aligned import MOST_ROWS, node_latex, whole_latex
from ..graph.graph import NodeId
from ..ops import numerals
from .session import Session


def copy_derivation(session: Session, node: NodeId) -> None:
    """How a node's value is computed and its gradient derived, as far as it may be told."""
    QGuiApplication.clipboard().setText(node_latex(session.story, node, told_steps(session)))
    session.said.emit(f"Copied as LaTeX: the derivation of {session.graph.spoken(node)}{_so_far(session)}", False)


def copy_whole_derivation(session: Session) -> None:
    """Everything that happens, a row a step, as far as it may be told."""
    steps = told_steps(session)
    QGuiApplication.clipboard().setText(whole_latex(session.story, steps))
    told = numerals.count(min(steps, MOST_ROWS), "step")
    if steps > MOST_ROWS:
        told = f"the first {MOST_ROWS:,} of {steps:,} steps"
    session.said.emit(f"Copied as LaTeX: {told}{_so_far(session)}", False)


def told_steps(session: Session) -> int:
    """How many steps of the story may be told."""
    return int(min(float(len(session.story)), session.told_until))


def _so_far(session: Session) -> str:
    return ", up to what you are asked" if told_steps(session) < len(session.story) else ""
