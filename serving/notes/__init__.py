"""Drafting: a note from masked text, whichever engine writes it."""
