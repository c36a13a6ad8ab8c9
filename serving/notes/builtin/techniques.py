"""Names a piece of the clinician's work by the form of their own words: a closed table, no inference.

A name says what the words do ("scaling question"), never that it helped or what the client has.
Names of a method's own are given only where the clinician chose that method.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from serving.notes.builtin import plan_talk, turns
from serving.notes.builtin.asking import is_question, prompts
from serving.notes.builtin.risk import is_risk_talk
from serving.notes.builtin.sentences import words_of

EXPLORING = "exploratory question"
REFLECTING = "reflection"
ASKING_ABOUT_RISK = "asking about risk"
HISTORY = "history taking"
TOLD_IN_PLANS = frozenset(
    {
        "safety planning",
        "explaining confidentiality and its limits",
        "relapse prevention planning",
        "negotiating an agreement",
        "offering resources",
        "behavioural activation",
        "problem solving",
    }
)
"""Work that is done by planning."""
_MOST = 2
_SHORTEST_REFLECTION = 3
_LONGEST_REFLECTION = 45


@dataclass(frozen=True, kw_only=True)
class _Technique:
    name: str
    cues: re.Pattern[str]
    methods: frozenset[str]


def _read() -> tuple[_Technique, ...]:
    text = files("serving.notes.builtin").joinpath("techniques.toml").read_text("utf-8")
    return tuple(
        _Technique(
            name=row["name"],
            cues=re.compile("|".join(row["cues"]), re.IGNORECASE),
            methods=frozenset(row.get("methods", ())),
        )
        for row in tomllib.loads(text)["technique"]
    )


_TABLE = _read()
_ROUTINE = re.compile(
    r"^(?:got|and|any|anything|who['’]?s|how old|what (?:time|day)|which|when)\b.{0,40}\?$",
    re.IGNORECASE,
)


def techniques_of(
    text: str, before: str, methods: Sequence[str], kind: str, *, is_at_risk: bool
) -> tuple[str, ...]:
    """Names for what a clinician's words do, two at most; none for mere listening and arrangements.

    `before` is what the other said just before: words taken up from it make a reflection.
    """
    chosen = {*methods, kind}
    if is_at_risk and (is_question(text) or "?" in text):
        named = [t.name for t in _TABLE[:2] if t.cues.search(text)]
        return (*named[: _MOST - 1], ASKING_ABOUT_RISK)
    named = [
        t.name for t in _TABLE if (not t.methods or t.methods & chosen) and t.cues.search(text)
    ]
    if named:
        return tuple(named[:_MOST])
    return _by_form(text, before, methods, kind)


def _by_form(text: str, before: str, methods: Sequence[str], kind: str) -> tuple[str, ...]:
    if is_question(text) or "?" in text or prompts(text):
        if kind == "intake":
            return (HISTORY,)
        is_plain = _ROUTINE.match(text) or len(words_of(text)) < _SHORTEST_REFLECTION
        return () if is_plain else (EXPLORING,)
    if turns.reflects(text) or _takes_up(text, before):
        return ("reflecting play",) if "Play" in methods else (REFLECTING,)
    return ()


def _takes_up(text: str, before: str) -> bool:
    """Says back words of the turn before, and addresses the one who said them or names a feeling."""
    own, heard = set(words_of(text)), set(words_of(before))
    if not _SHORTEST_REFLECTION <= len(words_of(text)) <= _LONGEST_REFLECTION:
        return False
    taken = {w for w in own & heard if len(w) > 3}
    return bool(taken) and not plan_talk.is_plan_talk(text) and not is_risk_talk(text)
