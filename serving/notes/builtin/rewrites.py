"""Turns a typed fragment into third person and past tense by closed tables; quotes where none fits."""

import re
from dataclasses import dataclass

from serving.notes.builtin.abbreviations import spell_out
from serving.notes.builtin.items import Subject
from serving.notes.builtin.roles import CLINICIAN_BEGINS
from serving.notes.builtin.sentences import outside_quotes, unquoted
from serving.notes.builtin.tenses import PAST, PAST_AFTER_CLIENT, in_past_tense
from serving.wire import Role, Style

_CLIENT = r"(?:[Tt]he )?(?:[Pp]t|[Cc]t|[Cc]lt?|[Cc]lient|[Pp]atient)"
_CLIENT_FIRST = re.compile(rf"^{_CLIENT}\b(?!['’]s)\.?,?\s+", re.ASCII)
_CLIENT_WITHIN = re.compile(
    r"\b(?:[Tt]he )?(?:pt|[Pp]t(?=['’ ][sa-z])|C[tl](?=['’]s)|ct|cl|clt|client)\b"
    r"(?=['’]s|[^\w'’]|$)(?!-)"
    r"|\b[Tt]he patient\b|(?<=\b(?:with|told) )patient\b"
)
_CLINICIAN_WITHIN = re.compile(
    r"\b(?:this|the) (?:writer|clinician|therapist|counsell?or|provider)\b|\b[Ww]riter\b"
    r"|^(?:[Tt]h|[Cc]linician|[Tt]herapist|[Cc]ounsell?or)\b(?= (?!who))"
)
_FIRST_PERSON = re.compile(
    r"\b(?:I|[Mm]e|[Mm]y|[Mm]yself)\b(?![.-])|\bi(?:'m|'ve|'d|'ll)?\b(?![.:])"
)
_CLIENT_VERBS = frozenset(PAST) | frozenset(PAST.values()) | frozenset(PAST_AFTER_CLIENT.values())
_ALSO_CLIENT_VERBS = frozenset(
    {
        "rated", "arrived", "attended", "noted", "missed", "smiled", "laughed", "cried",
        "presented", "became", "went", "responded", "scored", "slept", "ate", "drank",
        "agreed", "declined", "threw", "relapsed", "shared",
        "disclosed", "lives", "works", "brought", "identified", "completed", "practised",
        "practiced", "started", "stopped", "returned", "visited", "moved", "lost", "broke",
        "met", "expressed", "needs", "plans", "drinks", "smokes", "likes",
    }
)  # fmt: skip
_NOT_AT_THE_START = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "got",
        "made",
        "gave",
        "took",
        "left",
        "lay",
        "cut",
        "called",
        "noted",
        "looked",
        "questioned",
        "checked",
        "helped",
        "noticed",
        "linked",
        "talked",
        "returned",
    }
)
_NEGATED = re.compile(
    r"^(?:did not|could not|had not|was not|would not)\b"
    r"(?! (?:yet )?(?:agree|done|discuss|complete|finish|review|cover|get (?:to|through)|have time|explore))",
    re.IGNORECASE,
)
_GOING_ON = re.compile(
    r"^(?:staying|living|sleeping|feeling|struggling|eating|drinking|having)\b", re.IGNORECASE
)
_DONE_TO_CLIENT = re.compile(
    r"(?:seen|referred|accompanied|brought (?:in )?by|joined by|discharged|admitted)\b", re.IGNORECASE
)
_TRAILING_SAYS = re.compile(
    r",\s*(?:(?:she|he|they|pt|ct|client) )?(?:says|said|reports|states)\s*$"
)
_I_CLINICIAN = (
    (re.compile(r"\bI['’]d\b"), "{c} would"),
    (re.compile(r"\bI['’]ll\b"), "{c} will"),
    (re.compile(r"\bI['’]ve\b|\bI have\b"), "{c} has"),
    (re.compile(r"\bI['’]m\b|\bI am\b"), "{c} is"),
    (re.compile(r"\b[Ww]e['’]ll\b"), "{c} and {p} will"),
    (re.compile(r"\b[Ww]e['’]ve\b"), "{c} and {p} have"),
    (re.compile(r"\b[Ww]e\b"), "{c} and {p}"),
    (re.compile(r"\bI\b"), "{c}"),
    (re.compile(r"\b[Mm]y\b"), "{c}'s"),
    (re.compile(r"\bmyself\b"), "{c}"),
    (re.compile(r"\bme\b"), "{c}"),
)
_TO_ME = re.compile(
    r"\b(told|asked|showed|gave|sent|texted|emailed|called|with|to|for|said to|see|sees|saw|meet|ring|"
    r"call|text|email|tell|ask) me\b"
)


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """What a fragment became: `text` follows `subject`."""

    subject: Subject
    text: str


def rewrite(fragment: str, role: Role, style: Style, *, client_is_clear: bool) -> Rewritten:
    """Third person and past tense, by the tables only.

    `client_is_clear`: no other person was the subject just before, so that a fragment beginning
    with a verb is the client's. Quoted words, numbers and placeholders are never touched.
    """
    text = outside_quotes(fragment.strip(" .,:"), spell_out).strip()
    if (first := _by_clinician(text, style)) is not None:
        return first
    if _is_unclear_first_person(text):
        return Rewritten(subject=Subject.NONE, text=_as_summary(fragment, style))
    text = outside_quotes(text, lambda part: _TO_ME.sub(rf"\1 {style.clinician_term}", part))
    is_clients = _CLIENT_FIRST.match(text) is not None
    text = re.sub(r"^[Cc]/o\b:?", "reported", _CLIENT_FIRST.sub("", text))
    said_so = _TRAILING_SAYS.search(text) is not None
    text = _TRAILING_SAYS.sub("", text)
    text = outside_quotes(text, lambda part: _terms(_tense(part, role, is_clients), style))
    text = re.sub(
        r"^(talk(?:ed)?) (?!about|through|over|of|to|with|at|in)",
        r"\1 about ",
        text,
        flags=re.IGNORECASE,
    )
    if said_so:
        text = f"{text}, {style.client_term} said"
    if not is_clients and role == "intervention":
        return _of_the_work(text, style)
    return _with_subject(text, role, is_clients=is_clients, client_is_clear=client_is_clear)


def _of_the_work(text: str, style: Style) -> Rewritten:
    """What was done in the encounter: after it, a second verb of telling is the client's."""
    told = r", (?:and )?(said|reported|found|felt|rated|denied|stated|responded|agreed)\b"
    text = outside_quotes(text, lambda part: re.sub(told, rf", {style.client_term} \1", part))
    if CLINICIAN_BEGINS.match(text):
        return Rewritten(subject=Subject.CLINICIAN, text=_lower_first(text))
    return Rewritten(subject=Subject.NONE, text=text)


def _with_subject(text: str, role: Role, *, is_clients: bool, client_is_clear: bool) -> Rewritten:
    if is_clients:
        was = "was " if _DONE_TO_CLIENT.match(text) else ""
        return Rewritten(subject=Subject.CLIENT, text=was + text)
    if role != "plan" and client_is_clear and _begins_with_client_verb(text):
        was = "was " if _GOING_ON.match(text) else ""
        return Rewritten(subject=Subject.CLIENT, text=was + _lower_first(text))
    return Rewritten(subject=Subject.NONE, text=text)


def _begins_with_client_verb(text: str) -> bool:
    words = text.split(maxsplit=2)
    first = words[0].lower().strip(",:") if words else ""
    if len(words) < 2 or first in _NOT_AT_THE_START:
        return False
    if _NEGATED.match(text) or _GOING_ON.match(text):
        return True
    return first in _CLIENT_VERBS or first in _ALSO_CLIENT_VERBS


def _by_clinician(text: str, style: Style) -> Rewritten | None:
    """First person at the start of typed text is the clinician."""
    match = re.match(
        r"(?:I|[Ww]e)(?:['’](?P<short>ve|ll|d|m|re))?\s+(?P<rest>.+)$", text, re.DOTALL
    )
    if match is None:
        return None
    verb = {"ve": "had ", "ll": "will ", "d": "had ", "m": "was ", "re": "were ", None: ""}
    both = text[0] in "Ww"
    rest = outside_quotes(
        match["rest"], lambda part: _terms(_i_is_clinician(in_past_tense(part), style), style)
    )
    return Rewritten(
        subject=Subject.BOTH if both else Subject.CLINICIAN, text=verb[match["short"]] + rest
    )


def _i_is_clinician(part: str, style: Style) -> str:
    for pattern, said in _I_CLINICIAN:
        part = pattern.sub(said.format(c=style.clinician_term, p=style.client_term), part)
    return part


def _is_unclear_first_person(text: str) -> bool:
    return _FIRST_PERSON.search(_TO_ME.sub(" ", unquoted(text))) is not None


def _as_summary(fragment: str, style: Style) -> str:
    term = style.clinician_term
    words = fragment.strip(" .").replace('"', "'")
    return f'{term[0].upper()}{term[1:]}\'s summary: "{words}."'


def _tense(part: str, role: Role, is_clients: bool) -> str:
    if role == "plan":
        return part
    if is_clients or re.match(r"both\b", part, re.IGNORECASE):
        part = re.sub(r"^([Bb]oth |\d+\w* ?|also |now |still )?(\w+)", _past_after_client, part)
    return in_past_tense(part)


def _past_after_client(match: re.Match[str]) -> str:
    return (match[1] or "") + PAST_AFTER_CLIENT.get(match[2].lower(), match[2])


def _terms(part: str, style: Style) -> str:
    part = _CLINICIAN_WITHIN.sub(style.clinician_term, part)
    return _CLIENT_WITHIN.sub(style.client_term, part)


def _lower_first(text: str) -> str:
    first = text.split(maxsplit=1)[0] if text else ""
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]
