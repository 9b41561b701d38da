"""Cards glide to their new places when something arranges them, so that one sees which went where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from ..document.annotations import Frame
from ..document.diagram import Diagram
from ..stage.between import Between
from ..stage.scenery import Scenery
from ..stage.timing import eased
from .canvas.camera import Camera
from .canvas.view import Canvas
from .clock import Clock
from .session import Session

DURATION = 0.25  # seconds
LONGEST_TICK = 0.04  # seconds; a window that is slow shows the way nevertheless
MOST = 200  # cards; the routes of more take too long for motion to look even
_ENDINGS = (
    QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.TouchBegin, QEvent.Type.DragEnter,
    QEvent.Type.Hide,
)  # fmt: skip
_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


class Gliding(QObject):
    """Shows the way from one arrangement to the next, which the document has had from the beginning.

    It takes a quarter of a second.  Whoever takes hold of something or presses a key finds everything in its place; in
    reduced motion, and with very many cards, it is there at once.  Another glide begins wherever the last one was.
    """

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._way: tuple[Scenery, Scenery, tuple[Frame, ...]] | None = None  # from, to; the frames at the start
        self._look: tuple[Camera, Camera] | None = None  # from where one looks at the start and at the end
        self._shown: Scenery | None = None
        self._passed = 0.0
        self._clock = Clock(self, longest=LONGEST_TICK)
        self._clock.ticked.connect(self.advance)
        canvas.installEventFilter(self)
        canvas.carry = self.carry

    @property
    def is_gliding(self) -> bool:
        return self._way is not None

    def carry(self, act: Callable[[], object], *, fits: bool = False) -> None:
        """Does what moves cards, and shows them on their way; what else it does is seen at once.

        With `fits`, all of the graph is in view at the end; and if it was, also where wires now lead another way.
        """
        session, canvas = self._session, self._canvas
        start, before, looked = session.scenery, session.diagram, canvas.camera
        frames, inside = session.stage.diagram.frames, session.standing.inside
        act()
        now, goal = session.diagram, session.scenery
        fits = fits or (canvas.is_fitted and now.direction is not before.direction)
        is_seen = session.playback.is_animated and canvas.isVisible() and len(goal.rects) <= MOST
        is_seen = is_seen and inside == session.standing.inside
        is_same = now.graph is before.graph
        old = before if is_same else _where_seen(now, before, start) if is_seen else now
        if now.positions == old.positions:
            if fits:
                canvas.looking.fit()
            return
        if fits:
            canvas.fit()
        if not is_seen:
            self._rest()
            return
        if not is_same:  # what has come or gone is seen at once
            start = Scenery(old, inside)
        self._way, self._passed = (start, goal, frames), 0.0
        self._look = (looked, canvas.camera) if looked is not canvas.camera else None
        self._show(0.0)
        self._clock.start()

    def finish(self) -> None:
        """Puts everything in its place."""
        self.advance(DURATION)

    def advance(self, seconds: float) -> None:
        """Lets that much time pass."""
        if self._way is None:
            return
        if self._session.scenery is not self._shown:  # something was changed: now it is seen as it is
            self._rest()
            return
        self._passed += seconds
        if self._passed < DURATION:
            self._show(eased(self._passed / DURATION))
            return
        goal, looks = self._way[1], self._look
        self._rest()
        self._session.pose(goal)
        if looks is not None and self._canvas.is_fitted:
            self._canvas.fit()

    def _show(self, part: float) -> None:
        assert self._way is not None
        start, goal, frames = self._way
        self._shown = Between(start, goal, part, frames)
        self._session.pose(self._shown)
        canvas = self._canvas
        if self._look is not None and canvas.is_fitted:  # nobody has looked elsewhere meanwhile
            canvas.show_from(self._look[0].towards(self._look[1], part, canvas.width(), canvas.height()))

    def _rest(self) -> None:
        self._clock.stop()
        self._way = self._look = self._shown = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._way is not None and (event.type() in _ENDINGS or _is_other_key(event)):
            self.finish()
        return False


def _where_seen(diagram: Diagram, before: Diagram, seen: Scenery) -> Diagram:
    """A diagram in which all that was there before lies where it was seen then, or would have been."""
    cards = seen.view.cards if seen.view is not None else {}
    shown = {node: (rect.x, rect.y) for node, rect in seen.rects.items()}
    places = {node: at for node, at in before.positions.items() if node in diagram.graph.nodes}
    places |= {node: at for node, at in shown.items() if node in places and node not in cards}
    at = {group.id: group.at for group in before.groups} | {card.group: shown[face] for face, card in cards.items()}
    routes = {(route.source, route.wire): route for route in before.routes}
    return replace(
        diagram,
        positions=diagram.places_with(places),
        groups=tuple(replace(group, at=at.get(group.id, group.at)) for group in diagram.groups),
        routes=tuple(routes.get((route.source, route.wire), route) for route in diagram.routes),
    )


def _is_other_key(event: QEvent) -> bool:
    """Whether a key goes down without Ctrl; with Ctrl it may be to undo, and the cards turn round where they are."""
    return (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        and event.key() not in _MODIFIERS
    )
