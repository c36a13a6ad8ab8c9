"""`quietroom notes support-eval`: how good the support check is, on labelled pairs; figures, never text."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from appliance.bench.flow import print_figures
from appliance.domain.errors import FileUnreadable
from appliance.domain.support.evaluation import evaluate_support
from appliance.domain.support.verdict import Flaw


def evaluate_support_file(file: Path, *, as_json: bool) -> int:
    """Score the check on a file of pairs; `FILE:untouched` takes the rows whose `split` says so.

    The keys are defined in `appliance.domain.support.evaluation`. Raises FileUnreadable.
    """
    print_figures(evaluate_support(_rows(file)), as_json=as_json)
    return 0


def _rows(file: Path) -> Sequence[Mapping[str, Any]]:
    path, _, split = str(file).partition(":")
    try:
        rows = [
            json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line.strip()
        ]
    except (OSError, ValueError):
        raise FileUnreadable(details={"file": Path(path).name}) from None
    if not all(_is_pair(row) for row in rows):
        raise FileUnreadable(details={"file": Path(path).name})
    return [row for row in rows if not split or row.get("split") == split]


def _is_pair(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("supported"), bool):
        return False
    source, flaw = row.get("source"), row.get("flaw")
    return (
        isinstance(row.get("statement"), str)
        and isinstance(source, list)
        and all(isinstance(line, str) for line in source)
        and (row["supported"] or flaw is None or flaw in {f.value for f in Flaw})
    )
