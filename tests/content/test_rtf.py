"""Rich text out of winmail.dat becomes text or HTML."""

import struct
import time

import pytest

from chalicelib.content import limits
from chalicelib.content.rtf import decompress, read_rtf
from tests.speed import assert_linear, within

# The two examples of [MS-OXRTFCP], 4.1 and 4.2.
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c09002062770 5b06c647d0a800fa0".replace(
        " ", ""
    )
)
RUNS = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def stored(text):
    return struct.pack("<II4sI", len(text) + 12, len(text), b"MELA", 0) + text


def test_the_examples_of_the_format_are_unpacked():
    assert decompress(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompress(RUNS) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert decompress(stored(b"{\\rtf1 x}")) == b"{\\rtf1 x}"


@pytest.mark.parametrize("cut", range(16, len(HELLO)))
def test_what_was_cut_off_gives_what_came(cut):
    assert b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n".startswith(decompress(HELLO[:cut]))


def test_it_never_grows_past_the_limit():
    bomb = struct.pack("<II4sI", 0, 2**32 - 1, b"LZFu", 0) + b"\x00aaaaaaaa" + b"\xff" + b"\x0d\x0f" * 8
    begun = time.process_time()

    assert len(decompress(bomb + (b"\xff" + b"\x0d\x0f" * 8) * 100_000)) <= limits.LONGEST_TEXT_PART
    assert within(time.process_time() - begun, 2)


def test_letters_are_read_in_the_charset_of_their_font():
    fonts = rb"{\fonttbl{\f0\fcharset238 Arial;}{\f1\fcharset204 Arial;}}"
    rtf = rb"{\rtf1\ansi\ansicpg1252" + fonts + rb"\f0 za\'bf\'f3\'b3\'e6 \f1 \'cf}"

    assert read_rtf(rtf).text == "zażółć П"


def test_unicode_letters_replace_their_stand_ins():
    assert read_rtf(rb"{\rtf1\uc1 \u380?\u243\'f3{\uc2 \u322??}\u-10179?\u-8704?}").text == "żół😀"


def test_what_is_no_text_is_left_out():
    rtf = rb"{\rtf1{\stylesheet{\s0 Normal;}}{\*\generator Riched;}{\info{\author A}}{\pict 01}one\par two\tab x\{\}}"

    assert read_rtf(rtf).text == "one\ntwo\tx{}"


def test_html_inside_comes_out_as_html():
    rtf = (
        rb"{\rtf1\ansi\ansicpg1250\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\par\htmlrtf0 \'bf\'f3\'b3w\htmlrtf }\htmlrtf0"
        rb"{\*\htmltag84 &nbsp;}{\*\htmltag72 </p>}}"
    )
    read = read_rtf(rtf)

    assert read.is_html
    assert read.text == "<p>żółw&nbsp;</p>"


@pytest.mark.parametrize(
    "piece", [b"{", b"}", b"\\'", b"\\u1?", b"\\f0", b"\\uc9", b"\\", b"a", b"\\*", b"{\\pict", b"\\htmltag"]
)
def test_hostile_text_takes_linear_time(piece):
    assert_linear(lambda body: read_rtf(b"{\\rtf1\\fromhtml1 " + body), piece, 400_000 // len(piece))


def test_what_is_no_rich_text_is_empty():
    assert read_rtf(b"plain").text == ""
