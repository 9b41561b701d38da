"""Bookmarks: moments of a run that a lecturer comes back to, with notes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..graph.graph import NodeId


class Happened(Enum):
    """What has just happened at a moment."""

    NOTHING = "nothing"  # the start
    COMPUTED = "computed"
    SEEDED = "seeded"
    SENT = "sent"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment, told by what has just happened there: so it stays where it belongs while other parts of the graph are
    edited.  `slot` is the input of `node` along whose wire something was sent or added.
    """

    happened: Happened = Happened.NOTHING
    node: NodeId | None = None
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A moment and what there is to say about it, which may be nothing."""

    anchor: Anchor
    note: str = ""
