"""The one grammar of placeholders: how they are written, and what counts as looking like one."""

import re
from typing import Final

from appliance.domain.masking.vocabulary import listed

LOOKS_LIKE: Final = re.compile(
    r"""
    \[{1,2}[ \t]*
      (?P<stem>[A-Za-z]{2,20})(?:[ \t_\-]*(?P<number>\d{1,6}))?(?P<plural>s?)
      [ \t]*\]{1,2}(?P<outer_plural>s(?![A-Za-z0-9_]))?
    | (?<![A-Za-z0-9\[])(?<![A-Za-z0-9]_)\[?
      (?P<bare>[A-Za-z]{2,20})_(?P<bare_number>\d{1,6})(?P<bare_plural>s?)
      (?![A-Za-z0-9])\]?
    | (?<![A-Za-z0-9_\[])(?P<loud>[A-Z]{2,20})[ ](?P<loud_number>\d{1,3})(?![A-Za-z0-9\-]|[ .]\d)
    | (?<![A-Za-z0-9_\[])(?P<alone>CLIENT|CLINICIAN)(?P<alone_plural>s?)(?![A-Za-z0-9_])
    """,
    re.VERBOSE,
)
"""`[PARTNER_1]`, `[[partner 01]]`, `Partner_1`, `PARTNER 1`, `CLIENT`; no part of a longer number."""

STEMS: Final = listed(
    "CLIENT CLINICIAN PARTNER CHILD PARENT GUARDIAN INTERPRETER MEMBER SIBLING RELATIVE "
    "FRIEND PERSON SURNAME COLLEAGUE PET CITY PLACE ADDRESS ZIP EMPLOYER SCHOOL HOSPITAL "
    "CHURCH ORGANIZATION DATE AGE PHONE FAX EMAIL URL USERNAME SSN MRN ID ACCOUNT CARD "
    "IBAN PLATE VIN IP LICENSE OTHER TEXT NAME"
)
"""Stems the masker itself uses; a record may add others."""


def placeholder(stem: str, number: int | None) -> str:
    """`[PARTNER_1]`, `[[partner 01]]`, `Partner_1`, `PARTNER 1`, `CLIENT`; no part of a longer number."""
    return f"[{stem}]" if number is None else f"[{stem}_{number}]"


def parts(match: re.Match[str]) -> tuple[str, int | None, bool]:
    """Stem in capitals, number without leading zeros, and whether it stood in the plural."""
    group = match.groupdict()
    stem = group["stem"] or group["bare"] or group["loud"] or group["alone"] or ""
    number = group["number"] or group["bare_number"] or group["loud_number"]
    plural = (
        group["plural"] or group["outer_plural"] or group["bare_plural"] or group["alone_plural"]
    )
    if number is None and group["plural"]:
        stem, plural = stem + group["plural"], group["outer_plural"]
    return stem.upper(), int(number) if number else None, bool(plural)


def is_suspicious(match: re.Match[str]) -> bool:
    """True if the token could pass for one of the box's placeholders, and not for bracketed prose."""
    stem, number, _ = parts(match)
    if match["loud"]:
        return stem in STEMS
    if number is not None:
        return True
    return stem in STEMS
