"""Why: a reason the note gives must have been given as one."""

from typing import Final

from appliance.domain.support.clauses import Clause
from appliance.domain.support.matching import Comparison, is_content, weight_of
from appliance.domain.support.verdict import Flaw

_OPENERS: Final = frozenset(
    "because because_of due_to owing_to as_a_result in_order_to so_that".split()
)
_MARKS: Final = frozenset(
    """because because_of due_to so since cause make reason as_a_result that_is_why that_is_what put_down_to
    blame lead_to keep fault the_one attribute account_for out_of give for so_that in_order_to owing_to mean""".split()
)
_DOUBT: Final = frozenset(
    "do_not_know not_sure cannot_say could maybe might not_know unsure".split()
)


def wrong_cause(comparison: Comparison) -> Flaw | None:
    """CAUSE where the note gives a reason that the talk does not have, denies, or leaves open."""
    for clause in comparison.claimed.clauses:
        if clause.opener in _OPENERS or any(w.lemma in _OPENERS for w in clause.words[:1]):
            if not _is_given(comparison, clause):
                return Flaw.CAUSE
    for clause in comparison.claimed.clauses:
        if (
            _names_cause(clause)
            and not _has_mark(comparison)
            and not _is_one_act(comparison, clause)
        ):
            return Flaw.CAUSE
    return None


def _names_cause(clause: Clause) -> bool:
    return any(
        word.text in ("caused", "causes", "causing") and not word.negated for word in clause.words
    )


def _is_one_act(comparison: Comparison, clause: Clause) -> bool:
    """ "The fireworks set me back": doer and deed stand in one clause."""
    words = [w for w in clause.words if comparison.found.get(w.index) and weight_of(w) >= 1.0]
    places = [
        {(line.line, other.clause) for line, other in comparison.found[w.index]} for w in words
    ]
    return len(places) > 1 and bool(frozenset.intersection(*map(frozenset, places)))


def _is_given(comparison: Comparison, clause: Clause) -> bool:
    words = [
        w for w in comparison.claimed.context(clause.index) if is_content(w) and weight_of(w) >= 1.0
    ]
    if clause.opener in _OPENERS:
        words = [w for w in clause.words if is_content(w)]
    found = [w for w in words if comparison.found.get(w.index)]
    if words and len(found) * 2 < len(words):
        return False
    places = [place for w in found for place in comparison.found[w.index]]
    if places and all(other.negated for _, other in places):
        return False
    return _has_mark(comparison)


def _has_mark(comparison: Comparison) -> bool:
    lemmas = {word.lemma for line in comparison.said for word in line.words}
    texts = {word.text for line in comparison.said for word in line.words}
    return bool((lemmas | texts) & _MARKS) and not lemmas & _DOUBT
