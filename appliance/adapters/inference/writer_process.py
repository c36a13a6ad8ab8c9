"""The built-in note writer in a process of its own, for measuring: the wire without a server."""

import subprocess
import sys
from types import TracebackType

from pydantic import ValidationError

from appliance.adapters.inference.fixed_text import FIXED_TEXT
from appliance.adapters.inference.translation import draft_request, written_draft
from appliance.domain.encounter import EncounterKind
from appliance.domain.errors import NoMaterial, ServingUnavailable
from appliance.domain.masking.masked import MaskedText
from appliance.domain.note import NoteFormat
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.written import WrittenDraft
from serving.wire import DraftReply, Problem

PROGRAM = "serving.notes.builtin"


class WriterProcess:
    """The `NoteWriter` port over `python -m serving.notes.builtin`, a request and an answer a line."""

    def __enter__(self) -> "WriterProcess":
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def write(
        self,
        masked: MaskedText,
        kind: EncounterKind,
        note_format: NoteFormat,
        preferences: ChosenPreferences,
    ) -> WrittenDraft:
        """Raises GateBlocked, GateBroken, NoMaterial; ServingUnavailable when the process is gone."""
        body = draft_request(masked, kind, note_format, preferences).model_dump_json().encode()
        masked.check(body, FIXED_TEXT)
        answer = self._ask(body)
        if isinstance(answer, Problem) and answer.code == "no_material":
            raise NoMaterial
        if isinstance(answer, Problem):
            raise ServingUnavailable(details={"reason": answer.code})
        return written_draft(answer)

    def _ask(self, body: bytes) -> DraftReply | Problem:
        given, answered = self._process.stdin, self._process.stdout
        if given is None or answered is None:
            raise ServingUnavailable(details={"reason": "unreachable"})
        try:
            given.write(body + b"\n")
            given.flush()
            line = answered.readline()
            return _understand(line)
        except (OSError, ValidationError):
            raise ServingUnavailable(details={"reason": "not_understood"}) from None


def _understand(line: bytes) -> DraftReply | Problem:
    if line.startswith(b'{"code"'):
        return Problem.model_validate_json(line)
    return DraftReply.model_validate_json(line)
