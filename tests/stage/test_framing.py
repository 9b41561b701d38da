"""Where the projector looks: what happens is always near and in view, without jumps, and by the time alone."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from random import Random

import pytest

from bpviz.document.diagram import Diagram
from bpviz.engine.telling import Telling, told
from bpviz.engine.trace import Accumulated, Computed, Failed, Pushed, Seeded, Sent, Trace
from bpviz.graph.graph import Graph, Node
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from bpviz.stage.acting import SETTLED, part, spotlight
from bpviz.stage.framing import Framing, Lens
from bpviz.stage.geometry import Rect
from bpviz.stage.stage import Stage
from bpviz.stage.timing import LEFT_STRIP

WALL = Lens(1280.0, 498.0, farthest=1.05, nearest=1.5)
SIZES = (3, 25, 200)
PRODUCT = "q = x + y; f = q * z"


@cache
def scene(size: int, seed: int, direction: Direction = Direction.RIGHT) -> Stage:
    """A random graph, in which most wires are short and some go far, with some nodes of many inputs."""
    random = Random(size * 1000 + seed)
    nodes: list[Node] = []
    for id_ in range(1, size + 1):
        if id_ < 3 or random.random() < 0.15:
            nodes.append(Node(id_, OPS["variable"], (), round(random.uniform(-2, 2), 2), f"x{id_}"))
            continue
        op = OPS[random.choice(["add", "mul", "sub", "tanh", "max", "where"])]
        near = nodes[-5:]
        inputs = tuple(random.choice(near if random.random() < 0.85 else nodes).id for _ in range(op.arity))
        nodes.append(Node(id_, op, inputs, None, f"n{id_}" if random.random() < 0.5 else ""))
    return Stage(Diagram.of(Graph(nodes), direction))


def of(text: str, **values: float) -> Stage:
    return Stage(Diagram.of(parse(text, values)))


def holds(view: Rect, inner: Rect) -> bool:
    outer = view.grown(1e-6)
    return outer.contains((inner.x, inner.y)) and outer.contains((inner.right, inner.bottom))


def moved(one: Rect, other: Rect) -> float:
    """How far the edges of a view have moved."""
    return max(abs(one.x - other.x), abs(one.y - other.y), abs(one.right - other.right), abs(one.bottom - other.bottom))


def events_of(trace: Trace, most: int = 8) -> list[int]:
    """Some events of each kind, the ends among them."""
    random, count = Random(len(trace)), len(trace)
    return sorted({*range(min(12, count)), count - 1, *random.sample(range(count), min(most, count))})


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("seed", "direction"), [*((seed, Direction.RIGHT) for seed in range(3)), (0, Direction.DOWN)])
def test_what_acts_is_near_and_in_view(size: int, seed: int, direction: Direction) -> None:
    stage = scene(size, seed, direction)
    framing, trace = Framing(stage.scenery, WALL), stage.trace
    for index in events_of(trace):
        about, event = part(trace, index), trace[index]
        for progress in (SETTLED, 0.45, 0.6, 0.8, 0.999, 1.0):
            then = stage.at(index + progress)
            view = framing.view(then)
            assert view.height / view.width == pytest.approx(WALL.height / WALL.width)
            assert WALL.width / view.width >= WALL.farthest - 1e-9, "cards can be read"
            if isinstance(event, Sent):
                fits = WALL.zoom_for(framing._way(about.node, event.slot)) >= framing.zoom
                for node in (event.source, event.target) if fits else ():
                    assert holds(view, stage.rect(node)), "both ends of the wire"
                assert all(view.contains(token.at) for token in then.tokens()), "the number on its way"
            else:
                assert all(holds(view, stage.rect(node)) for node in then.acting())
        last = framing.view(stage.at(index + 0.999))
        if isinstance(event, Sent):
            assert holds(last, stage.rect(event.target)), "where it comes to"
            assert holds(framing.view(stage.at(index + LEFT_STRIP)).grown(1.0), stage.rect(event.source)) or holds(
                framing.view(stage.at(index + SETTLED)), stage.rect(event.source)
            ), "and where it comes from"
        if isinstance(event, Computed) and WALL.zoom_for(framing.frame(event.node)) >= framing.zoom:
            inputs = trace.graph.nodes[event.node].inputs
            assert all(holds(last, stage.rect(node)) for node in inputs if node is not None)


@pytest.mark.parametrize("size", SIZES)
def test_the_view_never_jumps(size: int) -> None:
    stage = scene(size, 1)
    framing = Framing(stage.scenery, WALL)
    for index in events_of(stage.trace):
        before, at, after = (framing.view(stage.at(index + by)) for by in (-1e-5, 0.0, 1e-5))
        assert index == 0 or moved(before, at) < 0.5
        assert moved(at, after) < 0.5
        steps = [framing.view(stage.at(index + i / 60)) for i in range(61)]
        way = sum(moved(one, other) for one, other in pairwise(steps))
        longest = max(moved(one, other) for one, other in pairwise(steps))
        assert longest <= 0.28 * way + 1e-6, "a move of a sixtieth of the time is a small part of the whole move"


@pytest.mark.parametrize("size", [25, 120])
def test_the_time_alone_says_where_to_look(size: int) -> None:
    stage = scene(size, 2)
    played, scrubbed = Framing(stage.scenery, WALL), Framing(stage.scenery, WALL)
    times = [i / 3 for i in range(3 * len(stage.trace))]
    seen = {time: played.view(stage.at(time)) for time in times}
    Random(5).shuffle(times)
    for time in times[:400]:
        assert scrubbed.view(stage.at(time)) == seen[time]


def test_a_graph_that_can_be_read_as_a_whole_rests() -> None:
    stage = of(PRODUCT, x=-2, y=5, z=-4)
    framing = Framing(stage.scenery, WALL)
    views = {framing.view(stage.at(i / 10)) for i in range(141)}
    assert len(views) == 1
    view = views.pop()
    assert all(holds(view, stage.rect(node)) for node in stage.graph.nodes)
    assert WALL.width / view.width == pytest.approx(498 / (2 * 124 + 84 + 24 + 34)), (
        "as large as the height of the screen lets it be"
    )
    assert view.x + view.width / 2 == framing.whole.x + framing.whole.width / 2


def test_one_node_is_not_blown_up() -> None:
    view = Framing(of("x = 2").scenery, WALL).view(of("x = 2"))
    assert WALL.width / view.width == WALL.nearest


def test_an_empty_canvas_can_be_looked_at() -> None:
    stage = Stage(Diagram.of(Graph([])))
    assert Framing(stage.scenery, WALL).view(stage).width > 0


def test_at_the_start_of_a_large_graph_all_of_it_is_seen() -> None:
    stage = scene(60, 0).at(0.0)
    view = Framing(stage.scenery, WALL).view(stage)
    assert all(holds(view, stage.rect(node)) for node in stage.graph.nodes)


def test_the_view_rests_while_all_that_happens_is_in_it() -> None:
    stage = of("a = x*x; b = a*a; c = b*b; d = c*c; e = d*d; f = e*e; g = f*f", x=1.1)
    framing, trace = Framing(stage.scenery, WALL), stage.trace
    rests = 0
    for index in range(1, len(trace)):
        view, node = framing.view(stage.at(float(index))), part(trace, index).node
        if holds(view, framing.frame(node)):
            rests += 1
            assert all(framing.view(stage.at(index + i / 8)) == view for i in range(9))
    assert rests > len(trace) / 2, "most of the time"


def test_a_gradient_that_goes_too_far_to_be_seen_at_once_is_accompanied() -> None:
    text = "a = sin(x); b = sin(a); c = sin(b); d = sin(c); e = sin(d); f = e * x"
    stage = of(text, x=0.5)
    framing, trace = Framing(stage.scenery, WALL), stage.trace
    f, x = trace.graph.by_name["f"], trace.graph.by_name["x"]
    index = next(
        i for i, event in enumerate(trace) if isinstance(event, Sent) and (event.source, event.target) == (f, x)
    )
    assert holds(framing.view(stage.at(index + LEFT_STRIP)), stage.rect(f))
    assert holds(framing.view(stage.at(index + 1.0)), stage.rect(x))
    for i in range(15, 101):
        then = stage.at(index + i / 100)
        view = framing.view(then)
        assert view.width == pytest.approx(WALL.width / framing.zoom)
        assert all(view.contains(token.at) for token in then.tokens())


def test_forward_mode_is_followed_too() -> None:
    stage = scene(25, 0)
    trace = told(stage.trace, Telling.FORWARD, None)
    stage = Stage(stage.diagram, trace, 0.0, stage.scenery)
    framing = Framing(stage.scenery, WALL)
    pushed = [i for i, event in enumerate(trace) if isinstance(event, Pushed)]
    assert pushed
    for index in pushed:
        event = trace[index]
        assert isinstance(event, Pushed)
        assert holds(framing.view(stage.at(index + 0.999)), stage.rect(event.target))


def test_a_node_that_fails_is_in_view() -> None:
    stage = of("a = sin(x); b = sin(a); c = sin(b); d = sin(c); e = ln(d - 2); f = e + 1", x=0.5)
    framing, trace = Framing(stage.scenery, WALL), stage.trace
    assert isinstance(trace[-1], Failed)
    assert holds(framing.view(stage.at(float(len(trace)))), stage.rect(trace[-1].node))


@pytest.mark.parametrize("size", [3, 25, 60])
def test_parts_are_those_of_the_events(size: int) -> None:
    trace = scene(size, 0).trace
    for i, event in enumerate(trace):
        about = part(trace, i)
        match event:
            case Computed(node=node) | Seeded(node=node) | Failed(node=node):
                assert (about.node, about.slot) == (node, None)
            case Sent():
                assert (about.node, about.slot, about.has_landed) == (event.source, event.slot, False)
                assert (about.sender, about.receiver) == (event.source, event.target)
            case Accumulated(target=target):
                assert (about.receiver, about.has_landed) == (target, True)


class TestSpotlight:
    """Which nodes and wires it shows."""

    def lit(self, time: float) -> dict[str, float]:
        stage = of(PRODUCT, x=-2, y=5, z=-4).at(time)
        light = spotlight(stage.trace, stage.now)
        return {node.name: round(light.on_node(node.id), 3) for node in stage.graph.nodes.values()}

    def test_it_shows_those_that_act(self) -> None:
        assert self.lit(4.0) == {"x": 1, "y": 1, "q": 1, "z": 0, "f": 0}
        assert self.lit(7.0) == {"x": 0, "y": 0, "q": 1, "z": 0, "f": 1}

    def test_it_passes_from_one_to_the_next(self) -> None:
        turning = self.lit(6.0 + SETTLED / 2)
        assert turning == {"x": 0, "y": 0, "q": 0.5, "z": 0, "f": 1}
        assert self.lit(6.0 + SETTLED) == {"x": 0, "y": 0, "q": 1, "z": 0, "f": 1}

    def test_at_the_start_all_is_bright(self) -> None:
        assert set(self.lit(0.0).values()) == {1}
        assert self.lit(SETTLED / 2) == {"x": 1, "y": 0.5, "q": 0.5, "z": 0.5, "f": 0.5}

    def test_of_two_wires_from_one_node_it_shows_the_one_that_sends(self) -> None:
        stage = of(PRODUCT, x=-2, y=5, z=-4).at(7.0)
        f, light = stage.graph.by_name["f"], spotlight(stage.trace, stage.now)
        assert (light.on_wire(f, 0), light.on_wire(f, 1)) == (1.0, 0.0)


SKIPPING = "; ".join(["a0 = sin(x)", *(f"a{i + 1} = sin(a{i})" for i in range(20)), "b = a20 * x + a0 * a19 + a5"])
DESK = Lens(719.0, 528.0, farthest=0.77, nearest=1.0)


@pytest.mark.parametrize("lens", [WALL, DESK], ids=["wall", "desk"])
def test_wires_across_the_whole_graph_never_empty_the_view(lens: Lens) -> None:
    """A card that takes part is in view, or the number on its way between two that are farther apart than one sees."""
    stage = of(SKIPPING, x=0.5)
    framing, trace = Framing(stage.scenery, lens), stage.trace
    travelled = 0
    for index in range(len(trace)):
        about = part(trace, index)
        cards = [node for node in (about.node, about.sender, about.receiver) if node is not None]
        for i in range(3, 11):
            then = stage.at(index + i / 10)
            view = framing.view(then)
            assert lens.width / view.width >= lens.farthest - 1e-9
            if not any(holds(view, stage.rect(node)) for node in cards):
                travelled += 1
                assert any(view.contains(token.at) for token in then.tokens()), (index, i)
        if about.receiver is not None:
            assert holds(framing.view(stage.at(index + 1.0)), stage.rect(about.receiver))
    assert travelled, "some wires are longer than the view"


def test_an_overview_of_ones_own_is_where_it_begins() -> None:
    stage = scene(60, 0).at(0.0)
    whole = Framing(stage.scenery, WALL).whole.grown(300.0)
    overview = Rect(whole.x, whole.y, whole.width, whole.width * WALL.height / WALL.width)
    framing = Framing(stage.scenery, WALL, overview)
    assert framing.view(stage) == overview
    assert framing.view(stage.at(SETTLED)).width < overview.width


def test_what_can_be_read_from_elsewhere_too() -> None:
    stage = scene(60, 0)
    framing = Framing(stage.scenery, WALL)
    then = stage.at(9.5)
    view = framing.view(then)
    assert framing.is_shown(then, view.grown(-1e-6)) or framing.is_shown(then, view)
    assert not framing.is_shown(then, framing.overview), "all of it is too small to be read"
    assert not framing.is_shown(then, Rect(view.x + view.width, view.y, view.width, view.height)), "it lies elsewhere"
