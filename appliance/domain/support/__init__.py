"""Does what was said bear out what the note says? Rules and tables only, and unsure where they are."""
