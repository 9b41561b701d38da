"""How a derivative is written: all the notations of the textbooks mean the same thing.

Those of one variable are Lagrange's f′, Leibniz's df/dx and Euler's D; those of several are ∂/∂x, ∂ with an index, an
index alone, and D with an index, which is the name of the input or its number, from 1 on (Zhang et al., Dive into Deep
Learning, section 2.4).
"""

from __future__ import annotations

from enum import Enum

from ...ops import names
from ...ops.formula import Formula, Name, Notation, Verbatim, written
from ...ops.op import ATOM, CALL


class DerivativeSign(Enum):
    """A way to write the derivative of f by x, shown by an example of itself."""

    LEIBNIZ = "df/dx"
    LAGRANGE = "f′"
    EULER = "D f"
    PARTIAL = "∂f/∂x"
    PARTIAL_INDEX = "∂ₓ f"
    INDEX = "fₓ"
    EULER_INDEX = "Dₓ f"
    PARTIAL_NUMBER = "∂₁ f"
    NUMBER = "f₁"
    EULER_NUMBER = "D₁ f"

    @property
    def is_numbered(self) -> bool:
        """Whether inputs are told by their numbers instead of their names."""
        return self in (DerivativeSign.PARTIAL_NUMBER, DerivativeSign.NUMBER, DerivativeSign.EULER_NUMBER)


def usual_sign(inputs: int) -> DerivativeSign:
    """d for functions of one input, ∂ for functions of several."""
    return DerivativeSign.LEIBNIZ if inputs <= 1 else DerivativeSign.PARTIAL


def derivative_of(inner: Formula, variable: str, sign: DerivativeSign, place: int = 1) -> Verbatim:
    """The derivative of a formula, not worked out yet: `d/dx [x²]`, and `du/dx` of a name; `place` is the number of the
    variable among the inputs."""
    text, latex = written(inner, Notation.TEXT), written(inner, Notation.LATEX)
    x, x_latex = (str(place), str(place)) if sign.is_numbered else (names.text(variable), names.latex(variable))
    is_name = isinstance(inner, Name)
    bracketed, bracketed_latex = (text, latex) if is_name else (f"[{text}]", rf"\left[{latex}\right]")
    if not is_name and sign in (DerivativeSign.LAGRANGE, DerivativeSign.INDEX, DerivativeSign.NUMBER):
        bracketed, bracketed_latex = f"({text})", rf"\left({latex}\right)"
    match sign:
        case DerivativeSign.LEIBNIZ | DerivativeSign.PARTIAL:
            d, d_latex = ("d", "d") if sign is DerivativeSign.LEIBNIZ else ("∂", r"\partial ")
            if is_name:
                return Verbatim(f"{d}{text}/{d}{x}", rf"\frac{{{d_latex}{latex}}}{{{d_latex}{x_latex}}}", ATOM)
            return Verbatim(
                f"{d}/{d}{x} {bracketed}", rf"\frac{{{d_latex}}}{{{d_latex}{x_latex}}}{bracketed_latex}", CALL
            )
        case DerivativeSign.LAGRANGE:
            return Verbatim(f"{bracketed}′", f"{bracketed_latex}'", CALL)
        case DerivativeSign.INDEX | DerivativeSign.NUMBER:
            if is_name and isinstance(inner, Name) and "_" in latex:  # x₁ has an index already
                bracketed, bracketed_latex = f"({text})", rf"\left({latex}\right)"
            return Verbatim(f"{bracketed}_{x}", rf"{bracketed_latex}_{{{x_latex}}}", CALL)
        case _:
            letter, letter_latex = ("∂", r"\partial") if sign in _CURLY else ("D", "D")
            index = "" if sign is DerivativeSign.EULER else f"_{x}"
            index_latex = "" if sign is DerivativeSign.EULER else f"_{{{x_latex}}}"
            space = " " if is_name else ""
            return Verbatim(
                f"{letter}{index}{space}{bracketed}", rf"{letter_latex}{index_latex}\,{bracketed_latex}", CALL
            )


_CURLY = (DerivativeSign.PARTIAL_INDEX, DerivativeSign.PARTIAL_NUMBER)


def value_at(of: str, variable: str, point: str, sign: DerivativeSign, place: int = 1) -> tuple[str, str]:
    """The derivative of a named function at a point, as text and as LaTeX: `f′(1)`, `df/dx (1)`."""
    derivative = derivative_of(Name(of), variable, sign, place)
    latex_point = point.replace("−", "-")
    if sign in (DerivativeSign.LEIBNIZ, DerivativeSign.PARTIAL):
        x, x_latex = names.text(variable), names.latex(variable)
        return f"{derivative.text} at {x} = {point}", rf"\left.{derivative.latex}\right|_{{{x_latex}={latex_point}}}"
    return f"{derivative.text}({point})", rf"{derivative.latex}\left({latex_point}\right)"
