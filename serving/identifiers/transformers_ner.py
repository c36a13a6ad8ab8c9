"""A transformers token classification model from the shelf: BERT and its like, on the GPU or the CPU.

Loaded from a local folder whose every byte is verified, never from a hub; weights are read as
safetensors, which hold numbers only, and no code that comes with a model is run.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.manifest import Manifest, read_manifest
from models.shelf import Shelf
from serving.errors import CannotStart
from serving.identifiers.windows import Piece, Tagged, cut, joined
from serving.wire import Engine, Span

LONGEST_TOKENS = 510
"""What BERT holds, less its two marks of beginning and end."""
OVERLAP_TOKENS = 64
BATCH_PIECES = 16
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")


class TransformersNer:
    """Tags every token. One model: use it from one thread at a time."""

    def __init__(
        self, *, model: Any, tokenizer: Any, kinds: Mapping[int, str], label: Engine
    ) -> None:
        """`kinds`: for each class of the model that is an identifier, what the wire calls it."""
        self._model = model
        self._tokenizer = tokenizer
        self._kinds = kinds
        self._label = label
        held = int(model.config.max_position_embeddings) - 2
        self._longest = min(LONGEST_TOKENS, held)

    @property
    def label(self) -> Engine:
        return self._label

    def find(self, texts: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
        """Every text whole, however long; in windows, several at once."""
        encoded = [self._encode(text) for text in texts]
        pieces = [
            (number, piece)
            for number, (ids, _) in enumerate(encoded)
            if ids
            for piece in cut(len(ids), self._longest, min(OVERLAP_TOKENS, self._longest // 4))
        ]
        tags: list[list[tuple[str | None, float]]] = [
            [(None, 0.0)] * len(ids) for ids, _ in encoded
        ]
        for start in range(0, len(pieces), BATCH_PIECES):
            batch = pieces[start : start + BATCH_PIECES]
            judged = self._judge([encoded[n][0][p.first : p.last] for n, p in batch])
            for (number, piece), verdicts in zip(batch, judged, strict=True):
                _take(tags[number], piece, verdicts)
        return tuple(
            tuple(_spans(text, offsets, tags[number]))
            for number, (text, (_, offsets)) in enumerate(zip(texts, encoded, strict=True))
        )

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoded = self._tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        return encoded["input_ids"], encoded["offset_mapping"]

    def _judge(self, rows: list[list[int]]) -> Iterator[list[tuple[str | None, float]]]:
        """For each row of token ids, what each token is and with which probability."""
        import torch

        begin, end = self._tokenizer.cls_token_id, self._tokenizer.sep_token_id
        padded = self._tokenizer.pad(
            {"input_ids": [[begin, *row, end] for row in rows]}, return_tensors="pt"
        ).to(self._model.device)
        with torch.inference_mode():
            scores = self._model(**padded).logits.float().softmax(-1)
        best = scores.max(-1)
        for at, row in enumerate(rows):
            classes = best.indices[at, 1 : len(row) + 1].tolist()
            chances = best.values[at, 1 : len(row) + 1].tolist()
            yield [(self._kinds.get(c), p) for c, p in zip(classes, chances, strict=True)]


def _take(
    tags: list[tuple[str | None, float]], piece: Piece, verdicts: list[tuple[str | None, float]]
) -> None:
    tags[piece.from_ : piece.to] = verdicts[piece.from_ - piece.first : piece.to - piece.first]


def _spans(
    text: str, offsets: list[tuple[int, int]], tags: list[tuple[str | None, float]]
) -> Iterator[Span]:
    tokens = (
        Tagged(start=start, end=end, kind=kind, score=score)
        for (start, end), (kind, score) in zip(offsets, tags, strict=True)
    )
    for found in joined(tokens, text):
        yield Span.model_validate(
            {"start": found.start, "end": found.end, "kind": found.kind, "score": found.score}
        )


def load(name: str, models_directory: Path | None) -> TransformersNer:
    """The engine of the manifest `name`. Raises CannotStart, ModelUnknown, ModelMissing, ModelAltered."""
    if models_directory is None:
        raise CannotStart("QUIETROOM_SERVING_MODELS_DIRECTORY is needed for an identifiers model")
    manifest = read_manifest(name)
    folder = Shelf(models_directory).take(name)
    os.environ.update(dict.fromkeys(_OFFLINE, "1"))
    return from_folder(folder, manifest)


def from_folder(folder: Path, manifest: Manifest) -> TransformersNer:
    """The engine with the weights in a verified folder. Raises CannotStart."""
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()  # it would print what it is given
    tokenizer = AutoTokenizer.from_pretrained(
        folder, local_files_only=True, use_fast=True, trust_remote_code=False
    )
    model = AutoModelForTokenClassification.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
    )
    device = "cuda" if torch.cuda.is_available() else "cpu"
    kinds = _kinds(model.config.id2label, manifest)
    if not tokenizer.is_fast:
        raise CannotStart(f"{manifest.name}: its tokenizer cannot be used")
    return TransformersNer(
        model=model.eval().to(device),
        tokenizer=tokenizer,
        kinds=kinds,
        label=Engine(name=manifest.name, version=manifest.version, is_demo=False),
    )


def _kinds(classes: Mapping[int, str], manifest: Manifest) -> dict[int, str]:
    """B-PATIENT, I-PATIENT and PATIENT are one label. Raises CannotStart for one nobody spoke of."""
    plain = {number: re.sub(r"^[BILUSE]-", "", name) for number, name in classes.items()}
    if not set(plain.values()) <= {*manifest.labels, *manifest.ignored}:
        raise CannotStart(f"{manifest.name}: the model has labels that its manifest does not name")
    return {
        number: manifest.labels[name] for number, name in plain.items() if name in manifest.labels
    }
