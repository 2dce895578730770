"""Plays a session turn by turn from a timer of Blender's, writes down what it found, quits."""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import bpy

from .hands import TICK

Session = Generator[None, None, None]
Facts = dict[str, Any]


def arguments() -> list[str]:
    """Behind the ``--`` of Blender's command line; the first one is the folder."""
    return sys.argv[sys.argv.index("--") + 1 :]


def play(session: Callable[[Facts], Session]) -> None:
    """The session fills in the facts; they go to answer.json, with "error" where it failed."""
    faulthandler.enable()
    bpy.context.preferences.view.show_splash = False
    facts: Facts = {"version": bpy.app.version_string}
    steps = session(facts)

    def tick() -> float | None:
        try:
            next(steps)
            return TICK
        except StopIteration:
            pass
        except BaseException:
            facts["error"] = traceback.format_exc()
        answer = Path(arguments()[0]) / "answer.json"
        answer.write_text(json.dumps(facts, indent=1), encoding="utf-8")
        sys.stdout.flush()
        os._exit(0) if "error" in facts else bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(tick, first_interval=1.0, persistent=True)
