"""The shortcut sheet, made from the table of actions: text to select, copy and print."""

from __future__ import annotations

import html

from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from ..graph.layout import Direction
from .actions import ACTIONS, MENUS
from .command_palette import keys_text
from .session import Session

MOUSE = (
    ("Wheel, or pinch", "Zoom at the mouse"),
    ("Two fingers, the middle button, or Space and drag", "Move the view"),
    ("Click, Shift+click, drag on the ground", "Select"),
    ("Drag a card", "Move it"),
    ("Drag from the port where a value leaves to an input", "Wire"),
    ("Double click on a card", "Edit its value or its name"),
    ("Drop a card on a wire", "Put a node into a wire"),
    ("Shake a card", "Take a node off its wires"),
    ("Ctrl+drag a wire", "Lead a wire elsewhere"),
    ("Ctrl+right drag", "Cut wires"),
    ("Two fingers on a screen", "Pinch and move the view"),
    ("Right click, a finger that rests, the menu key, or Shift+F10", "A menu about what is selected"),
)
_COLUMNS = 2


def groups(direction: Direction = Direction.RIGHT) -> list[tuple[str, list[tuple[str, str]]]]:
    """By menu, the keys and what they do where wires lead in a direction; at the end the mouse."""
    found = []
    for menu in MENUS:
        rows = [
            (keys_text(entry.keys), entry.text_in(direction).rstrip("…"))
            for entry in ACTIONS
            if entry.menu == menu and entry.keys
        ]
        if rows:
            found.append((menu, rows))
    return [*found, ("Mouse", list(MOUSE))]


def plain_text(direction: Direction = Direction.RIGHT) -> str:
    """The sheet as lines, keys and meaning with a tab between them."""
    blocks = ["\n".join([title, *(f"{keys}\t{told}" for keys, told in rows)]) for title, rows in groups(direction)]
    return "\n\n".join(blocks) + "\n"


def sheet(ink: str, muted: str, line: str, direction: Direction) -> str:
    """The sheet as HTML in columns of about the same height."""
    columns: list[list[str]] = [[] for _ in range(_COLUMNS)]
    heights = [0] * _COLUMNS
    every, rule = groups(direction), f"border-bottom:1px solid {line}"
    most = sum(len(rows) + 2 for _, rows in every) / _COLUMNS
    at = 0
    for title, rows in every:
        if at + 1 < _COLUMNS and heights[at] and heights[at] + len(rows) / 2 > most:
            at += 1
        heights[at] += len(rows) + 2
        columns[at].append(
            f'<p style="margin:14px 0 4px 0; color:{muted}; font-weight:600; font-size:11px">{title.upper()}</p>'
            '<table width="100%" cellspacing="0">'
            + "".join(
                f'<tr><td width="58%" style="padding:3px 3px 3px 0; {rule}">{html.escape(told)}</td>'
                f'<td align="right" style="padding:3px 0 3px 3px; {rule}; color:{muted}">{html.escape(keys)}</td></tr>'
                for keys, told in rows
            )
            + "</table>"
        )
    cells = "".join(f'<td width="50%" style="padding:0 14px">{"".join(column)}</td>' for column in columns)
    return f'<body style="color:{ink}; font-size:13px"><table width="100%"><tr>{cells}</tr></table></body>'


class ShortcutSheet(QDialog):
    """All keys, menu by menu."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._direction = session.diagram.direction
        self.setWindowTitle("Keyboard shortcuts")
        theme = session.theme
        self.text = QTextBrowser()
        self.text.setAccessibleName("Keyboard shortcuts")
        self.text.setHtml(sheet(theme.ink, theme.muted, theme.line, self._direction))
        self.text.setStyleSheet(f"border: none; background: {theme.surface};")
        title = QLabel("Keyboard shortcuts")
        title.setObjectName("brand")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button, self.print_button = QPushButton("Copy"), QPushButton("Print…")
        self.copy_button.setToolTip("The whole sheet as text")
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.print_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        for button in (self.copy_button, self.print_button):
            button.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(plain_text(self._direction)))
        self.print_button.clicked.connect(self._print)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.addWidget(title)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        self.resize(min(940, parent.width() - 40), min(780, parent.height() - 40))

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # seldom needed

        printer = QPrinter()
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            paper = QTextDocument()
            paper.setHtml(sheet("#000000", "#444444", "#bbbbbb", self._direction))
            paper.print_(printer)
