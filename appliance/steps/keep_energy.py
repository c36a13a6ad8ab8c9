"""The meter's rows into the record's ledger, and the ledger for those who may see it."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from appliance.domain.audit import Action
from appliance.domain.energy_statement import (
    KeptStatement,
    StatementFigures,
    as_csv,
    as_paper,
    body_for,
    opened_file,
    previous_hash_of,
    sealed_file,
    statement_hash,
)
from appliance.domain.metering.carbon import EnergyChoices, Retirement
from appliance.domain.metering.errors import StatementUnusable
from appliance.domain.metering.ledger import EnergySummary, HourUse
from appliance.domain.metering.rows import NumberedRow
from appliance.domain.paper import Paper
from appliance.domain.people import Account
from appliance.steps.access import note
from appliance.steps.box import Box


class RowSource(Protocol):
    """A meter whose rows wait for the ledger."""

    def rows_after(self, sequence: int) -> tuple[str, tuple[NumberedRow, ...]] | None:
        """The meter's id and its rows; None where it does not answer."""

    def rows_taken(self, sequence: int) -> None:
        """They need not wait any longer."""


@dataclass(frozen=True, kw_only=True)
class EnergyView:
    """What the energy page shows. `own_millijoules`: of the reader's own sessions; None for
    administrators. `by_clinician` in `summary` is filled for administrators only."""

    summary: EnergySummary
    hours: tuple[HourUse, ...]
    choices: EnergyChoices
    retirements: tuple[Retirement, ...]
    own_millijoules: int | None
    names: Mapping[str, str]


def collect_energy(box: Box, meter: RowSource) -> int:
    """Take what waits; returns how many rows. Committed first, told to the meter after: what is
    sent twice because the telling failed is taken once."""
    found = meter.rows_after(0)
    if found is None or not found[1]:
        return 0
    meter_id, rows = found
    with box.database.write() as records:
        before = records.energy.position(meter_id)
        through = records.energy.take(meter_id, rows)
    meter.rows_taken(through)
    return sum(1 for row in rows if row.sequence > before)


def view_energy(box: Box, actor: Account, start: datetime, end: datetime) -> EnergyView:
    """[start, end) of the practice; a clinician also sees their own sessions' sum."""
    with box.database.read() as records:
        is_own = actor.may_treat
        return EnergyView(
            summary=records.energy.summary(start, end, with_clinicians=not is_own),
            hours=records.energy.hours(start, end),
            choices=EnergyChoices(**records.energy.choices()),
            retirements=records.energy.retirements(),
            own_millijoules=records.energy.of_clinician(actor.id, start, end) if is_own else None,
            names={each.id: each.display_name for each in records.people.accounts()},
        )


def choose_energy(box: Box, changes: Mapping[str, Any]) -> EnergyChoices:
    """The practice's tariff, state and the like, changed. Raises FieldsInvalid."""
    now = box.clock.now()
    with box.database.write() as records:
        choices = replace(EnergyChoices(**records.energy.choices()), **changes)
        if changes:
            records.energy.save_choices(asdict(choices))
            facts: dict[str, str | int] = {"fields": ",".join(sorted(changes))}
            note(records, Action.ENERGY_CHOSEN, now, facts=facts)
    return choices


def note_retirement(box: Box, retirement: Retirement) -> None:
    """Append one offset to its own ledger; nothing ever changes or removes it."""
    with box.database.write() as records:
        records.energy.add_retirement(retirement)
        facts: dict[str, str | int] = {"kilograms": retirement.kilograms}
        note(records, Action.OFFSET_NOTED, retirement.noted_at, facts=facts)


@dataclass(frozen=True, kw_only=True)
class MadeStatement:
    """A month's statement as files."""

    kept: KeptStatement
    pdf: bytes
    csv: bytes


def make_statement(
    box: Box,
    month: str,
    start: datetime,
    end: datetime,
    *,
    print_pdf: Callable[[Paper], bytes],
    version: str,
) -> MadeStatement:
    """Sign the month's figures, as the box's next statement. Raises Unavailable."""
    now = box.clock.now()
    with box.database.write() as records:
        last = records.energy.last_statement()
        figures = StatementFigures(
            month=month,
            practice=records.people.practice().name,
            number=last.number + 1 if last else 1,
            previous_hash=previous_hash_of(last),
            head=records.audit.head(),
            made_at=now,
            summary=records.energy.summary(start, end),
            hours=records.energy.hours(start, end),
            choices=EnergyChoices(**records.energy.choices()),
            retirements=records.energy.retirements(),
            version=version,
        )
        csv, pdf = as_csv(figures), print_pdf(as_paper(figures))
        csv_sha256, pdf_sha256 = (hashlib.sha256(c).hexdigest() for c in (csv, pdf))
        kept = KeptStatement(
            number=figures.number,
            month=month,
            made_at=now,
            csv_sha256=csv_sha256,
            pdf_sha256=pdf_sha256,
            previous_hash=figures.previous_hash,
            hash=statement_hash(figures.previous_hash, csv_sha256, pdf_sha256, month),
        )
        signed = _sealed(box, figures, "pdf", pdf), _sealed(box, figures, "csv", csv)
        records.energy.add_statement(kept)
        facts: dict[str, str | int] = {"statement": kept.number, "hash": kept.hash}
        note(records, Action.ENERGY_STATED, now, facts=facts)
    return MadeStatement(kept=kept, pdf=signed[0], csv=signed[1])


def _sealed(box: Box, figures: StatementFigures, kind: str, content: bytes) -> bytes:
    body = body_for(figures, kind, content)
    signature = base64.b64encode(box.vault.sign_statement(body)).decode()
    key = base64.b64encode(box.vault.status().public_key).decode()
    return sealed_file(content, body, signature, key)


def verify_statement(box: Box, data: bytes) -> dict[str, Any]:
    """What a sealed file's body says, once all of it holds. Raises StatementUnusable.

    Its content is what was signed, the key is this box's (or of the keyring whose record it took
    over), and its place in the chain of statements is the one that the record remembers.
    """
    opened = opened_file(data)
    if opened is None:
        raise StatementUnusable
    _content, body, signature, key = opened
    status = box.vault.status()
    known = {base64.b64encode(k).decode() for k in (status.public_key, *status.earlier_public_keys)}
    try:
        is_signed = box.vault.is_statement_signed(
            body, base64.b64decode(signature, validate=True), base64.b64decode(key, validate=True)
        )
    except ValueError:
        is_signed = False
    if key not in known or not is_signed:
        raise StatementUnusable
    stated: dict[str, Any] = _stated(body)
    with box.database.read() as records:
        kept = records.energy.statement(int(stated["number"]))
    expected = kept and {"csv": kept.csv_sha256, "pdf": kept.pdf_sha256}.get(str(stated["kind"]))
    if kept is None or expected != stated["content_sha256"]:
        raise StatementUnusable
    if kept.previous_hash != stated["previous_hash"]:
        raise StatementUnusable
    return stated


def _stated(body: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(body)
    return said
