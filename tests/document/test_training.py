"""The numbers that training puts into a diagram."""

from __future__ import annotations

import numpy as np
import pytest

from bpviz.document.diagram import Diagram
from bpviz.document.edits import EditError
from bpviz.document.training import put_values
from bpviz.graph.parse import parse


def test_many_inputs_change_at_once_and_nothing_else() -> None:
    before = Diagram.of(parse("x = 1; w = parameter([1, 2]); y = x*w"))
    names = before.graph.by_name
    after = put_values(before, {names["x"]: 3.0, names["w"]: np.array([4.0, 5.0])})
    assert after.graph[names["x"]].value == 3.0
    assert np.array_equal(after.graph[names["w"]].value, [4.0, 5.0])  # type: ignore[arg-type]
    assert after.positions == before.positions
    assert after.graph.same_wires(before.graph)
    assert put_values(after, {names["x"]: 3.0}) is after


def test_what_cannot_be_kept_is_refused_whole() -> None:
    diagram = Diagram.of(parse("x = 1; w = 2; y = x*w"))
    names = diagram.graph.by_name
    with pytest.raises(EditError, match="w is no finite number any more"):
        put_values(diagram, {names["x"]: 3.0, names["w"]: float("nan")})
    with pytest.raises(EditError, match="the graph has changed since training began"):
        put_values(diagram, {names["y"]: 3.0})
    with pytest.raises(EditError, match="the graph has changed"):
        put_values(diagram, {99: 3.0})
