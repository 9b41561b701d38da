"""Text → Graph: a small, safe subset of Python expressions, parsed with `ast` and never evaluated."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..ops import OPS, Op, OpError, numerals
from .attributes import attribute_of, index_of, usage
from .graph import Graph, GraphError, Node, NodeId, Value, as_value
from .naming import KEPT_NAMES, NAMED_CONSTANTS, did_you_mean, fresh_name, name_fault, quoted, reads_as_operation
from .shapes import infer_shapes
from .spellings import ExpressionError, Source
from .syntax import explain_syntax

BINARY: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
}
ALONE = {"max": "amax", "min": "amin"}  # what the call with one input means: the largest entry of an array
OUTPUT_NAMES = ("f", "y", "out")
HOLE = "_"


def parse(text: str, values: Mapping[str, Any] | None = None) -> Graph:
    """The graph that a program means.

    `values` gives numbers or nested lists to inputs.  A name that is never assigned is an input; a name
    assigned a bare number or list is an input with that value; `w = parameter(0.5)` and `c = constant(3)`
    make the other leaves; `_` is an input that is not wired yet.  The last statement is the output.  A bare
    last expression is named f. Raises ExpressionError (a ValueError) with line, column and advice.
    """
    source = Source(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice on style is not for this language
            module = ast.parse(source.python)
    except SyntaxError as error:
        raise explain_syntax(source, error) from None
    except (RecursionError, MemoryError):
        raise ExpressionError("an expression is nested too deeply; give its parts names of their own") from None
    except ValueError as error:
        raise ExpressionError(f"this is not a program: {error}") from None
    return _Parser(source, values or {}).graph(module.body)


class _Parser:
    """One pass over the statements; nodes are made in the order in which a reader meets them."""

    def __init__(self, source: Source, values: Mapping[str, Any]) -> None:
        self.source = source
        self.values = values
        self.assigned: dict[str, ast.stmt] = {}
        self.ids: dict[str, NodeId] = {}
        self.nodes: dict[NodeId, Node] = {}
        self.places: dict[NodeId, ast.expr | ast.stmt] = {}
        self.next_id = 0

    def graph(self, body: Sequence[ast.stmt]) -> Graph:
        if not body:
            raise ExpressionError("there is nothing here yet: write an expression, such as f = (x + y) * z")
        for statement in body:
            self.note_assignment(statement)
        last: NodeId | None = None
        for number, statement in enumerate(body):
            last = self.statement(statement, is_last=number == len(body) - 1, before=last)
        return self.checked(last)

    def error(self, message: str, at: ast.AST) -> ExpressionError:
        line, column = getattr(at, "lineno", 1), getattr(at, "col_offset", 0)
        return self.source.error_at(message, line, column)

    # Statements

    def note_assignment(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                if earlier := self.assigned.get(name):
                    other = fresh_name(self.assigned, [name + "2"])
                    raise self.error(
                        f"{name} is already assigned on line {earlier.lineno}; each name stands for one "
                        f"node, so choose another, such as {other}",
                        statement,
                    )
                if fault := name_fault(name):
                    raise self.error(fault, statement)
                self.assigned[name] = statement
            case ast.Assign():
                raise self.error("the left of = is one name, as in q = x + y", statement)
            case ast.Expr():
                pass
            case ast.AugAssign():
                raise self.error("write the whole assignment with a new name, as in y = x + 1", statement)
            case _:
                raise self.error("a statement is an expression or name = expression, as in f = (x + y) * z", statement)

    def statement(self, statement: ast.stmt, *, is_last: bool, before: NodeId | None) -> NodeId | None:
        """Adds the nodes of one statement; returns the one that it makes the output, if any."""
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]
            assert isinstance(target, ast.Name)
            root = self.expression(statement.value, target.id)
            return before if before is not None and self.nodes[root].op.is_leaf else root
        assert isinstance(statement, ast.Expr)
        if isinstance(statement.value, ast.Name) and self.is_node(statement.value.id):
            return self.reference(statement.value)
        if not is_last or isinstance(statement.value, ast.Name):
            return self.expression(statement.value, "")  # a lone π or e stays what it is
        used = [term.id for term in ast.walk(statement) if isinstance(term, ast.Name)]
        return self.expression(statement.value, fresh_name([*self.assigned, *self.ids, *used], OUTPUT_NAMES))

    def is_node(self, name: str) -> bool:
        return name != HOLE and not self.is_kept(name)

    def is_kept(self, name: str) -> bool:
        """π and e are themselves unless the program or the caller gives them another meaning."""
        return name in KEPT_NAMES and name not in self.assigned and name not in self.values

    # Expressions

    def expression(self, root: ast.expr, name: str) -> NodeId:
        """The node for an expression, named if `name` is given.  Depth is no limit: the stack is our own."""
        results: list[NodeId | None] = []
        pending: list[tuple[ast.expr, bool]] = [(root, False)]
        while pending:
            term, ready = pending.pop()
            own = name if term is root else ""
            if ready:
                op = self.operation(term)
                inputs = tuple(results[len(results) - op.arity :])
                del results[len(results) - op.arity :]
                results.append(self.add(op, term, inputs=inputs, name=own))
            elif (leaf := self.literal(term, own)) is not None:
                results.append(leaf)
            elif isinstance(term, ast.Name):
                results.append(self.named(term, own))
            elif isinstance(term, ast.UnaryOp) and isinstance(term.op, ast.UAdd):
                pending.append((term.operand, False))
                root = term.operand if term is root else root
            else:
                operands = self.operands(term)
                pending.append((term, True))
                pending.extend((operand, False) for operand in reversed(operands))
        (result,) = results
        if result is None:
            raise self.error("_ is a place for something else; it cannot stand alone", root)
        return result

    def named(self, term: ast.Name, own: str) -> NodeId | None:
        """What a bare name stands for: a hole, π, e, another node, or (if it has its `own` name) a copy."""
        if term.id == HOLE:
            return None
        if self.is_kept(term.id):
            kept = KEPT_NAMES[term.id]
            if own:
                return self.leaf("variable", term, own, NAMED_CONSTANTS[kept])
            if kept not in self.ids:
                self.ids[kept] = self.leaf("constant", term, kept, NAMED_CONSTANTS[kept])
            return self.ids[kept]
        target = self.reference(term)
        return self.add(OPS["identity"], term, inputs=(target,), name=own) if own else target

    def reference(self, term: ast.Name) -> NodeId:
        """The node with this name, which may be assigned further down; an unknown name is a new input."""
        name = term.id
        if name in self.ids:
            return self.ids[name]
        if name not in self.assigned:
            fault = name_fault(name)
            if fault or (reads_as_operation(name) and name not in self.values):
                op = OPS.find(name)
                call = f"write {name}(…) to use it, or choose another name, such as {name}_"
                raise self.error(f"{name} is an operation: {call}" if op else str(fault), term)
            return self.leaf("variable", term, name, None)
        return self.id_for(name)

    def id_for(self, name: str) -> NodeId:
        if name and name in self.ids:
            return self.ids[name]
        self.next_id += 1
        if name:
            self.ids[name] = self.next_id
        return self.next_id

    def literal(self, term: ast.expr, own: str) -> NodeId | None:
        """A leaf for a number, a list, or a call of variable, parameter or constant; else None."""
        match term:
            case ast.List(elts=[_, *_]) if not self.is_literal(term):
                return None
            case ast.Constant() | ast.List() | ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
                value = self.value(term)
                return self.leaf("variable" if own and self.is_assigned(own) else "constant", term, own, value)
            case ast.Tuple():
                raise self.error("write lists with [ ], as in [1, 2, 3]", term)
            case ast.Call(func=ast.Name(id="variable" | "parameter" | "constant" as kind), args=args, keywords=[]):
                if kind != "constant" and not own:
                    raise self.error(f"give the {kind} a name in a line of its own, as in w = {kind}(0.5)", term)
                if args and isinstance(args[0], ast.Name) and not self.is_kept(args[0].id):
                    raise self.error(f"{kind} takes a number, as in w = {kind}(0.5)", term)
                if len(args) > 1:
                    raise self.error(f"{kind} takes one value, as in {kind}(0.5)", term)
                return self.leaf(kind, term, own, self.value(args[0]) if args else None)
        return None

    def is_assigned(self, name: str) -> bool:
        return name in self.assigned

    def is_literal(self, term: ast.expr) -> bool:
        """Whether a list holds numbers and nothing that has to be computed."""
        parts = [part for part in ast.walk(term) if isinstance(part, ast.expr)]
        return not any(
            isinstance(part, ast.Call | ast.BinOp | ast.Subscript)
            or (isinstance(part, ast.UnaryOp) and not isinstance(part.operand, ast.Constant))
            or (isinstance(part, ast.Name) and not self.is_kept(part.id))
            for part in parts
        )

    def value(self, term: ast.expr) -> Value:
        nested = self.nested(term)
        try:
            value = as_value(nested)
        except GraphError as error:
            raise self.error(str(error), term) from None
        if isinstance(value, float) and not math.isfinite(value):
            raise self.error("the number is beyond float64, whose largest is about 1.8·10³⁰⁸", term)
        return value

    def nested(self, term: ast.expr) -> Any:
        """A number, or a list of numbers, as Python values."""
        match term:
            case ast.Constant(value=bool() | str() | bytes() | complex() | None):
                raise self.error(f"{quoted(str(term.value))} is not a number", term)
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
                return -self.nested(term.operand)
            case ast.Name(id=name) if self.is_kept(name):
                return NAMED_CONSTANTS[KEPT_NAMES[name]]
            case ast.List(elts=entries):
                return [self.nested(entry) for entry in entries]
        raise self.error("a list holds numbers only, as in [1, 2, 3] or [[1, 2], [3, 4]]", term)

    def operation(self, term: ast.expr) -> Op:
        """The operation that an expression applies."""
        match term:
            case ast.BinOp(op=operator):
                name = BINARY.get(type(operator))
                if name is None:
                    raise self.error("the language has + - * / ** @ and operations by name", term)
                return OPS[name]
            case ast.List(elts=entries):
                return OPS["stack"].with_(len(entries))
            case ast.Subscript(slice=index):
                return self.bound(OPS["slice"], 1, {"index": index_of(index, self.error)}, term)
            case ast.UnaryOp(op=ast.USub()):
                return OPS["neg"]
            case ast.Call(func=ast.Name(id=name)):
                return self.called(name, term)
            case ast.Call():
                raise self.error("only operations can be called, as in sin(x); for a product write *", term)
            case ast.Compare() | ast.BoolOp() | ast.IfExp() | ast.UnaryOp():
                raise self.error("comparisons and conditions are not part of the language; see max, min, relu", term)
            case ast.Attribute(attr=name):
                raise self.error(f"write operations by their bare name: {name}, without a dot", term)
        raise self.error("this is not part of the language: use names, numbers, + - * / ** and operations", term)

    def called(self, name: str, term: ast.Call) -> Op:
        op = OPS.find(name)
        if op is None or op.is_leaf:
            if name in self.ids or name in self.assigned:
                raise self.error(f"{name} is not an operation; for a product write {name} * (…)", term)
            listed = [known for known, op in (OPS | OPS.by_alias).items() if op.is_listed]
            advice = did_you_mean(name.lower(), listed) or f"; for a product write {name} * (…)"
            raise self.error(f"there is no operation {name}{advice}", term)
        if len(term.args) == 1 and name in ALONE:
            op = OPS[ALONE[name]]
        for keyword in term.keywords:
            if keyword.arg not in {attribute.name for attribute in op.declared}:
                has = " and ".join(attribute.name for attribute in op.declared)
                advice = f"{name} has {has}" if has else f"{name} takes its inputs in order, without names"
                raise self.error(f"{advice}: {usage(op)}", keyword)
        given = term.args if op.is_variadic else term.args[: op.arity]
        if (
            not given
            or (not op.is_variadic and len(given) < op.arity)
            or len(term.args) - len(given) > len(op.declared)
        ):
            takes = "one input or more" if op.is_variadic else numerals.count(op.arity, "input")
            raise self.error(f"{name} takes {takes}, got {len(term.args)}: write {usage(op)}", term)
        attributes = {
            attribute.name: attribute_of(value, self.error)
            for attribute, value in zip(op.declared, term.args[len(given) :], strict=False)
        }
        for keyword in term.keywords:
            if keyword.arg in attributes:
                raise self.error(f"{keyword.arg} is given twice: {usage(op)}", keyword)
            attributes[str(keyword.arg)] = attribute_of(keyword.value, self.error)
        return self.bound(op, len(given), attributes, term)

    def bound(self, op: Op, arity: int, attributes: Mapping[str, Any], term: ast.expr) -> Op:
        try:
            return op.with_(arity, **attributes)
        except OpError as error:
            raise self.error(f"{op.name} {error}", term) from None

    def operands(self, term: ast.expr) -> list[ast.expr]:
        op = self.operation(term)
        match term:
            case ast.BinOp(left=left, right=right):
                return [left, right]
            case ast.UnaryOp(operand=operand):
                return [operand]
            case ast.Call(args=args):
                return args[: op.arity]
            case ast.List(elts=entries):
                return entries
            case ast.Subscript(value=value):
                return [value]
        raise AssertionError(term)

    # Nodes

    def add(self, op: Op, at: ast.expr, *, inputs: tuple[NodeId | None, ...], name: str) -> NodeId:
        id_ = self.id_for(name)
        self.nodes[id_] = Node(id_, op, inputs, None, name)
        self.places[id_] = at
        return id_

    def leaf(self, kind: str, at: ast.expr, name: str, value: Value | None) -> NodeId:
        id_ = self.id_for(name)
        self.nodes[id_] = Node(id_, OPS[kind], (), value, name)
        self.places[id_] = at
        return id_

    def checked(self, output: NodeId | None) -> Graph:
        try:
            graph = Graph(self.nodes.values(), output)
        except GraphError as error:
            raise self.explained(error) from None
        try:
            graph = graph.with_inputs(self.values)
        except GraphError as error:
            raise ExpressionError(str(error)) from None
        for node, message in infer_shapes(graph).misfits.items():
            raise self.error(message, self.places[node])
        return graph.with_output(None) if graph.default_output == output else graph

    def explained(self, error: GraphError) -> ExpressionError:
        """A cycle, told as the names that need each other."""
        needs = {
            name: [term.id for term in ast.walk(statement) if isinstance(term, ast.Name) and term.id in self.assigned]
            for name, statement in self.assigned.items()
        }
        for name, statement in self.assigned.items():
            if circle := _circle(name, {key: [n for n in value if n != key] for key, value in needs.items()}):
                told = ", ".join(f"{one} needs {other}" for one, other in pairwise(circle))
                return self.error(f"circular: {told}; one of them has to be an input", statement)
            if isinstance(statement, ast.Assign) and any(
                isinstance(term, ast.Name) and term.id == name for term in ast.walk(statement.value)
            ):
                return self.error(f"circular: {name} needs itself; choose another name on the left", statement)
        return ExpressionError(str(error))


def _circle(start: str, needs: Mapping[str, list[str]]) -> list[str]:
    """A shortest way from `start` back to itself, or nothing."""
    came_from: dict[str, str] = {}
    pending = [start]
    for name in pending:
        for other in needs.get(name, ()):
            if other == start:
                way = [name]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return [*reversed(way), start]
            if other not in came_from:
                came_from[other] = name
                pending.append(other)
    return []
