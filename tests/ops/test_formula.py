"""Formulas simplify lightly, and are set as people set them."""

from __future__ import annotations

import pytest

from bpviz.ops import OPS, names
from bpviz.ops.formula import Applied, Formula, Hole, Name, Notation, Number, in_words, written

X, Y, Z = Name("x"), Name("y"), Name("z")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (X * 1.0, "x"),
        (1.0 * X, "x"),
        (X * 0.0, "0"),
        (X + 0.0, "x"),
        (0.0 + X, "x"),
        (X - 0.0, "x"),
        (0.0 - X, "−x"),
        (X / 1.0, "x"),
        (X**1.0, "x"),
        (X**0.0, "1"),
        (OPS["neg"](-X), "x"),
        (X * -1.0, "−x"),
        (X * 2.0, "2 · x"),
        (X * X, "x²"),
        (X + -Y, "x − y"),
        (X - -Y, "x + y"),
        (X * -Y, "−x · y"),
        (X + -2.0, "x − 2"),
        (Number(2.0) * Number(3.0), "6"),
        (Number(1.0) / Number(3.0), "1 / 3"),
        (X**-2.0, "x⁻²"),
        (X**0.5, "x^0.5"),
        ((X + Y) ** 2.0, "(x + y)²"),
        (X - (Y - Z), "x − (y − z)"),
        (X / (Y * Z), "x / (y · z)"),
        (X * (Y + Z), "x · (y + z)"),
        (X**Y**Z, "x^y^z"),
        ((X**Y) ** Z, "(x^y)^z"),
        ((-X) ** 2.0, "(−x)²"),
        (OPS["sqrt"](X + 1.0), "√(x + 1)"),
        (OPS["exp"](-X), "exp(−x)"),
        (OPS["max"](X, Y + 1.0), "max(x, y + 1)"),
        (X + Name("theta_2"), "x + θ₂"),
        (in_words(OPS["mul"], (Hole(), X)), "▢ · x"),
    ],
)
def test_simplified_text(term: Formula, expected: str) -> None:
    assert str(term) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (2.0 * X, "2x"),
        (2.0 * Number(3.5) * X, "7x"),
        (X * Y, r"x \cdot y"),
        (2.0 * X**2.0, "2x^{2}"),
        (2.0 * OPS["sin"](X), r"2 \cdot \sin\left(x\right)"),
        (X / (Y + 1.0), r"\frac{x}{y + 1}"),
        (OPS["exp"](-X), "e^{-x}"),
        ((X + Y) ** 2.0, r"\left(x + y\right)^{2}"),
        (Name("w_in") + Name("theta1"), r"w_{\mathrm{in}} + \theta_{1}"),
        (Name("loss") + Name("v12"), r"\mathrm{loss} + v_{12}"),
        (Number(2e-9) * X, r"2 \cdot 10^{-9}x"),
        (in_words(OPS["neg"], (Hole(),)), r"-\square"),
    ],
)
def test_latex(term: Formula, expected: str) -> None:
    assert written(term, Notation.LATEX) == expected


def test_depth_is_no_limit() -> None:
    term: Formula = X
    for _ in range(5_000):
        term = Applied(OPS["sin"], (term,))
    text = written(term, Notation.CODE)
    assert text.startswith("sin(sin(")
    assert len(text) == 5 * 5_000 + 1


@pytest.mark.parametrize(
    ("name", "text", "latex"),
    [
        ("x", "x", "x"),
        ("v12", "v₁₂", "v_{12}"),
        ("x_1", "x₁", "x_{1}"),
        ("w_in", "w_in", r"w_{\mathrm{in}}"),
        ("w_1_2", "w_1,2", r"w_{\mathrm{1,2}}"),
        ("weight_of_layer", "weight_of_layer", r"\mathrm{weight\_of\_layer}"),
        ("alpha", "α", r"\alpha"),
        ("Omega_0", "Ω₀", r"\Omega_{0}"),
        ("λ", "λ", r"\lambda"),
        ("loss", "loss", r"\mathrm{loss}"),
        ("Alpha", "Α", "Α"),
    ],
)
def test_names(name: str, text: str, latex: str) -> None:
    assert (names.text(name), names.latex(name)) == (text, latex)
