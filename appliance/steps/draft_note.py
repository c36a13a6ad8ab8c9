"""Masked text → note draft: through the gate once more, to the writer, and names back in."""

from collections.abc import Mapping
from dataclasses import replace

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.errors import GateBlocked, NoMaterial
from appliance.domain.formats import FORMATS
from appliance.domain.lifecycle import Event
from appliance.domain.masking.findings import Findings, find_mentions
from appliance.domain.masking.masked import MaskedLine, MaskedText, MaskMap
from appliance.domain.masking.restore import as_said, restore, unmask
from appliance.domain.note import DraftSection, NoteDraft, NoteFormat, Statement, Support
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.retention import ArtefactKind
from appliance.domain.sealed import StoredMaskedText
from appliance.domain.support.judge import UNCHECKED, judge
from appliance.domain.support.verdict import Answer, Line
from appliance.domain.written import WrittenDraft, WrittenStatement
from appliance.steps import artefacts
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.moves import hold_up, hold_up_at_gate, move, schedule, still_there
from appliance.steps.sources import (
    chosen_preferences,
    client_record_of,
    findings_of,
    known_record,
    sheet_of,
)


def draft_note(box: Box, encounter: Encounter) -> Encounter:
    """Write one encounter's draft; repeatable until it commits. Raises Unavailable to be retried."""
    with box.database.read() as records:
        text = artefacts.require(records, ArtefactKind.MASKED_TEXT, encounter_id=encounter.id)
        names = artefacts.require(records, ArtefactKind.MASK_MAP, encounter_id=encounter.id)
        stored = artefacts.read(records, box.vault, text, StoredMaskedText)
        mask_map = artefacts.read(records, box.vault, names, MaskMap)
        record = client_record_of(records, box, encounter)
        sheet = sheet_of(records, box, encounter)
        decided = findings_of(records, box, encounter)
        known = known_record(record, sheet, records.people.accounts(), encounter, decided)
        chosen = chosen_preferences(records, record, encounter)
    note_format = FORMATS[chosen.format_key]
    try:
        masked = box.masker.readmit(
            stored.origin,
            stored.utterances,
            stored.observations,
            stored.record_facts,
            known,
            mask_map,
        )
        written = box.writer.write(masked, encounter.kind, note_format, chosen)
    except GateBlocked:
        lines = (*stored.utterances, *stored.observations, *stored.record_facts)
        left = box.masker.left_in(lines, known, mask_map)
        mentions = find_mentions(unmask(lines, mask_map), left, mask_map)
        if not mentions:
            return _hold_up(box, encounter, text, Attention.PAYLOAD_BLOCKED)
        found = replace(decided, mentions=mentions)
        return _hold_up(box, encounter, text, Attention.GATE_BLOCKED, found)
    except NoMaterial:
        return _hold_up(box, encounter, text, Attention.NO_MATERIAL)
    draft = assemble(written, masked, mask_map, note_format, chosen)
    return _store(box, encounter, text, draft)


def assemble(
    written: WrittenDraft,
    masked: MaskedText,
    mask_map: MaskMap,
    note_format: NoteFormat,
    chosen: ChosenPreferences,
) -> NoteDraft:
    """Names back in, each statement checked against its sources, what cannot stand withheld.

    A statement that names a source which does not exist, or differs from what it cites, is
    unsupported; in a section that holds only what was observed it is left out, and the section says
    "not discussed" (P7). What the check cannot decide is kept and marked unchecked.
    """
    existing = {line.id: line for line in masked.lines()}
    spoken_as = {"CLIENT": chosen.client_term, "CLINICIAN": chosen.clinician_term}
    by_key = dict(written.sections)
    unknown: list[str] = []
    sections = []
    for section in note_format.sections:
        statements = []
        for item in by_key.get(section.key, ()):
            support, doubt = _support_of(item, existing, chosen, is_built_in=written.is_built_in)
            if section.only_observed and support is Support.UNSUPPORTED:
                continue
            restored = restore(item.text, as_said(mask_map, item.sources), spoken_as)
            unknown += restored.unknown
            statements.append(
                Statement(
                    text=restored.text,
                    sources=tuple(source for source in item.sources if source in existing),
                    support=support,
                    doubt=doubt,
                )
            )
        sections.append(
            DraftSection(key=section.key, title=section.title, statements=tuple(statements))
        )
    return NoteDraft(
        format_key=note_format.key,
        sections=tuple(sections),
        made_by=written.engine,
        is_built_in=written.is_built_in,
        unknown_placeholders=tuple(dict.fromkeys(unknown)),
        layout=chosen.layout,
    )


def _support_of(
    item: WrittenStatement,
    existing: Mapping[str, MaskedLine],
    chosen: ChosenPreferences,
    *,
    is_built_in: bool,
) -> tuple[Support, str]:
    """What the check says of a statement, and why in a reader's words.

    The built-in writer quotes, or rewrites by a closed table: where the check would contradict it,
    it is the check that cannot follow.
    """
    if not item.is_supported or not item.sources or not set(item.sources) <= existing.keys():
        return Support.UNSUPPORTED, ""
    lines = [Line(speaker=existing[at].speaker, text=existing[at].text) for at in item.sources]
    verdict = judge(
        item.text,
        lines,
        client_term=chosen.client_term,
        clinician_term=chosen.clinician_term,
    )
    if verdict.answer is Answer.UNSUPPORTED and not is_built_in:
        return Support.UNSUPPORTED, verdict.reason
    if verdict.answer is Answer.SUPPORTED:
        return Support.SUPPORTED, ""
    return Support.UNCHECKED, UNCHECKED.reason


def _store(box: Box, encounter: Encounter, source: Artefact, draft: NoteDraft) -> Encounter:
    now = box.clock.now()
    with box.database.write() as records:
        current = still_there(records, encounter, source)
        artefacts.keep(
            records,
            box.vault,
            ArtefactKind.DRAFT,
            draft,
            now=now,
            encounter_id=current.id,
            client_id=current.client_id,
            due_at=schedule(records).due_at(
                ArtefactKind.DRAFT, now, first_word_at=current.first_word_at
            ),
        )
        statements = [s for section in draft.sections for s in section.statements]
        facts: dict[str, str | int] = {
            "statements": len(statements),
            "unchecked": sum(s.support is Support.UNCHECKED for s in statements),
            "format": draft.format_key,
        }
        note(records, Action.DRAFT_WRITTEN, now, encounter=current, facts=facts)
        return move(records, current, Event.DRAFT_WRITTEN)


def _hold_up(
    box: Box,
    encounter: Encounter,
    source: Artefact,
    attention: Attention,
    found: Findings | None = None,
) -> Encounter:
    now = box.clock.now()
    with box.database.write() as records:
        current = still_there(records, encounter, source)
        facts: dict[str, str | int] = {"step": "draft_note", "code": attention.value}
        note(records, Action.STEP_FAILED, now, encounter=current, facts=facts)
        if found is not None:
            return hold_up_at_gate(records, box, current, source, found)
        return hold_up(records, current, attention)
