"""Compares every wheel of a bundle with the hashes of a lock; prints one sentence and exits 1.

verify_bundle.py BUNDLE LOCK
"""

import hashlib
import re
import sys
import tarfile
from pathlib import Path

MEND = "Make the bundle again with make_bundle.py, from this checkout."


def main(bundle: str, lock: str) -> int:
    """0 where all wheels are known."""
    known = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", Path(lock).read_text()))
    try:
        altered = wheels_not_in(known, bundle)
    except (tarfile.TarError, OSError):
        print(f"The bundle cannot be read. {MEND}")
        return 1
    if altered:
        print(f"Not what requirements.lock names: {', '.join(altered)}. {MEND}")
    return 1 if altered else 0


def wheels_not_in(known: set[str], bundle: str) -> list[str]:
    """File names of the wheels whose hash is unknown; the product's own is in no lock."""
    altered = []
    with tarfile.open(bundle) as tar:
        for entry in tar:
            name = Path(entry.name).name
            content = tar.extractfile(entry)
            if not name.endswith(".whl") or name.startswith("quietroom-") or content is None:
                continue
            if hashlib.file_digest(content, "sha256").hexdigest() not in known:
                altered.append(name)
    return altered


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
