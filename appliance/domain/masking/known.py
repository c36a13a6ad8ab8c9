"""People, places and facts that the client's record already names."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.masking.vocabulary import listed


class Sort(StrEnum):
    """How something named in the record is looked for."""

    PERSON = "person"
    """By each part of the name, nickname, initials and misspelling."""
    PLACE = "place"
    """By its words, with or without what kind of place it is."""
    NUMBER = "number"
    """By its digits, however they are grouped or spoken."""


@dataclass(frozen=True, kw_only=True)
class KnownName:
    """One name or fact as the record has it; `role` becomes the placeholder's stem, e.g. PARTNER.

    Several names of one role CLIENT (or CLINICIAN) are one person: the name and what they go by.
    """

    text: str
    role: str

    @property
    def stem(self) -> str:
        """The role in capitals and letters only; PERSON if nothing is left."""
        return "".join(c for c in self.role.upper() if "A" <= c <= "Z") or "PERSON"

    @property
    def sort(self) -> Sort:
        if self.stem in _PLACES:
            return Sort.PLACE
        return Sort.NUMBER if self.stem in _NUMBERS else Sort.PERSON


@dataclass(frozen=True, kw_only=True)
class KnownRecord:
    """Everything of the record that must not reach the note model, and what was decided about words.

    `safe`: phrases that the clinician says identify nobody; `to_mask`: those that must go.
    """

    names: tuple[KnownName, ...] = ()
    safe: tuple[str, ...] = ()
    to_mask: tuple[str, ...] = ()


_PLACES = listed(
    "EMPLOYER SCHOOL CITY TOWN HOMETOWN PLACE ADDRESS CHURCH ORGANIZATION ORGANISATION "
    "FACILITY SITE ROOM GYM TEAM CLUB HOSPITAL CLINIC LOCATION EMAIL URL USERNAME HANDLE "
    "COUNTY STREET"
)
_NUMBERS = listed(
    "DATE PHONE FAX SSN MRN ID ZIP ACCOUNT POLICY MEMBER LICENSE LICENCE PASSPORT PLATE "
    "VIN CARD CASE BADGE VOUCHER NUMBER BIRTHDATE IP"
)
SINGLE_STEMS = frozenset({"CLIENT", "CLINICIAN"})
