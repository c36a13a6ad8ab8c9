"""The built-in note writer: deterministic, without any model, adding nothing that was not said."""

from collections.abc import Iterable, Sequence

from serving.notes.builtin.addressed import only_talk_of
from serving.notes.builtin.cleaning import clean
from serving.notes.builtin.from_speech import items_from_speech
from serving.notes.builtin.from_typed import items_from_typed
from serving.notes.builtin.items import Item
from serving.notes.builtin.material import has_material
from serving.notes.builtin.phrasing import Phrasing
from serving.notes.builtin.selection import (
    in_section_order,
    section_for,
    select,
    without_twice_told,
)
from serving.notes.builtin.sentences import words_of
from serving.notes.engine import NothingToWrite
from serving.wire import (
    DraftedSection,
    DraftReply,
    DraftRequest,
    Engine,
    SectionSpec,
    Source,
    Statement,
)

TABLES_VERSION = "3"
_FIRST, _LAST = -1, 1_000_000
_AT_ONCE = 8
_WORDS_IN_COMMON, _MOST_TOUCHING, _STEM, _LONGER_WORD = 2, 6, 5, 4
_EVERYWHERE = frozenset(
    [
        "client",
        "therapist",
        "said",
        "asked",
        "answered",
        "also",
        "that",
        "this",
        "with",
        "have",
        "week",
        "from",
        "plan",
    ]
)
"""Over the budget, an eighth of what may go goes at once."""


class BuiltInWriter:
    """Selects, orders and attributes what was said; see `serving.notes.engine.NotesEngine`."""

    @property
    def label(self) -> Engine:
        return Engine(name="built-in writer", version=TABLES_VERSION)

    def draft(self, request: DraftRequest) -> DraftReply:
        """A draft in the request's sections, each statement with the ids that it rests on.

        Raises NothingToWrite where nothing was said, too little, or the same words again and again.
        """
        if request.utterances and not has_material(request.utterances):
            raise NothingToWrite
        said = self._said(request)
        if not said and (request.utterances or not request.observations):
            raise NothingToWrite
        items = [*said, *_observed(request), *_recorded(request)]
        drafted = _within_budget(request, items)
        return DraftReply(
            engine=self.label,
            sections=drafted,
            prefill_tokens=_words(s.text for s in _sources(request)),
            decode_tokens=_words(s.text for section in drafted for s in section.statements),
        )

    def _said(self, request: DraftRequest) -> list[Item]:
        if request.origin == "typed":
            items = items_from_typed(request.utterances, request.style)
        else:
            items = items_from_speech(
                request.utterances, request.encounter_kind, request.style.methods
            )
        return select(items, request.style.verbosity, is_typed=request.origin == "typed")


def _within_budget(request: DraftRequest, items: list[Item]) -> tuple[DraftedSection, ...]:
    """The sections, the lightest items left out until the words are within the budget.

    Risk, what is never left out, plans and the clinician's own observations stay.
    """
    drafted = _sections(request, items)
    budget = request.style.word_budget
    while budget is not None and _length(drafted) > budget:
        light = sorted((i for i in items if _may_go(i)), key=lambda i: (i.weight, -i.position))
        if not light:
            break
        dropped = light[: max(1, len(light) // _AT_ONCE)]
        items = [item for item in items if item not in dropped]
        drafted = _sections(request, items)
    return drafted


def _may_go(item: Item) -> bool:
    is_kept = item.is_risk or item.never_left_out or item.role == "plan"
    return not is_kept and item.position not in (_FIRST, _LAST)


def _length(drafted: Sequence[DraftedSection]) -> int:
    return sum(len(s.text.split()) for section in drafted for s in section.statements)


def _sections(request: DraftRequest, items: Sequence[Item]) -> tuple[DraftedSection, ...]:
    phrasing = Phrasing(request.style)
    return tuple(
        DraftedSection(
            key=section.key, statements=tuple(_statements(section, request, items, phrasing))
        )
        for section in request.sections
    )


def _statements(
    section: SectionSpec, request: DraftRequest, items: Sequence[Item], phrasing: Phrasing
) -> list[Statement]:
    belonging = [
        item
        for item in items
        if section_for(item.role, request.sections, is_risk=item.is_risk) == section.key
    ]
    told = without_twice_told(belonging, request.style)
    return phrasing.statements(in_section_order(told, section.holds), section.holds)


def _observed(request: DraftRequest) -> list[Item]:
    """The clinician's own observations, verbatim, with the field named."""
    return [
        Item(
            role="observed",
            text=f"{_field(o)}: {text} ({request.style.clinician_term}'s observation)",
            sources=(o.id,),
            position=_FIRST,
            is_risk=o.speaker == "risk",
            part_of=o.id,
        )
        for o in request.observations
        if (text := _plain(o.text))
    ]


def _recorded(request: DraftRequest) -> list[Item]:
    """Facts of the client's record: for the assessment only, and never as if said today.

    A goal that today's words touch is named with them, and so is the last note's plan that was asked
    after; only a detailed note has the others, besides the diagnosis.
    """
    full = request.style.verbosity == "detailed"
    touched = {fact.id: _touching(fact, request.utterances) for fact in request.record_facts}
    if not any(_is_for_the_record(section) for section in request.sections):
        return []
    return [
        Item(
            role="assessment",
            text=f"From the record: {_named(fact)} {text}" + _touched(fact, touched[fact.id]),
            sources=(fact.id, *touched[fact.id]),
            position=_LAST,
            part_of=fact.id,
            is_from_record=True,
        )
        for fact in request.record_facts
        if (text := _plain(fact.text)) and (full or fact.speaker == "diagnosis" or touched[fact.id])
    ]


def _touching(fact: Source, utterances: Sequence[Source]) -> tuple[str, ...]:
    """Utterances of today with two or more of the fact's longer words: goals and the last plan only."""
    if fact.speaker == "diagnosis":
        return ()
    own = _stems(fact.text)
    found = [u.id for u in utterances if len(own & _stems(u.text)) >= _WORDS_IN_COMMON]
    return tuple(found[:_MOST_TOUCHING])


def _stems(text: str) -> set[str]:
    return {w[:_STEM] for w in words_of(text) if len(w) >= _LONGER_WORD and w not in _EVERYWHERE}


def _touched(fact: Source, ids: tuple[str, ...]) -> str:
    if not ids:
        return ""
    return (
        " (spoken of today)" if fact.speaker == "plan_goal" else " (asked after or spoken of today)"
    )


def _is_for_the_record(section: SectionSpec) -> bool:
    """An assessment, or a whole narrative; not what the client answered, as in BIRP's Response."""
    return section.holds[0] == "assessment" or {"assessment", "reported"} <= set(section.holds)


def _named(fact: Source) -> str:
    field = _field(fact).lower()
    return field if field == "diagnosis" else f"{field}:"


def _plain(text: str) -> str:
    return only_talk_of(clean(text)).strip(" .;")


def _field(source: Source) -> str:
    return source.speaker.replace("_", " ").capitalize()


def _sources(request: DraftRequest) -> Iterable[Source]:
    return (*request.utterances, *request.observations, *request.record_facts)


def _words(texts: Iterable[str]) -> int:
    return sum(len(words_of(text)) for text in texts)
