"""Check bpviz: python3 scripts/test.py [arguments of pytest].

Without arguments the linter, the formatter, the type checker and the tests run, all of them even if one
fails, the tests on all cores. With arguments only pytest runs, on one.
"""

import os
import subprocess
import sys

import setup_env

# pytest comes last, so that its closing line is the last one that a tool prints: CI reads it.
STEPS = {
    "ruff check": ["ruff", "check"],
    "ruff format": ["ruff", "format", "--check"],
    "mypy": ["mypy"],
    "pytest": ["pytest", "--numprocesses=auto", "--dist=worksteal"],
}


def main() -> int:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the tests start the program a hundred times
    python = setup_env.prepare(environment)
    steps = {"pytest": ["pytest", *sys.argv[1:]]} if sys.argv[1:] else STEPS
    failed = []
    for name, module in steps.items():
        setup_env.say(name)
        if subprocess.call([python, "-m", *module], cwd=setup_env.ROOT, env=environment) != 0:
            failed.append(name)
    setup_env.say(f"these found fault: {', '.join(failed)}" if failed else "no fault found")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
