"""Words given back as they stand: quotes under their speaker's name, and a clinician's own lines."""

import re
from collections.abc import Sequence
from typing import Final

from appliance.domain.support.lemmas import lemma_of, opened
from appliance.domain.support.people import agree, speaker_of
from appliance.domain.support.people_words import CLIENT_WORDS, CLINICIAN_WORDS
from appliance.domain.support.verdict import Line

_QUOTED: Final = re.compile(r"[\"“]([^\"”]+)[\"”]")
_WORD: Final = re.compile(r"\[[A-Z_0-9]+\]|[^\W_]+(?:['’][^\W_]+)?")
_FRAME: Final = frozenset(
    """client clinician said asked answered also stated reported told noted in session answer to and after plan the
    review of homework member group someone mother father parent partner teen child husband wife daughter son observation
    from record when he she they replied added then s clinician's client's proposed reflected reviewed offered suggested
    encouraged explored discussed introduced explained described summarised summarized named agreed set assigned
    checked invited taught practised practiced modelled validated affirmed challenged normalised planned expressed
    denied raised responded about their her his own use next step steps risk question on noted""".split()
)
_NOT_A_SPEAKER: Final = frozenset({"typed", "unknown", ""})
_LEFT_OUT: Final = frozenset(
    """client patient pt ct she he they her his their i my the a an to be is was were are report state that and of in
    with has have had says said reported stated this""".split()
)
_OBSERVED: Final = frozenset(
    "clinician clinician's observation from record client client's".split()
)
_SHORT_FORMS: Final = {
    "w": "with", "w/": "with", "hrs": "hour", "hr": "hour", "wk": "week", "wks": "week", "mins": "minute",
    "min": "minute", "appt": "appointment", "b/c": "because", "nxt": "next", "approx": "about", "pt": "client",
    "mon": "monday", "tue": "tuesday", "tues": "tuesday", "wed": "wednesday", "thu": "thursday", "thurs": "thursday",
    "fri": "friday", "sat": "saturday", "sun": "sunday",
}  # fmt: skip


def is_word_for_word(statement: str, lines: Sequence[Line]) -> bool:
    """Whether a statement only gives back, under the right name, what stands in the lines."""
    whole = _bare(statement)
    if any(whole == _bare(line.text) for line in lines):
        return True
    return _quotes_only(statement, lines) or _is_own_words(statement, lines)


def _bare(text: str) -> str:
    return " ".join(word.lower().replace("’", "'") for word in _WORD.findall(text))


def _quotes_only(statement: str, lines: Sequence[Line]) -> bool:
    """ "Client said: "…"" and nothing else of its own."""
    quoted = list(_QUOTED.finditer(statement))
    if not quoted or statement.count('"') % 2:
        return False
    rest = _bare(_QUOTED.sub(" ", re.sub(r"\\([^)]*: [^)]*\\)", " ", statement)))
    if any(word not in _FRAME for word in rest.split()):
        return False
    before = [statement[: match.start()] for match in quoted]
    return all(_stands(m[1], lead, lines) for m, lead in zip(quoted, before, strict=True))


def _stands(quote: str, lead: str, lines: Sequence[Line]) -> bool:
    pieces = [_bare(piece) for piece in quote.split("…")]
    pieces = [piece for piece in pieces if piece]
    named = _last_named(lead)
    return bool(pieces) and any(
        all(f" {piece} " in f" {_bare(line.text)} " for piece in pieces) and _may_say(named, line)
        for line in lines
    )


def _last_named(lead: str) -> str | None:
    """Who the words before a quote give it to: the speaker named last before "said" or "answered"."""
    words = _bare(_QUOTED.sub(" ", lead)).split()
    known = [
        w
        for w in words
        if w in CLIENT_WORDS | CLINICIAN_WORDS or w in ("mother", "father", "partner")
    ]
    return known[-1] if known else None


def _may_say(named: str | None, line: Line) -> bool:
    if named is None or line.speaker.lower() in _NOT_A_SPEAKER:
        return True
    return agree(speaker_of(named), speaker_of(line.speaker)) is not False


def _is_own_words(statement: str, lines: Sequence[Line]) -> bool:
    """A clinician's typed line, observation or record fact, rewritten by little more than its "pt"."""
    own = [line for line in lines if not _is_talk(line)]
    if not own or len(own) != len(lines):
        return False
    claimed = _kept(statement)
    said = [
        word for line in own for word in (*_kept(line.speaker.replace("_", " ")), *_kept(line.text))
    ]
    return (
        bool(claimed)
        and claimed == [w for w in said if w in claimed]
        and _loses_nothing(claimed, said)
    )


def _is_talk(line: Line) -> bool:
    return line.speaker.lower() != "typed" and speaker_of(line.speaker).kind in (
        "client",
        "clinician",
    )


def _kept(text: str) -> list[str]:
    words = [
        word.lower()
        for word in _WORD.findall(opened(text).replace("b/c", "because").replace("w/", "with "))
    ]
    return [
        lemma_of(_SHORT_FORMS.get(word, word))
        for word in words
        if word not in _LEFT_OUT | _OBSERVED and _SHORT_FORMS.get(word, word) not in _LEFT_OUT
    ]


def _loses_nothing(claimed: Sequence[str], said: Sequence[str]) -> bool:
    """No word left out but the lead of a field: a dropped "not" would turn it round."""
    return all(word in claimed or word == "typed" for word in said)
