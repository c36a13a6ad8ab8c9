"""The way between the practice's pod and serving's pods: bytes by mutual TLS, and nobody else's."""

import asyncio
import contextlib
import socket
import ssl
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from serving.passage import main, pass_inward, pass_metrics, pass_outward

HOST = "127.0.0.1"


def authority():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "passage authority")])
    builder = certificate_of(name, name, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = builder.add_extension(usage, critical=True).add_extension(identifier, critical=False)
    return builder.sign(key, hashes.SHA256()), key


def certificate_of(subject, issuer, key):
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1))
    return builder.not_valid_after(now + timedelta(days=1))


def folder_of(path, signer):
    """A folder as the Secret is mounted: tls.crt, tls.key, ca.crt."""
    certificate, authority_key = signer
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "serving")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    issued = certificate_of(name, certificate.subject, key).add_extension(names, critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    issued = issued.add_extension(identifier, critical=False).sign(authority_key, hashes.SHA256())
    path.mkdir()
    pem = serialization.Encoding.PEM
    (path / "tls.crt").write_bytes(issued.public_bytes(pem))
    (path / "ca.crt").write_bytes(certificate.public_bytes(pem))
    (path / "tls.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


async def echo(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def asked(path, patience_seconds=5.0):
    """What comes back over the Unix socket for one line; empty where the connection is ended."""
    deadline = asyncio.get_running_loop().time() + patience_seconds
    while not path.exists():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_unix_connection(path)
    with contextlib.suppress(OSError):
        writer.write(b"hello\n")
        await writer.drain()
    answer = b""
    with contextlib.suppress(OSError):
        answer = await asyncio.wait_for(reader.read(), patience_seconds)
    writer.close()
    return answer


async def through(near, far, tmp_path):
    """The answer of a server behind both passages."""
    server = await asyncio.start_server(echo, HOST, 0)
    target, port = server.sockets[0].getsockname()[1], free_port()
    path = tmp_path / "s"
    tasks = [
        asyncio.create_task(pass_inward(port, target, far, HOST)),
        asyncio.create_task(pass_outward(path, "localhost", port, near)),
    ]
    try:
        await asyncio.sleep(0.1)
        return await asked(path)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        server.close()


def test_bytes_pass_between_two_ends_of_one_authority(tmp_path):
    signer = authority()
    near, far = folder_of(tmp_path / "near", signer), folder_of(tmp_path / "far", signer)
    assert asyncio.run(through(near, far, tmp_path)) == b"HELLO\n"


def test_an_end_of_another_authority_gets_nothing_through(tmp_path):
    near = folder_of(tmp_path / "near", authority())
    far = folder_of(tmp_path / "far", authority())
    assert asyncio.run(through(near, far, tmp_path)) == b""


def test_a_caller_without_a_certificate_gets_nothing_through(tmp_path):
    far = folder_of(tmp_path / "far", authority())

    async def knock():
        server = await asyncio.start_server(echo, HOST, 0)
        port = free_port()
        target = server.sockets[0].getsockname()[1]
        task = asyncio.create_task(pass_inward(port, target, far, HOST))
        await asyncio.sleep(0.1)
        context = ssl.create_default_context(cafile=far / "ca.crt")
        try:
            reader, writer = await asyncio.open_connection("localhost", port, ssl=context)
            writer.write(b"hello\n")
            return await reader.read()
        except OSError:
            return b""
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            server.close()

    assert asyncio.run(knock()) == b""


def test_readings_pass_from_the_meters_socket(tmp_path):
    async def read():
        server = await asyncio.start_unix_server(echo, tmp_path / "meter.sock")
        port = free_port()
        task = asyncio.create_task(pass_metrics(port, tmp_path / "meter.sock"))
        await asyncio.sleep(0.1)
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"hello\n")
        answer = await reader.read()
        writer.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        server.close()
        return answer

    assert asyncio.run(read()) == b"HELLO\n"


def test_arguments_that_are_not_understood_are_refused():
    assert main(["sideways"]) == 78
