"""Sentences and mathematics in words alone, as somebody says them who reads aloud: `∂f/∂q = −4` becomes
"the derivative of f by q is minus 4".

For screen readers, which pass over signs or call them by the names of their characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import groupby

from ..engine.explain import Span, Tone
from ..engine.notation import ASIDE, by_place

_NAME = r"[^\W_]\w*"
_NUMBER = r"(?:−?(?:\d[\d.,]*|∞))"
_LONE = re.compile(rf"−?(?:[\w.]+|∞|▢|{_NUMBER}·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[\w.]+/[\w.]+)(?:[²³ᵀ]|⁻¹)?")
_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_FUNCTIONS = {
    "sin": "sine", "cos": "cosine", "tan": "tangent", "asin": "inverse sine", "acos": "inverse cosine",
    "atan": "inverse tangent", "sinh": "hyperbolic sine", "cosh": "hyperbolic cosine", "tanh": "hyperbolic tangent",
    "ln": "natural logarithm", "log2": "logarithm to base 2", "log10": "logarithm to base 10", "exp": "exponential",
    "exp2": "power of 2 with exponent", "sqrt": "square root", "max": "maximum", "min": "minimum", "det": "determinant",
    "tr": "trace", "σ": "sigmoid", "erf⁻¹": "inverse erf", "cof": "cofactor matrix",
}  # fmt: skip
_GREEK = re.compile("[Ͱ-Ͽ]")
_SIGNS = (
    (r"\s*⟨([^⟨⟩]*), ([^⟨⟩]*)⟩", r" the inner product of \1 and \2"),
    (r"\s*‖([^‖]*)‖", r" the norm of \1"),
    (r"\s*\|([^|]*)\|", r" the absolute value of \1"),
    (r"\s*⌊([^⌊⌋]*)⌋", r" the floor of \1"),
    (r"\s*⌈([^⌈⌉]*)⌉", r" the ceiling of \1"),
    (r"√\s*", " the square root of "),
    (r"∛\s*", " the cube root of "),
    (r"Σ (?=\S)", " the sum of "),
    (r"∏ (?=\S)", " the product of "),
    (r"(?<=[\w.])/(?=[\w.])", " over "),
    (r"\bln\b", "natural logarithm"),
    (r"\s*\+=\s*", " plus equals "),
    (r"\s*[×·⊙]\s*", " times "),
    (r"\s*⊗\s*", " outer product with "),
    (r"\s*@\s*", " matrix product with "),
    (r"\s*−\s*", " minus "),
    (r"\s\+\s", " plus "),
    (r"\s[/÷]\s", " divided by "),
    (r"\s*\^\s*", " to the power of "),
    (r"\s*≠\s*", " is not "),
    (r"\s*≥\s*", " at least "),
    (r"\s*≤\s*", " at most "),
    (r"\s*>\s*", " greater than "),
    (r"\s*<\s*", " less than "),
    (r"\s*≈\s*", " about "),
    (r"→", "the right arrow"),
    (r"←", "the left arrow"),
    (r"∞", "infinity"),
    (r"\bNaN\b", "not a number"),
    (r"▢", "blank"),
    (r"…", "and so on"),
    (r"′", " prime"),
)
_COMPILED = tuple((re.compile(pattern), words) for pattern, words in _SIGNS)
_DERIVATIVE = re.compile(rf"(?P<local>\blocal derivatives? )?∂(?P<top>{_NAME})/∂(?P<bottom>{_NAME})")
_BY_PLACE = re.compile(rf"(?P<local>\blocal derivatives? )?∂(?P<place>[₀-₉]+)(?P<top>{_NAME})")
_MEANING = re.compile(rf"∂[₀-₉]+{_NAME}: (?=the derivative )|{ASIDE.pattern}")  # of a sign that is not said
_ASIDE = ", which is"
_GOES_ON = re.compile(r" to\b")
_SENTENCES = re.compile(r"[.;:] ")
_CLAUSES = re.compile(r"(?<=[.;:] )|(?<= because )|(?<= where )")
_BROKEN = re.compile(r" = (.+?) (is infinite|does not exist)")
_EQUAL_ENTRIES = re.compile(r"\[([\w.]+) = ([\w.]+)\]")
_INDEX = re.compile(r"\]\[([^\[\]]*)\]")
_ARRAY = re.compile(r"(?:the list|the matrix|an array|a list) (?:[^·×+/−⊗]|−(?=\d))*")
_NEGATIVE_POWER = re.compile(r"\((−[\d.,]+)\)([²³])(?![⁰-⁹])")
_ENTRY = re.compile(r"\(entry \[([\d, ]*)\]\)")
_SHAPE = re.compile(r"(?<=shape )\d+(?: × \d+)+|\d+(?: × \d+)+(?= numbers)")
_SEVERAL = re.compile(r"\d+((?: by \d+)*) numbers")
_MATRIX = re.compile(r"\[((?:\[[^\[\]]*\](?:, )?)+)\]")
_BRACKETS = re.compile(r"(?P<head>\w?)\[(?P<inside>[^\[\]]*)\]")
_PARENTHESES = re.compile(r"(?P<head>(?:[^\W_][\w′]*(?:⁻¹)?)?)\((?P<inside>[^()]*)\)")
_POWER = re.compile(r"([\w)\]]?)(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")


@lru_cache(maxsize=4096)
def spoken(text: str) -> str:
    """A line of text with mathematics in it, such as a name, a formula or a message, in words."""
    return said((Span(text),))


def said(spans: Iterable[Span]) -> str:
    """A sentence in words."""
    told = ""
    for is_plain, group in groupby(spans, lambda span: span.tone is Tone.PLAIN):
        words = _in_words(_equations("".join(span.text for span in group), is_plain=is_plain))
        told += f",{words}" if _GOES_ON.match(words) and _is_aside(told) else words
    return _tidied(told)


def _is_aside(told: str) -> bool:
    """Whether what was said last stands between commas: `, which is minus 4`."""
    return _ASIDE in _SENTENCES.split(told)[-1]


def _equations(text: str, *, is_plain: bool) -> str:
    """Equality signs in words.  In plain words the first of a clause says what something is, and those after it go
    on; a result, such as `1 × (−4) = −4`, stands whole before its sign already."""
    text = _EQUAL_ENTRIES.sub(r"[\1 equals \2]", text.replace("= is not +=", "equals is not +="))
    if not is_plain:
        text = _BROKEN.sub(rf"{_ASIDE} \1, \2", text)
        return text.replace(" = ", f"{_ASIDE} ")
    return "".join(_clause(clause) for clause in _CLAUSES.split(text))


def _clause(text: str) -> str:
    first = " as " if text.startswith("Compute ") else " is "
    return text.replace(" = ", first, 1).replace(" = ", f"{_ASIDE} ")


def _in_words(text: str) -> str:
    text = _DERIVATIVE.sub(_derivative, _BY_PLACE.sub(_derivative_by_place, _MEANING.sub("", text)))
    text = re.sub(r"(\w)=(-?)(?=[\w\[])", lambda m: f"{m[1]} {'minus ' if m[2] else ''}", text)  # axis=-1
    text = _SHAPE.sub(lambda m: m[0].replace(" × ", " by "), text)
    text = _ENTRY.sub(r"in entry \1", text)
    text = _INDEX.sub(lambda m: f"] at {m[1].replace(':', ' to ')}", text)
    text = _MATRIX.sub(_matrix, text)
    text = _repeatedly(_BRACKETS, _bracket, text)
    text = _NEGATIVE_POWER.sub(lambda m: f"the {'square' if m[2] == '²' else 'cube'} of {m[1]}", text)
    text = _repeatedly(_PARENTHESES, _parenthesis, text)
    text = _POWER.sub(_power, text)
    text = text.replace("ᵀ", " transposed")
    for pattern, words in _COMPILED:
        text = pattern.sub(words, text)
    text = re.sub("[₀₁₂₃₄₅₆₇₈₉]+", lambda m: " " + m[0].translate(_SUBSCRIPTS), text)
    text = _GREEK.sub(_greek, text)
    return re.sub(r"(?<=[^\W_])_(?=\w)", " ", text)


def _repeatedly(pattern: re.Pattern[str], put: Callable[[re.Match[str]], str], text: str) -> str:
    """From the inside out, until nothing is left to replace."""
    while (after := pattern.sub(put, text)) != text:
        text = after
    return text


def _derivative(found: re.Match[str]) -> str:
    what = found["local"] if found["local"] else "the derivative "
    return f"{what}of {found['top']} by {found['bottom']}"


def _derivative_by_place(found: re.Match[str]) -> str:
    place = int(found["place"].translate(_SUBSCRIPTS))
    return f"{found['local'] or 'the derivative '}of {found['top']} {by_place(place - 1)}"


def _matrix(found: re.Match[str]) -> str:
    rows = re.findall(r"\[([^\[\]]*)\]", found[1])
    return f"the matrix with {'row' if len(rows) == 1 else 'rows'} {' and '.join(rows)}"


def _bracket(found: re.Match[str]) -> str:
    head, inside = found["head"], found["inside"].strip()
    if head:
        return f"{head} at {inside.replace(':', ' to ')}" if inside else head
    if several := _SEVERAL.fullmatch(inside):
        return f"{'an array' if several[1] else 'a list'} of {inside}"
    if " > " in inside or " equals " in inside:
        return f"1 if {inside.replace(' > ', ' is greater than ')} and else 0"
    return f"the list {inside}" if inside else "an empty list"


def _parenthesis(found: re.Match[str]) -> str:
    head, inside = found["head"], found["inside"].strip()
    if not head and inside.endswith("."):
        return inside  # a sentence, not a formula
    items = inside.split(", ")
    name = f"the {_FUNCTIONS[head]}" if head in _FUNCTIONS else head
    if _ARRAY.fullmatch(inside):
        items = [inside]
    elif not all(_LONE.fullmatch(item) for item in items):
        items = [inside]
        inside = f"open parenthesis {inside} close parenthesis"
    if len(items) > 1:
        inside = f"{', '.join(items[:-1])} and {items[-1]}"
    return f"{name} of {inside}" if name else inside


def _power(found: re.Match[str]) -> str:
    base, number = found[1], int(found[2].translate(_SUPERSCRIPTS))
    if number == -1 and not base.isdigit():
        return f"{base} inverse"
    words = {2: "squared", 3: "cubed"}.get(number) if base != "0" or number < 0 else None
    return f"{base} {words or f'to the power of {number}'.replace('-', 'minus ')}"


def _greek(found: re.Match[str]) -> str:
    name = unicodedata.name(found[0], "")
    size, _, letter = name.removeprefix("GREEK ").partition(" LETTER ")
    return f"capital {letter.lower()}" if size == "CAPITAL" else letter.lower() or found[0]


def _tidied(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s+([.,;:])", r"\1", text).strip()
