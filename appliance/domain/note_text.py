"""A note as one text: what is signed, printed and copied."""

import re
from collections.abc import Collection
from datetime import datetime, tzinfo

from appliance.domain.encounter import (
    FIELD_LABELS,
    EncounterKind,
    Header,
    Modality,
    Observations,
)
from appliance.domain.note import NoteDraft
from appliance.domain.preferences import Layout

_PROMPT = re.compile(
    r"not discussed(?:[.:]?\s*add your (?:own )?observation)?\.?"
    r"|add your (?:own )?observation\.?|\[.*(?:fill in|add|insert).*\]|"
    r"n/?a\.?|tbd\.?|\.{3,}|_{3,}",
    re.IGNORECASE,
)


def is_prompt_text(text: str) -> bool:
    """True where a line only asks to be filled in: what the box or a template put there."""
    return _PROMPT.fullmatch(text.strip()) is not None


def note_text(
    kind: EncounterKind,
    draft: NoteDraft,
    header: Header,
    observations: Observations,
    zone: tzinfo | None,
) -> str:
    """Header, the clinician's observations that no statement carries yet, then the sections.

    A section without a statement is left out: no text of the box's own ("not discussed") is signed.
    Times are told in `zone`, with its name; None: the machine's own.
    """
    parts = [f"{kind.label} session" if not kind.needs_no_words else kind.label]
    parts += _header_lines(header, zone)
    body = [""]
    for section in draft.sections:
        lines = [s.text for s in section.statements if not is_prompt_text(s.text)]
        if lines:
            body += [section.title.upper(), *_laid_out(lines, draft.layout), ""]
    extra = _observation_lines(observations, "\n".join(body))
    return "\n".join([*parts, *extra, *body]).strip() + "\n"


def section_lines(text: str, titles: Collection[str]) -> tuple[str, ...]:
    """The lines under the first of the sections' titles in a signed text; none where it has none."""
    lines = text.splitlines()
    upper = {title.upper() for title in titles}
    at = next((n for n, line in enumerate(lines) if line in upper), None)
    if at is None:
        return ()
    found: list[str] = []
    for line in lines[at + 1 :]:
        if not line.strip():
            break
        found.append(line.removeprefix("- ").strip())
    return tuple(found)


def _laid_out(lines: list[str], layout: Layout) -> list[str]:
    if layout is Layout.PROSE:
        return [" ".join(lines)]
    return [f"- {line}" for line in lines] if layout is Layout.BULLETS else lines


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
