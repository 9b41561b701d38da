"""bpviz: build a computation graph, watch it evaluate, and watch the chain rule run backward through it.

    import bpviz

    graph = bpviz.parse("q = x + y; f = q * z", x=-2, y=5, z=-4)
    trace = bpviz.run(graph)
    trace.value("f"), trace.gradient("x")     # -12.0, -4.0
    for event in trace: ...                   # computed, seeded, sent, accumulated
    plan = bpviz.compile(graph)
    plan.run(x=1.0).gradient("z")             # 6.0
    bpviz.derive(graph, "x")                  # the graph that computes df_dx
    bpviz.hessian(graph, "x", "z")            # [[0, 1], [1, 0]]

Importing bpviz is quick; what computes is imported when it is first called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import export as _package  # noqa: F401 - imported later, it would hide the function of the same name

if TYPE_CHECKING:
    import os

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from .document.diagram import Diagram
    from .engine.plan import Plan
    from .engine.trace import Trace
    from .graph.graph import Graph, NodeId

__version__ = "0.1.0"
__all__ = ["compile", "derive", "export", "hessian", "jacobian", "load", "parse", "run", "save"]


def parse(program: str, /, **values: ArrayLike) -> Graph:
    """The graph that a program of the language means, with numbers, lists or arrays for its inputs.

    Raises ValueError, with line, column and advice, when it means none.
    """
    from .graph.parse import parse

    return parse(program, values)


def run(graph: Graph, output: NodeId | str | None = None) -> Trace:
    """Evaluates a graph and accumulates the gradients of its output, or of `output` (an id or a name).

    What cannot be computed does not raise: it waits or fails, as `trace.troubles` says.
    """
    from .engine.trace import run

    return run(graph, output)


def compile(graph: Graph) -> Plan:
    """A graph made ready for running again and again, and run once: `plan.run(x=1.0).gradient("x")`.

    Every input that should be set later needs a value now, of the same shape.
    """
    from .engine.plan import Plan

    return Plan(graph).run()


def derive(graph: Graph, *wrt: str, output: str | None = None) -> Graph:
    """The graph that computes ∂output/∂name for these inputs (none: all), as nodes named df_dx and so on.

    It can be run and derived again.  Raises ValueError for what has no derivative.
    """
    from .engine.derive import derive

    return derive(graph, [graph.find(name) for name in wrt] or None, _output(graph, output)).graph


def jacobian(graph: Graph, *wrt: str, output: str | None = None) -> NDArray[np.float64]:
    """∂output/∂names: one row for each entry of the output, one column for each entry of the nodes (none: all inputs).

    Raises ValueError for what has no value or no derivative.
    """
    from .engine.jacobians import jacobian
    from .graph.graph import GraphError

    of = graph.result if output is None else graph.find(output)
    if of is None:
        raise GraphError("the graph is empty")
    return jacobian(graph, of, [graph.find(name) for name in wrt] or [node.id for node in graph.leaves()])


def hessian(graph: Graph, *wrt: str, output: str | None = None) -> NDArray[np.float64]:
    """∂²output/∂names² of a scalar output: one row and one column for each entry of the inputs (none: all of them).

    Raises ValueError for what has no value or no derivative.
    """
    from .engine.jacobians import hessian

    nodes = [graph.find(name) for name in wrt] or [node.id for node in graph.leaves()]
    return hessian(graph, nodes, _output(graph, output))


def _output(graph: Graph, name: str | None) -> NodeId | None:
    return None if name is None else graph.find(name)


def load(path: str | os.PathLike[str]) -> Diagram:
    """The document in a file; its `graph` can be run.  Raises ValueError, naming the place, for a file that is none."""
    from .document.file import load

    return load(path)


def save(path: str | os.PathLike[str], source: Diagram | Graph) -> None:
    """Writes a document, laid out automatically if it is a bare graph.  Raises ValueError when it cannot."""
    from .document.diagram import Diagram
    from .document.file import save

    save(path, source if isinstance(source, Diagram) else Diagram.of(source))


def export(
    path: str | os.PathLike[str],
    source: Diagram | Graph,
    *,
    step: int | None = None,
    theme: str = "light",
    scale: float = 1.0,
    transparent: bool = False,
    direction: str | None = None,
) -> None:
    """Draws the moment after `step` events (None: the end) as .png, .svg or .pdf; needs no display.

    `scale` is pixels per scene unit; the themes are light, dark, projector and
    projector-light.  Wires lead as the document has it, or in a `direction`: "right" or "down".  Raises ValueError when
    it cannot.
    """
    from .ui.picture import export_graph

    export_graph(source, path, step=step, theme=theme, scale=scale, transparent=transparent, direction=direction)
