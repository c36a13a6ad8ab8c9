"""Speech recognition and drafting, as `serving` answers them."""

from appliance.adapters.inference.client import ServingClient

__all__ = ["ServingClient"]
