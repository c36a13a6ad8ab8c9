"""Speech, drafting and identifiers, as `serving` answers them."""

from appliance.adapters.inference.client import ServingClient, energy_booked_under
from appliance.adapters.inference.names import LargeNameModel

__all__ = ["LargeNameModel", "ServingClient", "energy_booked_under"]
