"""Python's syntax errors, said again for people who are learning calculus and not Python."""

from __future__ import annotations

import keyword
import re

from ..ops import OPS
from .naming import quoted
from .spellings import ExpressionError, Source

_OPENING = {"(": ")", "[": "]"}


def explain_syntax(source: Source, error: SyntaxError) -> ExpressionError:
    """The error at its place in the text as written, with advice."""
    line = min(max(error.lineno or 1, 1), len(source.lines))
    python = source.python.split("\n")[line - 1]
    column = max((error.offset or 1) - 1, 0)
    message = error.msg
    if match := re.search(r"'([(\[])' was never closed", message):
        return source.error_at(
            f"this {match[1]} is never closed: add {_OPENING[match[1]]}", line, _bytes(python, column)
        )
    if match := re.search(r"unmatched '([)\]])'", message):
        return source.error_at(
            f"this {match[1]} closes nothing: remove it, or open it before", line, _bytes(python, column)
        )
    if match := re.search(r"closing parenthesis '(.)' does not match opening parenthesis '(.)'", message):
        closing = _OPENING.get(match[2], ")")
        advice = f"{match[1]} closes a bracket that was opened with {match[2]}: put {closing} here"
        return source.error_at(advice, line, _bytes(python, column))
    if "cannot assign" in message or "illegal target" in message or "Maybe you meant '=='" in message:
        return source.error_at("the left of = is one name, as in q = x + y", line, _bytes(python, column))
    if "too many nested" in message or "too complex" in message:
        return ExpressionError("an expression is nested too deeply; give its parts names of their own")
    return _missing(source, line, python, column)


def _bytes(text: str, column: int) -> int:
    return len(text[:column].encode())


def _missing(source: Source, line: int, python: str, column: int) -> ExpressionError:
    """Something is missing, or one thing too many, near `column`."""
    before, after = python[:column].rstrip(), python[column:].lstrip()
    at = _bytes(python, column)
    for word in re.finditer(r"[^\W\d]\w*", python):
        if keyword.iskeyword(word[0]):
            advice = f"{quoted(word[0])} is a word of the language; choose another name, such as {word[0]}_"
            return source.error_at(advice, line, _bytes(python, word.start()))
    if re.search(r"(^|[;=(,\[])\s*$", before) and re.match(r"[*/@,=;)]", after):
        return source.error_at(f"something is missing before {after[0]}", line, at)
    trailing = re.search(r"(\*\*|[-+*/@=,])\s*$", before)
    if trailing and (not after or re.match(r"[;)\]*/@=,]", after)):
        place = _bytes(python, trailing.start())
        return source.error_at(f"something is missing after {trailing[1]}", line, place)
    if re.search(r"[\w)\]]$", before) and re.match(r"[\w(\[]", after):
        left = re.search(r"[\w)\]]+$", before)
        right = re.match(r"\w+|[(\[]", after)
        assert left and right
        if op := OPS.find(left[0]):
            return source.error_at(f"write {op.name}({right[0]}), with parentheses", line, at)
        return source.error_at(f"something is missing between {left[0]} and {right[0]}, perhaps *", line, at)
    if match := re.search(r"(\*\*|[-+*/@=])\s*$", python.rstrip()):
        return source.error_at(f"something is missing after {match[1]}", line, _bytes(python, match.start()))
    return source.error_at("this cannot be read; an example of what can is f = (x + y) * sin(z)", line, at)
