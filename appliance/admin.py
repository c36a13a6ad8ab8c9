"""`quietroom admin`: what a practice's IT person does from the command line of the box."""

import getpass
import sys
from collections.abc import Mapping

from appliance.domain.errors import FieldsInvalid
from appliance.domain.people import Account, AccountRole
from appliance.settings import Settings
from appliance.steps.box import Box
from appliance.steps.run_practice import choose_practice
from appliance.steps.sign_in import create_account, set_password
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
    return 0


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
