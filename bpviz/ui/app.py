"""Starts the program."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from .application import application, bare_application
from .window import Window


def main(source: str | None = None, values: Mapping[str, Any] | None = None) -> int:
    """Opens the window on a file, a program, or the first example; returns the exit status.

    The window is painted first and filled then: the imports of numpy and the fonts don't delay it.
    """
    running = bare_application(sys.argv[:1])
    window = Window(is_furnished=False)
    window.sketched.connect(lambda: begin(window, source, values or {}), Qt.ConnectionType.QueuedConnection)
    window.show()
    return running.exec()


def begin(window: Window, source: str | None, values: Mapping[str, Any]) -> None:
    """Fills the window and opens what was asked for."""
    window.setFont(application().font())  # the window was made before the fonts were there
    window.furnish()
    from ..document.diagram import Diagram
    from ..graph.graph import GraphError
    from ..graph.parse import parse
    from .examples import examples
    from .rescue import offer

    if offer(window, source):
        window.canvas.fit()
        return
    try:
        if source is None:
            window.files.open_diagram(examples()[0].diagram(window.session.preferred_direction))
        elif os.path.exists(source):  # a Path raises for a program that is too long for a name
            window.files.open_path(Path(source), values)
        else:
            window.files.open_diagram(Diagram.of(parse(source, values), window.session.preferred_direction))
    except GraphError:
        window.expression.propose(source or "")  # says what is wrong, and lets it be mended
    window.canvas.fit()
