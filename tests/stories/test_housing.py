"""Frames and notes go into groups with the cards they hold, are made inside of groups, are copied with them, and come
out again."""

from __future__ import annotations

import pytest

from bpviz.document.annotations import Frame
from bpviz.document.diagram import Diagram
from bpviz.document.file import dumps, loads
from bpviz.graph.graph import NodeId
from bpviz.graph.parse import parse
from tests.agreement import check_document, check_scene
from tests.user import Key, Modifier, User

CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier
PLACES = {"x": (0.0, 0.0), "w": (0.0, 150.0), "p": (330.0, 70.0), "a": (660.0, 70.0), "f": (1100.0, 70.0)}


@pytest.fixture
def author(user: User) -> User:
    """Somebody who has framed p and a of p = w * x; a = tanh(p); f = a + x, has written a note into the frame, and has
    selected what the frame holds."""
    graph = parse("p = w * x; a = tanh(p); f = a + x", {"x": 0.5, "w": 2})
    user.session.open(Diagram(graph, {graph.by_name[name]: at for name, at in PLACES.items()}), None)
    user.session.playback.is_animated = False
    user.canvas.fit()
    user.canvas.setFocus()
    choose(user, "p", "a")
    user.press(Key.Key_F, modifiers=CTRL | SHIFT)
    user.type("neuron\n")
    user.hover(user.at((540.0, 120.0)))
    user.press(Key.Key_N, modifiers=CTRL | SHIFT)
    user.type("bounded")
    user.press(Key.Key_Return, modifiers=CTRL)
    choose(user, "p", "a")
    return user


def node(user: User, name: str) -> NodeId:
    return user.session.graph.by_name[name]


def choose(user: User, *names: str) -> None:
    user.press(Key.Key_Escape)
    for number, name in enumerate(names):
        user.click(user.face(node(user, name)), modifiers=SHIFT if number else Modifier.NoModifier)


def only_frame(user: User) -> Frame:
    (frame,) = user.session.diagram.frames
    return frame


def group(user: User, name: str = "cell") -> int:
    """Collapses what is selected; returns the new group."""
    user.press(Key.Key_G, modifiers=CTRL)
    user.type(f"{name}\n")
    return next(held.id for held in user.session.diagram.groups if held.name == name)


def agree(user: User) -> None:
    check_document(user.session.diagram)
    check_scene(user)


def test_a_frame_goes_into_the_group_of_what_it_holds_and_comes_out_again(author: User) -> None:
    before = author.session.diagram
    made = group(author)
    assert (only_frame(author).group, author.session.diagram.notes[0].group) == (made, made)
    assert not author.session.standing.beside, "they are not seen beside the card"
    agree(author)
    author.press(Key.Key_Return)
    assert len(author.session.standing.beside) == 2, "they are seen inside"
    agree(author)
    author.press(Key.Key_Escape)
    author.press(Key.Key_G, modifiers=CTRL | SHIFT)
    assert {held.group for held in author.session.diagram.annotations} == {None}
    frame = only_frame(author)
    x, y = author.session.diagram.positions[node(author, "p")]
    assert (x - frame.x, y - frame.y) == (PLACES["p"][0] - before.frames[0].x, PLACES["p"][1] - before.frames[0].y)
    agree(author)
    author.undo(2)
    assert author.session.diagram == before


def test_a_frame_that_holds_more_than_the_group_stays_outside(author: User) -> None:
    choose(author, "a", "f")
    group(author)
    assert only_frame(author).group is None
    assert author.session.standing.beside
    agree(author)


def test_the_card_is_moved_with_all_that_is_in_it(author: User) -> None:
    group(author)
    card = author.session.standing.group
    assert card is not None
    frame, note, (x, y) = only_frame(author), author.session.diagram.notes[0], card.at
    author.drag(author.face(card.face), author.at((500.0, 400.0)), modifiers=Modifier.AltModifier)
    moved = author.session.standing.group
    assert moved is not None
    way = pytest.approx((moved.at[0] - x, moved.at[1] - y))
    assert moved.at != (x, y)
    assert (only_frame(author).x - frame.x, only_frame(author).y - frame.y) == way
    assert (author.session.diagram.notes[0].x - note.x, author.session.diagram.notes[0].y - note.y) == way
    assert (only_frame(author).width, only_frame(author).height) == (frame.width, frame.height)


def test_shown_in_its_place_the_frame_is_there_and_closing_takes_in_what_was_framed_meanwhile(author: User) -> None:
    author.press(Key.Key_Escape)
    for _ in range(2):
        author.press(Key.Key_G, modifiers=SHIFT)
        author.press(Key.Key_Delete)
    choose(author, "p", "a")
    made = group(author)
    author.press(Key.Key_G)
    choose(author, "p")
    author.press(Key.Key_F, modifiers=CTRL | SHIFT)
    author.type("product\n")
    assert only_frame(author).group is None
    choose(author, "p")
    author.press(Key.Key_G)
    assert only_frame(author).group == made
    agree(author)
    author.press(Key.Key_G)
    assert author.session.standing.beside.keys() == {only_frame(author).id}
    agree(author)


def test_frames_and_notes_are_made_inside_of_a_group(author: User) -> None:
    made = group(author)
    author.press(Key.Key_Return)
    author.click(author.face(node(author, "a")))
    author.press(Key.Key_F, modifiers=CTRL | SHIFT)
    author.type("the bend\n")
    author.hover(author.nowhere())
    author.press(Key.Key_N, modifiers=CTRL | SHIFT)
    author.type("$-1 < a < 1$")
    author.press(Key.Key_Return, modifiers=CTRL)
    assert {held.group for held in author.session.diagram.annotations} == {made}
    assert len(author.session.standing.beside) == 4
    agree(author)
    author.press(Key.Key_A, modifiers=CTRL)
    assert len(author.session.selected_annotations) == 4
    author.press(Key.Key_Escape, Key.Key_Escape)
    assert not author.session.standing.beside


def test_a_copied_group_is_pasted_as_a_group_with_its_frames(author: User) -> None:
    group(author)
    author.press(Key.Key_C, modifiers=CTRL)
    author.hover(author.at((400.0, 500.0)))
    author.press(Key.Key_V, modifiers=CTRL)
    first, second = author.session.diagram.groups
    assert (second.name, second.is_open, len(second.members)) == ("cell 2", False, 2)
    assert [frame.group for frame in author.session.diagram.frames] == [first.id, second.id]
    assert [note.group for note in author.session.diagram.notes] == [first.id, second.id]
    assert not author.session.selected_annotations
    card = author.session.standing.group
    assert card is not None
    assert card.group == second.id
    agree(author)


def test_all_cards_of_an_open_group_are_the_group_and_some_of_them_are_not(author: User) -> None:
    group(author)
    author.press(Key.Key_G)
    choose(author, "p", "a")
    author.press(Key.Key_C, modifiers=CTRL)
    author.hover(author.at((400.0, 600.0)))
    author.press(Key.Key_V, modifiers=CTRL)
    assert [held.name for held in author.session.diagram.groups] == ["cell", "cell 2"]
    choose(author, "p")
    author.press(Key.Key_D, modifiers=CTRL)
    assert len(author.session.diagram.groups) == 2
    agree(author)


def test_a_group_that_is_deleted_takes_its_frames_along_and_undo_brings_them_back(author: User) -> None:
    group(author)
    before = author.session.diagram
    author.press(Key.Key_Delete)
    assert author.session.diagram.annotations == ()
    agree(author)
    author.undo()
    assert author.session.diagram == before


def test_arranging_leaves_a_frame_around_what_it_holds(author: User) -> None:
    group(author)
    author.window.actions_["arrange"].trigger()
    author.settle()
    author.press(Key.Key_Return)
    frame, positions = only_frame(author), author.session.diagram.positions
    for name in ("p", "a"):
        x, y = positions[node(author, name)]
        assert frame.x < x < frame.x + frame.width
        assert frame.y < y < frame.y + frame.height
    agree(author)


def test_the_file_has_it_and_says_which_group_is_missing(author: User) -> None:
    group(author)
    text = dumps(author.session.diagram)
    assert loads(text.encode()) == author.session.diagram
    with pytest.raises(Exception, match=r"there is no group 77 - at \$\.frames\[0\]\.group"):
        loads(text.replace('"title":"neuron","group":1', '"title":"neuron","group":77').encode())


def test_a_frame_alone_is_grouped_with_what_lies_in_it(author: User) -> None:
    (frame,) = author.session.diagram.frames
    author.session.select((), annotations={frame.id})
    author.canvas.setFocus()
    author.press(Key.Key_G, modifiers=CTRL)
    author.type("pair\n")
    (made,) = author.session.diagram.groups
    graph = author.session.graph
    assert (made.name, made.members) == ("pair", frozenset({graph.find("p"), graph.find("a")}))
    assert author.session.diagram.frames[0].group == made.id
    author.undo()
    assert not author.session.diagram.groups
