"""What an identifier engine does, whichever it is."""

from collections.abc import Sequence
from typing import Protocol

from serving.wire import Engine, Span


class IdentifierEngine(Protocol):
    """Finds identifiers in lines of text. It need not be safe to use from two threads at once."""

    @property
    def label(self) -> Engine:
        """Who it is: the manifest's name and version."""

    def find(self, texts: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
        """For each text, in order, its identifiers: offsets in characters, end exclusive."""
