"""A mail is taken apart along its own lines, in one pass, and never past the limits."""

import time

import pytest

from chalicelib.content import limits
from chalicelib.content.parts import split
from chalicelib.domain.errors import Unparsable
from tests.speed import within


def leaves(raw):
    found, waiting = [], [split(raw).root]
    while waiting:
        part = waiting.pop(0)
        waiting = part.parts + waiting
        if not part.parts:
            found.append((part.kind, raw[part.start : part.end]))
    return found


def multipart(boundary, *parts, subtype="mixed", end=True):
    body = b"".join(b"\r\n--" + boundary + b"\r\n" + part for part in parts)
    closed = b"\r\n--" + boundary + b"--\r\n" if end else b""
    return b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (subtype.encode(), boundary) + body + closed


def text(body):
    return b"Content-Type: text/plain\r\n\r\n" + body


def test_a_plain_mail_is_one_part():
    assert leaves(text(b"Dzien dobry")) == [("text/plain", b"Dzien dobry")]


def test_the_line_end_before_a_delimiter_belongs_to_it():
    raw = multipart(b"b", text(b"one\r\n"), text(b"two"))

    assert leaves(raw) == [("text/plain", b"one\r\n"), ("text/plain", b"two")]


@pytest.mark.parametrize("line_end", [b"\n", b"\r"])
def test_other_line_ends_are_understood(line_end):
    raw = multipart(b"b", text(b"one"), text(b"two")).replace(b"\r\n", line_end)

    assert [body for _, body in leaves(raw)] == [b"one", b"two"]


def test_nested_multiparts_keep_their_order():
    inner = multipart(b"in", text(b"2"), text(b"3"), subtype="alternative")
    raw = multipart(b"out", text(b"1"), inner, text(b"4"))

    assert [body for _, body in leaves(raw)] == [b"1", b"2", b"3", b"4"]


def test_similar_boundaries_are_told_apart():
    inner = multipart(b"b-1", text(b"2"))
    raw = multipart(b"b", text(b"1\r\n--bb\r\n--b-\r\n --b"), inner)

    assert [body for _, body in leaves(raw)] == [b"1\r\n--bb\r\n--b-\r\n --b", b"2"]


def test_a_boundary_that_looks_like_the_end_of_another_is_its_own():
    raw = multipart(b"a--", multipart(b"a----", text(b"body")))

    assert leaves(raw) == [("text/plain", b"body")]


def test_an_inner_multipart_that_is_never_closed_ends_with_its_parent():
    raw = multipart(b"out", multipart(b"in", text(b"1"), end=False), text(b"2"))

    assert [body for _, body in leaves(raw)] == [b"1", b"2"]


def test_a_mail_that_was_cut_off_keeps_what_came():
    raw = multipart(b"b", text(b"one"), text(b"tw"), end=False)

    assert [body for _, body in leaves(raw)] == [b"one", b"tw"]
    assert "end of the message" in " ".join(split(raw).repairs)


def test_a_multipart_without_a_boundary_is_guessed():
    raw = multipart(b"guess", text(b"one"), text(b"two")).replace(b'; boundary="guess"', b"")

    assert [body for _, body in leaves(raw)] == [b"one", b"two"]
    assert split(raw).repairs


def test_a_multipart_without_parts_is_text():
    raw = b"Content-Type: multipart/mixed; boundary=nowhere\r\n\r\nDzien dobry"

    assert leaves(raw) == [("text/plain", b"Dzien dobry")]


def test_a_message_inside_the_message_is_left_as_it_is():
    inner = b"From: x@y.pl\r\n" + multipart(b"b", text(b"hidden"))
    raw = multipart(b"out", b"Content-Type: message/rfc822\r\n\r\n" + inner, text(b"seen"))

    assert leaves(raw) == [("message/rfc822", inner), ("text/plain", b"seen")]


def test_a_digest_is_made_of_messages():
    raw = multipart(b"b", b"\r\nFrom: x@y.pl\r\n\r\none", subtype="digest")

    assert leaves(raw)[0][0] == "message/rfc822"


def test_a_part_that_has_no_blank_line_still_ends_at_the_delimiter():
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n--b\r\n\r\ntwo\r\n--b--"

    assert leaves(raw) == [("text/html", b""), ("text/plain", b"two")]


def test_a_boundary_that_was_declared_wrongly_is_found():
    raw = multipart(b"real", text(b"one"), text(b"two")).replace(b'boundary="real"', b"boundary=other")

    assert [body for _, body in leaves(raw)] == [b"one", b"two"]
    assert split(raw).repairs


def test_a_last_delimiter_behind_the_text_is_no_text():
    raw = multipart(b"b", text(b"one"), text(b"two"), end=False) + b"--b--\r\n"

    assert [body for _, body in leaves(raw)] == [b"one", b"two"]


def test_parts_behind_the_end_of_their_multipart_are_kept():
    raw = multipart(b"b", text(b"one")) + b"--b\r\n" + text(b"two") + b"\r\n--b--\r\n"

    assert [body for _, body in leaves(raw)] == [b"one", b"two"]
    assert split(raw).repairs == ("A part stood behind the end of its multipart.",)


def test_parts_of_an_inner_multipart_may_stand_behind_those_of_the_outer():
    inner = multipart(b"in", text(b"1"), end=False)
    raw = multipart(b"out", inner, text(b"2") + b"\r\n--in\r\n" + text(b"3"))

    assert [body for _, body in leaves(raw)] == [b"1", b"2", b"3"]


def test_an_enclosed_copy_with_the_same_boundary_stays_whole():
    copy = b"Subject: copy\r\n" + multipart(b"in", text(b"1"))
    raw = multipart(b"out", multipart(b"in", text(b"1")), b"Content-Type: message/rfc822\r\n\r\n" + copy)

    assert [body for _, body in leaves(raw)] == [b"1", copy]


def test_a_first_delimiter_that_was_lost_costs_no_text():
    plain = b"Content-Type: text/plain; charset=utf-8\r\n\r\nfirst\r\n"
    raw = multipart(b"b", text(b"second"), subtype="alternative").replace(b"\r\n\r\n", b"\r\n" + plain, 1)

    assert [body for _, body in leaves(raw)] == [b"first\r\n", b"second"]


@pytest.mark.parametrize("fields", [b"", b"Content-Type: text/plain\r\n"])
def test_an_ordinary_preamble_is_no_part(fields):
    said = b"\r\n" + fields + b"\r\nThis is a multi-part message in MIME format.\r\n"
    raw = multipart(b"b", text(b"one")).replace(b"\r\n\r\n", said, 1)

    assert [body for _, body in leaves(raw)] == [b"one"]


def nested(levels):
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"x" * (limits.MOST_RAW_BYTES + 1), "larger"),
        (nested(3_000), "nested"),
        (nested(limits.MOST_DEPTH + 1), "nested"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\na\r\n" * 20_000, "parts"),
        (b"X: y\r\n" * 1_000_000, "header"),
        (b"X: y\r\n" * (limits.MOST_HEADER_FIELDS + 1) + b"\r\nx", "header"),
        (b"X: " + b"y" * limits.MOST_HEADER_BYTES + b"\r\n\r\nx", "header"),
        (b"Content-Type: text/plain" + b"; a=b" * 2_000 + b"\r\n\r\nx", "longer"),
        (b"Content-Disposition: attachment" + b"; a=b" * 2_000 + b"\r\n\r\nx", "longer"),
    ],
)
def test_past_a_limit_the_message_is_refused_with_the_reason(raw, said):
    with pytest.raises(Unparsable, match=said):
        split(raw)


def test_at_the_limits_it_is_still_read():
    assert leaves(nested(limits.MOST_DEPTH) + text(b"deep")) == [("text/plain", b"deep")]
    parts = [text(b"x")] * (limits.MOST_PARTS - 1)
    assert len(leaves(multipart(b"b", *parts))) == limits.MOST_PARTS - 1


@pytest.mark.parametrize("body", [b"\n", b"--\n", b"-", b"--b", b"--b \n", b"--bx\n", b"\r", b"--b-\n"], ids=repr)
def test_millions_of_lines_that_nearly_are_delimiters_take_no_time(body):
    raw = b"Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\n"
    raw += body * ((limits.MOST_RAW_BYTES // 4) // len(body))
    begun = time.process_time()
    split(raw)

    assert within(time.process_time() - begun, 2)


def test_a_delimiter_below_very_many_lines_of_dashes_is_found():
    dashes = b"--nearly\r\n" * 3_000

    raw = multipart(b"b", text(b"one\r\n" + dashes), text(dashes), text(b"three"))

    assert [len(body) for _, body in leaves(raw)] == [len(b"one\r\n" + dashes), len(dashes), len(b"three")]
