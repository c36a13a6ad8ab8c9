"""Pronouns for the client in typed text: only where no other person can be meant."""

import re
from collections.abc import Iterable
from dataclasses import replace

from serving.notes.builtin.items import Item, Subject
from serving.notes.builtin.sentences import outside_quotes, without_quotes
from serving.wire import Pronouns, Style

_LEADING = re.compile(r"(?P<who>[Ss]he|[Hh]e) (?=\w)")
_THEY_TELLING = re.compile(
    r"(?P<who>[Tt]hey) (?=(?:said|reported|denied|stated|felt|wanted|described|endorsed|rated|agreed)\b)"
)
_SUBJECT = re.compile(r"\b(?:she|he)\b(?P<verb> (?:was|has|is)\b)?")
_POSSESSIVE = re.compile(
    r"\bhis\b(?= \w)|\bher\b(?= (?!to|and|or|but|about|for|with|in|on|at|that|as|if|when)\w)"
)
_OBJECT = re.compile(r"\bhim\b|\bher\b")
_HER = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_HIS = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_PLURAL = {" was": " were", " has": " have", " is": " are", None: ""}


def with_pronouns(item: Item, style: Style, *, are_two: bool) -> Item:
    """She and he in typed text become the chosen pronoun, or the client term where there is none.

    An item that follows or contains talk of another person stays as it was typed; so does one of a
    summary that tells of `are_two`, her and him, unless the client is known to be one of them.
    """
    is_known = style.pronouns is not None and style.pronouns.subject != "they"
    if item.names_others or item.quotes or (are_two and not is_known):
        return item
    match = _LEADING.match(item.text)
    if match is None and style.pronouns is not None and style.pronouns.subject == "they":
        match = _THEY_TELLING.match(item.text)
    if match is not None and item.subject is Subject.NONE and _may_be_client(match["who"], style):
        item = replace(item, subject=Subject.CLIENT, text=item.text[match.end() :])
    return replace(item, text=outside_quotes(item.text, lambda part: _chosen(part, style)))


def speaks_of_two(texts: Iterable[str]) -> bool:
    """True where "she" and "he" both stand in a summary: which of them is the client is not said."""
    unquoted = " ".join(without_quotes(text) for text in texts)
    return _HER.search(unquoted) is not None and _HIS.search(unquoted) is not None


def _may_be_client(typed: str, style: Style) -> bool:
    return style.pronouns is None or style.pronouns.subject in ("they", typed.lower())


def _chosen(part: str, style: Style) -> str:
    chosen, term = style.pronouns, style.client_term
    if chosen is None:
        chosen = Pronouns(
            subject=term,
            object=term,
            possessive_adjective=f"{term}'s",
            possessive=f"{term}'s",
            reflexive=term,
        )
    elif chosen.subject != "they":
        return part
    part = _SUBJECT.sub(lambda m: chosen.subject + _agreeing(m["verb"], chosen), part)
    part = _POSSESSIVE.sub(chosen.possessive_adjective, part)
    return _OBJECT.sub(chosen.object, part)


def _agreeing(verb: str | None, chosen: Pronouns) -> str:
    return _PLURAL[verb] if chosen.subject == "they" else verb or ""
