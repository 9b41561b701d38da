"""Groups under the hand: stepping in and out, taking an open one by its title, naming one in place."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from ...document import edits, regrouping
from ...document.groups import Group, GroupId, GroupTree
from ...graph.graph import NodeId
from ...graph.layout import CARD_ROOM
from ...stage.annotations import content
from ...stage.geometry import Point
from ..mine import PREFIX
from .camera import Camera
from .editor import CardEditor
from .group_painting import group_frames
from .moving import MoveCards
from .spots import Part

if TYPE_CHECKING:
    from .view import Canvas

_numbers = count(1)
_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class Grouping(QObject):
    """What a hand on the canvas does with groups; the actions for them are here, too."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas, self._session = canvas, canvas.session
        # from how near and at what the levels around were looked at, if they were not fitted
        self._views: dict[GroupId | None, tuple[float, Point]] = {}
        self._stood: GroupId | None = None
        canvas.installEventFilter(self)
        canvas.session.standing.changed.connect(self._go)

    def _go(self) -> None:
        """Shows another level: as it was left, where one comes back to it."""
        canvas, inside = self._canvas, self._session.standing.inside
        canvas.cancel_gesture()
        self._views.pop(self._stood, None)
        if not canvas.is_fitted:
            self._views[self._stood] = canvas.camera.zoom, canvas.middle
        self._stood = inside
        canvas.fit()
        way = {group.id for group in self._session.standing.way} | {None}
        if (left := self._views.pop(inside, None)) is not None:
            zoom, (x, y) = left
            canvas.look(Camera(zoom, x - canvas.width() / 2 / zoom, y - canvas.height() / 2 / zoom))
        self._views = {level: view for level, view in self._views.items() if level in way}

    # What there is to do

    @property
    def chosen(self) -> Group | None:
        """The group that is meant: the one whose card is selected, or the innermost open one around the selection."""
        session = self._session
        if not session.diagram.groups or not session.selection:
            return None
        tree = GroupTree(session.diagram.groups)
        if (card := session.standing.group) is not None:
            return tree.by_id[card.group]
        depth = len(session.standing.way)
        chains = [tree.chain_of(node)[depth:] for node in session.selection]
        found = None
        for groups in zip(*chains, strict=False):
            if len({group.id for group in groups}) == 1 and groups[0].is_open:
                found = groups[0]
        return found

    @property
    def meant(self) -> frozenset[NodeId]:
        """The nodes that are selected, and those in frames that are: whoever takes a frame takes what lies in it."""
        session, diagram = self._session, self._session.diagram
        nodes = session.selection
        for frame in diagram.frames:
            if frame.id in session.selected_annotations:
                cards, _ = content(diagram, session.scenery.rects, frame, session.standing.inside)
                nodes |= session.standing.whole(session.standing.own(cards))
        return nodes

    def group(self) -> None:
        """Collapses the selected cards to one, and asks for its name on it."""
        session, nodes, inside = self._session, self.meant, self._session.standing.inside
        beside = session.selected_annotations
        key, made = ("group", next(_numbers)), regrouping.next_group(session.diagram)
        if session.edit("Group", lambda d: regrouping.group(d, nodes, inside=inside, annotations=beside), key):
            session.select(nodes)
            self.edit_name(made, key)

    def ungroup(self) -> None:
        """Dissolves a group; what was in it is selected."""
        if (group := self.chosen) is not None:
            nodes = GroupTree(self._session.diagram.groups).within(group.id)
            self._session.edit("Ungroup", lambda diagram: regrouping.ungroup(diagram, group.id))
            self._session.select(nodes)

    def toggle(self) -> None:
        """Shows what is in a group in place of its card, or its card again."""
        if (group := self.chosen) is not None:
            self._set_open(group, is_open=not group.is_open)

    def _set_open(self, group: Group, *, is_open: bool) -> None:
        nodes = GroupTree(self._session.diagram.groups).within(group.id)
        label = f"{'Open' if is_open else 'Collapse'} {group.name}"
        self._session.edit(label, lambda diagram: regrouping.set_open(diagram, group.id, is_open=is_open))
        self._session.select(nodes)

    def step_inside(self) -> None:
        """Into the group whose card is selected."""
        if (card := self._session.standing.group) is not None:
            self._session.standing.enter(card.group)

    def use(self, name: str, point: Point | None) -> bool:
        """Adds one of the user's own operations, its card around a point or where there is room; whether `name` is
        such a one."""
        if not name.startswith(PREFIX):
            return False
        canvas, session = self._canvas, self._session
        x, y = canvas.middle if point is None else point
        wish = x - CARD_ROOM[0] / 2, y - CARD_ROOM[1] / 2
        if point is None:
            rects = session.scenery.rects
            places = {node: (rect.x, rect.y) for node, rect in rects.items()}
            wish = edits.free_place(wish, places, session.diagram.direction)
        else:
            canvas.hold_still()
        if session.mine.use(name.removeprefix(PREFIX), wish):
            canvas.reveal(min(session.standing.cards))
        return True

    def rename(self) -> None:
        """Asks for another name of the group that is meant."""
        if (group := self.chosen) is not None:
            self.edit_name(group.id)

    def edit_name(self, id_: GroupId, key: object = None) -> None:
        """Opens a field on a group for its name; with a `key`, naming is one step with the edits of that key."""
        canvas, session = self._canvas, self._session
        place = self._title_of(id_)
        group = GroupTree(session.diagram.groups).by_id[id_]
        if place is None:
            return

        def accept(text: str) -> str | None:
            if all(held.id != id_ for held in session.diagram.groups):
                return None
            is_done = session.edit(
                "Rename the group", lambda diagram: regrouping.rename_group(diagram, id_, text), key or ("rename", id_)
            )
            session.document.seal()
            return None if is_done else "This will not do; see the message below."

        canvas.editor = CardEditor(canvas, place, group.name, accept)

    def _title_of(self, id_: GroupId) -> QRect | None:
        """Where the name of a group in view is, on the screen."""
        canvas, scenery = self._canvas, self._session.scenery
        rect = next(
            (
                title
                for group, _, title in group_frames(self._session.stage, self._canvas.camera.zoom)
                if group.id == id_
            ),
            None,
        )
        if scenery.view is not None and rect is None:
            rect = next((scenery.rects[card.face] for card in scenery.view.cards.values() if card.group == id_), None)
        if rect is None:
            return None
        corner = canvas.to_screen((rect.x, rect.y))
        return QRect(corner.x(), corner.y() - 4, max(round(rect.width * canvas.camera.zoom), 150), 34)

    # The hand and the keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._leaves(event)
        if not isinstance(event, QMouseEvent) or self._canvas.gesture is not None:
            return False
        point = self._canvas.camera.to_scene(event.position().x(), event.position().y())
        if event.type() == QEvent.Type.MouseButtonDblClick and event.button() == Qt.MouseButton.LeftButton:
            return self._double_clicked(point)
        if event.type() == QEvent.Type.MouseButtonPress:
            return self._pressed(event, point)
        return False

    def _leaves(self, event: QKeyEvent) -> bool:
        """Esc and Backspace lead out of a group, when there is nothing else for them to do."""
        session, canvas = self._session, self._canvas
        is_asked = event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
        is_busy = canvas.gesture is not None or session.selection or session.selected_wire is not None
        if not is_asked or is_busy or session.selected_annotations or session.standing.inside is None:
            return False
        session.standing.leave()
        return True

    def _double_clicked(self, point: Point) -> bool:
        """Into the group whose card is there; on the title of an open one, back to its card."""
        spot = self._canvas.spots.at(point, self._canvas.camera.zoom)
        if spot is not None and spot.part is not Part.WIRE:
            card = self._session.scenery.group_of(spot.node)
            if card is not None:
                self._session.standing.enter(card.group)
            return card is not None
        group = self._title_at(point)
        if group is not None:
            self._set_open(group, is_open=False)
        return group is not None

    def _title_at(self, point: Point) -> Group | None:
        """The open group whose title is at a point of the ground."""
        if self._canvas.spots.at(point, self._canvas.camera.zoom) is not None:
            return None
        frames = reversed(group_frames(self._session.stage, self._canvas.camera.zoom))
        return next((group for group, _, title in frames if title.contains(point)), None)

    def _pressed(self, event: QMouseEvent, point: Point) -> bool:
        """A title selects its group, and moves it."""
        group = self._title_at(point)
        if group is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return False
        nodes = GroupTree(self._session.diagram.groups).within(group.id)
        is_adding = bool(event.modifiers() & _ADDING)
        self._session.select(nodes | self._session.selection if is_adding else nodes)
        if event.button() == Qt.MouseButton.LeftButton:
            self._canvas.begin(MoveCards(self._canvas, point))
        return event.button() == Qt.MouseButton.LeftButton
