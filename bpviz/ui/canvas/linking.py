"""Wires by keyboard alone: a list of the inputs that the selected node may feed, or of the nodes that may feed it."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from ...document import regrouping
from ...document.fitting import Fitting
from ...engine.waiting import nth
from ...graph.graph import NodeId
from ..finding import flat
from .chooser import Chooser, place_beside
from .rows import Row
from .shapes import bezier

if TYPE_CHECKING:
    from .view import Canvas

MOST = 60  # rows


@dataclass(frozen=True)
class Link:
    """A wire that could be."""

    source: NodeId
    target: NodeId
    slot: int


class Linking:
    """Opens the list beside the selected card, and shows the wire that Enter would make."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.chooser: Chooser | None = None
        self.link: Link | None = None  # the one that is shown

    def open_from(self, node: NodeId) -> None:
        """Asks where the value of a node is to go."""
        graph, scenery = self._canvas.session.graph, self._canvas.session.scenery
        slots = [slot for card in scenery.rects if card != node for slot, _ in scenery.in_ports(card)]
        reached = {target for target, _ in slots}
        slots += [(target, 0) for target in self._unseen() if graph.nodes[target].inputs and target not in reached]
        links = [Link(node, target, slot) for target, slot in slots if graph.nodes[target].inputs[slot] != node]
        fitting = Fitting(self._canvas.session.diagram, source=node)
        self._open(node, links, fitting, f"Connect {graph.spoken(node)} to …")

    def open_to(self, node: NodeId) -> None:
        """Asks what is to feed a node: its first input that waits, or else its first."""
        graph, scenery = self._canvas.session.graph, self._canvas.session.scenery
        inputs = graph.nodes[node].inputs
        if not inputs:
            said = f"{graph.spoken(node)} holds a value and has no inputs; C connects it to the input of another node."
            self._canvas.session.said.emit(said, True)
            return
        slots = [slot for slot, source in enumerate(inputs) if source is None] or list(range(len(inputs)))
        sources = [source for card in scenery.rects for source, _ in scenery.out_ports(card)]
        links = [Link(source, node, slot) for slot in slots for source in sources if source not in (node, inputs[slot])]
        links += [Link(source, node, slots[0]) for source in self._unseen() if source not in sources]
        fitting = Fitting(self._canvas.session.diagram, target=node)
        self._open(node, links, fitting, f"Feed {graph.spoken(node)} with …")

    def _unseen(self) -> list[NodeId]:
        """The nodes without a card of their own: no wire is drawn to them, but who asks for one is told where it is."""
        graph, scenery = self._canvas.session.graph, self._canvas.session.scenery
        return [node for node in graph.nodes if scenery.card_of(node) is None or scenery.group_of(node) is not None]

    def _whereabouts(self, node: NodeId, link: Link, *, is_from: bool) -> str | None:
        """Where a node is that no port in view stands for; None for all others."""
        scenery = self._canvas.session.scenery
        group = scenery.group_of(node)
        if group is None:
            return None if scenery.card_of(node) is not None else "lies outside of this group: step outside first"
        ports = [slot for port in group.ins for slot in port.slots]
        is_port = (link.target, link.slot) in ports if is_from else node in group.outs
        return None if is_port else f"lies in {group.name}: step inside to wire it"

    def _open(self, held: NodeId, links: list[Link], fitting: Fitting, hint: str) -> None:
        canvas = self._canvas
        canvas.adding.close()
        self.close()
        is_from = not links or links[0].source == held

        def rows(query: str) -> list[Row]:
            return list(self._rows(query, links, fitting, held, is_from=is_from))

        place = place_beside(canvas, held, len(rows("")))
        self.chooser = Chooser(canvas, place, rows, hint, "Enter connects   ·   Esc leaves", "Nothing by that name")
        self.chooser.pointed.connect(self._point)
        self.chooser.chosen.connect(self._connect)
        self.chooser.closed.connect(self._forget)
        self._point(self.chooser.current.meaning if self.chooser.current is not None else None)

    def _rows(self, query: str, links: list[Link], fitting: Fitting, held: NodeId, *, is_from: bool) -> Iterator[Row]:
        """What may be, the best first: inputs that wait, values that go nowhere yet, the last made first, what is near.
        What may not be comes only where it is asked for by its name."""
        graph, stage, asked = self._canvas.session.graph, self._canvas.session.stage, flat(query)
        here, found = stage.rect(held), []
        for link in links:
            other = link.target if is_from else link.source
            group = self._canvas.session.scenery.group_of(other)
            names = [graph.label(other), graph.spoken(other), graph.nodes[other].op.title]
            elsewhere = self._whereabouts(other, link, is_from=is_from)
            if group is not None and elsewhere is None:
                names += [group.name, *(port.name for port in group.ins if is_from)]
            rank = _rank(asked, [flat(name) for name in names])
            if rank is None:
                continue
            refusal = elsewhere or fitting.why_not(link.source, link.target, link.slot)
            if refusal is not None and not query.strip():
                continue
            there, waits = stage.rect(other), graph.nodes[link.target].inputs[link.slot] is None
            age = 0 if is_from or graph.structure.consumers[link.source] else -other  # the last made has the highest id
            far = math.hypot(there.x - here.x, there.y - here.y)
            found.append(((refusal is not None, rank, not waits, age, far, other, link.slot), link, refusal))
        for _, link, refusal in heapq.nsmallest(MOST, found, key=lambda entry: entry[0]):
            other = link.target if is_from else link.source
            group = self._canvas.session.scenery.group_of(other)
            remark = self._remark(link) if is_from or len(graph.nodes[held].inputs) > 1 else ""
            remark = ", ".join(part for part in ("" if group is None else f"of {group.name}", remark) if part)
            yield Row(graph.spoken(other), remark, graph.nodes[other].op.symbol, link, refusal or "")

    def _remark(self, link: Link) -> str:
        """Which input it is, and what is wired there now."""
        graph = self._canvas.session.graph
        inputs = graph.nodes[link.target].inputs
        source = inputs[link.slot]
        which = "its input" if len(inputs) == 1 else f"{nth(link.slot)} input"
        return which if source is None else f"{which}, in place of {graph.spoken(source)}"

    def _point(self, meaning: object) -> None:
        self.link = meaning if isinstance(meaning, Link) else None
        self._canvas.update()

    def _connect(self, link: Link, _is_shifted: bool) -> None:
        session = self._canvas.session
        wired = session.scenery.behind(link.target, link.slot)
        session.edit("Wire", lambda diagram: regrouping.connect(diagram, link.source, wired))

    def close(self) -> None:
        """Closes the list, if it is open."""
        if self.chooser is not None:
            self.chooser.close_()

    def _forget(self) -> None:
        self.chooser = self.link = None
        self._canvas.update()

    def paint(self, painter: QPainter) -> None:
        """The wire that Enter would make."""
        nodes = self._canvas.session.graph.nodes
        if self.link is None or self.link.source not in nodes or self.link.target not in nodes:
            return
        scenery, theme = self._canvas.session.stage.scenery, self._canvas.theme
        start, end = scenery.out_port(self.link.source), scenery.in_port(self.link.target, self.link.slot)
        painter.setPen(QPen(theme["forward"], 2.4 / min(self._canvas.camera.zoom, 1.0), Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(bezier(scenery.course.between(start, end)))
        painter.setBrush(theme["forward"])
        painter.drawEllipse(QPointF(*end), 6.0, 6.0)


def _rank(asked: str, names: list[str]) -> int | None:
    """0 for the very name, then beginnings, then anything inside; None for no match."""
    if asked in names:
        return 0
    if any(name.startswith(asked) for name in names):
        return 1
    return 2 if any(asked in name for name in names) else None
