"""Who a word points to: the client, the clinician, somebody by role or name, or nobody in particular."""

from dataclasses import dataclass, field
from typing import Final

from appliance.domain.support.people_words import (
    CLIENT_WORDS,
    CLIENTS_SPEAKERS,
    CLINICIAN_WORDS,
    PRONOUNS,
    ROLES,
    WIDER,
)

_ROLE_LINES: Final = [line.split() for line in ROLES.strip().split("\n")]
ROLE_OF: Final = {word: line[0] for line in _ROLE_LINES for word in (line[0], *line[2:])}
GENDER_OF: Final = {line[0]: line[1] for line in _ROLE_LINES}
TYPED: Final = "typed"


@dataclass(frozen=True)
class Person:
    """`kind`: client, clinician, role, name, he, she, they, we, someone, everyone, nobody, it, thing, unknown."""

    kind: str
    label: str = ""
    owner: str = field(default="", compare=False)
    """Whose mother or friend, where that is said: "client" or a name."""

    @property
    def is_certain(self) -> bool:
        return self.kind in ("client", "clinician", "role", "name")


CLIENT: Final = Person("client")
CLINICIAN: Final = Person("clinician")
UNKNOWN: Final = Person("unknown")


def speaker_of(speaker: str) -> Person:
    """Who "I" is in a line of this speaker."""
    low = speaker.lower().replace(" ", "_")
    if low in CLIENTS_SPEAKERS:
        return CLIENT
    if low in CLINICIAN_WORDS:
        return CLINICIAN
    if low == TYPED:
        return UNKNOWN
    return Person("role", ROLE_OF.get(low, low))


def person_of(text: str, lemma: str, *, is_name: bool, speaker: Person) -> Person | None:
    """The person that a word names, as `speaker` says it; None where it names no person."""
    if lemma in CLIENT_WORDS:
        return CLIENT
    if lemma in CLINICIAN_WORDS:
        return CLINICIAN
    if is_name:
        return _placeholder_person(text) or Person("name", lemma)
    if lemma in ROLE_OF or text in ROLE_OF:
        return Person("role", ROLE_OF.get(lemma) or ROLE_OF[text])
    pronoun = PRONOUNS.get(text)
    if pronoun is None:
        return None
    return _of_pronoun(pronoun, speaker)


def _placeholder_person(text: str) -> Person | None:
    if text == "[CLIENT]":
        return CLIENT
    return CLINICIAN if text == "[CLINICIAN]" else None


def _of_pronoun(pronoun: str, speaker: Person) -> Person:
    if pronoun == "self":
        return speaker
    if pronoun == "you":
        return {CLIENT: CLINICIAN, CLINICIAN: CLIENT}.get(speaker, UNKNOWN)
    return Person(pronoun)


def agree(claimed: Person, said: Person) -> bool | None:
    """Whether the note's person can be the one of the talk; None where that cannot be told."""
    if claimed.owner and said.owner and claimed.owner != said.owner:
        return False
    if claimed == said:
        return True
    if not claimed.is_certain or said.kind in ("unknown", "it", "thing", "someone", "who"):
        return None
    if said.kind in ("he", "she", "they"):
        return _agrees_with_pronoun(claimed, said.kind)
    if said.kind in ("we", "everyone"):
        return None
    if said.kind == "nobody":
        return None
    kinds = {claimed.kind, said.kind}
    if kinds == {"role"}:
        wider = WIDER.get(claimed.label, frozenset()) | WIDER.get(said.label, frozenset())
        return None if wider & {claimed.label, said.label} else False
    if kinds == {"role", "name"}:
        return None
    return False


def _agrees_with_pronoun(claimed: Person, pronoun: str) -> bool | None:
    if claimed.kind in ("client", "clinician"):
        return False if pronoun != "they" else None
    gender = GENDER_OF.get(claimed.label, "-") if claimed.kind == "role" else "-"
    if gender == "-" or pronoun == "they":
        return None
    return None if (gender == "f") == (pronoun == "she") else False
