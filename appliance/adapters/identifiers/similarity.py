"""Tells a misspelt or misheard name by edit distance (rapidfuzz) and by sound (jellyfish)."""

import jellyfish
from rapidfuzz.distance import OSA

LONG_NAME_LETTERS = 7


class SpellingAndSound:
    """Close if one edit apart (two in long names), or if both sound the same and are two edits apart."""

    def is_close(self, heard: str, known: str) -> bool:
        """True if `heard` is probably `known`; both lower case, without accents."""
        if abs(len(heard) - len(known)) > 2:
            return False
        distance = OSA.distance(heard, known, score_cutoff=3)
        if distance > 3 or (distance == 3 and len(known) < LONG_NAME_LETTERS):
            return False
        if distance <= (2 if len(known) >= LONG_NAME_LETTERS else 1):
            return True
        return bool(jellyfish.metaphone(heard) == jellyfish.metaphone(known))
