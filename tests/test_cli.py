"""The command line keeps its contract: what it prints where, and its exit status."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bpviz
from bpviz.arguments import HELP, OPTIONS
from bpviz.cli import main
from bpviz.document.diagram import Diagram
from bpviz.document.file import save
from bpviz.engine import trace as trace_module
from bpviz.graph.parse import parse
from bpviz.ops import OPS

ROOT = Path(__file__).resolve().parent.parent
NEURON = ["q = x + y; f = q * z", "x=-2", "y=5", "z=-4"]


def bpviz_process(
    *words: str | bytes, stdin: bytes = b"", without: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs the program as a user would."""
    known = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.run(
        [sys.executable, "-m", "bpviz", *words],
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        env=known | environment,
    )


class Printed:
    """What a command printed in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str, status: int = 0) -> str:
        """Standard output of a command, which must end with `status`, and say why if that is 2."""
        assert main(words) == status
        self.out, self.err = self.capsys.readouterr()
        if status == 2:
            assert re.fullmatch(r"bpviz: [^\n]+\n", self.err)
        else:
            assert self.err == ""
        return self.out

    def json(self, *words: str, status: int = 0) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self(*words, "--json", status=status), parse_constant=pytest.fail)
        return told

    def events(self, *words: str, status: int = 0) -> list[dict[str, Any]]:
        lines = self("steps", *words, "--json", status=status).splitlines()
        return [json.loads(line, parse_constant=pytest.fail) for line in lines]

    def complaint(self, *words: str) -> str:
        """The one line about bad input, after nothing on standard output."""
        assert self(*words, status=2) == ""
        return self.err.removeprefix("bpviz: ").rstrip("\n")


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    return Printed(capsys)


# grad


def test_grad_json_is_the_object_of_the_contract(printed: Printed) -> None:
    assert printed.json("grad", *NEURON) == {
        "output": "f",
        "value": -12.0,
        "values": {"x": -2.0, "y": 5.0, "q": 3.0, "z": -4.0, "f": -12.0},
        "gradients": {"x": -4.0, "y": -4.0, "q": -4.0, "z": 3.0, "f": 1.0},
    }


def test_grad_as_a_process() -> None:
    done = bpviz_process("grad", *NEURON, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["gradients"] == {"x": -4.0, "y": -4.0, "q": -4.0, "z": 3.0, "f": 1.0}


def test_grad_table(printed: Printed) -> None:
    assert printed("grad", "q = x + y; f = q * z / 3", "x=−2", "y=5.25", "z=-4").splitlines() == [
        "name               value             ∂f/∂name",
        "x                     −2  −1.3333333333333333",
        "y                   5.25  −1.3333333333333333",
        "q                   3.25  −1.3333333333333333",
        "z                     −4   1.0833333333333333",
        "f     −4.333333333333333                    1",
    ]


def test_grad_of_arrays(printed: Printed) -> None:
    told = printed.json("grad", "s = x + [1, 2, 3]; f = s²", "x=[0, 1, −1]")
    assert told["values"] == {"x": [0.0, 1.0, -1.0], "s": [1.0, 3.0, 2.0], "f": [1.0, 9.0, 4.0]}
    assert told["gradients"] == {"x": [2.0, 6.0, 4.0], "s": [2.0, 6.0, 4.0], "f": [1.0, 1.0, 1.0]}
    assert printed("grad", "2x", "x=[[1, 2]]").splitlines()[1] == "x     [[1, 2]]  [[2, 2]]"
    assert "[20 numbers]" in printed("grad", "2x", f"x={[1] * 20}")


def test_grad_of_another_output(printed: Printed) -> None:
    told = printed.json("grad", *NEURON, "--output", "q")
    assert (told["output"], told["value"]) == ("q", 3.0)
    assert told["gradients"] == {"x": 1.0, "y": 1.0, "q": 1.0, "z": 0.0, "f": 0.0}
    assert printed.json("grad", *NEURON, "--output=z")["gradients"]["z"] == 1.0
    unnamed = printed.json("grad", "x*y + z", "x=1", "y=2", "z=3", "--output", "v1")
    assert (unnamed["output"], unnamed["value"], unnamed["gradients"]["x"]) == ("v1", 2.0, 2.0)


def test_values_need_not_be_given_for_what_the_output_does_not_need(printed: Printed) -> None:
    told = printed.json("grad", *NEURON[:-1], "--output", "q")
    assert told["values"] == {"x": -2.0, "y": 5.0, "q": 3.0}
    assert printed("grad", *NEURON[:-1], "--output", "q").splitlines()[-1] == "f     f waits for z"


def test_programs_that_begin_with_a_minus_sign(printed: Printed) -> None:
    assert printed.json("grad", "-x**2", "x=3")["gradients"]["x"] == -6.0
    assert printed("grad", "--", "--x", "x=3").splitlines()[-1].split() == ["f", "3", "1"]
    assert printed.json("grad", "-(x)", "x=-3")["value"] == 3.0


def test_options_go_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grad", "--json", "x*2", "--output", "x", "x=1"]) == 0
    assert json.loads(capsys.readouterr().out)["output"] == "x"


def test_names_are_read_as_in_the_language(printed: Printed) -> None:
    assert printed.json("grad", "θ*x₁", "θ=2", "x₁=3")["gradients"] == {"θ": 3.0, "x1": 2.0, "f": 1.0}
    assert printed.json("grad", "e*x", "x=2", "e=1")["gradients"]["e"] == 2.0


# steps


def test_steps_json_tells_the_story(printed: Printed) -> None:
    assert printed.events("x*x", "x=3") == [
        {"step": 1, "event": "computed", "node": "x", "value": 3.0},
        {"step": 2, "event": "computed", "node": "f", "value": 9.0},
        {"step": 3, "event": "seeded", "node": "f", "gradient": 1.0},
        {
            "step": 4,
            "event": "sent",
            "source": "f",
            "target": "x",
            "slot": 0,
            "upstream": 1.0,
            "local": 3.0,
            "contribution": 3.0,
        },
        {"step": 5, "event": "accumulated", "target": "x", "before": 0.0, "contribution": 3.0, "after": 3.0},
        {
            "step": 6,
            "event": "sent",
            "source": "f",
            "target": "x",
            "slot": 1,
            "upstream": 1.0,
            "local": 3.0,
            "contribution": 3.0,
        },
        {"step": 7, "event": "accumulated", "target": "x", "before": 3.0, "contribution": 3.0, "after": 6.0},
    ]


@pytest.mark.parametrize(
    "words",
    [
        NEURON,
        ["sin(2x²) + x", "x=0.7"],
        ["w = parameter(0.5); σ(w*x + b)*w", "x=[1, 2]", "b=-1"],
        ["a = x*y; b = a*a; c = a + b; c*x", "x=1.5", "y=-2"],
    ],
    ids=lambda words: words[0],
)
def test_the_last_sum_of_every_node_is_its_gradient(printed: Printed, words: list[str]) -> None:
    after = {event["target"]: event["after"] for event in printed.events(*words) if event["event"] == "accumulated"}
    gradients = printed.json("grad", *words)["gradients"]
    assert {name: after[name] for name in gradients if name in after} == {
        name: gradient for name, gradient in gradients.items() if name != "f"
    }


def test_steps_in_words(printed: Printed) -> None:
    lines = printed("steps", *NEURON).splitlines()
    assert len(lines) == 14
    assert [line.split()[0] for line in lines] == [str(i) for i in range(1, 15)]
    assert lines[0] == " 1  The input x is −2."
    assert lines[4] == " 5  Compute f = q · z = 3 × (−4) = −12."
    assert lines[6] == " 7  f passes back 1 × (−4) = −4 to q, because locally ∂f/∂q = z = −4."
    assert lines[-1] == "14  y receives its only share: −4. So ∂f/∂y = −4."


def test_steps_are_told_while_they_are_made(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is printed is made: a reader that stops early has not waited for the rest."""
    made: list[int] = []
    original = trace_module.Trace.__getitem__

    def counted(trace: Any, i: Any) -> Any:
        made.append(i)
        if len(made) == 10:
            raise BrokenPipeError
        return original(trace, i)

    monkeypatch.setattr(trace_module.Trace, "__getitem__", counted)
    text = printed("steps", "+".join(["x"] * 500), "x=1", "--json")
    assert len(text.splitlines()) == 9


def test_a_reader_that_has_seen_enough() -> None:
    command = [sys.executable, "-m", "bpviz", "steps", "+".join(["x"] * 800), "x=1", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["event"] == "computed"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# What breaks


def test_what_broke_is_told_and_what_could_be_computed_is_printed(printed: Printed) -> None:
    told = printed.json("grad", "a = ln(x); b = 2*y; f = a + b", "x=-2", "y=3", status=2)
    assert told == {
        "output": "f",
        "value": None,
        "values": {"x": -2.0, "y": 3.0, "b": 6.0},
        "gradients": {},
        "failed": [{"node": "a", "reason": "ln is defined for x > 0; x is −2"}],
    }
    assert printed.err == "bpviz: a: ln is defined for x > 0; x is −2\n"
    lines = printed("grad", "a = ln(x); b = 2*y; f = a + b", "x=-2", "y=3", status=2).splitlines()
    assert lines[2] == "a     ln is defined for x > 0; x is −2"
    assert lines[-1] == "f     f waits for a, which could not be computed"
    assert lines[4].split() == ["b", "6"]
    events = printed.events("a = ln(x); b = 2*y; f = a + b", "x=-2", "y=3", status=2)
    assert [event["event"] for event in events] == ["computed"] * 4 + ["failed"]
    assert events[-1] == {"step": 5, "event": "failed", "node": "a", "reason": "ln is defined for x > 0; x is −2"}


def test_a_failure_that_the_output_does_not_need_is_no_failure(printed: Printed) -> None:
    told = printed.json("grad", "a = ln(x); f = x*y", "x=-2", "y=3")
    assert (told["value"], told["gradients"]) == (-6.0, {"x": 3.0, "y": -2.0, "f": 1.0})
    assert [failure["node"] for failure in told["failed"]] == ["a"]


def test_what_is_not_finite_is_a_text(printed: Printed) -> None:
    told = printed.json("grad", "sqrt(x)*[1, -1, 0]", "x=[0, 4, 0]", status=2)
    assert told["gradients"]["x"] == ["inf", -0.25, "nan"]
    assert printed.json("grad", "-sqrt(x)", "x=0", status=2)["gradients"]["x"] == "-inf"
    assert "is infinite, or too large for float64, where x is 0" in printed.err
    assert printed.events("sqrt(x)", "x=0", status=2)[3]["local"] == "inf"
    table = printed("grad", "-sqrt(x)", "x=0", status=2).splitlines()
    assert table[1].split() == ["x", "0", "−∞"]


@pytest.mark.parametrize(("text", "node"), [("1/0", "f"), ("0**-1", "f"), ("exp(1000)", "f"), ("1e200*1e200", "f")])
def test_programs_that_break_by_themselves(printed: Printed, text: str, node: str) -> None:
    assert printed.json("grad", text, status=2)["failed"][0]["node"] == node


def test_several_failures_are_one_line(printed: Printed) -> None:
    printed("grad", "ln(x) + sqrt(x) + 1/y", "x=-1", "y=0", status=2)
    assert printed.err == "bpviz: v₁: ln is defined for x > 0; x is −1 (and 2 more)\n"


def test_half_built_programs(printed: Printed) -> None:
    told = printed.json("grad", "a = x + 1; f = a*_", "x=1", status=2)
    assert told["values"] == {"x": 1.0, "a": 2.0}
    assert printed.err == "bpviz: f waits for its second input to be wired\n"


# Bad input


@pytest.mark.parametrize(
    ("words", "message"),
    [
        # the command line
        (["grad"], 'a program or a file is missing, as in: bpviz grad "x*y" x=2 y=3'),
        (["export", "-o", "a.png"], 'a program or a file is missing, as in: bpviz export "x*y" x=2 y=3'),
        (["grad", "x", "--jsn"], "bpviz grad has no option --jsn; did you mean --json?"),
        (["check", "x", "--zebra"], "bpviz check has no option --zebra; there are --output, --help, -h"),
        (["grad", "x", "--json=yes"], "--json takes no value"),
        (["grad", "x", "--output"], "--output needs a NAME"),
        (["export", "x", "-o"], "-o needs a PICTURE"),
        (["export", "x"], "where should the picture go? add -o picture.png, or .svg, or .pdf"),
        (["export", "x", "-o", "a.png", "--step", "two"], "--step needs a whole number, not “two”"),
        (["export", "x", "-o", "a.png", "--scale", "big"], "--scale needs a number, not “big”"),
        (["--verson"], "bpviz has no option --verson; did you mean --version?"),
        (["gard", "x*y", "x*y"], "“x*y” is not NAME=VALUE; did you mean bpviz grad?"),
        (["-"], "the window opens a file or a program; - is for the commands that print"),
        # values
        (["grad", "x*y", "2"], "“2” is not NAME=VALUE; write values as x=2, and a program in quotes"),
        (["grad", "x*y", "x==2"], "“x==2” is not NAME=VALUE; write values as x=2, and a program in quotes"),
        (["grad", "x*y", "x=1", "x=2"], "x is given two values"),
        (["grad", "x*y", "x=1"], "y has no value: add y=NUMBER"),
        (["grad", "x*y + z"], "x, y and z have no value: add x=NUMBER y=NUMBER z=NUMBER"),
        (["steps", "x*y + z", "y=1"], "x and z have no value: add x=NUMBER z=NUMBER"),
        (["check", "x*y", "y=1"], "x has no value: add x=NUMBER"),
        (["grad", "speed*2", "sped=1"], "there is no input sped; did you mean speed?"),
        (["grad", "x*2", "f=1"], "f is computed, so it cannot be given a value"),
        (["grad", "x*2", "x=nan"], "x: a value is a finite number, of at most about 1.8·10³⁰⁸"),
        (["grad", "x*2", "x=[1, inf]"], "x: a list of numbers is written [1, 2, 3] or [[1, 2], [3, 4]]"),
        (["grad", "x*2", "x=1e999"], "x: a value is a finite number, of at most about 1.8·10³⁰⁸"),
        (["grad", "x*2", "x="], "x: type a number, such as 2.5, or a list, such as [1, 2, 3]"),
        (["grad", "x*2", "x=a\nb"], "x: “a\\nb” is not a number; type one such as 2.5, or a list such as [1, 2, 3]"),
        (["grad", "x*y", "x=[1,2]", "y=[1,2,3]"], "column 1: multiply cannot combine x with shape 2 and y with"),
        (["grad", "x*2", "x=" + "[" * 100_000], "x: a list of numbers is written [1, 2, 3] or [[1, 2], [3, 4]]"),
        # programs and files
        (["grad", ""], "there is nothing here yet: write an expression, such as f = (x + y) * z"),
        (["grad", "sni(x)"], "column 1: there is no operation sni; did you mean sin?"),
        (["steps", "q = x +\nf = q"], "line 1, column 7: something is missing after +"),
        (["grad", "q = x; f = q", "x=1", "--output", "g"], "there is no node “g”"),
        (["grad", "price*2", "price=1", "--output", "prize"], "there is no node “prize”; did you mean price?"),
        (["grad", "missing.bpviz"], "cannot open missing.bpviz: there is no such file"),
        (["missing.bpviz"], "cannot open missing.bpviz: there is no such file"),
        (["grad", "missing.txt"], "there is no file missing.txt, and it is no program: column 8: “.” is not part of"),
        (["grad", "/"], "cannot open /: is a directory"),
        (["grad", "\udcff"], "column 1: “\\udcff” is not part of the language"),
        (["grad", "(" * 100_000], "column 1: a statement is longer than 10,000 characters"),
        (["grad", "(" * 9_000], "an expression is nested too deeply"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_and_exit_status_2(printed: Printed, words: list[str], message: str) -> None:
    assert printed.complaint(*words).startswith(message)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "there is nothing here yet"),
        (b"\xff\xfe\x00", "standard input is not a text in UTF-8: byte 1 is no part of one"),
        (bytes(range(256)) * 50, "standard input is not a text in UTF-8: byte 129 is no part of one"),
        (b"x*2\x00", "column 4: “\\x00” is not part of the language"),
        (b"(" * 100_000, "column 1: a statement is longer than 10,000 characters"),
        (b'{"format": "bpviz", "version": 1, "nodes": [', "cannot open standard input: it is damaged"),
        (b'{"format": "bpviz", "version": 99, "nodes": []}', "cannot open standard input: it was written by a newer"),
        (b'{"format": "bpviz", "version": 1, "nodes": []}', "the graph is empty"),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else "",
)
def test_bad_standard_input(data: bytes, message: str) -> None:
    done = bpviz_process("grad", "-", "--json", stdin=data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"bpviz: {message}")
    assert done.stderr.count(b"\n") == 1


def test_an_output_that_cannot_be_written() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here")
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "bpviz", "grad", "x*x", "x=3"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr == b"bpviz: the output cannot be written: no space left on device\n"


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bpviz.graph.parse.parse", interrupted)
    assert main(["grad", "x", "x=1"]) == 130
    assert capsys.readouterr() == ("", "")


def test_mistakes_of_ours_are_not_passed_off_as_the_user_s(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object) -> None:
        raise ValueError("ours")

    monkeypatch.setattr("bpviz.graph.parse.parse", mistaken)
    with pytest.raises(ValueError, match="ours"):
        main(["grad", "x", "x=1"])


# Where programs come from


def test_a_program_from_standard_input() -> None:
    done = bpviz_process("grad", "-", "x=1", "--json", stdin="﻿y = x²\r\nf = 3y − 4x\r\n".encode())
    assert done.returncode == 0
    assert json.loads(done.stdout)["gradients"] == {"x": 2.0, "y": 3.0, "f": 1.0}


def test_a_chain_of_thirty_thousand_from_standard_input() -> None:
    n = 30_000
    lines = ["t0 = x + 1", *(f"t{i} = t{i - 1} * 1.00001" for i in range(1, n + 1))]
    done = bpviz_process("grad", "-", "x=0", "--json", stdin="\n".join(lines).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    told = json.loads(done.stdout)
    assert told["output"] == f"t{n}"
    assert told["value"] == told["gradients"]["x"] == pytest.approx(1.00001**n, rel=1e-10)
    assert len(told["gradients"]) == n + 2


def test_a_program_in_a_file(printed: Printed, tmp_path: Path) -> None:
    path = tmp_path / "neuron.txt"
    path.write_text("q = x + y\nf = q * z\n", encoding="utf-8")
    assert printed.json("grad", str(path), *NEURON[1:])["value"] == -12.0
    path.write_bytes(b"\xff")
    assert printed.complaint("grad", str(path)).startswith(f"{path} is not a text in UTF-8")


@pytest.mark.parametrize("name", ["neuron.bpviz", "neuron.json"])
def test_a_document(printed: Printed, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    save(path, Diagram.of(parse(NEURON[0], {"x": -2, "y": 5, "z": -4})))
    assert printed.json("grad", str(path))["value"] == -12.0
    assert printed.json("grad", str(path), "z=2", "--output", "q")["gradients"]["x"] == 1.0
    assert printed.json("grad", str(path), "z=2")["value"] == 6.0
    assert printed.complaint("grad", str(path), "w=2").startswith("there is no input w (inputs: x, y, z)")
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert printed.complaint("grad", str(path)).startswith(f"cannot open {path}: it is damaged")


# check


def test_check_prints_one_line_per_input(printed: Printed) -> None:
    lines = printed("check", "w = parameter(3); w*x²", "x=-2").splitlines()
    assert [line.split()[0] for line in lines] == ["w", "x"]
    assert re.fullmatch(r"w +gradient 4 +complex step 4 +relative error \S+ +ok", lines[0])
    assert re.fullmatch(r"x +gradient −12 +complex step −12 +relative error \S+ +ok", lines[1])
    (line,) = printed("check", "abs(x)", "x=3").splitlines()
    assert re.fullmatch(r"x +gradient 1 +difference \S+ +relative error \S+ +ok", line)


def test_check_explains_corners(printed: Printed) -> None:
    (line,) = printed("check", "abs(x)", "x=0").splitlines()
    assert line.endswith(
        "kink at f: |x| has a corner at 0; its derivative there is taken as 0, by convention; "
        "the slope is −1 to the left and 1 to the right"
    )


def test_check_fails_when_a_gradient_is_wrong(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from bpviz.ops.op import Partial

    sine = OPS["sin"]
    rule = sine.partials[0]
    wrong = replace(sine, partials=(Partial(lambda x, out: 1.01 * rule.exact(x, out), rule.shown),))
    monkeypatch.setitem(sine.declaration.made, (sine.arity, ()), wrong)
    lines = printed("check", "sin(x)*y", "x=1", "y=2", status=1).splitlines()
    assert [line.split()[-1] for line in lines] == ["WRONG", "ok"]


def test_check_of_what_cannot_be_checked(printed: Printed) -> None:
    assert printed("check", "2 + 3") == "there are no inputs to check\n"
    assert "not checked: the gradient of x is ∞" in printed("check", "sqrt(x)", "x=0", status=2)
    assert "not checked: ln is defined for x > 0" in printed("check", "ln(x)", "x=-1", status=2)


# diagnose


def test_diagnose_prints_one_sentence_a_line(printed: Printed) -> None:
    lines = printed("diagnose", "h = relu(w*x + b); f = v*h", "w=-1", "x=2", "b=0.5", "v=3").splitlines()
    assert lines == [
        "h = relu(v₂) passes no gradient on: it is flat where v₂ is −1.5, so the gradient of w, x and b is exactly 0.",
        "The gradient of v is exactly 0 although f depends on it: it is lost at f = v · h: ∂f/∂v = h is 0, where v is "
        "3 and h is 0.",
    ]
    assert printed("diagnose", *NEURON) == "nothing stands out\n"
    assert printed("diagnose", *NEURON, "--output", "q") == "q does not depend on z, so nothing is learnt about it.\n"


def test_diagnose_json(printed: Printed) -> None:
    assert printed.json("diagnose", *NEURON) == {"output": "f", "findings": []}
    told = printed.json("diagnose", "; ".join(["h0 = x", *(f"h{i + 1} = σ(h{i})" for i in range(60))]), "x=0.3")
    (finding,) = told["findings"]
    assert (told["output"], finding["kind"], finding["node"], finding["start"]) == ("h60", "vanishes", "x", "h60")
    assert (finding["steps"], 0 < finding["ratio"] <= 0.25, finding["overall"] < 1e-30) == (61, True, True)
    assert finding["sentence"].startswith("The gradient vanishes on the way back from h₆₀ to x: over 61 nodes")


def test_diagnose_of_what_broke_ends_with_status_2(printed: Printed) -> None:
    assert printed("diagnose", "ln(x)*y", "x=-1", "y=2", status=2) == (
        "v₁ breaks on the way forward: ln is defined for x > 0; x is −1.\n"
    )
    (finding,) = printed.json("diagnose", "sqrt(x)", "x=0", status=2)["findings"]
    assert (finding["kind"], finding["node"]) == ("not finite", "f")
    assert printed.complaint("diagnose", "x*y", "x=1") == "y has no value: add y=NUMBER"
    assert printed.complaint("diagnose", "x", "--all").startswith("bpviz diagnose has no option --all")


def test_what_both_modes_cost(printed: Printed) -> None:
    words = ["a*b*c*d", "a=1", "b=2", "c=3", "d=4", "--costs"]
    assert printed("grad", *words).splitlines()[-1] == (
        "One backward pass: 6 multiplications, 0 additions, for all 4 inputs at once. "
        "Forward mode: 4 passes, 9 multiplications, 0 additions."
    )
    assert printed.json("grad", *words)["costs"] == {
        "reverse": {"passes": 1, "multiplications": 6, "additions": 0},
        "forward": {"passes": 4, "multiplications": 9, "additions": 0},
    }
    assert "costs" not in printed.json("grad", *words[:-1])


# whole arrays


def test_a_matrix_product_sends_back_by_its_rule(printed: Printed) -> None:
    words = ["y = A @ x; f = sum(y)", "A=[[1,2],[3,4]]", "x=[1,1]"]
    told = [json.loads(line) for line in printed("steps", *words, "--json").splitlines()]
    sent = {(event["source"], event["target"]): event for event in told if event["event"] == "sent"}
    assert sent["y", "x"]["local"] == [[1.0, 2.0], [3.0, 4.0]]
    assert sent["y", "x"]["rule"] == "Aᵀ · G, where G is the upstream gradient"
    assert (sent["y", "x"]["upstream"], sent["y", "x"]["contribution"]) == ([1.0, 1.0], [4.0, 6.0])
    assert sent["y", "A"]["local"] == [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]
    assert sent["y", "A"]["rule"] == "G ⊗ x, where G is the upstream gradient"
    assert (
        "y passes back Aᵀ · G = [4, 6] to x, where G = ∂f/∂y = [1, 1]. Locally ∂y/∂x is a matrix of 2 × 2 numbers."
        in printed("steps", *words)
    )


def test_a_large_jacobian_is_told_in_words_alone(printed: Printed) -> None:
    identity = json.dumps(np.eye(9).tolist())
    told = printed("steps", "f = A @ B", f"A={identity}", f"B={identity}", "--json").splitlines()
    sent = [event for event in map(json.loads, told) if event["event"] == "sent"]
    assert [(event["local"], event["rule"].split(",")[0]) for event in sent] == [(None, "G · Bᵀ"), (None, "Aᵀ · G")]
    assert "Locally ∂f/∂A is a matrix of 81 × 81 numbers." in printed(
        "steps", "f = A @ B", f"A={identity}", f"B={identity}"
    )


# derive, jacobian, hessian


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["3*x**2 - 4*x", "--wrt", "x"], "6*x - 4"),
        (["sin(2*x**2)"], "4*x*cos(2*x**2)"),
        (["x*y", "--wrt", "y"], "x"),
        (["2*x + y", "--wrt=x"], "2"),
        (["x**2 + y; z = 3*x", "--wrt", "x", "--output", "z"], "3"),
        (["ln(x)*x", "--wrt", "x"], "ln(x) + 1"),
        (["3*x**2 - 4*x", "--wrt", "x", "--latex"], "6x - 4"),
        (["sum((A @ x - b)**2)", "--wrt", "x", "A=[[1,2],[3,4]]", "x=[0,0]", "b=[1,1]"],
         "df_dx = transpose(A) @ (2 * (A @ x - b))"),
    ],
)  # fmt: skip
def test_derivatives_as_formulas(printed: Printed, words: list[str], expected: str) -> None:
    assert printed("derive", *words) == expected + "\n"


def test_a_formula_that_takes_long_is_still_answered(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpviz.engine.symbolic.PATIENCE", 0.01)
    assert printed("derive", "x**2*ln(x)", "--wrt", "x") == "ln(x)*(2*x) + x**2*(1/x)\n"


def test_hessians_and_jacobians(printed: Printed) -> None:
    told = printed("hessian", "x**2*y + y + 2", "x=3", "y=4", "--json")
    assert told == '{"output": "f", "wrt": ["x", "y"], "hessian": [[8.0, 6.0], [6.0, 0.0]]}\n'
    told = printed("jacobian", "y = A @ x", "A=[[1,2],[3,4]]", "x=[1,1]", "--wrt", "x", "--json")
    assert told == '{"output": "y", "wrt": ["x"], "jacobian": [[1.0, 2.0], [3.0, 4.0]]}\n'
    assert printed.json("hessian", "x**2*y + y + 2", "x=3", "y=4", "--wrt", "y,x")["hessian"] == [
        [0.0, 6.0],
        [6.0, 8.0],
    ]
    assert printed.json("hessian", "dot(x, A @ x)", "A=[[1,2],[3,4]]", "x=[1,1]", "--wrt", "x")["hessian"] == [
        [2, 5],
        [5, 8],
    ]
    assert printed("hessian", "x*y", "x=3", "y=4").splitlines() == ["   x  y", "x  0  1", "y  1  0"]


def test_large_derivatives_are_not_called_infinite(printed: Printed) -> None:
    assert printed.json("jacobian", "1e308*x + 1e308*y", "x=0.1", "y=0.1")["jacobian"] == [[1e308, 1e308]]


def test_what_cannot_be_derived_says_why(printed: Printed) -> None:
    assert printed.complaint("derive", "x*y") == "by which input? add --wrt x"
    assert printed.complaint("derive", "2") == "there is no input to derive by"
    assert printed.complaint("derive", "x*y", "--wrt", "z") == "there is no node “z”"
    assert printed.complaint("derive", "c = constant(2); c*x", "--wrt", "c").startswith("c is a constant")
    assert printed.complaint("hessian", "2*x", "x=[1,2]").startswith("f has the shape 2: a Hessian is of a scalar")
    assert printed.complaint("hessian", "x*y", "x=1") == "y has no value: add y=NUMBER"
    assert printed.complaint("jacobian", "x*y", "x=1", "y=2", "--wrt", "x,x") == "--wrt names an input twice: x,x"
    assert "the matrix is singular" in printed.complaint("jacobian", "inverse(A)", "A=[[1,2],[2,4]]")


# help, version, window


@pytest.mark.parametrize("command", [name for name in OPTIONS if name])
def test_help(printed: Printed, command: str) -> None:
    for words in ([command, "--help"], [command, "-h"], [command, "x", "--help"]):
        text = printed(*words)
        assert text == HELP[command] + "\n"
        assert "Example" in text
        assert all(option in text for option in OPTIONS[command])
        assert max(map(len, text.splitlines())) <= 110
    assert f"bpviz {command}" in printed("--help")


def test_the_examples_of_the_help_run(printed: Printed) -> None:
    import shlex

    examples = [line.strip() for text in HELP.values() for line in text.splitlines() if line.startswith("  bpviz ")]
    runnable = [words for words in map(shlex.split, examples) if words[1] in OPTIONS and words[1] != "export"]
    runnable = [words for words in runnable if "PROGRAM|FILE|-" not in words]
    runnable = [words for words in runnable if "|" not in words and "…]" not in words and ".bpviz" not in words[2]]
    assert len(runnable) >= 5
    for words in runnable:
        assert printed(*words[1:])


def test_version(printed: Printed) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert bpviz.__version__ == project.get("version", bpviz.__version__)
    assert printed("--version") == f"bpviz {bpviz.__version__}\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_without_a_display_the_window_says_so() -> None:
    done = bpviz_process("x*y", without=["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
    assert (done.returncode, done.stdout) == (2, b"")
    assert re.fullmatch(r"bpviz: there is no display [^\n]+bpviz export [^\n]+\n", done.stderr.decode())


def test_the_picture_is_drawn_without_a_display(tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    words = ["export", *NEURON[:-1], "-o", str(path), "--step", "3", "--theme", "dark", "--scale", "2"]
    done = bpviz_process(*words, "--transparent", without=["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert b"<svg" in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_from_top_to_bottom(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    done = bpviz_process("export", "x * y", "x=1", "y=2", "-o", str(path), "--direction", "down")
    assert (done.returncode, done.stderr) == (0, b"")
    width, height = (int.from_bytes(path.read_bytes()[at : at + 4], "big") for at in (16, 20))
    assert height > 84 + 84 + 100, "one card above the other"
    assert width < 168 * 3
    done = bpviz_process("export", "x * y", "-o", str(path), "--direction", "left")
    assert done.returncode == 2
    assert done.stderr.decode() == "bpviz: there is no direction 'left': choose right or down\n"


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    script = (
        "import sys, bpviz, bpviz.cli\n"
        "print([name for name in ('numpy', 'networkx', 'PySide6', 'msgspec') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True, timeout=60)
    assert done.stdout == b"[]\n"
