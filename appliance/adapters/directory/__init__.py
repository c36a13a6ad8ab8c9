"""Who may sign in: local accounts."""
