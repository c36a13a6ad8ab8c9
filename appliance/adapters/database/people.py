"""The practice, accounts, sign-ins, and whose client is whose."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from appliance.adapters.database.mapping import (
    account_from,
    practice_from,
    preferences_from_json,
    preferences_to_json,
)
from appliance.adapters.database.tables import (
    accounts,
    clients,
    practice,
    sign_in_tries,
    sign_ins,
)
from appliance.domain.errors import Absent
from appliance.domain.people import Account, AccountRole, Practice
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
            insert(accounts).values(**vars(account), password_hash=password_hash, preferences={})
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
        rows = self._connection.execute(
            select(accounts)
            .where(accounts.c.role != AccountRole.BOX)
            .order_by(accounts.c.user_name)
        )
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
            update(accounts).where(accounts.c.id == account_id).values(password_hash=password_hash)
        )
        self._connection.execute(delete(sign_ins).where(sign_ins.c.account_id == account_id))

    def count_sign_in_try(self, name_sha256: str, now: datetime) -> datetime | None:
        """Count a try, or tell until when there are no more: after the fifth, for 15 minutes.

        A name without an account is counted like any other. What nobody has tried for 15 minutes
        is forgotten.
        """
        tried = sign_in_tries.c
        rests = timedelta(minutes=LOCKED_MINUTES)
        self._connection.execute(delete(sign_in_tries).where(tried.tried_at <= now - rests))
        # One statement, so that tries at the same time are counted on either database.
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        counted = self._connection.execute(
            dialect.insert(sign_in_tries)
            .values(name_sha256=name_sha256, tries=1, tried_at=now)
            .on_conflict_do_update(
                index_elements=[tried.name_sha256],
                set_={"tries": tried.tries + 1, "tried_at": now},
                where=tried.tries < WRONG_PASSWORDS_ALLOWED,
            )
            .returning(tried.tries)
        ).scalar()
        if counted is not None:
            return None
        last_at = select(tried.tried_at).where(tried.name_sha256 == name_sha256)
        locked_at: datetime = self._connection.execute(last_at).scalar_one()
        return locked_at + rests

    def forget_sign_in_tries(self, name_sha256: str) -> None:
        mine = sign_in_tries.c.name_sha256 == name_sha256
        self._connection.execute(delete(sign_in_tries).where(mine))

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
