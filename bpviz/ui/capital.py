"""Sentences begin with a capital letter, names do not: `There is no wire`, but `f is computed`."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache

from ..ops import OPS

_OPENERS = frozenset(
    [
        "a",
        "all",
        "an",
        "another",
        "cannot",
        "choose",
        "column",
        "expected",
        "give",
        "it",
        "line",
        "many",
        "needs",
        "no",
        "nothing",
        "only",
        "select",
        "that",
        "the",
        "there",
        "these",
        "this",
        "two",
        "type",
        "what",
        "write",
    ]
)
_NOUNS = frozenset(
    [
        "card",
        "constant",
        "frame",
        "group",
        "list",
        "name",
        "note",
        "number",
        "parameter",
        "statement",
        "title",
        "value",
        "variable",
        "wire",
    ]
)
_FIRST = re.compile(r"([a-z]+)(?:[\s,:]+([a-z]+))?")


def capital(text: str, names: Container[str]) -> str:
    """A message with a capital letter, unless it begins with one of the `names` that are in use, or with something else
    that is not a word of ours.  `a group` begins with an article, also where a node is called a."""
    found = _FIRST.match(text)
    if found is None:
        return text
    word, following = found.groups()
    is_article = word == "a" and following in _NOUNS
    is_ours = word in _OPENERS or word in _titles()
    is_ours = is_article or (is_ours and word not in names and text[len(word) : len(word) + 1] in " :,")
    return text[0].upper() + text[1:] if is_ours else text


@cache
def _titles() -> frozenset[str]:
    """The words with which the titles of operations begin."""
    return frozenset(op.title.lower().split()[0] for op in OPS.values())
