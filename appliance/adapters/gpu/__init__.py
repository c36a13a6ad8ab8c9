"""The GPUs' energy counters: the only folder that imports pynvml."""
