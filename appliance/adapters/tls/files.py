"""Keys and certificates on disk: whole or not at all, and a key for its owner only."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

KEY_MODE = 0o600
CERTIFICATE_MODE = 0o644


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A certificate and the private key that belongs to it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def read_pair(certificate_path: Path, key_path: Path) -> Pair | None:
    """The pair on disk; None where a part is missing, unreadable, or not of the other."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
    except (FileNotFoundError, ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return None
    if certificate.public_key() != key.public_key():
        return None
    key_path.chmod(KEY_MODE)
    return Pair(certificate=certificate, key=key)


def write_pair(pair: Pair, certificate_path: Path, key_path: Path) -> None:
    """The key first: whoever finds a certificate finds its key."""
    pem = pair.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(key_path, pem, KEY_MODE)
    _write(
        certificate_path,
        pair.certificate.public_bytes(serialization.Encoding.PEM),
        CERTIFICATE_MODE,
    )


def make_folder(directory: Path) -> None:
    """Makes the folder for its owner only; in one that is there, nobody else may write any more."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(directory.stat().st_mode)
    if mode & 0o022:
        directory.chmod(mode & ~0o022)


def _write(path: Path, content: bytes, mode: int) -> None:
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
