"""The practice, accounts, sign-ins, and whose client is whose."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from appliance.adapters.database.mapping import (
    account_from,
    practice_from,
    preferences_from_json,
    preferences_to_json,
)
from appliance.adapters.database.tables import accounts, clients, practice, sign_ins
from appliance.domain.errors import Absent
from appliance.domain.people import Account, Practice
from appliance.domain.preferences import Preferences

WRONG_PASSWORDS_ALLOWED = 5
LOCKED_MINUTES = 15
SIGN_IN_HOURS = 12
IDLE_MINUTES = 60
_PRACTICE_ROW = 1


class PeopleRows:
    """The `People` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def practice(self) -> Practice:
        row = self._connection.execute(select(practice)).mappings().first()
        return practice_from(row) if row else Practice(name="")

    def practice_preferences(self) -> Preferences:
        return preferences_from_json(
            self._connection.execute(select(practice.c.preferences)).scalar()
        )

    def save_practice(self, settings: Practice, preferences: Preferences) -> None:
        values = vars(settings) | {"preferences": preferences_to_json(preferences)}
        changed = self._connection.execute(
            update(practice).where(practice.c.id == _PRACTICE_ROW).values(values)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(practice).values(id=_PRACTICE_ROW, **values))

    def add_account(self, account: Account, password_hash: str) -> None:
        self._connection.execute(
            insert(accounts).values(
                **vars(account), password_hash=password_hash, preferences={}, wrong_passwords=0
            )
        )

    def account(self, account_id: str) -> Account:
        row = (
            self._connection.execute(select(accounts).where(accounts.c.id == account_id))
            .mappings()
            .first()
        )
        if row is None:
            raise Absent
        return account_from(row)

    def account_named(self, user_name: str) -> tuple[Account, str] | None:
        row = (
            self._connection.execute(
                select(accounts).where(
                    accounts.c.user_name == user_name, accounts.c.disabled_at.is_(None)
                )
            )
            .mappings()
            .first()
        )
        return (account_from(row), row["password_hash"]) if row else None

    def accounts(self) -> tuple[Account, ...]:
        rows = self._connection.execute(select(accounts).order_by(accounts.c.user_name))
        return tuple(map(account_from, rows.mappings()))

    def account_preferences(self, account_id: str) -> Preferences:
        return preferences_from_json(
            self._connection.execute(
                select(accounts.c.preferences).where(accounts.c.id == account_id)
            ).scalar()
        )

    def save_account_preferences(self, account_id: str, preferences: Preferences) -> None:
        self._connection.execute(
            update(accounts)
            .where(accounts.c.id == account_id)
            .values(preferences=preferences_to_json(preferences))
        )

    def set_password_hash(self, account_id: str, password_hash: str) -> None:
        self._connection.execute(
            update(accounts)
            .where(accounts.c.id == account_id)
            .values(password_hash=password_hash, wrong_passwords=0, locked_until=None)
        )
        self._connection.execute(delete(sign_ins).where(sign_ins.c.account_id == account_id))

    def locked_until(self, user_name: str) -> datetime | None:
        found: datetime | None = self._connection.execute(
            select(accounts.c.locked_until).where(accounts.c.user_name == user_name)
        ).scalar()
        return found

    def note_sign_in_try(self, user_name: str, *, was_right: bool, now: datetime) -> None:
        """A right password clears the count; the fifth wrong one locks the account for 15 minutes."""
        mine = accounts.c.user_name == user_name
        wrong = self._connection.execute(select(accounts.c.wrong_passwords).where(mine)).scalar()
        wrong = 0 if was_right or wrong is None else wrong + 1
        is_locked = wrong >= WRONG_PASSWORDS_ALLOWED
        self._connection.execute(
            update(accounts)
            .where(mine)
            .values(
                wrong_passwords=0 if is_locked else wrong,
                locked_until=now + timedelta(minutes=LOCKED_MINUTES) if is_locked else None,
            )
        )

    def add_sign_in(self, token_sha256: str, account_id: str, now: datetime) -> None:
        self._connection.execute(delete(sign_ins).where(sign_ins.c.expires_at <= now))
        self._connection.execute(
            insert(sign_ins).values(
                token_sha256=token_sha256,
                account_id=account_id,
                made_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=SIGN_IN_HOURS),
            )
        )

    def signed_in(self, token_sha256: str, now: datetime) -> Account | None:
        row = (
            self._connection.execute(
                select(accounts)
                .join(sign_ins, sign_ins.c.account_id == accounts.c.id)
                .where(
                    sign_ins.c.token_sha256 == token_sha256,
                    sign_ins.c.expires_at > now,
                    sign_ins.c.seen_at > now - timedelta(minutes=IDLE_MINUTES),
                    accounts.c.disabled_at.is_(None),
                )
            )
            .mappings()
            .first()
        )
        return account_from(row) if row else None

    def see_sign_in(self, token_sha256: str, now: datetime) -> None:
        """Note activity, at most once a minute so that reading pages does not write each time."""
        self._connection.execute(
            update(sign_ins)
            .where(
                sign_ins.c.token_sha256 == token_sha256,
                sign_ins.c.seen_at <= now - timedelta(minutes=1),
            )
            .values(seen_at=now)
        )

    def end_sign_in(self, token_sha256: str) -> None:
        self._connection.execute(delete(sign_ins).where(sign_ins.c.token_sha256 == token_sha256))

    def add_client(self, client_id: str, clinician_id: str, now: datetime) -> None:
        self._connection.execute(
            insert(clients).values(id=client_id, clinician_id=clinician_id, made_at=now)
        )

    def clinician_of(self, client_id: str) -> str:
        found = self._connection.execute(
            select(clients.c.clinician_id).where(clients.c.id == client_id)
        ).scalar()
        if found is None:
            raise Absent
        return str(found)

    def clients_of(self, clinician_id: str) -> tuple[str, ...]:
        rows = self._connection.execute(
            select(clients.c.id)
            .where(clients.c.clinician_id == clinician_id)
            .order_by(clients.c.made_at)
        )
        return tuple(rows.scalars())
