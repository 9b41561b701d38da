"""The diagnosis names what is wrong where it is wrong, and is silent where nothing is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from bpviz.engine.diagnosis import Finding, Kind, diagnose
from bpviz.engine.trace import run
from bpviz.graph.graph import Graph, Node, as_value
from bpviz.graph.parse import parse
from bpviz.ops import OPS

from .random_graphs import array_graphs, scalar_graphs

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "resources" / "examples"
RANDOM = np.random.default_rng(3)


def found(text: str, **values: Any) -> list[Finding]:
    return diagnose(run(parse(text, values)))


def only(text: str, **values: Any) -> Finding:
    (finding,) = found(text, **values)
    return finding


def names(text: str, *findings: Finding) -> list[str]:
    """The labels of what findings are about, the further inputs included."""
    graph = parse(text)
    return [graph.label(node) for finding in findings for node in (finding.node, *finding.others)]


def layers(layer: str, count: int, start: str = "h0 = x") -> str:
    """A chain of layers: `{0}` is what comes before, `{1}` the number."""
    return "; ".join([start, *(f"h{i + 1} = {layer.format(f'h{i}', i)}" for i in range(count))])


# Kind, what has it, and a neighbour that has nothing.
PAIRS: list[tuple[Kind, str, dict[str, Any], str, dict[str, Any]]] = [
    (Kind.NOT_FINITE, "ln(x)*y", {"x": -1, "y": 1}, "ln(x)*y", {"x": 2, "y": 1}),
    (Kind.NOT_FINITE, "y + exp(exp(x))", {"x": 10, "y": 1}, "y + exp(exp(x))", {"x": 1, "y": 1}),
    (Kind.NOT_FINITE, "sqrt(x) + y", {"x": 0, "y": 1}, "sqrt(x) + y", {"x": 1, "y": 1}),
    (Kind.NOT_FINITE, "sum(x/y)", {"x": [1, 2], "y": [1, 0]}, "sum(x/y)", {"x": [1, 2], "y": [1, 3]}),
    (Kind.NOT_COMPUTED, "x + _", {"x": 1}, "x + 1", {"x": 1}),
    (Kind.EXPLODES, layers("3*{0}", 20), {"x": 0.1}, layers("1.2*{0}", 20), {"x": 0.1}),
    (Kind.EXPLODES, layers("{0}²", 5), {"x": 3}, layers("{0}²", 5), {"x": 1}),
    (Kind.EXPLODES, layers("2*{0}@w", 9), {"x": [[1, 1]], "w": [[2, 1], [1, 2]]},
     layers("{0}@w/3", 9), {"x": [[1, 1]], "w": [[2, 1], [1, 2]]}),
    (Kind.VANISHES, layers("sigmoid({0})", 60), {"x": 0.3}, layers("sigmoid({0})", 5), {"x": 0.3}),
    (Kind.VANISHES, layers("0.3*tanh({0})", 12), {"x": [0.3, -0.2]}, layers("tanh({0})", 12), {"x": [0.3, -0.2]}),
    (Kind.DEAD, "h = relu(w*x); f = h + x", {"w": -1, "x": 2}, "h = relu(w*x); f = h + x", {"w": 1, "x": 2}),
    (Kind.DEAD, "hard_tanh(x)*y + y", {"x": 3, "y": 1}, "hard_tanh(x)*y + y", {"x": 0.5, "y": 1}),
    (Kind.DEAD, "max(x, 1)*y", {"x": -2, "y": 1}, "max(x, 1)*y", {"x": 2, "y": 1}),
    (Kind.DEAD, "floor(x)*y", {"x": 1.5, "y": 1}, "x*y", {"x": 1.5, "y": 1}),
    (Kind.DEAD, "sum(relu(x))", {"x": [-1, -2, -3]}, "sum(relu(x))", {"x": [-1, 2, -3]}),
    (Kind.SATURATED, "sigmoid(x)*y", {"x": 12, "y": 1}, "sigmoid(x)*y", {"x": 5, "y": 1}),
    (Kind.SATURATED, "tanh(x)*y", {"x": -9, "y": 1}, "tanh(x)*y", {"x": -2, "y": 1}),
    (Kind.SATURATED, "sum(sigmoid(x))", {"x": np.linspace(8, 10, 20)}, "sum(sigmoid(x))", {"x": np.linspace(5, 8, 20)}),
    (Kind.SATURATED, "sum(softmax(x)*y)", {"x": [30, 0, 1], "y": [1, 2, 3]},
     "sum(softmax(x)*y)", {"x": [3, 0, 1], "y": [1, 2, 3]}),
    (Kind.LOST, "x*w", {"x": 0, "w": 2}, "x*w", {"x": 1, "w": 2}),
    (Kind.LOST, "x − x + y", {"x": 1, "y": 2}, "2x − x + y", {"x": 1, "y": 2}),
    (Kind.LOST, "relu(x) + y", {"x": 0, "y": 1}, "relu(x) + y", {"x": 1, "y": 1}),
    (Kind.LOST, "sum(x@w)", {"x": [[0, 0]], "w": [[1], [2]]}, "sum(x@w)", {"x": [[0, 1]], "w": [[1], [2]]}),
    (Kind.UNUSED, "u = y + 1; f = x*x + sin(x)", {"x": 1, "y": 2}, "f = x*x + sin(x)", {"x": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "values", "healthy", "others"), PAIRS)
def test_each_kind_is_found_and_its_healthy_neighbour_is_silent(
    kind: Kind, text: str, values: dict[str, Any], healthy: str, others: dict[str, Any]
) -> None:
    finding = only(text, **values)
    assert finding.kind is kind
    assert finding.sentence.endswith(".")
    assert found(healthy, **others) == []


@pytest.mark.parametrize(
    ("text", "values", "sentence"),
    [
        (
            "h = relu(w*x + b); f = h + x",
            {"w": -1, "x": 2, "b": 0.5},
            "h = relu(v₂) passes no gradient on: it is flat where v₂ is −1.5, so the gradient of w and b is exactly 0.",
        ),
        (
            "sigmoid(9*x) + x",
            {"x": 2},
            "v₂ = σ(v₁) is saturated: its slope is 1.5·10⁻⁸ where v₁ is 18; it can be 0.25.",
        ),
        ("u = 2*y; f = sin(x)*x", {"x": 2, "y": 1}, "f does not depend on y, so nothing is learnt about it."),
        (
            "relu(x) + y",
            {"x": 0, "y": 1},
            "The gradient of x is exactly 0 although f depends on it: it is lost at v₁ = relu(x), where relu has a "
            "corner at 0; its derivative there is taken as 0, by convention.",
        ),
        ("ln(x)*y", {"x": -1, "y": 1}, "v₁ breaks on the way forward: ln is defined for x > 0; x is −1."),
        (
            "sqrt(x) + y",
            {"x": 0, "y": 1},
            "v₁ breaks on the way back: the local derivative ∂v₁/∂x = 1 / (2 · √x) is infinite, or too large for "
            "float64, where x is 0.",
        ),
        ("x + _", {"x": 1}, "There are no gradients: f waits for its second input to be wired."),
    ],
)
def test_sentences(text: str, values: dict[str, Any], sentence: str) -> None:
    assert only(text, **values).sentence == sentence


def test_inputs_that_do_not_fit() -> None:
    leaves = [Node(i, OPS["variable"], (), as_value([1] * (2 + i)), f"x{i}") for i in range(2)]
    (finding,) = diagnose(run(Graph([*leaves, Node(2, OPS["add"], (0, 1), None, "f")])))
    assert finding.kind is Kind.NOT_COMPUTED
    assert finding.sentence.startswith("f cannot be computed: ")


def test_sixty_sigmoids_vanish() -> None:
    text = layers("sigmoid({0})", 60)
    finding = only(text, x=0.3)
    assert finding.kind is Kind.VANISHES
    assert names(text, finding) == ["x"]
    assert finding.ratio is not None
    assert finding.overall is not None
    assert finding.ratio <= 0.25
    assert finding.overall == pytest.approx(finding.ratio**61, rel=1e-9)  # h0 = x is a copy
    assert finding.steps == 61
    graph = parse(text)
    assert finding.start == graph.find("h60")
    assert finding.worst is not None
    assert graph.label(finding.worst).startswith("h")


def test_a_gradient_that_falls_to_0_has_vanished_and_is_not_lost() -> None:
    finding = only(layers("sigmoid({0})", 2_000), x=0.3)
    assert (finding.kind, finding.overall is not None and finding.overall < 1e-290) == (Kind.VANISHES, True)
    assert "and then to 0" in finding.sentence
    growing = found(layers("exp(20*tanh({0}))/1e9", 45), x=1e-3)
    assert Kind.LOST not in {finding.kind for finding in growing}


def test_all_parameters_of_a_deep_net_are_one_finding() -> None:
    start = "; ".join(f"w{i} = parameter(0.5); b{i} = parameter(0.1)" for i in range(30))
    text = f"{start}; " + layers("sigmoid(w{1}*{0} + b{1})", 30)
    finding = only(text, x=0.3)
    assert finding.kind is Kind.VANISHES
    told = set(names(text, finding))
    assert {"x", "w0", "b0", "w10"} <= told
    assert not {"w29", "b29", "w28"} & told
    assert "more)" in finding.sentence


def test_an_explosion_that_leaves_float64_is_told_as_far_as_it_goes() -> None:
    kinds = [finding.kind for finding in found(layers("{0}*1e3", 130), x=1e-300)]
    assert kinds == [Kind.NOT_FINITE, Kind.EXPLODES]


def test_where_it_is_worst() -> None:
    text = "a = 0.2*x; b = 0.1*a; c = 0.0001*b; d = 0.3*c; f = 0.2*d"
    finding = only(text, x=1)
    assert (finding.kind, finding.steps) == (Kind.VANISHES, 5)
    assert finding.overall == pytest.approx(1.2e-7)
    assert finding.worst == parse(text).find("c")
    assert "at c = 0.0001 · b" in finding.sentence


@pytest.mark.parametrize(
    "text",
    [
        "a = 2*x; b = a + 1; c = b − 2; d = 1e-6*c; f = d + 1",  # a change of units is one number
        "a = 2*x; b = a + 1; c = b − 2; d = 1e6*c; f = d + 1",
        "1e-9*x",
        "mean((2*x − 1)**2)",
    ],
)
def test_one_small_factor_is_no_vanishing(text: str) -> None:
    assert found(text, x=np.linspace(0, 2, 20_000) if "mean" in text else 1) == []


def test_a_dead_unit_of_a_net() -> None:
    x = np.abs(RANDOM.normal(size=(8, 3)))
    weights = np.array([[1, -1, 0.5], [1, -2, -0.1], [-0.3, -0.5, 1]])
    (finding,) = found("h = relu(x@w); f = mean(h)", x=x, w=weights)
    assert (finding.kind, finding.count, finding.size) == (Kind.DEAD, 1, 3)
    assert "in 1 of its 3 columns, whatever the row" in finding.sentence
    assert found("h = relu(x@w); f = mean(h)", x=x, w=np.abs(weights)) == []


def test_dead_entries_are_counted() -> None:
    finding = only("sum(relu(x))", x=[*[-1.0] * 14, 1, 1])
    assert (finding.kind, finding.count, finding.size) == (Kind.DEAD, 14, 16)
    assert "in 14 of its 16 entries" in finding.sentence
    assert found("sum(relu(x))", x=[*[-1.0] * 8, *[1] * 8]) == []
    assert "in all of its 3 entries" in only("sum(relu(x))", x=[-1, -2, -3]).sentence
    finding = only("sum(softmax(x)*y)", x=[[20.0, 0, 0], [0, 30, 0]], y=[1, 2, 3])
    assert (finding.count, finding.size) == (2, 2)


def test_a_lowest_point_is_no_saturation() -> None:
    assert found("silu(x)*y + x", x=-1.278464542761074, y=1) == []
    assert [finding.kind for finding in found("silu(x)*y + x", x=-20, y=1)] == [Kind.SATURATED]


def test_among_many_relus_some_are_off() -> None:
    inputs = {f"x{i}": (-1.0) ** i for i in range(20)}
    text = " + ".join(f"relu({name}) + {name}" for name in inputs)
    assert found(text, **inputs) == []
    (first, *others) = found(text, **dict.fromkeys(inputs, -1.0))
    assert first.kind is Kind.DEAD
    assert len(others) == 2
    assert "so it is at 17 more nodes" in others[-1].sentence


def test_the_gravest_comes_first_and_there_is_an_end_to_it() -> None:
    text = "; ".join(f"a{i} = relu(w{i})*sigmoid(30 + v{i})*u{i}" for i in range(40))
    text += "; f = " + " + ".join(f"a{i}" for i in range(40))
    values = {f"{letter}{i}": -1.0 for letter in "wv" for i in range(40)} | {f"u{i}": 0.0 for i in range(40)}
    findings = found(text, **values)
    order = [list(Kind).index(finding.kind) for finding in findings]
    assert order == sorted(order)
    assert len(findings) <= 3 * len(Kind)


def test_inputs_behind_an_index_are_not_called_unused() -> None:
    """`f` depends on them, though no gradient gets there."""
    finding = only("sum(embedding(w, i)*x)", w=[[1, 2], [3, 4], [5, 6]], i=[0, 2], x=[1, 2])
    assert finding.kind is Kind.LOST
    assert finding.sentence == (
        "f depends on i only through choices that have no derivative, such as an index, so no gradient gets to it."
    )


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_the_examples_are_healthy(path: Path) -> None:
    findings = diagnose(run(parse(path.read_text(encoding="utf-8"))))
    if path.stem == "06-kinks":  # that is what the example is about
        (finding,) = findings
        assert finding.kind is Kind.LOST
        assert "by convention" in finding.sentence
    else:
        assert findings == []


def test_a_net_that_learns_xor_is_healthy() -> None:
    text = "h = tanh(x@W + b); y = sigmoid(h@v + c); f = mean((y − t)**2)"
    values = {
        "x": [[0, 0], [0, 1], [1, 0], [1, 1]],
        "W": RANDOM.normal(size=(2, 4)),
        "b": RANDOM.normal(size=4),
        "v": RANDOM.normal(size=4),
        "c": 0.1,
        "t": [0, 1, 1, 0],
    }
    assert found(text, **values) == []
    scalars = (
        "h1 = tanh(w1*x1 + w2*x2 + b1); h2 = tanh(w3*x1 + w4*x2 + b2); y = sigmoid(v1*h1 + v2*h2 + c); f = (y − t)**2"
    )
    weights = {"w1": 1.2, "w2": -0.7, "w3": 0.4, "w4": 0.9, "v1": 1.1, "v2": -0.8}
    assert found(scalars, **weights, b1=0.1, b2=-0.2, c=0.05, x1=1, x2=1, t=0) == []


def test_nothing_to_diagnose() -> None:
    assert diagnose(run(Graph())) == []
    assert found("2 + 3") == []
    assert found("x", x=1) == []


@given(scalar_graphs)
def test_any_graph_can_be_diagnosed(graph: Graph) -> None:
    for finding in diagnose(run(graph)):
        assert finding.node in graph.nodes
        assert finding.sentence.endswith(".")


@given(array_graphs)
def test_any_graph_of_arrays_can_be_diagnosed(graph: Graph) -> None:
    for finding in diagnose(run(graph)):
        assert finding.sentence.endswith(".")


@pytest.mark.parametrize("is_deep", [True, False])
def test_a_large_graph_has_few_findings(is_deep: bool) -> None:
    nodes = [Node(0, OPS["variable"], (), 0.3, "x"), Node(1, OPS["parameter"], (), 0.7, "w")]
    for i in range(2, 20_000):
        name = "tanh" if is_deep else ("relu", "add", "sub")[i % 3]
        reach = 1 if is_deep else 300
        sources = tuple(int(RANDOM.integers(max(0, i - reach), i)) for _ in range(OPS[name].arity))
        nodes.append(Node(i, OPS[name], sources))
    assert len(diagnose(run(Graph(nodes, len(nodes) - 1)))) <= 3 * len(Kind)
