"""Which input to move: a list of inputs, and the entry of one that is an array."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from ...engine.analysis.coordinates import Coordinate, entry_of, first_of, inputs_of
from ...graph.graph import NodeId
from ...stage.speech import spoken
from ..field import Field
from ..session import Session, sentence
from .pages import is_large, text_font


class CoordinateChoice(QWidget):
    """A list of the inputs, with a field for the entry beside it where the input is an array.

    `follow` after every run keeps the choice while it stands in the graph, and else takes the first there is, or that
    at `place` (for a page that has two choices).
    """

    changed = Signal()

    def __init__(self, session: Session, caption: str, place: int = 0) -> None:
        super().__init__()
        self._session, self._place = session, place
        self.coordinate: Coordinate | None = None
        self._offered: list[tuple[NodeId, str]] = []
        self._caption = QLabel(caption)
        self.inputs = QComboBox()
        self.inputs.setAccessibleName(caption)
        self.inputs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.inputs.setMinimumContentsLength(4)
        self.inputs.activated.connect(self._on_activated)
        self.entry = Field()
        self.entry.setAccessibleName(f"{caption}: which entry")
        self.entry.setToolTip("Which entry of the array, such as 0 or 0, 2")
        self.entry.returnPressed.connect(self._on_typed)
        self.entry.textEdited.connect(lambda: self.entry.mark(wrong=False))
        self.entry.escaped.connect(self._show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._caption)
        row.addWidget(self.inputs)
        row.addWidget(self.entry)
        self._caption.setVisible(bool(caption))
        self.dress()

    def dress(self) -> None:
        theme = self._session.theme
        for piece in (self._caption, self.inputs, self.entry):
            piece.setFont(text_font(theme, 13))
            piece.setFixedHeight(42 if is_large(theme) else 30)
        self.entry.setFixedWidth(110 if is_large(theme) else 70)

    def follow(self) -> None:
        """Fits the choice to the present graph."""
        graph, held = self._session.graph, self.coordinate
        offered = inputs_of(graph)
        if held is None or held.node not in offered:
            self.coordinate = first_of(graph, offered[min(self._place, len(offered) - 1)]) if offered else None
        elif not held.stands_in(graph):  # the same input in another shape
            self.coordinate = first_of(graph, held.node)
        offered_now = [(node, graph.label(node)) for node in offered]
        if offered_now != self._offered:
            self._offered = offered_now
            self.inputs.clear()
            for node, label in offered_now:
                self.inputs.addItem(label, node)
        self._show()

    def choose(self, coordinate: Coordinate) -> None:
        """Takes another one."""
        if coordinate != self.coordinate:
            self.coordinate = coordinate
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        chosen = self.coordinate
        self.inputs.setEnabled(bool(self._offered))
        self.entry.setVisible(chosen is not None and bool(chosen.entry))
        if chosen is not None:
            self.inputs.setCurrentIndex(next(i for i, (node, _) in enumerate(self._offered) if node == chosen.node))
            if not self.entry.hasFocus() or not self.entry.isModified():
                self.entry.setText(", ".join(map(str, chosen.entry)))
                self.entry.mark(wrong=False)

    def _on_activated(self, place: int) -> None:
        self.choose(first_of(self._session.graph, self._offered[place][0]))

    def _on_typed(self) -> None:
        chosen = self.coordinate
        if chosen is None:
            return
        shape = np.asarray(self._session.graph.nodes[chosen.node].value).shape
        try:
            entry = entry_of(self.entry.text(), shape)
        except ValueError as refusal:
            self.entry.mark(wrong=True)
            self._session.said.emit(spoken(sentence(refusal)), True)
            return
        self.entry.setModified(False)
        self.choose(Coordinate(chosen.node, entry))
        self._show()
