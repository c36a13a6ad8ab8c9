"""Who said it and who did it: the note's persons against the talk's."""

from typing import Final

from appliance.domain.support.alignment import Pair, pairs_of
from appliance.domain.support.clauses import Frame, Reading
from appliance.domain.support.matching import Comparison, weight_of
from appliance.domain.support.people import CLIENT, CLINICIAN, ROLE_OF, Person, agree
from appliance.domain.support.people_words import TITLES
from appliance.domain.support.verbs import HOLDING, REPORTING
from appliance.domain.support.verdict import Flaw

_RECEIVING: Final = frozenset(
    "inherit receive get borrow learn hear find_out obtain undergo benefit have".split()
)
_GIVING: Final = frozenset("leave give lend tell send cost be mean bring offer say".split())


_EMPTY: Final = frozenset({"be", "have", "do", "get"})


def wrong_person(comparison: Comparison) -> Flaw | None:
    """SPEAKER where client or clinician is mistaken for another, ENTITY among others."""
    for frame in comparison.claimed.frames:
        if not frame.is_passive and _is_misattributed(frame, comparison):
            return Flaw.SPEAKER
    for likeliest in pairs_of(comparison):
        pairs = [
            p
            for p in likeliest
            if p.claimed.negated == p.said.negated and p.claimed.verb.lemma not in _EMPTY
        ]
        if not pairs:
            continue
        present = {person for line in comparison.said for person in line.persons.values()}
        flaw = _flaw_of(
            [
                verdict
                for p in pairs
                if (verdict := _compare(p.claimed, p.said, present)) is not None
            ]
        )
        if flaw is not None:
            return flaw
        if _is_about_another(pairs, comparison) or _is_not_about(pairs, comparison):
            return Flaw.ENTITY
    return None


def _is_about_another(pairs: list[Pair], comparison: Comparison) -> bool:
    """ "asked Uncle Teo" of "asked my nephew": the clause has somebody else in that place."""
    claimed = pairs[0].claimed
    named = _third_parties(comparison.claimed, claimed)
    if not named or pairs[0].overlap < 0.9:
        return False
    for person in named:
        others = [p for pair in pairs for p in _all_in(pair.line, pair.said)]
        certain = [other for other in others if other.is_certain]
        if certain and all(agree(person, other) is False for other in certain):
            return True
    return False


def _is_not_about(pairs: list[Pair], comparison: Comparison) -> bool:
    """ "He hit my sister, not me": the note has just the one who is ruled out."""
    claimed = pairs[0].claimed
    for word in comparison.claimed.clauses[claimed.clause].words:
        person = comparison.claimed.persons.get(word.index)
        if person is None or word.negated or word.possessive or word.index < claimed.verb.index:
            continue
        mentions = [
            (line, other)
            for line in comparison.said
            for other in line.words
            if line.persons.get(other.index) == person
            and other.text not in _POSSESSIVE
            and (line.line, other.sentence) in {(p.line.line, p.said.sentence) for p in pairs}
            and other.index > min(p.said.verb.index for p in pairs)
        ]
        if mentions and all(other.negated for _, other in mentions) and not pairs[0].said.negated:
            return True
    return False


_POSSESSIVE: Final = frozenset("my our your his her their its".split())


def _third_parties(reading: Reading, frame: Frame) -> list[Person]:
    found = []
    for word in reading.clauses[frame.clause].words:
        person = reading.persons.get(word.index)
        if person is not None and person.kind in ("role", "name") and not word.possessive:
            if frame.is_passive or person != frame.subject:
                found.append(person)
    return found


def _all_in(line: Reading, frame: Frame) -> list[Person]:
    """Everybody in a clause and the next one but the speaker and the client, with "you"."""
    words = [w for w in line.words if w.sentence == frame.sentence]
    persons = [line.persons[w.index] for w in words if w.index in line.persons and not w.possessive]
    return [
        p
        for p in persons
        if p not in (line.speaker, CLIENT, CLINICIAN) and p.kind not in ("it", "thing", "who")
    ]


def _is_misattributed(frame: Frame, comparison: Comparison) -> bool:
    """ "Aksel said": nobody quotes Aksel, and he does not speak in the cited lines."""
    if not frame.subject.is_certain or frame.verb.lemma not in (REPORTING | HOLDING):
        return False
    if frame.tense == "progressive":
        return False
    speakers = [line.speaker for line in comparison.said]
    if any(agree(frame.subject, speaker) is not False for speaker in speakers):
        return _is_told_by_another(frame, comparison)
    if frame.verb.lemma in HOLDING and any(
        agree(frame.subject, f.subject) for line in comparison.said for f in line.frames
    ):
        return False
    quoted = [f for line in comparison.said for f in line.frames if _says(f)]
    if frame.subject.kind == "name" and any(
        agree(frame.subject, f.subject) is not False for f in quoted if f.subject.kind != "it"
    ):
        return False
    return not any(
        agree(frame.subject, f.subject) is not False for f in quoted if f.subject.kind != "it"
    )


def _is_told_by_another(frame: Frame, comparison: Comparison) -> bool:
    """Two speak, and what the note gives to one stands in the other's line alone."""
    rest = [
        w for w in comparison.claimed.words if w.index in comparison.found and w is not frame.verb
    ]
    own = other = 0.0
    for word in rest:
        lines = {id(line): line for line, _ in comparison.found[word.index]}.values()
        by_own = any(agree(frame.subject, line.speaker) is not False for line in lines)
        own += by_own * weight_of(word)
        other += (bool(lines) and not by_own) * weight_of(word)
    if frame.verb.lemma == "feel":
        felt = next(
            (w for w in rest if w.index > frame.verb.index and comparison.found[w.index]), None
        )
        feeling = [line for line, _ in comparison.found[felt.index]] if felt is not None else []
        return bool(feeling) and all(agree(frame.subject, r.speaker) is False for r in feeling)
    return other > own and frame.verb.lemma in REPORTING


def _says(frame: Frame) -> bool:
    stem = frame.verb.lemma.split("_")[0]
    return stem in REPORTING | HOLDING | frozenset(
        {"ask", "complain", "know", "promise", "suggest", "want"}
    )


def _compare(
    claimed: Frame, said: Frame, present: set[Person]
) -> tuple[bool | None, Person, Person] | None:
    mine = claimed.agent if claimed.is_passive else claimed.subject
    theirs = said.agent if said.is_passive else said.subject
    if claimed.is_passive and said.is_passive and mine is None and theirs is None:
        return agree(claimed.subject, said.subject), claimed.subject, said.subject
    if claimed.is_passive and mine is None:
        if not said.is_passive and claimed.subject.is_certain and claimed.subject == said.subject:
            return False, claimed.subject, said.subject
        return None
    if mine is None or theirs is None or not mine.is_certain:
        return None
    if are_converse(claimed.verb.lemma, said.verb.lemma):
        return None
    if mine != theirs and mine in present and theirs.kind in ("role", "name"):
        wider = agree(mine, theirs) is None and mine.kind == theirs.kind
        return None if wider else (False, mine, theirs)
    return agree(mine, theirs), mine, theirs


def are_converse(one: str, other: str) -> bool:
    """One is given what the other gives: "inherited from grandfather" is "Grandad left me"."""
    return (one in _RECEIVING and other in _GIVING) or (other in _RECEIVING and one in _GIVING)


def _flaw_of(verdicts: list[tuple[bool | None, Person, Person]]) -> Flaw | None:
    if not verdicts or any(agrees is not False for agrees, _, _ in verdicts):
        return None
    _, mine, theirs = verdicts[0]
    return Flaw.SPEAKER if {mine, theirs} & {CLIENT, CLINICIAN} else Flaw.ENTITY


def stranger(comparison: Comparison) -> Flaw | None:
    """ENTITY where the note names somebody, or a role, that the cited lines do not have."""
    titled = any(word.lemma in TITLES for line in comparison.said for word in line.words)
    speakers = {line.speaker.label for line in comparison.said}
    for word in comparison.claimed.words:
        if word.index not in comparison.found or comparison.found[word.index]:
            continue
        role = ROLE_OF.get(word.lemma)
        if word.is_name:
            return Flaw.ENTITY
        if (
            role is not None
            and role not in speakers
            and not titled
            and not _may_be(role, comparison)
        ):
            return Flaw.ENTITY
    return None


def _may_be(role: str, comparison: Comparison) -> bool:
    """Whether a name or a pronoun of the talk may be who the note calls by role."""
    persons = [p for line in comparison.said for p in line.persons.values()]
    return any(
        p.kind in ("name", "he", "she", "they") and agree(Person("role", role), p) is not False
        for p in persons
    )
