"""The bar at the top: what the document is called, the line of its expression, and doors to other rooms."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from .action_table import ActionTable
from .expression_bar import ExpressionBar
from .files import Files
from .session import Session


class TopBar(QWidget):
    """Its buttons are actions of the table, but for `examples`, which opens a menu of its own."""

    def __init__(self, session: Session, files: Files, expression: ExpressionBar, actions: ActionTable) -> None:
        super().__init__()
        self._session, self._files, self._actions = session, files, actions
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        brand = QLabel("bpviz")
        brand.setObjectName("brand")
        self._name = QLabel()
        self._name.setObjectName("muted")
        self._name.setFixedWidth(104)
        self.examples = QPushButton("Examples")
        self.lab, self.export = self._button("Lab", "lab"), self._button("Export", "export")
        self.projector = self._button("Projector", "projector")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 9, 20, 9)
        row.setSpacing(14)
        row.addWidget(brand)
        row.addWidget(self._name)
        row.addWidget(expression, 1)
        for button in (self.examples, self.lab, self.export, self.projector):
            button.setAutoDefault(True)  # Enter presses it, because Space plays
            row.addWidget(button)
        session.saved.connect(self._show_name)
        self._show_name()

    def _button(self, text: str, action: str) -> QPushButton:
        made = QPushButton(text)
        made.setToolTip(self._actions[action].toolTip())
        made.clicked.connect(self._actions[action].trigger)
        return made

    def _show_name(self) -> None:
        metrics, title = self._name.fontMetrics(), self._files.title
        name = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, self._name.width() - 14)
        self._name.setText(f"{name} •" if self._session.document.is_dirty else name)
        self._name.setToolTip(str(self._session.path or "not saved yet"))
