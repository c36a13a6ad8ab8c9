"""Train the shipped name model: `python -m appliance.adapters.identifiers.train_names TALK OUT`.

`TALK` is a labelled file (`tests/masking/therapy_talk.jsonl`), of which only the rows marked for tuning
are read, and only with other names put in. The same versions give the same file. Needs the extra
`training`; nothing of it is needed to run the box.
"""

import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from appliance.adapters.identifiers.invented_text import Excerpt, Inventor
from appliance.adapters.identifiers.lists import load
from appliance.adapters.identifiers.name_features import BUCKETS, NameFeatures
from appliance.adapters.identifiers.name_model import TAGS, write_model
from appliance.domain.masking.normalise import fold_text
from appliance.domain.masking.words import read_words

SEED = 20261
EXCERPTS = 40_000
REWRITINGS = 24
EPOCHS = 6
PENALTY = 1e-5


def main(arguments: list[str]) -> None:
    """Draw the text, train, write the model, and say its size."""
    talk, out = map(Path, arguments)
    inventor = Inventor(SEED)
    rows = [json.loads(line) for line in talk.read_text("utf-8").splitlines()]
    tuning = [row for row in rows if row.get("split") == "tuning"] + _own_talk()
    excerpts = [inventor.excerpt() for _ in range(EXCERPTS)]
    excerpts += [inventor.from_labelled(row) for _ in range(REWRITINGS) for row in tuning]
    weights = _train(excerpts)
    write_model(out, weights)
    print(f"{len(excerpts)} excerpts; {out.stat().st_size} bytes")


def _own_talk() -> list[dict[str, Any]]:
    """Labelled excerpts that were written to be learned from, and are measured with nowhere."""
    talk = resources.files("models") / "names" / "training" / "talk.jsonl"
    return [json.loads(line) for line in talk.read_text("utf-8").splitlines()]


def _train(excerpts: list[Excerpt]) -> "np.ndarray[Any, Any]":
    columns: list[int] = []
    ends = [0]
    tags: list[int] = []
    for excerpt in excerpts:
        for row, tag in _examples(excerpt):
            columns += row
            ends.append(len(columns))
            tags.append(tag)
    table = csr_matrix(
        (
            np.ones(len(columns), dtype=np.float32),
            np.array(columns, dtype=np.int32),
            np.array(ends),
        ),
        shape=(len(tags), BUCKETS),
    )
    table.sum_duplicates()
    learner = SGDClassifier(
        loss="log_loss", alpha=PENALTY, max_iter=EPOCHS, tol=None, average=True, random_state=SEED
    )
    learner.fit(table, np.array(tags))
    weights = np.zeros((BUCKETS + 1, len(TAGS)), dtype=np.float32)
    weights[:BUCKETS] = learner.coef_.T
    weights[BUCKETS] = learner.intercept_
    return weights


def _examples(excerpt: Excerpt) -> list[tuple[list[int], int]]:
    """A row of buckets and a tag for each word; words of other identifiers are left out."""
    folded, back = fold_text(excerpt.text)
    words = read_words(folded)
    features = NameFeatures(load(), excerpt.hidden)
    examples = []
    before = TAGS[0]
    for at, row in enumerate(features.rows(words)):
        start = back[words.items[at].start] if back else words.items[at].start
        label = next(
            (str(m["label"]) for m in excerpt.marks if m["start"] <= start < m["end"]), TAGS[0]
        )
        if label != "SKIP":
            tags = features.after_tag(before, words.items[at].key)
            examples.append(([*row, *tags], TAGS.index(label)))
        before = label if label in TAGS else TAGS[0]
    return examples


if __name__ == "__main__":
    main(sys.argv[1:])
