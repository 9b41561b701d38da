"""Choosing by hand which input of the loss takes which column of the data."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...engine.training.binding import Wishes, inputs_of_loss, shape_of, wishes_of
from ...graph.graph import Node, NodeId
from ...ops import numerals
from ..field import Field
from .descent_training import FILE, Training
from .pages import is_large, text_font


class ColumnsDialog(QDialog):
    """A row for every input.  What is chosen holds at once, and what comes of it is said below."""

    def __init__(self, training: Training, parent: QWidget) -> None:
        super().__init__(parent)
        self._training = training
        self.setWindowTitle("Columns of the data")
        self.column = QComboBox()
        self.column.setAccessibleName("The column to be predicted")
        self.column.activated.connect(lambda _place: self._training.set_target(self.column.currentText()))
        self.target = QComboBox()
        self.target.setAccessibleName("The input for the target")
        self.target.activated.connect(lambda _place: self._on_chosen())
        self.takers: dict[NodeId, QComboBox | Field] = {}
        self._rows: list[tuple[NodeId, bool]] = []  # the inputs that have one, and whether they are arrays
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setMinimumHeight(48)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.automatic = QPushButton("Automatic")
        self.automatic.setToolTip("Columns go to the inputs of their names, or in order")
        self.automatic.clicked.connect(lambda: self._training.wish(None))
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        for button in (self.automatic, close):
            button.setAutoDefault(False)  # Enter is for the fields
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.automatic)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addLayout(self._grid)
        column.addWidget(self.said)
        column.addLayout(buttons)
        training.renewed.connect(self._follow)
        self._follow()
        (self.column if self.column.isEnabled() else self.target).setFocus()

    def _follow(self) -> None:
        """Rows for the inputs and the data that there are now."""
        training = self._training
        data, output = training.data, training.session.graph.result
        if data is None or output is None:
            self.close()
            return
        problem = training.problem
        wishes = training.wishes
        if wishes is None and problem is not None and problem.binding is not None:
            wishes = wishes_of(problem.binding, data)
        names = [data.target_name, *data.feature_names]
        if training.data_name == FILE and training.table is not None:
            names = list(training.table.names)
        graph = training.session.graph
        inputs = inputs_of_loss(graph, output)
        if [(node.id, bool(shape_of(node))) for node in inputs] != self._rows:
            self._lay_out(inputs)
        _fill(self.column, [(name, name) for name in names], data.target_name)
        self.column.setEnabled(training.data_name == FILE)
        chosen = None if wishes is None else wishes.target
        _fill(self.target, [("nobody", None), *((graph.spoken(node.id), node.id) for node in inputs)], chosen)
        for node, taker in self.takers.items():
            taken = () if wishes is None else wishes.columns.get(node, ())
            taker.setEnabled(node != chosen)
            if isinstance(taker, QComboBox):
                first = "the target" if node == chosen else "keeps its number"
                entries = [(first, ""), *((name, name) for name in data.feature_names)]
                _fill(taker, entries, taken[0] if taken else "")
            else:
                taker.setText(", ".join(taken))
                taker.setPlaceholderText("the target" if node == chosen else "keeps its numbers")
        binding = None if problem is None else problem.binding
        self.said.setText(training.refusal or ("" if binding is None else f"{binding.told(graph, data)}."))

    def _lay_out(self, inputs: list[Node]) -> None:
        """A row for the target, and for every input of the loss."""
        graph = self._training.session.graph
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget not in (self.column, self.target):
                widget.hide()
                widget.deleteLater()
        self._rows = [(node.id, bool(shape_of(node))) for node in inputs]
        self.takers = {node.id: self._taker(node, graph.spoken(node.id)) for node in inputs}
        captions: list[tuple[str, QWidget]] = [("To be predicted", self.column), ("goes to", self.target)]
        for node in inputs:
            shape = f", {numerals.shape_text(shape_of(node))}," if shape_of(node) else ""
            captions.append((f"{graph.spoken(node.id)}{shape} takes", self.takers[node.id]))
        for row, (caption, widget) in enumerate(captions):
            self._grid.addWidget(QLabel(caption), row, 0)
            self._grid.addWidget(widget, row, 1)
        self._dress()

    def _taker(self, node: Node, spoken: str) -> QComboBox | Field:
        if not shape_of(node):
            box = QComboBox()
            box.activated.connect(lambda _place: self._on_chosen())
            box.setAccessibleName(f"The column for {spoken}")
            return box
        field = Field()
        field.setToolTip("Names of columns, in order, with commas between them")
        field.setAccessibleName(f"The columns for {spoken}")
        field.returnPressed.connect(self._on_chosen)
        field.escaped.connect(self._follow)
        return field

    def _dress(self) -> None:
        theme = self._training.session.theme
        height = 42 if is_large(theme) else 30
        for widget in self.findChildren(QWidget):
            if isinstance(widget, QLabel | QComboBox | Field | QPushButton):
                widget.setFont(text_font(theme, 13))
            if isinstance(widget, QComboBox | Field | QPushButton):
                widget.setFixedHeight(height)
        self.setMinimumWidth(520 if is_large(theme) else 400)
        self.said.setStyleSheet(f"color: {theme['muted'].name()};")

    def _on_chosen(self) -> None:
        columns = {}
        target = self.target.currentData()
        for node, taker in self.takers.items():
            if isinstance(taker, QComboBox):
                names = tuple(filter(None, [taker.currentData()]))
            else:
                names = tuple(filter(None, (name.strip() for name in taker.text().split(","))))
            if names and node != target:
                columns[node] = names
        self._training.wish(Wishes(target, columns))


def _fill(box: QComboBox, entries: Sequence[tuple[str, object]], chosen: object) -> None:
    """Other entries, if they are others, of which the one with these data is chosen."""
    if list(entries) != [(box.itemText(i), box.itemData(i)) for i in range(box.count())]:
        box.clear()
        for text, data in entries:
            box.addItem(text, data)
    box.setCurrentIndex(next((i for i, (_, data) in enumerate(entries) if data == chosen), 0))
