"""Drafts of typed summaries by the built-in writer, in one line for tests."""

from serving.notes.builtin.writer import BuiltInWriter
from serving.wire import DraftReply, DraftRequest, Pronouns, SectionSpec, Source, Style

SHE = Pronouns(
    subject="she", object="her", possessive_adjective="her", possessive="hers", reflexive="herself"
)
THEY = Pronouns(
    subject="they",
    object="them",
    possessive_adjective="their",
    possessive="theirs",
    reflexive="themself",
)
SOAP = (
    SectionSpec(key="subjective", title="Subjective", holds=("reported",)),
    SectionSpec(
        key="objective", title="Objective", holds=("observed", "intervention"), only_observed=True
    ),
    SectionSpec(key="assessment", title="Assessment", holds=("assessment", "response")),
    SectionSpec(key="plan", title="Plan", holds=("plan",), only_observed=True),
)
SUMMARY = (
    "Pt reports sleeping 3-4 hrs most nights since the flood.",
    "Denies SI/HI.",
    "PHQ-9 17, item 9 = 0.",
    "Affect flat, little eye contact.",
    "Reviewed thought record about the landlord.",
    'Said the exercise was "like pulling teeth".',
    "Camera off for 5 mins.",
    "Drinking 2 beers nightly, down from 6.",
    "Argued w/ [PARTNER_1] on Fri b/c of rent.",
    "Misses the garden.",
    "Eats lunch alone at work.",
    "Headaches x3 this wk.",
    "Pt was receptive to pacing.",
    "Plan: walk 20 mins daily; call housing office; nxt appt 12 May.",
)


def typed(*sentences: str) -> tuple[Source, ...]:
    return tuple(
        Source(id=f"u{n}", speaker="typed", text=text) for n, text in enumerate(sentences, 1)
    )


def draft(*sentences: str, sections=SOAP, observations=(), facts=(), **style) -> DraftReply:
    return BuiltInWriter().draft(
        DraftRequest(
            format_key="soap",
            sections=sections,
            encounter_kind="individual",
            origin="typed",
            utterances=typed(*sentences),
            observations=observations,
            record_facts=facts,
            style=Style(**{"verbosity": "detailed", **style}),
        )
    )


def texts(reply: DraftReply, key: str | None = None) -> list[str]:
    return [
        s.text
        for section in reply.sections
        for s in section.statements
        if key in (None, section.key)
    ]
