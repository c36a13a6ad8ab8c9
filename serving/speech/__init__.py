"""Hearing: voice activity and speech recognition, one window of at most 30 s at a time."""
