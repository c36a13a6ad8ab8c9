"""A text in clauses: where one ends, what is taken back in it, and who stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from appliance.domain.support.people import Person
from appliance.domain.support.verbs import AGAINST
from appliance.domain.support.words import Word

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


def clauses_of(words: Sequence[Word]) -> list[Clause]:
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
        current = (
            [word] if word.lemma in ("without", "rather_than", "instead_of", "because_of") else []
        )
    if current:
        clauses.append(Clause(current, opener, len(clauses), current[0].sentence))
    for clause in clauses:
        for word in clause.words:
            word.clause = clause.index
    return clauses


def negate(clause: Clause, reading: Reading) -> None:
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


_PASSIVELY: Final = frozenset(
    "deny refuse avoid stop cease discontinue miss dispute reject cancel decline".split()
)


def _followed_by_have(reading: Reading, word: Word) -> bool:
    """ "could have gone" is not gone."""
    following = reading.words[word.index + 1 : word.index + 3]
    return (
        bool(following)
        and following[0].text == "have"
        and (len(following) < 2 or following[1].lemma not in ("to", "like", "prefer"))
    )


def _takes_back(word: Word) -> bool:
    return word.lemma in AGAINST
