"""What a draft's statements rest on, in words: what was said or typed, observed, or on record."""

from dataclasses import dataclass

from appliance.domain.loops import looping
from appliance.domain.note import NoteDraft, Statement, Support
from appliance.domain.risk import RiskCue, risk_lines
from appliance.domain.sentences import TYPED
from appliance.domain.transcript import UNKNOWN_SPEAKER, Origin, Utterance
from appliance.steps.read_record import EncounterView
from appliance.web.shown_time import minutes_and_seconds


@dataclass(frozen=True, kw_only=True)
class Source:
    """One utterance, observation or record fact; `where` says who said it and when.

    `unsure` are places of words that speech recognition was not sure of; `is_looping`: it seems to
    have got stuck here.
    """

    id: str
    where: str
    text: str
    unsure: tuple[int, ...] = ()
    is_looping: bool = False

    @property
    def words(self) -> tuple[tuple[str, bool], ...]:
        """Each word, and whether speech recognition was unsure of it."""
        return tuple((word, place in self.unsure) for place, word in enumerate(self.text.split()))

    @property
    def is_doubtful(self) -> bool:
        return bool(self.unsure) or self.is_looping


def sources_of(view: EncounterView) -> tuple[Source, ...]:
    """Everything a statement can point to, in order; empty when it is destroyed."""
    said = view.transcript.utterances if view.transcript else ()
    typed = view.transcript is not None and view.transcript.origin is Origin.TYPED
    stuck = frozenset() if typed else looping(said)
    words = tuple(
        Source(
            id=u.id,
            where="You typed" if typed else _heard(u),
            text=u.text,
            unsure=u.unsure,
            is_looping=u.id in stuck,
        )
        for u in said
    )
    others = tuple(
        Source(id=line.id, where=_other(line.id, line.speaker), text=line.text)
        for line in view.other_sources
    )
    return words + others


@dataclass(frozen=True, kw_only=True)
class RiskSource:
    """An utterance that may bear on risk, and why it is listed; empty: only said beside such words."""

    source: Source
    why: str


def risk_sources_of(view: EncounterView) -> tuple[RiskSource, ...]:
    """What may bear on risk, in order; empty when the words are destroyed, or none was found."""
    if view.transcript is None:
        return ()
    sources = {source.id: source for source in sources_of(view)}
    return tuple(
        RiskSource(
            source=sources[line.id],
            why=", ".join(cue.value for cue in line.cues if cue is not RiskCue.NEXT_TO),
        )
        for line in risk_lines(view.transcript.utterances)
    )


def marker(statement: Statement, known: frozenset[str]) -> str:
    """The small sign behind a statement."""
    if statement.support is Support.UNSUPPORTED:
        return "differs from its source" if statement.doubt else "rests on nothing"
    if statement.support is Support.CLINICIAN:
        return "yours"
    count = sum(source in known for source in statement.sources)
    if not count:
        return "source destroyed"
    sources = f"{count} source{'s' if count != 1 else ''}"
    return f"{sources}, not checked" if statement.support is Support.UNCHECKED else sources


def doubt(statement: Statement, doubtful: frozenset[str]) -> str:
    """What stands behind the sign where a source was not heard for certain; empty otherwise."""
    return "heard unsurely" if any(source in doubtful for source in statement.sources) else ""


def section_texts(draft: NoteDraft) -> dict[str, str]:
    """Each section as a person edits it: one statement a line."""
    return {
        section.key: "\n".join(statement.text for statement in section.statements)
        for section in draft.sections
    }


def where_said(line_id: str, speaker: str) -> str:
    """Who said it, or where it stands, for a line of the words, the observations or the record."""
    if line_id[:1] in ("o", "r"):
        return _other(line_id, speaker)
    if speaker == TYPED:
        return "You typed"
    return "Someone" if speaker == UNKNOWN_SPEAKER else speaker.capitalize()


def _heard(utterance: Utterance) -> str:
    who = "Someone" if utterance.speaker == "unknown" else utterance.speaker.capitalize()
    if utterance.start_seconds is None:
        return who
    return f"{who}, at {minutes_and_seconds(utterance.start_seconds)}"


def _other(source_id: str, speaker: str) -> str:
    kind = "Your observation" if source_id.startswith("o") else "From the client's record"
    return f"{kind}: {speaker.replace('_', ' ')}"
