"""The knobs of the page Descent: data, batch, optimizers, learning rates, speed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...engine.training.datasets import DATASETS
from ...engine.training.optimizers import OPTIMIZERS
from ...engine.training.tables import Table
from ...graph.graph import GraphError
from ...ops import numerals
from ...stage.speech import spoken
from ..field import Field
from ..session import sentence
from ..theme import Theme
from .descent_columns import ColumnsDialog
from .descent_plots import STYLES
from .descent_reading import TableReader
from .descent_training import FILE, MOST_AT_ONCE, SPEEDS, Training
from .log_slider import LogSlider
from .pages import is_large, text_font
from .plot_curves import pen_of

BATCHES = {"all": 0, "1": 1, "4": 4, "16": 16, "32": 32, "64": 64, "256": 256, "1024": 1024}
_DECADES = (-5, 1)  # powers of ten, from where to where the slider goes
_SAMPLE = QSize(28, 10)  # pixels, of a line and the gap behind it
_GAP = 5.0
_FROM_FILE = "From a file…"


class Controls(QWidget):
    """Three rows over the plots."""

    remarked = Signal(str)  # what there is to be said of what was chosen

    def __init__(self, training: Training) -> None:
        super().__init__()
        self._training = training
        self.data = QComboBox()
        self.data.setAccessibleName("Data")
        self.data.addItem("No data: the graph as it is", "")
        for name, recipe in DATASETS.items():
            self.data.addItem(recipe.title, name)
            self.data.setItemData(self.data.count() - 1, recipe.summary, Qt.ItemDataRole.ToolTipRole)
        self.data.addItem(_FROM_FILE, FILE)
        self.data.activated.connect(self._on_data)
        self.batch = QComboBox()
        self.batch.setAccessibleName("Samples in a step")
        self.batch.setToolTip("How many samples a step sees: all of them, or a mini-batch")
        for text, size in BATCHES.items():
            self.batch.addItem(text, size)
        self.batch.activated.connect(lambda place: training.set_batch(self.batch.itemData(place)))
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("How many steps are taken in a second")
        for text, speed in SPEEDS.items():
            self.speed.addItem(text, speed)
        self.speed.activated.connect(self._on_speed)
        self.optimizers = {name: self._chip(name, place) for place, name in enumerate(OPTIMIZERS)}
        self.rated = QComboBox()
        self.rated.setAccessibleName("The optimizer that the canvas follows")
        self.rated.setToolTip("The learning rate is of this optimizer, and the canvas shows its parameters")
        self.rated.activated.connect(lambda place: self._on_rated(self.rated.itemData(place)))
        self.slider = LogSlider(training.session, "Learning rate, logarithmic", *_DECADES, 0.1)
        self.slider.moved.connect(self._on_slid)
        self.rate = Field()
        self.rate.setAccessibleName("Learning rate")
        self.rate.returnPressed.connect(self._on_typed)
        self.rate.textEdited.connect(lambda: self.rate.mark(wrong=False))
        self.rate.escaped.connect(self.show_state)
        self.columns_button = QPushButton("Columns…")
        self.columns_button.setToolTip("Which input takes which column of the data, and which one is the target")
        self.columns_button.setAutoDefault(True)  # Enter presses it, because Space plays
        self.columns_button.clicked.connect(self._open_columns)
        self.columns: ColumnsDialog | None = None
        self.reader = TableReader()
        self.reader.setParent(self)
        self.reader.went_on.connect(self.remarked)
        self.reader.has_read.connect(self._on_read)
        self.reader.failed.connect(self._on_failed)
        self._captions = [QLabel(text) for text in ("Data", "Batch", "Learning rate")]
        self._compose()
        self.show_state()

    def _chip(self, name: str, place: int) -> QPushButton:
        optimizer = OPTIMIZERS[name]
        chip = QPushButton(optimizer.title)
        chip.setObjectName("segment")
        chip.setCheckable(True)
        chip.setMinimumWidth(20)
        chip.setProperty("place", "first" if place == 0 else "last" if place == len(OPTIMIZERS) - 1 else "middle")
        chip.setToolTip(f"{optimizer.summary}\n{optimizer.source}")
        chip.clicked.connect(lambda is_on: self._on_chosen(name, is_on))
        return chip

    def _compose(self) -> None:
        first, second, third = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (first, second, third):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
        first.addWidget(self._captions[0])
        first.addWidget(self.data, 1)
        first.addWidget(self.columns_button)
        first.addWidget(self._captions[1])
        first.addWidget(self.batch)
        second.setSpacing(0)
        for chip in self.optimizers.values():
            second.addWidget(chip, len(chip.text()) + 4)  # the icon is as wide as four letters
        third.addWidget(self._captions[2])
        third.addWidget(self.rated)
        third.addWidget(self.slider, 1)
        third.addWidget(self.rate)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for row in (first, second, third):
            column.addLayout(row)

    def dress(self) -> None:
        """Sizes of the present theme."""
        theme = self._training.session.theme
        height = 42 if is_large(theme) else 30
        combos = (self.data, self.batch, self.speed, self.rated)
        for piece in (*self._captions, *combos, self.rate, self.columns_button, *self.optimizers.values()):
            piece.setFont(text_font(theme, 12.5))
            piece.setFixedHeight(height)
        for combo, width in zip(combos, (110, 74, 106, 122), strict=True):
            room = round((width - 22) * (1.25 if is_large(theme) else 1.0))  # 22 are padding and border
            combo.setStyleSheet(f"QComboBox {{ min-width: {room}px; min-height: 18px; }}")
        self.rate.setFixedWidth(104 if is_large(theme) else 84)
        for name, chip in self.optimizers.items():
            chip.setIcon(_line_icon(theme, name, self.devicePixelRatioF()))
            chip.setIconSize(_SAMPLE)
            chip.setStyleSheet("QPushButton { padding: 2px 3px; }")

    # What stands there

    def show_state(self) -> None:
        """What is chosen now."""
        training = self._training
        self.data.setCurrentIndex(max(0, self.data.findData(training.data_name)))
        self.batch.setCurrentIndex(max(0, self.batch.findData(training.batch)))
        self.batch.setEnabled(training.data is not None)
        self.columns_button.setEnabled(training.data is not None)
        self._allow_all(training.data is None or len(training.data.train) <= MOST_AT_ONCE)
        self.speed.setCurrentIndex(self.speed.findData(training.speed))
        for name, chip in self.optimizers.items():
            chip.setChecked(name in training.chosen)
        names = [name for name in OPTIMIZERS if name in training.chosen]
        if names != [self.rated.itemData(i) for i in range(self.rated.count())]:
            self.rated.clear()
            for name in names:
                self.rated.addItem(OPTIMIZERS[name].title, name)
        self.rated.setCurrentIndex(self.rated.findData(training.followed))
        rate = training.rates[training.followed]
        self.slider.show_value(rate)
        self.rate.setText(numerals.short(rate))
        self.rate.mark(wrong=False)

    def _allow_all(self, is_allowed: bool) -> None:
        """All samples in one step, unless they are so many that the window would wait for it."""
        model = self.batch.model()
        assert isinstance(model, QStandardItemModel)
        entry = model.item(self.batch.findData(0))
        entry.setEnabled(is_allowed)
        told = f"There are more than {MOST_AT_ONCE:,} samples: one step would take long"
        entry.setToolTip("" if is_allowed else told)

    # What is chosen

    def _on_chosen(self, name: str, is_on: bool) -> None:
        self._training.choose(name, is_on)
        self.show_state()
        self.remarked.emit(OPTIMIZERS[name].summary if is_on else "")

    def _on_rated(self, name: str) -> None:
        self._training.follow_run(name)
        self.show_state()

    def _on_speed(self, place: int) -> None:
        self._training.speed = self.speed.itemData(place)

    def _on_slid(self, rate: float) -> None:
        self._set_rate(rate)
        self.rate.setText(numerals.short(rate))
        self.rate.mark(wrong=False)

    def _on_typed(self) -> None:
        try:
            self._set_rate(_number(self.rate.text()))
        except GraphError as error:  # a ValueError, too
            self._refuse(sentence(error))
        except ValueError:
            self._refuse("A learning rate is a number above 0, such as 0.1.")
        else:
            self.show_state()

    def _refuse(self, said: str) -> None:
        self.rate.mark(wrong=True)
        self._training.session.said.emit(spoken(said), True)

    def _set_rate(self, rate: float) -> None:
        self._training.set_rate(self._training.followed, rate)

    def _open_columns(self) -> None:
        if self.columns is not None:
            self.columns.close()
            self.columns.deleteLater()
        self.columns = ColumnsDialog(self._training, self.window())
        self.columns.show()

    def _on_data(self, place: int) -> None:
        self.reader.drop()
        name = self.data.itemData(place)
        if name == FILE:
            self._ask_for_file()
        else:
            self._training.set_data(name)
        self.show_state()

    def _ask_for_file(self) -> None:
        self._training.pause()
        path = self._training.session.path
        start = str(path.parent if path else Path.home())
        name, _ = QFileDialog.getOpenFileName(self, "Data", start, "Tables (*.csv *.tsv *.txt);;All files (*)")
        if name:
            self.reader.begin(Path(name))

    def _on_read(self, name: str, table: Table) -> None:
        self._training.set_table(name, table)
        self.show_state()
        training = self._training
        told = [f"{name}: {'. '.join(_upper(remark) for remark in (training.data or table).remarks)}"]
        if training.batch:
            told.append(f"Each step sees {training.batch} samples")
        self.remarked.emit(f"{'. '.join(told)}.")

    def _on_failed(self, said: str) -> None:
        self.remarked.emit("")
        self._training.session.said.emit(spoken(said), True)


def _line_icon(theme: Theme, name: str, ratio: float) -> QIcon:
    """How the line of an optimizer is drawn: the buttons are the key of the plots."""
    pixmap = QPixmap(_SAMPLE * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tone, style, width = STYLES[name]
    painter.setPen(pen_of(theme, tone, width * ratio, style))  # which keeps its width in pixels of the screen
    middle = _SAMPLE.height() / 2
    painter.drawLine(QPointF(1.0, middle), QPointF(_SAMPLE.width() - _GAP, middle))
    painter.end()
    return QIcon(pixmap)


def _number(text: str) -> float:
    """A number as it is typed, or as the program writes it: `0.1`, `0,1`, `1e-5`, `1·10⁻⁵`.  Raises ValueError."""
    plain = text.strip().replace(numerals.MINUS, "-").replace(",", ".")
    if "·10" in plain:
        mantissa, _, exponent = plain.partition("·10")
        plain = f"{mantissa}e{unicodedata.normalize('NFKC', exponent).replace(numerals.MINUS, '-')}"
    return float(plain)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
