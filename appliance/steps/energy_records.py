"""What the energy ledger keeps, as the steps see it: no content, no client."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from appliance.domain.energy_statement import KeptStatement
from appliance.domain.metering.carbon import Retirement
from appliance.domain.metering.ledger import EncounterEnergy, EnergySummary, HourUse
from appliance.domain.metering.rows import NumberedRow


class EnergyLedger(Protocol):
    """Energy by request and by hour; rows are taken once, and outlive what they speak of."""

    def position(self, meter_id: str) -> int:
        """The number of the last row taken from this meter; 0 before the first."""

    def take(self, meter_id: str, rows: Iterable[NumberedRow]) -> int:
        """Those that were not taken before; returns the last number taken."""

    def of_encounter(self, encounter_id: str) -> EncounterEnergy: ...

    def summary(
        self, start: datetime, end: datetime, *, with_clinicians: bool = False
    ) -> EnergySummary: ...

    def of_clinician(self, account_id: str, start: datetime, end: datetime) -> int:
        """Millijoules."""

    def hours(self, start: datetime, end: datetime) -> tuple[HourUse, ...]: ...

    def choices(self) -> Mapping[str, Any]: ...

    def save_choices(self, choices: Mapping[str, Any]) -> None: ...

    def last_statement(self) -> KeptStatement | None: ...

    def statement(self, number: int) -> KeptStatement | None: ...

    def add_statement(self, statement: KeptStatement) -> None: ...

    def retirements(self) -> tuple[Retirement, ...]: ...

    def add_retirement(self, retirement: Retirement) -> None: ...
