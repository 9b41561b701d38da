"""What other programs do to the document's file meanwhile: noticed when somebody comes back to this one."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from ..document.on_disk import Stamp, stamp_of
from .files import Files
from .session import Session


class Elsewhere(QObject):
    """Says once of every change that it is there; what to do about it is up to the user."""

    def __init__(self, session: Session, files: Files) -> None:
        super().__init__(session)
        self._session, self._files = session, files
        self._told: Stamp | None = None
        running = QGuiApplication.instance()
        assert isinstance(running, QGuiApplication)
        running.applicationStateChanged.connect(self._look)

    def _look(self, state: Qt.ApplicationState) -> None:
        session, path = self._session, self._session.path
        if state is not Qt.ApplicationState.ApplicationActive or path is None:
            return
        now = stamp_of(path)
        if now == self._told or not self._files.on_disk.is_other(path, session.document.saved):
            return
        self._told = now
        what = "saving asks which of the two to keep" if session.document.is_dirty else "File › Read the file again"
        session.said.emit(f"{path.name} was changed by another program: {what}.", True)
