"""For all tests."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import settings

# machines that share their cores take a second now and then: "DeadlineExceeded: Test took 433.90ms"
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_status = 0


def pytest_sessionfinish(exitstatus: int) -> None:
    global _status
    _status = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Ends here with pytest's status, before Blender 4 ends as a module.

    With any class registered, a bare Panel is enough, its 4.2 then crashes (~SpaceType frees the class after Python is gone) and 4.5
    may hang.
    """
    bpy = sys.modules.get("bpy")
    if bpy is not None and bpy.app.version < (5, 0):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_status)
