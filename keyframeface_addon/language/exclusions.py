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
    r"|try|tries|trying|tried|attempt\w*|struggl\w+|fight\w*|fail\w*|almost|nearly|can not help|hold(?:s|ing)? back|stifl\w+"
    r"|suppress\w*|resist\w*|manag\w+|promis\w+|pretend\w*|suppos\w+|if|unless|why|whether|asks?|asked|orders?|told|despite"
    r"|wonders?|when|as soon as|remember\w*|wish\w*|hop(?:e|es|ing) that|nobody|no one|except|save for|but for|apart from"
    r"|other than|so as not|not (?:only|just|so much|merely|simply|necessarily|that)|(?:she|he|it|they) (?:does|do|did)\b(?! not))\b"
)
_SAID = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»")
_NOT = re.compile(r"\b(do|does|is|are|wo|would|should|must)n'?t\b")
"""But who can't keep a smile in does smile."""
_MOST_CLAUSES = 5
_NEAR = 16
"""Characters after what is denied that may still name its side."""
_SIDE = re.compile(r"\b(?:left|right|one side|one corner|one eye|one brow|one eyebrow|half)\b")
_BREAK = re.compile(r"[,;.:!?()]| - ")

# How the patterns below are written: smil* is smile, smiles and smiling; ~ is any number of articles and the like; what stands in
# capitals is one of these.
_MACROS = {
    "STAYS": "((must|should|to|will) )?(stays?|staying|kept|keeps?|remains?|remaining|held)"
    "( perfectly| completely| absolutely| totally| dead| very| all| entirely| firmly| tightly)?",
    "KEEPS": "(?<!hardly )(?<!barely )(?<!can't )(?<!cant )(?<!cannot )(?<! to )keep(s|ing)?",
    "STILL": "(still|neutral|motionless|frozen|fixed|locked|immobile|unmoving|expressionless|out of it|out of this|uninvolved)",
    "FROZEN": "(frozen|paraly[sz]ed|immobile|botoxed)",
    "SHUT": "(shut|closed|sealed|together|zipped)",
    "NOT": "((((does|do|will|wo|would|should|must|can|is|are) )?(not|never)|can't|cant|cannot)( once| even once| ever)?)",
    "BROWS": "(brows?|eyebrows?)",
    "FOREHEAD": "(brows?|eyebrows?|forehead)",
    "NO_PART": r"(and (the )?\w+ )?(takes? no part|plays? no part|does nothing|do nothing|(is |are )?(not involved|uninvolved)"
    "|(does|do|must) not (join in|take part|help|act)|(stays?|is|are) out of it)",
    "ALONE": "(leave|do not touch|hands off|keep off)",
    "UNTOUCHED": "(untouched|where (it is|they are)|as (it is|they are))",
    "ENDS": "(?=[,;.:!?)]| - |$)",
    "~": "((a|an|any|the|his|her|their|its|my|your|this|that|both|either|single|even|hint of"
    "|trace of|sign of|bit of|twitch of|kind of|sort of) ){0,4}",
    "*": "(e?s?|[a-z]?ing|ed)",
}
_CLOSED = "jawOpen mouthFunnel mouthLowerDown tongueOut"
_MOUTH = "mouth* jaw* tongue*"
# Said with a no before it
_THINGS: tuple[tuple[str, str], ...] = (
    ("smil*|grin*|beam*", "mouthSmile"),
    ("((bar|flash|show)* )?~(bared )?(teeth|tooth)( showing| visible)?", "mouthUpperUp mouthLowerDown"),
    ("open* ~(mouth|lips)|open mouth|mouth open(ing)?", _CLOSED),
    ("(open|drop)* ~jaw|jaw drops?|dropped jaw|jaw opening|open jaw|jaw ENDS", "jawOpen tongueOut"),
    ("part* ~lips|lips part(ing)?", f"{_CLOSED} mouthUpperUp"),
    ("mov* ~(mouth|lips|jaw)|(mouth|lip|jaw) movements?|mouth ENDS", _MOUTH),
    ("frown* with ~BROWS", "browDown"),
    ("frown* with ~(mouth|lips)", "mouthFrown"),
    ("frown*", "mouthFrown browDown"),
    ("grimac*", "mouthStretch"),
    ("scowl*|glower*|furrow* ~FOREHEAD|furrowed BROWS|(lower|knit)* ~BROWS|BROWS (come down|go down|drop)", "browDown"),
    ("(rais|lift|arch)* ~BROWS|raised BROWS|BROWS (go up|rise)", "browInnerUp browOuterUp"),
    ("(mov|us)* ~FOREHEAD|FOREHEAD (movements?|motion|acting|action|activity)|FOREHEAD ENDS", "brows*"),
    ("blink*|(clos|shut)* ~(eyes?|lids|eyelids)|closed eyes", "eyeBlink"),
    ("widen* ~eyes|wide eyes|eye widening", "eyeWide"),
    ("squint*|narrow* ~eyes|narrowed eyes", "eyeSquint"),
    ("(wrinkl|crinkl|scrunch|mov)* ~nose|nose (wrinkle|wrinkling|scrunch|crinkle|movement)|wrinkled nose", "noseSneer"),
    ("sneer*", "noseSneer mouthUpperUp"),
    ("stick* (out )?~tongue( out)?|(show* )?~tongue", "tongueOut"),
    ("(mov|us)* ~head|head (movements?|motion)|head ENDS", "head*"),
    ("(turn|shak)* ~head|head (turn|shak)*", "headYaw"),
    ("tilt* ~head|head tilt*", "headRoll"),
    ("nod*|(lift|lower|rais)* ~head|head (bob|nod|drop|dip|lower)*", "headPitch"),
    ("cheek (lift|squint|rais)*|(rais|lift)* ~cheeks|cheeks", "cheekSquint"),
    ("pout*", "mouthShrugLower mouthPucker"),
    ("chin (raise|boss|wobble|quiver|trembling)", "mouthShrugLower"),
    ("pucker*|purs* ~lips|pursed lips", "mouthPucker mouthFunnel"),
    ("puff* (out )?~cheeks?( out)?|cheek puff|puff in ~cheeks?|puffed cheeks", "cheekPuff"),
    ("press* ~lips|lip press|pressed lips", "mouthPress"),
)
# Said as it stands
_STATES: tuple[tuple[str, str], ...] = (
    ("(mouth|lips)( STAYS| firmly| tightly) SHUT|KEEPS ~(mouth|lips) SHUT", _CLOSED),
    ("jaw NOT (open|drop|hang)*", "jawOpen tongueOut"),
    ("jaw NOT (mov|budg|stir)*", "jaw* tongueOut"),
    ("(mouth|lips) NOT ((open|part|drop|hang)*( open)?|com* apart)", f"{_CLOSED} mouthUpperUp"),
    ("(mouth|lips) NOT stretch*", "mouthStretch"),
    ("(mouth|lips) (NOT (mov|budg|stir)*|STAYS STILL|NO_PART|UNTOUCHED)|ALONE ~(mouth|lips)", _MOUTH),
    ("ALONE ~jaw|~jaw UNTOUCHED", "jaw*"),
    ("teeth (NOT (shows?|showing|seen|visible)|((are|stay|kept) )?(hidden|covered))", "mouthUpperUp mouthLowerDown"),
    ("(eyes|lids|eyelids) (that )?NOT ((clos|shut|blink)*|com* down|fall*)", "eyeBlink"),
    ("eyes NOT widen*", "eyeWide"),
    ("cheeks? NOT (puff|inflat|fill)*", "cheekPuff"),
    ("BROWS NOT (go(es)? up|ris*|lift*)", "browInnerUp browOuterUp"),
    ("BROWS NOT (come down|go down|lower*|furrow*|knit*)|unfurrowed BROWS", "browDown"),
    ("eyes (stay|staying|kept|remain|remaining) (wide )?open|KEEPS ~eyes (wide )?open|unblinking(ly)?", "eyeBlink"),
    (
        "FOREHEAD ((is|are) \\w+ and |that )?NOT (mov|budg|stir|twitch)*|FOREHEAD (completely |perfectly )?smooth",
        "brows*",
    ),
    (
        "FOREHEAD (STAYS (STILL|relaxed|flat|level)|(is |are )?FROZEN ENDS|NO_PART|UNTOUCHED)|FROZEN FOREHEAD ENDS|ALONE ~FOREHEAD",
        "brows*",
    ),
    ("nose NOT (mov|wrinkl|crinkl|scrunch)*|nose STAYS (still|neutral|smooth)|nose NO_PART", "noseSneer"),
    ("head STAYS (STILL|steady)|KEEPS ~head (still|steady|fixed|locked)|head (still|steady) ENDS|ALONE ~head", "head*"),
    ("head NOT (mov|stir|budg)*|head NO_PART", "head*"),
    ("head NOT turn*", "headYaw"),
    ("head NOT (lower|bow|nod|drop|sink)*", "headPitch"),
    ("tongue (stays in(side)?|never leaves|kept in(side)?|does not come out)", "tongueOut"),
    ("upper face STAYS STILL", "brows* eyes* nose*"),
    ("lower face STAYS STILL", f"nose* cheeks* {_MOUTH}"),
    ("(not|never) reach* ~eyes", "cheekSquint eyeSquint"),
)
_PARTS = re.compile("(?:eye)?brow|forehead|eye|(?:eye)?lid|cheek|nose|nostril|jaw|mouth|lip|tongue|head|neck")
_REGIONS = {
    "brow": "brows*",
    "eyebrow": "brows*",
    "eye": "eyes* brows* cheekSquint",
    "mouth": _MOUTH,
    "lip": _MOUTH,
    "head": "head*",
    "nose": "nose*",
}
_HIS = "(the|his|her|their|its)"
_PART = "(?P<part>brow|eyebrow|eye|mouth|lip|nose|head)s?"
_ONLY = (
    f"(only|just|solely) (with|in|using|through) {_HIS} {_PART} ENDS",
    f"(only|just|nothing but) {_HIS} {_PART} (moves?|moving|acts?|acting|is involved|are involved)",
    f"(in|with|using|through) {_HIS} {_PART} (only|alone) ENDS",
    f"(with|using) nothing but {_HIS} {_PART} ENDS",
    "(?<![a-z] )(?P<part>brow|eyebrow|eye|mouth)s? only ENDS",
)
_REST = (
    f"(rest of {_HIS} face|everything else|all else) STAYS (STILL|blank|relaxed|dead|slack)"
    f"|nothing else( (in|on) {_HIS} face)? (moves|stirs|changes)"
)
_NO = (
    "(no|not|never|without|w/o|nor|neither|zero|sans|minus|skip(s|ping)?|free of|refus(es|ing) to|avoid(s|ing)?|too \\w+ to"
    "|at no (point|time)( (does|do) (he|she|it|they))?) ((even|ever|once|so much as|at all|really|visibly|actually|to|let|have"
    "|shows?|showing|allow|allowing|need to|be|get|getting|use|using) ){0,3}"
)
_OR = re.compile(r"(?: at all)?,? (?:or|nor|and no|/) (?:even |ever |to |with )*|(?: at all)?, no |/")
# What follows a thing and says that it is not ruled out, or not all of it
_UNLESS = (
    r"(?! (?:so|too|that|as|quite|all the|in|with|like|of|for|to|from|than|away|back|much|very|wide|fully|completely"
    r"|entirely|yet|go|goes|fade|slip|drop)\b)"
)
_NUMBER = re.compile(r"\d+")
_NO_UNITS = re.compile(
    r"\b(?:no|not|without|w/o|kill|lose) (?:any )?(?:au ?)?(\d{1,2})((?:(?:, | or |/| and | nor )(?:au ?)?\d{1,2})*)\b"
)


def exclusions(prompt: str) -> frozenset[ChannelName]:
    """The channels that this prompt says must not move; none where that is in doubt."""
    text = _SAID.sub(" ", " ".join(prompt.lower().split()))
    text = _NOT.sub(r"\1 not", text.replace("’", "'"))
    if len(text) > _LONGEST or len(_BREAK.findall(text)) >= _MOST_CLAUSES or _UNCERTAIN.search(text):
        return frozenset()
    found: frozenset[ChannelName] = frozenset()
    spans: list[tuple[int, int]] = []
    for start, end, names in (*_denied(text), *_stated(text), *_units(text)):
        found |= names
        spans.append((start, end))
    found -= _named(text, spans, parts=False)
    return found | _outside(text, spans)


def _denied(text: str) -> Iterator[tuple[int, int, frozenset[ChannelName]]]:
    """No, and one thing or several."""
    for match in _pattern(_NO, closed=False).finditer(text):
        end = match.end()
        while found := next(((m, b) for said, b in _THINGS if (m := _pattern(f"~({said})").match(text, end))), None):
            thing, bases = found
            if not _of_one_side(text, match.start(), thing.end()):
                yield match.start(), thing.end(), _channels(bases)
            if (other := _OR.match(text, thing.end())) is None:
                break
            end = other.end()


def _of_one_side(text: str, start: int, end: int) -> bool:
    """Whether a side is named beside it, in its clause: the left corner does not smile."""
    before = max((match.end() for match in _BREAK.finditer(text, 0, start)), default=0)
    ahead = _BREAK.search(text, end, end + _NEAR)
    if text.startswith(("without", "w/o", "sans"), start):
        before = start
    return bool(_SIDE.search(text, before, ahead.start() if ahead else end + _NEAR))


def _stated(text: str) -> Iterator[tuple[int, int, frozenset[ChannelName]]]:
    """A part that stays as it is."""
    for said, bases in _STATES:
        for match in _pattern(said).finditer(text):
            if not _of_one_side(text, match.start(), match.end()):
                yield match.start(), match.end(), _channels(bases)


def _units(text: str) -> Iterator[tuple[int, int, frozenset[ChannelName]]]:
    """Action units by number, where the prompt speaks of such."""
    if not re.search(r"\b(?:au ?\d|facs|action units?)", text) and not re.search(r"\(no \d", text):
        return
    for match in _NO_UNITS.finditer(text):
        numbers = set(_NUMBER.findall(match[0].replace("43", "45")))  # eyes closed is a long blink
        names = frozenset(channel.name for channel in CHANNELS if numbers & set(_NUMBER.findall(channel.facs)))
        yield match.start(), match.end(), names


def _outside(text: str, spans: list[tuple[int, int]]) -> frozenset[ChannelName]:
    """All but the only part that moves, or but what is named where the rest stays still."""
    for said in _ONLY if len(_BREAK.findall(text)) <= 2 else ():
        if match := _pattern(said, closed=False).search(text):
            spans.append(match.span())
            return _channels("*") - _channels(_REGIONS[match["part"]]) - _named(text, spans, parts=True)
    if match := _pattern(_REST).search(text):
        spans.append(match.span())
        if named := _named(text, spans, parts=True):
            return _channels("*") - named
    return frozenset()


def _named(text: str, spans: Iterable[tuple[int, int]], *, parts: bool) -> frozenset[ChannelName]:
    """What the words outside of these spans name; parts of the face only on demand: of eyes that are wide no blink may be wanted."""
    found: frozenset[ChannelName] = frozenset()
    for match in re.finditer(r"[a-z]+", text):
        if is_feature(match[0]) and not any(start <= match.start() < end for start, end in spans):
            names = channels_of((match[0],))
            if not match[0].startswith("cheek"):
                names -= _channels("cheekSquint")  # a smile may well do without
            if parts or not _PARTS.fullmatch(match[0].removesuffix("s")):
                found |= names
    return found


@cache
def _pattern(said: str, *, closed: bool = True) -> re.Pattern[str]:
    """As it is written above; ``closed`` ends it with a word that goes on with nothing which takes it back."""
    for macro, meant in _MACROS.items():
        said = said.replace(f" {macro}" if macro == "ENDS" else macro, meant)
    said = re.sub(r"\((?!\?)", "(?:", said)
    return re.compile(rf"\b(?:{said})" + (r"\b" + _UNLESS if closed else ""))


@cache
def _channels(bases: str) -> frozenset[ChannelName]:
    """Of bases of channels, whole regions with a star, or everything; eyes turn with the gaze and are not asked."""
    wanted = bases.split()
    return frozenset(c.name for c in CHANNELS if c.base in wanted or f"{c.region}*" in wanted or "*" in wanted)
