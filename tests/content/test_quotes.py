"""The new words stand out, the quoted ones step back, and no line is ever lost."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.content.html import text_of
from chalicelib.content.quotes import Divided, divide
from tests.speed import within


def words(*texts):
    """Marks of quotes and ends of lines apart: a forwarded body loses the former, an unglued line gains the latter."""
    return sorted(" ".join(texts).replace(">", " ").split())


def assert_nothing_lost(text, subject=""):
    divided = divide(text, subject)
    inner = divided.forward
    forwarded = (inner.header, inner.body) if inner else ()
    assert words(divided.visible, divided.quoted, divided.signature, *forwarded) == words(text)
    assert divided.visible.strip() or inner or not text.strip()


ATTRIBUTIONS = [
    "On Mon, Nov 23, 2026 at 9:12 AM Support <help@hub.example> wrote:",
    "On Mon, Nov 23, 2026 at 9:12 AM Support Team of the Company\n<help@hub.example> wrote:",
    "On 23 Nov 2026, at 09:12, Support wrote:",
    "pon., 23 lis 2026 o 09:12 Pomoc <pomoc@hub.example> napisał(a):",
    "niedz., 22 lis 2026 o 09:12 Pomoc <pomoc@hub.example>\nnapisał(a):",
    "W dniu 23.11.2026 o 09:12, Pomoc pisze:",
    "W dniu 23 listopada 2026 09:12 użytkownik Pomoc <pomoc@hub.example> napisał:",
    "Dnia 23 listopada 2026 09:12 Pomoc <pomoc@hub.example> napisał(a):",
    "Wiadomość napisana przez Pomoc <pomoc@hub.example> w dniu 23 lis 2026, o godz. 09:12:",
    "2026-11-23 9:12 GMT+01:00 Pomoc <pomoc@hub.example>:",
    "wt., 24 lis o 9:12 Pomoc <pomoc@hub.example> napisał(a):",
    "Am 23.11.2026 um 09:12 schrieb Hilfe <hilfe@hub.example>:",
    "Le lun. 23 nov. 2026 à 09:12, Aide <aide@hub.example> a écrit :",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_marked_quote_below_is_folded_with_the_line_that_introduces_it(attribution, gap):
    quote = f"{attribution}{gap}> one\n>\n> two"
    divided = divide(f"Answer\n\n{quote}\n")

    assert divided.visible == "Answer"
    assert divided.quoted == quote


@pytest.mark.parametrize(
    "attribution", [*(one for one in ATTRIBUTIONS if "@" in one), "On Monday, 23 Nov 2026 at 09:12, Bob Smith wrote:"]
)
def test_an_unmarked_quote_is_folded_when_its_introduction_is_certain(attribution):
    divided = divide(f"Answer\n\n{attribution}\n\nold words\nmore")

    assert divided.visible == "Answer"
    assert divided.quoted.startswith(attribution)


BLOCKS = [
    "From: Support <help@hub.example>\nSent: Monday, November 23, 2026 9:12 AM\nTo: Anna\nSubject: Parcel",
    "*From:* Support <help@hub.example>\n*Sent:* Monday\n*To:* Anna\n*Subject:* Parcel",
    "Od: Pomoc <pomoc@hub.example>\nWysłano: poniedziałek, 23 listopada 2026 09:12\nDo: Anna\nTemat: Paczka",
    "Od: Pomoc <pomoc@hub.example>\nData: poniedziałek, 23 listopada 2026 09:12\nDo: Anna\nDW: Jan\nTemat: Paczka",
    "________________________________\nOd: Pomoc\nWysłane: 23 listopada 2026\nDo: Anna\nTemat: Paczka",
    " ------------------------------\n\nFrom: Support\nDate: Monday\nTo: Anna\nSubject: Parcel",
    "----------\nDate: Mon, 23 Nov 2026 09:12:00 +0100\nSubject: Parcel\nFrom: help@hub.example\nTo: anna@example.pl",
    "-----Original Message-----\nFrom: Support",
    "-----Wiadomość oryginalna-----\nOd: Pomoc",
    "-------- Oryginalna wiadomość --------",
    "---- Support wrote ----",
    "Von: Hilfe\nGesendet: Montag\nAn: Anna\nBetreff: Paket",
    "De : Aide\nEnvoyé : lundi\nÀ : Anna\nObjet : Colis",
]


@pytest.mark.parametrize("block", BLOCKS)
def test_the_blocks_of_outlook_and_its_kin_begin_a_quote(block):
    divided = divide(f"Answer\n\n{block}\n\nold words\n> older words", answers=True)

    assert divided.visible == "Answer"
    assert divided.quoted == f"{block}\n\nold words\n> older words"


def test_an_answer_below_the_quote_is_what_counts():
    divided = divide("Dnia 20.11.2026 Pomoc napisał(a):\n> Proszę o numer.\n\nNumer to 77.\n\nAnna")

    assert divided.visible == "Numer to 77.\n\nAnna"
    assert divided.quoted == "Dnia 20.11.2026 Pomoc napisał(a):\n> Proszę o numer."


def test_answers_between_quotes_keep_their_quotes():
    text = "W dniu 23.11.2026 o 09:12, Pomoc pisze:\n> Kiedy?\nWe wtorek.\n> Jaki model?\nPR-17\n> Dziękujemy"
    divided = divide(text)

    assert divided.visible == "W dniu 23.11.2026 o 09:12, Pomoc pisze:\n> Kiedy?\nWe wtorek.\n> Jaki model?\nPR-17"
    assert divided.quoted == "> Dziękujemy"


def test_quotes_of_several_people_are_one_quote():
    divided = divide("Answer\n\nOn 2 May, Bob wrote:\n> b\n\nOn 1 May, Al wrote:\n> a")

    assert divided.visible == "Answer"


@pytest.mark.parametrize("subject", ["Fwd: Parcel", "FW: Parcel", "PD: Paczka", "Przek: Paczka", "WG: Paket"])
def test_a_forwarded_message_is_content_and_no_quote(subject):
    divided = divide(f"Please see below\n\n{BLOCKS[0]}\n\ntheir words", subject)

    assert divided.visible == "Please see below"
    assert divided.quoted == ""
    assert divided.forward is not None
    assert (divided.forward.sender_name, divided.forward.sender_address) == ("Support", "help@hub.example")
    assert (divided.forward.subject, divided.forward.body) == ("Parcel", "their words")
    assert divided.forward.sent_at == "Monday, November 23, 2026 9:12 AM"


@pytest.mark.parametrize(
    "mark",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Przekazana wiadomość --------",
        "Początek przekazanej wiadomości:",
    ],
)
def test_what_stands_below_a_mark_of_forwarding_is_forwarded_whatever_the_subject(mark):
    divided = divide(f"See below\n\n{mark}\n{BLOCKS[2]}\n\ntheir words", "Re: Paczka")

    assert divided.visible == "See below"
    assert divided.forward is not None
    assert divided.forward.sender_address == "pomoc@hub.example"
    assert divided.forward.header == f"{mark}\n{BLOCKS[2]}"
    assert divided.forward.body == "their words"


def test_a_forward_without_a_word_of_ones_own_is_still_a_forward():
    divided = divide(f"---------- Forwarded message ---------\n{BLOCKS[0]}\n\ntheir words", "Fwd: Parcel")

    assert divided.visible == ""
    assert divided.forward is not None
    assert divided.forward.body == "their words"


def test_an_answer_to_a_mail_is_no_forward_though_the_program_writes_the_same_header():
    text = f"Please see below\n\n{BLOCKS[0]}\n\ntheir words"

    assert divide(text, "Re: Parcel").forward is None
    assert divide(text, answers=True).forward is None
    assert divide(text, ours=frozenset({"help@hub.example"})).forward is None
    assert divide(text).forward is not None


def test_a_forward_inside_of_a_quote_is_part_of_the_quote():
    text = f"Answer\n\n{BLOCKS[0]}\n\n---------- Forwarded message ---------\nold"

    assert divide(text).visible == "Answer"


@pytest.mark.parametrize(
    "text",
    [
        "On the other hand, nobody wrote:\nthat is all.",
        "W dniu 5 maja Pani koleżanka napisała mi:\nnie ma problemu.",
        "Dnia 5 maja 2026 Pani koleżanka napisała mi:\nnie ma problemu.",
        "W dniu 5 maja o 10:00 Pani koleżanka napisała mi:\nnie ma problemu.",
        "Journey\nFrom: Warsaw\nTo: Berlin\nDate: 5 May\nThank you",
        "-- first point\n-- second point\nend",
        ">>> Offer of the day <<<\ntext",
        "I need:\n> 5 pieces\nby Monday",
        "From: is how it begins",
        "On 5 May at 10:00 I called, and your colleague wrote: come tomorrow.\nSo I came.",
    ],
)
def test_what_only_looks_like_a_quote_stays(text):
    assert divide(text).visible == text
    assert divide(text).quoted == ""


@pytest.mark.parametrize("text", ["> only\n> a quote", BLOCKS[0] + "\n\nall of it", "", "   ", "> "])
def test_when_nothing_would_be_left_nothing_is_folded(text):
    assert divide(text, "Re: x") == Divided(visible=text.strip("\n"))


LINES = st.sampled_from(
    [
        "",
        " ",
        "> quoted",
        ">> deeper",
        "words",
        "-- ",
        "________________",
        "From: a@b.pl",
        "Subject: x",
        "Date: Monday",
        "---------- Forwarded message ---------",
        "-----Original Message-----",
        "On 1 May 2026 at 10:00 <a@b.pl> wrote:",
        "On 1 May 2026",
        "wrote:",
        ">>> x <<<",
    ]
)


@given(st.lists(LINES, max_size=14), st.sampled_from(["", "Re: x", "Fwd: x"]))
def test_no_line_is_lost_however_they_follow_each_other(lines, subject):
    assert_nothing_lost("\n".join(lines), subject)


PIECES = st.sampled_from(
    [
        *("<p>one", "<div>two</div>", "three<br>", "<blockquote>four", '<blockquote type="cite">five', "</blockquote>"),
        *(
            '<div class="gmail_quote">six',
            "</div>",
            '<div class="gmail_attr">On 1 May 2026 10:00 &lt;a@b.pl&gt; wrote:',
        ),
        *('<div id="divRplyFwdMsg"><b>From:</b> x &lt;a@b.pl&gt;<br><b>Sent:</b> 1 May 2026 10:00<br>Subject: y',),
        *(
            '<div class="gmail_signature">seven</div>',
            "<hr>",
            "<table><tr><td>eight<td>nine</table>",
            "<ul><li>ten</ul>",
        ),
        *('<div class="moz-cite-prefix">Am 1.5.2026 um 10:00 schrieb a@b.pl:</div>', "-- <br>eleven<br>", "<a@b.pl>"),
        *("---------- Forwarded message ---------<br>From: a@b.pl<br>Date: x<br>Subject: y<br>To: c@d.pl<br>twelve",),
        *("Sent from my iPhone<br>", "<pre>a\n  b\n> c</pre>", '<p style="border-top:solid #E1E1E1">'),
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=12), st.sampled_from(["", "Re: x", "Fwd: x"]))
def test_every_word_of_a_page_is_in_exactly_one_of_the_parts(pieces, subject):
    page = text_of("".join(pieces))
    divided = divide(page.text, subject, marks=page.marks)
    inner = divided.forward
    forwarded = (inner.header, inner.body) if inner else ()

    assert words(divided.visible, divided.quoted, divided.signature, *forwarded) == words(page.text)
    assert divided.visible.strip() or inner or not page.text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "> \n" * 100_000,
        "x" * 1_000_000,
        ">" * 1_000_000 + "<" * 1_000_000 + "x",
        "\n" * 1_000_000,
        " " * 1_000_000,
        "On 1\n" * 100_000,
        "From:\n" * 100_000,
        "From: a\n\n" * 50_000,
        "-" * 1_000_000,
        "On " + "1 " * 500_000 + "wrote:",
        "> a\nb\n" * 50_000,
        "> a\n\n\n\n" * 50_000,
        "-----\n\n\nDate: x\n" * 30_000,
    ],
    ids=lambda text: f"{text[:12]!r}",
)
def test_hostile_texts_take_no_time(text):
    begun = time.process_time()
    assert_nothing_lost(text)

    assert within(time.process_time() - begun, 3)
