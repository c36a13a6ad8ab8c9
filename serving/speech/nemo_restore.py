"""A `.nemo` file from the shelf as a model that hears: verified, read in memory, told how to decode.

A `.nemo` is a tar of a configuration, a tokenizer and weights. NeMo unpacks all of it into a
temporary folder, which on the box is memory of one GiB; here the weights are read where they lie.
They are read with torch's `weights_only`, and NeMo makes only classes that it allows for.
"""

import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from nemo.collections.asr.models import ASRModel
from nemo.core.connectors.save_restore_connector import SaveRestoreConnector
from nemo.utils import logging
from omegaconf import OmegaConf, open_dict

from models.manifest import Manifest, read_manifest
from models.shelf import Shelf
from serving.errors import CannotStart

WEIGHTS = "model_weights.ckpt"
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")


def restore(name: str, models_directory: Path | None) -> tuple[Any, Manifest]:
    """The model of the manifest `name`, on the GPU where there is one, ready to hear.

    Raises CannotStart, ModelUnknown, ModelMissing, ModelAltered.
    """
    if models_directory is None:
        raise CannotStart("QUIETROOM_SERVING_MODELS_DIRECTORY is needed for a NeMo model")
    manifest = read_manifest(name)
    file = Shelf(models_directory).take(name) / manifest.files[0].path
    os.environ.update(dict.fromkeys(_OFFLINE, "1"))
    logging.set_verbosity(logging.ERROR)  # it would print what it hears
    model = from_file(file, "cuda" if torch.cuda.is_available() else "cpu")
    logging.set_verbosity(logging.CRITICAL)
    return model, manifest


def from_file(file: Path, device: str) -> Any:
    """The model in a verified file. Raises CannotStart where it is none that hears."""
    try:
        model = ASRModel.restore_from(
            str(file),
            map_location=torch.device(device),
            save_restore_connector=_WeightsWhereTheyLie(file),
        )
    except Exception:  # noqa: BLE001 - whatever a stranger's file makes NeMo say
        raise CannotStart(f"{file.name} cannot be restored by NeMo") from None
    model.freeze()
    _set_decoding(model, device)
    return model


class _WeightsWhereTheyLie(SaveRestoreConnector):  # type: ignore[misc] # NeMo ships no types
    """Unpacks everything but the weights, and reads those out of the tar."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def _filtered_tar_info(self, tar_path: str, filter_fn: Any = None) -> list[tarfile.TarInfo]:
        members = SaveRestoreConnector._filtered_tar_info(tar_path, filter_fn)  # noqa: SLF001
        return [member for member in members if Path(member.name).name != WEIGHTS]

    def _load_state_dict_from_disk(self, model_weights: str, map_location: Any = "cpu") -> Any:
        with _member(self._file, WEIGHTS) as weights:
            return torch.load(weights, map_location=map_location, weights_only=True)


@contextmanager
def _member(file: Path, name: str) -> Iterator[Any]:
    """One file of an uncompressed tar (NeMo's since 1.7), without unpacking it. Raises ValueError."""
    with tarfile.open(file, "r:") as archive:
        for member in archive:
            if Path(member.name).name == name and (opened := archive.extractfile(member)):
                yield opened
                return
    raise ValueError("no weights in the file")


def _set_decoding(model: Any, device: str) -> None:
    """Words with times and confidences; on the GPU the decoder runs as one CUDA graph."""
    decoding = OmegaConf.create(OmegaConf.to_container(model.cfg.decoding, resolve=True))
    with open_dict(decoding):
        decoding.compute_timestamps = True
        decoding.confidence_cfg = {
            "preserve_token_confidence": True,
            "preserve_word_confidence": True,
            "exclude_blank": True,
            "aggregation": "mean",
            "method_cfg": {"name": "max_prob"},
        }
        if is_transducer(model):
            decoding.strategy = "greedy_batch"
            decoding.greedy.use_cuda_graph_decoder = device == "cuda"
            decoding.greedy.enable_per_stream_biasing = can_listen_for_words(model)
    model.change_decoding_strategy(decoding, verbose=False)


def is_transducer(model: Any) -> bool:
    """RNN-T, TDT and hybrids: they have a joint network."""
    return hasattr(model, "joint")


def can_listen_for_words(model: Any) -> bool:
    """Whether NeMo can favour words window by window: transducers with word pieces."""
    return is_transducer(model) and hasattr(model, "tokenizer")
