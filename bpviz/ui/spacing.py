r"""LaTeX as ziamath has to be given it, so that it spaces formulas as TeX does.

ziamath takes the minus signs of `\left(-4\right)` and `z = -4` for differences, the bar of `\mathrm{of\_x}` for a
relation, and sets room between a function and the brackets after it: ( − 4), z =  − 4, of _ x, sin (x).  In groups of
their own they stand close.
"""

from __future__ import annotations

import re

_SIGN = re.compile(r"((?:\\left|\\bigl)?[(\[]|, ?|[=<>] ?|\\(?:approx|neq?|leq?|geq?|to|times|cdot) )-(?=[\w\\{])")
_CALL = re.compile(
    r"(?:\\operatorname\{(?P<spelled>\w+)\}|\\(?P<known>arc(?:sin|cos|tan)|sinh?|cosh?|tanh?|ln|exp|max|min|det))"
    r"\s*(?=\\left\()"
)
_BAR = re.compile(r"(?<!\{)\\_")
_BRACKET = re.compile(r"\\(left|right)(?![a-z])")


def spaced(latex: str) -> str:
    """A formula in which signs stand by their numbers, functions by their arguments, and names are not torn apart."""
    return _closed_up(_BAR.sub(r"{\_}", _SIGN.sub(r"\1{-}", latex)))


def _closed_up(latex: str) -> str:
    """Puts the brackets after a function, with what is in them, into a group."""
    pairs = _pairs(latex)
    openings: dict[int, re.Match[str]] = {}
    closings: dict[int, int] = {}
    for call in _CALL.finditer(latex):
        if (end := pairs.get(call.end())) is not None:
            openings[call.start()] = call
            closings[end] = closings.get(end, 0) + 1
    made, at = [], 0
    for place in sorted({*openings, *closings}):
        made.append(latex[at:place] + "}" * closings.get(place, 0))
        at = place
        if (opened := openings.get(place)) is not None:
            made.append(rf"\operatorname{{{opened['spelled'] or opened['known']}}}{{")
            at = opened.end()
    return "".join(made) + latex[at:]


def _pairs(latex: str) -> dict[int, int]:
    r"""Where each `\left` begins, and the place after the bracket of its `\right`."""
    pairs, waiting = {}, []
    for found in _BRACKET.finditer(latex):
        if found[1] == "left":
            waiting.append(found.start())
        elif waiting:
            bracket = (
                2
                if latex.startswith("\\", found.end()) and not latex[found.end() + 1 : found.end() + 2].isalpha()
                else 1
            )
            pairs[waiting.pop()] = found.end() + bracket
    return pairs
