"""Names as mathematics sets them: Greek letters by name, digits as subscripts."""

from __future__ import annotations

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω",
}  # fmt: skip
_LETTER_NAMES = {letter: name for name, letter in _GREEK.items()}
_LONGEST_SYMBOL = 2  # letters that have an index, as in `Δθ_max`; more are a word
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(number: int) -> str:
    """`12` as `₁₂`."""
    return str(number).translate(_SUBSCRIPTS)


def parts(name: str) -> tuple[str, str]:
    """A name and its subscript: `x_1`, `x1` → `x`, `1`; `w_1_2` → `w`, `1,2`; `w_in` → `w`, `in`; `loss` has none."""
    stem, underscore, index = name.partition("_")
    if underscore and stem and index:
        is_list = all(len(part) == 1 or part.isdigit() for part in index.split("_"))  # words are not indices
        return stem, index.replace("_", ",") if is_list else index
    letters = name.rstrip("0123456789")
    return (letters, name[len(letters) :]) if letters and letters != name else (name, "")


def greek(stem: str) -> str | None:
    """The Greek letter that a word names, small or capital: `alpha` → `α`, `Sigma` → `Σ`."""
    letter = _GREEK.get(stem.lower())
    if letter is None or stem not in (stem.lower(), stem.capitalize()):
        return None
    return letter if stem.islower() else letter.upper()


def text(name: str) -> str:
    """A name on one line of text: `v1` → `v₁`, `theta_2` → `θ₂`, `w_in` as it is."""
    stem, index = parts(name)
    stem = greek(stem) or stem
    if not index:
        return stem
    return stem + index.translate(_SUBSCRIPTS) if index.isascii() and index.isdigit() else f"{stem}_{index}"


def latex(name: str) -> str:
    """A name as LaTeX: single letters in italics, words upright, digits as subscripts; of several words, none is one,
    for they read on."""
    stem, index = parts(name)
    if letter := greek(stem):
        stem = letter
    elif len(stem) > _LONGEST_SYMBOL and not index.replace(",", "").isdigit():
        stem, index = name, ""
    if len(stem) == 1:
        known = _LETTER_NAMES.get(stem.lower())
        spelled = known and (known if stem.islower() else known.capitalize())
        written = "\\" + spelled if spelled and spelled not in _LATIN_LOOKALIKES else stem
    else:
        written = rf"\mathrm{{{stem}}}".replace("_", r"\_")
    if not index:
        return written
    index = index.replace("_", r"\_")
    return f"{written}_{{{index}}}" if len(index) == 1 or index.isdigit() else rf"{written}_{{\mathrm{{{index}}}}}"


# LaTeX has no commands for the Greek letters that look Latin.
_LATIN_LOOKALIKES = frozenset({
    "omicron", "Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho",
    "Tau", "Chi",
})  # fmt: skip
