"""The themes, from one table of named colours: light and dark for the desk, two more for the wall.

Two colours carry meaning: `forward` (blue) for values and `backward` (orange) for gradients; all else is ink on
paper.  In the themes for projectors every text stands out from what it is written on by 7 : 1 at least.  Forward,
backward and fault differ for eyes without one kind of cone, too, and are nowhere told apart by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette

from ..resources import resource

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Theme:
    """Named colours, as `#rrggbb`."""

    name: str
    paper: str  # the canvas
    dots: str
    surface: str  # panels and cards
    sunken: str  # fields, buttons, empty strips
    line: str
    ink: str
    muted: str
    wire: str
    forward: str
    forward_tint: str
    on_forward: str
    backward: str
    backward_tint: str
    on_backward: str
    fault: str
    fault_tint: str
    agreement: str

    def __getitem__(self, name: str) -> QColor:
        return _colour(getattr(self, name))


@lru_cache(maxsize=256)
def _colour(code: str) -> QColor:
    return QColor(code)


LIGHT = Theme(
    name="light",
    paper="#f4f6f9",
    dots="#dde2ea",
    surface="#ffffff",
    sunken="#f1f4f8",
    line="#dfe4ec",
    ink="#111827",
    muted="#5b6675",
    wire="#a9b3c3",
    forward="#1a66d9",
    forward_tint="#e7f0fd",
    on_forward="#ffffff",
    backward="#b84a00",
    backward_tint="#fdeee2",
    on_backward="#ffffff",
    fault="#8a0024",
    fault_tint="#fdeaee",
    agreement="#157347",
)
DARK = Theme(
    name="dark",
    paper="#101419",
    dots="#232a33",
    surface="#1a2028",
    sunken="#232a33",
    line="#323b47",
    ink="#eef2f7",
    muted="#9aa7b6",
    wire="#5b6878",
    forward="#6cb0ff",
    forward_tint="#16304f",
    on_forward="#08131f",
    backward="#ffab5e",
    backward_tint="#3d2712",
    on_backward="#1d1004",
    fault="#f75f78",
    fault_tint="#401a22",
    agreement="#6fd39a",
)
PROJECTOR = Theme(
    name="projector",
    paper="#0b0e12",
    dots="#0b0e12",
    surface="#161b22",
    sunken="#1f2630",
    line="#46515f",
    ink="#ffffff",
    muted="#c3ccd8",
    wire="#76859a",
    forward="#82bdff",
    forward_tint="#122843",
    on_forward="#08131f",
    backward="#ffb26b",
    backward_tint="#3d2712",
    on_backward="#1d1004",
    fault="#ffc7ec",
    fault_tint="#3d1a30",
    agreement="#86e0ac",
)
PROJECTOR_LIGHT = Theme(
    name="projector-light",
    paper="#f7f8fa",
    dots="#f7f8fa",
    surface="#ffffff",
    sunken="#f0f2f6",
    line="#b4bdca",
    ink="#0b1220",
    muted="#3d4858",
    wire="#75839a",
    forward="#0b47a3",
    forward_tint="#e8f1ff",
    on_forward="#ffffff",
    backward="#8c3400",
    backward_tint="#ffefe2",
    on_backward="#ffffff",
    fault="#570016",
    fault_tint="#ffeaee",
    agreement="#0f5132",
)
# The hues of frames: neither blue nor orange.  Mixed into the paper, they serve every theme.
TINTS = {"grey": "#7b8794", "green": "#3f8f5b", "teal": "#1f8f8a", "violet": "#7d5fc4", "rose": "#b8487f"}
THEMES = {theme.name: theme for theme in (LIGHT, DARK, PROJECTOR, PROJECTOR_LIGHT)}


def palette(theme: Theme) -> QPalette:
    """The theme for Qt's own widgets (Fusion style)."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.surface,
        QPalette.ColorRole.WindowText: theme.ink,
        QPalette.ColorRole.Base: theme.sunken,
        QPalette.ColorRole.AlternateBase: theme.surface,
        QPalette.ColorRole.Text: theme.ink,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Button: theme.sunken,
        QPalette.ColorRole.ButtonText: theme.ink,
        QPalette.ColorRole.Highlight: theme.forward,
        QPalette.ColorRole.HighlightedText: theme.on_forward,
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.ToolTipText: theme.ink,
        QPalette.ColorRole.Link: theme.forward,
        QPalette.ColorRole.Mid: theme.line,
        QPalette.ColorRole.Light: theme.surface,
        QPalette.ColorRole.Dark: theme.line,
        QPalette.ColorRole.BrightText: theme.fault,
    }
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.wire))
    return made


def put_on(widget: QWidget, sheet: str) -> None:
    """Gives a widget a style sheet, unless it has it: Qt takes milliseconds to apply one, also the same again."""
    if widget.styleSheet() != sheet:
        widget.setStyleSheet(sheet)


_SHEET = """
* {{ outline: none; }}
QMainWindow, QWidget#panel {{ background: {surface}; }}
QWidget#panel {{ border: none; }}
QWidget#topbar {{ background: {surface}; border-bottom: 1px solid {line}; }}
QWidget#player {{ background: {surface}; border-top: 1px solid {line}; }}
QWidget#inspector {{ background: {surface}; border-left: 1px solid {line}; }}
QWidget#side {{ background: {surface}; border-left: 1px solid {line}; }}
QWidget#side QWidget#inspector {{ background: {surface}; border: 2px solid {surface}; }}
QWidget#side QWidget#inspector:focus {{ border-color: {forward}; }}
QTableView#steps {{ border: none; }}
QPushButton#segment {{ padding: 4px 10px; border-radius: 0; color: {muted}; }}
QPushButton#segment[place="first"] {{ border-top-left-radius: 8px; border-bottom-left-radius: 8px;
  border-right: none; }}
QPushButton#segment[place="last"] {{ border-top-right-radius: 8px; border-bottom-right-radius: 8px; }}
QPushButton#segment:checked {{ background: {surface}; color: {ink}; font-weight: 600; }}
QPushButton#segment:focus {{ border: 2px solid {forward}; padding: 3px 9px; }}
QPushButton#link {{ background: transparent; border: 1px solid transparent; padding: 2px 3px; color: {muted};
  font-size: 11px; font-weight: 600; border-radius: 6px; }}
QPushButton#link:hover {{ color: {ink}; border-color: {line}; }}
QPushButton#link:focus {{ border: 2px solid {forward}; padding: 1px 2px; }}
QPushButton#door {{ background: transparent; border: 1px solid transparent; padding: 0; }}
QPushButton#door:hover {{ background: {surface}; border-color: {line}; }}
QPushButton#door:pressed {{ background: {sunken}; }}
QWidget#breadcrumb {{ background: {surface}; border-bottom: 1px solid {line}; }}
QPushButton#crumb {{ background: transparent; border: 1px solid transparent; padding: 3px 7px; color: {muted};
  border-radius: 6px; }}
QPushButton#crumb:hover {{ color: {ink}; border-color: {line}; }}
QPushButton#crumb[here="true"] {{ color: {ink}; font-weight: 600; }}
QPushButton#crumb:focus {{ border: 2px solid {forward}; padding: 2px 6px; }}
QWidget#palette {{ background: {surface}; border-right: 1px solid {line}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QLabel#heading {{ color: {muted}; font-size: 11px; font-weight: 600; letter-spacing: 0.6px; }}
QLabel#muted {{ color: {muted}; }}
QLabel#brand {{ font-size: 18px; font-weight: 600; }}
QLineEdit {{ background: {sunken}; color: {ink}; border: 1px solid {line}; border-radius: 8px;
  padding: 6px 10px;
  selection-background-color: {forward}; selection-color: {on_forward}; }}
QLineEdit:focus {{ border: 2px solid {forward}; padding: 5px 9px; background: {surface}; }}
QLineEdit[wrong="true"] {{ border-color: {fault}; }}
QDialog, QMessageBox {{ background: {surface}; }}
QComboBox, QAbstractSpinBox {{ min-width: 130px; }}
QComboBox {{ min-height: 28px; }}
QAbstractSpinBox {{ min-height: 26px; }}
QComboBox, QSpinBox, QDoubleSpinBox {{ background: {sunken}; border: 1px solid {line}; border-radius: 8px;
  padding: 2px 10px; }}
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ border: 2px solid {forward}; padding: 1px 9px;
  background: {surface}; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url("{chevron}"); width: 12px; height: 12px; margin-right: 8px; }}
QComboBox QAbstractItemView {{ border: 1px solid {line}; selection-background-color: {forward_tint};
  selection-color: {ink}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; background: transparent; width: 24px;
  height: 15px; subcontrol-origin: border; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
QAbstractSpinBox::up-arrow {{ image: url("{chevron_up}"); width: 10px; height: 10px; margin: 3px 8px 0 0; }}
QAbstractSpinBox::down-arrow {{ image: url("{chevron}"); width: 10px; height: 10px; margin: 0 8px 3px 0; }}
QDialog QComboBox, QDialog QLineEdit, QDialog QAbstractSpinBox {{ border-color: {muted}; }}
QDialog QComboBox:focus, QDialog QLineEdit:focus, QDialog QAbstractSpinBox:focus {{ border-color: {forward}; }}
QCheckBox {{ border: 2px solid transparent; border-radius: 6px; padding: 2px 4px 2px 0; }}
QCheckBox:focus {{ border-color: {forward}; }}
QCheckBox::indicator {{ width: 12px; height: 12px; border: 2px solid {muted}; border-radius: 5px;
  background: {surface}; }}
QCheckBox::indicator:checked {{ border-color: {forward}; background: {forward}; image: url("{tick}"); }}
QProgressBar {{ background: {sunken}; border: none; border-radius: 3px; }}
QProgressBar::chunk {{ background: {muted}; border-radius: 3px; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{ border: none; padding: 0; background: transparent; }}
QPushButton, QToolButton {{ background: {sunken}; color: {ink}; border: 1px solid {line}; border-radius: 8px;
  padding: 6px 14px; }}
QToolButton {{ padding: 5px; }}
QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0; }}
QPushButton:hover, QToolButton:hover {{ border-color: {muted}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {line}; }}
QPushButton:focus {{ border: 2px solid {forward}; padding: 5px 13px; }}
QToolButton:focus {{ border: 2px solid {forward}; padding: 4px; }}
QDialog QPushButton:default {{ background: {forward}; color: {on_forward}; border-color: {forward}; }}
QDialog QPushButton:default:focus {{ border-color: {ink}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {wire}; }}
QPlainTextEdit {{ background: {surface}; color: {ink}; border: 2px solid {forward}; border-radius: 8px; padding: 2px;
  selection-background-color: {forward}; selection-color: {on_forward}; }}
QTreeView {{ background: transparent; border: none; color: {ink}; }}
QTreeView::item {{ height: 26px; border: 2px solid transparent; border-radius: 6px; padding-left: 0; }}
QTreeView::item:hover {{ background: {sunken}; }}
QTreeView::item:selected {{ background: {forward_tint}; color: {ink}; }}
QTreeView::item:focus {{ border: 2px solid {forward}; }}
QListView {{ background: {surface}; border: none; color: {ink}; }}
QListView::item {{ border: 2px solid transparent; border-radius: 8px; padding: 2px; }}
QListView::item:hover {{ background: {sunken}; }}
QListView::item:selected {{ background: {forward_tint}; color: {ink}; border-color: {forward}; }}
QFrame#popup {{ background: {surface}; border: 1px solid {line}; }}
QFrame#chooser {{ background: {surface}; border: 1px solid {wire}; border-radius: 11px; }}
QFrame#floating {{ background: {surface}; border: 1px solid {line}; border-radius: 10px; }}
QMenu {{ background: {surface}; color: {ink}; border: 1px solid {line}; padding: 4px; }}
QMenu::item {{ padding: 5px 23px 5px 11px; border: 1px solid transparent; border-radius: 5px; }}
QMenu::item:selected {{ background: {forward_tint}; border-color: {forward}; }}
QMenu::item:disabled {{ color: {wire}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QMenuBar {{ background: {surface}; color: {ink}; padding: 2px 8px; }}
QMenuBar::item {{ padding: 3px 9px; border: 1px solid transparent; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected {{ background: {sunken}; border-color: {forward}; }}
QToolTip {{ background: {surface}; color: {ink}; border: 1px solid {line}; padding: 5px 7px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {line}; border-radius: 4px; min-height: 30px; margin: 1px; }}
QScrollBar::handle:vertical:hover {{ background: {wire}; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {line}; border-radius: 4px; min-width: 30px; margin: 1px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; border: none; width: 0; height: 0; }}
"""


def style_sheet(theme: Theme) -> str:
    """What the palette cannot say: borders, radii, spacing."""
    colours = {field.name: getattr(theme, field.name) for field in fields(theme)}
    is_bright = QColor(theme.on_forward).lightness() > QColor(theme.forward).lightness()
    icons = {"chevron": "chevron", "chevron_up": "chevron-up", "tick": "tick-bright" if is_bright else "tick-dark"}
    pictures = {name: resource("icons", f"{icon}.svg").as_posix() for name, icon in icons.items()}
    return _SHEET.format(**pictures, **colours)
