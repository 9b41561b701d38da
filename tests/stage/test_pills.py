"""Pills cover nothing: neither cards nor each other, on the desk and in large print, and numbers pass beside them."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random

import pytest

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.trace import Sent
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse
from bpviz.resources import resource
from bpviz.stage import motion, timing
from bpviz.stage.geometry import Rect
from bpviz.stage.stage import Stage
from bpviz.stage.wires import Pill

SIZES = (1.0, 1.25, 1.6)
FANS = {
    "a sum of twelve": " + ".join(f"x{i} * w{i}" for i in range(12)),
    "a square": "x * x",
    "a cube": "x * x * x",
    "many wires from one source": "x * a + x * b + x * c + x * d + sin(x) + cos(x) + x * x",
}


def random_program(seed: int) -> str:
    """A graph of 5 to 60 nodes, most of which use what came just before."""
    random = Random(seed)
    names = [f"x{i}" for i in range(random.randint(2, 4))]
    lines = [f"{name} = {random.choice([2, 0.5, -1.234, 0.00123])}" for name in names]
    for i in range(random.randint(3, 56)):
        one, other = random.choices(names[-8:], k=2)
        lines.append(f"v{i} = " + random.choice([f"{one} * {other}", f"{one} + {other}", f"sin({one})"]))
        names.append(f"v{i}")
    return "\n".join([*lines, f"f = {names[-1]} * {names[-2]}"])


PROGRAMS = {
    **{path.stem: path.read_text(encoding="utf-8") for path in sorted(resource("examples").glob("*.txt"))},
    **{name: f"f = {text}" for name, text in FANS.items()},
    **{f"random {seed}": random_program(seed) for seed in range(8)},
}


def stage_of(text: str, direction: Direction = Direction.RIGHT) -> Stage:
    """Inputs that have no value are 1.5."""
    free = [node.name for node in parse(text, {}).nodes.values() if not node.inputs and node.value is None]
    return Stage(Diagram.of(parse(text, dict.fromkeys(free, 1.5)), direction))


def pills(stage: Stage, size: float = 1.0) -> list[Pill]:
    return [pill for node in stage.graph.nodes for pill in stage.pills_by_slot(node, size) if pill is not None]


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_no_pill_covers_another_or_a_card(text: str, direction: Direction) -> None:
    stage = stage_of(text, direction)
    stage = stage.at(float(len(stage.trace)))
    assert stage.trace.sweep is not None
    for size in SIZES:
        found = pills(stage, size)
        assert size > 1.0 or len(found) == len(stage.trace.sweep.wires), "on the desk there is room for all"
        assert not any(one.rect.touches(other.rect) for one, other in combinations(found, 2))
        assert all(stage.scenery.is_free(pill.rect) for pill in found)
        assert all(pill.rect.height >= 22.0 * size for pill in found)


def test_one_that_has_no_room_is_there_while_it_acts() -> None:
    """The cards of x and f stand so close that there is no room between them, and walls above and below."""
    stage = stage_of("f = sin(x)")
    names = stage.graph.by_name
    diagram = edits.move(stage.diagram, {names["x"]: (0.0, 0.0), names["f"]: (172.0, 0.0)})
    stage = Stage(diagram)
    sent = stage.trace.seed_position + 1
    shown = {time: pills(stage.at(sent + time)) for time in (0.0, timing.AT_PILL, 0.9, 1.0, 1.9, 2.0)}
    assert [len(found) for found in shown.values()] == [0, 1, 1, 1, 0, 0]
    assert shown[timing.AT_PILL][0].opacity == shown[1.0][0].opacity == 1.0
    (fading,) = pills(stage.at(sent + 1.3))
    assert 0.0 < fading.opacity < 1.0, "it does not vanish at once"


@pytest.mark.parametrize(("size", "pill_size"), [(1.0, 1.0), (1.3, 1.25), (1.6, 1.6)])
@pytest.mark.parametrize("text", ["q = x + y\nf = q * z", "f = x * x", PROGRAMS["09-rosenbrock"]])
@pytest.mark.parametrize("direction", list(Direction))
def test_the_product_stands_beside_its_pill(text: str, size: float, pill_size: float, direction: Direction) -> None:
    stage = stage_of(text, direction)
    for index in range(stage.trace.seed_position + 1, len(stage.trace), 2):
        now = stage.at(index + 0.5)
        (token,) = now.tokens(size, pill_size)
        glowing = [pill for pill in pills(now, pill_size) if pill.glow == 1.0]
        height = motion.TOKEN_HEIGHT * size * token.scale
        place = Rect(token.at[0] - 20.0, token.at[1] - height / 2, 40.0, height)
        assert len(glowing) == 1
        middle = glowing[0].rect.y + glowing[0].rect.height / 2
        drawn = Rect(glowing[0].rect.x, middle - 11.0 * pill_size, glowing[0].rect.width, 22.0 * pill_size)
        assert not place.touches(drawn)
        assert drawn.x - 60.0 * size < token.at[0] < drawn.right + 60.0 * size


@pytest.mark.parametrize("size", [1.0, 1.3])
@pytest.mark.parametrize("text", ["q = x + y\nf = q * z", PROGRAMS["05-neuron"], PROGRAMS["09-rosenbrock"]])
@pytest.mark.parametrize("direction", list(Direction))
def test_the_product_makes_way_for_cards(text: str, size: float, direction: Direction) -> None:
    """It stands in the middle above its pill, unless with its arrow it covers more cards and pills there than where it
    stands, or goes on below the pill."""
    stage = stage_of(text, direction)
    cards = [stage.rect(node) for node in stage.graph.nodes]
    moved = 0
    for index in range(stage.trace.seed_position + 1, len(stage.trace), 2):
        now, event = stage.at(index + 0.5), stage.trace[index]
        assert isinstance(event, Sent)
        (token,) = now.tokens(size, size)
        beside = [pill for pill in now.pills_by_slot(event.consumer, size) if pill is not None]
        (pill,) = (pill for pill in beside if pill.glow == 1.0)
        in_the_way = cards + [other.rect for other in beside if other is not pill]
        (width, height), (dx, dy) = motion.product_size(stage.trace, event, size), token.course.way(ahead=False)
        above = pill.rect.y + pill.rect.height / 2 - motion.beside_pill(size, size)
        middle = pill.rect.x + pill.rect.width / 2
        covered = [
            sum(
                any(
                    Rect(x - width / 2 + by * dx, y - height / 2 + by * dy, width, height).touches(other)
                    for by in (0, 11, 22)
                )
                for other in in_the_way
            )
            for x, y in (token.at, (middle, above))
        ]
        if math.dist(token.at, (middle, above)) > 1e-6:
            moved += 1
            is_below = token.at[1] > pill.rect.bottom and stage.at(index + 1.0).tokens(size, size)[0].at[1] > above
            assert covered[0] < covered[1] + is_below
        assert covered[0] <= 1
    assert moved or direction is Direction.DOWN


@pytest.mark.parametrize("size", [1.0, 1.3])
@pytest.mark.parametrize("direction", list(Direction))
def test_a_number_that_waits_hides_no_part_of_its_local_derivative(direction: Direction, size: float) -> None:
    """Between two steps one reads what was multiplied with what; and it came there without passing over it."""
    stands = ways = 0
    for text in ("c = 3; f = (c * x - 0.001) ** 2", *(PROGRAMS[name] for name in sorted(PROGRAMS)[:7])):
        stage = stage_of(text, direction)
        for index in range(stage.trace.seed_position + 1, len(stage.trace), 2):
            event = stage.trace[index]
            assert isinstance(event, Sent)
            for progress in (0.5, 0.65, 0.8, 1.0):
                now = stage.at(index + progress)
                (token,), pill = now.tokens(size, size), now.pills_by_slot(event.consumer, size)[event.slot]
                assert pill is not None
                width = (2 * len(token.text) * motion.HALF_CHARACTER + motion.TOKEN_SIDES) * size
                height = motion.TOKEN_HEIGHT * size
                hides = Rect(token.at[0] - width / 2, token.at[1] - height / 2, width, height).touches(pill.rect)
                if progress in (0.5, 1.0):
                    assert not hides
                    stands += 1
                ways += hides
    assert stands > 60
    assert direction is Direction.DOWN or ways < 0.02 * stands, "read downward, pills lie across the way"


def test_the_product_of_a_square_covers_neither_pill() -> None:
    """Above the lower pill stands the other: the number goes below."""
    stage = stage_of("f = x * x")
    for index in (stage.trace.seed_position + 1, stage.trace.seed_position + 3):
        now = stage.at(index + 0.5)
        (token,) = now.tokens()
        place = Rect(token.at[0] - 30.0, token.at[1] - 13.0, 60.0, 26.0)
        assert len(pills(now)) == 2
        assert not any(place.touches(pill.rect) for pill in pills(now))
