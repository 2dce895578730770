"""Several readings of a prompt for one face: made one after another, looked at live on it, one of them kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy

from ..face.keyframe import Keyframe
from ..inference.engine import Engine
from ..language.request import Request
from .placement import Placement
from .preview import show_preview, shown_preview, take_away_previews
from .references import Refusal
from .rig import Face
from .running import TAKES, FaceId

if TYPE_CHECKING:
    from ..face.performance import Performance
    from ..inference.readings import Reading
    from .curves import WriteReport

FEWEST, MOST, USUAL = 2, 9, 4
"""How many there can be."""
SHELF: dict[FaceId, Variations] = {}
"""Those that there are to choose from, in memory until one is kept, they are discarded or another file is opened."""


class Variations:
    """Make them (which starts the engine) and poll them until they are done, as a take. They can be shown as they come.

    Nothing in the scene changes but by ``show``, which leaves nothing behind, and ``keep``, which writes.
    """

    def __init__(
        self,
        face: Face,
        scene: bpy.types.Scene,
        start_frame: float,
        request: Request,
        engine: Engine,
        count: int,
        temperature: float,
        intensity: float = 1.0,
        place: Placement = "REPLACE",
    ) -> None:
        """``temperature`` is that of all but the first. Raises Refusal and EngineError as a take."""
        from ..inference.readings import Readings  # numpy, which enabling has no time for
        from .destination import Destination

        take_away_previews()
        self.destination = Destination.on(face, scene, start_frame, intensity, place)
        if self.face_id in TAKES:
            raise Refusal(f"a performance for {face.name!r} is being made already: wait for it or cancel it")
        self.face_name = face.name
        self.keyframes: list[Keyframe] = []
        """Of the one under way."""
        self._readings = Readings(request, engine, count, temperature)
        TAKES[self.face_id] = self

    @property
    def face_id(self) -> FaceId:
        return self.destination.face_id

    @property
    def readings(self) -> list[Reading]:
        """So far."""
        return self._readings.found

    @property
    def count(self) -> int:
        """How many were asked for."""
        return self._readings.count

    @property
    def labels(self) -> list[str]:
        """Of the keyframes so far of the one under way."""
        return [keyframe.label for keyframe in self.keyframes]

    @property
    def progress(self) -> float:
        """A guess: most performances have about five keyframes."""
        return (len(self.readings) + 0.9 * (1.0 - 0.7 ** len(self.keyframes))) / self.count

    @property
    def over(self) -> bool:
        """No more are being made."""
        return TAKES.get(self.face_id) is not self

    @property
    def done(self) -> bool:
        """All are there that can be had."""
        return self._readings.done

    def poll(self, timeout: float = 0.0) -> list[Keyframe]:
        """Keyframes that came since, waiting at most ``timeout`` seconds. Raises EngineError, then it is over."""
        had = len(self.readings)
        try:
            new = self._readings.poll(timeout)
        except BaseException:
            self.cancel()
            raise
        self.keyframes += new
        if len(self.readings) > had:
            self.keyframes = []
            if had == 0:
                discard_variations(self.face_id)  # those of another prompt
            SHELF[self.face_id] = self
        if self.done:
            self._end()
        return new

    def wait(self) -> None:
        """Blocks until it is done. Raises EngineError; Ctrl-C cancels."""
        try:
            while not self.done:
                self.poll(timeout=0.2)
        except BaseException:
            self.cancel()
            raise

    def cancel(self) -> None:
        """No more are made; those that are there stay. Returns at once; safe at any time."""
        self._readings.cancel()
        self._end()

    @property
    def shown(self) -> int | None:
        """Which one is on the face now."""
        name = shown_preview()
        return name[1] if isinstance(name, tuple) and name[0] == self.face_id else None

    def show(self, index: int) -> None:
        """This one on the face, in place of the one before. Raises Refusal and NoFace; then none is shown."""
        take_away_previews()
        face, scene = self.destination.find()
        performance = self.destination.strengthened(self.readings[index].performance)
        start, place = self.destination.start_frame, self.destination.place
        show_preview((self.face_id, index), face, performance, scene, start, place)

    def keep(self, index: int) -> tuple[Performance, WriteReport]:
        """Writes this one, as a take would, and ends the choice. Raises Refusal and NoFace; then all are there still."""
        take_away_previews()
        written = self.destination.write(self.readings[index].performance)
        self.cancel()
        SHELF.pop(self.face_id, None)
        return written

    def _end(self) -> None:
        if not self.over:
            del TAKES[self.face_id]


def discard_variations(face: FaceId) -> None:
    """Takes them off the face and forgets them; the scene is as it was."""
    if (variations := SHELF.pop(face, None)) is not None:
        if variations.shown is not None:
            take_away_previews()
        variations.cancel()


def forget_variations() -> None:
    """Those of all faces, for another file."""
    for face in list(SHELF):
        discard_variations(face)
