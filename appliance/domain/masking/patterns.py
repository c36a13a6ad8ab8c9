"""Identifiers with a written form: e-mail, web, numbers with check digits, dates, codes after a cue."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from appliance.domain.masking.finder import Found, Rank
from appliance.domain.masking.placeholder import LOOKS_LIKE, invented, is_suspicious

Check = Callable[[str], bool]


def has_luhn_digit(text: str) -> bool:
    """ISO/IEC 7812-1 annex B: the check digit of payment cards."""
    digits = [int(c) for c in text if c.isdecimal()]
    doubled = [
        d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(digits[::-1])
    ]
    return 12 <= len(digits) <= 19 and sum(doubled) % 10 == 0


def has_iban_digits(text: str) -> bool:
    """ISO 13616 (mod 97 of the rearranged number is 1)."""
    code = re.sub(r"\s", "", text).upper()
    if not (code.isascii() and 15 <= len(code) <= 34):
        return False
    return int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1


def is_address_of_machine(text: str) -> bool:
    """Four octets below 256."""
    return all(int(part) < 256 for part in text.split("."))


def has_vin_digit(text: str) -> bool:
    """49 CFR 565.15: the ninth character is the weighted sum of the others modulo 11."""
    if not text.isascii():
        return False
    values = [int(c) if c.isdecimal() else _VIN_VALUES[c.upper()] for c in text]
    total = sum(v * w for v, w in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return text[8].upper() == ("X" if total == 10 else str(total))


_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))


def _always(_: str) -> bool:
    return True


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:(?:,\s*|\s+|\s+of\s+)'?(?:(?:19|20)\d\d|'\d\d)\b)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_CUE = (
    r"(?:\b(?:mrn|ssn|acct|account|licen[sc]e|passport|policy|member(?:ship)?|badge|voucher|case|claim|id|record|chart|"
    r"medicaid|medicare|insurance|routing|plate|vin|beneficiary|certificate|permit|docket|serial|tracking|"
    r"confirmation|employee|student|npi|dea|hpb|hpbn|number|no\.?|identifier|plan|group|fax|card|pin)\b|\#)"
)
_FILL = r"(?:[\s:#()=\-]|\b(?:is|was|number|no\.?|id|num|my|the|with|of|it's)\b){0,8}"

_CLOCK = r"(?:[T ]\d\d?:\d\d(?::\d\d)?)?"
_CODE = r"(?=(?:[A-Z-]*\d){3})[A-Z0-9]+(?:[-./][A-Z0-9]+)*\d[A-Z0-9-]*"
_TOP = r"(?:com|org|net|edu|gov|io|co\.uk|uk|me|us|info|example|app|tv|biz|ca|au|de)"
_MD = r"(?:0?[1-9]|1[0-2])"
_DD = r"(?:0?[1-9]|[12]\d|3[01])"
_OLD = r"(?P<id>9\d|1[01]\d)"
_ELDERS = (
    "(?:grand|great-?)?(?:mother|father|ma|pa|mom|dad|mum|aunt|uncle)"
    "|mama|papa|nana|granny|grandad|gran|pop"
)
_DUE = r"(?:date|birthday|hearing|appointment|surgery|anniversary|due|court)"
_AVENUE = (
    r"(?:[Aa]venue|[Bb]oulevard|rue|[Pp]lace|[Cc]hemin|[Aa]llée|[Qq]uai|via|viale|calle|plaza|rua)"
)
_OF = r"(?:d[aeiou]s?|del|dell[ae])"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w.'-]{0,40}"
_APPS = r"insta(?:gram)?|snap(?:chat)?|tiktok|discord|venmo|reddit"
_HANDLE = rf"(?:handle|user\s?name|screen name|gamertag|{_APPS})"
_NOT_YEARS = r"(?!\s*(?:%|percent|min|mg|lb|pounds|kilos|days|weeks|months|hours|dollars|miles))"
_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("URL", rf"(?<![\w@.-])(?:[\w-]{{1,63}}\.){{1,6}}{_TOP}\b(?:/[^\s<>\"\])]*)?"),
    ("USERNAME", r"(?<![\w@/])[A-Za-z][A-Za-z0-9]*(?:[_][A-Za-z0-9]+)+(?![\w@])"),
    (
        "USERNAME",
        rf"{_HANDLE}(?: name| handle)?(?: is|'s|:|,)\s+(?P<id>[\w]+(?:[._-]\w+)+|\w*\d\w*)",
    ),
    (
        "DATE",
        rf"\b(?:on|since|dated?|dob|born|(?:from|until|by|of)(?!\s\d+/10\b))[:\s]+(?P<id>{_MD}/{_DD})(?![\d/%])",
    ),
    (
        "DATE",
        rf"\b{_DUE}(?:'s| is| was|:)?\s+(?P<id>{_MD}/{_DD})(?![\d/%])",
    ),
    ("DATE", rf"\b{_MONTH}\.?(?:,\s*|\s+(?:of\s+)?)(?:19|20)\d\d\b"),
    (
        "ZIP",
        r"\b(?:zip|post(?:al)?)\s?(?:code)?(?: is|'s|:)?\s*(?P<id>\d[\d -]{2,9}\d(?: [A-Z]{2}\b)?)",
    ),
    ("ZIP", r"\b(?-i:[A-Z]{2}),?\s+\d{5}(?:-\d{4})?(?![\w-])"),
    ("ZIP", r"\b\d{5}-\d{4}\b"),
    ("ZIP", r"(?:(?<=[.,]\s)|(?<=\n))\d{5}(?=[.,;)\n]|$)"),
    ("ZIP", r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"),
    ("ID", rf"{_CUE}{_FILL}(?P<id>\#?{_CODE}|\#?\d{{4,}}|(?!{_CUE})[A-Z]{{1,4}}\s\d{{5,}})"),
    (
        "HOSPITAL",
        r"(?-i:\b(?:St\.?|Saint)\s[A-Z][a-z]+'s)(?:\s(?:medical center|med ctr|hospital|hosp|health)\b\.?)?",
    ),
    ("ID", r"(?<![\w#])\#?(?-i:[A-Z]{1,5})-?\d[\d-]{4,}[A-Z]{0,3}\b"),
    ("ID", r"(?<![\w$.,-])(?=[\d-]{8})\d{2,}(?:-\d{2,}){1,4}(?![\w%-])"),
    ("ID", r"(?<![\w$.,-])\d{6,}(?![\w%])"),
    ("AGE", rf"\b{_OLD}(?=[\s-]*(?:years?|yrs?)[\s-]*old|[\s-]*y/?o\b)"),
    ("AGE", rf"\b(?:aged?|turned|turning)\s+{_OLD}\b{_NOT_YEARS}"),
    ("AGE", rf"\b(?:i'm|he's|she's|i am|he is|she is|who's)\s+{_OLD}\b{_NOT_YEARS}"),
    (
        "AGE",
        rf"\b(?:died at|lived to(?: be)?|passed at|made it to|pushing|nearly)\s{_OLD}\b{_NOT_YEARS}",
    ),
    (
        "AGE",
        rf"\b(?:{_ELDERS})(?:'s| is| was|,)?(?:,? at)?\s{_OLD}(?=\s*(?:[.,;!?]|$|and\b|when\b))",
    ),
    (
        "ADDRESS",
        rf"\b\d{{1,6}}(?-i:(?:\s(?!(?:Of|The|To|And|In|On|For|With|You)\b){_CAPITAL}){{1,5}})(?:\s\d{{1,4}}[A-Z]?\b|(?=\s*(?:suite|apt|unit)\b))",
    ),
    (
        "ADDRESS",
        rf"(?-i:\b{_CAPITAL}(?:strasse|straße|gatan|gata|vägen|vej|veien|gasse|weg|straat|laan|tie)\s\d+)",
    ),
    (
        "ADDRESS",
        rf"(?-i:\b(?:\d{{1,5}}\s)?(?:Rue|Via|Avenida|Calle|Rua|Ul\.|ul\.)(?:\s(?:d[aeiou]s?|del|dell[ae]|{_CAPITAL})){{1,4}}(?:\s\d+)?)",
    ),
    (
        "ADDRESS",
        rf"(?-i:\b\d{{1,5}}\s{_AVENUE}\s{_OF}\s(?:l[ae]s?\s)?{_CAPITAL}(?:\s{_CAPITAL}){{0,3}}(?:\s\d+)?)",
    ),
    (
        "ADDRESS",
        r"(?:(?<!\w)\d{1,5}\s)?(?-i:(?<!\w)[^\W\d_a-z][^\W\d_]{1,20}\s)(?:[^\W\d_]{2,20}\s){0,2}(?:út(?:ja)?|utca|tér|tere|krt\.?)\s\d{1,4}\b",
    ),
    (
        "ADDRESS",
        rf"\b\d{{1,5}}(?-i:(?:\s{_CAPITAL}){{1,3}})\s(?:str|turnpike|u|postbox)\b\.?(?:\s\d{{1,4}}\b)?",
    ),
    ("ADDRESS", r"\b(?:p\.?\s?o\.?\s?box|box|postbox|postfach)\s+\d+\b"),
    ("ADDRESS", r"\b(?:PSC|Unit)\s+\d{3,},?\s+Box\s+\d+\s+(?:APO|FPO|DPO)\s+A[AEP]\s+\d{5}"),
    ("ADDRESS", r"\b(?:apt|apartment|suite|ste|unit)\.?\s*\#?\s*\d{1,5}[A-Z]?\b"),
)
_CHECKED: Final[tuple[tuple[str, str, Check], ...]] = (
    ("EMAIL", r"[\w.+%'-]{1,64}\s?@\s?[\w-]+(?:\.[\w-]+)+", _always),
    ("URL", r"\b(?:https?|ftp)://[^\s<>\"\])]+", _always),
    ("URL", r"\bwww\.[\w-]+(?:\.[\w-]+)+(?:/[^\s<>\"\])]*)?", _always),
    ("USERNAME", r"(?<![\w.])@[A-Za-z_][\w.]{1,40}\b", _always),
    ("IBAN", r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b", has_iban_digits),
    ("CARD", r"(?<![\w-])\d(?:[ -]?\d){11,18}(?![\w-])", has_luhn_digit),
    ("SSN", r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])", _always),
    ("IP", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])", is_address_of_machine),
    ("IP", r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])", _always),
    ("VIN", r"\b(?=[A-HJ-NPR-Z]*\d)(?=\d*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{11}\d{6}\b", has_vin_digit),
    ("DATE", rf"(?<![\d/.-])(?:19|20)\d\d[-/.]{_MD}[-/.]{_DD}{_CLOCK}(?![\d/-])", _always),
    ("DATE", rf"(?<![\d/.-]){_DD}[-/.]{_DD}[-/.](?:19|20)?\d\d(?![\d/-])", _always),
    ("DATE", rf"\b{_MONTH}\.?\s+(?:the\s+)?{_DAY}\b{_YEAR}?", _always),
    (
        "DATE",
        rf"\b(?!4th of july\b(?!,?\s+\d)){_DAY}[-\s]+(?:of\s+)?{_MONTH}\b\.?(?:-(?:19|20)?\d\d\b|{_YEAR}?)",
        _always,
    ),
)
PATTERNS: Final[tuple[tuple[str, Rank, re.Pattern[str], Check], ...]] = (
    *((s, Rank.CHECKED, re.compile(p, re.IGNORECASE), check) for s, p, check in _CHECKED),
    *((s, Rank.PATTERN, re.compile(p, re.IGNORECASE), _always) for s, p in _PATTERNS),
)


def written_patterns(text: str) -> Iterator[Found]:
    """All pattern hits in folded text; where the pattern has a group `id`, only that part."""
    for stem, rank, pattern, check in PATTERNS:
        if stem == "EMAIL" and "@" not in text:
            continue  # the one pattern that looks far ahead from every character
        group = "id" if "id" in pattern.groupindex else 0
        for match in pattern.finditer(text):
            if check(match[group]):
                start, end = match.span(group)
                yield Found(start=start, end=end, stem=stem, rank=rank)


def placeholder_look_alikes(text: str) -> Iterator[Found]:
    """Words of the talk that could pass for a placeholder, and so must never be restored as one."""
    for match in LOOKS_LIKE.finditer(text):
        if is_suspicious(match):
            yield Found(start=match.start(), end=match.end(), stem="TEXT", rank=Rank.LITERAL)
    for match in invented(text):
        yield Found(start=match.start(), end=match.end(), stem="TEXT", rank=Rank.LITERAL)
