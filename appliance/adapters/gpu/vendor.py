"""The one import of pynvml."""

import warnings

with warnings.catch_warnings():
    # The distribution called pynvml only forwards to nvidia-ml-py, and warns about its own name.
    warnings.filterwarnings("ignore", category=FutureWarning)
    import pynvml

__all__ = ["pynvml"]
