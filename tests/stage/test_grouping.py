"""What is seen of a diagram with groups: cards, ports, wires, and what happens in them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.document.groups import GroupTree
from bpviz.document.regrouping import group, set_open
from bpviz.engine.trace import Computed, Sent
from bpviz.graph.graph import Graph, NodeId
from bpviz.graph.parse import parse
from bpviz.stage.framing import Framing, Lens
from bpviz.stage.scenery import Scenery
from bpviz.stage.stage import Stage

from ..engine.random_graphs import scalar_graphs


@pytest.fixture
def neuron() -> Diagram:
    """A neuron of two inputs in one card; the first input is used outside of it, too."""
    text = "a = tanh(w1*x1 + w2*x2 + b); f = a * x1"
    diagram = Diagram.of(parse(text, {"x1": 1, "x2": 2, "w1": 0.5, "w2": -1, "b": 0.1}))
    return group(diagram, inner(diagram.graph), "neuron")


def inner(graph: Graph) -> set[NodeId]:
    return graph.structure.ancestors(graph.find("a")) - {graph.find("x1"), graph.find("x2")}


def stage_of(diagram: Diagram, inside: int | None = None) -> Stage:
    return Stage(diagram, None, 0.0, Scenery(diagram, inside))


def test_without_groups_nothing_is_worked_out() -> None:
    diagram = Diagram.of(parse("f = x * y"))
    assert Scenery(diagram).view is None
    assert list(Scenery(diagram).rects) == list(diagram.graph.nodes)


def test_a_group_is_one_card_known_by_what_it_computes(neuron: Diagram) -> None:
    ids, scenery = neuron.graph.by_name, Scenery(neuron)
    assert set(scenery.rects) == {ids["x1"], ids["x2"], ids["a"], ids["f"]}
    card = scenery.group_of(ids["w1"])
    assert card is not None
    assert card is scenery.group_of(ids["a"])
    assert scenery.group_of(ids["x1"]) is None
    assert (card.name, card.face, card.outs) == ("neuron", ids["a"], (ids["a"],))
    assert [(port.name, port.source) for port in card.ins] == [("x₁", ids["x1"]), ("x₂", ids["x2"])]
    assert {scenery.card_of(node) for node in card.members} == {ids["a"]}
    assert scenery.rect(ids["w1"]) == scenery.rects[ids["a"]]


def test_wires_end_at_the_ports_of_the_card_and_those_within_are_not_seen(neuron: Diagram) -> None:
    ids, scenery = neuron.graph.by_name, Scenery(neuron)
    rect, card = scenery.rects[ids["a"]], scenery.group_of(ids["a"])
    assert card is not None
    entering = [slot for port in card.ins for slot in port.slots]
    assert set(scenery.wires) == {*entering, (ids["f"], 0), (ids["f"], 1)}
    assert scenery.curve(ids["a"], 0) is None
    for wire, source in zip(entering, ("x1", "x2"), strict=True):
        curve = scenery.curve(*wire)
        assert curve is not None
        assert (curve.start, curve.end[0]) == (scenery.out_port(ids[source]), rect.x)
        assert rect.y < curve.end[1] < rect.bottom
    leaving = scenery.curve(ids["f"], 0)
    assert leaving is not None
    assert leaving.start == (rect.right, scenery.out_port(ids["a"])[1])
    assert scenery.cards_into(ids["a"]) == [ids["x1"], ids["x2"]]
    assert scenery.cards_from(ids["a"]) == [ids["f"]]


def test_the_pill_on_a_wire_into_the_card_is_that_of_the_node_which_it_feeds(neuron: Diagram) -> None:
    stage = stage_of(neuron)
    product = next(node for node, _ in stage.graph.structure.consumers[stage.graph.find("x2")])
    end = stage.at(float(len(stage.trace)))
    pill = end.pills_by_slot(product)[1]
    assert pill is not None
    assert pill.text.startswith("∂v₂/∂x₂")
    assert pill.text.endswith("−1")
    assert end.pills_by_slot(product)[0] is None, "the wire from w₂ is within"


def test_the_card_shows_value_and_gradient_of_its_face(neuron: Diagram) -> None:
    stage = stage_of(neuron)
    face = stage.graph.find("a")
    shown = stage.at(float(len(stage.trace))).card(face)
    assert shown.group is not None
    assert (shown.group.name, shown.group.remark, shown.group.ins) == ("neuron", "8 nodes", ("x₁", "x₂"))
    assert (shown.value, shown.gradient, shown.strip) == ("−0.8854", "1", "∂f/∂a")


def test_what_happens_within_is_told_on_the_card_without_numbers_in_flight(neuron: Diagram) -> None:
    stage = stage_of(neuron)
    face, told = stage.graph.find("a"), []
    for index in range(len(stage.trace)):
        now = stage.at(index + 0.5)
        said = now.card(face).group
        assert said is not None
        if said.progress is not None and isinstance(stage.trace[index], Sent):
            assert not now.tokens()
            assert now.card(face).backward_glow > 0.5
            told.append((said.remark, said.progress))
    assert told[0] == ("inside: a → v₄", 0.0)
    assert told[-1][0] == "inside: v₁ → w₁"
    assert all(one[1] < other[1] for one, other in pairwise(told))


def test_the_caption_says_where_what_is_hidden_happens(neuron: Diagram) -> None:
    stage, ids = stage_of(neuron), neuron.graph.by_name

    def told(at: Stage, node: NodeId) -> str:
        when = next(i for i, event in enumerate(at.trace) if isinstance(event, Computed) and event.node == node)
        return "".join(span.text for span in at.at(when + 0.5).caption())

    assert told(stage, ids["w1"]) == "Inside neuron: The input w₁ is 0.5."
    assert told(stage, ids["f"]).startswith("Compute f = ")
    inside = stage_of(neuron, neuron.groups[0].id)
    assert told(inside, ids["w1"]) == "The input w₁ is 0.5."
    assert told(inside, ids["f"]).startswith("Compute f = "), "its card stands beside"


def test_from_within_a_group_the_camera_rests_while_all_happens_elsewhere() -> None:
    text = "; ".join(f"h{i} = tanh(u{i}*x + c{i}) * v{i}" for i in range(3)) + "; f = h0 + h1 + h2"
    names = [f"{kind}{i}" for kind in "ucv" for i in range(3)]
    diagram = Diagram.of(parse(text, dict.fromkeys([*names, "x"], 0.5)))
    for i in range(3):
        members = diagram.graph.structure.ancestors(diagram.graph.find(f"h{i}")) - {diagram.graph.find("x")}
        diagram = group(diagram, members, f"unit {i}")
    stage = stage_of(diagram, diagram.groups[1].id)
    framing = Framing(stage.scenery, Lens(500.0, 300.0))
    x = stage.trace.computed_position(diagram.graph.find("x"))
    assert x is not None
    assert framing.view(stage.at(x + 1.0)) != framing.overview, "its card stands beside"
    for i, event in enumerate(stage.trace):
        if isinstance(event, Computed) and stage.scenery.card_of(event.node) is None:
            assert framing.view(stage.at(i + 1.0)) == framing.overview
            words = "".join(span.text for span in stage.at(i + 0.5).caption())
            assert words.startswith("Outside of unit 1: ")
    for step in range(1, len(stage.trace)):
        for time in (step, step + 0.1, step + 0.3):
            one, two = framing.view(stage.at(time - 1e-5)), framing.view(stage.at(time + 1e-5))
            assert abs(one.x - two.x) + abs(one.y - two.y) < 0.5, "it does not jump"


def test_a_value_from_outside_flies_to_the_port_of_the_card(neuron: Diagram) -> None:
    stage = stage_of(neuron)
    product = next(node for node, _ in stage.graph.structure.consumers[stage.graph.find("x2")])
    index = next(i for i, event in enumerate(stage.trace) if isinstance(event, Computed) and event.node == product)
    (token,) = stage.at(index + 0.65).tokens()
    port = stage.scenery.in_port(product, 1)
    assert token.text == "2"
    assert abs(token.at[0] - port[0]) < 40.0
    assert abs(token.at[1] - port[1]) < 12.0


def test_a_gradient_leaves_the_card_at_the_port_of_the_node_that_sends_it(neuron: Diagram) -> None:
    stage = stage_of(neuron)
    graph = stage.graph
    index = next(
        i
        for i in range(len(stage.trace))
        if isinstance(event := stage.trace[i], Sent)
        and event.target == graph.find("x2")
        and event.source != graph.find("f")
    )
    (token,) = stage.at(index + 0.01).tokens()
    rect = stage.rect(graph.find("a"))
    assert rect.x < token.at[0] < rect.x + 60.0, "not on the strip, which has the gradient of a"
    assert token.at[1] < rect.bottom - 28.0


def test_inside_there_are_its_nodes_and_what_they_are_wired_to(neuron: Diagram) -> None:
    ids, scenery = neuron.graph.by_name, Scenery(neuron, 1)
    assert scenery.view is not None
    assert set(scenery.view.sources) == {ids["x1"], ids["x2"]}
    assert scenery.view.goals == (ids["f"],)
    assert set(scenery.rects) == inner(neuron.graph) | {ids["x1"], ids["x2"], ids["f"]}
    own = [rect for node, rect in scenery.rects.items() if node in inner(neuron.graph)]
    assert scenery.rects[ids["x1"]].right < min(rect.x for rect in own)
    assert scenery.rects[ids["f"]].x > max(rect.right for rect in own)
    assert scenery.curve(ids["f"], 0) is not None
    assert scenery.curve(ids["f"], 1) is None, "x₁ and f are both outside"
    assert [slot for slot, _ in scenery.in_ports(ids["f"])] == [(ids["f"], 0)]


def test_an_open_group_has_a_frame_and_its_nodes_have_cards(neuron: Diagram) -> None:
    scenery = Scenery(set_open(neuron, 1, is_open=True))
    assert scenery.view is not None
    assert set(scenery.rects) == set(neuron.graph.nodes)
    ((opened, cards),) = scenery.view.frames
    assert (opened.name, set(cards)) == ("neuron", inner(neuron.graph))


def test_of_several_outputs_each_has_a_port_with_its_name_and_value() -> None:
    diagram = Diagram.of(parse("s = sin(x); c = cos(x); f = s + y; g = c * f", {"x": 0, "y": 2}))
    ids = diagram.graph.by_name
    stage = stage_of(group(diagram, {ids["s"], ids["c"]}, "both"))
    face = stage.scenery.card_of(ids["s"])
    assert face is not None
    assert [node for node, _ in stage.scenery.out_ports(face)] == [ids["c"], ids["s"]], "f, which takes s, lies below g"
    shown = stage.at(float(len(stage.trace))).card(face).group
    assert shown is not None
    assert shown.outs == (("c", "1"), ("s", "0"))
    assert len({stage.scenery.out_port(ids[name]) for name in "sc"}) == 2


def test_the_scenery_serves_until_groups_or_the_standpoint_change(neuron: Diagram) -> None:
    scenery = Scenery(neuron)
    slid = neuron.with_(neuron.graph.with_values({neuron.graph.find("x1"): 3.0}))
    assert scenery.serves(slid)
    assert not scenery.serves(neuron, 1)
    assert not scenery.serves(set_open(neuron, 1, is_open=True))


def test_a_card_that_waits_says_for_which_of_its_inputs(neuron: Diagram) -> None:
    freed = edits.delete(neuron, {neuron.graph.find("x1")})
    shown = stage_of(freed).card(freed.graph.find("a"))
    assert shown.trouble == ("waits for an input",)


@settings(max_examples=40)
@given(scalar_graphs, st.data())
def test_whatever_is_grouped_everything_can_be_shown_at_any_time(graph: Graph, data: st.DataObject) -> None:
    diagram = Diagram.of(graph)
    for _ in range(3):
        chosen = data.draw(st.sets(st.sampled_from(sorted(graph.nodes)), min_size=2 if len(graph) > 1 else 1))
        try:
            diagram = group(diagram, chosen)
        except EditError:
            continue
        if data.draw(st.booleans()):
            diagram = set_open(diagram, diagram.groups[-1].id, is_open=True)
    for inside in (None, *(held.id for held in diagram.groups)):
        stage = stage_of(diagram, inside)
        scenery = stage.scenery
        seen = graph.nodes if inside is None else GroupTree(diagram.groups).within(inside)
        assert all(scenery.card_of(node) is not None for node in seen)
        for target, slot in scenery.wires:
            source, curve = scenery.inputs[target][slot], scenery.curve(target, slot)
            assert curve is not None
            assert source is not None
            ends = scenery.card_of(source), scenery.card_of(target)
            assert ends[0] is not None
            assert ends[1] is not None
            assert curve.start in [at for _, at in scenery.out_ports(ends[0])]
            assert curve.end in [at for _, at in scenery.in_ports(ends[1])]
            assert (target, slot) in scenery.wires_into(ends[1])
            assert (target, slot) in scenery.wires_from(ends[0])
        framing = Framing(scenery, Lens(800.0, 500.0))
        for _ in range(4):
            now = stage.at(data.draw(st.floats(0, len(stage.trace))))
            framing.view(now)
            now.tokens()
            for card in scenery.rects:
                now.card(card)
                now.outline(card)
            for node in scenery.wired:
                now.wires(node)
                now.pills(node)
        assert stage.bounds().width > 0
