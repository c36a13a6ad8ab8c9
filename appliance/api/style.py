"""How notes are written: one's own choices, and what there is to choose from."""

from flask import Response

from appliance.api.answers import FormatsAnswer, MethodAnswer, MethodsAnswer, PreferencesAnswer
from appliance.api.asked import PreferencesBody
from appliance.api.current import actor, answer, box
from appliance.api.routing import resource, route
from appliance.domain.formats import FORMATS
from appliance.domain.preferences import METHODS
from appliance.steps.read_record import save_preferences, view_preferences

group = resource("style", "How notes are written")


@route(group, "GET", "/preferences", answers=PreferencesAnswer)
def read_preferences() -> Response:
    """The practice's choices and one's own."""
    practice, own = view_preferences(box(), actor())
    return answer(PreferencesAnswer(practice=practice, own=own))


@route(group, "PUT", "/preferences", answers=PreferencesAnswer)
def change_preferences(body: PreferencesBody) -> Response:
    """One's own choices, for all one's notes."""
    save_preferences(box(), actor(), body.as_preferences())
    practice, own = view_preferences(box(), actor())
    return answer(PreferencesAnswer(practice=practice, own=own))


@route(group, "GET", "/formats", answers=FormatsAnswer)
def list_formats() -> Response:
    """Note formats with their sections in order."""
    return answer(FormatsAnswer(formats=tuple(FORMATS.values())))


@route(group, "GET", "/methods", answers=MethodsAnswer)
def list_methods() -> Response:
    """Therapy methods that a note can name."""
    methods = tuple(MethodAnswer(key=key, title=title) for key, title in METHODS.items())
    return answer(MethodsAnswer(methods=methods))
