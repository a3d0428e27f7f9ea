"""Files from old Macintoshes come out of their wrapping."""

import binascii
import struct
import time

import pytest

from chalicelib.content.binhex import unpack_binhex
from chalicelib.content.mime import read_mail
from tests.speed import within

ALPHABET = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def binhex(name, data):
    head = bytes([len(name)]) + name + b"\0TEXTttxt\0\0" + struct.pack(">II", len(data), 0) + b"\0\0"
    packed = (head + data + b"\0\0\0\0").replace(b"\x90", b"\x90\x00")
    letters = binascii.b2a_base64(packed, newline=False).decode().rstrip("=")
    coded = letters.translate(str.maketrans(BASE64, ALPHABET)).encode()
    lines = b"\r\n".join(coded[at : at + 64] for at in range(0, len(coded), 64))
    return b"(This file must be converted with BinHex 4.0)\r\n:" + lines + b":\r\n"


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"abc", bytes(range(256)) * 3, b"\x90" * 5])
def test_a_file_comes_out_as_it_went_in(data):
    assert unpack_binhex(binhex(b"a.txt", data)) == ("a.txt", data)


def test_runs_are_drawn_out():
    assert unpack_binhex(binhex(b"a", b"xyz").replace(b"none", b"")) == ("a", b"xyz")


@pytest.mark.parametrize(
    "data", [b"", b"BinHex", b"converted with BinHex 4.0)\r\n:!!!!:", binhex(b"a", b"b" * 90)[:-60]]
)
def test_what_is_broken_is_none(data):
    assert unpack_binhex(data) is None


def test_it_does_not_grow_past_the_limit():
    run = binascii.b2a_base64(b"a\x90\xff" * 1_000_000, newline=False).decode()
    bomb = b"converted with BinHex\r\n:" + run.translate(str.maketrans(BASE64, ALPHABET)).encode() + b":"
    begun = time.process_time()

    assert unpack_binhex(bomb) is None
    assert within(time.process_time() - begun, 2)


def test_a_mail_shows_the_file_instead_of_its_wrapping():
    raw = b"Content-Type: application/mac-binhex40; name=b.txt\r\n\r\n" + binhex(b"a.txt", b"data")
    (file,) = read_mail(raw).attachments

    assert (file.name, file.data) == ("b.txt", b"data")
