"""Make `.venv`, the virtual environment that a checkout of bpviz runs in, and keep it up to date.

Needs nothing but a bare Python. It speaks on standard error, because standard output belongs to the program
that is started afterwards.
"""

import sys

# Before the other imports: a Python that is too old shall say so, instead of stumbling over newer syntax.
if sys.version_info < (3, 11):
    sys.exit(
        "bpviz: this is Python {}.{}, and bpviz needs 3.11 or newer; start the script with a newer one, "
        "as in `python3.12 scripts/run.py`".format(*sys.version_info)
    )

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import qt_libraries

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / "bpviz-stamp.json"
PIP = [str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]


@dataclass
class Stamp:
    """What is done, or wanted, in `.venv`. Written after the deed, lest a half-made one look whole."""

    packages: str = ""
    """Fingerprint of the lock, the Python and the place that the packages were installed for."""
    project: str = ""
    """Fingerprint of the pyproject.toml that bpviz itself was installed from."""
    plugins: list[str] = field(default_factory=list)
    """Qt's platform plugins for which this system has all shared libraries."""

    def covers(self, wanted: "Stamp") -> bool:
        """Say whether nothing is left to do."""
        same = (self.packages, self.project) == (wanted.packages, wanted.project)
        return same and set(self.plugins) >= set(wanted.plugins)


def prepare(environment: Mapping[str, str]) -> str:
    """Return the path of the Python in a complete `.venv`, after making or mending that where needed.

    `environment` holds the environment variables of the program to be started: they tell which of Qt's
    platform plugins it will load. What can't be made ends the process, with a sentence on what to do.
    """
    python = f"{sys.implementation.cache_tag} in {ROOT}"
    wanted = Stamp(
        packages=_fingerprint(LOCK.read_bytes(), python.encode()),
        project=_fingerprint((ROOT / "pyproject.toml").read_bytes()),
        plugins=qt_libraries.platform_plugins(environment),
    )
    if not _read_stamp().covers(wanted):
        with _one_process_at_a_time():
            _bring_up_to_date(wanted)
    return str(PYTHON)


def pinned_requirements() -> list[str]:
    """Return what the lock pins, each as `name==version ; marker`, without the hashes."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return [line.removesuffix("\\").strip() for line in lines if line and not line.startswith((" ", "#"))]


def say(sentence: str) -> None:
    """Tell the user what is going on."""
    print(f"bpviz: {sentence}", file=sys.stderr, flush=True)


def _bring_up_to_date(wanted: Stamp) -> None:
    # Read again: another process may have done the work while this one waited for its turn.
    done = _read_stamp()
    if done.packages != wanted.packages:
        _install_packages()
        done = Stamp(packages=wanted.packages)
        _write_stamp(done)
    if done.project != wanted.project:
        _install_project()
        done.project = wanted.project
        _write_stamp(done)
    if not done.covers(wanted):
        _provide_qt_libraries(wanted.plugins)
        done.plugins = sorted({*done.plugins, *wanted.plugins})
        _write_stamp(done)


def _install_packages() -> None:
    """Make `.venv` from nothing, so that it holds what the lock says and no leftovers."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        sys.exit(
            "bpviz: this Python can't make virtual environments; "
            f"on Debian and Ubuntu `sudo apt-get install {package}` teaches it"
        )
    STAMP.unlink(missing_ok=True)
    say(f"making .venv with Python {sys.version.split()[0]}")
    _run([sys.executable, "-I", "-m", "venv", "--clear", str(VENV)], "Python could not make .venv")
    total = len(pinned_requirements())
    say(f"installing {total} packages")
    collected = 0

    def show(line: str) -> None:
        nonlocal collected
        if line.startswith(("Collecting ", "Processing ")):
            collected += 1
            say(f"  {collected:2} of {total}: {Path(line.split()[1]).name}")
        elif line.startswith("Installing "):
            say("  unpacking them, which takes a while")

    # Uncompiled: Python compiles what it imports when it first does, a small part of all that there is.
    wanted = ["--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK)]
    _run(
        [*PIP, "--no-compile", *wanted],
        "pip could not install the packages; check the network and start again",
        show,
    )


def _install_project() -> None:
    """Put the checkout on the path of `.venv`, and the `bpviz` command into it."""
    say("linking this checkout into .venv")
    _run(
        [*PIP, "--no-index", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        "pip could not link the checkout into .venv",
    )


def _provide_qt_libraries(plugins: list[str]) -> None:
    """Make sure that Qt finds its shared libraries: install them where that is allowed, else say how to."""
    missing = qt_libraries.missing_libraries(VENV, plugins)
    packages = qt_libraries.debian_packages(missing)
    if packages and sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Qt needs libraries that this system lacks; installing {', '.join(packages)} with apt-get")
        command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
        _run(["apt-get", "update"], "`apt-get update` failed")
        _run(["env", "DEBIAN_FRONTEND=noninteractive", *command], f"`{' '.join(command)}` failed")
        missing = qt_libraries.missing_libraries(VENV, plugins)
    if missing:
        sys.exit(f"bpviz: {qt_libraries.advice(missing)}")


def _run(command: list[str], complaint: str, show: Callable[[str], None] = lambda line: None) -> None:
    """Run a command quietly; if it fails, end the process with the command's last words and a complaint."""
    words: list[str] = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            words.append(line)
            show(line)
    if process.returncode != 0:
        sys.stderr.writelines(words[-20:])
        sys.exit(f"bpviz: {complaint}")


def _fingerprint(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _read_stamp() -> Stamp:
    """Return the stamp of `.venv`, or an empty one where either is missing or damaged."""
    try:
        return Stamp(**json.loads(STAMP.read_bytes())) if PYTHON.exists() else Stamp()
    except (OSError, ValueError, TypeError):
        return Stamp()


def _write_stamp(stamp: Stamp) -> None:
    draft = STAMP.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(stamp)), encoding="utf-8")
    draft.replace(STAMP)


@contextlib.contextmanager
def _one_process_at_a_time() -> Iterator[None]:
    """Keep a second run out of the same `.venv` until the first has finished it."""
    with (ROOT / ".venv.lock").open("w") as file:
        if not _locked(file):
            say("waiting for another run that is making .venv")
            while not _locked(file):
                time.sleep(0.2)
        yield


def _locked(file: IO[str]) -> bool:
    """Try to lock a file, and say whether that went well; closing the file, even by a crash, unlocks it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
