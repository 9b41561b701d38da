"""The set-up: the lock, what pyproject.toml allows, and what the scripts find out about this machine."""

import ast
import re
import sys
import threading
import tomllib
from pathlib import Path

import pytest
import qt_libraries
import setup_env
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PySide6.QtCore import QPointF
from setup_env import LOCK, ROOT

LDD_OUTPUT = """\
/checkout/.venv/lib/python3.11/site-packages/PySide6/QtGui.abi3.so:
\tlinux-vdso.so.1 (0x00007ffd4a1f2000)
\tlibQt6Gui.so.6 => /checkout/.venv/lib/python3.11/site-packages/PySide6/Qt/lib/libQt6Gui.so.6 (0x00007f1c)
\tlibEGL.so.1 => not found
\tlibglib-2.0.so.0 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1c2a000000)
/checkout/.venv/lib/python3.11/site-packages/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlibxcb-cursor.so.0 => not found
\tlibEGL.so.1 => not found
\tlibgthread-2.0.so.0 => not found
"""


def pyproject_requirements() -> list[Requirement]:
    """Return what bpviz and its tests need, as pyproject.toml says it."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*pyproject["project"]["dependencies"], *pyproject["dependency-groups"]["test"]]
    return [Requirement(line) for line in lines]


def locked_requirements() -> dict[str, Requirement]:
    """Return what the lock pins, by name."""
    pins = map(Requirement, setup_env.pinned_requirements())
    return {canonicalize_name(pin.name): pin for pin in pins}


class TestLock:
    def test_holds_no_address(self) -> None:
        text = LOCK.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        assert "--find-links" not in text

    def test_pins_everything_to_one_version_with_hashes(self) -> None:
        entries = re.split(r"\n(?=[^\s#])", LOCK.read_text(encoding="utf-8"))[1:]
        assert len(entries) == len(locked_requirements())
        for entry in entries:
            assert re.match(r"[\w.-]+==[\w.]+ (; .+ )?\\\n", entry), entry
            assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry

    @pytest.mark.parametrize("wanted", pyproject_requirements(), ids=str)
    def test_pins_a_version_that_pyproject_allows(self, wanted: Requirement) -> None:
        pin = locked_requirements()[canonicalize_name(wanted.name)]
        (version,) = (clause.version for clause in pin.specifier)
        assert wanted.specifier.contains(version)

    def test_pins_what_only_other_systems_need(self) -> None:
        assert "colorama" in locked_requirements(), "pytest needs it on Windows"


class TestPySide:
    def test_the_version_that_loses_none_is_excluded(self) -> None:
        (pyside,) = (wanted for wanted in pyproject_requirements() if wanted.name == "PySide6-Essentials")
        assert "6.12.0" not in pyside.specifier
        assert "6.11.3" in pyside.specifier

    def test_calls_into_qt_keep_references_to_none(self) -> None:
        """PySide6 6.12.0 loses one at nearly every call; at zero, a Python older than 3.12 aborts."""
        point = QPointF()
        before = sys.getrefcount(None)
        for _ in range(1000):
            point.setX(1.0)
            point.isNull()
        assert sys.getrefcount(None) > before - 100


class TestQtLibraries:
    def test_missing_ones_are_read_from_what_ldd_says(self) -> None:
        assert qt_libraries.not_found(LDD_OUTPUT) == [
            "libEGL.so.1",
            "libglib-2.0.so.0",
            "libgthread-2.0.so.0",
            "libxcb-cursor.so.0",
        ]

    def test_two_libraries_of_one_package_are_one_package(self) -> None:
        missing = qt_libraries.not_found(LDD_OUTPUT)
        assert qt_libraries.debian_packages(missing) == ["libegl1", "libglib2.0-0", "libxcb-cursor0"]

    def test_the_advice_is_a_command_to_copy(self) -> None:
        assert "`sudo apt-get install libegl1 libgl1`" in qt_libraries.advice(["libEGL.so.1", "libGL.so.1"])

    def test_the_advice_names_libraries_whose_package_is_unknown(self) -> None:
        advice = qt_libraries.advice(["libfuture.so.7"])
        assert "libfuture.so.7" in advice
        assert "apt-get" not in advice

    @pytest.mark.parametrize(
        ("environment", "plugins"),
        [
            ({}, ["offscreen"]),
            ({"DISPLAY": ":0"}, ["offscreen", "xcb"]),
            ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ["offscreen", "wayland"]),
            ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, ["offscreen"]),
            ({"QT_QPA_PLATFORM": "vnc:size=800x600;xcb"}, ["offscreen", "vnc"]),
        ],
    )
    def test_the_environment_tells_which_plugins_qt_loads(
        self, environment: dict[str, str], plugins: list[str]
    ) -> None:
        assert qt_libraries.platform_plugins(environment) == plugins

    def test_nothing_is_missing_where_these_tests_run(self) -> None:
        assert qt_libraries.missing_libraries(Path(sys.prefix), ["offscreen", "no such plugin"]) == []


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def venv(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let setup_env work in a folder of the test instead of in the `.venv` that runs it."""
        monkeypatch.setattr(setup_env, "ROOT", tmp_path)
        monkeypatch.setattr(setup_env, "STAMP", tmp_path / "stamp.json")
        monkeypatch.setattr(setup_env, "PYTHON", tmp_path / "python")
        setup_env.PYTHON.touch()

    def test_a_stamp_reads_as_it_was_written(self) -> None:
        stamp = setup_env.Stamp("lock", "project", ["offscreen", "xcb"])
        setup_env._write_stamp(stamp)
        assert setup_env._read_stamp() == stamp

    def test_a_venv_without_python_has_everything_left_to_do(self) -> None:
        setup_env._write_stamp(setup_env.Stamp("lock", "project", ["offscreen"]))
        setup_env.PYTHON.unlink()
        assert setup_env._read_stamp() == setup_env.Stamp()

    @pytest.mark.parametrize("damage", ["", '{"packages": "l', "[]", "null", '{"packs": ""}', "\0\xff"])
    def test_a_damaged_stamp_counts_as_none(self, damage: str) -> None:
        setup_env.STAMP.write_text(damage, encoding="latin-1")
        assert setup_env._read_stamp() == setup_env.Stamp()

    def test_a_stamp_covers_what_needs_nothing_more(self) -> None:
        done = setup_env.Stamp("lock", "project", ["offscreen", "xcb"])
        assert done.covers(setup_env.Stamp("lock", "project", ["offscreen"]))
        assert not done.covers(setup_env.Stamp("newer lock", "project", ["offscreen"]))
        assert not done.covers(setup_env.Stamp("lock", "newer project", ["offscreen"]))
        assert not done.covers(setup_env.Stamp("lock", "project", ["offscreen", "wayland"]))

    def test_a_second_run_waits_for_the_first(self) -> None:
        entered = threading.Event()

        def second_run() -> None:
            with setup_env._one_process_at_a_time():
                entered.set()

        thread = threading.Thread(target=second_run)
        with setup_env._one_process_at_a_time():
            thread.start()
            assert not entered.wait(0.1)
        assert entered.wait(30)
        thread.join()

    def test_a_failing_command_leaves_its_last_words_and_a_complaint(self, capfd: pytest.CaptureFixture[str]) -> None:
        command = [sys.executable, "-c", "print('no route to the registry'); raise SystemExit(3)"]
        with pytest.raises(SystemExit, match="bpviz: check the network"):
            setup_env._run(command, "check the network")
        assert "no route to the registry" in capfd.readouterr().err


@pytest.mark.parametrize("script", ["run.py", "test.py", "setup_env.py"])
def test_an_old_python_can_read_the_scripts_and_so_say_that_it_is_too_old(script: str) -> None:
    ast.parse((ROOT / "scripts" / script).read_text(encoding="utf-8"), feature_version=(3, 7))
