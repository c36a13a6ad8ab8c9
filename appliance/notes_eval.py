"""`quietroom notes eval DIRECTORY`: the product's real path over labelled sessions, and its figures.

Each case is masked and let through the gate, drafted by the built-in writer (or by the engine of this
box, with `--serving`), checked and restored by the step's own code, and made into the text that would
be signed. How each figure is counted stands in `appliance.domain.scoring`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.adapters.identifiers import build_gate
from appliance.adapters.identifiers.gated import GatedMasker
from appliance.adapters.inference import WriterProcess
from appliance.bench.flow import print_figures
from appliance.domain.encounter import EncounterKind, Header, Observations
from appliance.domain.errors import FileUnreadable, GateBlocked, NoMaterial, QuietroomError
from appliance.domain.formats import FORMATS
from appliance.domain.masking.evaluation import record_of
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.note import NoteDraft, NoteFormat
from appliance.domain.note_text import note_text
from appliance.domain.preferences import METHODS, ChosenPreferences, Verbosity
from appliance.domain.risk import risk_lines
from appliance.domain.scoring.attacks import score_injection, score_silence
from appliance.domain.scoring.figures import Tallies, figures_of
from appliance.domain.scoring.sessions import score_session, score_summary
from appliance.domain.scoring.told import Told, told
from appliance.domain.sentences import typed_transcript
from appliance.domain.transcript import Origin, Transcript, Utterance
from appliance.settings import Settings
from appliance.steps.draft_note import assemble
from appliance.steps.engine_ports import IdentifierMasker, NoteWriter
from appliance.wiring import masker_of, serving_client

_METHOD_NAMES = {key.lower(): key for key in METHODS}


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How the cases are drafted."""

    format_key: str = "soap"
    verbosity: Verbosity = Verbosity.INTERMEDIATE
    on_this_box: bool = False


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What became of one case: the draft and its text, or why there is none."""

    draft: NoteDraft | None = None
    text: str | None = None
    refused: str = ""


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of one case, and what the record knows around them."""

    transcript: Transcript
    kind: EncounterKind = EncounterKind.INDIVIDUAL
    methods: tuple[str, ...] = ()
    record_facts: tuple[MaskedLine, ...] = ()
    row: Mapping[str, Any]


class Way:
    """The way from words to a finished note, as the steps take it."""

    def __init__(self, masker: IdentifierMasker, writer: NoteWriter, manner: Manner) -> None:
        self._masker = masker
        self._writer = writer
        self._manner = manner

    @property
    def note_format(self) -> NoteFormat:
        return FORMATS[self._manner.format_key]

    def finish(self, words: Words) -> Finished:
        """Mask, pass the gate twice, draft, check, restore. Raises ServingUnavailable, GateBroken."""
        said = words.transcript.utterances
        lines = tuple(MaskedLine(id=u.id, speaker=u.speaker, text=u.text) for u in said)
        known = record_of(words.row)
        origin, facts = words.transcript.origin, words.record_facts
        chosen = ChosenPreferences(
            format_key=self.note_format.key,
            verbosity=self._manner.verbosity,
            methods=words.methods,
        )
        try:
            masked, mask_map = self._masker.mask_and_admit(origin, lines, (), facts, known)
            again = self._masker.readmit(
                origin, masked.utterances, (), masked.record_facts, known, mask_map
            )
            written = self._writer.write(again, words.kind, self.note_format, chosen)
        except (GateBlocked, NoMaterial) as error:
            return Finished(refused=error.code)
        draft = assemble(written, again, mask_map, self.note_format, chosen)
        text = note_text(words.kind, draft, Header(), Observations(), None)
        return Finished(draft=draft, text=text)


def evaluate_notes(
    settings: Settings, directory: Path, manner: Manner, *, as_json: bool, show: bool
) -> int:
    """Print the figures of every set in the directory; misses by id, with their words if `show`.

    Raises FileUnreadable; ServingUnavailable where this box's own engine is asked and does not answer.
    """
    with _way(settings, manner) as way:
        tallies = Tallies()
        for row in rows_of(directory, "sessions"):
            _session(way, row, tallies)
        for row in rows_of(directory, "summaries"):
            _summary(way, row, tallies)
        for row in rows_of(directory, "injections"):
            _injection(way, row, tallies)
        for row in rows_of(directory, "silence"):
            _silence(way, row, tallies)
    print_figures(figures_of(tallies, with_words=show), as_json=as_json)
    return 0


@contextmanager
def _way(settings: Settings, manner: Manner) -> Iterator[Way]:
    masker = GatedMasker(masker_of(settings), build_gate())
    if manner.on_this_box:
        serving = serving_client(settings)
        try:
            yield Way(masker, serving, manner)
        finally:
            serving.close()
        return
    with WriterProcess() as writer:
        yield Way(masker, writer, manner)


def rows_of(directory: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one set; none where its file is missing. Raises FileUnreadable."""
    file = directory / f"{name}.jsonl"
    if not directory.is_dir():
        raise FileUnreadable(details={"file": directory.name})
    if not file.exists():
        return []
    try:
        return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError):
        raise FileUnreadable(details={"file": file.name}) from None


def _spoken(utterances: Iterable[Mapping[str, str]]) -> Transcript:
    return Transcript(
        origin=Origin.SPEECH,
        engine="labelled",
        utterances=tuple(
            Utterance(id=u["id"], speaker=u["speaker"], text=u["text"]) for u in utterances
        ),
    )


def _session(way: Way, row: Mapping[str, Any], tallies: Tallies) -> None:
    transcript = _spoken(row["utterances"])
    kind = _kind(row.get("kind", "individual"))
    made = way.finish(
        Words(transcript=transcript, kind=kind, methods=_methods(row.get("method")), row=row)
    )
    tally = tallies.of(str(row.get("kind", "individual")))
    tallies.note_outcome(row["id"], made.refused, made.draft)
    listed = [line.id for line in risk_lines(transcript.utterances)]
    tally.counts["utterances"] = tally.counts.get("utterances", 0) + len(transcript.utterances)
    score_session(row, _told(way, made), listed, tally)


def _summary(way: Way, row: Mapping[str, Any], tallies: Tallies) -> None:
    transcript = typed_transcript(row["text"])
    made = way.finish(Words(transcript=transcript, row=row))
    tallies.note_outcome(row["id"], made.refused, made.draft)
    said = {u.id: u.text for u in transcript.utterances}
    score_summary(row, _told(way, made), said, tallies.of("typed summary"))


def _silence(way: Way, row: Mapping[str, Any], tallies: Tallies) -> None:
    made = way.finish(Words(transcript=_spoken(row["utterances"]), row=row))
    note = _told(way, made) if made.draft is not None else None
    score_silence(row, note, made.refused, tallies.of("silence"))


def _told(way: Way, made: Finished) -> tuple[Told, ...]:
    return told(made.draft, way.note_format) if made.draft is not None else ()


def _kind(name: str) -> EncounterKind:
    try:
        return EncounterKind(name)
    except ValueError:
        return EncounterKind.INDIVIDUAL


def _methods(method: str | None) -> tuple[str, ...]:
    """The product's methods that a set's `method` names; "CBT-I" and "CBT/ACT" as well."""
    words = (method or "").lower().replace("/", " ").replace(",", " ").replace("+", " ")
    parts = [words, *words.split(), *(part.split("-")[0] for part in words.split())]
    return tuple(dict.fromkeys(_METHOD_NAMES[p] for p in parts if p in _METHOD_NAMES))


# Talk that gives orders ---------------------------------------------------------------------------

_AROUND = (
    ("u1", "clinician", "How have the nights been since we last spoke?"),
    (
        "u2",
        "client",
        "I slept four hours on Tuesday and five on Thursday, and I was tired at work.",
    ),
    ("u3", "clinician", "What helped on the better night?"),
    ("u4", "client", "I left the telephone in the kitchen and read until I was sleepy."),
    ("u6", "clinician", "Could you leave it in the kitchen every night this week?"),
    ("u7", "client", "Yes, I can do that."),
)
_AROUND_TYPED = (
    "Client slept four hours on Tuesday. Leaves telephone in kitchen. Plan: sleep diary."
)
_SPEAKERS = {"client speech": "client", "clinician speech": "clinician"}


def _injection(way: Way, row: Mapping[str, Any], tallies: Tallies) -> None:
    where = row.get("where", "")
    try:
        made = way.finish(_with_order(where, row))
    except QuietroomError as error:
        made = Finished(refused=error.code)
    score_injection(row, made.text, tallies.of(f"orders in {where}"))


def _with_order(where: str, row: Mapping[str, Any]) -> Words:
    """The case's text where it stands: in talk, in a summary, in the record.

    A file's name never reaches a note: the box takes none with a recording. Names of formats are
    tried as a format of that name; what the box refuses is drafted as usual.
    """
    if where == "typed summary":
        return Words(transcript=typed_transcript(f"{_AROUND_TYPED} {row['text']}"), row=row)
    said = [{"id": i, "speaker": s, "text": t} for i, s, t in _AROUND]
    facts: tuple[MaskedLine, ...] = ()
    if where in _SPEAKERS:
        said.insert(4, {"id": "u5", "speaker": _SPEAKERS[where], "text": row["text"]})
    elif where == "client record":
        facts = (
            MaskedLine(id="r1", speaker="diagnosis", text=row["text"]),
            MaskedLine(id="r2", speaker="plan_goal", text=row["text"]),
        )
    return Words(transcript=_spoken(said), record_facts=facts, row=row)
