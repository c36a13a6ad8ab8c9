"""A draft at work: what the clinician typed is saved as one, sections, details and confirmations."""

from flask import Blueprint, Response, request

from appliance.domain.errors import EditedElsewhere
from appliance.steps.edit_draft import save_edits
from appliance.steps.prepare_encounter import fill_sheet
from appliance.steps.read_record import EncounterView, view_encounter
from appliance.web import forms
from appliance.web.desk import Desk, account, go
from appliance.web.encounter_page import attempt
from appliance.web.evidence import section_texts

SECTION = "section-"


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""

    @blueprint.post("/encounters/<encounter_id>/draft")
    def take_draft(encounter_id: str) -> Response:
        """Save; the button "review and sign" leads on to the text as it would be signed."""
        is_signing = request.form.get("then") == "sign"
        response = attempt(
            desk,
            encounter_id,
            "sign" if is_signing else "draft",
            lambda: _save(desk, encounter_id),
            notice="saved",
        )
        if response.status_code == 303 and is_signing:
            return go(f"/encounters/{encounter_id}/sign")
        return response


def _save(desk: Desk, encounter_id: str) -> None:
    """Raises EditedElsewhere, FieldsInvalid, TextTooLong, TextNotReadable, WrongStage."""
    form = request.form
    view = view_encounter(desk.box, account(), encounter_id)
    _fill_in(desk, view)
    texts = {
        name.removeprefix(SECTION): text.replace("\r\n", "\n")
        for name, text in form.items()
        if name.startswith(SECTION)
    }
    confirmed = frozenset(form.getlist("confirm"))
    if not confirmed and not _changed(view, texts):
        return
    if not form.get("revision", "").isdecimal():
        raise EditedElsewhere(encounter_id=encounter_id)
    save_edits(desk.box, account(), encounter_id, int(form["revision"]), texts, confirmed=confirmed)


def _fill_in(desk: Desk, view: EncounterView) -> None:
    header = forms.header_from(request.form, view.sheet.header, account(), desk.local)
    observations = forms.observations_from(request.form, view.sheet.observations)
    if header != view.sheet.header or observations != view.sheet.observations:
        fill_sheet(desk.box, account(), view.encounter.id, header=header, observations=observations)


def _changed(view: EncounterView, texts: dict[str, str]) -> bool:
    before = section_texts(view.draft) if view.draft else {}
    return any(before.get(key, "").strip() != text.strip() for key, text in texts.items())
