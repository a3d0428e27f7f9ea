"""Reads the people out of From, To and Cc, one letter after the other, and notices when a field can be read two ways.

The library's parsers disagree with each other and between Python versions on hostile fields, and whoever wins decides
who somebody is (CVE-2023-27043); a field that is not plainly one thing is `doubtful`. RFC 5322, 3.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chalicelib.content import limits
from chalicelib.content.charsets import decode
from chalicelib.content.encoded_words import decode_words
from chalicelib.content.headers import Header
from chalicelib.content.plain_text import one_line
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.remarks import remark

_ROUTE = re.compile(r"^(?:@[^@:,]+,?)+:")  # `<@relay.example:anna@example.pl>`: RFC 5322, 4.4
_BLANKS_WITHIN = re.compile(r"\s*([.@])\s*")  # RFC 5322, 4.4: `anna @ example . pl`
_COMMENT = re.compile(r"\([^()<>]*\)")
_LOCAL = r"[^\s\"<>(),:;@\\\[\]]+"
_ADDRESS = re.compile(rf"{_LOCAL}@{_LOCAL}")
# One mailbox, in the two forms that nearly all fields have and that no two readers read differently.
_ONE_PLAIN_MAILBOX = re.compile(
    rf"\s*(?:(?:\"([^\"\\@\r\n]*)\"|([^\"<>(),:;@\\\[\]\r\n]*?))\s*<({_LOCAL}@{_LOCAL})>|({_LOCAL}@{_LOCAL}))\s*"
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`address` as written, not yet checked; "" when there is none."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """`doubtful` says in words why two readers could see different people here, or is ""."""

    mailboxes: tuple[Mailbox, ...]
    doubtful: str = ""


_NOBODY = Mailboxes(())


def parse_mailboxes(value: bytes) -> Mailboxes:
    """Addresses of groups count like all others. Raises Unparsable past the limit for one mail."""
    if not value:
        return _NOBODY  # most mails have neither Cc nor Sender nor Reply-To
    if value.isascii() and b"=?" not in value:
        plain = _plain_mailboxes(value.decode("ascii"))
        if plain is not None:
            return Mailboxes(plain)
    reader = _Reader()
    for letter in decode(value).text:
        reader.take(letter)
    reader.end_of_field()
    return Mailboxes(tuple(reader.found), reader.doubtful)


def _plain_mailboxes(text: str) -> tuple[Mailbox, ...] | None:
    """The fast way for what nearly all fields are: some mailboxes with commas between them. None for all else."""
    found: list[Mailbox] = []
    at = 0
    while plain := _ONE_PLAIN_MAILBOX.match(text, at):
        quoted, phrase, address, bare = plain.groups()
        found.append(Mailbox(_unquoted(one_line(quoted or phrase or "", limits.LONGEST_NAME)), address or bare))
        if len(found) > limits.MOST_ADDRESSES:
            return None
        at = plain.end() + 1
        if at > len(text):
            return tuple(found)
        if text[at - 1] != ",":
            return None
    return None


@dataclass(slots=True)
class _Reader:
    """What has been read of the present mailbox. `where` is the construct that the next letter stands in."""

    found: list[Mailbox] = field(default_factory=list)
    doubtful: str = ""
    where: str = ""  # "", "quote", "comment" or "angle"
    escaped: bool = False
    depth: int = 0
    commented: bool = False
    at_sign: bool = False  # outside of quotes, comments and angle brackets
    special: bool = False  # there too: a letter that RFC 5322, 3.2.3, allows in quotes only, and that parsers part at
    phrase: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    angle: list[str] | None = None

    def take(self, letter: str) -> None:
        if self.where == "quote":
            self._in_quote(letter)
        elif self.where == "comment":
            self._in_comment(letter)
        elif self.where == "angle":
            self._in_angle(letter)
        else:
            self._outside(letter)

    def end_of_field(self) -> None:
        if self.where:
            self._doubt(f"an opening {self.where} is not closed")
        self._end_of_mailbox()

    def _outside(self, letter: str) -> None:
        if letter in ",;":
            self._end_of_mailbox()
        elif letter == ":" and self.angle is None:  # what stood before was the name of a group
            if self.at_sign or "@" in decode_words("".join(self.phrase)).text:
                self._doubt("the name of a group holds an address")
            self.phrase, self.bare, self.at_sign = [], [], False
        elif letter == '"':
            self.where = "quote"
            self.bare.append(letter)
        elif letter == "(":
            self.where, self.depth, self.commented = "comment", 1, True
        elif letter == "<":
            if self.angle is not None:
                self._doubt("a mailbox has two addresses")
            self.where, self.angle = "angle", []
        elif letter in ")>":
            self._doubt(f"{letter!r} closes nothing")
        else:
            if (self.angle is not None or (self.at_sign and self.commented)) and not letter.isspace():
                self._doubt("there is text after the address")
            self.at_sign = self.at_sign or letter == "@"
            self.special = self.special or letter in "[]\\"
            self.phrase.append(letter)
            self.bare.append(letter)

    def _in_quote(self, letter: str) -> None:
        self.bare.append(letter)
        if letter == "@" and self.angle is not None:
            self._doubt("there is another address after the address")
        if self.escaped or letter not in '"\\':
            self.phrase.append(letter)
            self.escaped = False
        elif letter == "\\":
            self.escaped = True
        else:
            self.where = ""

    def _in_comment(self, letter: str) -> None:
        if self.escaped:
            self.escaped = False
        elif letter == "\\":
            self.escaped = True
            return
        elif letter == "(":
            self.depth += 1
        elif letter == ")":
            self.depth -= 1
            if not self.depth:
                self.where = ""
                return
        self.comment.append(letter)

    def _in_angle(self, letter: str) -> None:
        if letter == ">":
            self.where = ""
        elif letter in "<,;()" and self.angle is not None:
            self._doubt(f"{letter!r} stands inside the angle brackets")
            self.angle.append(letter)
        elif self.angle is not None:
            self.angle.append(letter)

    def _end_of_mailbox(self) -> None:
        bare = "".join(self.bare).strip()
        phrase = "".join(self.phrase)
        name = one_line(decode_words(phrase).text, limits.LONGEST_NAME)
        is_odd = self.special or ("=?" in phrase and set(bare) & set('\\[]"'))
        if "@" in name and not self.at_sign and (self.angle is None or is_odd):
            self._doubt("a name could be taken for the address")
        if self.angle is not None:
            address = _ROUTE.sub("", _BLANKS_WITHIN.sub(r"\1", _COMMENT.sub("", "".join(self.angle)).strip()))
            address = address.removeprefix("mailto:")
            if self.at_sign and bare.strip("'").lower() != address.lower():
                self._doubt("the name holds another address")
        elif self.at_sign:
            name, address = "", _BLANKS_WITHIN.sub(r"\1", bare)
            if "=?" in address:
                self._doubt("the address is encoded")  # RFC 2047, 5 (3), forbids it, and some decode it all the same
        else:
            address = ""
        if (not address and "@" in name) or (self.angle is None and " " in address and '"@' not in address):
            name, address = self._without_brackets(name or one_line(address, limits.LONGEST_NAME))
        if address or name:
            comment = one_line(decode_words("".join(self.comment)).text, limits.LONGEST_NAME)
            self._add(Mailbox(_unquoted(name) or comment, address))
        self.phrase, self.bare, self.comment = [], [], []
        self.angle, self.at_sign, self.escaped, self.depth, self.where = None, False, False, 0, ""
        self.commented = self.special = False

    def _without_brackets(self, text: str) -> tuple[str, str]:
        """`Anna anna@example.pl`, and a whole mailbox that was encoded as one word."""
        before, _, last = text.rpartition(" ")
        address = last.strip("<>()[]\"'")
        if not _ADDRESS.fullmatch(address):
            self._doubt("a name could be taken for the address")
            return text, ""
        self._doubt("the address stands in no brackets")
        return before.strip(" \"'"), address

    def _add(self, mailbox: Mailbox) -> None:
        self.found.append(mailbox)
        if len(self.found) > limits.MOST_ADDRESSES:
            raise Unparsable(remark("addresses_too_many", most=limits.MOST_ADDRESSES))

    def _doubt(self, why: str) -> None:
        self.doubtful = self.doubtful or why


def author_elsewhere(header: Header) -> tuple[Mailbox, str]:
    """Where From names nobody: the one address of the first field that could stand for it, and what was done, in words.

    Nothing binds it to the sender; it is no more than whom an answer could reach.
    """
    for name in ("sender", "reply-to", "return-path"):
        read = parse_mailboxes(header.first(name))
        written = [mailbox for mailbox in read.mailboxes if mailbox.address]
        if len(written) == 1 and not read.doubtful:
            return written[0], remark("sender_elsewhere", field=name.title())
    return Mailbox("", ""), ""


def _unquoted(name: str) -> str:
    """Outlook puts names into single quotes, which no standard knows."""
    return name[1:-1].strip() if len(name) > 2 and name[0] == name[-1] == "'" else name
