"""What a RayService of KubeRay imports: the same application, on a cluster that Ray already runs on."""

import os

from ray.serve import Application

from serving.app import application
from serving.errors import CannotStart
from serving.settings import read_secret, read_settings


def build(_arguments: dict[str, str]) -> Application:
    """The application by the pod's `QUIETROOM_SERVING_*`.

    Raises CannotStart where Ray would take orders from anybody who reaches its ports.
    """
    if os.environ.get("RAY_AUTH_MODE") != "token" or not os.environ.get("RAY_AUTH_TOKEN"):
        raise CannotStart("set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN")
    settings = read_settings()
    read_secret(settings.secret_file)
    return application(settings)
