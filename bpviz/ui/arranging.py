"""The actions that put things in their places: aligned, spread, nudged, framed, noted, pinned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from itertools import chain
from typing import TYPE_CHECKING

from ..document import annotating, arranging, edits, regrouping, wiring
from ..document.annotations import Tint
from ..document.arranging import Axis, Box, Edge
from ..graph.graph import NodeId
from ..graph.layout import Position
from ..ops import numerals
from ..stage.geometry import Rect
from .action import Action
from .canvas.guides import taken
from .settings import GRID, GRID_SNAPPING, SNAPPING, Setting

if TYPE_CHECKING:
    from .window import Window

STEP, FAR = 8.0, 5  # scene units; how many steps go far
_HARDLY = 1e-6  # scene units, by which nothing is moved
_BESIDE = 12.0  # scene units that stay in view around what is nudged


# What is selected


def has_anything(window: Window) -> bool:
    """First select a card, a frame, a note or a point of a wire."""
    session = window.session
    return bool(session.selection or session.selected_annotations) or session.selected_bend is not None


def _has_two(window: Window) -> bool:
    """First select two cards or more."""
    return len(window.session.standing.cards) >= 2


def _has_three(window: Window) -> bool:
    """First select three cards or more."""
    return len(window.session.standing.cards) >= 3


def _has_cards(window: Window) -> bool:
    """First select a card."""
    return bool(window.session.selection)


def _has_one_annotation(window: Window) -> bool:
    """First select one frame or note."""
    return len(window.session.selected_annotations) == 1 and not window.session.selection


def _has_frame(window: Window) -> bool:
    """First select a frame."""
    chosen = window.session.selected_annotations
    return any(frame.id in chosen for frame in window.session.diagram.frames)


def _has_annotations(window: Window) -> bool:
    """There are no frames and no notes here."""
    return bool(window.session.standing.beside)


def _can_frame(window: Window) -> bool:
    """First select what the frame is to hold."""
    session = window.session
    return bool(session.standing.own(session.selection) or session.selected_annotations)


DELETE = "Delete"  # what the history calls it
_MOST_HEALED = 50  # nodes; whoever deletes more is not asked whether they stood in a wire


def delete_selected(window: Window) -> None:
    """Deletes what is selected: a point of a wire, a wire, or cards, frames and notes.  What a frame holds stays."""
    session = window.session
    nodes, wire, bend, beside = (
        session.standing.own(session.selection), session.selected_wire, session.selected_bend,
        session.selected_annotations,
    )  # fmt: skip
    if wire is not None and bend is not None:
        session.edit("Take a point off a wire", lambda diagram: annotating.remove_bend(diagram, *wire, bend))
    elif wire is not None:
        taken_off = session.scenery.behind(*wire)
        session.edit("Take off a wire", lambda diagram: regrouping.disconnect(diagram, taken_off))
    elif nodes:
        before = session.diagram
        session.edit(DELETE, lambda diagram: annotating.remove(edits.delete(diagram, nodes), beside))
        if len(nodes) <= _MOST_HEALED and wiring.leaves_gaps(before, nodes):
            session.said.emit(f"Deleted {numerals.count(len(nodes), 'node')}: X heals the wire that is cut now.", False)
    elif beside:
        label = f"Delete {annotating.told(session.diagram, beside)}"
        session.edit(label, lambda diagram: annotating.remove(diagram, beside))
    elif session.selection:
        session.said.emit("That lies outside of this group: leave the group to delete it.", True)


def select_all(window: Window) -> None:
    """Everything: cards, frames and notes."""
    session = window.session
    session.select(session.standing.selectable, annotations=session.standing.beside)


# Acting


def _cards(window: Window) -> dict[NodeId, Box]:
    """The selected cards, and where they lie."""
    session = window.session
    rects = {card: session.scenery.rects[card] for card in session.standing.cards}
    return {card: (rect.x, rect.y, rect.width, rect.height) for card, rect in rects.items()}


def _carry(window: Window, label: str, shifts: Mapping[NodeId, Position]) -> None:
    """Moves cards, each by its own way; that of a group with all that is in it."""
    session = window.session
    if max(map(abs, chain.from_iterable(shifts.values())), default=0.0) < _HARDLY:
        session.said.emit("The cards lie like that already.", False)
        return
    ways = {node: by for card, by in shifts.items() for node in session.standing.whole(frozenset({card}))}
    window.gliding.carry(lambda: session.edit(label, lambda diagram: arranging.shifted(diagram, ways)))


def _arrange_selection(window: Window) -> None:
    """What is selected and not pinned."""
    session = window.session
    chosen = session.standing.own(session.selection)
    if chosen <= session.diagram.pinned:
        session.said.emit("All of that is pinned: Shift+P lets it go.", True)
    else:
        window.automatic.arrange(chosen)


def _align(edge: Edge) -> Callable[[Window], object]:
    return lambda window: _carry(window, f"Align {edge.value}", arranging.aligned(_cards(window), edge))


def _distribute(along: Axis) -> Callable[[Window], object]:
    return lambda window: _carry(window, "Distribute", arranging.distributed(_cards(window), along))


def _nudge(dx: int, dy: int) -> Callable[[Window], object]:
    """By so many steps: of the grid, where things keep to it."""

    def run(window: Window) -> None:
        session, canvas = window.session, window.canvas
        step = float(session.settings.get(GRID)) if session.settings.get(GRID_SNAPPING) else STEP
        by = dx * step, dy * step
        if (wire := session.selected_wire) is not None and (bend := session.selected_bend) is not None:
            x, y = annotating.points_of(session.diagram, *wire)[bend]
            at = x + by[0], y + by[1]
            session.edit("Bend a wire", lambda d: annotating.move_bend(d, *wire, bend, at), ("nudge", wire, bend))
            return
        load, key = taken(canvas), ("nudge", session.selection, session.selected_annotations)
        session.edit("Nudge", lambda diagram: arranging.carried(diagram, load, *by), key)
        rects = [session.scenery.rects[card] for card in session.standing.cards]
        if rects:  # as the view goes along with what a hand drags beyond its edge
            moved = reduce(Rect.united, rects).grown(_BESIDE)
            view = canvas.camera.view(canvas.width(), canvas.height())
            if moved.width <= view.width and moved.height <= view.height:
                canvas.look(canvas.camera.revealing(moved, canvas.width(), canvas.height()))

    return run


def _write_note(window: Window) -> None:
    canvas = window.canvas
    canvas.annotating.write_note(None if canvas.hand is None else canvas.camera.to_scene(*canvas.hand))


def _edit_annotation(window: Window) -> None:
    for id_ in window.session.selected_annotations:
        window.canvas.annotating.edit(id_)


def _next_annotation(window: Window) -> None:
    """The next one in reading order, brought into view."""
    session, canvas = window.session, window.canvas
    order = sorted(session.standing.beside.values(), key=lambda held: (held.y, held.x, held.id))
    places = [place for place, held in enumerate(order) if held.id in session.selected_annotations]
    held = order[(places[-1] + 1) % len(order) if places else 0]
    session.select((), annotations={held.id})
    said = annotating.told(session.diagram, {held.id})
    words = getattr(held, "title", "") or getattr(held, "text", "")
    session.said.emit(f"{said}: {words}" if words else said, False)
    canvas.update()


def _is_pinned(window: Window) -> bool:
    session = window.session
    return bool(session.selection) and session.selection <= session.diagram.pinned


def _toggle_pin(window: Window) -> None:
    session = window.session
    nodes, is_pinned = session.selection, _is_pinned(window)
    cards = numerals.count(len(nodes), "card")
    if is_pinned:
        session.edit("Unpin", lambda diagram: annotating.unpin(diagram, nodes))
        session.said.emit(f"Unpinned {cards}.", False)
    else:
        session.edit("Pin", lambda diagram: annotating.pin(diagram, nodes))
        session.said.emit(f"Pinned {cards}: arranging automatically leaves what is pinned where it is.", False)
    window.actions_.refresh()


def _tint(tint: Tint) -> Callable[[Window], object]:
    def run(window: Window) -> None:
        session = window.session
        chosen = session.selected_annotations
        session.edit("Colour a frame", lambda diagram: annotating.set_tint(diagram, chosen, tint))
        window.actions_.refresh()

    return run


def _has_tint(tint: Tint) -> Callable[[Window], bool]:
    def is_so(window: Window) -> bool:
        session = window.session
        chosen = [frame.tint for frame in session.diagram.frames if frame.id in session.selected_annotations]
        return bool(chosen) and all(held is tint for held in chosen)

    return is_so


def _toggle(setting: Setting[bool]) -> Callable[[Window], object]:
    def run(window: Window) -> None:
        settings = window.session.settings
        settings.set(setting, not settings.get(setting))
        window.actions_.refresh()

    return run


def _is_set(setting: Setting[bool]) -> Callable[[Window], bool]:
    return lambda window: window.session.settings.get(setting)


_ALIGNING = (
    ("left", "Left edges", Edge.LEFT), ("centre", "Centres", Edge.CENTRE), ("right", "Right edges", Edge.RIGHT),
    ("top", "Top edges", Edge.TOP), ("middle", "Middles", Edge.MIDDLE), ("bottom", "Bottom edges", Edge.BOTTOM),
)  # fmt: skip
_WAYS = (("left", -1, 0), ("right", 1, 0), ("up", 0, -1), ("down", 0, 1))
ARRANGING = (
    Action(
        "arrange-selection", "Arrange", "Arrange the selection", _arrange_selection, ("Ctrl+Shift+R",),
        is_on=_has_two, tip="Lays out only what is selected, about where it is", ends_group=True, turns=True,
    ),
    *(
        Action(
            f"align-{name}", "Arrange", f"Align {text.lower()}", _align(edge), is_on=_has_two, submenu="Align",
        )
        for name, text, edge in _ALIGNING
    ),
    Action(
        "distribute-across", "Arrange", "Distribute horizontally", _distribute(Axis.ACROSS), is_on=_has_three,
        tip="The same gap between each card and the next", submenu="Distribute",
    ),
    Action(
        "distribute-down", "Arrange", "Distribute vertically", _distribute(Axis.DOWN), is_on=_has_three,
        tip="The same gap between each card and the next", submenu="Distribute",
    ),
    *(
        Action(
            f"nudge-{name}", "Arrange", f"Nudge {name}", _nudge(dx, dy), (f"Shift+{name.capitalize()}",),
            is_on=has_anything, on_canvas=True, submenu="Nudge",
        )
        for name, dx, dy in _WAYS
    ),
    *(
        Action(
            f"push-{name}", "Arrange", f"Nudge far {name}", _nudge(FAR * dx, FAR * dy),
            (f"Ctrl+Shift+{name.capitalize()}",), is_on=has_anything, on_canvas=True, submenu="Nudge",
            ends_group=name == "down",
        )
        for name, dx, dy in _WAYS
    ),
    Action(
        "frame", "Arrange", "Frame the selection", lambda w: w.canvas.annotating.frame_selection(), ("Ctrl+Shift+F",),
        is_on=_can_frame, tip="A titled frame, which carries what lies in it",
    ),
    Action(
        "note", "Arrange", "Write a note", _write_note, ("Ctrl+Shift+N",),
        tip="Text on the canvas, with mathematics between dollar signs",
    ),
    Action(
        "edit-annotation", "Arrange", "Edit the note or title", _edit_annotation, ("Return", "F2"),
        is_on=_has_one_annotation, on_canvas=True,
    ),
    Action(
        "next-annotation", "Arrange", "Go to the next frame or note", _next_annotation, ("Shift+G",),
        is_on=_has_annotations,
    ),
    *(
        Action(
            f"tint-{tint.value}", "Arrange", f"{tint.value.capitalize()} frame", _tint(tint), is_on=_has_frame,
            is_checked=_has_tint(tint), submenu="Colour", ends_group=tint is Tint.ROSE,
        )
        for tint in Tint
    ),
    Action(
        "pin", "Arrange", "Pin", _toggle_pin, ("Shift+P",), is_on=_has_cards, is_checked=_is_pinned,
        tip="Arranging automatically leaves what is pinned where it is", ends_group=True,
    ),
    Action(
        "snap", "Arrange", "Snap to other cards", _toggle(SNAPPING), is_checked=_is_set(SNAPPING),
        tip="While you drag, the edges and middles of others hold on to it; Alt or Ctrl keeps it free",
    ),
    Action(
        "snap-grid", "Arrange", "Snap to the grid", _toggle(GRID_SNAPPING), is_checked=_is_set(GRID_SNAPPING),
    ),
)  # fmt: skip
ANNOTATION_CONTEXT = (
    ("edit-annotation", "group"),
    tuple(f"tint-{tint.value}" for tint in Tint),
    ("cut", "copy", "duplicate"),
    ("delete",),
)
