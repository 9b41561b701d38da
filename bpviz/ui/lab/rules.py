"""The page of rules: the derivative worked out line by line, and the rule that applies at every node."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...engine.analysis.node_rules import node_rules
from ...engine.analysis.notations import DerivativeSign, derivative_of, usual_sign, value_at
from ...engine.analysis.rules import place_of, set_as
from ...engine.analysis.worked_out import Derivation, derivation
from ...graph.graph import Graph, GraphError, NodeId
from ...ops import names, numerals
from ...ops.formula import Name, Notation, latex_number
from ..formula import FormulaLabel
from ..session import Session, sentence
from ..slices import Pieces, Slices
from .pages import Page, is_large, text_font
from .rule_cards import NodeCard
from .rule_pieces import add_heading, formula, in_words, remark
from .simplifying import Simplifier

MOST_NODES = 60  # whose rules are shown at once; of a larger graph, those of the selected nodes
_LARGEST = 2_000  # nodes of a graph that is looked through at every run


class RulesPage(Page):
    """Follows the structure of the graph; of its numbers, only the derivative at the present point."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.variable = QComboBox()
        self.variable.setAccessibleName("Derivative by")
        self.sign = QComboBox()
        self.sign.setAccessibleName("Notation")
        for box in (self.variable, self.sign):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for sign in DerivativeSign:
            self.sign.addItem(sign.value, sign)
        self.copy = QPushButton("Copy LaTeX")
        self.copy.setToolTip("Copy the whole derivation, to be pasted into a document")
        self.copy.setAutoDefault(True)
        self.captions = [QLabel("By"), QLabel("as")]
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.lines: list[tuple[str, str]] = []  # what is told: the rules of a line, and its LaTeX
        self.cards: dict[NodeId, NodeCard] = {}
        self.notice = ""
        self.value: FormulaLabel | None = None
        self._value_row = QVBoxLayout()
        self._question: tuple[object, ...] = ()
        self._variable: NodeId | None = None
        self._has_chosen_sign = False
        self._worked_out: Derivation | None = None
        self._simplest = ""
        self._slices = Slices(self)
        self._simplifier = Simplifier()
        self._simplifier.setParent(self)
        self._compose()
        self.variable.activated.connect(self._on_variable)
        self.sign.activated.connect(self._on_sign)
        self.copy.clicked.connect(self._copy)
        self._simplifier.found.connect(self._on_simplest)
        session.selected.connect(self._on_selected)

    def _compose(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 6, 14, 8)
        head.setSpacing(8)
        for piece in (self.captions[0], self.variable, self.captions[1], self.sign):
            head.addWidget(piece)
        head.addStretch(1)
        head.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.area, 1)

    @property
    def is_busy(self) -> bool:
        """Whether it is still being written; the simplified line may come later."""
        return self._slices.is_busy

    # What is asked

    def follow(self) -> None:
        graph = self.session.graph
        self._offer(graph)
        question = self._asked(graph)
        if question != self._question:
            self._question = question
            self._begin(graph)
        else:
            self._show_value()

    def dress(self) -> None:
        for piece in (*self.captions, self.variable, self.sign, self.copy):
            piece.setFont(text_font(self.session.theme, 13))
            piece.setFixedHeight(42 if is_large(self.session.theme) else 30)
        self._question = ()

    def hidden(self) -> None:
        self._slices.drop()
        self._question = ()

    def _offer(self, graph: Graph) -> None:
        """The inputs to choose from; the chosen one stays while it is there."""
        offered = [(node.id, graph.label(node.id)) for node in graph.leaves() if not node.is_constant]
        if [(self.variable.itemData(i), self.variable.itemText(i)) for i in range(self.variable.count())] != offered:
            self.variable.clear()
            for node, label in offered:
                self.variable.addItem(names.text(label), node)
        nodes = [node for node, _ in offered]
        if self._variable not in nodes:
            self._variable = nodes[0] if nodes else None
        if self._variable is not None:
            self.variable.setCurrentIndex(nodes.index(self._variable))
        if not self._has_chosen_sign:
            self.sign.setCurrentIndex(list(DerivativeSign).index(usual_sign(len(nodes))))
        for piece in (self.variable, self.sign):
            piece.setEnabled(bool(nodes))

    @property
    def chosen_sign(self) -> DerivativeSign:
        found = self.sign.currentData()
        assert isinstance(found, DerivativeSign)
        return found

    def _asked(self, graph: Graph) -> tuple[object, ...]:
        """What the page depends on; equal questions have equal answers."""
        if len(graph) > _LARGEST:
            structure: tuple[object, ...] = (id(graph),)
        else:
            moving = {node.id for node in graph.leaves() if not node.is_constant}
            structure = tuple(
                (node.id, node.op, node.inputs, node.name, None if node.id in moving else repr(node.value))
                for node in graph.nodes.values()
            )
        shapes = tuple(self.session.trace.plan.shapes)
        return (structure, shapes, self.session.trace.output, self._variable, self.chosen_sign, self._few(graph))

    def _few(self, graph: Graph) -> frozenset[NodeId]:
        """The selection, where only its rules are shown."""
        return self.session.selection if len(graph) > MOST_NODES else frozenset()

    # What is answered

    def _begin(self, graph: Graph) -> None:
        body = QWidget()
        body.setObjectName("panel")
        column = QVBoxLayout(body)
        column.setContentsMargins(18, 8, 18, 18)
        column.setSpacing(4)
        self.lines, self.cards, self.value, self.notice = [], {}, None, ""
        self._worked_out, self._simplest = None, ""
        self._value_row = QVBoxLayout()
        self._steps = QVBoxLayout()
        self._steps.setSpacing(4)
        self.area.setWidget(body)
        self.copy.setEnabled(False)
        self._slices.begin(self._fill(graph, column))

    def _fill(self, graph: Graph, column: QVBoxLayout) -> Pieces:
        variable, of = self._variable, self.session.trace.output
        if variable is None or of is None:
            missing = "There is no input to derive by: add one, or type an expression." if of is not None else ""
            self._say(column, missing or "There is nothing to derive yet: type an expression, or add nodes.")
            column.addStretch(1)
            return
        about = f"Line by line: {names.text(graph.label(of))} by {names.text(graph.label(variable))}"
        add_heading(column, about, self.session.theme)
        column.addLayout(self._steps)
        column.addLayout(self._value_row)
        try:
            self._worked_out = derivation(graph, variable, of)
        except GraphError as refusal:
            self._say(self._steps, sentence(refusal))
        else:
            self.copy.setEnabled(True)
            yield from self._told_lines(self._worked_out)
            self._simplifier.ask(self._question, graph, variable, of)
        self._show_value()
        yield
        yield from self._told_nodes(graph, variable, of, column)
        column.addStretch(1)

    def _told_lines(self, worked_out: Derivation) -> Pieces:
        head = derivative_of(Name(worked_out.output), worked_out.variable, self.chosen_sign, worked_out.place).latex
        for number, line in enumerate(worked_out.lines):
            body = set_as(line.formula, worked_out.variable, self.chosen_sign, Notation.LATEX, worked_out.place)
            plain = set_as(line.formula, worked_out.variable, self.chosen_sign, Notation.TEXT, worked_out.place)
            latex = f"{head} = {body}" if not number else f"= {body}"
            self._tell(in_words(line.rules), latex, f"= {plain}")
            yield

    def _tell(self, reason: str, latex: str, plain: str) -> None:
        self.lines.append((reason, latex))
        if reason:
            self._steps.addSpacing(4)
            self._steps.addWidget(remark(reason, self.session.theme))
        self._steps.addWidget(formula(latex, plain, self.session.theme))

    def _told_nodes(self, graph: Graph, variable: NodeId, of: NodeId, column: QVBoxLayout) -> Pieces:
        few = self._few(graph)
        plan = self.session.trace.plan
        shapes = {id_: plan.shapes[row] for id_, row in plan.row_of.items()}
        found = node_rules(graph, shapes, variable, of, few if len(graph) > MOST_NODES else None)
        add_heading(column, "The rule at each node", self.session.theme)
        if len(graph) > MOST_NODES and not found:
            self._say(column, f"The graph has {len(graph):,} nodes: select some to see their rules here.")
        elif not found:
            self._say(column, f"{graph.spoken(of)} does not depend on {graph.spoken(variable)} by any operation.")
        x = graph.label(variable)
        for rule in found[:MOST_NODES]:
            card = NodeCard(self, graph, rule, x, place_of(graph, variable))
            self.cards[rule.node] = card
            column.addWidget(card)
            yield
        self._on_selected()

    def _show_value(self) -> None:
        """The derivative at the present point, from backpropagation."""
        variable, of, graph = self._variable, self.session.trace.output, self.session.graph
        while (old := self._value_row.takeAt(0)) is not None:
            if (piece := old.widget()) is not None:
                piece.hide()
                piece.deleteLater()
        self.value = None
        if variable is None or of is None or self._worked_out is None:
            return
        value, gradient = graph.nodes[variable].value, self.session.trace.gradient(variable)
        if not isinstance(value, float) or not isinstance(gradient, float):
            return
        point, slope = numerals.short(value), numerals.short(gradient)
        plain, latex = value_at(graph.label(of), graph.label(variable), point, self.chosen_sign, self._worked_out.place)
        self.value = formula(f"{latex} = {latex_number(slope)}", f"{plain} is {slope}", self.session.theme, "backward")
        self._value_row.addSpacing(4)
        self._value_row.addWidget(remark("Here, by backpropagation", self.session.theme))
        self._value_row.addWidget(self.value)

    def _on_simplest(self, question: object, latex: str) -> None:
        if question != self._question or not latex or not self._worked_out or self._simplest:
            return
        worked_out = self._worked_out
        last = set_as(
            worked_out.lines[-1].formula, worked_out.variable, self.chosen_sign, Notation.LATEX, worked_out.place
        )
        if latex != last:
            self._simplest = latex
            self._tell("Simplified", f"= {latex}", latex)

    def _say(self, column: QVBoxLayout, text: str) -> None:
        self.notice = text
        column.addWidget(remark(text, self.session.theme))

    # What the reader does

    def _on_variable(self, place: int) -> None:
        self._variable = self.variable.itemData(place)
        self.follow()

    def _on_sign(self, _place: int) -> None:
        self._has_chosen_sign = True
        self.follow()

    def _copy(self) -> None:
        if self._worked_out is None:
            return
        latex = self._worked_out.latex(self.chosen_sign, also=(self._simplest,) if self._simplest else ())
        QGuiApplication.clipboard().setText(latex)
        of, by = names.text(self._worked_out.output), names.text(self._worked_out.variable)
        self.session.said.emit(f"Copied as LaTeX: the derivative of {of} by {by}", False)

    def _on_selected(self) -> None:
        if self.is_front and len(self.session.graph) > MOST_NODES:
            self.follow()
        for node, card in self.cards.items():
            card.mark(node in self.session.selection)
