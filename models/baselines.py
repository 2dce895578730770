"""What a model must beat: the answer of the most similar prompt in the corpus, and looking up words one by one."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from keyframeface_addon.face.performance import Performance
from keyframeface_addon.language.request import Request

from .composition.lexicon import actions, emotions, idioms
from .composition.pose import Beat, Pose, keyframes, merged, scaled
from .corpus import Example

Answer = Callable[[Request], Performance | None]
_WORD = re.compile(r"[a-z']+")
_WEAK = (
    "slight",
    "slightly",
    "subtle",
    "subtly",
    "hint",
    "faint",
    "faintly",
    "barely",
    "little",
    "bit",
    "tiny",
    "mild",
    "mildly",
)
_STRONG = (
    "very",
    "extremely",
    "really",
    "totally",
    "strong",
    "strongly",
    "wildly",
    "huge",
    "big",
    "utterly",
    "absolutely",
)
_STRENGTH = {**dict.fromkeys(_WEAK, 0.5), **dict.fromkeys(_STRONG, 1.3)}
_THEN = re.compile(r"\bthen\b|\bafter that\b|\bbefore\b|;|->|\bfinally\b")


def nearest(training: Sequence[Example]) -> Answer:
    """Answers with the performance of the training prompt that shares the rarest words (TF-IDF)."""
    bags = [Counter(_WORD.findall(_text(e.request))) for e in training]
    seen = Counter(word for bag in bags for word in bag)
    weight = {word: math.log(len(bags) / count) for word, count in seen.items()}
    norms = [math.sqrt(sum((n * weight[w]) ** 2 for w, n in bag.items())) or 1.0 for bag in bags]
    where: dict[str, list[int]] = {}
    for number, bag in enumerate(bags):
        for word in bag:
            where.setdefault(word, []).append(number)

    def answer(request: Request) -> Performance:
        asked = Counter(_WORD.findall(_text(request)))
        scores: Counter[int] = Counter({0: 0.0})  # type: ignore[dict-item]
        for word, count in asked.items():
            for number in where.get(word, ()):
                scores[number] += count * bags[number][word] * weight[word] ** 2 / norms[number]  # type: ignore[assignment]
        return Performance(training[scores.most_common(1)[0][0]].keyframes)

    return answer


def keywords(request: Request) -> Performance:
    """Every known word's pose, with the side and the strength named beside it; one part of the sentence after the other."""
    beats: list[Beat] = [(0.0, "", {})]
    for part in _THEN.split(_text(request)):
        face = _face(part)
        if face:
            beats.append((beats[-1][0] + 0.7, "", face))
    if len(beats) == 1:
        beats.append((0.7, "", {}))
    beats.append((beats[-1][0] + 0.8, "", beats[-1][2]))
    return Performance(tuple(keyframes(beats)))


def _face(part: str) -> Pose:
    words = _WORD.findall(part)
    sides = {side for side in ("left", "right") if side in words}
    side = sides.pop() if len(sides) == 1 else ""
    strength = math.prod(_STRENGTH.get(word, 1.0) for word in words)
    said, face = " " + " ".join(words) + " ", dict[str, float]()
    while found := next((phrase for phrase in _phrases() if f" {phrase} " in said), None):
        said = said.replace(f" {found} ", " | ", 1)
        pose, sided = _phrases()[found]
        face = merged(face, sided[side] if side and sided else pose)
    return scaled(face, strength) if face else {}


@cache
def _phrases() -> dict[str, tuple[Pose, dict[str, Pose]]]:
    """Words for feelings, actions and figures of speech, the longest first: pose of both sides, and of each."""
    found: dict[str, tuple[Pose, dict[str, Pose]]] = {}
    for idiom in idioms():
        strongest = max((pose for _, _, pose in idiom.beats), key=lambda pose: sum(map(abs, pose.values())))
        for phrase in idiom.phrases:
            found[_plain(phrase)] = (strongest, {})
    for emotion in emotions().values():
        for words in emotion.words.values():
            for word, strength in words:
                found[_plain(word)] = (scaled(emotion.poses[0][1], strength), {})
    for action in actions().values():
        sided = {side: action.pose(side)[0] for side in ("left", "right")} if "side" in action.face else {}
        both = action.pose()[0] if "both" in action.face else sided["right"]
        for phrase in (*action.do.get("both", ()), *action.say.get("both", ())):
            found[_plain(phrase)] = (both, sided)
        for phrase in (*action.do.get("side", ()), *action.say.get("side", ())):
            for side in ("left", "right"):
                found[_plain(phrase.format(s=side))] = (sided[side], {})
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _plain(phrase: str) -> str:
    return " ".join(_WORD.findall(phrase.lower()))


def _text(request: Request) -> str:
    return f"{request.prompt} {request.background} {request.emotion}".lower()
