"""Mails as clients lay them out, in the words of one language, with what every line of them is.

`samples/languages/<code>.txt` holds the words: what Gmail, Apple Mail, Thunderbird, Outlook and Samsung Mail write into
a mail in that language, and some sentences of a customer and of an agent.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.content.marked_lines import Line, Sample, forwarded, marked

ADDRESS = "help@shop.example"
CUSTOMER = "customer@example.org"
RULE = "________________________________"
TIME = "Mon, 23 Nov 2026 09:12:04 +0100"
WRAPPED_AT = 66

Words = dict[str, list[str]]


def words_of(file: Path) -> Words:
    words: Words = {}
    for line in file.read_text().splitlines():
        name, _, value = line.partition(": ")
        words.setdefault(name, []).append(value)
    known = {"agent": words["agent"][0], "subject": words["subject"][0], "address": ADDRESS}
    return {name: [_filled(value, known) for value in values] for name, values in words.items()}


def _filled(text: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def mails_in(words: Words) -> Iterator[Sample]:
    yield from _answers(words)
    yield from _forwards(words)


def _answers(words: Words) -> Iterator[Sample]:
    own = marked("v", *words["text"])
    closing = marked("s", *words.get("closing", []), *(words["me"] if "closing" in words else []))
    first, last = words["quote"]
    cited = marked("q", f"> {first}", ">", f"> {last}")
    bare = marked("q", first, "", last)
    subject = f"Re: {words['subject'][0]}"

    def answer(name: str, *blocks: list[Line], subject: str = subject) -> Sample:
        return Sample(name, [line for block in blocks if block for line in [*block, ("", "")]], subject, answers=True)

    for attribution in words["gmail"]:
        yield answer("Gmail", own, closing, marked("q", attribution), cited)
        yield answer("Gmail, below", marked("q", attribution), cited, own)
        yield answer("Gmail, unmarked", own, marked("q", attribution), bare)
        longer = attribution.replace(words["agent"][0], f"{words['agent'][0]} – Online Shop Example International")
        yield answer("Gmail, wrapped", own, marked("q", *_wrapped(longer)), cited)
    apple, phone = marked("q", *words["apple"]), marked("s", *words["apple phone"])
    yield answer("Apple Mail", own, closing, [*_cited(apple), *cited])
    yield answer("iPhone", own, phone, [*_cited(apple), *cited])
    yield answer("iPhone, attribution as text", own, phone, apple, cited)
    thunderbird = words["thunderbird"]
    yield answer("Thunderbird, below", marked("q", *thunderbird) + cited, own)
    yield answer("Thunderbird, above", own, marked("q", *thunderbird) + cited)
    between = [*thunderbird, f"> {first}", "", words["text"][0], "", f"> {last}", "", *words["text"][1:]]
    yield answer("Thunderbird, between", marked("v", *between))
    header = marked("q", *words["outlook"])
    prefixed = f"{words['outlook answer prefix'][0]}: {words['subject'][0]}"
    bold = marked("q", *(f"*{line.partition(':')[0]}:*{line.partition(':')[2]}" for line in words["outlook"]))
    yield answer("Outlook", own, closing, header, bare, subject=prefixed)
    yield answer("Outlook, bold labels", own, bold, bare, subject=prefixed)
    yield answer("Outlook, plain text", own, marked("q", *words["outlook original"]) + header, bare, subject=prefixed)
    yield answer("Outlook on the web", own, marked("q", RULE) + header, bare, subject=prefixed)
    phone = marked("s", *words["outlook mobile"]) + marked("q", RULE)
    yield answer("Outlook mobile", own, phone + header, bare, subject=prefixed)
    values = (f"{words['agent'][0]} <{ADDRESS}>", words["date"][0], CUSTOMER, words["subject"][0])
    samsung = marked("q", *words["samsung original"], *_fields(words["samsung labels"][0], values))
    yield answer("Samsung Mail", own, marked("s", *words["samsung phone"]), samsung, bare)


def _forwards(words: Words) -> Iterator[Sample]:
    note = [*marked("v", words["text"][-1]), ("", "")]
    first, last = words["quote"]
    subject, date, agent = words["subject"][0], words["date"][0], f"{words['agent'][0]} <{ADDRESS}>"

    def forward(name: str, header: list[Line], body: list[Line], prefix: str = "Fwd", sent_at: str = date) -> Sample:
        told = forwarded(words["agent"][0], ADDRESS, subject, sent_at)
        return Sample(name, [*note, *header, *body], f"{prefix}: {subject}", forward=told)

    body = marked("b", "", first, "", last)
    gmail = (f"{words['gmail forward'][0]}: {agent}", f"Date: {date}", f"Subject: {subject}", f"To: <{CUSTOMER}>")
    yield forward("Gmail, forward", marked("h", "---------- Forwarded message ---------", *gmail), body)
    apple = marked("h", *words["apple forward"], "")
    apple += marked("h", *_fields(words["apple labels"][0], (agent, subject, date, CUSTOMER)))
    yield forward("Apple Mail, forward", apple, body)
    yield forward("Apple Mail, forward as a quote", _cited(apple), _cited(body))
    thunderbird = _fields(words["thunderbird labels"][0], (subject, TIME, agent, CUSTOMER))
    thunderbird = [*words["thunderbird forward"], *(line.replace(": ", ": \t") for line in thunderbird)]
    yield forward("Thunderbird, forward", marked("h", *thunderbird), body, sent_at=TIME)
    header = marked("h", *words["outlook"])
    sent_at = words["outlook"][1].partition(": ")[2]
    yield forward("Outlook, forward", header, body, words["outlook forward prefix"][0], sent_at)
    yield forward("Outlook on the web, forward", marked("h", RULE) + header, body, "Fw", sent_at)


def _fields(labels: str, values: tuple[str, ...]) -> list[str]:
    return [f"{label}: {value}" for label, value in zip(labels.split(" | "), values, strict=True)]


def _cited(lines: list[Line]) -> list[Line]:
    mark = next(mark for mark, _ in lines if mark)
    return [(mark, f"> {text}".rstrip()) for _, text in lines]


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > WRAPPED_AT:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
