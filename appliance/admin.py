"""`quietroom admin`: what a practice's IT person does from the command line of the box."""

import getpass
import sys
from collections.abc import Mapping

from appliance.domain.errors import FieldsInvalid
from appliance.domain.inventory import Existing, Inventory
from appliance.domain.people import Account, AccountRole, Practice
from appliance.domain.retention import MAJORITY_YEARS
from appliance.settings import Settings
from appliance.steps.box import Box
from appliance.steps.destroy_client import destroy_client, take_inventory
from appliance.steps.run_practice import choose_practice
from appliance.steps.sign_in import create_account, set_password
from appliance.steps.watch_clock import accept_time
from appliance.wiring import box_for_a_while


def add_account(
    settings: Settings,
    *,
    user_name: str,
    display_name: str,
    credentials: str,
    role: str,
    supervisor: str | None,
) -> int:
    """Ask for a password (or read one line of standard input) and make the account."""
    password = read_password()
    with box_for_a_while(settings) as box:
        account = create_account(
            box,
            user_name=user_name,
            display_name=display_name,
            credentials=credentials,
            role=AccountRole(role),
            password=password,
            supervisor_id=_find(box, supervisor).id if supervisor else None,
        )
    print(f"{account.user_name} can sign in now.")
    return 0


def set_practice(settings: Settings, changes: Mapping[str, str | int | None]) -> int:
    """Change the practice's own settings, and print them all. Raises Misconfigured, FieldsInvalid."""
    with box_for_a_while(settings) as box:
        practice = choose_practice(box, {k: v for k, v in changes.items() if v is not None})
    print(f"name                     {practice.name or '(none yet)'}")
    print(f"chart kept               {practice.record_kept.value}")
    print(f"header fields required   {practice.requirement_profile.value}")
    print(f"transcripts are kept     {practice.transcript_days} days at most")
    print(f"unsigned drafts          {practice.draft_days} days at most")
    print(f"copied notes are kept    {practice.copied_note_days} days")
    print(f"signed notes are kept    {_record_kept(practice)}")
    if changes.get("record_years"):
        print("No signed note goes within 30 days of now; each client's page shows its date.")
    return 0


def _record_kept(practice: Practice) -> str:
    if practice.record_years is None:
        return "until the practice chooses a number of years (--record-years)"
    return (
        f"{practice.record_years} years after the client's last session, "
        f"for who was a minor then after turning {MAJORITY_YEARS}"
    )


def change_password(settings: Settings, user_name: str) -> int:
    password = read_password()
    with box_for_a_while(settings) as box:
        set_password(box, user_name, password)
    print(f"{user_name} has a new password; earlier sign-ins have ended.")
    return 0


def list_accounts(settings: Settings) -> int:
    with box_for_a_while(settings) as box, box.database.read() as records:
        for account in records.people.accounts():
            print(f"{account.user_name:20} {account.role.value:14} {account.line}")
    return 0


def show_inventory(settings: Settings, client_id: str) -> int:
    """What exists about a client, without a name. Raises Absent."""
    with box_for_a_while(settings) as box:
        found = take_inventory(box, None, client_id)
    for line in inventory_lines(found):
        print(line)
    return 0


def destroy_all_of(settings: Settings, client_id: str, *, is_confirmed: bool) -> int:
    """Destroy everything of a client that nothing keeps. Raises UnderLegalHold, Absent."""
    with box_for_a_while(settings) as box:
        before = take_inventory(box, None, client_id)
        if not is_confirmed:
            print("This would be destroyed, and cannot be brought back:")
            for existing in before.to_destroy:
                print(f"  {_thing(existing)}")
            print("Nothing is destroyed yet. Say --yes to do it.")
            return 1
        left = destroy_client(box, None, client_id)
    print(f"Out of reach, and destroyed within a minute: {len(before.to_destroy)}.")
    for existing in left.kept_by_rule:
        print(f"kept by the practice's record-keeping rule: {_thing(existing)}")
    return 0


def accept_new_time(settings: Settings) -> int:
    """After a jump of the clock: it is right, and every deadline counts again."""
    with box_for_a_while(settings) as box:
        was_in_doubt = accept_time(box, None)
        now = box.clock.now()
    if was_in_doubt:
        print(f"{now:%Y-%m-%d %H:%M} UTC is accepted; what is due by it is destroyed now.")
    else:
        print(f"The clock was not in doubt: it is {now:%Y-%m-%d %H:%M} UTC.")
    return 0


def inventory_lines(found: Inventory) -> list[str]:
    """One line a thing: what, until when, by which rule, where."""
    lines = [
        f"legal hold: {hold.reason.label.lower()}, since {hold.placed_at:%Y-%m-%d %H:%M} UTC"
        for hold in found.holds
    ]
    for existing in found.existing:
        due_at = existing.artefact.due_at
        until = "held" if found.holds else f"{due_at:%Y-%m-%d %H:%M} UTC" if due_at else "no date"
        lines.append(f"{_thing(existing):45} {until:22} until {existing.kept_until}")
    lines.append(f"In this box's database, sealed: {len(found.existing)}.")
    lines.append(f"Gone: {found.gone_count}, with a certificate: {found.certificate_count}.")
    return lines


def _thing(existing: Existing) -> str:
    kind = existing.artefact.kind.value.replace("_", " ")
    at = existing.encounter.scheduled_at if existing.encounter else None
    return f"{kind}, session of {at:%Y-%m-%d %H:%M} UTC" if at else kind


def read_password() -> str:
    """From the terminal twice, or one line where there is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password (12 characters or more): ")
    if first != getpass.getpass("Again: "):
        raise FieldsInvalid(details={"fields": ("the two passwords differ",)})
    return first


def _find(box: Box, user_name: str) -> Account:
    with box.database.read() as records:
        found = records.people.account_named(user_name)
    if found is None:
        raise FieldsInvalid(details={"fields": ("supervisor",)})
    return found[0]
