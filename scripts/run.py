"""Start bpviz from this checkout: python3 scripts/run.py [arguments of bpviz]."""

import os
import subprocess
import sys

import setup_env


def main() -> int:
    python = setup_env.prepare(os.environ)
    # -P: a file in the user's folder that is called numpy.py shall not stand in for numpy.
    command = [python, "-P", "-m", "bpviz", *sys.argv[1:]]
    if sys.platform == "win32":
        return subprocess.call(command)
    os.execv(python, command)


if __name__ == "__main__":
    sys.exit(main())
