"""Is the way between browser and box encrypted, and for how long yet."""

from datetime import timedelta

from appliance.adapters.machine.finding import Finding, MachineInputs, Verdict

_SOON = timedelta(days=14)


def check_certificate(inputs: MachineInputs) -> Finding:
    """Without TLS no browser records, and what is typed crosses the network in the clear."""
    expires_at = inputs.certificate_expires_at
    if expires_at is None:
        return _certificate(
            Verdict.FAIL,
            "There is no certificate: browsers would send what is typed in the clear, and none "
            "would record.",
            "Run quietroom up once, which makes one, or point the settings to your own.",
        )
    day = f"{expires_at:%d %B %Y}"
    if expires_at <= inputs.now:
        return _certificate(Verdict.FAIL, f"The certificate ended on {day}.", _MEND)
    if expires_at <= inputs.now + _SOON:
        return _certificate(Verdict.WARN, f"The certificate ends soon, on {day}.", _MEND)
    return _certificate(Verdict.OK, f"The certificate holds until {day}.")


_MEND = "Restart quietroom, which renews its own certificate; renew yours where you gave it one."


def _certificate(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="certificate", promise="P1", verdict=verdict, says=says, mend=mend)
