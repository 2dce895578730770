"""Where a performance that is still being made will go. It holds no reference to Blender's data: these do not outlive an undo."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..face.performance import Performance
from ..face.transform import scale
from .curves import WriteReport, refuse_unwritable
from .placement import Placement
from .placing import write_at
from .references import Refusal, shape_keys
from .rig import Face, find_face
from .running import FaceId


@dataclass(frozen=True, slots=True)
class Destination:
    """A face in a scene, a frame, and how to write there."""

    face_name: str
    """As it was called at first."""
    face_id: FaceId
    start_frame: float
    intensity: float
    place: Placement
    _mesh: int
    _scene: int

    @classmethod
    def on(
        cls, face: Face, scene: bpy.types.Scene, start_frame: float, intensity: float, place: Placement
    ) -> Destination:
        """Raises Refusal where this face cannot be written."""
        refuse_unwritable(face)
        mesh = face.meshes[0]
        keys = shape_keys(mesh)
        assert keys is not None
        return cls(face.name, keys.session_uid, start_frame, intensity, place, mesh.session_uid, scene.session_uid)

    def find(self) -> tuple[Face, bpy.types.Scene]:
        """As they are now. Raises Refusal and NoFace."""
        scene = next((s for s in bpy.data.scenes if s.session_uid == self._scene), None)
        mesh = next((o for o in bpy.data.objects if o.session_uid == self._mesh), None)
        if scene is None:
            raise Refusal(f"the scene of {self.face_name!r} was deleted in the meantime; nothing was written")
        if mesh is None or mesh.name not in scene.objects:
            raise Refusal(f"{self.face_name!r} was deleted in the meantime; nothing was written")
        return find_face(mesh, scene), scene

    def write(self, performance: Performance) -> tuple[Performance, WriteReport]:
        """Writes it as strong as asked for, and returns it so. Raises Refusal and NoFace; then nothing has changed."""
        face, scene = self.find()
        performance = self.strengthened(performance)
        return performance, write_at(face, performance, scene, self.start_frame, self.place)

    def strengthened(self, performance: Performance) -> Performance:
        """As strong as asked for."""
        return performance if self.intensity == 1.0 else scale(performance, self.intensity)
