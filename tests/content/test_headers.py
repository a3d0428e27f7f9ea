"""Header fields are read one by one; what is broken in one harms no other."""

from datetime import UTC, datetime

import pytest

from chalicelib.content.headers import (
    Header,
    decode_field,
    media_type,
    message_ids,
    parameters,
    read_header,
    written_at,
)
from chalicelib.domain.errors import Unparsable


def header(raw):
    return read_header(raw, 0, lambda _line: False)


def test_fields_are_unfolded_and_the_body_begins_after_the_blank_line():
    read, body = header(b"Subject: a\r\n b\r\nTo: c\r\n\r\ntext")

    assert read.fields == (("subject", b"a b"), ("to", b"c"))
    assert body == len(b"Subject: a\r\n b\r\nTo: c\r\n\r\n")


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_every_kind_of_line_end_is_understood(line_end):
    raw = line_end.join([b"Subject: a", b"To: b", b"", b"text"])
    read, body = header(raw)

    assert read.first("to") == b"b"
    assert raw[body:] == b"text"


def test_a_line_of_the_mail_store_and_a_banner_are_passed_over():
    read, _ = header(b"From a@b Mon Jan 1 10:00:00 2026\nBANNER\nSubject: a\n\n")

    assert read.first("subject") == b"a"
    assert len(read.repairs) == 1


def test_a_missing_blank_line_does_not_swallow_the_text():
    raw = b"Subject: a\nDzien dobry,\nprosze o kontakt.\n\nAnna"
    read, body = header(raw)

    assert raw[body:] == b"Dzien dobry,\nprosze o kontakt.\n\nAnna"
    assert read.repairs


def test_fields_in_the_text_are_text():
    raw = b"Subject: a\nDzien dobry\n\nSubject: not a field\n"
    read, body = header(raw)

    assert raw[body:].startswith(b"Dzien dobry")
    assert read.all("subject") == (b"a",)


def test_a_blank_before_the_colon_is_not_smoothed_over():
    read, _ = header(b"From : a@b.pl\n\n")

    assert read.all("from") == ()
    assert read.all("from ") == (b"a@b.pl",)


@pytest.mark.parametrize("raw", [b"a: b\n" * 1_001, b"a: " + b"x" * 300_000, b"a: b\n " + b" c\n" * 100_000])
def test_a_header_past_the_limits_is_refused(raw):
    with pytest.raises(Unparsable):
        header(raw)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?utf-8?Q?Za=C5=BC=C3=B3=C5=82=C4=87?=", "Zażółć"),
        (b"=?UTF-8?B?WmHFvMOzxYLEhw==?= =?utf-8?q?_g=C4=99=C5=9Bl=C4=85?=", "Zażółć gęślą"),
        (b"=?utf-8?B?xIU?= =?utf-8?B?xIQ=?=", "ąĄ"),  # without their padding
        (b"=?utf-8?Q?=C4?= =?utf-8?Q?=85?=", "ą"),  # cut through the middle of a letter
        (b"=?utf-8?Q?=C4=85?= =?iso-8859-2?Q?=B1?=", "ąą"),
        (b"=?utf-8?Q?=C4=85?=x=?utf-8?Q?=C4=85?=", "ąxą"),
        (b"Re: =?iso-8859-2?Q?=BF=F3=B3w?= (2)", "Re: żółw (2)"),
        ("Re: żółw".encode(), "Re: żółw"),
        ("Re: żółw".encode("iso8859-2"), "Re: żółw"),
        (b"=?klingon?Q?abc?=", "abc"),
        (b"=?utf-8?Q?not closed", "=?utf-8?Q?not closed"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
    ],
)
def test_encoded_words_are_decoded_however_they_are_cut(value, text):
    assert decode_field(value).text == text


def test_what_was_mended_in_a_field_is_named():
    assert decode_field("żółw".encode("iso8859-2")).repair
    assert decode_field(b"=?klingon?Q?=FF?=").repair
    assert not decode_field(b"=?utf-8?Q?=C4=85?=").repair


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b'attachment; filename="a b.pdf"', "a b.pdf"),
        (b"attachment; filename*=utf-8''za%C5%BC%C3%B3%C5%82%C4%87.pdf", "zażółć.pdf"),
        (b"attachment; filename*0*=utf-8''za%C5%BC; filename*1=o; filename*2*=%C5%82%C4%87.pdf", "zażołć.pdf"),
        (b'attachment; filename="=?utf-8?Q?za=C5=BC.pdf?="', "zaż.pdf"),
        ('attachment; filename="zaż.pdf"'.encode(), "zaż.pdf"),
        (b"attachment; filename*=unicode_escape''%5Cx41.pdf", "\\x41.pdf"),
        (b"attachment; filename*=''plain.pdf", "plain.pdf"),
    ],
)
def test_file_names_are_read_in_every_notation(value, name):
    assert parameters(value)[1]["filename"] == name


@pytest.mark.parametrize(
    "value", [b"x; a*" + b"9" * 5_000 + b"=1", b"x; *=1", b"x; =", b"x;;;", b"", b'x; a="', b"x; a*0*=''; a*1*=%"]
)
def test_a_broken_field_gives_what_it_gives(value):
    assert isinstance(parameters(value)[1], dict)


def test_a_field_with_parameters_has_a_limit():
    with pytest.raises(Unparsable):
        parameters(b"text/plain" + b"; a=b" * 2_000)


def test_the_first_readable_media_type_counts():
    fields = (("content-type", b"text"), ("content-type", b"TEXT/HTML; charset=utf-8"), ("content-type", b"a/b"))

    assert media_type(Header(fields)) == ("text/html", {"charset": "utf-8"})
    assert media_type(Header()) == ("text/plain", {})


def test_a_word_ends_before_its_parameters_and_comments():
    read, _ = header(b"A: No; type=x\nB: auto-replied (rule)\nC:\n\n")

    assert (read.word("a"), read.word("b"), read.word("c"), read.word("d")) == ("no", "auto-replied", "", "")


def test_message_ids_lose_their_brackets_and_folds():
    assert message_ids(b"<a@b> (comment)\t<c d@e> <a@b>") == ("a@b", "cd@e")
    assert message_ids(b"a@b") == ("a@b",)
    assert message_ids(b"<" + b"x" * 2_000 + b"@b>") == ()


def test_dates_are_utc_and_impossible_ones_are_none():
    assert written_at(b"Mon, 23 Nov 2026 10:00:00 +0100") == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert written_at(b"Mon, 23 Nov 2026 10:00:00") == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [b"", b"yesterday", b"Mon, 1 Jan 9999999 10:00 +0000", b"1 Jan 2024 10:00 +9999999999", b"0 0 0 0:0"]
)
def test_no_date_is_none(value):
    assert written_at(value) is None
