"""A document to print: headings, facts and paragraphs, before any library knows of it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of a certificate. `is_code`: an id, hash or signature, set in fixed width."""

    label: str
    value: str
    is_code: bool = False


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One certificate on paper."""

    heading: str
    lead: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A whole document: what it is about, its leaves, and how to check it."""

    title: str
    about: tuple[Fact, ...]
    leaves: tuple[Leaf, ...]
    closing: tuple[Fact, ...]
