"""The hunt for residue: what a canary looks like in bytes, where it may be left, and looking there."""
