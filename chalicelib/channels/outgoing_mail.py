"""Writes a mail: header and body as bytes, the same every time. Seven-bit throughout, so that nothing on the way has to
change it (RFC 5322, 2045 to 2047, 2231).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import quoprimime

from chalicelib.content import limits
from chalicelib.content.plain_text import one_line
from chalicelib.domain.errors import SendingRefused
from chalicelib.domain.messages import Attachment
from chalicelib.domain.remarks import remark

CRLF = "\r\n"
WISHED_LINE = 78  # RFC 5322, 2.1.1: without the line end, at most 998 and better at most this
_LONGEST_LINE = 998
_ENCODED_LINE = 76
_AROUND_ENCODED = len("=?utf-8?B??=")
_LINE = re.compile(r"[\t -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_MESSAGE_ID = re.compile(r"[!-;=?-~]+")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+(?:; ?charset=\"?[a-z0-9_.:-]+\"?)?")
_MOST_REFERENCES = 20
# RFC 2231, 7
_ATTRIBUTE_CHARS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`{|}~")
_BASE64_LINE = 57  # bytes, of which base 64 makes 76 characters
_NAME_PIECE = 50


@dataclass(frozen=True, slots=True)
class Field:
    """One header field. `lines`: of its value, as they are folded."""

    name: str
    lines: tuple[str, ...]


def text_field(name: str, text: str) -> Field:
    """Unstructured text, such as a subject. What looks like an encoded word would be decoded, so it is encoded, too."""
    if text.isascii() and "=?" not in text:
        return Field(name, tuple(_folded(text, WISHED_LINE - len(name) - 2)))
    return Field(name, tuple(_encoded_words(text, name)))


def mailbox_field(name: str, display_name: str, address: str) -> Field:
    if not display_name:
        return Field(name, (address,))
    if not display_name.isascii() or "=?" in display_name:
        return Field(name, (*_encoded_words(display_name, name), f"<{address}>"))
    if _ATOMS.fullmatch(display_name):
        return Field(name, (*_folded(display_name, WISHED_LINE - len(name) - 2), f"<{address}>"))
    escaped = display_name.replace("\\", "\\\\").replace('"', '\\"')
    return Field(name, (f'"{escaped}"', f"<{address}>"))


def ids_field(name: str, ids: Sequence[str]) -> Field | None:
    """Message ids, each on its own line and never broken: the first and the newest, if there are very many."""
    known = [f"<{one}>" for one in ids if _MESSAGE_ID.fullmatch(one) and len(one) < _LONGEST_LINE - WISHED_LINE]
    kept = known if len(known) <= _MOST_REFERENCES else [known[0], *known[1 - _MOST_REFERENCES :]]
    return Field(name, tuple(kept)) if kept else None


def write_mail(fields: Sequence[Field], boundary: str, text: str, page: str, files: Sequence[Attachment]) -> bytes:
    r"""`text` with `\n` line ends, `page` the same as HTML, "" for none. `boundary`: unique to the mail; `=_` before it
    keeps it out of quoted-printable and of base 64.
    """
    plain = _text_part("text/plain", text)
    head, body = _multipart("alternative", f"=_{boundary}-a", [plain, _text_part("text/html", page)])
    if files:
        words = CRLF.join([*head, "", body]) if page else plain
        whole = [words, *(_file_part(file, at) for at, file in enumerate(files, 1))]
        head, body = _multipart("mixed", f"=_{boundary}-m", whole)
    lines = [*_header_lines(fields), "MIME-Version: 1.0", *head, "", body]
    return CRLF.join(lines).encode("ascii")


def _header_lines(fields: Sequence[Field]) -> Iterator[str]:
    for field in fields:
        for at, value in enumerate(field.lines):
            line = f" {value}" if at else f"{field.name}: {value}"
            if not _LINE.fullmatch(line) or len(line) > _LONGEST_LINE:
                raise SendingRefused(remark("mail_field_not_one_line", field=field.name), temporary=False)
            yield line


def _folded(text: str, first: int) -> Iterator[str]:
    """At blanks, where there are any; what is folded is put together again as it was."""
    line, room = "", first
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > room:
            yield line
            line, room = word, WISHED_LINE - 1
        else:
            line = f"{line} {word}" if line else word
    yield line


def _encoded_words(text: str, name: str) -> Iterator[str]:
    """In base 64, which may stand anywhere (RFC 2047, 5). No letter is cut in two, no word is longer than 75 characters
    and no line than 76 (RFC 2047, 2).
    """
    word, room = b"", _ENCODED_LINE - len(name) - len(": ")
    for letter in text:
        encoded = letter.encode()
        if len(word) + len(encoded) > (room - _AROUND_ENCODED) // 4 * 3:
            yield _encoded_word(word)
            word, room = b"", _ENCODED_LINE - 1
        word += encoded
    yield _encoded_word(word)


def _encoded_word(data: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(data).decode()}?="


def _multipart(kind: str, boundary: str, parts: Sequence[str]) -> tuple[list[str], str]:
    head = [f"Content-Type: multipart/{kind};", f' boundary="{boundary}"']
    return head, "".join(f"--{boundary}{CRLF}{part}{CRLF}" for part in parts) + f"--{boundary}--{CRLF}"


def _text_part(media_type: str, text: str) -> str:
    octets = text.encode().decode("latin-1")  # the library encodes what stands for octets
    body = quoprimime.body_encode(octets, eol=CRLF)
    head = [f"Content-Type: {media_type}; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"]
    return CRLF.join([*head, "", body])


def _file_part(file: Attachment, number: int) -> str:
    data = file.data
    pieces = (data[at : at + _BASE64_LINE] for at in range(0, len(data), _BASE64_LINE))
    head = [
        f"Content-Type: {_media_type(file.content_type)}",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;",
        *_file_name(one_line(file.name, limits.LONGEST_FILE_NAME) or f"attachment-{number}"),
    ]
    return CRLF.join([*head, "", *(base64.b64encode(piece).decode() for piece in pieces)])


def _media_type(said: str) -> str:
    """A mail inside of a mail may not be base 64 (RFC 2046, 5.2.1); what is no type is any bytes."""
    known = said.lower()
    composite = known.startswith(("multipart/", "message/"))
    return known if _MEDIA_TYPE.fullmatch(known) and not composite else "application/octet-stream"


def _file_name(name: str) -> list[str]:
    """RFC 2231: as it is if that is possible, else percent-encoded, in pieces if it is long."""
    if name.isascii() and len(name) <= _NAME_PIECE and not set(name) & set('"\\%'):
        return [f' filename="{name}"']
    encoded = _percent_encoded(name)
    if len(encoded) <= _NAME_PIECE:
        return [f" filename*=utf-8''{encoded}"]
    first, *others = _pieces(name)
    lines = [f" filename*{at}*={piece}" for at, piece in enumerate([f"utf-8''{first}", *others])]
    return [*(f"{line};" for line in lines[:-1]), lines[-1]]


def _pieces(name: str) -> Iterator[str]:
    piece = ""
    for letter in name:
        encoded = _percent_encoded(letter)
        if len(piece) + len(encoded) > _NAME_PIECE:
            yield piece
            piece = ""
        piece += encoded
    yield piece


def _percent_encoded(text: str) -> str:
    return "".join(chr(octet) if octet in _ATTRIBUTE_CHARS else f"%{octet:02X}" for octet in text.encode())
