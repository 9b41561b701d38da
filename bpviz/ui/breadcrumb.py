"""The way into the group that one stands in: `f ▸ layer 1 ▸ neuron 2`.  Every part of it leads back there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ..document.groups import Group
from .session import Session

HEIGHT = 34


class Breadcrumb(QWidget):
    """A bar above the canvas, for as long as one stands in a group."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("breadcrumb")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Where you are")
        self._session = session
        self._shown: list[tuple[object, str]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        self._row.setSpacing(2)
        session.standing.changed.connect(self.refresh)
        session.changed.connect(self.refresh)
        self.hide()

    @property
    def steps(self) -> list[QPushButton]:
        """The parts of the way, from the whole graph to the group that one stands in."""
        return [found for found in self.findChildren(QPushButton) if found.isVisibleTo(self)]

    def refresh(self) -> None:
        """Shows the present way."""
        way = self._session.standing.way
        graph = self._session.graph
        whole = "graph" if graph.result is None else graph.spoken(graph.result)
        shown: list[tuple[object, str]] = [(None, whole), *((group.id, group.name) for group in way)] if way else []
        if shown == self._shown:
            return
        self._shown = shown
        self._empty()
        self.setVisible(bool(way))
        if not way:
            return
        self._add(whole, None, is_here=False, tip="The whole graph")
        for group in way:
            separator = QLabel("▸")
            separator.setObjectName("muted")
            self._row.addWidget(separator)
            self._add_group(group, is_here=group is way[-1])
        self._row.addStretch(1)
        hint = QLabel("Esc leaves")
        hint.setObjectName("muted")
        self._row.addWidget(hint)

    def _empty(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _add_group(self, group: Group, *, is_here: bool) -> None:
        self._add(group.name, group.id, is_here=is_here, tip="You are here" if is_here else f"Back to {group.name}")

    def _add(self, name: str, group: int | None, *, is_here: bool, tip: str) -> None:
        step = QPushButton(name)
        step.setObjectName("crumb")
        step.setProperty("here", is_here)
        step.setToolTip(tip)
        step.setAutoDefault(True)  # Enter presses it, because Space plays
        step.clicked.connect(lambda: self._session.standing.leave_to(group))
        self._row.addWidget(step)
