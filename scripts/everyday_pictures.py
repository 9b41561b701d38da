"""What a user meets every day beside the story itself: menus, panels, searches, errors, the lecture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from studio import Studio

Scene: TypeAlias = Callable[[Studio], None]
PRODUCT = "q = x + y; f = q * z"
NEURON = "h = w1 * x1 + w2 * x2 + b; a = sigmoid(h); loss = (a - t)**2"
VALUES = {"x1": 2.0, "x2": -1.0, "w1": 0.5, "w2": -0.3, "b": 0.1, "t": 1.0}


def first_start(studio: Studio) -> None:
    """Nothing has been done yet."""


def first_start_projected(studio: Studio) -> None:
    studio.project()


def example_opened(studio: Studio) -> None:
    from bpviz.ui.examples import examples

    studio.window.open_example(examples()[3])
    studio.rest()


def example_shelf(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.window.show_examples()
    studio.rest()


def context_of_card(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.session.select({studio.node("q")})
    studio.window.canvas.menu_wanted.emit(studio.card("q"))
    studio.rest()


def context_of_ground(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.window.canvas.menu_wanted.emit(studio.card("q"))
    studio.rest()


def menu(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.key("F10")
    studio.key("Left", times=2)
    studio.key("Down")


def palette_searched(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.act("add")
    studio.type("soft")


def quick_add(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.session.select({studio.node("q")})
    studio.key("Tab")
    studio.type("log")


def commands(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.act("commands")
    studio.type("grad")


def find(studio: Studio) -> None:
    studio.graph(NEURON, **VALUES)
    studio.act("find")
    studio.type("w")


def shortcuts(studio: Studio) -> None:
    studio.act("shortcuts")


def settings(studio: Studio) -> None:
    studio.act("settings")


def export(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.when("sent", "q", 0.5)
    studio.modal(lambda: studio.act("export"))


def unsaved(studio: Studio) -> None:
    history(studio)
    studio.modal(lambda: studio.act("new"))


def history(studio: Studio) -> None:
    from bpviz.document import edits

    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    q, x = studio.node("q"), studio.node("x")
    studio.session.edit("Rename q to total", partial(edits.rename, node=q, name="total"))
    studio.session.edit("Change x", partial(edits.set_value, node=x, value=3.0))
    studio.session.edit("Choose the output", lambda diagram: edits.set_output(diagram, q))
    studio.session.undo()
    studio.act("history")


def bookmarks(studio: Studio) -> None:
    from bpviz.document import edits
    from bpviz.stage.anchors import anchor_at

    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    for step, note in ((3, "Ask what q will be."), (7, "Why is it z that f passes back to q?"), (12, "")):
        edit = partial(edits.bookmark, anchor=anchor_at(studio.session.story, step), note=note)
        studio.session.edit("Bookmark", edit)
    studio.session.playback.seek(7)
    studio.rest()


def note_written(studio: Studio) -> None:
    bookmarks(studio)
    studio.act("bookmark")


def presenter(studio: Studio) -> None:
    """The lecturer's window, while the class sees another screen."""
    bookmarks(studio)
    studio.project(alone=False)
    studio.window.presenter.start_over()
    studio.window.presenter.show()
    studio.rest()
    found = studio.window.projecting.projector
    assert found is not None
    found.move(5000, 0)


def spotlight(studio: Studio) -> None:
    studio.graph(NEURON, **VALUES)
    studio.project()
    studio.act("spotlight")
    studio.when("sent", "a", 0.5)


def neuron_projected(studio: Studio) -> None:
    """Names with an index, on the wall."""
    studio.graph(
        NEURON.replace("w1", "w_in").replace("x1", "x_in"),
        **{name.replace("w1", "w_in").replace("x1", "x_in"): value for name, value in VALUES.items()},
    )
    studio.project()
    studio.when("sent", "w_in", 0.5)


def heat(studio: Studio) -> None:
    studio.graph(NEURON, **VALUES)
    studio.act("heat")
    studio.session.playback.seek(len(studio.session.story))
    studio.rest()


def group(studio: Studio) -> None:
    studio.graph(NEURON, **VALUES)
    studio.session.select({studio.node(name) for name in ("h", "a")})
    studio.act("group")
    studio.type("neuron")
    studio.key("Return")
    studio.session.playback.seek(len(studio.session.story))
    studio.window.canvas.fit()
    studio.rest()


def group_inside(studio: Studio) -> None:
    group(studio)
    studio.act("step-inside")
    studio.window.canvas.fit()
    studio.rest()


def half_wired(studio: Studio) -> None:
    """What waits says for what."""
    studio.graph("a = x / _; b = log(y); f = a * b", x=2, y=3)


def failed(studio: Studio) -> None:
    studio.graph("a = x / y; b = log(x); f = a + b", x=-2, y=4)


def misspelt(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.act("expression")
    studio.type("f = sinn(x) + ")
    studio.key("Return")


def endless(studio: Studio) -> None:
    """Infinite and not-a-number, and numbers of all sizes."""
    studio.graph("a = x * x; b = a * y; c = b / w; f = c * exp(v)", x=1e200, y=1e-200, w=3e-301, v=800.0)
    studio.session.playback.seek(len(studio.session.story))
    studio.rest()


def overwritten(studio: Studio) -> None:
    studio.graph("a = x * y; b = x * z; f = a + b", x=1, y=6, z=-4)
    studio.act("overwrites")
    studio.when("overwritten", "x", 0.3, last=True)


def unordered(studio: Studio) -> None:
    studio.graph("a = x * x; b = sin(a); f = a + b", x=2)
    studio.act("unordered")
    studio.session.playback.seek(len(studio.session.story))
    studio.session.select({studio.node("x")})
    studio.rest()


def fractions(studio: Studio) -> None:
    studio.graph("a = x / y; b = a * x; f = b + a", x=2, y=3)
    studio.project()
    studio.act("fractions")
    studio.session.playback.seek(len(studio.session.story))
    studio.rest()


def formulas_alone(studio: Studio) -> None:
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.act("shown")
    studio.session.playback.seek(len(studio.session.story))
    studio.rest()


def many_paths(studio: Studio) -> None:
    """30 diamonds in a row: 2³⁰ paths."""
    rows = [f"a{i} = x{i} * 2; b{i} = x{i} * 3; x{i + 1} = a{i} + b{i}" for i in range(30)]
    studio.graph("; ".join(rows), x0=1)
    studio.session.playback.seek(len(studio.session.story))
    studio.session.select({studio.node("x0")})
    studio.rest()
    from bpviz.ui.ledger import PathRow

    row = studio.window.inspector.findChildren(PathRow)[-1]
    studio.window.inspector.ensureWidgetVisible(row, 0, 200)
    studio.rest()


def written_on(studio: Studio) -> None:
    """A frame and a note."""
    studio.graph(PRODUCT, x=-2, y=5, z=-4)
    studio.session.select({studio.node(name) for name in ("x", "y", "q")})
    studio.act("frame")
    studio.key("Return")
    studio.act("note")
    studio.type("What comes back is $z = -4$.")
    studio.key("Ctrl+Return")
    studio.window.canvas.fit()
    studio.rest()


def nothing_wired(studio: Studio) -> None:
    studio.graph("x; y; z", x=1, y=2, z=3)


def choices(studio: Studio) -> None:
    """A question with answers to choose from, on the wall."""
    studio.graph("a = x * y; b = x * z; f = a + b", x=1, y=6, z=-4)
    studio.project()
    studio.act("predict")
    predicting, playback = studio.session.predicting, studio.session.playback
    playback.seek(playback.length)
    while predicting.node != studio.node("x"):
        predicting.answer("1")
        playback.seek(playback.length)
    predicting.set_choosing(True)
    predicting.answer("6")
    studio.rest()


EVERYDAY: tuple[Scene, ...] = (
    first_start, first_start_projected, example_opened, example_shelf, context_of_card, context_of_ground, menu,
    palette_searched, quick_add, commands, find, shortcuts, settings, export, unsaved, history, bookmarks,
    note_written, presenter, spotlight, neuron_projected, heat, group, group_inside, half_wired, failed, misspelt,
    endless, overwritten, unordered, fractions, formulas_alone, many_paths, written_on, nothing_wired, choices,
)  # fmt: skip
