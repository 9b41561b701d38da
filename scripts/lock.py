"""Make requirements.lock anew from pyproject.toml: python3 scripts/lock.py [--upgrade].

The lock holds every package that bpviz and its tests need, for every platform: names, versions, markers and
hashes, but no addresses. Versions that are locked already stay as they are, unless uv is told otherwise:
arguments are handed to it (`--upgrade`, `--upgrade-package NAME`).
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from setup_env import LOCK, ROOT, pinned_requirements

COMPILE = [
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
    *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
    *("--custom-compile-command", "python3 scripts/lock.py", "--group", "test", "pyproject.toml"),
]


def main() -> int:
    uv = shutil.which("uv")
    if uv is None:
        print("bpviz: scripts/lock.py needs uv; `pip install uv` brings it", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / LOCK.name
        if LOCK.exists():
            shutil.copyfile(LOCK, draft)
        subprocess.run([uv, *COMPILE, "--output-file", str(draft), *sys.argv[1:]], cwd=ROOT, check=True)
        lock = draft.read_text(encoding="utf-8")
    if "://" in lock:
        print("bpviz: the new lock holds an address, so requirements.lock stays as it was", file=sys.stderr)
        return 1
    LOCK.write_text(lock, encoding="utf-8", newline="\n")
    print(f"bpviz: requirements.lock pins {len(pinned_requirements())} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
