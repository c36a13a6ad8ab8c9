"""The support check: one statement against the lines it cites."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from appliance.domain.support.causes import wrong_cause
from appliance.domain.support.clauses import Reading, read
from appliance.domain.support.doubts import is_doubtful
from appliance.domain.support.lemmas import lemma_of
from appliance.domain.support.matching import Comparison
from appliance.domain.support.people import UNKNOWN, Person, speaker_of
from appliance.domain.support.polarity import wrong_polarity
from appliance.domain.support.quantities import wrong_number
from appliance.domain.support.replies import answered
from appliance.domain.support.strength import is_feeling, too_strong, too_wide, unsure
from appliance.domain.support.times import wrong_time
from appliance.domain.support.verdict import Answer, Flaw, Line, Verdict
from appliance.domain.support.who import stranger, wrong_person

_CHECKS: Final[tuple[Callable[[Comparison], Flaw | None], ...]] = (
    wrong_number,
    stranger,
    wrong_person,
    wrong_polarity,
    wrong_time,
    too_wide,
    unsure,
    too_strong,
    wrong_cause,
)
SUPPORTED: Final = Verdict(answer=Answer.SUPPORTED)
UNCHECKED: Final = Verdict(answer=Answer.UNCHECKED)


def judge(statement: str, lines: Sequence[Line], client_terms: frozenset[str] = frozenset()) -> Verdict:
    """Whether `lines` bear `statement` out; `client_terms` are further words for the client.

    UNSUPPORTED with the flaw where something differs or was not said, UNCHECKED where the rules
    cannot tell. Never SUPPORTED in doubt.
    """
    if is_word_for_word(statement, lines):
        return SUPPORTED
    comparison = compare(statement, lines, client_terms)
    for check in _CHECKS:
        flaw = check(comparison)
        if flaw is not None:
            return Verdict(answer=Answer.UNSUPPORTED, flaw=flaw)
    return _by_coverage(comparison)


def compare(statement: str, lines: Sequence[Line], client_terms: frozenset[str]) -> Comparison:
    """Statement and lines, read. The note speaks of the client by default."""
    said = [read(line.text, _person(line), client_terms, at) for at, line in enumerate(lines)]
    claimed = read(statement, UNKNOWN, client_terms)
    _settle_first_words(claimed, said)
    return Comparison(claimed, answered(said, lines))


def _settle_first_words(claimed: Reading, said: Sequence[Reading]) -> None:
    """A sentence's first word is a name only where the talk has it as one."""
    names = {word.lemma for line in said for word in line.words if word.is_name}
    for word in claimed.words:
        is_first = word.index == 0 or claimed.words[word.index - 1].is_stop
        if is_first and word.is_name and word.text[0] != "[" and word.lemma not in names:
            word.is_name, word.lemma = False, lemma_of(word.text)
            claimed.persons.pop(word.index, None)


def _person(line: Line) -> Person:
    return speaker_of(line.speaker)


def _by_coverage(comparison: Comparison) -> Verdict:
    unfound = comparison.unfound()
    if not comparison.found:
        return UNCHECKED
    if not unfound and comparison.coverage() >= 0.6:
        return UNCHECKED if is_doubtful(comparison) else SUPPORTED
    if any(is_feeling(word) for word in unfound):
        return Verdict(answer=Answer.UNSUPPORTED, flaw=Flaw.UNSAID)
    return UNCHECKED


_QUOTED: Final = re.compile(r"[\"“]([^\"”]{2,})[\"”]")


def is_word_for_word(statement: str, lines: Sequence[Line]) -> bool:
    """Whether the statement, or all that it quotes under its speaker's name, stands in one line."""
    whole = _bare(statement)
    return bool(whole) and any(whole == _bare(line.text) for line in lines)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[\w\[\]]+", text.lower()))
