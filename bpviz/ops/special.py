"""The error function and its relatives, angles and lengths in the plane, and the logit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arithmetic import share
from .declare import define
from .elementary import GROUP, exp, sqrt
from .op import CALL, Domain, Kink, Op, Partial, Quantity, Spelling

Floats = NDArray[np.float64]
_ANYWHERE = ((0.3,), (-1.3,), (2.1,), (0.6,))
_IN_THE_PLANE = ((0.6, 1.5), (-1.2, -0.7), (2.0, -0.5))

# W. J. Cody, Rational Chebyshev approximations for the error function (1969): numerators and denominators, the
# highest power first, on three intervals.
_NEAR = (
    (1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2,
     3.20937758913846947e3),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)  # fmt: skip
_MIDDLE = (
    (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1,
     2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
     1.23033935479799725e3),
    (1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
     3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3),
)  # fmt: skip
_FAR = (
    (1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
     1.60837851487422766e-2, 6.58749161529837803e-4),
    (1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2,
     2.33520497626869185e-3),
)  # fmt: skip
_FIRST, _SECOND = 0.46875, 4.0  # where the intervals meet
_GONE = 28.0  # from here on erfc is 0 in float64


def _ratio(x: Floats, coefficients: tuple[tuple[float, ...], tuple[float, ...]]) -> Floats:
    above, below = coefficients
    return np.asarray(np.polyval(above, x) / np.polyval(below, x))


def _erf_near(x: Floats) -> Floats:
    return x * _ratio(x * x, _NEAR)


def _erfc_positive(x: Floats) -> Floats:
    """erfc of x ≥ 0.46875, with all digits however small it is."""
    x = np.minimum(x, _GONE)
    inverse = 1.0 / np.square(np.maximum(x, _SECOND))
    far = (1.0 / np.sqrt(np.pi) - inverse * _ratio(inverse, _FAR)) / np.maximum(x, _SECOND)
    scaled = np.where(x <= _SECOND, _ratio(np.minimum(x, _SECOND), _MIDDLE), far)
    # x² as the exact square of x rounded to sixteenths, and the small rest: e^(−x²) keeps its digits
    rounded = np.trunc(x * 16.0) / 16.0
    return np.asarray(np.exp(-rounded * rounded) * np.exp(-(x - rounded) * (x + rounded)) * scaled)


def _erf(x: Any) -> Any:
    x = np.asarray(x, dtype=np.float64)
    size = np.abs(x)
    near = _erf_near(np.clip(x, -_FIRST, _FIRST))
    return np.where(size <= _FIRST, near, np.copysign(1.0 - _erfc_positive(np.maximum(size, _FIRST)), x))


def _erfc(x: Any) -> Any:
    x = np.asarray(x, dtype=np.float64)
    size = np.abs(x)
    near = 1.0 - _erf_near(np.clip(x, -_FIRST, _FIRST))
    far = _erfc_positive(np.maximum(size, _FIRST))
    return np.where(size <= _FIRST, near, np.where(x > 0, far, 2.0 - far))


def _erfinv(y: Any) -> Any:
    """By Halley's method on erf, and on erfc where erf is near 1, from a good first guess."""
    y = np.asarray(y, dtype=np.float64)
    size = np.abs(y)
    inside = np.where(size < 1, size, 0.0)
    # S. Winitzki, A handy approximation for the error function and its inverse (2008)
    log = np.log1p(-inside * inside)
    middle = 2.0 / (np.pi * 0.147) + log / 2.0
    x = np.sqrt(-log / 0.147 / (np.sqrt(middle * middle - log / 0.147) + middle))
    for _ in range(3):
        # 1 − y is exact from ½ on
        off = np.where(inside < 0.5, _erf(x) - inside, (1.0 - inside) - _erfc(x))
        step = off * np.exp(x * x) * (np.sqrt(np.pi) / 2.0)
        x = x - step / (1.0 + x * step)
    edge = np.where(size == 1, np.inf, np.nan)
    return np.copysign(np.where(size < 1, x, edge), y)


def _bell(x: Quantity) -> Quantity:
    """2/√π · e^(−x²), the slope of erf."""
    return 2.0 / np.sqrt(np.pi) * exp(-(x**2.0))


erf: Op = define(
    "erf",
    symbol="erf",
    title="Error function",
    group=GROUP,
    summary="The chance that a normal number of variance ½ lies within x of 0, with the sign of x. The derivative is "
    "2/√π · e^(−x²).",
    arity=1,
    forward=_erf,
    partials=[lambda x, out: _bell(x)],
    latex_name=r"\operatorname{{erf}}",
    samples=_ANYWHERE,
)

erfc: Op = define(
    "erfc",
    symbol="erfc",
    title="Complementary error function",
    group=GROUP,
    summary="1 − erf(x), with all its digits where that is close to 0. The derivative is −2/√π · e^(−x²).",
    arity=1,
    forward=_erfc,
    partials=[lambda x, out: -_bell(x)],
    latex_name=r"\operatorname{{erfc}}",
    samples=_ANYWHERE,
)

erfinv: Op = define(
    "erfinv",
    symbol="erf⁻¹",
    title="Inverse error function",
    group=GROUP,
    summary="The number whose error function is x, for −1 < x < 1. The derivative is √π/2 · e^(y²), where y is the "
    "result.",
    arity=1,
    forward=_erfinv,
    partials=[
        Partial(
            lambda x, out: float(np.sqrt(np.pi)) / 2.0 * exp(out**2.0),
            lambda x, out: float(np.sqrt(np.pi)) / 2.0 * exp(erfinv(x) ** 2.0),
        )
    ],
    text=Spelling("erf⁻¹({0})", CALL),
    latex_name=r"\operatorname{{erf}}^{{-1}}",
    domain=Domain(lambda x: np.abs(x) < 1, "erfinv is defined for −1 < x < 1"),
    samples=((0.6,), (-0.35,), (0.8,)),
)

logit = define(
    "logit",
    symbol="logit",
    title="Logit",
    group=GROUP,
    summary="ln(x / (1 − x)), the number whose sigmoid is x, for 0 < x < 1. The derivative is 1/(x·(1 − x)).",
    arity=1,
    forward=lambda x: np.log(x / (1.0 - x)),
    partials=[lambda x, out: 1.0 / (x * (1.0 - x))],
    aliases=["log_odds"],
    domain=Domain(lambda x: np.greater(x, 0) & np.less(x, 1), "logit is defined for 0 < x < 1"),
    samples=((0.6,), (0.35,), (0.8,)),
    analytic=True,
)

hypot: Op = define(
    "hypot",
    symbol="√(x²+y²)",
    title="Hypotenuse",
    group=GROUP,
    summary="√(x² + y²), the distance of the point (x, y) from 0. Each input gets its share of the way, such as "
    "x/√(x² + y²).",
    arity=2,
    forward=np.hypot,
    partials=[
        Partial(lambda x, y, out: share(x, out), lambda x, y, out: x / sqrt(x**2.0 + y**2.0)),
        Partial(lambda x, y, out: share(y, out), lambda x, y, out: y / sqrt(x**2.0 + y**2.0)),
    ],
    kink=Kink(
        lambda x, y: np.equal(x, 0) & np.equal(y, 0),
        "the distance has a tip at (0, 0); its derivatives there are taken as 0, by convention",
    ),
    samples=_IN_THE_PLANE,
)

atan2 = define(
    "atan2",
    symbol="∠",
    title="Angle of a point",
    group=GROUP,
    summary="The angle from the x axis to the point (x, y), from −π to π; y comes first. The derivatives are "
    "x/(x² + y²) and −y/(x² + y²).",
    arity=2,
    forward=np.arctan2,
    # not by x² + y², which leaves the range of a float64 long before x and y do
    partials=[
        Partial(
            lambda y, x, out: share(share(x, hypot(x, y)), hypot(x, y)),
            lambda y, x, out: x / (x**2.0 + y**2.0),
        ),
        Partial(
            lambda y, x, out: -share(share(y, hypot(x, y)), hypot(x, y)),
            lambda y, x, out: -y / (x**2.0 + y**2.0),
        ),
    ],
    aliases=["arctan2"],
    kink=Kink(
        lambda y, x: np.equal(y, 0) & np.less_equal(x, 0),
        "the angle jumps from −π to π where the negative x axis is crossed; the slopes beside it are taken there, and "
        "0 at (0, 0), by convention",
    ),
    samples=((0.6, 1.5), (-1.2, -0.7), (2.0, -0.5)),
)
