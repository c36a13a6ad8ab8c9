"""Ways to damage a media file: what disks, networks and people with intent do to one."""

import random
from collections.abc import Callable

MAGIC_BYTES = 16
"""Mostly spared, or the file would be refused at its first bytes and nothing deeper be tried."""
_NUMBERS = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\x01")
_PLAYLISTS = (
    b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    b"ffconcat version 1.0\nfile /etc/passwd\n",
    b"<?xml version='1.0'?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>",
    b"http://203.0.113.1/a.m3u8\n",
)
Way = Callable[[bytearray, bytes, random.Random], None]


def damaged(file: bytes, other: bytes, chance: random.Random) -> bytes:
    """`file` after one to six damages; `other` is a file to take foreign parts from."""
    media = bytearray(file)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        chance.choice(WAYS)(media, other, chance)
    return bytes(media)


def _place(media: bytearray, chance: random.Random) -> int:
    first = 0 if chance.random() < 0.05 else min(MAGIC_BYTES, len(media))
    # Headers decide more than the sound behind them: half of the damage goes there.
    last = max(first, min(len(media), first + 400) if chance.random() < 0.5 else len(media))
    return chance.randint(first, last)


def _flip_bits(media: bytearray, _other: bytes, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 32))):
        place = _place(media, chance)
        if place < len(media):
            media[place] ^= 1 << chance.randrange(8)


def _write_number(media: bytearray, _other: bytes, chance: random.Random) -> None:
    place = _place(media, chance)
    media[place : place + 4] = chance.choice(_NUMBERS)


def _write_noise(media: bytearray, _other: bytes, chance: random.Random) -> None:
    place, size = _place(media, chance), chance.choice((1, 8, 64, 512))
    media[place : place + size] = chance.randbytes(size)


def _cut_off(media: bytearray, _other: bytes, chance: random.Random) -> None:
    del media[_place(media, chance) :]


def _take_out(media: bytearray, _other: bytes, chance: random.Random) -> None:
    place = _place(media, chance)
    del media[place : place + chance.choice((1, 3, 16, 200))]


def _say_twice(media: bytearray, _other: bytes, chance: random.Random) -> None:
    place = _place(media, chance)
    part = media[place : place + chance.choice((4, 40, 400, 4000))]
    media[place:place] = part * chance.choice((1, 2, 50))


def _put_in_foreign(media: bytearray, other: bytes, chance: random.Random) -> None:
    place, start = _place(media, chance), chance.randrange(len(other))
    media[place:place] = other[start : start + chance.choice((16, 200, 2000))]


def _put_in_playlist(media: bytearray, _other: bytes, chance: random.Random) -> None:
    place = _place(media, chance)
    media[place:place] = chance.choice(_PLAYLISTS)


def _blank(media: bytearray, _other: bytes, chance: random.Random) -> None:
    place, size = _place(media, chance), chance.choice((4, 100, 1000))
    media[place : place + size] = bytes((chance.choice((0, 255)),)) * size


WAYS: tuple[Way, ...] = (
    _flip_bits,
    _write_number,
    _write_noise,
    _cut_off,
    _take_out,
    _say_twice,
    _put_in_foreign,
    _put_in_playlist,
    _blank,
)
