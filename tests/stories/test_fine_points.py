"""What a designer looks at twice: lines that are level, words in the middle, frames that are whole."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDialog, QFormLayout, QLabel, QMenu, QWidget

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.canvas.camera import Camera
from bpviz.ui.canvas.middle_distance import NEAR_FROM_ZOOM, REMARKS_UNTIL
from bpviz.ui.export_dialog import ExportDialog
from bpviz.ui.forms import TEXT_FROM_EDGE
from bpviz.ui.settings_dialog import SettingsDialog
from tests.user import Button, Key, Modifier, User

CTRL = Modifier.ControlModifier


@pytest.fixture
def author(user: User) -> User:
    user.session.open(Diagram.of(parse("q = x + y; f = q * z", {"x": -2.0, "y": 5.0, "z": -4.0})), None)
    user.canvas.fit()
    return user


@pytest.mark.parametrize(("kind", "key"), [(SettingsDialog, Key.Key_Semicolon), (ExportDialog, Key.Key_E)])
def test_labels_stand_level_with_what_they_name(author: User, kind: type[QDialog], key: Qt.Key) -> None:
    def read() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        (form,) = dialog.findChildren(QFormLayout)
        for row in range(form.rowCount()):
            label, field = (form.itemAt(row, role) for role in (form.ItemRole.LabelRole, form.ItemRole.FieldRole))
            if label is not None and field is not None and isinstance(held := label.widget(), QLabel) and held.text():
                shown = field.widget()
                assert isinstance(shown, QWidget)
                levels.append((held.geometry().center().y(), shown.geometry().center().y()))
                heights.setdefault(type(shown).__name__, set()).add(shown.height())
                if isinstance(shown, QAbstractSpinBox):
                    assert shown.lineEdit().textMargins().left() >= TEXT_FROM_EDGE
                assert held.buddy() is shown
        author.press(Key.Key_Escape)

    levels: list[tuple[int, int]] = []
    heights: dict[str, set[int]] = {}
    author.meanwhile(lambda: author.is_asked(kind), read)
    author.press(key, modifiers=CTRL)
    author.qtbot.waitUntil(lambda: bool(levels))
    assert all(abs(label - field) <= 1 for label, field in levels), levels
    tall = set().union(*(sizes for name, sizes in heights.items() if name != "QCheckBox"))
    assert max(tall) - min(tall) <= 1, heights


def test_a_context_menu_keeps_apart_what_does_not_belong_together(author: User) -> None:
    author.click(author.face(author.session.graph.by_name["q"]), Button.RightButton)
    author.qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    shown = [action for action in menu.actions() if action.isVisible()]
    groups, texts = 0, []
    for action in shown:
        groups += action.isSeparator()
        texts.append("" if action.isSeparator() else action.text())
    author.press(Key.Key_Escape)
    assert groups >= 3
    assert "" in texts[texts.index("Duplicate") : texts.index("Delete")], "what takes away stands apart"
    assert ("", "") not in itertools.pairwise(texts)


@pytest.mark.parametrize("text", ["Done.", "With = in place of +=, one gradient comes out wrong."])
def test_the_words_of_a_message_stand_in_its_middle(author: User, text: str) -> None:
    author.session.said.emit(text, False)
    toast = author.window.toast
    picture = toast.grab().toImage()
    assert picture.height() < 2.5 * toast.fontMetrics().height() * picture.devicePixelRatio(), "one line"
    ground, columns = picture.pixel(picture.width() // 2, 4), range(8, picture.width() - 8)
    rows = range(8, picture.height() - 8)
    inked = [x for x in columns if any(picture.pixel(x, y) != ground for y in rows)]
    assert abs(inked[0] - (picture.width() - 1 - inked[-1])) <= 3


def pixel(user: User, picture: QImage, x: float, y: float) -> QColor:
    """The colour of the canvas at a point of the scene."""
    at, ratio = user.canvas.to_screen((x, y)), picture.devicePixelRatio()
    return picture.pixelColor(round(at.x() * ratio), round(at.y() * ratio))


def test_the_frame_of_a_card_in_the_hand_is_whole_over_other_cards(author: User) -> None:
    """Also over a card that is painted after it when both rest."""
    session = author.session
    x, q = (session.graph.by_name[name] for name in ("x", "q"))
    start, over = author.face(x), session.stage.rect(q)
    goal = author.at((over.x + 30.0, over.y + 70.0))
    author.grab(start)
    author.move(start, goal, modifiers=Modifier.AltModifier)  # without snapping
    picture, held = author.canvas.grab().toImage(), session.stage.rect(x)
    author.let_go(goal)
    assert over.contains((held.right + 4.0, held.y + 20.0)), "the frame lies on the other card"
    ink = author.canvas.theme["ink"]
    near = [pixel(author, picture, held.right + 4.0 + away, held.y + 20.0) for away in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert min(abs(found.lightness() - ink.lightness()) for found in near) < 40


@pytest.mark.parametrize("part", [0.35, 0.5, 0.7])
def test_a_wire_does_not_cross_out_a_faint_pill(author: User, part: float) -> None:
    canvas, session = author.canvas, author.session
    session.playback.seek(session.playback.length)
    zoom = REMARKS_UNTIL + part * (NEAR_FROM_ZOOM - REMARKS_UNTIL)
    where = session.stage.rect(session.graph.by_name["q"])
    canvas.look(Camera(zoom, where.x - 200.0, where.y - 200.0))
    pill = session.stage.pills(session.graph.by_name["f"])[0]
    curve = session.stage.curve(session.graph.by_name["f"], 0)
    assert curve is not None
    inside = [
        (x, y)
        for x, y in (curve.at(step / 200) for step in range(201))
        if pill.rect.x + 4.0 < x < pill.rect.right - 4.0 and pill.rect.y + 3.0 < y < pill.rect.bottom - 3.0
    ]
    assert inside, "the pill lies on its wire"
    picture, wire = canvas.grab().toImage(), canvas.theme["backward"]
    beyond = curve.at(0.97)
    strong = pixel(author, picture, *beyond).saturation()
    assert all(pixel(author, picture, x, y).saturation() < 0.6 * strong for x, y in inside), wire.name()


def told(user: User) -> list[str]:
    user.qtbot.waitUntil(lambda: not user.window.inspector.is_awaiting)
    return [label.text() for label in user.window.inspector.findChildren(QLabel) if label.isVisibleTo(user.window)]


def test_a_step_of_the_check_has_no_rounding_errors(author: User) -> None:
    author.session.playback.seek(author.session.playback.length)
    author.session.select({author.session.graph.by_name["y"]})
    assert "Checked by nudging y by h = 5·10⁻⁶" in told(author)


def test_what_has_failed_is_not_said_to_come_yet(author: User) -> None:
    author.session.open(Diagram.of(parse("f = ln(x)", {"x": -2.0})), None)
    author.session.playback.seek(author.session.playback.length)
    author.session.select({author.session.graph.by_name["f"]})
    texts = told(author)
    assert "cannot be computed" in texts
    assert "not computed yet" not in texts


def test_what_a_search_goes_to_has_one_frame_and_room_for_its_slider(author: User) -> None:
    author.press(Key.Key_F, modifiers=CTRL)
    author.type("x")
    author.settle()
    x = author.session.graph.by_name["x"]
    assert x in author.canvas.found
    assert author.session.selection == {x}
    card = author.session.stage.rect(x)
    picture, paper = author.canvas.grab().toImage(), author.canvas.theme["paper"]
    away = 8.0 / min(author.canvas.camera.zoom, 1.0)
    along = [card.y + 20.0 + step / 2.0 for step in range(60)]  # more than a dash and a gap
    inks = [abs(pixel(author, picture, card.x - away, y).lightness() - paper.lightness()) for y in along]
    assert max(inks) < 60, "dots of the ground at most"
