"""The actions on groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .action import Action

if TYPE_CHECKING:
    from .window import Window


def _has_several(window: Window) -> bool:
    """First select two cards or more, or a frame around them."""
    scenery = window.session.scenery
    return len({scenery.card_of(node) for node in window.canvas.grouping.meant}) > 1


def _has_group(window: Window) -> bool:
    """First select a group."""
    return window.canvas.grouping.chosen is not None


def _has_card(window: Window) -> bool:
    """First select the card of a group."""
    return window.session.standing.group is not None


def _can_rename(window: Window) -> bool:
    """First select a group."""
    return _has_group(window) and (_has_card(window) or len(window.session.selection) > 1)


def _is_inside(window: Window) -> bool:
    """You are not in a group."""
    return window.session.standing.inside is not None


def _is_open(window: Window) -> bool:
    group = window.canvas.grouping.chosen
    return group is not None and group.is_open


GROUPING = (
    Action(
        "group", "Group", "Group the selection", lambda w: w.canvas.grouping.group(), ("Ctrl+G",), is_on=_has_several,
        tip="One card with ports of its own, such as a neuron or a layer",
    ),
    Action(
        "ungroup", "Group", "Ungroup", lambda w: w.canvas.grouping.ungroup(), ("Ctrl+Shift+G",), is_on=_has_group,
        ends_group=True,
    ),
    Action(
        "step-inside", "Group", "Step inside", lambda w: w.canvas.grouping.step_inside(), ("Return",),
        is_on=_has_card, on_canvas=True, tip="Shows what is in the group; so does a double click",
    ),
    Action(
        "step-outside", "Group", "Step outside", lambda w: w.session.standing.leave(), ("Shift+Return",),
        is_on=_is_inside, on_canvas=True,
    ),
    Action(
        "open-group", "Group", "Show what is in it here", lambda w: w.canvas.grouping.toggle(), ("G",),
        is_on=_has_group, on_canvas=True, is_checked=_is_open, ends_group=True,
        tip="Shows the group's nodes in place of its card, or the card again",
    ),
    Action(
        "rename-group", "Group", "Rename the group", lambda w: w.canvas.grouping.rename(), ("F2",), is_on=_can_rename
    ),
    Action(
        "save-operation", "Group", "Save as my operation", lambda w: w.session.mine.save(w.canvas.grouping.chosen),
        is_on=_has_group, tip="The palette has it under Mine, in this document and in others",
    ),
)  # fmt: skip
GROUP_CONTEXT = ("step-inside", "open-group", "group", "ungroup", "rename-group", "save-operation")
