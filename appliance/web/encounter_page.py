"""One encounter's page: the same page after every change, with what was typed when it was refused."""

from collections.abc import Callable
from typing import Any

from flask import Response, request

from appliance.domain.attention import ATTENTION_WORDS
from appliance.domain.encounter import Attention, Modality, Observations, ParticipantRole
from appliance.domain.energy import Measured, energy_explanation, energy_line
from appliance.domain.errors import Absent, EditedElsewhere, QuietroomError, Unavailable
from appliance.domain.lifecycle import Stage
from appliance.domain.masking.restore import pieces
from appliance.domain.note import FORMATS
from appliance.domain.people import RecordKept
from appliance.domain.recording import RECORDING_LIMIT_BYTES, SAMPLE_RATE_HZ
from appliance.domain.sentences import SUMMARY_LIMIT_CHARACTERS
from appliance.steps.read_record import EncounterView, view_encounter
from appliance.steps.resolve_block import view_findings
from appliance.web.desk import UNPROCESSABLE, Desk, Problem, account, go, problem_of
from appliance.web.evidence import marker, section_texts, sources_of, where_said
from appliance.web.flow_steps import (
    can_take_back,
    flow_steps,
    has_everyones_answer,
    may_quote_others,
    may_record,
)
from appliance.web.preference_pages import CHOICES
from appliance.web.receipts import receipts, still_here
from appliance.web.shown_time import minutes_and_seconds
from appliance.web.wording import FOUND_AS, REMEDIES, REMEDY_LABELS, chip_of, progress_of

FIELD_OF_LABEL: dict[str, str] = {
    "client's name": "client_name",
    "client's birth date": "client_birth_date",
    "clinician and credentials": "clinician_line",
    "start time": "start_time",
    "stop time": "stop_time",
    "your confirmation of start and stop": "times_confirmed",
    "modality": "modality",
    "place of service": "place_of_service",
    "client's location": "client_location",
    "service code": "service_code",
    "diagnosis": "diagnosis",
    "plan goal": "plan_goal",
}
"""Which field of the page answers a missing header field, to lead there from the list."""

PLACES_OF_SERVICE = (
    "11 Office",
    "10 Telehealth in client's home",
    "02 Telehealth elsewhere",
    "12 Home",
    "03 School",
)
SERVICE_CODES = (
    "90791",
    "90832",
    "90834",
    "90837",
    "90839",
    "90846",
    "90847",
    "90853",
)
"""Codes that the fields suggest, none of them chosen (CMS place of service; AMA CPT numbers)."""

STEP_WORDS: dict[str, str] = {
    "transcribe": "turning it into words",
    "mask": "masking",
    "draft_note": "drafting",
}

UNDER_HOLD: dict[str, str] = {
    "Done. What the note was made from is being destroyed.": "Done. What the note was made from is "
    "set aside until the legal hold is lifted.",
}
"""What is said instead while a legal hold stands."""

OBSERVED: dict[str, tuple[str, str]] = {
    "appearance": ("Appearance and behavior", "How the client looked and acted"),
    "affect": ("Mood and affect", "What you saw, and what the client said it was"),
    "orientation": ("Orientation and thinking", "Alertness, orientation, thought process"),
    "risk": ("Risk", "What you asked, what was answered, what you did"),
    "other": ("Anything else you observed", ""),
}


def show(
    desk: Desk,
    encounter_id: str,
    *,
    problem: Problem | None = None,
    typed: Any = None,
    notice: str = "",
) -> Response:
    """The page as the encounter stands now. Raises Absent."""
    view = view_encounter(desk.box, account(), encounter_id)
    if view.holds and notice in UNDER_HOLD:
        notice = UNDER_HOLD[notice]
    return desk.page(
        "encounter.html",
        status=UNPROCESSABLE if problem else 200,
        problem=problem,
        typed=typed if typed is not None else {},
        notice=notice,
        **_shared(desk, view),
        **_draft_parts(view),
        **_found(desk, view),
        **_offers(desk, view),
    )


def attempt(
    desk: Desk, encounter_id: str, where: str, change: Callable[[], object], notice: str = ""
) -> Response:
    """Make a change and show the page again; a refusal appears at `where` with what was typed.

    Raises Absent and Unavailable: there is no page to show them on.
    """
    try:
        change()
    except (Unavailable, Absent) as error:
        if type(error) is Absent or isinstance(error, Unavailable):
            raise
        return _refused(desk, encounter_id, where, error)
    except QuietroomError as error:
        return _refused(desk, encounter_id, where, error)
    suffix = f"?did={notice}" if notice else ""
    return go(f"/encounters/{encounter_id}{suffix}")


def _refused(desk: Desk, encounter_id: str, where: str, error: QuietroomError) -> Response:
    problem = problem_of(where, error)
    if isinstance(error, EditedElsewhere):
        sentence = (
            "This session was changed in another window. What you typed is still here, and the "
            "other version is shown with it. Saving again keeps yours."
        )
        problem = Problem(where=where, sentence=sentence)
    return show(desk, encounter_id, problem=problem, typed=request.form)


def _shared(desk: Desk, view: EncounterView) -> dict[str, Any]:
    encounter = view.encounter
    attention = encounter.attention
    return {
        "view": view,
        "encounter": encounter,
        "stage": encounter.stage,
        "Stage": Stage,
        "is_own": encounter.clinician_id == account().id,
        "is_supervisor": encounter.clinician_id != account().id,
        "is_elsewhere": view.record_kept is RecordKept.ELSEWHERE,
        "chip": chip_of(encounter, desk.box.clock.now()),
        "steps": flow_steps(view),
        "progress": progress_of(encounter),
        "attention": ATTENTION_WORDS[attention] if attention else None,
        "remedies": REMEDIES.get(attention, ()) if attention else (),
        "remedy_labels": REMEDY_LABELS,
        "everyone_answered": has_everyones_answer(view),
        "may_record": may_record(view),
        "can_take_back": can_take_back(encounter),
        "may_quote_others": may_quote_others(view),
        "receipts": receipts(view),
        "still_here": still_here(view),
    }


def _found(desk: Desk, view: EncounterView) -> dict[str, Any]:
    """What the check found, for the clinician of this encounter alone."""
    encounter = view.encounter
    is_asked = encounter.attention is Attention.GATE_BLOCKED
    is_own = encounter.clinician_id == account().id
    found = view_findings(desk.box, account(), encounter.id) if is_asked and is_own else ()
    return {"findings": found, "found_as": FOUND_AS, "where_said": where_said}


def _draft_parts(view: EncounterView) -> dict[str, Any]:
    sources = sources_of(view)
    known = frozenset(source.id for source in sources)
    unknown = view.draft.unknown_placeholders if view.draft else ()
    return {
        "sources": sources,
        "pieces_of": lambda text: pieces(text, unknown),
        "marker": lambda statement: marker(statement, known),
        "texts": section_texts(view.draft) if view.draft else {},
        "format_title": FORMATS[view.draft.format_key].title if view.draft else "",
        "field_of_label": FIELD_OF_LABEL,
    }


def _offers(desk: Desk, view: EncounterView) -> dict[str, Any]:
    return {
        "own": view.encounter.preferences,
        "usual": view.chosen,
        "modalities": tuple(Modality),
        "participant_roles": tuple(r for r in ParticipantRole if r is not ParticipantRole.CLIENT),
        "places_of_service": PLACES_OF_SERVICE,
        "service_codes": SERVICE_CODES,
        "observed": OBSERVED,
        "has_observed": view.sheet.observations != Observations(),
        "summary_limit": SUMMARY_LIMIT_CHARACTERS,
        "recording_limit_bytes": RECORDING_LIMIT_BYTES,
        "Modality": Modality,
        "live_elapsed": minutes_and_seconds(_captured_seconds(view)),
        "has_room": desk.has_room_to_record(),
        "energy_line": _energy(desk, view),
        "step_words": STEP_WORDS,
        **CHOICES,
    }


def _captured_seconds(view: EncounterView) -> float:
    return view.capture.received_samples / SAMPLE_RATE_HZ if view.capture else 0.0


def _energy(desk: Desk, view: EncounterView) -> tuple[str, str]:
    """One line and what it does and does not say: this encounter's, or why there is none."""
    if view.energy_millijoules is None:
        return desk.energy_line(), ""
    used = Measured(millijoules=view.energy_millijoules)
    return energy_line(used), energy_explanation(used)
