"""The support check: one statement against the lines it cites."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from appliance.domain.support.causes import wrong_cause
from appliance.domain.support.clauses import Reading
from appliance.domain.support.doubts import is_doubtful
from appliance.domain.support.lemmas import lemma_of
from appliance.domain.support.matching import Comparison
from appliance.domain.support.people import UNKNOWN, speaker_of
from appliance.domain.support.polarity import wrong_polarity
from appliance.domain.support.quantities import wrong_number
from appliance.domain.support.reading import read
from appliance.domain.support.replies import answered
from appliance.domain.support.strength import is_feeling, too_strong, too_wide, unsure
from appliance.domain.support.times import wrong_time
from appliance.domain.support.verbatim import is_word_for_word
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
MOST_CHARACTERS: Final = 1_000
MOST_CITED_CHARACTERS: Final = 10_000
"""What is longer would take seconds to lay side by side, and shows little."""
SUPPORTED: Final = Verdict(answer=Answer.SUPPORTED)
UNCHECKED: Final = Verdict(answer=Answer.UNCHECKED)


def judge(
    statement: str,
    lines: Sequence[Line],
    *,
    client_term: str = "client",
    clinician_term: str = "clinician",
) -> Verdict:
    """Whether `lines` bear `statement` out; the terms are what the note calls the two.

    UNSUPPORTED with the flaw where something differs or was not said, UNCHECKED where the rules
    cannot tell. Never SUPPORTED in doubt.
    """
    plain = _with_plain_terms(statement, client_term, clinician_term)
    if not lines or not plain.strip():
        return UNCHECKED
    if is_word_for_word(plain, lines):
        return SUPPORTED
    if (
        len(plain) > MOST_CHARACTERS
        or sum(len(line.text) for line in lines) > MOST_CITED_CHARACTERS
    ):
        return UNCHECKED
    comparison = compare(plain, lines)
    for check in _CHECKS:
        flaw = check(comparison)
        if flaw is not None:
            return Verdict(answer=Answer.UNSUPPORTED, flaw=flaw)
    return _by_coverage(comparison)


def _with_plain_terms(statement: str, client_term: str, clinician_term: str) -> str:
    for term, plain in ((client_term, "client"), (clinician_term, "clinician")):
        if term.strip() and term.lower() != plain:
            pattern = re.compile(rf"(?<![\w\[]){re.escape(term)}(?![\w\]])", re.IGNORECASE)
            statement = pattern.sub(plain, statement)
    return statement


def compare(statement: str, lines: Sequence[Line]) -> Comparison:
    """Statement and lines, read. The note speaks of the client by default."""
    said = [read(line.text, speaker_of(line.speaker), at) for at, line in enumerate(lines)]
    claimed = read(statement, UNKNOWN)
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


def _by_coverage(comparison: Comparison) -> Verdict:
    unfound = comparison.unfound()
    if not comparison.found:
        return UNCHECKED
    if not unfound and comparison.coverage() >= 0.6:
        return UNCHECKED if is_doubtful(comparison) else SUPPORTED
    if any(is_feeling(word) for word in unfound):
        return Verdict(answer=Answer.UNSUPPORTED, flaw=Flaw.UNSAID)
    return UNCHECKED
