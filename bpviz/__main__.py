"""`python -m bpviz` is the command `bpviz`."""

import sys

from .cli import main

sys.exit(main())
