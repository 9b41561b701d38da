"""Pictures of every page of the calculus lab, in the window, with something on it.

    python scripts/lab_pictures.py FOLDER [--themes light dark …] [--widths 1280 1440] [--only NAME …] [--plots]

They are for looking at: cut text, overlaps and weak contrast show here first.  With `--plots` every plot is saved, too,
in all formats that its menu offers.  `QT_SCALE_FACTOR=2` renders as on a fine screen.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.application import application
from bpviz.ui.examples import examples
from bpviz.ui.slices import Slices
from bpviz.ui.theme import THEMES

if TYPE_CHECKING:
    from bpviz.ui.window import Window

HEIGHTS = {1280: 720, 1440: 900}


@dataclass(frozen=True)
class Scene:
    """A page with a graph: `text` is a program or the title of an example; `act` does what a reader would."""

    name: str
    page: str
    text: str
    act: Callable[[Any], object] = lambda page: None


def _descend(page: Any, optimizers: list[str], steps: int, view: int, rates: dict[str, float] | None = None) -> None:
    """Some optimizers, some steps of each."""
    training = page.training
    for name in optimizers:
        training.choose(name, True)
    for name in [name for name in training.chosen if name not in optimizers]:
        training.choose(name, False)
    for name, rate in (rates or {}).items():
        training.set_rate(name, rate)
    page.controls.show_state()
    for _ in range(steps):
        training.step()
    page.turn_to(view)


def _nodes(page: Any, *names: str) -> None:
    """Several curves."""
    graph = page.session.graph
    page.responses.choose([graph.by_name[name] for name in names])


def _press(row: str, place: int) -> Callable[[Any], object]:
    """Chooses one of some joined buttons."""
    return lambda page: getattr(page, row).button(place).click()


def _errors(page: Any) -> None:
    page.set_h(1e-3)
    page.views.button(1).click()


def _jacobian_of_u(page: Any) -> None:
    page.kinds.button(0).click()
    page.response.choose([page.session.graph.by_name["u"]])


def _race(page: Any) -> None:
    _descend(page, ["sgd", "adam", "newton"], 30, 0, {"sgd": 0.001})


_BOWL, _WAVES = "f = x² + 3y² + x*y; x = 1; y = 0.5", "f = x² − y² + sin(x*y); x = 1; y = 0.5"
_CURVES, _STEEP = "x = 0.7; a = sin(x); b = tan(x); c = ln(x)", "f = x² + 10y²; x = 1; y = 0.5"
_NET = "A 2-16-16-1 net on two moons"
SCENES = (
    Scene("slope", "Slope", "u = 3x² − 4x; x = 1"),
    Scene("slope-several", "Slope", _CURVES, lambda page: _nodes(page, "a", "b", "c")),
    Scene("limit", "Limit", "u = 3x² − 4x; x = 1", lambda page: page.set_h(0.1)),
    Scene("limit-errors", "Limit", "u = sin(x); x = 1", _errors),
    Scene("rules", "Rules", "f = sin(2x²); x = 1"),
    Scene("rules-quotient", "Rules", "f = x²/exp(x) + 5x; x = 1"),
    Scene("gradient", "Gradient", _BOWL),
    Scene("gradient-surface", "Gradient", _WAVES, _press("views", 1)),
    Scene("hessian", "Matrices", _BOWL),
    Scene("jacobian", "Matrices", "A linear layer with softmax", _press("kinds", 0)),
    Scene("chain", "Matrices", "The chain rule with a matrix", _jacobian_of_u),
    Scene("surrogate", "Slope", "Accuracy, and a loss in its place", lambda page: _nodes(page, "right", "loss")),
    Scene("descent-path", "Descent", "Rosenbrock's banana", _race),
    Scene("descent-parameters", "Descent", "Linear regression", lambda p: _descend(p, ["sgd", "momentum"], 40, 1)),
    Scene("descent-boundary", "Descent", _NET, lambda page: _descend(page, ["adam"], 80, 2)),
    Scene("descent-classes", "Descent", "A softmax classifier", lambda page: _descend(page, ["adam"], 60, 2)),
    Scene("descent-diverged", "Descent", _STEEP, lambda page: _descend(page, ["sgd", "adam"], 30, 0, {"sgd": 0.5})),
    Scene("descent-setup", "Descent", _NET, lambda page: page.setup_button.click()),
    Scene("descent-empty", "Descent", "y = [1, 2]*x; x = 1"),
)  # fmt: skip


def diagram(text: str) -> tuple[Diagram, str]:
    """The graph of a scene, and the data that it brings along."""
    for example in examples():
        if example.title == text:
            return example.diagram(), example.data
    return Diagram.of(parse(text)), ""


def show(window: Window, scene: Scene) -> Any:
    """Puts a scene before the eyes; its page."""
    found, data = diagram(scene.text)
    window.session.open(found, None, data)
    window.studying.open(scene.page)
    QTest.qWait(120)  # the splitter, and what is put off until the window rests
    assert window.studying.laboratory is not None
    page = window.studying.laboratory.page
    assert page is not None
    scene.act(page)
    window.canvas.fit()
    for _ in range(40):
        QTest.qWait(50)
        if not any(each.is_busy for each in page.findChildren(Slices)):
            break
    QTest.qWait(150)
    return page


def save_plots(page: Any, scene: Scene, folder: Path) -> None:
    """Every plot of a page that is to be seen, in every format."""
    from bpviz.ui.lab.plot import Plot
    from bpviz.ui.lab.plot_export import KINDS, save
    from bpviz.ui.lab.surface import Surface

    for plot in [*page.findChildren(Plot), *page.findChildren(Surface)]:
        if plot.isVisible():
            for kind in KINDS:
                path = folder / f"{scene.name}-{plot.name.lower().replace(' ', '-')}{kind.ending}"
                save(plot, path)
                print(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--themes", nargs="+", choices=list(THEMES), default=list(THEMES))
    parser.add_argument("--widths", nargs="+", type=int, choices=list(HEIGHTS), default=list(HEIGHTS))
    parser.add_argument("--only", nargs="+", choices=[scene.name for scene in SCENES], metavar="NAME")
    parser.add_argument("--plots", action="store_true")
    options = parser.parse_args()
    application(offscreen=True)
    from bpviz.ui.window import Window

    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.themes:
            for width in options.widths:
                window = Window(QSettings(str(Path(scratch) / "settings.ini"), QSettings.Format.IniFormat))
                window.resize(width, HEIGHTS[width])
                window.set_theme(THEMES[name])
                window.show()
                for scene in SCENES:
                    if options.only and scene.name not in options.only:
                        continue
                    page = show(window, scene)
                    path = options.folder / f"{scene.name}-{name}-{width}.png"
                    window.grab().save(str(path))
                    print(path)
                    if options.plots:
                        save_plots(page, scene, options.folder)
                window.session.document.mark_saved()
                window.close()
                window.deleteLater()


if __name__ == "__main__":
    main()
