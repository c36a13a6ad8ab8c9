#!/opt/quietroom/current/venv/bin/python
"""Makes or renews the box's own certificate; prints "made" where something is new.

The names stand in /etc/quietroom/certificate.json. Run as root.
"""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from appliance.adapters.tls.authority import ensure_certificates, fingerprint

FOLDER = Path("/var/lib/quietroom-tls")
PUBLIC = Path("/var/lib/quietroom-ca.pem")
NAMES = Path("/etc/quietroom/certificate.json")


def main() -> int:
    """The authority's certificate also goes to where the proxy shows it to everybody."""
    wanted = json.loads(NAMES.read_text())
    leaf = FOLDER / "server.crt"
    before = leaf.read_bytes() if leaf.exists() else b""
    made = ensure_certificates(FOLDER, wanted["names"], wanted["addresses"], datetime.now(UTC))
    authority = made.ca_certificate.read_bytes()
    if not PUBLIC.exists() or PUBLIC.read_bytes() != authority:
        shutil.copyfile(made.ca_certificate, PUBLIC)
    PUBLIC.chmod(0o644)
    state = "holds" if leaf.read_bytes() == before else "made"
    print(f"{state} until {made.expires_at:%Y-%m-%d}, authority {fingerprint(made.ca_certificate)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
