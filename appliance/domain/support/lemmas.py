"""Words as written → the form a table lists: contractions opened, inflections taken off."""

import re
from functools import cache
from typing import Final

from appliance.domain.support.synonyms_doing import DOING
from appliance.domain.support.synonyms_feeling import FEELING
from appliance.domain.support.synonyms_living import KINDS, LIVING
from appliance.domain.support.synonyms_noting import NOTING
from appliance.domain.support.verbs import IRREGULAR_FORMS, VERBS

_IRREGULAR: Final = {
    form: line.split()[0] for line in IRREGULAR_FORMS.split("\n") for form in line.split()[1:]
}
_NOUNS: Final = {
    "children": "child", "people": "people", "men": "man", "women": "woman", "wives": "wife",
    "lives": "life", "knives": "knife", "feet": "foot", "teeth": "tooth", "halves": "half",
    "better": "better", "left": "leave", "felt": "feel", "news": "news", "always": "always",
    "series": "series", "yes": "yes", "this": "this", "his": "his", "its": "its", "was": "be",
    "as": "as", "us": "us", "is": "be", "has": "have", "does": "do", "scales": "scales", "kids": "kid",
    "perhaps": "perhaps", "sometimes": "sometimes", "less": "less", "besides": "besides",
    "afterwards": "afterwards", "towards": "towards", "christmas": "christmas", "because": "because",
    "nothing": "nothing", "something": "something", "anything": "anything",
    "everything": "everything", "evening": "evening", "morning": "morning", "wedding": "wedding",
    "feelings": "feeling", "during": "during", "meeting": "meeting", "meds": "medication",
    "med": "medication", "hrs": "hour", "hr": "hour", "wk": "week", "wks": "week", "mins": "minute",
    "min": "minute", "yrs": "year", "yr": "year", "appt": "appointment", "mths": "month", "cos": "because",
    "premises": "premises", "whose": "who", "whom": "who", "ones": "one",
    "sic": "sic", "bus": "bus", "gas": "gas", "boss": "boss", "class": "class", "glasses": "glass",
    "need": "need", "needed": "need", "indeed": "indeed", "hundred": "hundred",
    "red": "red", "bed": "bed", "fed": "feed", "hundreds": "hundred", "wound": "wound", "found": "find",
    "thing": "thing", "king": "king", "ring": "ring", "sibling": "sibling", "ceiling": "ceiling",
    "building": "building", "used": "used", "once": "once", "tired": "tired", "worried": "worried",
    "best": "good", "worst": "bad", "worse": "worse", "more": "more", "most": "most", "quid": "quid",
    "physics": "physics", "unless": "unless", "across": "across", "yours": "you",
    "saturday": "saturday", "mates": "mate", "clothes": "clothes", "willing": "willing", "dying": "die", "lying": "lie", "scared": "scared", "outstanding": "outstanding",
}  # fmt: skip
_CONTRACTIONS: Final = (
    (re.compile(r"[’‘`]"), "'"),
    (re.compile(r"\b(\w+)-(year|month|week|day|hour|minute|night|mile)s?\b", re.IGNORECASE), r"\1 \2"),
    (re.compile(r"\bcan't\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bcannot\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bwon't\b", re.IGNORECASE), "will not"),
    (re.compile(r"\bshan't\b", re.IGNORECASE), "shall not"),
    (re.compile(r"\bain't\b", re.IGNORECASE), "be not"),
    (re.compile(r"n't\b", re.IGNORECASE), " not"),
    (re.compile(r"\b(let)'s\b", re.IGNORECASE), r"\1 us"),
    (re.compile(r"'ll\b", re.IGNORECASE), " will"),
    (re.compile(r"'ve\b", re.IGNORECASE), " have"),
    (re.compile(r"'m\b", re.IGNORECASE), " am"),
    (re.compile(r"'re\b", re.IGNORECASE), " are"),
    (re.compile(r"'d (?=(?:rather|like|love|prefer|hate|have|be|take|go|say|do|want|think|suggest)\b)",
                re.IGNORECASE), " would "),
    (re.compile(r"'d\b", re.IGNORECASE), " had"),
    (re.compile(r"\b(it|he|she|that|there|what|who|here|where|how|this|everyone|nobody|somebody|everything|"
                r"nothing|one|everybody|someone)'s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\b(\w+)'s (?=(?:not|been|all|always|never|just|so|too|very|a|an|the|still|gone|back|fine|"
                r"got|okay|in|on|out|off|at|home|coming|going|moving|looking|getting|done|better|worse|"
                r"quite|really|given|made|taken|had|only|already|pregnant|okay|quiet|stopped|\w+ing)\b)",
                re.IGNORECASE), r"\1 is "),
)  # fmt: skip
_DOUBLED: Final = re.compile(r"([bdgklmnprtvz])\1$")


def listed(table: str) -> list[list[str]]:
    """The groups of a table: one a line, words apart by spaces."""
    return [line.split() for line in table.strip().split("\n")]


def entries(table: str) -> list[list[str]]:
    """As `listed`, for a table with several entries a line, apart by ";"."""
    return listed(table.strip().replace("; ", "\n"))


_AS_WRITTEN: Final = listed(DOING) + listed(FEELING) + listed(LIVING)
KINDS_OF: Final = {
    kind.strip(): frozenset(members.split())
    for kind, members in (line.split(":") for line in KINDS.strip().split("\n"))
}
VERB_LEMMAS: Final = frozenset(VERBS) | frozenset(_IRREGULAR.values())
KNOWN: Final = (
    frozenset(word for group in _AS_WRITTEN for word in group if "_" not in word)
    | frozenset(word for group in entries(NOTING) for word in group if "_" not in word)
    | frozenset(KINDS_OF)
    | frozenset(word for members in KINDS_OF.values() for word in members)
    | VERB_LEMMAS
    | frozenset(
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
        "august september october november december once twice".split()
    )
)


def opened(text: str) -> str:
    """The text with contractions opened: "don't" is "do not", "she's" is "she is"."""
    for pattern, replacement in _CONTRACTIONS:
        text = pattern.sub(replacement, text)
    return text


@cache
def lemma_of(word: str) -> str:
    """The listed form of one lower-case word: "weighs" is "weigh", "children" is "child"."""
    if word in _NOUNS:
        return _NOUNS[word]
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith(("ing", "ed")) and word not in VERB_LEMMAS:
        verb = next(
            (form for form in _stripped(word) if form in VERB_LEMMAS and len(form) > 2), None
        )
        if verb is not None:
            return verb
    if word in KNOWN or len(word) <= 3:
        return word
    return next((form for form in _stripped(word) if form in KNOWN), _plain(word))


def _stripped(word: str) -> list[str]:
    """What `word` may be an inflection of, likeliest first."""
    forms = []
    if word.endswith(("ied", "ies", "ier")):
        forms += [word[:-3] + "y", word[:-3] + "ie"]
    if word.endswith("iest"):
        forms.append(word[:-4] + "y")
    for ending in ("ing", "ed", "er", "est"):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            forms += [stem, stem + "e"]
            if _DOUBLED.search(stem):
                forms.append(stem[:-1])
    if word.endswith("es"):
        forms += [word[:-1], word[:-2]]
    elif word.endswith("s") and not word.endswith("ss"):
        forms.append(word[:-1])
    if word.endswith("ly"):
        forms += [word[:-2], word[:-1] + "e", word[:-3] + "y"]
    if "is" in word:
        forms += [form.replace("is", "iz", 1) for form in list(forms)]
    return forms


def _plain(word: str) -> str:
    """A word no table knows, without its plural or the ending of its tense."""
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            stem = word[: -len(ending)]
            return stem[:-1] if _DOUBLED.search(stem) and not stem.endswith(("ll", "ss")) else stem
    return word


GROUPS: Final = [[w if "_" in w else lemma_of(w) for w in group] for group in _AS_WRITTEN]
"""The groups of all tables, single words as `lemma_of` gives them."""
DRIER: Final[dict[str, frozenset[str]]] = {}
"""A note's word and the plainer words it may stand for: one way only."""
for _line in entries(NOTING):
    _first, *_plainer = (w if "_" in w else lemma_of(w) for w in _line)
    DRIER[_first] = DRIER.get(_first, frozenset()) | frozenset(_plainer)

_SUFFIXES: Final = (
    "ations", "ation", "ition", "ments", "ment", "ness", "ities", "ity", "ings", "ing", "ance", "ence",
    "ancy", "ency", "ible", "able", "ful", "ious", "ous", "ives", "ive", "ions", "ion", "ally", "al",
    "ily", "ly", "ists", "ist", "ism", "ors", "or", "ers", "er", "ed", "es", "s", "y", "e", "ic", "ant", "ent",
)  # fmt: skip


@cache
def root_of(word: str) -> str:
    """What derived words share: "reluctance" and "reluctant", "departure" and "depart"."""
    for _ in range(2):
        for suffix in _SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= 4:
                word = word[: -len(suffix)]
                break
    return word
