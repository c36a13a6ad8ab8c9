"""The one grammar of placeholders: how they are written, and what counts as looking like one."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.domain.masking.vocabulary import listed

_OPEN = r"(?:\\?\[|&\#91;|&l(?:brack|sqb);)"
_CLOSE = r"(?:\\?\]|&\#93;|&r(?:brack|sqb);)"
_JOINT = r"(?:\\?_|&\#95;|&lowbar;)"
_APOSTROPHE = r"(?:['’]|&\#(?:39|x27|8217);|&(?:apos|rsquo);)"
# Models escape for Markdown ("\_") and for HTML ("&#95;"), or put a possessive inside the brackets.
LOOKS_LIKE: Final = re.compile(
    rf"""(?:
    {_OPEN}{{1,2}}[ \t]*
      (?P<stem>[A-Za-z]{{2,20}})(?:(?:[ \t_\-\#:.]|{_JOINT}){{0,4}}(?P<number>\d{{1,6}}))?(?P<plural>s?)
      [ \t]*(?P<inner>{_APOSTROPHE}s|[.,;:!?])?
      {_CLOSE}{{1,2}}(?P<outer_plural>s(?![A-Za-z0-9_]))?
    | (?<![A-Za-z0-9\[])(?<![A-Za-z0-9]_){_OPEN}?
      (?P<bare>[A-Za-z]{{2,20}}){_JOINT}{{1,2}}(?P<bare_number>\d{{1,6}})(?P<bare_plural>s?)
      (?![A-Za-z0-9]){_CLOSE}?
    | (?<![A-Za-z0-9_\-@.\[\\])
      (?P<joined>[A-Za-z]{{2,20}})-?(?P<joined_number>\d{{1,3}})(?P<joined_plural>s?)(?![A-Za-z0-9_\-@]|\.\w)
    | (?<![A-Za-z0-9_\[])(?P<loud>[A-Z]{{2,20}})[ ](?P<loud_number>\d{{1,3}})(?![A-Za-z0-9\-]|[ .]\d)
    | (?<![A-Za-z0-9_\[])(?P<alone>CLIENT|CLINICIAN)(?P<alone_plural>s?)(?![A-Za-z0-9_])
    )(?P<escaped>&[\#a-z0-9]{{2,6}};(?=s\b))?""",
    re.VERBOSE,
)
"""`[PARTNER_1]`, `[[partner 01]]`, `Partner\\_1`, `PARTNER 1`, `PARTNER-1`, `CLIENT`; no part of a number."""

_INVENTED = re.compile(r"\[{1,2}(?P<words>[A-Z][A-Z0-9 _'’-]{1,40})\]{1,2}")

STEMS: Final = listed(
    "CLIENT CLINICIAN PARTNER CHILD PARENT GUARDIAN INTERPRETER MEMBER SIBLING RELATIVE "
    "FRIEND PERSON SURNAME COLLEAGUE PET CITY PLACE ADDRESS ZIP EMPLOYER SCHOOL HOSPITAL "
    "CHURCH ORGANIZATION DATE AGE PHONE FAX EMAIL URL USERNAME SSN MRN ID ACCOUNT CARD "
    "IBAN PLATE VIN IP LICENSE OTHER TEXT NAME"
)
"""Stems the masker itself uses; a record may add others."""


def placeholder(stem: str, number: int | None) -> str:
    """As the masker writes it: `[PARTNER_1]`, `[CLIENT]`."""
    return f"[{stem}]" if number is None else f"[{stem}_{number}]"


def parts(match: re.Match[str]) -> tuple[str, int | None, bool]:
    """Stem in capitals, number without leading zeros, and whether it stood in the plural."""
    group = match.groupdict()
    stem = _first(group, "stem", "bare", "joined", "loud", "alone")
    number = _first(group, "number", "bare_number", "joined_number", "loud_number")
    plural = _first(group, "plural", "outer_plural", "bare_plural", "joined_plural", "alone_plural")
    if not number and group["plural"]:
        stem, plural = stem + group["plural"], group["outer_plural"] or ""
    return stem.upper(), int(number) if number else None, bool(plural)


def _first(group: dict[str, str | None], *names: str) -> str:
    return next((found for name in names if (found := group[name])), "")


def invented(text: str) -> Iterator[re.Match[str]]:
    """`[CLIENT NAME]`, `[PERSON_A]`: what a model makes up where it wants to be told.

    All in capitals, in brackets, with a word that a placeholder of the box could begin with.
    """
    for match in _INVENTED.finditer(text):
        is_ours = STEMS.intersection(re.findall(r"[A-Z]+", match["words"]))
        if is_ours and LOOKS_LIKE.search(match[0]) is None:
            yield match


def is_suspicious(match: re.Match[str]) -> bool:
    """True if the token could pass for one of the box's placeholders, and not for bracketed prose."""
    stem, number, _ = parts(match)
    if match["loud"] or match["joined"]:
        return stem in STEMS
    if number is not None:
        return True
    return stem in STEMS
