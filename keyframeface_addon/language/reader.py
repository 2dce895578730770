"""Reads a model's answer as it arrives: each keyframe is there as soon as its line is complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..face.gaze import with_eye_rotations
from ..face.keyframe import Keyframe, Seconds
from ..face.performance import Performance
from ..face.plausible import Repair, repair
from ..face.transform import retime
from .exclusions import exclusions
from .notation import NotationError, read_keyframe
from .request import Request
from .rewriting import line_of_rewritten, rewritten

MIN_GAP: Seconds = 0.04
"""One frame of film: keyframes closer than that would fall onto one frame."""
_MOVES = 0.05
"""Less than that, nobody sees a movement."""
_SEALED = 0.1
"""How far the jaw may be open beyond mouthClose without the lips parting."""


class UnreadableAnswer(ValueError):
    """The model's answer holds no keyframe; the text quotes how it begins."""


class Reader:
    """Feed it text in pieces of any size, then close it. What it had to mend is in ``repairs``, lines it skipped in ``skipped``.

    Where one keyframe is rewritten, only that one counts, and the performance is what was given with this one changed.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.repairs: list[Repair] = []
        self.skipped: list[str] = []
        self._keyframes: list[Keyframe] = []
        self._text = ""
        self._before = 0 if request.rewrite is None else line_of_rewritten(request)
        """Keyframe lines to pass over."""
        self._excluded = frozenset() if request.given else exclusions(request.prompt)
        """Channels that stay at rest; what is changed or written anew goes by the change and the label instead."""

    def feed(self, piece: str) -> list[Keyframe]:
        """The keyframes that this piece completed."""
        *lines, self._text = (self._text + piece).split("\n")
        return [keyframe for line in lines if (keyframe := self._read(line)) is not None]

    def close(self, model: str = "", cut: bool = False) -> Performance:
        """The whole performance. Raises UnreadableAnswer.

        A last line without its line break counts where it reads whole, unless the answer was ``cut``: half a number reads too.
        """
        if cut and self._text:
            self.skipped.append(self._text.strip())
            self._text = ""
        self.feed("\n")
        if not self._keyframes:
            raise UnreadableAnswer(f"the model's answer holds no keyframe: {' '.join(self.skipped)[:80]!r}")
        request = self.request
        seed = request.seed if request.temperature > 0 else None
        keyframes = tuple(self._keyframes)
        if not request.given and _is_one_pose(keyframes):
            keyframes = (replace(keyframes[0], channels={}), *keyframes[1:])
            self.repairs.append(Repair(keyframes[0].time, "one pose throughout", "begins at rest"))
        if (anew := request.rewrite) is not None:
            keyframes = (*request.given[:anew], *keyframes, *request.given[anew + 1 :])
        performance = Performance(keyframes, request.prompt, request.background, request.emotion, model, seed)
        was, lasting = performance.duration, request.lasting
        if anew is None and lasting is not None and was not in (0.0, lasting):
            performance = retime(performance, lasting)
            self.repairs.append(Repair(was, "duration asked for", f"{was:g} s -> {lasting:g} s"))
        return performance

    def _read(self, line: str) -> Keyframe | None:
        if not line.strip():
            return None
        try:
            keyframe = read_keyframe(line)
        except NotationError:
            self.skipped.append(line.strip())
            return None
        if self.request.rewrite is not None:
            return self._read_rewritten(keyframe)
        earliest = round(self._keyframes[-1].time + MIN_GAP, 4) if self._keyframes else 0.0
        if keyframe.time < earliest:
            self.repairs.append(Repair(keyframe.time, "time does not increase", f"moved to {earliest:.2f} s"))
            keyframe = replace(keyframe, time=earliest)
        keyframe, repairs = repair(self._less_excluded(keyframe))
        self.repairs += repairs
        self._keyframes.append(keyframe)
        return keyframe

    def _less_excluded(self, keyframe: Keyframe) -> Keyframe:
        """Without what the prompt rules out. A jaw that drops behind lips which stay closed is no open mouth."""
        pose = keyframe.channels
        gone = {name: pose[name] for name in sorted(self._excluded & set(pose)) if pose[name]}
        if "jawOpen" in gone and pose.get("mouthClose", 0.0) >= gone["jawOpen"] - _SEALED:
            del gone["jawOpen"]
        if not gone:
            return keyframe
        self.repairs += [
            Repair(keyframe.time, "ruled out by the prompt", f"{name} {value:.2f} -> 0.00")
            for name, value in gone.items()
            if not name.startswith(("leftEye", "rightEye"))
        ]
        return replace(keyframe, channels=with_eye_rotations({n: v for n, v in pose.items() if n not in gone}))

    def _read_rewritten(self, keyframe: Keyframe) -> Keyframe | None:
        self._before -= 1
        if self._before >= 0 or self._keyframes:
            return None
        keyframe, repairs = repair(rewritten(self.request, keyframe))
        self.repairs += repairs
        self._keyframes.append(keyframe)
        return keyframe


def _is_one_pose(keyframes: Sequence[Keyframe]) -> bool:
    """Whether there are several keyframes and all of them hold the same pose, other than rest."""
    first, *others = (keyframe.channels for keyframe in keyframes)
    names = set(first).union(*others)
    return (
        bool(others)
        and any(abs(value) >= _MOVES for value in first.values())
        and all(abs(other.get(name, 0.0) - first.get(name, 0.0)) < _MOVES for other in others for name in names)
    )
