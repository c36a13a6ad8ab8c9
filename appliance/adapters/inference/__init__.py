"""Speech, drafting and identifiers, as `serving` answers them."""

from appliance.adapters.inference.client import ServingClient, energy_booked_under
from appliance.adapters.inference.loaded_models import missing_models
from appliance.adapters.inference.names import LargeNameModel
from appliance.adapters.inference.writer_process import WriterProcess

__all__ = [
    "LargeNameModel",
    "ServingClient",
    "WriterProcess",
    "energy_booked_under",
    "missing_models",
]
