"""What the two databases report, as the errors of the record; no statement and no value in them."""

import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InternalError, OperationalError

from appliance.domain.errors import (
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnavailable,
    FieldsInvalid,
    QuietroomError,
    RecordDamaged,
)

# https://www.sqlite.org/rescode.html, the primary codes.
_OF_SQLITE: dict[int, type[QuietroomError]] = {
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_CORRUPT: RecordDamaged,
    sqlite3.SQLITE_NOTADB: RecordDamaged,
}
# https://www.postgresql.org/docs/15/errcodes-appendix.html
_OF_POSTGRESQL: dict[str, type[QuietroomError]] = {
    "53100": DatabaseFull,
    "25006": DatabaseReadOnly,
    "XX001": RecordDamaged,
    "XX002": RecordDamaged,
}
_PASSING = (OperationalError, InterfaceError, InternalError)


def told(error: DBAPIError) -> Exception:
    """The record's error for the database's; what only a mistake of ours can cause stays as it is."""
    known = _of_sqlite(error) or _OF_POSTGRESQL.get(getattr(error.orig, "sqlstate", None) or "")
    if known is not None:
        return known()
    if isinstance(error, DataError):
        return FieldsInvalid(details={"fields": ("something is too long",)})
    if error.connection_invalidated or isinstance(error, _PASSING):
        return DatabaseUnavailable()
    return error


def _of_sqlite(error: DBAPIError) -> type[QuietroomError] | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else _OF_SQLITE.get(code & 0xFF)
