"""Every structured operation on its probes: shapes, values, and derivatives of first and second order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from bpviz.ops import OPS, Op
from bpviz.ops.chain import jvp, vjp
from bpviz.ops.op import Probe

from .. import layers_oracle, structured_oracle
from .drawing import drawn, name_of, probes
from .recording import Recorded, gradients, values

AUTOGRAD = {**structured_oracle.AUTOGRAD, **layers_oracle.AUTOGRAD}
TORCH = {**structured_oracle.TORCH, **layers_oracle.TORCH}
PROBES = probes()
STEP = 1e-3
each_probe = pytest.mark.parametrize(("op", "probe"), PROBES, ids=name_of)


def has_value(op: Op, inputs: list[Any]) -> bool:
    return op.domain is None or bool(np.all(op.domain.holds(*inputs)))


def difference(function: Callable[[Any], Any], x: Any, direction: Any) -> Any:
    """The derivative of `function` at x along a direction, from four points."""

    def at(steps: float) -> Any:
        return function(x + steps * STEP * direction)

    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * STEP)


def like(value: Any, seed: int) -> Any:
    return np.random.default_rng(seed).uniform(-1.0, 1.0, np.shape(value))


def shaken(op: Op, slot: int, inputs: list[Any], g: Any) -> Any:
    """g · ∂out/∂input by differences, entry by entry."""
    x = inputs[slot]

    def weighted(moved: Any) -> float:
        return float(np.sum(g * op.forward(*inputs[:slot], moved, *inputs[slot + 1 :])))

    directions = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([difference(weighted, x, direction) for direction in directions]).reshape(x.shape)


def test_every_structured_operation_has_probes_and_a_second_opinion() -> None:
    structured = [op for op in OPS.values() if op.structured is not None]
    assert all(op.probes for op in structured)
    alone = {op.name for op in structured if op.is_listed} - AUTOGRAD.keys() - TORCH.keys()
    assert alone <= {"dropout"}


@each_probe
def test_the_shape_is_known_before_the_value(op: Op, probe: Probe) -> None:
    assert op.structured is not None
    inputs = drawn(probe)
    out = op.forward(*inputs)
    assert np.shape(out) == op.structured.shape(*probe.shapes)
    assert np.result_type(out) == np.float64
    assert np.isfinite(out).all() == has_value(op, inputs) or not np.size(out)
    work = op.structured.work(*probe.shapes)
    assert work.multiplications >= 0
    assert work.additions >= 0


@each_probe
def test_the_domain_speaks_of_whole_inputs(op: Op, probe: Probe) -> None:
    inputs = drawn(probe)
    if op.kink is not None and all(x.size > 1 for x in inputs):
        assert not np.any(op.kink.where(*inputs))
    if not has_value(op, inputs):
        assert np.isnan(op.forward(*inputs)).any()


@each_probe
def test_back_agrees_with_differences(op: Op, probe: Probe) -> None:
    inputs = drawn(probe)
    if not has_value(op, inputs):
        return
    out = op.forward(*inputs)
    g = like(out, 1)
    for slot in range(op.arity):
        if op.has_derivative(slot):
            sent = vjp(op, slot, g, inputs, out)
            assert np.shape(sent) == np.shape(inputs[slot])
            np.testing.assert_allclose(sent, shaken(op, slot, inputs, g), rtol=1e-6, atol=1e-8)


@each_probe
def test_forward_is_the_transpose_of_back(op: Op, probe: Probe) -> None:
    inputs = drawn(probe)
    if not has_value(op, inputs):
        return
    out = op.forward(*inputs)
    g = like(out, 1)
    for slot in range(op.arity):
        if op.has_derivative(slot):
            t = like(inputs[slot], 2)
            tangents = [t if other == slot else None for other in range(op.arity)]
            ahead: Any = jvp(op, tangents, inputs, out)
            assert np.shape(ahead) == np.shape(out)
            there, back = np.sum(g * ahead), np.sum(vjp(op, slot, g, inputs, out) * t)
            assert there == pytest.approx(back, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(("op", "probe"), [p for p in PROBES if p[0].name in AUTOGRAD], ids=name_of)
def test_values_and_gradients_agree_with_autograd(op: Op, probe: Probe) -> None:
    inputs, function = drawn(probe, 1), AUTOGRAD[op.name]
    if not has_value(op, inputs) or any(not x.size for x in inputs):
        return  # autograd has no rules for nothing
    out = op.forward(*inputs)
    np.testing.assert_allclose(out, function(*inputs, **op.attributes), rtol=1e-12, atol=1e-13)
    g = like(out, 1)
    for slot in range(op.arity):
        if op.has_derivative(slot):
            gradient = autograd.grad(lambda *xs: anp.sum(g * function(*xs, **op.attributes)), slot)
            np.testing.assert_allclose(vjp(op, slot, g, inputs, out), gradient(*inputs), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("op", "probe"), [p for p in PROBES if p[0].name in TORCH], ids=name_of)
def test_values_and_gradients_agree_with_torch(op: Op, probe: Probe) -> None:
    torch = pytest.importorskip("torch")
    inputs = drawn(probe, 1)
    if not has_value(op, inputs):
        return
    if op.name in ("variance", "std") and not inputs[0].size:
        return  # where torch warns
    tensors = [torch.tensor(x, requires_grad=op.has_derivative(slot)) for slot, x in enumerate(inputs)]
    theirs = TORCH[op.name](*tensors, **op.attributes)
    out = op.forward(*inputs)
    np.testing.assert_allclose(out, theirs.detach().numpy(), rtol=1e-12, atol=1e-13)
    g = like(out, 1)
    (torch.tensor(g) * theirs).sum().backward()
    for slot, tensor in enumerate(tensors):
        if tensor.grad is not None:
            np.testing.assert_allclose(vjp(op, slot, g, inputs, out), tensor.grad.numpy(), rtol=1e-10, atol=1e-12)


# Rules are written in operations


@each_probe
def test_rules_record_what_they_compute_and_can_be_differentiated_again(op: Op, probe: Probe) -> None:
    inputs = drawn(probe)
    if not has_value(op, inputs):
        return
    out = op.forward(*inputs)
    for slot in range(op.arity):
        if op.has_derivative(slot):
            is_differentiated_again(lambda g, xs, out, slot=slot: vjp(op, slot, g, xs, out), op, inputs, out)
            tangents = [None] * op.arity

            def ahead(t: Any, xs: Any, out: Any, slot: int = slot, tangents: Any = tangents) -> Any:
                return jvp(op, [*tangents[:slot], t, *tangents[slot + 1 :]], xs, out)

            is_differentiated_again(ahead, op, inputs, inputs[slot])


def is_differentiated_again(rule: Callable[..., Any], op: Op, inputs: list[Any], upstream: Any) -> None:
    """A rule recorded is the rule computed, and the record's gradients are those of differences."""
    names = [Recorded(np.shape(x)) for x in inputs]
    g_name = Recorded(np.shape(upstream))
    root = rule(g_name, names, op(*names))
    numbers = [*inputs, like(upstream, 3)]
    known = dict(zip([*names, g_name], numbers, strict=True))

    def computed(*given: Any) -> Any:
        return rule(given[-1], list(given[:-1]), op.forward(*given[:-1]))

    expected = computed(*numbers)
    if not isinstance(root, Recorded):  # nothing depends on anything
        np.testing.assert_allclose(root, expected)
        return
    np.testing.assert_allclose(values(root, known)[root], expected, rtol=1e-12, atol=1e-13)
    c = like(expected, 4)
    sent = gradients(root, known, c)
    for place, name in enumerate([*names, g_name]):
        if place < op.arity and not op.has_derivative(place):
            continue  # a token cannot take a small step
        direction = like(numbers[place], 5)

        def weighted(moved: Any, place: int = place) -> float:
            return float(np.sum(c * computed(*numbers[:place], moved, *numbers[place + 1 :])))

        slope = difference(weighted, numbers[place], direction)
        assert np.sum(sent.get(name, 0.0) * direction) == pytest.approx(slope, rel=1e-6, abs=1e-7)
