"""The words of a command line, understood: which command, which program, which values, which options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

HELP: Mapping[str, str] = {
    "": """\
bpviz: build a computation graph, watch it evaluate, and watch the chain rule run backward through it

  bpviz          [PROGRAM|FILE] [NAME=VALUE …]              open the window
  bpviz grad     PROGRAM|FILE|- [NAME=VALUE …]              print values and gradients
  bpviz steps    PROGRAM|FILE|- [NAME=VALUE …]              tell forward and backward pass, event by event
  bpviz check    PROGRAM|FILE|- [NAME=VALUE …]              compare the gradients with slopes
  bpviz diagnose PROGRAM|FILE|- [NAME=VALUE …]              say where gradients break, vanish or get stuck
  bpviz derive   PROGRAM|FILE|- --wrt NAME                  print the derivative as a formula
  bpviz jacobian PROGRAM|FILE|- [NAME=VALUE …]              print the matrix of all partial derivatives
  bpviz hessian  PROGRAM|FILE|- [NAME=VALUE …]              print the matrix of all second derivatives
  bpviz export   PROGRAM|FILE|- [NAME=VALUE …] -o PICTURE   draw the graph as PNG, SVG or PDF

  bpviz COMMAND --help says more about a command, bpviz --version which version this is.

PROGRAM   text such as "q = x + y; f = q * z": a name that is never assigned is an input, the last
          assignment is the output
FILE      a document saved by bpviz, or a program
-         the same from standard input
VALUE     a number or a list of numbers: x=-2 w="[0.5, 1]"

Examples
  bpviz "sin(2x²)" x=0.5
  bpviz grad "q = x + y; f = q * z" x=-2 y=5 z=-4
  bpviz export "σ(w*x + b)" w=2 x=-1 b=0.5 -o neuron.svg

Exit status: 0; 1 when a check fails; 2 for bad input.""",
    "grad": """\
bpviz grad PROGRAM|FILE|- [NAME=VALUE …] [--output NAME] [--costs] [--json]

Prints the value of every named node and its gradient: how fast the output changes with it.

  --output NAME   the node whose gradients are wanted, instead of the last one
  --costs         also the multiplications and additions of the chain rule that this takes in reverse mode
                  and would take in forward mode, which goes once for every entry of the inputs
  --json          one JSON object; numbers that are not finite as "nan", "inf", "-inf"

Examples
  bpviz grad "q = x + y; f = q * z" x=-2 y=5 z=-4
  bpviz grad "s = x + [1, 2, 3]; f = s²" x="[0, 1, 0]" --json
  bpviz grad network.bpviz w=0.5 --output loss
  echo "3x² − 4x" | bpviz grad - x=1""",
    "steps": """\
bpviz steps PROGRAM|FILE|- [NAME=VALUE …] [--output NAME] [--json]

Tells what happens, one event a line: the values forward, then every product of the chain rule and every
sum of gradients backward.  bpviz export --step N draws the moment just after event N.

  --output NAME   the node at which the way back begins, instead of the last one
  --json          each event as a JSON object, numbered from 1 by its "step"

Examples
  bpviz steps "q = x + y; f = q * z" x=-2 y=5 z=-4
  bpviz steps "x*x" x=3 --json | head -3""",
    "check": """\
bpviz check PROGRAM|FILE|- [NAME=VALUE …] [--output NAME]

Compares the gradient of every input with the slope: how much the output really changes when the input is
moved a little.  The slope is taken by a complex step, exact to rounding, where all operations on the way
allow it, and by differences elsewhere.  At a kink, such as |x| at 0, it says which convention holds.  The
exit status is 1 when a gradient is wrong.

  --output NAME   the node whose gradients are checked, instead of the last one

Example
  bpviz check "max(x, y) + tanh(x)" x=1 y=1""",
    "diagnose": """\
bpviz diagnose PROGRAM|FILE|- [NAME=VALUE …] [--output NAME] [--json]

Says what stands out in a run, one sentence a line and the gravest first: the node that made a NaN or an
infinity, gradients that vanish or explode on the way back, activations that are dead or saturated, inputs
whose gradient is lost or on which the output does not depend.

  --output NAME   the node at which the way back begins, instead of the last one
  --json          one JSON object: the findings with their kinds, nodes and numbers

Example
  bpviz diagnose "h = relu(w*x + b); f = v*h" w=-1 x=2 b=0.5 v=3""",
    "derive": """\
bpviz derive PROGRAM|FILE|- --wrt NAME [NAME=VALUE …] [--output NAME] [--latex]

Prints the derivative of the output by an input as a formula, simplified.  Where whole arrays are multiplied
or summed it prints the program that computes the gradient; arrays then need values, for their shapes.

  --wrt NAME      the input; may be left out where there is only one
  --output NAME   the node that is differentiated, instead of the last one
  --latex         for typesetting

Examples
  bpviz derive "3*x**2 - 4*x" --wrt x
  bpviz derive "σ(w*x + b)" --wrt w --latex
  bpviz derive "sum((A @ x)**2)" --wrt x A="[[1, 2], [3, 4]]" x="[0, 0]\"""",
    "jacobian": """\
bpviz jacobian PROGRAM|FILE|- [NAME=VALUE …] [--wrt NAME,NAME] [--output NAME] [--json]

Prints the partial derivatives of the output by inputs: one row for each entry of the output, one column for
each entry of the inputs, arrays row by row.

  --wrt NAMES     the inputs or other nodes, with commas between them; all inputs if nothing is said
  --output NAME   the node that is differentiated, instead of the last one
  --json          one JSON object

Example
  bpviz jacobian "y = A @ x" A="[[1, 2], [3, 4]]" x="[1, 1]" --wrt x --json""",
    "hessian": """\
bpviz hessian PROGRAM|FILE|- [NAME=VALUE …] [--wrt NAME,NAME] [--output NAME] [--json]

Prints the second derivatives of a scalar output: one row and one column for each entry of the inputs, arrays
row by row.

  --wrt NAMES     the inputs, with commas between them; all inputs if nothing is said
  --output NAME   the node that is differentiated, instead of the last one
  --json          one JSON object

Example
  bpviz hessian "x**2*y + y + 2" x=3 y=4 --json""",
    "export": """\
bpviz export PROGRAM|FILE|- [NAME=VALUE …] -o PICTURE [options]

Draws a graph, cropped to its size.  Needs no display.  Inputs may be without a value.

  -o PICTURE      the file to write; its ending says the format: .png, .svg or .pdf
  --step N        the moment just after event N of bpviz steps (0: before all), instead of the end
  --theme NAME    light, dark, projector or projector-light
  --scale X       the size, as a factor
  --direction WAY right: from left to right; down: from top to bottom; else as the document has it
  --transparent   no background
  --output NAME   the node whose gradients are shown, instead of the last one

Example
  bpviz export "q = x + y; f = q * z" x=-2 y=5 z=-4 --step 7 --scale 2 -o step7.png""",
}

# By command: its options, and what has to follow each.
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "": {},
    "grad": {"--output": "NAME", "--costs": "", "--json": ""},
    "steps": {"--output": "NAME", "--json": ""},
    "check": {"--output": "NAME"},
    "diagnose": {"--output": "NAME", "--json": ""},
    "derive": {"--wrt": "NAME", "--output": "NAME", "--latex": ""},
    "jacobian": {"--wrt": "NAMES", "--output": "NAME", "--json": ""},
    "hessian": {"--wrt": "NAMES", "--output": "NAME", "--json": ""},
    "export": {
        "-o": "PICTURE",
        "--step": "N",
        "--theme": "NAME",
        "--scale": "X",
        "--direction": "WAY",
        "--transparent": "",
        "--output": "NAME",
    },
}


class InputError(ValueError):
    """What is wrong with a command line or with what it names, in a sentence for the user."""


@dataclass(frozen=True)
class Request:
    """A command line.

    `command` is empty for the window.  `source` is the program, the path or `-`; `values` are as they were
    typed; `options` without a value hold an empty text.
    """

    command: str
    source: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


def understood(words: Sequence[str]) -> Request:
    """The request that the words of a command line make.  Raises InputError.

    The first word that is no option is the program, the others are NAME=VALUE.  A program may begin with a
    minus sign: an option is one of the command's, or two hyphens and a letter; after `--` there are none.
    """
    command = words[0] if words and words[0] in OPTIONS else ""
    known = {**OPTIONS[command], "--help": "", "-h": "", **({} if command else {"--version": ""})}
    positional: list[str] = []
    options: dict[str, str] = {}
    rest = iter(words[1:] if command else words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == "--":
            positional.extend(rest)
        elif not (name in known or re.match("--[A-Za-z]", word)):
            positional.append(word)
        elif name not in known:
            raise InputError(_unknown(command, name, known))
        elif not known[name]:
            if equals:
                raise InputError(f"{name} takes no value")
            options[name] = ""
        else:
            options[name] = value if equals else next(rest, "")
            if not options[name]:
                raise InputError(f"{name} needs a {known[name]}")
    source = positional[0] if positional else None
    return Request(command, source, _assignments(positional), options)


def _unknown(command: str, name: str, known: Mapping[str, str]) -> str:
    close = get_close_matches(name, known, n=1)
    advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
    return f"{f'bpviz {command}'.strip()} has no option {name}; {advice}"


def _assignments(positional: Sequence[str]) -> dict[str, str]:
    """NAME=VALUE, from the second word on."""
    values: dict[str, str] = {}
    for word in positional[1:]:
        match = re.fullmatch(r"\s*([^\W\d]\w*)\s*=(?!=)(.*)", word, re.DOTALL)
        if match is None:
            from .graph.naming import quoted

            close = get_close_matches(positional[0], [name for name in OPTIONS if name], n=1, cutoff=0.7)
            advice = f"did you mean bpviz {close[0]}?" if close else "write values as x=2, and a program in quotes"
            raise InputError(f"{quoted(word[:60])} is not NAME=VALUE; {advice}")
        name = unicodedata.normalize("NFKC", match[1])  # as the language reads names: x₁ is x1
        if name in values:
            raise InputError(f"{name} is given two values")
        values[name] = match[2]
    return values
