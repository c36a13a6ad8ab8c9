"""Tells a misspelt or misheard name by edit distance (rapidfuzz) and by sound (jellyfish)."""

import jellyfish
from rapidfuzz.distance import OSA

LONG_NAME_LETTERS = 7


class SpellingAndSound:
    """Close if one edit apart (two in long names) with the same first letter, or if they sound the same."""

    def is_close(self, heard: str, known: str) -> bool:
        """True if `heard` is probably `known`; both lower case, without accents."""
        if abs(len(heard) - len(known)) > 2:
            return False
        distance = OSA.distance(heard, known, score_cutoff=3)
        if distance > 3 or (distance == 3 and len(known) < LONG_NAME_LETTERS):
            return False
        is_near = distance <= (2 if len(known) >= LONG_NAME_LETTERS else 1)
        return (is_near and heard[0] == known[0]) or self.is_homophone(heard, known)

    def is_homophone(self, heard: str, known: str) -> bool:
        """True if both have the same Metaphone code (Philips 1990)."""
        return bool(jellyfish.metaphone(heard) == jellyfish.metaphone(known))
