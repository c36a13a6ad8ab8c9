"""What people fill in on the pages, as the record's types; what is not in its form is refused."""

import re
import uuid
from dataclasses import fields, replace
from datetime import date, datetime, time

from werkzeug.datastructures import MultiDict

from appliance.domain.encounter import (
    EncounterKind,
    Header,
    Modality,
    Observations,
    Participant,
    ParticipantRole,
)
from appliance.domain.errors import EditedElsewhere, FieldsInvalid, TextNotReadable
from appliance.domain.formats import FORMATS
from appliance.domain.people import Account, ClientRecord, Relation, RelationRole
from appliance.domain.preferences import (
    FEWEST_WORDS,
    METHODS,
    MOST_WORDS,
    Layout,
    Preferences,
    PronounChoice,
    Verbosity,
)
from appliance.domain.sentences import readable
from appliance.web.shown_time import LocalTime

Form = MultiDict[str, str]

LINE_LIMIT_CHARACTERS = 300
TERM_LIMIT_CHARACTERS = 40
OBSERVATION_LIMIT_CHARACTERS = 5_000
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""Days of sessions, both included; beyond them the box's own arithmetic of deadlines would end."""

_NUMBER = re.compile(r"[0-9]{1,9}")

_HEADER_LINES = (
    "client_name",
    "client_birth_date",
    "clinician_line",
    "place_of_service",
    "client_location",
    "service_code",
    "diagnosis",
    "plan_goal",
)


def line(form: Form, name: str, limit_characters: int = LINE_LIMIT_CHARACTERS) -> str:
    """One line of text, tidied. Raises FieldsInvalid at the field: too long, or not text."""
    text = " ".join(_text(form.get(name, ""), name).split())
    if len(text) > limit_characters:
        raise invalid_at(name, f"is longer than {limit_characters} characters")
    return text


def invalid(*what: str) -> FieldsInvalid:
    return FieldsInvalid(details={"fields": what})


def invalid_at(name: str, what: str) -> FieldsInvalid:
    """The error of one field, by the field's name on the page: it is shown there."""
    said = f"{name.removeprefix('observed_').replace('_', ' ')} {what}"
    return FieldsInvalid(details={"fields": (said,), "field": name})


def revision_from(form: Form, encounter_id: str) -> int:
    """The revision that the page was made from. Raises EditedElsewhere for anything else."""
    text = form.get("revision", "")
    if not _NUMBER.fullmatch(text):
        raise EditedElsewhere(encounter_id=encounter_id)
    return int(text)


def kind_from(form: Form) -> EncounterKind:
    try:
        return EncounterKind(form.get("kind", ""))
    except ValueError:
        raise invalid("kind of session") from None


def modality_from(form: Form) -> Modality | None:
    text = form.get("modality", "")
    try:
        return Modality(text) if text else None
    except ValueError:
        raise invalid("modality") from None


def day_from(text: str) -> date:
    """The day of a session. Raises FieldsInvalid for what is no day, or one too far away."""
    day = _date_from(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise invalid(f"the day must be from {FIRST_DAY.year} to {LAST_DAY.year}")
    return day


def moment_from(form: Form, day: str, clock: str, local: LocalTime) -> datetime | None:
    """None where no time is given."""
    if not form.get(clock, ""):
        return None
    local_day = day_from(form.get(day, ""))
    try:
        return local.at(local_day, time.fromisoformat(form[clock]))
    except ValueError:
        raise invalid(clock.replace("_", " ")) from None


def header_from(form: Form, header: Header, account: Account, local: LocalTime) -> Header:
    """The header with what the form holds; fields that the form lacks stay as they are."""
    changes: dict[str, object] = {name: line(form, name) for name in _HEADER_LINES if name in form}
    if "modality" in form:
        changes["modality"] = modality_from(form)
    if "start_time" in form:
        is_confirmed = form.get("times_confirmed") == "yes"
        changes["started_at"] = moment_from(form, "session_day", "start_time", local)
        changes["stopped_at"] = moment_from(form, "session_day", "stop_time", local)
        changes["times_confirmed_by"] = account.line if is_confirmed else ""
    return replace(header, **changes)  # type: ignore[arg-type]  # each is of its field's type


def observations_from(form: Form, observations: Observations) -> Observations:
    """The clinician's observations; fields that the form lacks stay as they are."""
    changes = {}
    for field in fields(Observations):
        name = f"observed_{field.name}"
        if name in form:
            text = _text(form[name].replace("\r\n", "\n"), name).strip()
            if len(text) > OBSERVATION_LIMIT_CHARACTERS:
                raise invalid_at(name, f"is longer than {OBSERVATION_LIMIT_CHARACTERS} characters")
            changes[field.name] = text
    return replace(observations, **changes)


def preferences_from(form: Form) -> Preferences:
    """One level's choices; an empty field means "as usual"."""
    try:
        pronouns = PronounChoice(form["pronouns"]) if form.get("pronouns") else None
        verbosity = Verbosity(form["verbosity"]) if form.get("verbosity") else None
        layout = Layout(form["layout"]) if form.get("layout") else None
    except ValueError:
        raise invalid("pronouns, length or layout") from None
    methods = tuple(method for method in form.getlist("methods") if method in METHODS)
    if form.get("format_key") and form["format_key"] not in FORMATS:
        raise invalid("format")
    return Preferences(
        format_key=form.get("format_key") or None,
        clinician_term=line(form, "clinician_term", TERM_LIMIT_CHARACTERS) or None,
        client_term=line(form, "client_term", TERM_LIMIT_CHARACTERS) or None,
        pronouns=pronouns,
        verbosity=verbosity,
        methods=methods or None,
        layout=layout,
        words_at_most=_words_at_most(form),
    )


def _words_at_most(form: Form) -> int | None:
    given = form.get("words_at_most", "").strip()
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or not FEWEST_WORDS <= int(given) <= MOST_WORDS:
        raise invalid_at("words_at_most", f"is a number from {FEWEST_WORDS} to {MOST_WORDS}")
    return int(given)


def participant_from(form: Form) -> Participant:
    """A new participant. Raises FieldsInvalid without a name or with an unknown role."""
    name = line(form, "participant_name")
    if not name:
        raise invalid("the participant's name")
    try:
        role = ParticipantRole(form.get("participant_role", ""))
    except ValueError:
        raise invalid("who the participant is") from None
    return Participant(id=str(uuid.uuid4()), name=name, role=role)


def client_record_from(form: Form) -> ClientRecord:
    """A client's record from its form; rows without a name are left out."""
    birth_date = form.get("birth_date", "")
    if birth_date:
        _date_from(birth_date)
    return ClientRecord(
        name=line(form, "name", 200),
        birth_date=birth_date,
        nicknames=_lines(form, "nicknames", ","),
        relations=_relations(form),
        phone=line(form, "phone"),
        email=line(form, "email"),
        address=line(form, "address"),
        diagnosis=line(form, "diagnosis"),
        plan_goals=_lines(form, "plan_goals", "\n"),
        preferences=preferences_from(form),
    )


def _date_from(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid("date") from None


def _text(text: str, name: str) -> str:
    """What a person can read and see in its own order. Raises FieldsInvalid at the field."""
    if not text.strip("\r\n\t "):
        return ""
    try:
        return readable(text, len(text))
    except TextNotReadable:
        raise invalid_at(name, "has characters that are not text: type it again") from None


def _lines(form: Form, name: str, separator: str) -> tuple[str, ...]:
    text = _text(form.get(name, ""), name).replace(separator, "\n")
    tidy = (" ".join(row.split())[:LINE_LIMIT_CHARACTERS] for row in text.splitlines())
    return tuple(dict.fromkeys(row for row in tidy if row))


def _relations(form: Form) -> tuple[Relation, ...]:
    names = [_text(name, "relation_name") for name in form.getlist("relation_name")]
    try:
        return tuple(
            Relation(name=" ".join(name.split())[:LINE_LIMIT_CHARACTERS], role=RelationRole(role))
            for name, role in zip(names, form.getlist("relation_role"), strict=False)
            if name.strip()
        )
    except ValueError:
        raise invalid("who someone is to the client") from None
