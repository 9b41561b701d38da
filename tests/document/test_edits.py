"""Everything a user can do to a diagram, and every refusal."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from bpviz.document import arranging, edits
from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.graph.graph import GraphError, NodeId, as_value
from bpviz.graph.parse import parse
from bpviz.ops import OPS


@pytest.fixture
def diagram() -> Diagram:
    return Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))


def id_of(diagram: Diagram, name: str) -> NodeId:
    return diagram.graph.by_name[name]


def inputs(diagram: Diagram, name: str) -> tuple[NodeId | None, ...]:
    return diagram.graph.nodes[id_of(diagram, name)].inputs


class TestAdd:
    @pytest.mark.parametrize("op", [op.name for op in OPS.values() if op.is_listed])
    def test_every_listed_operation(self, diagram: Diagram, op: str) -> None:
        node = edits.next_id(diagram.graph)
        after = edits.add(diagram, op, (10.0, 20.0))
        added = after.graph.nodes[node]
        assert added.op is OPS[op]
        assert added.inputs == (None,) * OPS[op].arity
        assert after.positions[node] == (10.0, 20.0)
        assert {**after.positions, node: None} == {**diagram.positions, node: None}
        assert added.value == (1.0 if added.op.is_leaf else None)

    def test_inputs_get_names_that_are_free(self) -> None:
        diagram, names = Diagram(), []
        for _ in range(12):
            node = edits.next_id(diagram.graph)
            diagram = edits.add(diagram, "variable", (0.0, 0.0))
            names.append(diagram.graph.nodes[node].name)
        assert names[:4] == ["x", "y", "z", "a"]
        assert len(set(names)) == 12

    def test_a_name_and_a_value_of_ones_own(self, diagram: Diagram) -> None:
        after = edits.add(diagram, "parameter", (0, 0), name="w", value=[1, 2])
        held = after.graph.nodes[id_of(after, "w")]
        assert held.op is OPS["parameter"]
        assert np.array_equal(held.value, [1, 2])  # type: ignore[arg-type]

    def test_a_name_that_is_taken(self, diagram: Diagram) -> None:
        with pytest.raises(EditError, match="x is already the name of another node; choose another, such as x2"):
            edits.add(diagram, "variable", (0, 0), name="x")

    def test_a_value_that_is_none(self, diagram: Diagram) -> None:
        with pytest.raises(EditError, match="an input has to be a finite number"):
            edits.add(diagram, "variable", (0, 0), value=float("nan"))


class TestDelete:
    def test_the_slots_that_it_fed_wait_again(self, diagram: Diagram) -> None:
        after = edits.delete(diagram, {id_of(diagram, "q")})
        assert inputs(after, "f") == (None, id_of(diagram, "z"))
        assert "q" not in after.graph.by_name
        assert after.positions.keys() == after.graph.nodes.keys()
        assert after.graph.nodes[id_of(diagram, "x")] is diagram.graph.nodes[id_of(diagram, "x")]

    def test_a_deleted_output_gives_way_to_the_default(self, diagram: Diagram) -> None:
        chosen = edits.set_output(diagram, id_of(diagram, "q"))
        assert edits.delete(chosen, {id_of(diagram, "q")}).graph.result == id_of(diagram, "f")

    def test_both_wires_of_a_square(self) -> None:
        diagram = Diagram.of(parse("f = x * x"))
        assert inputs(edits.delete(diagram, {id_of(diagram, "x")}), "f") == (None, None)

    def test_everything(self, diagram: Diagram) -> None:
        assert edits.delete(diagram, diagram.graph.nodes) == Diagram()


class TestConnect:
    def test_in_place_of_what_was_there(self, diagram: Diagram) -> None:
        x = id_of(diagram, "x")
        after = edits.connect(diagram, x, id_of(diagram, "f"), 1)
        assert inputs(after, "f") == (id_of(diagram, "q"), x)
        assert after.positions == diagram.positions

    def test_the_wire_that_is_there_already_changes_nothing(self, diagram: Diagram) -> None:
        assert edits.connect(diagram, id_of(diagram, "z"), id_of(diagram, "f"), 1) is diagram

    @pytest.mark.parametrize(
        ("source", "target", "reason"),
        [
            ("y", "x", "x holds a value and has no inputs"),
            ("f", "f", "f cannot be its own input: it would never have a value"),
            ("f", "q", "f already depends on q: this wire would close a cycle, which has no value"),
        ],
    )
    def test_refusals(self, diagram: Diagram, source: str, target: str, reason: str) -> None:
        with pytest.raises(EditError) as refusal:
            edits.connect(diagram, id_of(diagram, source), id_of(diagram, target), 0)
        assert str(refusal.value) == reason
        assert edits.why_not_connect(diagram, id_of(diagram, source), id_of(diagram, target), 0) == reason

    @pytest.mark.parametrize(
        ("text", "target", "slot", "reason"),
        [
            ("y = A @ _; f = y", "y", 1, "matrix product cannot multiply shape 2 × 3 with shape 2: the last size"),
            ("y = u + _; f = y", "y", 1, "add cannot combine u with shape 3 and x with shape 2"),
            ("y = u * u; f = y", "y", 0, "multiply cannot combine x with shape 2 and u with shape 3"),
        ],
    )
    def test_shapes_that_do_not_fit(self, text: str, target: str, slot: int, reason: str) -> None:
        values = {"A": [[1, 2, 3], [4, 5, 6]], "u": [1, 2, 3], "x": [1, 2]}
        graph = parse(text, {name: value for name, value in values.items() if name in text})
        x = edits.next_id(graph)
        diagram = edits.add(Diagram.of(graph), "variable", (0.0, 0.0), name="x", value=[1, 2])
        with pytest.raises(EditError) as refusal:
            edits.connect(diagram, x, id_of(diagram, target), slot)
        assert str(refusal.value).startswith(reason)

    def test_shapes_are_no_reason_while_one_is_unknown_or_all_is_wrong_already(self) -> None:
        diagram = Diagram.of(parse("y = A @ _; f = y; x = [1, 2]", {"A": [[1, 2, 3], [4, 5, 6]]}))
        unknown = edits.set_value(diagram, id_of(diagram, "A"), None)
        wired = edits.connect(unknown, id_of(unknown, "x"), id_of(unknown, "y"), 1)
        misfit = edits.set_value(wired, id_of(wired, "A"), [[1, 2, 3]])
        assert edits.why_not_connect(misfit, id_of(misfit, "x"), id_of(misfit, "y"), 0) is None

    def test_a_long_way_round_is_a_cycle_too(self) -> None:
        lines = ["t0 = sin(x)"] + [f"t{i} = t{i - 1} + 1" for i in range(1, 5000)]
        diagram = Diagram.of(parse("\n".join(lines)))
        with pytest.raises(EditError, match="t₄₉₉₉ already depends on t₀"):
            edits.connect(diagram, id_of(diagram, "t4999"), id_of(diagram, "t0"), 0)

    def test_disconnecting_twice_is_disconnecting(self, diagram: Diagram) -> None:
        once = edits.disconnect(diagram, id_of(diagram, "q"), 1)
        assert inputs(once, "q") == (id_of(diagram, "x"), None)
        assert edits.disconnect(once, id_of(diagram, "q"), 1) is once


class TestAttributes:
    @pytest.fixture
    def total(self) -> Diagram:
        return Diagram.of(parse("f = sum(A)", {"A": [[1, 2, 3], [4, 5, 6]]}))

    def test_another_axis(self, total: Diagram) -> None:
        f = id_of(total, "f")
        after = edits.set_attributes(total, f, {"axis": 0})
        assert after.graph.nodes[f].op is OPS["sum"].with_(axis=0)
        assert after.graph.nodes[f].inputs == total.graph.nodes[f].inputs
        assert after.positions == total.positions
        assert total.graph.nodes[f].op is OPS["sum"]

    def test_the_others_stay(self, total: Diagram) -> None:
        f = id_of(total, "f")
        after = edits.set_attributes(edits.set_attributes(total, f, {"axis": 0}), f, {"keepdims": True})
        assert after.graph.nodes[f].op.attributes == {"axis": (0,), "keepdims": True}

    def test_the_same_again_changes_nothing(self, total: Diagram) -> None:
        assert edits.set_attributes(total, id_of(total, "f"), {"axis": None}) is total

    @pytest.mark.parametrize(
        ("attributes", "reason"),
        [
            ({"axis": 0.5}, "sum needs a whole number, or a list of them, for axis, such as 0 or"),
            ({"keepdims": 3}, "sum needs True or False for keepdims"),
            ({"stride": 1}, "sum has no attribute stride (it has axis, keepdims)"),
            ({"axis": 2}, "sum cannot go over axis 2 of an array with shape 2 × 3"),
        ],
    )
    def test_refusals(self, total: Diagram, attributes: dict[str, object], reason: str) -> None:
        with pytest.raises(EditError) as refusal:
            edits.set_attributes(total, id_of(total, "f"), attributes)
        assert str(refusal.value).startswith(reason)

    def test_while_nothing_is_wired_any_axis_may_be_right(self) -> None:
        diagram = edits.add(Diagram(), "sum", (0.0, 0.0))
        (node,) = diagram.graph.nodes
        assert edits.set_attributes(diagram, node, {"axis": 2}).graph.nodes[node].op.given == {"axis": (2,)}


class TestNumberOfInputs:
    @pytest.fixture
    def stack(self) -> Diagram:
        return Diagram.of(parse("f = stack(x, _, axis=-1)", {"x": 2}))

    def test_one_more_and_one_less(self, stack: Diagram) -> None:
        f, x = id_of(stack, "f"), id_of(stack, "x")
        more = edits.add_input(stack, f)
        assert more.graph.nodes[f].inputs == (x, None, None)
        assert more.graph.nodes[f].op is OPS["stack"].with_(3, axis=-1)
        assert edits.remove_input(more, f).graph == stack.graph

    def test_what_is_wired_after_the_gap_moves_up(self, stack: Diagram) -> None:
        f, x = id_of(stack, "f"), id_of(stack, "x")
        moved = edits.connect(edits.add_input(stack, f), x, f, 2)
        assert edits.remove_input(moved, f).graph.nodes[f].inputs == (x, x)

    def test_no_wire_is_ever_cut(self, stack: Diagram) -> None:
        f, x = id_of(stack, "f"), id_of(stack, "x")
        with pytest.raises(EditError, match="all inputs of f are wired: take a wire off first"):
            edits.remove_input(edits.connect(stack, x, f, 1), f)

    def test_one_input_stays(self) -> None:
        diagram = edits.add(Diagram(), "stack", (0.0, 0.0))
        (node,) = diagram.graph.nodes
        diagram = edits.remove_input(diagram, node)
        with pytest.raises(EditError, match="stack needs an input"):
            edits.remove_input(diagram, node)

    @pytest.mark.parametrize("edit", [edits.add_input, edits.remove_input])
    def test_of_others_the_number_is_fixed(self, diagram: Diagram, edit: Callable[[Diagram, NodeId], Diagram]) -> None:
        with pytest.raises(EditError, match="add takes 2 inputs, no more and no fewer"):
            edit(diagram, id_of(diagram, "q"))


class TestValues:
    def test_a_number(self, diagram: Diagram) -> None:
        after = edits.set_value(diagram, id_of(diagram, "x"), 7)
        assert after.graph.nodes[id_of(diagram, "x")].value == 7.0
        assert after.graph.structure is diagram.graph.structure, "another number needs no new plan"
        assert after.positions is diagram.positions

    def test_the_same_number_changes_nothing(self, diagram: Diagram) -> None:
        assert edits.set_value(diagram, id_of(diagram, "x"), -2.0) is diagram

    def test_no_value_waits_for_one(self, diagram: Diagram) -> None:
        assert edits.set_value(diagram, id_of(diagram, "x"), None).graph.nodes[id_of(diagram, "x")].value is None

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), [1.0, float("-inf")]])
    def test_only_finite_numbers(self, diagram: Diagram, value: object) -> None:
        with pytest.raises(EditError, match=r"^an input has to be a finite number$"):
            edits.set_value(diagram, id_of(diagram, "x"), value)

    @pytest.mark.parametrize("value", ["1", True, [], [[1, 2], [3]], 10**400])
    def test_only_numbers(self, diagram: Diagram, value: object) -> None:
        with pytest.raises(GraphError, match="number"):
            edits.set_value(diagram, id_of(diagram, "x"), value)

    def test_computed_nodes_have_none_of_their_own(self, diagram: Diagram) -> None:
        with pytest.raises(EditError, match=r"^q is computed; its value follows from its inputs$"):
            edits.set_value(diagram, id_of(diagram, "q"), 1.0)

    def test_a_constant_of_nature_stays_what_it_is(self) -> None:
        diagram = Diagram.of(parse("f = π * x"))
        with pytest.raises(EditError, match=r"^π is a constant of nature; delete it and add another constant$"):
            edits.set_value(diagram, id_of(diagram, "π"), 3.0)

    def test_an_array_cannot_be_changed_behind_the_diagrams_back(self, diagram: Diagram) -> None:
        array = np.array([1.0, 2.0])
        after = edits.set_value(diagram, id_of(diagram, "x"), array)
        array[0] = 9.0
        held = after.graph.nodes[id_of(diagram, "x")].value
        assert isinstance(held, np.ndarray)
        assert list(held) == [1.0, 2.0]
        with pytest.raises(ValueError, match="read-only"):
            held[0] = 9.0


class TestNames:
    def test_another_name(self, diagram: Diagram) -> None:
        after = edits.rename(diagram, id_of(diagram, "q"), "sum")
        assert after.graph.by_name["sum"] == id_of(diagram, "q")
        assert "q" not in after.graph.by_name

    def test_a_computed_node_needs_none(self, diagram: Diagram) -> None:
        after = edits.rename(diagram, id_of(diagram, "q"), "")
        assert after.graph.label(id_of(diagram, "q")) == "v1"

    def test_the_same_name_changes_nothing(self, diagram: Diagram) -> None:
        assert edits.rename(diagram, id_of(diagram, "q"), "q") is diagram

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("", "a variable needs a name, so that the expression can speak of it"),
            ("y", "y is already the name of another node; choose another, such as y2"),
            ("2x", "“2x” is not a name: use letters, digits and _, and start with a letter"),
            ("n" * 5000, "a name may have at most 500 characters; “nnnnnnnnnnnn…” has 5,000"),
            ("x y", "“x y” is not a name: use letters, digits and _, and start with a letter"),
            ("_", "“_” is not a name: use letters, digits and _, and start with a letter"),
            ("for", "“for” is a word of the language; choose another name, such as for_"),
            ("cos", "“cos” is the name of an operation; choose another name, such as cos_"),
        ],
    )
    def test_refusals(self, diagram: Diagram, name: str, reason: str) -> None:
        with pytest.raises(EditError) as refusal:
            edits.rename(diagram, id_of(diagram, "x"), name)
        assert str(refusal.value) == reason


class TestKinds:
    @pytest.mark.parametrize("kind", ["variable", "parameter", "constant"])
    def test_from_every_kind_to_every_kind(self, diagram: Diagram, kind: str) -> None:
        x = id_of(diagram, "x")
        for other in ("variable", "parameter", "constant"):
            changed = edits.set_kind(edits.set_kind(diagram, x, other), x, kind)
            assert changed.graph.nodes[x].op is OPS[kind]
            assert changed.graph.nodes[x].value == -2.0
            assert changed.graph.nodes[x].name == "x"

    def test_a_bare_number_gets_a_name_when_it_may_change(self) -> None:
        diagram = Diagram.of(parse("f = 2 * x"))
        two = next(node.id for node in diagram.graph.nodes.values() if node.is_constant)
        after = edits.set_kind(diagram, two, "parameter")
        assert after.graph.nodes[two].name == "w"
        assert after.graph.nodes[two].value == 2.0

    def test_computed_nodes_are_of_no_kind(self, diagram: Diagram) -> None:
        with pytest.raises(EditError, match=r"^f is computed; only inputs can change their kind$"):
            edits.set_kind(diagram, id_of(diagram, "f"), "constant")


class TestOutput:
    def test_any_node(self, diagram: Diagram) -> None:
        after = edits.set_output(diagram, id_of(diagram, "q"))
        assert after.graph.result == id_of(diagram, "q")
        assert edits.set_output(after, id_of(diagram, "f")) == diagram

    def test_the_one_that_it_is_already(self, diagram: Diagram) -> None:
        assert edits.set_output(diagram, id_of(diagram, "f")) is diagram


class TestPlaces:
    def test_moving_touches_no_graph(self, diagram: Diagram) -> None:
        after = edits.move(diagram, {id_of(diagram, "x"): (1.0, 2.0)})
        assert after.graph is diagram.graph
        assert after.positions[id_of(diagram, "x")] == (1.0, 2.0)
        assert after.positions[id_of(diagram, "f")] == diagram.positions[id_of(diagram, "f")]

    def test_arranging(self, diagram: Diagram) -> None:
        moved = edits.move(diagram, dict.fromkeys(diagram.graph.nodes, (0.0, 0.0)))
        assert arranging.arrange(moved) == diagram
        assert arranging.arrange(diagram) is diagram

    def test_arranging_some_cards_moves_no_other(self, diagram: Diagram) -> None:
        x, q = id_of(diagram, "x"), id_of(diagram, "q")
        moved = edits.move(diagram, {x: (900.0, 500.0), q: (300.0, 700.0)})
        after = arranging.arrange(moved, [x, q])
        assert after.positions[x][0] < after.positions[q][0]
        assert {**after.positions, x: None, q: None} == {**moved.positions, x: None, q: None}

    def test_arranging_can_be_stopped(self, diagram: Diagram) -> None:
        class StoppedError(Exception):
            pass

        def stop(done: float) -> None:
            raise StoppedError

        with pytest.raises(StoppedError):
            arranging.arrange(diagram, progress=stop)

    def test_a_free_place_is_free(self) -> None:
        taken: dict[NodeId, tuple[float, float]] = {}
        for node in range(20):
            taken[node] = edits.free_place((0.0, 0.0), taken)
        places = sorted(taken.values())
        assert len(set(places)) == 20
        assert all(below[1] - above[1] >= 96 for above, below in itertools.pairwise(places))

    def test_places_cannot_be_changed_behind_the_diagrams_back(self, diagram: Diagram) -> None:
        with pytest.raises(TypeError):
            diagram.positions[1] = (0.0, 0.0)  # type: ignore[index]


EDITS: dict[str, Callable[[Diagram], Diagram]] = {
    "add": lambda d: edits.add(d, "mul", (0, 0)),
    "delete": lambda d: edits.delete(d, {id_of(d, "q")}),
    "connect": lambda d: edits.connect(d, id_of(d, "x"), id_of(d, "f"), 1),
    "disconnect": lambda d: edits.disconnect(d, id_of(d, "f"), 1),
    "set_value": lambda d: edits.set_value(d, id_of(d, "x"), as_value(3)),
    "rename": lambda d: edits.rename(d, id_of(d, "q"), "p"),
    "set_kind": lambda d: edits.set_kind(d, id_of(d, "z"), "constant"),
    "set_output": lambda d: edits.set_output(d, id_of(d, "q")),
    "move": lambda d: edits.move(d, {id_of(d, "q"): (5.0, 5.0)}),
    "rewrite": lambda d: edits.rewrite(d, "f = x - y"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_leaves_the_diagram_before_it_as_it_was(diagram: Diagram, name: str) -> None:
    nodes, places, output = dict(diagram.graph.nodes), dict(diagram.positions), diagram.graph.output
    assert EDITS[name](diagram) != diagram
    assert (dict(diagram.graph.nodes), dict(diagram.positions), diagram.graph.output) == (nodes, places, output)
