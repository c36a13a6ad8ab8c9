"""Scores finished notes against what was truly said: no writer marks its own work."""
