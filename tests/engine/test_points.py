"""Many points at once give what one point at a time gives, for every operation that there is."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import bpviz
from bpviz.engine.analysis import points
from bpviz.engine.analysis.coordinates import Coordinate
from bpviz.engine.analysis.points import at_points, takes_many
from bpviz.engine.analysis.sections import Section, Target
from bpviz.ops import OPS, Op
from bpviz.ops.chain import jvp
from bpviz.ops.op import Probe
from tests.ops.drawing import drawn, name_of, probes

_COUNT = 3
_ONE_BY_ONE = {"conv1d", "conv2d", "embedding", "dropout"}  # what people can write; the rest is inner


@pytest.mark.parametrize(("op", "probe"), probes(), ids=name_of)
def test_as_one_point_at_a_time(op: Op, probe: Probe) -> None:
    cases = [drawn(probe, seed) for seed in range(_COUNT)]
    rng = np.random.default_rng(0)
    for moves in product((False, True), repeat=len(probe.shapes)):
        if not any(moves):
            continue
        args = [np.stack([c[i] for c in cases]) if moved else cases[0][i] for i, moved in enumerate(moves)]
        tangents = [
            rng.normal(size=np.shape(arg)) if moved and op.has_derivative(i) else None
            for i, (arg, moved) in enumerate(zip(args, moves, strict=True))
        ]
        with np.errstate(all="ignore"):
            out, slope = at_points(op, args, moves, tangents, _COUNT)
        for k in range(_COUNT):
            point: list[Any] = [arg[k] if moved else arg for arg, moved in zip(args, moves, strict=True)]
            with np.errstate(all="ignore"):
                value = op.forward(*point)
                moved_value = jvp(op, [None if t is None else t[k] for t in tangents], point, value)
            np.testing.assert_allclose(out[k], value, rtol=1e-12, atol=1e-13)
            assert np.shape(out[k]) == np.shape(value)
            if moved_value is None:
                assert slope is None
            else:
                np.testing.assert_allclose(slope[k], moved_value, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", [op.name for op in OPS.values() if op.structured is not None and op.is_listed])
def test_what_goes_one_by_one_is_known(name: str) -> None:
    op = OPS[name]
    probe = op.probes[0]
    op = op.with_(len(probe.shapes) if op.is_variadic else None, **probe.attributes)
    first = tuple(i == 0 for i in range(len(probe.shapes)))
    assert takes_many(op, probe.shapes, first) is (name not in _ONE_BY_ONE)


def test_a_singular_matrix_is_a_gap_at_its_point_alone() -> None:
    trace = bpviz.run(bpviz.parse("A = [[x, 2], [1, 4]]; f = sum(inverse(A)) + logdet(A)**2", x=3.0))
    assert trace.graph.result is not None
    section = Section(trace, Coordinate(trace.graph.by_name["x"]), [Target(trace.graph.result)])
    assert section.takes_many
    (values,), (slopes,) = section.at(np.array([0.25, 0.5, 3.0]))
    assert np.isnan([values[1], slopes[1]]).all()
    # A⁻¹ = [[4, −2], [−1, x]] / (4x − 2), so its sum is (1 + x)/(4x − 2); logdet is ln |4x − 2|, at ¼ that is 0
    assert values[0] == pytest.approx(-1.25, rel=1e-12)
    assert values[2] == pytest.approx(4.0 / 10.0 + np.log(10.0) ** 2, rel=1e-12)
    assert slopes[2] == pytest.approx(-6.0 / 100.0 + 2 * np.log(10.0) * 4.0 / 10.0, rel=1e-12)


def test_points_that_are_too_many_for_the_memory_go_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = bpviz.run(bpviz.parse("v = [x, x**2, 3]; f = sum(tanh(v)) + softmax(v) @ v", x=0.5))
    assert trace.graph.result is not None
    section = Section(trace, Coordinate(trace.graph.by_name["x"]), [Target(trace.graph.result)])
    x = np.linspace(-1.0, 1.0, 17)
    whole = section.at(x)
    monkeypatch.setattr("bpviz.engine.analysis.sections.MOST_NUMBERS", 12)
    parts = section.at(x)
    np.testing.assert_allclose(parts[0][0], whole[0][0], rtol=1e-14)
    np.testing.assert_allclose(parts[1][0], whole[1][0], rtol=1e-14)
    assert section.at(x, with_slopes=False)[1] == []


def test_forms_are_made_once() -> None:
    op = OPS["softmax"]
    assert points._form_of(op, ((3,),), (True,)) is points._form_of(op, ((3,),), (True,))
