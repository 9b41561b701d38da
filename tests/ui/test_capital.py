"""Sentences begin with a capital letter; what begins with a name is left as the name is."""

from __future__ import annotations

import pytest

from bpviz.ui.capital import capital


@pytest.mark.parametrize(
    ("text", "names", "shown"),
    [
        ("there is no wire to bend.", "", "There is no wire to bend."),
        ("column 3: something is missing.", "", "Column 3: something is missing."),
        ("cannot write /there/f: the disk is full.", "", "Cannot write /there/f: the disk is full."),
        ("matrix product needs vectors.", "", "Matrix product needs vectors."),
        ("f is computed; its value follows from its inputs.", "f", "f is computed; its value follows from its inputs."),
        ("a is computed; its value follows from its inputs.", "a", "a is computed; its value follows from its inputs."),
        ("a group takes two cards or more.", "a", "A group takes two cards or more."),
        ("sum waits for x.", ["sum"], "sum waits for x."),
        ("v₁ already depends on f.", "", "v₁ already depends on f."),
        ("lesson.bpviz was changed.", "", "lesson.bpviz was changed."),
        ("it.bpviz was changed.", "", "it.bpviz was changed."),
        ("x2 = 1e999: a value is a finite number.", "", "x2 = 1e999: a value is a finite number."),
        ("“lambda” is a word of the language.", "", "“lambda” is a word of the language."),
        ("Pasted 3 nodes.", "", "Pasted 3 nodes."),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_message(text: str, names: str | list[str], shown: str) -> None:
    assert capital(text, list(names)) == shown
