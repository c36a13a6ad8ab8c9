"""Scores the support check on labelled pairs of talk and statement.

A row: `source` (lines "speaker: words"), `statement`, `supported`, `flaw` (one of `Flaw`, or null).
"Caught" is strict: answered "unsupported". "Let through" is answered "supported"; what is neither is
"unchecked", which the clinician sees as such. Shares carry their 95 % Wilson interval.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from appliance.domain.masking.evaluation import wilson
from appliance.domain.support.judge import judge
from appliance.domain.support.verdict import Answer, Line, Verdict


def line_of(text: str) -> Line:
    """ "client: words" as a line; without a speaker it is nobody's."""
    speaker, mark, words = text.partition(":")
    return (
        Line(speaker=speaker.strip(), text=words.strip()) if mark else Line(speaker="", text=text)
    )


def verdict_of(row: Mapping[str, Any]) -> Verdict:
    """What the check answers about one labelled row."""
    return judge(str(row["statement"]), [line_of(str(line)) for line in row["source"]])


def evaluate_support(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Figures over labelled rows.

    - `supported_kept`: of the supported rows, the share answered supported.
    - `unsupported_caught`: of the unsupported rows, the share answered unsupported (strict).
    - `unsupported_not_passed`: of the unsupported rows, the share not answered supported.
    - `unchecked`: of all rows, the share answered unchecked.
    - `passed_wrongly`: of the rows answered supported, the share that is not.
    - `flagged_wrongly`: of the supported rows, the share answered unsupported.
    - `by_flaw`: for each flaw `rows`, `caught`, `not_passed`, `named` (caught with this very flaw).
    - `misses`: ids of the rows let through, by flaw, and of supported rows flagged.
    """
    answers = [(row, verdict_of(row)) for row in rows]
    good = [verdict for row, verdict in answers if row["supported"]]
    bad = [verdict for row, verdict in answers if not row["supported"]]
    passed = [row for row, verdict in answers if verdict.answer is Answer.SUPPORTED]
    return {
        "rows": len(rows),
        **_share("supported_kept", _count(good, Answer.SUPPORTED), len(good)),
        **_share("unsupported_caught", _count(bad, Answer.UNSUPPORTED), len(bad)),
        **_share("unsupported_not_passed", len(bad) - _count(bad, Answer.SUPPORTED), len(bad)),
        **_share("unchecked", _count([v for _, v in answers], Answer.UNCHECKED), len(answers)),
        **_share("passed_wrongly", sum(not row["supported"] for row in passed), len(passed)),
        **_share("flagged_wrongly", _count(good, Answer.UNSUPPORTED), len(good)),
        "by_flaw": _by_flaw(answers),
        "misses": _misses(answers),
    }


def _count(verdicts: Sequence[Verdict], answer: Answer) -> int:
    return sum(verdict.answer is answer for verdict in verdicts)


def _share(name: str, part: int, whole: int) -> dict[str, Any]:
    share = round(part / whole, 4) if whole else None
    return {name: share, f"{name}_interval": wilson(part, whole)}


def _by_flaw(answers: Sequence[tuple[Mapping[str, Any], Verdict]]) -> dict[str, Any]:
    figures = {}
    for flaw in sorted({str(row["flaw"]) for row, _ in answers if not row["supported"]}):
        own = [v for row, v in answers if not row["supported"] and str(row["flaw"]) == flaw]
        named = sum(v.flaw is not None and v.flaw.value == flaw for v in own)
        figures[flaw] = {
            "rows": len(own),
            **_share("caught", _count(own, Answer.UNSUPPORTED), len(own)),
            **_share("not_passed", len(own) - _count(own, Answer.SUPPORTED), len(own)),
            "named": round(named / len(own), 4),
        }
    return figures


def _misses(answers: Sequence[tuple[Mapping[str, Any], Verdict]]) -> dict[str, Any]:
    through: dict[str, list[str]] = {}
    flagged = []
    for row, verdict in answers:
        if not row["supported"] and verdict.answer is Answer.SUPPORTED:
            through.setdefault(str(row["flaw"]), []).append(str(row.get("id", "")))
        if row["supported"] and verdict.answer is Answer.UNSUPPORTED:
            flagged.append(str(row.get("id", "")))
    counts = Counter(v.flaw.value for row, v in answers if row["supported"] and v.flaw is not None)
    return {"passed_wrongly": through, "flagged_wrongly": flagged, "flagged_as": dict(counts)}
