"""Start here: `python -m dashboard VERB …`. `--help` says what there is."""

import os
import sys

from dashboard.cli.main import main

if __name__ == "__main__":
    code = main()
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
