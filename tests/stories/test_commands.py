"""Whatever can be done is found by typing: the command palette, the shortcut sheet, the history, the menus by key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu

from bpviz.document.annotations import Frame
from bpviz.document.diagram import Diagram
from bpviz.document.groups import Group
from bpviz.graph.parse import parse
from bpviz.ui.actions import ACTIONS, MENUS
from bpviz.ui.command_palette import Command, CommandPalette, commands, ranked
from bpviz.ui.fuzzy import score
from bpviz.ui.gliding import DURATION
from bpviz.ui.shortcuts import ShortcutSheet, groups, plain_text
from tests.user import Key, Modifier, User

CTRL, SHIFT = Modifier.ControlModifier, Modifier.ShiftModifier
BOTH = CTRL | SHIFT


@pytest.fixture
def author(user: User) -> User:
    user.session.open(Diagram.of(parse("q = x + y; f = q * z", {"x": -2.0, "y": 5.0, "z": -4.0})), None)
    user.canvas.fit()
    user.canvas.setFocus()
    return user


def palette() -> CommandPalette:
    found = QApplication.activePopupWidget()
    assert isinstance(found, CommandPalette)
    return found


def listed() -> list[str]:
    shown = palette().list
    return [shown.item(row).text() for row in range(shown.count())]


def ask(user: User, text: str) -> None:
    """Opens the palette and types."""
    user.press(Key.Key_P, modifiers=BOTH)
    user.type(text)


class TestThePalette:
    def test_a_few_letters_and_enter(self, author: User) -> None:
        ask(author, "dark\n")
        assert QApplication.activePopupWidget() is None
        assert author.session.theme.name == "dark"

    def test_every_action_but_itself_is_there_and_nothing_twice(self, author: User) -> None:
        names = [command.name for command in commands(author.window) if command.name]
        assert sorted(names) == sorted({entry.name for entry in ACTIONS} - {"commands"})

    def test_what_was_chosen_last_comes_first(self, author: User) -> None:
        for text in ("arrange auto\n", "zoom in\n"):
            ask(author, text)
        author.press(Key.Key_P, modifiers=BOTH)
        assert listed()[:2] == ["Zoom in", "Arrange automatically"]
        author.press(Key.Key_Escape)

    def test_what_cannot_be_done_is_grey_and_says_why(self, author: User) -> None:
        before = author.session.diagram
        ask(author, "rename")
        command = palette().list.item(0).data(Qt.ItemDataRole.UserRole)
        assert (command.text, command.is_on, command.remark) == ("Rename", False, "First select one node.")
        author.press(Key.Key_Return)
        assert author.message == "First select one node."
        assert listed(), "it stays open"
        author.press(Key.Key_Escape)
        assert author.session.diagram is before

    def test_whoever_has_selected_something_may_do_it(self, author: User) -> None:
        author.click(author.face(author.session.graph.by_name["q"]))
        ask(author, "make it the output\n")
        assert author.session.graph.output == author.session.graph.by_name["q"]
        assert author.canvas.isActiveWindow()

    def test_arrows_go_round_and_escape_closes(self, author: User) -> None:
        ask(author, "zoom")
        count = palette().list.count()
        author.press(Key.Key_Up)
        assert palette().list.currentRow() == count - 1
        author.press(Key.Key_Down, Key.Key_Down)
        assert palette().list.currentRow() == 1
        author.press(Key.Key_Escape)
        assert QApplication.activePopupWidget() is None

    def test_a_click_chooses(self, author: User, qtbot: object) -> None:
        ask(author, "reduced motion")
        shown = palette().list
        place = shown.visualItemRect(shown.item(0)).center()
        author.click_in(shown.viewport(), place)
        assert not author.session.playback.is_animated

    def test_examples_open(self, author: User) -> None:
        ask(author, "layer normal\n")
        assert "layer_norm(" in author.text

    def test_going_to_a_node(self, author: User) -> None:
        ask(author, "go to z\n")
        assert author.session.selection == {author.session.graph.by_name["z"]}
        author.settle()
        assert author.canvas.hasFocus()

    def test_nothing_by_that_name(self, author: User) -> None:
        ask(author, "qqqqq\n")
        assert listed() == ["Nothing by that name."]
        author.press(Key.Key_Down, Key.Key_Return, Key.Key_Escape)

    def test_in_the_middle_of_playing(self, author: User) -> None:
        author.session.playback.seek(0.0)
        author.press(Key.Key_Space)
        ask(author, "go to the end\n")
        assert author.session.playback.time == author.session.playback.length

    def test_a_thousand_nodes_are_not_all_offered_before_a_letter_is_typed(self, author: User) -> None:
        nodes = [Command("", f"Go to v{number}", "Input", "", True, lambda: None) for number in range(1000)]
        assert ranked(nodes, "") == []
        assert ranked(nodes, "v77")[0].text == "Go to v77"


class TestFuzzy:
    @pytest.mark.parametrize(
        ("query", "best", "others"),
        [
            ("zo", "Zoom in", ["Go to the end", "Size of zero"]),
            ("fit", "Fit the graph", ["Benefit", "First in time"]),
            ("ear", "Ear", ["Bear", "Earlier"]),
            ("gte", "Go to the end", ["Integer gate"]),
            ("graph fit", "Fit the graph", ["Fit", "Graph"]),
        ],
    )
    def test_the_best_comes_first(self, query: str, best: str, others: list[str]) -> None:
        ours = score(query, best)
        assert ours is not None
        assert all(theirs is None or theirs > ours for theirs in (score(query, other) for other in others))

    @pytest.mark.parametrize(("query", "text"), [("xyz", "Zoom in"), ("oz", "Zoom"), ("zoom out", "Zoom in")])
    def test_letters_that_do_not_follow_each_other_do_not_fit(self, query: str, text: str) -> None:
        assert score(query, text) is None


class TestTheSheet:
    @pytest.mark.parametrize("key", [Key.Key_F1, Key.Key_Question])
    def test_it_opens_by_key_and_closes_with_escape(self, author: User, key: Qt.Key) -> None:
        author.press(key)
        assert isinstance(QApplication.activeModalWidget(), ShortcutSheet)
        author.press(Key.Key_Escape)
        assert QApplication.activeModalWidget() is None

    def test_every_key_of_the_table_is_on_it(self) -> None:
        sheet = plain_text()
        for entry in ACTIONS:
            for key in entry.keys:
                native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                line = next(line for line in sheet.splitlines() if line.endswith("\t" + entry.text.rstrip("…")))
                assert native in line.split("\t")[0]
        assert [title for title, _ in groups()][:-1] == [menu for menu in MENUS if any(
            entry.menu == menu and entry.keys for entry in ACTIONS)]  # fmt: skip

    def test_its_text_is_copied(self, author: User) -> None:
        author.press(Key.Key_F1)
        sheet = QApplication.activeModalWidget()
        assert isinstance(sheet, ShortcutSheet)
        assert "Zoom to the selection" in sheet.text.toPlainText()
        sheet.copy_button.click()
        assert QGuiApplication.clipboard().text() == plain_text()
        author.press(Key.Key_Escape)

    def test_no_key_has_two_meanings(self) -> None:
        held: dict[str, set[str]] = {}
        for entry in ACTIONS:
            for key in entry.keys:
                held.setdefault(QKeySequence(key).toString(), set()).add(entry.name)
        shared = {key for key, names in held.items() if len(names) > 1}
        assert shared <= {"Return", "F2"}, "these open whatever is selected; all others mean one thing"


class TestTheHistory:
    def test_a_click_goes_back_and_forward(self, author: User) -> None:
        first = author.session.diagram
        for name in ("x", "y"):
            author.click(author.face(author.session.graph.by_name[name]))
            author.press(Key.Key_Delete)
        last = author.session.diagram
        author.press(Key.Key_H, modifiers=BOTH)
        shown = author.window.history.list
        assert [shown.item(row).text() for row in range(shown.count())] == ["As it was opened", "Delete", "Delete"]
        assert shown.currentRow() == 2
        author.press(Key.Key_Up, Key.Key_Up, Key.Key_Return)
        assert author.session.diagram is first
        assert shown.item(0).font().bold()
        assert shown.item(2).foreground().color() == author.session.theme["muted"]
        author.click_in(shown.viewport(), shown.visualItemRect(shown.item(2)).center())
        assert author.session.diagram is last
        assert not shown.item(0).font().bold()

    def test_cards_glide_back_to_where_they_were_as_they_do_when_undone(self, author: User) -> None:
        first, q = author.session.diagram, author.session.graph.by_name["q"]
        at = author.face(q)
        author.drag(at, at + QPoint(0, 90))
        moved = author.session.diagram
        author.press(Key.Key_H, modifiers=BOTH)
        author.press(Key.Key_Up, Key.Key_Return)
        assert author.session.diagram is first
        assert author.window.gliding.is_gliding
        author.window.gliding.advance(DURATION / 3)
        shown = author.session.scenery.rect(q).y
        assert first.positions[q][1] < shown < moved.positions[q][1]
        author.press(Key.Key_Down, Key.Key_Return)
        assert author.session.diagram is moved
        author.settle()
        assert author.session.scenery.rect(q).y == moved.positions[q][1]

    def test_it_follows_undo_and_another_edit_cuts_what_was_undone(self, author: User) -> None:
        author.press(Key.Key_H, modifiers=BOTH)
        shown = author.window.history.list
        for name in ("x", "y"):
            author.click(author.face(author.session.graph.by_name[name]))
            author.press(Key.Key_Delete)
        author.undo(2)
        assert (shown.count(), shown.currentRow()) == (3, 0)
        author.click(author.face(author.session.graph.by_name["q"]))
        author.press(Key.Key_O)
        assert [shown.item(row).text() for row in range(shown.count())] == ["As it was opened", "Choose the output"]

    def test_a_drag_is_one_step_and_another_document_begins_anew(self, author: User) -> None:
        author.press(Key.Key_H, modifiers=BOTH)
        x, shown = author.session.graph.by_name["x"], author.window.history.list
        author.slide(x, 3.0)
        assert shown.item(1).text() == "Set x"
        assert shown.count() == 2
        author.session.document.mark_saved()
        author.window.files.new()
        assert shown.count() == 1

    def test_escape_leaves_for_the_canvas(self, author: User) -> None:
        author.press(Key.Key_H, modifiers=BOTH)
        author.press(Key.Key_Escape)
        assert author.canvas.hasFocus()


def test_the_context_menu_by_the_keyboard_alone(author: User) -> None:
    q = author.session.graph.by_name["q"]
    author.session.select({q})
    author.press(Key.Key_F10, modifiers=SHIFT)
    author.qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions() if action.isVisible() and not action.isSeparator()]
    author.press(*[Key.Key_Down] * (texts.index("Make it the output") + 1), Key.Key_Return)
    assert author.session.graph.output == q


class TestTheTable:
    def test_every_action_has_a_place_and_words(self) -> None:
        assert len({entry.name for entry in ACTIONS}) == len(ACTIONS)
        for entry in ACTIONS:
            assert entry.menu in MENUS
            assert entry.text[:1].isupper(), entry.name
        places = [(entry.menu, entry.submenu, entry.text) for entry in ACTIONS]
        assert len(set(places)) == len(places), "two entries of a menu read the same"

    def test_every_action_stands_in_its_menu(self, user: User) -> None:
        for entry in ACTIONS:
            menu = next(a for a in user.window.menuBar().actions() if a.text() == entry.menu).menu()
            assert isinstance(menu, QMenu)
            if entry.submenu:
                inner = next(a for a in menu.actions() if a.text() == entry.submenu).menu()
                assert isinstance(inner, QMenu)
                menu = inner
            assert user.window.actions_[entry.name] in menu.actions(), entry.name

    def test_no_two_actions_answer_to_a_key_at_once(self, user: User) -> None:
        """Two may have the same key, if never both can be done: whatever is selected, whoever is asked."""
        session = user.session
        graph = parse("a = x*y; f = a + z", {"x": 1.0, "y": 2.0, "z": 3.0})
        diagram = Diagram.of(graph)
        frame = Frame(7, "Part", -50.0, -50.0, 80.0, 80.0)
        inner = frozenset({graph.by_name["a"]})
        group = Group(1, "part", inner)
        for shown in (Diagram(graph, diagram.positions, frames=(frame,)), replace(diagram, groups=(group,))):
            session.open(shown, None)
            x, f = graph.by_name["x"], graph.by_name["f"]
            choices: list[dict[str, Any]] = [
                {"nodes": nodes} for nodes in ((), {x}, {f}, {x, f}, inner, inner | {x}, graph.nodes)
            ]
            choices += [{"nodes": (), "wire": (f, 0)}, {"nodes": (), "annotations": {frame.id}}]
            choices += [{"nodes": {x}, "annotations": {frame.id}}]
            for choice in choices:
                session.select(**choice)
                user.window.actions_.refresh()
                taken: dict[str, str] = {}
                for entry in ACTIONS:
                    for key in entry.keys if user.window.actions_[entry.name].isEnabled() else ():
                        name = QKeySequence(key).toString()
                        assert taken.setdefault(name, entry.name) == entry.name, (name, choice)


class TestInVain:
    """The key of what cannot be done says what is missing."""

    @pytest.mark.parametrize(
        ("key", "held", "words"),
        [
            (Key.Key_G, Modifier.ControlModifier, "First select two cards or more, or a frame around them."),
            (Key.Key_O, Modifier.NoModifier, "First select one node."),
            (Key.Key_Delete, Modifier.NoModifier, "First select a node, a wire, a frame or a note."),
            (Key.Key_PageDown, Modifier.ControlModifier, "There are no bookmarks yet: Ctrl+B makes one."),
        ],
    )
    def test_of_a_canvas(self, author: User, key: Qt.Key, held: Qt.KeyboardModifier, words: str) -> None:
        before = author.session.diagram
        author.session.select(())
        author.canvas.setFocus()
        author.press(key, modifiers=held)
        assert author.message == words
        assert author.session.diagram is before

    def test_space_searches_where_there_is_nothing_to_play(self, user: User) -> None:
        user.hover(user.middle_of(user.canvas))
        user.press(Key.Key_Space)
        user.type("2.5\n")
        assert [node.value for node in user.session.graph.nodes.values()] == [2.5]
        user.press(Key.Key_Home, Key.Key_Space)
        assert user.canvas.adding.chooser is None
        assert user.session.playback.is_playing

    def test_enter_that_closes_a_field_is_none(self, author: User) -> None:
        """The canvas has the keyboard again when the key comes by."""
        author.session.select({author.session.graph.by_name["f"]})
        author.canvas.setFocus()
        author.press(Key.Key_F2)
        author.type("g\n")
        assert "g" in author.session.graph.by_name
        assert author.message == ""

    def test_what_is_typed_is_no_key(self, author: User) -> None:
        author.session.select(())
        author.write_expression("o")
        assert author.message == ""
