"""What a note engine does, whichever it is."""

from typing import Protocol

from serving.wire import DraftReply, DraftRequest, Engine


class NothingToWrite(Exception):
    """The request holds no words: no utterance, no observation, no record fact."""


class NotesEngine(Protocol):
    """Writes a draft from masked text. It may be asked from several threads at once."""

    @property
    def label(self) -> Engine:
        """Who it is, as shown to people."""

    def draft(self, request: DraftRequest) -> DraftReply:
        """One draft, its sections in the order asked for."""
