"""What a prompt plainly rules out: ``without opening her mouth``, ``no teeth``, ``the head stays still``, ``only in the brows``.

A small model forgets a negation now and then; an animator never means it. Read is only what leaves no doubt. What is ruled out for
a part of the time, tried in vain, asked or said by somebody is left to the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ..face.channels import CHANNELS, ChannelName
from .refinement_words import channels_of, is_feature

_LONGEST = 400
"""Characters; in a longer text a no belongs to anything."""

# Said for a part of the time, of an attempt, of a condition, by somebody: nothing is certain then
_UNCERTAIN = re.compile(
    r"->|→|=>|\b(?:then|until|till|before|after|afterwards|first|finally|eventually|last|later|at the end|in the end|end on|ends"
    r"|anymore|any more|any longer|no longer|yet to|stop|stops|stopped|stopping|turns? into|becom\w+|start\w*|begin\w*|suddenly"
    r"|try|tries|trying|tried|attempt\w*|struggl\w+|fight\w*|fail\w*|almost|nearly|can not help|hold(?:s|ing)? back|stifl\w+|suppress\w*"
    r"|resist\w*|manag\w+|promis\w+|pretend\w*|suppos\w+|if|unless|why|whether|asks?|asked|wonders?|when|while|once|as soon as"
    r"|remember\w*|wish\w*|hop(?:e|es|ing) that|nobody|no one|except|save for|but for|apart from|other than|so as not|not (?:only|just|so much|merely|simply|necessarily|that))\b"
)
_SAID = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»")
_NOT = re.compile(r"(?<!ca)n't\b|(?<=\bdo)nt\b|(?<=\bdoes)nt\b")
"""Who can't keep a smile in does smile."""
_MOST_CLAUSES = 5
_NEAR = 16
"""Characters after what is denied that may still name its side."""
_SIDE = re.compile(r"\b(?:left|right|one side|one corner|one eye|one brow|one eyebrow|half)\b")
_CLAUSE = re.compile(r"[,;.:!?()]| - |$")

_HIS = r"(?:(?:a|an|any|the|his|her|their|its|my|your|this|that|both|one|either|single|even|hint of|trace of|sign of|bit of) )*"
_NO = (
    r"\b(?:no|not|never|without|w/o|nor|neither|zero|sans|avoid|avoids|avoiding|absolutely no)\s+(?:even |ever |once |at all "
    r"|really |visibly |actually |to |let |have |show |shows |showing |allow |allowing |need to |be |get |getting |use |using )*"
)
_OR = re.compile(r"(?: at all)?,? (?:or|nor|and no|/) (?:even |ever |to |with )*|(?: at all)?, no |/")
# What follows a thing and says that it is not ruled out, or not all of it
_UNLESS = r"(?! (?:so|too|that|as|quite|all the|in|with|like|of|for|to|from|than|away|back|much|very|wide|fully|completely|entirely|yet|go|goes|fade|slip|drop|yet)\b)"
_CLOSED = "jawOpen mouthFunnel mouthLowerDown tongueOut"
_ENDS = r"(?=[,;.:!?)]| - |$)"
_BROWS, _EYEBROWS = r"(?:brows?|eyebrows?)", r"(?:brows?|eyebrows?|forehead)"
_MOUTH = "mouth* jaw* tongue*"
_STAYS = (
    r" (?:(?:must|should|to|will) )?(?:stays?|staying|kept|keeps?|remains?|remaining|held)"
    r"(?: perfectly| completely| absolutely| totally| dead| very| all| entirely| firmly| tightly| nice and)? "
)
_NO_PART = (
    r"(?: and (?:the )?\w+)? (?:takes? no part|plays? no part|does nothing|do nothing|(?:is |are )?(?:not involved|uninvolved)"
    r"|(?:does|do|must) not (?:join in|take part|help|act)|(?:stays?|is|are) out of it)\b"
)
_KEEPS = r"\b(?<!can't )(?<!cant )(?<!cannot )(?<! to )keep(?:s|ing)? "
_STILL = r"(?:still|neutral|motionless|frozen|fixed|locked|immobile|unmoving|expressionless|out of it|out of this|uninvolved)\b"

_THINGS: tuple[tuple[str, str], ...] = (
    (r"(?:smil(?:e|es|ing|ed)|grin(?:s|ning)?|beam(?:s|ing))", "mouthSmile"),
    (r"(?:bar(?:e|es|ing) |flash(?:es|ing)? )?" + _HIS + r"(?:teeth|tooth)(?: showing| visible)?", "mouthUpperUp mouthLowerDown"),
    (r"open(?:s|ing)? " + _HIS + r"(?:mouth|lips)|open mouth|mouth open(?:ing)?", _CLOSED),
    (r"(?:open(?:s|ing)?|drop(?:s|ping)?) " + _HIS + r"jaw|jaw drops?|dropped jaw|jaw opening|open jaw", "jawOpen tongueOut"),
    (r"part(?:s|ing)? " + _HIS + "lips|(?:the )?lips part(?:ing)?", _CLOSED + " mouthUpperUp"),
    (r"mov(?:e|es|ing) " + _HIS + r"(?:mouth|lips|jaw)|(?:mouth|lip|jaw) movements?", _MOUTH),
    (r"frown(?:s|ing)?", "mouthFrown browDown"),
    (r"(?:scowl(?:s|ing)?|glower(?:s|ing)?|furrow(?:s|ing)? " + _HIS + _EYEBROWS + r"|furrowed brows?|(?:lower(?:s|ing)?|knit(?:s|ting)?) " + _HIS + _BROWS + ")", "browDown"),
    (r"(?:rais(?:e|es|ing)|lift(?:s|ing)?|arch(?:es|ing)?) " + _HIS + _BROWS + "|raised " + _BROWS, "browInnerUp browOuterUp"),
    (r"mov(?:e|es|ing) " + _HIS + _EYEBROWS + "|(?:brow|eyebrow|forehead) movements?", "brows*"),
    (r"(?:blink(?:s|ing)?|(?:clos(?:e|es|ing)|shut(?:s|ting)?) " + _HIS + r"(?:eyes?|lids|eyelids)|closed eyes)", "eyeBlink"),
    (r"(?:widen(?:s|ing)? " + _HIS + "eyes|wide eyes|eye widening)", "eyeWide"),
    (r"(?:squint(?:s|ing)?|narrow(?:s|ing)? " + _HIS + "eyes|narrowed eyes)", "eyeSquint"),
    (r"(?:(?:wrinkl|crinkl|scrunch|mov)(?:e|es|ing)? " + _HIS + r"nose|nose (?:wrinkle|wrinkling|scrunch|crinkle|movement)|wrinkled nose)", "noseSneer"),
    (r"sneer(?:s|ing)?", "noseSneer mouthUpperUp"),
    (r"(?:stick(?:s|ing)? (?:out )?" + _HIS + r"tongue(?: out)?|(?:show(?:s|ing)? )?" + _HIS + "tongue)", "tongueOut"),
    (r"(?:mov(?:e|es|ing) " + _HIS + "head|head (?:movements?|motion))", "head*"),
    (r"(?:(?:turn(?:s|ing)?|shak(?:e|es|ing)) " + _HIS + r"head|head (?:turns?|turning|shakes?|shaking))", "headYaw"),
    (r"(?:tilt(?:s|ing)? " + _HIS + r"head|head tilts?|head tilting)", "headRoll"),
    (r"(?:nod(?:s|ding)?|(?:lift(?:s|ing)?|lower(?:s|ing)?|rais(?:e|es|ing)) " + _HIS + "head)", "headPitch"),
    (r"head (?:bobs?|bobbing|nods?|nodding)", "headPitch"),
    (r"(?:cheek (?:raise|lift|raising|squint)|(?:rais(?:e|es|ing)|lift(?:s|ing)?) " + _HIS + "cheeks|cheeks)", "cheekSquint"),
    (_EYEBROWS + _ENDS, "brows*"),
    (r"mouth" + _ENDS, _MOUTH),
    (r"(?:pout(?:s|ing)?)", "mouthShrugLower mouthPucker"),
    (r"(?:chin (?:raise|boss|wobble|quiver|trembling))", "mouthShrugLower"),
    (r"(?:pucker(?:s|ing)?|purs(?:e|es|ing) " + _HIS + "lips|pursed lips)", "mouthPucker mouthFunnel"),
    (r"(?:puff(?:s|ing)? (?:out )?" + _HIS + r"cheeks?(?: out)?|cheek puff|puff in " + _HIS + "cheeks?|puffed cheeks)", "cheekPuff"),
    (r"(?:press(?:es|ing)? " + _HIS + "lips|lip press|pressed lips)", "mouthPress"),
)  # fmt: skip
_STATES: tuple[tuple[str, str], ...] = (
    (r"\b(?:mouth|lips)" + _STAYS + r"(?:shut|closed|sealed|together|zipped)\b", _CLOSED),
    (_KEEPS + _HIS + r"(?:mouth|lips) (?:shut|closed|sealed|together|zipped)\b", _CLOSED),
    (r"\b(?:mouth|lips|jaw) (?:(?:does|do|will|can|must) )?(?:not|never) (?:once )?(?:opens?|parts?|drops?|opening|parting|dropping)\b" + _UNLESS, _CLOSED + " mouthUpperUp"),
    (r"\b(?:mouth|lips|jaw) (?:(?:does|do|will|can|must) )?(?:not|never) (?:once )?(?:moves?|budges?|stirs?|moving)\b", _MOUTH),
    (r"\b(?:mouth|lips)" + _NO_PART, _MOUTH),
    (r"\b" + _EYEBROWS + _NO_PART, "brows*"),
    (r"\bhead" + _NO_PART, "head*"),
    (r"\bnose" + _NO_PART, "nose*"),
    (r"\b(?:mouth|lips)" + _STAYS + _STILL, _MOUTH),
    (r"\b(?:teeth|tooth) (?:(?:does|do|will|must) )?(?:not|never) (?:shows?|seen|visible)\b", "mouthUpperUp mouthLowerDown"),
    (r"\b(?:eyes|lids|eyelids) (?:that )?(?:(?:does|do|will|can|must) )?(?:not|never) (?:once )?(?:closes?|shuts?|blinks?|closing|shutting|blinking)\b" + _UNLESS, "eyeBlink"),
    (r"\beyes (?:stay|staying|kept|remain|remaining) (?:wide )?open\b|" + _KEEPS + _HIS + r"eyes (?:wide )?open\b|\bunblinking(?:ly)?\b", "eyeBlink"),
    (r"\b" + _EYEBROWS + r" (?:(?:does|do|will|can|must) )?(?:not|never) (?:once )?(?:moves?|budges?|stirs?|twitch(?:es)?)\b", "brows*"),
    (r"\b" + _EYEBROWS + _STAYS + r"(?:" + _STILL + r"|relaxed\b|flat\b|smooth\b|level\b)", "brows*"),
    (r"\bnose (?:(?:does|do|will|can|must) )?(?:not|never) (?:moves?|wrinkles?|crinkles?|scrunch(?:es)?)\b|\bnose" + _STAYS + r"(?:still|neutral|smooth)\b", "noseSneer"),
    (r"\bhead" + _STAYS + r"(?:" + _STILL + r"|steady\b)|" + _KEEPS + _HIS + r"head (?:still|steady|fixed|locked)\b|\bhead still(?=[,;.:!)]|$)", "head*"),
    (r"\bhead (?:(?:does|do|will|can|must) )?(?:not|never) (?:moves?|stirs?|budges?)\b", "head*"),
    (r"\bhead (?:(?:does|do|will|can|must) )?(?:not|never) turns?\b", "headYaw"),
    (r"\btongue (?:stays in(?:side)?|never leaves|kept in(?:side)?|does not come out)\b", "tongueOut"),
    (r"\bupper face" + _STAYS + _STILL, "brows* eyes* nose*"),
    (r"\blower face" + _STAYS + _STILL, "nose* cheeks* " + _MOUTH),
    (r"\b(?:not|never) reach(?:es|ing)? (?:his|her|their|the|its) eyes\b", "cheekSquint eyeSquint"),
)  # fmt: skip
_REGIONS = {
    "brow": "brows*",
    "eyebrow": "brows*",
    "eye": "eyes* brows* cheekSquint",
    "mouth": "mouth* jaw* tongue*",
    "lip": "mouth* jaw* tongue*",
    "head": "head*",
    "nose": "nose*",
}
_PART = r"(?:the|his|her|their|its) (brow|eyebrow|eye|mouth|lip|nose|head)s?"
_ONLY = (
    r"\b(?:only|just|solely) (?:with|in|using|through) " + _PART + _ENDS,
    r"\b(?:only|just|nothing but) " + _PART + r" (?:moves?|moving|acts?|acting|is involved|are involved)\b",
    r"\b(?:in|with|using|through) " + _PART + r" (?:only|alone)" + _ENDS,
    r"(?:^|, )(?:the )?(brow|eyebrow|eye|mouth)s? only" + _ENDS,
)
_REST = r"\b(?:rest of (?:the|his|her|their|its) face|everything else|all else)" + _STAYS + r"(?:" + _STILL + r"|blank\b|relaxed\b|dead\b|slack\b)|\bnothing else (?:moves|stirs|changes)\b"  # fmt: skip
# Facial Action Coding System: what a unit is in blendshapes
_UNITS = {
    1: "browInnerUp", 2: "browOuterUp", 4: "browDown", 5: "eyeWide", 6: "cheekSquint", 7: "eyeSquint", 9: "noseSneer",
    10: "mouthUpperUp", 12: "mouthSmile", 14: "mouthDimple", 15: "mouthFrown", 16: "mouthLowerDown", 17: "mouthShrugLower",
    18: "mouthPucker", 19: "tongueOut", 20: "mouthStretch", 22: "mouthFunnel", 24: "mouthPress", 26: "jawOpen", 27: "jawOpen",
    43: "eyeBlink", 45: "eyeBlink",
}  # fmt: skip
_NO_UNITS = re.compile(r"\b(?:no|not|without|w/o) (?:any )?(?:au ?)?(\d{1,2})((?:(?:, | or |/| and | nor )(?:au ?)?\d{1,2})*)\b")


def exclusions(prompt: str) -> frozenset[ChannelName]:
    """The channels that this prompt says must not move; none where that is in doubt."""
    text = _SAID.sub(" ", " ".join(prompt.lower().split()))
    text = _NOT.sub(" not", text.replace("’", "'"))
    if len(text) > _LONGEST or len(_CLAUSE.findall(text)) > _MOST_CLAUSES or _UNCERTAIN.search(text):
        return frozenset()
    found: frozenset[ChannelName] = frozenset()
    spans: list[tuple[int, int]] = []
    for start, end, names in (*_denied(text), *_stated(text), *_units(text)):
        found |= names
        spans.append((start, end))
    found -= _named(text, spans, whole_regions=False)
    return found | _outside(text, spans)


def _denied(text: str) -> Iterator[tuple[int, int, frozenset[ChannelName]]]:
    """No, and one thing or several."""
    no, things = _patterns()
    for match in no.finditer(text):
        end, following = match.end(), True
        while following:
            following = False
            for pattern, names in things:
                if thing := pattern.match(text, end):
                    if not _of_one_side(text, match.start(), thing.end()):
                        yield match.start(), thing.end(), names
                    if other := _OR.match(text, thing.end()):
                        end, following = other.end(), True
                    break


def _of_one_side(text: str, start: int, end: int) -> bool:
    """Whether a side is named beside it, in its clause: the left corner does not smile."""
    before = max((match.end() for match in _CLAUSE.finditer(text, 0, start)), default=0)
    after = min(next(match.start() for match in _CLAUSE.finditer(text, end)), end + _NEAR)
    if text.startswith(("without", "w/o", "sans"), start):
        before = start
    return bool(_SIDE.search(text[before:after]))


def _stated(text: str) -> Iterator[tuple[int, int, frozenset[ChannelName]]]:
    """A part that stays as it is."""
    for pattern, names in _states():
        for match in pattern.finditer(text):
            if not _of_one_side(text, match.start(), match.end()):
                yield match.start(), match.end(), names


def _units(text: str) -> Iterator[tuple[int, int, frozenset[ChannelName]]]:
    """Action units by number, where the prompt speaks of such."""
    if not re.search(r"\b(?:au ?\d|facs|action units?)", text) and not re.search(r"\(no \d", text):
        return
    for match in _NO_UNITS.finditer(text):
        numbers = [int(number) for number in re.findall(r"\d+", match[0])]
        yield match.start(), match.end(), _channels(" ".join(_UNITS.get(number, "") for number in numbers))


def _outside(text: str, spans: list[tuple[int, int]]) -> frozenset[ChannelName]:
    """All but the only part that moves, or but what is named where the rest stays still."""
    for pattern in map(re.compile, _ONLY if len(_CLAUSE.findall(text)) <= 3 else ()):
        if match := pattern.search(text):
            spans.append(match.span())
            return _channels("*") - _channels(_REGIONS[match[1]]) - _named(text, spans, whole_regions=True)
    if match := re.search(_REST, text):
        spans.append(match.span())
        if named := _named(text, spans, whole_regions=True):
            return _channels("*") - named
    return frozenset()


def _named(text: str, spans: Iterable[tuple[int, int]], *, whole_regions: bool) -> frozenset[ChannelName]:
    """What the words outside of these spans name; whole regions only on demand: eyes that are wide may still be ruled out to blink."""
    found: frozenset[ChannelName] = frozenset()
    for match in re.finditer(r"[a-z]+", text):
        if is_feature(match[0]) and not any(start <= match.start() < end for start, end in spans):
            names = channels_of((match[0],))
            regions = {channel.region for channel in CHANNELS if channel.name in names}
            whole = names >= {channel.name for channel in CHANNELS if channel.region in regions}
            if whole_regions or not whole:
                found |= names
    return found


@cache
def _patterns() -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], frozenset[ChannelName]], ...]]:
    things = ((re.compile(_HIS + f"(?:{thing})" + r"\b" + _UNLESS), _channels(bases)) for thing, bases in _THINGS)
    return re.compile(_NO), tuple(things)


@cache
def _states() -> tuple[tuple[re.Pattern[str], frozenset[ChannelName]], ...]:
    return tuple((re.compile(state), _channels(bases)) for state, bases in _STATES)


@cache
def _channels(bases: str) -> frozenset[ChannelName]:
    """Of bases of channels, whole regions with a star, or everything; eyes turn with the gaze and are not asked."""
    wanted = bases.split()
    return frozenset(c.name for c in CHANNELS if c.base in wanted or f"{c.region}*" in wanted or "*" in wanted)
