"""The hunt's eyes: a canary is seen in every form that a program may write it down in."""

import base64
import bz2
import gzip
import io
import json
import lzma
import random
import struct
import zlib
from urllib.parse import quote, quote_plus

import pytest

from appliance.adapters.residue.looking import OVERLAP_BYTES, PIECE_BYTES, look_into
from appliance.adapters.residue.patterns import Canary, patterns_of
from appliance.domain.errors import Misconfigured
from appliance.domain.residue import Form, Source

TEXT = "Vélkor Mastrovin's kettle"
FORMS = [
    ("plain", TEXT.encode(), Form.UTF8),
    ("lower case", TEXT.lower().encode(), Form.UTF8),
    ("capitals", TEXT.upper().encode(), Form.UTF8),
    ("UTF-16, low byte first", TEXT.encode("utf-16-le"), Form.UTF16),
    ("UTF-16, high byte first", TEXT.encode("utf-16-be"), Form.UTF16),
    ("JSON", json.dumps({"said": TEXT}).encode(), Form.JSON),
    ("an address", quote(TEXT).encode(), Form.PERCENT),
    ("a form", quote_plus(TEXT).encode(), Form.PERCENT),
    ("hex digits", TEXT.encode().hex().encode(), Form.HEX),
    ("base64 at offset 0", base64.b64encode(TEXT.encode() + b"??"), Form.BASE64),
    ("base64 at offset 1", base64.b64encode(b"a" + TEXT.encode() + b"?"), Form.BASE64),
    ("base64 at offset 2", base64.b64encode(b"ab" + TEXT.encode()), Form.BASE64),
    ("base64 in lines", base64.encodebytes(b"x" * 40 + TEXT.encode() + b"y" * 40), Form.BASE64),
]
PACKINGS = [("gzip", gzip.compress), ("zlib", zlib.compress), ("bzip2", bz2.compress)]
PACKINGS += [("xz", lzma.compress)]
BLANK = b" nothing of interest "


def found_in(data, canary=None):
    return look_into(io.BytesIO(data), patterns_of(canary or Canary(typed=(TEXT,)))).found


@pytest.mark.parametrize(("_name", "written", "form"), FORMS, ids=[each[0] for each in FORMS])
def test_a_text_is_found_in_each_form(_name, written, form):
    assert form in {pattern.form for pattern, _ in found_in(BLANK + written + BLANK)}


@pytest.mark.parametrize(("name", "pack"), PACKINGS, ids=[each[0] for each in PACKINGS])
def test_a_text_is_found_in_a_packed_member_in_the_middle_of_a_file(name, pack):
    packed = pack(BLANK * 50 + TEXT.encode() + BLANK * 50)
    assert {packing for _, packing in found_in(b"header" + packed + b"trailer")} == {(name,)}


def test_a_text_is_found_in_a_packed_member_in_a_packed_member():
    inside = gzip.compress(zlib.compress(TEXT.encode()))
    assert {packing for _, packing in found_in(inside)} == {("gzip", "zlib")}


def test_a_text_is_found_at_the_end_of_a_packed_member_larger_than_a_piece():
    noise = random.Random(1).randbytes(PIECE_BYTES + PIECE_BYTES // 2)
    packed = gzip.compress(noise + TEXT.encode(), compresslevel=1)
    assert len(packed) > PIECE_BYTES
    assert ("gzip",) in {packing for _, packing in found_in(b"-" * 1000 + packed)}


@pytest.mark.parametrize("before", [PIECE_BYTES - 9, PIECE_BYTES, PIECE_BYTES + OVERLAP_BYTES - 3])
def test_a_text_is_found_across_the_border_of_two_pieces(before):
    assert found_in(b"-" * before + TEXT.encode())


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (Form.PCM16, lambda pcm: pcm),
        (
            Form.FLOAT32,
            lambda pcm: struct.pack(
                f"<{len(pcm) // 2}f", *(s / 32768 for (s,) in struct.iter_unpack("<h", pcm))
            ),
        ),
    ],
)
def test_a_second_of_sound_is_found_by_its_samples(form, written):
    pcm = random.Random(2).randbytes(12 * 32_000)
    second = written(pcm[5 * 32_000 : 7 * 32_000])
    assert {pattern.form for pattern, _ in found_in(b"?" + second, Canary(pcm=pcm))} == {form}


def test_a_recording_is_found_by_the_bytes_of_its_file():
    media = random.Random(3).randbytes(50_000)
    [(pattern, _)] = list(found_in(b"spool" + media[20_000:25_000], Canary(media=media)))[:1]
    assert (pattern.form, pattern.source) == (Form.FILE, Source.SOUND)


def test_silence_is_not_taken_for_the_canary():
    quiet = Canary(typed=(TEXT,), pcm=bytes(320_000))
    assert found_in(bytes(100_000), quiet) == set()


def test_random_bytes_and_other_words_are_not_taken_for_the_canary():
    assert found_in(random.Random(4).randbytes(2_000_000)) == set()
    assert found_in(b"Velkor Mastrovin has a kettle " * 1000) == set()


@pytest.mark.parametrize(
    ("magic", "says"), [(b"\x28\xb5\x2f\xfd", "zstd"), (b"\x04\x22\x4d\x18", "lz4")]
)
def test_what_cannot_be_unpacked_is_said_to_be_unread(magic, says):
    looking = look_into(io.BytesIO(magic + b"?" * 100), patterns_of(Canary(typed=(TEXT,))))
    assert says in (looking.cannot or "")


@pytest.mark.parametrize("canary", [Canary(), Canary(typed=("short",)), Canary(pcm=bytes(9000))])
def test_a_canary_that_would_show_nothing_is_refused(canary):
    with pytest.raises(Misconfigured):
        patterns_of(canary)
