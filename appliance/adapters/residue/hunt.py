"""The hunt itself: every place read to its end, and an honest line about each."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from appliance.adapters.residue.files import Readable, Thing, Unread, why_unread
from appliance.adapters.residue.looking import look_into
from appliance.adapters.residue.patterns import Pattern
from appliance.adapters.residue.places import Place
from appliance.domain.residue import Find, HuntReport, LookedAt


def hunt(places: Sequence[Place], patterns: Sequence[Pattern]) -> HuntReport:
    """Look at every place. What cannot be read is said to be unread, and never raises."""
    return HuntReport(places=tuple(_look_at(place, patterns) for place in places))


def _look_at(place: Place, patterns: Sequence[Pattern]) -> LookedAt:
    if not place.is_there:
        return LookedAt(place=place.name, is_there=False)
    tally = _Tally(patterns)
    for thing in place.things():
        tally.take(thing)
    return LookedAt(
        place=place.name,
        is_there=True,
        files=tally.files,
        size_bytes=tally.size_bytes,
        finds=tuple(dict.fromkeys(tally.finds)),
        unread=tuple(tally.unread),
    )


class _Tally:
    """What one place has come to so far."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = patterns
        self.files = 0
        self.size_bytes = 0
        self.finds: list[Find] = []
        self.unread: list[tuple[str, str]] = []

    def take(self, thing: Thing) -> None:
        said = self._without_text(thing.name)
        if isinstance(thing, Unread):
            self.unread.append((said, thing.reason))
            return
        try:
            self._read(thing, said)
        except OSError as error:
            if reason := why_unread(error):
                self.unread.append((said, reason))

    def _read(self, thing: Readable, said: str) -> None:
        with thing.open() as stream:
            looking = look_into(stream, self._patterns)
        self.files += 1
        self.size_bytes += looking.size_bytes
        if looking.cannot is not None:
            self.unread.append((said, looking.cannot))
        for pattern, packing in sorted(looking.found, key=lambda key: (key[0].form, key[1])):
            self.finds.append(
                Find(path=said, source=pattern.source, form=pattern.form, packing=packing)
            )

    def _without_text(self, name: str) -> str:
        """The name, cut off at the first part that holds the text, which is a find of its own."""
        found = next(self._in_name(name), None)
        if found is None:
            return name
        path = Path(name)
        while path != path.parent and next(self._in_name(str(path)), None):
            path = path.parent
        self.finds.append(Find(path=str(path), source=found.source, form=found.form, in_name=True))
        return f"{path}/…"

    def _in_name(self, name: str) -> Iterator[Pattern]:
        raw = os.fsencode(name)
        folded = raw.lower()
        return (
            each for each in self._patterns if each.needle in (folded if each.is_folded else raw)
        )
