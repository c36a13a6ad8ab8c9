"""What the words around a candidate say: that a person is meant, in which role, or a place."""

from functools import lru_cache

from appliance.domain.masking.finder import NameLists
from appliance.domain.masking.vocabulary import (
    HONORIFICS,
    MONTH_NAMES_OF_PEOPLE,
    MONTH_WORDS,
    NAMING,
    PLACE_CUES,
    ROLE_OF_KIN,
    SAYING,
    listed,
)
from appliance.domain.masking.words import Word, Words

_SHORT_TITLES = listed("mr mrs ms miss mister mx dr doctor professor")
_MISSING = listed("i you we they really to still dont ill will do just gonna id would so much")
_BEFORE_VERBS = _MISSING - {"to", "so", "much", "do", "just"}
_CONJUNCTIONS = listed(
    "and but so because when then if like okay um uh yeah no well said says with where that since "
    "until before after whether"
)
_LEADS = listed("if when because told tell ask asked hi hey")
_ADDRESSED = listed("you youre youd youve youll your")
_OWNERS = listed("my your his her our their the s a old poor this another")
_MONTH_CUES = listed("in since last next this until by of during through from early late mid for")
_DETERMINERS = listed("the a an my your his her its our their this that some any no every to")
_INTRODUCTIONS = frozenset(
    {("name", "is"), ("name", "was"), ("call", "me"), ("calls", "me"), ("called", "me")}
    | {("go", "by"), ("goes", "by")}
)


def role_before(words: Words, at: int) -> str | None:
    """The stem that "my husband …", "her cousin, …" gives the name at `at`; None where nothing does."""
    word = words.word(at)
    if word is None or not word.follows:
        return None
    before = words.key(at - 1)
    if before == "law" and words.key(at - 2) == "in":
        return "RELATIVE"
    role = ROLE_OF_KIN.get(before)
    if role is None or (word.gap.strip(" ") and not _is_owned(words, at - 1)):
        return None
    return role


def _is_owned(words: Words, at: int) -> bool:
    before = words.word(at - 1)
    return before is not None and (before.key in _OWNERS or bool(before.clitic))


def follows_title(words: Words, at: int) -> bool:
    """True right after "Dr.", "Miss", "Nurse" …"""
    word, before = words.word(at), words.key(at - 1)
    if word is None or before not in HONORIFICS or word.gap.strip(" .") or "\n" in word.gap:
        return False
    if word.is_cased:
        return word.is_capital
    return before in _SHORT_TITLES and not (before == "miss" and words.key(at - 2) in _MISSING)


def is_introduced(words: Words, at: int) -> bool:
    """True after "my name is", "call me", "a man named"."""
    word = words.word(at)
    if word is None or not word.follows:
        return False
    before, earlier = words.key(at - 1), words.key(at - 2)
    if before in NAMING - {"im", "called"} or (
        before == "called" and earlier not in ("i", "they", "we", "you", "he", "she")
    ):
        return True
    return (earlier, before) in _INTRODUCTIONS or before == "names"


def is_speaker_letter(words: Words, at: int) -> bool:
    """True for the "t" and "c" that uncased transcripts begin a line with: who speaks, nobody's initial."""
    word = words.items[at]
    return len(word.text) == 1 and word.starts_sentence and not word.is_cased


def says_who(words: Words, at: int) -> bool:
    """True in "i'm rick" and "it's hutch": not after words that would make it how somebody is."""
    key, before = words.key(at), words.word(at - 1)
    if before is None or not words.items[at].follows or key in WORDS_BEFORE_NAMES | _STATES_OF_MIND:
        return False
    return before.key in _BEING or (before.key in ("i", "it") and before.clitic in ("'m", "'s"))


def is_said_of(words: Words, at: int) -> bool:
    """True for an uncased word-name where no article, pronoun or measure makes it the word: "who's fee"."""
    word = words.items[at]
    if word.is_cased or not word.follows or word.key in _OPEN_AS_WORDS | _STATES_OF_MIND:
        return False
    if word.key.endswith(("ing", "ed")) or _is_month_use(words, at):
        return False
    before = words.key(at - 1)
    return before in _OF_SOMEBODY or before not in _BEFORE_WORDS


_BEFORE_WORDS = (
    _DETERMINERS
    | _MISSING
    | listed(
        "he she it of in on at one two three no not or for very too really more less like same other old new "
        "big little good bad can could would should may might must cant couldnt wouldnt shouldnt wont didnt "
        "doesnt gotta wanna hot cold red blue green white black whole each both all few many another"
    )
)
"""What stands before a word rather than a name."""
_OF_SOMEBODY = listed(
    "told tell tells ask asked asking against called calls call named miss missed hugged kissed saw "
    "said says goes thanks hi hey hello sorry whos hows wheres dear bye okay met married dated"
)
_BEING = listed("im its")
_STATES_OF_MIND = listed(
    "rich frank sunny young christian stormy rusty dusty misty lucky merry gay junior early noble "
    "precious august major prudent olive blue gray grey happy free clay"
)


def has_name_context(words: Words, at: int) -> bool:
    """True if an everyday word at `at` is used as somebody's name."""
    word = words.items[at]
    if _is_month_use(words, at):
        return False
    if follows_title(words, at) or is_introduced(words, at):
        return True
    before = words.key(at - 1) if word.follows else ""
    if before in _DETERMINERS:
        return False
    if role_before(words, at) and (word.is_capital or _speaks(words, at)):
        return True
    if word.is_cased:
        return word.is_capital and (not word.starts_sentence or _is_called_or_speaks(words, at))
    is_subject = _speaks(words, at) or _is_one_of_two(words, at)
    return is_subject and key_or_start(words, at) in _CONJUNCTIONS


def key_or_start(words: Words, at: int) -> str:
    """The word before; "and" at the start of a line, where a new sentence may begin as well."""
    word = words.items[at]
    return "and" if word.starts_sentence or len(words.key(at - 1)) == 1 else words.key(at - 1)


def is_addressed(words: Words, at: int) -> bool:
    """True in "…, sunny youre so sunny": a known word-name at a start or after "like", before "you"."""
    if words.key(at) in WORDS_BEFORE_NAMES or words.items[at].is_cased:
        return False
    if words.key(at - 1) in _LEADS:
        return True
    return words.key(at + 1) in _ADDRESSED and key_or_start(words, at) in _CONJUNCTIONS


WORDS_BEFORE_NAMES = listed(
    "hope will may mark bill grace joy faith dawn rose art grant chase chance trust love pat sue rob drew"
)
"""Words that people are called by and that in talk are words far more often than names."""


def opens_as_name(words: Words, at: int) -> bool:
    """True for a capital that begins a sentence, where the word is seldom meant as a word: "Dale is ill".

    Not for virtues, months, flowers and the like, which begin sentences as words too.
    """
    word = words.items[at]
    is_opening = word.is_cased and word.is_capital and word.starts_sentence
    return is_opening and word.key not in _OPEN_AS_WORDS | MONTH_WORDS


def reads_as_verb(words: Words, at: int) -> bool:
    """True in "i really hope", "we will": said by somebody, not of somebody called Hope or Will."""
    return words.key(at) in WORDS_BEFORE_NAMES and words.key(at - 1) in _BEFORE_VERBS


_OPEN_AS_WORDS = WORDS_BEFORE_NAMES | listed(
    "rosie lily daisy iris violet heather ivy summer autumn winter spring sunny stormy honey baby "
    "star sky river lake stone brook rain snow angel peace charity mercy patience harmony melody "
    "honor liberty destiny journey bliss blessing precious comfort major junior guy bear king queen "
    "prince dean page young rich frank miles jack bob christian olive sage ginger ruby pearl amber "
    "penny candy crystal lucky storm shadow buddy dot bishop max ray case van"
)


def _is_called_or_speaks(words: Words, at: int) -> bool:
    after = words.word(at + 1)
    if after is None:
        return False
    is_called = (
        after.gap == ", " and (words.key(at) not in WORDS_BEFORE_NAMES or _is_spoken_to(words, at))
    ) or words.items[at].clitic == "'s"
    return is_called or _speaks(words, at) or _is_one_of_two(words, at)


def opens_as_word(words: Words, at: int) -> bool:
    """True in "Joy, what's that?" and "faith keeps me going": a virtue begins the sentence, nobody does."""
    word, after = words.items[at], words.word(at + 1)
    if word.key not in WORDS_BEFORE_NAMES or not word.starts_sentence or after is None:
        return False
    is_remark = after.gap == ", " and word.is_cased and not _is_spoken_to(words, at)
    return is_remark or (word.key in _ABSTRACT and after.key in _SAID_OF_THINGS | _OF_VIRTUES)


def stands_alone(words: Words, at: int) -> bool:
    """True for a capitalised word that is a whole sentence, where it is no virtue or the like: "Chase." """
    word, after = words.items[at], words.word(at + 1)
    is_whole = word.starts_sentence and (after is None or after.gap[:1] in ".!")
    return is_whole and word.is_cased and word.is_capital and word.key not in _SAID_ALONE


def _is_spoken_to(words: Words, at: int) -> bool:
    """True in "Mark, what do you notice?"; not in "Faith, I suppose" and "Grace, they call it"."""
    for follower in range(at + 1, min(at + 6, len(words.items))):
        if follower > at + 1 and words.items[follower].starts_sentence:
            return False
        if words.key(follower) in _ADDRESSED:
            return True
    return False


def _is_one_of_two(words: Words, at: int) -> bool:
    """True in "grace and i"."""
    return (
        words.key(at + 1) == "and"
        and words.key(at + 2) in ("i", "me")
        and words.items[at + 1].joins
    )


def _speaks(words: Words, at: int) -> bool:
    after = words.word(at + 1)
    if after is None or not after.follows or after.key not in SAYING:
        return False
    is_word_first = words.key(at) in _ABSTRACT and words.items[at].starts_sentence
    return not (is_word_first and after.key in _SAID_OF_THINGS)


_ABSTRACT = listed("hope grace joy faith dawn may love trust chance")
_OF_VIRTUES = listed("comes means doesnt without based under breaks mostly lasts isnt")
_SAID_ALONE = _ABSTRACT | listed("will mark art honey baby sunny rich lucky major patience peace")
_SAID_OF_THINGS = listed(
    "keeps kept left dies died lives lived goes takes took gives gave stays stayed works worked passed "
    "turned stopped started helped hurt raised taught lost "
    "knows hit hits moved says stands waits looks looked leaves"
)
"""What faith and hope do as well as somebody called so."""


def is_month_use(words: Words, at: int) -> bool:
    """True for "in april", "may 3": a month, though somebody may be called so."""
    return words.key(at) in MONTH_NAMES_OF_PEOPLE and _is_month_use(words, at)


def _is_month_use(words: Words, at: int) -> bool:
    key = words.key(at)
    if key not in MONTH_WORDS:
        return False
    after = words.word(at + 1)
    if key not in MONTH_NAMES_OF_PEOPLE or words.key(at - 1) in _MONTH_CUES:
        return True
    return after is not None and after.key[:1].isdecimal()


def follows_place_cue(words: Words, at: int) -> bool:
    """True after "in", "at", "from" …"""
    return words.items[at].follows and words.key(at - 1) in PLACE_CUES


def longest_phrase(words: Words, at: int, phrases: frozenset[str], most: int = 4) -> int:
    """How many words from `at` make the longest phrase of a list; 0 where none does."""
    longest = _longest_by_first(phrases).get(words.key(at), 0)
    key, best = "", 0
    for size in range(1, min(most, longest) + 1):
        word: Word | None = words.word(at + size - 1)
        if word is None or (size > 1 and not _may_join(word)):
            break
        key = f"{key} {word.key}".strip()
        if key in phrases:
            best = size
    return best


@lru_cache(maxsize=32)
def _longest_by_first(phrases: frozenset[str]) -> dict[str, int]:
    """Of the phrases that begin with each word, the most words."""
    longest: dict[str, int] = {}
    for phrase in phrases:
        first = phrase.partition(" ")[0]
        longest[first] = max(longest.get(first, 0), phrase.count(" ") + 1)
    return longest


def _may_join(word: Word) -> bool:
    return word.gap in (" ", "-", ". ", "  ", "\n ") or (word.gap == "." and len(word.text) == 1)


def is_medical(key: str) -> bool:
    """True for words that end as drugs, diseases and procedures do."""
    return len(key) > 5 and key.endswith(_MEDICAL_ENDINGS)


_MEDICAL_ENDINGS = tuple(
    sorted(
        listed(
            "statin pril olol azole mab nib zepam azepine apine etine oxetine pram xaban gatran "
            "sartan cillin mycin floxacin idone peridone gliptin gliflozin glutide tidine setron "
            "triptan cycline profen caine barbital oma omas itis osis oses emia aemia ectomy "
            "oscopy opathy algia plegia trophy lysis uria rrhea cardia scopic oplasty ostomy "
            "ography ogram phobia phrenia thymia somnia lepsy statins prils ologist ology iatric "
            "afil vir mide zide semide thiazide parin lukast dronate pezil antine azine oxin "
            "phylline prazole conazole sone solone onide terol tropium amide amine pathic genic "
            "lytic emic otic itic"
        )
    )
)


def is_unknown(lists: NameLists, key: str) -> bool:
    """True for what no dictionary, public list or medical ending explains: most likely a name."""
    if lists.is_known_word(key) or key in lists.public or key[:-1] in lists.public:
        return False
    if key not in lists.first_names and _is_derived(lists, key):
        return False
    return not is_medical(key) and not _VOWELS.isdisjoint(key)


def _is_derived(lists: NameLists, key: str) -> bool:
    """True for a dictionary word with a usual beginning or ending: "subscale", "decisional"."""
    stems = [key.removeprefix(start) for start in _BEGINNINGS if key.startswith(start)]
    stems += [key.removesuffix(end) for end in _ENDINGS_OF_WORDS if key.endswith(end)]
    return any(len(stem) >= LEAST_STEM_LETTERS and lists.is_everyday(stem) for stem in stems)


LEAST_STEM_LETTERS = 5
_BEGINNINGS = tuple(
    sorted(listed("sub co re un non pre post psycho neuro hyper inter anti mis tele self multi"))
)
_ENDINGS_OF_WORDS = tuple(sorted(listed("al ness less like ish wise able ization izing ized ings")))
_VOWELS = frozenset("aeiouyæøœαειουω") | frozenset("аеиоуыэюя")


def is_eponym(words: Words, last: int) -> bool:
    """True if what ends before `last` names a disease, test or scale: "Wilson's disease"."""
    after = words.word(last)
    return after is not None and after.gap in _EPONYM_GAPS and after.key in _EPONYM_NOUNS


_EPONYM_GAPS = frozenset({" ", "-"})
_EPONYM_NOUNS = listed(
    "disease syndrome score scores sign test criteria scale reflex phenomenon maneuver classification "
    "inventory questionnaire angina palsy thyroiditis sarcoma lymphoma encephalopathy index risk triad "
    "tumor metro protocol method model theory technique infection"
)
