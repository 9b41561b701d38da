"""What cards and wires say of arrays, and of operations that work on them as a whole."""

from __future__ import annotations

import pytest

from bpviz.document.diagram import Diagram
from bpviz.graph.graph import NodeId
from bpviz.graph.parse import parse
from bpviz.stage.stage import Stage


def end_of(text: str) -> Stage:
    stage = Stage(Diagram.of(parse(text)))
    return stage.at(float(len(stage.trace)))


def id_of(stage: Stage, name: str) -> NodeId:
    return stage.graph.by_name[name]


def pills(stage: Stage, name: str) -> list[str]:
    return [pill.text for pill in stage.pills(id_of(stage, name))]


PRODUCT = "A = [[1, 2], [3, 4], [5, 6]]\nx = [1, -1]\ny = A @ x\nf = sum(y)"


def test_a_matrix_product_says_what_goes_back() -> None:
    stage = end_of(PRODUCT)
    assert pills(stage, "y") == ["∂f/∂A ← G ⊗ x", "∂f/∂x ← Aᵀ · G"]
    card = stage.card(id_of(stage, "y"))
    assert (card.headline, card.caption) == ("@", "y = A · x")
    assert card.heat is not None
    assert (card.heat.shape, card.heat.texts) == ("3", (("−1", "−1", "−1"),))


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("X = [[1, 2]]; y = softmax(X); f = y @ [1, 2]", "y", "G · ∂y/∂X"),
        ("x = [[0, 1, 2]]; k = [[[1, 2]]]; c = conv1d(x, k); f = sum(c)", "c", "G · ∂c/∂x"),
    ],
)
def test_a_long_formula_gives_way_to_the_jacobian(text: str, name: str, said: str) -> None:
    assert pills(end_of(text), name)[0].endswith(said)


def test_no_pill_is_longer_than_a_wire_or_says_nothing() -> None:
    stage = end_of("s = linear(X, W, b); f = ce_logits(s, t)\nX = [[1, 2]]\nW = [[1, 2, 3], [4, 5, 6]]\nb = [0, 0, 1]\n"
                   "t = [[1, 0, 0]]")  # fmt: skip
    for node in stage.graph.nodes:
        for pill in stage.pills(node):
            assert pill.text.strip("… ")
            assert pill.rect.width <= 300.0


def test_the_gradient_of_an_array_is_a_heat_map_too() -> None:
    stage = end_of(PRODUCT)
    card = stage.card(id_of(stage, "A"))
    assert card.gradient == "[[1, −1], [1, −1], [1, −1]]"
    assert card.gradient_heat is not None
    assert card.gradient_heat.rows == ((1.0, -1.0),) * 3
    assert stage.at(0.0).card(id_of(stage, "A")).gradient_heat is None
    assert stage.card(id_of(stage, "f")).gradient_heat is None


def test_what_does_not_fit_is_said_on_the_card_with_both_shapes_and_the_rule() -> None:
    diagram = Diagram.of(parse("A = [[1, 2, 3], [4, 5, 6]]\nx = [1, 2, 3]\ny = A @ x"))
    x = diagram.graph.by_name["x"]
    misfit = Stage(Diagram(diagram.graph.with_values({x: parse("x = [1, 2]").nodes[1].value}), diagram.positions))
    card = misfit.card(misfit.graph.by_name["y"])
    assert " ".join(card.trouble) == (
        "matrix product cannot multiply shape 2 × 3 with shape 2: the last size of the first, 3, and the only size "
        "of the second, 2, must be equal"
    )


def test_a_token_with_a_long_array_is_told_by_its_shape() -> None:
    stage = end_of("A = [[1.25, 2.25, 3.25], [4.25, 5.25, 6.25]]; f = sum(A * A)")
    steps = [stage.at(step / 4) for step in range(4 * len(stage.trace))]
    texts = {token.text for now in steps for token in now.tokens()}
    assert {"[2 × 3 numbers]", "1"} <= texts
    assert max(map(len, texts)) <= 44


def test_the_pill_of_a_long_array_has_its_formula_or_its_shape() -> None:
    stage = end_of("A = [[1.25, 2.25, 3.25], [4.25, 5.25, 6.25]]; B = A ** 2; f = sum(B)")
    assert pills(stage, "B") == ["∂B/∂A = 2A"]
