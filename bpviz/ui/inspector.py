"""The inspector: all there is to know about one node, in full precision and as mathematics."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

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
from ..engine.trace import Trace
from ..graph.graph import NodeId
from ..graph.program import full_formula, local_derivative, node_formula
from ..ops import numerals
from ..ops.formula import Notation, written
from .canvas import mathtext
from .fonts import Face, font
from .formula import FormulaLabel
from .session import Session

_WAIT = 70  # milliseconds after a change: a slider in motion is not slowed down by mathematics being set


class Inspector(QScrollArea):
    """Shows the one selected node; without one, the node that the playhead is at, or else the output."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._session = session
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Inspector")
        self.node: NodeId | None = None
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
        return self._chosen(), session.trace, session.stage.now.step, session.theme

    def refresh(self) -> None:
        """Builds the panel for the node to be shown."""
        self._soon.stop()
        self._shown = self._key()
        self.node = self._chosen()
        place = self.verticalScrollBar().value()
        panel = QWidget()
        panel.setObjectName("panel")
        column = QVBoxLayout(panel)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(6)
        if self.node is None:
            column.addWidget(
                self._muted("Nothing here yet. Type an expression above, or add an operation from the left.")
            )
        else:
            self._fill(column, self.node)
        column.addStretch(1)
        self.setWidget(panel)  # deletes the one before
        self.verticalScrollBar().setValue(place)

    # Sections

    def _fill(self, column: QVBoxLayout, node: NodeId) -> None:
        trace, frame = self._session.trace, self._session.trace.frame(self._session.stage.now.step)
        self._header(column, node)
        if trouble := trace.troubles.get(node):
            column.addWidget(self._notice(trouble, is_fault=node in {f.node for f in trace.failures}))
        value, gradient = frame.value(node), frame.gradient(node)
        self._heading(column, "Value")
        self._number(column, "" if value is None else _all_digits(value), "not computed yet", "ink")
        held = trace.graph.nodes[node]
        if held.is_constant:
            column.addWidget(self._muted("A constant cannot change, so no gradient is sent to it."))
            return
        if trace.has_backward and trace.output is not None and node in trace.plan.row_of:
            self._heading(column, f"Gradient  ∂{trace.graph.spoken(trace.output)}/∂{trace.graph.spoken(node)}")
            told = "" if gradient is None else _all_digits(gradient)
            self._number(column, told, self._no_gradient(trace, node), "backward")
            self._chain_rule(column, trace, node)
        self._locals(column, trace, node)
        if gradient is not None and node != trace.output and self._is_complete(trace, node):
            self._check(column, trace, node)

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

    def _header(self, column: QVBoxLayout, node: NodeId) -> None:
        graph, theme = self._session.graph, self._session.theme
        held = graph.nodes[node]
        title = FormulaLabel(node_latex(graph, node), theme["ink"], pixels=24, plain=graph.spoken(node))
        column.addWidget(title)
        whole = None if held.op.is_leaf else full_formula(graph, node, most=24)
        if whole is not None and str(whole) != str(node_formula(graph, node)):
            label = label_latex(graph, node)
            column.addWidget(
                FormulaLabel(f"{label} = {written(whole, Notation.LATEX)}", theme["muted"], pixels=16, plain=str(whole))
            )
        kind = {"variable": "An input", "parameter": "A parameter", "constant": "A constant"}.get(held.op.name)
        about = self._muted(kind or held.op.title)
        about.setToolTip(held.op.summary)
        column.addWidget(about)

    def _chain_rule(self, column: QVBoxLayout, trace: Trace, node: NodeId) -> None:
        """The chain rule in symbols, and every contribution with its numbers and their sum."""
        wires = trace.wires_into(node)
        if not wires:
            if node == trace.output:
                column.addWidget(self._muted("The output's own gradient is 1: the way back starts here."))
            return
        theme, graph = self._session.theme, trace.graph
        self._heading(column, "The chain rule here")
        box, inside = self._tinted()
        inside.addWidget(FormulaLabel(chain_rule_latex(trace, node), theme["backward"], pixels=19))
        if self._is_complete(trace, node):
            inside.addWidget(MathLabel(f"= {sum_of_shares(trace, node)}", 16.0, theme["backward"].name()))
        column.addWidget(box)
        self._heading(column, "Contributions, in order of arrival")
        arrived = self._arrived(trace, node)
        for wire in wires[:40]:
            event, is_here = trace.sent(wire), wire in arrived
            told = product_text(event) if is_here else "still to come"
            self._row(column, f"from {graph.spoken(event.source)}", told, "ink" if is_here else "muted")
        if len(wires) > 40:
            column.addWidget(self._muted(f"… and {len(wires) - 40} more"))
        total = trace.frame(self._session.stage.now.step).gradient(node)
        said = "so far" if len(arrived) < len(wires) else f"sum of {numerals.count(len(wires), 'share')}"
        self._row(column, said, "—" if total is None else numerals.brief(total), "backward", is_bold=True)

    def _locals(self, column: QVBoxLayout, trace: Trace, node: NodeId) -> None:
        """The derivatives of this node by its inputs, formula and number."""
        graph, theme = trace.graph, self._session.theme
        held = graph.nodes[node]
        slots = [(slot, source) for slot, source in enumerate(held.inputs) if source is not None]
        slots = [(slot, source) for slot, source in slots if not graph.nodes[source].is_constant]
        if not slots:
            return
        self._heading(column, "Local derivatives")
        for slot, source in slots:
            if held.op.structured is not None:
                if trace.wire(node, slot) is not None:
                    self._back_through_a_whole(column, trace, node, slot, source)
                continue
            formula = local_derivative(graph, node, slot)
            latex = f"{fraction(graph, node, source)} = {written(formula, Notation.LATEX)}"
            line = QHBoxLayout()
            line.addWidget(FormulaLabel(latex, theme["ink"], pixels=17, plain=str(formula)), 1)
            wire = trace.wire(node, slot)
            if wire is not None and trace.frame(self._session.stage.now.step).value(node) is not None:
                number = numerals.brief(trace.sent(wire).local, 7)
                if number != str(formula):
                    line.addWidget(self._figure(number, "ink"))
            column.addLayout(line)

    def _back_through_a_whole(self, column: QVBoxLayout, trace: Trace, node: NodeId, slot: int, source: NodeId) -> None:
        """What goes back through an operation on whole arrays, and the size of its Jacobian."""
        upstream, sent = back_formula(trace, node, slot)
        assert trace.output is not None
        latex = rf"{fraction(trace.graph, trace.output, source)} \leftarrow {written(sent, Notation.LATEX)}"
        column.addWidget(FormulaLabel(latex, self._session.theme["ink"], pixels=17, plain=str(sent)))
        whose = f"{upstream} is the gradient of {trace.graph.spoken(node)}. " if upstream in str(sent) else ""
        column.addWidget(self._muted(whose + jacobian_in_words(trace, node, source)))

    def _check(self, column: QVBoxLayout, trace: Trace, node: NodeId) -> None:
        """The central difference and how far it agrees."""
        found = check_node(trace, node)
        name = trace.graph.spoken(node)
        if found.central is None or found.step is None:
            if found.note:
                self._heading(column, "Checked by nudging")
                column.addWidget(self._muted(found.note))
            return
        step = numerals.brief(found.step)
        self._heading(column, f"Checked by nudging {name} by h = {step}")
        output = trace.graph.spoken(trace.output) if trace.output is not None else "f"
        quotient = f"({output}({name} + h) − {output}({name} − h)) / 2h"
        if not trace.graph.nodes[node].op.is_leaf:
            quotient = f"({output} with {name} + h  −  {output} with {name} − h) / 2h"
        self._row(column, quotient, "", "ink")
        self._number(column, numerals.brief(found.central, 10), "", "ink")
        column.addWidget(self._verdict(found))

    def _verdict(self, found: Check) -> QLabel:
        tone = {Verdict.AGREES: "agreement", Verdict.DIFFERS: "fault"}.get(found.verdict, "muted")
        error = found.central_error
        told = {
            Verdict.AGREES: "agrees with the gradient"
            + ("" if error is None else " exactly" if error == 0 else f" to {numerals.short(error, 1)}"),
            Verdict.DIFFERS: "does not agree with the gradient",
        }.get(found.verdict, found.note)
        label = QLabel(told)
        label.setWordWrap(True)
        label.setFont(font(Face.TEXT, 12, is_bold=True))
        label.setStyleSheet(f"color: {self._session.theme[tone].name()}")
        return label

    # Pieces

    def _heading(self, column: QVBoxLayout, text: str) -> None:
        label = QLabel(text)
        label.setObjectName("heading")
        label.setWordWrap(True)
        column.addSpacing(10)
        column.addWidget(label)

    def _muted(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setObjectName("muted")
        label.setWordWrap(True)
        return label

    def _number(self, column: QVBoxLayout, text: str, otherwise: str, tone: str) -> None:
        if not text:
            column.addWidget(self._muted(otherwise))
            return
        label = self._figure(text, tone, pixels=17)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(label)

    def _figure(self, text: str, tone: str, pixels: float = 14) -> QLabel:
        label = QLabel(text)
        label.setFont(font(Face.TEXT, pixels, is_bold=True))
        label.setStyleSheet(f"color: {self._session.theme[tone].name()}")
        return label

    def _row(self, column: QVBoxLayout, left: str, right: str, tone: str, *, is_bold: bool = False) -> None:
        line = QHBoxLayout()
        name = MathLabel(left, 15.0, self._session.theme["muted"].name())
        line.addWidget(name, 1)
        figure = QLabel(right)
        figure.setFont(font(Face.TEXT, 13, is_bold=is_bold))
        figure.setStyleSheet(f"color: {self._session.theme[tone].name()}")
        line.addWidget(figure)
        column.addLayout(line)

    def _notice(self, text: str, *, is_fault: bool) -> QLabel:
        theme = self._session.theme
        label = QLabel(f"{text}.")
        label.setWordWrap(True)
        ink, paper = ("fault", "fault_tint") if is_fault else ("muted", "sunken")
        label.setStyleSheet(
            f"color: {theme[ink].name()}; background: {theme[paper].name()}; border-radius: 8px; padding: 8px 10px;"
        )
        return label

    def _tinted(self) -> tuple[QFrame, QVBoxLayout]:
        frame = QFrame()
        frame.setStyleSheet(f"background: {self._session.theme['backward_tint'].name()}; border-radius: 8px;")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(12, 10, 12, 10)
        return frame, inside


class MathLabel(QWidget):
    """A line of mathematics in plain text, such as a difference quotient."""

    def __init__(self, text: str, pixels: float, colour: str) -> None:
        super().__init__()
        self._text, self._pixels, self._colour = text, pixels, colour
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(mathtext.width(self._text, self._pixels)) + 2, round(self._pixels * 1.5))

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        text = mathtext.elided(self._text, self._pixels, self.width())
        mathtext.draw(painter, 0.0, self.height() * 0.72, text, self._pixels, QColor(self._colour))
        painter.end()


def _all_digits(value: object) -> str:
    """A scalar with all its digits; an array of a few entries likewise; a large one by its shape."""
    if isinstance(value, float):
        return numerals.full(value)
    return numerals.brief(value, 8, most=24)
