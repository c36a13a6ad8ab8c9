"""Findings as people read them, grouped by promise, and as JSON for programs."""

import json
import re
from collections.abc import Sequence
from textwrap import fill

from appliance.adapters.machine.finding import Finding, Verdict

PROMISES = {
    "P1": "Nothing about a client leaves the building",
    "P2": "No known name reaches the note model",
    "P3": "A recording is destroyed as soon as its words are written down",
    "P4": "Transcripts are destroyed when they are due",
    "P5": "What is destroyed cannot be read again",
    "P6": "No recording is lost before its words are safe",
    "P7": "Every sentence of a draft shows what it rests on",
    "P8": "Energy is measured, or said not to be",
    "P9": "No recording starts without everyone's consent",
    "P10": "Client data trains nothing",
    "P11": "Who saw what is on record",
}
_MARKS = {Verdict.OK: "ok  ", Verdict.WARN: "warn", Verdict.FAIL: "FAIL"}
_WIDTH = 96
_GRAVITY = (Verdict.OK, Verdict.WARN, Verdict.FAIL)


def worst(findings: Sequence[Finding]) -> Verdict:
    """The gravest verdict among the findings; ok where there are none."""
    return max((finding.verdict for finding in findings), key=_GRAVITY.index, default=Verdict.OK)


def as_text(findings: Sequence[Finding]) -> str:
    """For a terminal of 96 columns: each promise, what was found, and how to mend it."""
    codes = sorted({finding.promise for finding in findings}, key=_number)
    blocks = [_block(code, [f for f in findings if f.promise == code]) for code in codes]
    return "\n\n".join([*blocks, _summary(findings)]) + "\n"


def as_json(findings: Sequence[Finding]) -> str:
    """`{"verdict": …, "promises": {code: verdict}, "findings": [{key, promise, verdict, says, mend}]}`."""
    codes = sorted({finding.promise for finding in findings}, key=_number)
    by_promise = {code: worst([f for f in findings if f.promise == code]) for code in codes}
    listed = [
        {"key": f.key, "promise": f.promise, "verdict": f.verdict, "says": f.says, "mend": f.mend}
        for f in findings
    ]
    whole = {"verdict": worst(findings), "promises": by_promise, "findings": listed}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _block(code: str, findings: list[Finding]) -> str:
    return "\n".join([f"{code}  {PROMISES[code]}", *map(_lines, findings)])


def _lines(finding: Finding) -> str:
    mark = f"  {_MARKS[finding.verdict]}  "
    said = fill(finding.says, _WIDTH, initial_indent=mark, subsequent_indent=" " * 8)
    if not finding.mend:
        return said
    # A command in the text stays in one piece, so that it can be copied.
    mend = fill(
        f"To mend: {finding.mend}" if finding.verdict is not Verdict.OK else finding.mend,
        _WIDTH,
        initial_indent=" " * 8,
        subsequent_indent=" " * 8,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"{said}\n{mend}"


def _summary(findings: Sequence[Finding]) -> str:
    fails = sum(finding.verdict is Verdict.FAIL for finding in findings)
    warns = sum(finding.verdict is Verdict.WARN for finding in findings)
    if not fails and not warns:
        return "Nothing on this machine stands in the way of the promises."
    return f"To mend: {fails}. To look at: {warns}."


def _number(code: str) -> int:
    found = re.search(r"\d+", code)
    return int(found.group()) if found else 0
