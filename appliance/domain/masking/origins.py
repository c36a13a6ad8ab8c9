"""Countries where talk says that somebody comes from, lives in or goes to them: they narrow a person down.

Safe Harbor leaves countries in, and so do states of the US; a country named elsewhere stays.
"""

from collections.abc import Iterator

from appliance.domain.masking.context import longest_phrase
from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.vocabulary import listed
from appliance.domain.masking.words import Words

_CUES = listed("from in to visiting visited southern northern eastern western leaving left")
_GOING = listed(
    "visit visited visiting trip travel traveled travelled traveling moved moving live lives lived "
    "living fly flew flying born raised emigrated immigrated deported vacation holiday"
)
GOING_REACH_WORDS = 5
_OTHER_NAMES = frozenset(
    {
        "czech republic",
        "great britain",
        "england",
        "scotland",
        "wales",
        "northern ireland",
        "holland",
    }
)
_STATES = frozenset(
    """alabama,alaska,arizona,arkansas,california,colorado,connecticut,delaware,florida,georgia,hawaii,idaho
illinois,indiana,iowa,kansas,kentucky,louisiana,maine,maryland,massachusetts,michigan,minnesota,mississippi
missouri,montana,nebraska,nevada,new hampshire,new jersey,new mexico,new york,north carolina,north dakota
ohio,oklahoma,oregon,pennsylvania,rhode island,south carolina,south dakota,tennessee,texas,utah,vermont
virginia,washington,west virginia,wisconsin,wyoming,district of columbia""".replace(
        "\n", ","
    ).split(",")
)


def find_origins(words: Words, lists: NameLists) -> Iterator[Found]:
    """Each country after "from", "in", "to" and the like, near a word of going, or before a post code."""
    names = countries(lists)
    yield from _before_codes(words, names)
    yield from _gone_to(words, names)
    for cue in _CUES:
        for before in words.by_key.get(cue, ()):
            at = before + 1 + (words.key(before + 1) == "the")
            size = longest_phrase(words, at, names)
            if size and words.items[at].follows:
                start, end = words.items[at].start, words.items[at + size - 1].end
                yield Found(start=start, end=end, stem="PLACE", rank=Rank.GUESSED)


def countries(lists: NameLists) -> frozenset[str]:
    """Names of countries, lower case; no state of the US."""
    return (lists.regions | _OTHER_NAMES) - _STATES


def _gone_to(words: Words, names: frozenset[str]) -> Iterator[Found]:
    """ "Norway was fun to visit": a country in capitals shortly before a word of going."""
    for key in _GOING:
        for going in words.by_key.get(key, ()):
            for at in range(max(going - GOING_REACH_WORDS, 0), going):
                size = longest_phrase(words, at, names)
                word = words.items[at]
                is_near = all(words.items[i].follows for i in range(at + 1, going + 1))
                if size and is_near and word.is_cased and word.is_capital:
                    end = words.items[at + size - 1].end
                    yield Found(start=word.start, end=end, stem="PLACE", rank=Rank.GUESSED)


def _before_codes(words: Words, names: frozenset[str]) -> Iterator[Found]:
    """ "Austria 25173": a country and the post code behind it, as addresses end."""
    codes = (key for key in words.by_key if 4 <= len(key) <= 6 and key.isdecimal())
    for at in (at for code in codes for at in words.by_key[code]):
        word = words.items[at]
        for size in (1, 2, 3):
            key = " ".join(words.key(i) for i in range(at - size, at))
            if key in names and words.items[at].follows:
                start = words.items[at - size].start
                yield Found(start=start, end=word.end, stem="ADDRESS", rank=Rank.PATTERN)
