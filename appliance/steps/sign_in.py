"""Who is asking: sign-in with a local account, and the token that stands for it afterwards."""

import hashlib
import secrets
import threading
import uuid

from appliance.domain.audit import Action, AuditEvent
from appliance.domain.errors import FieldsInvalid, SignInNeeded, TooManyTries, WrongSignIn
from appliance.domain.people import Account, AccountRole
from appliance.steps.access import note
from appliance.steps.box import Box

PASSWORD_MINIMUM_CHARACTERS = 12
PASSWORD_LIMIT_CHARACTERS = 200
USER_NAME_LIMIT_CHARACTERS = 100
HASHES_AT_ONCE = 4
"""Each takes 64 MiB for a moment (RFC 9106); whoever tries more waits for the others."""
_hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)


def create_account(
    box: Box,
    *,
    user_name: str,
    display_name: str,
    credentials: str,
    role: AccountRole,
    password: str,
    supervisor_id: str | None = None,
    actor: Account | None = None,
) -> Account:
    """Raises FieldsInvalid, naming what is wrong."""
    _check_password(password)
    if not user_name.strip() or len(user_name) > USER_NAME_LIMIT_CHARACTERS:
        raise FieldsInvalid(details={"fields": ("user name",)})
    account = Account(
        id=str(uuid.uuid4()),
        user_name=user_name.strip().lower(),
        display_name=display_name.strip(),
        credentials=credentials.strip(),
        role=role,
        supervisor_id=supervisor_id,
    )
    password_hash = box.passwords.hash(password)
    now = box.clock.now()
    with box.database.write() as records:
        if records.people.account_named(account.user_name) is not None:
            raise FieldsInvalid(details={"fields": ("user name is taken",)})
        records.people.add_account(account, password_hash)
        note(records, Action.ACCOUNT_CREATED, now, actor=actor, facts={"account": account.id})
    return account


def set_password(box: Box, user_name: str, password: str) -> None:
    """A new password for an account; ends its sign-ins. Raises FieldsInvalid."""
    _check_password(password)
    password_hash = box.passwords.hash(password)
    with box.database.write() as records:
        found = records.people.account_named(user_name.strip().lower())
        if found is None:
            raise FieldsInvalid(details={"fields": ("user name",)})
        records.people.set_password_hash(found[0].id, password_hash)
        records.people.forget_sign_in_tries(_digest(found[0].user_name))


def sign_in(box: Box, user_name: str, password: str) -> tuple[Account, str]:
    """The account and a fresh token. Raises WrongSignIn, TooManyTries.

    A try is counted before its password is looked at, so that tries at the same time are counted
    too. A name that nobody has takes as long, is counted and is answered like a wrong password.
    """
    name = user_name.strip().lower()[:USER_NAME_LIMIT_CHARACTERS]
    found = _admitted(box, name)
    with _hashing:
        matches = box.passwords.matches(
            password[:PASSWORD_LIMIT_CHARACTERS], found[1] if found else None
        )
    token = secrets.token_urlsafe(32)
    now = box.clock.now()
    with box.database.write() as records:
        # Not if the password was changed or the account closed meanwhile.
        is_same = records.people.account_named(name) == found
        was_right = matches and is_same and len(password) <= PASSWORD_LIMIT_CHARACTERS
        account_id = found[0].id if found else None
        action = Action.SIGNED_IN if was_right else Action.SIGN_IN_FAILED
        records.audit.add(AuditEvent(action=action, at=now, account_id=account_id))
        if found and was_right:
            records.people.forget_sign_in_tries(_digest(name))
            records.people.add_sign_in(_digest(token), found[0].id, now)
    if found is None or not was_right:
        raise WrongSignIn
    return found[0], token


def _admitted(box: Box, name: str) -> tuple[Account, str] | None:
    """Count the try; who has the name, and the password's hash. Raises TooManyTries."""
    now = box.clock.now()
    with box.database.write() as records:
        locked_until = records.people.count_sign_in_try(_digest(name), now)
        found = records.people.account_named(name)
    if locked_until is not None:
        minutes = int((locked_until - now).total_seconds() // 60) + 1
        raise TooManyTries(details={"minutes": minutes})
    return found


def who(box: Box, token: str) -> Account:
    """The account that a token stands for. Raises SignInNeeded."""
    now = box.clock.now()
    with box.database.read() as records:
        account = records.people.signed_in(_digest(token), now) if token else None
    if account is None:
        raise SignInNeeded
    return account


def keep_alive(box: Box, token: str) -> None:
    """Note that the sign-in is in use."""
    with box.database.write() as records:
        records.people.see_sign_in(_digest(token), box.clock.now())


def sign_out(box: Box, token: str) -> None:
    now = box.clock.now()
    with box.database.write() as records:
        account = records.people.signed_in(_digest(token), now)
        records.people.end_sign_in(_digest(token))
        note(records, Action.SIGNED_OUT, now, actor=account)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _check_password(password: str) -> None:
    if not PASSWORD_MINIMUM_CHARACTERS <= len(password) <= PASSWORD_LIMIT_CHARACTERS:
        raise FieldsInvalid(
            details={
                "fields": (f"password needs {PASSWORD_MINIMUM_CHARACTERS} characters or more",)
            }
        )
