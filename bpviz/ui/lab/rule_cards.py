"""The rule at one node, on a card that selects the node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout

from ...engine.analysis.node_rules import NodeRule
from ...engine.analysis.notations import DerivativeSign
from ...engine.analysis.rules import set_as
from ...graph.graph import Graph
from ...ops import names
from ...ops.formula import Notation
from ...stage.speech import spoken
from .pages import text_font
from .rule_pieces import formula

if TYPE_CHECKING:
    from .rules import RulesPage


class NodeCard(QFrame):
    """The rule at one node: its name, the rule in general, and with the node's own operands.  A click selects it."""

    def __init__(self, page: RulesPage, graph: Graph, rule: NodeRule, x: str, place: int) -> None:
        super().__init__()
        self._page, self._node = page, rule.node
        self.is_marked = False
        self.setObjectName("rule")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme, sign = page.session.theme, page.chosen_sign
        title = QLabel(f"{names.text(graph.label(rule.node))}: {rule.rule.name[0].lower()}{rule.rule.name[1:]}")
        title.setFont(text_font(theme, 13.5, is_bold=True))
        title.setWordWrap(True)
        self.told = list(_told(rule, x, sign, place))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(7)
        column.addWidget(title)
        for number, (latex, plain) in enumerate(self.told):
            label = formula(latex, plain, theme, "muted" if not number and len(self.told) > 1 else "ink")
            column.addWidget(label)
        self.setAccessibleName(spoken(f"{title.text()}: {self.told[-1][1]}"))
        self.setToolTip("Select this node in the graph")
        self.mark(False)

    def mark(self, is_selected: bool) -> None:
        """Told by the page: the node is selected, or no longer."""
        self.is_marked = is_selected
        theme = self._page.session.theme
        edge = theme["forward" if is_selected or self.hasFocus() else "line"].name()
        width = 2 if is_selected or self.hasFocus() else 1
        self.setStyleSheet(
            f"QFrame#rule {{ border: {width}px solid {edge}; border-radius: 8px; margin: {2 - width}px;"
            f" background: {theme['surface'].name()}; }}"
        )

    def _select(self) -> None:
        self._page.session.select({self._node})

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._select()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._select()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.mark(self.is_marked)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.mark(self.is_marked)


def _told(rule: NodeRule, x: str, sign: DerivativeSign, place: int) -> Iterator[tuple[str, str]]:
    """The general statement and that of the node, as LaTeX and as text; once, if they say the same."""
    pairs = [(rule.asked_generally, rule.found_generally), (rule.asked, rule.found)]
    for asked, found in dict.fromkeys(pairs):
        latex, plain = (
            f"{set_as(asked, x, sign, notation, place)} = {set_as(found, x, sign, notation, place)}"
            for notation in (Notation.LATEX, Notation.TEXT)
        )
        yield latex, plain
