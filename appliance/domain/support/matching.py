"""Which words of the talk a word of the note can stand for, and which clause of it a clause retells."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from appliance.domain.support.clauses import AUXILIARIES, NEGATORS, Reading
from appliance.domain.support.degrees import (
    CERTAINTIES,
    DOWNTONERS,
    INTENSIFIERS,
    NOTE_HEDGES,
    PARTIAL,
    STRONG_HEDGES,
    UNIVERSAL,
)
from appliance.domain.support.lemmas import DRIER, GROUPS, KINDS_OF, root_of
from appliance.domain.support.opposites import OPPOSITES
from appliance.domain.support.people import Person, agree
from appliance.domain.support.people_words import WIDER
from appliance.domain.support.synonyms_noting import PALE
from appliance.domain.support.verbs import LIGHT, REPORTING
from appliance.domain.support.words import Word

_OF_GROUP: Final[dict[str, frozenset[int]]] = {}
for _number, _group in enumerate(GROUPS):
    for _word in _group:
        _OF_GROUP[_word] = _OF_GROUP.get(_word, frozenset()) | {_number}

NUMBER_WORDS: Final = frozenset(
    """zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand dozen third fourth fifth
    sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth
    eighteenth nineteenth twentieth thirtieth half couple pair once twice single""".split()
) | frozenset(
    f"{ten}-{unit}"
    for ten in "twenty thirty forty fifty sixty seventy eighty ninety".split()
    for unit in "one two three four five six seven eight nine first second third fourth fifth sixth".split()
)

FUNCTION: Final = frozenset(
    """a an the of with for on in at from about by into over under between during to towards before after since until
    than like against through around near and but or so then because when while if although though even_though who
    which that how what why where whether as also too own other one ones it this these those there here i me my we us
    our you your he him his she her they them their its who whose yes no oh well okay up down out off back away just
    there now own again still already else both each such very more most less least much many any some all not
    while regarding concerning via per toward upon within without along across due_to owing_to because_of apart_from
    in_spite_of despite rather_than instead_of as_well_as as_well except yet either neither nor only even ever
    day week month year time today hour minute same when whereas afterwards later earlier self however but_not
    thing way sort kind lot session certain former place matter at_least so_far whenever during itself himself
    herself themselves ago is_all not_only""".split()
)
"""Words that carry no claim of their own, or whose claim a check of its own looks at."""

TIME_NAMES: Final = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december spring summer autumn winter christmas easter today yesterday tomorrow
    weekend morning afternoon evening night midday midnight noon half_term term""".split()
)
_RELATIVE_TIMES: Final = frozenset(
    """daily weekly monthly nightly yearly currently recently lately formerly previously previous recent current
    once twice tonight now_and_then last next first_time last_time next_time fortnight two_week every_day at_present
    nowadays these_day at_the_moment present at_times occasionally used_to no_longer not_yet have_yet_to
    longer long subsequently prior initially eventually finally begin_again upcoming""".split()
)
_DEGREE: Final = (
    DOWNTONERS | INTENSIFIERS | UNIVERSAL | PARTIAL | (STRONG_HEDGES & NOTE_HEDGES)
) - frozenset("alone deep violent question usual".split())
_REPORT: Final = REPORTING | frozenset(
    """client patient report account according statement describe note mention feel think believe consider regard
    view see find attribute ascribe credit express experience involve concern use continue present describe
    become indicate state want_to able self per deny notice symptom subject trait item news hear observe set choose
    dispute account unable incapable according_to regarding episode come_close come_close_to close""".split()
)


@cache
def _related(claimed: str, said: str) -> bool:
    if claimed == said or _OF_GROUP.get(claimed, frozenset()) & _OF_GROUP.get(said, frozenset()):
        return True
    if (
        said in DRIER.get(claimed, ())
        or said in KINDS_OF.get(claimed, ())
        or said in WIDER.get(claimed, ())
    ):
        return True
    if min(len(claimed), len(said)) >= 4 and root_of(claimed) == root_of(said):
        return True
    return _first_related(claimed, said)


def _first_related(claimed: str, said: str) -> bool:
    """ "make_meal" may be told by "meal" and "talk_about" by "talk"."""
    if "_" not in claimed and "_" not in said:
        return False
    mine = [part for part in claimed.split("_") if part not in FUNCTION]
    theirs = [part for part in said.split("_") if part not in FUNCTION]
    return len(mine) == 1 and len(theirs) == 1 and _plainly_related(mine[0], theirs[0])


def _plainly_related(claimed: str, said: str) -> bool:
    return claimed == said or bool(
        _OF_GROUP.get(claimed, frozenset()) & _OF_GROUP.get(said, frozenset())
    )


def related(claimed: Word, said: Word) -> bool:
    """Whether the talk's word may be told as the note's word."""
    if claimed.is_name and said.is_name:
        return claimed.lemma == said.lemma
    if claimed.is_name or said.is_name:
        return claimed.lemma == said.lemma
    return _related(claimed.lemma, said.lemma) or claimed.text == said.text


def is_opposite(claimed: Word, said: Word) -> bool:
    """Whether the talk denies what the note's word is the opposite of: "not keen" of "reluctant"."""
    return said.negated and said.lemma in OPPOSITES.get(claimed.lemma, ())


def is_denied(claimed: Word, said: Word) -> bool:
    """Whether the talk takes back the very thing that `claimed` says."""
    return said.negated and not is_opposite(claimed, said)


def is_content(word: Word) -> bool:
    """Whether a word of the note makes a claim that must be found among the cited words."""
    if not word.text[0].isalnum() and word.text[0] != "[":
        return False
    if word.is_name:
        return True
    lemma = word.lemma
    is_special = (
        lemma in FUNCTION or word.text in FUNCTION or lemma in NEGATORS
        or (lemma in AUXILIARIES and lemma not in ("be", "have", "do"))
        or lemma in TIME_NAMES or lemma in _RELATIVE_TIMES or lemma in _DEGREE
        or word.text[0].isdigit() or word.lemma in NUMBER_WORDS or word.text in NUMBER_WORDS
    )  # fmt: skip
    return not is_special


def is_timing(word: Word) -> bool:
    """A day, a season, a number or "every night": no content, but it tells clauses apart."""
    lemma = word.lemma
    return (
        lemma in TIME_NAMES
        or lemma in NUMBER_WORDS
        or lemma.startswith(("every_", "each_"))
        or (word.text[0].isdigit())
    )


def weight_of(word: Word) -> float:
    """How much a content word claims: names most, "have" and "report" little."""
    if word.is_name:
        return 1.5
    if (
        word.lemma in PALE
        or word.lemma in LIGHT
        or word.lemma in _REPORT
        or word.lemma in CERTAINTIES
    ):
        return 0.25
    return 1.0


_KIN: Final = frozenset("daughter son child partner wife husband mother father".split())


@dataclass
class Comparison:
    """A statement laid beside the lines it cites."""

    claimed: Reading
    said: Sequence[Reading]

    @cached_property
    def found(self) -> dict[int, list[tuple[Reading, Word]]]:
        """For each content word of the statement, by index, the words that may tell it.

        One that tells it by its opposite ("not keen" of "reluctant") is among them.
        """
        return {
            word.index: self.places(word)
            for word in self.claimed.words
            if is_content(word) and not self._speaks(word)
        }

    def _speaks(self, word: Word) -> bool:
        """The client, the clinician, or somebody who speaks in the cited lines: nothing to find."""
        person = self.claimed.persons.get(word.index)
        if person is None or word.is_name:
            return False
        if person.kind in ("client", "clinician") or any(person == r.speaker for r in self.said):
            return True
        return person.kind == "role" and person.label in _KIN and self._is_pronoun_for(person)

    def _is_pronoun_for(self, person: Person) -> bool:
        """ "She" in a mother's mouth may be the daughter, where nobody else is named."""
        subjects = [f.subject for line in self.said for f in line.frames]
        if any(s.kind in ("role", "name") for s in subjects):
            return False
        return any(
            s.kind in ("he", "she", "they") and agree(person, s) is not False for s in subjects
        )

    def places(self, word: Word) -> list[tuple[Reading, Word]]:
        return [
            (line, other)
            for line in self.said
            for other in line.words
            if related(word, other) or is_opposite(word, other)
        ]

    def unfound(self) -> list[Word]:
        """Content words that claim something and were not found, heaviest first."""
        words = [self.claimed.words[index] for index, places in self.found.items() if not places]
        return sorted((w for w in words if weight_of(w) >= 1.0), key=weight_of, reverse=True)

    def coverage(self) -> float:
        """The weight found of the weight claimed, 0 to 1; 0 where nothing is claimed."""
        total = sum(weight_of(self.claimed.words[i]) for i in self.found)
        got = sum(weight_of(self.claimed.words[i]) for i, places in self.found.items() if places)
        return got / total if total else 0.0

    def overlap(
        self, clause: int, line: Reading, other: int, without: Sequence[Word] = ()
    ) -> float:
        """The weight of a claimed clause's words that a said clause tells."""
        key = (clause, line.line, other, tuple(word.index for word in without))
        if key not in self._overlaps:
            told = self._told(line, other)
            self._overlaps[key] = sum(
                weight_of(word)
                for word in self._claims(clause)
                if word.index not in key[3]
                and (is_content(word) or is_timing(word))
                and not told.isdisjoint(self._likes[word.index])
            )
        return self._overlaps[key]

    def _told(self, line: Reading, clause: int) -> frozenset[tuple[int, int]]:
        key = (line.line, clause)
        if key not in self._contexts:
            self._contexts[key] = frozenset((line.line, w.index) for w in line.context(clause))
        return self._contexts[key]

    @cached_property
    def _likes(self) -> dict[int, frozenset[tuple[int, int]]]:
        """For each claimed word, by index, where related words stand: (line, index)."""
        return {
            word.index: frozenset(
                (line.line, other.index)
                for line in self.said
                for other in line.words
                if related(word, other)
            )
            for word in self.claimed.words
            if is_content(word) or is_timing(word)
        }

    @cached_property
    def _overlaps(self) -> dict[tuple[int, int, int, tuple[int, ...]], float]:
        return {}

    @cached_property
    def _contexts(self) -> dict[tuple[int, int], frozenset[tuple[int, int]]]:
        return {}

    def _claims(self, clause: int) -> list[Word]:
        own = self.claimed.clauses[clause].words
        return own if sum(map(is_content, own)) > 1 else self.claimed.context(clause)

    def best_overlap(self, clause: int, without: Sequence[Word] = ()) -> float:
        """The most that any said clause tells of a claimed one."""
        return max(
            (
                self.overlap(clause, line, other.index, without)
                for line in self.said
                for other in line.clauses
            ),
            default=0.0,
        )

    def aligned(self, clause: int) -> list[tuple[Reading, int]]:
        """The said clauses that tell most of a claimed clause; empty where none tells any."""
        scored = [
            (self.overlap(clause, line, other.index), line, other.index)
            for line in self.said
            for other in line.clauses
        ]
        best = max((score for score, _, _ in scored), default=0.0)
        return [(line, index) for score, line, index in scored if best and score >= best]
