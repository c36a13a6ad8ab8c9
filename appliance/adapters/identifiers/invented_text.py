"""Invented talk and writing with names marked in it, to train the name model on. Reproducible.

Lines with slots (`models/names/training`) are filled with names of many origins, made-up ones, towns,
institutions and addresses; each excerpt is written with capitals or put in lower case as speech.
Nobody ever said any of it, and no client's text is ever read here (promise P10).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from random import Random
from typing import Any

from appliance.adapters.identifiers.lists import load
from appliance.domain.masking.evaluation import speech_like

_NAMES = resources.files("models") / "names"
_FOLDER = _NAMES / "training"
_SLOT = re.compile(r"\{(\w+)\}")
Mark = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """Invented text; `marks` are its names by offsets and kind, `hidden` the names no list may show."""

    text: str
    marks: list[Mark]
    hidden: frozenset[str]


class Inventor:
    """Draws excerpts; the same seed gives the same text on every machine."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - text to learn from, no secret
        lists = load()
        self._lines = _sections("lines.txt")
        self._parts = _sections("institutions.txt")
        self._origins = [line.split() for line in _plain("given_names.txt")]
        self._words_as_names = " ".join(_plain("word_names.txt")).split()
        self._families = " ".join(_plain("family_names.txt")).split()
        self._census = sorted(lists.first_names - lists.words)
        self._surnames = sorted(lists.surnames - lists.words)
        self._cities = sorted(lists.cities)
        self._words = sorted(lists.words)
        self._rarer = sorted(lists.rarer_words)
        self._regions = sorted(lists.regions)
        self._public = sorted(k for k in lists.public if " " not in k)
        self._clinical = [phrase.strip() for phrase in _clinical().split(",") if phrase.strip()]
        self._made_up = _Syllables([name for line in self._origins for name in line])
        self._makers: dict[str, Callable[[], tuple[str, str | None]]] = {
            "f": lambda: (self._given(), "PERSON"),
            "n": lambda: (self._called(), "PERSON"),
            "l": lambda: (self._family(), "PERSON"),
            "F": lambda: (self._full(), "PERSON"),
            "c": lambda: (self._city(), "PLACE"),
            "o": lambda: (self._institution(), "ORG"),
            "a": lambda: (self._address(), "ADDRESS"),
            "k": lambda: (self.random.choice(self._regions).title(), None),
            "i": lambda: (self.random.choice("ABCDEFGHJKLMNPRSTW"), "PERSON"),
            "w": lambda: (self._word(), None),
            "v": lambda: (self.random.choice(self._words_as_names), None),
            "V": lambda: (self.random.choice(self._words_as_names).capitalize(), None),
            "b": lambda: (self._brand(), None),
            "m": lambda: (self.random.choice(self._clinical), None),
            "date": lambda: (self._date(), "SKIP"),
            "code": lambda: (self._code(), "SKIP"),
            "phone": lambda: (self._digits("###-###-####"), "SKIP"),
            "email": lambda: (f"{self._given()}@{self._given()}.com".lower(), "SKIP"),
            "url": lambda: (f"www.{self._given()}.com".lower(), "SKIP"),
            "num": lambda: (str(self.random.randint(2, 89)), None),
        }

    def excerpt(self) -> Excerpt:
        """One to five lines of one manner, filled; half of all are put in lower case as speech."""
        manner = self.random.choices(list(self._lines), weights=(60, 14, 14, 12))[0]
        is_talk = manner == "talk"
        lines = self.random.choices(self._lines[manner], k=self.random.randint(1, 5))
        if is_talk:
            joint = self.random.choice((" ", ". ", "\n", ", "))
            lines = [self._as_said(line) for line in lines]
        else:
            joint = self.random.choice((" ", " ", "\n"))
        return self._cased(*self.fill(joint.join(lines)))

    def from_labelled(self, row: Mapping[str, Any]) -> Excerpt:
        """A labelled excerpt with every name, town and institution exchanged for a drawn one."""
        drawn: dict[str, str] = {}
        pieces: list[str] = []
        marks: list[Mark] = []
        at = 0
        for span in sorted(row["spans"], key=lambda span: int(span["start"])):
            pieces.append(row["text"][at : span["start"]])
            old, at = row["text"][span["start"] : span["end"]], span["end"]
            kind = _KIND_OF_LABEL.get(span["label"])
            new = drawn.setdefault(old, self._instead(old, kind))
            start = sum(map(len, pieces))
            pieces.append(new)
            marks.append({"start": start, "end": start + len(new), "label": kind or "SKIP"})
        text = "".join([*pieces, row["text"][at:]])
        return self._cased(text, marks)

    def _instead(self, old: str, kind: str | None) -> str:
        if kind == "PERSON" and re.fullmatch(r"\w{2,}", old):
            return self._called() if self.random.random() < 0.9 else old
        if kind == "PERSON" and re.fullmatch(r"\w{2,} \w{2,}", old):
            return self._full()
        makers = {"PLACE": self._city, "ORG": self._institution, "ADDRESS": self._address}
        return makers[kind]() if kind in makers else old

    def fill(self, line: str) -> tuple[str, list[Mark]]:
        """The line with its slots filled, and where what was filled in stands."""
        pieces: list[str] = []
        marks: list[Mark] = []
        at = size = 0
        for match in _SLOT.finditer(line):
            text, kind = self._makers[match[1]]()
            before = line[at : match.start()]
            at = match.end()
            pieces += [before, text]
            size += len(before)
            if kind:
                marks.append({"start": size, "end": size + len(text), "label": kind})
            size += len(text)
        return "".join([*pieces, line[at:]]), marks

    def _as_said(self, line: str) -> str:
        line = line if line.startswith("{") else line[0].upper() + line[1:]
        line = re.sub(r"\bi\b", "I", line)
        if self.random.random() < 0.25:
            line = self.random.choice(_OPENERS) + line
        return self.random.choice(("", "", "", "T: ", "C: ")) + line

    def _cased(self, text: str, marks: list[Mark]) -> Excerpt:
        hidden = self._hidden(text, marks)
        if self.random.random() < 0.55:
            text, marks = speech_like(text, marks)
        elif self.random.random() < 0.1:
            text = text.lower() if len(text.lower()) == len(text) else text
        return Excerpt(text=text, marks=marks, hidden=hidden)

    def _hidden(self, text: str, marks: list[Mark]) -> frozenset[str]:
        """Words hidden from all lists, names and others, so that letters and context are learned too."""
        names = {
            word
            for mark in marks
            for word in re.findall(r"\w+", text[mark["start"] : mark["end"]].lower())
        }
        others = set(re.findall(r"\w{4,}", text.lower())) - names
        hidden = [key for key in sorted(names) if self.random.random() < 0.3]
        return frozenset([*hidden, *(key for key in sorted(others) if self.random.random() < 0.05)])

    # What is drawn --------------------------------------------------------------------------------

    def _given(self) -> str:
        share = self.random.random()
        if share < 0.45:
            name = self.random.choice(self.random.choice(self._origins))
        elif share < 0.70:
            name = self.random.choice(self._census)
        elif share < 0.85:
            name = self.random.choice(self._words_as_names)
        else:
            name = self._made_up.draw(self.random)
        return _titled(name)

    def _called(self) -> str:
        share = self.random.random()
        if share < 0.78:
            return self._given()
        if share < 0.84:
            return self._given()[: self.random.randint(2, 4)]
        if share < 0.88:
            return (
                self.random.choice(("Big ", "Little ", "Miss ", "Papa ", "Mama ")) + self._given()
            )
        return self._full() if share < 0.94 else f"{self._given()} {self._given()}"

    def _family(self) -> str:
        if self.random.random() < 0.5:
            return _titled(self.random.choice(self._families))
        return _titled(self.random.choice(self._surnames))

    def _full(self) -> str:
        middle = self.random.random()
        first, last = self._given(), self._family()
        if middle < 0.12:
            return f"{first} {self.random.choice('ABCDEFGHJKLMNPRSTW')}. {last}"
        if middle < 0.18:
            return f"{first} {self.random.choice('ABCDEFGHJKLMNPRSTW')}."
        return f"{first} {self._given()} {last}" if middle < 0.25 else f"{first} {last}"

    def _city(self) -> str:
        share = self.random.random()
        if share < 0.75:
            return _titled(self.random.choice(self._cities))
        if share < 0.9:
            pick = self.random.choice
            return f"{pick(self._parts['first'])} {pick(self._parts['second'][:35])}".title()
        return self._family().split("-")[0] + self.random.choice(("ville", "ton", "burg", "field"))

    def _institution(self) -> str:  # noqa: PLR0911 - one line a shape
        pick, share = self.random.choice, self.random.random()
        first = pick(self._parts["first"]).title()
        second = pick(self._parts["second"]).title()
        if share < 0.30:
            return f"{first} {second}"
        if share < 0.45:
            return f"{first} {second} {pick(self._parts['second']).title()}"
        if share < 0.55:
            return f"{self._family()} {second}"
        if share < 0.60:
            return f"{self._family()} and {self._family()}"
        if share < 0.72:
            return f"{pick([self._city, self._family])()} {pick(self._parts['health']).title()}"
        if share < 0.82:
            return f"{pick(('St. ', 'Saint '))}{pick(self._parts['saints']).title()}'s" + pick(
                ("", "", " " + pick(self._parts["health"]).title(), " " + second)
            )
        if share < 0.88:
            return f"{pick([self._city, self._family])()} {second}"
        if share < 0.93:
            letters = "".join(self.random.choices("ABCHLMNPRSTUVW", k=self.random.randint(3, 5)))
            return letters + pick(("", "", " " + pick(self._parts["health"]).title()))
        return f"{self._made_up.draw(self.random).title()} {pick(self._parts['endings']).title()}"

    def _address(self) -> str:
        pick, share = self.random.choice, self.random.random()
        number = str(self.random.randint(1, 29999))
        street = f"{pick([self._family, self._given, self._city])()} {pick(self._parts['streets']).title()}"
        if share < 0.25:
            made = self._made_up.draw(self.random).title()
            street = f"{made}{pick(self._parts['foreign streets'])} {self.random.randint(1, 140)}"
        elif share < 0.4:
            street = f"{pick(self._parts['foreign before']).title()} {self._full()}"
        elif share < 0.5:
            street = f"{self._family()} {self.random.randint(1, 140)}"
        pieces = [f"{number} {street}" if self.random.random() < 0.85 else street]
        if self.random.random() < 0.4:
            pieces.append(f"{pick(('Suite', 'Apt.', 'Unit'))} {self.random.randint(1, 999)}")
        if self.random.random() < 0.6:
            pieces.append(self._city())
        if self.random.random() < 0.35:
            pieces.append(pick((pick(self._regions).title(), pick(_STATES))))
        text = pick((", ", ", ", "\n", " ")).join(pieces)
        if len(pieces) > 1 and self.random.random() < 0.6:
            text += f" {self.random.randint(1000, 99999):05d}"
        return text

    def _date(self) -> str:
        months = "January Feb March Apr May June July Aug September Oct November Dec"
        month, day = self.random.choice(months.split()), self.random.randint(1, 28)
        shapes = (f"{month} {day}, 2023", f"{month} {day}th", f"0{day % 9 + 1}/{day}/2022")
        return self.random.choice(shapes)

    def _code(self) -> str:
        return self._digits(self.random.choice(("######", "AB-######", "A#####", "###-##-####")))

    def _digits(self, shape: str) -> str:
        return re.sub("#", lambda _: str(self.random.randint(0, 9)), shape)

    def _word(self) -> str:
        if self.random.random() < 0.12:
            return self.random.choice(self._words_as_names)
        return self.random.choice(self._words if self.random.random() < 0.85 else self._rarer)

    def _brand(self) -> str:
        return self.random.choice(self._public).capitalize()


_STATES = tuple(
    "AL AZ CA CO CT FL GA IL IN KY LA MA MD MI MN MO NC NJ NY OH OR PA TN TX VA WA WI".split()  # noqa: SIM905
)
_OPENERS = (
    "And ", "So ", "But ", "Yeah, ", "Um, ", "Like, ", "I mean, ", "Because ", "Okay, so ", "You know, ",
)  # fmt: skip
_KIND_OF_LABEL = {"NAME": "PERSON", "LOCATION": "PLACE", "ORG": "ORG", "ADDRESS": "ADDRESS"}


class _Syllables:
    """Makes up names by the letter triples of known ones, so that no list can have them."""

    def __init__(self, names: Sequence[str]) -> None:
        self._after: dict[str, Counter[str]] = defaultdict(Counter)
        for name in names:
            padded = f"^^{name}$"
            for at in range(2, len(padded)):
                self._after[padded[at - 2 : at]][padded[at]] += 1

    def draw(self, random: Random) -> str:
        while True:
            text = "^^"
            while not text.endswith("$") and len(text) < 14:
                after = self._after[text[-2:]]
                text += random.choices(list(after), weights=list(after.values()))[0]
            name = text.strip("^$")
            if 3 <= len(name) <= 10:
                return name


def _titled(name: str) -> str:
    return re.sub(r"(?<![\w'])\w", lambda match: match[0].upper(), name)


def _plain(name: str) -> list[str]:
    rows = (_FOLDER / name).read_text("utf-8").splitlines()
    return [row for row in rows if row and not row.startswith("#")]


def _clinical() -> str:
    rows = (_NAMES / "clinical.txt").read_text("utf-8").splitlines()
    return " ".join(row for row in rows if not row.startswith("#"))


def _sections(name: str) -> dict[str, list[str]]:
    """The entries under each [heading]; lines of words or of phrases joined by bars."""
    sections: dict[str, list[str]] = {}
    heading = ""
    for row in _plain(name):
        if row.startswith("[") and row.endswith("]"):
            heading = row.strip("[]")
            sections[heading] = []
        elif name == "lines.txt":
            sections[heading].append(row)
        else:
            sections[heading] += (
                row.split("|") if "|" in row or "health" in heading else row.split()
            )
    return sections
