"""Local accounts' passwords, hashed with argon2id (RFC 9106, the low-memory recommendation)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY


class Argon2Passwords:
    """The `Passwords` port."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._of_nobody = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def matches(self, password: str, password_hash: str | None) -> bool:
        try:
            self._hasher.verify(password_hash or self._of_nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(password_hash)
