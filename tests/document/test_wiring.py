"""Putting nodes into wires, cutting, healing, detaching, swapping: what is wired afterwards, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bpviz.document import edits, wiring
from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.document.fitting import Fitting, Openings, takes
from bpviz.graph.graph import Graph, GraphError
from bpviz.graph.parse import parse
from bpviz.graph.shapes import infer_shapes
from bpviz.ops import OPS
from tests.document.random_edits import diagrams


def diagram(text: str, **values: object) -> Diagram:
    return Diagram.of(parse(text, values))


def inputs(made: Diagram, name: str) -> list[str]:
    """What a node's slots are wired to, by name; empty where they wait."""
    graph = made.graph
    return ["" if source is None else graph.label(source) for source in graph.nodes[graph.find(name)].inputs]


def with_new(made: Diagram, op: str) -> tuple[Diagram, int]:
    new = edits.next_id(made.graph)
    return edits.add(made, op, (0.0, 0.0)), new


def said_by(act: Callable[[], object]) -> str:
    """The refusal; empty if there is none."""
    try:
        act()
    except GraphError as refusal:
        return str(refusal)
    return ""


class TestInserting:
    def test_a_node_with_one_input_stands_in_between(self) -> None:
        made, new = with_new(diagram("f = x * y"), "tanh")
        done = wiring.insert(made, new, made.graph.find("f"), 1)
        assert inputs(done, "f") == ["x", done.graph.label(new)]
        assert done.graph.nodes[new].inputs == (done.graph.find("y"),)

    def test_of_several_inputs_the_first_that_waits_is_taken(self) -> None:
        made, new = with_new(diagram("f = x * y"), "sub")
        made = edits.connect(made, made.graph.find("y"), new, 0)
        done = wiring.insert(made, new, made.graph.find("f"), 0)
        assert done.graph.nodes[new].inputs == (done.graph.find("y"), done.graph.find("x"))

    def test_only_an_input_that_the_value_fits(self) -> None:
        made, new = with_new(diagram("f = relu(A)", A=[[1.0, 2.0]]), "matmul")
        column = edits.next_id(made.graph)
        made = edits.add(made, "variable", (0.0, 0.0), value=[[1.0], [2.0], [3.0]])
        made = edits.connect(made, column, new, 0)  # (3, 1) @ (1, 2)
        done = wiring.insert(made, new, made.graph.find("f"), 0)
        assert done.graph.nodes[new].inputs == (column, done.graph.find("A"))
        assert not infer_shapes(done.graph).misfits

    def test_without_a_free_input_it_is_refused(self) -> None:
        made = diagram("a = tanh(y); f = x * y; g = f + a")
        with pytest.raises(EditError, match="a has no free input for x"):
            wiring.insert(made, made.graph.find("a"), made.graph.find("f"), 0)

    def test_where_it_would_close_a_cycle_it_is_refused(self) -> None:
        made = diagram("f = sin(x); g = f + _")
        with pytest.raises(EditError, match="would close a cycle"):
            wiring.insert(made, made.graph.find("g"), made.graph.find("f"), 0)

    def test_there_has_to_be_a_wire(self) -> None:
        made, new = with_new(diagram("f = x * _"), "tanh")
        with pytest.raises(EditError, match="there is no wire into f to put anything into"):
            wiring.insert(made, new, made.graph.find("f"), 1)

    @settings(max_examples=50)
    @given(diagrams(), st.data())
    def test_what_may_be_taken_closes_no_cycle(self, made: Diagram, data: st.DataObject) -> None:
        graph = made.graph
        wires = [
            (node.id, slot) for node in graph.nodes.values() for slot, s in enumerate(node.inputs) if s is not None
        ]
        free = [node.id for node in graph.nodes.values() if None in node.inputs]
        assume(wires and free)
        node, wire = data.draw(st.sampled_from(free)), data.draw(st.sampled_from(wires))
        refusal = said_by(lambda: wiring.insert(made, node, *wire))
        is_cycle = "cycle" in refusal or "its own input" in refusal
        may = Openings(made, node).may_take(*wire)
        assert not (is_cycle and may)
        assert may or refusal, "what may not be taken is refused"


def test_cutting_takes_off_all_wires_named() -> None:
    made = diagram("q = x + y; f = q * q")
    f, q = made.graph.find("f"), made.graph.find("q")
    done = wiring.cut(made, [(f, 0), (q, 1), (f, 1)])
    assert inputs(done, "f") == ["", ""]
    assert inputs(done, "q") == ["x", ""]
    assert wiring.cut(done, [(f, 0)]) is done, "what is cut stays cut, and is no edit"


class TestHealing:
    def test_a_link_of_a_chain_is_bridged(self) -> None:
        made = diagram("a = sin(x); b = exp(a); f = b * y; g = b + f")
        done = wiring.delete_healing(made, {made.graph.find("b")})
        assert inputs(done, "f") == ["a", "y"]
        assert inputs(done, "g") == ["a", "f"]

    def test_so_are_several_at_once(self) -> None:
        made = diagram("a = sin(x); b = exp(a); f = b * y")
        done = wiring.delete_healing(made, {made.graph.find("a"), made.graph.find("b")})
        assert inputs(done, "f") == ["x", "y"]

    def test_where_two_come_in_what_it_fed_waits(self) -> None:
        made = diagram("q = x + y; f = q * z")
        done = wiring.delete_healing(made, {made.graph.find("q")})
        assert inputs(done, "f") == ["", "z"]

    def test_x_times_x_has_one_source(self) -> None:
        made = diagram("q = x * x; f = q + y")
        assert inputs(wiring.delete_healing(made, {made.graph.find("q")}), "f") == ["x", "y"]

    def test_a_value_that_does_not_fit_is_not_wired(self) -> None:
        made = diagram("r = transpose(A); f = B @ r", A=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], B=[[1.0, 2.0, 3.0]])
        done = wiring.delete_healing(made, {made.graph.find("r")})
        assert inputs(done, "f") == ["B", ""]
        assert not infer_shapes(done.graph).misfits

    def test_the_output_may_go_too(self) -> None:
        made = diagram("a = sin(x); f = exp(a)")
        done = wiring.delete_healing(made, {made.graph.find("f")})
        assert done.graph.result == done.graph.find("a")


class TestDetaching:
    def test_a_card_comes_off_and_its_neighbours_are_wired(self) -> None:
        made = diagram("a = sin(x); b = exp(a); f = b * y")
        done = wiring.detach(made, {made.graph.find("b")})
        assert inputs(done, "b") == [""]
        assert inputs(done, "f") == ["a", "y"]

    def test_wires_among_several_stay(self) -> None:
        made = diagram("a = sin(x); b = exp(a); f = b * y")
        done = wiring.detach(made, {made.graph.find("a"), made.graph.find("b")})
        assert inputs(done, "a") == [""]
        assert inputs(done, "b") == ["a"]
        assert inputs(done, "f") == ["x", "y"]

    def test_what_has_no_wires_stays_as_it_is(self) -> None:
        made, new = with_new(diagram("f = x * y"), "tanh")
        assert wiring.detach(made, {new}) is made


class TestSwapping:
    def test_x_minus_y_becomes_y_minus_x(self) -> None:
        made = diagram("f = x - y")
        f = made.graph.find("f")
        done = wiring.swap(made, f)
        assert inputs(done, "f") == ["y", "x"]
        assert wiring.swap(done, f) == made

    def test_a_free_input_is_swapped_too(self) -> None:
        made = diagram("f = x / _")
        assert inputs(wiring.swap(made, made.graph.find("f")), "f") == ["", "x"]

    def test_what_has_not_two_inputs_says_so(self) -> None:
        made = diagram("f = sin(x)")
        with pytest.raises(EditError, match="only two inputs can be swapped, and f has 1 input"):
            wiring.swap(made, made.graph.find("f"))
        with pytest.raises(EditError, match="only two inputs can be swapped, and x has no inputs"):
            wiring.swap(made, made.graph.find("x"))

    def test_what_would_not_fit_is_refused(self) -> None:
        made = diagram("f = A @ b", A=[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], b=[1.0, 2.0])
        with pytest.raises(EditError, match="matrix product"):
            wiring.swap(made, made.graph.find("f"))


class TestFitting:
    @given(diagrams(), st.data())
    def test_it_says_what_connecting_says(self, made: Diagram, data: st.DataObject) -> None:
        """Held by either end, the answer is the one that a graph with the wire in it gives."""
        graph = made.graph
        slots = [(node.id, slot) for node in graph.nodes.values() for slot in range(node.op.arity)]
        assume(slots)
        source, (target, slot) = data.draw(st.sampled_from(sorted(graph.nodes))), data.draw(st.sampled_from(slots))
        answers = {
            Fitting(made, source=source).why_not(source, target, slot),
            Fitting(made, target=target).why_not(source, target, slot),
        }
        assert len(answers) == 1
        wired = [*graph.nodes[target].inputs]
        wired[slot] = source
        nodes = [node.with_(inputs=tuple(wired)) if node.id == target else node for node in graph.nodes.values()]
        if said_by(lambda: Graph(nodes, graph.output)):
            assert answers != {None}, "a cycle is the only thing that can be wrong"
            return
        misfit = infer_shapes(Graph(nodes, graph.output)).misfits.get(target)
        is_new = misfit is not None and target not in infer_shapes(graph).misfits
        assert answers == ({misfit} if is_new else {None})

    def test_the_first_free_input_that_fits(self) -> None:
        made = diagram("f = A @ _", A=[[1.0, 2.0]])
        fitting = Fitting(made, source=made.graph.find("A"))
        assert fitting.slot_for(made.graph.find("A"), made.graph.find("f")) == 0, "A @ A would not fit"

    def test_which_operations_take_a_value(self) -> None:
        assert takes(OPS["tanh"], ())
        assert takes(OPS["matmul"], ()), "the other input may be anything yet"
        assert not takes(OPS["variable"], ())
        assert not takes(OPS["inverse"], (2, 3))
        assert takes(OPS["inverse"], None), "who knows"
