"""A value as a person types it: a number, or a list of numbers."""

from __future__ import annotations

import ast

import numpy as np

from .graph import GraphError, Value, as_value
from .naming import quoted
from .parse import parse
from .spellings import ExpressionError

LONGEST_VALUE = 5_000_000


def parse_value(text: str) -> Value:
    """A finite number (`−2`, `1e-3`, `π`) or a list in brackets.  Raises GraphError with advice for anything else."""
    text = text.strip()
    if not text:
        raise GraphError("type a number, such as 2.5, or a list, such as [1, 2, 3]")
    if len(text) > LONGEST_VALUE:
        raise GraphError("the value is too long")
    try:
        return _finite(as_value(float(text.replace("−", "-"))))
    except ValueError as error:
        if isinstance(error, GraphError):
            raise
    if text.startswith("["):
        try:
            return _finite(as_value(ast.literal_eval(text.replace("−", "-"))))
        except GraphError:
            raise
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            raise GraphError("a list of numbers is written [1, 2, 3] or [[1, 2], [3, 4]]") from None
    return _literal(text)


def _literal(text: str) -> Value:
    """Learners' spellings of a plain number, read as the language reads them."""
    advice = f"{quoted(text[:40])} is not a number; type one such as 2.5, or a list such as [1, 2, 3]"
    try:
        graph = parse(f"x = {text}")
    except ExpressionError:
        raise GraphError(advice) from None
    held = graph.nodes[next(iter(graph.nodes))]
    if len(graph.nodes) != 1 or held.value is None or not held.op.is_leaf:
        raise GraphError(advice)
    return _finite(held.value)


def _finite(value: Value) -> Value:
    if not np.all(np.isfinite(value)):
        raise GraphError("a value is a finite number, of at most about 1.8·10³⁰⁸")
    return value
