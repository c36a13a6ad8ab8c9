"""Train the gate's name model: `python -m appliance.adapters.identifiers.train_gate OUT`.

It learns from `models/gate/training` with names of the gate's lists put in, and from nothing of the
masker. The same versions give the same file. Needs the extra `training`; the box does not.
"""

import random
import re
import sys
from collections.abc import Iterator
from importlib import resources
from itertools import accumulate
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from appliance.adapters.identifiers.gate_lexicon import COMMON, load_lexicon
from appliance.adapters.identifiers.gate_names import write_gate_model
from appliance.adapters.identifiers.gate_traits import BUCKETS, Traits, read_tokens
from appliance.domain.masking.detectors import BLANK, PERSON_BLANK, PLACE_BLANK

SEED = 7
ROUNDS = 90
STRENGTH = 1.0
BLANKED_SHARE = 0.25
KNOWN = {"p": 0.5, "l": 0.4, "t": 0.0, "o": 0.0, "x": 0.6}
"""How often a filled word is one that the record has as a name, whether it is used as one or not."""
_MARKS = (BLANK, PERSON_BLANK, PLACE_BLANK)
_SLOT = re.compile(r"\{(\w)\}|([^{]+)")
_FOLDER = resources.files("models") / "gate" / "training"


class Author:
    """Fills lines with names, and says which characters are one."""

    def __init__(self, seed: int) -> None:
        self.known: set[str] = set()
        self._dice = random.Random(seed)  # noqa: S311 - it draws text, no secret
        self._lexicon = lexicon = load_lexicon()
        rows = (_FOLDER / "pieces.txt").read_text("utf-8").splitlines()[1:]
        self._pieces = {row.split()[0]: row.split()[1:] for row in rows}
        self._given = sorted(lexicon.given)
        self._family = sorted(lexicon.family)
        self._towns = sorted(lexicon.towns)
        self._plain = [word for word in self._given if word not in lexicon.ranks]
        self._both = sorted(
            word
            for word, rank in lexicon.ranks.items()
            if (word in lexicon.given or word in lexicon.family)
            and word not in lexicon.talk
            and len(word) > 2
        )
        self._weights = list(accumulate(1 / (lexicon.ranks[word] + 300) for word in self._both))
        self._rare = [word for word, rank in lexicon.ranks.items() if rank > COMMON]

    def lines(self) -> Iterator[str]:
        """The training lines."""
        for line in (_FOLDER / "lines.txt").read_text("utf-8").splitlines():
            if line.strip("= ") and not line.startswith("#"):
                yield line

    def excerpt(self, lines: list[str]) -> tuple[str, list[tuple[int, int]]]:
        """Some lines filled, as one text, in a manner drawn by chance; and where its names are."""
        text, marks = "", list[tuple[int, int]]()
        self.known = set()
        for line in lines:
            text += self._dice.choice(("", "", "T: ", "C: ", "Client: "))
            for slot, plain in _SLOT.findall(line):
                value = self._filled(slot) if slot else self._misspelled(plain)
                if slot and self._dice.random() < KNOWN[slot]:
                    self.known |= {word for word in value.lower().split() if len(word) > 2}
                if slot and slot != "x":
                    marks.append((len(text), len(text) + len(value)))
                text += value
            text += self._dice.choice((" ", " ", "\n"))
        return text, marks

    def _filled(self, slot: str) -> str:
        if slot == "x":
            if self._dice.random() < 0.3:
                return self._dice.choice(self._rare)
            return self._dice.choices(self._both, cum_weights=self._weights)[0]
        makers = {"p": self._person, "l": self._surname, "t": self._town, "o": self._institution}
        value = makers[slot]()
        if self._dice.random() > BLANKED_SHARE:
            return value
        mark = PERSON_BLANK if slot in "pl" else PLACE_BLANK
        return 6 * (mark if self._dice.random() < 0.9 else self._dice.choice(_MARKS))

    def _person(self) -> str:
        chance = self._dice.random()
        if chance < 0.3:
            name = self._dice.choice(self._plain)
        elif chance < 0.5:
            name = self._dice.choice(self._both)
        elif chance < 0.75:
            name = self._dice.choice(self._pieces["word_names"])
        elif chance < 0.82:
            name = self._dice.choice(self._pieces["nicknames"])
        else:
            name = self._unheard(self._dice.choice(self._plain))
        return _capital(name)

    def _surname(self) -> str:
        name = self._dice.choice(self._family)
        return _capital(self._unheard(name) if self._dice.random() < 0.3 else name)

    def _town(self) -> str:
        name = self._dice.choice(self._towns)
        if self._dice.random() < 0.2:
            name = self._unheard(name.split()[0])
        return " ".join(map(_capital, name.split()))

    def _institution(self) -> str:
        first = self._dice.choice(self._pieces["org_first"])
        if self._dice.random() < 0.3:
            first = self._dice.choice(self._family)
        return f"{_capital(first)} {_capital(self._dice.choice(self._pieces['org_last']))}"

    def _unheard(self, name: str) -> str:
        """A name like `name` that no list has."""
        letters = list(name)
        for _ in range(20):
            at = self._dice.randrange(len(letters))
            pool = "aeiou" if letters[at] in "aeiou" else "bdfghjklmnprstvyz"
            letters[at] = self._dice.choice(pool)
            if not self._lexicon.is_known("".join(letters)):
                break
        return "".join(letters)

    def _misspelled(self, plain: str) -> str:
        words = plain.split(" ")
        for at, word in enumerate(words):
            if len(word) > 5 and word.isalpha() and self._dice.random() < 0.02:
                cut = self._dice.randrange(1, len(word) - 1)
                words[at] = word[:cut] + word[cut + 1 :]
        return " ".join(words)

    def as_said(self, text: str, marks: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
        """The text without capitals and punctuation; marks move along."""
        kept, places = "", [0]
        for character in text:
            if character.isalnum() or character in _MARKS:
                kept += character.lower()
            elif character != "'" and not kept.endswith(" "):
                kept += " "
            places.append(len(kept))
        return kept, [(places[start], places[end]) for start, end in marks]

    def drawn(self) -> Iterator[tuple[str, list[tuple[int, int]]]]:
        """Every line some times, up to three together, half of them as speech; `known` goes with the last."""
        for _ in range(ROUNDS):
            lines = list(self.lines())
            self._dice.shuffle(lines)
            while lines:
                size = self._dice.randint(1, 3)
                some, lines = lines[:size], lines[size:]
                text, marks = self.excerpt(some)
                yield self.as_said(text, marks) if self._dice.random() < 0.5 else (text, marks)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def main(arguments: list[str]) -> None:
    """Draw the text, train, write the model, and say its size."""
    out = Path(arguments[0])
    traits = Traits(load_lexicon())
    columns: list[int] = []
    ends, labels = [0], list[int]()
    author = Author(SEED)
    for text, marks in author.drawn():
        tokens = read_tokens(text.lower(), text)
        is_cased = any(character.isupper() for character in text)
        for at, token in enumerate(tokens):
            if traits.is_candidate(tokens, at, is_cased=is_cased, known=author.known):
                is_known = token.key in author.known
                columns += traits.row(tokens, at, is_cased=is_cased, is_known=is_known)
                ends.append(len(columns))
                labels.append(any(start <= token.start < end for start, end in marks))
    table = csr_matrix(
        (
            np.ones(len(columns), dtype=np.float32),
            np.array(columns, dtype=np.int32),
            np.array(ends),
        ),
        shape=(len(labels), BUCKETS),
    )
    table.sum_duplicates()
    learner = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=200, random_state=SEED)
    learner.fit(table, np.array(labels))
    write_gate_model(out, [*learner.coef_[0], learner.intercept_[0]])
    print(f"{len(labels)} words, {sum(labels)} of names; {out.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
