"""Derivations: every line at every moment, what is kept back, and LaTeX that compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from ziamath.zmath import Latex

from bpviz.engine.aligned import MOST_ROWS, latex, node_latex, whole_latex
from bpviz.engine.computation import computation
from bpviz.engine.derivation import derivation
from bpviz.engine.telling import Telling, told
from bpviz.engine.terms import Derivation, State
from bpviz.engine.trace import Trace, run
from bpviz.graph.graph import Graph, Value
from bpviz.graph.parse import parse
from bpviz.ops.numerals import Style
from tests.engine.random_graphs import graphs

CLASSIC = run(parse("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}))
TWO_WAYS = run(parse("a = x*y; b = x**2; f = a*b", {"x": 3, "y": 2}))


def plain(text: str) -> str:
    """LaTeX as one would read it out."""
    text = re.sub(r"\\frac\{\{\\partial\}(.+?)\}\{\{\\partial\}(.+?)\}(?= |$|\\)", r"∂\1/∂\2", text)
    for command, sign in (
        (r"\cdot", "·"),
        (r"\times", "×"),
        (r"\square", "□"),
        (r"\leftarrow", "←"),
        (r"\to ", "→ "),
        (r"\left", ""),
        (r"\right", ""),
    ):
        text = text.replace(command, sign)
    return text


def lines(derived: Derivation | None) -> list[str]:
    assert derived is not None
    return [plain(f"{line.left} = {line.latex}".lstrip()) for line in derived.lines]


def states(derived: Derivation | None) -> list[State]:
    """Of the terms of the chain rule."""
    assert derived is not None
    return [piece.state for piece in derived.lines[0].pieces]


def gradient(trace: Trace, name: str, step: int | None = None, *, is_under_way: bool = False) -> Derivation:
    found = derivation(trace, trace.graph.find(name), len(trace) if step is None else step, is_under_way=is_under_way)
    assert found is not None
    return found


def value(trace: Trace, name: str, step: int | None = None, *, is_under_way: bool = False) -> Derivation:
    step = len(trace) if step is None else step
    return computation(trace, trace.graph.find(name), step, is_under_way=is_under_way)


class TestBackward:
    def test_symbols_formulas_numbers_result(self) -> None:
        assert lines(gradient(TWO_WAYS, "x")) == [
            "∂f/∂x = ∂f/∂b · ∂b/∂x + ∂f/∂a · ∂a/∂x",
            "= ∂f/∂b · 2x + ∂f/∂a · y",
            "= 6 × 6 + 9 × 2",
            "= 54",
        ]

    def test_numbers_appear_as_the_story_comes_to_them(self) -> None:
        seed = TWO_WAYS.seed_position
        b, a = TWO_WAYS.wires_into(TWO_WAYS.graph.find("x"))
        told = {step: lines(gradient(TWO_WAYS, "x", step))[2:] for step in range(seed, len(TWO_WAYS) + 1)}
        assert told[seed] == told[seed + 2] == ["= □ × □ + □ × □", "= □"], "a has been sent to, but has nothing yet"
        assert told[seed + 3] == ["= □ × □ + 9 × 2", "= □"]
        sent_b, sent_a = TWO_WAYS.sent_position(b), TWO_WAYS.sent_position(a)
        assert told[sent_b] == ["= 6 × 6 + 9 × 2", "= □"]
        assert told[sent_b + 1] == told[sent_b + 2] == ["= 6 × 6 + 9 × 2", "= 36 + □"]
        assert told[sent_a + 1] == ["= 6 × 6 + 9 × 2", "= 36 + 18"]
        assert told[sent_a + 2] == ["= 6 × 6 + 9 × 2", "= 54"]

    def test_states_and_what_acts(self) -> None:
        sent = TWO_WAYS.sent_position(TWO_WAYS.wires_into(TWO_WAYS.graph.find("x"))[0])
        told = []
        for step, is_under_way in ((sent, False), (sent, True), (sent + 1, False), (sent + 1, True), (sent + 2, False)):
            derived = gradient(TWO_WAYS, "x", step, is_under_way=is_under_way)
            told.append((states(derived), [piece.is_acting for piece in derived.lines[0].pieces]))
        ready, multiplied, was_sent, added = State.READY, State.MULTIPLIED, State.SENT, State.ADDED
        assert told == [
            ([ready, ready], [False, False]),
            ([multiplied, ready], [True, False]),
            ([was_sent, ready], [True, False]),
            ([was_sent, ready], [True, False]),
            ([added, ready], [True, False]),
        ]

    def test_a_term_belongs_to_one_wire_in_every_line(self) -> None:
        b, a, x = (TWO_WAYS.graph.find(name) for name in "bax")
        for line in gradient(TWO_WAYS, "x").lines[:3]:
            assert [piece.wires for piece in line.pieces] == [((b, 0),), ((a, 0),)]
        assert gradient(TWO_WAYS, "x").lines[3].pieces[0].wires == ((b, 0), (a, 0))
        both = gradient(run(parse("f = x*x", {"x": 3})), "x").lines[0].pieces
        assert [piece.wires for piece in both] == [((x + 1, 0),), ((x + 1, 1),)], "two wires between the same two nodes"

    def test_words(self) -> None:
        sent = TWO_WAYS.sent_position(TWO_WAYS.wires_into(TWO_WAYS.graph.find("x"))[0])
        for step, words in (
            (0, "∂f/∂b times ∂b/∂x: still to come"),
            (sent, "∂f/∂b times ∂b/∂x: 6 times 6, ready to be multiplied"),
            (len(TWO_WAYS), "∂f/∂b times ∂b/∂x: 6 times 6, added"),
        ):
            assert gradient(TWO_WAYS, "x", step).lines[0].pieces[0].words == words

    def test_the_output_begins_with_one(self) -> None:
        assert lines(gradient(CLASSIC, "f", 5)) == ["∂f/∂f = □"]
        assert lines(gradient(CLASSIC, "f", 6)) == ["∂f/∂f = 1"]
        assert gradient(CLASSIC, "f").remarks == ("The output's own gradient is 1: the way back starts here.",)

    def test_nothing_leads_to_it(self) -> None:
        derived = gradient(run(parse("g = 3*x; f = 2*y; f", {"x": 1, "y": 1})), "x")
        assert lines(derived) == ["∂f/∂x = 0"]
        assert derived.remarks == ("f does not depend on x.",)

    @pytest.mark.parametrize(
        ("text", "name"), [("c = constant(3); f = x*c", "c"), ("f = x * _", "f"), ("f = ln(x)", "x")]
    )
    def test_no_gradient_no_derivation(self, text: str, name: str) -> None:
        trace = run(parse(text, {"x": -2}))
        assert derivation(trace, trace.graph.find(name), len(trace)) is None

    def test_at_a_kink_a_convention_takes_the_place_of_the_formula(self) -> None:
        derived = gradient(run(parse("f = relu(x)", {"x": 0})), "x")
        assert lines(derived) == ["∂f/∂x = ∂f/∂f · ∂f/∂x", "= 1 × 0", "= 0"]
        (remark,) = derived.remarks
        assert remark == "f is at a kink: relu has a corner at 0; its derivative there is taken as 0, by convention."

    @pytest.mark.parametrize("step", range(20))
    def test_of_many_shares_the_one_that_acts_is_shown(self, step: int) -> None:
        trace = run(parse(" + ".join(f"{k}*x" for k in range(2, 12)), {"x": 1}))
        wires = trace.wires_into(trace.graph.find("x"))
        moment = trace.sent_position(wires[step // 2]) + step % 2
        derived = gradient(trace, "x", moment, is_under_way=True)
        shown = derived.lines[0].pieces
        assert len(shown) <= 5
        assert sum("more share" in piece.words for piece in shown) in (1, 2)
        (acting,) = [piece for piece in shown if piece.is_acting]
        sent = trace.sent(wires[step // 2])
        assert acting.wires == ((sent.source, sent.slot),)
        hidden = sum(int(piece.words.split()[0]) for piece in shown if "more share" in piece.words)
        assert hidden + sum("more share" not in piece.words for piece in shown) == len(wires)

    def test_long_names_are_cut_but_not_in_what_is_copied(self) -> None:
        name = "n" * 200
        trace = run(parse(f"f = {name} * theta_1", {name: 1, "theta_1": -2e-9}))
        shown = gradient(trace, name)
        assert "n" * 12 not in shown.lines[0].latex
        assert name in shown.lines[0].pieces[0].words
        assert name in node_latex(trace, trace.graph.find(name), len(trace))
        assert lines(shown)[1].endswith(r"· \theta_{1}")
        assert lines(shown)[2] == "= 1 × (-2 · 10^{-9})"

    def test_infinities_and_nan(self) -> None:
        trace = run(parse("f = sqrt(x) * y", {"x": 0, "y": 0}))
        assert lines(gradient(trace, "x"))[2:] == [r"= 0 × \infty ", r"= \text{NaN}"]
        assert lines(gradient(trace, "y"))[-1] == "= 0"


class TestArrays:
    TRACE = run(parse("A = [[1, 2], [3, 4], [5, 6]]; x = [1, -1]; y = A @ x; f = sum(y)"))

    def test_a_structured_operation_is_told_by_what_it_sends_back(self) -> None:
        derived = gradient(self.TRACE, "x")
        assert lines(derived) == ["∂f/∂x = ∂f/∂y · ∂y/∂x", r"= A^{\top}\,G", "= [9, 12]"]
        assert derived.remarks == ("G is the gradient of y.",)

    def test_what_has_no_room_is_said_by_its_shape(self) -> None:
        derived = gradient(self.TRACE, "A")
        assert lines(derived) == ["∂f/∂A = ∂f/∂y · ∂y/∂A", r"= G \otimes x"]
        assert derived.remarks == ("G is the gradient of y.", "All are arrays of 3 × 2 numbers, which stand below.")

    def test_entry_by_entry(self) -> None:
        derived = gradient(run(parse("f = sum(x * y)", {"x": [1, 2], "y": [3, -4]})), "x")
        assert lines(derived)[1:] == [r"= ∂f/∂v_{1} · y", r"= [1, 1] \odot [3, -4]", "= [3, -4]"]
        assert derived.remarks == ("⊙ multiplies entry by entry.",)

    def test_what_was_spread_is_added_up(self) -> None:
        derived = gradient(run(parse("f = sum(a * [1, 2])", {"a": 3})), "a")
        assert lines(derived)[-1] == "= 3"
        assert derived.remarks == ("a was used for several entries at once, so their shares are added up.",)


class TestForward:
    def test_symbols_numbers_result(self) -> None:
        assert lines(value(CLASSIC, "q")) == ["q = x + y", "= -2 + 5", "= 3"]
        assert lines(value(CLASSIC, "f")) == ["f = q · z", "= 3 × (-4)", "= -12"]
        assert lines(value(CLASSIC, "x")) == ["x = -2"]

    def test_numbers_appear_as_the_story_comes_to_them(self) -> None:
        assert [lines(value(CLASSIC, "q", step))[1:] for step in range(5)] == [
            ["= □ + □", "= □"],
            ["= -2 + □", "= □"],
            ["= -2 + 5", "= □"],
            ["= -2 + 5", "= □"],
            ["= -2 + 5", "= 3"],
        ]

    def test_the_inputs_belong_to_their_wires(self) -> None:
        q = CLASSIC.graph.find("q")
        for line in value(CLASSIC, "q").lines[:2]:
            assert [piece.wires for piece in line.pieces] == [((q, 0),), ((q, 1),)]
        (whole,) = value(run(parse("f = x / y", {"x": 1, "y": 2})), "f").lines[0].pieces
        assert len(whole.wires) == 2, "the parts of a fraction are one piece"

    def test_it_acts_while_it_is_computed(self) -> None:
        for step, is_under_way, acts in ((3, False, False), (3, True, True), (4, False, True), (4, True, False)):
            pieces = value(CLASSIC, "q", step, is_under_way=is_under_way).lines[0].pieces
            assert all(piece.is_acting is acts for piece in pieces)

    def test_arrays(self) -> None:
        trace = run(parse("y = A @ x; f = 2 * z", {"A": [[1, 2], [3, 4]], "x": [1, -1], "z": [1e-7, 2e-9]}))
        assert lines(value(trace, "y")) == [r"y = A \, x", "= [-1, -1]"]
        assert lines(value(trace, "f"))[0] == "f = 2z"
        assert lines(value(trace, "f"))[1] == r"= 2 × [1 · 10^{-7}, 2 · 10^{-9}]"

    def test_what_is_not_wired_is_an_empty_box(self) -> None:
        assert lines(value(run(parse("f = x * _", {"x": 2})), "f")) == ["f = x · □", "= 2 × □", "= □"]


class TestOtherStories:
    def test_tangents(self) -> None:
        story = told(TWO_WAYS, Telling.FORWARD, TWO_WAYS.graph.find("x"))
        assert lines(gradient(story, "f")) == [
            "∂f/∂x = ∂a/∂x · ∂f/∂a + ∂b/∂x · ∂f/∂b",
            "= ∂a/∂x · b + ∂b/∂x · a",
            "= 2 × 9 + 6 × 6",
            "= 54",
        ]
        assert lines(gradient(story, "x")) == ["∂x/∂x = 1"]
        assert gradient(story, "y").remarks == ("y does not depend on x.",)

    def test_tangents_of_arrays_start_ahead(self) -> None:
        trace = run(parse("f = sum(x * x)", {"x": [1.0, 2.0]}))
        story = told(trace, Telling.FORWARD, trace.graph.find("x"))
        assert gradient(story, "x").remarks == (
            "1 in every entry: tangents start here, with all entries of x growing by 1 together.",
        )

    def test_what_is_overwritten_is_not_added(self) -> None:
        story = told(TWO_WAYS, Telling.OVERWRITES)
        last = story.sent_position(story.wires_into(story.graph.find("x"))[-1])
        assert lines(gradient(story, "x", last))[-1] == "= 36 → □"
        assert lines(gradient(story, "x", last + 1))[-1] == "= 18"
        assert lines(gradient(story, "x", last + 2))[-2:] == ["= 6 × 6 → 9 × 2", "= 18"]
        assert "takes the place" in gradient(story, "x").remarks[0]


# LaTeX


@lru_cache
def is_set(text: str) -> bool:
    """Whether ziamath can set a formula, and all brackets close."""
    opening, closing = (len(re.findall(rf"\\{side}(?![a-z])", text)) for side in ("left", "right"))
    return bool(Latex(text).svg()) and text.count("{") == text.count("}") and opening == closing


def rows(text: str) -> list[str]:
    """The rows of an `align*`, each with its one `&` taken out."""
    body = text.split(r"\begin{align*}")[1].split(r"\end{align*}")[0]
    found = [row.strip() for row in body.split(r" \\" + "\n")]
    assert all(row.replace(r"\&", "").count("&") == 1 for row in found)
    return [row.replace("&", "", 1) for row in found]


def test_a_derivation_as_latex() -> None:
    assert latex(gradient(CLASSIC, "q")) == (
        "% needs \\usepackage{amsmath, amssymb}\n"
        "\\begin{align*}\n"
        "  \\frac{{\\partial}f}{{\\partial}q} &= "
        "\\frac{{\\partial}f}{{\\partial}f} \\cdot \\frac{{\\partial}f}{{\\partial}q} \\\\\n"
        "  &= \\frac{{\\partial}f}{{\\partial}f} \\cdot z \\\\\n"
        "  &= 1 \\times \\left(-4\\right) \\\\\n"
        "  &= -4\n"
        "\\end{align*}"
    )


def test_everything_that_happens_as_latex() -> None:
    assert [plain(row) for row in rows(whole_latex(CLASSIC))] == [
        "x = -2",
        "y = 5",
        "z = -4",
        "q = x + y = -2 + 5 = 3",
        "f = q · z = 3 × (-4) = -12",
        "∂f/∂f = 1",
        "∂f/∂f · ∂f/∂q = ∂f/∂f · z = 1 × (-4) = -4",
        "∂f/∂q = -4",
        "∂f/∂f · ∂f/∂z = ∂f/∂f · q = 1 × 3 = 3",
        "∂f/∂z = 3",
        "∂f/∂q · ∂q/∂x = ∂f/∂q · 1 = -4 × 1 = -4",
        "∂f/∂x = -4",
        "∂f/∂q · ∂q/∂y = ∂f/∂q · 1 = -4 × 1 = -4",
        "∂f/∂y = -4",
    ]
    assert [
        plain(row) for row in rows(whole_latex(TWO_WAYS)) if row.startswith(r"\frac{{\partial}f}{{\partial}x}")
    ] == [
        "∂f/∂x ← 36",
        "∂f/∂x = 36 + 18 = 54",
    ]


def test_as_latex_nothing_is_told_that_is_still_to_come() -> None:
    assert len(rows(whole_latex(CLASSIC, until=7))) == 7
    kept_back = node_latex(TWO_WAYS, TWO_WAYS.graph.find("x"), TWO_WAYS.seed_position)
    assert r"\square" in kept_back
    assert "54" not in kept_back


def test_a_very_long_derivation_says_what_it_leaves_out() -> None:
    trace = run(parse("; ".join(["a0 = x"] + [f"a{k} = sin(a{k - 1})" for k in range(1, 1000)]), {"x": 1}))
    text = whole_latex(trace)
    assert len(rows(text)) == MOST_ROWS
    assert text.endswith(f"% … and {len(trace) - MOST_ROWS:,} more steps")


PROGRAMS: list[tuple[str, dict[str, Value]]] = [
    ("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}),
    ("f = relu(x) + abs(y) + max(x, y)", {"x": 0, "y": 0}),
    ("A = [[1, 2], [3, 4]]; x = [1e-9, -1]; y = softmax(A @ x); f = sum(ln(y))", {}),
    ("w_in = theta**2 / alpha_1; loss_total = sigmoid(w_in)", {"theta": 1e-12, "alpha_1": 3}),
    ("f = 1 / x + ln(x)", {"x": 0}),
    (f"f = größe_1 * x_{'y' * 60}", {"größe_1": 2, f"x_{'y' * 60}": 3}),
]


@pytest.mark.parametrize(("text", "values"), PROGRAMS)
def test_every_row_can_be_set(text: str, values: dict[str, Value]) -> None:
    trace = run(parse(text, values))
    for row in rows(whole_latex(trace)):
        assert is_set(row)
    for node in trace.graph.nodes:
        for step in range(0, len(trace) + 1, 40):
            for row in rows(node_latex(trace, node, step)):
                assert is_set(row)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no LaTeX on this machine")
@pytest.mark.parametrize(("text", "values"), PROGRAMS)
def test_latex_compiles(tmp_path: Path, text: str, values: dict[str, Value]) -> None:
    body = whole_latex(run(parse(text, values)))
    head = "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amsmath, amssymb}\n\\begin{document}\n"
    (tmp_path / "derivation.tex").write_text(f"{head}{body}\n\\end{{document}}", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "derivation.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]


# Any graph


@given(graphs())
@settings(max_examples=40)
def test_of_any_graph_terms_come_in_the_order_of_the_trace(graph: Graph) -> None:
    trace = run(graph)
    for node in graph.nodes:
        end = derivation(trace, node, len(trace))
        if end is None or not trace.wires_into(node):
            continue
        assert set(states(end)) == {State.ADDED}
        sent = [trace.sent_position(wire) for wire in trace.wires_into(node)]
        for step in (0, trace.seed_position, sent[0] + 1, sent[-1] + 1):
            now = derivation(trace, node, step)
            assert now is not None
            added = sum(position + 2 <= step for position in sent)
            assert [s is State.ADDED for s in states(now)][: min(added, 2)] == [True] * min(added, 2)
            assert (State.SENT in states(now)) == any(position + 1 == step for position in sent)
            assert len(now.lines) == len(end.lines), "no line comes or goes"
        values = [np.isfinite(trace.gradient(node) or 0.0).all()]
        assert values == [True] or "NaN" in end.lines[-1].latex or "infty" in end.lines[-1].latex


def test_numbers_are_written_as_the_reader_wants_them() -> None:
    trace = run(parse("f = x * y", {"x": 1 / 3, "y": -1 / 3}))
    assert lines(gradient(trace, "x"))[-1] == "= -0.3333"
    exact = trace.written(Style(2, {1 / 3: Fraction(1, 3), -1 / 3: Fraction(-1, 3)}))
    assert lines(gradient(exact, "x"))[-2:] == [r"= 1 × (-\frac{1}{3})", r"= -\frac{1}{3}"]
    assert lines(value(exact, "f")) == ["f = x · y", r"= \frac{1}{3} × (-\frac{1}{3})", "= -0.11"]
    assert r"-\frac{1}{3}" in whole_latex(exact)
