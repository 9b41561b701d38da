"""What is shown, for somebody who does not see it: the present step, a card, a wire, each in a few spoken words."""

from __future__ import annotations

from ..engine.explain import has_kink
from ..engine.notation import local_sign
from ..engine.trace import Trace
from ..graph.graph import NodeId
from ..graph.program import local_derivative, node_formula
from ..ops import numerals
from .cards import is_wrong
from .speech import said, spoken
from .stage import Stage

_MOST_NAMED = 6  # nodes that are named one by one


def step_in_words(stage: Stage) -> str:
    """`Step 8 of 14. f passes back 1 times minus 4, …`; before the first step, what to do."""
    now, length = stage.now, len(stage.trace)
    sentence = said(stage.caption())
    step = now.step + (now.event is not None)
    return f"Step {step:,} of {length:,}. {sentence}" if step else sentence


def node_title(stage: Stage, node: NodeId) -> str:
    """`q, addition of x and y`; `x, input`; `neuron, group of 8 nodes that gives a`."""
    if (group := stage.scenery.group_of(node)) is not None:
        nodes = numerals.count(len(group.members), "node")
        return spoken(f"{group.name}, group of {nodes} that gives {stage.graph.spoken(group.face)}")
    graph, held = stage.graph, stage.graph.nodes[node]
    name = graph.spoken(node)
    if held.is_constant:
        return spoken(f"{name}, constant")
    if held.op.is_leaf:
        return spoken(f"{name}, {'input' if held.op.name == 'variable' else 'parameter'}")
    inputs = [graph.spoken(source) for source in held.inputs if source is not None]
    if held.op.name in ("add", "mul") and len(inputs) == len(held.inputs):
        made = f"{'addition' if held.op.name == 'add' else 'multiplication'} of {' and '.join(inputs)}"
    else:
        made = str(node_formula(graph, node))
    return spoken(f"{name}, {made}")


def node_facts(stage: Stage, node: NodeId) -> str:
    """`value 3, gradient minus 4, goes into f`: what a card says now, and where its wire leads."""
    trace = stage.trace
    value = trace.frame(stage.now.step).value(node)
    facts = []
    if told := trace.troubles.get(node):
        facts.append(spoken(told))
    elif value is None:
        facts.append("value not computed yet")
    else:
        facts.append(spoken(f"value {trace.style.brief(value)}"))
    facts += _derivative_facts(stage, node)
    facts.append(_goal(stage, node))
    return ", ".join(facts)


def _derivative_facts(stage: Stage, node: NodeId) -> list[str]:
    trace = stage.trace
    if trace.sweep is None or trace.seed is None or node not in trace.plan.row_of:
        return []
    if stage.graph.nodes[node].is_constant:
        return []
    noun = "gradient" if trace.sweep.is_backward else "tangent"
    gradient = trace.frame(stage.now.step).gradient(node)
    if gradient is not None:
        facts = [spoken(f"{noun} {trace.style.brief(gradient)}")]
        into = trace.wires_into(node)
        coming = len(into) - len(trace.frame(stage.now.step).arrived(node))
        if node != trace.seed and coming:
            facts.append("one more share to come" if coming == 1 else f"{coming:,} more shares to come")
        if is_wrong(trace, node, stage.now.step):
            facts.append(spoken(f"wrong: {trace.sweep.wrong[node]}"))
        return facts
    if node != trace.seed and not trace.receives(node):
        seed = stage.graph.spoken(trace.seed)
        return [spoken(f"no path {'to' if trace.sweep.is_backward else 'from'} {seed}")]
    return [f"{noun} not reached yet"]


def _goal(stage: Stage, node: NodeId) -> str:
    graph = stage.graph
    consumers = list(dict.fromkeys(consumer for consumer, _ in graph.structure.consumers[node]))
    is_output = node == graph.result
    if not consumers:
        return "the output" if is_output else "goes nowhere"
    named = [spoken(graph.spoken(consumer)) for consumer in consumers[:_MOST_NAMED]]
    if len(consumers) > len(named):
        named.append(f"{len(consumers) - len(named)} more")
    told = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{'the output, ' if is_output else ''}goes into {told}"


def wire_title(stage: Stage, target: NodeId, slot: int) -> str:
    """`wire from q to f`; to an operation of several inputs, also to which of them."""
    graph = stage.graph
    inputs = graph.nodes[target].inputs
    source = inputs[slot]
    assert source is not None
    place = f", its input {slot + 1} of {len(inputs)}" if len(inputs) > 1 else ""
    return spoken(f"wire from {graph.spoken(source)} to {graph.spoken(target)}{place}")


def wire_facts(stage: Stage, target: NodeId, slot: int) -> str:
    """`local derivative of f by q is z, which is minus 4; has carried back minus 4`: what of it is known now."""
    trace = stage.trace
    number = trace.wire(target, slot)
    if number is None or trace.sweep is None:
        return "carries no gradient"
    sent = trace.sent_position(number)
    frame = trace.frame(stage.now.step)
    event = trace.sweep.sent(number)
    if frame.gradient(event.source) is None:
        return "not reached yet"
    facts = [_local_derivative(trace, target, slot)]
    if stage.now.step > sent:
        way = "back" if trace.sweep.is_backward else "on"
        facts.append(spoken(f"has carried {way} {trace.style.brief(event.contribution)}"))
    return "; ".join(facts)


def _local_derivative(trace: Trace, target: NodeId, slot: int) -> str:
    graph, number = trace.graph, trace.wire(target, slot)
    assert number is not None and trace.sweep is not None
    local = trace.sweep.sent(number).local
    name = f"local derivative {local_sign(graph, trace.sweep, target, slot)}"
    if local is None or graph.nodes[target].op.structured is not None:
        return spoken(f"{name} is a matrix")
    formula, value = str(local_derivative(graph, target, slot)), trace.style.brief(local)
    if formula == value or has_kink(trace, target):
        return spoken(f"{name} = {value}")
    return spoken(f"{name} = {formula} = {value}")
