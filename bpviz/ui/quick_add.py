"""What can be added for what is typed: an operation, a number, an input of a new name; or found, if it is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..document.edits import STARTING_VALUE
from ..graph.graph import Graph, GraphError, NodeId
from ..graph.naming import KEPT_NAMES, NAMED_CONSTANTS, name_fault
from ..graph.values import parse_value
from ..ops import GROUPS, OPS, Op, names, numerals
from .finding import EXACT, WITHIN, ranked


@dataclass(frozen=True)
class Offer:
    """One thing that could be added, or, with `node`, one that is there already.

    `title` names it, `remark` says what will come of it.
    """

    title: str
    remark: str
    symbol: str
    op: str = ""
    name: str = ""
    value: Any = STARTING_VALUE
    node: NodeId | None = None


def offers(query: str, graph: Graph, fits: Callable[[Op], bool]) -> list[Offer]:
    """What a query offers, the likeliest first: of operations, those that fit.

    A number makes a constant; a word that means no operation, an input of that name, as `name = number` always does.
    """
    text = query.strip()
    found = [(rank, op) for rank, op in ranked(text) if fits(op)]
    if not text:
        # by group; what only gives a value another name is last, not the first thing that Enter would add
        found.sort(key=lambda entry: (entry[1] is OPS["identity"], GROUPS.index(entry[1].group)))
    named = _named(text, graph, fits) if text else []
    if not named:
        return [_operation(op) for _, op in found]
    before = [op for rank, op in found if _comes_first(rank, op, text)]
    if named[0].node is not None or named[0].op == "constant":
        before = []
    after = [op for _, op in found if op not in before]
    return [*map(_operation, before), *named, *map(_operation, after)]


def _comes_first(rank: int, op: Op, text: str) -> bool:
    """Whether an operation is likelier meant than a new input: a word may be the beginning of its name, while x2, w_1,
    b and θ are names, unless the operation is called just that."""
    if text.isascii() and text.isalpha() and len(text) > 1:
        return rank <= WITHIN
    return OPS.find(text) is op or (rank == EXACT and not text.isidentifier())


def _operation(op: Op) -> Offer:
    return Offer(op.title, "", op.symbol, op.name)


def _named(text: str, graph: Graph, fits: Callable[[Op], bool]) -> list[Offer]:
    """What a number, a name, or a name with a number offers."""
    name, _, given = (part.strip() for part in text.partition("="))
    if known := KEPT_NAMES.get(name):
        return _kept(known, graph, fits)
    try:
        value = parse_value(given or text)
    except GraphError:
        if given:
            return []
    else:
        if not given:
            said = numerals.brief(value, numerals.MANY)
            return [Offer(said, "a constant", "c", "constant", value=value)] if fits(OPS["constant"]) else []
        return _inputs(name, graph, fits, value)
    return _inputs(name, graph, fits, STARTING_VALUE)


def why_nothing(query: str) -> str | None:
    """Why what is typed, if it is meant as a name, adds nothing; None for what is no name."""
    name = query.partition("=")[0].strip()
    return name_fault(name) if name.isidentifier() or "=" in query else None


def _kept(name: str, graph: Graph, fits: Callable[[Op], bool]) -> list[Offer]:
    """π and e are constants, and one of each is enough."""
    if name in graph.by_name:
        return [_there(name, graph)]
    if not fits(OPS["constant"]):
        return []
    value = NAMED_CONSTANTS[name]
    return [Offer(name, f"the constant {numerals.brief(value)}", name, "constant", name, value)]


def _inputs(name: str, graph: Graph, fits: Callable[[Op], bool], value: Any) -> list[Offer]:
    if name in graph.by_name:
        return [_there(name, graph)]
    if name_fault(name):
        return []
    held = "" if value is STARTING_VALUE else f", {numerals.brief(value)}"
    kinds = (("variable", f"a new input{held}", "x"), ("parameter", f"a new parameter{held}", "w"))
    return [
        Offer(names.text(name), remark, symbol, kind, name, value) for kind, remark, symbol in kinds if fits(OPS[kind])
    ]


def _there(name: str, graph: Graph) -> Offer:
    node = graph.by_name[name]
    return Offer(graph.spoken(node), "is on the canvas", graph.nodes[node].op.symbol, node=node)
