"""What an entry of the table of actions says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..graph.layout import Direction

if TYPE_CHECKING:
    from .window import Window


@dataclass(frozen=True)
class Action:
    """One thing to do.  `is_on` says when it can be done; it is asked anew whenever the session changes, and the first
    line of its docstring, if it has one, is told to whoever asks why it is off.  `is_checked` says of what can be on or
    off whether it is on.

    The keys of what is `on_canvas` act only where the canvas has the keyboard; in a text field they mean another thing.
    What `turns` cards round may begin while they glide; anything else finds them all in their places.

    An arrow key may do another thing where wires lead down: `text_down` says what.
    """

    name: str
    menu: str
    text: str
    run: Callable[[Window], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    is_on: Callable[[Window], bool] = lambda window: True
    tip: str = ""
    ends_group: bool = False
    on_canvas: bool = False
    turns: bool = False
    is_checked: Callable[[Window], bool] | None = None
    submenu: str = ""  # of its menu, if it stands in one
    text_down: str = ""

    def text_in(self, direction: Direction) -> str:
        """What it says in a document whose wires lead in a direction."""
        return self.text_down if self.text_down and direction.is_down else self.text

    @property
    def why_off(self) -> str:
        """What is missing while it cannot be done; empty where nobody has said."""
        return (self.is_on.__doc__ or "").partition("\n")[0]
