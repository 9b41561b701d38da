"""Learners' spellings, such as `3x²−4x`, `2·sin(x)`, `x^2`, `√(x)`, turned into plain Python expressions."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

from ..ops import OPS
from .graph import GraphError
from .naming import quoted

LONGEST_STATEMENT = 10_000
LONGEST_PROGRAM = 20_000_000
MOST_WORDS = 500_000  # names, numbers and brackets: Python takes about a kilobyte to read each

_SAME = {
    "·": "*",
    "×": "*",
    "⋅": "*",
    "∗": "*",
    "−": "-",
    "–": "-",
    "÷": "/",
    "∕": "/",
    "^": "**",
    "√": "sqrt",
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_TOKEN = re.compile(
    r"(?P<space>[ \t\u00a0]+|\#.*)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)"
    r"|(?P<name>[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹₀-₉][\w₀-₉]*)"
    r"|(?P<sign>.)"
)
_NAME_END = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]")
# What Python might read differently.  A program with none of it, as long ones are, needs no translating.
_UNUSUAL = re.compile(
    r"""
    [^\w+\-*/@()\[\],=;.\x20\n]        # another sign
    | [^\x00-\x7f]
    | (?<![\w.])\d[\d.]*[A-Za-z_(]      # 2x, 2(x + 1)
    | \)\x20*[\w(]                      # (x + 1)(x − 1)
    | \d{16} | (?<![\w.])0\d | \.(\D|$)    # long numbers, 007, a lone point
    | ^\x20 | == | _\b
    """,
    re.MULTILINE | re.VERBOSE,
)
_ALLOWED = frozenset("+-*/@()[],=;")
_ADVICE = {
    **dict.fromkeys("<>≤≥≠", "to choose between numbers, use max, min or relu"),
    **dict.fromkeys("'\"‘’“”`", "write names and numbers without quotation marks"),
    **dict.fromkeys("{}", "group with ( ) and write lists with [ ]"),
    **dict.fromkeys("∞", "an input is a finite number"),
    ":": "write assignments with =, and ranges in brackets, as in x[1:3]",
    ".": "write operations by their bare name: sin(x), not np.sin(x)",
    "|": "write abs(x) for |x|",
}


class ExpressionError(GraphError):
    """What is wrong in a program, where (`line` and `column` count from 1), and what to do."""

    def __init__(self, message: str, line: int = 0, column: int = 0, lines: int = 1) -> None:
        where = f"line {line}, column {column}: " if lines > 1 else f"column {column}: "
        super().__init__((where if column else "") + message)
        self.message, self.line, self.column = message, line, column


_WORD = bytes(32 if not (chr(byte).isalnum() or byte >= 128 or chr(byte) == "_") else 97 for byte in range(256))


def _words(text: str) -> int:
    """How many names, numbers and brackets a text has, which takes little more time than to copy it."""
    data = text.encode(errors="replace")
    return (b" " + data.translate(_WORD)).count(b" a") + data.count(b"(") + data.count(b"[")


def on_one_line(text: str) -> str:
    """A program of several lines as one: `;` between statements, and without remarks, which would end it."""
    lines = text.splitlines()
    if len(lines) < 2:
        return text.strip("\r\n")
    found, depth = "", 0
    for line in lines:
        if part := line.partition("#")[0].strip().rstrip("; "):
            found += part if not found else f" {part}" if depth else f"; {part}"
            depth = max(depth + part.count("(") + part.count("[") - part.count(")") - part.count("]"), 0)
    return found


class Source:
    """A program as the user wrote it and as Python reads it, and the way back from columns there."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST_PROGRAM:
            raise ExpressionError(f"the program is longer than {LONGEST_PROGRAM:,} characters")
        if len(text) > MOST_WORDS and _words(text) > MOST_WORDS:
            raise ExpressionError(f"the program has more than {MOST_WORDS:,} names and numbers")
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
        self.lines = text.split("\n")
        self._check_lengths()
        self._columns: dict[int, tuple[list[int], list[int]]] = {}  # line -> columns in python, columns as written
        if _UNUSUAL.search(text) is None:
            self.python = text
        else:
            self.python = "\n".join(self._translated(line, number) for number, line in enumerate(self.lines, 1))
        self._python_lines: list[str] | None = None

    def _check_lengths(self) -> None:
        for number, line in enumerate(self.lines, 1):
            if len(line) > LONGEST_STATEMENT and max(map(len, line.split(";"))) > LONGEST_STATEMENT:
                advice = "give its parts names of their own"
                raise self.error(f"a statement is longer than {LONGEST_STATEMENT:,} characters; {advice}", number, 1)

    def error(self, message: str, line: int, column: int) -> ExpressionError:
        """An error at a place of the text as written."""
        return ExpressionError(message, line, column, len(self.lines))

    def error_at(self, message: str, line: int, byte: int) -> ExpressionError:
        """An error at a place that `ast` reported, in UTF-8 bytes of the Python text, from 0."""
        return self.error(message, line, self.written_column(line, byte))

    def written_column(self, line: int, byte: int) -> int:
        """The column as written, from 1, of a byte of the Python text."""
        if self._python_lines is None:
            self._python_lines = self.python.split("\n")
        line = min(max(line, 1), len(self.lines))
        column = len(self._python_lines[line - 1].encode()[: max(byte, 0)].decode(errors="ignore"))
        if line not in self._columns:
            return column + 1
        starts, written = self._columns[line]
        return (written[bisect_right(starts, column) - 1] if starts else 0) + 1

    def _translated(self, line: str, number: int) -> str:
        """One line as Python reads it; fills the column map."""
        pieces: list[str] = []
        starts: list[int] = []
        written: list[int] = []
        length, previous, previous_end, root = 0, "", -1, -1

        def put(piece: str, at: int) -> None:
            nonlocal length
            starts.append(length)
            written.append(at)
            pieces.append(piece)
            length += len(piece)

        position = brackets = 0
        while position < len(line):
            match = _TOKEN.match(line, position)
            assert match is not None
            kind, token, start = match.lastgroup or "", match.group(), position
            position = match.end()
            if kind == "name" and (end := _NAME_END.search(token)):  # \w takes superscripts for letters
                token = token[: end.start()]
            if re.match("π[^\\W\\d_]", token):  # πr² is a product
                token = "π"
            position = start + len(token)
            if kind == "space":
                if pieces and not token.startswith("#"):
                    put(" ", start)
                continue
            if _is_product(previous, kind, token, previous_end == start):
                put("*", start)
            brackets += (token == "[") - (token == "]")
            put(":" if token == ":" and brackets > 0 else self._piece(kind, token, number, start), start)
            following = line[position:].lstrip()[:1]
            self._refuse_look_alikes(kind, token, line[:start], line[position:], number, start)
            if root >= 0:  # what stands under a root without parentheses: one number or name
                if kind not in ("number", "name") or following == "(":
                    break
                put(")", start)
                root = -1
            elif token == "√" and following != "(":
                put("(", start)
                root = start
            previous, previous_end = (token if token in "()" else "number" if token == "π" else kind), position
        if root >= 0:
            raise self.error("put what is under the root in parentheses, as in √(x + 1)", number, root + 1)
        self._columns[number] = (starts, written)
        return "".join(pieces)

    def _refuse_look_alikes(self, kind: str, token: str, before: str, after: str, number: int, start: int) -> None:
        """What reads well on paper and would mean something else here."""
        if kind == "power" and after.lstrip().startswith("("):
            name = re.findall(r"\w*", before)[-2]  # the last is the nothing at the end
            if OPS.find(name) is not None:
                raise self.error(f"write {name}(x){token} for the power of {name}(x)", number, start + 1)
        if token == "0" and re.match(r"[xXbBoO][\da-fA-F]", after):
            raise self.error("write numbers in decimal: 16, not 0x10", number, start + 1)
        if kind == "number" and re.match(r"\.?\d", after):
            raise self.error(f"{token} and {after[:8]} touch: what is between them?", number, start + 1)

    def _piece(self, kind: str, token: str, line: int, start: int) -> str:
        if kind == "number":
            return self._number(token, line, start)
        if kind == "power":
            try:
                return f"**{int(token.translate(_SUPERSCRIPTS))}"
            except ValueError:
                raise self.error(f"{quoted(token)} is not an exponent", line, start + 1) from None
        if kind == "name":
            return unicodedata.normalize("NFKC", token.translate(_SUBSCRIPTS))
        if token in _SAME:
            return _SAME[token]
        if token in _ALLOWED:
            return token
        advice = _ADVICE.get(token, "use names, numbers and + - * / ** ( ) , =")
        raise self.error(f"{quoted(token)} is not part of the language: {advice}", line, start + 1)

    def _number(self, token: str, line: int, start: int) -> str:
        number = float(token)
        if number == float("inf"):
            raise self.error("the number is beyond float64, whose largest is about 1.8·10³⁰⁸", line, start + 1)
        if token.isdigit() and len(token) > 15 and int(number) != int(token):
            advice = "write it with a decimal point if that is near enough"
            raise self.error(
                f"float64 cannot hold this integer exactly (nearest: {int(number)}); {advice}",
                line,
                start + 1,
            )
        return repr(number) if len(token) > 15 or (token[0] == "0" and token[1:2].isdigit()) else token


def _is_product(previous: str, kind: str, token: str, touching: bool) -> bool:
    """Whether a sign of multiplication was left out: 2x, 2(x + 1), x²y, (x + 1)(x − 1)."""
    starts_operand = (kind == "name" and token[0] != "_") or token in ("(", "√")
    if previous == ")":
        return starts_operand
    return touching and starts_operand and (previous in ("number", "power") or (previous, token) == ("name", "√"))
