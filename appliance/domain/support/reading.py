"""A text read: words, clauses, persons and verbs."""

from dataclasses import replace

from appliance.domain.support.clauses import Frame, Reading, clauses_of, negate
from appliance.domain.support.frames import find_frames
from appliance.domain.support.people import GENDER_OF, Person, person_of
from appliance.domain.support.words import words_of


def read(text: str, speaker: Person, line: int = 0) -> Reading:
    """A text as `speaker` says it, in clauses and frames."""
    words = words_of(text)
    reading = Reading(words, clauses_of(words), [], speaker, line)
    for word in words:
        person = person_of(word.text, word.lemma, is_name=word.is_name, speaker=speaker)
        if person is not None:
            reading.persons[word.index] = person
    _join_titles(reading)
    _find_owners(reading)
    for clause in reading.clauses:
        negate(clause, reading)
    find_frames(reading)
    _resolve_pronouns(reading)
    return reading


def _join_titles(reading: Reading) -> None:
    """ "Aunt Mirela" is an aunt, wherever the name stands again."""
    roles: dict[str, Person] = {}
    for index, person in list(reading.persons.items()):
        before = reading.persons.get(index - 1)
        if person.kind == "name" and before is not None and before.kind == "role":
            if not reading.words[index - 1].possessive:
                roles[person.label] = before
    for index, person in reading.persons.items():
        if person.kind == "name" and person.label in roles:
            reading.persons[index] = roles[person.label]


def _find_owners(reading: Reading) -> None:
    """ "Ade's dad" is another than "my dad"."""
    for index, person in list(reading.persons.items()):
        before = reading.persons.get(index - 1)
        if person.kind != "role" or before is None:
            continue
        word = reading.words[index - 1]
        if before.kind == "client" and (word.possessive or word.text == "my"):
            reading.persons[index] = replace(person, owner="client")
        elif before.kind in ("name", "role") and word.possessive:
            reading.persons[index] = replace(person, owner=before.label)


def _resolve_pronouns(reading: Reading) -> None:
    """he and she: the person of that gender named last, subjects first."""
    for frame in reading.frames:
        if frame.subject.kind not in ("he", "she"):
            continue
        found = _antecedent(reading, frame)
        if found is not None:
            frame.subject = found


def _antecedent(reading: Reading, frame: Frame) -> Person | None:
    wanted = "f" if frame.subject.kind == "she" else "m"
    earlier = [
        person
        for index, person in reading.persons.items()
        if index < frame.verb.index and person.kind in ("role", "name")
        and not reading.words[index].possessive
    ]  # fmt: skip
    fitting = [
        p for p in earlier if p.kind == "name" or GENDER_OF.get(p.label, "-") in ("-", wanted)
    ]
    different = list(dict.fromkeys(fitting))
    return different[0] if len(different) == 1 else None
