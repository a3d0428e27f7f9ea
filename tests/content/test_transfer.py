"""Transfer encodings are undone even where they are damaged or lied about."""

import base64

import pytest

from chalicelib.content.transfer import lenient_base64, undo_transfer_encoding


def test_base64_is_undone_byte_by_byte():
    data = bytes(range(256)) * 20

    assert undo_transfer_encoding(base64.encodebytes(data), "base64").data == data


@pytest.mark.parametrize(
    ("encoded", "data"),
    [
        (b"QUJD", b"ABC"),
        (b"QUI", b"AB"),
        (b"QUI=QUI=", b"ABAB"),  # two encodings, one after the other
        (b"Q U\r\nJ*D", b"ABC"),
        (b"QUJDR", b"ABC"),
        (b"====", b""),
        (b"", b""),
    ],
)
def test_damaged_base64_gives_what_it_holds(encoded, data):
    assert lenient_base64(encoded) == data


def test_text_that_was_declared_as_base64_stays_text():
    read = undo_transfer_encoding(b"Dzien dobry, prosze o fakture!", "base64")

    assert read.data == b"Dzien dobry, prosze o fakture!"
    assert read.repair


def test_quoted_printable_keeps_raw_bytes_between_its_codes():
    assert undo_transfer_encoding("za=C5=BCółć=\r\n!".encode(), "quoted-printable").data == "zażółć!".encode()


@pytest.mark.parametrize("encoding", ["quoted-printable", "quoted printable", "quoted-printable;", "quotedprintable"])
def test_quoted_printable_is_known_by_its_odd_names(encoding):
    assert undo_transfer_encoding(b"a=3D=20= \r\nb", encoding).data == b"a= b"


def test_uuencoding_is_undone():
    body = b"begin 644 a.txt\n#0V%T\n`\nend\n"

    assert undo_transfer_encoding(body, "x-uuencode").data == b"Cat"
    assert undo_transfer_encoding(b"begin 644 a\n\xff\xff\xff\n", "uuencode").data


@pytest.mark.parametrize("encoding", ["", "7bit", "8bit", "binary"])
def test_what_is_not_encoded_stays(encoding):
    assert undo_transfer_encoding(b"=20", encoding).data == b"=20"
    assert not undo_transfer_encoding(b"=20", encoding).repair


def test_an_unknown_encoding_is_named():
    assert undo_transfer_encoding(b"text", "text/html").repair
