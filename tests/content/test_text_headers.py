"""What mail software writes above an earlier message is told from what people write."""

import pytest

from chalicelib.content.text_headers import (
    FORWARD_MARK,
    LONGEST_LINE,
    ORIGINAL_MARK,
    attribution_at,
    is_like_header,
    label_in,
    mark_in,
    text_header_at,
)


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("---------- Forwarded message ---------", FORWARD_MARK),
        ("> Begin forwarded message:", FORWARD_MARK),
        ("*Początek przekazywanej wiadomości:*", FORWARD_MARK),
        ("----- Forwarded by Anna/Warsaw/PL on 23.11.2026 09:12 -----", FORWARD_MARK),
        ("-----Original Message-----", ORIGINAL_MARK),
        ("‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐", ORIGINAL_MARK),
        ("____ Original Message ____", ORIGINAL_MARK),
        ("##- Please type your reply above this line -##", ORIGINAL_MARK),
        ("---- On Mon, 23 Nov 2026 09:12:04 +0100 Anna wrote ----", ORIGINAL_MARK),
        ("Original Message", ""),
        ("Forwarded message", ""),
        ("-- first point", ""),
        ("--", ""),
        ("----------", ""),
        ("", ""),
        ("This is a forwarded message:", ""),
    ],
)
def test_a_mark_stands_between_dashes_or_before_a_colon(line, mark):
    assert mark_in(line) == mark


@pytest.mark.parametrize(
    ("lines", "certain"),
    [
        (["On Mon, Nov 23, 2026 at 9:12 AM Anna <anna@example.pl> wrote:"], True),
        (["On Mon, Nov 23, 2026 at 9:12 AM Anna", "<anna@example.pl>", "wrote:"], True),
        (["Anna <anna@example.pl> schrieb am 23.11.2026 um 09:12:"], True),
        (["2026-11-23 9:12 GMT+01:00 Anna <anna@example.pl>:"], True),
        (["Monday, 23 November 2026, 09:12 +01:00 from Anna <anna@example.pl>:"], True),
        (["On 23 Nov 2026 at 09:12, Anna wrote:"], True),
        (["On 23 Nov, Anna wrote:"], False),
        (["23.11.2026 09:12, Anna:"], False),
        (["Anna wrote:"], False),
        (["2026/11/23 Anna <anna@example.pl>"], False),
    ],
)
def test_an_attribution_may_be_wrapped_and_is_certain_if_people_do_not_write_so(lines, certain):
    found = attribution_at([*lines, "> quoted"], 0)

    assert found is not None
    assert found.after == len(lines)
    assert found.certain is certain


@pytest.mark.parametrize(
    "lines",
    [
        ["On the other hand, nobody wrote that:"],
        ["I wrote to anna@example.pl"],
        ["My number is 601 234 567:"],
        ["Please note:"],
        [""],
        ["On 5 May", "", "Anna wrote:"],
        ["On 5 May", "one", "two", "three", "Anna <anna@example.pl> wrote:"],
        ["On 5 May 2026 " + "x" * LONGEST_LINE + " <anna@example.pl> wrote:"],
        ["A whole sentence of the customer that fills its line. Support", "<help@shop.example>"],
    ],
)
def test_what_people_write_is_no_attribution(lines):
    assert attribution_at(lines, 0) is None


def test_a_long_name_may_fill_the_first_line():
    lines = ["", "Müşteri Hizmetleri – Online Shop Example International Limited", "<help@shop.example>, 23 Kas 2026"]
    lines += ["Pzt, 09:12 tarihinde şunu yazdı:"]

    assert attribution_at(lines, 1).after == 4
    assert attribution_at(["Words above", *lines[1:]], 1) is None


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("From: Anna", ("sender", "Anna")),
        ("*Von:* Anna", ("sender", "Anna")),
        ("De : Anna", ("sender", "Anna")),
        ("Тема: Счёт", ("subject", "Счёт")),
        ("件名：請求書", ("subject", "請求書")),
        ("WYSŁANO: dziś", ("date", "dziś")),
        ("Reply-To: anna@example.pl", ("others", "anna@example.pl")),
        ("Price: 5", ("", "")),
        ("no colon", ("", "")),
        ("x" * 40 + ": y", ("", "")),
    ],
)
def test_a_label_is_a_word_of_some_language_before_a_colon(line, label):
    assert label_in(line) == label


def test_a_header_ends_where_the_message_begins_and_keeps_wrapped_values():
    lines = [
        "From: Anna <anna@example.pl>",
        "To: Bartek <bartek@example.pl>;",
        "  Celina <celina@example.pl>",
        "Subject: Parcel",
        "",
        "Hello",
    ]
    header = text_header_at(lines, 0, announced=False)

    assert header is not None
    assert header.after == 4
    assert header.fields["to"] == "Bartek <bartek@example.pl>; Celina <celina@example.pl>"
    assert header.fields["subject"] == "Parcel"
    assert header.languages >= {"en"}
    assert header.complete


@pytest.mark.parametrize(
    "lines",
    [
        ["From: Warsaw", "To: Berlin", "Date: 5 May 2026, 10:00"],
        ["From: Anna"],
        ["Date: 5 May", "Time: 10:00", "Address: 5 High Street"],
        ["Subject: a remark", "I have one more"],
        ["Cc: anna@example.pl", "Date: 5 May 2026"],
        ["To: be", "or not", "to be"],
    ],
)
def test_a_list_of_ones_own_is_no_header(lines):
    assert text_header_at(lines, 0, announced=False) is None


def test_less_evidence_is_enough_where_something_announces_a_header():
    lines = ["From: Anna", "Date: Monday"]

    assert text_header_at([*lines, "Subject: x"], 0, announced=True) is not None
    assert text_header_at(lines, 0, announced=False) is None


def test_the_shape_of_a_header_is_known_in_languages_that_are_not():
    header = ["Kutoka: Anna <anna@example.pl>", "Ilitumwa: 23.11.2026 09:12", "Kwa: Bartek"]

    assert is_like_header(header, 0)
    assert not is_like_header(header[:2], 0)
    assert not is_like_header(["One: anna@example.pl", "Two: nothing", "Three: nothing"], 0)
