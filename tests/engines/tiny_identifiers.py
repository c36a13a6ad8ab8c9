"""Runs in the engines' environment: makes a tiny BERT that knows a few names, and asks it.

make FOLDER   a config, a tokenizer, a vocabulary and weights as safetensors
serve NAME SHELF   one JSON list of texts a line in, one JSON list of lists of spans a line out
"""

import json
import os
import sys
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}

import torch
from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast

LABELS = ("O", "PATIENT", "HOSPITAL", "DATE")
NAMES = ("zorvane", "quillimor", "tesparo", "mirelle")
SURNAMES = ("brackenfold", "oyelaran", "szymkiew")
HOUSES = ("larkhaven", "stonemere")
FRAMES = (
    "i spoke with {n} about sleep",
    "{n} {s} came to the session today",
    "she was at {h} clinic when {n} called",
    "on {d} {n} went back to {h} clinic",
    "we talked about work and about how to rest",
    "my week was long and the evenings were hard",
)


def sentences():
    """Every frame filled in every way: (word, label) pairs."""
    kinds = {"n": ("PATIENT", NAMES), "s": ("PATIENT", SURNAMES), "h": ("HOSPITAL", HOUSES)}
    for turn in range(24):
        for frame in FRAMES:
            row = []
            for word in frame.split():
                if word == "{d}":
                    row.append((f"{turn % 12 + 1}/{turn % 28 + 1}/2026", "DATE"))
                elif word.startswith("{"):
                    label, values = kinds[word[1]]
                    row.append((values[turn % len(values)], label))
                else:
                    row.append((word, "O"))
            yield row


def vocabulary():
    """Words of the frames whole; names in pieces, as a real vocabulary has them."""
    whole = sorted({w for frame in FRAMES for w in frame.split() if "{" not in w})
    letters = [chr(n) for n in range(ord("a"), ord("z") + 1)]
    pieces = [f"##{name[4:]}" for name in (*NAMES, *SURNAMES, *HOUSES)]
    heads = [name[:4] for name in (*NAMES, *SURNAMES, *HOUSES)]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    figures = [*map(str, range(10)), *(f"##{n}" for n in range(10)), "/", "."]
    return [*special, *dict.fromkeys([*whole, *heads, *pieces, *figures, *letters])]


def make(folder):
    torch.manual_seed(7)
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary()))
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=True)
    config = BertConfig(
        vocab_size=len(vocabulary()),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        id2label=dict(enumerate(LABELS)),
        label2id={label: n for n, label in enumerate(LABELS)},
    )
    model = BertForTokenClassification(config)
    train(model, tokenizer)
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(vocabulary()))


def train(model, tokenizer, steps=150):
    rows = list(sentences())
    encoded = tokenizer(
        [[word for word, _ in row] for row in rows],
        is_split_into_words=True,
        padding=True,
        return_tensors="pt",
    )
    labels = torch.full_like(encoded["input_ids"], -100)
    for at, row in enumerate(rows):
        for position, word in enumerate(encoded.word_ids(at)):
            if word is not None:
                labels[at, position] = LABELS.index(row[word][1])
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    model.train()
    for _ in range(steps):
        loss = model(**encoded, labels=labels).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval()


def serve(name, shelf):
    from serving.identifiers import transformers_ner

    engine = transformers_ner.load(name, shelf)
    print(json.dumps(engine.label.model_dump()), flush=True)
    for line in sys.stdin:
        found = engine.find(json.loads(line))
        print(json.dumps([[span.model_dump() for span in spans] for spans in found]), flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    else:
        serve(sys.argv[2], Path(sys.argv[3]))
