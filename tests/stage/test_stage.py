"""What is shown of a diagram at every moment: cards, wires, pills, tokens, words."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.engine.trace import Sent
from bpviz.graph.graph import NodeId
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse
from bpviz.resources import resource
from bpviz.stage.cards import State, full_text
from bpviz.stage.geometry import CONSTANT_HEIGHT, CONSTANT_WIDTH
from bpviz.stage.stage import Stage
from bpviz.stage.wires import THICKEST, THINNEST, thickness

EXAMPLES = sorted(resource("examples").glob("*.txt"))
SOME = EXAMPLES[::2]  # for what takes long


def stage_of(text: str, **values: Any) -> Stage:
    return Stage(Diagram.of(parse(text, values)))


def example(name: str) -> Stage:
    return stage_of(resource("examples", f"{name}.txt").read_text(encoding="utf-8"))


@pytest.fixture
def classic() -> Stage:
    """(x + y) · z"""
    return stage_of("q = x + y; f = q * z", x=-2, y=5, z=-4)


def words(stage: Stage) -> str:
    return "".join(span.text for span in stage.caption())


def id_of(stage: Stage, name: str) -> NodeId:
    return stage.graph.by_name[name]


def everything(stage: Stage) -> list[object]:
    """The whole picture."""
    return [
        [(stage.card(node), stage.rect(node), stage.outline(node), stage.wires(node), stage.pills(node))]
        for node in stage.graph.nodes
    ] + [stage.tokens(), stage.caption(), stage.bounds()]


class TestTheClassic:
    """(x + y) · z at −2, 5, −4, step by step."""

    def test_the_words(self, classic: Stage) -> None:
        assert [words(classic.at(float(step))) for step in range(15)] == [
            "Ready: step forward with → to watch the values flow, then the gradients come back.",
            "The input x is −2.",
            "The input y is 5.",
            "The input z is −4.",
            "Compute q = x + y = −2 + 5 = 3.",
            "Compute f = q · z = 3 × (−4) = −12.",
            "The way back starts at the output: ∂f/∂f = 1, because f changes exactly as fast as itself.",
            "f passes back 1 × (−4) = −4 to q, because locally ∂f/∂q = z = −4.",
            "q receives its only share: −4. So ∂f/∂q = −4.",
            "f passes back 1 × 3 = 3 to z, because locally ∂f/∂z = q = 3.",
            "z receives its only share: 3. So ∂f/∂z = 3.",
            "q passes back −4 × 1 = −4 to x, because locally ∂q/∂x = 1.",
            "x receives its only share: −4. So ∂f/∂x = −4.",
            "q passes back −4 × 1 = −4 to y, because locally ∂q/∂y = 1.",
            "y receives its only share: −4. So ∂f/∂y = −4.",
        ]

    def test_the_faces_of_the_cards(self, classic: Stage) -> None:
        cards = {name: classic.card(id_of(classic, name)) for name in "xqf"}
        assert [(c.headline, c.is_name, c.caption, c.is_output) for c in cards.values()] == [
            ("x", True, "input", False),
            ("+", False, "q = x + y", False),
            ("×", False, "f = q · z", True),
        ]

    def test_the_values(self, classic: Stage) -> None:
        for name, text, step in (("x", "−2", 1), ("y", "5", 2), ("z", "−4", 3), ("q", "3", 4), ("f", "−12", 5)):
            said = [classic.at(float(time)).card(id_of(classic, name)) for time in range(15)]
            assert [card.value for card in said] == [""] * step + [text] * (15 - step)
            assert [card.state for card in said] == [State.AHEAD] * step + [State.COMPUTED] * (15 - step)

    def test_the_gradients(self, classic: Stage) -> None:
        for name, text, step in (("f", "1", 6), ("q", "−4", 8), ("z", "3", 10), ("x", "−4", 12), ("y", "−4", 14)):
            said = [classic.at(float(time)).card(id_of(classic, name)) for time in range(15)]
            waiting, arrived = ("gradient not reached yet", ""), (f"∂f/∂{name}", text)
            assert [(card.strip, card.gradient) for card in said] == [waiting] * step + [arrived] * (15 - step)

    def test_the_pills(self, classic: Stage) -> None:
        f, q = id_of(classic, "f"), id_of(classic, "q")
        for step in range(15):
            stage = classic.at(float(step))
            assert [pill.text for pill in stage.pills(f)] == (["∂f/∂q = z = −4", "∂f/∂z = q = 3"] if step >= 6 else [])
            assert [pill.text for pill in stage.pills(q)] == (["∂q/∂x = 1", "∂q/∂y = 1"] if step >= 8 else [])
            assert [pill.is_used for pill in stage.pills(f)] == ([step >= 7, step >= 9] if step >= 6 else [])

    def test_the_wires(self, classic: Stage) -> None:
        carried = {
            ("q", 0): 11,
            ("q", 1): 13,
            ("f", 0): 7,
            ("f", 1): 9,
        }
        for step in range(15):
            stage = classic.at(float(step))
            for (name, slot), since in carried.items():
                wire = stage.wires(id_of(classic, name))[slot]
                assert wire.carries_gradient == (step >= since)
                assert (wire.thickness > THINNEST) == (step >= since)
                assert (wire.flow < 0) == (step == since), "it glows in the moment after it has carried"

    def test_the_numbers_in_flight(self, classic: Stage) -> None:
        assert [token.text for token in classic.at(4.3).tokens()] == ["3", "−4"], "what f is computed from"
        assert not any(token.is_gradient for token in classic.at(4.3).tokens())
        texts = {time: [token.text for token in classic.at(time).tokens()] for time in (5.3, 6.1, 6.5, 6.9, 7.0, 7.3)}
        assert texts == {5.3: ["1"], 6.1: ["1"], 6.5: ["1 × (−4) = −4"], 6.9: ["−4"], 7.0: ["−4"], 7.3: ["−4"]}
        assert all(token.is_gradient for time in texts for token in classic.at(time).tokens())
        assert classic.at(0.5).tokens() == [], "inputs come from nowhere"
        assert classic.at(14.0).tokens() == []

    def test_the_second_share_is_added_to_the_first_before_the_eyes(self) -> None:
        stage = stage_of("f = x * x", x=3)
        assert [token.text for token in stage.at(6.3).tokens()] == ["3 + 3 = 6"]
        assert words(stage.at(5.0)) == "x receives 3; one more share to come."
        assert words(stage.at(7.0)) == "x adds it to what it has: 3 + 3 = 6. So ∂f/∂x = 6."
        assert [stage.at(float(step)).card(1).gradient for step in range(8)] == ["", "", "", "", "", "3", "3", "6"]


class TestTime:
    @pytest.mark.parametrize("path", SOME, ids=lambda path: path.stem)
    def test_the_same_picture_whatever_the_direction_one_comes_from(self, path: Any) -> None:
        stage = stage_of(path.read_text(encoding="utf-8"))
        times = [i / 4 for i in range(4 * len(stage.trace) + 1)]
        if len(times) > 24:  # the whole way would take half a minute, of all examples
            times = sorted(Random(path.stem).sample(times, 24))
        forward = [everything(stage := stage.at(time)) for time in times]
        backward = [everything(stage := stage.at(time)) for time in reversed(times)]
        assert forward == backward[::-1]
        fresh = stage_of(path.read_text(encoding="utf-8"))
        assert forward[::7] == [everything(fresh.at(time)) for time in times[::7]]

    def test_times_outside_are_the_ends(self, classic: Stage) -> None:
        assert everything(classic.at(-3.0)) == everything(classic.at(0.0))
        assert everything(classic.at(99.0)) == everything(classic.at(14.0))

    @pytest.mark.parametrize("path", SOME, ids=lambda path: path.stem)
    def test_a_value_shows_once_it_is_computed_and_stays(self, path: Any) -> None:
        stage = stage_of(path.read_text(encoding="utf-8"))
        for node in stage.graph.nodes:
            said = [stage.at(i / 3).card(node).value for i in range(3 * len(stage.trace) + 1)]
            shown = said.index(said[-1])
            assert said == [""] * shown + [said[-1]] * (len(said) - shown)

    @pytest.mark.parametrize("path", SOME, ids=lambda path: path.stem)
    def test_numbers_in_flight_do_not_jump(self, path: Any) -> None:
        stage = stage_of(path.read_text(encoding="utf-8"))
        grain, fastest = 1 / 200, 50.0  # scene units in that time, along the longest wire of all examples
        every = range(len(stage.trace))
        for i in every if len(every) <= 3 else sorted(Random(path.stem).sample(every, 3)):
            before = None
            for k in range(1, 200):
                tokens = stage.at(i + k * grain).tokens()
                if before is not None:
                    for one, other in zip(before, tokens, strict=False):
                        assert math.dist(one.at, other.at) < fastest
                        assert abs(one.opacity - other.opacity) < 0.2
                        if one.text != other.text:  # it becomes that little by little
                            assert (other.before, other.become < 0.1) == (one.text, True)
                    assert len(tokens) == len(before) or all(token.opacity < 0.1 for token in before)
                before = tokens

    @pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
    def test_a_contribution_hangs_in_the_air_where_it_arrived_until_it_is_added(self, path: Any) -> None:
        stage = stage_of(path.read_text(encoding="utf-8"))
        for i, event in enumerate(stage.trace):
            if isinstance(event, Sent):
                (arriving,), (resting,), (leaving,) = (stage.at(i + t).tokens() for t in (0.999, 1.0, 1.001))
                assert math.dist(arriving.at, resting.at) < 2.0
                assert math.dist(resting.at, leaving.at) < 2.0
                assert arriving.text == resting.text
                if leaving.text != resting.text:
                    assert (leaving.before, leaving.become) == (resting.text, 0.0)

    def test_nothing_vanishes_at_once_when_an_event_ends(self, classic: Stage) -> None:
        for i, event in enumerate(classic.trace):
            if not isinstance(event, Sent):
                assert all(token.opacity < 0.05 for token in classic.at(i + 0.999).tokens())


class TestPlaces:
    @pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
    def test_everything_lies_within_the_bounds_at_any_time(self, path: Any) -> None:
        stage = stage_of(path.read_text(encoding="utf-8"))
        whole = stage.bounds()
        for step in range(len(stage.trace) + 1):
            now = stage.at(float(step))
            assert now.bounds() == whole
            for node in now.graph.nodes:
                for rect in (now.rect(node), *(pill.rect for pill in now.pills(node))):
                    assert whole.united(rect) == whole
                for wire in now.wires(node):
                    assert all(whole.grown(1.0).contains(wire.curve.at(t / 20)) for t in range(21))
            for token in now.tokens():
                assert whole.contains(token.at)

    def test_messages_lie_within_the_bounds_too(self) -> None:
        stage = stage_of("f = ln(x)", x=-2)
        failed = id_of(stage, "f")
        rect = stage.trouble_rect(failed, len(stage.card(failed).trouble))
        assert rect.y >= stage.rect(failed).bottom
        assert rect.bottom > stage.rect(failed).bottom + 20, "nothing else reaches down there"
        assert stage.bounds().united(rect) == stage.bounds()

    def test_a_wire_that_loops_back_lies_within_the_bounds(self, classic: Stage) -> None:
        places = {node: (x, y) for node, (x, y) in classic.diagram.positions.items()}
        diagram = edits.move(classic.diagram, {id_of(classic, "f"): (-300.0, places[id_of(classic, "q")][1])})
        stage = Stage(diagram)
        for wire in stage.wires(id_of(stage, "f")):
            assert all(stage.bounds().contains(wire.curve.at(t / 20)) for t in range(21))

    @pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
    def test_pills_lie_on_no_card_and_on_no_other_pill(self, path: Any) -> None:
        stage = stage_of(path.read_text(encoding="utf-8"))
        stage = stage.at(float(len(stage.trace)))
        for node in stage.graph.nodes:
            pills = stage.pills(node)
            for i, pill in enumerate(pills):
                assert not any(pill.rect.touches(other.rect) for other in pills[i + 1 :])
                assert not any(pill.rect.touches(stage.rect(card)) for card in stage.graph.nodes)

    def test_a_wire_goes_around_the_cards_in_its_way(self) -> None:
        diagram = Diagram.of(parse("q = sin(x); r = cos(q); f = r * x", {"x": 1}))
        names = diagram.graph.by_name
        places = {"x": (0.0, 0.0), "q": (300.0, 10.0), "r": (600.0, -20.0), "f": (900.0, 0.0)}
        stage = Stage(edits.move(diagram, {names[name]: at for name, at in places.items()}))
        curve = stage.curve(names["f"], 1)
        assert curve is not None
        for i in range(301):
            point = curve.at(i / 300)
            assert not any(stage.rect(names[name]).contains(point) for name in "qr")

    @pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
    def test_no_wire_of_an_example_crosses_a_card(self, path: Any) -> None:
        stage = stage_of(path.read_text(encoding="utf-8"))
        for node in stage.graph.nodes:
            for wire in stage.wires(node):
                others = [stage.rect(card) for card in stage.graph.nodes if card not in (wire.source, node)]
                points = [wire.curve.at(i / 100) for i in range(101)]
                assert not any(rect.contains(point) for rect in others for point in points)

    def test_an_empty_diagram_takes_up_a_card(self) -> None:
        bounds = Stage(Diagram()).bounds()
        assert bounds.width > 0
        assert bounds.height > 0

    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def test_cards_anywhere_have_wires_from_port_to_port(self, data: st.DataObject) -> None:
        diagram = Diagram.of(parse("q = x + y; r = q * z; f = r * x"), data.draw(st.sampled_from(Direction)))
        places = st.tuples(st.floats(-900, 900), st.floats(-900, 900))
        diagram = edits.move(diagram, {node: data.draw(places) for node in diagram.graph.nodes})
        stage = Stage(diagram)
        stage = stage.at(float(len(stage.trace)))
        for node in stage.graph.nodes:
            for wire in stage.wires(node):
                assert wire.curve.at(0.0) == pytest.approx(stage.scenery.out_port(wire.source))
                assert wire.curve.at(1.0) == pytest.approx(stage.scenery.in_port(node, wire.slot))
                course, (begin, handle), (last, end) = (
                    stage.scenery.course,
                    wire.curve.points[:2],
                    wire.curve.points[-2:],
                )
                assert course.turned(handle)[0] > course.turned(begin)[0], "it leaves ahead"
                assert course.turned(end)[0] > course.turned(last)[0], "and arrives from behind"
                assert all(math.isfinite(coordinate) for t in range(11) for coordinate in wire.curve.at(t / 10))
            for pill in stage.pills(node):
                assert pill.rect.width > 0


class TestKindsOfNodes:
    def test_a_constant_is_small_and_has_no_gradient(self) -> None:
        stage = stage_of("f = 2 * x", x=3)
        two = next(node for node in stage.graph.nodes if stage.graph.nodes[node].is_constant)
        rect, card = stage.rect(two), stage.at(99.0).card(two)
        assert (rect.width, rect.height) == (CONSTANT_WIDTH, CONSTANT_HEIGHT)
        assert (card.value, card.headline, card.caption, card.strip, card.gradient) == ("2", "", "", "", "")
        assert card.is_constant
        assert words(stage.at(1.0)) == "2 is a constant."

    def test_a_constant_with_a_name(self) -> None:
        stage = stage_of("f = π * x", x=1).at(99.0)
        card = stage.card(id_of(stage, "π"))
        assert (card.headline, card.value) == ("π", "3.142")
        assert words(stage.at(1.0)) == "The constant π is 3.142."

    def test_a_parameter(self) -> None:
        stage = example("05-neuron")
        assert stage.card(id_of(stage, "w1")).caption == "parameter"
        assert stage.card(id_of(stage, "w1")).headline == "w₁"

    def test_an_input_from_which_no_way_leads_to_the_output(self) -> None:
        stage = stage_of("q = x * 2; f = y + 1", x=3, y=2)
        x = id_of(stage, "x")
        strips = [(stage.at(float(i)).card(x).strip, stage.at(float(i)).card(x).gradient) for i in range(10)]
        seeded = stage.trace.seed_position
        assert strips[seeded] == ("no path to f", "")
        assert strips[seeded + 1] == ("no path to f", "0")

    def test_an_input_that_is_the_output(self) -> None:
        stage = stage_of("x = 4").at(99.0)
        card = stage.card(id_of(stage, "x"))
        assert (card.value, card.strip, card.gradient, card.is_output) == ("4", "∂x/∂x", "1", False)

    def test_an_array_is_a_heat_map_with_its_numbers(self) -> None:
        stage = stage_of("f = x * [1, -2, 4]", x=2).at(99.0)
        card = stage.card(id_of(stage, "f"))
        assert card.value == ""
        assert card.heat is not None
        assert card.heat.rows == ((0.25, -0.5, 1.0),)
        assert card.heat.texts == (("2", "−4", "8"),)
        assert card.heat.shape == "3"
        assert card.gradient == "[1, 1, 1]"
        assert stage.card(id_of(stage, "x")).gradient == "3"

    def test_of_a_large_array_the_beginning_is_shown(self) -> None:
        array = np.arange(600.0).reshape(2, 30, 10)
        stage = stage_of("f = x + 1", x=array.tolist()).at(99.0)
        heat = stage.card(id_of(stage, "x")).heat
        assert heat is not None
        assert (len(heat.rows), len(heat.rows[0])) == (6, 10)
        assert heat.texts == ()
        assert heat.shape == "2 × 30 × 10"

    def test_many_digits_are_four(self) -> None:
        stage = stage_of("f = x / 3", x=1).at(99.0)
        assert stage.card(id_of(stage, "f")).value == "0.3333"
        assert full_text(stage, id_of(stage, "f")) == "f = x / 3\nvalue 0.3333333333333333\n∂f/∂f = 1"


class TestTrouble:
    def test_outside_the_domain(self) -> None:
        stage = stage_of("q = ln(x); f = q + y", x=-2, y=1)
        q, f = stage.card(id_of(stage, "q")), stage.card(id_of(stage, "f"))
        assert (q.state, q.value) == (State.FAILED, "NaN")
        assert " ".join(q.trouble) == "ln is defined for x > 0; x is −2"
        assert (f.state, f.value) == (State.WAITING, "")
        assert " ".join(f.trouble) == "f waits for q, which could not be computed"
        end = stage.at(99.0)
        assert words(end) == "ln is defined for x > 0; x is −2."
        assert end.card(id_of(stage, "y")).value == "1", "everything up to there is shown"
        assert end.card(id_of(stage, "y")).strip == ""
        assert end.pills(id_of(stage, "f")) == []

    def test_divided_by_zero(self) -> None:
        stage = stage_of("f = 2 / x", x=0)
        card = stage.card(id_of(stage, "f"))
        assert (card.state, card.value) == (State.FAILED, "∞")

    def test_a_slope_that_is_infinite(self) -> None:
        stage = stage_of("f = sqrt(x)", x=0)
        f, x = id_of(stage, "f"), id_of(stage, "x")
        assert [stage.at(float(i)).card(f).state for i in range(4)] == [
            State.AHEAD,
            State.AHEAD,
            State.COMPUTED,
            State.COMPUTED,
        ]
        end = stage.at(99.0)
        assert end.card(f).value == "0"
        assert end.card(x).gradient == "∞"
        assert "∂f/∂x" in " ".join(end.card(f).trouble)
        assert all(THINNEST <= wire.thickness <= THICKEST for wire in end.wires(f))

    def test_half_built(self) -> None:
        diagram = edits.add(Diagram.of(parse("f = sin(x)", {"x": 1})), "mul", (600.0, 0.0))
        product = edits.next_id(diagram.graph) - 1
        diagram = edits.connect(diagram, diagram.graph.by_name["f"], product, 0)
        stage = Stage(diagram)
        card = stage.at(99.0).card(product)
        assert (card.state, card.value, card.strip) == (State.WAITING, "", "")
        assert " ".join(card.trouble) == "v₁ waits for its second input to be wired"
        assert stage.at(99.0).card(diagram.graph.by_name["f"]).value == "0.8415"
        assert [wire.slot for wire in stage.wires(product)] == [0]

    def test_an_input_without_a_value(self) -> None:
        diagram = Diagram.of(parse("f = sin(x)"))
        stage = Stage(edits.set_value(diagram, diagram.graph.by_name["x"], None))
        card = stage.card(id_of(stage, "x"))
        assert (card.state, " ".join(card.trouble)) == (State.WAITING, "x waits for a value")
        assert words(stage) == "Nothing can be computed yet: give the inputs values, and wire what waits."

    def test_arrays_that_do_not_fit(self) -> None:
        diagram = Diagram.of(parse("f = x + y", {"x": [1, 2]}))
        stage = Stage(edits.set_value(diagram, diagram.graph.by_name["y"], [1, 2, 3]))
        card = stage.card(id_of(stage, "f"))
        assert card.state is State.FAILED
        assert "x with shape 2 and y with shape 3" in " ".join(card.trouble)


class TestThickness:
    def test_more_is_thicker_between_two_ends(self) -> None:
        sizes = [thickness(10.0**k) for k in range(-12, 300, 4)]
        assert sizes == sorted(sizes)
        assert sizes[0] == pytest.approx(THINNEST)
        assert sizes[-1] == THICKEST
        assert thickness(0.0) == THINNEST

    @pytest.mark.parametrize("number", [math.inf, math.nan])
    def test_what_is_no_number(self, number: float) -> None:
        assert thickness(number) == THICKEST
