"""Letters survive, whatever a mail says about how they were written down."""

import pytest

from chalicelib.content.charsets import _CODECS, codec_for, decode

PANGRAM = "Zażółć gęślą jaźń"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ('"utf-8"', "utf-8"),
        ("iso-8859-2", "iso8859-2"),
        ("ISO8859_2", "iso8859-2"),
        ("windows-1250", "cp1250"),
        ("cp852", "cp852"),
        ("utf-7", "utf-7"),
        ("unicode-1-1-utf-7", "utf-7"),
    ],
)
def test_polish_is_read_in_every_charset_it_is_written_in(label, codec):
    assert decode(PANGRAM.encode(codec), label).text == PANGRAM


@pytest.mark.parametrize(
    ("label", "text", "codec"),
    [
        ("gb2312", "简体𠮷", "gb18030"),
        ("ks_c_5601-1987", "한국어 뷁", "cp949"),
        ("shift_jis", "日本語①", "cp932"),
        ("iso-2022-jp", "日本語", "iso2022-jp"),
        ("iso-8859-1", "5 € – “yes”", "cp1252"),
        ("utf-16", "Zażółć", "utf-16"),
    ],
)
def test_the_superset_is_used_where_people_send_it_under_the_name_of_the_subset(label, text, codec):
    assert decode(text.encode(codec), label).text == text


@pytest.mark.parametrize("declared", ["iso-8859-2", "big5", "us-ascii", "", "klingon"])
def test_good_utf8_is_read_as_utf8_whatever_was_declared(declared):
    assert decode(PANGRAM.encode(), declared).text == PANGRAM


def test_a_wrong_declaration_is_named():
    assert "utf-8" in decode(PANGRAM.encode(), "big5").repair.lower()
    assert decode(PANGRAM.encode(), "utf-8").repair == ""
    assert decode(b"plain", "big5").repair == ""


@pytest.mark.parametrize("codec", ["cp1250", "iso8859-2"])
@pytest.mark.parametrize("declared", ["", "us-ascii", "klingon", "utf-8"])
def test_undeclared_polish_is_guessed(codec, declared):
    read = decode(PANGRAM.encode(codec), declared)

    assert read.text == PANGRAM
    assert codec in read.repair


def test_windows_bytes_under_the_standards_label_are_read_as_windows():
    assert decode(PANGRAM.encode("cp1250"), "iso-8859-2").text == PANGRAM


def test_undeclared_french_and_russian_are_guessed_too():
    assert decode("été à côté, œuvre".encode("cp1252")).text == "été à côté, œuvre"
    assert decode("Привет, мир".encode("cp1251")).text == "Привет, мир"


def test_one_broken_byte_does_not_cost_the_other_letters():
    read = decode(PANGRAM.encode() + b"\xff" + "ą".encode(), "utf-8")

    assert read.text == PANGRAM + "�ą"
    assert "broken" in read.repair


@pytest.mark.parametrize(
    "name", ["unicode_escape", "punycode", "rot13", "base64", "idna", "raw_unicode_escape", "zlib", "a\0b", "x" * 9999]
)
def test_codecs_that_are_no_charsets_are_never_looked_up(name):
    assert codec_for(name) is None
    assert decode(rb"\x41 kept as it is", name).text == r"\x41 kept as it is"


def test_every_charset_on_the_list_is_one_that_python_reads():
    for codec, labels in _CODECS.items():
        assert "a".encode(codec).decode(codec) == "a"
        assert all(codec_for(label) == codec for label in labels.split())


def test_bytes_that_fit_nothing_still_give_text():
    assert decode(bytes(range(256)), "utf-8").text
    assert decode(b"\xd8\x00\xff", "utf-16").text is not None
