"""Asks what a picture should be like, and shows it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..export.picture import Format, Picture, frame_of
from .forms import add_row
from .picture import image
from .session import Session
from .theme import THEMES

PREVIEW = QSize(460, 280)
_SQUARE = 10


@dataclass(frozen=True)
class Wish:
    """What a picture should be like."""

    format: Format
    step: int
    theme: str
    scale: float
    is_transparent: bool


class ExportDialog(QDialog):
    """Format, step, size, colours and background, with a preview; `wish` is what was chosen."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Export a picture")
        self.format = QComboBox()
        self.format.setAccessibleName("Format")
        for kind in Format:
            self.format.addItem(kind.name, kind)
        self.step = QSpinBox()
        self.step.setRange(0, len(session.story))
        self.step.setValue(session.stage.now.step)
        self.step.setSuffix(f" of {len(session.story)}")
        self.theme = QComboBox()
        self.theme.setAccessibleName("Colours")
        self.theme.addItems(list(THEMES))
        self.theme.setCurrentText(session.theme.name)
        self.scale = QDoubleSpinBox()
        self.scale.setRange(0.25, 10.0)
        self.scale.setSingleStep(0.5)
        self.scale.setValue(2.0)
        self.scale.setPrefix("× ")
        self.transparent = QCheckBox("Transparent, for slides and pages of any colour")
        self.size_note = QLabel()
        self.size_note.setObjectName("muted")
        self.preview = _Preview()
        self._compose()
        for signal in (
            self.format.currentIndexChanged,
            self.step.valueChanged,
            self.theme.currentIndexChanged,
            self.scale.valueChanged,
            self.transparent.toggled,
        ):
            signal.connect(self._show)
        self._show()

    def _compose(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        add_row(form, "&Format", self.format)
        add_row(form, "After s&tep", self.step)
        add_row(form, "&Colours", self.theme)
        add_row(form, "&Size", self.scale)
        add_row(form, "&Background", self.transparent)
        form.addRow("", self.size_note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = QPushButton("Export…")
        self.export_button.setDefault(True)
        self.copy_button = QPushButton("Copy")
        self.copy_button.setToolTip("Put the picture on the clipboard")
        buttons.addButton(self.export_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        for button in buttons.buttons():
            button.setIcon(QIcon())  # some desktops put icons of their own style on them
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.copy_button.clicked.connect(self._copy)
        upper = QHBoxLayout()
        upper.setSpacing(24)
        upper.addWidget(self.preview)
        upper.addLayout(form)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 20, 20, 16)
        whole.setSpacing(16)
        whole.addLayout(upper)
        whole.addWidget(buttons)

    @property
    def wish(self) -> Wish:
        """What is chosen now."""
        kind = self.format.currentData()
        assert isinstance(kind, Format)
        return Wish(kind, self.step.value(), self.theme.currentText(), self.scale.value(), self.transparent.isChecked())

    def _picture(self, scale: float) -> Picture:
        wish = self.wish
        stage = self._session.stage.at(float(wish.step))
        return Picture(stage, frame_of(stage), Format.PNG, wish.theme, scale, wish.is_transparent)

    def _show(self, *_: object) -> None:
        wish = self.wish
        width, height = self._picture(wish.scale).size
        unit = "pixels" if wish.format is Format.PNG else "points, drawn as lines and text"
        shown = (width, height) if wish.format is Format.PNG else (round(width * 0.75), round(height * 0.75))
        self.size_note.setText(f"{shown[0]} × {shown[1]} {unit}")
        frame, ratio = self._picture(1.0).frame, self.devicePixelRatioF()
        scale = min(PREVIEW.width() / frame.width, PREVIEW.height() / frame.height) * ratio
        pixmap = QPixmap.fromImage(image(self._picture(scale)))
        pixmap.setDevicePixelRatio(ratio)
        self.preview.show_pixmap(pixmap)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setImage(image(self._picture(self.wish.scale)))
        self._session.said.emit("The picture is on the clipboard.", False)


class _Preview(QWidget):
    """The picture, on a chequered ground where it is transparent."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap = QPixmap()
        self.setFixedSize(PREVIEW)
        self.setAccessibleName("Preview")

    def show_pixmap(self, pixmap: QPixmap) -> None:
        self._pixmap = pixmap
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().window())
        for x in range(0, self.width(), _SQUARE):
            for y in range((x // _SQUARE % 2) * _SQUARE, self.height(), 2 * _SQUARE):
                painter.fillRect(x, y, _SQUARE, _SQUARE, self.palette().base())
        size = self._pixmap.deviceIndependentSize()
        painter.drawPixmap(
            round((self.width() - size.width()) / 2), round((self.height() - size.height()) / 2), self._pixmap
        )
        painter.end()
