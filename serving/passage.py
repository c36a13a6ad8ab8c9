"""`python -m serving.passage`: the way between the practice's pod and serving's pods in a cluster.

    outward SOCKET HOST PORT FOLDER   a Unix socket here, mutual TLS to HOST:PORT
    inward PORT TARGET FOLDER         mutual TLS on PORT, plain bytes to TARGET on loopback
    metrics PORT SOCKET               plain bytes on PORT to a Unix socket; for readings, no content

FOLDER has tls.crt, tls.key and ca.crt. Both ends show a certificate of that authority, and end a
connection whose other end does not. Only bytes are passed on: the shared secret inside still decides.
"""

import asyncio
import os
import ssl
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

_BUFFER_BYTES = 64 * 1024
Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
Opening = Callable[[], Awaitable[tuple[Reader, Writer]]]


async def pass_outward(socket: Path, host: str, port: int, folder: Path) -> None:
    """Serve until cancelled: from the Unix socket (mode 0660) to `host`:`port` by mutual TLS."""
    context = tls_context(ssl.Purpose.SERVER_AUTH, folder)
    socket.unlink(missing_ok=True)
    before = os.umask(0o117)
    try:
        server = await asyncio.start_unix_server(
            _relay_to(lambda: asyncio.open_connection(host, port, ssl=context)), path=socket
        )
    finally:
        os.umask(before)
    async with server:
        await server.serve_forever()


async def pass_inward(port: int, target: int, folder: Path, host: str | None = None) -> None:
    """Serve until cancelled: from mutual TLS on `port` to `target` on loopback."""
    context = tls_context(ssl.Purpose.CLIENT_AUTH, folder)
    await _serve_port(lambda: asyncio.open_connection("127.0.0.1", target), port, host, context)


async def pass_metrics(port: int, socket: Path) -> None:
    """Serve until cancelled: from `port` to the meter's socket."""
    await _serve_port(lambda: asyncio.open_unix_connection(socket), port, None, None)


async def _serve_port(
    opening: Opening, port: int, host: str | None, context: ssl.SSLContext | None
) -> None:
    server = await asyncio.start_server(_relay_to(opening), host, port, ssl=context)
    async with server:
        await server.serve_forever()


def tls_context(purpose: ssl.Purpose, folder: Path) -> ssl.SSLContext:
    """TLS 1.3, and nobody without a certificate of the folder's own authority."""
    context = ssl.create_default_context(purpose, cafile=folder / "ca.crt")
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    return context


def _relay_to(opening: Opening) -> Callable[[Reader, Writer], Awaitable[None]]:
    async def relay(reader: Reader, writer: Writer) -> None:
        try:
            far_reader, far_writer = await opening()
        except OSError:
            writer.close()
            return
        upward = asyncio.create_task(_copy(reader, far_writer))
        downward = asyncio.create_task(_copy(far_reader, writer))
        await asyncio.wait({upward, downward}, return_when=asyncio.FIRST_COMPLETED)
        for task, end in ((upward, far_writer), (downward, writer)):
            task.cancel()
            end.close()

    return relay


async def _copy(reader: Reader, writer: Writer) -> None:
    with suppress(OSError):
        while chunk := await reader.read(_BUFFER_BYTES):
            writer.write(chunk)
            await writer.drain()


def main(arguments: list[str]) -> int:
    """0 never: it runs until it is stopped. 78 where the arguments are not understood."""
    match arguments:
        case ["outward", socket, host, port, folder]:
            asyncio.run(pass_outward(Path(socket), host, int(port), Path(folder)))
        case ["inward", port, target, folder]:
            asyncio.run(pass_inward(int(port), int(target), Path(folder)))
        case ["metrics", port, socket]:
            asyncio.run(pass_metrics(int(port), Path(socket)))
    return 78


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
