"""The example under the preferences: an invented sentence or three, written as was chosen."""

from appliance.domain.formats import FORMATS
from appliance.domain.preferences import (
    METHODS,
    PRONOUNS,
    ChosenPreferences,
    Layout,
    PronounChoice,
    Verbosity,
)


def example(chosen: ChosenPreferences) -> str:
    """Plain text; nothing in it comes from any client."""
    client, clinician = f"the {chosen.client_term}", _the(chosen.clinician_term)
    pronouns = PRONOUNS.get(chosen.pronouns)
    possessive = pronouns.possessive_adjective if pronouns else f"{client}'s"
    again = pronouns.subject if pronouns else client
    sentences = [f"{client} reported poor sleep before a deadline at work."]
    if chosen.verbosity is not Verbosity.CONCISE:
        sentences.append(f"{clinician} asked what would show that {possessive} worry was true.")
    if chosen.verbosity is Verbosity.DETAILED:
        sentences.append(f"{again} named two projects finished on time in the past month.")
    if chosen.methods:
        names = [METHODS.get(key, key) for key in chosen.methods]
        sentences.append(f"{clinician} worked with {', '.join(names)}.")
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)


def format_line(chosen: ChosenPreferences) -> str:
    """The chosen format's sections in order."""
    return " · ".join(section.title for section in FORMATS[chosen.format_key].sections)


PRONOUN_LABELS: dict[PronounChoice, str] = {
    PronounChoice.NONE: "No pronouns",
    PronounChoice.SHE: "she, her",
    PronounChoice.HE: "he, him",
    PronounChoice.THEY: "they, them",
}

VERBOSITY_LABELS: dict[Verbosity, str] = {
    Verbosity.CONCISE: "Concise: what matters most",
    Verbosity.INTERMEDIATE: "In between: what a colleague would need",
    Verbosity.DETAILED: "Detailed: nearly everything said",
}


LAYOUT_LABELS: dict[Layout, str] = {
    Layout.LINES: "One sentence a line",
    Layout.PROSE: "One paragraph a section",
    Layout.BULLETS: "A list",
}


def _the(term: str) -> str:
    return term if term == "I" or term.startswith(("the ", "this ")) else f"the {term}"
