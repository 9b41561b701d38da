"""Check that a wheel of bpviz works away from the checkout: python3 scripts/check_wheel.py.

Builds the wheel, installs it at the locked versions in an empty environment in a temporary folder, and starts
there what a user would: the command line, an export, the window. It takes about a minute.
"""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import setup_env

ENVIRONMENT = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
PROGRAM = ["q = x + y; f = q * z", "x=-2", "y=5", "z=-4"]
SECONDS_THE_WINDOW_IS_WATCHED = 5


def main() -> int:
    python = setup_env.prepare(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        setup_env.say("building the wheel")
        wheel = build_wheel(python, folder)
        check_resources(wheel)
        setup_env.say("installing it in an empty environment")
        bpviz = install(wheel, folder)
        setup_env.say("starting it from another folder")
        check_command_line(bpviz, folder)
        check_window(bpviz, folder)
    setup_env.say("the wheel works")
    return 0


def build_wheel(python: str, folder: Path) -> Path:
    pip = [python, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(setup_env.ROOT)], check=True)
    return next(folder.glob("bpviz-*.whl"))


def check_resources(wheel: Path) -> None:
    """See that the wheel holds every file of resources/."""
    packed = set(zipfile.ZipFile(wheel).namelist())
    files = (path for path in (setup_env.ROOT / "resources").rglob("*") if path.is_file())
    wanted = {f"bpviz/{path.relative_to(setup_env.ROOT).as_posix()}" for path in files}
    if not wanted or not packed >= wanted:
        sys.exit(f"bpviz: the wheel lacks resources: {', '.join(sorted(wanted - packed)) or 'all'}")


def install(wheel: Path, folder: Path) -> str:
    """Install the wheel and what it asks for, at the locked versions; return the path of its command."""
    venv = folder / "venv"
    programs = venv / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    # As constraints, so that nothing is installed which the wheel doesn't ask for itself.
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(setup_env.pinned_requirements()), encoding="utf-8")
    pip = [str(programs / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--constraint", str(constraints), str(wheel)], check=True)
    return str(programs / "bpviz")


def check_command_line(bpviz: str, folder: Path) -> None:
    def output(*arguments: str) -> str:
        return subprocess.check_output([bpviz, *arguments], cwd=folder, env=ENVIRONMENT, encoding="utf-8")

    if "0.1.0" not in output("--version"):
        sys.exit("bpviz: `bpviz --version` doesn't name its version")
    if json.loads(output("grad", *PROGRAM, "--json"))["gradients"]["x"] != -4.0:
        sys.exit("bpviz: `bpviz grad` computes a wrong gradient")
    output("export", *PROGRAM, "-o", "x.png")
    if not (folder / "x.png").read_bytes().startswith(b"\x89PNG"):
        sys.exit("bpviz: `bpviz export` writes no picture")


def check_window(bpviz: str, folder: Path) -> None:
    """Open the window, without a display, and see that it stays open and says nothing."""
    window = subprocess.Popen([bpviz, *PROGRAM], cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        window.wait(SECONDS_THE_WINDOW_IS_WATCHED)
    except subprocess.TimeoutExpired:
        window.terminate()
        complaints = window.communicate()[1]
    else:
        complaints = f"it ended with status {window.returncode}: {window.communicate()[1]}"
    # Qt's plugin for no screen says of itself what it cannot do
    told = [line for line in complaints.splitlines() if not line.startswith("This plugin does not support")]
    if told:
        sys.exit(f"bpviz: the window doesn't start well: {' '.join(told)}")


if __name__ == "__main__":
    sys.exit(main())
