"""A signature is found at the end of a text, and a text is never taken for one."""

from pathlib import Path

import pytest

from chalicelib.content.signatures import signature_start


def signature(text, *, from_html=False):
    lines = text.split("\n")
    return "\n".join(lines[signature_start(lines, from_html=from_html) :]).lstrip("\n")


@pytest.mark.parametrize(
    "expected",
    [
        "-- \nAnna Nowak",
        "--\nAnna",
        "____\nAnna Nowak\n+48 601 234 567",
        "Regards,\nAnna",
        "Z poważaniem\nAnna Nowak\nDział Zakupów",
        "Mit freundlichen Grüßen,\n\nAnna Nowak\nTel. +49 40 123456",
        "Merci,\n-- \nAnna",
        "- Anna",
        "Sent from my iPhone",
        "Sent from my mobile",
        "Wysłane z iPhone’a",
        "Von meinem iPhone gesendet",
        "iPhone-omról küldve",
        "iPhone’umdan gönderildi",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Outlook'u edinin <https://aka.ms/o0ukef>",
        "-- \nSent from my Galaxy",
        "Best,\nAnna\n\nSent from my iPad",
        "Anna Nowak\nanna@example.pl\nwww.example.pl",
    ],
)
def test_a_signature_is_found_below_a_text(expected):
    assert signature(f"The parcel is broken.\n\n{expected}") == expected


@pytest.mark.parametrize(
    "end",
    [
        "Thanks for the parcel you sent me yesterday.",
        "Sent from your warehouse on Friday.",
        "Wysłano z magazynu w piątek, mówi śledzenie.",
        "Von meinem Konto wurden 20 Euro abgebucht.",
        "Zdjęcia wysłane z telefonu są niewyraźne",
        "- one\n- two",
        "These are:\n- Anna",
        "Regards\nAnna\n\nP.S. It was wet, too.",
        "My details:\nAnna Nowak\ntel. 601 234 567",
        "Best\nwhat I could do was to call the courier and to ask him where the parcel was.",
        "--\nIs this the right address?",
        "x" * 100_000,
    ],
)
def test_a_text_is_no_signature(end):
    assert signature(f"The parcel is broken.\n\n{end}") == ""


def test_the_only_text_is_never_a_signature():
    assert signature("-- \nAnna") == ""
    assert signature("Thanks,\nAnna") == ""
    assert signature("\n\nSent from my iPhone") == ""


def test_a_closing_that_was_typed_into_a_page_stays_unless_details_follow():
    assert signature("Text\n\nRegards\nAnna", from_html=True) == ""
    assert signature("Text\n\nRegards\nAnna\n+48 601 234 567", from_html=True) == "Regards\nAnna\n+48 601 234 567"


def test_a_legal_notice_takes_three_of_its_words_and_speaks_of_the_message():
    notice = "This e-mail is confidential. If you received it in error, please delete it."

    assert signature(f"Text\n\n{notice}") == notice
    assert signature(f"Text\n\n{notice.replace('This e-mail', 'My parcel')}") == ""
    assert signature("Text\n\nThis e-mail is confidential, please keep it between the two of us, will you.") == ""


SAMPLES = Path(__file__).parent / "samples"


@pytest.mark.parametrize("line", (SAMPLES / "lines_of_apps.txt").read_text().splitlines())
def test_a_line_of_an_app_is_no_text(line):
    assert signature(f"The parcel is broken.\n\n{line}") == line


@pytest.mark.parametrize("line", (SAMPLES / "lines_of_news.txt").read_text().splitlines())
def test_news_in_the_words_of_apps_is_text(line):
    assert signature(f"The parcel:\n{line}") == ""
