"""Signs stand by their numbers, and functions by their arguments."""

from __future__ import annotations

import re

import pytest

from bpviz.ui.formula import svg
from bpviz.ui.spacing import spaced


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"1 \times \left(-4\right)", r"1 \times \left({-}4\right)"),
        (r"z = -4", r"z = {-}4"),
        (r"z \le -x - 1", r"z \le {-}x - 1"),
        (r"z = a - 4", r"z = a - 4"),
        (r"a - \left(b - c\right)", r"a - \left(b - c\right)"),
        (r"\left[1, -2, -x\right]", r"\left[1, {-}2, {-}x\right]"),
        (r"10^{-12}", r"10^{-12}"),
        (r"\cos x", r"\cos x"),
        (r"\mathrm{rate\_of\_x}", r"\mathrm{rate{\_}of{\_}x}"),
        (r"\sin\left(x\right)", r"\operatorname{sin}{\left(x\right)}"),
        (r"\sin\left|x\right|", r"\sin\left|x\right|"),
        (
            r"\operatorname{relu}\left(\ln\left(-x\right) + 1\right)^{2}",
            r"\operatorname{relu}{\left(\operatorname{ln}{\left({-}x\right)} + 1\right)}^{2}",
        ),
        (r"\sin\left(x", r"\sin\left(x"),
    ],
)
def test_groups_close_up_what_belongs_together(latex: str, expected: str) -> None:
    assert spaced(latex) == expected
    assert spaced(expected) == expected


def width(latex: str) -> float:
    drawn = svg(latex, 20.0, "#000000")
    assert drawn is not None
    found = re.search(r'viewBox="\S+ \S+ (\S+) \S+"', drawn.decode())
    assert found is not None
    return float(found[1])


def test_what_is_drawn_is_no_wider_than_its_parts() -> None:
    sign, brackets = width("-") - width("{-}"), width(r"\left(4\right)")
    assert width(r"\left(-4\right)") < brackets + width("{-}") + 2.0 + max(sign, 0.0)
    assert width(r"\mathrm{of\_x}") < width(r"\mathrm{ofx}") + width(r"\_") + 1.0
    assert width(r"\sin\left(x\right)") < width(r"\operatorname{sin}") + width(r"\left(x\right)") + 2.0
