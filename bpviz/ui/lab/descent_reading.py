"""Reading a long table a little at a time: the window goes on, and says how far it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ...engine.training.table_reading import Reading, reading
from ...engine.training.tables import Table, TableError
from ..session import sentence
from ..slices import Pieces, Slices


class TableReader(QObject):
    """One table at a time; another one, or `drop`, ends what is not done yet."""

    went_on = Signal(str)  # how far it is, in words
    has_read = Signal(str, object)  # the file's name, and the table
    failed = Signal(str)  # why there is no table, in a sentence

    def __init__(self) -> None:
        super().__init__()
        self._slices = Slices(self)
        self._slices.done.connect(self._on_done)
        self._found: tuple[str, Table] | str = ""  # the name and the table, or why there is none

    @property
    def is_busy(self) -> bool:
        return self._slices.is_busy

    def begin(self, path: Path) -> None:
        self._slices.begin(self._read(path.name, reading(path)))

    def drop(self) -> None:
        self._slices.drop()

    def _read(self, name: str, work: Reading) -> Pieces:
        told = ""
        while True:
            try:
                now = f"Reading {name}: {round(100 * next(work))} %.  Esc leaves it."
            except StopIteration as end:
                assert isinstance(end.value, Table)
                self._found = name, end.value
                return
            except TableError as error:
                self._found = sentence(error)
                return
            if now != told:
                told = now
                self.went_on.emit(told)
            yield

    def _on_done(self) -> None:
        if isinstance(self._found, str):
            self.failed.emit(self._found)
        else:
            self.has_read.emit(*self._found)
        self._found = ""
