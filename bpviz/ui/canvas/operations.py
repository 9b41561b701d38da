"""Operations on their way from the palette to the canvas."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from ...document.edits import free_place
from ...graph.layout import ROOMS
from ...ops import OPS
from ...stage.geometry import CARD_HEIGHT, CARD_WIDTH, Point
from ..mine import PREFIX
from ..session import Session

_FORMAT = "application/x-bpviz-operation"
FORMATS = [_FORMAT]


def dragged(name: str) -> QMimeData:
    """What carries an operation by name."""
    data = QMimeData()
    data.setData(_FORMAT, name.encode())
    return data


def operation_in(data: QMimeData) -> str | None:
    """The operation that something dragged carries, if it does."""
    name = bytes(data.data(_FORMAT).data()).decode(errors="replace")
    return name if name in OPS or name.startswith(PREFIX) else None


def place_for(name: str, session: Session, middle: Point) -> Point:
    """A free corner for a new card: a result after the selected card or in the middle, an input where inputs are."""
    positions, selection, direction = session.diagram.positions, session.selection, session.diagram.direction
    turned, pitch = direction.turned, ROOMS[direction].column_pitch
    x, y = turned((middle[0] - CARD_WIDTH / 2, middle[1] - CARD_HEIGHT / 2))
    if OPS[name].is_leaf:
        x = min((turned(place)[0] for place in positions.values()), default=x - pitch)
    elif len(selection) == 1:
        x, y = turned(positions[next(iter(selection))])
        x += pitch
    return free_place(turned((x, y)), positions, direction)
