#!/usr/bin/env python3
"""KeyframeFace's one entry for people: setup, demo, test, lint, bench, package.

Runs under Python 3.11 (Blender 4.2 to 5.0) or 3.13 (Blender 5.1 and 5.2) and needs nothing else installed: what it
installs goes into `.venv-*` beside this file, the llama.cpp that it compiles into the user's cache.
"""

import sys


def refuse_other_pythons() -> None:
    """Ends with one line where this Python has no Blender: before anything newer than Python 3.6 is read."""
    if sys.version_info[:2] not in ((3, 11), (3, 13)):
        sys.exit(
            "build.py: Blender has Python 3.11 (4.2 to 5.0) or 3.13 (5.1 and later), this is %d.%d; "
            "install Python 3.11 and run 'python3.11 build.py'" % sys.version_info[:2]
        )


if __name__ == "__main__":
    refuse_other_pythons()
    from tools.commands import main

    sys.exit(main(sys.argv[1:]))
