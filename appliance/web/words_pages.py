"""The words of a session: typed or recorded, on their way to a draft, or thrown away."""

from flask import Blueprint, Response, make_response, request

from appliance.domain.encounter import Encounter
from appliance.domain.lifecycle import Stage
from appliance.steps.edit_draft import ask_redraft, begin_by_hand, discard_words
from appliance.steps.read_record import view_progress
from appliance.steps.receive_recording import abandon, retry
from appliance.steps.take_summary import take_summary
from appliance.web import forms
from appliance.web.desk import Desk, account
from appliance.web.encounter_page import attempt
from appliance.web.encounter_pages import take_preparations
from appliance.web.rendering import render
from appliance.web.wording import progress_of


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""
    _register_words(blueprint, desk)
    _register_remedies(blueprint, desk)


def _register_words(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/encounters/<encounter_id>/summary")
    def take_typed_summary(encounter_id: str) -> Response:
        return attempt(desk, encounter_id, "summary", lambda: _take_summary(desk, encounter_id))

    @blueprint.get("/encounters/<encounter_id>/progress")
    def show_progress(encounter_id: str) -> Response:
        """A fragment for as long as the box is at work; then it asks for the page again."""
        encounter = view_progress(desk.box, account(), encounter_id)
        progress = progress_of(encounter)
        if progress is None or encounter.attention is not None or _has_moved(encounter):
            response = make_response("", 200)
            response.headers["HX-Refresh"] = "true"
            return response
        return make_response(render("progress.html", encounter=encounter, progress=progress))


def _register_remedies(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/encounters/<encounter_id>/recording/retry")
    def retry_recording(encounter_id: str) -> Response:
        return attempt(
            desk, encounter_id, "attention", lambda: retry(desk.box, account(), encounter_id)
        )

    @blueprint.post("/encounters/<encounter_id>/recording/abandon")
    def abandon_recording(encounter_id: str) -> Response:
        return attempt(
            desk,
            encounter_id,
            "recording",
            lambda: abandon(desk.box, account(), encounter_id),
            notice="discarded",
        )

    @blueprint.post("/encounters/<encounter_id>/discard")
    def discard(encounter_id: str) -> Response:
        return attempt(
            desk,
            encounter_id,
            "attention",
            lambda: discard_words(desk.box, account(), encounter_id),
            notice="discarded",
        )

    @blueprint.post("/encounters/<encounter_id>/by-hand")
    def write_by_hand(encounter_id: str) -> Response:
        return attempt(desk, encounter_id, "summary", lambda: _begin_by_hand(desk, encounter_id))

    @blueprint.post("/encounters/<encounter_id>/redraft")
    def redraft(encounter_id: str) -> Response:
        return attempt(desk, encounter_id, "redraft", lambda: _redraft(desk, encounter_id))


def _take_summary(desk: Desk, encounter_id: str) -> None:
    take_preparations(desk, encounter_id)
    text = request.form.get("summary", "").replace("\r\n", "\n")
    take_summary(desk.box, account(), encounter_id, text)


def _begin_by_hand(desk: Desk, encounter_id: str) -> None:
    """Whatever was typed on the page goes along: a summary into the note, the rest beside it."""
    if "summary" in request.form:
        take_preparations(desk, encounter_id)
    typed = request.form.get("summary", "").replace("\r\n", "\n")
    begin_by_hand(desk.box, account(), encounter_id, typed)


def _redraft(desk: Desk, encounter_id: str) -> None:
    """With the choices of the form, or, where it has none, with those made before."""
    if "format_key" in request.form:
        take_preparations(desk, encounter_id)
        chosen = forms.preferences_from(request.form)
    else:
        chosen = view_progress(desk.box, account(), encounter_id).preferences
    ask_redraft(desk.box, account(), encounter_id, chosen)


def _has_moved(encounter: Encounter) -> bool:
    """True when the page that asks was made for another stage."""
    shown = request.args.get("stage", "")
    return shown == Stage.RECORDED.value and encounter.stage is not Stage.RECORDED
