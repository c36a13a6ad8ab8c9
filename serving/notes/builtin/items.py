"""A turn of talk, and what may stand in a note before it is put into a section and a sentence."""

from dataclasses import dataclass
from enum import StrEnum

from serving.wire import Role, Verbosity


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
class Turn:
    """A turn of talk, cleaned; `index` is its place."""

    id: str
    speaker: str
    text: str
    index: int

    @property
    def is_clinicians(self) -> bool:
        return self.speaker == "clinician"

    @property
    def is_unattributed(self) -> bool:
        return self.speaker == "unknown"

    @property
    def may_ask(self) -> bool:
        """Clinicians ask; a speaker who could not be told apart may be one."""
        return self.is_clinicians or self.is_unattributed


@dataclass(frozen=True, kw_only=True)
class Item:
    """A statement in the making.

    `text` follows the subject ("reported poor sleep"), or is the whole statement for
    `Subject.NONE`. From speech, `quotes` is what was said word for word and `text` how ("said",
    "asked"); `answers` are (speaker, words) that belong with it, `question` the (id, words) that it
    answers, told at every verbosity where it `needs_question`. `weight`: higher is kept longer.
    `position`: order in the encounter. `part_of`: the utterance that fragments share.
    `techniques` name the clinician's work by the form of their words, `question_techniques` that of the
    question. `never_left_out`: told at every verbosity, though it is no risk (a negation, a dose, a score).
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
    never_left_out: bool = False
    is_from_record: bool = False
    techniques: tuple[str, ...] = ()
    question_techniques: tuple[str, ...] = ()

    def shows_question(self, verbosity: Verbosity) -> bool:
        """Whether the question is told with the answer.

        A response whose speaker is unknown is clearer with it; a concise note does without.
        """
        if self.question is None or self.needs_question or verbosity == "detailed":
            return self.question is not None
        is_bare = self.speaker == "unknown" and self.role == "response"
        return is_bare and verbosity == "intermediate"


def quoted_item(turn: Turn, role: Role, saying: str, *, weight: float, risky: bool = False) -> Item:
    """What was said, word for word; `saying` is how."""
    subject = {"clinician": Subject.CLINICIAN, "client": Subject.CLIENT}.get(
        turn.speaker, Subject.NONE
    )
    return Item(
        role=role,
        text=saying,
        subject=subject,
        speaker=turn.speaker,
        quotes=(turn.text,),
        sources=(turn.id,),
        position=0,
        weight=weight,
        is_risk=risky,
    )
