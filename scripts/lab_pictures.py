"""Pictures of every page of the calculus lab, in the window and in all themes: `lab_pictures.py FOLDER`.

They are for looking at: cut text, overlaps and weak contrast show here first.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.application import application

THEMES = ("light", "dark", "projector")
SIZES = ((1280, 720), (1440, 900))
GRAPHS: dict[str, tuple[str, dict[str, object]]] = {
    "Slope": ("u = 3x² − 4x", {"x": 1.0}),
    "Limit": ("u = 3x² − 4x", {"x": 1.0}),
    "Rules": ("f = sin(2x²)", {"x": 1.0}),
    "Gradient": ("f = x² + 3y² + x*y", {"x": 1.0, "y": 0.5}),
    "Matrices": ("f = x² + 3y² + x*y", {"x": 1.0, "y": 0.5}),
    "Descent": ("f = (1 − a)² + 5*(b − a²)²", {"a": -1.0, "b": 1.0}),
}
"""What each page shows; a page without an entry shows the graph of the first one."""


def main(folder: Path) -> None:
    application(offscreen=True)
    from bpviz.ui.lab.pages import PAGES
    from bpviz.ui.theme import THEMES as BY_NAME
    from bpviz.ui.window import Window

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name in THEMES:
            for width, height in SIZES:
                window = Window(QSettings(str(Path(scratch) / "settings.ini"), QSettings.Format.IniFormat))
                window.resize(width, height)
                window.set_theme(BY_NAME[name])
                window.show()
                for entry in PAGES:
                    text, values = GRAPHS.get(entry.title, GRAPHS["Slope"])
                    window.session.open(Diagram.of(parse(text, values)), None)
                    window.studying.open(entry.title)
                    QTest.qWait(150)  # the splitter, and what is put off until the window rests
                    window.canvas.fit()
                    QTest.qWait(150)
                    path = folder / f"{entry.title.lower()}-{name}-{width}.png"
                    window.grab().save(str(path))
                    print(path)
                window.session.document.mark_saved()
                window.close()
                window.deleteLater()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
