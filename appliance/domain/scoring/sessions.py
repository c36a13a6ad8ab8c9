"""Scores the note of one session or typed summary against its labels.

**must_mention.** Of a fact's words of meaning and numbers, those count that were said in the
utterances it names (for a summary: that stand in its text). It is found when the statements that cite
one of those utterances (for a summary: all statements) have every number among them and two thirds of
the words; where fewer than two of its words were said, when they have half of the utterances' own
words. A fact that says "not", "denied" or "declined" needs a negation in such a statement.

**interventions.** Found when a statement cites one of its utterances and the writer's own words
(outside quotation marks) name work of the same family (`techniques`), or share a word of its name.
`interventions_told`: the words alone are cited.

**homework.** Found when a statement that says, outside quotation marks, that homework was reviewed
cites one of the utterances named, and half of them are cited somewhere in the note. Told where nothing
was reviewed, it counts in `homework_claimed_falsely`.

**plan_items.** Utterances named as plan that were agreed: those of a fact that says refused, declined,
cancelled, changed, not planned or not agreed are left out. Found when a statement in Plan cites it.
A statement in Plan that rests on refused ones alone counts in `plan_unsupported`.

**never_said_violations.** A tempting false statement is made when one sentence of the note has every
word of meaning of it, negated or not as it is, outside what it quotes and unless a cited source has
seven tenths of the sentence's words, those of the false statement in the same order,
negated alike; or, where it says "in the plan", when a sentence of Plan
has all its other words and no negation.

**objective_unsupported, plan_unsupported.** Statements of such sections that fail
`told.is_unsupported`. Every figure is of the note as a clinician first sees it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from appliance.domain.scoring.techniques import families
from appliance.domain.scoring.told import Told, citing, is_unsupported
from appliance.domain.scoring.words import (
    content,
    content_in_order,
    has_negation,
    holds,
    is_negated,
)

_ANCHORS_HELD = 2 / 3
_OWN_WORDS_HELD = 0.5
_COPIED = 0.7
_REFUSED = re.compile(
    r"\b(?:not (?:planned|agreed|booked|going ahead|to be|taken up)|declin\w+|refus\w+|rejected|"
    r"turned down)\b",
    re.IGNORECASE,
)
_ANOTHER_WAY = re.compile(r"\binstead\b|\bbut\b", re.IGNORECASE)
_IN_PLAN = re.compile(r"\b(?:in|as part of) (?:the )?plan\b|\bplanned\b", re.IGNORECASE)
_REVIEWED = re.compile(
    r"homework|between[- ]session|practice since|agreed last time", re.IGNORECASE
)
_GENERIC = frozenset(content("work exploring discussing discussion intervention therapy technique"))


@dataclass
class Tally:
    """Found and looked for by measure, counts of what must not be, and the misses."""

    found: dict[str, int] = field(default_factory=dict)
    of: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    misses: list[dict[str, Any]] = field(default_factory=list)

    def look(self, measure: str, case: str, what: Any, *, is_found: bool) -> None:
        self.of[measure] = self.of.get(measure, 0) + 1
        self.found[measure] = self.found.get(measure, 0) + is_found
        if not is_found:
            self.misses.append({"id": case, "measure": measure, "what": what})

    def count(self, measure: str, case: str, what: Any) -> None:
        self.counts[measure] = self.counts.get(measure, 0) + 1
        self.misses.append({"id": case, "measure": measure, "what": what})


def score_session(
    row: Mapping[str, Any], note: Sequence[Told], risk_ids: Iterable[str], tally: Tally
) -> None:
    """Add one session's figures to the tally; an empty note finds nothing."""
    case, gold = row["id"], row["gold"]
    said = {u["id"]: u["text"] for u in row["utterances"]}
    for fact in gold.get("must_mention", ()):
        text = " ".join(said[i] for i in fact["ids"] if i in said)
        near = " ".join(t.text for t in citing(note, fact["ids"]))
        tally.look(
            "must_mention", case, fact["fact"], is_found=is_mentioned(fact["fact"], text, near)
        )
    for work in gold.get("interventions", ()):
        near_work = citing(note, work["ids"])
        tally.look("interventions_told", case, work["name"], is_found=bool(near_work))
        named = any(_names(t.around, work["name"]) for t in near_work)
        tally.look("interventions", case, work["name"], is_found=named)
    _score_homework(case, gold.get("homework_reviewed", ()), note, tally)
    refused = _refused(gold)
    planned = [t for t in note if t.is_plan]
    for item in gold.get("plan_items", ()):
        if item not in refused:
            tally.look("plan_items", case, item, is_found=bool(citing(planned, [item])))
    beside = [t for t in planned if not citing([t], gold.get("plan_items", ()))]
    tally.counts["plan_beside_labels"] = tally.counts.get("plan_beside_labels", 0) + len(beside)
    listed = frozenset(risk_ids)
    for item in gold.get("risk_utterances", ()):
        tally.look("risk_listed", case, item, is_found=item in listed)
    tally.counts["risk_lines_listed"] = tally.counts.get("risk_lines_listed", 0) + len(listed)
    _score_truth(case, gold, said, note, tally)


def score_summary(
    row: Mapping[str, Any], note: Sequence[Told], said: Mapping[str, str], tally: Tally
) -> None:
    """Add one typed summary's figures; `said` is its text by the ids that the box gave its sentences."""
    whole = " ".join(t.text for t in note)
    for fact in row["gold"].get("must_mention", ()):
        found = is_mentioned(fact, row["text"], whole)
        tally.look("must_mention", row["id"], fact, is_found=found)
    _score_truth(row["id"], row["gold"], said, note, tally)


def is_mentioned(fact: str, said: str, note: str) -> bool:
    """Whether a note tells a fact, in what it has of the fact's words that were said."""
    there, noted = set(content(said)), set(content(note))
    anchors = [word for word in content(fact) if holds(word, there)]
    if not there:
        return bool(note)
    if len(anchors) < 2:
        return sum(holds(w, noted) for w in there) >= _OWN_WORDS_HELD * max(len(there), 1)
    if any(word.isdigit() and word not in noted for word in anchors):
        return False
    held = sum(holds(word, noted) for word in anchors)
    is_told = held >= _ANCHORS_HELD * len(anchors)
    return is_told and (has_negation(note) or not has_negation(fact) or not has_negation(said))


def _names(label: str, name: str) -> bool:
    own = set(content(name)) - _GENERIC
    return bool(families(label) & families(name)) or any(w in own for w in content(label))


def _score_homework(case: str, ids: Sequence[str], note: Sequence[Told], tally: Tally) -> None:
    saying = [t for t in note if _REVIEWED.search(t.around) and not t.is_plan]
    if not ids:
        for statement in saying:
            tally.count("homework_claimed_falsely", case, statement.text)
        return
    cited = {source for t in note for source in t.sources}
    is_told = 2 * sum(i in cited for i in ids) >= len(ids)
    tally.look("homework", case, list(ids), is_found=bool(citing(saying, ids)) and is_told)


def _refused(gold: Mapping[str, Any]) -> frozenset[str]:
    """Utterances that only tell of what was turned down."""
    facts = [fact for fact in gold.get("must_mention", ()) if isinstance(fact, dict)]
    turned_down = [fact for fact in facts if _is_refused(fact["fact"])]
    agreed = {i for fact in facts if fact not in turned_down for i in fact["ids"]}
    return frozenset(i for fact in turned_down for i in fact["ids"]) - agreed


def _is_refused(fact: str) -> bool:
    return _REFUSED.search(fact) is not None and _ANOTHER_WAY.search(fact) is None


def _score_truth(
    case: str,
    gold: Mapping[str, Any],
    said: Mapping[str, str],
    note: Sequence[Told],
    tally: Tally,
) -> None:
    for false in gold.get("never_say", ()):
        if any(_says(statement, false, said) for statement in note):
            tally.count("never_said_violations", case, false)
    refused = _refused(gold)
    for statement in note:
        if not (statement.only_observed or statement.is_plan):
            continue
        measure = "plan_unsupported" if statement.is_plan else "objective_unsupported"
        is_turned_down = statement.is_plan and refused.issuperset(statement.sources)
        if is_turned_down or is_unsupported(statement, said):
            tally.count(measure, case, statement.text)


def _says(statement: Told, false: str, said: Mapping[str, str]) -> bool:
    in_plan = _IN_PLAN.search(false) is not None
    words = content(_IN_PLAN.sub(" ", false))
    if in_plan:
        return statement.is_plan and any(
            all(holds(w, set(content(part))) for w in words) and not has_negation(part)
            for part in re.split(r"(?<=[.;!?])\s+", statement.text)
        )
    cited = [said[source] for source in statement.sources if source in said]
    for sentence in re.split(r"(?<=[.;!?])\s+", statement.around):
        there = set(content(sentence))
        has_all = bool(words) and all(holds(w, there) for w in words)
        is_alike = is_negated(sentence) == is_negated(false)
        if has_all and is_alike and not any(_copies(sentence, text, words) for text in cited):
            return True
    return False


def _copies(sentence: str, source: str, false: Sequence[str]) -> bool:
    """True where the source has nearly all of the sentence's words, the false ones in the same order."""
    own, there = content_in_order(sentence), content_in_order(source)
    held = sum(holds(word, there) for word in own)
    order = [[w for w in words if holds(w, false)] for words in (own, there)]
    is_alike = is_negated(sentence) == is_negated(source)
    return is_alike and order[0] == order[1] and held >= _COPIED * len(own)
