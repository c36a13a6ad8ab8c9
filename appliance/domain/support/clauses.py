"""A text in clauses, and in each clause who does what, whether it is taken back, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from appliance.domain.support.people import UNKNOWN, Person, person_of
from appliance.domain.support.people_words import SUBJECT_PRONOUNS
from appliance.domain.support.verbs import AGAINST, IRREGULAR_FORMS, OPEN_TO_SUBJECT_AFTER, VERBS
from appliance.domain.support.words import Word, words_of

_PAST_FORMS: Final = frozenset(
    form for line in IRREGULAR_FORMS.strip().split("\n") for form in line.split()[1:]
) - frozenset("am is are been being has does goes cries".split())
_VERBS: Final = frozenset(VERBS)
_BREAKS: Final = frozenset(
    """and but or so then because when while if although though even_though even_if since until before after who
    which that how what why where whether than as_well_as rather_than instead_of except without in_spite_of so_that
    in_order_to because_of due_to owing_to as_a_result nor yet by apart_from as ; : ( ) - – — , unless
    not_only""".split()
)
AUXILIARIES: Final = frozenset(
    """be have do will would can could may might shall should must not never to going_to used_to able_to always just
    only still already really also often sometimes usually hardly nearly almost ever even probably maybe
    perhaps recently currently now no_longer rarely then both all mostly simply both soon actually have_to
    have_yet_to mean_to almost first finally since meant never occasionally""".split()
)
_MODALS: Final = frozenset("would could might may should must can".split())
_NOUN_AFTER: Final = frozenset(
    """a an the my your his her its our their this some any every each of with for on in at from about by another
    more less many much no two three four five six one own other first last next next-door into over under
    between after before during without per such whose good bad new old little slight few several poor
    further upcoming only same daily weekly client's partial reduced single paced current past former""".split()
)
_DETERMINERS: Final = frozenset("a an the my your his her its our their this some every each no".split())
_PREPOSITIONS: Final = frozenset(
    """of with for on in at from about by into over under between during without per to towards after before since
    until than like against through around near off out""".split()
)
NEGATORS: Final = frozenset(
    """not never no none nobody nothing neither nor without no_longer not_yet have_yet_to not_any_more hardly
    nowhere rather_than instead_of not_anymore nearly almost not_at_all not_once not_ever deny unable dispute
    come_close_to come_close close_to incapable free_of free_from""".split()
)
_BACKWARD: Final = frozenset("nobody nothing none".split())


@dataclass(slots=True)
class Frame:
    """One verb: who does it, whether it is negated, and when. `tense`: past, perfect, present, future, was, maybe."""

    verb: Word
    subject: Person
    negated: bool
    tense: str
    clause: int
    sentence: int
    is_passive: bool = False
    agent: Person | None = None
    is_hypothetical: bool = False


@dataclass(slots=True)
class Clause:
    """A run of words without a break; `opener` is the word that broke it off."""

    words: list[Word]
    opener: str
    index: int
    sentence: int
    has_verb: bool = False


@dataclass(slots=True)
class Reading:
    """One text or line, read: words, clauses, frames. `line`: its place among the sources."""

    words: list[Word]
    clauses: list[Clause]
    frames: list[Frame]
    speaker: Person
    line: int = 0
    is_question: bool = False
    persons: dict[int, Person] = field(default_factory=dict)

    def context(self, clause: int) -> list[Word]:
        """The words of a clause and of the verbless pieces that belong to it."""
        own = self.clauses[clause]
        pieces = [own]
        for other in self.clauses[clause + 1 :]:
            if other.has_verb or other.sentence != own.sentence:
                break
            pieces.append(other)
        if not own.has_verb:
            for other in reversed(self.clauses[:clause]):
                if other.sentence != own.sentence:
                    break
                pieces.append(other)
                if other.has_verb:
                    break
        return [word for piece in pieces for word in piece.words]


def read(text: str, speaker: Person, line: int = 0) -> Reading:
    """A text as `speaker` says it, in clauses and frames."""
    words = words_of(text)
    reading = Reading(words, _clauses(words), [], speaker, line)
    for word in words:
        person = person_of(word.text, word.lemma, is_name=word.is_name, speaker=speaker)
        if person is not None:
            reading.persons[word.index] = person
    _join_titles(reading)
    _find_owners(reading)
    for clause in reading.clauses:
        _negate(clause, reading)
    _find_frames(reading)
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


def _clauses(words: Sequence[Word]) -> list[Clause]:
    clauses: list[Clause] = []
    current: list[Word] = []
    opener = "."
    for word in words:
        is_break = word.is_stop or word.lemma in _BREAKS or word.text in _BREAKS
        if not is_break or (word.text in ("that", "by", "as", "since", "before") and not current):
            current.append(word)
            continue
        if current:
            clauses.append(Clause(current, opener, len(clauses), current[0].sentence))
        opener = word.lemma if not (word.lemma == "," and not current) else opener
        current = [word] if word.lemma in ("without", "rather_than", "instead_of", "because_of") else []
    if current:
        clauses.append(Clause(current, opener, len(clauses), current[0].sentence))
    for clause in clauses:
        for word in clause.words:
            word.clause = clause.index
    return clauses


def _negate(clause: Clause, reading: Reading) -> None:
    before = reading.clauses[clause.index - 1] if clause.index else None
    carried = (
        before is not None
        and before.sentence == clause.sentence
        and (
            (clause.opener in ("or", "nor") and bool(before.words) and before.words[-1].negated)
            or (clause.opener == "that" and before.words[-1].lemma in NEGATORS)
            or (clause.opener in ("that", "by") and _takes_back(before.words[-1]))
        )
    )
    if any(word.lemma in ("like_that", "like_this") for word in clause.words):
        return
    negated, by = carried, before.words[-1] if carried and before is not None else None
    for word in clause.words:
        word.negated, word.negated_by = negated, by if negated else None
        if word.lemma in NEGATORS or word.text in NEGATORS:
            negated, by = True, word
            if word.lemma in _BACKWARD or word.text in _BACKWARD:
                for earlier in clause.words:
                    earlier.negated = True
        elif _takes_back(word):
            negated, by = not negated, word
        elif word.text in _COUNTERFACTUAL and _followed_by_have(reading, word):
            negated, by = True, word
        if word.lemma in _PASSIVELY and reading.words[word.index - 1].lemma == "be":
            for earlier in clause.words:
                if earlier.index < word.index:
                    earlier.negated, earlier.negated_by = not earlier.negated, word


_COUNTERFACTUAL: Final = frozenset({"could", "should", "would", "might"})
_PASSIVELY: Final = frozenset("deny refuse avoid stop cease discontinue miss dispute reject cancel decline".split())


def _followed_by_have(reading: Reading, word: Word) -> bool:
    """ "could have gone" is not gone."""
    following = reading.words[word.index + 1 : word.index + 3]
    return bool(following) and following[0].text == "have" and (
        len(following) < 2 or following[1].lemma not in ("to", "like", "prefer")
    )


def _takes_back(word: Word) -> bool:
    return word.lemma in AGAINST


def is_verb_at(reading: Reading, index: int) -> bool:
    """Whether the word at `index` is a verb there: "walk" is one after "I" and none after "the"."""
    word = reading.words[index]
    stem = word.parts[0] if word.parts else word.lemma
    if word.lemma == "would_like":
        return True
    if word.is_name or stem not in _VERBS or word.possessive:
        return False
    if word.lemma in AUXILIARIES and word.lemma not in ("be", "have", "do"):
        return False
    if index == 0:
        return (word.is_gerund or word.form.endswith("ed")) or word.text != word.lemma or bool(word.parts)
    before = reading.words[index - 1]
    if before.clause != word.clause:
        return not (word.text == stem and before.lemma in ("and", "or", ",")) or bool(word.parts)
    if word.is_gerund:
        return before.text not in _DETERMINERS and not before.possessive
    if before.possessive or before.text in _NOUN_AFTER or before.text.isdigit():
        return False
    is_base = word.text == stem or (bool(word.parts) and word.text.startswith(f"{stem}_"))
    if is_base and before.index not in reading.persons and before.lemma not in AUXILIARIES:
        return before.lemma in OPEN_TO_SUBJECT_AFTER or before.text in SUBJECT_PRONOUNS or bool(word.parts)
    return True


def _find_frames(reading: Reading) -> None:
    last: Frame | None = None
    for word in reading.words:
        if word.clause < 0 or not is_verb_at(reading, word.index):
            continue
        if word.lemma in ("be", "have", "do") and _is_auxiliary(reading, word.index):
            continue
        frame = _frame(reading, word, last)
        reading.frames.append(frame)
        reading.clauses[word.clause].has_verb = True
        last = frame


def _is_auxiliary(reading: Reading, index: int) -> bool:
    for later in reading.words[index + 1 : index + 4]:
        if later.clause != reading.words[index].clause:
            return False
        if is_verb_at(reading, later.index) and (later.text != later.lemma or later.lemma not in ("be",)):
            follows = later.is_gerund or later.form.endswith("ed") or later.form in _PAST_FORMS
            return follows or reading.words[index].lemma == "do" or later.text == "been"
        if later.lemma not in AUXILIARIES and later.index not in reading.persons:
            return False
    return False


def _frame(reading: Reading, verb: Word, last: Frame | None) -> Frame:
    chain, at = [], verb.index - 1
    words = reading.words
    while at >= 0 and words[at].clause == verb.clause and words[at].lemma in AUXILIARIES:
        chain.append(words[at])
        at -= 1
    if chain and at >= 0 and words[at].clause == verb.clause and _is_inverted(reading, at, verb):
        chain.append(words[at - 1])
    same = last if last is not None and last.sentence == verb.sentence else None
    subject = _subject(reading, at, verb, chain, same)
    lemmas = [w.lemma for w in chain]
    clause = reading.clauses[verb.clause]
    participle = verb.form.endswith("ed") or verb.form in _PAST_FORMS
    passive = "be" in lemmas and participle and not verb.is_gerund
    return Frame(
        verb=verb,
        subject=subject,
        negated=verb.negated or "not" in lemmas or "never" in lemmas,
        tense=_tense(chain, verb, same),
        clause=clause.index,
        sentence=verb.sentence,
        is_passive=passive,
        agent=_agent(reading, clause) if participle else None,
        is_hypothetical=clause.opener in ("if", "unless", "even_if", "whether")
        or any(w.lemma in ("if", "unless") for w in clause.words),
    )


def _is_inverted(reading: Reading, at: int, verb: Word) -> bool:
    """ "Did you phone": the auxiliary stands before the subject."""
    return at > 0 and at in reading.persons and reading.words[at - 1].lemma in ("do", "be", "have", "will")


def _tense(chain: Sequence[Word], verb: Word, before: Frame | None) -> str:
    lemmas = [word.lemma for word in chain]
    texts = [word.text for word in chain]
    if "used_to" in lemmas or ("would" in lemmas and before is not None and before.tense == "was"):
        return "was"
    if "will" in lemmas or "shall" in lemmas or "going_to" in lemmas or "mean_to" in lemmas:
        return "future"
    if "would" in lemmas and "not" in lemmas:
        return "past"
    if _MODALS & set(lemmas):
        return "maybe"
    if "to" in lemmas and "have" not in lemmas:
        return "infinitive"
    if verb.text in ("got", "got_to") and "have" in lemmas:
        return "present"
    if "have" in lemmas and not (lemmas[-1] == "have" and texts[-1] == "had"):
        return "perfect"
    if {"had", "did", "was", "were"} & set(texts):
        return "past"
    if not lemmas and verb.is_gerund:
        return "unknown"
    if verb.is_gerund and {"am", "is", "are", "be"} & set(texts):
        return "progressive"
    is_past = verb.form.endswith("ed") or verb.form in _PAST_FORMS
    return "past" if is_past and "be" not in lemmas and "do" not in lemmas else "present"


def _agent(reading: Reading, clause: Clause) -> Person | None:
    """ "by the clinician", after a passive."""
    for other in reading.clauses[clause.index + 1 : clause.index + 2]:
        if other.opener == "by" and other.sentence == clause.sentence:
            return next((reading.persons[w.index] for w in other.words if w.index in reading.persons
                         and not w.possessive), None)  # fmt: skip
    return None


def _subject(
    reading: Reading, at: int, verb: Word, chain: Sequence[Word], before: Frame | None
) -> Person:
    words = reading.words
    if any(word.lemma == "to" for word in chain) and before is not None:
        return _controlled(reading, before, verb)
    if at < 0 or words[at].clause != verb.clause:
        return _inherited(reading, verb, before)
    if verb.is_gerund and not any(w.lemma == "be" for w in chain):
        if words[at].lemma in _PREPOSITIONS or before is None:
            return UNKNOWN
        return before.subject
    head = _head_of_subject(reading, at, verb)
    if head is None:
        return _inherited(reading, verb, before)
    return reading.persons.get(head, Person("thing", words[head].lemma))


def _inherited(reading: Reading, verb: Word, before: Frame | None) -> Person:
    """A verb without a subject of its own shares the one before it, within a sentence."""
    if before is not None:
        return before.subject
    if verb.index == 0 or reading.words[verb.index - 1].is_stop:
        return reading.speaker
    return UNKNOWN


def _controlled(reading: Reading, before: Frame, verb: Word) -> Person:
    if before.verb.lemma.split("_")[0] in OPEN_TO_SUBJECT_AFTER or before.verb.lemma == "would_like":
        between = range(before.verb.index + 1, verb.index)
        found = [reading.persons[i] for i in between if i in reading.persons]
        if found:
            return found[-1]
    return before.subject


def _head_of_subject(reading: Reading, at: int, verb: Word) -> int | None:
    """The head of the words left of a verb: past "with Gareth" and "of client" to what they belong to."""
    words = reading.words
    head = at
    while at >= 0 and words[at].clause == verb.clause:
        if at != head and is_verb_at(reading, at) and not words[at].is_gerund:
            break
        if words[at].lemma in _PREPOSITIONS and at > 0 and words[at - 1].clause == verb.clause:
            before = words[at - 1]
            can_head = before.index in reading.persons or before.lemma not in AUXILIARIES
            if reading.words[head].text in SUBJECT_PRONOUNS or not can_head:
                return head
            if is_verb_at(reading, at - 1):
                return head
            head = at - 1
        at -= 1
    return head if head >= 0 else None


def _resolve_pronouns(reading: Reading) -> None:
    """he and she: the person of that gender named last, subjects first."""
    for frame in reading.frames:
        if frame.subject.kind not in ("he", "she"):
            continue
        found = _antecedent(reading, frame)
        if found is not None:
            frame.subject = found


def _antecedent(reading: Reading, frame: Frame) -> Person | None:
    from appliance.domain.support.people import GENDER_OF

    wanted = "f" if frame.subject.kind == "she" else "m"
    earlier = [
        person
        for index, person in reading.persons.items()
        if index < frame.verb.index and person.kind in ("role", "name")
        and not reading.words[index].possessive
    ]  # fmt: skip
    fitting = [p for p in earlier if p.kind == "name" or GENDER_OF.get(p.label, "-") in ("-", wanted)]
    different = list(dict.fromkeys(fitting))
    return different[0] if len(different) == 1 else None
