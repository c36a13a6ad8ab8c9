"""Yes and no: what the note affirms or denies against what the talk does."""

from typing import Final

from appliance.domain.support.alignment import pairs_of
from appliance.domain.support.clauses import AUXILIARIES, Reading
from appliance.domain.support.matching import Comparison, is_denied, is_opposite, related, weight_of
from appliance.domain.support.verbs import AGAINST
from appliance.domain.support.verdict import Flaw
from appliance.domain.support.words import Word


def wrong_polarity(comparison: Comparison) -> Flaw | None:
    """NEGATION where yes and no are exchanged."""
    if (
        _takes_back_unsaid(comparison)
        or _verbs_disagree(comparison)
        or _affirms_denied(comparison)
        or _denies_affirmed(comparison)
        or (_says_no_of_it(comparison))
    ):
        return Flaw.NEGATION
    return None


_TURNING: Final = frozenset(
    "refuse decline cancel reject turn_down call_off cry_off quit resign".split()
)


def _takes_back_unsaid(comparison: Comparison) -> bool:
    """ "cancelled" or "refused" where nobody took anything back."""
    return any(
        comparison.claimed.words[index].lemma in _TURNING
        and not comparison.claimed.words[index].negated
        and not places
        for index, places in comparison.found.items()
    )


def _verbs_disagree(comparison: Comparison) -> bool:
    for pairs in pairs_of(comparison):
        claimed = pairs[0].claimed
        if claimed.negated and (
            any(_is_left_open(line) for line in comparison.said)
            or _taking_back_is_told(claimed.verb, comparison)
        ):
            continue
        if pairs[0].overlap >= 1.0 and all(claimed.negated != p.said.negated for p in pairs):
            return True
    return False


def _affirms_denied(comparison: Comparison) -> bool:
    """A word the note affirms stands only where the talk denies; who is spoken of is no matter of yes and no."""
    for index, places in comparison.found.items():
        word = comparison.claimed.words[index]
        if (
            word.negated
            or not places
            or weight_of(word) < 1.0
            or index in comparison.claimed.persons
        ):
            continue
        if _is_put_otherwise(word, comparison):
            continue
        if all(
            is_denied(word, other) and not _is_told_alike(other, comparison) for _, other in places
        ):
            return not _is_resumed(comparison)
    return False


def _is_put_otherwise(word: Word, comparison: Comparison) -> bool:
    """ "poor sleep" of "not sleeping well": the clause says the no in another word."""
    if word.clause < 0:
        return False
    return any(
        is_opposite(other, said)
        for other in comparison.claimed.clauses[word.clause].words
        for _, said in comparison.found.get(other.index, ())
    )


def _says_no_of_it(comparison: Comparison) -> bool:
    """ "the psychiatrist says it isn't": what somebody says ends in a bare no."""
    for frame in comparison.claimed.frames:
        if frame.negated or frame.subject.kind not in ("role", "name", "thing"):
            continue
        own = [
            (line, f) for line in comparison.said for f in line.frames if f.subject == frame.subject
        ]
        if own and all(_ends_in_not(line, f.sentence) for line, f in own):
            return not any(w.negated for w in comparison.claimed.words)
    return False


def _ends_in_not(line: Reading, sentence: int) -> bool:
    words = [w for w in line.words if w.sentence == sentence and w.text[0].isalpha()]
    return bool(words) and words[-1].lemma == "not"


def _is_told_alike(said: Word, comparison: Comparison) -> bool:
    """ "missed two doses" and "two doses were missed": the note has the word that takes back."""
    by = said.negated_by
    return (
        by is not None
        and by.lemma in AGAINST
        and any(related(w, by) for w in comparison.claimed.words)
    )


def _denies_affirmed(comparison: Comparison) -> bool:
    """Nothing of what the note denies is denied in the talk."""
    if any(_is_left_open(line) for line in comparison.said):
        return False
    told = [
        (comparison.claimed.words[index], places)
        for index, places in comparison.found.items()
        if comparison.claimed.words[index].negated
        and weight_of(comparison.claimed.words[index]) >= 1.0
        and places
        and index not in comparison.claimed.persons
    ]
    told = [(word, places) for word, places in told if not _taking_back_is_told(word, comparison)]
    told = [(word, places) for word, places in told if not all(_is_supposed(*p) for p in places)]
    if any(
        is_denied(word, other)
        for word in comparison.claimed.words
        if word.negated
        for _, other in comparison.found.get(word.index, ())
    ):
        return False
    return bool(told)


def _is_supposed(line: Reading, word: Word) -> bool:
    """ "if they offer": neither said to be so nor denied."""
    return word.clause >= 0 and line.clauses[word.clause].opener in ("if", "unless", "when")


def _is_resumed(comparison: Comparison) -> bool:
    """ "again" of what was left off before."""
    claimed = {w.lemma for w in comparison.claimed.words}
    told = {w.lemma for line in comparison.said for w in line.words}
    return bool({"resume", "restart", "return", "again"} & claimed) and bool(
        {"again", "back"} & told
    )


def _taking_back_is_told(word: Word, comparison: Comparison) -> bool:
    """ "discontinued the medication": the talk has the stopping itself."""
    by = word.negated_by
    if by is None or by.lemma not in AGAINST:
        return False
    return any(not other.negated for _, other in comparison.places(by))


def _is_left_open(line: Reading) -> bool:
    """ "she can't", "I haven't": a negation whose verb is left out."""
    for clause in line.clauses:
        if clause.has_verb or not clause.words:
            continue
        last = clause.words[-1]
        if last.lemma in ("not", "never", "no", "none") or (
            any(w.lemma == "not" for w in clause.words) and last.lemma in AUXILIARIES
        ):
            return True
    return False
