"""Stories of groups: a neuron becomes a card, is looked into, taken apart, wired, kept, and used again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QMenu

from bpviz.document.diagram import Diagram
from bpviz.document.file import load, save
from bpviz.document.groups import Group, GroupTree
from bpviz.graph.graph import NodeId
from bpviz.graph.parse import parse
from bpviz.stage.grouping import GroupCard
from bpviz.ui.accessibility import interface
from bpviz.ui.canvas.group_painting import group_frames
from bpviz.ui.window import Window
from tests.user import Button, Key, Modifier, User

NEURON = "a = tanh(w*x + b); f = a * y"
VALUES = {"x": 0.5, "y": 3, "w": 1, "b": 2}
CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier


@pytest.fixture
def neuron(user: User) -> User:
    """Somebody with a neuron and what uses it, all of it in view."""
    user.window.resize(1280, 720)
    user.session.open(Diagram.of(parse(NEURON, VALUES)), None)
    user.canvas.fit()
    user.click(user.nowhere())
    return user


def ids(user: User) -> dict[str, NodeId]:
    return dict(user.session.graph.by_name)


def members(user: User) -> set[NodeId]:
    graph = user.session.graph
    return graph.structure.ancestors(graph.find("a")) - {graph.find("x")}


def select(user: User, nodes: set[NodeId]) -> None:
    """Clicks one card after the other, with Shift."""
    first, *others = sorted(nodes)
    user.click(user.face(first))
    for node in others:
        user.click(user.face(node), modifiers=SHIFT)
    assert user.session.selection == nodes


def collapse(user: User, name: str = "") -> GroupCard:
    """Groups the neuron, and gives it a name."""
    select(user, members(user))
    user.press(Key.Key_G, modifiers=CTRL)
    user.type(f"{name}\n")
    card = user.session.scenery.group_of(ids(user)["a"])
    assert card is not None
    return card


def held(user: User, name: str) -> Group:
    return next(group for group in user.session.diagram.groups if group.name == name)


def crumbs(user: User) -> list[str]:
    return [step.text() for step in user.window.breadcrumb.steps]


def title(user: User, name: str) -> QPoint:
    """The title of an open group."""
    rect = next(
        title for group, _, title in group_frames(user.session.stage, user.canvas.camera.zoom) if group.name == name
    )
    return user.at((rect.x + 20.0, rect.y + rect.height / 2))


# Making one


def test_a_selection_becomes_a_card_that_is_named_in_place_in_one_step(neuron: User) -> None:
    before = neuron.session.diagram
    card = collapse(neuron, "neuron")
    assert card.name == "neuron"
    assert neuron.session.graph is before.graph
    assert neuron.session.standing.group == card
    assert set(neuron.session.scenery.rects) == {ids(neuron)[name] for name in "xyaf"}
    assert not neuron.window.breadcrumb.isVisible()
    neuron.undo()
    assert neuron.session.diagram == before
    neuron.redo()
    assert held(neuron, "neuron").members == members(neuron)


def test_enter_keeps_the_name_that_is_offered_and_so_does_esc(neuron: User) -> None:
    assert collapse(neuron).name == "group 1"
    neuron.undo()
    neuron.press(Key.Key_G, modifiers=CTRL)
    neuron.type("no")
    neuron.press(Key.Key_Escape)
    assert [group.name for group in neuron.session.diagram.groups] == ["group 1"]


def test_a_selection_that_would_depend_on_itself_is_refused_with_the_path(neuron: User) -> None:
    graph = neuron.session.graph
    product = graph.nodes[graph.nodes[ids(neuron)["a"]].inputs[0] or 0].inputs[0] or 0
    select(neuron, {product, ids(neuron)["a"]})
    before = neuron.session.diagram
    neuron.press(Key.Key_G, modifiers=CTRL)
    assert "v₁ → v₂ → a leaves the group and comes back" in neuron.message
    assert "select v₂ too" in neuron.message
    assert neuron.session.diagram is before


def test_there_is_nothing_to_group_in_one_card(neuron: User) -> None:
    neuron.click(neuron.face(ids(neuron)["x"]))
    assert not neuron.window.actions_["group"].isEnabled()
    assert not neuron.window.actions_["ungroup"].isEnabled()


# The card under the hand


def test_the_card_is_selected_moved_and_deleted_as_one(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    x, y = card.at
    places = {node: neuron.session.diagram.positions[node] for node in card.members}
    neuron.click(neuron.nowhere())
    neuron.drag(neuron.face(card.face), neuron.face(card.face) + QPoint(0, 90))
    moved = held(neuron, "neuron").at
    assert neuron.session.selection == card.members
    assert moved[1] > y + 50.0
    way = moved[0] - x, moved[1] - y
    now = neuron.session.diagram.positions
    assert all(now[node] == pytest.approx((a + way[0], b + way[1])) for node, (a, b) in places.items())
    neuron.press(Key.Key_Delete)
    assert set(neuron.session.graph.nodes) == {ids(neuron)[name] for name in "xyf"}
    assert neuron.session.diagram.groups == ()
    neuron.undo()
    assert held(neuron, "neuron").members == card.members
    neuron.undo()
    assert held(neuron, "neuron").at == (x, y)


def test_a_second_shift_click_takes_the_whole_card_off_the_selection(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.click(neuron.face(ids(neuron)["f"]))
    neuron.click(neuron.face(card.face), modifiers=SHIFT)
    assert neuron.session.selection == card.members | {ids(neuron)["f"]}
    neuron.click(neuron.face(card.face), modifiers=SHIFT)
    assert neuron.session.selection == {ids(neuron)["f"]}


def test_undone_under_the_hand_the_card_is_let_go(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    start = neuron.face(card.face)
    neuron.grab(start)
    neuron.move(start, start + QPoint(30, 60))
    neuron.undo(2)
    neuron.let_go(start + QPoint(30, 60))
    assert neuron.session.diagram.groups == ()
    neuron.press(Key.Key_Escape)
    assert neuron.session.stage.bounds().width > 0


def test_the_inspector_shows_what_the_card_shows(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.click(neuron.nowhere())
    neuron.click(neuron.face(card.face))
    assert neuron.window.inspector.chosen == card.face


def test_f2_gives_another_name_and_a_name_of_blanks_will_not_do(neuron: User) -> None:
    collapse(neuron, "neuron")
    neuron.press(Key.Key_F2)
    neuron.type("unit\n")
    assert held(neuron, "unit").id == 1
    neuron.press(Key.Key_F2)
    neuron.type("   \n")
    assert "A group needs a name, such as neuron" in neuron.message
    neuron.press(Key.Key_Escape)
    assert held(neuron, "unit").id == 1


def test_a_wire_is_rewired_at_the_port_of_a_card(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    (node, slot) = card.ins[0].slots[0]

    def port() -> QPoint:
        return neuron.at(neuron.session.scenery.in_port(node, slot))

    neuron.drag(neuron.out_port(ids(neuron)["y"]), port())
    assert neuron.session.graph.nodes[node].inputs[slot] == ids(neuron)["y"]
    neuron.drag(port(), neuron.nowhere())
    assert neuron.session.graph.nodes[node].inputs[slot] is None
    assert [wish.source for wish in neuron.session.scenery.view.cards[card.face].ins] == [None]  # type: ignore[union-attr]
    neuron.undo(2)
    assert neuron.session.graph.nodes[node].inputs[slot] == ids(neuron)["x"]


def test_the_keyboard_walks_past_a_card_and_opens_it(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.press(Key.Key_Left, modifiers=Modifier.AltModifier)
    assert neuron.session.selection == {ids(neuron)["x"]}
    neuron.press(Key.Key_Right, modifiers=Modifier.AltModifier)
    assert neuron.session.selection == card.members
    neuron.press(Key.Key_Right, modifiers=Modifier.AltModifier)
    assert neuron.session.selection == {ids(neuron)["f"]}
    neuron.press(Key.Key_Left, modifiers=Modifier.AltModifier)
    neuron.press(Key.Key_Return)
    assert neuron.session.standing.inside == card.group
    neuron.press(Key.Key_Return, modifiers=SHIFT)
    assert neuron.session.standing.inside is None


# Inside


def test_a_double_click_steps_inside_and_the_way_back_stands_above(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.double_click(neuron.face(card.face))
    assert neuron.session.standing.inside == card.group
    assert crumbs(neuron) == ["f", "neuron"]
    assert neuron.session.selection == frozenset()
    assert set(neuron.session.scenery.rects) == card.members | {ids(neuron)["x"], ids(neuron)["f"]}
    neuron.click(neuron.middle_of(neuron.window.breadcrumb.steps[0]))
    assert neuron.session.standing.inside is None
    assert not neuron.window.breadcrumb.isVisible()
    assert neuron.session.selection == card.members


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Backspace])
def test_a_key_leads_out_when_nothing_is_selected(neuron: User, key: Key) -> None:  # type: ignore[valid-type]
    card = collapse(neuron, "neuron")
    neuron.double_click(neuron.face(card.face))
    neuron.click(neuron.face(ids(neuron)["w"]))
    neuron.press(Key.Key_Escape)
    assert neuron.session.standing.inside == card.group
    neuron.press(key)
    assert neuron.session.standing.inside is None
    assert len(neuron.session.graph) == 8


def test_what_is_made_inside_belongs_to_the_group(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.double_click(neuron.face(card.face))
    new = neuron.add_from_palette("Sine")
    assert new in held(neuron, "neuron").members
    neuron.press(Key.Key_Escape, Key.Key_Escape)
    assert new not in neuron.session.scenery.rects
    outside = neuron.add_from_palette("Cosine")
    assert outside not in held(neuron, "neuron").members


def test_groups_made_inside_lie_in_the_group(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.window.actions_["save-operation"].trigger()
    neuron.double_click(neuron.face(card.face))
    neuron.press(Key.Key_A, modifiers=CTRL)
    neuron.press(Key.Key_G, modifiers=CTRL)
    neuron.type("inner\n")
    assert held(neuron, "inner").parent == card.group
    neuron.press(Key.Key_D, modifiers=CTRL)
    neuron.click(neuron.palette_item("neuron"))
    made = [(group.name, group.parent) for group in neuron.session.diagram.groups[1:]]
    assert made == [("inner", card.group), ("inner 2", card.group), ("neuron 2", card.group)]
    assert len(neuron.session.scenery.view.cards) == 3  # type: ignore[union-attr]


def test_cards_that_stand_for_the_outside_are_neither_moved_nor_deleted(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.double_click(neuron.face(card.face))
    x, before = ids(neuron)["x"], neuron.session.diagram
    neuron.drag(neuron.face(x), neuron.face(x) + QPoint(40, 40))
    assert neuron.session.selection == {x}
    assert neuron.session.diagram.positions == before.positions
    neuron.press(Key.Key_Delete)
    assert "lies outside of this group" in neuron.message
    neuron.press(Key.Key_A, Key.Key_Delete, modifiers=CTRL)
    assert x in neuron.session.graph.nodes


def test_everything_inside_can_be_selected_and_no_more(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.double_click(neuron.face(card.face))
    neuron.press(Key.Key_A, modifiers=CTRL)
    assert neuron.session.selection == card.members


def test_whoever_undoes_the_group_one_stands_in_is_led_out(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.double_click(neuron.face(card.face))
    neuron.undo()
    assert neuron.session.standing.inside is None
    assert not neuron.window.breadcrumb.isVisible()
    neuron.redo()
    assert held(neuron, "neuron").members == card.members


def test_the_view_is_found_again_as_it_was_left(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.session.playback.is_animated = False
    neuron.press(Key.Key_Plus, modifiers=CTRL)
    before, middle = neuron.canvas.camera, neuron.canvas.middle
    neuron.double_click(neuron.face(card.face))
    assert neuron.canvas.camera != before
    neuron.press(Key.Key_Escape)
    assert neuron.canvas.camera.zoom == before.zoom
    assert neuron.canvas.middle == pytest.approx(middle)


def test_the_story_goes_on_wherever_one_stands(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    playback = neuron.session.playback
    playback.is_animated = False
    playback.seek(0)
    said = []
    while playback.time < playback.length:
        neuron.press(Key.Key_Right)
        remark = neuron.session.stage.card(card.face).group
        assert remark is not None
        said.append(remark.remark)
    assert "inside: a → v₂" in said
    neuron.double_click(neuron.face(card.face))
    while playback.time > 0:
        neuron.press(Key.Key_Left)
        neuron.window.canvas.grab()
    assert neuron.session.standing.inside == card.group


# Open groups


def test_g_shows_what_is_in_a_group_and_its_title_moves_and_closes_it(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    neuron.press(Key.Key_G)
    assert held(neuron, "neuron").is_open
    assert neuron.session.selection == card.members
    assert set(neuron.session.scenery.rects) == set(neuron.session.graph.nodes)
    neuron.canvas.fit()
    neuron.click(neuron.nowhere())
    before = neuron.session.diagram.positions
    neuron.drag(title(neuron, "neuron"), title(neuron, "neuron") + QPoint(0, 40))
    after = neuron.session.diagram.positions
    assert neuron.session.selection == card.members
    assert {node for node in before if before[node] != after[node]} == card.members
    neuron.double_click(title(neuron, "neuron"))
    assert not held(neuron, "neuron").is_open
    assert neuron.session.standing.group is not None


def test_ungrouping_selects_what_was_in_it_and_one_undo_brings_it_back(neuron: User) -> None:
    card = collapse(neuron, "neuron")
    with_group = neuron.session.diagram
    neuron.press(Key.Key_G, modifiers=CTRL | SHIFT)
    assert neuron.session.diagram.groups == ()
    assert neuron.session.selection == card.members
    neuron.undo()
    assert neuron.session.diagram == with_group
    assert neuron.session.standing.group is not None


def test_a_group_in_a_group_is_reached_step_by_step(neuron: User) -> None:
    collapse(neuron, "neuron")
    select_both = {ids(neuron)["y"], ids(neuron)["f"]}
    for node in select_both:
        neuron.click(neuron.face(node), modifiers=SHIFT)
    neuron.press(Key.Key_G, modifiers=CTRL)
    neuron.type("layer\n")
    assert held(neuron, "neuron").parent == held(neuron, "layer").id
    neuron.press(Key.Key_Return)
    neuron.click(neuron.face(ids(neuron)["a"]))
    neuron.press(Key.Key_Return)
    assert crumbs(neuron) == ["f", "layer", "neuron"]
    neuron.click(neuron.middle_of(neuron.window.breadcrumb.steps[1]))
    assert crumbs(neuron) == ["f", "layer"]
    assert neuron.session.standing.group is not None
    assert neuron.session.standing.group.name == "neuron"


def test_a_screen_reader_finds_the_card_and_not_what_it_hides(neuron: User) -> None:
    collapse(neuron, "neuron")
    whole = interface(neuron.canvas)
    names = [whole.card(node).text(QAccessible.Text.Name) for node in whole.nodes]
    inputs = ["x, input", "y, input"]
    assert sorted(names) == sorted([*inputs, "neuron, group of 5 nodes that gives a", "f, multiplication of a and y"])
    card = whole.card(ids(neuron)["a"])
    assert card.childCount() == 1
    assert "x" in card.child(0).text(QAccessible.Text.Name)  # type: ignore[union-attr]
    assert card.child(0).parent() is card  # type: ignore[union-attr]


# Kept and used again


def test_a_group_is_saved_as_an_operation_and_used_in_another_document(neuron: User, window: Window) -> None:
    collapse(neuron, "neuron")
    neuron.open_context_menu_and_choose(neuron.face(ids(neuron)["a"]), "Save as my operation")
    assert neuron.session.diagram.operations[0].inputs == ("x",)
    neuron.session.open(Diagram.of(parse("x = 0.5", {})), None)
    assert neuron.session.diagram.operations == ()
    neuron.click(neuron.palette_item("neuron"))
    (made,) = neuron.session.diagram.groups
    card = neuron.session.standing.group
    assert card is not None
    assert (made.name, [port.name for port in card.ins]) == ("neuron", ["x"])
    neuron.canvas.fit()
    node, slot = card.ins[0].slots[0]
    neuron.drag(neuron.out_port(ids(neuron)["x"]), neuron.at(neuron.session.scenery.in_port(node, slot)))
    assert neuron.session.trace.value("a") == pytest.approx(0.98661429815143)
    neuron.undo(2)
    assert neuron.session.diagram.groups == ()
    neuron.click(neuron.palette_item("neuron"), Button.RightButton)
    neuron.qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    neuron._click_entry(menu, "Forget neuron")
    assert neuron.session.mine.all == []
    assert window.palette_.tree.topLevelItem(0).text(0) == "INPUTS"  # type: ignore[union-attr]


def test_the_search_finds_ones_own_operations(neuron: User) -> None:
    collapse(neuron, "my neuron")
    neuron.window.actions_["save-operation"].trigger()
    neuron.press(Key.Key_K, modifiers=CTRL)
    neuron.type("neuron\n")
    assert [group.name for group in neuron.session.diagram.groups] == ["my neuron", "my neuron 2"]


def test_groups_come_back_from_the_file(neuron: User, tmp_path: Path) -> None:
    collapse(neuron, "neuron")
    path = tmp_path / "neuron.bpviz"
    save(path, neuron.session.diagram)
    neuron.double_click(neuron.face(ids(neuron)["a"]))
    neuron.session.open(load(path), path)
    assert neuron.session.standing.inside is None
    assert GroupTree(neuron.session.diagram.groups).within(1) == members(neuron)
    assert not neuron.window.breadcrumb.isVisible()


def has_all_in_view(user: User) -> bool:
    whole, view = user.session.stage.bounds(), user.canvas.camera.view(user.canvas.width(), user.canvas.height())
    return view.contains((whole.x, whole.y)) and view.contains((whole.right, whole.bottom))


def test_what_comes_out_of_a_group_is_in_view_where_all_was(neuron: User) -> None:
    neuron.session.open(Diagram.of(parse("a = tanh(exp(tanh(exp(w*x + b)))); f = a * y", VALUES)), None)
    neuron.canvas.fit()
    collapse(neuron, "neuron")
    neuron.press(Key.Key_R, modifiers=CTRL)  # nearer, as there is less
    neuron.settle()
    near = neuron.canvas.camera.zoom
    for key, modifiers in ((Key.Key_G, CTRL | SHIFT), (Key.Key_Z, CTRL), (Key.Key_Y, CTRL)):
        neuron.press(key, modifiers=modifiers)
        neuron.settle()
        assert has_all_in_view(neuron)
    assert neuron.canvas.camera.zoom < near
