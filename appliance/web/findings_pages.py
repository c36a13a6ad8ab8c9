"""What the check found, and the masked words themselves: looked at and decided by their clinician."""

from typing import Any

from flask import Blueprint, Response, make_response, request

from appliance.domain.masking.findings import Decision
from appliance.steps.read_record import view_encounter
from appliance.steps.resolve_block import decide_findings
from appliance.steps.show_masking import MaskingView, view_masking
from appliance.web import forms, masked_words
from appliance.web.desk import Desk, account, is_from_script
from appliance.web.encounter_page import attempt
from appliance.web.rendering import render


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""

    @blueprint.post("/encounters/<encounter_id>/findings")
    def take_decision(encounter_id: str) -> Response:
        """One decision about one finding, or the same about several."""
        notice = "safe" if request.form.get("decision") == Decision.SAFE.value else "must_go"
        return attempt(
            desk, encounter_id, "findings", lambda: _decide(desk, encounter_id), notice=notice
        )

    @blueprint.get("/encounters/<encounter_id>/masked")
    def show_masked(encounter_id: str) -> Response:
        """What the note writer saw: as a part of the session's page, or as a page of its own."""
        shown = _shown(view_masking(desk.box, account(), encounter_id))
        if is_from_script():
            return make_response(render("parts/masked_words.html", **shown))
        view = view_encounter(desk.box, account(), encounter_id)
        return desk.page("masked.html", view=view, encounter=view.encounter, **shown)


def _decide(desk: Desk, encounter_id: str) -> None:
    try:
        decision = Decision(request.form.get("decision", ""))
    except ValueError:
        raise forms.invalid("decision") from None
    chosen = request.form.getlist("finding")
    if not chosen:
        raise forms.invalid("what it is about")
    decide_findings(desk.box, account(), encounter_id, dict.fromkeys(chosen, decision))


def _shown(view: MaskingView) -> dict[str, Any]:
    parts = (
        ("", view.text.utterances),
        ("Your observations", view.text.observations),
        ("From the client's record", view.text.record_facts),
    )
    standings = masked_words.standings(view)
    kinds = {standing.kind for standing in standings}
    return {
        "parts": [(title, masked_words.shown_lines(lines, view)) for title, lines in parts],
        "standings": standings,
        "legend": [(k, title) for k, title in masked_words.KIND_TITLES.items() if k in kinds],
        "is_held_back": view.is_held_back,
        "is_anything_left": bool(view.left),
        "words": masked_words,
    }
