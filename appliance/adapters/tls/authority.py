"""A private certificate authority for one box, and the certificate its pages are served with.

People install the authority's certificate once, on each computer that uses the box. So it is made
once, and name constraints (RFC 5280, 4.2.1.10; critical) hold it to this box's names and networks:
even with its stolen key nobody can pose as a bank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.adapters.tls.files import Pair, make_folder, read_pair, write_pair
from appliance.domain.errors import Misconfigured

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

AUTHORITY_LIFE = timedelta(days=3652)
LEAF_LIFE = timedelta(days=396)
"""Under the 397 days that browsers have settled on, with room for the hour before."""
RENEW_BEFORE = timedelta(days=30)
CLOCK_TOLERANCE = timedelta(hours=1)
"""Certificates start this much early, for computers whose clock is behind."""
_LAN_PREFIX = {4: 24, 6: 64}
_ALL_ADDRESSES: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))


@dataclass(frozen=True, kw_only=True)
class TlsFiles:
    """Where the files are, what they hold out for, and whether people must install a new authority."""

    ca_certificate: Path
    certificate: Path
    private_key: Path
    expires_at: datetime
    is_new_authority: bool


def ensure_certificates(
    directory: Path, names: Sequence[str], addresses: Sequence[str], now: datetime
) -> TlsFiles:
    """Makes or renews what is needed in `directory`, and leaves what still holds as it is.

    The leaf is made anew when the names or addresses changed, when fewer than 30 days are left, or
    when a file is damaged. The authority is made anew only when it is missing or damaged, when it
    would end before a leaf, or when a name or network is outside its constraints.
    Raises Misconfigured without a name, for one that is no host name or address, and where the
    folder cannot be used.
    """
    wanted = _alternative_names(names, addresses)
    try:
        return _ensure(directory, wanted, now)
    except OSError:
        reason = "the folder for the certificates cannot be read or written"
        raise Misconfigured(details={"reason": reason}) from None


def _ensure(directory: Path, wanted: x509.SubjectAlternativeName, now: datetime) -> TlsFiles:
    make_folder(directory)
    authority, is_new = _ensure_authority(directory, wanted, now)
    certificate, key = directory / "server.crt", directory / "server.key"
    leaf = read_pair(certificate, key)
    if leaf is None or not _still_holds(leaf.certificate, authority.certificate, wanted, now):
        leaf = _make_leaf(authority, wanted, now)
        write_pair(leaf, certificate, key)
    return TlsFiles(
        ca_certificate=directory / "authority.crt",
        certificate=certificate,
        private_key=key,
        expires_at=leaf.certificate.not_valid_after_utc,
        is_new_authority=is_new,
    )


def fingerprint(certificate: Path) -> str:
    """SHA-256 of a certificate as browsers show it, to compare by eye when installing it."""
    loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
    return loaded.fingerprint(hashes.SHA256()).hex(":").upper()


def expires_at(certificate: Path) -> datetime | None:
    """When a certificate ends; None where there is none that can be read."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


def _alternative_names(
    names: Sequence[str], addresses: Sequence[str]
) -> x509.SubjectAlternativeName:
    try:
        listed: list[x509.GeneralName] = [x509.DNSName(name) for name in sorted(set(names))]
        found = sorted({ip_address(address) for address in addresses}, key=str)
    except ValueError:
        reason = "a name or address for the certificate is not valid"
        raise Misconfigured(details={"reason": reason}) from None
    if not listed:
        raise Misconfigured(details={"reason": "a certificate needs at least one host name"})
    return x509.SubjectAlternativeName(listed + [x509.IPAddress(address) for address in found])


# The authority ------------------------------------------------------------------------------------


def _ensure_authority(
    directory: Path, wanted: x509.SubjectAlternativeName, now: datetime
) -> tuple[Pair, bool]:
    certificate, key = directory / "authority.crt", directory / "authority.key"
    authority = read_pair(certificate, key)
    if authority is not None and _may_sign(authority.certificate, wanted, now):
        return authority, False
    authority = _make_authority(wanted, now)
    write_pair(authority, certificate, key)
    return authority, True


def _may_sign(
    authority: x509.Certificate, wanted: x509.SubjectAlternativeName, now: datetime
) -> bool:
    if authority.not_valid_after_utc < now + LEAF_LIFE:
        return False
    try:
        constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return False
    permitted = constraints.permitted_subtrees or []
    hosts = {subtree.value for subtree in permitted if isinstance(subtree, x509.DNSName)}
    networks = [subtree.value for subtree in permitted if isinstance(subtree, x509.IPAddress)]
    return hosts.issuperset(_hosts(wanted)) and all(
        any(address in network for network in networks if isinstance(network, Network))
        for address in _addresses(wanted)
    )


def _make_authority(wanted: x509.SubjectAlternativeName, now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    # The serial number in the name keeps a later authority apart from this one in a browser's list.
    name = _name(f"Quietroom private authority {serial:040x}"[:44])
    builder = _builder(name, name, key.public_key(), now, AUTHORITY_LIFE).serial_number(serial)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=True), critical=True)
    builder = builder.add_extension(_constraints(wanted), critical=True)
    return Pair(certificate=builder.sign(key, hashes.SHA256()), key=key)


def _constraints(wanted: x509.SubjectAlternativeName) -> x509.NameConstraints:
    """The names, and the networks the addresses are in. A kind without an entry would be free."""
    hosts = [x509.DNSName(name) for name in sorted(_hosts(wanted))]
    networks = sorted({_network_of(address) for address in _addresses(wanted)}, key=str)
    barred = _ALL_ADDRESSES if not networks else ()
    return x509.NameConstraints(
        permitted_subtrees=[*hosts, *(x509.IPAddress(network) for network in networks)],
        excluded_subtrees=[x509.IPAddress(network) for network in barred] or None,
    )


def _network_of(address: Address) -> Network:
    """The /24 or /64 of an address on a private network, where DHCP may move the box about.

    The address alone where it is public: its neighbours are strangers.
    """
    prefix = address.max_prefixlen if address.is_global else _LAN_PREFIX[address.version]
    return ip_network(f"{address}/{prefix}", strict=False)


# The leaf -----------------------------------------------------------------------------------------


def _still_holds(
    leaf: x509.Certificate,
    authority: x509.Certificate,
    wanted: x509.SubjectAlternativeName,
    now: datetime,
) -> bool:
    if not leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc - RENEW_BEFORE:
        return False
    try:
        leaf.verify_directly_issued_by(authority)
        holds = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return holds == wanted


def _make_leaf(authority: Pair, wanted: x509.SubjectAlternativeName, now: datetime) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate.subject
    builder = _builder(_name("Quietroom"), issuer, key.public_key(), now, LEAF_LIFE)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(_key_usage(signs_certificates=False), critical=True)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    builder = builder.add_extension(purpose, critical=False)
    builder = builder.add_extension(wanted, critical=False)
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = builder.add_extension(issued_by, critical=False)
    return Pair(certificate=builder.sign(authority.key, hashes.SHA256()), key=key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    start = now.astimezone(UTC).replace(microsecond=0) - CLOCK_TOLERANCE
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(key).not_valid_before(start).not_valid_after(start + life)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _hosts(wanted: x509.SubjectAlternativeName) -> list[str]:
    return wanted.get_values_for_type(x509.DNSName)


def _addresses(wanted: x509.SubjectAlternativeName) -> list[Address]:
    found = wanted.get_values_for_type(x509.IPAddress)
    return [address for address in found if isinstance(address, IPv4Address | IPv6Address)]
