"""How a clinician wants notes written: practice, clinician and client settings, nearest wins."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum


class Verbosity(StrEnum):
    """How much of what was said goes into the note."""

    CONCISE = "concise"
    """What matters most, a few sentences a section."""
    INTERMEDIATE = "intermediate"
    """What a colleague taking over would need."""
    DETAILED = "detailed"
    """Nearly everything said that belongs in a note."""


class Layout(StrEnum):
    """How the statements of a section stand in the note."""

    LINES = "lines"
    """One sentence a line."""
    PROSE = "prose"
    """One paragraph a section."""
    BULLETS = "bullets"
    """A list."""


WORD_BUDGETS: dict[Verbosity, int] = {
    Verbosity.CONCISE: 250,
    Verbosity.INTERMEDIATE: 600,
    Verbosity.DETAILED: 2000,
}
"""Words of a draft at most, unless another number is chosen. Risk is told beyond it."""
FEWEST_WORDS, MOST_WORDS = 60, 5000


class PronounChoice(StrEnum):
    """Which pronouns the note uses for the client."""

    NONE = "none"
    """No pronouns: the client term is repeated."""
    SHE = "she"
    """she, her, hers"""
    HE = "he"
    """he, him, his"""
    THEY = "they"
    """they, them, theirs"""


@dataclass(frozen=True, kw_only=True)
class Pronouns:
    """The five forms of a pronoun."""

    subject: str
    object: str
    possessive_adjective: str
    possessive: str
    reflexive: str


PRONOUNS: dict[PronounChoice, Pronouns] = {
    PronounChoice.SHE: Pronouns(
        subject="she",
        object="her",
        possessive_adjective="her",
        possessive="hers",
        reflexive="herself",
    ),
    PronounChoice.HE: Pronouns(
        subject="he",
        object="him",
        possessive_adjective="his",
        possessive="his",
        reflexive="himself",
    ),
    PronounChoice.THEY: Pronouns(
        subject="they",
        object="them",
        possessive_adjective="their",
        possessive="theirs",
        reflexive="themself",
    ),
}

METHODS: dict[str, str] = {
    "ACT": "Acceptance and Commitment Therapy",
    "CBT": "Cognitive Behavioral Therapy",
    "CPT": "Cognitive Processing Therapy",
    "DBT": "Dialectical Behavior Therapy",
    "EFT": "Emotionally Focused Therapy",
    "EMDR": "Eye Movement Desensitization and Reprocessing",
    "ERP": "Exposure and Response Prevention",
    "Gottman": "Gottman Method",
    "IFS": "Internal Family Systems",
    "MI": "Motivational Interviewing",
    "Mindfulness": "Mindfulness-Based Therapy",
    "Narrative": "Narrative Therapy",
    "PE": "Prolonged Exposure",
    "Person-Centered": "Person-Centered Therapy",
    "Play": "Play Therapy",
    "Psychodynamic": "Psychodynamic Therapy",
    "SFBT": "Solution-Focused Brief Therapy",
    "Somatic": "Somatic Therapy",
    "Supportive": "Supportive Therapy",
    "TF-CBT": "Trauma-Focused Cognitive Behavioral Therapy",
}


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """One level's choices; None means "as the level above says"."""

    format_key: str | None = None
    clinician_term: str | None = None
    client_term: str | None = None
    pronouns: PronounChoice | None = None
    verbosity: Verbosity | None = None
    methods: tuple[str, ...] | None = None
    layout: Layout | None = None
    words_at_most: int | None = None


@dataclass(frozen=True, kw_only=True)
class ChosenPreferences:
    """Every choice made: what one draft is written by."""

    format_key: str = "soap"
    clinician_term: str = "therapist"
    client_term: str = "client"
    pronouns: PronounChoice = PronounChoice.THEY
    verbosity: Verbosity = Verbosity.INTERMEDIATE
    methods: tuple[str, ...] = ()
    layout: Layout = Layout.LINES
    words_at_most: int | None = None

    @property
    def word_budget(self) -> int:
        """Words of a draft at most: the number chosen, else the verbosity's own."""
        return self.words_at_most or WORD_BUDGETS[self.verbosity]


def choose(levels: Iterable[Preferences]) -> ChosenPreferences:
    """Settle every choice from levels given farthest first (practice, clinician, client): nearest wins."""
    chosen = ChosenPreferences()
    for level in levels:
        made = {f.name: getattr(level, f.name) for f in fields(level)}
        chosen = replace(
            chosen, **{name: value for name, value in made.items() if value is not None}
        )
    return chosen
