"""A person at the window: everything through the window system, nothing by calling the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QMenu,
    QMessageBox,
    QToolButton,
    QTreeWidgetItem,
    QTreeWidgetItemIterator,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bpviz.graph.graph import NodeId
from bpviz.stage.geometry import STRIP_HEIGHT, Point
from bpviz.ui.canvas.chooser import Chooser
from bpviz.ui.window import Window

Key, Button, Modifier = Qt.Key, Qt.MouseButton, Qt.KeyboardModifier
NOTHING = Modifier.NoModifier
Kind: TypeAlias = type[QDialog]


class User:
    """Mouse and keyboard.  Places are points of the window; the methods that name a thing find its place."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.canvas, self.session = window.canvas, window.session

    # The keyboard

    def press(self, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = NOTHING) -> None:
        """Keys, one after the other, to whatever has the focus."""
        for key in keys:
            QTest.keyClick(self._front(), key, modifiers)

    def type(self, text: str) -> None:
        """Letters, one by one; a line break is the Enter key."""
        for letter in text:
            if letter == "\n":
                self.press(Key.Key_Return)
            elif letter.isascii():
                QTest.keyClick(self._front(), letter)  # type: ignore[call-overload]
            else:
                # QTest knows only the keys of an American keyboard
                focus = QApplication.focusWidget()
                assert focus is not None
                QTest.sendKeyEvent(QTest.KeyAction.Click, focus, Key.Key_unknown, letter, NOTHING)

    def undo(self, times: int = 1) -> None:
        self.press(*[Key.Key_Z] * times, modifiers=Modifier.ControlModifier)

    def redo(self, times: int = 1) -> None:
        self.press(*[Key.Key_Y] * times, modifiers=Modifier.ControlModifier)

    def hold(self, key: Qt.Key) -> None:
        """Presses a key and keeps it down, until it is released."""
        QTest.keyPress(self._front(), key)

    def release(self, key: Qt.Key) -> None:
        QTest.keyRelease(self._front(), key)

    def _front(self) -> QWindow:
        """The window that gets the keys: a dialog over ours, or ours."""
        if QApplication.activeWindow() is None:
            # a window manager would do that when a dialog closes
            self.window.activateWindow()
            with self.qtbot.waitActive(self.window):
                pass
        focused: QWindow | None = QGuiApplication.focusWindow()
        return self.window.windowHandle() if focused is None else focused

    # The mouse

    def click(
        self, at: QPoint, button: Qt.MouseButton = Button.LeftButton, modifiers: Qt.KeyboardModifier = NOTHING
    ) -> None:
        self.hover(at)
        QTest.mouseClick(self.window.windowHandle(), button, modifiers, at)

    def click_in(self, widget: QWidget, at: QPoint) -> None:
        """Clicks at a place in a part of another window, such as a popup."""
        window = widget.window()
        QTest.mouseClick(window.windowHandle(), Button.LeftButton, NOTHING, widget.mapTo(window, at))

    def double_click(self, at: QPoint) -> None:
        self.hover(at)
        QTest.mouseDClick(self.window.windowHandle(), Button.LeftButton, NOTHING, at)

    def hover(self, at: QPoint, modifiers: Qt.KeyboardModifier = NOTHING) -> None:
        window = self.window.windowHandle()
        if modifiers == NOTHING:
            QTest.mouseMove(window, at)
        else:
            QTest.mouseEvent(QTest.MouseAction.MouseMove, window, Button.NoButton, modifiers, at)

    def grab(
        self, at: QPoint, button: Qt.MouseButton = Button.LeftButton, modifiers: Qt.KeyboardModifier = NOTHING
    ) -> None:
        """Goes to a place and holds the button down."""
        self.hover(at)
        QTest.mousePress(self.window.windowHandle(), button, modifiers, at)

    def move(self, start: QPoint, end: QPoint, steps: int = 6, modifiers: Qt.KeyboardModifier = NOTHING) -> None:
        """On the way from one place to another."""
        for i in range(1, steps + 1):
            self.hover(start + (end - start) * (i / steps), modifiers)

    def let_go(
        self, at: QPoint, button: Qt.MouseButton = Button.LeftButton, modifiers: Qt.KeyboardModifier = NOTHING
    ) -> None:
        QTest.mouseRelease(self.window.windowHandle(), button, modifiers, at)

    def drag(
        self,
        start: QPoint,
        end: QPoint,
        button: Qt.MouseButton = Button.LeftButton,
        modifiers: Qt.KeyboardModifier = NOTHING,
    ) -> None:
        self.grab(start, button, modifiers)
        self.move(start, end)
        self.let_go(end, button, modifiers)

    def wheel(self, at: QPoint, turned: int, modifiers: Qt.KeyboardModifier = NOTHING) -> None:
        """Turns the wheel, by eighths of a degree: 120 is one click away from the user."""
        QTest.wheelEvent(self.window.windowHandle(), QPointF(at), QPoint(0, turned), QPoint(), modifiers)
        self.settle()

    def settle(self) -> None:
        """Lets the time pass until cards and the camera rest."""
        for glide in (self.window.gliding, self.canvas.looking):
            while glide.is_gliding:
                glide.advance(0.05)

    def drop(self, data: QMimeData, on: QWidget, at: QPoint) -> None:
        """Lets go of what was dragged to a place on a widget.  (Offscreen, a drag that Qt begins ends at once.)"""
        action, is_welcome = Qt.DropAction.CopyAction, False
        for event in (
            QDragEnterEvent(at, action, data, Button.LeftButton, NOTHING),
            QDragMoveEvent(at, action, data, Button.LeftButton, NOTHING),
            QDropEvent(QPointF(at), action, data, Button.LeftButton, NOTHING),
        ):
            event.setAccepted(is_welcome)  # who welcomes it when it comes welcomes it until told otherwise
            QApplication.sendEvent(on, event)
            is_welcome = event.isAccepted()
            assert is_welcome

    # Places on the canvas

    def at(self, point: Point) -> QPoint:
        """The place of a scene point, when the camera rests."""
        self.settle()
        return self.canvas.mapTo(self.window, self.canvas.to_screen(point))

    def face(self, node: NodeId) -> QPoint:
        """The middle of a card, above its gradient strip."""
        rect = self.session.stage.rect(node)
        return self.at((rect.x + rect.width * 0.55, rect.y + (rect.height - STRIP_HEIGHT) / 2))

    def out_port(self, node: NodeId) -> QPoint:
        return self.at(self.session.scenery.course.out_port(self.session.stage.rect(node)))

    def in_port(self, node: NodeId, slot: int = 0) -> QPoint:
        course, slots = self.session.scenery.course, self.session.graph.nodes[node].op.arity
        return self.at(course.in_port(self.session.stage.rect(node), slot, slots))

    def on_wire(self, target: NodeId, slot: int = 0, part: float = 0.3) -> QPoint:
        """A place along the wire into a slot."""
        curve = self.session.stage.curve(target, slot)
        assert curve is not None
        return self.at(curve.at(part))

    def nowhere(self) -> QPoint:
        """A place on the canvas where there is nothing."""
        for x in range(40, self.canvas.width() - 20, 30):
            for y in range(40, self.canvas.height() - 20, 30):
                scene = self.canvas.camera.to_scene(x, y)
                if self.canvas.spots.at(scene, self.canvas.camera.zoom) is None:
                    return self.canvas.mapTo(self.window, QPoint(x, y))
        raise AssertionError("the canvas is full")

    # Things that take several movements

    def write_expression(self, text: str) -> None:
        """Clicks into the expression bar, and types over what is there."""
        field = self.window.expression.field
        self.click(self.middle_of(field))
        self.press(Key.Key_A, modifiers=Modifier.ControlModifier)
        self.type(text)

    def paste_expression(self, text: str) -> None:
        """The same from the clipboard: quicker, where the typing itself is not the story."""
        QGuiApplication.clipboard().setText(text)
        self.click(self.middle_of(self.window.expression.field))
        self.press(Key.Key_A, Key.Key_V, modifiers=Modifier.ControlModifier)

    def slide(self, node: NodeId, value: float) -> None:
        """Goes to the slider below a card and drags its thumb to a value."""
        self.hover(self.face(node))
        slider = self.canvas.slider_of(node)
        assert slider is not None, "the slider shows while the mouse is on the card"
        middle, end = (replace(slider, value=part).thumb for part in (0.0, slider.reach))
        goal = middle[0] + (end[0] - middle[0]) * value / slider.reach, middle[1]
        self.drag(self.at(slider.thumb), self.at(goal))

    def wire(self, source: NodeId, target: NodeId, slot: int = 0) -> None:
        """Draws a wire from an out port to an in port."""
        self.drag(self.out_port(source), self.in_port(target, slot))

    def add_from_palette(self, title: str) -> NodeId:
        """Clicks an operation in the palette; returns the new node."""
        self.click(self.palette_item(title))
        return max(self.session.graph.nodes)

    def palette_item(self, title: str) -> QPoint:
        """Where an operation stands in the palette, scrolled to if need be."""
        tree = self.window.palette_.tree
        item = self.operation(title)
        tree.scrollToItem(item)
        return tree.viewport().mapTo(self.window, tree.visualItemRect(item).center())

    def operation(self, title: str) -> QTreeWidgetItem:
        found = QTreeWidgetItemIterator(self.window.palette_.tree)
        while (item := found.value()) is not None:
            if item.text(0) == title:
                return item
            found += 1
        raise AssertionError(f"the palette has no {title}")

    def middle_of(self, widget: QWidget) -> QPoint:
        return widget.mapTo(self.window, widget.rect().center())

    def meanwhile(self, is_ready: Callable[[], bool], act: Callable[[], None]) -> None:
        """Acts as soon as something is there.  For dialogs and menus, which only return when they are closed."""
        watch = QTimer(self.window)
        watch.setInterval(5)

        def look() -> None:
            if is_ready():
                watch.stop()
                watch.deleteLater()
                act()

        watch.timeout.connect(look)
        watch.start()

    @staticmethod
    def is_asked(kind: Kind) -> bool:
        """Whether a dialog of a kind is open and has the keyboard."""
        dialog = QApplication.activeModalWidget()
        return dialog is not None and isinstance(dialog, kind) and dialog.isActiveWindow()

    def answer(self, button: QMessageBox.StandardButton) -> None:
        """Clicks a button of the question that is about to be asked."""

        def click() -> None:
            box = QApplication.activeModalWidget()
            assert isinstance(box, QMessageBox)
            wanted = box.button(button)
            QTest.mouseClick(box.windowHandle(), Button.LeftButton, NOTHING, wanted.mapTo(box, wanted.rect().center()))

        self.meanwhile(lambda: self.is_asked(QMessageBox), click)

    def name_file(self, path: Path) -> None:
        """Pastes a path into the file dialog that is about to open."""

        def paste_path() -> None:
            QGuiApplication.clipboard().setText(str(path))
            self.press(Key.Key_A, Key.Key_V, modifiers=Modifier.ControlModifier)
            self.press(Key.Key_Return)

        self.meanwhile(lambda: self.is_asked(QFileDialog), paste_path)

    def choose_in_menu_bar(self, *texts: str) -> None:
        """Opens a menu of the menu bar, and clicks an entry of it, or of its submenu."""
        bar = self.window.menuBar()
        action = next(found for found in bar.actions() if found.text() == texts[0])
        self.click(bar.mapTo(self.window, bar.actionGeometry(action).center()))
        for text in texts[1:]:
            self.qtbot.waitUntil(partial(self._popup_has, text))
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            self._click_entry(menu, text)

    @staticmethod
    def _popup_has(text: str) -> bool:
        menu = QApplication.activePopupWidget()
        return isinstance(menu, QMenu) and any(action.text() == text for action in menu.actions())

    def open_menu_and_choose(self, button: QToolButton, text: str) -> None:
        """Clicks a button with a menu, and an entry of that."""
        menu = button.menu()
        self.meanwhile(menu.isVisible, lambda: self._click_entry(menu, text))
        self.click(self.middle_of(button))

    def open_context_menu_and_choose(self, at: QPoint, text: str) -> None:
        """Clicks with the right button, and an entry of the menu that opens."""
        self.click(at, Button.RightButton)
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        self._click_entry(menu, text)

    def _click_entry(self, menu: QMenu, text: str) -> None:
        place = menu.actionGeometry(self.entry(menu, text)).center()
        QTest.mouseMove(menu.windowHandle(), place)
        QTest.mouseClick(menu.windowHandle(), Button.LeftButton, NOTHING, place)

    @staticmethod
    def entry(menu: QMenu, text: str) -> QAction:
        return next(action for action in menu.actions() if action.text() == text)

    # What can be chosen, where a search or a list of inputs is open on the canvas

    @property
    def chooser(self) -> Chooser:
        """The list that is open."""
        found = self.canvas.adding.chooser or self.canvas.linking.chooser
        assert found is not None, "a list is open"
        return found

    @property
    def offered(self) -> list[str]:
        """The titles in it."""
        return [self.chooser.list.item(row).text() for row in range(self.chooser.list.count())]

    @property
    def chosen(self) -> tuple[str, str]:
        """Title and remark of what Enter would take."""
        row = self.chooser.current
        assert row is not None
        return row.title, row.remark

    def click_offer(self, title: str) -> None:
        """Scrolls to an entry of the list and clicks it."""
        found = self.chooser.list
        item = found.item(self.offered.index(title))
        found.scrollToItem(item)
        self.click(found.viewport().mapTo(self.window, found.visualItemRect(item).center()))

    # What is said

    @property
    def caption(self) -> str:
        """The sentence in the player, as plain text."""
        return "".join(span.text for span in self.session.stage.caption())

    @property
    def message(self) -> str:
        """The sentence over the canvas, if one is shown."""
        toast = self.window.toast
        return toast.text() if toast.isVisible() else ""

    @property
    def text(self) -> str:
        """What stands in the expression bar."""
        return self.window.expression.field.text()
