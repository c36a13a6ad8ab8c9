"""Yes and no: what the note affirms or denies against what the talk does."""

from appliance.domain.support.alignment import pairs_of
from appliance.domain.support.clauses import Frame
from appliance.domain.support.matching import Comparison, weight_of
from appliance.domain.support.verdict import Flaw


def wrong_polarity(comparison: Comparison) -> Flaw | None:
    """NEGATION where yes and no are exchanged."""
    if _verbs_disagree(comparison) or _affirms_denied(comparison) or _denies_affirmed(comparison):
        return Flaw.NEGATION
    return None


def _verbs_disagree(comparison: Comparison) -> bool:
    for pairs in pairs_of(comparison):
        if pairs[0].overlap >= 1.0 and all(_is_undone(p.claimed) != _is_undone(p.said) for p in pairs):
            return True
    return False


def _is_undone(frame: Frame) -> bool:
    return frame.negated


def _affirms_denied(comparison: Comparison) -> bool:
    """A word the note affirms stands only where the talk denies."""
    for index, places in comparison.found.items():
        word = comparison.claimed.words[index]
        if word.negated or not places or weight_of(word) < 1.0:
            continue
        if all(other.negated for _, other in places):
            return True
    return False


def _denies_affirmed(comparison: Comparison) -> bool:
    """Nothing of what the note denies is denied in the talk."""
    denied = [
        places
        for index, places in comparison.found.items()
        if comparison.claimed.words[index].negated and weight_of(comparison.claimed.words[index]) >= 1.0
    ]
    told = [places for places in denied if places]
    return bool(told) and not any(other.negated for places in told for _, other in places)
