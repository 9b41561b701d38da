"""The shortest form of a derivative, looked for beside everything else: sympy takes a while."""

from __future__ import annotations

import threading
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from ...engine.analysis.worked_out import simplified
from ...graph.graph import Graph, GraphError, NodeId
from ...ops.formula import Notation, written
from ..tidying import undisturbed


class Simplifier(QObject):
    """Answers come when they come; whoever asks has to see whether the question still stands."""

    found = Signal(object, str)  # for which question, and the LaTeX, or nothing

    def ask(self, question: object, graph: Graph, variable: NodeId, output: NodeId) -> None:
        def look() -> None:
            with undisturbed():
                try:
                    shorter = simplified(graph, variable, output)
                except GraphError:
                    shorter = None
                found = "" if shorter is None else written(shorter, Notation.LATEX)
            with suppress(RuntimeError):  # the page may be gone, and with it whoever wanted to know
                self.found.emit(question, found)

        threading.Thread(target=look, name="simplify a derivative", daemon=True).start()
