"""The day: its sessions, what is unfinished from other days, and what waits for a co-signature."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, request

from appliance.domain.canary import sentence_of
from appliance.domain.encounter import EncounterKind, Modality
from appliance.domain.errors import QuietroomError
from appliance.domain.people import AccountRole, ClientRecord
from appliance.domain.residue import Outcome
from appliance.steps.keep_clients import add_client, list_clients
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.read_canary import last_canary
from appliance.steps.read_record import EncounterLine, list_day, list_to_cosign, list_unfinished
from appliance.web import forms
from appliance.web.desk import UNPROCESSABLE, Desk, Problem, account, go, problem_of
from appliance.web.wording import Chip, Tone, chip_of

NEW_CLIENT = "new"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One session in a list."""

    line: EncounterLine
    chip: Chip


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""

    @blueprint.get("/")
    def show_day() -> Response:
        return _show_day(desk)

    @blueprint.get("/encounters/new")
    def show_new_encounter() -> Response:
        return _show_new(desk)

    @blueprint.post("/encounters")
    def take_new_encounter() -> Response:
        try:
            return go(f"/encounters/{_open(desk)}")
        except QuietroomError as error:
            return _show_new(desk, problem_of("encounter", error))


def _show_day(desk: Desk) -> Response:
    if not account().may_treat:
        return _show_administrator(desk)
    now = desk.box.clock.now()
    today = desk.local.of(now).date()
    day, problem = _day(request.args.get("day", ""), today)
    start, end = desk.local.day_bounds(day)
    shown = list_day(desk.box, account(), start, end)
    unfinished = list_unfinished(desk.box, account())
    shown_ids = {line.encounter.id for line in shown}
    others = [
        line
        for line in unfinished
        if line.encounter.id not in shown_ids and _is_pending(line, desk.local.day_bounds(today)[1])
    ]
    supervises = account().role is AccountRole.SUPERVISOR
    to_cosign = list_to_cosign(desk.box, account()) if supervises else ()
    return desk.page(
        "today.html",
        status=UNPROCESSABLE if problem else 200,
        problem=problem,
        day=day,
        today=today,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        rows=_rows(shown, now),
        others=_rows(others, now),
        to_cosign=_rows(to_cosign, now),
        reminded=_reminded((*unfinished, *to_cosign), now),
    )


def _show_administrator(desk: Desk) -> Response:
    canary = last_canary(desk.box)
    return desk.page(
        "administrator.html",
        canary=sentence_of(canary, desk.box.clock.now()),
        is_broken=canary is not None and canary.outcome is Outcome.FOUND,
    )


def _is_pending(line: EncounterLine, until: datetime) -> bool:
    """Unfinished from before, or already with words: a planned session of another day is neither."""
    return line.encounter.scheduled_at < until or line.encounter.first_word_at is not None


def _rows(lines: tuple[EncounterLine, ...] | list[EncounterLine], now: datetime) -> list[Row]:
    """What needs attention first, then by time."""
    rows = [Row(line=line, chip=chip_of(line.encounter, now)) for line in lines]
    return sorted(rows, key=lambda row: row.chip.tone is not Tone.ALERT)


def _reminded(lines: tuple[EncounterLine, ...], now: datetime) -> list[Row]:
    """Whose words are near their end, the nearest first."""
    near = [line for line in lines if line.reminder is not None and line.words_due_at]
    return _rows(sorted(near, key=lambda line: line.words_due_at or now), now)


def _day(text: str, today: date) -> tuple[date, Problem | None]:
    """The day asked for; today, and why, where there is no such day here."""
    try:
        return (forms.day_from(text) if text else today), None
    except QuietroomError:
        sentence = (
            f"The box keeps days from {forms.FIRST_DAY.year} to {forms.LAST_DAY.year}. "
            "This is today."
        )
        return today, Problem(where="day", sentence=sentence)


def _show_new(desk: Desk, problem: Problem | None = None) -> Response:
    local_now = desk.local.of(desk.box.clock.now())
    return desk.page(
        "new_encounter.html",
        status=UNPROCESSABLE if problem else 200,
        typed=request.form if problem else request.args,
        problem=problem,
        clients=list_clients(desk.box, account()),
        kinds=tuple(EncounterKind),
        modalities=tuple(Modality),
        day=_day(request.args.get("day", ""), local_now.date())[0],
        clock=time(hour=local_now.hour).strftime("%H:%M"),
        new_client=NEW_CLIENT,
    )


def _open(desk: Desk) -> str:
    """The id of the new encounter; what is wrong with the form is said before anything is made."""
    form = request.form
    kind = forms.kind_from(form)
    modality = forms.modality_from(form)
    scheduled_at = forms.moment_from(form, "day", "time", desk.local)
    if scheduled_at is None:
        raise forms.invalid("time")
    client_id = form.get("client_id", "")
    name = forms.line(form, "client_name")
    if client_id in {"", NEW_CLIENT} and not name:
        raise forms.invalid("client: choose one, or type a new client's name")
    if client_id in {"", NEW_CLIENT}:
        client_id = add_client(desk.box, account(), ClientRecord(name=name)).id
    encounter = open_encounter(
        desk.box, account(), client_id, kind, scheduled_at, modality=modality
    )
    return encounter.id
