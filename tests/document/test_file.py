"""Documents in files: what is written comes back, and what is not a document is refused with the place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from bpviz.document import edits
from bpviz.document.atomic import FileError
from bpviz.document.bookmarks import Anchor, Happened
from bpviz.document.diagram import Diagram
from bpviz.document.file import LARGEST_FILE, MOST_NODES, VERSION, dumps, load, loads, save
from bpviz.graph.graph import Graph, Node, as_value
from bpviz.graph.layout import Direction
from bpviz.graph.parse import parse
from bpviz.graph.program import program
from bpviz.ops import OPS

from .random_edits import diagrams


def stored(*nodes: Any, **fields: Any) -> bytes:
    """A file with these nodes."""
    return json.dumps({"format": "bpviz", "version": 1, "nodes": list(nodes), **fields}).encode()


def node(number: int, op: Any = "variable", **fields: Any) -> dict[str, Any]:
    name = {"name": f"x{number}"} if op == "variable" else {}
    return {"id": number, "op": op, "at": [0, 0], **name, **fields}


X = node(1)


class TestRoundTrip:
    @settings(max_examples=150, deadline=None)
    @given(diagrams())
    def test_everything_comes_back(self, diagram: Diagram) -> None:
        text = dumps(diagram)
        again = loads(text.encode())
        assert again == diagram
        assert again.graph.output == diagram.graph.output
        assert dumps(again) == text

    def test_the_direction_of_wires(self) -> None:
        down = Diagram.of(parse("f = x * y", {"x": 1, "y": 2}), Direction.DOWN)
        assert '"direction": "down"' in dumps(down)
        assert loads(dumps(down).encode()) == down
        assert "direction" not in dumps(Diagram.of(down.graph)), "where nothing is said, they lead to the right"

    @pytest.mark.parametrize("version", [1, 2, 3, 4])
    def test_older_files_lead_to_the_right(self, version: int) -> None:
        assert loads(stored(X, version=version)).direction is Direction.RIGHT

    def test_a_direction_that_there_is_not_is_refused_with_its_place(self) -> None:
        with pytest.raises(FileError, match=r"\$\.direction"):
            loads(stored(X, direction="up"))

    @pytest.mark.parametrize("number", [0.1, 1e308, 5e-324, -0.0, 123456789.123456789, 1 / 3, 2.0**53 + 2])
    def test_numbers_to_the_last_bit(self, number: float) -> None:
        diagram = Diagram.of(Graph([Node(1, OPS["variable"], (), as_value(number), "x")]))
        again = loads(dumps(diagram).encode()).graph.nodes[1].value
        assert isinstance(again, float)
        assert again.hex() == number.hex()

    def test_arrays_of_any_shape(self) -> None:
        array = np.arange(12.0).reshape(2, 3, 2) / 7
        diagram = Diagram.of(Graph([Node(1, OPS["variable"], (), as_value(array), "x")]))
        again = loads(dumps(diagram).encode()).graph.nodes[1].value
        assert isinstance(again, np.ndarray)
        assert np.array_equal(again, array)

    @pytest.mark.parametrize(
        "text",
        [
            "sum(x, axis=0)",
            "x[0:1, 1]",
            "reshape(x, shape=[3, -1])",
            "stack(x, x, x, axis=1)",
            "concatenate(x)",
            "pad(x, widths=[[1, 0], [0, 2]])",
            "transpose(x, axes=[1, 0])",
            "dropout(x, rate=0.25)",
            "variance(x, ddof=1, keepdims=True)",
        ],
    )
    def test_operations_with_attributes(self, text: str) -> None:
        diagram = Diagram.of(parse(text, {"x": [[1, 2, 3], [4, 5, 6]]}))
        again = loads(dumps(diagram).encode())
        assert again == diagram
        result = diagram.graph.result
        assert result is not None
        assert again.graph.nodes[result].op is diagram.graph.nodes[result].op
        assert parse(program(diagram.graph)).nodes[result].op is diagram.graph.nodes[result].op

    @pytest.mark.parametrize(
        ("op", "attributes", "message"),
        [
            ("sum", {"axis": {}}, "sum needs"),
            ("sum", {"self": 1}, "sum has no attribute self (it has axis, keepdims)"),
            ("sin", {"arity": 1}, "sin has no attribute arity (it has none)"),
            ("sum", {"axis": 10**400}, "sum needs"),
            ("reshape", {"shape": "big"}, "reshape needs"),
            ("dropout", {"rate": 7}, "dropout needs"),
            ("sum", 3, "expected"),
        ],
    )
    def test_attributes_that_cannot_be(self, op: str, attributes: Any, message: str) -> None:
        with pytest.raises(FileError) as caught:
            loads(stored(X, node(2, op, inputs=[1], attributes=attributes)))
        assert message in str(caught.value)
        assert "$.nodes[1].attributes" in str(caught.value)

    def test_a_variadic_operation_needs_an_input(self) -> None:
        with pytest.raises(FileError, match="takes one input or more, got 0"):
            loads(stored(X, node(2, "stack", inputs=[])))

    def test_bookmarks(self) -> None:
        diagram = Diagram.of(parse("f = x * y"))
        f = diagram.graph.by_name["f"]
        for anchor, text in (
            (Anchor(), "Begin"),
            (Anchor(Happened.COMPUTED, f), ""),
            (Anchor(Happened.ADDED, f, 1), "zwei\n“Zeilen”"),
        ):
            diagram = edits.bookmark(diagram, anchor, text)
        assert loads(dumps(diagram).encode()) == diagram
        assert '{"after":"added","node":3,"slot":1,"note":"zwei\\n“Zeilen”"}' in dumps(diagram)
        kept = edits.delete(diagram, [f])
        assert kept.bookmarks == diagram.bookmarks[:1]  # those at the deleted node are gone with it
        gone = stored(bookmarks=[{"after": "sent", "node": 99}])
        assert loads(gone).bookmarks == ()

    @pytest.mark.parametrize(
        ("bookmark", "message"),
        [
            ({"after": "lunch"}, "$.bookmarks[0].after"),
            ({"after": "sent", "slot": -1}, "$.bookmarks[0].slot"),
            ({"note": "x"}, "`after`"),
            ({"after": "sent", "node": "f"}, "$.bookmarks[0].node"),
        ],
    )
    def test_bookmarks_that_cannot_be(self, bookmark: dict[str, Any], message: str) -> None:
        with pytest.raises(FileError) as caught:
            loads(stored(bookmarks=[bookmark]))
        assert message in str(caught.value)

    def test_half_built_graphs(self) -> None:
        diagram = edits.add(edits.add(Diagram(), "mul", (1.5, -2.5)), "variable", (0, 0), value=None)
        assert loads(dumps(diagram).encode()) == diagram

    def test_an_empty_document(self, tmp_path: Path) -> None:
        save(tmp_path / "empty.bpviz", Diagram())
        assert load(tmp_path / "empty.bpviz") == Diagram()

    def test_a_chain_of_thousands(self) -> None:
        text = "t0 = sin(x)\n" + "\n".join(f"t{i} = t{i - 1} + 1" for i in range(1, 3000))
        diagram = Diagram.of(parse(text))
        assert loads(dumps(diagram).encode()) == diagram


class TestText:
    def test_it_is_json_that_a_person_can_read(self) -> None:
        diagram = Diagram(
            Graph([Node(1, OPS["variable"], (), -2.0, "θ"), Node(2, OPS["sin"], (1,), None, "f")]),
            {1: (0.0, 10.0), 2: (340.0, 10.0)},
        )
        assert dumps(diagram) == (
            "{\n"
            '  "format": "bpviz",\n'
            f'  "version": {VERSION},\n'
            '  "output": null,\n'
            '  "nodes": [\n'
            '    {"id":1,"op":"variable","at":[0.0,10.0],"name":"θ","value":-2.0},\n'
            '    {"id":2,"op":"sin","at":[340.0,10.0],"name":"f","inputs":[1]}\n'
            "  ]\n"
            "}\n"
        )

    def test_a_change_of_one_node_is_a_change_of_one_line(self) -> None:
        before = Diagram.of(parse("q = x + y; f = q * z"))
        after = edits.set_value(before, before.graph.by_name["y"], 7)
        pairs = list(zip(dumps(before).splitlines(), dumps(after).splitlines(), strict=True))
        assert [one != other for one, other in pairs].count(True) == 1


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "damaged"),
    "half a file": (b'{"format": "bpviz", "version": 1, "no', "damaged"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "damaged or not a bpviz document"),
    "another encoding": ('{"format": "bpviz", "version": 1, "nodes": [{"name": "θ"'.encode("utf-16"), "damaged"),
    "bytes that are no text": (b'{"format": "\xff\xfe"}', "damaged"),
    "a list": (b"[]", "not a bpviz document"),
    "null": (b"null", "not a bpviz document"),
    "foreign JSON": (b'{"cells": [], "nbformat": 4}', "`format`"),
    "another format": (b'{"format": "other", "version": 1, "nodes": []}', "$.format"),
    "no version": (b'{"format": "bpviz", "nodes": []}', "`version`"),
    "a version in words": (stored(version="1"), "$.version"),
    "a newer version": (
        stored(version=VERSION + 1, novelty=True),
        f"newer bpviz (format {VERSION + 1}; this one reads up to {VERSION})",
    ),
    "version 0": (stored(version=0), "no format 0"),
    "no nodes": (b'{"format": "bpviz", "version": 1}', "`nodes`"),
    "an unknown field": (stored(extra=1), "`extra`"),
    "an unknown field of a node": (stored(X, node(2, colour="red")), "$.nodes[1]"),
    "nodes that are no list": (b'{"format": "bpviz", "version": 1, "nodes": {}}', "$.nodes"),
    "a node that is no object": (stored(X, 7), "$.nodes[1]"),
    "a node without an id": (stored({"op": "variable", "at": [0, 0]}), "$.nodes[0]"),
    "a node without a place": (stored({"id": 1, "op": "variable"}), "$.nodes[0]"),
    "an id that is no number": (stored(node(1, id="one")), "$.nodes[0].id"),
    "an id with a fraction": (stored(node(1, id=1.5)), "$.nodes[0].id"),
    "an id that is true": (stored(node(1, id=True)), "$.nodes[0].id"),
    "an enormous id": (stored(node(1, id=10**40)), "$.nodes[0].id"),
    "an enormous wire": (stored(X, node(2, "sin", inputs=[10**40])), "$.nodes[1].inputs[0]"),
    "an enormous output": (stored(X, output=10**40), "$.output"),
    "an unknown operation": (stored(X, node(2, "os.system", inputs=[1])), "“os.system” - at $.nodes[1].op"),
    "an operation that is no text": (stored(node(1, op=None)), "$.nodes[0].op"),
    "a place with one number": (stored(node(1, at=[0])), "$.nodes[0].at"),
    "a place with three numbers": (stored(node(1, at=[0, 0, 0])), "$.nodes[0].at"),
    "a place out of this world": (stored(node(1, at=[0, 1e300])), "$.nodes[0].at"),
    "a number beyond float64": (stored(X).replace(b"[0, 0]", b"[0, 1e999]"), "$.nodes[0].at[1]"),
    "NaN": (stored(node(1, value=float("nan"))), "damaged"),
    "a value in words": (stored(node(1, value="1")), "$.nodes[0].value"),
    "a value that is true": (stored(node(1, value=True)), "$.nodes[0].value"),
    "a list of words": (stored(node(1, value=["1"])), "$.nodes[0].value"),
    "a list with a hole": (stored(node(1, value=[1, None])), "$.nodes[0].value"),
    "rows of different lengths": (stored(node(1, value=[[1, 2], [3]])), "$.nodes[0].value"),
    "an empty list": (stored(node(1, value=[])), "$.nodes[0].value"),
    "an enormous integer": (stored(node(1, value=[10**400])), ""),
    "an object for a value": (stored(node(1, value={"a": 1})), "$.nodes[0].value"),
    "a value of a computed node": (stored(X, node(2, "sin", inputs=[1], value=1)), "$.nodes[1].value"),
    "too few inputs": (stored(X, node(2, "mul", inputs=[1])), "takes 2 inputs, got 1"),
    "too many inputs": (stored(X, node(2, "sin", inputs=[1, 1])), "takes 1 input, got 2"),
    "inputs of a leaf": (stored(X, node(2, inputs=[1])), "takes 0 inputs, got 1"),
    "a wire to nowhere": (stored(X, node(2, "sin", inputs=[9])), "wired to node 9, which does not exist"),
    "a wire that is no number": (stored(X, node(2, "sin", inputs=["1"])), "$.nodes[1].inputs[0]"),
    "a node that is its own input": (stored(node(1, "sin", inputs=[1])), "cycle"),
    "a cycle": (
        stored(node(1, "sin", inputs=[2]), node(2, "cos", inputs=[1])),
        "the graph has a cycle: node 1 → node 2 → node 1",
    ),
    "two nodes with one id": (stored(X, node(1, name="y")), "two nodes have the id 1"),
    "two nodes with one name": (stored(X, node(2, name="x1")), "two nodes have the name “x1”"),
    "an input without a name": (stored(node(1, name="")), "needs a name"),
    "a name that is none": (stored(node(1, name="2x")), "“2x” is not a name"),
    "a name with markup": (stored(node(1, name="<b>x</b>")), "is not a name"),
    "the name of an operation": (stored(node(1, name="sin")), "“sin” is the name of an operation"),
    "an output that does not exist": (stored(X, output=5), "the output is node 5, which does not exist"),
    "lists in lists in lists": (stored(X).replace(b"[0, 0]", b"[" * 200_000), "damaged"),
    "values in lists in lists": (stored(node(1, value=0)).replace(b'"value": 0', b'"value": ' + b"[" * 100_000), ""),
}


class TestRefusals:
    @pytest.mark.parametrize("name", REFUSED)
    def test_a_message_that_names_the_place(self, name: str) -> None:
        data, place = REFUSED[name]
        with pytest.raises(FileError) as refusal:
            loads(data)
        assert place in str(refusal.value)
        assert "\n" not in str(refusal.value)
        assert len(str(refusal.value)) < 300

    @pytest.mark.parametrize("name", REFUSED)
    def test_the_path_is_named_too(self, name: str, tmp_path: Path) -> None:
        path = tmp_path / "document.bpviz"
        path.write_bytes(REFUSED[name][0])
        with pytest.raises(FileError) as refusal:
            load(path)
        assert str(refusal.value).startswith(f"cannot open {path}: ")

    def test_every_beginning_of_a_file_is_damaged(self) -> None:
        data = dumps(Diagram.of(parse("q = x + y; f = q * [1, 2]"))).encode().rstrip()
        for length in range(len(data)):
            with pytest.raises(FileError):
                loads(data[:length])

    def test_a_byte_changed_anywhere_is_noticed_or_harmless(self) -> None:
        data = bytearray(dumps(Diagram.of(parse("q = x + y; f = q * [1, 2]"))).encode())
        for place in range(len(data)):
            for byte in (0x00, 0x22, 0x39, 0xFF):
                changed = data.copy()
                changed[place] = byte
                try:
                    diagram = loads(bytes(changed))
                except FileError:
                    continue
                assert loads(dumps(diagram).encode()) == diagram

    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="there is no such file"):
            load(tmp_path / "none.bpviz")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="it is a folder"):
            load(tmp_path)

    def test_what_never_ends_is_not_read(self) -> None:
        with pytest.raises(FileError, match="it is not a file"):
            load("/dev/zero")

    def test_larger_than_any_document(self, tmp_path: Path) -> None:
        path = tmp_path / "huge.bpviz"
        with path.open("wb") as file:
            file.truncate(LARGEST_FILE + 1)  # sparse: it takes no room on the disk
        with pytest.raises(FileError, match="it is larger than 100 MB"):
            load(path)

    def test_of_more_nodes_than_any_document(self) -> None:
        node = '{"id":1,"op":"variable","at":[0,0],"name":"x"}'
        text = f'{{"format":"bpviz","version":1,"nodes":[{",".join([node] * (MOST_NODES + 1))}]}}'
        with pytest.raises(FileError, match="it has more than 500,000 nodes"):
            loads(text.encode())

    @pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read")
    def test_a_file_that_cannot_be_read(self) -> None:
        with pytest.raises(FileError, match=r"^cannot open /proc/self/mem: "):
            load("/proc/self/mem")
