"""What the check before the note model found, and what its clinician decides about it."""

from typing import Annotated

from flask import Response
from pydantic import Field, StringConstraints, model_validator

from appliance.api.answers import Answer, EncounterState, state_of
from appliance.api.asked import Asked, EncounterPath
from appliance.api.current import actor, answer, box
from appliance.api.routing import resource, route
from appliance.domain.masking.findings import Decision, Finding, Mention
from appliance.steps import resolve_block as steps

MOST_DECISIONS = 1000
FINDINGS = "/encounters/<uuid:encounter_id>/findings"

group = resource("findings", "What the check found")


class FindingAnswer(Answer):
    """The same words, wherever they stand. `kinds`: what the check took them for."""

    id: str
    text: str
    kinds: tuple[str, ...]
    mentions: tuple[Mention, ...]


class FindingsAnswer(Answer):
    """Empty where nothing is held up."""

    findings: tuple[FindingAnswer, ...]


class DecisionBody(Asked):
    """`mask`: it must go, wherever it stands. `safe`: it identifies nobody, now and later."""

    finding_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    decision: Decision


class DecisionsBody(Asked):
    """All of them count, or none."""

    decisions: tuple[DecisionBody, ...] = Field(min_length=1, max_length=MOST_DECISIONS)

    @model_validator(mode="after")
    def _each_once(self) -> "DecisionsBody":
        if len({item.finding_id for item in self.decisions}) != len(self.decisions):
            raise ValueError("a finding stands twice")
        return self


@route(group, "GET", FINDINGS, answers=FindingsAnswer)
def read_findings(path: EncounterPath) -> Response:
    """What still looks like an identifier, with the words around it, for its clinician to decide."""
    found = steps.view_findings(box(), actor(), path.id)
    return answer(FindingsAnswer(findings=tuple(map(_finding, found))))


@route(group, "POST", FINDINGS, answers=EncounterState)
def decide_findings(path: EncounterPath, body: DecisionsBody) -> Response:
    """Mask these words, or say that they identify nobody; after the last one the work goes on."""
    decisions = {item.finding_id: item.decision for item in body.decisions}
    return answer(state_of(steps.decide_findings(box(), actor(), path.id, decisions)))


def _finding(finding: Finding) -> FindingAnswer:
    return FindingAnswer(
        id=finding.id, text=finding.text, kinds=finding.kinds, mentions=finding.mentions
    )
