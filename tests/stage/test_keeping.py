"""What is kept from frame to frame is what would be worked out anew, in whatever order somebody looks."""

from __future__ import annotations

import random

import pytest

from bpviz.document.diagram import Diagram
from bpviz.engine.telling import Telling, told
from bpviz.engine.trace import run
from bpviz.graph.parse import parse
from bpviz.ops.numerals import Shown, Style
from bpviz.stage.scenery import Scenery
from bpviz.stage.stage import Stage

PROGRAMS = {
    "a node used twice": "a = x * y; b = a + x; f = a * b + sin(a); x = 2; y = 3",
    "arrays": "h = tanh(W @ x + b); f = sum(h * h); W = [[1, 2], [3, -4]]; x = [0.5, 0.25]; b = [0.1, 0.2]",
    "something breaks": "a = x * x; f = ln(y) + a; x = 2; y = -1",
    "something waits": "a = x * x; f = a + w; x = 2",
}
STYLES = (Style(), Style(shown=Shown.BOTH))


@pytest.mark.parametrize("telling", Telling)
@pytest.mark.parametrize("name", PROGRAMS)
def test_as_if_worked_out_anew(name: str, telling: Telling) -> None:
    diagram = Diagram.of(parse(PROGRAMS[name]))
    trace = run(diagram.graph)
    try:
        story = told(trace, telling, diagram.graph.by_name["x"])
    except ValueError:  # it cannot be told so
        return
    chance, scenery = random.Random(3), Scenery(diagram)
    stories = [story.written(style) for style in STYLES]
    times = [chance.choice((k / 3, k / 3 + 0.04)) for k in range(3 * len(story) + 1)]
    for time in [*times, *chance.sample(times, len(times))]:
        shown = chance.choice(stories)
        kept, anew = Stage(diagram, shown, time, scenery), Stage(diagram, shown, time)
        for node in diagram.graph.nodes:
            assert kept.card(node) == anew.card(node), (time, node)
            assert kept.wires(node) == anew.wires(node), (time, node)
            assert kept.pills_by_slot(node) == anew.pills_by_slot(node), (time, node)
        assert kept.tokens() == anew.tokens()


def test_what_rests_is_worked_out_once() -> None:
    diagram = Diagram.of(parse("a = x * y; b = a + x; f = b * a; x = 2; y = 3"))
    trace, scenery = run(diagram.graph), Scenery(diagram)
    at = float(trace.seed_position + 1)
    one, other = (Stage(diagram, trace, time, scenery) for time in (at + 0.2, at + 0.7))
    resting, acting = diagram.graph.by_name["x"], diagram.graph.result
    assert acting is not None
    assert one.card(resting) is other.card(resting)
    assert one.pills_by_slot(acting) != other.pills_by_slot(acting)  # the one that is multiplied with glows
