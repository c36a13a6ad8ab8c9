"""The energy statement of a month: what an auditor or an offset partner needs, and no person's rows.

Signed by the keyring (Ed25519, RFC 8032) over a small body that names the file by its SHA-256, and
chained: each body names the hash of the one before, so that none can be taken out of the row. The
signature travels as the last line of the PDF (a comment after its end) and of the CSV.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from appliance.domain.audit import GENESIS
from appliance.domain.metering.carbon import (
    MILLIJOULES_A_KILOWATT_HOUR,
    Carbon,
    EnergyChoices,
    Retirement,
    carbon_of,
    location_intensity,
    market_intensity,
)
from appliance.domain.metering.ledger import (
    CALIBRATED_TOLERANCE_PERCENT,
    EnergySummary,
    HourUse,
)
from appliance.domain.paper import Fact, Leaf, Paper

WHAT = "quietroom energy statement"
METHOD = (
    "GPU energy counters read every 100 ms; idle measured in quiet gaps with models loaded; the rest "
    "shared among requests in flight by the affine Shapley rule, in whole millijoules by largest "
    "remainder. Requests, idle and unattributed add up to the counter exactly. Gaps are left out."
)
TRAILER = b"\n%quietroom-signed "


@dataclass(frozen=True, kw_only=True)
class KeptStatement:
    """One statement as the box remembers it: its place in the chain, and its files' hashes."""

    number: int
    month: str
    made_at: datetime
    csv_sha256: str
    pdf_sha256: str
    previous_hash: str
    hash: str = ""


@dataclass(frozen=True, kw_only=True)
class StatementFigures:
    """All that a statement tells. `head`: position and hash of the box's audit chain."""

    month: str
    practice: str
    number: int
    previous_hash: str
    head: tuple[int, str]
    made_at: datetime
    summary: EnergySummary
    hours: tuple[HourUse, ...]
    choices: EnergyChoices
    retirements: tuple[Retirement, ...]
    version: str

    @property
    def carbon(self) -> Carbon:
        hours = self.summary.covered_seconds / 3600 / max(1, self.summary.gpus)
        spent = self.summary.gpu + (self.summary.host or 0)
        return carbon_of(spent, hours, self.summary.notes, self.choices)


def statement_hash(previous_hash: str, csv_sha256: str, pdf_sha256: str, month: str) -> str:
    """What the next statement names; SHA-256 in hexadecimal."""
    said = json.dumps([previous_hash, csv_sha256, pdf_sha256, month]).encode()
    return hashlib.sha256(said).hexdigest()


def previous_hash_of(last: KeptStatement | None) -> str:
    return last.hash if last else GENESIS


def body_for(figures: StatementFigures, kind: str, content: bytes) -> bytes:
    """The bytes that are signed for one file; `kind` is csv or pdf."""
    return json.dumps(
        {
            "what": WHAT,
            "kind": kind,
            "month": figures.month,
            "number": figures.number,
            "previous_hash": figures.previous_hash,
            "chain_position": figures.head[0],
            "chain_head": figures.head[1],
            "content_sha256": hashlib.sha256(content).hexdigest(),
        },
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def sealed_file(content: bytes, body: bytes, signature: str, public_key: str) -> bytes:
    """The file with its signature as the last line."""
    seal = {"body": body.decode(), "signature": signature, "public_key": public_key}
    return content + TRAILER + json.dumps(seal, sort_keys=True).encode() + b"\n"


def opened_file(data: bytes) -> tuple[bytes, bytes, str, str] | None:
    """Content, body, signature and public key of a sealed file; None where it is none."""
    content, mark, seal = data.rpartition(TRAILER)
    if not mark:
        return None
    try:
        said = json.loads(seal)
        body, signature, key = said["body"], said["signature"], said["public_key"]
        stated = json.loads(body)
        is_of_it = stated["content_sha256"] == hashlib.sha256(content).hexdigest()
        is_right = is_of_it and stated["what"] == WHAT and seal.endswith(b"}\n")
    except (KeyError, TypeError, ValueError):
        return None
    if not is_right or not all(isinstance(part, str) for part in (body, signature, key)):
        return None
    return content, body.encode(), signature, key


def as_csv(figures: StatementFigures) -> bytes:
    """Totals, then models, then hours; energies in whole millijoules. RFC 4180, UTF-8."""
    rows: list[tuple[object, ...]] = [("section", "name", "value", "unit")]
    rows += [("total", *each) for each in _totals(figures)]
    rows.append(("section", "model", "stage", "requests", "millijoules", "audio_milliseconds"))
    rows += [
        ("model", use.model, use.kind, use.requests, use.millijoules, use.audio_milliseconds)
        for use in figures.summary.models
    ]
    rows.append(
        (
            "section",
            "hour",
            "gpu",
            "mode",
            "counter_millijoules",
            "requests_millijoules",
            "idle_millijoules",
            "unattributed_millijoules",
            "covered_seconds",
            "gap_seconds",
            "resets",
        )
    )
    rows += [
        (
            "hour",
            f"{hour.hour_at:%Y-%m-%dT%H:00Z}",
            hour.gpu,
            hour.mode.value,
            hour.counter_millijoules,
            hour.requests_millijoules,
            hour.idle_millijoules,
            hour.unattributed_millijoules,
            round(hour.covered_seconds, 1),
            round(hour.gap_seconds, 1),
            hour.resets,
        )
        for hour in figures.hours
    ]
    return "".join(",".join(map(_cell, row)) + "\r\n" for row in rows).encode()


def as_paper(figures: StatementFigures) -> Paper:
    """The statement to print."""
    return Paper(
        title=f"Energy statement, {figures.month}",
        about=(
            Fact(label="Practice", value=figures.practice),
            Fact(label="Statement", value=f"number {figures.number} of this box"),
            Fact(label="Made", value=f"{figures.made_at:%Y-%m-%d %H:%M} UTC"),
            Fact(label="Made by", value=f"Quietroom {figures.version}"),
        ),
        leaves=(
            _leaf("Energy", "Whole millijoules, shown as kilowatt-hours.", _energy_facts(figures)),
            _leaf("By model", "The models' own requests.", _model_facts(figures)),
            _leaf(
                "Carbon",
                "Both figures are gross. Nothing is subtracted from them.",
                _carbon_facts(figures),
            ),
            _leaf(
                "Offsets retired",
                "A list of its own, which reduces no figure above.",
                _offset_facts(figures),
            ),
        ),
        closing=(
            Fact(label="Method", value=METHOD),
            Fact(label="Uncertainty", value=_uncertainty(figures)),
            Fact(label="Statement before", value=figures.previous_hash, is_code=True),
            Fact(label="Audit chain", value=f"{figures.head[0]} {figures.head[1]}", is_code=True),
            Fact(
                label="To check",
                value="quietroom verify energy FILE; the last line of this file holds an Ed25519 "
                "signature over its body, which names the SHA-256 of all before it.",
            ),
        ),
    )


def _leaf(heading: str, lead: str, facts: list[tuple[str, str]]) -> Leaf:
    return Leaf(
        heading=heading,
        lead=lead,
        facts=tuple(Fact(label=label, value=value) for label, value in facts),
    )


def _energy_facts(figures: StatementFigures) -> list[tuple[str, str]]:
    summary = figures.summary
    share = summary.coverage_share
    host = "not measured"
    if summary.host is not None:
        host = f"{_kwh(summary.host)} ({summary.host_mode})"
    each = summary.joules_a_note
    minute = summary.joules_a_minute_of_audio
    return [
        ("Active", _kwh(summary.active)),
        ("Idle", _kwh(summary.idle)),
        ("Unattributed", _kwh(summary.unattributed)),
        ("Host", host),
        ("Notes", str(summary.notes)),
        ("A note", f"{each:.0f} J" if each is not None else "not measured"),
        ("A minute of audio", f"{minute:.1f} J" if minute is not None else "not measured"),
        ("Coverage", f"{share:.2%} of the time the meter ran" if share else "not measured"),
        ("Gaps", f"{summary.gap_seconds:.0f} s, {summary.resets} resets"),
        ("Requests not measured", str(summary.unmeasured_requests)),
    ]


def _model_facts(figures: StatementFigures) -> list[tuple[str, str]]:
    facts = [
        (use.kind, f"{use.model}: {use.requests} requests, {_kwh(use.millijoules)}")
        for use in figures.summary.models
    ]
    return facts or [("None", "no request was measured")]


def _carbon_facts(figures: StatementFigures) -> list[tuple[str, str]]:
    carbon, place = figures.carbon, location_intensity(figures.choices)
    market = market_intensity(figures.choices)
    facts = [
        ("Location-based", f"{carbon.location:.0f} g CO2e ({place.grams:.0f} g/kWh)"),
        ("Source", place.source),
        (
            "Market-based",
            f"{carbon.market:.0f} g CO2e ({market.grams:.0f} g/kWh; {market.source})"
            if carbon.market is not None and market is not None
            else "no contract figure was given",
        ),
        (
            "Embodied",
            f"{carbon.embodied:.0f} g CO2e by a lifetime of {figures.choices.lifetime_years:g} years"
            if carbon.embodied is not None
            else "not declared",
        ),
    ]
    score = carbon.score
    facts.append(
        ("SCI (ISO/IEC 21031)", f"{score:.2f} g CO2e a note" if score is not None else "no notes")
    )
    return facts


def _offset_facts(figures: StatementFigures) -> list[tuple[str, str]]:
    facts = [
        (
            each.registry,
            f"{each.project}, vintage {each.vintage}, {each.kilograms} kg, serials {each.serials}",
        )
        for each in figures.retirements
    ]
    return facts or [("None", "no retirement is noted")]


def _totals(figures: StatementFigures) -> list[tuple[object, ...]]:
    summary, carbon = figures.summary, figures.carbon
    return [
        ("month", figures.month, ""),
        ("statement", figures.number, ""),
        ("previous_hash", figures.previous_hash, "sha256"),
        ("chain_head", figures.head[1], "sha256"),
        ("version", figures.version, ""),
        ("method", METHOD, ""),
        ("uncertainty", _uncertainty(figures), ""),
        ("active", summary.active, "mJ"),
        ("idle", summary.idle, "mJ"),
        ("unattributed", summary.unattributed, "mJ"),
        ("host", "not measured" if summary.host is None else summary.host, "mJ"),
        ("notes", summary.notes, ""),
        ("covered", round(summary.covered_seconds, 1), "s"),
        ("gaps", round(summary.gap_seconds, 1), "s"),
        ("resets", summary.resets, ""),
        ("requests_not_measured", summary.unmeasured_requests, ""),
        ("carbon_location", round(carbon.location, 1), "g"),
        ("carbon_market", "" if carbon.market is None else round(carbon.market, 1), "g"),
        ("carbon_embodied", "" if carbon.embodied is None else round(carbon.embodied, 1), "g"),
        ("carbon_source", location_intensity(figures.choices).source, ""),
    ]


def _uncertainty(figures: StatementFigures) -> str:
    summary = figures.summary
    tolerance = f"within ±{CALIBRATED_TOLERANCE_PERCENT}% of its Shapley share"
    parts = [f"a request's share is {tolerance} for 95 of 100, judged on a simulated machine"]
    if summary.uncalibrated_requests:
        parts.append(f"{summary.uncalibrated_requests} requests shared by time alone")
    if summary.has_power_mode:
        parts.append("a part is from power readings added up, for want of a counter")
    return "; ".join(parts)


def _kwh(millijoules: int) -> str:
    return f"{millijoules / MILLIJOULES_A_KILOWATT_HOUR:.4f} kWh"


def _cell(value: object) -> str:
    text = str(value)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in ',"\r\n') else text
