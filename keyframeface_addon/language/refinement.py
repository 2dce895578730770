"""A sentence that changes a performance, where what it asks for is plain arithmetic: subtler, faster, mirror it, hold the smile longer.

Only what is understood to the last word counts; anything else is for a model. Sides are the character's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..face import refine
from ..face.channels import Side
from ..face.keyframe import Seconds
from ..face.performance import Performance
from ..face.refine import ALL, GAZE, Part
from ..face.transform import mirror, retime, scale
from .refinement_clauses import Clause, clauses

Degrees = tuple[float, float, float]
"""Of a change by a bit, by itself, and by much."""

WEAKER: Degrees = (0.85, 0.7, 0.45)
STRONGER: Degrees = (1.2, 1.4, 2.0)
FASTER: Degrees = (0.87, 0.75, 0.5)
"""Of the duration."""
SLOWER: Degrees = (1.15, 1.35, 2.0)
LOPSIDED: Degrees = (0.8, 0.6, 0.35)
"""Of the side that acts less."""
EVEN: Degrees = (0.35, 1.0, 1.0)
LONGER: Degrees = (0.25, 0.5, 1.0)
"""Seconds, of a hold and of a wait."""
LATER: Degrees = (0.06, 0.12, 0.24)
"""Seconds by which a part of the face leads or follows."""
RETURN: Seconds = 0.6
"""From the last pose to rest."""
SHORTEST: Seconds = 0.1
MOST_SHIFTED: Seconds = 5.0
LIDS_SHUT = frozenset({"eyeBlinkLeft", "eyeBlinkRight"})
STRONGEST, SLOWEST = 10.0, 20.0
"""Factors beyond these are a slip."""


@dataclass(frozen=True, slots=True)
class Step:
    """One exact change, and in a few words what it does."""

    said: str
    change: Callable[[Performance], Performance]
    adds: bool = False
    """It wants more of something: where it changes nothing, there is nothing to make more of."""


@dataclass(frozen=True, slots=True)
class Refinement:
    """The exact changes that a sentence asks for, in its order."""

    steps: tuple[Step, ...]

    @property
    def said(self) -> str:
        """In one line, for the animator."""
        return "; ".join(step.said for step in self.steps)

    def apply(self, performance: Performance) -> Performance | None:
        """The performance changed; None where it holds nothing of what there is to be more of."""
        for step in self.steps:
            changed = step.change(performance)
            if step.adds and changed.keyframes == performance.keyframes:
                return None
            performance = changed
        return performance


def read_refinement(sentence: str) -> Refinement | None:
    """The exact changes that this sentence asks for; None where any part of it is not understood."""
    steps = [_step(clause) for clause in clauses(sentence) or ()]
    understood = tuple(step for step in steps if step is not None)
    return Refinement(understood) if steps and len(understood) == len(steps) else None


def _step(clause: Clause) -> Step | None:
    """By the first rule which has one of its roles there, a use for all the others, and a meaning for the rest."""
    if not clause.features and not clause.side:  # just a bit subtler
        clause = replace(clause, roles=clause.roles - {"ONLY"})
    for needed, allowed, make in RULES:
        one_of, more = needed.split(), allowed.split()
        if one_of and clause.roles.isdisjoint(one_of):
            continue
        if "MUCH" in more:
            more.append("A BIT")
        if clause.names and clause.roles <= {*one_of, *more} and (step := make(clause)) is not None:
            return step
    return None


def _only(clause: Clause) -> Step | None:
    if _numbers(clause):
        return None
    other: Side = "left" if clause.side == "right" else "right"
    across = refine.side_of(other) if clause.side else frozenset[str]()
    features = replace(clause, side=None)
    if not clause.features:
        gone, said = across, f"only the {clause.side} side, the {other} at rest"
    elif clause.side and clause.before_side and clause.before_only:  # the smile only on the left
        gone, said = features.names & across, f"{features.what} only on the {clause.side}"
    else:
        gone, said = ALL - features.names | across, f"only {clause.what}, all else at rest"
    return Step(said, lambda p: refine.without(p, gone))


def _still(clause: Clause) -> Step | None:
    if not clause.features or _numbers(clause):
        return None
    gaze_only = set(clause.features) <= {"eye", "eyes"}  # lids go with brows and cheeks
    names = GAZE if gaze_only else clause.names
    said = "the gaze" if gaze_only else clause.what
    return Step(f"{said} still, as at the beginning", lambda p: refine.still(p, names))


def _without(clause: Clause) -> Step | None:
    part = _part(clause)
    if not (clause.features or clause.side) or _numbers(clause):
        return None
    if "MOVEMENT" in clause.roles:
        return _still(clause)
    return Step(f"{clause.what} at rest{_in(part)}", lambda p: scale(p, 0.0, clause.names, refine.poses_in(p, part)))


def _mirrored(clause: Clause) -> Step | None:
    return None if clause.features or clause.side or _numbers(clause) else Step("left and right exchanged", mirror)


def _symmetry(clause: Clause) -> Step | None:
    if _numbers(clause) or clause.side:
        return None
    if ("ASYMMETRIC" in clause.roles) == ("LESS" in clause.roles):
        some = "LESS" in clause.roles or "MORE" in clause.roles
        amount = EVEN[0] if "A BIT" in clause.roles else 0.6 if some and "MUCH" not in clause.roles else 1.0
        said = "both sides alike" if amount == 1 else f"sides {amount:.0%} closer to each other"
        return Step(_about(clause, said), lambda p: refine.symmetric(p, amount, clause.names))
    factor = _degree(clause, LOPSIDED)
    said = f"the side that does less × {factor:g}"
    return Step(_about(clause, said), lambda p: refine.asymmetric(p, factor, clause.names), adds=True)


def _reversed(clause: Clause) -> Step | None:
    return None if clause.features or clause.side or _numbers(clause) else Step("played backwards", refine.reverse)


def _rested(clause: Clause) -> Step | None:
    if clause.features or clause.side or clause.share is not None or clause.times is not None:
        return None
    seconds = RETURN if clause.seconds is None else max(SHORTEST, clause.seconds)
    if "START" in clause.roles:
        return Step(f"begins at rest, {seconds:g} s before", lambda p: refine.begin_at_rest(p, seconds))
    if clause.roles.isdisjoint({"END", "RETURN"}):
        return None
    return Step(f"back to rest {seconds:g} s after its last pose", lambda p: refine.end_at_rest(p, seconds))


def _held(clause: Clause) -> Step | None:
    """Longer by itself is the whole performance's; keep by itself is no hold."""
    roles, counted = clause.roles, clause.share is not None or clause.times is not None
    if counted or not ("HOLD" in roles or (clause.features and (clause.seconds or "LONGER" in roles))):
        return None
    seconds = _seconds(clause, LONGER)
    if "BEFORE" in roles:
        return _waited(clause)
    if "START" in roles:
        return (
            Step(f"begins {seconds:g} s later", lambda p: refine.hold(p, 0, seconds)) if not clause.features else None
        )

    def change(performance: Performance) -> Performance:
        index = len(performance.keyframes) - 1 if "END" in roles else refine.peak(performance, clause.names)
        return performance if index is None else refine.hold(performance, index, seconds)

    what = "the last pose" if "END" in roles else clause.what or "the strongest pose"
    return Step(f"{what} held {seconds:g} s longer", change, adds=True)


def _waited(clause: Clause) -> Step | None:
    """Of the whole performance, or before a feature sets in."""
    if (clause.features and "BEFORE" not in clause.roles) or clause.side or _numbers(clause, "seconds"):
        return None
    seconds = _seconds(clause, LONGER)

    def change(performance: Performance) -> Performance:
        index = refine.onset(performance, clause.names) if clause.features else 0
        return performance if index is None else refine.hold(performance, index, seconds)

    if clause.features:
        return Step(f"{seconds:g} s more before {clause.what}", change, adds=True)
    return Step(f"begins {seconds:g} s later", change)


def _led(clause: Clause) -> Step | None:
    return _shifted(clause, -1, "earlier")


def _followed(clause: Clause) -> Step | None:
    return _shifted(clause, 1, "later")


def _shifted(clause: Clause, direction: int, when: str) -> Step | None:
    if "SIDES" in clause.roles and not clause.side:  # offset the sides
        clause = replace(clause, side="right")
    seconds = _seconds(clause, LATER)
    # of two features nobody knows which leads which
    if (
        not (clause.features or clause.side)
        or len(clause.features) > 1
        or seconds > MOST_SHIFTED
        or _numbers(clause, "seconds")
    ):
        return None
    up_to = "up to " if direction < 0 else ""
    said, names = f"{clause.what} {up_to}{seconds:g} s {when}", clause.names
    return Step(said, lambda p: refine.shift(p, names, direction * seconds, f"{clause.what} {when}"), adds=True)


def _timed(clause: Clause) -> Step | None:
    if clause.features or clause.side:
        return None
    part, direction, seconds = _part(clause), _direction(clause, "SLOWER LONGER", "FASTER SHORTER"), clause.seconds
    if direction is None:
        return None
    if seconds is not None:
        if part or clause.share is not None or clause.times is not None:
            return None
        if direction == 0 or "TO" in clause.roles:
            return Step(f"{seconds:g} s long", lambda p: retime(p, max(SHORTEST, seconds)))
        more = direction * seconds
        said = f"{seconds:g} s {'longer' if direction > 0 else 'shorter'}"
        return Step(said, lambda p: retime(p, max(SHORTEST, p.duration + more)))
    factor = _duration(clause, direction)
    if factor is None or not 1 / SLOWEST <= factor <= SLOWEST:
        return None
    return Step(f"duration × {factor:.3g}{_in(part)}", lambda p: refine.stretch(p, factor, part))


def _duration(clause: Clause, direction: int) -> float | None:
    """The factor of the duration."""
    roles = clause.roles
    value = clause.times if clause.share is None else clause.share
    if value is None:
        return _degree(clause, SLOWER if direction > 0 else FASTER) if direction else None
    if value in (0, 1):
        return None
    by_speed = not roles.isdisjoint({"FASTER", "SLOWER", "SPEED"})
    if direction == 0 or "AS" in roles or "TO" in roles:  # half the speed, twice as long, to 80 %
        slower = "SPEED" in roles or "FASTER" in roles or ("SLOWER" in roles and "AS" not in roles)
        shorter = "SHORTER" in roles and "AS" in roles
        return 1 / value if slower or shorter else value
    whole = value if clause.times is not None and value > 1 else 1 + value  # twice faster, a third faster
    if direction > 0:
        return whole
    return 1 / whole if by_speed or whole == value else 1 - value if value < 1 else None


def _strengthened(clause: Clause) -> Step | None:
    blinks = any(feature.startswith(("blink", "wink")) for feature in clause.features)  # half a blink is none
    factor, part = _strength(clause), _part(clause)
    if factor is None or not factor <= STRONGEST or clause.seconds is not None or blinks:
        return None
    names = clause.names - LIDS_SHUT if clause.features else clause.names
    said = f"{clause.what or 'everything'} × {factor:.3g}{_in(part)}"
    return Step(said, lambda p: scale(p, factor, names, refine.poses_in(p, part)), adds=factor > 1)


def _strength(clause: Clause) -> float | None:
    roles, direction = clause.roles, _direction(clause, "STRONGER", "WEAKER")
    value = clause.times if clause.share is None else clause.share
    if direction is None or (value is None and direction == 0) or (clause.times, clause.share).count(None) == 0:
        return None
    if value is None:
        toward = "TO" in roles and clause.side  # more to the left is somewhere to look
        return None if toward else _degree(clause, STRONGER if direction > 0 else WEAKER)
    if value == 1 or ("BY" in roles and direction == 0):
        return None
    if "BY" not in roles and (direction == 0 or not roles.isdisjoint({"TO", "AT", "AS", "AMOUNT"})):
        return 1 / value if "AS" in roles and direction < 0 and value else value
    whole = value if value > 1 and "BY" not in roles else 1 + value  # twice as strong, a third stronger
    if direction > 0:
        return whole
    return 1 / whole if whole == value else 1 - value if value <= 1 else None


RULES: tuple[tuple[str, str, Callable[[Clause], Step | None]], ...] = (
    ("ONLY", "MOVEMENT KEEP SIDES AT", _only),
    ("STILL", "KEEP HOLD MOVEMENT", _still),
    ("NO", "MOVEMENT SIDES AT START MIDDLE END EXCEPT KEEP", _without),
    ("MIRROR", "SIDES TO", _mirrored),
    ("SYMMETRIC ASYMMETRIC", "MORE LESS MUCH EXCEPT SIDES", _symmetry),
    ("REVERSE", "", _reversed),
    ("NEUTRAL", "START END RETURN TO AT", _rested),
    ("HOLD LONGER KEEP", "MORE MUCH START END BEFORE AT", _held),
    ("WAIT", "START BEFORE LEAD MUCH BY AT", _waited),
    ("LEAD", "START MUCH MORE BY SIDES MOVEMENT", _led),
    ("LAG WAIT", "MUCH MORE BY SIDES MOVEMENT", _followed),
    ("FASTER SLOWER SHORTER LONGER LONG SPEED", "MORE LESS MUCH AS TO AT BY START MIDDLE END", _timed),
    ("STRONGER WEAKER", "MORE LESS AMOUNT MUCH AS TO AT BY KEEP SIDES START MIDDLE END MOVEMENT EXCEPT", _strengthened),
    ("MORE LESS AMOUNT", "MUCH AS TO AT BY SIDES START MIDDLE END MOVEMENT EXCEPT", _strengthened),
    ("", "AS AT TO SIDES START MIDDLE END", _strengthened),
    ("", "TO", _timed),
)
"""Roles of which a clause has at least one; others that it may have ("MUCH" stands for "A BIT" too); what it then means."""


def _direction(clause: Clause, up: str, down: str) -> int | None:
    """1 for more of it, -1 for less, 0 where neither is said; None where both are."""
    roles = clause.roles
    ups, downs = not roles.isdisjoint(up.split()), not roles.isdisjoint(down.split())
    more, less = "MORE" in roles, "LESS" in roles
    if (ups and downs) or (more and less):
        return None
    if ups or downs:
        return (1 if ups else -1) * (-1 if less else 1)
    if "SPEED" in roles:  # less speed takes longer
        more, less = less, more
    return int(more) - int(less)


def _degree(clause: Clause, degrees: Degrees) -> float:
    return degrees[0 if "A BIT" in clause.roles else 2 if "MUCH" in clause.roles else 1]


def _seconds(clause: Clause, degrees: Degrees) -> Seconds:
    return _degree(clause, degrees) if clause.seconds is None else clause.seconds


def _numbers(clause: Clause, but: str = "") -> bool:
    return any(getattr(clause, name) is not None for name in {"share", "times", "seconds"} - {but})


def _part(clause: Clause) -> Part | None:
    """Two at once, the middle of the end, mean the later."""
    parts: tuple[tuple[str, Part], ...] = (("END", "end"), ("MIDDLE", "middle"), ("START", "start"))
    return next((part for role, part in parts if role in clause.roles), None)


def _in(part: Part | None) -> str:
    return {"start": " at the beginning", "middle": " in the middle", "end": " at the end"}[part] if part else ""


def _about(clause: Clause, said: str) -> str:
    return f"{clause.what}: {said}" if clause.what else said
