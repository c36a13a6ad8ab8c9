"""Whether the large name model that is configured is loaded: the gate asks before anything goes out."""

from collections.abc import Callable

from appliance.adapters.inference.client import ServingClient
from appliance.domain.errors import ServingUnavailable


def missing_models(serving: ServingClient, name: str) -> Callable[[], tuple[str, ...]]:
    """What `Gate.missing_models` asks: the model's name, unless serving answers that it has it loaded."""

    def missing() -> tuple[str, ...]:
        try:
            engine = serving.health().identifiers
        except ServingUnavailable:
            return (name,)
        return () if engine is not None and engine.name == name else (name,)

    return missing
