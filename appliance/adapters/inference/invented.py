"""Requests for calibration: talk that nobody ever had, in sizes; no record is read for them."""

from serving.wire import DraftRequest, SectionSpec, Source

_TALK = (
    ("clinician", "How was the week since we last met?"),
    ("client", "I slept badly on Monday, and on Tuesday the meeting went better than I feared."),
    ("clinician", "What was different on Tuesday?"),
    ("client", "I wrote down what I wanted to say, and I breathed before I answered."),
    ("clinician", "Let us keep the breathing for the coming week, and write down three moments."),
    ("client", "I can do that after work, when it is quiet at home."),
)


def invented_request(size: int) -> DraftRequest:
    """A session of `size` times six utterances, each with its number, so that none is a repeat."""
    utterances = tuple(
        Source(id=f"u{n * len(_TALK) + i}", speaker=speaker, text=f"{text} That was point {n}.")
        for n in range(size)
        for i, (speaker, text) in enumerate(_TALK)
    )
    return DraftRequest(
        format_key="narrative",
        sections=(
            SectionSpec(
                key="narrative",
                title="Narrative",
                holds=("reported", "intervention", "response", "assessment", "plan"),
            ),
        ),
        encounter_kind="individual",
        origin="speech",
        utterances=utterances,
    )
