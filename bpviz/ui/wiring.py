"""The actions that add nodes at the hand, and those that wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..document import annotating, wiring
from ..graph.graph import NodeId
from .action import Action
from .arranging import DELETE

if TYPE_CHECKING:
    from .window import Window


def _only(window: Window) -> NodeId | None:
    """The one selected node."""
    is_one = len(window.session.selection) == 1 and window.session.standing.group is None
    return next(iter(window.session.selection)) if is_one else None


def _has_one(window: Window) -> bool:
    """First select one node."""
    return _only(window) is not None


def _has_nodes(window: Window) -> bool:
    """First select a node."""
    return bool(window.session.selection)


def _has_two_inputs(window: Window) -> bool:
    """First select one operation with two inputs."""
    node = _only(window)
    return node is not None and len(window.session.graph.nodes[node].inputs) == 2


def _add(window: Window) -> None:
    if window.canvas.gesture is None:
        window.canvas.adding.open_by_key()


def _connect_to(window: Window) -> None:
    if (node := _only(window)) is not None:
        window.canvas.linking.open_from(node)


def _connect_from(window: Window) -> None:
    if (node := _only(window)) is not None:
        window.canvas.linking.open_to(node)


def _swap(window: Window) -> None:
    if (node := _only(window)) is not None:
        window.session.edit("Swap the inputs", lambda diagram: wiring.swap(diagram, node))


def _detach(window: Window) -> None:
    nodes = window.session.standing.own(window.session.selection)
    window.session.edit("Take off all wires", lambda diagram: wiring.detach(diagram, nodes))


def _can_heal(window: Window) -> bool:
    """First select a node."""
    return _has_nodes(window) or _has_just_deleted(window)


def _has_just_deleted(window: Window) -> bool:
    return window.session.document.undo_label == DELETE and window.session.selected_wire is None


def _delete_healing(window: Window) -> None:
    """Of what is selected; or else of what was deleted last, as if it had been done in this way."""
    session = window.session
    if not session.selection and _has_just_deleted(window):
        session.travel(session.document.undo)
    nodes, beside = session.standing.own(session.selection), session.selected_annotations
    session.edit("Delete and heal", lambda diagram: annotating.remove(wiring.delete_healing(diagram, nodes), beside))


WIRING = (
    Action(
        "add-here", "Edit", "Add a node…", _add, ("Tab", "Shift+A"), on_canvas=True,
        tip="Search at the mouse; type a number for a constant, a new name for an input",
    ),
    Action(
        "connect-to", "Edit", "Connect to…", _connect_to, ("C",), is_on=_has_one, on_canvas=True,
        tip="Choose the input into which the value of this node goes",
    ),
    Action(
        "connect-from", "Edit", "Connect an input…", _connect_from, ("Shift+C",), is_on=_has_one, on_canvas=True,
        tip="Choose the node that feeds this one",
    ),
    Action(
        "swap", "Edit", "Swap the inputs", _swap, ("I",), is_on=_has_two_inputs, on_canvas=True,
        tip="x − y becomes y − x",
    ),
    Action(
        "detach", "Edit", "Take off all wires", _detach, ("D",), is_on=_has_nodes, on_canvas=True,
        tip="Its neighbours are wired together, as when its card is shaken",
    ),
    Action(
        "delete-healing", "Edit", "Delete and heal", _delete_healing, ("X", "Ctrl+Delete", "Alt+Delete"),
        is_on=_can_heal, on_canvas=True,
        tip="What it stood between is wired together; also just after it was deleted",
    ),
)  # fmt: skip
