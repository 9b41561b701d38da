"""Moments of the program as pictures, from the real window: python scripts/pictures.py [folder] [--scale 2].

Runs in the program's own environment, offscreen.  Look at them after every change of what is seen.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from everyday_pictures import EVERYDAY, Scene
from studio import Studio

BRANCHES = "a = x * y; b = x * z; c = 3 * x; f = a + b + c"
PRODUCT = "q = x + y; f = q * z"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", default="pictures", type=Path)
    options.add_argument("--scale", default="1", help="the scale factor of the screen")
    options.add_argument("--size", default="1280x720", help="of the window, in its own pixels")
    options.add_argument("--theme", help="of the window, where a scene has none of its own: light, dark")
    options.add_argument("--only", nargs="*", help="the names of scenes")
    chosen = options.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = chosen.scale
    width, height = map(int, chosen.size.split("x"))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    from bpviz.ui.application import application

    application(offscreen=True)
    with TemporaryDirectory() as settings:
        for name in chosen.only or SCENES:
            scene, studio = SCENES[name], Studio(Path(settings) / f"{name}.ini", width, height)
            studio.theme(chosen.theme or "light")
            scene(studio)
            studio.rest()
            path = chosen.folder / f"{name}.png"
            if not studio.picture().save(str(path)):
                print(f"cannot write {path}", file=sys.stderr)
                return 1
            print(path)
            studio.close()
    return 0


def receive(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.when("sent", "q", 0.24)


def multiply(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.when("sent", "q", 0.5)


def add(studio: Studio) -> None:
    studio.graph("a = x * y; b = x * z; f = a + b", x=1, y=6, z=-4)
    studio.when("accumulated", "x", 0.3, last=True)


def branches(studio: Studio) -> None:
    studio.theme("dark")
    studio.graph(BRANCHES, x=1, y=-4, z=6)
    studio.when("sent", "x", 0.8, last=True)


def ledger(studio: Studio) -> None:
    studio.graph(BRANCHES, x=1, y=-4, z=6)
    studio.session.playback.seek(len(studio.session.story))
    studio.session.select({studio.node("x")})
    studio.rest()
    from bpviz.ui.ledger import PathRow

    row = studio.window.inspector.findChildren(PathRow)[1]
    studio.window.inspector.ensureWidgetVisible(row, 0, 160)
    row.enterEvent(None)  # type: ignore[arg-type]  # as if the mouse were on it
    studio.rest()


def prediction(studio: Studio) -> None:
    studio.graph("a = x * y; b = x * z; f = a + b", x=1, y=6, z=-4)
    studio.session.playback.seek(0)
    studio.act("predict")
    predicting, playback = studio.session.predicting, studio.session.playback
    playback.seek(playback.length)
    while predicting.node != studio.node("x"):
        predicting.answer("1")  # what a, b and z get
        playback.seek(playback.length)
    predicting.answer("6")
    studio.rest()


def projector(studio: Studio, theme: str = "projector") -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.project(theme)
    studio.when("sent", "q", 0.95)


def projector_light(studio: Studio) -> None:
    projector(studio, "projector-light")


def question(studio: Studio, theme: str = "projector") -> None:
    """Before the class is told what x receives."""
    projector(studio, theme)
    studio.act("predict")
    studio.session.playback.seek(studio.session.playback.length)
    studio.rest()


def question_light(studio: Studio) -> None:
    question(studio, "projector-light")


def square(studio: Studio) -> None:
    """Two wires from one node into another: local derivatives are told apart by their places."""
    projector(studio)
    studio.graph("a = x * x; f = a + a", x=3)
    studio.when("sent", "a", 0.5)
    studio.session.playback.seek(len(studio.session.story) - 1.5)
    studio.rest()


def steps(studio: Studio) -> None:
    studio.graph(BRANCHES, x=1, y=-4, z=6)
    studio.when("sent", "x", 0.5)
    studio.window.side.turn_to(1)
    studio.rest()


NAMES = "speed_of_the_slowest_participant_in_the_race", "Δθ_max", "learning_rate_of_the_second_layer"


def names(studio: Studio) -> None:
    """Long ones, Greek ones, ones with an index."""
    slow, angle, rate = NAMES
    long = "the_weighted_average_of_everything_that_was_measured_" * 4
    studio.graph(f"{long} = {slow} * {angle}; f = {long} + sin({rate}) * {angle}", **{slow: 1.5, angle: -0.25, rate: 2})
    studio.when("sent", slow, 0.5)
    studio.session.select({studio.node(long)})
    studio.rest()


def names_projected(studio: Studio) -> None:
    projector(studio)
    names(studio)


def far(studio: Studio) -> None:
    """From the middle distance the local derivative that acts can still be read."""
    studio.example("Rosenbrock's banana")
    studio.when("sent", "x", 0.5)
    studio.window.canvas.fit()
    studio.rest()


def tensor(studio: Studio) -> None:
    studio.example("A linear layer with softmax")
    story = studio.session.story
    studio.session.playback.seek(story.seed_position + 0.6 * story.backward_length)
    studio.rest()


def forward_mode(studio: Studio) -> None:
    studio.graph("a = x * y; b = sin(x); f = a + b", x=2, y=3)
    studio.session.select({studio.node("x")})
    studio.act("forward")
    studio.session.select(())
    studio.when("pushed", "f", 0.5)


def formulas(studio: Studio) -> None:
    studio.theme("dark")
    studio.graph("a = x / y; b = a * x; f = b + a", x=2, y=3)
    studio.session.playback.seek(len(studio.session.story))
    studio.act("fractions")
    studio.act("shown")
    studio.act("shown")


def wrong(studio: Studio) -> None:
    studio.graph("a = x * y; b = x * z; f = a + b", x=1, y=6, z=-4)
    studio.act("overwrites")
    studio.session.playback.seek(len(studio.session.story))
    studio.session.select({studio.node("x")})
    studio.rest()


def nudge(studio: Studio) -> None:
    studio.graph("a = x * x; f = a * sin(x)", x=2)
    studio.session.playback.seek(len(studio.session.story))
    studio.session.select({studio.node("x")})
    studio.act("nudge")
    studio.session.lens.move(0.4)
    studio.rest()


SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        receive, multiply, add, branches, ledger, prediction, projector, projector_light, tensor, forward_mode,
        formulas, wrong, nudge, question, question_light, square, steps, names, names_projected, far, *EVERYDAY,
    )
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
