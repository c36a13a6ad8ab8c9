"""The masker: every line of an encounter at once, each identifier replaced by its placeholder."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.domain.errors import FieldsInvalid
from appliance.domain.masking.address_blocks import find_address_blocks
from appliance.domain.masking.assign import Placeholders, settle
from appliance.domain.masking.finder import (
    Found,
    NameFinder,
    NameLists,
    PatternFinder,
    Rank,
    Similarity,
)
from appliance.domain.masking.institutions import find_institutions
from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.masked import MaskedLine, MaskMap, Occurrence
from appliance.domain.masking.neighbours import find_neighbours
from appliance.domain.masking.normalise import Folded, fold
from appliance.domain.masking.origins import find_origins
from appliance.domain.masking.patterns import placeholder_look_alikes, written_patterns
from appliance.domain.masking.proper_names import find_names
from appliance.domain.masking.record_names import find_recorded, index_record
from appliance.domain.masking.spoken_patterns import spoken_patterns
from appliance.domain.masking.spread import spread
from appliance.domain.masking.words import Words, read_words
from appliance.domain.transcript import Origin


@dataclass(frozen=True, kw_only=True)
class MustGo:
    """A stretch of an original line that the gate, or a clinician, says is an identifier."""

    line_id: str
    start: int
    end: int
    stem: str = "OTHER"


@dataclass(frozen=True, kw_only=True)
class MaskCandidate:
    """Masked lines that have not passed the gate yet, and what their placeholders stand for."""

    lines: tuple[MaskedLine, ...]
    mask_map: MaskMap


FINDERS = (
    *("record", "written_patterns", "spoken_patterns", "phones", "name_model", "name_lists"),
    *("institutions", "origins", "spread", "neighbours"),
)
"""Every way of finding identifiers that can be turned off, one at a time, to measure the gate."""


@dataclass(frozen=True, kw_only=True)
class Masker:
    """Finds identifiers by record, patterns, lists, a model and capitals, and replaces them.

    `off` names finders left out; nothing but measuring sets it.
    """

    lists: NameLists
    similarity: Similarity
    patterns: tuple[PatternFinder, ...] = ()
    names: tuple[NameFinder, ...] = ()
    off: frozenset[str] = frozenset()

    def mask(
        self,
        lines: tuple[MaskedLine, ...],
        known: KnownRecord,
        origin: Origin,
        must_go: tuple[MustGo, ...] = (),
    ) -> MaskCandidate:
        """Mask all lines of one encounter together; their ids must differ. Raises FieldsInvalid.

        Whether text is cased is read from each line, so `origin` only serves those too short to tell.
        """
        if len({line.id for line in lines}) != len(lines):
            raise FieldsInvalid(details={"fields": ["id"]})
        folded = fold(lines)
        found = [*self.find(folded, known), *_asked(folded, lines, must_go)]
        return _replace(lines, folded, settle(found, folded.text), known)

    def find(self, folded: Folded, known: KnownRecord) -> list[Found]:
        """Every finding in the folded text, overlapping."""
        words = read_words(folded.text)
        found = [
            item
            for name, items in self._finders(words, folded.text, known)
            if name not in self.off
            for item in items
        ]
        if "spread" not in self.off:
            found += spread(words, found, self.lists)
        if "neighbours" not in self.off:
            found += find_neighbours(folded.text, found, self.lists)
            found += find_address_blocks(folded.text, found, self.lists)
        return found

    def _finders(
        self, words: Words, text: str, known: KnownRecord
    ) -> Iterator[tuple[str, Iterable[Found]]]:
        """Each way of finding, by the name under which it can be turned off to measure the gate."""
        index = index_record(known, self.lists)
        yield "look_alikes", placeholder_look_alikes(text)
        yield "record", find_recorded(words, index, self.lists, self.similarity)
        yield "written_patterns", written_patterns(text)
        yield "spoken_patterns", spoken_patterns(words)
        for finder in self.patterns:
            yield "phones", finder.find(text)
        for names in self.names:
            yield "name_model", names.find(words, frozenset(index.parts))
        yield "name_lists", find_names(words, self.lists, guess_unknown=not self.names)
        yield "institutions", find_institutions(words)
        yield "origins", find_origins(words, self.lists)


def _asked(
    folded: Folded, lines: tuple[MaskedLine, ...], must_go: tuple[MustGo, ...]
) -> Iterator[Found]:
    at = {line.id: number for number, line in enumerate(lines)}
    for item in must_go:
        start, end = folded.folded(at[item.line_id], item.start, item.end)
        yield Found(start=start, end=end, stem=item.stem, rank=Rank.ASKED)


def _replace(
    lines: tuple[MaskedLine, ...], folded: Folded, found: list[Found], known: KnownRecord
) -> MaskCandidate:
    placeholders = Placeholders(names=known.names)
    mentions = [(item, folded.text[item.start : item.end]) for item in found]
    placeholders.learn_full_names(mentions)
    occurrences: list[Occurrence] = []
    ends: dict[int, int] = {}
    for item, text in mentions:
        place = folded.original(item.start, item.end)
        line = lines[place.line]
        if place.start < ends.get(place.line, 0):
            continue
        ends[place.line] = place.end
        occurrences.append(
            Occurrence(
                line_id=line.id,
                start=place.start,
                end=place.end,
                placeholder=placeholders.give(item, text),
                original=line.text[place.start : place.end],
            )
        )
    mask_map = MaskMap(canonical=placeholders.canonical, occurrences=tuple(occurrences))
    return MaskCandidate(lines=_masked_lines(lines, mask_map), mask_map=mask_map)


def _masked_lines(lines: tuple[MaskedLine, ...], mask_map: MaskMap) -> tuple[MaskedLine, ...]:
    by_line: dict[str, list[Occurrence]] = {}
    for occurrence in mask_map.occurrences:
        by_line.setdefault(occurrence.line_id, []).append(occurrence)
    return tuple(
        MaskedLine(
            id=line.id, speaker=line.speaker, text=_masked(line.text, by_line.get(line.id, []))
        )
        for line in lines
    )


def _masked(text: str, occurrences: list[Occurrence]) -> str:
    pieces: list[str] = []
    at = 0
    for occurrence in occurrences:
        pieces += [text[at : occurrence.start], occurrence.placeholder]
        at = occurrence.end
    return "".join([*pieces, text[at:]])
