"""One arrow of the flow, one file, one function."""
