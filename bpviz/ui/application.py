"""The one QApplication, with the program's fonts and style."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from . import fonts

_WITHOUT_CLIPBOARD = {"offscreen", "minimal", "minimalegl", "linuxfb", "eglfs", "vnc"}  # platforms


def application(arguments: Sequence[str] = ("bpviz",), *, offscreen: bool = False) -> QApplication:
    """The application, made if there is none yet, with its fonts; `offscreen` never asks for a display."""
    made = bare_application(arguments, offscreen=offscreen)
    fonts.load()
    made.setFont(fonts.font(fonts.Face.TEXT, 13))
    return made


def bare_application(arguments: Sequence[str] = ("bpviz",), *, offscreen: bool = False) -> QApplication:
    """The application before its fonts are read."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if sys.platform.startswith("linux"):
        os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*.warning=false")
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    made = QApplication(list(arguments))
    made.setApplicationName("bpviz")
    made.setApplicationDisplayName("bpviz")
    made.setOrganizationName("bpviz")
    made.setStyle("Fusion")
    atexit.register(_empty_own_clipboard)
    return made


def _empty_own_clipboard() -> None:
    """Where there is no clipboard but the program's, Qt would keep what was copied until after the end of Python, in
    which it was made, and crash.  Elsewhere it stays for other programs, as far as the system lets it."""
    if QApplication.platformName() in _WITHOUT_CLIPBOARD and QApplication.instance() is not None:
        QApplication.clipboard().clear()
