"""The clinician at work on a draft: edits, a redraft, a note by hand, or throwing the words away."""

from dataclasses import replace

from appliance.domain.audit import Action
from appliance.domain.encounter import Encounter
from appliance.domain.errors import EditedElsewhere, WrongStage
from appliance.domain.formats import FORMATS
from appliance.domain.lifecycle import STAGE_WORDS, Event, Stage
from appliance.domain.masking.restore import still_unknown
from appliance.domain.note import DraftSection, NoteDraft, NoteFormat, Statement, Support
from appliance.domain.people import Account
from appliance.domain.preferences import Preferences
from appliance.domain.retention import BEFORE_SIGNING, ArtefactKind, Rule
from appliance.domain.sentences import readable
from appliance.steps import artefacts
from appliance.steps.access import note, own_encounter
from appliance.steps.box import Box
from appliance.steps.moves import doom, move, require_unheld, schedule
from appliance.steps.sources import chosen_preferences, client_record_of

BY_HAND = "written by hand"
SECTION_LIMIT_CHARACTERS = 50_000


def save_edits(
    box: Box,
    actor: Account,
    encounter_id: str,
    revision: int,
    texts: dict[str, str],
    *,
    confirmed: frozenset[str] = frozenset(),
) -> Encounter:
    """A new draft revision with the clinician's text by section key, and the deadline of the last.

    Sentences left as they were keep their sources; changed ones are the clinician's own, and so are
    those that rested on nothing and are `confirmed` (their text, word for word). Raises
    EditedElsewhere when `revision` is not the newest, WrongStage, TextTooLong, TextNotReadable.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        if encounter.stage is not Stage.DRAFTED:
            raise WrongStage(details={"stage": STAGE_WORDS[encounter.stage]})
        if encounter.revision != revision:
            raise EditedElsewhere(encounter_id=encounter_id)
        artefact = artefacts.require(records, ArtefactKind.DRAFT, encounter_id=encounter_id)
        draft = artefacts.read(records, box.vault, artefact, NoteDraft)
        artefacts.keep(
            records,
            box.vault,
            ArtefactKind.DRAFT,
            edited(draft, texts, confirmed),
            now=now,
            encounter_id=encounter_id,
            client_id=encounter.client_id,
            due_at=artefact.due_at,
        )
        note(records, Action.DRAFT_EDITED, now, actor=actor, encounter=encounter)
        return records.encounters.save(encounter)


def edited(
    draft: NoteDraft, texts: dict[str, str], confirmed: frozenset[str] = frozenset()
) -> NoteDraft:
    """The draft with the clinician's lines, one statement a line."""
    sections = tuple(
        _confirmed(
            replace(section, statements=_lines(section, texts[section.key]))
            if section.key in texts
            else section,
            confirmed,
        )
        for section in draft.sections
    )
    body = "\n".join(s.text for section in sections for s in section.statements)
    return replace(
        draft,
        sections=sections,
        unknown_placeholders=still_unknown(body, draft.unknown_placeholders),
    )


def ask_redraft(box: Box, actor: Account, encounter_id: str, preferences: Preferences) -> Encounter:
    """Draft again from the same words in another way. Raises Destroyed when they are gone."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        held_up = encounter.stage in (Stage.TRANSCRIBED, Stage.MASKED)
        artefacts.require(records, ArtefactKind.TRANSCRIPT, encounter_id=encounter_id)
        note(records, Action.REDRAFT_ASKED, now, actor=actor, encounter=encounter)
        if held_up:
            return records.encounters.save(
                replace(
                    encounter,
                    stage=Stage.TRANSCRIBED,
                    preferences=preferences,
                    attention=None,
                    attempts=0,
                    not_before_at=None,
                )
            )
        return move(records, encounter, Event.REDRAFT_ASKED, preferences=preferences)


def begin_by_hand(box: Box, actor: Account, encounter_id: str, typed: str = "") -> Encounter:
    """A draft for the clinician to fill: no words, no model.

    What was `typed` already stands in the first section, line by line, as the clinician's own.
    Raises TextTooLong, TextNotReadable, WrongStage.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        deadline = schedule(records).due_at(
            ArtefactKind.DRAFT, now, first_word_at=encounter.first_word_at
        )
        record = client_record_of(records, box, encounter)
        note_format = FORMATS[chosen_preferences(records, record, encounter).format_key]
        if encounter.kind.needs_no_words:
            note_format = FORMATS["narrative"]
        empty = NoteDraft(
            format_key=note_format.key,
            sections=_sections(note_format, typed),
            made_by=BY_HAND,
            is_built_in=False,
        )
        artefacts.keep(
            records,
            box.vault,
            ArtefactKind.DRAFT,
            empty,
            now=now,
            encounter_id=encounter_id,
            client_id=encounter.client_id,
            due_at=deadline,
        )
        note(records, Action.DRAFT_WRITTEN, now, actor=actor, encounter=encounter)
        return move(records, encounter, Event.NOTE_BEGUN_BY_HAND)


def discard_words(box: Box, actor: Account, encounter_id: str) -> Encounter:
    """Destroy words and drafts and start over. Raises WrongStage once signed, UnderLegalHold."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        require_unheld(records, encounter.client_id)
        moved = move(records, encounter, Event.WORDS_DISCARDED, origin=None, first_word_at=None)
        doom(records, encounter, BEFORE_SIGNING, Rule.DISCARDED, now, actor=actor)
        note(records, Action.WORDS_DISCARDED, now, actor=actor, encounter=encounter)
    return moved


def _sections(note_format: NoteFormat, typed: str) -> tuple[DraftSection, ...]:
    first, *others = (DraftSection(key=s.key, title=s.title) for s in note_format.sections)
    return (replace(first, statements=_lines(first, typed)), *others)


def _lines(section: DraftSection, text: str) -> tuple[Statement, ...]:
    if not text.strip():
        return ()
    before = {statement.text: statement for statement in section.statements}
    lines = readable(text, SECTION_LIMIT_CHARACTERS).splitlines()
    return tuple(
        before.get(line.strip(), Statement(text=line.strip(), support=Support.CLINICIAN))
        for line in lines
        if line.strip()
    )


def _confirmed(section: DraftSection, confirmed: frozenset[str]) -> DraftSection:
    """Statements that rest on nothing become the clinician's own where they confirm them."""
    return replace(
        section,
        statements=tuple(
            replace(statement, support=Support.CLINICIAN)
            if statement.support is Support.UNSUPPORTED and statement.text in confirmed
            else statement
            for statement in section.statements
        ),
    )
