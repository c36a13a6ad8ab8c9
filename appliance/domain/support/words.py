"""A text as words: with lemmas, phrases joined to one word, numbers read, names told apart."""

import re
from dataclasses import dataclass, field
from typing import Final

from appliance.domain.support.degrees import (
    DOWNTONERS,
    FEELING_RANKS,
    INTENSIFIERS,
    NOTE_HEDGES,
    PARTIAL,
    SAME_SCOPE,
    STRONG_HEDGES,
    UNIVERSAL,
    WEAK_HEDGES,
)
from appliance.domain.support.lemmas import DRIER, GROUPS, KNOWN, lemma_of, listed, opened
from appliance.domain.support.people_words import PRONOUNS, ROLES
from appliance.domain.support.verbs import AGAINST

_TOKEN: Final = re.compile(
    r"\[[A-Z][A-Z_]*\d*\]|\d+(?:[.:,/]\d+)*%?|[A-Za-zÀ-ÿ]+(?:[-'][A-Za-zÀ-ÿ]+)*|[.,;:!?…()\"—–-]"
)
_PARTICLES: Final = frozenset("up down off out away back on in over round aside again".split())
_ENDS: Final = frozenset(".!?…")
_WITH_NOT: Final = frozenset(
    "not_sure not_really not_only not_all not_yet not_any_more not_anymore".split()
)
_FURTHER_PHRASES: Final = """
no_longer not_any_more not_anymore used_to as_well_as as_well in_order_to because_of due_to owing_to as_a_result
rather_than instead_of apart_from other_than going_to mean_to able_to have_yet_to have_to at_all so_far even_if
even_though as_if such_as according_to at_least at_most more_than less_than a_couple_of a_few a_lot_of kind_of
sort_of a_bit a_little of_course as_long_as in_case first_time this_time last_time next_time each_time every_time
no_one a_tad per_cent out_of so_that that_is_why that_is_what that_is_it that_is_all like_this is_all not_only come_close_to come_close close_to free_of free_from but_not
would_like to_do_with the_one the_once mind_you on_behalf_of like_that not_yet all_right all_of at_home
""".split()


@dataclass(slots=True)
class Word:
    """One word of a text and what is known of it before clauses are told apart."""

    text: str
    lemma: str
    index: int
    sentence: int
    is_name: bool = False
    possessive: bool = False
    parts: tuple[str, ...] = ()
    negated: bool = False
    negated_by: "Word | None" = None
    clause: int = -1
    roots: tuple[str, ...] = field(default=())

    @property
    def form(self) -> str:
        """The word as written, of a phrase the first."""
        return self.text.split("_")[0]

    @property
    def is_gerund(self) -> bool:
        return self.form.endswith("ing") and self.form not in (
            "bring",
            "ring",
            "sing",
            "swing",
            "thing",
        )

    @property
    def is_stop(self) -> bool:
        return self.text in _ENDS


def _all_phrases() -> dict[str, list[tuple[str, ...]]]:
    tables = (
        *(word for group in GROUPS for word in group),
        *(word for group in DRIER.values() for word in group),
        *DRIER,
        *(word for group in listed(SAME_SCOPE) for word in group),
        *(word for line in listed(FEELING_RANKS) for item in line for word in item.split("=")),
        *(word for line in ROLES.strip().split("\n") for word in line.split()),
        *_FURTHER_PHRASES, *AGAINST, *DOWNTONERS, *INTENSIFIERS, *NOTE_HEDGES, *PARTIAL, *STRONG_HEDGES,
        *UNIVERSAL, *WEAK_HEDGES,
    )  # fmt: skip
    found: dict[str, set[tuple[str, ...]]] = {}
    for phrase in tables:
        parts = tuple(phrase.split("_"))
        if len(parts) > 1 and (phrase in _WITH_NOT or not {"not", "without"} & set(parts[:1])):
            found.setdefault(parts[0], set()).add(parts)
    return {first: sorted(phrases) for first, phrases in found.items()}


_PHRASES: Final = _all_phrases()


def words_of(text: str) -> list[Word]:
    """The words and marks of a text in order, phrases joined."""
    raw = _TOKEN.findall(opened(text))
    words: list[Word] = []
    sentence, starts = 0, True
    for token in raw:
        if token in _ENDS:
            words.append(Word(token, token, len(words), sentence))
            sentence, starts = sentence + 1, True
            continue
        words.append(_word(token, len(words), sentence, starts=starts))
        starts = starts and not token[0].isalnum() and token[0] != "["
    return _renumbered(_joined(words))


def _word(token: str, index: int, sentence: int, *, starts: bool) -> Word:
    if token[0] == "[":
        return Word(token, token, index, sentence, is_name=True)
    possessive = token.endswith(("'s", "s'"))
    bare = token[:-2] if token.endswith("'s") else token.rstrip("'")
    low = bare.lower()
    lemma = low if bare.isupper() and len(bare) > 1 else lemma_of(low)
    is_capital = token[:1].isupper() and low not in PRONOUNS and not bare.isupper()
    is_known = lemma in KNOWN or low in _CAPITAL_WORDS or lemma in _CAPITAL_WORDS
    is_known = is_known or (
        starts and low.endswith("s") and not low.endswith("'s") and len(low) > 5
    )
    is_name = (
        is_capital and not is_known
        if starts
        else (is_capital and low not in _CAPITAL_WORDS and lemma not in _CAPITAL_WORDS)
    )
    if is_name and lemma in _ROLE_WORDS:
        is_name = False
    if is_name:
        lemma = low
    return Word(low, lemma, index, sentence, is_name=is_name, possessive=possessive)


_ROLE_WORDS: Final = frozenset(
    word for line in ROLES.strip().split("\n") for word in line.split()[2:]
)
_CAPITAL_WORDS: Final = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december christmas easter english mr mrs ms miss dr gp phq gad i client clinician
    patient therapist pt counsellor yes no oh well okay ok thanks thank so and but or if when while since after
    before because although though until unless as at by for from in into of off on out over to under up with
    without the a an this that these those there here what who whom whose which why how where whether it its he
    she they we you my your his her their our not never none nobody nothing neither nor some any every each both
    either all another other others most more less few many much several one two three four five six seven eight
    nine ten twelve hundred sometimes always often usually maybe perhaps today tomorrow yesterday last next
    everybody everyone somebody someone anybody anyone everything something anything only just even still
    already again then now soon later once twice also too very really quite contact mind let lots these during
    per nights""".split()
)


def _joined(words: list[Word]) -> list[Word]:
    """Runs of words that a table lists as one phrase, made one word."""
    joined: list[Word] = []
    at = 0
    while at < len(words):
        run = _phrase_at(words, at)
        if run is None:
            joined.append(words[at])
            at += 1
            continue
        first, used = words[at], words[at : at + len(run)]
        lemma = "_".join(run)
        joined.append(
            Word("_".join(w.text for w in used), lemma, at, first.sentence, parts=run)
        )  # fmt: skip
        at += len(run)
    return _particles_joined(joined)


def _phrase_at(words: list[Word], at: int) -> tuple[str, ...] | None:
    first = words[at]
    best: tuple[str, ...] | None = None
    for key in (first.text, first.lemma):
        for parts in _PHRASES.get(key, ()):
            if (best is None or len(parts) > len(best)) and _fits(words, at, parts):
                best = parts
    return best


def _fits(words: list[Word], at: int, parts: tuple[str, ...]) -> bool:
    if at + len(parts) > len(words):
        return False
    pairs = zip(words[at : at + len(parts)], parts, strict=True)
    return all(part in (word.lemma, word.text) and not word.is_name for word, part in pairs)


def _particles_joined(words: list[Word]) -> list[Word]:
    """ "put it down": a listed verb and its particle with one to three words between."""
    gone: set[int] = set()
    for at, word in enumerate(words):
        if word.parts or word.lemma not in _PHRASES:
            continue
        for gap in (2, 3, 4):
            if at + gap >= len(words) or not words[at + gap - 1].text[0].isalnum():
                break
            particle = words[at + gap]
            if (
                particle.lemma in _PARTICLES
                and (word.lemma, particle.lemma) in _PHRASES[word.lemma]
            ):
                word.parts = (word.lemma, particle.lemma)
                word.lemma = "_".join(word.parts)
                gone.add(at + gap)
                break
    return [word for at, word in enumerate(words) if at not in gone]


def _renumbered(words: list[Word]) -> list[Word]:
    for at, word in enumerate(words):
        word.index = at
    return words
