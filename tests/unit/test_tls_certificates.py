"""Certificates hold for this box's names and networks, for as long as they should, and no further."""

import os
import ssl
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from appliance.adapters.tls.authority import LEAF_LIFE, _make_leaf, ensure_certificates, fingerprint
from appliance.adapters.tls.files import read_pair, write_pair
from appliance.adapters.tls.names import machine_names
from appliance.domain.errors import Misconfigured

NOW = datetime.now(UTC)
NAMES = ("box", "box.local", "localhost")
ADDRESSES = ("127.0.0.1", "::1", "192.168.7.20")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "tls"


def _ensure(folder, *, names=NAMES, addresses=ADDRESSES, now=NOW):
    return ensure_certificates(folder, names, addresses, now)


def _handshake(files, host):
    """A whole TLS handshake in memory; raises ssl.SSLError where the client does not trust."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.private_key)
    client = ssl.create_default_context(cafile=str(files.ca_certificate))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return ends[0].version()


@pytest.mark.parametrize("host", [*NAMES, *ADDRESSES])
def test_a_client_with_the_authority_trusts_every_name_and_address(folder, host):
    assert _handshake(_ensure(folder), host) == "TLSv1.3"


def test_a_client_does_not_trust_a_name_that_is_not_the_boxs(folder):
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(_ensure(folder), "other.local")


@pytest.mark.parametrize(
    "stolen", [x509.DNSName("bank.example"), x509.IPAddress(ip_address("8.8.8.8"))]
)
def test_a_stolen_authority_key_cannot_vouch_for_anybody_else(folder, stolen):
    files = _ensure(folder)
    authority = read_pair(files.ca_certificate, folder / "authority.key")
    leaf = _make_leaf(authority, x509.SubjectAlternativeName([stolen]), NOW)
    write_pair(leaf, files.certificate, files.private_key)
    with pytest.raises(ssl.SSLCertVerificationError, match="subtree"):
        _handshake(files, str(stolen.value))


def test_the_constraints_are_critical_and_a_leaf_is_for_servers_only(folder):
    files = _ensure(folder)
    authority = x509.load_pem_x509_certificate(files.ca_certificate.read_bytes())
    assert authority.extensions.get_extension_for_class(x509.NameConstraints).critical
    leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_authority_lasts_ten_years_and_a_leaf_at_most_397_days(folder):
    files = _ensure(folder)
    for path, days in ((files.ca_certificate, 3653), (files.certificate, 397)):
        loaded = x509.load_pem_x509_certificate(path.read_bytes())
        assert loaded.not_valid_after_utc - loaded.not_valid_before_utc <= timedelta(days=days)
        assert loaded.not_valid_after_utc > NOW + timedelta(days=days - 3)


def test_keys_are_for_their_owner_only_whatever_the_umask(folder):
    before = os.umask(0)
    try:
        files = _ensure(folder)
    finally:
        os.umask(before)
    for key in (files.private_key, folder / "authority.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_second_start_changes_nothing(folder):
    first = _ensure(folder)
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    second = _ensure(folder, names=tuple(reversed(NAMES)), now=NOW + timedelta(days=1))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == contents
    assert (first.is_new_authority, second.is_new_authority) == (True, False)
    assert set(contents) == {"authority.crt", "authority.key", "server.crt", "server.key"}


def test_a_leaf_is_renewed_thirty_days_before_its_end_and_the_authority_stays(folder):
    first = _ensure(folder)
    authority = first.ca_certificate.read_bytes()
    early = _ensure(folder, now=first.expires_at - timedelta(days=31))
    assert early.expires_at == first.expires_at
    due = _ensure(folder, now=first.expires_at - timedelta(days=29))
    assert due.expires_at > first.expires_at + timedelta(days=300)
    assert first.ca_certificate.read_bytes() == authority


def test_an_address_that_dhcp_moved_within_its_network_needs_no_new_authority(folder):
    _ensure(folder)
    moved = _ensure(folder, addresses=("127.0.0.1", "::1", "192.168.7.99"))
    assert not moved.is_new_authority
    assert _handshake(moved, "192.168.7.99") == "TLSv1.3"


@pytest.mark.parametrize(
    ("names", "addresses"), [((*NAMES, "clinic.lan"), ADDRESSES), (NAMES, ("10.1.2.3",))]
)
def test_a_name_or_network_outside_the_constraints_makes_a_new_authority(folder, names, addresses):
    old = fingerprint(_ensure(folder).ca_certificate)
    files = _ensure(folder, names=names, addresses=addresses)
    assert files.is_new_authority
    assert fingerprint(files.ca_certificate) != old
    assert _handshake(files, names[-1]) == "TLSv1.3"


def test_a_public_address_is_permitted_alone_without_its_neighbours(folder):
    files = _ensure(folder, addresses=("8.8.8.8",))
    assert not _ensure(folder, addresses=("8.8.8.8",)).is_new_authority
    assert _ensure(folder, addresses=("8.8.8.9",)).is_new_authority
    assert files.certificate.exists()


def test_names_alone_leave_no_address_free(folder):
    files = _ensure(folder, addresses=())
    authority = read_pair(files.ca_certificate, folder / "authority.key")
    value = authority.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    assert len(value.excluded_subtrees) == 2


@pytest.mark.parametrize("name", ["authority.crt", "authority.key", "server.crt", "server.key"])
@pytest.mark.parametrize("damage", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA", None])
def test_a_damaged_or_missing_file_is_mended(folder, name, damage):
    _ensure(folder)
    if damage is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(damage)
    files = _ensure(folder)
    assert files.is_new_authority == name.startswith("authority")
    assert _handshake(files, "localhost") == "TLSv1.3"


def test_an_authority_too_near_its_end_is_replaced(folder):
    _ensure(folder)
    late = NOW + timedelta(days=3652) - LEAF_LIFE + timedelta(days=1)
    assert _ensure(folder, now=late).is_new_authority


@pytest.mark.parametrize(
    ("names", "addresses"), [((), ADDRESSES), (NAMES, ("not an address",)), (("bücher",), ())]
)
def test_what_no_certificate_can_hold_is_said(folder, names, addresses):
    with pytest.raises(Misconfigured):
        _ensure(folder, names=names, addresses=addresses)
    assert not folder.exists()


def test_a_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "tls").write_text("")
    with pytest.raises(Misconfigured):
        _ensure(tmp_path / "tls")


def test_the_fingerprint_is_what_a_browser_shows(folder):
    files = _ensure(folder)
    loaded = x509.load_pem_x509_certificate(files.ca_certificate.read_bytes())
    assert fingerprint(files.ca_certificate).replace(":", "").lower() == (
        loaded.fingerprint(hashes.SHA256()).hex()
    )


FIB_TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
           |-- 127.0.0.1
              /32 host LOCAL
           |-- 169.254.3.4
              /32 host LOCAL
     +-- 192.168.7.0/24 2 0 2
        |-- 192.168.7.20
           /32 host LOCAL
        |-- 192.168.7.255
           /32 broadcast BROADCAST
Local:
        |-- 192.168.7.20
           /32 host LOCAL
"""
IF_INET6 = """\
00000000000000000000000000000001 01 80 10 80       lo
fe8000000000000000fc00fffe000001 04 40 20 80     eth0
fd000000000000000000000000000002 04 40 00 80     eth0
fd0000000000000000000000000000aa 04 40 00 01     eth0
"""


def test_the_machines_names_and_lasting_addresses_are_found_without_asking_anybody(tmp_path):
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "fib_trie").write_text(FIB_TRIE)
    (tmp_path / "net" / "if_inet6").write_text(IF_INET6)
    names, addresses = machine_names(hostname="Box", proc=tmp_path)
    assert names == ("box", "box.local", "localhost")
    assert addresses == ("127.0.0.1", "::1", "192.168.7.20", "fd00::2")


def test_a_host_name_that_no_certificate_can_hold_is_left_out(tmp_path):
    assert machine_names(hostname="my_box!", proc=tmp_path)[0] == ("localhost",)
    assert machine_names(hostname="box.clinic.lan.", proc=tmp_path)[0] == (
        "box.clinic.lan",
        "localhost",
    )


def test_this_machine_gets_certificates_for_its_own_names(folder):
    files = ensure_certificates(folder, *machine_names(), NOW)
    assert _handshake(files, "127.0.0.1") == "TLSv1.3"
