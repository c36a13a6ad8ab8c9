"""Says in one sentence what is wrong with a certificate for the box, and exits 1; else exits 0.

judge_certificate.py CERTIFICATE KEY NAME...
"""

import ipaddress
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

SHORTEST_LIFE = timedelta(days=14)


def main(certificate: str, key: str, *names: str) -> int:
    """The first thing that is wrong, in words for an administrator."""
    wrong = judge(certificate, key, names)
    if wrong:
        print(wrong)
    return 1 if wrong else 0


def judge(certificate_path: str, key_path: str, names: tuple[str, ...]) -> str:
    try:
        certificate = x509.load_pem_x509_certificate(Path(certificate_path).read_bytes())
    except (OSError, ValueError):
        return "quietroom_certificate is no certificate in PEM form that can be read."
    try:
        key = serialization.load_pem_private_key(Path(key_path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        return "quietroom_private_key is no key in PEM form without a passphrase."
    if key.public_key() != certificate.public_key():
        return "quietroom_private_key is not the key of quietroom_certificate: give the pair."
    return judge_life(certificate, datetime.now(UTC)) or judge_names(certificate, names)


def judge_life(certificate: x509.Certificate, now: datetime) -> str:
    ends = certificate.not_valid_after_utc
    if certificate.not_valid_before_utc > now:
        return "quietroom_certificate does not hold yet: check this computer's clock."
    if ends < now + SHORTEST_LIFE:
        return f"quietroom_certificate ends on {ends:%d %B %Y}: give one with two weeks or more."
    return ""


def judge_names(certificate: x509.Certificate, names: tuple[str, ...]) -> str:
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return "quietroom_certificate has no alternative names: browsers refuse it."
    hosts = {name.lower() for name in held.get_values_for_type(x509.DNSName)}
    addresses = {str(address) for address in held.get_values_for_type(x509.IPAddress)}
    missing = [name for name in names if not is_held(name, hosts, addresses)]
    if missing:
        return f"quietroom_certificate is not for {', '.join(missing)}: have it made for all names."
    return ""


def is_held(name: str, hosts: set[str], addresses: set[str]) -> bool:
    try:
        return str(ipaddress.ip_address(name)) in addresses
    except ValueError:
        wildcard = "*." + name.lower().partition(".")[2]
        return name.lower() in hosts or wildcard in hosts


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
