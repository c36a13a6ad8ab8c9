"""Names that no record knows: from lists and capitals in written text, from lists and cues in speech."""

from collections.abc import Iterator

from appliance.domain.masking.context import (
    follows_place_cue,
    follows_title,
    has_name_context,
    is_eponym,
    is_introduced,
    is_speaker_letter,
    is_unknown,
    longest_phrase,
    role_before,
)
from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.spoken import is_number
from appliance.domain.masking.vocabulary import (
    CALENDAR,
    ENDINGS,
    FUNCTION_WORDS,
    HONORIFICS,
    ID_CUES,
    MONTH_NAMES_OF_PEOPLE,
    PLACE_CUES,
    ROLE_OF_KIN,
    STREETS,
    UNITS,
    listed,
)
from appliance.domain.masking.words import Word, Words

LEAST_UNKNOWN_LETTERS = 3
LONGEST_ABBREVIATION = 5
_INSIDE = listed("of the and at for de la del van von der st")
_MORE = frozenset(ENDINGS) | listed(
    "medical memorial general community regional health high middle cancer"
)
_JOINTS = frozenset({" ", "-", ". ", " & ", "  "})
_STATES = listed(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV "
    "NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC"
)
_SURNAMES = listed(
    "smith brown white young king green wood baker cook bell ward doe lee miller winters summers "
    "woods rivers waters banks fields brooks knight bishop cross carter mason cooper hunter fisher "
    "parker porter potter price reed page pope frost marsh mills moss nash noble parks pratt shaw "
    "steel graves stone hill fox gray grey black"
)
"""Surnames among everyday words, believed right after a first name."""
_BEFORE_TOWNS = frozenset(ENDINGS) | STREETS | {"our", "the", "downtown"}
_AFTER_INITIAL = listed(
    "doe who with seen reviewed evaluated treated in at last admitted visited from born presented "
    "diagnosed referred reported was is has had and on"
)
_FIRMS = listed("software unlimited schools finance ventures networks labs")
"""Last words of firms' names, where they are written with a capital."""
_CHARTED = listed("ed er or al ot pt sil mil fil bil")
"""Abbreviations of charts that are also somebody's first name."""
_AFTER_I = listed("was had")
"""What follows "I" as often as it follows somebody's initial."""
_NEVER = CALENDAR | FUNCTION_WORDS | HONORIFICS


def find_names(words: Words, lists: NameLists, *, guess_unknown: bool = True) -> Iterator[Found]:
    """Names of people, places and institutions, by the rules for written or for uncased words.

    With `guess_unknown` a word in lower case that no list has is taken for a name; without, that is
    left to the name model, which hears more.
    """
    public = public_positions(words, lists)
    at = 0
    while at < len(words.items):
        last, found = _at(words, at, lists, public, guess_unknown)
        if found is not None:
            yield found
        at = max(last, at + 1)


def public_positions(words: Words, lists: NameLists) -> frozenset[int]:
    """Words that are part of a drug, method, brand, people, region or famous name."""
    covered: set[int] = set()
    for at in range(len(words.items)):
        size = longest_phrase(words, at, lists.public)
        is_person = size == 1 and _is_somebody(words, at)
        if size and not is_person:
            covered.update(range(at, at + size))
    return frozenset(covered)


def _is_somebody(words: Words, at: int) -> bool:
    return (
        follows_title(words, at) or is_introduced(words, at) or role_before(words, at) is not None
    )


def _at(
    words: Words, at: int, lists: NameLists, public: frozenset[int], guess_unknown: bool
) -> tuple[int, Found | None]:
    word = words.items[at]
    if word.is_cased and word.is_capital:
        return _written(words, at, lists, public)
    known = 0 if word.is_cased else longest_phrase(words, at, lists.institutions)
    if known:
        last = _past_kind(words, at + known)
        return last, _found(words, at, last, "HOSPITAL", Rank.LISTED)
    if at in public or word.key in _NEVER or not word.key[0].isalpha():
        return at + 1, None
    return _uncased(words, at, lists, public, guess_unknown)


# Written with a capital --------------------------------------------------------------------------


def _past_kind(words: Words, last: int) -> int:
    """Past "medical center", "hospital" and the like that follow a name."""
    while (word := words.word(last)) and word.gap == " " and word.key in _KINDS:
        last += 1
    return last


_KINDS = listed("health medical med center ctr hospital hosp clinic general memorial system")


def _written(
    words: Words, at: int, lists: NameLists, public: frozenset[int]
) -> tuple[int, Found | None]:
    known = longest_phrase(words, at, lists.institutions)
    if known:
        last = _past_kind(words, at + known)
        return last, _found(words, at, last, "HOSPITAL", Rank.LISTED)
    last = _group_end(words, at, public)
    first = _trim_start(words, at, last, lists)
    if first >= last or is_eponym(words, last):
        return last, None
    stem = _institution(words, first, last)
    if stem and not (last - first == 2 and words.key(first) in ENDINGS):
        return last, _found(words, first, last, stem, Rank.LISTED)
    city_end = _city_end(words, first, last, lists)
    if city_end:
        return last, _found(words, first, city_end, "CITY", Rank.LISTED)
    if not any(_is_name_like(words, i, first, lists, public) for i in range(first, last)):
        return last, _place_name(words, first, last, lists)
    stem = role_before(words, first) or "PERSON"
    return last, _found(words, first, last, stem, Rank.LISTED)


def _city_end(words: Words, first: int, last: int, lists: NameLists) -> int:
    """The end of a town that fills the group, but for a state behind it; 0 if it is none."""
    size = longest_phrase(words, first, lists.cities)
    if size and first + size == last - 1 and words.items[last - 1].text in _STATES:
        return first + size
    is_town = size > 1 or (size == 1 and _is_city(words, first, lists))
    return last if is_town and first + size >= last else 0


def _group_end(words: Words, at: int, public: frozenset[int]) -> int:
    """After the last of the capitalised words that stand together; "of" and the like may be inside."""
    last = at + 1
    while (word := words.word(last)) is not None and _belongs(word, words, last):
        if word.key in ("i", "im", "ive", "id", "ill"):
            break
        if (word.is_capital and word.key not in CALENDAR) or (
            word.key in _INSIDE and _capital_after(words, last)
        ):
            last += 1
        else:
            break
    while last > at + 1 and (last - 1 in public and words.key(last - 1) not in ENDINGS):
        if words.key(last - 1) in _SURNAMES and last - at > 1:
            break
        last -= 1
    return last


def _belongs(word: Word, words: Words, at: int) -> bool:
    if word.gap not in _JOINTS or not word.is_cased:
        return False
    before = words.items[at - 1]
    if word.gap == ". ":
        return (len(before.text) <= 2 and not word.starts_sentence) or before.key in HONORIFICS
    return not before.clitic or (before.clitic == "'s" and word.key in ENDINGS)


def _capital_after(words: Words, at: int) -> bool:
    after = words.word(at + 1)
    return after is not None and after.is_capital and after.gap == " " and words.key(at) == "of"


def _trim_start(words: Words, at: int, last: int, lists: NameLists) -> int:
    """Past titles, kin words, calendar words and an everyday word that only begins the sentence."""
    while at < last:
        word = words.items[at]
        is_opener = (
            word.starts_sentence
            and lists.is_everyday(word.key)
            and word.key not in lists.first_names
            and (last - at > 1 and not lists.is_everyday(words.key(at + 1)))
        )
        is_opener = is_opener or (word.starts_sentence and word.key in PLACE_CUES)
        is_role = word.key in ROLE_OF_KIN or word.key == "i" or is_number(word.key)
        is_initial = len(word.text) == 1 and word.key != "i" and follows_title(words, at)
        is_closed = word.key in _NEVER and not (
            is_initial or _is_first_name_and_month(words, at, lists)
        )
        if not (is_closed or is_role or is_opener):
            break
        at += 1
    return at


def _is_first_name_and_month(words: Words, at: int, lists: NameLists) -> bool:
    """ "Jan Novak", "April Okafor": a month that people are called by, before what can be a surname."""
    after = words.word(at + 1)
    if words.key(at) not in _MONTHS_OF_PEOPLE or after is None or after.gap != " ":
        return False
    is_surname = lists.is_name(after.key) or is_unknown(lists, after.key)
    return after.is_capital and is_surname and not lists.is_everyday(after.key)


_MONTHS_OF_PEOPLE = MONTH_NAMES_OF_PEOPLE | {"jan"}


def _institution(words: Words, first: int, last: int) -> str | None:
    if last - first < 2:
        return None
    for at in range(last - 1, first, -1):
        key = words.key(at)
        if key in ENDINGS and words.items[at].is_capital:
            return ENDINGS[key]
        if key in _FIRMS and at == last - 1:
            return "ORGANIZATION"
        if key in STREETS and at == last - 1:
            return "ADDRESS"
    if (
        words.key(first) in ("university", "college", "bank", "church", "hospital")
        and words.key(first + 1) == "of"
    ):
        return ENDINGS[words.key(first)]
    return None


def _is_city(words: Words, at: int, lists: NameLists) -> bool:
    word = words.items[at]
    if lists.is_everyday(word.key):
        return follows_place_cue(words, at) and not word.starts_sentence
    return follows_place_cue(words, at) or not lists.is_name(word.key)


def _is_name_like(
    words: Words, at: int, first: int, lists: NameLists, public: frozenset[int]
) -> bool:
    """True if the capitalised word at `at` speaks for a name of somebody or some place."""
    word = words.items[at]
    if at == first and _is_first_name_and_month(words, at, lists):
        return True
    if len(word.text) == 1:
        return word.key not in "i0123456789" and at == first and follows_title(words, at)
    if at in public or word.key in _NEVER or not word.key[0].isalpha():
        return False
    if _is_abbreviation(word):
        return _is_short_name(word.key, lists)
    return _is_written_name(words, at, first, lists)


def _is_short_name(key: str, lists: NameLists) -> bool:
    """True for "TJ" and the like; not for "ED", which charts write so."""
    return key in lists.first_names and key not in _CHARTED and not lists.is_everyday(key)


def _is_written_name(words: Words, at: int, first: int, lists: NameLists) -> bool:
    word = words.items[at]
    if lists.is_everyday(word.key):
        is_given = follows_title(words, at) or is_introduced(words, at)
        return (is_given or word.key in lists.first_names) and has_name_context(words, at)
    if word.starts_sentence and at == first and not lists.is_name(word.key):
        return is_unknown(lists, word.key)
    is_named = at == first and (role_before(words, at) or follows_title(words, at))
    if is_named or lists.is_name(word.key) or word.key in lists.cities:
        return True
    return is_unknown(lists, word.key)


def _is_abbreviation(word: Word) -> bool:
    letters = word.text.removesuffix("s")
    return 1 < len(letters) <= LONGEST_ABBREVIATION and letters.isupper()


def _place_name(words: Words, first: int, last: int, lists: NameLists) -> Found | None:
    """Capitalised everyday words after "at": a shop, a gym, a church; also an unknown abbreviation."""
    word = words.items[first]
    if not follows_place_cue(words, first) or word.starts_sentence or word.key in lists.public:
        return None
    is_at = words.key(first - 1) in ("at", "near", "outside", "around")
    if last - first >= 2 or (is_at and _is_abbreviation(word) and is_unknown(lists, word.key)):
        return _found(words, first, last, "PLACE", Rank.GUESSED)
    return None


# In lower case ------------------------------------------------------------------------------------


def _uncased(
    words: Words, at: int, lists: NameLists, public: frozenset[int], guess_unknown: bool
) -> tuple[int, Found | None]:
    word = words.items[at]
    size = longest_phrase(words, at, lists.cities)
    is_worded = all(lists.is_everyday(words.key(i)) for i in range(at, at + size))
    is_cued = follows_place_cue(words, at)
    if size > 1 and (is_cued or not (word.is_cased or is_worded)):
        return at + size, _found(words, at, at + size, "CITY", Rank.LISTED)
    if not _is_spoken_name(words, at, lists, guess_unknown):
        return at + 1, None
    last = at + 1
    while (
        (after := words.word(last))
        and after.joins
        and not after.starts_sentence
        and last not in public
        and _extends(words, last, lists)
    ):
        last += 1
    stem = role_before(words, at) or _stem(words, at, last, lists)
    return last, _found(words, at, last, stem, Rank.GUESSED)


def _ending(words: Words, last: int) -> int:
    """Past the words that say what kind of institution a name before `last` is."""
    at = last
    while (word := words.word(at)) and word.gap == " " and word.key in _MORE:
        at += 1
    return at if at > last and words.key(at - 1) in ENDINGS else last


def _stem(words: Words, at: int, last: int, lists: NameLists) -> str:
    key = words.key(at)
    if (
        last == at + 1
        and key in lists.cities
        and (follows_place_cue(words, at) or not lists.is_name(key))
    ):
        return "CITY"
    return ENDINGS.get(words.key(last - 1), "PERSON") if last > at + 1 else "PERSON"


def _is_spoken_name(words: Words, at: int, lists: NameLists, guess_unknown: bool) -> bool:
    word = words.items[at]
    key = word.key
    if lists.is_everyday(key):
        is_candidate = key in lists.first_names or follows_title(words, at)
        return is_candidate and key not in UNITS and has_name_context(words, at)
    if len(key) < LEAST_UNKNOWN_LETTERS:
        return is_introduced(words, at) and key in lists.first_names
    is_cued = follows_place_cue(words, at) or (
        words.key(at - 1) in _BEFORE_TOWNS and not lists.is_known_word(key)
    )
    is_town = key in lists.cities and (is_cued or (guess_unknown and key not in lists.rarer_words))
    if is_town or key in lists.mostly_names or key in lists.first_names:
        return True
    if word.is_cased:
        return is_introduced(words, at) and is_unknown(lists, key)
    is_code = key in ID_CUES or any(c.isdecimal() for c in key)
    is_meant = guess_unknown or is_introduced(words, at) or role_before(words, at) is not None
    return is_meant and is_unknown(lists, key) and not is_code


def _extends(words: Words, at: int, lists: NameLists) -> bool:
    """True if the word at `at` goes on with the name before it: "patrice dunleavy", "rich penny"."""
    key = words.key(at)
    if not key.isalpha() or (key in _NEVER and key not in "ai"):
        return False
    if len(key) == 1:
        is_initial = (
            (key not in "ai" and not (key in "ct" and not words.items[at].is_cased))
            or words.key(at + 1) in _AFTER_INITIAL - (_AFTER_I if key == "i" else frozenset())
            or words.word(at + 1) is None
        )
        is_near = words.items[at].gap == " "
        is_near = is_near and not is_speaker_letter(words, at)
        return is_near and is_initial and lists.is_name(words.key(at - 1))
    if key in _SURNAMES:
        return words.key(at - 1) in lists.first_names
    return not lists.is_everyday(key) and (lists.is_name(key) or is_unknown(lists, key))


def _found(words: Words, first: int, last: int, stem: str, rank: Rank) -> Found:
    return Found(
        start=words.items[first].start, end=words.items[last - 1].end, stem=stem, rank=rank
    )
