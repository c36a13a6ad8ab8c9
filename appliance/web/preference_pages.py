"""How a clinician wants all their notes written, with an example that changes as they choose."""

from typing import Any

from flask import Blueprint, Response, request

from appliance.domain.errors import QuietroomError
from appliance.domain.formats import FORMATS
from appliance.domain.preferences import (
    METHODS,
    WORD_BUDGETS,
    Preferences,
    PronounChoice,
    Verbosity,
    choose,
)
from appliance.steps.read_record import save_preferences, view_preferences
from appliance.web import forms
from appliance.web.desk import UNPROCESSABLE, Desk, Problem, account, go, problem_of
from appliance.web.example import (
    LAYOUT_LABELS,
    PRONOUN_LABELS,
    VERBOSITY_LABELS,
    example,
    format_line,
)
from appliance.web.rendering import render

CHOICES: dict[str, Any] = {
    "formats": tuple(FORMATS.values()),
    "pronoun_labels": {choice: PRONOUN_LABELS[choice] for choice in PronounChoice},
    "verbosity_labels": {choice: VERBOSITY_LABELS[choice] for choice in Verbosity},
    "methods": METHODS,
    "layout_labels": LAYOUT_LABELS,
    "word_budgets": WORD_BUDGETS,
}
"""What the preference fields offer, on every page that has them."""


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""

    @blueprint.get("/preferences")
    def show_preferences() -> Response:
        return _show(desk, is_saved="saved" in request.args)

    @blueprint.post("/preferences")
    def take_preferences() -> Response:
        try:
            save_preferences(desk.box, account(), forms.preferences_from(request.form))
        except QuietroomError as error:
            return _show(desk, problem=problem_of("preferences", error))
        return go("/preferences?saved=yes")

    @blueprint.post("/preferences/example")
    def show_example() -> Response:
        """The example alone, for what is chosen in the form now."""
        practice, _own = view_preferences(desk.box, account())
        return Response(_example(practice, forms.preferences_from(request.form)))


def _show(desk: Desk, *, is_saved: bool = False, problem: Problem | None = None) -> Response:
    practice, own = view_preferences(desk.box, account())
    return desk.page(
        "preferences.html",
        status=UNPROCESSABLE if problem else 200,
        problem=problem,
        typed=request.form if problem else {},
        own=own,
        usual=choose((practice,)),
        is_saved=is_saved,
        example=_example(practice, own),
        **CHOICES,
    )


def _example(practice: Preferences, own: Preferences) -> str:
    chosen = choose((practice, own))
    return render(
        "example.html", example=example(chosen), sections=format_line(chosen), chosen=chosen
    )
