"""Run by test_bad_input.py in a process of its own, where QT_SCALE_FACTOR is set: opens the window, plays, is seen.

Prints the ratio of pixels, the sizes of the picture and of the window, how far was played, whether all cards are in
view, how opaque the four corners are, and how many colours there are in a row across the middle.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest

from bpviz.document.diagram import Diagram
from bpviz.graph.parse import parse
from bpviz.ui.application import application
from bpviz.ui.settings import FOLLOWING
from bpviz.ui.window import Window

app = application(offscreen=True)
window = Window(QSettings(sys.argv[1], QSettings.Format.IniFormat))
window.resize(1280, 720)
window.show()
window.activateWindow()
assert QTest.qWaitForWindowActive(window)
window.session.playback.is_animated = False
window.session.settings.set(FOLLOWING, False)  # all of the graph stays in view
window.session.open(Diagram.of(parse("p = w*x + b; f = sigmoid(p)", {"w": 2, "x": 0.5, "b": -1})), None)
window.canvas.setFocus()
QTest.keyClick(window.windowHandle(), Qt.Key.Key_Home)
for _ in range(7):
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Right)
picture = window.grab().toImage()
canvas, rects = window.canvas, window.session.scenery.rects.values()
corners = [canvas.to_screen((rect.x, rect.y)) for rect in rects]
corners += [canvas.to_screen((rect.right, rect.bottom)) for rect in rects]
bottom, right = picture.height() - 2, picture.width() - 2
print(
    json.dumps(
        {
            "ratio": picture.devicePixelRatio(),
            "picture": [picture.width(), picture.height()],
            "window": [window.width(), window.height()],
            "time": window.session.playback.time,
            "in view": all(canvas.rect().contains(corner) for corner in corners),
            "painted": [picture.pixelColor(x, y).alpha() for x in (1, right) for y in (1, bottom)],
            "told apart": len({picture.pixel(x, picture.height() // 2) for x in range(picture.width())}),
        }
    )
)
