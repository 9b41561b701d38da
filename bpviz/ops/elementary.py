"""Exponentials, logarithms, roots, rounding, trigonometric and hyperbolic functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .declare import define
from .op import ATOM, CALL, NOTHING, OPS, POWER, Domain, Kink, Op, Partial, Rule, Spelling, lifted

GROUP = "Elementary"
_ANYWHERE = ((0.6,), (-1.3,), (2.1,))
_POSITIVE = ((0.6,), (1.0,), (7.5,))
_INSIDE = ((0.6,), (-0.35,), (0.0,))


def _function(
    name: str,
    title: str,
    summary: str,
    forward: Any,
    partial: Rule | Partial,
    *,
    symbol: str = "",
    text: Spelling | None = None,
    latex: Spelling | None = None,
    latex_name: str = "",
    aliases: tuple[str, ...] = (),
    domain: Domain | None = None,
    kink: Kink | None = None,
    samples: tuple[tuple[float, ...], ...] = _ANYWHERE,
    group: str = GROUP,
    analytic: bool = True,
) -> Op:
    return define(
        name,
        symbol=symbol or name,
        title=title,
        group=group,
        summary=summary,
        arity=1,
        forward=forward,
        partials=[partial],
        text=text,
        latex=latex,
        latex_name=latex_name,
        aliases=aliases,
        domain=domain,
        kink=kink,
        samples=samples,
        analytic=analytic,
    )


def _jump(to_whole: Callable[[Any], Any]) -> Kink:
    return Kink(
        lambda x: np.equal(to_whole(x), x),
        "it jumps at every whole number; its derivative there is taken as 0, by convention",
    )


exp = _function(
    "exp", "Exponential", "e to the power x. It is its own derivative.", np.exp,
    lambda x, out: out,
    symbol="eˣ", latex=Spelling("e^{{{0}}}", POWER, (NOTHING,)),
)  # fmt: skip
ln = _function(
    "ln", "Natural logarithm", "The power of e that gives x, for x > 0. The derivative is 1/x.", np.log,
    lambda x, out: 1.0 / x,
    latex_name=r"\ln", aliases=("log", "logarithm"), samples=_POSITIVE,
    domain=Domain(lambda x: x > 0, "ln is defined for x > 0"),
)  # fmt: skip
log2 = _function(
    "log2", "Binary logarithm", "The power of 2 that gives x, for x > 0.", np.log2,
    lambda x, out: 1.0 / (x * lifted(ln, 2.0, x)),
    symbol="log₂", latex_name=r"\log_{{2}}", aliases=("lb",), samples=_POSITIVE,
    domain=Domain(lambda x: x > 0, "log2 is defined for x > 0"),
)  # fmt: skip
log10 = _function(
    "log10", "Decimal logarithm", "The power of 10 that gives x, for x > 0.", np.log10,
    lambda x, out: 1.0 / (x * lifted(ln, 10.0, x)),
    symbol="log₁₀", latex_name=r"\log_{{10}}", aliases=("lg",), samples=_POSITIVE,
    domain=Domain(lambda x: x > 0, "log10 is defined for x > 0"),
)  # fmt: skip
sqrt: Op = _function(
    "sqrt", "Square root", "The root of x ≥ 0. The derivative is 1/(2√x), infinite at 0.", np.sqrt,
    Partial(lambda x, out: 0.5 / out, lambda x, out: 1.0 / (2.0 * sqrt(x))),
    symbol="√", text=Spelling("√{0}", CALL, (CALL,)), latex=Spelling(r"\sqrt{{{0}}}", CALL),
    samples=_POSITIVE, aliases=("root",),
    domain=Domain(lambda x: x >= 0, "the square root is defined for x ≥ 0"),
)  # fmt: skip
sign = _function(
    "sign", "Sign", "−1, 0 or 1. Its derivative is 0.", np.sign,
    lambda x, out: 0.0,
    latex_name=r"\operatorname{{sign}}", aliases=("sgn",), analytic=False,
    kink=Kink(lambda x: np.equal(x, 0), "the sign jumps at 0; its derivative there is taken as 0, by convention"),
)  # fmt: skip
floor = _function(
    "floor", "Floor", "The largest whole number up to x. Its derivative is 0.", np.floor,
    lambda x, out: 0.0,
    symbol="⌊x⌋", text=Spelling("⌊{0}⌋", ATOM), latex=Spelling(r"\left\lfloor {0}\right\rfloor", ATOM),
    analytic=False, kink=_jump(np.floor),
)  # fmt: skip
ceil = _function(
    "ceil", "Ceiling", "The smallest whole number from x up. Its derivative is 0.", np.ceil,
    lambda x, out: 0.0,
    symbol="⌈x⌉", text=Spelling("⌈{0}⌉", ATOM), latex=Spelling(r"\left\lceil {0}\right\rceil", ATOM),
    aliases=("ceiling",), analytic=False, kink=_jump(np.ceil),
)  # fmt: skip
round_ = _function(
    "round", "Round", "The nearest whole number, an even one if two are as near. Its derivative is 0.", np.round,
    lambda x, out: 0.0,
    symbol="≈x", analytic=False, samples=((0.6,), (-1.3,), (2.1,), (3.0,)),
    kink=Kink(
        lambda x: np.equal(x - np.floor(x), 0.5),
        "a rounded number jumps halfway between whole numbers; its derivative there is taken as 0, by convention",
    ),
)  # fmt: skip
abs_ = _function(
    "abs", "Absolute value", "The distance of x from 0. The derivative is the sign of x, and 0 at 0.", np.abs,
    lambda x, out: sign(x),
    symbol="|x|", text=Spelling("|{0}|", ATOM), latex=Spelling(r"\left|{0}\right|", ATOM),
    aliases=("absolute",), analytic=False,
    kink=Kink(
        lambda x: np.equal(x, 0), "|x| has a corner at 0; its derivative there is taken as 0, by convention"
    ),
)  # fmt: skip
sin = _function(
    "sin", "Sine", "The sine of x radians. The derivative is cos x.", np.sin,
    lambda x, out: cos(x),
    latex_name=r"\sin", aliases=("sine",),
)  # fmt: skip
cos: Op = _function(
    "cos", "Cosine", "The cosine of x radians. The derivative is −sin x.", np.cos,
    lambda x, out: -sin(x),
    latex_name=r"\cos", aliases=("cosine",),
)  # fmt: skip
tan = _function(
    "tan", "Tangent", "The tangent of x radians. The derivative is 1/cos²x.", np.tan,
    lambda x, out: 1.0 / cos(x) ** 2.0,
    latex_name=r"\tan", aliases=("tangent",), samples=((0.6,), (-1.3,), (2.4,)),
)  # fmt: skip
asin = _function(
    "asin", "Arcsine", "The angle whose sine is x, for −1 ≤ x ≤ 1.", np.arcsin,
    # (1 − x)(1 + x) keeps the digits that 1 − x² loses near ±1
    Partial(lambda x, out: 1.0 / sqrt((1.0 - x) * (1.0 + x)), lambda x, out: 1.0 / sqrt(1.0 - x**2.0)),
    latex_name=r"\arcsin", aliases=("arcsin",), samples=_INSIDE,
    domain=Domain(lambda x: np.abs(x) <= 1, "asin is defined for −1 ≤ x ≤ 1"),
)  # fmt: skip
acos = _function(
    "acos", "Arccosine", "The angle whose cosine is x, for −1 ≤ x ≤ 1.", np.arccos,
    Partial(lambda x, out: -1.0 / sqrt((1.0 - x) * (1.0 + x)), lambda x, out: -1.0 / sqrt(1.0 - x**2.0)),
    latex_name=r"\arccos", aliases=("arccos",), samples=_INSIDE,
    domain=Domain(lambda x: np.abs(x) <= 1, "acos is defined for −1 ≤ x ≤ 1"),
)  # fmt: skip
atan = _function(
    "atan", "Arctangent", "The angle whose tangent is x. The derivative is 1/(1 + x²).", np.arctan,
    lambda x, out: 1.0 / (1.0 + x**2.0),
    latex_name=r"\arctan", aliases=("arctan",),
)  # fmt: skip
sinh = _function(
    "sinh", "Hyperbolic sine", "(eˣ − e⁻ˣ)/2. The derivative is cosh x.", np.sinh,
    lambda x, out: cosh(x),
    latex_name=r"\sinh",
)  # fmt: skip
cosh: Op = _function(
    "cosh", "Hyperbolic cosine", "(eˣ + e⁻ˣ)/2. The derivative is sinh x.", np.cosh,
    lambda x, out: sinh(x),
    latex_name=r"\cosh",
)  # fmt: skip
tanh: Op = _function(
    "tanh", "Hyperbolic tangent", "Squashes x to between −1 and 1. The derivative is 1 − tanh²x.", np.tanh,
    # 1 − out² cancels to 0 when tanh x rounds to 1; 1/cosh²x keeps every digit
    Partial(lambda x, out: (1.0 / cosh(x)) ** 2.0, lambda x, out: 1.0 - tanh(x) ** 2.0),
    latex_name=r"\tanh",
)  # fmt: skip
asinh = _function(
    "asinh", "Inverse hyperbolic sine", "The number whose hyperbolic sine is x.", np.arcsinh,
    # x² leaves the range of a float64 long before its root would
    Partial(lambda x, out: 1.0 / OPS["hypot"](x, 1.0), lambda x, out: 1.0 / sqrt(x**2.0 + 1.0)),
    latex_name=r"\operatorname{{arsinh}}", aliases=("arcsinh", "arsinh"),
)  # fmt: skip
acosh = _function(
    "acosh", "Inverse hyperbolic cosine", "The number from 0 up whose hyperbolic cosine is x, for x ≥ 1.", np.arccosh,
    # (x − 1)(x + 1) keeps the digits that x² − 1 loses near 1; two roots, because x² leaves the range first
    Partial(lambda x, out: 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)), lambda x, out: 1.0 / sqrt(x**2.0 - 1.0)),
    latex_name=r"\operatorname{{arcosh}}", aliases=("arccosh", "arcosh"), samples=((1.3,), (2.0,), (7.5,)),
    domain=Domain(lambda x: x >= 1, "acosh is defined for x ≥ 1"),
)  # fmt: skip
atanh = _function(
    "atanh", "Inverse hyperbolic tangent", "The number whose hyperbolic tangent is x, for −1 < x < 1.", np.arctanh,
    Partial(lambda x, out: 1.0 / ((1.0 - x) * (1.0 + x)), lambda x, out: 1.0 / (1.0 - x**2.0)),
    latex_name=r"\operatorname{{artanh}}", aliases=("arctanh", "artanh"), samples=_INSIDE,
    domain=Domain(lambda x: np.abs(x) < 1, "atanh is defined for −1 < x < 1"),
)  # fmt: skip
exp2 = _function(
    "exp2", "Power of two", "2 to the power x. The derivative is 2ˣ · ln 2.", np.exp2,
    lambda x, out: out * lifted(ln, 2.0, x),
    symbol="2ˣ", text=Spelling("exp2({0})", CALL), latex=Spelling("2^{{{0}}}", POWER, (NOTHING,)),
)  # fmt: skip
expm1 = _function(
    "expm1", "Exponential less 1", "eˣ − 1 with all its digits near 0. The derivative is eˣ.", np.expm1,
    lambda x, out: exp(x),
    symbol="eˣ−1",
)  # fmt: skip
log1p = _function(
    "log1p", "Logarithm of 1 + x", "ln(1 + x) with all its digits near 0, for x > −1.", np.log1p,
    lambda x, out: 1.0 / (1.0 + x),
    symbol="ln(1+x)", samples=((0.6,), (-0.35,), (7.5,)),
    domain=Domain(lambda x: np.greater(x, -1), "log1p is defined for x > −1"),
)  # fmt: skip
cbrt: Op = _function(
    "cbrt", "Cube root", "The number whose cube is x. The derivative is infinite at 0.", np.cbrt,
    lambda x, out: 1.0 / (3.0 * cbrt(x) ** 2.0),
    symbol="∛", latex=Spelling(r"\sqrt[3]{{{0}}}", CALL), samples=((0.6,), (-1.3,), (7.5,)), analytic=False,
)  # fmt: skip
