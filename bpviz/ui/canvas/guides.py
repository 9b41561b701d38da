"""What the hand sticks to while it moves things: edges and middles of others, straight wires, the grid.

The middle of a card is level with its out port, so that wires between cards that are level run straight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPen

from ...document import arranging
from ...document.arranging import Load
from ...stage.annotations import content, rect_of
from ...stage.geometry import Rect
from ..settings import GRID, GRID_SNAPPING, SNAPPING

if TYPE_CHECKING:
    from .view import Canvas

REACH = 7.0  # pixels from which the hand sticks
LEAST_ZOOM = 0.25  # from farther away everything is near to something
_HARDLY = 0.01  # scene units
_FREE = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier


def taken(canvas: Canvas) -> Load:
    """What a hand takes along: what is selected, and what lies in the frames that are."""
    session = canvas.session
    nodes, beside = set(session.selection), set(session.selected_annotations)
    standing = session.standing
    for frame in session.diagram.frames:
        if frame.id in session.selected_annotations:
            held, marked = content(session.diagram, canvas.spots.scenery.rects, frame, standing.inside)
            nodes |= standing.whole(standing.own(held))
            beside |= marked
    return arranging.lifted(session.diagram, nodes & session.graph.nodes.keys(), beside)


class Guides:
    """Sticks what is moved to what is in view and stays; says so by thin lines.  Alt or Ctrl held keeps it off."""

    def __init__(self, canvas: Canvas, load: Load) -> None:
        self._canvas = canvas
        scenery, beside = canvas.spots.scenery, canvas.session.standing.beside
        moved = [scenery.rects[node] for node in load.cards if node in scenery.rects]  # others are hidden in groups
        moved += [rect_of(held) for id_, held in beside.items() if id_ in load.annotations]
        self._box: Rect | None = None
        for rect in moved:
            self._box = rect if self._box is None else self._box.united(rect)
        settings = canvas.session.settings
        self._grid = float(settings.get(GRID)) if settings.get(GRID_SNAPPING) else 0.0
        self._lines: list[QLineF] = []
        self._course = scenery.course
        self._across: list[float] = []  # by how much to go down, or to the right, for a wire to be straight
        still: list[Rect] = []
        if self._box is not None and settings.get(SNAPPING) and canvas.camera.zoom >= LEAST_ZOOM:
            view = canvas.camera.view(canvas.width(), canvas.height())
            seen = [node for node in canvas.spots.cards_touching(view) if node not in load.cards]
            still = [scenery.rects[node] for node in seen]
            still += [rect_of(held) for id_, held in beside.items() if id_ not in load.annotations]
            self._across = list(self._straight(load))
        corners = [(*self._level(r)[0], *self._level(r)[1]) for r in still]
        self._still: NDArray[np.float64] = np.array(corners).reshape(-1, 6)

    def _level(self, rect: Rect) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """The edges and the middle of something, from left to right and from the top down."""
        x, y = self._course.middle(rect)
        return (rect.x, x, rect.right), (rect.y, y, rect.bottom)

    def _straight(self, load: Load) -> set[float]:
        """How far across the way each wire between what moves and what stays would be straight."""
        scenery, turned = self._canvas.spots.scenery, self._course.turned
        found: set[float] = set()
        structure = self._canvas.session.graph.structure
        if len(load.cards) > 40:  # so many do not hang on one wire
            return found
        for node in load.cards:
            for slot, source in enumerate(structure.inputs[node]):
                if source is not None and source not in load.cards and (node, slot) not in scenery.bends:
                    found.add(turned(scenery.out_port(source))[1] - turned(scenery.in_port(node, slot))[1])
            for target, slot in structure.consumers[node]:
                if target not in load.cards and (target, slot) not in scenery.bends:
                    found.add(turned(scenery.in_port(target, slot))[1] - turned(scenery.out_port(node))[1])
        return found

    def snapped(self, dx: float, dy: float) -> tuple[float, float]:
        """Where the hand would go, drawn to what is near; and the lines that say to what."""
        self._lines = []
        box = self._box
        if box is None or QGuiApplication.keyboardModifiers() & _FREE:
            return dx, dy
        reach = REACH / self._canvas.camera.zoom
        columns, rows = self._level(Rect(box.x + dx, box.y + dy, box.width, box.height))
        right, down = self._nearest(0, columns, reach), self._nearest(3, rows, reach)
        if self._course.is_down:
            right = self._nearer(dx, right, reach)
        else:
            down = self._nearer(dy, down, reach)
        dx = dx + right if right is not None else self._on_grid(box.x, dx)
        dy = dy + down if down is not None else self._on_grid(box.y, dy)
        if len(self._still):
            self._note_lines(Rect(box.x + dx, box.y + dy, box.width, box.height))
        return dx, dy

    def _nearer(self, way: float, nearest: float | None, reach: float) -> float | None:
        """How far it is to where a wire is straight, if that is within reach and nearer than what was found."""
        for across in self._across:
            if abs(across - way) <= reach and (nearest is None or abs(across - way) < abs(nearest)):
                nearest = across - way
        return nearest

    def _nearest(self, column: int, places: tuple[float, float, float], reach: float) -> float | None:
        """How far it is to the nearest edge of the same kind, if one is within reach."""
        if not len(self._still):
            return None
        ways = (self._still[:, column : column + 3] - places).ravel()
        nearest = float(ways[np.abs(ways).argmin()])
        return nearest if abs(nearest) <= reach else None

    def _on_grid(self, corner: float, way: float) -> float:
        return round((corner + way) / self._grid) * self._grid - corner if self._grid else way

    def _note_lines(self, box: Rect) -> None:
        """A line through everything that is now level or flush with what is moved."""
        still = self._still
        columns, rows = self._level(box)
        for i, x in enumerate(columns):
            level = still[np.abs(still[:, i] - x) < _HARDLY]
            if len(level):
                top, bottom = min(box.y, level[:, 3].min()), max(box.bottom, level[:, 5].max())
                self._lines.append(QLineF(x, float(top), x, float(bottom)))
        for i, y in enumerate(rows, 3):
            level = still[np.abs(still[:, i] - y) < _HARDLY]
            if len(level):
                left, right = min(box.x, level[:, 0].min()), max(box.right, level[:, 2].max())
                self._lines.append(QLineF(float(left), y, float(right), y))

    @property
    def lines(self) -> list[QLineF]:
        """The lines that are shown now."""
        return list(self._lines)

    def paint(self, painter: QPainter) -> None:
        pen = QPen(self._canvas.theme["ink"], 1.0)
        pen.setCosmetic(True)
        painter.setOpacity(0.55)
        painter.setPen(pen)
        painter.drawLines(self._lines)
        painter.setOpacity(1.0)
