"""Reasons not to call a statement supported though all its words were found: then it is unchecked."""

from typing import Final

from appliance.domain.support.alignment import Pair, pairs_of
from appliance.domain.support.clauses import Clause, Frame, Reading
from appliance.domain.support.degrees import PARTIAL
from appliance.domain.support.lemmas import VERB_LEMMAS
from appliance.domain.support.matching import Comparison, is_content, related, weight_of
from appliance.domain.support.people import CLIENT, Person, agree
from appliance.domain.support.verbs import HOLDING, LIGHT, REPORTING
from appliance.domain.support.who import are_converse

_LIMITS: Final = frozenset(
    "only some sometimes except half part partly mostly usually most almost nearly hardly rarely unless if".split()
)
_LIMITED: Final = PARTIAL | frozenset(
    "limit confine restrict rarely partial if would might may sole condition majority once single approximately about".split()
)


_EMPTY: Final = frozenset({"be", "have", "do", "get"})


def is_doubtful(comparison: Comparison) -> bool:
    """Whether who, when or how far cannot be told for sure."""
    return (
        _is_scattered(comparison)
        or _has_no_doer(comparison)
        or any(_is_shaky(pairs) for pairs in pairs_of(comparison))
        or _drops_a_limit(comparison)
        or _denies_more(comparison)
        or _does_what(comparison)
        or _turns_order(comparison)
        or _tells_of_another(comparison)
    )


def _is_scattered(comparison: Comparison) -> bool:
    """The words of one clause stand apart in the talk: no three neighbouring sentences hold them."""
    for clause in comparison.claimed.clauses:
        words = [
            w
            for w in clause.words
            if comparison.found.get(w.index)
            and weight_of(w) >= 1.0
            and w.index not in comparison.claimed.persons
        ]
        if len(words) < 2:
            continue
        places = [
            {(line.line, other.sentence) for line, other in comparison.found[w.index]}
            for w in words
        ]
        starts = {start for place in places for start in place}
        held = max(
            sum(
                bool(place & {(line, at), (line, at + 1), (line, at + 2), (line + 1, 0)})
                for place in places
            )
            for line, at in starts
        )
        if held < len(words):
            return True
    return False


def _has_no_doer(comparison: Comparison) -> bool:
    """Who the note says did it stands in no sentence that tells of it."""
    for frame in comparison.claimed.frames:
        if (
            not frame.subject.is_certain
            or frame.is_passive
            or frame.verb.lemma in REPORTING | HOLDING
        ):
            continue
        near = _tellers(frame, comparison)
        if near and not any(_has(person_line, frame.subject) for person_line in near):
            return True
    return False


def _tellers(frame: Frame, comparison: Comparison) -> list[tuple[Reading, int]]:
    if frame.verb.lemma in LIGHT or frame.verb.index not in comparison.found:
        return []
    return [(line, other.sentence) for line, other in comparison.found[frame.verb.index]]


def _has(place: tuple[Reading, int], person: Person) -> bool:
    line, sentence = place
    if person == CLIENT and line.speaker == CLIENT:
        own = [w for w in line.words if w.sentence == sentence]
        others = [f for f in line.frames if f.sentence == sentence]
        return (
            not others
            or any(agree(person, f.subject) is not False for f in others)
            or any(
                line.persons.get(w.index) == CLIENT and w.text != "my" and not w.possessive
                for w in own
            )
        )
    near = [
        w for w in line.words if w.sentence in (sentence, sentence - 1) and w.index in line.persons
    ]
    return line.speaker == person or any(
        agree(person, line.persons[w.index]) is not False for w in near
    )


def _is_shaky(pairs: list[Pair]) -> bool:
    """A present habit told of a single past, or nobody who agrees for sure."""
    claimed = pairs[0].claimed
    if all(_is_other_thing(p) for p in pairs):
        return True
    if claimed.verb.lemma in REPORTING | HOLDING | _EMPTY:
        return False
    if claimed.is_hypothetical:
        return False
    if claimed.tense == "past" and all(p.said.tense in ("present", "unknown") for p in pairs):
        return not claimed.negated and not claimed.is_passive
    if claimed.tense == "present" and all(p.said.tense in ("past", "was", "maybe") for p in pairs):
        return True
    if claimed.tense in ("past", "perfect") and all(
        p.said.tense in ("future", "maybe", "infinitive") for p in pairs
    ):
        return not claimed.negated
    return False


def _does_what(comparison: Comparison) -> bool:
    """ "has been taking zopiclone" of "I've got zopiclone": the doing itself was not found."""
    told = [i for i, places in comparison.found.items() if places]
    if sum(weight_of(comparison.claimed.words[i]) >= 1.0 for i in told) > 1:
        return False
    for frame in comparison.claimed.frames:
        if frame.verb.lemma in (LIGHT & _DEEDS) and not comparison.found.get(frame.verb.index):
            return True
    return False


_DEEDS: Final = frozenset("take give go come put show receive use".split())


def _tells_of_another(comparison: Comparison) -> bool:
    """The clause that tells most of what the note says of somebody has somebody else in his place."""
    for frame in comparison.claimed.frames[:1]:
        if (
            not frame.subject.is_certain
            or frame.is_passive
            or (frame.verb.lemma in REPORTING | HOLDING | {"deny"})
        ):
            continue
        if any(
            p.claimed is frame and agree(frame.subject, p.said.subject)
            for pairs in pairs_of(comparison)
            for p in pairs
        ):
            continue
        own = [
            w for w in comparison.claimed.clauses[frame.clause].words if w.index < frame.verb.index
        ]
        scored = [
            (comparison.overlap(frame.clause, line, c.index, own), line, c)
            for line in comparison.said
            for c in line.clauses
        ]
        best = max((score for score, _, _ in scored), default=0.0)
        near = [(line, c) for score, line, c in scored if score >= max(best - 0.3, 0.2)]
        subjects = [f.subject for line, c in near for f in line.frames if f.clause == c.index]
        if subjects and all(agree(frame.subject, s) is False for s in subjects):
            converse = any(
                are_converse(frame.verb.lemma, f.verb.lemma)
                for line, c in near
                for f in line.frames
                if f.clause == c.index
            )
            return not converse
    return False


def _denies_more(comparison: Comparison) -> bool:
    """ "does not drink" of "I don't drink in front of the kids": a denial that loses its condition."""
    for pairs in pairs_of(comparison):
        if not pairs[0].claimed.negated:
            continue
        denied = [p for p in pairs if p.said.negated]
        if denied and all(_says_further(p, comparison) for p in denied):
            return True
    return False


def _says_further(pair: Pair, comparison: Comparison) -> bool:
    rest = [w for w in pair.line.clauses[pair.said.clause].words if w.index > pair.said.verb.index]
    return any(
        is_content(w)
        and weight_of(w) >= 1.0
        and w.index not in pair.line.persons
        and not any(related(c, w) for c in comparison.claimed.words)
        for w in rest
    )


_ORDER: Final = frozenset({"before", "after", "until"})


def _turns_order(comparison: Comparison) -> bool:
    """ "before she told me" told as "before telling the receptionist"."""
    for clause in comparison.claimed.clauses:
        if clause.opener not in _ORDER:
            continue
        theirs = [(r, c) for r in comparison.said for c in r.clauses if c.opener == clause.opener]
        if theirs and not any(_tells_same(comparison, clause, line, c) for line, c in theirs):
            return True
    return False


def _tells_same(comparison: Comparison, clause: Clause, line: Reading, told: Clause) -> bool:
    for word in clause.words:
        person = comparison.claimed.persons.get(word.index)
        if person is not None and person.is_certain and not word.possessive:
            if not any(
                agree(person, line.persons[w.index]) is not False
                for w in told.words
                if w.index in line.persons
            ):
                return False
        elif is_content(word) and weight_of(word) >= 1.0:
            if not any(related(word, w) for w in told.words):
                return False
    return True


def _is_other_thing(pair: Pair) -> bool:
    """The same is told, but of somebody or something else."""
    mine, theirs = pair.claimed.subject, pair.said.subject
    if pair.claimed.is_passive or pair.said.is_passive:
        return False
    if are_converse(pair.claimed.verb.lemma, pair.said.verb.lemma):
        return False
    if mine.is_certain and theirs.is_certain:
        return agree(mine, theirs) is False
    if (
        mine.kind == "thing"
        and mine.label not in VERB_LEMMAS
        and mine.label in {w.lemma for w in pair.line.words}
    ):
        return theirs.kind in ("thing", "role", "name") and theirs.label != mine.label
    return False


def _drops_a_limit(comparison: Comparison) -> bool:
    """ "only", "sometimes", "most" of the talk left out."""
    if any(w.lemma in _LIMITED or w.text in _LIMITED for w in comparison.claimed.words):
        return False
    for clause in comparison.claimed.clauses:
        if sum(map(is_content, clause.words)) < 2:
            continue
        near = comparison.aligned(clause.index)
        if any(w.negated for w in clause.words):
            continue
        if near and all(
            any(
                w.lemma in _LIMITS and not any(related(c, w) for c in clause.words)
                for w in line.clauses[at].words
            )
            for line, at in near
        ):
            return True
    return False
