"""What the page of rules is made of: headings, remarks, lines of mathematics."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout

from ...engine.analysis.rules import Rule
from ..formula import FormulaLabel
from ..theme import Theme
from .pages import is_large, pixels, text_font

_MATH, _SMALL = 18.0, 12.5  # pixels
_SMALLEST = 0.62  # of its size: a wider formula is scrolled instead of shrunk further


def add_heading(column: QVBoxLayout, text: str, theme: Theme) -> None:
    """A heading, with some room around it."""
    label = QLabel(text)
    label.setObjectName("heading" if not is_large(theme) else "muted")
    if is_large(theme):
        label.setFont(text_font(theme, 14, is_bold=True))
    column.addSpacing(8)
    column.addWidget(label)
    column.addSpacing(2)


def remark(text: str, theme: Theme) -> QLabel:
    """A sentence in small print."""
    label = QLabel(text)
    label.setObjectName("muted")
    label.setFont(text_font(theme, _SMALL))
    label.setWordWrap(True)
    return label


def formula(latex: str, plain: str, theme: Theme, tone: str = "ink") -> FormulaLabel:
    """A line of mathematics that shrinks a little where it is too wide, and then scrolls."""
    label = FormulaLabel(latex, theme[tone], pixels=pixels(theme, _MATH), plain=plain)
    label.setMinimumWidth(round(label.sizeHint().width() * _SMALLEST))
    label.setToolTip(plain)
    return label


def in_words(rules: tuple[Rule, ...]) -> str:
    """The rules that lead to a line: `Difference rule, constant multiple rule`."""
    told = ", ".join(rule.name[0].lower() + rule.name[1:] for rule in rules)
    return told[:1].upper() + told[1:]
