"""What is sealed comes back as it was."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import documents
from appliance.domain.encounter import (
    Header,
    Modality,
    Observations,
    Participant,
    ParticipantRole,
    Sheet,
)
from appliance.domain.errors import SealBroken
from appliance.domain.masking.masked import MaskMap, Occurrence
from appliance.domain.note import DraftSection, NoteDraft, Statement, Support
from appliance.domain.people import ClientRecord, Relation, RelationRole
from appliance.domain.preferences import Preferences, PronounChoice, Verbosity
from appliance.domain.transcript import Origin, Transcript, Utterance

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SAMPLES = [
    Transcript(
        origin=Origin.SPEECH,
        engine="e",
        utterances=(Utterance(id="u1", speaker="client", text="ja: Zoë 🙂", start_seconds=0.5),),
    ),
    NoteDraft(
        format_key="soap",
        made_by="x",
        is_built_in=True,
        sections=(
            DraftSection(
                key="plan",
                title="Plan",
                statements=(Statement(text="a", sources=("u1",), support=Support.CLINICIAN),),
            ),
            DraftSection(key="objective", title="Objective"),
        ),
        unknown_placeholders=("[PERSON_9]",),
    ),
    Sheet(
        header=Header(client_name="D", started_at=AT, modality=Modality.VIDEO),
        observations=Observations(affect="flat"),
        participants=(Participant(id="1", name="D", role=ParticipantRole.CLIENT),),
    ),
    ClientRecord(
        name="D",
        nicknames=("Dee", "Di"),
        relations=(Relation(name="M", role=RelationRole.PET),),
        preferences=Preferences(
            pronouns=PronounChoice.THEY, verbosity=Verbosity.CONCISE, methods=()
        ),
    ),
    MaskMap(
        canonical={"[PERSON_1]": "M"},
        occurrences=(
            Occurrence(line_id="u1", start=0, end=1, placeholder="[PERSON_1]", original="M"),
        ),
    ),
]


@pytest.mark.parametrize("document", SAMPLES, ids=lambda d: type(d).__name__)
def test_a_document_comes_back_as_it_was(document: object) -> None:
    assert documents.from_bytes(type(document), documents.to_bytes(document)) == document


@given(text=st.text(), speaker=st.text())
def test_any_words_come_back_as_they_were(text: str, speaker: str) -> None:
    utterance = Utterance(id="u1", speaker=speaker, text=text)
    words = Transcript(origin=Origin.TYPED, engine="typed", utterances=(utterance,))
    if "\ud800" <= max(text + speaker, default="") <= "\udfff":
        return
    assert documents.from_bytes(Transcript, documents.to_bytes(words)) == words


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"no": 1}', b"\xff"])
def test_bytes_that_are_no_document_are_a_broken_seal(data: bytes) -> None:
    with pytest.raises(SealBroken):
        documents.from_bytes(Transcript, data)
