"""Domain types to wire types and back."""

from appliance.adapters.inference.style import style
from appliance.domain.encounter import EncounterKind
from appliance.domain.masking.masked import MaskedLine, MaskedText
from appliance.domain.note import NoteFormat
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.recording import HeardPhrase, HeardWindow
from appliance.domain.transcript import UNSURE_BELOW
from appliance.domain.written import WrittenDraft, WrittenStatement
from serving.wire import (
    DraftedSection,
    DraftReply,
    DraftRequest,
    Engine,
    Phrase,
    SectionSpec,
    Source,
    Transcription,
    Word,
)

BUILT_IN_WRITER = "built-in writer"


def heard_window(heard: Transcription) -> HeardWindow:
    """What was heard; phrases without words are left out."""
    return HeardWindow(
        phrases=tuple(_phrase(phrase) for phrase in heard.phrases if phrase.words),
        engine=_name(heard.engine),
        is_demo_engine=heard.engine.is_demo,
        speech_seconds=heard.speech_seconds,
    )


def draft_request(
    masked: MaskedText,
    kind: EncounterKind,
    note_format: NoteFormat,
    preferences: ChosenPreferences,
) -> DraftRequest:
    """Everything the note model is given, and nothing that did not pass the gate."""
    return DraftRequest.model_validate(
        {
            "format_key": note_format.key,
            "sections": tuple(
                SectionSpec.model_validate(
                    {
                        "key": section.key,
                        "title": section.title,
                        "holds": section.holds,
                        "only_observed": section.only_observed,
                        "guidance": section.guidance,
                    }
                )
                for section in note_format.sections
            ),
            "encounter_kind": kind.value,
            "origin": masked.origin.value,
            "utterances": _sources(masked.utterances),
            "observations": _sources(masked.observations),
            "record_facts": _sources(masked.record_facts),
            "style": style(preferences),
        }
    )


def written_draft(reply: DraftReply) -> WrittenDraft:
    """The draft, without the statements that the engine itself withheld."""
    return WrittenDraft(
        sections=tuple((section.key, _statements(section)) for section in reply.sections),
        engine=_name(reply.engine),
        is_built_in=reply.engine.name == BUILT_IN_WRITER,
        prefill_tokens=reply.prefill_tokens,
        decode_tokens=reply.decode_tokens,
    )


def _statements(section: DraftedSection) -> tuple[WrittenStatement, ...]:
    return tuple(
        WrittenStatement(
            text=statement.text,
            sources=statement.sources,
            is_supported=statement.support == "supported",
        )
        for statement in section.statements
        if statement.support != "withheld"
    )


def _phrase(phrase: Phrase) -> HeardPhrase:
    # An engine's word may be empty or hold a blank: places count what a reader sees as words.
    seen = [(part, word) for word in phrase.words for part in word.text.split()]
    return HeardPhrase(
        text=" ".join(part for part, _ in seen),
        start_seconds=phrase.words[0].start_seconds,
        end_seconds=phrase.words[-1].end_seconds,
        unsure=tuple(place for place, (_, word) in enumerate(seen) if _is_unsure(word)),
    )


def _is_unsure(word: Word) -> bool:
    return word.confidence is not None and word.confidence < UNSURE_BELOW


def _sources(lines: tuple[MaskedLine, ...]) -> tuple[Source, ...]:
    return tuple(Source(id=line.id, speaker=line.speaker, text=line.text) for line in lines)


def _name(engine: Engine) -> str:
    return f"{engine.name} {engine.version}"
