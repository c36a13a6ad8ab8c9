"""`python -m serving.notes.builtin`: a `DraftRequest` a line in, its answer a line out, until the end."""

import sys

from pydantic import ValidationError

from serving.notes.builtin.writer import BuiltInWriter
from serving.notes.engine import NothingToWrite
from serving.wire import DraftReply, DraftRequest, Problem


def main() -> int:
    """Answer requests in turn; a request that is none is answered `unusable`."""
    writer = BuiltInWriter()
    for line in sys.stdin.buffer:
        sys.stdout.write(_answer(writer, line).model_dump_json() + "\n")
        sys.stdout.flush()
    return 0


def _answer(writer: BuiltInWriter, line: bytes) -> DraftReply | Problem:
    try:
        request = DraftRequest.model_validate_json(line)
    except ValidationError:
        return Problem(code="unusable")
    try:
        return writer.draft(request)
    except NothingToWrite:
        return Problem(code="no_material")


if __name__ == "__main__":
    sys.exit(main())
