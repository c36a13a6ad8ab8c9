"""What a session's work used of the GPUs' energy, as the API answers it."""

from pydantic import BaseModel, ConfigDict

from appliance.domain.energy import Measured
from appliance.domain.metering.ledger import EncounterEnergy, encounter_line


class UsageAnswer(BaseModel):
    """What a session's own requests used on GPUs: their share by rule of what the counters showed.

    `energy_joules` null: not measured, or not settled yet, which takes a second or two after its
    work; `sentence` says why, and asking the same address again says it later.
    """

    model_config = ConfigDict(frozen=True)

    energy_joules: float | None
    energy_measured: bool
    sentence: str


def usage_of(used: EncounterEnergy) -> UsageAnswer:
    energy = used.energy
    is_measured = isinstance(energy, Measured)
    return UsageAnswer(
        energy_joules=energy.millijoules / 1000 if isinstance(energy, Measured) else None,
        energy_measured=is_measured,
        sentence=encounter_line(used),
    )
