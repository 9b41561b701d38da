"""How fast training goes: steps alone, and steps while the plots of the lab follow.

    python scripts/bench_training.py

Offscreen, in the software rasteriser.  What is promised, and checked by `bench_ui.py --check`: 60 steps a second of the
2-16-16-1 net on 200 samples while the plots follow at 30 pictures a second, and a pause within 50 ms.  On a machine
that is busy with other things, the time of the processor for one picture says it.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bpviz.engine.training.datasets import moons
from bpviz.engine.training.descent import Run
from bpviz.engine.training.optimizers import OPTIMIZERS
from bpviz.engine.training.problem import Problem
from bpviz.engine.training.table_reading import read_table
from bpviz.graph.parse import parse
from bpviz.resources import resource

STEPS, ROWS = 500, 1_000_000
AT_LEAST = {"steps a second": 57.0, "pictures a second": 30.0}  # of 60 steps that are asked for, 5 % may be late
AT_MOST = {"pause": 50.0}  # milliseconds
SECONDS = 3.0  # for every picture


def main() -> None:
    text = network()
    for name in ("sgd", "adam"):
        run = Run(Problem(parse(text), moons()), OPTIMIZERS[name], 0.02)
        begin = time.process_time()
        for _ in range(STEPS):
            run.step()
        taken = time.process_time() - begin
        print(f"{name}: {STEPS / taken:,.0f} steps a second, each with the losses over all samples")
    for name, found in watched().items():
        print(f"{name}: " + ", ".join(f"{key} {number:.4g}" for key, number in found.items()))
    with tempfile.TemporaryDirectory() as folder:
        table_figures(Path(folder) / "table.csv")


def network() -> str:
    """The example with the two moons."""
    (path,) = resource("examples").glob("*-moons.txt")
    return path.read_text(encoding="utf-8")


def watched() -> dict[str, dict[str, float]]:
    """Training in the window, once for every picture beside the loss: steps and pictures a second, milliseconds of the
    processor for a picture with its steps, and milliseconds until a pause takes effect."""
    from PySide6.QtCore import QEventLoop, QSettings, QTimer
    from PySide6.QtWidgets import QApplication

    from bpviz.document.diagram import Diagram
    from bpviz.ui.application import application
    from bpviz.ui.lab.descent import DescentPage
    from bpviz.ui.window import Window

    app = application(offscreen=True)
    assert isinstance(app, QApplication)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        window = Window(QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat))
        window.show()
        window.session.open(Diagram.of(parse(network())), None, "moons")
        window.studying.open("Descent")
        assert window.studying.laboratory is not None
        page = window.studying.laboratory.page
        assert isinstance(page, DescentPage)
        for view in page.views.buttons():
            view.click()
            app.processEvents()
            page.training.start()
            begin, before, wall = time.process_time(), page.training.steps, time.perf_counter()
            rest = QEventLoop()  # which sleeps while nothing happens, as the program does
            QTimer.singleShot(round(1000 * SECONDS), rest.quit)
            rest.exec()
            taken, elapsed = time.process_time() - begin, time.perf_counter() - wall
            steps = page.training.steps - before
            begin = time.perf_counter()
            page.run_button.click()
            app.processEvents()
            found[f"training beside {view.text()}"] = {
                "steps a second": steps / elapsed,
                "pictures a second": page.pictures / elapsed,
                "processor": 1000 * taken / max(page.pictures, 1),
                "pause": 1000 * (time.perf_counter() - begin),
            }
            page.pictures = 0
        window.session.document.mark_saved()
        window.close()
    return found


def table_figures(path: Path) -> None:
    """Reading a long table."""
    with path.open("w", encoding="utf-8") as file:
        file.write("a,b,c,t\n")
        for row in range(ROWS):
            file.write(f"{row * 0.25},{row % 97},{-row / 3:.4f},{row % 2}\n")
    begin = time.process_time()
    table = read_table(path)
    print(f"a table of {len(table.values):,} rows of {len(table.names)} numbers: {time.process_time() - begin:.1f} s")


if __name__ == "__main__":
    main()
