"""The energy ledger's rows: taken once, summed often, never changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, insert, select, update

from appliance.adapters.database.energy_tables import (
    energy_choices,
    energy_hours,
    energy_meters,
    energy_requests,
    energy_statements,
    offset_retirements,
)
from appliance.adapters.database.tables import encounters, step_runs
from appliance.domain.energy_statement import KeptStatement
from appliance.domain.metering.carbon import Retirement
from appliance.domain.metering.ledger import EncounterEnergy, EnergySummary, HourUse, ModelUse
from appliance.domain.metering.ledger import summarise as as_summary
from appliance.domain.metering.rows import Mode, NumberedRow, PeriodRow, RequestRow

_ADDED = (
    "counter_millijoules",
    "requests_millijoules",
    "idle_millijoules",
    "unattributed_millijoules",
    "covered_seconds",
    "gap_seconds",
    "resets",
)


class EnergyRows:
    """The `EnergyLedger` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def position(self, meter_id: str) -> int:
        found = self._connection.execute(
            select(energy_meters.c.sequence).where(energy_meters.c.meter_id == meter_id)
        ).scalar()
        return int(found or 0)

    def take(self, meter_id: str, rows: Iterable[NumberedRow]) -> int:
        """Those that were not taken before, in their order; returns the last number taken."""
        through = before = self.position(meter_id)
        for numbered in sorted(rows, key=lambda row: row.sequence):
            if numbered.sequence <= through:
                continue
            through = numbered.sequence
            if isinstance(numbered.row, RequestRow):
                self._add_request(meter_id, numbered.sequence, numbered.row)
            else:
                self._add_period(meter_id, numbered.row)
        if through > before:
            self._set_position(meter_id, through)
        return through

    def of_encounter(self, encounter_id: str) -> EncounterEnergy:
        mine = select(step_runs.c.request_id).where(
            step_runs.c.encounter_id == encounter_id, step_runs.c.request_id.is_not(None)
        )
        row = self._connection.execute(
            select(*_energy_columns()).where(energy_requests.c.request_id.in_(mine))
        ).one()
        return EncounterEnergy(
            millijoules=int(row.millijoules or 0),
            measured_rows=int(row.measured or 0),
            unmeasured_rows=int(row.unmeasured or 0),
            cut_rows=int(row.cut or 0),
            is_calibrated=not row.uncalibrated,
        )

    def summary(
        self, start: datetime, end: datetime, *, with_clinicians: bool = False
    ) -> EnergySummary:
        """Of [start, end); hours that begin in it count."""
        within = and_(energy_requests.c.began_at >= start, energy_requests.c.began_at < end)
        told = self._connection.execute(select(*_energy_columns()).where(within)).one()
        return as_summary(
            self.hours(start, end),
            self._models(within),
            unmeasured_requests=int(told.unmeasured or 0),
            cut_requests=int(told.cut or 0),
            uncalibrated_requests=int(told.uncalibrated or 0),
            by_clinician=self._by_clinician(within) if with_clinicians else None,
        )

    def of_clinician(self, account_id: str, start: datetime, end: datetime) -> int:
        """Millijoules of one clinician's encounters."""
        within = and_(energy_requests.c.began_at >= start, energy_requests.c.began_at < end)
        return self._by_clinician(within).get(account_id, 0)

    def hours(self, start: datetime, end: datetime) -> tuple[HourUse, ...]:
        rows = self._connection.execute(
            select(energy_hours)
            .where(energy_hours.c.hour_at >= start, energy_hours.c.hour_at < end)
            .order_by(energy_hours.c.hour_at, energy_hours.c.gpu)
        ).mappings()
        return tuple(
            HourUse(
                **{k: v for k, v in row.items() if k not in ("meter_id", "mode")},
                mode=Mode(row["mode"]),
            )
            for row in rows
        )

    def choices(self) -> Mapping[str, Any]:
        found = self._connection.execute(select(energy_choices.c.choices)).scalar()
        return dict(found or {})

    def save_choices(self, choices: Mapping[str, Any]) -> None:
        changed = self._connection.execute(update(energy_choices).values(choices=dict(choices)))
        if changed.rowcount == 0:
            self._connection.execute(insert(energy_choices).values(id=1, choices=dict(choices)))

    def last_statement(self) -> KeptStatement | None:
        row = (
            self._connection.execute(
                select(energy_statements).order_by(energy_statements.c.number.desc()).limit(1)
            )
            .mappings()
            .first()
        )
        return KeptStatement(**row) if row else None

    def add_statement(self, statement: KeptStatement) -> None:
        self._connection.execute(insert(energy_statements).values(**vars(statement)))

    def statement(self, number: int) -> KeptStatement | None:
        row = (
            self._connection.execute(
                select(energy_statements).where(energy_statements.c.number == number)
            )
            .mappings()
            .first()
        )
        return KeptStatement(**row) if row else None

    def retirements(self) -> tuple[Retirement, ...]:
        rows = self._connection.execute(
            select(offset_retirements).order_by(offset_retirements.c.id)
        ).mappings()
        return tuple(Retirement(**{k: v for k, v in row.items() if k != "id"}) for row in rows)

    def add_retirement(self, retirement: Retirement) -> None:
        self._connection.execute(insert(offset_retirements).values(**vars(retirement)))

    def _add_request(self, meter_id: str, sequence: int, row: RequestRow) -> None:
        plain = {name: value for name, value in vars(row).items() if name != "work"}
        work = row.work
        self._connection.execute(
            insert(energy_requests).values(
                meter_id=meter_id,
                sequence=sequence,
                **plain | {"kind": row.kind.value},
                prefill_tokens=work.prefill_tokens,
                decode_tokens=work.decode_tokens,
                context_tokens=work.context_tokens,
                audio_milliseconds=work.audio_milliseconds,
            )
        )

    def _add_period(self, meter_id: str, row: PeriodRow) -> None:
        hour_at = row.began_at.replace(minute=0, second=0, microsecond=0)
        table = energy_hours.c
        is_it = and_(
            table.hour_at == hour_at,
            table.meter_id == meter_id,
            table.gpu == row.gpu,
            table.mode == row.mode.value,
        )
        grown = {name: table[name] + getattr(row, name) for name in _ADDED}
        changed = self._connection.execute(update(energy_hours).where(is_it).values(grown))
        if changed.rowcount == 0:
            self._connection.execute(
                insert(energy_hours).values(
                    hour_at=hour_at,
                    meter_id=meter_id,
                    gpu=row.gpu,
                    mode=row.mode.value,
                    **{name: getattr(row, name) for name in _ADDED},
                )
            )

    def _set_position(self, meter_id: str, sequence: int) -> None:
        changed = self._connection.execute(
            update(energy_meters)
            .where(energy_meters.c.meter_id == meter_id)
            .values(sequence=sequence)
        )
        if changed.rowcount == 0:
            self._connection.execute(
                insert(energy_meters).values(meter_id=meter_id, sequence=sequence)
            )

    def _models(self, within: Any) -> tuple[ModelUse, ...]:
        table = energy_requests.c
        rows = self._connection.execute(
            select(
                table.model,
                table.kind,
                func.count(func.distinct(table.request_id)),
                func.sum(table.millijoules),
                func.sum(table.audio_milliseconds),
                func.sum(table.prefill_tokens),
                func.sum(table.decode_tokens),
            )
            .where(within, table.millijoules.is_not(None))
            .group_by(table.model, table.kind)
            .order_by(table.kind, table.model)
        )
        return tuple(
            ModelUse(
                model=model,
                kind=kind,
                requests=int(requests),
                millijoules=int(millijoules),
                audio_milliseconds=int(audio),
                prefill_tokens=int(prefill),
                decode_tokens=int(decode),
            )
            for model, kind, requests, millijoules, audio, prefill, decode in rows
        )

    def _by_clinician(self, within: Any) -> dict[str, int]:
        rows = self._connection.execute(
            select(encounters.c.clinician_id, func.sum(energy_requests.c.millijoules))
            .select_from(energy_requests)
            .join(step_runs, step_runs.c.request_id == energy_requests.c.request_id)
            .join(encounters, encounters.c.id == step_runs.c.encounter_id)
            .where(within, energy_requests.c.millijoules.is_not(None))
            .group_by(encounters.c.clinician_id)
        )
        return {clinician: int(millijoules) for clinician, millijoules in rows}


def _energy_columns() -> list[Any]:
    table = energy_requests.c
    is_measured = table.millijoules.is_not(None)
    return [
        func.sum(table.millijoules).label("millijoules"),
        func.sum(case((is_measured, 1), else_=0)).label("measured"),
        func.sum(case((is_measured, 0), else_=1)).label("unmeasured"),
        func.sum(case((and_(is_measured, table.is_whole.is_(False)), 1), else_=0)).label("cut"),
        func.sum(case((and_(is_measured, table.is_calibrated.is_(False)), 1), else_=0)).label(
            "uncalibrated"
        ),
    ]
