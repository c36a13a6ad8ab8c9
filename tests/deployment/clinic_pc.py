"""What a clinician's computer does, over HTTPS: the demo encounters, to signed notes and certificates.

Started in the PC's network namespace, as `python -m tests.deployment.clinic_pc`, with one JSON
object on standard input: host, authority (path), user_name, password. Prints one JSON object:
what was signed, which certificates came of it, and how many seconds each part took. It uses only
the standard library and the demo's visitor, which does too.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from appliance.demo.visitor import PIECE_BYTES, Turned, Visitor

MARK = b"quietroom-body!!"
"""What the large piece is filled with, to be looked for where it must not be."""

CLIENT = {
    "name": "Dana Whitfield",
    "birth_date": "1988-03-14",
    "relations": [
        {"name": "Marcus", "role": "partner"},
        {"name": "Harbor Freight Logistics", "role": "employer"},
        {"name": "Asheville", "role": "city"},
    ],
    "diagnosis": "F41.1 Generalized anxiety disorder",
}
SUMMARY = (
    "Pt seen by video. Slept 5 hrs a night, denies SI/HI. Argued with Marcus about Asheville. "
    "Reviewed activity schedule. Plan: three walks before next session."
)


def main() -> int:
    """Both encounters; any problem of the box ends this with its code and exit status 1."""
    told = json.load(sys.stdin)
    visitor = Visitor(443, Path(told["authority"]), told["host"])
    try:
        ready_seconds = visitor.wait_until_ready(120)
        visitor.sign_in(told["user_name"], told["password"])
        client_id = visitor.ask("POST", "/clients", CLIENT)["id"]
        recorded = recorded_encounter(visitor, client_id)
        typed = typed_encounter(visitor, client_id)
        withdrawn = withdrawn_encounter(visitor, client_id)
    except (Turned, TimeoutError) as problem:
        print(json.dumps({"problem": str(problem)}))
        return 1
    finally:
        visitor.close()
    print(
        json.dumps(
            {
                "ready_seconds": ready_seconds,
                "recorded": recorded,
                "typed": typed,
                "withdrawn": withdrawn,
            }
        )
    )
    return 0


def opened(visitor: Visitor, client_id: str) -> str:
    """A new individual encounter of this hour; its id."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    body = {
        "client_id": client_id,
        "kind": "individual",
        "scheduled_at": hour.isoformat(),
        "modality": "in_person",
    }
    return str(visitor.ask("POST", "/encounters", body)["id"])


def recorded_encounter(visitor: Visitor, client_id: str) -> dict[str, Any]:
    """Consent, the sample recording in pieces, the draft, the signature, the certificates."""
    encounter_id = opened(visitor, client_id)
    refused = ""
    try:
        visitor.begin_upload(encounter_id, PIECE_BYTES)
    except Turned as turned:
        refused = str(turned.problem.get("code", ""))
    view = visitor.ask("GET", f"/encounters/{encounter_id}")
    for person in view["sheet"]["participants"]:
        body = {"participant_id": person["id"], "state": "given"}
        visitor.ask("POST", f"/encounters/{encounter_id}/consents", body)
    media = files("appliance.demo").joinpath("sample.ogg").read_bytes()
    started = time.monotonic()
    visitor.upload(encounter_id, media)
    uploaded_seconds = time.monotonic() - started
    drafted_seconds = visitor.wait_for(encounter_id, "drafted", 240)
    heard = visitor.ask("GET", f"/encounters/{encounter_id}")["transcript"]["utterances"]
    return {
        "refused_before_consent": refused,
        "uploaded_bytes": len(media),
        "uploaded_seconds": uploaded_seconds,
        "drafted_seconds": drafted_seconds,
        "utterances": len(heard),
        **signed(visitor, encounter_id, certificates=5),
    }


def typed_encounter(visitor: Visitor, client_id: str) -> dict[str, Any]:
    """A summary, and what the note writer was shown of it."""
    encounter_id = opened(visitor, client_id)
    visitor.ask("POST", f"/encounters/{encounter_id}/summary", {"text": SUMMARY})
    drafted_seconds = visitor.wait_for(encounter_id, "drafted", 120)
    masked = visitor.ask("GET", f"/encounters/{encounter_id}/masked")
    shown = " ".join(line["text"] for line in masked["utterances"])
    return {
        "drafted_seconds": drafted_seconds,
        "shown_to_the_writer": shown,
        **signed(visitor, encounter_id, certificates=4),
    }


def withdrawn_encounter(visitor: Visitor, client_id: str) -> dict[str, Any]:
    """One whole piece of a recording, as large as a piece may be; then consent is taken back."""
    encounter_id = opened(visitor, client_id)
    view = visitor.ask("GET", f"/encounters/{encounter_id}")
    people = [person["id"] for person in view["sheet"]["participants"]]
    for person in people:
        body = {"participant_id": person, "state": "given"}
        visitor.ask("POST", f"/encounters/{encounter_id}/consents", body)
    path = visitor.begin_upload(encounter_id, 2 * PIECE_BYTES)
    visitor.send_piece(path, 0, MARK * (PIECE_BYTES // len(MARK)))
    visitor.ask("POST", f"/encounters/{encounter_id}/consents/{people[0]}/withdraw")
    written = visitor.wait_for_certificates(encounter_id, 1, 90)
    return {"destroyed_kinds": [each["artefact_kind"] for each in written]}


def signed(visitor: Visitor, encounter_id: str, *, certificates: int) -> dict[str, Any]:
    """Confirm the times, sign, and wait until everything else is destroyed."""
    view = visitor.ask("GET", f"/encounters/{encounter_id}")
    header = view["sheet"]["header"]
    began = datetime.fromisoformat(header["started_at"])
    del header["times_confirmed_by"]
    header |= {"stopped_at": (began + timedelta(minutes=50)).isoformat(), "times_confirmed": True}
    view = visitor.ask("PUT", f"/encounters/{encounter_id}/sheet", {"header": header})
    revision = {"revision": view["state"]["revision"]}
    visitor.ask("POST", f"/encounters/{encounter_id}/sign", revision)
    started = time.monotonic()
    written = visitor.wait_for_certificates(encounter_id, certificates, 90)
    note = visitor.ask("GET", f"/encounters/{encounter_id}")["note"]
    return {
        "encounter_id": encounter_id,
        "note": note["text"],
        "author_line": note["author_line"],
        "destroyed_kinds": sorted(each["artefact_kind"] for each in written),
        "certificates_seconds": time.monotonic() - started,
    }


if __name__ == "__main__":
    sys.exit(main())
