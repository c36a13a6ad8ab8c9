"""What the machine around the GPUs uses: the processor's counters (RAPL), a declared constant, or nothing.

RAPL (Intel SDM volume 3, "Platform Specific Power Management"; AMD the same) shows microjoules of
each processor package in /sys/class/powercap, wrapping around. It leaves out power supply, disks
and fans. Virtual machines have none, and the kernel shows it to root only (CVE-2020-8694) unless the
administrator opens it to the meter.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.energy import NotMeasured
from appliance.domain.metering.rows import Mode

POWERCAP = Path("/sys/class/powercap")
NO_RAPL = NotMeasured(reason="no processor counter can be read, and no constant is declared")


@dataclass(frozen=True, kw_only=True)
class HostUse:
    """What was used since the last look."""

    millijoules: int
    mode: Mode
    seconds: float


class HostEnergy:
    """`declared_watts`: what the administrator says the rest of the machine draws; None: nothing."""

    def __init__(
        self,
        declared_watts: float | None = None,
        *,
        powercap: Path = POWERCAP,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._declared_watts = declared_watts
        self._monotonic = monotonic
        self._zones = sorted(powercap.glob("intel-rapl:?"))
        self._last: dict[Path, int] = {}
        self._at_seconds: float | None = None
        self._carry = 0.0

    def look(self) -> HostUse | NotMeasured | None:
        """Since the last look; None at the first one, NotMeasured where there is nothing to go by."""
        now, since = self._monotonic(), self._at_seconds
        self._at_seconds = now
        counted = self._counted()
        if since is None:
            return None
        if counted is not None:
            return self._use(counted / 1000, Mode.RAPL, now - since)
        if self._declared_watts is not None:
            used = self._declared_watts * 1000 * (now - since)
            return self._use(used, Mode.DECLARED, now - since)
        return NO_RAPL

    def _use(self, millijoules: float, mode: Mode, seconds: float) -> HostUse:
        whole = int(millijoules + self._carry)
        self._carry += millijoules - whole
        return HostUse(millijoules=whole, mode=mode, seconds=seconds)

    def _counted(self) -> int | None:
        """Microjoules over all packages since the last look; None where one cannot be read."""
        total, is_known = 0, bool(self._zones)
        for zone in self._zones:
            try:
                now = int((zone / "energy_uj").read_text())
                span = int((zone / "max_energy_range_uj").read_text())
            except (OSError, ValueError):
                self._last.pop(zone, None)
                return None
            was = self._last.get(zone)
            self._last[zone] = now
            if was is None:
                is_known = False
            else:
                total += now - was if now >= was else now + span - was
        return total if is_known else None
