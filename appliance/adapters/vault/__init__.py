"""Keys: the root in its slots, the keyring that holds it, and the sealing of chunks."""
