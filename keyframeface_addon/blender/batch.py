"""A script acted out: each line an action of its own on the face of who acts it, one after the other along the timeline.

The panel, the menu and the command line go through this, blocking or a step at a time. What is done is on the timeline, so
that it may stop at any line, and goes on there when it is started again.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import bpy

from ..face.keyframe import Keyframe, Seconds
from ..face.performance import Performance
from ..inference.engine import Engine, EngineError, ModelUnusable
from ..interchange.resuming import identity
from ..interchange.script import Line, read_script
from .cast import Cast
from .console import ctrl_c_waits
from .curves import WriteReport, keyframe_frames
from .line_tracks import join, settle
from .operators import summary
from .placement import FARTHEST_FRAME
from .placing import write_at
from .references import Refusal
from .rig import Face, NoFace, find_face
from .script_lines import (
    LaidLine,
    find_marker,
    laid_lines,
    marker_of,
    match_lines,
    move_lines,
    note_line,
    remove_line,
)
from .take import Take

GAP: Seconds = 0.5
"""Between two lines, unless told otherwise."""
TEXT = "KeyframeFace batch"
"""The text block that lists what became of each line."""
STOPPED = "stopped"
_SHOWN = 60
"""Characters of a prompt in one line of progress."""

Status = Literal["made", "kept", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a line: its number in the file, its id where it could be read, and in words."""

    number: int
    id: str
    status: Status
    text: str


class Batch:
    """Poll it until it is over; when it is ready, write. Or run it, which blocks.

    Between the steps it holds no reference to Blender's data, so that undo, renaming and deleting in the meantime do no harm.
    """

    def __init__(
        self,
        scene: bpy.types.Scene,
        script: Path,
        engine: Engine,
        at_hand: Face | NoFace,
        start: int,
        gap: Seconds = GAP,
        redo: bool = False,
        seed: int = 0,
        temperature: float = 0.0,
        intensity: float = 1.0,
    ) -> None:
        """``at_hand`` acts where nobody else could be meant, or is the reason why there is none.

        Lines that are done and have not changed are kept, unless ``redo``. Raises ScriptError, and NoFace where nobody
        acts any of the lines.
        """
        self.lines, problems = read_script(script, seed, temperature)
        self.script = script.name
        self.outcomes = [Outcome(problem.number, "", "failed", problem.message) for problem in problems]
        self.take: Take | None = None
        self.why_stopped = ""
        self._scene, self._engine, self._at_hand = scene.session_uid, engine, at_hand
        self._mesh = 0 if isinstance(at_hand, NoFace) else at_hand.meshes[0].session_uid
        self._start, self._gap, self._redo, self._intensity = start, gap, redo, intensity
        self._identities = [identity(line) for line in self.lines]
        self._characters = [line.character for line in self.lines if line.character]
        self._waiting = deque(range(len(self.lines)))
        self._line = 0
        errors = [face for face in self._faces(scene).values() if isinstance(face, NoFace)]
        if errors and len(errors) == len({line.character for line in self.lines}):
            raise errors[0]

    @property
    def over(self) -> bool:
        """All lines have been tried, or it was stopped."""
        return self.take is None and not self._waiting

    @property
    def ready(self) -> bool:
        """A performance is there and waits to be written."""
        return self.take is not None and self.take.done

    @property
    def total(self) -> int:
        """Lines, those that cannot be read included."""
        return len(self.lines) + sum(not outcome.id for outcome in self.outcomes)

    @property
    def position(self) -> int:
        """Which line it is at, from 1."""
        return min(self._line + 1, len(self.lines))

    @property
    def progress(self) -> float:
        """0 to 1."""
        current = self.take.progress if self.take else 0.0
        return (len(self.lines) - len(self._waiting) - (self.take is not None) + current) / max(1, len(self.lines))

    @property
    def label(self) -> str:
        """What is being made."""
        line = self.lines[self._line]
        return f"{line.id}: {_short(line.request.prompt)}"

    def count(self, status: Status) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)

    def poll(self, timeout: Seconds = 0.0) -> list[Keyframe]:
        """Begins the next line, or looks what has come of this one, waiting at most ``timeout``. What fails is an outcome."""
        if self.over:
            return []
        try:
            if self.take is None:
                self._begin()
            elif self.take.over:
                self.stop(f"{STOPPED}: {self.take.face_name!r} was cancelled")
            elif not self.take.done:
                return self.take.poll(timeout)
        except ModelUnusable as error:
            self.stop(str(error))
        except (EngineError, NoFace, Refusal) as error:
            self._fail(error)
        return []

    def write(self) -> None:
        """Puts the performance that is ready on the timeline. What fails is an outcome."""
        assert self.take is not None
        try:
            performance, report = self.take.finish()
        except (NoFace, Refusal) as error:
            self._fail(error)
            return
        line = self.lines[self._line]
        what = summary(self.take.face_name, len(performance.keyframes), report)
        self.outcomes.append(Outcome(line.number, line.id, "made", f"{_short(line.request.prompt)}, {what}"))
        self.take = None

    def stop(self, why: str = STOPPED) -> None:
        """What is done stays; the line that was being made is dropped. Safe at any time."""
        if self.over:
            return
        if self.take is not None:
            self.take.cancel()
            self.take = None
        self._waiting.clear()
        self.why_stopped = why

    def run(self, tell: Callable[[Outcome], None] = lambda _: None) -> None:
        """Blocks until it is over; Ctrl-C stops it. Tells of each outcome when it comes."""
        told = len(self.outcomes)
        try:
            while not self.over:
                self.poll(timeout=0.2)
                if self.ready:
                    with ctrl_c_waits():
                        self.write()
                for outcome in self.outcomes[told:]:
                    told += 1
                    tell(outcome)
        except KeyboardInterrupt:
            self.stop()

    def _begin(self) -> None:
        self._line = self._waiting[0]
        line, scene = self.lines[self._line], self._scene_now()
        faces = self._faces(scene)
        face = faces[line.character]
        if isinstance(face, NoFace):
            raise face
        done = self._found(scene, faces)[self._line]
        if done and not self._redo and done.identity.content == self._identities[self._line].content:
            self._keep(line, done)
        else:
            self.take = Take(face, scene, 0, line.request, self._engine, self._intensity, write=self._write)
        self._waiting.popleft()

    def _faces(self, scene: bpy.types.Scene) -> dict[str, Face | NoFace]:
        """Who acts each character now, or why nobody does."""
        mesh = next((obj for obj in scene.objects if obj.session_uid == self._mesh), None)
        at_hand = find_face(mesh, scene) if mesh else self._at_hand
        cast, found = Cast(scene, self._characters), dict[str, Face | NoFace]()
        for character in dict.fromkeys(line.character for line in self.lines):
            try:
                found[character] = cast.face_of(character, at_hand)
            except NoFace as error:
                found[character] = error
        return found

    def _found(self, scene: bpy.types.Scene, faces: dict[str, Face | NoFace]) -> list[LaidLine | None]:
        """What there is on the timeline of each line."""
        acting = [None if isinstance(face := faces[line.character], NoFace) else face for line in self.lines]
        named = [bool(line.character) for line in self.lines]
        return match_lines(self._identities, acting, named, laid_lines(scene, self.script))

    def _keep(self, line: Line, laid: LaidLine) -> None:
        text = f"{_short(line.request.prompt)}, done before, frames {round(laid.start)} to {round(laid.last)}"
        self.outcomes.append(Outcome(line.number, line.id, "kept", text))

    def _fail(self, error: Exception) -> None:
        line = self.lines[self._line]
        if self.take is None:
            self._waiting.popleft()
        else:
            self.take.cancel()
            self.take = None
        self.outcomes.append(Outcome(line.number, line.id, "failed", str(error)))

    def _write(self, face: Face, performance: Performance, scene: bpy.types.Scene) -> WriteReport:
        """In place of what was made of this line before, else after the lines before it; those that follow make room."""
        rate = scene.render.fps / scene.render.fps_base
        gap = max(1, round(self._gap * rate))
        found = self._found(scene, self._faces(scene))
        before = [laid.last for laid in found[: self._line] if laid is not None]
        old = found[self._line]
        start = round(old.start) if old else math.ceil(max(before)) + gap if before else self._start
        if keyframe_frames(performance, scene, start)[-1] > FARTHEST_FRAME:
            raise Refusal(f"it would end beyond Blender's last frame, {FARTHEST_FRAME}: start the script earlier")
        report = write_at(face, performance, scene, start, "NLA")
        line = self.lines[self._line]
        name = marker_of(line.id, line.request.prompt)
        actions = [bpy.data.actions[action] for action in report.actions]
        for action in actions:
            action.name = name
        made = note_line(actions, self.script, self._identities[self._line], name, start, report.last_frame)
        notes = remove_line(old) if old else []
        self._lay_out(scene, made, old, {(laid.face, laid.made) for laid in found if laid is not None}, gap, rate)
        return replace(report, actions=tuple(action.name for action in actions), notes=(*report.notes, *notes))

    def _lay_out(
        self,
        scene: bpy.types.Scene,
        made: str,
        old: LaidLine | None,
        others: set[tuple[str, str]],
        gap: int,
        rate: float,
    ) -> None:
        """Has the lines that come after the one just made begin after it, and puts its strips among theirs."""
        laid = laid_lines(scene, self.script)
        mine = next(line for line in laid if line.made == made)
        marker = find_marker(scene, old) if old else None
        marker = marker or scene.timeline_markers.new(mine.marker, frame=round(mine.start))
        marker.name = mine.marker
        after = old.last if old else mine.start
        later = [line for line in laid if (line.face, line.made) in others and line.start >= after]
        by = math.ceil(mine.last + gap - later[0].start) if later else 0
        later = later if by > 0 else []
        move_lines(scene, later, by)
        settle(mine, laid, rate)
        join(laid, rate, {made}, {line.made for line in later})

    def _scene_now(self) -> bpy.types.Scene:
        scene = next((scene for scene in bpy.data.scenes if scene.session_uid == self._scene), None)
        if scene is None:
            raise Refusal("the scene was deleted in the meantime")
        return scene


def told(batch: Batch) -> str:
    """In one line what became of the script."""
    parts = [f"{batch.count('made')} of {batch.total} lines made"]
    if kept := batch.count("kept"):
        parts.append(f"{kept} done before")
    if failed := batch.count("failed"):
        parts.append(f"{failed} failed")
    if batch.why_stopped:
        parts.append(batch.why_stopped)
    return ", ".join(parts)


def write_text(batch: Batch) -> None:
    """What became of each line, in the order of the script, as a text block."""
    text = bpy.data.texts.get(TEXT) or bpy.data.texts.new(TEXT)
    rows = [f"{batch.script}: {told(batch)}", ""]
    for outcome in sorted(batch.outcomes, key=lambda outcome: outcome.number):
        named = f"{outcome.id}: " if outcome.id else ""
        rows.append(f"line {outcome.number} {outcome.status}: {named}{outcome.text}")
    text.from_string("\n".join(rows) + "\n")


def _short(prompt: str) -> str:
    return prompt if len(prompt) <= _SHOWN else prompt[: _SHOWN - 3].rstrip() + "..."
