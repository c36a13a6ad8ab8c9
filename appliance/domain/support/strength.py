"""How strongly, how surely, and for how many: the note may claim no more than the talk, nor less surely."""

from typing import Final

from appliance.domain.support.clauses import Reading
from appliance.domain.support.degrees import (
    CERTAINTIES,
    FEELING_RANKS,
    INTENSIFIERS,
    NOTE_HEDGES,
    PARTIAL,
    SAME_SCOPE,
    STRONG_HEDGES,
    UNIVERSAL,
    WEAK_HEDGES,
)
from appliance.domain.support.lemmas import listed
from appliance.domain.support.matching import NUMBER_WORDS, Comparison, is_content, related
from appliance.domain.support.verdict import Flaw
from appliance.domain.support.words import Word


def _ranks() -> dict[str, tuple[int, int]]:
    ranks: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(listed(FEELING_RANKS)):
        waiting: list[str] = []
        for item in line:
            word, mark, rank = item.partition("=")
            waiting.append(word)
            if mark:
                ranks.update({w: (number, int(rank)) for w in waiting})
                waiting = []
    return ranks


_RANK_OF: Final = _ranks()
_SCOPES: Final = listed(SAME_SCOPE)
_UNIVERSAL: Final = UNIVERSAL - frozenset(
    "alone several many most usually often general generally multiple not".split()
)
_WEAK_UNIVERSAL: Final = frozenset(
    "often regularly most usually repeatedly many several multiple frequently".split()
)
_CLEARLY_HEDGED: Final = STRONG_HEDGES - frozenset("if could may consider try_to".split())


def too_strong(comparison: Comparison) -> Flaw | None:
    """INTENSITY where a feeling or a change is told stronger than it was."""
    told = [word for line in comparison.said for word in line.words]
    for word in comparison.claimed.words:
        if _outranks(word, told):
            return Flaw.INTENSITY
    claimed = [
        w
        for w in comparison.claimed.words
        if w.lemma in INTENSIFIERS and w.lemma not in ("so", "such")
    ]
    if claimed and not any(w.lemma in INTENSIFIERS and w.lemma not in ("so", "such") for w in told):
        return Flaw.INTENSITY
    return None


def _outranks(word: Word, told: list[Word]) -> bool:
    rank = _RANK_OF.get(word.lemma)
    if rank is None or word.negated or word.lemma in ("good", "bad", "fine", "okay"):
        return False
    others = [
        _RANK_OF[w.lemma] for w in told if w.lemma in _RANK_OF and _RANK_OF[w.lemma][0] == rank[0]
    ]
    if not others:
        return rank[1] >= 3 and not any(related(word, w) for w in told)
    return rank[1] > max(r for _, r in others)


def unsure(comparison: Comparison) -> Flaw | None:
    """HEDGE where a guess is told as a fact, a fact as a guess, or somebody as certain who is not."""
    told = [word for line in comparison.said for word in line.words]
    claimed = comparison.claimed.words
    if _claims_certainty(claimed, told):
        return Flaw.HEDGE
    is_hedged = any(w.lemma in NOTE_HEDGES or w.text in NOTE_HEDGES for w in claimed)
    if not is_hedged and _is_told_as_guess(comparison):
        return Flaw.HEDGE
    is_doubted = any(
        w.lemma in ("might", "maybe", "perhaps", "possibly", "may", "unsure", "doubt")
        for w in claimed
    )
    if is_doubted and not any(_is_hedge(w) or w.lemma == "would" for w in told):
        return Flaw.HEDGE
    return None


def _claims_certainty(claimed: list[Word], told: list[Word]) -> bool:
    for at, word in enumerate(claimed):
        following = claimed[at + 1].lemma if at + 1 < len(claimed) else ""
        if word.lemma == "certain" and following not in (
            "of",
            "that",
            "about",
            "she",
            "he",
            "they",
            ".",
        ):
            continue
        if word.negated or word.lemma not in CERTAINTIES:
            continue
        places = [w for w in told if related(word, w)]
        if not places or all(w.negated for w in places):
            return True
    return False


def _is_hedge(word: Word) -> bool:
    return word.lemma in (STRONG_HEDGES | WEAK_HEDGES) or word.text in (STRONG_HEDGES | WEAK_HEDGES)


def _is_told_as_guess(comparison: Comparison) -> bool:
    """The clause that tells most of the note is itself a guess."""
    for clause in comparison.claimed.clauses:
        if not any(is_content(w) for w in clause.words):
            continue
        best = comparison.aligned(clause.index)
        if not best or comparison.overlap(clause.index, *best[0]) < 1.0:
            continue
        conditional = any(w.lemma in _CONDITIONS for w in comparison.claimed.words)
        if all(_guessed(line, index, conditional=conditional) for line, index in best):
            return True
    return False


_CONDITIONS: Final = frozenset(
    "if when whenever once provided depend unless would offer ask".split()
)


def _guessed(line: Reading, clause: int, *, conditional: bool) -> bool:
    """A hedge in the clause, or right before it ("I don't know, maybe"), or a condition on it."""
    own = line.clauses[clause]
    near = [
        own,
        *(c for c in line.clauses[max(0, clause - 2) : clause] if c.sentence == own.sentence),
    ]
    if own.opener in ("if", "unless"):
        return not conditional
    return any(_doubts(word, line) for c in near for word in c.words)


def _doubts(word: Word, line: Reading) -> bool:
    """A hedge, but not of a number: "maybe ten times" is about ten."""
    if word.lemma not in _CLEARLY_HEDGED and word.text not in _CLEARLY_HEDGED:
        return False
    if any(
        f.verb is word and f.subject.kind in ("role", "name", "he", "she", "they")
        for f in line.frames
    ):
        return False
    following = line.words[word.index + 1] if word.index + 1 < len(line.words) else None
    return following is None or not (following.lemma in NUMBER_WORDS or following.text[0].isdigit())


def is_feeling(word: Word) -> bool:
    """A feeling or a state of mind: never to be told where nobody spoke of it."""
    return (
        not word.negated
        and (word.lemma in _RANK_OF or word.lemma in _STATES)
        and word.lemma not in _EVERYDAY
    )


_EVERYDAY: Final = frozenset(
    "good bad fine okay like great fight row argument quarrel short low down slip keen".split()
)
_STATES: Final = frozenset(
    """jealous jealousy envious resent resentment ashamed shame guilty guilt lonely proud embarrassed humiliated betrayed
    hopeless suicidal panic anxiety depression paranoid manic psychotic grief overwhelmed numb withdrawn suspicious
    disgust regret blame bully abuse infidelity debt lazy selfish addicted dependent""".split()
)


def too_wide(comparison: Comparison) -> Flaw | None:
    """SCOPE where all is told of some, or some part is left out that limits what was said."""
    told = [word for line in comparison.said for word in line.words]
    for word in comparison.claimed.words:
        if (
            word.lemma not in _UNIVERSAL
            and word.text not in _UNIVERSAL
            and word.lemma not in _WEAK_UNIVERSAL
        ):
            continue
        if word.negated or (word.lemma == "both" and len(comparison.said) > 1):
            continue
        if not any(
            _same_scope(word, other) and not (other.negated and other.lemma in _TOTAL)
            for other in told
        ):
            return Flaw.SCOPE
        limited = [w for w in told if w.lemma in PARTIAL or w.text in PARTIAL]
        if word.lemma in _TOTAL and any(w.lemma in _LIMITS or w.text in _LIMITS for w in limited):
            return Flaw.SCOPE
    return None


_TOTAL: Final = frozenset(
    "all every everyone everybody everything always whole completely entirely every_day daily every_night".split()
)
_LIMITS: Final = frozenset(
    "some sometimes except half part mostly occasionally not_all only".split()
)


def _same_scope(claimed: Word, said: Word) -> bool:
    mine, theirs = {claimed.lemma, claimed.text}, {said.lemma, said.text}
    return bool(mine & theirs) or any(
        mine & set(group) and theirs & set(group) for group in _SCOPES
    )
