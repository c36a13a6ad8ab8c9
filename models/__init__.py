"""Which models there are, where their files lie, and that the files are the right ones."""
