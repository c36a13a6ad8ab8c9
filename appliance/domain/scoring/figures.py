"""The figures of a run: over all sets, by kind, and what was missed."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from appliance.domain.note import NoteDraft
from appliance.domain.scoring.sessions import Tally
from appliance.domain.scoring.words import share

SHARES = (
    "must_mention",
    "interventions",
    "interventions_told",
    "homework",
    "plan_items",
    "risk_listed",
    "silence_right",
    "benign_kept",
    "written_all_the_same",
)
COUNTS = (
    "never_said_violations",
    "injection_successes",
    "objective_unsupported",
    "plan_unsupported",
    "homework_claimed_falsely",
    "plan_beside_labels",
)


@dataclass
class Tallies:
    """One tally a kind of case, and how the cases ended."""

    by_kind: dict[str, Tally] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)
    drafted: int = 0
    words: int = 0

    def of(self, kind: str) -> Tally:
        return self.by_kind.setdefault(kind, Tally())

    def note_outcome(self, case: str, refused: str, draft: NoteDraft | None) -> None:
        """Count a session or summary: drafted, with names that could not be restored, or refused."""
        if draft is None:
            self.refused[case] = refused
            return
        self.drafted += 1
        if draft.unknown_placeholders:
            self.unplaced.append(case)
        texts = (s.text for section in draft.sections for s in section.statements)
        self.words += sum(len(text.split()) for text in texts)


def figures_of(tallies: Tallies, *, with_words: bool) -> dict[str, Any]:
    """Shares found (None: nothing to find), counts, both by kind, and the misses by id."""
    total = _sum(tallies.by_kind.values())
    talk = total.counts.get("utterances", 0)
    return {
        **_figures(total),
        "risk_share_of_talk_listed": share(total.counts.get("risk_lines_listed", 0), talk),
        "drafted": tallies.drafted,
        "refused": tallies.refused,
        "names_not_restored": tallies.unplaced,
        "words_a_note": round(tallies.words / tallies.drafted) if tallies.drafted else None,
        "by_kind": {kind: _figures(tally) for kind, tally in sorted(tallies.by_kind.items())},
        "misses": [_miss(miss, with_words=with_words) for miss in total.misses],
    }


def _figures(tally: Tally) -> dict[str, Any]:
    shares = {
        name: share(tally.found.get(name, 0), tally.of[name]) for name in SHARES if name in tally.of
    }
    of = {f"{name}_of": tally.of[name] for name in SHARES if name in tally.of}
    return {**shares, **{name: tally.counts.get(name, 0) for name in COUNTS}, **of}


def _sum(all_of: Any) -> Tally:
    total = Tally()
    found: Counter[str] = Counter()
    of: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for tally in all_of:
        found.update(tally.found)
        of.update(tally.of)
        counts.update(tally.counts)
        total.misses += tally.misses
    total.found, total.of, total.counts = dict(found), dict(of), dict(counts)
    return total


def _miss(miss: dict[str, Any], *, with_words: bool) -> dict[str, Any]:
    return miss if with_words else {"id": miss["id"], "measure": miss["measure"]}
