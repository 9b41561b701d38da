"""Starts the program."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .application import application


def main(source: str | None = None, values: Mapping[str, Any] | None = None) -> int:
    """Opens the window on a file, a program, or the first example; returns the exit status.

    The window is painted before anything is computed: numpy's and networkx's imports don't delay it.
    """
    from PySide6.QtCore import QTimer

    running = application(sys.argv[:1])
    from .window import Window

    window = Window()
    window.show()
    QTimer.singleShot(0, lambda: _begin(window, source, values or {}))
    return running.exec()


def _begin(window: Any, source: str | None, values: Mapping[str, Any]) -> None:
    from ..document.diagram import Diagram
    from ..graph.graph import GraphError
    from ..graph.parse import parse
    from .examples import examples

    try:
        if source is None:
            window.files.open_diagram(examples()[0].diagram())
        elif Path(source).exists():
            window.files.open_path(Path(source))
        else:
            window.files.open_diagram(Diagram.of(parse(source, values)))
    except GraphError as error:
        window.session.said.emit(str(error), True)
    window.canvas.fit()
