"""From the bytes of a mail to its text and its files.

A part that is broken is replaced by what could be read of it and named in `repairs`; only the limits raise Unparsable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.content import limits
from chalicelib.content.charsets import decode
from chalicelib.content.file_names import harmless_name
from chalicelib.content.flowed import unflow
from chalicelib.content.headers import Header, parameters
from chalicelib.content.html import declared_charset, text_of
from chalicelib.content.parts import Part, split
from chalicelib.content.transfer import undo_transfer_encoding
from chalicelib.domain.messages import Attachment

_TEXT_KINDS = frozenset({"text/plain", "text/html"})


@dataclass(frozen=True, slots=True)
class Mail:
    """`kind` and `parameters`: the media type of the whole. `text`: everything readable, from HTML if need be."""

    header: Header
    kind: str
    parameters: Mapping[str, str]
    text: str
    attachments: tuple[Attachment, ...]
    repairs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    kind: str
    text: str


def read_mail(raw: bytes) -> Mail:
    """Messages inside the message are attachments, whole and unread. Raises Unparsable."""
    whole = split(raw)
    reader = _Reader(raw, list(whole.repairs))
    texts = reader.texts(whole.root, named_is_file=False)
    return Mail(
        header=whole.root.header,
        kind=whole.root.kind,
        parameters=whole.root.parameters,
        text="\n\n".join(one.text.strip("\n") for one in texts if one.text.strip()),
        attachments=tuple(reader.attachments),
        repairs=tuple(dict.fromkeys(reader.repairs))[: limits.MOST_REPAIRS],
    )


class _Reader:
    def __init__(self, raw: bytes, repairs: list[str]) -> None:
        self._raw = raw
        self.repairs = repairs
        self.attachments: list[Attachment] = []

    def texts(self, part: Part, *, named_is_file: bool) -> list[_Text]:
        """The texts under a part, in order; everything else under it becomes an attachment. As deep as `MOST_DEPTH`."""
        if part.kind == "multipart/alternative" and part.parts:
            return self._alternative(part.parts)
        if part.kind == "multipart/related" and part.parts:
            return self._related(part.parts)
        if part.parts:
            return [text for one in part.parts for text in self.texts(one, named_is_file=True)]
        disposition, name = _filing(part)
        if part.kind not in _TEXT_KINDS or disposition == "attachment" or (name and named_is_file):
            self._attach(part, name)
            return []
        return [_Text(part.kind, self._text(part))]

    def _alternative(self, parts: list[Part]) -> list[_Text]:
        """Plain text is what the person wrote; HTML is its dress. HTML counts where the plain version is empty."""
        readable: list[list[_Text]] = []
        plain: list[_Text] = []
        for part in parts:
            if plain and part.kind == "text/html" and _filing(part)[0] != "attachment":
                continue  # the same words again
            texts = self.texts(part, named_is_file=False)
            if any(one.text.strip() for one in texts):
                readable.append(texts)
                if not plain and all(one.kind == "text/plain" for one in texts):
                    plain = texts
        return plain or next(iter(readable), [])

    def _related(self, parts: list[Part]) -> list[_Text]:
        """The page, and the pictures that it shows (RFC 2387): what follows the page is a file even if it is text."""
        page = self.texts(parts[0], named_is_file=False)
        for other in parts[1:]:
            if other.parts or not page:
                page.extend(self.texts(other, named_is_file=True))
            else:
                self._attach(other, _filing(other)[1])
        return page

    def _text(self, part: Part) -> str:
        data = self._body(part)
        charset = part.parameters.get("charset", "")
        if part.kind == "text/html":
            page = decode(data, charset or declared_charset(data))
            laid_out = text_of(page.text)
            self._note(page.repair, laid_out.repair)
            return laid_out.text
        plain = decode(data, charset)
        self._note(plain.repair)
        if part.parameters.get("format", "").lower() != "flowed":
            return plain.text
        return unflow(plain.text, delete_space=part.parameters.get("delsp", "").lower() == "yes")

    def _attach(self, part: Part, name: str) -> None:
        harmless = harmless_name(name, part.kind, len(self.attachments) + 1)
        self.attachments.append(Attachment(harmless, part.kind, self._body(part)))

    def _body(self, part: Part) -> bytes:
        encoding = part.header.word("content-transfer-encoding").strip("\"'")
        body = undo_transfer_encoding(self._raw[part.start : part.end], encoding)
        self._note(body.repair)
        return body.data

    def _note(self, *repairs: str) -> None:
        self.repairs.extend(repair for repair in repairs if repair)


def _filing(part: Part) -> tuple[str, str]:
    """How the sender wants it shown (`inline`, `attachment` or ""), and under which name."""
    disposition, said = parameters(part.header.first("content-disposition"))
    return disposition, said.get("filename") or part.parameters.get("name", "")
