"""What people find who do not use the mouse, or do not see the screen."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from bpviz.document import edits
from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.stage.descriptions import step_in_words
from bpviz.ui.accessibility import CanvasInterface, interface
from bpviz.ui.accessible_parts import CardInterface, WireInterface
from bpviz.ui.bookmarks import NoteEditor
from bpviz.ui.export_dialog import ExportDialog
from bpviz.ui.playback import EVENTS_PER_SECOND
from bpviz.ui.theme import THEMES
from bpviz.ui.window import Window
from tests.conftest import close
from tests.user import Key, Modifier, User

SEED = Diagram.of(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))
ARRAYS = Diagram.of(parse("y = sum(x, axis=0)", {"x": [[1, 1], [2, 1]]}))
SIGNS = re.compile(r"[−×·∂/=∞≠²³⁻₀-₉α-ω^|\[\]]")
Name, Description = QAccessible.Text.Name, QAccessible.Text.Description


@pytest.fixture
def seed(window: Window) -> Window:
    """The window with the first example, at the end."""
    window.session.playback.is_animated = False
    window.session.open(SEED, None)
    window.canvas.fit()
    return window


@pytest.fixture
def heard(seed: Window) -> Iterator[list[str]]:
    """What is announced while somebody listens."""
    QAccessible.setActive(True)
    told: list[str] = []
    seed.narrator.told.connect(told.append)
    yield told
    QAccessible.setActive(False)


def name_of(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(Name)


def interactive(top: QWidget) -> list[QWidget]:
    """What the user can act on, and what says something."""
    found = [widget for widget in (top, *top.findChildren(QWidget)) if widget.isVisible()]
    return [
        widget
        for widget in found
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


class TestNames:
    """Everything that can be acted on has a name, and the name is words."""

    def check(self, top: QWidget) -> None:
        found = interactive(top)
        assert found
        for widget in found:
            name = name_of(widget)
            parent = widget.parentWidget()
            is_inside = isinstance(parent, QComboBox) or (parent is not None and parent.inherits("QAbstractSpinBox"))
            is_named = name.strip() or is_inside or widget.objectName().startswith("qt_")
            assert is_named, f"{type(widget).__name__} in {type(parent).__name__} has no name"

    def test_in_the_window(self, seed: Window) -> None:
        self.check(seed)
        seed.side.turn_to(1)
        self.check(seed)

    def test_while_predicting_and_nudging(self, seed: Window) -> None:
        session = seed.session
        session.select({session.graph.by_name["q"]})
        seed.inspector.refresh()
        session.lens.toggle()
        session.predicting.toggle()
        session.playback.seek(14.0)
        assert session.predicting.node is not None
        self.check(seed)
        session.predicting.set_choosing(True)
        self.check(seed)
        assert not any(SIGNS.search(name_of(button)) for button in seed.question.choices if button.isVisible())

    def test_of_arrays_settings_and_notes(self, seed: Window) -> None:
        session = seed.session
        session.open(ARRAYS, None)
        session.select({session.graph.by_name["y"]})
        seed.presenter.show()
        seed.inspector.refresh()
        session.lens.toggle()
        self.check(seed)

    def test_in_dialogs_and_popups(self, seed: Window) -> None:
        dialog = ExportDialog(seed.session, seed)
        dialog.show()
        self.check(dialog)
        dialog.close()
        dialog.deleteLater()
        note = NoteEditor(seed.session, seed)
        note.open_above(QPoint(300, 600))
        self.check(note)
        note.close()
        note.deleteLater()
        seed.show_examples()
        examples = QApplication.activePopupWidget()
        assert examples is not None
        self.check(examples)
        examples.close()
        seed.canvas.edit_value(seed.session.graph.by_name["x"])
        assert seed.canvas.editor is not None
        self.check(seed.canvas.editor)

    def test_on_the_projector(self, seed: Window) -> None:
        seed.projecting.toggle()
        assert seed.projecting.projector is not None
        self.check(seed.projecting.projector)

    def test_mathematics_is_named_in_words(self, seed: Window) -> None:
        session = seed.session
        for name in ("q", "f", "x"):
            session.select({session.graph.by_name[name]})
            for time in (7.0, 14.0):
                session.playback.seek(time)
                seed.inspector.refresh()
                shown = [widget for widget in seed.inspector.findChildren(QWidget) if widget.isVisible()]
                names = [widget.accessibleName() for widget in shown if widget.accessibleName()]
                assert any("the derivative of f by" in told for told in names)
                assert not [told for told in names if SIGNS.search(told)]
        assert seed.player.caption.accessibleName() == (
            "y receives its only share: minus 4. So the derivative of f by y is minus 4."
        )

    def test_so_are_the_rows_of_the_list_of_steps(self, seed: Window) -> None:
        model = seed.steps.steps
        seed.side.turn_to(1)
        told = [model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
        assert told[3] == "Step 4: Compute q as x plus y, which is minus 2 plus 5, which is 3."
        assert len(told) == 14
        assert not [text for text in told if SIGNS.search(text)]


class TestTheCanvas:
    """A tree of cards and wires."""

    def tree(self, window: Window) -> CanvasInterface:
        return interface(window.canvas)

    def test_it_tells_the_present_step(self, seed: Window) -> None:
        canvas = self.tree(seed)
        assert canvas.text(Name) == "Computation graph"
        for time in (0.0, 7.0, 14.0):
            seed.session.playback.seek(time)
            assert canvas.text(Description) == step_in_words(seed.session.stage)
        assert canvas.role() == QAccessible.Role.Tree

    def test_its_children_are_the_cards_in_order_and_theirs_the_wires(self, seed: Window) -> None:
        canvas = self.tree(seed)
        cards = [canvas.child(i) for i in range(canvas.childCount())]
        assert [card.text(Name) for card in cards if card is not None] == [
            "x, input", "y, input", "z, input", "q, addition of x and y", "f, multiplication of q and z",
        ]  # fmt: skip
        q = cards[3]
        assert q is not None
        assert q.text(Description) == "value 3, gradient minus 4, goes into f"
        wires = [q.child(i) for i in range(q.childCount())]
        assert [wire.text(Name) for wire in wires] == [
            "wire from x to q, its input 1 of 2", "wire from y to q, its input 2 of 2",
        ]  # fmt: skip
        assert wires[0].parent() is q
        assert q.parent() is canvas
        assert [canvas.indexOfChild(card) for card in cards if card is not None] == [0, 1, 2, 3, 4]
        assert [q.indexOfChild(wire) for wire in wires] == [0, 1]
        assert canvas.child(5) is None
        assert canvas.child(-1) is None
        assert q.child(2) is None

    def test_qt_itself_finds_them(self, seed: Window) -> None:
        """By the same way as a screen reader, from the event."""
        event = QAccessibleEvent(seed.canvas, QAccessible.Event.Focus)
        event.setChild(3)
        assert event.accessibleInterface().text(Name) == "q, addition of x and y"

    def test_they_lie_where_they_are_painted(self, seed: Window) -> None:
        canvas, widget = self.tree(seed), seed.canvas
        for i in range(canvas.childCount()):
            card = canvas.child(i)
            assert isinstance(card, CardInterface)
            middle = card.rect().center()
            found = canvas.childAt(middle.x(), middle.y())
            assert found is card
            assert not card.state().offscreen
        curve = seed.session.stage.curve(seed.session.graph.by_name["f"], 1)
        assert curve is not None
        on_wire = widget.mapToGlobal(widget.to_screen(curve.at(0.3)))
        wire = canvas.childAt(on_wire.x(), on_wire.y())
        assert isinstance(wire, WireInterface)
        assert wire.text(Name) == "wire from z to f, its input 2 of 2"
        assert canvas.childAt(-5000, 0) is None
        widget.look(widget.camera.zoomed(4.0, widget.width() / 2, widget.height() / 2))
        assert any(canvas.child(i).state().offscreen for i in range(5))  # type: ignore[union-attr]

    def test_focus_follows_the_selection(self, seed: Window) -> None:
        canvas, session = self.tree(seed), seed.session
        seed.canvas.setFocus()
        assert canvas.focusChild() is canvas
        session.select({session.graph.by_name["q"]})
        card = canvas.focusChild()
        assert card is not None
        assert card.text(Name) == "q, addition of x and y"
        assert card.state().focused
        assert card.state().selected
        session.select((), (session.graph.by_name["f"], 0))
        wire = canvas.focusChild()
        assert wire is not None
        assert wire.text(Name) == "wire from q to f, its input 1 of 2"
        assert not card.state().selected
        seed.expression.field.setFocus()
        assert canvas.focusChild() is None
        assert not wire.state().focused

    def test_what_is_deleted_is_gone(self, seed: Window) -> None:
        canvas, session = self.tree(seed), seed.session
        q, f = session.graph.by_name["q"], session.graph.by_name["f"]
        card, other = canvas.card(q), canvas.card(f)
        wires = [canvas.wire(f, 0), canvas.wire(f, 1)]
        assert card.isValid()
        assert all(wire.isValid() for wire in wires)
        session.edit("Delete", lambda diagram: edits.delete(diagram, {q}))
        assert not any(map(shiboken6.isValid, (card, wires[0]))), "Qt has let go of them"
        assert other.isValid()
        assert wires[1].isValid()
        assert canvas.childCount() == 4
        assert other.childCount() == 1
        session.undo()
        assert canvas.childCount() == 5
        assert canvas.card(q).text(Name) == "q, addition of x and y"

    def test_a_closed_window_leaves_nothing_that_could_be_asked(self, settings: QSettings) -> None:
        window = Window(settings)
        window.session.open(SEED, None)
        canvas = interface(window.canvas)
        card: QAccessibleInterface | None = canvas.child(0)
        close(window)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not shiboken6.isValid(canvas)
        assert card is not None
        assert not shiboken6.isValid(card)

    def test_the_program_ends_well_with_a_projector_that_was_just_closed(self, tmp_path: Path) -> None:
        """Qt and Python both hold interfaces; neither may delete what the other still asks."""
        script = (
            "from bpviz.ui.application import application; made = application(offscreen=True)\n"
            "from PySide6.QtGui import QAccessible; QAccessible.setActive(True)\n"
            "from PySide6.QtCore import QSettings; from bpviz.ui.window import Window\n"
            f"window = Window(QSettings({str(tmp_path / 's.ini')!r}, QSettings.Format.IniFormat))\n"
            "window.show(); made.processEvents()\n"
            "window.projecting.toggle(); made.processEvents(); window.close(); print('closed')\n"
        )
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
        assert (ended.returncode, ended.stdout) == (0, "closed\n"), ended.stderr

    def test_a_large_graph_is_not_wrapped_before_anybody_asks(self, seed: Window) -> None:
        text = "; ".join(f"v{i + 1} = v{i} + v{i}" for i in range(2000))
        seed.session.open(Diagram.of(parse(text, {"v0": 1})), None)
        canvas = self.tree(seed)
        assert canvas.childCount() == 2001
        last = canvas.child(2000)
        assert last is not None
        assert last.text(Name) == "v 2000, addition of v 1999 and v 1999"

    def test_sliders_tell_their_values(self, seed: Window) -> None:
        session = seed.session
        session.playback.seek(7.0)
        timeline = QAccessible.queryAccessibleInterface(seed.player.timeline)
        assert timeline.role() == QAccessible.Role.Slider
        assert (timeline.text(Name), timeline.text(QAccessible.Text.Value)) == ("Timeline", "Step 7 of 14")
        session.select({session.graph.by_name["x"]})
        session.lens.toggle()
        session.lens.move(-0.5)
        bar = QAccessible.queryAccessibleInterface(seed.lens_panel.bar)
        assert bar.text(QAccessible.Text.Value) == "minus 0.5, between minus 1 and 1"


class TestAnnouncements:
    def test_a_step_is_told_when_it_rests_and_only_once(self, seed: Window, heard: list[str]) -> None:
        seed.session.playback.seek(7.0)
        seed.session.playback.seek(7.0)
        assert heard == [
            "Step 7 of 14. f passes back 1 times minus 4, which is minus 4, to q, "
            "because locally the derivative of f by q is z, which is minus 4."
        ]

    def test_while_playing_nothing_is_told_before_it_rests(self, seed: Window, heard: list[str]) -> None:
        playback = seed.session.playback
        playback.is_animated = True
        playback.seek(0.0)
        heard.clear()
        playback.play()
        for _ in range(90):
            playback.advance(0.03)
        assert playback.time > 2.0
        assert heard == []
        playback.pause()
        assert len(heard) == 1
        assert heard[0].startswith("Step 3 of 14. The input z")

    def test_with_reduced_motion_playing_tells_every_step(self, seed: Window, heard: list[str]) -> None:
        playback = seed.session.playback
        playback.seek(0.0)
        heard.clear()
        playback.play()
        for _ in range(14):
            playback.advance(1.01 / EVENTS_PER_SECOND)
        assert [text.split(".")[0] for text in heard] == [f"Step {n} of 14" for n in range(1, 15)]

    def test_messages_and_questions(self, seed: Window, heard: list[str]) -> None:
        session = seed.session
        session.said.emit("ln is defined for x > 0; x is −2.", True)
        assert heard == ["natural logarithm is defined for x greater than 0; x is minus 2."]
        session.predicting.toggle()
        heard.clear()
        session.playback.seek(14.0)
        assert "What will the derivative of f by q be?" in heard

    def test_another_number_is_told_when_the_step_then_says_something_else(
        self, seed: Window, heard: list[str]
    ) -> None:
        session = seed.session
        x = session.graph.by_name["x"]
        session.playback.seek(1.0)
        heard.clear()
        session.edit("Set x", lambda diagram: edits.set_value(diagram, x, 7.0))
        assert heard == ["Step 1 of 14. The input x is 7."]

    def test_nobody_listens(self, seed: Window) -> None:
        told: list[str] = []
        seed.narrator.told.connect(told.append)
        assert not QAccessible.isActive()
        seed.session.playback.seek(3.0)
        seed.session.said.emit("Hello.", False)
        seed.session.select({0})
        assert told == []


class TestTheWayOfTheKeyboard:
    def test_tab_reaches_everything_in_reading_order(self, user: User) -> None:
        session = user.session
        session.playback.is_animated = False
        session.open(SEED, None)
        session.select({session.graph.by_name["q"]})
        session.predicting.toggle()
        user.window.inspector.refresh()
        session.playback.seek(14.0)
        session.lens.toggle()
        wanted = {widget for widget in interactive(user.window) if self.takes_tab(widget)}
        user.window.expression.field.setFocus()
        order: list[QWidget] = []
        while (focused := QApplication.focusWidget()) is not None and focused not in order:
            order.append(focused)
            if focused is user.canvas:
                user.press(Key.Key_F6)  # Tab searches there
            else:
                user.press(Key.Key_Tab)
        assert wanted <= set(order), [type(widget).__name__ for widget in wanted - set(order)]
        parts = [
            user.window.expression, user.window.palette_, user.canvas, user.window.side, user.window.lens_panel,
            user.window.question, user.window.player,
        ]  # fmt: skip
        places = [
            min(i for i, widget in enumerate(order) if part is widget or part.isAncestorOf(widget)) for part in parts
        ]
        assert places == sorted(places)
        value, gradient = (
            [order.index(term) for row in box.lines.terms[:1] for term in row if term in order]
            for box in (user.window.inspector.value, user.window.inspector.gradient)
        )
        assert value
        assert gradient
        assert max(value) < min(gradient)

    @staticmethod
    def takes_tab(widget: QWidget) -> bool:
        is_inside = widget.objectName().startswith("qt_") or widget.parentWidget() is None
        is_one_of_many = isinstance(widget, QAbstractButton) and widget.group() is not None and not widget.isChecked()
        return (
            widget.isEnabled()
            and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
            and not is_inside
            and not is_one_of_many
        )

    def test_shift_tab_leads_back_from_the_canvas(self, user: User) -> None:
        user.canvas.setFocus()
        user.press(Key.Key_Tab, modifiers=Modifier.ShiftModifier)
        assert user.window.palette_.tree.hasFocus()

    def test_f6_goes_round_the_parts_of_the_window_and_back(self, user: User) -> None:
        user.session.open(SEED, None)
        user.canvas.setFocus()
        there = []
        for _ in range(5):
            there.append(QApplication.focusWidget())
            user.press(Key.Key_F6)
        window = user.window
        assert there[0] is user.canvas
        assert QApplication.focusWidget() is user.canvas
        assert there[3:] == [window.expression.field, window.palette_.search]
        assert there[1] is window.side.button(0)
        back = []
        for _ in range(5):
            user.press(Key.Key_F6, modifiers=Modifier.ShiftModifier)
            back.append(QApplication.focusWidget())
        assert back == [*reversed(there[1:]), user.canvas]

    def test_f10_opens_the_menus(self, user: User) -> None:
        user.session.open(SEED, None)
        user.press(Key.Key_F10)
        first = QApplication.activePopupWidget()
        assert isinstance(first, QMenu)
        assert first.title() == "File"
        user.press(Key.Key_Right)
        second = QApplication.activePopupWidget()
        assert isinstance(second, QMenu)
        assert second.title() == "Edit"
        user.press(Key.Key_Escape, Key.Key_Escape)
        assert QApplication.activePopupWidget() is None


class TestWhereTheKeyboardIs:
    """Whatever has the keyboard looks different, by 3 : 1 at least, in at least so many pixels."""

    PIXELS = 40

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_everything_shows_it(self, seed: Window, theme: str, qtbot: QtBot) -> None:
        session = seed.session
        seed.set_theme(THEMES[theme])
        session.select({session.graph.by_name["q"]})
        seed.inspector.refresh()
        session.predicting.toggle()
        session.playback.seek(14.0)
        session.lens.toggle()
        seed.activateWindow()
        with qtbot.waitActive(seed):
            pass
        for page in (0, 1):
            seed.side.turn_to(page)
            for widget in interactive(seed):
                if TestTheWayOfTheKeyboard.takes_tab(widget):
                    self.check(seed, widget)

    def test_so_do_dialogs(self, seed: Window, qtbot: QtBot) -> None:
        dialog = ExportDialog(seed.session, seed)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
        for widget in interactive(dialog):
            if TestTheWayOfTheKeyboard.takes_tab(widget) and not isinstance(widget.parentWidget(), QComboBox):
                self.check(dialog, widget)
        dialog.close()
        dialog.deleteLater()

    def check(self, top: QWidget, widget: QWidget) -> None:
        other = next(found for found in interactive(top) if isinstance(found, QAbstractButton) and found is not widget)
        other.setFocus(Qt.FocusReason.TabFocusReason)
        before = _picture(widget)
        top.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)  # as Qt does when Tab is pressed
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.hasFocus()
        changed = int(np.count_nonzero(_contrasts(before, _picture(widget)) >= 3.0))
        assert changed >= self.PIXELS, f"{type(widget).__name__} {name_of(widget)}: {changed}"


def _picture(widget: QWidget) -> Any:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3) / 255.0


def _contrasts(one: Any, other: Any) -> Any:
    """Of every pixel with itself, as in the Web Content Accessibility Guidelines."""
    light = []
    for picture in (one, other):
        linear = np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)
        light.append(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return (np.maximum(*light) + 0.05) / (np.minimum(*light) + 0.05)


def test_a_label_on_the_canvas_is_still_a_label(seed: Window) -> None:
    """The factory speaks for canvases and sliders alone."""
    label = next(label for label in seed.findChildren(QLabel) if label.text() == "bpviz")
    assert QAccessible.queryAccessibleInterface(label).role() == QAccessible.Role.StaticText
