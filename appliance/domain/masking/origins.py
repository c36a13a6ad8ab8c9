"""Countries where talk says that somebody comes from, lives in or goes to them: they narrow a person down.

Safe Harbor leaves countries in, and so do states of the US; a country named elsewhere stays.
"""

from collections.abc import Iterator

from appliance.domain.masking.context import longest_phrase
from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.vocabulary import listed
from appliance.domain.masking.words import Words

_CUES = listed("from in to visiting visited southern northern eastern western leaving left")
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
    """Each country right after "from", "in", "to", "southern" and the like."""
    countries = lists.regions - _STATES
    for cue in _CUES:
        for before in words.by_key.get(cue, ()):
            at = before + 1 + (words.key(before + 1) == "the")
            size = longest_phrase(words, at, countries)
            if size and words.items[at].follows:
                start, end = words.items[at].start, words.items[at + size - 1].end
                yield Found(start=start, end=end, stem="PLACE", rank=Rank.GUESSED)
