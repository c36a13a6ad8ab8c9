"""What this machine is like, as far as the box's promises hang on it: one file a topic."""
