"""+ − × ÷ and powers, and the larger or the smaller of two."""

from __future__ import annotations

from typing import Any

import numpy as np

from .declare import define
from .elementary import ln
from .op import (
    ATOM,
    NEGATION_IN_CODE,
    NEGATION_IN_PRINT,
    NOTHING,
    POWER,
    PRODUCT,
    SUM,
    Domain,
    Kink,
    Op,
    Partial,
    Spelling,
)

GROUP = "Arithmetic"
PAIRS = ((2.0, 3.0), (-1.5, 0.25), (0.7, -2.2))
# The right operand of + − × ÷ keeps its parentheses, so that what is read has the shape of the graph.
_AFTER_SUM = NEGATION_IN_PRINT + 1
_AFTER_PRODUCT = PRODUCT + 1

identity = define(
    "identity",
    symbol="=",
    title="Copy",
    group=GROUP,
    summary="The same number under another name. The derivative is 1.",
    arity=1,
    forward=lambda x: x + 0.0,
    partials=[lambda x, out: 1.0],
    text=Spelling("{0}", NOTHING),
    latex=Spelling("{0}", NOTHING),
    aliases=["copy"],
    samples=[(1.5,), (-2.0,)],
    analytic=True,
)

add = define(
    "add",
    symbol="+",
    title="Add",
    group=GROUP,
    summary="The sum x + y. A sum passes its gradient to both inputs unchanged.",
    arity=2,
    forward=np.add,
    partials=[lambda x, y, out: 1.0, lambda x, y, out: 1.0],
    code=Spelling("{0} + {1}", SUM, (SUM, SUM + 1)),
    text=Spelling("{0} + {1}", SUM, (SUM, _AFTER_SUM)),
    latex=Spelling("{0} + {1}", SUM, (SUM, _AFTER_SUM)),
    aliases=["plus"],
    samples=PAIRS,
    analytic=True,
)

sub = define(
    "sub",
    symbol="−",
    title="Subtract",
    group=GROUP,
    summary="The difference x − y. The second input gets the gradient with its sign turned.",
    arity=2,
    forward=np.subtract,
    partials=[lambda x, y, out: 1.0, lambda x, y, out: -1.0],
    code=Spelling("{0} - {1}", SUM, (SUM, SUM + 1)),
    text=Spelling("{0} − {1}", SUM, (SUM, _AFTER_SUM)),
    latex=Spelling("{0} - {1}", SUM, (SUM, _AFTER_SUM)),
    aliases=["minus", "subtract"],
    samples=PAIRS,
    analytic=True,
)

mul = define(
    "mul",
    symbol="×",
    title="Multiply",
    group=GROUP,
    summary="The product x · y. Each input's local derivative is the other input.",
    arity=2,
    forward=np.multiply,
    partials=[lambda x, y, out: y, lambda x, y, out: x],
    code=Spelling("{0} * {1}", PRODUCT, (PRODUCT, _AFTER_PRODUCT)),
    text=Spelling("{0} · {1}", PRODUCT, (PRODUCT, _AFTER_PRODUCT)),
    latex=Spelling(r"{0} \cdot {1}", PRODUCT, (PRODUCT, _AFTER_PRODUCT)),
    aliases=["times", "multiply"],
    samples=PAIRS,
    analytic=True,
)

div = define(
    "div",
    symbol="÷",
    title="Divide",
    group=GROUP,
    summary="The quotient x / y, for y ≠ 0.",
    arity=2,
    forward=np.divide,
    # −out/y, not −x/y²: y² leaves the range of a float64 long before the quotient does.
    partials=[lambda x, y, out: 1.0 / y, Partial(lambda x, y, out: -out / y, lambda x, y, out: -x / y**2.0)],
    code=Spelling("{0} / {1}", PRODUCT, (PRODUCT, _AFTER_PRODUCT)),
    text=Spelling("{0} / {1}", PRODUCT, (PRODUCT, _AFTER_PRODUCT)),
    latex=Spelling(r"\frac{{{0}}}{{{1}}}", ATOM - 1),
    aliases=["divide", "over"],
    domain=Domain(lambda x, y: y != 0, "division needs a divisor other than 0"),
    samples=PAIRS,
    analytic=True,
)


def _share(x: Any, y: Any) -> Any:
    return np.where(np.equal(y, 0), 0.0, np.divide(x, np.where(np.equal(y, 0), 1.0, y)))


share: Op = define(
    "share",
    symbol="x/y",
    title="Share",
    group="",
    summary="x / y, and 0 where y = 0: what becomes of a quotient where the whole is 0, by convention.",
    arity=2,
    forward=_share,
    partials=[lambda x, y, out: share(1.0, y), lambda x, y, out: -share(out, y)],
    text=Spelling("{0} / {1}", PRODUCT, (PRODUCT, _AFTER_PRODUCT)),
    latex=Spelling(r"\frac{{{0}}}{{{1}}}", ATOM - 1),
    samples=PAIRS,
    analytic=True,
)


def _power_slope(x: Any, y: Any) -> Any:
    # x⁰ is 1 everywhere, so its slope is 0 also at x = 0, where y·x^(y−1) would be 0 · ∞.
    return np.where(np.equal(y, 0), 0.0, y * np.power(x, np.subtract(y, 1.0)))


def _exponent_slope(x: Any, y: Any) -> Any:
    # 0^y is 0 for all y > 0, so its slope in y is 0, where x^y · ln x would be 0 · (−∞).
    return np.where(np.equal(x, 0) & np.greater(y, 0), 0.0, np.power(x, y) * np.log(x))


power_slope: Op = define(
    "power_slope",
    symbol="∂xʸ/∂x",
    title="Slope of a power in its base",
    group="",
    summary="y · x^(y − 1), and 0 where y = 0.",
    arity=2,
    forward=_power_slope,
    partials=[
        lambda x, y, out: y * power_slope(x, y - 1.0),
        lambda x, y, out: x ** (y - 1.0) + y * exponent_slope(x, y - 1.0),
    ],
    samples=((2.0, 3.0), (1.5, -0.5), (0.3, 2.0)),
    analytic=True,
)

exponent_slope: Op = define(
    "exponent_slope",
    symbol="∂xʸ/∂y",
    title="Slope of a power in its exponent",
    group="",
    summary="x^y · ln x, and 0 where x = 0 and y > 0.",
    arity=2,
    forward=_exponent_slope,
    partials=[
        lambda x, y, out: x ** (y - 1.0) + y * exponent_slope(x, y - 1.0),
        lambda x, y, out: out * ln(x),
    ],
    samples=((2.0, 3.0), (1.5, -0.5), (0.3, 2.0)),
    analytic=True,
)

pow_ = define(
    "pow",
    symbol="xⁿ",
    title="Power",
    group=GROUP,
    summary="x to the power n. The power rule: n · x^(n − 1).",
    arity=2,
    forward=np.power,
    partials=[
        Partial(lambda x, y, out: power_slope(x, y), lambda x, y, out: y * x ** (y - 1.0)),
        Partial(lambda x, y, out: exponent_slope(x, y), lambda x, y, out: x**y * ln(x)),
    ],
    code=Spelling("{0}**{1}", POWER, (POWER + 1, NEGATION_IN_CODE)),
    text=Spelling("{0}^{1}", POWER, (POWER + 1, POWER)),
    latex=Spelling("{0}^{{{1}}}", POWER, (POWER + 1, NOTHING)),
    aliases=["power", "raise"],
    domain=Domain(
        lambda x, y: (
            np.greater(x, 0) | (np.equal(x, 0) & np.greater_equal(y, 0)) | (np.less(x, 0) & np.equal(np.floor(y), y))
        ),
        "a power of 0 needs an exponent of 0 or more, a power of a negative number a whole one",
        (
            Domain(
                lambda x, y: np.not_equal(x, 0) | np.greater_equal(y, 0), "a power of 0 needs an exponent of 0 or more"
            ),
            Domain(
                lambda x, y: np.greater_equal(x, 0) | np.equal(np.floor(y), y),
                "a power of a negative number needs a whole exponent",
            ),
        ),
    ),
    samples=((2.0, 3.0), (1.5, -0.5), (0.3, 2.0)),
    analytic=True,
)

neg = define(
    "neg",
    symbol="−x",
    title="Negate",
    group=GROUP,
    summary="The number with its sign turned.",
    arity=1,
    forward=np.negative,
    partials=[lambda x, out: -1.0],
    code=Spelling("-{0}", NEGATION_IN_CODE, (NEGATION_IN_CODE,)),
    text=Spelling("−{0}", NEGATION_IN_PRINT, (NEGATION_IN_PRINT + 1,)),
    latex=Spelling("-{0}", NEGATION_IN_PRINT, (NEGATION_IN_PRINT + 1,)),
    aliases=["negate", "negative"],
    samples=((1.5,), (-2.0,)),
    analytic=True,
)

square = define(
    "square",
    symbol="x²",
    title="Square",
    group=GROUP,
    summary="x times itself. The derivative is 2x.",
    arity=1,
    forward=np.square,
    partials=[lambda x, out: 2.0 * x],
    text=Spelling("{0}²", POWER, (POWER + 1,)),
    latex=Spelling("{0}^{{2}}", POWER, (POWER + 1,)),
    samples=((1.5,), (-2.0,)),
    analytic=True,
)

reciprocal = define(
    "reciprocal",
    symbol="1/x",
    title="Reciprocal",
    group=GROUP,
    summary="One over x, for x ≠ 0. The derivative is −1/x².",
    arity=1,
    forward=lambda x: np.divide(1.0, x),
    partials=[Partial(lambda x, out: -out * out, lambda x, out: -1.0 / x**2.0)],
    text=Spelling("1 / {0}", PRODUCT, (_AFTER_PRODUCT,)),
    latex=Spelling(r"\frac{{1}}{{{0}}}", ATOM - 1),
    aliases=["recip"],
    domain=Domain(lambda x: np.not_equal(x, 0), "1/x is defined for x ≠ 0"),
    samples=((1.5,), (-2.0,)),
    analytic=True,
)


def _beats(x: Any, y: Any) -> Any:
    return np.where(np.isnan(x) | np.isnan(y), np.nan, np.heaviside(np.where(np.equal(x, y), 0.0, x - y), 0.5))


beats = define(
    "beats",
    symbol="[x > y]",
    title="Is larger",
    group="",
    summary="1 where x > y, 0 where x < y, ½ at a tie. Its derivative is 0.",
    arity=2,
    forward=_beats,
    partials=[lambda x, y, out: 0.0, lambda x, y, out: 0.0],
    text=Spelling("[{0} > {1}]", ATOM, (SUM, SUM)),
    latex=Spelling(r"\left[{0} > {1}\right]", ATOM, (SUM, SUM)),
    samples=PAIRS,
)

_TIE = Kink(np.equal, "at a tie each input gets half of the gradient, by convention")

max_ = define(
    "max",
    symbol="max",
    title="Maximum",
    group=GROUP,
    summary="The larger of two. It takes the whole gradient; a tie splits it evenly.",
    arity=2,
    forward=np.maximum,
    partials=[lambda x, y, out: beats(x, y), lambda x, y, out: beats(y, x)],
    latex_name=r"\max",
    aliases=["maximum"],
    kink=_TIE,
    samples=PAIRS,
)

min_ = define(
    "min",
    symbol="min",
    title="Minimum",
    group=GROUP,
    summary="The smaller of two. It takes the whole gradient; a tie splits it evenly.",
    arity=2,
    forward=np.minimum,
    partials=[lambda x, y, out: beats(y, x), lambda x, y, out: beats(x, y)],
    latex_name=r"\min",
    aliases=["minimum"],
    kink=_TIE,
    samples=PAIRS,
)
