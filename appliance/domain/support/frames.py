"""Each verb of a text: who does it, whether it is negated, and when."""

from collections.abc import Sequence
from typing import Final

from appliance.domain.support.clauses import AUXILIARIES, Clause, Frame, Reading
from appliance.domain.support.people import UNKNOWN, Person
from appliance.domain.support.people_words import SUBJECT_PRONOUNS
from appliance.domain.support.verbs import IRREGULAR_FORMS, OPEN_TO_SUBJECT_AFTER, VERBS
from appliance.domain.support.words import Word

_PAST_FORMS: Final = frozenset(
    form for line in IRREGULAR_FORMS.strip().split("\n") for form in line.split()[1:]
) - frozenset("am is are been being has does goes cries".split())


_VERBS: Final = frozenset(VERBS)


_MODALS: Final = frozenset("would could might may should must can".split())


_NOUN_AFTER: Final = frozenset(
    """a an the my your his her its our their this some any every each of with for on in at from about by another
    more less many much no two three four five six one own other first last next next-door into over under
    between after before during without per such whose good bad new old little slight few several poor
    further upcoming only same daily weekly client's partial reduced single paced current past former""".split()
)


_DETERMINERS: Final = frozenset(
    "a an the my your his her its our their this some every each no".split()
)


_PREPOSITIONS: Final = frozenset(
    """of with for on in at from about by into over under between during without per to towards after before since
    until than like against through around near off out""".split()
)


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
        return (
            (word.is_gerund or word.form.endswith("ed"))
            or word.text != word.lemma
            or bool(word.parts)
        )
    before = reading.words[index - 1]
    if before.clause != word.clause:
        return not (word.text == stem and before.lemma in ("and", "or", ",")) or bool(word.parts)
    if word.is_gerund:
        return before.text not in _DETERMINERS and not before.possessive
    if before.possessive or before.text in _NOUN_AFTER or before.text.isdigit():
        return False
    is_base = word.text == stem or (bool(word.parts) and word.text.startswith(f"{stem}_"))
    if is_base and before.index not in reading.persons and before.lemma not in AUXILIARIES:
        return (
            before.lemma in OPEN_TO_SUBJECT_AFTER
            or before.text in SUBJECT_PRONOUNS
            or bool(word.parts)
        )
    return True


def find_frames(reading: Reading) -> None:
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
        if is_verb_at(reading, later.index) and (later.text != later.lemma or later.lemma != "be"):
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
    if chain and at >= 0 and words[at].clause == verb.clause and _is_inverted(reading, at):
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


def _is_inverted(reading: Reading, at: int) -> bool:
    """ "Did you phone": the auxiliary stands before the subject."""
    return (
        at > 0
        and at in reading.persons
        and reading.words[at - 1].lemma in ("do", "be", "have", "will")
    )


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
    if (
        before.verb.lemma.split("_")[0] in OPEN_TO_SUBJECT_AFTER
        or before.verb.lemma == "would_like"
    ):
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
