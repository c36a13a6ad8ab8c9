"""From settings to the Ray Serve application: speech, notes, identifiers, and the ingress before them."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ray import serve
from ray.serve import Application, Deployment
from ray.serve.handle import DeploymentHandle
from ray.serve.schema import LoggingConfig
from starlette.requests import Request
from starlette.responses import Response

from models.shelf import Shelf
from serving.identifiers.deployment import IdentifiersDeployment
from serving.identifiers.engine import IdentifierEngine
from serving.ingress import Ingress
from serving.meter_door import MeterDoor
from serving.notes.deployment import NotesDeployment
from serving.notes.engine import NotesEngine
from serving.privacy import hide_memory, load_hidden
from serving.settings import NO_ENGINE, ServingSettings, read_secret
from serving.speech.deployment import SpeechDeployment
from serving.speech.engine import SpeechEngine

INGRESS_CPUS = 0.1
ENGINE_CPUS = 0.2
WINDOWS_WAITING_A_REPLICA = 32
"""Twice the largest batch: while one is heard, the next gathers."""
QUIET = LoggingConfig(enable_access_log=False, log_level="WARNING")


def application(settings: ServingSettings) -> Application:
    """Speech, notes and identifiers with the engines that `settings` choose, behind the ingress."""
    speech = _deployment(SpeechDeployment, settings.speech_replicas)
    notes = _deployment(NotesDeployment, settings.notes_replicas)
    ingress = _deployment(IngressDeployment, 1, cpus=INGRESS_CPUS, waiting=256)
    return ingress.bind(
        settings.secret_file,
        speech.bind(functools.partial(load_hidden, speech_engine(settings))),
        notes.bind(functools.partial(load_hidden, notes_engine(settings))),
        _identifiers(settings),
        settings.meter_socket,
    )


def _identifiers(settings: ServingSettings) -> Application | None:
    """None where no model was chosen: the appliance's own finders are all there is then."""
    if settings.identifiers_engine == NO_ENGINE:
        return None
    finder = _deployment(IdentifiersDeployment, settings.identifiers_replicas)
    return finder.bind(functools.partial(load_hidden, identifiers_engine(settings)))


def cpus(settings: ServingSettings) -> float:
    """How much of Ray's CPU bookkeeping the application asks for."""
    replicas = settings.speech_replicas + settings.notes_replicas
    if settings.identifiers_engine != NO_ENGINE:
        replicas += settings.identifiers_replicas
    return INGRESS_CPUS + ENGINE_CPUS * replicas


def speech_engine(settings: ServingSettings) -> Callable[[], SpeechEngine]:
    """What loads the chosen engine in its replica; "auto" is the best one that is there."""
    if settings.speech_engine == "nemo" or (
        settings.speech_engine == "auto"
        and Shelf(settings.models_directory).holds(settings.speech_model)
    ):
        return functools.partial(
            _load_nemo,
            settings.speech_model,
            settings.models_directory,
            settings.speech_windows_at_once,
            settings.speech_replicas,
        )
    return functools.partial(_load_pocketsphinx, settings.models_directory)


def notes_engine(settings: ServingSettings) -> Callable[[], NotesEngine]:
    """What loads the chosen engine in its replica; "auto" is the best one that is there."""
    return _NOTES_ENGINES[settings.notes_engine]


def identifiers_engine(settings: ServingSettings) -> Callable[[], IdentifierEngine]:
    """What loads the chosen model of the shelf in its replica."""
    return functools.partial(
        _load_identifiers, settings.identifiers_engine, settings.models_directory
    )


def _load_identifiers(name: str, models_directory: Path | None) -> IdentifierEngine:
    from serving.identifiers import transformers_ner  # torch is needed in this replica only

    return transformers_ner.load(name, models_directory)


def _load_nemo(
    model: str, models_directory: Path | None, at_once: int | None, replicas: int
) -> SpeechEngine:
    from serving.speech import nemo_engine  # torch and NeMo are needed in this replica only

    return nemo_engine.load(model, models_directory, at_once, replicas)


def _load_pocketsphinx(models_directory: Path | None) -> SpeechEngine:
    from serving.speech import pocketsphinx  # its libraries are needed in this replica only

    return pocketsphinx.load(models_directory)


def _load_builtin() -> NotesEngine:
    from serving.notes.builtin.writer import BuiltInWriter  # in the replica that writes

    return BuiltInWriter()


_NOTES_ENGINES = {"auto": _load_builtin, "builtin": _load_builtin}


class IngressDeployment:
    """Hangs the ingress into Ray Serve; it reads the secret itself, so that Ray never holds it."""

    def __init__(
        self,
        secret_file: Path,
        speech: DeploymentHandle[Any],
        notes: DeploymentHandle[Any],
        identifiers: DeploymentHandle[Any] | None,
        meter_socket: Path | None = None,
    ) -> None:
        hide_memory()
        self._ingress = Ingress(
            secret=read_secret(secret_file),
            speech=_Speech(speech),
            notes=_Notes(notes),
            identifiers=None if identifiers is None else _Identifiers(identifiers),
            meter=MeterDoor(meter_socket),
        )

    async def __call__(self, request: Request) -> Response:
        return await self._ingress.answer(request)


class _Speech:
    def __init__(self, handle: DeploymentHandle[Any]) -> None:
        self.label = handle.label.remote
        self.transcribe = handle.transcribe.remote


class _Notes:
    def __init__(self, handle: DeploymentHandle[Any]) -> None:
        self.label = handle.label.remote
        self.draft = handle.draft.remote


class _Identifiers:
    def __init__(self, handle: DeploymentHandle[Any]) -> None:
        self.label = handle.label.remote
        self.find = handle.find.remote


def _deployment(
    what: type,
    replicas: int,
    *,
    cpus: float = ENGINE_CPUS,
    waiting: int = WINDOWS_WAITING_A_REPLICA,
) -> Deployment:
    configure: Callable[[type], Deployment] = serve.deployment(
        name=what.__name__,
        num_replicas=replicas,
        ray_actor_options={"num_cpus": cpus},
        max_ongoing_requests=waiting,
        graceful_shutdown_timeout_s=1.0,
        graceful_shutdown_wait_loop_s=0.1,
        logging_config=QUIET,
    )
    return configure(what)
