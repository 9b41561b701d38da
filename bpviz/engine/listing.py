"""Nodes in words, a few of them by name: what the diagnosis has to say of many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from ..graph.graph import Graph, NodeId
from ..ops import numerals
from .trace import Trace

MOST = 3  # of a kind that are told one by one

T = TypeVar("T")


def output_name(trace: Trace) -> str:
    """What the output is called."""
    assert trace.output is not None
    return trace.graph.spoken(trace.output)


def it(ids: Sequence[NodeId]) -> str:
    """The pronoun for so many."""
    return "it" if len(ids) == 1 else "them"


def inputs_told(trace: Trace, id_: NodeId) -> str:
    """`x is −3 and y is 2`; empty when all inputs of a node are numbers."""
    graph, plan = trace.graph, trace.plan
    sources = [source for source in dict.fromkeys(graph.nodes[id_].inputs) if source is not None]
    return joined(
        [
            f"{graph.spoken(source)} is {numerals.brief(plan.value_view(plan.row_of[source], trace.buffers))}"
            for source in sources
            if not graph.nodes[source].is_constant
        ]
    )


def joined(names: Sequence[str], most: int = MOST) -> str:
    """`x, y and 3 more`."""
    more = len(names) - most
    parts = [*names[:most], f"{more:,} more"] if more > 0 else list(names)
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)


def joined_by_name(names: Sequence[str], most: int = MOST) -> str:
    """`x, y and others`: without a number, which could be taken for one that is asked for."""
    return joined([*names[:most], "others"] if len(names) > most else names, most + 1)


def first(items: Iterable[T], noun: str) -> Iterator[tuple[T, str]]:
    """The first `MOST`, the last of them with a word about how many more there are."""
    every = list(items)
    hidden = len(every) - MOST
    for i, item in enumerate(every[:MOST]):
        more = f" (so it is at {numerals.count(hidden, f'more {noun}')})" if hidden > 0 and i == MOST - 1 else ""
        yield item, more


def needed(graph: Graph) -> set[NodeId]:
    """The nodes on which the output depends, and itself."""
    assert graph.result is not None
    found, ahead = {graph.result}, [graph.result]
    while ahead:
        for source in graph.nodes[ahead.pop()].inputs:
            if source is not None and source not in found:
                found.add(source)
                ahead.append(source)
    return found
