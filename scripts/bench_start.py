"""From start to the first painted window: bpviz against a bare PySide6 window, in fresh processes of one run.

Prints the medians and their ratio, and writes them as JSON with `--json`.  The aim is a ratio of at most 2.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("painted", flush=True)
        app.quit()
app = QApplication([])
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""
OURS = """
import sys
from bpviz.ui import app
class Window(app.Window):
    times = 0
    def event(self, event):
        seen = super().event(event)
        if event.type() == event.Type.Paint and not self.times:
            type(self).times = 1
            print("painted", flush=True)
        return seen
app.Window = Window
from PySide6.QtCore import QTimer
original = app.begin
def begin(*arguments):
    original(*arguments)
    def finish():
        print("shown", flush=True)
        app.application().quit()
    arguments[0].canvas.repaint()
    QTimer.singleShot(0, finish)
app.begin = begin
app.main()
"""


def seconds_until(script: str, words: tuple[str, ...]) -> list[float]:
    """Seconds from the start of a fresh Python until it prints each of these words."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        found = []
        for word in words:
            while (line := child.stdout.readline().strip()) != word:
                if not line and child.poll() is not None:
                    raise SystemExit(f"bench_start: the window ended before it said {word!r}")
            found.append(time.perf_counter() - start)
    return found


def main() -> int:
    """Measures both in turns, so that a busy machine slows down both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    bare, painted, shown = [], [], []
    for _ in range(options.runs):
        bare += seconds_until(BARE, ("painted",))
        first, whole = seconds_until(OURS, ("painted", "shown"))
        painted.append(first)
        shown.append(whole)
    medians = {
        "bare": statistics.median(bare),
        "painted": statistics.median(painted),
        "shown": statistics.median(shown),
    }
    ratios = {f"{name} / bare": medians[name] / medians["bare"] for name in ("painted", "shown")}
    if options.json:
        print(json.dumps({"seconds": medians, "ratios": ratios}))
    else:
        print(f"a bare PySide6 window, painted   {medians['bare'] * 1000:6.0f} ms")
        print(f"bpviz's window, painted          {medians['painted'] * 1000:6.0f} ms  {ratios['painted / bare']:.2f} ×")
        print(f"with the first example shown     {medians['shown'] * 1000:6.0f} ms  {ratios['shown / bare']:.2f} ×")
    return 0 if ratios["painted / bare"] <= 2.0 else 1


if __name__ == "__main__":
    sys.exit(main())
