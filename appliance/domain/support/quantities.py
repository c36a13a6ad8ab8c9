"""Numbers with what they count: read from figures and words, and compared."""

from dataclasses import dataclass
from typing import Final

from appliance.domain.support.clauses import AUXILIARIES, Reading
from appliance.domain.support.matching import FUNCTION, Comparison, related
from appliance.domain.support.people import Person, agree
from appliance.domain.support.people_words import PRONOUNS
from appliance.domain.support.verdict import Flaw
from appliance.domain.support.words import Word

_UNITS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS: Final = {
    "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_VALUES: Final = {
    **{word: float(n) for n, word in enumerate(_UNITS)},
    **{word: float(10 * (n + 2)) for n, word in enumerate(_TENS)},
    **{f"{ten}-{unit}": float(10 * (n + 2) + _UNITS.index(unit))
       for n, ten in enumerate(_TENS) for unit in _UNITS[1:10]},
    **{word: float(n) for word, n in _ORDINALS.items()},
    "hundred": 100.0, "thousand": 1000.0, "dozen": 12.0, "half": 0.5, "twice": 2.0, "once": 1.0,
    "single": 1.0, "couple": 2.0, "thrice": 3.0, "fortnight": 2.0, "a_couple_of": 2.0, "pair": 2.0,
    "two_week": 2.0, "double": 2.0, "one_time": 1.0, "two_time": 2.0,
}  # fmt: skip
_IMPLIED_UNIT: Final = {
    "twice": "time", "once": "time", "fortnight": "week", "thrice": "time", "one_time": "time", "two_time": "time",
    "two_week": "week",
}  # fmt: skip
_MEASURES: Final = frozenset(
    "time day week month year hour minute pound glass drink dose tablet session card form child kid walk round".split()
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, the word of what it counts where one follows, and where it stands."""

    value: float
    unit: Word | None
    implied: str
    word: Word
    is_former: bool = False


def quantities_of(reading: Reading) -> list[Quantity]:
    """The numbers of a text in order; "two hundred" and "a hundred and ten" are one each."""
    found: list[Quantity] = []
    skip = -1
    for word in reading.words:
        if word.index <= skip:
            continue
        value = _value(word)
        if value is None:
            if word.lemma in ("two_in_the_morning", "three_in_the_morning"):
                found.append(Quantity(_VALUES[word.lemma.split("_")[0]], None, "", word))
            continue
        at = word.index
        while at + 1 < len(reading.words):
            following = reading.words[at + 1]
            more = _value(following)
            if following.lemma in ("hundred", "thousand") and more is not None:
                value, at = value * more, at + 1
            elif more is not None and value >= 100 and more < 100 and following.text[0].isalpha():
                value, at = value + more, at + 1
            else:
                break
        skip = at
        found.append(
            Quantity(
                value,
                _unit(reading, at),
                _IMPLIED_UNIT.get(word.lemma, ""),
                word,
                _is_former(reading, word.index),
            )
        )
    return found


def _is_former(reading: Reading, index: int) -> bool:
    """ "up from three", "from forty to thirty": the number before the change."""
    before = reading.words[index - 1].lemma if index else ""
    clause = reading.words[index].clause
    frames = [f for f in reading.frames if f.clause == clause]
    return before in ("from", "up_from", "down_from") or any(f.tense == "was" for f in frames)


def _is_wished(quantity: Quantity, comparison: Comparison) -> bool:
    """ "I'd like it to be two days": not the number that is."""
    line = next(r for r in comparison.said if any(w is quantity.word for w in r.words))
    if quantity.word.clause < 0:
        return False
    clause = line.clauses[quantity.word.clause]
    return clause.opener in ("if", "unless") or any(
        w.lemma in ("would_like", "want", "wish", "would") for w in clause.words
    )


def _value(word: Word) -> float | None:
    if word.text[0].isdigit():
        digits = word.text.rstrip("%").replace(",", "").split("/")[0]
        try:
            return float(digits)
        except ValueError:
            return None
    if word.lemma == "one" and word.text != "one":
        return None
    return _VALUES.get(word.text, _VALUES.get(word.lemma))


_BETWEEN: Final = frozenset("of more new panic further separate paid full the other".split())
_OWN: Final = frozenset("my your his her their our".split())


def _unit(reading: Reading, at: int) -> Word | None:
    for word in reading.words[at + 1 : at + 6]:
        if (
            word.is_stop
            or not word.text[0].isalpha()
            or (word.index in reading.persons and word.text in PRONOUNS and word.text not in _OWN)
        ):
            return None
        if word.lemma in _BETWEEN or word.text in _OWN or _value(word) is not None:
            continue
        is_unit = word.lemma in _MEASURES or not (
            word.lemma in FUNCTION or word.lemma in AUXILIARIES
        )
        return word if is_unit else None
    return None


_COUNTED_BY_READER: Final = frozenset(
    "change thing reason option matter way possibility factor side".split()
)
"""What a note counts though nobody did: "two changes"."""


def wrong_number(comparison: Comparison) -> Flaw | None:
    """NUMBER where a number of the note was not said, or was said of something else."""
    said = [q for line in comparison.said for q in quantities_of(line)]
    for claimed in quantities_of(comparison.claimed):
        if claimed.word.lemma in ("half", "pair", "single", "one", "once") and not said:
            continue
        if _unit_name(claimed) in _COUNTED_BY_READER and claimed.value <= 3:
            continue
        if not _is_borne_out(claimed, said, comparison):
            return Flaw.NUMBER
        if _another_fits_better(claimed, said, comparison):
            return Flaw.NUMBER
    return None


def _is_borne_out(claimed: Quantity, said: list[Quantity], comparison: Comparison) -> bool:
    same = [q for q in said if q.value == claimed.value]
    rivals = [q for q in said if q.value != claimed.value and _same_unit(claimed, q)]
    if same and not claimed.is_former and all(q.is_former for q in same):
        return False
    hopes = any(
        w.lemma
        in (
            "want",
            "wish",
            "would",
            "like",
            "would_like",
            "hope",
            "expect",
            "request",
            "ask",
            "plan",
            "if",
            "aim",
            "goal",
            "intend",
            "target",
            "propose",
            "set",
        )
        for w in comparison.claimed.words
    )
    if same and not hopes and all(_is_wished(q, comparison) for q in same):
        return False
    if same and _is_past_for_present(claimed, same, said, comparison):
        return False
    if same and all(_is_of_another(claimed, q, comparison) for q in same):
        return False
    if same:
        if any(agrees_in_person(claimed, q, comparison) for q in same):
            return True
        if any(_same_unit(claimed, q) for q in same) or not rivals:
            return True
        return _unit_name(claimed) is None or (
            any(_unit_name(q) is None for q in same) and all(q.is_former for q in rivals)
        )
    if claimed.value == 1.0:
        return True
    return is_reckoned(claimed, said, comparison)


def is_reckoned(claimed: Quantity, said: list[Quantity], comparison: Comparison) -> bool:
    """A sum or a difference of two said numbers, or a count of the days named."""
    values = [q.value for q in said] + [1.0] * any(
        w.text == "one" for r in comparison.said for w in r.words
    )
    sums = {a + b for i, a in enumerate(values) for b in values[i + 1 :]}
    differences = {abs(a - b) for a in values for b in values} - {0.0}
    if claimed.value in (sums | differences) and claimed.value > 1:
        return True
    days = {
        w.lemma
        for r in comparison.said
        for w in r.words
        if w.lemma.endswith("day") and len(w.lemma) > 5
    }
    return _unit_name(claimed) in ("day", "time", "occasion") and claimed.value == len(days)


def _is_past_for_present(
    claimed: Quantity, same: list[Quantity], said: list[Quantity], comparison: Comparison
) -> bool:
    """ "is at thirty" of "I'm at fifteen. I was at thirty"."""
    if _tense_at(comparison.claimed, claimed.word) != "present":
        return False
    lines = {id(w): line for line in comparison.said for w in line.words}
    others = [q for q in said if q.value != claimed.value and _comparable(claimed, q)]
    return all(_tense_at(lines[id(q.word)], q.word) in ("past", "was") for q in same) and any(
        _tense_at(lines[id(q.word)], q.word) == "present" for q in others
    )


def _tense_at(reading: Reading, word: Word) -> str:
    return next((f.tense for f in reading.frames if f.clause == word.clause), "")


def _is_of_another(claimed: Quantity, said: Quantity, comparison: Comparison) -> bool:
    """Whose number it is: "my wife does eight hours" is not the client's eight."""
    mine, theirs = _owners(claimed, said, comparison)
    return mine is not None and theirs is not None and agree(mine, theirs) is False


def agrees_in_person(claimed: Quantity, said: Quantity, comparison: Comparison) -> bool:
    """Whether both numbers are told of the very same person, and the said one counts nothing else."""
    mine, theirs = _owners(claimed, said, comparison)
    return mine is not None and mine == theirs and _unit_name(said) is None


def _owners(
    claimed: Quantity, said: Quantity, comparison: Comparison
) -> tuple[Person | None, Person | None]:
    line = next(r for r in comparison.said if any(w is said.word for w in r.words))
    return _doer(comparison.claimed, claimed.word), _doer(line, said.word)


def _doer(reading: Reading, word: Word) -> Person | None:
    """Who does or says what the number belongs to, where that is certain."""
    before = [f for f in reading.frames if f.sentence == word.sentence and f.clause <= word.clause]
    if not before or before[-1].is_passive:
        return None
    return next((f.subject for f in reversed(before) if f.subject.is_certain), None)


def _unit_name(quantity: Quantity) -> str | None:
    return quantity.implied or (quantity.unit.lemma if quantity.unit is not None else None)


def _same_unit(one: Quantity, other: Quantity) -> bool:
    mine, theirs = _unit_name(one), _unit_name(other)
    if mine is None or theirs is None:
        return False
    if mine == theirs:
        return True
    return one.unit is not None and other.unit is not None and related(one.unit, other.unit)


def _another_fits_better(claimed: Quantity, said: list[Quantity], comparison: Comparison) -> bool:
    """Another number stands among more of the note's words than the claimed one does."""
    if claimed.value <= 1.0:
        return False
    own = max((_fit(claimed, q, comparison) for q in said if q.value == claimed.value), default=0.0)
    rival = max(
        (_fit(claimed, q, comparison) for q in said
         if q.value != claimed.value and not _is_of_another(claimed, q, comparison) and _comparable(claimed, q) and q.value not in _claimed_values(comparison)),
        default=0.0,
    )  # fmt: skip
    return rival > own + 0.9 and own > -1


def _claimed_values(comparison: Comparison) -> set[float]:
    return {q.value for q in quantities_of(comparison.claimed)}


def _comparable(one: Quantity, other: Quantity) -> bool:
    mine, theirs = _unit_name(one), _unit_name(other)
    return (mine is None and theirs is None) or _same_unit(one, other)


def _fit(claimed: Quantity, said: Quantity, comparison: Comparison) -> float:
    line = next(r for r in comparison.said if any(w is said.word for w in r.words))
    told = line.context(said.word.clause) if said.word.clause >= 0 else []
    mine = comparison.claimed.context(claimed.word.clause) if claimed.word.clause >= 0 else []
    score = 0.0
    for word in mine:
        if word.text[0].isalpha() and any(
            other is not said.word and related(word, other) for other in told
        ):
            score += 1.0 if word.index in comparison.found or word.lemma in _TIMELY else 0.0
    return score


_TIMELY: Final = frozenset(
    "today now current currently at_present last previous yesterday before".split()
)
