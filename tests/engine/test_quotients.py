"""Difference quotients: the table of the first text, the two arms of the V, and what has no V."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import bpviz
from bpviz.engine.analysis.coordinates import Coordinate
from bpviz.engine.analysis.quotients import MARCH, Approach, Difference, agreeing, digits_of
from bpviz.engine.analysis.sections import Section, Target


@pytest.fixture(autouse=True)
def without_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def section_of(text: str, x: float) -> Section:
    graph = bpviz.parse(text, x=x)
    assert graph.result is not None
    return Section(bpviz.run(graph), Coordinate(graph.find("x")), [Target(graph.result)])


def march(text: str, x: float, kind: Difference, sign: float = 1.0) -> list[str]:
    approach = Approach(section_of(text, x))
    found = approach.march(sign)[kind]
    assert found == [approach.secant(kind, sign * h).quotient for h in MARCH]
    return [digits_of(each.value, each.noise) for each in found]


def test_the_table_of_the_first_text() -> None:
    text = "3x² − 4x"
    assert march(text, 1.0, Difference.FORWARD) == ["2.3", "2.03", "2.003", "2.0003", "2.00003"]
    assert march(text, 1.0, Difference.BACKWARD) == ["1.7", "1.97", "1.997", "1.9997", "1.99997"]
    assert march(text, 1.0, Difference.CENTRAL) == ["2"] * 5


def test_forward_with_a_negative_step_is_backward_with_a_positive_one() -> None:
    assert march("3x² − 4x", 1.0, Difference.FORWARD, -1.0) == march("3x² − 4x", 1.0, Difference.BACKWARD)


def test_the_numerical_gradient_of_the_second_text() -> None:
    found = Approach(section_of("x**2 + 3*x + 5", 2.0)).secant(Difference.CENTRAL, 1e-6).quotient
    assert f"{found.value:.3f}" == "7.000"
    assert found.error < 1e-8


@pytest.mark.parametrize(
    ("text", "number", "limit", "kept"),
    [
        ("2.3", 2.3, 2.0, "2"),
        ("2.03", 2.03, 2.0, "2.0"),
        ("1.997", 1.997, 2.0, "1.99"),
        ("2", 2.0, 2.0, "2"),
        ("−1.664", -1.664, -1.6643, "−1.664"),
        ("5", 5.0, 2.0, ""),
        ("NaN", math.nan, 2.0, ""),
    ],
)
def test_the_digits_that_agree(text: str, number: float, limit: float, kept: str) -> None:
    assert text[: agreeing(text, number, limit)] == kept


@pytest.mark.parametrize(("kind", "order"), [(Difference.FORWARD, 1), (Difference.CENTRAL, 2)])
def test_truncation_falls_with_its_order_and_rounding_rises(kind: Difference, order: int) -> None:
    found = Approach(section_of("exp(x)", 1.0)).errors
    error = found.errors[kind]
    of = {round(math.log10(h), 2): e for h, e in zip(found.h, error, strict=True)}
    assert of[-2.0] / of[-3.0] == pytest.approx(10.0**order, rel=0.05)
    assert found.truncation[kind] is not None
    # Taylor: h/2 · f″, h²/6 · f‴, both of them e times that
    line = dict(zip(found.h.tolist(), found.truncation[kind].tolist(), strict=True))  # type: ignore[union-attr]
    assert line[0.01] == pytest.approx(math.e * (0.01 / 2 if order == 1 else 0.0001 / 6), rel=0.02)
    left = [e for h, e in zip(found.h, error, strict=True) if 1e-14 < h < 1e-13]
    assert max(left) > 1e-4
    best, least = found.best[kind]
    assert (1e-9 < best < 1e-7) if order == 1 else (1e-7 < best < 1e-4)
    assert least < (1e-7 if order == 1 else 1e-9)


def test_the_complex_step_has_no_left_arm() -> None:
    found = Approach(section_of("sin(x)*exp(x)", 1.0)).errors
    assert found.complex_step is not None
    exact_from = found.complex_step[found.h <= 1e-8]
    assert exact_from.max() <= 4e-15


def test_there_is_no_complex_step_through_what_is_not_holomorphic() -> None:
    assert Approach(section_of("abs(x)**3", 1.0)).errors.complex_step is None


def test_a_straight_line_has_no_truncation_and_a_corner_no_order() -> None:
    assert Approach(section_of("2*x + 1", 1.0)).errors.truncation[Difference.FORWARD] is None
    at_corner = Approach(section_of("abs(x)", 0.0)).errors
    assert at_corner.truncation[Difference.FORWARD] is None
    assert set(at_corner.errors[Difference.FORWARD]) == {1.0}  # off by 1 from the slope 0 that is taken by convention
    assert set(at_corner.errors[Difference.CENTRAL]) == {0.0}


def test_where_the_function_ends_there_are_no_quotients() -> None:
    found = Approach(section_of("ln(x)", 0.001)).march(1.0)[Difference.BACKWARD]
    assert [math.isnan(each.value) for each in found] == [True, True, True, False, False]
    everywhere = Approach(section_of("ln(x)", -1.0)).errors
    assert all(np.isnan(error).all() for error in everywhere.errors.values())
    assert all(math.isnan(best) for best, _ in everywhere.best.values())
