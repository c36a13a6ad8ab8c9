"""The gate's own signs of names, addresses, ages and codes that nobody has told it of.

They share neither code nor list with the masker. What a placeholder stood for is blanked out, so some
signs are what is left beside a blank: a house number before it, a kind of school after it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.domain.masking.detectors import BLANKS, PlainLine, Suspects

_ANNOUNCED = re.compile(
    r"\b(?:named|(?:my|her|his) name is|goes by|call me|mr|mrs|ms|dr"
    r"|pastor|coach|officer|nurse|reverend|rabbi|imam|judge|professor|sergeant"
    r"|detective|deputy)\.?\s(?P<id>[a-z]{3,30})\b"
    r"|\b(?:my|her|his|our) (?:husband|wife|son|daughter|brother|sister|boyfriend|girlfriend|cousin|aunt"
    r"|uncle|friend|dog|cat|boss|partner|roommate)[ ,]{1,2}(?P<kin>[a-z]{3,30})\b"
)
_TITLED = re.compile(r"\b(?:mr|mrs|ms|mx|dr)\.? (?P<id>[a-z]{2,30})\b")
_CALLED = re.compile(
    r"\b(?:miss|call(?:s|ed)? (?:me|him|her|us|them|myself|himself|herself)|named|name is) "
    r"(?P<id>[a-z]{2,30})\b"
)
_NO_TITLED = frozenset(
    re.findall(
        r"\w+",
        "appointment appointments visit visits said says told tells is was and or who gave put "
        "wants at in on office thinks did does has had for to the if when he she they we but so "
        "just always orders ordered prescribed changed took will wont can cant never again about "
        "from with not",
    )
)
"""What follows "my dr", so that it is no name."""
_INSTITUTION = re.compile(
    r"\b(?:at|to|from|for) (?:the )?(?P<id>[a-z']{3,30}) "
    r"(?:elementary|academy|bakery|pharmacy|hospital|motors|diner|"
    r"university|college|logistics|foods|farms|salon|bank)\b"
)


@dataclass(frozen=True, kw_only=True)
class AnnouncedDetector:
    """A word that is no everyday word right after what announces a name, or before a kind of institution."""

    kind: str = "announced_name"

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        for number, line in enumerate(lines):
            for match in _ANNOUNCED.finditer(line.text):
                group = "id" if match["id"] else "kin"
                if _is_strange(match[group], suspects):
                    yield number, *match.span(group)
            for match in _TITLED.finditer(line.text):
                if match["id"] not in _NO_TITLED:
                    yield number, *match.span("id")
            for match in _CALLED.finditer(line.text):
                start, _ = line.stretch(*match.span("id"))
                if line.as_written[start : start + 1].isupper():
                    yield number, *match.span("id")
            for match in _INSTITUTION.finditer(line.text):
                if _is_strange(match["id"], suspects):
                    yield number, match.start("id"), match.end()


def _is_strange(word: str, suspects: Suspects) -> bool:
    singular = word.removesuffix("s")
    return not {word, singular, word.replace("'", "")} & suspects.everyday


_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUMBER = (
    rf"(?:\d{{1,5}}[a-z]?|(?:{_TENS}|{_TEENS}|{_ONES}|oh|hundred)(?:[ -](?:{_TENS}"
    rf"|{_TEENS}|{_ONES}|oh|hundred)){{0,3}})"
)
_LARGER = (
    rf"(?:\d{{2,5}}|(?:{_TENS}|{_TEENS})(?:[ -](?:{_TENS}|{_TEENS}|{_ONES}))"
    rf"|(?:{_ONES})(?:[ -](?:{_ONES}|oh|{_TENS}|{_TEENS}|hundred)){{1,3}})"
)
_STREET = (
    r"(?:street|st|avenue|ave|boulevard|blvd|lane|ln|court|ct|road|rd|drive|dr"
    r"|terrace|place|way|circle|highway|hwy|parkway|pike|trail|alley|row)"
)
_FLOOR = r"(?:,? (?:first|second|third|fourth|top|\d\w\w) floor|,? (?:apartment|apt|unit|suite) )"
_ADDRESSES = (
    re.compile(
        rf"(?<![\w.$]){_NUMBER} (?:(?:north|south|east|west|n|s|e|w)\.? )?"
        rf"(?:[a-z']{{3,20}}|\d{{1,3}}(?:st|nd|rd|th)) (?:[a-z']{{3,20}} )?"
        r"(?:street|avenue|boulevard|lane|court|road|ave|blvd|terrace|parkway|highway)\b"
    ),
    re.compile(rf"(?<![\w.$]){_NUMBER} {BLANKS}+(?= {_STREET}\b|{_FLOOR})"),
    re.compile(
        r"\b(?:on|off|down|at|near|of) (?P<id>(?!(?:the|a|my|our|your|his|her|their|this"
        r"|that|same|other|every|each|"
        r"which|what|busy|quiet|dark|side|back|dirt|country|cross|one|long|high|wrong)\b)[a-z']{3,20} "
        r"(?:street|avenue|boulevard|lane|court|road|ave|blvd))\b"
    ),
    re.compile(rf"(?<![\w.$]){_LARGER} (?={BLANKS}+(?: {_STREET})?(?:[.,?!]|{_FLOOR}))"),
    re.compile(rf"\b(?:at|is|on|its) (?P<id>{_LARGER}) (?={BLANKS})"),
    re.compile(
        rf"{BLANKS} (?:street|avenue|boulevard|lane|court|road|ave|blvd|terrace|elementary"
        rf"|middle|academy|prep|montessori|preschool)\b"
    ),
    re.compile(
        r"\b(?:apartment|apt|unit|suite)\.? (?:number )?(?:\d|[b-hj-z]\b|one|two|three"
        r"|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    ),
    re.compile(rf"(?:\bp\.?o\.? |\bpost office )box (?:\d+|(?:{_ONES}))"),
)
_NOT_AN_AGE = (
    r"(?![ -]?(?:percent|per cent|%|minutes?|mins?|days?|dollars?|bucks|degrees|meetings?|miles?|pounds?|"
    r"times?|hours?|seconds?|weeks?|grand|thousand|hundred|million|grams?|milligrams?|mg|calories|cents|"
    r"points?|feet|people|reps|steps|in \w+ ninety|out of))"
)
_OVER = (
    rf"(?:9\d|1[01]\d|ninety(?:[ -](?:{_ONES}))?|(?:a |one )?hundred(?:[ -](?:and )?(?:{_ONES}))?)"
)
_AGES = (
    re.compile(
        r"\b(?:i'm|im|am|is|are|be|being|turns?|turned|turning|was|were|aged?|almost"
        r"|nearly|over|he's|hes|she's|shes)"
        rf" (?P<id>{_OVER})\b{_NOT_AN_AGE}(?!['\d/:,.-]\d)"
    ),
    re.compile(
        r"\b(?:mother|father|mom|dad|mum|mama|papa|grandmother|grandfather|grandma|grandpa|gran|granny|nana|"
        rf"aunt|uncle|client|patient|husband|wife|who|she|he|man|woman|lady|[a-z]+{BLANKS})'?s? "
        rf"(?P<id>{_OVER})\b{_NOT_AN_AGE}"
    ),
    re.compile(rf"(?P<id>{_OVER})[ -](?:years?[ -]old|year old|yo|y/o)\b"),
    re.compile(
        rf"(?P<id>(?<!nineteen )(?<!\w-)\bninety[ -](?:{_ONES}))\b(?=[.,?!;]? (?:and"
        rf"|in the|this|next|last|years|when|now|still|so|but|she|he|i)\b|[.?!,])"
    ),
)
_SAID = r"(?:\d|zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_TOP = r"(?:com|org|net|edu|gov|me|io|co|us|uk|info|biz|app|tv|exe|blog|example|dev|ca|fm|gg)"
_PROVIDER = (
    r"(?:gmail|g mail|yahoo|hotmail|outlook|icloud|aol|proton(?: ?mail)?|comcast|msn"
    r"|verizon|fastmail|gmx|ymail)"
)
_NETWORK = (
    r"(?:insta|instagram|snap|snapchat|tiktok|tik tok|discord|twitter|reddit|venmo"
    r"|cash ?app|twitch|xbox|psn|steam|facebook|youtube|online)"
)
_ORDINALS = (
    "fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    "|[a-z]{4,7}teenth|twentieth|thirtieth"
)
_MONTHS = r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
_DATES = (
    re.compile(rf"\b{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?\b(?![:%])"),
    re.compile(rf"(?<![\w.:/$])\d{{1,2}}(?:st|nd|rd|th)?(?: of|-)? ?{_MONTHS}(?!\w)"),
    re.compile(
        r"\b(?:on|since|born|until|by|from|through|dated?|dob|seen|due|starting"
        r"|effective|appt|last|next) (?P<id>(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d"
        r"|3[01]))(?![\w/%]|\.\d)"
    ),
    re.compile(
        rf"\b(?:on|since|until|by|the night of|dated) (?P<id>the (?:\d{{1,2}}(?:st|nd|rd"
        rf"|th)|(?:{_ORDINALS}|(?:twenty|thirty)[ -]\w{{3,7}}(?:st|nd|rd"
        rf"|th))))\b(?! (?:floor|day|time|try|step|street|page|grade|hour|week|month"
        rf"|session|visit|round|attempt|avenue|one))"
    ),
)
_CODES = (
    re.compile(rf"(?<!\w){_SAID}(?:[ ,-]{{1,2}}{_SAID}){{4,}}(?!\w)"),
    re.compile(rf"(?<!\w)[a-z] [a-z]? ?(?:\w{{3,8}}teen|{_SAID}),? {_SAID} [a-z] [a-z]\b"),
    re.compile(rf"(?<!\w)[a-z],? {_SAID},? [a-z],? {_SAID}"),
    re.compile(
        r"(?:[^\W_]{1,40} )?\bunderscore\b(?: [^\W_]+)?|\b[^\W_]{1,40}_\w|(?<![\w@])@\w{3,40}"
    ),
    re.compile(
        rf"(?:[^\W_]{{1,40}} )?\bdot {_TOP}\b|\b[a-z][\w-]{{1,40}}\.{_TOP}\b(?:/\w*)?"
        r"|\b[\w-]{3,40}\.[a-z]{2,10}/\w+"
    ),
    re.compile(
        rf"(?<![\w-])(?!(?:ex|non|mid|pre|post|anti|pro|half|self|co|step|un)-)[a-z]{{1,5}}-(?={BLANKS})"
    ),
    re.compile(rf"(?<={BLANKS}-)[a-z]{{1,3}}(?![\w-])"),
    re.compile(rf"(?:{BLANKS} (?P<id>dot|dash|hyphen|slash)\b)"),
    re.compile(rf"\b(?P<id>dot|dash|hyphen) {BLANKS}"),
    re.compile(
        rf"(?:[^\W_]{{1,40}} )?\bat {_PROVIDER}\b|\b{_PROVIDER}(?: dot)? com\b|\bat \w{{2,30}} dot \w{{2,30}}"
    ),
    re.compile(
        rf"\b{_NETWORK} (?:name |handle |user |username |tag |id |account )?(?:is|was|as"
        rf"|under) (?P<id>[\w.-]{{3,40}}(?: (?:dot|dash|{_ONES}|\d+)\b){{0,3}})"
    ),
    re.compile(
        r"\b(?:user ?name|handle|gamer ?tag|screen ?name|login) (?:is|was|would be) (?P<id>[\w.-]{3,40})"
    ),
    re.compile(r"\b(?!covid)[a-z]{4,20}\d{2,4}\b"),
    re.compile(
        rf"{BLANKS} (?P<id>(?:{_TENS}|{_TEENS})[ -](?:{_ONES}|{_TENS}|{_TEENS}))\b{_NOT_AN_AGE}"
    ),
    re.compile(rf"{BLANKS}\.{_TOP}\b(?:/\w*)?"),
    re.compile(rf"{BLANKS} (?P<id>(?!19\d\d|20\d\d)\d{{3,4}})(?![\w.,:/-]\d|\w)"),
    re.compile(r"(?<!\w)\d{5}(?!\w)|\b[a-z]{2,5}[- ]?\d{5,}\b"),
    re.compile(r"\b(?:on|since|born) \d{1,2}[ /.-]\d{1,2}\b"),
    re.compile(r"(?<![\w'])[a-z](?:,? [a-z](?![\w'])){3,}"),
    re.compile(
        r"\b(?:post|local|lodge|precinct|troop|battalion|engine company|ladder company) (?:number )?\d{1,4}\b"
    ),
)
_PATTERNS = (*_ADDRESSES, *_DATES, *_CODES)
_PATTERNS_OF_OLD = (*_PATTERNS, *_AGES)
_HIGH = re.compile(r"ninet|hundred|9\d|1[01]\d")
"""What a line needs so that a high age can stand in it."""


@dataclass(frozen=True, kw_only=True)
class StrayPlaceDetector:
    """Addresses, ages over 89 and codes by their form, whoever they are of."""

    kind: str = "stray_place"

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        for number, line in enumerate(lines):
            for pattern in _PATTERNS_OF_OLD if _HIGH.search(line.text) else _PATTERNS:
                for match in pattern.finditer(line.text):
                    yield number, *match.span("id" if "id" in pattern.groupindex else 0)
