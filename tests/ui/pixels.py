"""Pictures as numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def levels(image: QImage) -> NDArray[np.int16]:
    """Rows × columns × three colours, each of 255 levels; of a picture without transparency."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return rows[:, : image.width(), :3].astype(np.int16)


def apart(one: QImage, other: QImage) -> int:
    """By how many levels two pictures of a size differ at most, in any colour."""
    return int(np.abs(levels(one) - levels(other)).max())
