"""The invented practice: two clinicians, three clients, and nobody real."""

import json
import os
import secrets
import time
from datetime import timedelta
from pathlib import Path

from appliance.domain.encounter import EncounterKind, Modality
from appliance.domain.errors import Unavailable
from appliance.domain.people import (
    Account,
    AccountRole,
    ClientRecord,
    Practice,
    Relation,
    RelationRole,
)
from appliance.domain.preferences import Preferences, PronounChoice
from appliance.settings import Settings
from appliance.steps.box import Box
from appliance.steps.destroy import settle
from appliance.steps.keep_clients import add_client
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.sign_in import create_account
from appliance.wiring import box_for_a_while

CLINICIAN = "amara"
SUPERVISED = "jonas"
ADMINISTRATOR = "admin"
PATIENCE_SECONDS = 60.0

DANA = ClientRecord(
    name="Dana Whitfield",
    birth_date="1988-03-14",
    relations=(
        Relation(name="Marcus", role=RelationRole.PARTNER),
        Relation(name="Harbor Freight Logistics", role=RelationRole.EMPLOYER),
        Relation(name="Asheville", role=RelationRole.CITY),
    ),
    diagnosis="F41.1 Generalized anxiety disorder",
    plan_goals=("Sleep seven hours on five nights of the week",),
    preferences=Preferences(pronouns=PronounChoice.SHE, methods=("CBT",)),
)
TOMAS = ClientRecord(
    name="Tomas Rivera-Lund",
    birth_date="1979-11-02",
    nicknames=("Tom",),
    relations=(
        Relation(name="Ines", role=RelationRole.PARTNER),
        Relation(name="Mateo", role=RelationRole.CHILD),
        Relation(name="Brightwater Dental", role=RelationRole.EMPLOYER),
    ),
    phone="828-555-0142",
    diagnosis="F33.1 Major depressive disorder, recurrent, moderate",
    plan_goals=("Leave the house on four days a week",),
    preferences=Preferences(pronouns=PronounChoice.HE),
)
PRIYA = ClientRecord(
    name="Priya Natarajan",
    birth_date="1996-06-21",
    relations=(Relation(name="Leena", role=RelationRole.SIBLING),),
    diagnosis="F43.10 Post-traumatic stress disorder",
)


def seed(box: Box, passwords: dict[str, str]) -> None:
    """Fill an empty box with the practice; a box that has accounts is left as it is."""
    with box.database.write() as records:
        if records.people.accounts():
            return
        records.people.save_practice(Practice(name="Laurel Street Therapy"), Preferences())
    create_account(
        box,
        user_name=ADMINISTRATOR,
        display_name="Sam Okafor",
        credentials="",
        role=AccountRole.ADMINISTRATOR,
        password=passwords[ADMINISTRATOR],
    )
    amara = create_account(
        box,
        user_name=CLINICIAN,
        display_name="Amara Reyes",
        credentials="LCSW",
        role=AccountRole.SUPERVISOR,
        password=passwords[CLINICIAN],
    )
    jonas = create_account(
        box,
        user_name=SUPERVISED,
        display_name="Jonas Weller",
        credentials="LMHC-A",
        role=AccountRole.CLINICIAN,
        password=passwords[SUPERVISED],
        supervisor_id=amara.id,
    )
    _add_sessions(box, amara, jonas)


def _add_sessions(box: Box, amara: Account, jonas: Account) -> None:
    dana = add_client(box, amara, DANA)
    tomas = add_client(box, amara, TOMAS)
    priya = add_client(box, jonas, PRIYA)
    hour = box.clock.now().replace(minute=0, second=0, microsecond=0)
    open_encounter(box, amara, dana.id, EncounterKind.INDIVIDUAL, hour, modality=Modality.IN_PERSON)
    open_encounter(
        box,
        amara,
        tomas.id,
        EncounterKind.INDIVIDUAL,
        hour + timedelta(hours=1),
        modality=Modality.VIDEO,
    )
    open_encounter(box, jonas, priya.id, EncounterKind.INTAKE, hour, modality=Modality.IN_PERSON)


def passwords_of(settings: Settings) -> dict[str, str]:
    """The demo accounts' passwords, made once and kept in the state directory (mode 0600)."""
    path = settings.state_directory / "demo-passwords.json"
    settings.state_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        made = {name: _password() for name in (CLINICIAN, SUPERVISED, ADMINISTRATOR)}
        _write(path, json.dumps(made))
    found: dict[str, str] = json.loads(path.read_text())
    return found


def greeting(settings: Settings) -> str:
    """How to sign in to the demo practice."""
    lines = ["", "The demo practice, invented from end to end. Sign in with"]
    roles = {
        CLINICIAN: "supervising clinician",
        SUPERVISED: "clinician whose notes are co-signed",
        ADMINISTRATOR: "administrator",
    }
    for name, password in passwords_of(settings).items():
        lines.append(f"  {name:6}  {password}   ({roles[name]})")
    return "\n".join(lines)


def seed_when_ready(settings: Settings) -> None:
    """Seed once database and keyring answer; gives up quietly after a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with box_for_a_while(settings) as box:
        while time.monotonic() < deadline:
            try:
                settle(box)
                seed(box, passwords_of(settings))
            except Unavailable:
                time.sleep(0.3)
            else:
                return


def _password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(4))


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
