"""A take: one performance made for one face, in three steps that a blocking and a modal operator share with the command line."""

from __future__ import annotations

from collections.abc import Callable

import bpy

from ..face.keyframe import Keyframe
from ..face.performance import Performance
from ..inference.engine import Engine
from ..inference.generation import Generation
from ..language.request import Request
from .curves import WriteReport
from .destination import Destination
from .placement import Placement
from .references import Refusal
from .rig import Face
from .running import TAKES, FaceId

Write = Callable[[Face, Performance, bpy.types.Scene], WriteReport]


class Take:
    """Make it (which starts the engine), poll it until it is done, finish it (which writes).

    Between the steps it holds no reference to Blender's data, so that undo, renaming and deleting in the meantime do no
    harm. Nothing in the scene changes before ``finish``.
    """

    def __init__(
        self,
        face: Face,
        scene: bpy.types.Scene,
        start_frame: float,
        request: Request,
        engine: Engine,
        intensity: float = 1.0,
        place: Placement = "REPLACE",
        write: Write | None = None,
    ) -> None:
        """``write`` stands in for writing it as a whole at ``place``.

        Raises Refusal where the face cannot be written or has a take under way, EngineError where the engine cannot start.
        """
        self.destination = Destination.on(face, scene, start_frame, intensity, place)
        if self.face_id in TAKES:
            raise Refusal(f"a performance for {face.name!r} is being made already: wait for it or cancel it")
        self.face_name = face.name
        self.start_frame = start_frame
        self.keyframes: list[Keyframe] = []
        self._duration = request.lasting
        self._write = write
        self._generation = Generation(request, engine)
        TAKES[self.face_id] = self

    @property
    def face_id(self) -> FaceId:
        """Whose it is, also when it is over."""
        return self.destination.face_id

    @property
    def labels(self) -> list[str]:
        """Of the keyframes so far."""
        return [keyframe.label for keyframe in self.keyframes]

    @property
    def progress(self) -> float:
        """By time where the duration was asked for, else a guess: most performances have about five keyframes."""
        if not self.keyframes:
            return 0.05
        if self._duration is not None:
            return min(0.95, max(0.1, self.keyframes[-1].time / self._duration))
        return 0.95 - 0.9 * 0.7 ** len(self.keyframes)

    @property
    def over(self) -> bool:
        """Finished, failed or cancelled."""
        return TAKES.get(self.face_id) is not self

    @property
    def done(self) -> bool:
        """The whole performance is there and waits to be written."""
        return self._generation.done

    def poll(self, timeout: float = 0.0) -> list[Keyframe]:
        """Keyframes that came since, waiting at most ``timeout`` seconds. Raises EngineError, then it is over."""
        try:
            new = self._generation.poll(timeout)
        except BaseException:
            self.cancel()
            raise
        self.keyframes += new
        return new

    def wait(self, on_keyframe: Callable[[Keyframe], None] = lambda _: None) -> None:
        """Blocks until it is done. Raises EngineError; Ctrl-C cancels."""
        try:
            while not self.done:
                for keyframe in self.poll(timeout=0.2):
                    on_keyframe(keyframe)
        except BaseException:
            self.cancel()
            raise

    def finish(self) -> tuple[Performance, WriteReport]:
        """Writes the performance, as strong as asked for; then it is over. Raises Refusal and NoFace, nothing has changed then."""
        performance = self._generation.performance
        assert performance is not None
        assert not self.over
        try:
            if self._write is None:
                return self.destination.write(performance)
            face, scene = self.destination.find()
            performance = self.destination.strengthened(performance)
            return performance, self._write(face, performance, scene)
        finally:
            self._end()

    def cancel(self) -> None:
        """Returns at once, writes nothing; safe at any time."""
        self._generation.cancel()
        self._end()

    def _end(self) -> None:
        if not self.over:
            del TAKES[self.face_id]
