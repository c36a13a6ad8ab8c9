"""What became of the box's own trial session: is anything left of what it destroyed?"""

from appliance.adapters.machine.finding import Finding, MachineInputs, Verdict
from appliance.domain.canary import sentence_of
from appliance.domain.residue import Outcome

_MEND = "Run quietroom verify residue as root: it looks into every program of the box."


def check_canary(inputs: MachineInputs) -> Finding:
    """A find breaks the promise; what was not looked at, or not lately, leaves it in doubt."""
    result = inputs.canary
    says = sentence_of(result, inputs.now)
    if result is not None and result.outcome is Outcome.FOUND:
        return _canary(Verdict.FAIL, says, _MEND)
    if result is None or result.is_in_doubt(inputs.now):
        return _canary(Verdict.WARN, says, _MEND)
    return _canary(Verdict.OK, says)


def _canary(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="canary", promise="P5", verdict=verdict, says=says, mend=mend)
