"""Where to look: the part of the scene to be seen at a time, so that what happens is always near and in view.

The whole graph, if its cards can be read from there; then nothing ever moves.  Else a view of one size, which moves no
farther than it must, and never back and forth: a lecture is not filmed by a nervous hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..engine.trace import Trace
from ..graph.graph import NodeId
from .acting import SETTLED, Part, part
from .geometry import Point, Rect
from .scenery import Scenery
from .stage import Stage, around
from .timing import LEFT_STRIP, MULTIPLIED, eased

BEFORE, AFTER = 26.0, 74.0  # the room before and after cards on their way: for numbers that come and go
ABOVE, BELOW = 24.0, 34.0  # and across that: for pills and sliders
BESIDE_WIRE = 24.0  # for a wire's thickness and an arrow head
ACROSS_WIRE = 66.0  # for half of a pill that lies across a wire
ABOVE_WIRE = 58.0  # where a number stands while it is multiplied, by a pill that had to make way for another
TOKEN_ROOM = 110.0  # around the middle of a number in flight
BLOCK = 48  # events over which the view moves no farther than it must; then it is put in the middle again
MOST_MEASURED = 600  # nodes; of a larger graph the view has the size at which cards can just be read
WAY_POINTS = (0.2, 0.4, 0.6, 0.8)  # of a wire that must be in view


@dataclass(frozen=True)
class Lens:
    """A screen of `width` × `height` pixels, and the zooms (pixels per scene unit) between which one may look: from
    farther than `farthest` cards cannot be read, nearer than `nearest` they would be needlessly large."""

    width: float
    height: float
    farthest: float = 1.0
    nearest: float = 1.5

    def room(self, zoom: float) -> tuple[float, float]:
        """How much of the scene there is to see."""
        return self.width / zoom, self.height / zoom

    def zoom_for(self, rect: Rect) -> float:
        """The zoom at which all of a rectangle can just be seen."""
        return min(self.width / max(rect.width, 1.0), self.height / max(rect.height, 1.0))


class Framing:
    """The views of one scenery through one lens.  The same stage always gives the same view, whatever was asked before;
    what is kept is only kept to be quick."""

    def __init__(self, scenery: Scenery, lens: Lens, overview: Rect | None = None) -> None:
        """`overview` is what to look at to see the whole graph, in the proportions of the screen."""
        self.scenery, self.lens = scenery, lens
        self._frames: dict[NodeId, Rect] = {}
        self._ways: dict[tuple[NodeId, int], Rect] = {}
        self.whole = self._roomy(around(scenery.boxes)[0]) if scenery.rects else Rect(0, 0, 1, 1)
        self.overview = overview or _rect_around(
            _middle(self.whole), lens.room(min(lens.zoom_for(self.whole), lens.nearest))
        )
        self.is_resting = lens.width / self.overview.width >= lens.farthest
        self.zoom = self._zoom()
        self._trace: Trace | None = None
        self._blocks: dict[int, list[tuple[Point, Point]]] = {}

    def _zoom(self) -> float:
        """The one zoom from which everything is watched: as near as lets every node be seen with its inputs."""
        lens = self.lens
        if self.is_resting:
            return lens.width / self.overview.width
        if len(self.scenery.rects) > MOST_MEASURED:
            return lens.farthest
        zooms = [lens.zoom_for(self.frame(node)) for node in self.scenery.rects]
        zooms += [lens.width / self.whole.width, lens.height / self.whole.height]  # then it need not move that way
        return min((zoom for zoom in zooms if lens.farthest <= zoom < lens.nearest), default=lens.nearest)

    # What must be seen

    def frame(self, node: NodeId) -> Rect:
        """A node with all its inputs and the wires between."""
        if node not in self._frames:
            slots = range(len(self.scenery.inputs[node]))
            parts = [self._roomy(self._rect(node)), *(self._way(node, slot) for slot in slots)]
            self._frames[node] = _union(parts)
        return self._frames[node]

    def _rect(self, node: NodeId) -> Rect:
        """The card of a node, or the one that hides it."""
        return self.scenery.rect(node)

    def _way(self, node: NodeId, slot: int) -> Rect:
        """A node, one of its inputs, and the wire between."""
        if (node, slot) not in self._ways:
            self._ways[node, slot] = self._found_way(node, slot)
        return self._ways[node, slot]

    def _found_way(self, node: NodeId, slot: int) -> Rect:
        source, curve = self.scenery.inputs[node][slot], self.scenery.curve(node, slot)
        card = self._roomy(self._rect(node))
        if source is None or curve is None:
            return card
        xs, ys = zip(*map(curve.at, WAY_POINTS), strict=True)
        side = ACROSS_WIRE if self.scenery.course.is_down else BESIDE_WIRE
        left, top = min(xs) - side, min(ys) - ABOVE_WIRE
        on_wire = Rect(left, top, max(xs) + side - left, max(ys) + BESIDE_WIRE - top)
        return _union([card, self._roomy(self._rect(source)), on_wire])

    def _roomy(self, card: Rect) -> Rect:
        """A card with the room that numbers need around it."""
        turned = self.scenery.course.turned
        (left, top), (right, bottom) = turned((BEFORE, ABOVE)), turned((AFTER, BELOW))
        return Rect(card.x - left, card.y - top, card.width + left + right, card.height + top + bottom)

    def _is_seen(self, rect: Rect) -> bool:
        width, height = self.lens.room(self.zoom)
        return rect.width <= width + 1e-6 and rect.height <= height + 1e-6

    def _needed(self, about: Part) -> tuple[Rect, Rect] | None:
        """What must be seen as an event begins, and as it ends.  The two differ for a gradient that goes farther than
        one can look: then one goes with it.  None where nobody who takes part is in view: inside of a group, that
        happens elsewhere."""
        if self.scenery.card_of(about.node) is None:
            ends = [node for node in (about.sender, about.receiver) if node is not None]
            seen = [self._roomy(self._rect(node)) for node in ends if self.scenery.card_of(node) is not None]
            return (seen[-1], seen[-1]) if seen else None
        whole = self.frame(about.node)
        if self._is_seen(whole):
            return whole, whole
        if about.slot is None:
            near = self._with_nearest_inputs(about.node)
            return near, near
        way = self._way(about.node, about.slot)
        if self._is_seen(way):
            return way, way
        assert about.sender is not None and about.receiver is not None
        here, there = self._roomy(self._rect(about.sender)), self._roomy(self._rect(about.receiver))
        return (there if about.has_landed else here), there

    def _with_nearest_inputs(self, node: NodeId) -> Rect:
        """A node with as many of its inputs as can be seen with it, the nearest first."""
        seen = self._roomy(self._rect(node))
        ways = (self._way(node, slot) for slot in range(len(self.scenery.inputs[node])))
        for way in sorted(ways, key=lambda rect: rect.width + rect.height):
            if self._is_seen(both := seen.united(way)):
                seen = both
        return seen

    # Where the view is

    def view(self, stage: Stage) -> Rect:
        """What to look at, in the proportions of the screen."""
        now = stage.now
        if self.is_resting or (now.step == 0 and now.event is None):
            return self.overview
        if stage.trace is not self._trace:
            self._trace, self._blocks = stage.trace, {}
        if now.event is None:
            return self._after(now.step - 1)
        start, end = self._middles(now.step)
        begun = eased(now.progress, 0.0, SETTLED)
        before = self._after(now.step - 1) if now.step else self.overview
        if start == end:
            return _between(before, self._after(now.step), begun)
        begun = eased(now.progress, 0.0, LEFT_STRIP)
        return _between(before, self._around(self._on_the_way(stage, start, end)), begun)

    def is_shown(self, stage: Stage, view: Rect) -> bool:
        """Whether from `view`, too, what happens can be read, all of it."""
        now = stage.now
        if now.step == 0 and now.event is None:
            return False
        needed = self._needed(part(stage.trace, now.step if now.event is not None else now.step - 1))
        if needed is None:
            return True
        return self.lens.width / view.width >= self.lens.farthest and all(
            view.contains((rect.x, rect.y)) and view.contains((rect.right, rect.bottom)) for rect in needed
        )

    def _after(self, index: int) -> Rect:
        """Where to look once event `index` is over: at everything that is in view, if none of it takes part."""
        assert self._trace is not None
        if self._needed(part(self._trace, index)) is None:
            return self.overview
        return self._around(self._middles(index)[1])

    def _around(self, middle: Point) -> Rect:
        return _rect_around(middle, self.lens.room(self.zoom))

    def _middles(self, index: int) -> tuple[Point, Point]:
        """The middle of the view when event `index` has all eyes, and at its end."""
        block, place = divmod(index, BLOCK)
        if block not in self._blocks:
            self._blocks[block] = self._walk(block)
        return self._blocks[block][place]

    def _walk(self, block: int) -> list[tuple[Point, Point]]:
        """The middles for a block of events: each as near to the last as what must be seen allows."""
        assert self._trace is not None
        found: list[tuple[Point, Point]] = []
        at: Point | None = None
        for index in range(block * BLOCK, min((block + 1) * BLOCK, len(self._trace))):
            needed = self._needed(part(self._trace, index))
            if needed is None:
                at = _middle(self.overview) if at is None else at
                found.append((at, at))
                continue
            first, last = needed
            start = self._moved(_middle(first) if at is None else at, first)
            at = self._moved(start, last)
            found.append((start, at))
        return found

    def _moved(self, middle: Point, needed: Rect) -> Point:
        """The middle of a view that holds `needed`, as near to `middle` as can be, and not beyond the graph."""
        width, height = self.lens.room(self.zoom)
        x = _held(_inside(middle[0], self.whole.x, self.whole.right, width), needed.x, needed.right, width)
        y = _held(_inside(middle[1], self.whole.y, self.whole.bottom, height), needed.y, needed.bottom, height)
        return x, y

    def _on_the_way(self, stage: Stage, start: Point, end: Point) -> Point:
        """The middle while a number goes farther than one can look: it is kept in view, and at the end its goal."""
        place = [token.at for token in stage.tokens()]
        last = stage.at(stage.now.step + 1.0)
        goal = [token.at for token in last.tokens()]
        if not place or not goal:
            return end
        arriving = eased(stage.now.progress, MULTIPLIED, 1.0)
        with_it, at_goal = self._holding(start, place[0]), self._holding(start, goal[0])
        return with_it[0] + (end[0] - at_goal[0]) * arriving, with_it[1] + (end[1] - at_goal[1]) * arriving

    def _holding(self, middle: Point, token: Point) -> Point:
        width, height = self.lens.room(self.zoom)
        across, down = min(TOKEN_ROOM, width / 2), min(TOKEN_ROOM, height / 2)
        return (
            _held(middle[0], token[0] - across, token[0] + across, width),
            _held(middle[1], token[1] - down, token[1] + down, height),
        )


def _union(rects: Iterable[Rect]) -> Rect:
    found = list(rects)
    x, y = min(rect.x for rect in found), min(rect.y for rect in found)
    return Rect(x, y, max(rect.right for rect in found) - x, max(rect.bottom for rect in found) - y)


def _middle(rect: Rect) -> Point:
    return rect.x + rect.width / 2, rect.y + rect.height / 2


def _rect_around(middle: Point, room: tuple[float, float]) -> Rect:
    return Rect(middle[0] - room[0] / 2, middle[1] - room[1] / 2, *room)


def _held(middle: float, start: float, end: float, room: float) -> float:
    """The middle nearest to `middle` of a view of size `room` that holds what lies from `start` to `end`."""
    if end - start >= room:
        return (start + end) / 2
    return min(max(middle, end - room / 2), start + room / 2)


def _inside(middle: float, start: float, end: float, room: float) -> float:
    """The middle nearest to `middle` of a view of size `room` that shows nothing beyond `start` and `end`."""
    return (start + end) / 2 if end - start <= room else min(max(middle, start + room / 2), end - room / 2)


def _between(one: Rect, other: Rect, way: float) -> Rect:
    """On the way from one view to another: the size by equal factors, so that it looks even."""
    if way <= 0.0 or way >= 1.0:
        return one if way <= 0.0 else other
    width = one.width * (other.width / one.width) ** way
    height = one.height * (other.height / one.height) ** way
    grown = way if one.width == other.width else (width - one.width) / (other.width - one.width)
    (x, y), (to_x, to_y) = _middle(one), _middle(other)
    return _rect_around((x + (to_x - x) * grown, y + (to_y - y) * grown), (width, height))
