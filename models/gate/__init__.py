"""Lists and the small model of the masking gate: made apart from the masker's, from other sources."""
