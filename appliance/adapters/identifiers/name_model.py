"""The name model that ships: a linear tagger over `name_features`, in one file of a few hundred kilobytes.

Small enough to run at every send on any CPU. It is loaded only when its bytes are those its manifest
names (`models/manifests/quietroom-names.toml`).
"""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.adapters.identifiers.name_features import NameFeatures
from appliance.domain.masking.context import (
    WORDS_BEFORE_NAMES,
    is_medical,
    is_month_use,
    is_speaker_letter,
    is_unknown,
    opens_as_word,
    reads_as_verb,
)
from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.proper_names import public_positions
from appliance.domain.masking.spoken import is_number
from appliance.domain.masking.vocabulary import (
    CALENDAR,
    FUNCTION_WORDS,
    HONORIFICS,
    ROLE_OF_KIN,
    SAYING,
    STREETS,
    listed,
)
from appliance.domain.masking.words import Word, Words

TAGS = ("O", "PERSON", "PLACE", "ORG", "ADDRESS")
_STEMS = {"PERSON": "PERSON", "PLACE": "CITY", "ORG": "ORGANIZATION", "ADDRESS": "ADDRESS"}
_STEPS = 32_000
LEAST_LEAD_OF_KNOWN = -6.0
"""A name of the record needs less to be believed: it may trail \"no name\" by this much."""
LEAST_LEAD_OF_KNOWN_NAME = -7.5
"""The same for a word that is in talk seldom anything but that name."""
LEAST_LEAD_OF_OWNER = -4.0
"""The same for "dales birthday", where speech has no apostrophe."""
LEAST_LEAD_OF_STRANGE = -3.0
"""And so does a word that no dictionary explains."""
LEAST_LEAD_OF_SMALL = 2.0
"""A word in lower case where the line has capitals is seldom a name."""
_PERSON = TAGS.index("PERSON")
LEAST_FOR_OTHERS, LEAST_FOR_WORDS, LEAST_FOR_PUBLIC = -2.0, -1.0, 2.0
LEAST_MEAN_LEAD_OF_WORDS = 2.0
"""Everyday words alone make a name in uncased text only with this lead over \"no name\" on average."""
_PARTICLES = listed("de del la da do dos van von der den bin al el of")
_NEVER = (
    CALENDAR
    | FUNCTION_WORDS
    | HONORIFICS
    | frozenset(ROLE_OF_KIN)
    | listed(
        "mrn ssn dob emr phone fax email mail website iban insurance mobile desk atm attn zip name "
        "address id account yo mom mama papa ma pa auntie uncle ed er md ms"
    )
)
_SAID_OF_PLACES = (SAYING | FUNCTION_WORDS) - {"in", "of"} | listed(
    "im ive id ill hes shes its thats theyre theyll youre were weve whats everybodys everyones "
    "nobodys somebodys emails step stepped born wrote docked fired hired closed opened closes opens"
)
_JOINTS = frozenset({" ", "-", ", ", ". ", "\n", " & ", "/", ".", "'"})


class NameModel:
    """Tags every word as part of a person's, place's or institution's name or an address, or as none."""

    def __init__(self, weights: NDArray[np.float32], lists: NameLists) -> None:
        self._weights = weights
        self._lists = lists
        self._features = NameFeatures(lists)

    def find(self, words: Words, known: frozenset[str]) -> Iterator[Found]:
        """Stretches of words with one tag; `known` are names of the record, believed more readily."""
        tags, leads = self._judge(words, known)
        public = public_positions(words, self._lists)
        _bridge(words, tags)
        at = 0
        while at < len(tags):
            last = at + 1
            while last < len(tags) and tags[last] == tags[at] and _goes_on(words, last):
                last += 1
            part, tag = range(at, _without_verb(words, at, last, tags[at])), tags[at]
            if (
                tag != TAGS[0]
                and self._is_believable(words, part, tag, public, known)
                and self._leads(words, part, leads, known)
            ):
                start, end = words.items[at].start, words.items[part[-1]].end
                yield Found(start=start, end=end, stem=_STEMS[tags[at]], rank=Rank.LEARNED)
            at = last

    def tags(self, words: Words, known: frozenset[str] = frozenset()) -> list[str]:
        """One of TAGS for each word, judged in order, each knowing the tag before."""
        return self._judge(words, known)[0]

    def _judge(self, words: Words, known: frozenset[str]) -> tuple[list[str], list[float]]:
        """A tag for each word, and by how much it leads \"no name\"."""
        if not words.items:
            return [], []
        rows = np.array(list(self._features.rows(words)), dtype=np.int32)
        scores = (self._weights[rows].sum(axis=1) + self._weights[-1]).tolist()
        after: dict[tuple[str, str], list[float]] = {}
        tags: list[str] = []
        leads: list[float] = []
        before = TAGS[0]
        for at, (word, score) in enumerate(zip(words.items, scores, strict=True)):
            seen = after.get((before, word.key))
            if seen is None:
                seen = after[before, word.key] = self._after(before, word.key)
            total = [one + other for one, other in zip(score, seen, strict=True)]
            is_none = is_speaker_letter(words, at) or opens_as_word(words, at)
            best = 0 if is_none else total.index(max(total))
            if total[_PERSON] - total[0] > self._least_of_known(words, at, known):
                best = best or _PERSON
            elif not best and self._is_strange(word.key):
                other = total.index(max(total[1:]), 1)
                best = other if total[other] - total[0] > LEAST_LEAD_OF_STRANGE else 0
            elif total[best] <= self._least(word.key):
                best = 0
            if _is_written_small(word) and word.key not in known:
                best = best if total[best] - total[0] > LEAST_LEAD_OF_SMALL else 0
            before = TAGS[best]
            tags.append(before)
            leads.append(total[best] - total[0])
        return tags, leads

    def _leads(self, words: Words, at: range, leads: list[float], known: frozenset[str]) -> bool:
        """False for everyday words in uncased text that the model is hardly sure of."""
        keys = [words.key(i) for i in at]
        if words.items[at[0]].is_cased or not all(map(self._lists.is_everyday, keys)):
            return True
        if not known.isdisjoint(keys):
            return True
        return sum(leads[i] for i in at) / len(at) > LEAST_MEAN_LEAD_OF_WORDS

    def _least_of_known(self, words: Words, at: int, known: frozenset[str]) -> float:
        """The lead above which a word of the record's names is believed to be meant as one."""
        key = words.key(at)
        if key in known:
            is_word = reads_as_verb(words, at) or is_month_use(words, at)
            if is_word or opens_as_word(words, at):
                return float("inf")
            is_word_first = key in WORDS_BEFORE_NAMES
            return LEAST_LEAD_OF_KNOWN if is_word_first else LEAST_LEAD_OF_KNOWN_NAME
        is_owner = key[-1] == "s" and key[:-1] in known and not words.items[at].is_cased
        return LEAST_LEAD_OF_OWNER if is_owner else float("inf")

    def _after(self, tag: str, key: str) -> list[float]:
        rows = list(self._features.after_tag(tag, key))
        return [float(score) for score in self._weights[rows].sum(axis=0)]

    def _is_believable(
        self, words: Words, at: range, tag: str, public: frozenset[int], known: frozenset[str]
    ) -> bool:
        """False for figures or public words alone, a lone everyday word, and an address without number."""
        keys = [words.key(i) for i in at]
        if all(i in public or key[0].isdecimal() for i, key in zip(at, keys, strict=True)):
            return False
        if tag == "ADDRESS":
            has_street = any(k in STREETS or not self._lists.is_everyday(k) for k in keys)
            return len(keys) > 1 and any(map(is_number, keys)) and has_street
        if len(keys) > 1 or keys[0] in known or not self._lists.is_everyday(keys[0]):
            return True
        word = words.items[at[0]]
        if word.is_cased:
            return word.is_capital and not word.starts_sentence
        return tag == "PERSON" and keys[0] in self._lists.first_names

    def _is_strange(self, key: str) -> bool:
        return len(key) > 2 and key.isalpha() and key not in _NEVER and is_unknown(self._lists, key)

    def _least(self, key: str) -> float:
        """The score above which a word is believed to be a name: more for one that is a word as well."""
        is_mixed = not key.isalpha() and not key.isdecimal()
        if is_mixed and len(key) == 3 and key[1:].isdecimal():
            return float("inf")  # how codes of diagnoses begin: F41
        if key in _NEVER or (is_mixed and (key[0].isdecimal() or len(key) == 2)):
            return float("inf")
        if key in self._lists.public or is_medical(key):
            return LEAST_FOR_PUBLIC
        if is_mixed:
            return 0.0
        return LEAST_FOR_WORDS if self._lists.is_known_word(key) else LEAST_FOR_OTHERS


def _is_written_small(word: Word) -> bool:
    return word.is_cased and not word.is_capital and word.key.isalpha()


def _goes_on(words: Words, at: int) -> bool:
    """False where the word at `at` begins a sentence of uncased text: no name goes on there."""
    word, before = words.items[at], words.items[at - 1]
    is_stop = word.gap == ". " and not word.is_cased
    is_short = len(before.text) <= 2 or before.key in HONORIFICS
    return word.gap in _JOINTS and (is_short or not is_stop)


def _without_verb(words: Words, first: int, last: int, tag: str) -> int:
    """The end of an institution or town in uncased text, without what is said of it: "redfern told me"."""
    is_place = tag in ("ORG", "PLACE") and not words.items[first].is_cased
    while is_place and last - first > 1 and words.key(last - 1) in _SAID_OF_PLACES:
        last -= 1
    return last


def _bridge(words: Words, tags: list[str]) -> None:
    """An initial or a particle between two words of one name belongs to it: "ana d ruiz", "van der"."""
    for at in range(1, len(tags) - 1):
        key = words.key(at)
        is_inner = (len(key) == 1 and key.isalpha()) or key in _PARTICLES
        is_inner = is_inner and not is_speaker_letter(words, at)
        same = tags[at - 1] == tags[at + 1] != TAGS[0]
        if same and is_inner and words.items[at].follows and words.items[at + 1].follows:
            tags[at] = tags[at - 1]


def write_model(path: Path, weights: NDArray[np.float32]) -> None:
    """Weights as two bytes each, with a scale a tag."""
    scale = np.abs(weights).max(axis=0) / _STEPS
    header = json.dumps({"tags": TAGS, "rows": len(weights), "scale": [float(s) for s in scale]})
    packed = np.round(weights / scale).astype(np.dtype("<i2")).tobytes()
    path.write_bytes(zlib.compress(header.encode() + b"\n" + packed, 9))


def read_model(path: Path) -> NDArray[np.float32]:
    """The weights as floats, one row a bucket and one column a tag."""
    header, packed = zlib.decompress(path.read_bytes()).split(b"\n", 1)
    read = json.loads(header)
    whole = np.frombuffer(packed, dtype=np.dtype("<i2")).reshape(read["rows"], len(read["tags"]))
    return (whole * np.array(read["scale"], dtype=np.float32)).astype(np.float32)
