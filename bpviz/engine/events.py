"""What happens in a run, one event after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ..graph.graph import NodeId, Value


@dataclass(frozen=True, slots=True)
class Computed:
    """Forward: `node` has its value."""

    node: NodeId
    value: Value


@dataclass(frozen=True, slots=True)
class Seeded:
    """Where derivatives begin: ∂node/∂node, which is 1 (in every entry, when it is an array)."""

    node: NodeId
    gradient: Value


@dataclass(frozen=True, slots=True)
class Sent:
    """Receive and multiply, on the way back: `source` sends its share, upstream · local, to its input in `slot`.

    `local` is as in `Sweep.local`.
    """

    source: NodeId
    target: NodeId
    slot: int
    upstream: Value
    local: Value | None
    contribution: Value

    @property
    def consumer(self) -> NodeId:
        """The node whose input the wire is."""
        return self.source


@dataclass(frozen=True, slots=True)
class Pushed:
    """The same on the way forward: `source` sends its share, local · tangent, on to `target`, whose input in `slot` it
    is."""

    source: NodeId
    target: NodeId
    slot: int
    tangent: Value
    local: Value | None
    contribution: Value

    @property
    def consumer(self) -> NodeId:
        """The node whose input the wire is."""
        return self.target


@dataclass(frozen=True, slots=True)
class Accumulated:
    """Add: the contribution joins what `target` has."""

    target: NodeId
    before: Value
    contribution: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Overwritten(Accumulated):
    """What goes wrong with = in place of +=: the contribution takes the place of what `target` has."""


@dataclass(frozen=True, slots=True)
class Failed:
    """`node` broke, and why; last of all, what could be done without it is done."""

    node: NodeId
    reason: str


Event: TypeAlias = Computed | Seeded | Sent | Pushed | Accumulated | Failed
