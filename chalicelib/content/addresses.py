"""Contact points out of what people, carriers and mail headers write: the one place that decides when two are equal.

Nothing is folded that a provider might tell apart: plus-tags and dots stay, only letter case and the spelling of
domains and numbers are evened out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import idna

from chalicelib.content import limits
from chalicelib.domain.contact_points import ContactPoint, PointKind

_HOST_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NEEDLESSLY_QUOTED = re.compile(r'"([a-z0-9!#$%&\'*+/=?^_`{|}~.-]+)"')
_PHONE_LETTERS = re.compile(r"^tel:|;ext=\d+$|[\d\s()+./–-]+")


def email_point(address: str) -> ContactPoint | None:
    """None for what is no address that could be answered."""
    local, at, domain = _composed(address).rpartition("@")
    host = _host(domain)
    if not at or not host or not local or len(local.encode()) > limits.LONGEST_LOCAL_PART:
        return None
    needless = _NEEDLESSLY_QUOTED.fullmatch(local.lower())
    mailbox = needless[1] if needless else local.lower()
    if not _is_local_part(mailbox) or len(mailbox) + len(host) >= limits.LONGEST_ADDRESS:
        return None
    return ContactPoint(PointKind.EMAIL, f"{mailbox}@{host}")


def as_written(address: str) -> str:
    """The address of a contact point with the capitals that its owner writes: only their own mail server may even them
    out (RFC 5321, 2.4). "" for what is no contact point.
    """
    point = email_point(address)
    if point is None:
        return ""
    local, _, host = point.value.rpartition("@")
    written = _composed(address).rpartition("@")[0]
    return f"{written}@{host}" if written.lower() == local else point.value


def _composed(address: str) -> str:
    stripped = address.strip()
    return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)


def phone_point(number: str, country: str, kind: PointKind = PointKind.PHONE) -> ContactPoint | None:
    """E.164 (`+48601234567`); `country` (ISO 3166) is how national numbers are read.

    None for short codes, names such as `BANK`, and numbers that no numbering plan has.
    """
    if _PHONE_LETTERS.sub("", number.strip().lower()):
        return None  # the library would read letters as a telephone keypad
    import phonenumbers  # a hundred modules of numbering plans, which mail does not need

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return ContactPoint(kind, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=256)
def _host(domain: str) -> str:
    """The ASCII form in lower case, or "". By IDNA 2008 (RFC 5891): the rules before it took faß.de for fass.de."""
    name = domain.strip().rstrip(".").lower()
    if not name.isascii() or "xn--" in name:
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    labels = name.split(".")
    return name if len(labels) > 1 and all(_HOST_LABEL.fullmatch(label) for label in labels) else ""


def _is_local_part(local: str) -> bool:
    """Letters of any script; no blanks, controls or invisible letters, which only deceive."""
    if not (local.isascii() and local.isalnum()) and any(unicodedata.category(letter)[0] in "CZ" for letter in local):
        return False
    quoted = len(local) > 1 and local.startswith('"') and local.endswith('"')
    return quoted or not set(local) & set('"(),:;<>@[\\]')
