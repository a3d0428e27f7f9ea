"""Samples of mails in which every line says what it is, and the test of one.

A sample is a block of a text file: a line `== name`, options (`subject: Re: Parcel`, `answers: yes`, `ours: address`,
`forward: name | address | subject | date`), then the mail, each line behind a letter and a blank. The letters: `v` is
visible, `q` quoted, `s` signature, `h` header of a forwarded message, `b` its body. Blank lines need no letter.
In a sample of HTML the source stands between the options and a line `--`, and the text that it gives below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.content.html import text_of
from chalicelib.content.html_marks import NO_MARKS
from chalicelib.content.quotes import Divided, divide

Line = tuple[str, str]
Told = dict[str, str]


@dataclass(frozen=True)
class Sample:
    name: str
    lines: list[Line]
    subject: str = ""
    answers: bool = False
    forward: Told = field(default_factory=dict)
    ours: frozenset[str] = frozenset()
    html: str = ""

    def divided(self) -> Divided:
        text, marks = "\n".join(text for _, text in self.lines), NO_MARKS
        if self.html:
            page = text_of(self.html)
            text, marks = page.text, page.marks
        return divide(text, self.subject, answers=self.answers, ours=self.ours, marks=marks)

    def expected(self, mark: str) -> list[str]:
        return filled("\n".join(text for kind, text in self.lines if kind == mark))


def marked(mark: str, *texts: str) -> list[Line]:
    return [(mark if text else "", text) for text in texts]


def forwarded(name: str, address: str, subject: str, sent_at: str) -> Told:
    return {"sender_name": name, "sender_address": address, "subject": subject, "sent_at": sent_at}


def filled(text: str) -> list[str]:
    """Lines with nothing but marks of quotes count as empty, blanks of all kinds as one."""
    return [" ".join(line.split()) for line in text.split("\n") if line.strip("> \t\ufeff")]


def without_marks(lines: list[str]) -> list[str]:
    return [line.lstrip("> ") for line in lines if line.strip("> ")]


def samples_in(file: Path) -> Iterator[Sample]:
    for block in file.read_text().split("== ")[1:]:
        name, *lines = block.split("\n")
        options: dict[str, str] = {}
        while lines and (": " in lines[0]) and lines[0].partition(": ")[0] in {"subject", "answers", "ours", "forward"}:
            key, _, value = lines.pop(0).partition(": ")
            options[key] = value
        html = ""
        if "--" in lines:
            html = "\n".join(lines[: lines.index("--")]).strip()
            lines = lines[lines.index("--") + 1 :]
        told = forwarded(*options["forward"].split(" | ")) if "forward" in options else {}
        yield Sample(
            name,
            [(line[:1], line[2:]) if line.strip() else ("", "") for line in lines],
            options.get("subject", ""),
            answers=options.get("answers") == "yes",
            forward=told,
            ours=frozenset(options.get("ours", "").split()),
            html=html,
        )


def assert_divided_as_marked(sample: Sample) -> None:
    divided = sample.divided()
    inner = divided.forward
    assert filled(divided.visible) == sample.expected("v")
    assert filled(divided.quoted) == sample.expected("q")
    assert filled(divided.signature) == sample.expected("s")
    assert (inner is not None) == bool(sample.expected("h") or sample.expected("b"))
    if inner is not None:
        assert {name: getattr(inner, name) for name in sample.forward} == sample.forward
        assert without_marks(filled(inner.header)) == without_marks(sample.expected("h"))
        assert without_marks(filled(inner.body)) == without_marks(sample.expected("b"))
