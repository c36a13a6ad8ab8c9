"""A note as one text: what is signed, printed and copied."""

from datetime import datetime, tzinfo

from appliance.domain.encounter import (
    FIELD_LABELS,
    EncounterKind,
    Header,
    Modality,
    Observations,
)
from appliance.domain.note import NoteDraft

NOT_DISCUSSED = "Not discussed."


def note_text(
    kind: EncounterKind,
    draft: NoteDraft,
    header: Header,
    observations: Observations,
    zone: tzinfo | None,
) -> str:
    """Header, the clinician's observations that no statement carries yet, then the sections.

    Times are told in `zone`, with its name; None: the machine's own.
    """
    parts = [f"{kind.label} session" if not kind.needs_no_words else kind.label]
    parts += _header_lines(header, zone)
    body = [""]
    for section in draft.sections:
        lines = [statement.text for statement in section.statements] or [NOT_DISCUSSED]
        body += [section.title.upper(), *lines, ""]
    extra = _observation_lines(observations, "\n".join(body))
    return "\n".join([*parts, *extra, *body]).strip() + "\n"


def _header_lines(header: Header, zone: tzinfo | None) -> list[str]:
    lines = []
    for name, label in FIELD_LABELS.items():
        value = getattr(header, name)
        if value and name != "times_confirmed_by":
            lines.append(f"{label[0].upper()}{label[1:]}: {_shown(value, zone)}")
    return lines


def _observation_lines(observations: Observations, body: str) -> list[str]:
    """Observations that are not in the sections already."""
    left = [
        f"{name.capitalize()}: {text.strip()}"
        for name, text in vars(observations).items()
        if text.strip() and text.strip().rstrip(".") not in body
    ]
    return ["", "CLINICIAN'S OBSERVATIONS", *left] if left else []


def _shown(value: object, zone: tzinfo | None) -> str:
    if isinstance(value, datetime):
        return zoned(value, zone)
    return value.label if isinstance(value, Modality) else str(value)


def zoned(moment: datetime, zone: tzinfo | None) -> str:
    """2026-11-23 09:30 EST (UTC-05:00)

    Many zones share a name's letters, so the difference to UTC stands beside it.
    """
    local = moment.astimezone(zone)
    name, offset = f"{local:%Z}", f"{local:%z}"
    beside = "" if name.startswith("UTC") else f" (UTC{offset[:3]}:{offset[3:5]})"
    return f"{local:%Y-%m-%d %H:%M} {name}{beside}"
