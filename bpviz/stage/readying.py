"""What a large diagram needs before it can be shown, worked out ahead: a thread may do it, while the window goes on."""

from __future__ import annotations

from dataclasses import dataclass

from ..document.diagram import Diagram
from ..engine.plan import Plan
from ..engine.trace import Trace
from .lie import Lie
from .progress import Tell, within
from .scenery import Scenery


@dataclass(frozen=True)
class Ready:
    """A diagram, its run, and where everything lies."""

    diagram: Diagram
    plan: Plan
    trace: Trace
    scenery: Scenery


def ready(diagram: Diagram, tell: Tell) -> Ready:
    """The same as is found by whoever looks at a diagram first, all at once.

    Raises GraphError when it is too large to run.
    """
    graph = diagram.graph
    _ = graph.result
    tell(0.1)
    plan = Plan(graph)
    tell(0.2)
    plan.run()
    trace = Trace(plan, graph)
    tell(0.3)
    scenery = Scenery(diagram)
    scenery.find_routes(within(tell, 0.3, 0.8))
    _ = scenery.wire_boxes, scenery.wire_spans, scenery.wire_numbers
    tell(0.9)
    scenery.lie = Lie(scenery)
    scenery.lie.outlines_of(trace)
    tell(1.0)
    return Ready(diagram, plan, trace, scenery)
