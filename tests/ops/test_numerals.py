"""Numbers as people read them: never more digits than asked for, and never fewer than the truth needs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpviz.ops import numerals

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("number", [0.0, 1.5, -2e-5, 3.25e300, -1.2345678e-300, 10.0, float("inf")])
def test_level_writes_the_same_number_on_the_line(number: float) -> None:
    for text in (numerals.short(number), numerals.full(number)):
        plain = numerals.level(text)
        assert not set(plain) & set("⁻⁰¹²³⁴⁵⁶⁷⁸⁹·")
        assert float(plain.replace("−", "-").replace("∞", "inf")) == pytest.approx(number, rel=1e-3)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (-4.0, "−4"),
        (0.5, "0.5"),
        (-0.25, "−0.25"),
        (1 / 3, "0.3333"),
        (2 / 3, "0.6667"),
        (1.0001, "1.000"),
        (0.99999, "1.000"),
        (1234.0, "1234"),
        (12345.0, "1.234·10⁴"),
        (99999.0, "1.000·10⁵"),
        (120000.0, "120000"),
        (1e6, "1·10⁶"),
        (1.5e-7, "1.5·10⁻⁷"),
        (1e-4, "0.0001"),
        (123456789.0, "1.235·10⁸"),
        (5e-324, "4.941·10⁻³²⁴"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
        (1e-17, "1·10⁻¹⁷"),
    ],
)
def test_short(number: float, expected: str) -> None:
    assert numerals.short(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.1 + 0.2, "0.30000000000000004"),
        (-12.0, "−12"),
        (1e-7, "1·10⁻⁷"),
        (1.5e300, "1.5·10³⁰⁰"),
        (-0.0, "−0"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
        (2.0**53, "9007199254740992"),
        (1e16, "1·10¹⁶"),
    ],
)
def test_full(number: float, expected: str) -> None:
    assert numerals.full(number) == expected


def read_back(text: str) -> float:
    """A number as `numerals` wrote it."""
    digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    mantissa, _, power = text.replace("−", "-").partition("·10")
    return float(f"{mantissa}e{power.translate(digits) or 0}")


@given(FINITE)
def test_full_and_code_lose_nothing(number: float) -> None:
    assert read_back(numerals.full(number)) == number
    assert float(numerals.code(number)) == number


@given(st.floats(-1e308, 1e308))
def test_short_is_the_nearest_of_its_length(number: float) -> None:
    text = numerals.short(number)
    assert read_back(text) == pytest.approx(number, rel=5.0001e-4, abs=5e-324)
    assert sum(character.isdigit() for character in text.split("·")[0].lstrip("−0.")) <= 6


@pytest.mark.parametrize(
    ("value", "brief", "spelled"),
    [
        (2.0, "2", "2"),
        (np.array([1.0, -2.5]), "[1, −2.5]", "[1, -2.5]"),
        (np.array([[1.0], [0.1]]), "[[1], [0.1]]", "[[1], [0.1]]"),
        (np.zeros(7), "[7 numbers]", "[0, 0, 0, 0, 0, 0, 0]"),
        (np.zeros((2, 4)), "[2 × 4 numbers]", "[[0, 0, 0, 0], [0, 0, 0, 0]]"),
    ],
)
def test_arrays(value: object, brief: str, spelled: str) -> None:
    assert (numerals.brief(value), numerals.spelled(value)) == (brief, spelled)
