"""Five commands of a TPM 2.0, spoken to its device: a small secret in its own memory, and back.

The bytes are those of "TPM 2.0 Library Specification", part 3, clause 31 (non-volatile storage) and
part 2 (constants); a password session carries the authorisation (part 1, clause 19.4). No child
process and no file takes part, so a secret is in this process and in the TPM, nowhere else.
"""

import os
import socket
import stat
import struct
import time
from pathlib import Path

from appliance.domain.errors import Misconfigured
from appliance.domain.vault import TpmUnavailable

DEVICE = Path("/dev/tpmrm0")
OWNER_INDICES = 0x01800000
"""The first index of the range that the machine's owner may use."""

_ANSWER_BYTES = 4096
_TIMEOUT_SECONDS = 30
_PAUSES_SECONDS = (0.02, 0.1, 0.3, 0.6, 1.0, 2.0)
_HEAD = struct.Struct(">HII")
_NO_SESSIONS, _SESSIONS = 0x8001, 0x8002
_PASSWORD_SESSION = 0x40000009
_OWNER = 0x40000001
_SHA256 = 0x000B
# AUTHWRITE, AUTHREAD, NO_DA: its own authorisation opens it, and wrong ones lock nobody out.
_ATTRIBUTES = 1 << 2 | 1 << 18 | 1 << 25
_DEFINE, _UNDEFINE, _WRITE, _READ, _READ_PUBLIC = 0x12A, 0x122, 0x137, 0x14E, 0x169
# "Ask again": yielded, testing, rate of writing, retry, memory not available just now.
_AGAIN = frozenset({0x908, 0x90A, 0x920, 0x922, 0x923})
_NEVER_WRITTEN = 0x14A
_NO_SUCH_HANDLE = frozenset({0x18B, 0x28B})
_WRONG_AUTHORISATION = frozenset({0x98E, 0x9A2})
_IS_DEFINED = 0x14C


class NotOurs(TpmUnavailable):
    """The TPM refuses the keyring's authorisation: it belongs to somebody else, or was set up anew."""


class Tpm:
    """A TPM behind the kernel's resource manager, or a simulated one behind a Unix socket.

    Every method raises Misconfigured where there is none, TpmUnavailable where it does not answer.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def define(self, index: int, authorisation: bytes, size_bytes: int) -> None:
        """Make room for `size_bytes`, unless there is. Raises NotOurs where it has an owner's password."""
        public = struct.pack(">IHIHH", index, _SHA256, _ATTRIBUTES, 0, size_bytes)
        parameters = _sized(authorisation) + _sized(public)
        self._ask(_DEFINE, (_OWNER,), b"", parameters, accept=_IS_DEFINED)

    def undefine(self, index: int) -> None:
        self._ask(_UNDEFINE, (_OWNER, index), b"", b"")

    def is_defined(self, index: int) -> bool:
        return self._ask(_READ_PUBLIC, (index,), None, b"") is not None

    def write(self, index: int, authorisation: bytes, data: bytes) -> None:
        parameters = _sized(data) + struct.pack(">H", 0)
        if self._ask(_WRITE, (index, index), authorisation, parameters) is None:
            raise TpmUnavailable

    def read(self, index: int, authorisation: bytes, size_bytes: int) -> bytes:
        """What was written; nothing where it never was. Raises NotOurs."""
        parameters = struct.pack(">HH", size_bytes, 0)
        answer = self._ask(_READ, (index, index), authorisation, parameters, accept=_NEVER_WRITTEN)
        if not answer:
            return b""
        (length,) = struct.unpack_from(">H", answer, 4)
        return answer[6 : 6 + length]

    def _ask(
        self,
        command: int,
        handles: tuple[int, ...],
        authorisation: bytes | None,
        parameters: bytes,
        *,
        accept: int = 0,
    ) -> bytes | None:
        """The answer's parameters; None where there is no such index; nothing for `accept`."""
        asked = _message(command, handles, authorisation, parameters)
        for pause_seconds in (*_PAUSES_SECONDS, None):
            code, answer = self._exchange(asked)
            if code not in _AGAIN or pause_seconds is None:
                break
            time.sleep(pause_seconds)
        if code == 0:
            return answer
        if code == accept:
            return b""
        if code in _NO_SUCH_HANDLE:
            return None
        raise NotOurs if code in _WRONG_AUTHORISATION else TpmUnavailable

    def _exchange(self, asked: bytes) -> tuple[int, bytes]:
        """The response code, and what follows it."""
        try:
            answer = self._through_device(asked)
            _, size_bytes, code = _HEAD.unpack_from(answer)
        except FileNotFoundError:
            reason = f"the keyring's root needs a TPM 2.0, and there is none at {self._path}"
        except PermissionError:
            reason = f"this user may not use the TPM at {self._path}"
        except (OSError, struct.error):
            raise TpmUnavailable from None
        else:
            return code, answer[_HEAD.size : size_bytes]
        raise Misconfigured(details={"reason": reason})

    def _through_device(self, asked: bytes) -> bytes:
        if stat.S_ISSOCK(self._path.stat().st_mode):
            return _through_socket(self._path, asked)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.write(descriptor, asked)
            return os.read(descriptor, _ANSWER_BYTES)
        finally:
            os.close(descriptor)


def _through_socket(path: Path, asked: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_TIMEOUT_SECONDS)
        connection.connect(str(path))
        connection.sendall(asked)
        answer = b""
        while len(answer) < _HEAD.size or len(answer) < _HEAD.unpack_from(answer)[1]:
            piece = connection.recv(_ANSWER_BYTES)
            if not piece:
                break
            answer += piece
        return answer


def _message(
    command: int, handles: tuple[int, ...], authorisation: bytes | None, parameters: bytes
) -> bytes:
    body = struct.pack(f">{len(handles)}I", *handles)
    if authorisation is not None:
        session = struct.pack(">IHB", _PASSWORD_SESSION, 0, 0) + _sized(authorisation)
        body += struct.pack(">I", len(session)) + session
    body += parameters
    tag = _NO_SESSIONS if authorisation is None else _SESSIONS
    return _HEAD.pack(tag, _HEAD.size + len(body), command) + body


def _sized(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data
