"""Groups and the user's own operations as a file has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from ..graph.graph import Graph, NodeId
from .atomic import FileError
from .edits import EditError
from .groups import FreeInput, Group, GroupTree, Slot
from .my_operations import MyOperation
from .regrouping import clean_name

_Id = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
_Index = Annotated[int, msgspec.Meta(ge=0)]
_Name = Annotated[str, msgspec.Meta(max_length=200)]


class GroupRecord(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A group as the file has it; `inputs` has, by name, the node and slot of everything that an input feeds;
    `ports` and `outs` have the slots and the nodes that have ports on its card, in order."""

    id: _Id
    name: _Name
    members: list[_Id]
    at: tuple[float, float]
    parent: _Id | None = None
    open: bool = False
    inputs: dict[_Name, list[tuple[_Id, _Index]]] = {}
    ports: list[tuple[_Id, _Index]] = []
    outs: list[_Id] = []


class OperationRecord(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An operation of the user's own as the file has it."""

    name: _Name
    program: str
    inputs: list[_Name] = []


def group_records(groups: Sequence[Group]) -> list[GroupRecord]:
    """Groups as the file has them."""
    return [
        GroupRecord(
            group.id, group.name, sorted(group.members), group.at, group.parent, group.is_open,
            {free.name: sorted(free.slots) for free in group.inputs}, list(group.ports), list(group.outs),
        )
        for group in groups
    ]  # fmt: skip


def operation_records(operations: Sequence[MyOperation]) -> list[OperationRecord]:
    """Operations as the file has them."""
    return [OperationRecord(held.name, held.program, list(held.inputs)) for held in operations]


def groups_of(records: Sequence[GroupRecord], graph: Graph, farthest: float) -> tuple[Group, ...]:
    """The groups of a file.  Raises FileError, which names the place, for any that cannot be."""
    seen: set[int] = set()
    homes: set[int] = set()
    groups = []
    for number, held in enumerate(records):
        place = f"$.groups[{number}]"
        if held.id in seen:
            raise FileError(f"two groups have the id {held.id} - at {place}.id")
        seen.add(held.id)
        if lost := [node for node in held.members if node not in graph.nodes]:
            raise FileError(f"there is no node {lost[0]} - at {place}.members")
        if twice := homes.intersection(held.members) or len(set(held.members)) < len(held.members):
            which = min(twice) if isinstance(twice, set) else max(held.members, key=held.members.count)
            raise FileError(f"node {which} lies in two groups - at {place}.members")
        homes.update(held.members)
        if max(map(abs, held.at)) > farthest:
            raise FileError(f"a card lies farther than {farthest:,.0f} from the middle - at {place}.at")
        groups.append(
            Group(
                held.id, _name(held.name, place), frozenset(held.members), held.parent, held.at, held.open,
                _inputs(held, graph, place), *_ports(held, graph, place),
            )
        )  # fmt: skip
    _check_parents(groups)
    return tuple(groups)


def _inputs(held: GroupRecord, graph: Graph, place: str) -> tuple[FreeInput, ...]:
    for name, slots in held.inputs.items():
        for node, slot in slots:
            if node not in graph.nodes or slot >= len(graph.nodes[node].inputs):
                raise FileError(f"there is no input {slot} of node {node} - at {place}.inputs.{name}")
    return tuple(FreeInput(name, frozenset(slots)) for name, slots in held.inputs.items())


def _ports(held: GroupRecord, graph: Graph, place: str) -> tuple[tuple[Slot, ...], tuple[NodeId, ...]]:
    for number, (node, slot) in enumerate(held.ports):
        if node not in graph.nodes or slot >= len(graph.nodes[node].inputs):
            raise FileError(f"there is no input {slot} of node {node} - at {place}.ports[{number}]")
    if lost := [number for number, node in enumerate(held.outs) if node not in graph.nodes]:
        raise FileError(f"there is no node {held.outs[lost[0]]} - at {place}.outs[{lost[0]}]")
    return tuple(held.ports), tuple(held.outs)


def _name(name: str, place: str) -> str:
    try:
        return clean_name(name)
    except EditError as error:
        raise FileError(f"{error} - at {place}.name") from None


def _check_parents(groups: Sequence[Group]) -> None:
    by_id = GroupTree(groups).by_id
    is_safe: set[int] = set()
    for number, group in enumerate(groups):
        way: list[int] = []
        inner: int | None = group.id
        while inner is not None and inner not in is_safe:
            if inner in way:
                raise FileError(f"the group {inner} lies in itself - at $.groups[{number}].parent")
            if inner not in by_id:
                raise FileError(f"there is no group {inner} - at $.groups[{number}].parent")
            way.append(inner)
            inner = by_id[inner].parent
        is_safe.update(way)


def operations_of(records: Sequence[OperationRecord]) -> tuple[MyOperation, ...]:
    """The operations of a file; what their programs mean is seen when they are used."""
    return tuple(
        MyOperation(_name(held.name, f"$.operations[{number}]"), tuple(held.inputs), held.program)
        for number, held in enumerate(records)
    )
