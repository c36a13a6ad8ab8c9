"""A clinician's choices as the note model may see them: no name leaves in a style."""

from appliance.domain.preferences import PRONOUNS, ChosenPreferences
from serving.wire import Pronouns, Style

CLIENT_PLACEHOLDER = "[CLIENT]"
CLINICIAN_PLACEHOLDER = "[CLINICIAN]"

CLIENT_WORDS = frozenset(
    [
        "client",
        "patient",
        "pt",
        "individual",
        "member",
        "consumer",
        "person",
        "person served",
        "resident",
        "participant",
        "student",
        "service user",
        "identified patient",
        "child",
        "youth",
        "adolescent",
        "couple",
        "family",
        "examinee",
    ]
)
CLINICIAN_WORDS = frozenset(
    [
        "therapist",
        "clinician",
        "counselor",
        "counsellor",
        "psychologist",
        "psychiatrist",
        "psychotherapist",
        "provider",
        "social worker",
        "writer",
        "this writer",
        "this clinician",
        "this therapist",
        "this provider",
        "practitioner",
        "case manager",
        "intern",
        "facilitator",
        "group leader",
        "examiner",
        "author",
        "coach",
    ]
)


def style(preferences: ChosenPreferences) -> Style:
    """The chosen style; a term that is not a known general word could be a name, and is replaced."""
    pronouns = PRONOUNS.get(preferences.pronouns)
    return Style(
        clinician_term=_term(preferences.clinician_term, CLINICIAN_WORDS, CLINICIAN_PLACEHOLDER),
        client_term=_term(preferences.client_term, CLIENT_WORDS, CLIENT_PLACEHOLDER),
        pronouns=None
        if pronouns is None
        else Pronouns(
            subject=pronouns.subject,
            object=pronouns.object,
            possessive_adjective=pronouns.possessive_adjective,
            possessive=pronouns.possessive,
            reflexive=pronouns.reflexive,
        ),
        verbosity=preferences.verbosity.value,
        methods=preferences.methods,
        word_budget=preferences.word_budget,
    )


def _term(chosen: str, general: frozenset[str], placeholder: str) -> str:
    plain = " ".join(chosen.lower().rstrip(".").split()).removeprefix("the ")
    return chosen if plain in general else placeholder
