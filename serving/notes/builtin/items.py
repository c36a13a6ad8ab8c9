"""One thing that may stand in a note, before it has been put into a section and a sentence."""

from dataclasses import dataclass
from enum import StrEnum

from serving.wire import Role


class Subject(StrEnum):
    """Who a statement begins with."""

    CLIENT = "client"
    """The client term, or a pronoun where one is unmistakable."""
    CLINICIAN = "clinician"
    """The clinician term."""
    BOTH = "both"
    """Clinician and client together."""
    NONE = "none"
    """The words stand as they are."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A statement in the making.

    `text` follows the subject ("reported poor sleep"), or is the whole statement for
    `Subject.NONE`. From speech, `quotes` is what was said word for word and `text` how ("said",
    "asked"); `answers` are (speaker, words) that belong with it, `question` the (id, words) that it
    answers, told at every verbosity where it `needs_question`. `weight`: higher is kept longer.
    `position`: order in the encounter. `part_of`: the utterance that fragments share.
    """

    role: Role
    text: str
    sources: tuple[str, ...]
    position: int
    subject: Subject = Subject.NONE
    speaker: str = ""
    quotes: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    question: tuple[str, str] | None = None
    needs_question: bool = False
    weight: float = 1.0
    is_risk: bool = False
    names_others: bool = False
    part_of: str = ""
