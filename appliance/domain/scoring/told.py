"""A finished note as scoring reads it: statements, what each cites, and what stands in quotes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appliance.domain.note import NoteDraft, NoteFormat, Support
from appliance.domain.preferences import METHODS
from appliance.domain.scoring.techniques import families, without_techniques
from appliance.domain.scoring.words import content, holds

_BRACKETS = re.compile(r"\([^()]*\)")
_QUOTE = re.compile(r'"([^"]*)"')
_FRAME = frozenset(
    content(
        """
        asked answered answer said also added replied responded stated summary told noted observed
        observation record plan homework reviewed review proposed agreed accepted declined response
        reflected session seen heard word words own risk named work focus invited explored offered
        settled next member partner parent child group couple family someone today earlier later
        agreement task between set last time outcome open recorded put clarified explained named
        denied endorsed described discussed given taken continued remains open follow up regarding instead
        """
        + " ".join(METHODS)
    )
)
"""What a writer puts around what was said, and the names of methods."""
_WORDS_HELD = 0.8


@dataclass(frozen=True, kw_only=True)
class Told:
    """One statement of a finished note."""

    section: str
    text: str
    sources: tuple[str, ...]
    is_supported: bool
    only_observed: bool
    is_plan: bool

    @property
    def quotes(self) -> tuple[str, ...]:
        return tuple(_QUOTE.findall(self.text))

    @property
    def around(self) -> str:
        """What the writer itself says: everything outside quotation marks."""
        return _QUOTE.sub(" ", self.text)

    @property
    def claims(self) -> str:
        """The same without names of interventions, which stand in brackets or in a word."""
        return without_techniques(_BRACKETS.sub(_unless_a_name, self.around))


def told(draft: NoteDraft, note_format: NoteFormat) -> tuple[Told, ...]:
    """Every statement of the draft in order.

    Of a format that has one section for everything, the plan begins where "Plan:" stands.
    """
    sections = {section.key: section for section in note_format.sections}
    return tuple(
        Told(
            section=section.key,
            text=statement.text,
            sources=statement.sources,
            is_supported=statement.support is not Support.UNSUPPORTED,
            only_observed=sections[section.key].only_observed,
            is_plan=sections[section.key].holds[:1] == ("plan",)
            or _begins_the_plan([s.text for s in section.statements[: number + 1]]),
        )
        for section in draft.sections
        for number, statement in enumerate(section.statements)
    )


def _begins_the_plan(texts: list[str]) -> bool:
    return any(text.startswith("Plan:") for text in texts)


def citing(statements: Iterable[Told], ids: Iterable[str]) -> list[Told]:
    """Those that rest on any of the ids."""
    wanted = frozenset(ids)
    return [statement for statement in statements if wanted.intersection(statement.sources)]


def is_unsupported(statement: Told, said: Mapping[str, str]) -> bool:
    """True for a statement that its own sources do not carry.

    It cites nothing that exists; or a quoted stretch does not stand in a cited source word for word
    (an ellipsis may leave words out); or a number stands in it that stands in none of them; or more
    than a fifth of its other words of meaning, the frame and names of interventions aside, are in
    none of them.
    """
    cited = [said[source] for source in statement.sources if source in said]
    if not cited or not statement.is_supported:
        return True
    sources = [_plain(text) for text in cited]
    if any(not _stands(piece, sources) for q in statement.quotes for piece in q.split("…")):
        return True
    there = {word for text in cited for word in content(text)}
    own = [w for w in content(statement.claims) if w not in _FRAME]
    if any(word.isdigit() and word not in there for word in own):
        return True
    held = sum(holds(word, there) for word in own)
    return bool(own) and held < _WORDS_HELD * len(own)


def _unless_a_name(match: re.Match[str]) -> str:
    return " " if families(match.group()) else match.group()


def _stands(piece: str, sources: list[str]) -> bool:
    words = _plain(piece)
    return not words or any(words in source for source in sources)


def _plain(text: str) -> str:
    """Letters and figures only: marks, capitals and remarks in brackets do not count."""
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"\([^)]*\)|\[[a-z ]*\]", " ", text).lower()))
