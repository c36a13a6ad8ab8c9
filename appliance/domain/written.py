"""A draft as the note writer returned it: placeholders still in it, nothing checked yet."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WrittenStatement:
    """One sentence with placeholders and the ids it claims to rest on."""

    text: str
    sources: tuple[str, ...]
    is_supported: bool


@dataclass(frozen=True, kw_only=True)
class WrittenDraft:
    """Statements by section key, and which engine wrote them."""

    sections: tuple[tuple[str, tuple[WrittenStatement, ...]], ...]
    engine: str
    is_built_in: bool
    prefill_tokens: int
    decode_tokens: int
