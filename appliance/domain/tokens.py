"""The sign-in token in a browser: its cookie, and the value that proves a page of ours is asking."""

import hashlib
import hmac

COOKIE = "__Host-quietroom"
"""HttpOnly; Secure; SameSite=Strict; Path=/; no Domain (RFC 6265bis, the `__Host-` prefix)."""


def csrf_for(token: str) -> str:
    """SHA-256 (hex) that every change asked for with the cookie must carry.

    It is made from the token, which another site's page cannot read; nothing needs to be stored.
    """
    return hashlib.sha256(f"quietroom csrf|{token}".encode()).hexdigest()


def csrf_matches(token: str, given: str) -> bool:
    """True when `given` belongs to `token`; takes the same time wherever they differ."""
    return hmac.compare_digest(csrf_for(token).encode(), given.encode("utf-8", "replace"))
