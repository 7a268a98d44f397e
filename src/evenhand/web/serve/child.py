"""`python -m evenhand.web.serve.child PARENT WORDS…`: one command that ends with PARENT."""

from __future__ import annotations

import sys

from evenhand.web.command import run
from evenhand.web.serve.parent import end_with

if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    sys.exit(run(sys.argv[2:]))
