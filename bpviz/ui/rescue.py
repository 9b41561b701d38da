"""Nothing that was made is lost when the program ends without having been asked to: not by a crash, not with the power.

While something is unsaved, a copy of it lies in a folder of the program's own, at most seconds old.  It goes when the
document is saved or let go.  A lock beside it says whose it is: a copy whose lock nobody holds any more is offered when
the program starts the next time.
"""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QLockFile, QObject, QSettings, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from ..document import rescue
from ..document.atomic import FileError
from ..document.diagram import Diagram
from ..document.file import load
from .choosing import Buttons, chosen, question
from .tidying import undisturbed

if TYPE_CHECKING:
    from .files import Files
    from .session import Session
    from .window import Window

SOON = 2000  # milliseconds from a change to its copy, at the most
_WAITS = 4  # times so long it waits for a hand that holds something: writing beside it would slow it down
_PATIENCE = 15  # times so long until it is tried again, where no copy could be kept
_SHARE = 20  # a copy of something large is made so seldom that it takes one part of so many of the time


def folder_of(settings: QSettings) -> Path:
    """Where copies lie: with the data of the program, or beside settings in a file of their own."""
    if settings.format() == QSettings.Format.IniFormat:
        return Path(settings.fileName()).parent / "unsaved"
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)) / "unsaved"


class Rescue(QObject):
    """Keeps the copy of one session up to date, beside what happens in the window."""

    _failed = Signal(str)

    def __init__(self, session: Session, files: Files, folder: Path) -> None:
        super().__init__(session)
        self._session, self._files, self.folder = session, files, folder
        self._copy: Path | None = None  # made when there is something to keep for the first time
        self._lock: QLockFile | None = None
        self._kept: tuple[Diagram, str] | None = None  # what the copy has, and the draft beside it
        self._is_there = False
        self._thread: Thread | None = None
        self._took = 0.0  # seconds for the last copy
        self._waited = 0  # times
        self._has_failed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._keep)
        self._failed.connect(self._say_why)
        for signal in (session.changed, session.saved, session.drafted):
            signal.connect(self._look)

    @property
    def copy(self) -> Path | None:
        """Where the copy is, if there was anything to keep."""
        return self._copy

    def end(self) -> None:
        """The document was saved, or let go: the copy goes."""
        self._timer.stop()
        self._forget()
        if self._lock is not None:
            self._lock.unlock()

    def take_over(self, copy: Path, lock: QLockFile) -> None:
        """Goes on with the copy that another session has left behind."""
        self.end()
        self._copy, self._lock, self._is_there = copy, lock, True

    def _look(self, *_: object) -> None:
        if not (self._session.document.is_dirty or self._session.draft):
            self._timer.stop()
            self._forget()
        elif not self._timer.isActive():
            self._timer.start(max(SOON * (_PATIENCE if self._has_failed else 1), round(1000 * _SHARE * self._took)))

    def _keep(self) -> None:
        """Writes what there is now, in a thread: a diagram never changes."""
        session = self._session
        diagram, draft = made = session.diagram, session.draft
        is_held = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton and self._waited < _WAITS
        if is_held or (self._thread is not None and self._thread.is_alive()):
            self._waited += is_held
            self._timer.start(SOON)
        elif (self._kept is None or diagram is not self._kept[0] or draft != self._kept[1]) and self._is_ready():
            path = session.path
            told = rescue.Origin(None if path is None else str(path), self._files.on_disk.stamp, session.data, draft)
            self._kept, self._is_there, self._waited = made, True, 0
            self._thread = Thread(target=self._write, args=(self._copy, diagram, told), name="rescue", daemon=True)
            self._thread.start()

    def _is_ready(self) -> bool:
        if self._copy is None:
            copy = rescue.place_of(self.folder, uuid4().hex)
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                self._say_why((error.strerror or str(error)).lower())
                return False
            self._lock = lock_of(copy)
            self._lock.tryLock(0)
            self._copy = copy
        return True

    def _write(self, copy: Path, diagram: Diagram, origin: rescue.Origin) -> None:
        begun = time.perf_counter()
        try:
            with undisturbed():
                rescue.keep(copy, diagram, origin)
            self._has_failed = False
        except FileError as error:
            self._failed.emit(str(error))
        self._took = time.perf_counter() - begun

    def _say_why(self, reason: str) -> None:
        """Says it once, until a copy could be kept again: it is tried again."""
        self._kept, had_failed, self._has_failed = None, self._has_failed, True
        self._look()
        if not had_failed:
            told = "What you make is not safe from a crash until you save it, because no copy of it can be kept"
            self._session.said.emit(f"{told}: {reason}.", True)

    def _forget(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._copy is not None and self._is_there:
            rescue.forget(self._copy)
        self._kept, self._is_there = None, False


def lock_of(copy: Path) -> QLockFile:
    """What is locked for as long as the program lives that keeps a copy."""
    lock = QLockFile(str(copy.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # however old, it is stale only when that program is gone
    return lock


def offer(window: Window, source: str | None = None) -> bool:
    """Asks about what a program that is gone has left behind; whether something of that is open now.

    Whoever wants a certain file is only asked about that.
    """
    for copy in rescue.copies(window.rescue.folder):
        path = rescue.origin_of(copy).path
        if source is not None and (path is None or Path(source).absolute() != Path(path).absolute()):
            continue
        lock = lock_of(copy)
        if lock.tryLock(0) and _is_taken_up(window, copy, lock):
            return True
        lock.unlock()
    return False


def _is_taken_up(window: Window, copy: Path, lock: QLockFile) -> bool:
    origin = rescue.origin_of(copy)
    path = None if origin.path is None else Path(origin.path)
    try:
        diagram = load(copy)
    except FileError as error:
        window.session.said.emit(f"What was not saved the last time cannot be read ({error}).", True)
        return False
    then = datetime.fromtimestamp(copy.stat().st_mtime)
    day = "" if then.date() == datetime.now().date() else f" on {then.day}. {then:%B}"
    told = f"Go on with {'untitled' if path is None else path.stem}, as it was at {then:%H:%M}{day}?"
    box = question(window, "Not saved the last time", told, "The program ended before it was saved.")
    words = {Buttons.Yes: "Go on with it", Buttons.Discard: "Throw it away", Buttons.Cancel: "Later"}
    box.setStandardButtons(Buttons.Yes | Buttons.Discard | Buttons.Cancel)
    for button, text in words.items():
        box.button(button).setText(text)
    answer = chosen(box, Buttons.Yes)
    if answer == Buttons.Discard:
        rescue.forget(copy)
    if answer != Buttons.Yes:
        return False
    window.rescue.take_over(copy, lock)
    window.files.take_up(diagram, path, origin.stamp, origin.data)
    if origin.draft:
        window.expression.take_up(origin.draft)
    return True
