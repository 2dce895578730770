"""Stills of the demo head for charts and naming tests: poses written to the timeline by the product, seen from where it suits."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import bpy
from mathutils import Vector

from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.head import DEFAULT, Character, add_head, add_stage
from keyframeface_addon.blender.head.anatomy import FLOOR
from keyframeface_addon.blender.pixels import Pixels, load_picture
from keyframeface_addon.blender.readback import record_at
from keyframeface_addon.blender.render_settings import face_look, image_output
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.face.gaze import with_eye_rotations
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.face.plausible import repair

_DISTANCE = 0.84
_FRONT = 0.08
"""Metres from the head's axis to the face: what is looked at, from any side."""
_SENSOR = 36.0


@dataclass(frozen=True)
class View:
    """What is in the picture: ``height`` centimetres of the face round the height ``middle``, which counts from the eyes.

    ``turn`` degrees to the character's left.
    """

    middle: float
    height: float
    turn: float = 0.0


FACE = View(middle=-0.8, height=29.0)
EYES = View(middle=0.9, height=14.5)
MOUTH = View(middle=-7.1, height=13.0)


@dataclass(frozen=True)
class Shot:
    pose: Keyframe
    view: View


def photograph(
    shots: Sequence[Shot],
    size: tuple[int, int],
    engine: str,
    on_picture: Callable[[int], None],
    character: Character = DEFAULT,
) -> list[Pixels]:
    """Each shot as a picture, in a new file of its own with the character's head on its stage."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.data.scenes[0]
    head = add_head(scene.collection, character=character)
    camera = add_stage(scene, head)
    face = find_face(head, scene)
    write_performance(face, _one_second_each([shot.pose for shot in shots]), scene, 1)
    pictures: list[Pixels] = []
    with tempfile.TemporaryDirectory() as folder:
        still = Path(folder) / "still.png"
        with face_look(scene, face, engine, size, samples="8"), image_output(scene, still):
            for shot, frame in zip(shots, record_at(face).frames, strict=True):
                scene.frame_set(frame)
                _aim(camera, shot.view)
                bpy.ops.render.render(write_still=True, scene=scene.name)
                pictures.append(load_picture(still))
                on_picture(len(pictures))
    return pictures


def _one_second_each(poses: Sequence[Keyframe]) -> Performance:
    turned = (replace(pose, channels=with_eye_rotations(pose.channels)) for pose in poses)
    return Performance(tuple(replace(repair(pose)[0], time=float(i)) for i, pose in enumerate(turned)))


def _aim(camera: bpy.types.Object, view: View) -> None:
    target = Vector((0.0, -_FRONT, (view.middle - FLOOR) * 0.01))
    turn = math.radians(view.turn)
    camera.location = target + Vector((math.sin(turn), -math.cos(turn), 0.0)) * _DISTANCE
    camera.rotation_euler = (target - camera.location).to_track_quat("-Z", "Y").to_euler()
    lens = camera.data
    assert isinstance(lens, bpy.types.Camera)
    lens.sensor_fit, lens.sensor_height = "VERTICAL", _SENSOR
    lens.lens = _SENSOR * _DISTANCE / (view.height * 0.01)
