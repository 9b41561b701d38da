"""Formulas that are set in a quarter of the time look exactly as ziamath sets them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ziamath.config import config
from ziamath.zmath import Latex

from bpviz.engine.computation import computation
from bpviz.engine.derivation import derivation
from bpviz.engine.explain import node_latex
from bpviz.engine.trace import run
from bpviz.graph.program import full_formula
from bpviz.ops import OPS
from bpviz.ops.formula import Notation, written
from bpviz.ui import quick_ziamath
from bpviz.ui.examples import examples

HAND_PICKED = (
    r"\left(\left(\left(\frac{x}{y}\right)^{2} + 1\right)^{3} - \left[\frac{\frac{a}{b}}{c}\right]\right)^{4}",
    r"\left|\frac{\left(x\right)}{2}\right|_{1}^{2} \cdot \left\lfloor\frac{x}{2}\right\rfloor",
    r"\sqrt{\left(1 + \frac{1}{x}\right)^{2}} + \sqrt{x}",
    r"\sum_{i=1}^{n} \left(x_{i} - \frac{1}{n}\right)^{2} + \int_{0}^{1} \frac{x}{2}",
    r"\begin{pmatrix} 1 & \frac{2}{3} \\ 3 & 4 \end{pmatrix} \cdot \overline{x}",
    r"\mathrm{softmax}\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V",
    r"(\frac{a}{b}) + [\frac{c}{d}] + \{x\}",
    r"\left(x",  # no TeX
)


def formulas() -> Iterator[str]:
    """What the window sets: of every operation, and of the first and the last example at three moments."""
    yield from HAND_PICKED
    yield from (op.latex.template.format(*"xyzuvw") for op in OPS.values() if "{" in op.latex.template)
    known = examples()
    for example in (known[0], known[-1]):
        graph = example.diagram().graph
        trace = run(graph)
        for node in graph.nodes:
            yield node_latex(graph, node)
            whole = full_formula(graph, node, most=24)
            if whole is not None:
                yield written(whole, Notation.LATEX)
            for step in (0, len(trace) // 2, len(trace)):
                for derived in (computation(trace, node, step), derivation(trace, node, step)):
                    yield from () if derived is None else (line.latex for line in derived.lines)


def drawn(latex: str) -> str:
    try:
        return str(Latex(latex, size=17.0, color="#010203", inline=False).svg())
    except Exception as failure:
        return type(failure).__name__


@pytest.fixture
def as_shipped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """ziamath as it is, until `install`; afterwards quick again."""
    monkeypatch.setattr(config, "svg2", False)
    quick_ziamath.remove()
    yield
    quick_ziamath.install()


@pytest.mark.usefixtures("as_shipped")
def test_the_same_strokes() -> None:
    told = sorted({latex for latex in formulas() if latex})
    before = [drawn(latex) for latex in told]
    assert sum(text.startswith("<svg") for text in before) > 100
    quick_ziamath.install()
    for latex, strokes in zip(told, before, strict=True):
        assert drawn(latex) == strokes, latex


def test_brackets_stretch() -> None:
    quick_ziamath.install()
    low, high = (drawn(rf"\left({inside}\right)") for inside in ("x", r"\frac{\frac{x}{y}}{z}"))
    tall = [float(text.split('viewBox="')[1].split('"')[0].split()[3]) for text in (low, high)]
    assert tall[1] > 2 * tall[0]
