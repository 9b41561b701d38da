"""The public Python interface, as the README shows it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import bpviz


def test_parse_run_and_look() -> None:
    graph = bpviz.parse("q = x + y; f = q * z", x=-2, y=5, z=-4)
    trace = bpviz.run(graph)
    assert (trace.value("f"), trace.gradient("x"), len(trace)) == (-12.0, -4.0, 14)
    assert type(trace[7]).__name__ == "Accumulated"
    assert trace.frame(7).value(graph.find("q")) == 3.0
    assert bpviz.run(graph, output="q").gradient("y") == 1.0


def test_compile_runs_and_runs_again() -> None:
    plan = bpviz.compile(bpviz.parse("q = x + y; f = q * z", x=-2, y=5, z=-4))
    assert plan.value("f") == -12.0
    assert plan.run(x=1.0).value("f") == -24.0
    assert plan.gradient("z") == 6.0
    x = 3.0
    parabola = bpviz.compile(bpviz.parse("(x - 1)²", x=x))
    for _ in range(60):
        slope = parabola.run(x=x).gradient("x")
        assert isinstance(slope, float)
        x -= 0.3 * slope
    assert x == pytest.approx(1.0)


def test_an_input_may_be_called_anything() -> None:
    assert bpviz.run(bpviz.parse("program*values", program=2, values=[1, 2])).gradient("program") == 3.0


def test_derivatives_of_derivatives() -> None:
    graph = bpviz.parse("x**2*y + y + 2", x=3, y=4)
    assert bpviz.run(bpviz.derive(graph, "x")).value("df_dx") == 24.0
    assert sorted(bpviz.derive(graph).by_name) == ["df_dx", "df_dy", "x", "y"]
    assert bpviz.hessian(graph).tolist() == bpviz.hessian(graph, "x", "y").tolist() == [[8.0, 6.0], [6.0, 0.0]]
    assert bpviz.jacobian(graph, "y").tolist() == [[10.0]]
    assert bpviz.jacobian(bpviz.parse("q = 2*x; f = q**2", x=3), output="q").tolist() == [[2.0]]


def test_errors_are_value_errors() -> None:
    with pytest.raises(ValueError, match="column 1: there is no operation sni; did you mean sin"):
        bpviz.parse("sni(x)")
    with pytest.raises(ValueError, match="there is no input y"):
        bpviz.parse("2x", y=1)


def test_save_and_load(tmp_path: Path) -> None:
    graph = bpviz.parse("f = w*x", w=[1, 2], x=0.1)
    bpviz.save(tmp_path / "f.bpviz", graph)
    again = bpviz.load(tmp_path / "f.bpviz").graph
    assert again == graph
    assert np.array_equal(bpviz.run(again).gradient("w"), [0.1, 0.1])  # type: ignore[arg-type]


def test_the_interface_is_what_it_says() -> None:
    import_module("bpviz.export.report")  # a package of the same name as the function export
    assert sorted(bpviz.__all__) == [
        "compile",
        "derive",
        "export",
        "hessian",
        "jacobian",
        "load",
        "parse",
        "run",
        "save",
    ]
    assert all(callable(getattr(bpviz, name)) for name in bpviz.__all__)
    assert (Path(bpviz.__file__).parent / "py.typed").exists()
