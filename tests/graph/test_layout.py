"""Automatic layout: what a picture promises, on the examples' kind of graph and on random tangles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from itertools import combinations, pairwise
from random import Random
from statistics import median

import networkx as nx
import numpy as np
import pytest

from bpviz.document.diagram import Diagram
from bpviz.graph.graph import Graph, Node, NodeId
from bpviz.graph.layered.columns import columns
from bpviz.graph.layered.crossings import inversions
from bpviz.graph.layered.grid import Grid, grid_of
from bpviz.graph.layered.sifting import Sifter
from bpviz.graph.layered.untangling import untangled
from bpviz.graph.layout import ROOMS, Direction, Position, layout
from bpviz.graph.parse import parse
from bpviz.ops import OPS
from bpviz.stage import geometry
from bpviz.stage.course import Course
from bpviz.stage.scenery import Scenery

Places = Mapping[NodeId, Position]
COLUMN_PITCH = ROOMS[Direction.RIGHT].column_pitch
SIZES = (3, 8, 20, 40)
SEEDS = range(3)


@cache
def tangle(size: int, seed: int) -> Graph:
    """A random graph with most wires short and some far, several outputs, and inputs that nobody wired."""
    random = Random(size * 1000 + seed)
    nodes: list[Node] = []
    for id_ in range(1, size + 1):
        if id_ < 3 or random.random() < 0.2:
            kind = random.choice(["variable", "parameter", "constant"])
            nodes.append(Node(id_, OPS[kind], (), 1.0, "" if kind == "constant" else f"x{id_}"))
            continue
        op = OPS[random.choice(["add", "mul", "sub", "tanh", "max", "where"])]
        near = nodes[-5:]
        inputs = [random.choice(near if random.random() < 0.85 else nodes).id for _ in range(op.arity)]
        nodes.append(Node(id_, op, tuple(None if random.random() < 0.03 else i for i in inputs)))
    return Graph(nodes)


@cache
def laid_out(size: int, seed: int, direction: Direction = Direction.RIGHT) -> Places:
    return layout(tangle(size, seed), direction=direction)


ways = pytest.mark.parametrize("direction", list(Direction))
tangles = pytest.mark.parametrize(("size", "seed"), [(size, seed) for size in SIZES for seed in SEEDS])


def places_of(text: str, direction: Direction = Direction.RIGHT) -> dict[str, Position]:
    """By label, as if wires led to the right."""
    graph = parse(text)
    places = layout(graph, direction=direction)
    return {graph.label(id_): direction.turned(place) for id_, place in places.items()}


def rect(graph: Graph, places: Places, id_: NodeId) -> geometry.Rect:
    return geometry.card_rect(graph.nodes[id_], places[id_])


def overlaps(graph: Graph, places: Places) -> list[tuple[NodeId, NodeId]]:
    rects = {id_: rect(graph, places, id_) for id_ in graph.nodes}
    return [(a, b) for a, b in combinations(rects, 2) if rects[a].grown(5.0).touches(rects[b])]


def wires(graph: Graph) -> list[tuple[NodeId, NodeId, int]]:
    return [(s, id_, i) for id_, node in graph.nodes.items() for i, s in enumerate(node.inputs) if s is not None]


class TestSmallGraphs:
    @ways
    def test_the_classic(self, direction: Direction) -> None:
        at, pitch = places_of("q = x + y; f = q * z", direction), ROOMS[direction].column_pitch
        assert [at[name][0] for name in "xyz"] == [0.0] * 3
        assert (at["q"][0], at["f"][0]) == (pitch, 2 * pitch)
        assert at["x"][1] == 0.0 < at["y"][1] < at["z"][1], "inputs from top to bottom as they are read"
        assert at["q"][1] == (at["x"][1] + at["y"][1]) / 2
        assert at["q"][1] < at["f"][1] < at["z"][1]

    @ways
    def test_inputs_stand_in_the_order_of_their_slots(self, direction: Direction) -> None:
        at = places_of("f = where(c, a, b)", direction)
        assert at["c"][1] < at["a"][1] < at["b"][1]

    @ways
    def test_a_chain_is_straight(self, direction: Direction) -> None:
        at = places_of("x; a = sin(x); b = exp(a); c = tanh(b)", direction)
        assert {y for _, y in at.values()} == {0.0}
        assert [at[name][0] for name in "xabc"] == [ROOMS[direction].column_pitch * i for i in range(4)]

    @ways
    def test_constants_and_parameters_stand_beside_their_first_use(self, direction: Direction) -> None:
        at, held = places_of("w = parameter(1); y = tanh(sin(exp(x))) * w + 7", direction), ROOMS[direction]
        assert at["w"][0] == at["y"][0] - 2 * held.column_pitch
        end_of_7 = at["7"][0] + held.constant[0]
        assert end_of_7 == at["y"][0] - held.column_gap, "its wire begins where those of other cards do"

    def test_a_variable_is_listed_far_left_unless_wires_would_cross_for_that(self) -> None:
        assert places_of("f = sin(exp(x)) * y")["y"][0] == 0.0
        assert places_of("a = (1 - x)**2; b = (y - x**2)**2; f = a + b")["y"][0] == COLUMN_PITCH

    @ways
    def test_separate_results_do_not_mix(self, direction: Direction) -> None:
        at = places_of("f = sin(x); g = cos(y)", direction)
        assert at["f"][1] == at["x"][1] != at["y"][1] == at["g"][1]

    @ways
    def test_many_lone_nodes_make_a_block_and_no_tower(self, direction: Direction) -> None:
        graph = Graph([Node(i, OPS["variable"], (), 1.0, f"x{i}") for i in range(1, 101)])
        places = layout(graph, direction=direction)
        width, height = (max(p[axis] for p in places.values()) for axis in (0, 1))
        assert 1 / 4 < width / height < 4
        assert not overlaps(graph, places)

    def test_lone_inputs_stand_in_their_order(self) -> None:
        graph = parse("x = variable(); y = variable(); z = variable(); z")
        places = layout(graph)
        assert sorted("xyz", key=lambda name: places[graph.by_name[name]][1]) == ["x", "y", "z"]

    def test_nothing(self) -> None:
        assert layout(Graph()) == {}

    def test_the_drawn_cards_have_the_sizes_that_there_is_room_for(self) -> None:
        for direction, held in ROOMS.items():
            course = Course(direction)
            for node in parse("f = x + 1").nodes.values():
                card = geometry.card_rect(node, (0.0, 0.0))
                assert held.size_of(node) == course.turned(geometry.card_size(node))
                assert held.face_of(node) == course.turned(course.out_port(card))[1]
                ports = [course.turned(course.in_port(card, slot, 3))[1] - held.face_of(node) for slot in range(3)]
                assert ports == [direction.port(slot, 3) for slot in range(3)]


class TestEveryPicture:
    @tangles
    @ways
    def test_no_card_lies_on_another(self, size: int, seed: int, direction: Direction) -> None:
        assert not overlaps(tangle(size, seed), laid_out(size, seed, direction))

    @tangles
    @ways
    def test_wires_lead_ahead(self, size: int, seed: int, direction: Direction) -> None:
        graph, places, course = tangle(size, seed), laid_out(size, seed, direction), Course(direction)
        for source, target, _ in wires(graph):
            start, end = (course.turned_rect(rect(graph, places, id_)) for id_ in (source, target))
            assert start.right + 100 < end.x

    @tangles
    @ways
    def test_wires_run_through_no_card(self, size: int, seed: int, direction: Direction) -> None:
        graph = tangle(size, seed)
        assert cards_hit(graph, laid_out(size, seed, direction), direction) == []

    @ways
    def test_wires_run_through_no_card_of_a_large_tangle(self, direction: Direction) -> None:
        graph = tangle(120, 1)
        assert cards_hit(graph, layout(graph, direction=direction), direction) == []

    @tangles
    @ways
    def test_wires_of_neighbouring_cards_into_one_node_do_not_cross(
        self, size: int, seed: int, direction: Direction
    ) -> None:
        """Of two inputs that feed nothing else and have none themselves, that of the upper slot lies higher."""
        graph, course = tangle(size, seed), Course(direction)
        places = laid_out(size, seed, direction)
        for id_, node in graph.nodes.items():
            alone = [
                s
                for s in node.inputs
                if s is not None and graph[s].op.is_leaf and len(graph.structure.consumers[s]) == 1
            ]
            for upper, lower in pairwise(alone):
                one, other = (course.turned_rect(rect(graph, places, source)) for source in (upper, lower))
                if one.right == other.right:
                    assert one.y < other.y, f"inputs of {id_}"

    @tangles
    def test_it_is_always_the_same(self, size: int, seed: int) -> None:
        again = Graph(tangle(size, seed).nodes.values())
        assert layout(again) == laid_out(size, seed)


def cards_hit(graph: Graph, places: Places, direction: Direction) -> list[tuple[NodeId, NodeId, int]]:
    """The wires that run through a card, as they are drawn."""
    scenery = Scenery(Diagram(graph, places, direction=direction))
    found = []
    for source, target, slot in wires(graph):
        curve = scenery.curve(target, slot)
        assert curve is not None
        points = [curve.at(i / 200) for i in range(201)]
        cards = [scenery.rects[id_].grown(-1.0) for id_ in graph.nodes if id_ not in (source, target)]
        near = [card for card in cards if card.touches(curve.bounds)]
        if any(card.contains(point) for card in near for point in points):
            found.append((source, target, slot))
    return found


class TestColumns:
    @tangles
    def test_wires_are_as_short_as_they_can_be(self, size: int, seed: int) -> None:
        """Held against the dual, a flow of most cost: a node gives as many units as it has more wires out than in."""
        graph = tangle(size, seed)
        column = columns(graph, lambda done: None)
        length = sum(column[target] - column[source] for source, target, _ in wires(graph))
        flow: nx.MultiDiGraph[NodeId] = nx.MultiDiGraph()
        for id_ in graph.nodes:
            surplus = len(graph.structure.consumers[id_]) - sum(s is not None for s in graph.nodes[id_].inputs)
            flow.add_node(id_, demand=-surplus)
        flow.add_edges_from((source, target, {"weight": -1}) for source, target, _ in wires(graph))
        assert length == -nx.network_simplex(flow)[0]


class TestCrossings:
    def test_inversions_of_all_short_permutations(self) -> None:
        random = Random(1)
        for size in [*range(10), 33, 64, 100]:
            for _ in range(10):
                order = random.sample(range(size), size)
                brute = sum(a > b for a, b in combinations(order, 2))
                assert inversions(np.array(order, np.intp)) == brute

    @tangles
    def test_crossings_are_those_of_the_wires_drawn_from_place_to_place(self, size: int, seed: int) -> None:
        grid = _grid(size, seed)
        place = grid.places(np.random.default_rng(seed).random(len(grid)))
        assert grid.crossings(place) == brute_crossings(grid, place)

    @tangles
    def test_untangling_is_never_worse_and_sifting_counts_what_it_saves(self, size: int, seed: int) -> None:
        grid = _grid(size, seed)
        reading = np.arange(len(grid)) - grid.first[grid.column]
        sifter = Sifter(grid, reading.copy())
        saved = sifter.settle(range(grid.width), np.inf)
        assert grid.crossings(reading) - saved == grid.crossings(sifter.place)
        best = untangled(grid, None, lambda done: None)
        assert grid.crossings(best) <= grid.crossings(reading) - saved
        for number in range(grid.width):
            column = best[grid.first[number] : grid.first[number + 1]]
            assert sorted(column.tolist()) == list(range(len(column)))

    def test_the_fewest_there_can_be(self) -> None:
        """Small graphs, against all orders of all columns."""
        for seed in range(8):
            grid = _grid(7, seed)
            columns_ = [range(int(a), int(b)) for a, b in pairwise(grid.first)]
            assert grid.crossings(untangled(grid, None, lambda done: None)) == fewest(grid, columns_)


def _grid(size: int, seed: int) -> Grid:
    graph = tangle(size, seed)
    return grid_of(graph, columns(graph, lambda done: None))


def brute_crossings(grid: Grid, place: np.ndarray[tuple[int], np.dtype[np.intp]]) -> int:
    links = list(zip(grid.left.tolist(), grid.right.tolist(), grid.port.tolist(), strict=True))
    found = 0
    for (a, b, p), (c, d, q) in combinations(links, 2):
        if grid.column[a] == grid.column[c]:
            left, right = place[a] - place[c], (place[b] - place[d]) or (p - q)
            found += left * right < 0
    return int(found)


def fewest(grid: Grid, columns_: list[range]) -> int:
    """Over all orders: the best that can be up to each column, for every order of that column."""
    from itertools import permutations

    place = np.zeros(len(grid), np.intp)
    best: dict[tuple[int, ...], int] = {}
    for number, column in enumerate(columns_):
        is_gap = (grid.column[grid.right] == number).nonzero()[0]
        following: dict[tuple[int, ...], int] = {}
        for order in permutations(column):
            place[list(order)] = range(len(order))
            totals = []
            for earlier, crossings in best.items():
                place[list(earlier)] = range(len(earlier))
                links = [(place[grid.left[i]], (place[grid.right[i]], grid.port[i])) for i in is_gap]
                crossed = sum((a < c and b > d) or (a > c and b < d) for (a, b), (c, d) in combinations(links, 2))
                totals.append(crossings + crossed)
            following[order] = min(totals, default=0)
        best = following
    return min(best.values())


class TestWhatStays:
    @tangles
    @ways
    def test_pinned_nodes_stay_exactly(self, size: int, seed: int, direction: Direction) -> None:
        graph, random = tangle(size, seed), Random(seed)
        pinned = {
            id_: direction.turned((float(random.randrange(3000)), 250.0 * i))
            for i, id_ in enumerate(random.sample(list(graph.nodes), size // 2))
        }
        places = layout(graph, direction=direction, pinned=pinned)
        assert places.keys() == graph.nodes.keys()
        assert {id_: places[id_] for id_ in pinned} == pinned
        assert not overlaps(graph, places)

    def test_a_new_node_beside_pinned_ones_is_near_its_neighbours(self) -> None:
        graph = parse("q = x + y; f = q * z")
        pinned = {id_: (x + 700.0, y - 300.0) for id_, (x, y) in layout(graph).items() if graph.label(id_) != "q"}
        moved = {id_: (x + 700.0, y - 300.0) for id_, (x, y) in layout(graph).items()}
        assert layout(graph, pinned=pinned) == moved

    @tangles
    @ways
    def test_only_a_selection_moves(self, size: int, seed: int, direction: Direction) -> None:
        graph, random, turned = tangle(size, seed), Random(seed), direction.turned
        before = {id_: (x * 1.5, y * 2.0) for id_, (x, y) in laid_out(size, seed, direction).items()}
        chosen = set(random.sample(list(graph.nodes), size // 2))
        places = layout(graph, direction=direction, only=chosen, before=before)
        assert {id_: places[id_] for id_ in graph.nodes if id_ not in chosen} == {
            id_: before[id_] for id_ in graph.nodes if id_ not in chosen
        }
        assert not overlaps(graph, places)
        for source, target, _ in wires(graph):
            if {source, target} <= chosen:
                assert turned(places[source])[0] < turned(places[target])[0]

    def test_of_a_selection_the_pinned_stay(self) -> None:
        graph = tangle(20, 1)
        before = laid_out(20, 1)
        places = layout(graph, only=graph.nodes, pinned=dict.fromkeys([3], (9000.0, 9000.0)), before=before)
        assert places[3] == (9000.0, 9000.0)
        assert layout(graph, only=[], before=before) == before

    @tangles
    @ways
    def test_the_same_graph_stays_as_it_was(self, size: int, seed: int, direction: Direction) -> None:
        places = laid_out(size, seed, direction)
        again = layout(tangle(size, seed), direction=direction, before=places)
        kept = sum(again[id_] == places[id_] for id_ in places)
        assert kept >= 0.9 * size

    @pytest.mark.parametrize(
        ("size", "direction"),
        [*((size, Direction.RIGHT) for size in (20, 60, 200)), *((size, Direction.DOWN) for size in (20, 60))],
    )
    @pytest.mark.parametrize("how", ["a node that uses two", "a node within a wire", "another input"])
    def test_one_node_more_does_not_throw_the_rest_about(self, size: int, how: str, direction: Direction) -> None:
        graph, turned = tangle(size, 2), direction.turned
        before = laid_out(size, 2, direction)
        for seed in range(3):
            grown = with_one_more(graph, how, Random(seed))
            after = layout(grown, direction=direction, before=before)
            assert not overlaps(grown, after)
            assert median(math.dist(before[id_], after[id_]) for id_ in before) < 84.0
            old, new = ({id_: turned(place) for id_, place in held.items()} for held in (before, after))
            pairs = [
                (old[a][1] < old[b][1]) == (new[a][1] < new[b][1])
                for a, b in combinations(before, 2)
                if abs(old[a][0] - old[b][0]) < 100 and abs(new[a][0] - new[b][0]) < 100
            ]
            assert sum(pairs) >= 0.97 * len(pairs)


def with_one_more(graph: Graph, how: str, random: Random) -> Graph:
    nodes, new = dict(graph.nodes), max(graph.nodes) + 1
    source, target, slot = random.choice(wires(graph))
    if how == "a node that uses two":
        return Graph([*nodes.values(), Node(new, OPS["add"], tuple(random.sample(list(nodes), 2)))])
    within = how == "a node within a wire"
    more = Node(new, OPS["sin"], (source,)) if within else Node(new, OPS["variable"], (), 1.0, "new")
    inputs = nodes[target].inputs
    nodes[target] = nodes[target].with_(inputs=(*inputs[:slot], new, *inputs[slot + 1 :]))
    return Graph([*nodes.values(), more])


class StoppedError(Exception):
    """Somebody pressed Cancel."""


class TestProgress:
    @pytest.mark.parametrize("size", [3, 40, 100])
    def test_it_rises_to_1(self, size: int) -> None:
        told: list[float] = []
        layout(tangle(size, 1), progress=told.append)
        assert told == sorted(set(told))
        assert told[0] >= 0.0
        assert told[-1] == 1.0

    def test_cancelling_leaves_nothing_behind(self) -> None:
        graph = Graph(tangle(40, 1).nodes.values())

        def stop(done: float) -> None:
            if done > 0.5:
                raise StoppedError

        with pytest.raises(StoppedError):
            layout(graph, progress=stop)
        assert layout(graph) == laid_out(40, 1)

    def test_telling_changes_nothing(self) -> None:
        assert layout(tangle(40, 2), progress=lambda done: None) == laid_out(40, 2)


class TestLargeGraphs:
    def test_a_chain_of_thousands_is_straight(self) -> None:
        nodes = [Node(0, OPS["variable"], (), 1.0, "x"), *(Node(i, OPS["sin"], (i - 1,)) for i in range(1, 3000))]
        places = layout(Graph(nodes))
        assert {y for _, y in places.values()} == {0.0}

    def test_hundreds_of_nodes_overlap_nowhere(self) -> None:
        graph = tangle(300, 1)
        places = layout(graph)
        corners = np.array(list(places.values()))
        order = np.lexsort((corners[:, 1], corners[:, 0]))
        for (x, y), (a, b) in pairwise(corners[order].tolist()):
            assert x != a or b - y >= 44.0


class TestBroadGraphs:
    """Read from top to bottom, wires that go far across have farther to go down."""

    BROAD = "f = [" + ", ".join(f"x{number}" for number in range(9)) + "]"

    def rows(self, text: str) -> dict[str, float]:
        graph = parse(text)
        places = layout(graph, direction=Direction.DOWN)
        return {node.name: places[node.id][1] for node in graph.nodes.values() if node.name}

    def test_rows_are_farther_apart_where_wires_go_far_across(self) -> None:
        narrow, broad = self.rows("f = [x0, x1]"), self.rows(self.BROAD)
        assert narrow["f"] - narrow["x0"] == ROOMS[Direction.DOWN].column_pitch
        assert broad["f"] - broad["x0"] >= 1.4 * ROOMS[Direction.DOWN].column_pitch

    def test_what_is_added_finds_its_row_and_leaves_the_others(self) -> None:
        graph = parse(self.BROAD)
        before = layout(graph, direction=Direction.DOWN)
        added = Node(98, OPS["tanh"], (graph.find("x0"),)), Node(99, OPS["tanh"], (graph.find("f"),))
        more = Graph([*graph.nodes.values(), *added])
        after = layout(more, direction=Direction.DOWN, before=before)
        assert {node: after[node] for node in before} == dict(before)
        assert after[98][1] == before[graph.find("f")][1], "beside f, in its row"
        assert after[99][1] == before[graph.find("f")][1] + ROOMS[Direction.DOWN].column_pitch
