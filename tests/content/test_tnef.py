"""Outlook's winmail.dat gives back the files and the words inside, however broken it is."""

import random
import struct
import time

import pytest

from chalicelib.content.mime import read_mail
from chalicelib.content.tnef import Tnef, read_tnef
from tests.speed import within

HEAD = struct.pack("<IH", 0x223E9F78, 1)
PROPERTIES, ATTACHED = 0x00069003, 0x00069005


def attribute(level, number, value):
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def padded(value):
    return value + bytes(-len(value) % 4)


def variable(kind, name, value):
    return struct.pack("<HHII", kind, name, 1, len(value)) + padded(value)


def number(name, value):
    return struct.pack("<HHI", 0x0003, name, value)


def named(kind, value):
    """A property outside of the standard ones, named by a text."""
    name = "keyword".encode("utf-16-le")
    return struct.pack("<HH", kind, 0x8001) + bytes(16) + struct.pack("<II", 1, len(name)) + padded(name) + value


def properties(*found):
    return struct.pack("<I", len(found)) + b"".join(found)


def file(name, data, *more):
    title = attribute(2, 0x00018010, name + b"\0")
    return attribute(2, 0x00069002, bytes(14)) + title + attribute(2, 0x0006800F, data) + b"".join(more)


def codepage(page):
    return attribute(1, 0x00069007, struct.pack("<II", page, 0))


def test_files_come_out_with_their_names():
    read = read_tnef(HEAD + codepage(1250) + file("żółw.txt".encode("cp1250"), b"one") + file(b"b.pdf", b"two"))

    assert read.files == (("żółw.txt", b"one"), ("b.pdf", b"two"))
    assert not read.repair


def test_the_long_unicode_name_is_the_better_one():
    long_name = attribute(2, ATTACHED, properties(variable(0x1F, 0x3707, "zażółć.txt\0".encode("utf-16-le"))))

    assert read_tnef(HEAD + file(b"ZA~1.TXT", b"one", long_name)).files == (("zażółć.txt", b"one"),)


def test_the_body_is_read_from_each_place_it_can_stand_in():
    plain = attribute(1, 0x0002800C, "żółw\0".encode("cp1250"))
    unicode_body = properties(number(0x0026, 1), variable(0x1F, 0x1000, "żółw".encode("utf-16-le")))
    page = properties(named(0x0003, struct.pack("<I", 5)), variable(0x0102, 0x1013, "<p>żółw</p>".encode()))

    assert read_tnef(HEAD + codepage(1250) + plain).text == "żółw"
    assert read_tnef(HEAD + attribute(1, PROPERTIES, unicode_body)).text == "żółw"
    assert read_tnef(HEAD + attribute(1, PROPERTIES, page)).html == "<p>żółw</p>"


def rich(text):
    rtf = struct.pack("<II4sI", len(text) + 12, len(text), b"MELA", 0) + text
    return HEAD + attribute(1, PROPERTIES, properties(variable(0x0102, 0x1009, rtf)))


def test_a_body_in_rich_text_is_read():
    assert read_tnef(rich(rb"{\rtf1\ansi\ansicpg1250 \'bf\'f3\'b3w\par}")).text == "żółw\n"
    assert read_tnef(rich(rb"{\rtf1\fromhtml1 {\*\htmltag64 <p>}x}")).html == "<p>x"
    assert "could not be read" in read_tnef(rich(b"no rich text")).repair


def test_a_mail_of_nothing_but_winmail_says_what_stands_inside():
    data = rich(rb"{\rtf1\ansi\ansicpg1250 \'bf\'f3\'b3w}") + file(b"a.txt", b"inside")
    raw = b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n" + data
    read = read_mail(raw)

    assert read.text == "żółw"
    assert [(one.name, one.data) for one in read.attachments][1:] == [("a.txt", b"inside")]


WHOLE = HEAD + codepage(1252) + attribute(1, PROPERTIES, properties(number(0x26, 1))) + file(b"a.txt", b"inside" * 20)


@pytest.mark.parametrize("cut", range(0, len(WHOLE), 3))
def test_what_was_cut_off_is_read_as_far_as_it_came(cut):
    assert isinstance(read_tnef(WHOLE[:cut]), Tnef)


def test_no_change_of_bytes_makes_it_fail():
    chance = random.Random(4)
    for _ in range(2_000):
        data = bytearray(WHOLE + rich(b"{\\rtf1 x}")[6:])
        for _ in range(chance.randint(1, 5)):
            data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))

        assert isinstance(read_tnef(bytes(data)), Tnef)


@pytest.mark.parametrize(
    "data",
    [
        HEAD + attribute(1, PROPERTIES, struct.pack("<I", 2**32 - 1) + number(1, 1) * 1_000_000),
        HEAD + attribute(1, PROPERTIES, struct.pack("<IHHI", 1, 0x1003, 1, 2**32 - 1) + bytes(8_000_000)),
        HEAD + attribute(1, PROPERTIES, struct.pack("<IHHI", 1, 0x0102, 0x1013, 2**31) + bytes(8_000_000)),
        HEAD + attribute(2, 0x00069002, b"") * 700_000,
        HEAD + attribute(1, 0x0002800C, b"x") * 700_000,
    ],
    ids=["properties", "numbers", "empty values", "files", "bodies"],
)
def test_hostile_counts_take_no_time(data):
    begun = time.process_time()
    read_tnef(data)

    assert within(time.process_time() - begun, 0.5)
