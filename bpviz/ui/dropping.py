"""Files that are dragged here from elsewhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from .files import Files
from .session import Session


def files_in(data: QMimeData) -> list[Path]:
    """The files on this machine among what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def open_dropped(data: QMimeData, files: Files, session: Session) -> None:
    """Opens the first file; a window has one document."""
    paths = files_in(data)
    if paths and files.open_path(paths[0]) and len(paths) > 1:
        session.said.emit(f"Of {len(paths)} files, {paths[0].name} was opened: a window has one document.", False)
