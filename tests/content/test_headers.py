"""Header fields are read one by one; what is broken in one harms no other."""

from datetime import UTC, datetime

import pytest

from chalicelib.content.headers import message_ids, read_header, written_at
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


def test_a_long_value_whose_folds_lost_their_blanks_is_passed_over():
    read, _ = header(b"X-Long: abc\n" + b"QUJDREVG\n" * 90 + b"Subject: a\n\n")

    assert read.first("subject") == b"a"


@pytest.mark.parametrize("above", [b"\r\n\r\n", b" \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_what_stands_above_the_whole_header_is_passed_over(above):
    read, _ = header(above + b"Subject: a\r\n\r\nb")

    assert read.first("subject") == b"a"


def test_a_blank_before_the_colon_matters_for_from_alone():
    read, _ = header(b"Subject : a\nFrom  : b\n\n")

    assert read.fields == (("subject", b"a"), ("from ", b"b"))


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
