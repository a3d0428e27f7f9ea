"""From the bytes of a mail to its text, its HTML and its files.

A part that is broken is replaced by what could be read of it and named in `repairs`; only the limits raise Unparsable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.content import limits
from chalicelib.content.binhex import unpack_binhex
from chalicelib.content.charsets import codec_for, decode, most_likely_codec
from chalicelib.content.encoded_words import decode_field
from chalicelib.content.file_names import harmless_name
from chalicelib.content.file_types import honest_type, told_wrongly
from chalicelib.content.flowed import unflow
from chalicelib.content.headers import Header, read_header
from chalicelib.content.html import declared_charset, text_of
from chalicelib.content.html_marks import NO_MARKS, Marks, joined
from chalicelib.content.parameters import parameters
from chalicelib.content.parts import Part, split, walk
from chalicelib.content.plain_text import one_line
from chalicelib.content.transfer import undo_transfer_encoding, without_uuencoded
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.messages import Attachment
from chalicelib.domain.remarks import remark

_TEXT_KINDS = frozenset({"text/plain", "text/html"})
# Further dresses of the words that stand beside them: AMP pages, enriched text, a page for watches.
_SAME_WORDS = frozenset({"text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html"})
_BINHEX_KINDS = frozenset({"application/mac-binhex40", "application/binhex", "application/binhex4"})
_TNEF_KINDS = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


@dataclass(frozen=True, slots=True)
class Mail:
    """`kind` and `parameters`: the media type of the whole. `text`: everything readable, from HTML if need be, and
    `marks` what the HTML says about its lines. `html`: the HTML version as it came, "" when there is none.
    """

    header: Header
    kind: str
    parameters: Mapping[str, str]
    text: str
    attachments: tuple[Attachment, ...]
    repairs: tuple[str, ...]
    marks: Marks = NO_MARKS
    html: str = ""


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a mail. `read`: it is part of what is read; else it is only the HTML version of what is."""

    kind: str
    text: str
    read: bool = True


def read_mail(raw: bytes) -> Mail:
    """Messages inside the message are attachments, whole and unread. Raises Unparsable."""
    whole = split(raw)
    reader = _Reader(raw, list(whole.repairs))
    texts = reader.texts(whole.root, named_is_file=False)
    text, marks = reader.joined(texts if _say_something(texts) else [*texts, *reader.texts_of_tnef()])
    header = _readable_header(whole.root, reader.repairs)
    return Mail(
        header=header,
        kind=whole.root.kind,
        parameters=whole.root.parameters,
        text=text,
        attachments=_each_once(reader.attachments),
        repairs=tuple(dict.fromkeys(reader.repairs))[: limits.MOST_REPAIRS],
        marks=marks,
        html="\n".join(one.text for one in texts if one.kind == "text/html"),
    )


class _Reader:
    def __init__(self, raw: bytes, repairs: list[str]) -> None:
        self._raw = raw
        self.repairs = repairs
        self.attachments: list[Attachment] = []
        self._tnef_texts: list[_Text] = []
        self._bytes_read = 0

    def texts(self, part: Part, *, named_is_file: bool) -> list[_Text]:
        """The texts under a part, in order; everything else under it becomes an attachment. As deep as `MOST_DEPTH`."""
        if part.kind == "multipart/alternative" and part.parts:
            return self._alternative(part.parts)
        if part.kind == "multipart/related" and part.parts:
            return self._related(part)
        if part.parts:
            return [text for one in part.parts for text in self.texts(one, named_is_file=True)]
        try:
            disposition, name = _filing(part)
            is_file = part.kind not in _TEXT_KINDS or disposition == "attachment" or (name and named_is_file)
            if not is_file and self._bytes_read > limits.MOST_TEXT:
                self._note(remark("more_text_in_files"))
                is_file = True
            if is_file:
                self._attach(part, name)
                return []
            return [_Text(part.kind, self._text(part))]
        except Unparsable:
            raise
        except Exception as error:  # noqa: BLE001 (whatever a part does to its reader, the others are still read)
            self._note(remark("part_unreadable", error=type(error).__name__))
            self._add("", "application/octet-stream", self._raw[part.start : part.end])
            return []

    def texts_of_tnef(self) -> list[_Text]:
        """What a mail says that holds nothing but a winmail.dat."""
        return self._tnef_texts

    def joined(self, texts: Sequence[_Text]) -> tuple[str, Marks]:
        """All that is read, one text after the other."""
        pieces: list[tuple[str, Marks]] = []
        for one in texts:
            if not one.read:
                continue
            piece = self._page(one.text) if one.kind == "text/html" else (one.text, NO_MARKS)
            if one.kind == "text/plain" or not any(_same_words(piece[0], before) for before, _ in pieces):
                pieces.append(piece)
        return joined(pieces)

    def _page(self, source: str) -> tuple[str, Marks]:
        try:
            page = text_of(source)
        except Exception as error:  # noqa: BLE001 (the rest of the mail is still read, and the page is kept)
            self._note(remark("html_unreadable", error=type(error).__name__))
            self._add("", "text/html", source.encode())
            return "", NO_MARKS
        self._note(page.repair)
        return page.text, page.marks

    def _alternative(self, parts: list[Part]) -> list[_Text]:
        """Plain text is what the person wrote; HTML is its dress. HTML counts where the plain version is empty."""
        versions = [self.texts(part, named_is_file=False) for part in parts if part.kind not in _SAME_WORDS]
        filled = [texts for texts in versions if any(one.text.strip() for one in texts)]
        plain = next((texts for texts in filled if all(one.kind == "text/plain" for one in texts)), None)
        chosen = plain or next(iter(filled), [])
        pages = [one for texts in filled if texts is not chosen for one in texts if one.kind == "text/html"]
        if not versions:
            return [text for part in parts for text in self.texts(part, named_is_file=False)]
        return [*chosen, *(replace(page, read=False) for page in pages)]

    def _related(self, part: Part) -> list[_Text]:
        """The page, and the pictures that it shows (RFC 2387): what follows the page is a file even if it is text."""
        start = part.parameters.get("start", "").strip("<> ")
        root = next((one for one in part.parts if start and _content_id(one) == start), part.parts[0])
        page = self.texts(root, named_is_file=False)
        for other in part.parts:
            if other is root:
                continue
            if other.parts or not page:
                page.extend(self.texts(other, named_is_file=True))
            else:
                self._attach(other, _filing(other)[1])
        return page

    def _text(self, part: Part) -> str:
        data = self._body(part)
        if len(data) > limits.LONGEST_TEXT_PART:
            self._note(remark("text_too_long"))
            self._add("", part.kind, data)
            data = data[: limits.LONGEST_TEXT_PART]
        self._bytes_read += len(data)
        charset = part.parameters.get("charset", "")
        if part.kind == "text/html":
            page = decode(data, charset or declared_charset(data))
            self._note(page.repair)
            return page.text
        plain = decode(data, charset)
        self._note(plain.repair)
        text, files = without_uuencoded(plain.text)
        for name, content in files:
            self._add(name, "application/octet-stream", content)
        if part.parameters.get("format", "").lower() != "flowed":
            return text
        return unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")

    def _attach(self, part: Part, name: str) -> None:
        data = self._body(part)
        if part.kind in _BINHEX_KINDS and (unpacked := unpack_binhex(data)):
            self._add(name or unpacked[0], "application/octet-stream", unpacked[1], _content_id(part))
            return
        if part.kind == "message/rfc822" and not name:
            name = _subject_of(data)
        self._add(name, part.kind, data, _content_id(part))
        if part.kind in _TNEF_KINDS or name.lower() == "winmail.dat":
            self._unpack_tnef(data)

    def _add(self, name: str, kind: str, data: bytes, content_id: str = "") -> None:
        is_ = honest_type(kind, data) if data else kind
        harmless = harmless_name(name, is_, len(self.attachments) + 1)
        self._note(told_wrongly(harmless, kind, is_))
        self.attachments.append(Attachment(harmless, is_, data, content_id))

    def _unpack_tnef(self, data: bytes) -> None:
        from chalicelib.content.tnef import read_tnef  # one mail in thousands has one

        tnef = read_tnef(data)
        self._note(tnef.repair)
        for name, content in tnef.files:
            self._add(name, "application/octet-stream", content)
        if tnef.text.strip():
            self._tnef_texts.append(_Text("text/plain", tnef.text[: limits.LONGEST_TEXT_PART]))
        elif tnef.html.strip():
            self._tnef_texts.append(_Text("text/html", tnef.html[: limits.LONGEST_TEXT_PART]))

    def _body(self, part: Part) -> bytes:
        encoding = part.header.word("content-transfer-encoding").strip("\"'")
        body = undo_transfer_encoding(self._raw[part.start : part.end], encoding)
        self._note(body.repair)
        return body.data

    def _note(self, *repairs: str) -> None:
        self.repairs.extend(repair for repair in repairs if repair)


def _say_something(texts: Sequence[_Text]) -> bool:
    return any(one.text.strip() for one in texts)


def _readable_header(root: Part, repairs: list[str]) -> Header:
    """Raw letters in the header, which names no character set, as UTF-8: most likely they are in that of the text."""
    raw = [value for _, value in root.header.fields if not value.isascii() and not _is_utf8(value)]
    if not raw:
        return root.header
    declared = next((label for part in walk(root) if _is_charset_of_letters(label := _charset(part))), "")
    label = declared or most_likely_codec(b"\n".join(raw))
    repairs.append(remark("header_charset_guessed", charset=label))
    fields = (
        (name, value if _is_utf8(value) else decode(value, label).text.encode()) for name, value in root.header.fields
    )
    return Header(tuple(fields), root.header.repairs)


def _charset(part: Part) -> str:
    return part.parameters.get("charset", "") if part.kind.startswith("text/") else ""


def _is_charset_of_letters(label: str) -> bool:
    return codec_for(label) not in {None, "utf-8"}


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _same_words(one: str, other: str) -> bool:
    """Some senders put both versions of a text into one mail without saying that they are versions."""
    return bool(one.strip()) and one.split() == other.split()


def _each_once(files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Some programs name a file again without its content; the second time it says nothing."""
    empty = {file.name: file for file in reversed(files) if not file.data}
    return tuple(file for file in files if file.data or empty[file.name] is file)


def _filing(part: Part) -> tuple[str, str]:
    """How the sender wants it shown (`inline`, `attachment` or ""), and under which name."""
    disposition, said = parameters(part.header.first("content-disposition"))
    return disposition, said.get("filename") or part.parameters.get("name", "")


def _content_id(part: Part) -> str:
    return one_line(decode(part.header.first("content-id")).text, limits.LONGEST_MESSAGE_ID).strip("<> ")


def _subject_of(message: bytes) -> str:
    """A file name for a message inside the message."""
    header, _ = read_header(message, 0, lambda _: False)
    subject = one_line(decode_field(header.first("subject")).text, limits.LONGEST_FILE_NAME - 4)
    return f"{subject}.eml" if subject else ""
