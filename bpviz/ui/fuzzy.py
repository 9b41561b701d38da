"""Finding a text by some of its letters, in their order."""

from __future__ import annotations


def score(query: str, text: str) -> float | None:
    """How badly a query fits a text, 0 for the whole text; None if its letters do not all follow each other there.

    Beginnings of words count most, then letters that stand together; every word of the query may stand anywhere.
    """
    sought, held = query.lower().split(), text.lower()
    if not sought:
        return 0.0
    if query.strip().lower() == held:
        return 0.0
    parts = [_word(word, held) for word in sought]
    if any(part is None for part in parts):
        return None
    return 1.0 + sum(part for part in parts if part is not None) / len(parts) + 0.01 * len(held)


def _word(word: str, held: str) -> float | None:
    """Of one word: 0 at the beginning of the text, 1 at that of a word, 3 inside, more where letters are apart."""
    place = held.find(word)
    if place == 0:
        return 0.0
    if f" {word}" in held:
        return 1.0
    if place > 0:
        return 3.0
    return _apart(word, held)


def _apart(word: str, held: str) -> float | None:
    """10 and the number of gaps; beginnings of words are preferred to letters that come earlier."""
    if len(word) < 2:
        return None
    gaps, last = 0.0, -1
    for letter in word:
        initial = held.find(f" {letter}", max(last, 0))
        place = held.find(letter, last + 1)
        if place < 0:
            return None
        if place != last + 1 and initial >= 0:
            place, cost = initial + 1, 1.0
        else:
            cost = 0.0 if place == last + 1 else 3.0
        gaps, last = gaps + cost, place
    return 10.0 + gaps
