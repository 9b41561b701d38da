"""The inspector: all there is to know about one node, in full precision and as mathematics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea

from ..engine.check import Check, Verdict, check_node
from ..engine.explain import (
    back_formula,
    chain_rule_latex,
    fraction,
    jacobian_in_words,
    label_latex,
    node_latex,
    product_text,
    sum_of_shares,
)
from ..engine.trace import Sent, Trace
from ..graph.graph import NodeId
from ..graph.program import full_formula, local_derivative, node_formula
from ..ops import numerals
from ..ops.formula import Notation, written
from .attributes import Choices, has_choices
from .canvas import mathtext
from .formula import FormulaLabel
from .ledger import show_ledger
from .panel import MathLabel, Panel
from .session import Session

_WAIT = 70  # milliseconds after a change: a slider in motion is not slowed down by mathematics being set
_WIDTH = 228.0  # pixels: of a line inside a box
_MOST_SHARES = 40
_LONGEST_FORMULA = 56  # characters
_MOST_IN_LINE = 6  # entries of an array


class Inspector(QScrollArea):
    """Shows the one selected node; without one, the node that the playhead is at, or else the output."""

    left = Signal()  # the user is done here

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._session = session
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Inspector")
        self.node: NodeId | None = None
        self.choices: Choices | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_WAIT)
        self._soon.timeout.connect(self.refresh)
        self._shown: tuple[object, ...] = ()
        for signal in (session.selected, session.traced, session.themed, session.playback.changed):
            signal.connect(self._later)
        session.changed.connect(self._later)
        session.playback.moved.connect(self._later)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(312, 600)

    def _later(self, *_: object) -> None:
        if self._key() != self._shown and not self._soon.isActive():
            self._soon.start()

    def _chosen(self) -> NodeId | None:
        session = self._session
        if len(session.selection) == 1:
            return next(iter(session.selection))
        acting = session.stage.acting()
        return acting[-1] if acting else session.graph.result

    def _key(self) -> tuple[object, ...]:
        session = self._session
        return self._chosen(), session.selection, session.trace, session.stage.now.step, session.theme

    def refresh(self) -> None:
        """Builds the panel for the node to be shown."""
        self._soon.stop()
        self._shown = self._key()
        before, self.choices = self.choices, None
        typed = before.retire() if before is not None else None
        self.node = self._chosen()
        place = self.verticalScrollBar().value()
        panel = Panel(self._session.theme)
        self._session.light(())  # the row that the mouse was over goes away
        if self.node is None:
            panel.remark("Nothing here yet. Type an expression above, or add an operation from the left.")
        else:
            self._fill(panel, self.node)
        panel.column.addStretch(1)
        self.setWidget(panel)  # deletes the one before
        self.verticalScrollBar().setValue(place)
        if typed is not None and before is not None and self.choices is not None and self.node == before.node:
            self.choices.resume(typed)

    # Sections

    def _fill(self, panel: Panel, node: NodeId) -> None:
        trace, frame = self._session.trace, self._session.trace.frame(self._session.stage.now.step)
        self._header(panel, node)
        if trouble := trace.troubles.get(node):
            panel.notice(trouble, is_fault=node in {f.node for f in trace.failures})
        if self._session.selection == {node} and has_choices(trace.graph.nodes[node].op):
            self._choices(panel, node)
        value, gradient = frame.value(node), frame.gradient(node)
        panel.heading("Value")
        panel.number(value, "not computed yet", "ink")
        if trace.graph.nodes[node].is_constant:
            panel.remark("A constant cannot change, so no gradient is sent to it.")
            return
        if trace.has_backward and trace.output is not None and node in trace.plan.row_of:
            panel.heading(f"Gradient  ∂{trace.graph.spoken(trace.output)}/∂{trace.graph.spoken(node)}")
            panel.number(gradient, self._no_gradient(trace, node), "backward")
            self._chain_rule(panel, trace, node)
        is_complete = gradient is not None and node != trace.output and self._is_complete(trace, node)
        if is_complete:
            show_ledger(panel, self._session, node)
        self._locals(panel, trace, node)
        if is_complete:
            self._check(panel, trace, node)

    def _choices(self, panel: Panel, node: NodeId) -> None:
        """What can be set of the operation: axis, stride, the number of inputs."""
        panel.heading("Settings")
        self.choices = Choices(self._session, node)
        self.choices.left.connect(self.left)
        panel.add(self.choices)

    def _is_complete(self, trace: Trace, node: NodeId) -> bool:
        """Whether everything that is sent to `node` has arrived: what has not happened yet is not told."""
        return len(self._arrived(trace, node)) == len(trace.wires_into(node))

    def _arrived(self, trace: Trace, node: NodeId) -> set[int]:
        return set(trace.frame(self._session.stage.now.step).arrived(node).tolist())

    @staticmethod
    def _no_gradient(trace: Trace, node: NodeId) -> str:
        if node != trace.output and not trace.wires_into(node):
            assert trace.output is not None
            return f"0: {trace.graph.spoken(trace.output)} does not depend on it"
        return "not reached yet"

    def _header(self, panel: Panel, node: NodeId) -> None:
        graph, theme = self._session.graph, self._session.theme
        held = graph.nodes[node]
        panel.add(FormulaLabel(node_latex(graph, node), theme["ink"], pixels=24, plain=graph.spoken(node)))
        whole = None if held.op.is_leaf else full_formula(graph, node, most=24)
        if whole is not None and str(whole) != str(node_formula(graph, node)):
            label = label_latex(graph, node)
            panel.add(
                FormulaLabel(f"{label} = {written(whole, Notation.LATEX)}", theme["muted"], pixels=16, plain=str(whole))
            )
        kind = {"variable": "An input", "parameter": "A parameter", "constant": "A constant"}.get(held.op.name)
        panel.remark(kind or held.op.title, held.op.summary)

    def _chain_rule(self, panel: Panel, trace: Trace, node: NodeId) -> None:
        """The chain rule in symbols, and every contribution with its numbers and their sum."""
        wires = trace.wires_into(node)
        if not wires:
            if node == trace.output:
                panel.remark("The output's own gradient is 1: the way back starts here.")
            return
        theme, graph = self._session.theme, trace.graph
        panel.heading("The chain rule here")
        inside = panel.box()
        inside.addWidget(FormulaLabel(chain_rule_latex(trace, node), theme["backward"], pixels=19))
        total = trace.frame(self._session.stage.now.step).gradient(node)
        if self._is_complete(trace, node) and (summed := self._summed(trace, node)):
            inside.addWidget(MathLabel(summed, 16.0, theme["backward"]))
        if len(wires) == 1 and isinstance(total, np.ndarray) and total.ndim > 1:
            panel.remark(f"Its only share is what {graph.spoken(trace.sent(wires[0]).source)} sends.")
            return
        panel.heading("Contributions, in order of arrival")
        arrived = self._arrived(trace, node)
        for wire in wires[:_MOST_SHARES]:
            event = trace.sent(wire)
            name = f"from {graph.spoken(event.source)}"
            if wire in arrived:
                panel.share(name, event.contribution, self._told(trace, event), "ink")
            else:
                panel.row(name, "still to come", "muted")
        if len(wires) > _MOST_SHARES:
            panel.remark(f"… and {len(wires) - _MOST_SHARES} more")
        said = "so far" if len(arrived) < len(wires) else f"sum of {numerals.count(len(wires), 'share')}"
        if total is None:
            panel.row(said, "—", "backward", is_bold=True)
        else:
            panel.share(said, total, numerals.brief(total), "backward", is_bold=True)

    def _summed(self, trace: Trace, node: NodeId) -> str:
        """`= −4 × 1 + 6 × (−1) = −10`; nothing where arrays are too long for a line or products with Jacobians."""
        told, total = sum_of_shares(trace, node), trace.gradient(node)
        shares, _, result = told.rpartition(" = ")
        line = f"= {result}" if shares == result else f"= {told}"
        if isinstance(total, np.ndarray):
            events = [trace.sent(wire) for wire in trace.wires_into(node)[:3]]
            is_plain = all(self._told(trace, event) == product_text(event) for event in events)
            if not is_plain or total.size > _MOST_IN_LINE or mathtext.width(line, 16.0) > _WIDTH:
                return ""
        return line

    @staticmethod
    def _told(trace: Trace, event: Sent) -> str:
        """`1 × (−4) = −4`; what comes out of a product with a Jacobian, as it is."""
        is_whole = trace.graph.nodes[event.source].op.structured is not None and np.ndim(event.upstream) > 0
        return numerals.brief(event.contribution) if is_whole else product_text(event)

    def _locals(self, panel: Panel, trace: Trace, node: NodeId) -> None:
        """The derivatives of this node by its inputs, formula and number."""
        graph, theme = trace.graph, self._session.theme
        held = graph.nodes[node]
        slots = [(slot, source) for slot, source in enumerate(held.inputs) if source is not None]
        slots = [(slot, source) for slot, source in slots if not graph.nodes[source].is_constant]
        if held.op.structured is not None:
            slots = [(slot, source) for slot, source in slots if trace.wire(node, slot) is not None]
        if not slots:
            return
        panel.heading("Local derivatives")
        if held.op.structured is not None:
            self._back_through_a_whole(panel, trace, node, slots)
            return
        for slot, source in slots:
            formula = local_derivative(graph, node, slot)
            latex = f"{fraction(graph, node, source)} = {written(formula, Notation.LATEX)}"
            line = QHBoxLayout()
            line.addWidget(FormulaLabel(latex, theme["ink"], pixels=17, plain=str(formula)), 1)
            wire = trace.wire(node, slot)
            if wire is not None and trace.frame(self._session.stage.now.step).value(node) is not None:
                number = numerals.brief(trace.sent(wire).local, 7)
                if number != str(formula):
                    line.addWidget(panel.figure(number, "ink"))
            panel.column.addLayout(line)

    def _back_through_a_whole(
        self, panel: Panel, trace: Trace, node: NodeId, slots: Sequence[tuple[int, NodeId]]
    ) -> None:
        """What goes back through an operation on whole arrays, and the sizes of its Jacobians."""
        assert trace.output is not None
        graph, theme = trace.graph, self._session.theme
        upstream, _ = back_formula(trace, node, slots[0][0])
        if any(upstream in str(back_formula(trace, node, slot)[1]) for slot, _ in slots):
            panel.remark(f"{upstream} is the gradient of {graph.spoken(node)}.")
        for slot, source in slots:
            _, sent = back_formula(trace, node, slot)
            formula = written(sent, Notation.LATEX)
            if is_long := len(str(sent)) > _LONGEST_FORMULA:  # set in the width of the panel, nobody could read it
                formula = rf"{upstream} \cdot {fraction(graph, node, source)}"
            latex = rf"{fraction(graph, trace.output, source)} \leftarrow {formula}"
            label = FormulaLabel(latex, theme["ink"], pixels=17, plain=str(sent))
            label.setToolTip(str(sent) if is_long else "")
            panel.add(label)
            panel.remark(jacobian_in_words(trace, node, source))

    def _check(self, panel: Panel, trace: Trace, node: NodeId) -> None:
        """The central difference and how far it agrees."""
        found = check_node(trace, node)
        name = trace.graph.spoken(node)
        if found.central is None or found.step is None:
            if found.note:
                panel.heading("Checked by nudging")
                panel.remark(found.note)
            return
        by = f" by h = {numerals.brief(found.step)}" if isinstance(found.step, float) else ", one entry at a time"
        panel.heading(f"Checked by nudging {name}{by}")
        output = trace.graph.spoken(trace.output) if trace.output is not None else "f"
        quotient = f"({output}({name} + h) − {output}({name} − h)) / 2h"
        if not trace.graph.nodes[node].op.is_leaf:
            quotient = f"({output} with {name} + h  −  {output} with {name} − h) / 2h"
        panel.add(MathLabel(quotient, 15.0, self._session.theme["muted"]))
        panel.number(found.central, "", "ink", digits=10)
        self._verdict(panel, found)

    @staticmethod
    def _verdict(panel: Panel, found: Check) -> None:
        tone = {Verdict.AGREES: "agreement", Verdict.DIFFERS: "fault"}.get(found.verdict, "muted")
        error = found.central_error
        told = {
            Verdict.AGREES: "agrees with the gradient"
            + ("" if error is None else " exactly" if error == 0 else f" to {numerals.short(error, 1)}"),
            Verdict.DIFFERS: "does not agree with the gradient",
        }.get(found.verdict, found.note)
        panel.verdict(told, tone)
