"""Speech, drafting and identifiers, as `serving` answers them."""

from appliance.adapters.inference.client import ServingClient
from appliance.adapters.inference.loaded_models import missing_models
from appliance.adapters.inference.names import LargeNameModel

__all__ = ["LargeNameModel", "ServingClient", "missing_models"]
