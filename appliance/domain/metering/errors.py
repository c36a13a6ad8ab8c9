"""What can be wrong with measuring and stating energy; see `appliance.domain.errors` for the tree."""

from appliance.domain.errors import Unavailable, Unusable


class SweepUnusable(Unusable):
    """The costs of requests cannot be measured now: it takes a GPU with a counter, half a minute
    of rest before, and enough requests on it that nothing else disturbed.
    """

    code = "sweep_unusable"


class StatementUnusable(Unusable):
    """This is not an energy statement of this box as it was signed: it was changed, cut short, or
    signed by somebody else.
    """

    code = "statement_unusable"


class MeterUnavailable(Unavailable):
    """The energy meter does not answer. Start quietroom meter, and try again."""

    code = "meter_unavailable"
