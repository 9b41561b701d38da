"""What the user has selected, as one thing: the history keeps it, so that undo brings it back."""

from __future__ import annotations

from dataclasses import dataclass

from ..document.annotations import AnnotationId
from ..graph.graph import NodeId


@dataclass(frozen=True)
class Selection:
    """Nodes, frames and notes; or a wire, by the input that it enters, or one of its points."""

    nodes: frozenset[NodeId] = frozenset()
    wire: tuple[NodeId, int] | None = None
    bend: int | None = None
    annotations: frozenset[AnnotationId] = frozenset()
