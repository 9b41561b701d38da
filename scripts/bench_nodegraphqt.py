"""How long NodeGraphQt takes to repaint, for `bench_canvas.py --compare`.  It is no dependency of bpviz."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_OTHER = """
import json, os, random, sys, time
sys.path[:0] = sys.argv[1:2]
import setuptools  # brings distutils back, which Qt.py asks for
from PySide6 import QtCore, QtGui, QtWidgets
application = QtWidgets.QApplication([])
from NodeGraphQt import BaseNode, NodeGraph

class Two(BaseNode):
    __identifier__ = "bench"
    NODE_NAME = "two"
    def __init__(self):
        super().__init__()
        self.add_input("a"); self.add_input("b"); self.add_output("out")

found = {}
for nodes in map(int, sys.argv[2:]):
    chance, graph = random.Random(5), NodeGraph()
    graph.set_acyclic(False)
    graph.register_node(Two)
    rows, made = max(10, round(nodes ** 0.5)), []
    for i in range(nodes):
        node = graph.create_node("bench.Two", pos=[i // rows * 260.0, i % rows * 112.0], selected=False,
                                 push_undo=False)
        if i >= rows:
            for slot in range(2 if i % 5 < 3 else 1):
                source = made[max(0, i - chance.randint(rows // 2, 3 * rows))]
                source.output(0).connect_to(node.input(slot), push_undo=False)
        made.append(node)
    widget = graph.widget
    widget.resize(1280, 720)
    widget.show()
    for _ in range(5): application.processEvents()
    graph.clear_selection()
    for node in made: node.set_selected(True)
    graph.fit_to_selection()
    graph.clear_selection()
    for _ in range(5): application.processEvents()
    viewer = graph.viewer()
    times = []
    for i in range(14):
        start = time.process_time()
        viewer._set_viewer_pan(*[(9.0, 5.0), (-9.0, -5.0)][i % 2])
        application.processEvents()
        times.append((time.process_time() - start) * 1000.0)
    found[nodes] = sorted(times[4:])[5]
print("FOUND" + json.dumps(found))
sys.stdout.flush()
os._exit(0)
"""


def repaints(where: Path, sizes: Iterable[int]) -> dict[int, float]:
    """The median of a pan with all in view, in milliseconds of processor time, for graphs of so many nodes; NodeGraphQt
    is found in a folder, and runs in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", _OTHER, str(where), *map(str, sizes)], capture_output=True, text=True, timeout=600
    )
    if "FOUND" not in run.stdout:
        sys.exit(f"NodeGraphQt did not run: {run.stderr.strip()[-2000:]}")
    return {int(size): time for size, time in json.loads(run.stdout.split("FOUND")[1]).items()}
