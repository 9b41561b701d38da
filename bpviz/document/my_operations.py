"""The user's own operations: a program with free inputs, under a name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MyOperation:
    """`program` is text of the language; of the variables in it, `inputs` are to be wired where it is used."""

    name: str
    inputs: tuple[str, ...]
    program: str
