"""How colours look to eyes that lack a kind of cone, and how different they then are.

Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE
Transactions on Visualization and Computer Graphics 15 (2009): the matrices for a severity of 1, on linear RGB.
Differences are those of CIE 2000 (Sharma, Wu and Dalal, Color Research and Application 30, 2005): 1 is just
noticeable for colours side by side, 10 is seen at a glance, 100 lies between black and white.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

Floats = NDArray[np.float64]

VISIONS: dict[str, Floats] = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "no colours": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _TO_XYZ @ np.ones(3)


def seen(rgb: Floats, vision: str) -> Floats:
    """sRGB colours from 0 to 1, in the last axis, as they look to such eyes."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    looks = np.clip(linear @ VISIONS[vision].T, 0.0, 1.0)
    return np.where(looks <= 0.0031308, 12.92 * looks, 1.055 * looks ** (1 / 2.4) - 0.055)


def picture_seen(image: QImage, vision: str) -> QImage:
    """A whole picture."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    pixels = rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3)
    looks = np.ascontiguousarray(np.rint(255.0 * seen(pixels / 255.0, vision)).astype(np.uint8))
    return QImage(looks.data, plain.width(), plain.height(), 3 * plain.width(), QImage.Format.Format_RGB888).copy()


def difference(one: QColor, other: QColor, vision: str = "normal") -> float:
    """ΔE of CIE 2000 between two colours as they look to such eyes."""
    return delta_e(_lab(one, vision), _lab(other, vision))


def _lab(colour: QColor, vision: str) -> Floats:
    rgb = seen(np.array([colour.redF(), colour.greenF(), colour.blueF()]), vision)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = _TO_XYZ @ linear / _WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def delta_e(one: Floats, other: Floats) -> float:
    """ΔE of CIE 2000 between two colours of CIELAB: L, a, b."""
    chroma = [float(np.hypot(lab[1], lab[2])) for lab in (one, other)]
    mean_chroma = sum(chroma) / 2
    g = 0.5 * (1 - np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7)))
    a = [(1 + g) * lab[1] for lab in (one, other)]
    c = [float(np.hypot(x, lab[2])) for x, lab in zip(a, (one, other), strict=True)]
    h = [float(np.degrees(np.arctan2(lab[2], x)) % 360) for x, lab in zip(a, (one, other), strict=True)]
    turn = (h[1] - h[0] + 180) % 360 - 180 if c[0] * c[1] else 0.0
    d_light, d_chroma = other[0] - one[0], c[1] - c[0]
    d_hue = 2 * np.sqrt(c[0] * c[1]) * np.sin(np.radians(turn) / 2)
    light, mean_c = (one[0] + other[0]) / 2, sum(c) / 2
    hue = (h[0] + turn / 2) % 360 if c[0] * c[1] else sum(h)
    t = 1 + sum(
        weight * np.cos(np.radians(times * hue + shift))
        for weight, times, shift in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    )
    s_light = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_chroma, s_hue = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rotation = (
        -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    )
    parts = d_light / s_light, d_chroma / s_chroma, d_hue / s_hue
    return float(np.sqrt(sum(part**2 for part in parts) + rotation * parts[1] * parts[2]))
