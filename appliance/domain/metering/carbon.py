"""Carbon of the energy: location- and market-based, both gross; offsets apart, and never subtracted.

Scope 2 guidance of the GHG Protocol (2015) asks for both figures: the grid where the box stands, and
the contract that the practice has. The score is ISO/IEC 21031:2024 (Software Carbon Intensity):
SCI = (E · I + M) a functional unit R, here one note; offsets do not reduce it (clause on offsets).
"""

from dataclasses import dataclass
from datetime import datetime

from appliance.domain.errors import FieldsInvalid
from appliance.domain.metering.grid import (
    POUNDS_BY_STATE,
    SOURCE,
    US_AVERAGE,
    grams_a_kilowatt_hour,
)

MILLIJOULES_A_KILOWATT_HOUR = 3_600_000_000
HOURS_A_YEAR = 8766


@dataclass(frozen=True, kw_only=True)
class EnergyChoices:
    """What only the practice knows. Unknown things are None, and what hangs on them is not shown.

    `tariff`: money a kilowatt-hour, in `currency`. `state`: two letters, for the grid's average.
    `contract_grams`: grams CO2e a kilowatt-hour of the practice's own contract, with its `source`.
    `embodied_kilograms`: of making the hardware, over `lifetime_years`.
    """

    tariff: float | None = None
    currency: str = "USD"
    state: str | None = None
    contract_grams: float | None = None
    contract_source: str = ""
    embodied_kilograms: float | None = None
    lifetime_years: float = 5.0

    def __post_init__(self) -> None:
        """Raises FieldsInvalid, naming the field."""
        wrong = [
            name
            for name, is_right in (
                ("tariff", self.tariff is None or 0 <= self.tariff < 100),
                ("currency", len(self.currency) == 3 and self.currency.isalpha()),
                ("state", self.state is None or self.state in POUNDS_BY_STATE),
                ("contract_grams", self.contract_grams is None or 0 <= self.contract_grams < 5000),
                ("contract_source", len(self.contract_source) <= 200),
                (
                    "embodied_kilograms",
                    self.embodied_kilograms is None or 0 <= self.embodied_kilograms < 1e6,
                ),
                ("lifetime_years", 0 < self.lifetime_years <= 30),
            )
            if not is_right
        ]
        if wrong:
            raise FieldsInvalid(details={"fields": wrong})


@dataclass(frozen=True, kw_only=True)
class Intensity:
    """Grams CO2e a kilowatt-hour, and where that comes from."""

    grams: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Carbon:
    """Grams CO2e of a stretch of time. `market` None: the practice gave no contract figure."""

    location: float
    market: float | None
    embodied: float | None
    notes: int

    @property
    def score(self) -> float | None:
        """SCI: grams a note, location-based, with the hardware's share where it is known."""
        return (self.location + (self.embodied or 0.0)) / self.notes if self.notes else None


@dataclass(frozen=True, kw_only=True)
class Retirement:
    """An offset that was bought and retired: a line of a ledger of its own, never changed.

    `kilograms`: of CO2e. `certificate_sha256`: of the registry's file, which the practice keeps.
    """

    noted_at: datetime
    registry: str
    project: str
    vintage: str
    serials: str
    kilograms: int
    certificate_sha256: str


def location_intensity(choices: EnergyChoices) -> Intensity:
    """By the state, or the country's average where no state was chosen."""
    if choices.state is None:
        return Intensity(grams=grams_a_kilowatt_hour(US_AVERAGE), source=f"{SOURCE}: United States")
    return Intensity(
        grams=grams_a_kilowatt_hour(POUNDS_BY_STATE[choices.state]),
        source=f"{SOURCE}: {choices.state}",
    )


def market_intensity(choices: EnergyChoices) -> Intensity | None:
    if choices.contract_grams is None:
        return None
    return Intensity(
        grams=choices.contract_grams, source=choices.contract_source or "declared by the practice"
    )


def carbon_of(millijoules: int, covered_hours: float, notes: int, choices: EnergyChoices) -> Carbon:
    """Of energy used while the meter ran for `covered_hours`; both figures gross."""
    kilowatt_hours = millijoules / MILLIJOULES_A_KILOWATT_HOUR
    market = market_intensity(choices)
    embodied = None
    if choices.embodied_kilograms is not None:
        life_hours = choices.lifetime_years * HOURS_A_YEAR
        embodied = choices.embodied_kilograms * 1000 * covered_hours / life_hours
    return Carbon(
        location=kilowatt_hours * location_intensity(choices).grams,
        market=None if market is None else kilowatt_hours * market.grams,
        embodied=embodied,
        notes=notes,
    )
