"""A visitor to the box: the JSON API over HTTPS, with the standard library and the box's own CA."""

import hashlib
import http.client
import json
import ssl
import time
from pathlib import Path
from typing import Any

PIECE_BYTES = 1 << 20
POLL_SECONDS = 0.2
TUS = {"Tus-Resumable": "1.0.0"}
WORKING = frozenset({"recorded", "transcribed", "masked"})


class Turned(Exception):
    """The box answered with a problem; `problem` is its RFC 9457 body."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(f"{status} {problem.get('code', '')}")


class Visitor:
    """Speaks to `https://localhost:port` and trusts only the given certificate authority."""

    def __init__(
        self, port: int, authority: Path, host: str = "localhost", own_address: str | None = None
    ) -> None:
        context = ssl.create_default_context(cafile=str(authority))
        self._made_from = (port, authority, host)
        self._connection = http.client.HTTPSConnection(
            host,
            port,
            context=context,
            timeout=60,
            source_address=(own_address, 0) if own_address else None,
        )
        self._token = ""

    def companion(self, number: int) -> "Visitor":
        """The same person at another machine, with a connection of its own."""
        port, authority, host = self._made_from
        made = Visitor(port, authority, host, own_address=f"127.0.1.{number % 250 + 1}")
        made._token = self._token
        return made

    def sign_in(self, user_name: str, password: str) -> None:
        answer = self.ask("POST", "/sign-in", {"user_name": user_name, "password": password})
        self._token = answer["token"]

    @property
    def is_signed_in(self) -> bool:
        return bool(self._token)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request with JSON both ways. Raises Turned."""
        data = None if body is None else json.dumps(body).encode()
        return self._send(method, path, data, {"Content-Type": "application/json"})

    def begin_upload(self, encounter_id: str, length_bytes: int) -> str:
        """Open for a recording by the tus protocol; the path that its pieces go to."""
        path = f"/encounters/{encounter_id}/uploads"
        begun = self._send("POST", path, None, TUS | {"Upload-Length": str(length_bytes)})
        return f"{path}/{begun['id']}"

    def send_piece(self, upload_path: str, offset_bytes: int, piece: bytes) -> None:
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset_bytes),
        }
        self._send("PATCH", upload_path, piece, TUS | headers)

    def upload(self, encounter_id: str, media: bytes) -> None:
        """Begin, and send every piece; the box goes on by itself after the last."""
        path = self.begin_upload(encounter_id, len(media))
        for start in range(0, len(media), PIECE_BYTES):
            self.send_piece(path, start, media[start : start + PIECE_BYTES])

    def send_live(self, encounter_id: str, token: str, at_samples: int, pcm: bytes) -> Any:
        """One piece of live sound, of one channel."""
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "X-Capture-Token": token,
            "X-Sample-Offset": str(at_samples),
            "X-Sound-Sha256": hashlib.sha256(pcm).hexdigest(),
        }
        return self._send("PATCH", f"/encounters/{encounter_id}/live", pcm, headers)

    def wait_for(self, encounter_id: str, stage: str, patience_seconds: float = 180) -> float:
        """Poll until the encounter reaches a stage; seconds it took. Raises TimeoutError."""
        started = time.monotonic()
        while time.monotonic() - started < patience_seconds:
            progress = self.ask("GET", f"/encounters/{encounter_id}/progress")
            if progress["stage"] == stage:
                return time.monotonic() - started
            if progress["attention"] or progress["stage"] not in WORKING:
                break
            time.sleep(POLL_SECONDS)
        raise TimeoutError(f"not {stage}: {progress['stage']}, {progress['attention']}")

    def wait_for_certificates(
        self, encounter_id: str, count: int, patience_seconds: float = 60
    ) -> list[dict[str, Any]]:
        """Poll until so many certificates are written."""
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            certificates: list[dict[str, Any]] = self.ask("GET", f"/encounters/{encounter_id}")[
                "certificates"
            ]
            if len(certificates) >= count:
                return certificates
            time.sleep(POLL_SECONDS)
        raise TimeoutError(f"{len(certificates)} certificates, not {count}")

    def wait_until_ready(self, patience_seconds: float = 90) -> float:
        """Until the box says that it can keep its promises; seconds it took."""
        started = time.monotonic()
        while time.monotonic() - started < patience_seconds:
            try:
                self._connection.request("GET", "/readyz")
                answer = self._connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                self._connection.close()
            else:
                if answer.status == http.client.OK:
                    return time.monotonic() - started
            time.sleep(POLL_SECONDS)
        raise TimeoutError("the box did not get ready")

    def close(self) -> None:
        self._connection.close()

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        if self._token:
            headers = headers | {"Authorization": f"Bearer {self._token}"}
        try:
            return self._converse(method, path, body, headers)
        except (
            http.client.RemoteDisconnected,
            ssl.SSLEOFError,
        ):  # an idle connection was closed: on a new one
            return self._converse(method, path, body, headers)

    def _converse(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        try:
            self._connection.request(method, f"/api/v1{path}", body=body, headers=headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()  # the next request opens one
            raise
        parsed = json.loads(content) if content else {}
        if answer.status >= http.client.BAD_REQUEST:
            raise Turned(answer.status, parsed)
        return parsed
