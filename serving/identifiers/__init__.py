"""Finds identifiers in text with a large local model; the appliance joins them to its own finders."""
