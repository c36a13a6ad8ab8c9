"""Where an encounter stands on its way: the line of steps at the top of its page."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.consent import ConsentState
from appliance.domain.encounter import Encounter, EncounterKind
from appliance.domain.lifecycle import Stage
from appliance.domain.transcript import UNKNOWN_SPEAKER, Origin
from appliance.steps.edit_draft import BY_HAND
from appliance.steps.read_record import EncounterView


class StepState(StrEnum):
    """How far one step is."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True, kw_only=True)
class FlowStep:
    """One step's name and state."""

    title: str
    state: StepState


_SEVERAL = frozenset({EncounterKind.COUPLE, EncounterKind.FAMILY, EncounterKind.GROUP})

_AT: dict[Stage, str] = {
    Stage.OPEN: "Words",
    Stage.RECEIVING: "Words",
    Stage.RECORDED: "Words",
    Stage.TRANSCRIBED: "Draft",
    Stage.MASKED: "Draft",
    Stage.DRAFTED: "Sign",
    Stage.AWAITING_COSIGNATURE: "Sign",
    Stage.SIGNED: "Receipts",
    Stage.CLOSED: "Receipts",
}


def flow_steps(view: EncounterView) -> tuple[FlowStep, ...]:
    """Consent, words, draft, sign, receipts; a contact without words has the last three."""
    encounter = view.encounter
    titles = ["Consent", "Words", "Draft", "Sign", "Receipts"]
    current = _AT[encounter.stage]
    if encounter.kind.needs_no_words:
        titles = ["Note", "Sign", "Receipts"]
        current = "Note" if encounter.stage is Stage.OPEN else current
    elif encounter.stage is Stage.OPEN and not has_everyones_answer(view):
        current = "Consent"
    at = titles.index(current)
    return tuple(
        FlowStep(title=title, state=_state(number, at)) for number, title in enumerate(titles)
    )


def has_everyones_answer(view: EncounterView) -> bool:
    """True when each participant has said yes or no to being recorded."""
    return all(person.id in view.consents for person in view.sheet.participants)


def may_record(view: EncounterView) -> bool:
    """True when a recording would be taken: everyone listed, and at least one, has agreed."""
    people = view.sheet.participants
    return bool(people) and all(
        person.id in view.consents and view.consents[person.id].state is ConsentState.GIVEN
        for person in people
    )


def can_take_back(encounter: Encounter) -> bool:
    """True while what came of a recording can still be destroyed: until the note is signed."""
    before_and_after = (Stage.OPEN, Stage.RECEIVING, Stage.SIGNED)
    return encounter.origin is Origin.SPEECH and encounter.stage not in before_and_after


def may_quote_others(view: EncounterView) -> bool:
    """True where a draft from a recording can quote someone else than the client.

    Several spoke, and the box cannot tell their voices apart; once the words are gone, nobody can.
    """
    is_drafted = view.draft is not None and view.draft.made_by != BY_HAND
    is_spoken = is_drafted and view.encounter.origin is Origin.SPEECH
    are_several = view.encounter.kind in _SEVERAL or len(view.sheet.participants) > 1
    said = view.transcript.utterances if view.transcript else None
    is_unknown = said is None or any(u.speaker == UNKNOWN_SPEAKER for u in said)
    return is_spoken and are_several and is_unknown


def _state(number: int, at: int) -> StepState:
    if number == at:
        return StepState.CURRENT
    return StepState.DONE if number < at else StepState.AHEAD
