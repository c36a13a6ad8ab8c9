"""Signing: the text as it will be frozen, what will be destroyed, and the record afterwards."""

from flask import Blueprint, Response, make_response, request

from appliance.domain.errors import Absent
from appliance.domain.lifecycle import Stage
from appliance.domain.note_text import note_text
from appliance.domain.people import RecordKept
from appliance.domain.retention import BEFORE_SIGNING
from appliance.steps.read_record import EncounterView, view_encounter
from appliance.steps.sign_note import add_addendum, cosign, decline_cosignature, sign
from appliance.web import forms
from appliance.web.desk import Desk, Problem, account, go
from appliance.web.encounter_page import attempt, show
from appliance.web.flow_steps import may_quote_others
from appliance.web.receipts import receipts, to_be_destroyed
from appliance.web.rendering import render


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""
    _register_signing(blueprint, desk)
    _register_record(blueprint, desk)


def _register_signing(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/encounters/<encounter_id>/sign")
    def show_review(encounter_id: str) -> Response:
        return _show_review(desk, encounter_id)

    @blueprint.post("/encounters/<encounter_id>/sign")
    def take_signature(encounter_id: str) -> Response:
        """Sign exactly the revision that was shown."""

        def change() -> None:
            revision = forms.revision_from(request.form, encounter_id)
            sign(desk.box, account(), encounter_id, revision)

        notice = "passed_on" if account().needs_cosignature else "signed"
        return attempt(desk, encounter_id, "sign", change, notice=notice)

    @blueprint.post("/encounters/<encounter_id>/cosign")
    def take_cosignature(encounter_id: str) -> Response:
        return attempt(
            desk,
            encounter_id,
            "sign",
            lambda: cosign(desk.box, account(), encounter_id),
            notice="signed",
        )

    @blueprint.post("/encounters/<encounter_id>/decline")
    def decline(encounter_id: str) -> Response:
        return attempt(
            desk,
            encounter_id,
            "decline",
            lambda: decline_cosignature(desk.box, account(), encounter_id, _reason()),
            notice="returned",
        )


def _register_record(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/encounters/<encounter_id>/addenda")
    def take_addendum(encounter_id: str) -> Response:
        text = request.form.get("addendum", "").replace("\r\n", "\n")
        return attempt(
            desk,
            encounter_id,
            "addendum",
            lambda: add_addendum(desk.box, account(), encounter_id, text),
            notice="added",
        )

    @blueprint.get("/encounters/<encounter_id>/note")
    def show_note(encounter_id: str) -> Response:
        """The note alone, to print or to copy."""
        view = view_encounter(desk.box, account(), encounter_id)
        if view.kept is None:
            raise Absent
        return desk.page("note_print.html", view=view, encounter=view.encounter)

    @blueprint.get("/encounters/<encounter_id>/receipts")
    def show_receipts(encounter_id: str) -> Response:
        """The receipts as a fragment, asked for until everything is proved."""
        view = view_encounter(desk.box, account(), encounter_id)
        html = render(
            "receipts.html", encounter=view.encounter, receipts=receipts(view), local=desk.local
        )
        return make_response(html)


def _reason() -> str:
    """Why the note goes back. Raises FieldsInvalid without one: the other person has to know."""
    reason = request.form.get("reason", "").replace("\r\n", "\n").strip()
    if not reason:
        raise forms.invalid_at("reason", "is needed: say in a few words what should change")
    return reason


def _show_review(desk: Desk, encounter_id: str) -> Response:
    view = view_encounter(desk.box, account(), encounter_id)
    if view.draft is None or view.encounter.stage is not Stage.DRAFTED:
        return go(f"/encounters/{encounter_id}")
    if view.ready is not None and view.ready.hinders:
        sentence = "The note cannot be signed yet. What is still needed is listed here."
        return show(desk, encounter_id, problem=Problem(where="sign", sentence=sentence))
    return desk.page(
        "review.html",
        view=view,
        encounter=view.encounter,
        text=_text(desk, view),
        may_quote_others=may_quote_others(view),
        goes=to_be_destroyed(view, BEFORE_SIGNING),
        is_elsewhere=view.record_kept is RecordKept.ELSEWHERE,
    )


def _text(desk: Desk, view: EncounterView) -> str:
    """The very text that signing freezes."""
    if view.draft is None:
        raise Absent
    sheet = view.sheet
    return note_text(
        view.encounter.kind, view.draft, sheet.header, sheet.observations, desk.box.zone
    )
