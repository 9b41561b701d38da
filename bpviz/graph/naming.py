"""Which names a node may have, and which one it gets when nobody chose."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ..ops import OPS

NAMED_CONSTANTS: Mapping[str, float] = {"π": float(np.pi), "e": float(np.e)}
KEPT_NAMES: Mapping[str, str] = {"π": "π", "pi": "π", "e": "e"}  # how a program may call them

LONGEST_NAME = 500  # characters; nobody could read one that is longer


def quoted(text: str) -> str:
    """What somebody wrote, in quotation marks; characters that cannot be seen are written out."""
    seen = (letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
    return f"“{''.join(seen)}”"


def name_fault(name: str) -> str | None:
    """Why `name` cannot name a node, or None if it can."""
    if len(name) > LONGEST_NAME:
        return f"a name may have at most {LONGEST_NAME} characters; {quoted(name[:12] + '…')} has {len(name):,}"
    if not name.isidentifier() or name == "_" or name != unicodedata.normalize("NFKC", name):
        return f"{quoted(name)} is not a name: use letters, digits and _, and start with a letter"
    if keyword.iskeyword(name):
        return f"{quoted(name)} is a word of the language; choose another name, such as {name}_"
    if name.lower() in ("nan", "inf", "infinity"):
        return f"{quoted(name)} is not a number that can be computed with; choose another name, such as {name}_"
    op = OPS.find(name)
    if op is not None and op.structured is None:
        return f"{quoted(name)} is the name of an operation; choose another name, such as {name}_"
    return None


def reads_as_operation(name: str) -> bool:
    """Whether a name that a node may have, such as `sum` or `mean`, means an operation where no node has it."""
    op = OPS.find(name)
    return op is not None and op.structured is not None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` when a known word is close, else nothing."""
    import difflib

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def fresh_name(taken: Iterable[str], wishes: Sequence[str]) -> str:
    """The first wish that is free, or the last one with a number that is."""
    used = set(taken)
    for wish in wishes:
        if wish not in used and name_fault(wish) is None:
            return wish
    number = 1
    while f"{wishes[-1]}{number}" in used:
        number += 1
    return f"{wishes[-1]}{number}"
