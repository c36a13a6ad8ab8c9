"""Schools, hospitals, churches and employers in uncased speech: "at memorial hospital", "for acme bakery"."""

from collections.abc import Iterator

from appliance.domain.masking.finder import Found, Rank
from appliance.domain.masking.vocabulary import ENDINGS, FUNCTION_WORDS, ROLE_OF_KIN, listed
from appliance.domain.masking.words import Words

MOST_WORDS = 3
_CUES = listed("at to from in near for visited attends attended attending joined left called")
_ENDS = frozenset(ENDINGS) - listed(
    "group services living bank union health center centre care partners company books "
    "records foods market markets library gym apartments limited co credit studio agency "
    "school restaurant church club pharmacy fitness diner cafe"
)
_GENERIC = listed(
    "mental local community state psychiatric high middle elementary medical nursing law "
    "grad graduate public private catholic animal vet walk free same new other old whole "
    "pain methadone sleep dental eye urgent first second third junior senior boarding "
    "summer sunday art business medical veterans general city county day night big little "
    "small different another next last real good bad nice fancy regular online early "
    "whole tech design baptist lutheran methodist jewish christian family children's "
    "childrens kids drug rehab detox crisis hospital clinic school college university "
    "church skilled nearest closest teaching insurance construction"
)


def find_institutions(words: Words) -> Iterator[Found]:
    """Institutions whose name is made of everyday words, after a cue, where nothing is capitalised."""
    for key in _ENDS:
        for at in words.by_key.get(key, ()):
            if not words.items[at].is_cased:
                yield from _before(words, at)


def _before(words: Words, end: int) -> Iterator[Found]:
    for first in range(end - 1, max(end - 1 - MOST_WORDS, -1), -1):
        key = words.key(first)
        word = words.items[first + 1]
        if word.gap != " " or key in FUNCTION_WORDS or key in ROLE_OF_KIN or not key.isalpha():
            return
        cue = words.key(first - 1 - (words.key(first - 1) == "the"))
        if words.items[first].gap == " " and cue in _CUES:
            if not all(words.key(i) in _GENERIC for i in range(first, end)):
                yield Found(
                    start=words.items[first].start,
                    end=words.items[end].end,
                    stem=ENDINGS[words.key(end)],
                    rank=Rank.GUESSED,
                )
            return
