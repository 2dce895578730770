"""Lines of a script on the timeline: each an action of its own on NLA strips, which remembers the line, and a marker.

What is done is known from the strips alone: one that was deleted or undone is not done, wherever else it might be noted.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np

from ..interchange.resuming import Identity, find_done
from .following import marker_name
from .rig import Face, faces_in
from .slots import curves_in
from .tracks import owners_of

PROPERTY = "keyframeface_line"
"""Custom property of the actions."""
MARKER_CHARACTERS = 40
"""Of the prompt: markers lie beside each other."""


@dataclass(slots=True)
class LaidLine:
    """One line on the timeline, as it is now. It holds references to Blender's data: not to be kept over an undo."""

    face: str
    """The face's name."""
    made: str
    """Names this making of the line, among all there were."""
    identity: Identity
    marker: str
    start: float
    """Frame at which it begins, wherever its strips have been moved to."""
    last: float
    """Frame of its last keyframe."""
    strips: list[tuple[Any, Any]] = field(default_factory=list)
    """Each with its track."""

    @property
    def actions(self) -> list[bpy.types.Action]:
        return list(dict.fromkeys(strip.action for _, strip in self.strips))


def laid_lines(scene: bpy.types.Scene, script: str) -> list[LaidLine]:
    """Of this script, in the order of the timeline."""
    lines: dict[tuple[str, str], LaidLine] = {}
    for name, owner in [(face.name, owner) for face in faces_in(scene) for owner in owners_of(face)]:
        seen = set()  # a strip that was duplicated is not that line
        for track, strip in _strips(owner.animation_data):  # type: ignore[attr-defined]
            if (noted := _noted(strip.action, script)) is None or noted["made"] in seen:
                continue
            seen.add(noted["made"])
            start, last = (
                strip.frame_start + (noted[end] - strip.action_frame_start) * strip.scale for end in ("start", "last")
            )
            line = LaidLine(name, noted["made"], Identity(noted["id"], noted["content"]), noted["marker"], start, last)
            lines.setdefault((name, noted["made"]), line).strips.append((track, strip))
    return sorted(lines.values(), key=lambda line: line.start)


def match_lines(
    wanted: Sequence[Identity], faces: Sequence[Face | None], named: Sequence[bool], laid: Sequence[LaidLine]
) -> list[LaidLine | None]:
    """What there is of each wanted line, which ``faces`` act, and which says so itself where it is ``named``.

    On its own face; else what another face had of it while it was another's line. What a copy of a character plays, or
    another face that has acted the same script, is none of its business.
    """
    found: list[LaidLine | None] = [None] * len(wanted)
    free = list(laid)
    for face in dict.fromkeys(face.name for face in faces if face is not None):
        mine = [i for i, other in enumerate(faces) if other is not None and other.name == face]
        own = [line for line in free if line.face == face]
        for i, index in zip(mine, find_done([wanted[i] for i in mine], [line.identity for line in own]), strict=True):
            if index is not None:
                found[i] = own[index]
                free.remove(own[index])
    for i, identity in enumerate(wanted):
        if found[i] is None and named[i]:
            changed = (x for x in free if x.identity.id == identity.id and x.identity.content != identity.content)
            if (line := next(changed, None)) is not None:
                found[i] = line
                free.remove(line)
    return found


def _strips(adt: Any) -> list[tuple[Any, Any]]:
    return [(track, strip) for track in adt.nla_tracks for strip in track.strips] if adt else []


def _noted(action: bpy.types.Action | None, script: str) -> Any | None:
    """What this action says of the line that it acts out, if it is one of this script."""
    try:
        noted = json.loads(action.get(PROPERTY, "{}")) if action is not None else {}
        texts = all(isinstance(noted[name], str) for name in ("made", "id", "content", "marker", "keys"))
        numbers = all(isinstance(noted[name], int | float) for name in ("start", "last"))
        return noted if noted["script"] == script and texts and numbers else None
    except (KeyError, TypeError, ValueError):
        return None


def note_line(
    actions: Sequence[bpy.types.Action], script: str, identity: Identity, marker: str, start: float, last: float
) -> str:
    """Has these actions remember their line, which is on these frames of theirs. Returns what this making of it is called."""
    made = secrets.token_hex(6)
    noted = {"made": made, "script": script, "id": identity.id, "content": identity.content, "marker": marker}
    for action in actions:
        action[PROPERTY] = json.dumps({**noted, "start": start, "last": last, "keys": _keys(action)})
    return made


def was_edited(action: bpy.types.Action) -> bool:
    """Whether its keys are others than when its line was made."""
    return bool(json.loads(action[PROPERTY])["keys"] != _keys(action))


def _keys(action: bpy.types.Action) -> str:
    """A digest of all keys in an action, and how they are held; handles that Blender lays itself are none of it."""
    digest = hashlib.sha256()
    for curve in sorted(curves_in(action), key=lambda curve: (curve.data_path, curve.array_index)):
        points = curve.keyframe_points
        at = np.empty(2 * len(points), np.float32)
        points.foreach_get("co", at)
        digest.update(f"{curve.data_path} {curve.array_index}".encode() + at.tobytes())
        for name in ("interpolation", "handle_left_type", "handle_right_type"):
            kinds = np.empty(len(points), np.int32)
            points.foreach_get(name, kinds)
            digest.update(kinds.tobytes())
    return digest.hexdigest()[:16]


def remove_line(line: LaidLine) -> list[str]:
    """Takes a line off the timeline; an action that was edited by hand stays in the file. Says where."""
    actions = line.actions
    for track, strip in line.strips:
        tracks = track.id_data.animation_data.nla_tracks
        track.strips.remove(strip)
        if not track.strips:
            tracks.remove(track)
    kept = []
    for action in actions:
        if was_edited(action):
            del action[PROPERTY]
            action.use_fake_user = True
            kept.append(f"what was edited by hand is kept as the action {action.name!r}")
        elif not action.users:
            bpy.data.actions.remove(action)
    return kept


def move_lines(scene: bpy.types.Scene, lines: Sequence[LaidLine], by: int) -> None:
    """Later by so many frames, with their markers."""
    for marker in dict.fromkeys(find_marker(scene, line) for line in lines):
        if marker is not None:
            marker.frame += by
    for line in lines:
        line.start, line.last = line.start + by, line.last + by
    strips = [strip for line in lines for _, strip in line.strips]
    for strip in sorted(strips, key=lambda strip: strip.frame_start, reverse=True):  # none is pushed against the next
        strip.frame_start_ui += by


def find_marker(scene: bpy.types.Scene, line: LaidLine) -> bpy.types.TimelineMarker | None:
    """The marker of a line, unless somebody has given it another name."""
    named = [marker for marker in scene.timeline_markers if marker.name == line.marker]
    return min(named, key=lambda marker: abs(marker.frame - line.start), default=None)


def marker_of(id: str, prompt: str) -> str:
    """What a line is called on the timeline."""
    short = prompt if len(prompt) <= MARKER_CHARACTERS else prompt[: MARKER_CHARACTERS - 3].rstrip() + "..."
    return marker_name(f"{id}: {short}")
