"""An invented practice, a sample recording made for it, and one session shown from start to end."""
