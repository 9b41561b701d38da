"""What a call says beside its inputs: attributes by name or in order, and what stands in x[…]."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeAlias

from ..ops import Op
from .spellings import ExpressionError, Source

Error: TypeAlias = Callable[[str, ast.AST], ExpressionError]  # makes an error that names the place


def attribute_of(term: ast.expr, error: Error) -> Any:
    """What is written for an attribute: a number, True, False, None, or a list of these, as tuples."""
    match term:
        case ast.Constant(value=bool() | int() | float() | None):
            return term.value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.List(elts=entries) | ast.Tuple(elts=entries):
            return tuple(attribute_of(entry, error) for entry in entries)
    raise error("this has to be a number or a list of numbers, as in axis=0 or shape=[2, 3]", term)


def index_of(term: ast.expr, error: Error) -> Any:
    """What stands in x[…]: whole numbers, and ranges as (start, stop, step)."""
    return tuple(
        tuple(part and attribute_of(part, error) for part in (item.lower, item.upper, item.step))
        if isinstance(item, ast.Slice)
        else attribute_of(item, error)
        for item in (term.elts if isinstance(term, ast.Tuple) else [term])
    )


def read_attribute(text: str, name: str) -> Any:
    """What a person typed for an attribute of this name: `0`, `[2, 3]`, `True`; an index as in x[…]: `1:3, 0`.

    Raises ExpressionError for anything else.
    """
    is_index = name == "index"
    told = "a place or a range, as in 0 or 1:3" if is_index else "a number, a list such as [0, 1], True, False or None"
    refusal = ExpressionError(f"{name} is {told}, not {text.strip()[:40] or 'nothing'}")

    def error(_message: str, _at: ast.AST) -> ExpressionError:
        return refusal

    if is_index and not text.strip():
        return ()
    try:
        source = Source(f"x[{text}]" if is_index else f"f({name}={text})")
        tree = ast.parse(source.python.strip(), mode="eval").body
    except (ExpressionError, SyntaxError, ValueError, RecursionError, MemoryError):
        raise refusal from None
    match tree:
        case ast.Subscript(value=ast.Name(), slice=index) if is_index:
            return index_of(index, error)
        case ast.Call(args=[], keywords=[ast.keyword(arg=given, value=value)]) if given == name:
            return attribute_of(value, error)
    raise refusal


def usage(op: Op) -> str:
    """`sum(x, axis=…, keepdims=…)`."""
    inputs = ["x", "y", "…"] if op.is_variadic else list("xyzwuv"[: op.arity])
    return f"{op.name}({', '.join([*inputs, *(f'{attribute.name}=…' for attribute in op.declared)])})"
