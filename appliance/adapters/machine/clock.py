"""Can deadlines be trusted: is the clock set, and kept right by something."""

import ctypes
from datetime import UTC, datetime

from appliance.adapters.machine.finding import Finding, MachineInputs, Verdict

_BUILT_AFTER = datetime(2026, 1, 1, tzinfo=UTC)
_UNSYNCHRONISED = 0x0040  # STA_UNSYNC, Linux include/uapi/linux/timex.h


class _Timex(ctypes.Structure):
    """The head of the kernel's struct timex (adjtimex(2)), with room for the rest of it."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def kernel_clock_is_synchronised() -> bool | None:
    """Whether something disciplines the kernel's clock; None where the kernel does not say."""
    timex = _Timex(modes=0)
    try:
        adjtimex = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return None
    if adjtimex(ctypes.byref(timex)) < 0:
        return None
    return not timex.status & _UNSYNCHRONISED


def check_clock(inputs: MachineInputs) -> Finding:
    """A clock that is wrong destroys too early or too late."""
    if inputs.now < _BUILT_AFTER:
        return _clock(
            Verdict.FAIL,
            f"The clock says {inputs.now:%d %B %Y}, which is before this software was made: "
            "nothing would be destroyed when it is due.",
            "Set the clock (timedatectl set-time), and have it kept right by a time server on "
            "your own network.",
        )
    if inputs.clock_is_synchronised() or _timesync_says_so(inputs):
        return _clock(Verdict.OK, "The clock is kept right by a time server or by the host.")
    return _clock(
        Verdict.WARN,
        "Nothing that this check can see keeps the clock right. If it drifts, transcripts are "
        "destroyed too early or too late.",
        "Point systemd-timesyncd or chrony to a time server on your own network, and declare it "
        "as a peer.",
    )


def _timesync_says_so(inputs: MachineInputs) -> bool:
    return (inputs.run / "systemd" / "timesync" / "synchronized").exists()


def _clock(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="clock", promise="P4", verdict=verdict, says=says, mend=mend)
