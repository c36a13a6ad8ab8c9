"""The ledger's rows in JSON: in the meter's spool, and on the way from the meter to the record."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from appliance.domain.metering.rows import Mode, NumberedRow, PeriodRow, RequestRow
from appliance.domain.metering.work import RequestKind, Work


def row_to_json(numbered: NumberedRow) -> dict[str, Any]:
    """`{"n": sequence, "request": {…}}` or `{"n": sequence, "period": {…}}`."""
    row = numbered.row
    kind = "request" if isinstance(row, RequestRow) else "period"
    said = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(row).items()
    }
    return {"n": numbered.sequence, kind: said}


def row_from_json(said: Mapping[str, Any]) -> NumberedRow:
    """The other way round. Raises KeyError, TypeError or ValueError where the shape is another."""
    sequence = int(said["n"])
    if "request" in said:
        request = dict(said["request"])
        request |= {
            "kind": RequestKind(request["kind"]),
            "began_at": datetime.fromisoformat(request["began_at"]),
            "work": Work(**request["work"]),
        }
        return NumberedRow(sequence=sequence, row=RequestRow(**request))
    period = dict(said["period"])
    period |= {
        "mode": Mode(period["mode"]),
        "began_at": datetime.fromisoformat(period["began_at"]),
        "ended_at": datetime.fromisoformat(period["ended_at"]),
    }
    return NumberedRow(sequence=sequence, row=PeriodRow(**period))
