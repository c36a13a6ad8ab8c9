"""The product's own strings in a request: the same for every client, so they tell of none.

The gate searches everything else. A client called Plan would otherwise be stopped by every title.
"""

from collections.abc import Iterator
from dataclasses import fields

from appliance.adapters.inference.style import (
    CLIENT_PLACEHOLDER,
    CLIENT_WORDS,
    CLINICIAN_PLACEHOLDER,
    CLINICIAN_WORDS,
)
from appliance.domain.encounter import EncounterKind, Header, Observations
from appliance.domain.formats import FORMATS
from appliance.domain.preferences import METHODS, PRONOUNS, Verbosity
from appliance.domain.transcript import Origin
from serving.wire import DraftRequest, Pronouns, SectionSpec, Source, Style


def _fixed() -> Iterator[str]:
    for message in (DraftRequest, SectionSpec, Source, Style, Pronouns):
        yield from message.model_fields
    for note_format in FORMATS.values():
        yield note_format.key
        for section in note_format.sections:
            yield from (section.key, section.title, section.guidance, *section.holds)
    for pronouns in PRONOUNS.values():
        if pronouns is not None:
            yield from vars(pronouns).values()
    for sheet in (Header, Observations):  # a source that is no talk is named by its field
        yield from (field.name for field in fields(sheet))
    yield "last_plan"
    yield from (*EncounterKind, *Origin, *Verbosity, *METHODS)
    yield from (*CLIENT_WORDS, *CLINICIAN_WORDS, CLIENT_PLACEHOLDER, CLINICIAN_PLACEHOLDER)


FIXED_TEXT = frozenset(_fixed())
