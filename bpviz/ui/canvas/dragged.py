"""An operation on its way from the palette to the canvas."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from ...ops import OPS

_FORMAT = "application/x-bpviz-operation"


def dragged(name: str) -> QMimeData:
    """What carries an operation by name."""
    data = QMimeData()
    data.setData(_FORMAT, name.encode())
    return data


def operation_in(data: QMimeData) -> str | None:
    """The operation that something dragged carries, if it does."""
    name = bytes(data.data(_FORMAT).data()).decode(errors="replace")
    return name if name in OPS else None


FORMATS = [_FORMAT]
