"""Is the GPU's energy measured; takes the meter's reading and never asks the GPU itself."""

from appliance.adapters.machine.finding import Finding, MachineInputs, Verdict
from appliance.domain.energy import NotMeasured


def check_energy(inputs: MachineInputs) -> Finding:
    """Unmeasured energy is no danger to anybody, so it only warns."""
    reading = inputs.energy
    if isinstance(reading, NotMeasured):
        return _energy(Verdict.WARN, f"Energy is not measured: {reading.reason}.", _MEND)
    reasons = sorted(
        {gpu.energy.reason for gpu in reading.gpus if isinstance(gpu.energy, NotMeasured)}
    )
    if reasons or not reading.gpus:
        said = "; ".join(reasons) or "no GPU was found"
        return _energy(Verdict.WARN, f"Energy is not fully measured: {said}.", _MEND)
    gaps = sum(gpu.gaps for gpu in reading.gpus)
    says = f"The energy of {len(reading.gpus)} GPU(s) is measured"
    return _energy(
        Verdict.OK, f"{says}; gaps since the meter's start: {gaps}." if gaps else f"{says}."
    )


_MEND = (
    "The box works without it and says so. To measure: an NVIDIA GPU (Volta or newer) with its "
    "driver, not split (MIG) or shared (vGPU), and quietroom meter running."
)


def _energy(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="energy", promise="P8", verdict=verdict, says=says, mend=mend)
