"""The actions that say which way wires lead: everything is arranged anew, from left to right or from top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..graph.layout import Direction
from .action import Action

if TYPE_CHECKING:
    from .window import Window


def _lead(direction: Direction) -> Callable[[Window], object]:
    def run(window: Window) -> None:
        window.automatic.arrange(direction=direction)
        window.actions_.refresh()  # the menu has taken the mark off what was on already

    return run


def _leads(direction: Direction) -> Callable[[Window], bool]:
    return lambda window: window.session.diagram.direction is direction


_TIPS = {
    Direction.RIGHT: "Inputs on the left, the output on the right",
    Direction.DOWN: "Inputs at the top, the output at the bottom",
}
LEADING = tuple(
    Action(
        f"arrange-{direction.value}", "Arrange", f"Arrange {direction.told}", _lead(direction),
        is_checked=_leads(direction), tip=tip, turns=True,
    )
    for direction, tip in _TIPS.items()
)  # fmt: skip
