"""What the hub says in words can be told in another language: by the code and the values that are found again."""

import json
import re
from pathlib import Path

import pytest

from chalicelib.domain.remarks import SENTENCES, Remark, find_each_remark, find_remarks, hindered, remark

VALUES = {
    "address": "anna@example.pl",
    "agent": "3f6c1b2a-agent",
    "answer": "503 ThrottlingException",
    "bytes_are": "application/pdf",
    "channel": "sms",
    "charset": "cp1250",
    "code": "AccessDeniedException",
    "counted": "2",
    "country": "PL",
    "customer": "01M83T4CM0BH9NGQPXKV19DXAK",
    "day": "2026-11-23",
    "declared": "iso-8859-2",
    "error": "ValueError",
    "field": "Reply-To",
    "height": "9000",
    "hours": "24",
    "inbox": "contact",
    "kind": "email",
    "left": "3",
    "length": "2000",
    "method": "API",
    "most": "1600",
    "name": "umowa: skan, który wysłałam.pdf",
    "of": "3",
    "one": "crm:1",
    "other": "crm:2",
    "ours": "PL, DE",
    "page": "4",
    "pages": "7",
    "part": "1",
    "said": "3",
    "seconds": "20",
    "sent_as": "image/png",
    "servers": "51",
    "signal": "9",
    "system": "crm",
    "target": "01M83T4CM0BH9NGQPXKV19DXAK/01M83T4CM0BH9NGQPXKV19DXAL",
    "until": "2026-11-23 08:00",
    "what": "bounced",
    "why": "a comma is missing",
    "width": "1728",
    "words": "452 mailbox full",
    "zone": "Europe/Warsaw",
}


def values_of(code):
    return {name: VALUES[name] for name in re.findall(r"\{(\w+)\}", SENTENCES[code])}


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_leads_back_to_its_code_and_values(code):
    text = remark(code, **values_of(code))
    assert find_remarks(text) == (Remark(text, code, values_of(code)),)


def test_what_hindered_a_message_is_told_apart_from_what_it_would_have_joined_by():
    text = hindered(remark("agent_named_case", agent="ewa"), remark("closed_too_long", day="2026-01-02"))
    assert [(one.code, dict(one.values)) for one in find_remarks(text)] == [
        ("agent_named_case", {"agent": "ewa"}),
        ("closed_too_long", {"day": "2026-01-02"}),
    ]


@pytest.mark.parametrize(
    "text",
    ["", "It was mended somehow.", "somebody said so, which was marked as spam", "no rule joined it, which is odd"],
)
def test_a_sentence_of_an_earlier_version_stays_as_it_was_written(text):
    assert find_remarks(text) == (Remark(text),)


def test_what_hindered_the_reading_of_pages_is_told_sentence_by_sentence():
    text = " ".join([remark("recognition_not_here"), remark("pages_not_looked_at", left=3, pages=53)])
    assert [one.code for one in find_each_remark(text)] == ["recognition_not_here", "pages_not_looked_at"]


def test_why_nothing_was_sent_has_its_code_though_it_ends_as_a_sentence():
    (found,) = find_remarks(f"{remark('wants_no_surveys')}.")
    assert found.code == "wants_no_surveys"


def test_what_a_carrier_says_itself_stays_as_it_was_said():
    said = "MessageRejected: Address is not verified. Wait."
    assert find_remarks(said) == (Remark(said),)


def test_a_sentence_in_a_value_is_a_value():
    text = remark("type_told_wrongly", name="A: sent as B", sent_as="text/plain", bytes_are="image/png\nline")
    (found,) = find_remarks(text)
    assert (found.code, found.values["bytes_are"]) == ("type_told_wrongly", "image/png\nline")


def test_the_console_tells_each_in_every_language_with_the_same_values():
    for path in Path("console/texts").glob("*.json"):
        texts = json.loads(path.read_text())
        told = {code: set(re.findall(r"\{(\w+)\}", texts.get(f"remark.{code}", "-"))) for code in SENTENCES}
        assert told == {code: set(values_of(code)) for code in SENTENCES}, path.name
        assert {key for key in texts if key.startswith("remark.")} == {f"remark.{code}" for code in SENTENCES}
