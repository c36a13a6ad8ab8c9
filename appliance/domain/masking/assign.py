"""From overlapping findings to placeholders: one entity, one placeholder, throughout the encounter."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from appliance.domain.masking.finder import Found
from appliance.domain.masking.known import SINGLE_STEMS, KnownName
from appliance.domain.masking.normalise import SEPARATOR, plain_key
from appliance.domain.masking.placeholder import placeholder
from appliance.domain.masking.spread import SPREADING


def settle(found: Iterable[Found], text: str) -> list[Found]:
    """Findings without overlap, in order; a loser keeps what the winner does not cover."""
    taken: list[Found] = []
    covered = bytearray(len(text))
    for item in sorted(found, key=lambda f: (f.rank, f.start - f.end, f.start)):
        taken.extend(_free(item, covered, text))
        covered[item.start : item.end] = b"\x01" * (item.end - item.start)
    return sorted(taken, key=lambda f: f.start)


def _free(item: Found, covered: bytearray, text: str) -> Iterable[Found]:
    """The stretches of a finding that nobody has taken and that hold a letter or digit."""
    if not any(covered[item.start : item.end]) and SEPARATOR not in text[item.start : item.end]:
        return [item]
    pieces = []
    start = item.start
    for at in range(item.start, item.end + 1):
        if at == item.end or covered[at] or text[at] == SEPARATOR:
            piece = _trimmed(item, start, at, text)
            if piece is not None:
                pieces.append(piece)
            start = at + 1
    return pieces


def _trimmed(item: Found, start: int, end: int, text: str) -> Found | None:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return replace(item, start=start, end=end) if start < end else None


@dataclass
class Placeholders:
    """Gives every entity its placeholder and keeps what each stands for (`canonical`)."""

    names: tuple[KnownName, ...]
    canonical: dict[str, str] = field(default_factory=dict)
    _given: dict[tuple[str, str], str] = field(default_factory=dict)
    _people: dict[str, set[str]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def learn_full_names(self, mentions: Iterable[tuple[Found, str]]) -> None:
        """Give full names theirs first, so that a later first name alone is known to be the same person."""
        for item, text in mentions:
            if item.who is None and item.stem in SPREADING and " " in text.strip():
                self.give(item, text)

    def give(self, item: Found, text: str) -> str:
        """The placeholder of what `item` means; `text` is how it stands in the encounter."""
        if item.who is not None:
            name = self.names[item.who]
            return self._placeholder(name.stem, ("who", str(item.who)), name.text)
        key = " ".join(plain_key(text).split())
        if item.stem not in SPREADING:
            return self._placeholder(item.stem, (item.stem, key), text)
        return self._name(item.stem, key, text)

    def _name(self, stem: str, key: str, text: str) -> str:
        if ("name", key) in self._given:
            return self._given[("name", key)]
        same = self._people.get(key, set())
        if len(same) == 1:
            return next(iter(same))
        made = self._placeholder(stem, ("name", key), text)
        for part in key.split():
            self._people.setdefault(part, set()).add(made)
        return made

    def _placeholder(self, stem: str, entity: tuple[str, str], text: str) -> str:
        if entity not in self._given:
            number = None
            if stem not in SINGLE_STEMS:
                number = self._counts[stem] = self._counts.get(stem, 0) + 1
            self._given[entity] = placeholder(stem, number)
            self.canonical.setdefault(self._given[entity], text)
        return self._given[entity]
