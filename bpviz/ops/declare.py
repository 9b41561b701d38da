"""The declaration of an operation: what `define` is given, and the `Op` for each choice of attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial as bound
from typing import Any

from .op import (
    CALL,
    OPS,
    Attribute,
    Domain,
    Kink,
    Op,
    OpError,
    Partial,
    Probe,
    Quantity,
    Rule,
    Shape,
    Spelling,
    Structured,
    Work,
)


@dataclass(frozen=True, eq=False)
class Declaration:
    """What `define` was given; it makes one `Op` for each choice of attributes and number of inputs."""

    plain: Callable[[int], Op]
    attributes: tuple[Attribute, ...]
    is_variadic: bool
    made: dict[Any, Op] = field(default_factory=dict)

    def op(self, attributes: Mapping[str, Any], arity: int) -> Op:
        """The operation with these attributes, always the same object for the same ones.  Raises OpError."""
        known = {attribute.name: attribute for attribute in self.attributes}
        for name in attributes:
            if name not in known:
                has = ", ".join(known) or "none"
                raise OpError(f"has no attribute {name} (it has {has})")
        values = {name: known[name].read(attributes.get(name, known[name].default)) for name in known}
        key = (arity, tuple(values.items()))
        if key not in self.made:
            self.made[key] = self._bound(values, arity)
        return self.made[key]

    def _bound(self, values: Mapping[str, Any], arity: int) -> Op:
        op = self.plain(arity)
        if not values:
            return op
        given = {a.name: values[a.name] for a in self.attributes if values[a.name] != a.default}
        spellings: dict[str, Any] = {}
        if given:
            told = "".join(f", {written_attribute(name, value)}" for name, value in given.items())
            shown = {name: value for name, value in given.items() if name != "keepdims"}  # of no interest to a reader
            said = "".join(f", {written_attribute(name, value)}" for name, value in shown.items())
            set_ = "".join(f", {_latex_attribute(name, value)}" for name, value in shown.items())
            args = ", ".join(f"{{{i}}}" for i in range(arity))
            spellings = {
                "code": Spelling(f"{op.name}({args}{told})", CALL),
                "text": Spelling(f"{op.name.replace('_', ' ')}({args}{said})", CALL),
                "latex": Spelling(rf"{_latex_name(op.name)}\left({args}{set_}\right)", CALL),
            }
        for name in ("code", "text", "latex"):  # a spelling may depend on the attributes: x[1:3]
            if callable(spelled := getattr(op, name)):
                spellings[name] = spelled(**values)
        return replace(
            op,
            forward=bound(op.forward, **values),
            partials=tuple(Partial(bound(p.exact, **values), bound(p.shown, **values)) for p in op.partials),
            structured=op.structured and _with_attributes(op.structured, values),
            domain=op.domain and _domain_with_attributes(op.domain, values),
            kink=op.kink and Kink(bound(op.kink.where, **values), op.kink.statement),
            attributes=values,
            **spellings,
        )


def _domain_with_attributes(domain: Domain, values: Mapping[str, Any]) -> Domain:
    parts = tuple(_domain_with_attributes(part, values) for part in domain.parts)
    return Domain(bound(domain.holds, **values), domain.statement, parts)


def _with_attributes(structured: Structured, values: Mapping[str, Any]) -> Structured:
    return Structured(
        bound(structured.shape, **values),
        tuple(rule and bound(rule, **values) for rule in structured.vjps),
        tuple(rule and bound(rule, **values) for rule in structured.jvps),
        bound(structured.work, **values),
        structured.cases and bound(structured.cases, **values),
    )


def written_attribute(name: str, value: Any) -> str:
    """An attribute as the language writes it: `axis=0`, `shape=[2, 3]`, `keepdims=True`."""
    is_one_axis = name == "axis" and isinstance(value, tuple) and len(value) == 1
    return f"{name}={literal(value[0] if is_one_axis else value)}"


def _latex_attribute(name: str, value: Any) -> str:
    r"""`\text{{axis}}={{-1}}`, for a template: the words upright, the sign close to its number."""
    told = written_attribute(name, value).partition("=")[2]
    upright = re.sub("[A-Z][a-z]+", lambda word: rf"\text{{{{{word[0]}}}}}", told)
    close = re.sub(r"-[\d.e-]+", lambda number: f"{{{{{number[0]}}}}}", upright)
    return rf"\text{{{{{name}}}}}={close}"


def _latex_name(name: str) -> str:
    r"""`\operatorname{{relu}}`, for a template; several words keep their gaps."""
    return rf"\text{{{{{name.replace('_', ' ')}}}}}" if "_" in name else rf"\operatorname{{{{{name}}}}}"


def literal(value: Any) -> str:
    """An attribute's value as the language writes it: `[0, 1]`, `2`, `0.5`, `True`."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def call_spellings(name: str, arity: int, latex_name: str) -> tuple[Spelling, Spelling, Spelling]:
    """Code, text and LaTeX spellings of an operation that is written as a call."""
    args = ", ".join(f"{{{i}}}" for i in range(arity))
    spoken = name.replace("_", " ")
    return (
        Spelling(f"{name}({args})", CALL),
        Spelling(f"{spoken}({args})", CALL),
        Spelling(rf"{latex_name}\left({args}\right)", CALL),
    )


VARIADIC = -1  # the arity of an operation that takes as many inputs as it is given; 2 when nobody says


def define(
    name: str,
    *,
    symbol: str,
    title: str,
    group: str,
    summary: str,
    arity: int,
    forward: Callable[..., Any],
    partials: Sequence[Rule | Partial] = (),
    shape: Callable[..., Shape] | None = None,
    vjps: Sequence[Rule | None] | Callable[[int], Rule] = (),
    jvps: Sequence[Rule | None] | Callable[[int], Rule] = (),
    linear: bool = False,
    work: Callable[..., Work] | None = None,
    cases: Callable[..., Any] | None = None,
    attributes: Sequence[Attribute] = (),
    code: Spelling | Callable[..., Spelling] | None = None,
    text: Spelling | Callable[..., Spelling] | None = None,
    latex: Spelling | Callable[..., Spelling] | None = None,
    latex_name: str = "",
    aliases: Sequence[str] = (),
    domain: Domain | None = None,
    kink: Kink | None = None,
    samples: Sequence[tuple[float, ...]] = (),
    probes: Sequence[Probe] = (),
    analytic: bool = False,
) -> Op:
    """Declare an operation and enter it in `OPS`.

    A bare rule in `partials` is both computed and shown.  Structured operations have `shape`, `vjps` and `jvps`, one
    for each slot; of variadic ones these are functions from the slot to its rule.  `linear` says that the result
    is linear in each input when the others stand still, so that its jvp is the operation itself.
    """

    def plain(inputs: int) -> Op:
        default_code, default_text, default_latex = call_spellings(name, inputs, latex_name or _latex_name(name))
        structured = None
        if shape is not None:
            back = [vjps(slot) for slot in range(inputs)] if callable(vjps) else vjps
            ahead = [jvps(slot) for slot in range(inputs)] if callable(jvps) else jvps
            if linear:
                ahead = [_in_place_of(name, slot) for slot in range(inputs)]
            assert len(back) == len(ahead) == inputs, f"{name}: one vjp and one jvp per slot"
            structured = Structured(shape, tuple(back), tuple(ahead), work or (lambda *shapes, **_: Work()), cases)
        else:
            assert len(partials) == inputs, f"{name}: one partial per slot"
        return Op(
            name=name,
            symbol=symbol,
            title=title,
            group=group,
            summary=summary,
            arity=inputs,
            forward=forward,
            partials=tuple(p if isinstance(p, Partial) else Partial(p, p) for p in partials),
            structured=structured,
            code=code or default_code,  # type: ignore[arg-type]  # those that are callable wait for the attributes
            text=text or default_text,  # type: ignore[arg-type]
            latex=latex or default_latex,  # type: ignore[arg-type]
            aliases=tuple(aliases),
            domain=domain,
            kink=kink,
            samples=tuple(samples),
            probes=tuple(probes),
            analytic=analytic,
            attributes={},
            declaration=declaration,
        )

    declaration = Declaration(plain, tuple(attributes), arity == VARIADIC)
    op = declaration.op({}, 2 if arity == VARIADIC else arity)
    assert name not in OPS
    OPS[name] = op
    for alias in aliases:
        assert alias not in OPS and alias not in OPS.by_alias, f"{alias} is taken"
        OPS.by_alias[alias] = op
    return op


def _in_place_of(name: str, slot: int) -> Rule:
    """The jvp of an operation that is linear in a slot: the tangent takes the place of the input."""

    def jvp(t: Quantity, *inputs_and_out: Quantity, **attributes: Any) -> Quantity:
        inputs = list(inputs_and_out[:-1])
        inputs[slot] = t
        return OPS[name].with_(len(inputs), **attributes)(*inputs)

    return jvp
