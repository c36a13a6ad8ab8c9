"""The masker and the gate as they ship, built once for all masking tests."""

from collections.abc import Callable

import pytest

from appliance.adapters.identifiers import build_gate, build_masker
from appliance.domain.masking.gate import Gate
from appliance.domain.masking.known import KnownName, KnownRecord
from appliance.domain.masking.mask import Masker
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.transcript import Origin

Mask = Callable[..., str]


@pytest.fixture(scope="session")
def masker() -> Masker:
    return build_masker()


@pytest.fixture(scope="session")
def gate() -> Gate:
    return build_gate()


@pytest.fixture(scope="session")
def no_record() -> KnownRecord:
    return KnownRecord()


@pytest.fixture(scope="session")
def record() -> KnownRecord:
    """An invented client with a word for a name, a partner, a clinician and some facts."""
    names = (
        ("Hope Marie Delgado", "CLIENT"),
        ("Rajesh Venkataraman", "PARTNER"),
        ("Oskar", "CHILD"),
        ("Dr. Susan Whitfield", "CLINICIAN"),
        ("Orchard Hill Elementary", "SCHOOL"),
        ("Larkspur", "CITY"),
        ("415-555-0199", "PHONE"),
        ("1987-04-12", "DATE"),
    )
    return KnownRecord(names=tuple(KnownName(text=text, role=role) for text, role in names))


@pytest.fixture(scope="session")
def mask(masker: Masker, no_record: KnownRecord) -> Mask:
    """Mask one text, or several as lines of one encounter (joined by a bar)."""

    def masked(*texts: str, known: KnownRecord = no_record) -> str:
        candidate = masker.mask(lines_of(*texts), known, Origin.TYPED)
        return " | ".join(line.text for line in candidate.lines)

    return masked


def lines_of(*texts: str) -> tuple[MaskedLine, ...]:
    return tuple(
        MaskedLine(id=f"u{n}", speaker="client", text=text) for n, text in enumerate(texts)
    )
