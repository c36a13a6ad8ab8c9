"""Who said it and who did it: the note's persons against the talk's."""

from typing import Final

from appliance.domain.support.alignment import pairs_of
from appliance.domain.support.clauses import Frame
from appliance.domain.support.matching import Comparison
from appliance.domain.support.people import CLIENT, CLINICIAN, ROLE_OF, Person, agree
from appliance.domain.support.people_words import TITLES
from appliance.domain.support.verbs import HOLDING, REPORTING
from appliance.domain.support.verdict import Flaw

_CONVERSE: Final = frozenset(
    """inherit receive get borrow learn hear find_out obtain leave give lend tell send undergo cost like please
    matter be benefit mean""".split()
)


def wrong_person(comparison: Comparison) -> Flaw | None:
    """SPEAKER where client or clinician is mistaken for another, ENTITY among others."""
    for frame in comparison.claimed.frames:
        if not frame.is_passive and _is_misattributed(frame, comparison):
            return Flaw.SPEAKER
    for pairs in pairs_of(comparison):
        flaw = _flaw_of([verdict for p in pairs if (verdict := _compare(p.claimed, p.said)) is not None])
        if flaw is not None:
            return flaw
    return None


def _is_misattributed(frame: Frame, comparison: Comparison) -> bool:
    """ "Aksel said": nobody quotes Aksel, and he does not speak in the cited lines."""
    if not frame.subject.is_certain or frame.verb.lemma not in (REPORTING | HOLDING):
        return False
    speakers = [line.speaker for line in comparison.said]
    if any(agree(frame.subject, speaker) is not False for speaker in speakers):
        return False
    quoted = [f for line in comparison.said for f in line.frames if _says(f)]
    if frame.subject.kind == "name" and any(
        agree(frame.subject, f.subject) is not False for f in quoted if f.subject.kind != "it"
    ):
        return False
    return not any(agree(frame.subject, f.subject) is not False for f in quoted if f.subject.kind != "it")


def _says(frame: Frame) -> bool:
    stem = frame.verb.lemma.split("_")[0]
    return stem in REPORTING | HOLDING | frozenset({"ask", "complain", "know", "promise", "suggest", "want"})


def _compare(claimed: Frame, said: Frame) -> tuple[bool | None, Person, Person] | None:
    mine = claimed.agent if claimed.is_passive else claimed.subject
    theirs = said.agent if said.is_passive else said.subject
    if claimed.is_passive and mine is None:
        if not said.is_passive and claimed.subject.is_certain and claimed.subject == said.subject:
            return False, claimed.subject, said.subject
        return None
    if mine is None or theirs is None or not mine.is_certain:
        return None
    if claimed.verb.lemma != said.verb.lemma and {claimed.verb.lemma, said.verb.lemma} & _CONVERSE:
        return None
    return agree(mine, theirs), mine, theirs


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
        if role is not None and role not in speakers and not titled and not _may_be(role, comparison):
            return Flaw.ENTITY
    return None


def _may_be(role: str, comparison: Comparison) -> bool:
    """Whether a name or a pronoun of the talk may be who the note calls by role."""
    persons = [p for line in comparison.said for p in line.persons.values()]
    return any(
        p.kind in ("name", "he", "she", "they") and agree(Person("role", role), p) is not False
        for p in persons
    )
