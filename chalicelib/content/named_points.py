"""Addresses that somebody wrote into a message as their own: what may be a customer's, and proves nothing."""

from __future__ import annotations

import re
import unicodedata

from chalicelib.content.addresses import email_point, phone_point
from chalicelib.domain.contact_points import ContactPoint, PointKind

MOST_NAMED = 5
LONGEST_READ = 2_000  # characters: a signature, not a letter

_EMAIL = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[a-z0-9.-]{3,190}", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w+])\+?\d[\d ()/-]{7,18}\d(?!\w)")
_DOTS_ARE_NOTHING = {"gmail.com", "googlemail.com"}


def points_named_in(text: str, country: str) -> tuple[ContactPoint, ...]:
    """The first few e-mail addresses and telephone numbers."""
    text = text[-LONGEST_READ:]
    found = [email_point(match[0].rstrip(".")) for match in _EMAIL.finditer(text)]
    found += [phone_point(match[0], country) for match in _PHONE.finditer(text)]
    return tuple(dict.fromkeys(point for point in found if point))[:MOST_NAMED]


def mailbox_behind(point: ContactPoint) -> str:
    """The mailbox that an address with a tag probably leads to. Only ever for suggestions: it is the provider's rule,
    and another provider's mailboxes with a plus are different people's.
    """
    if point.kind is not PointKind.EMAIL:
        return ""
    local, _, domain = point.value.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTS_ARE_NOTHING:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def full_name_in(name: str) -> str:
    """A name that says who somebody is, evened out: at least two words of letters. "" for anything less."""
    words = re.findall(r"[^\W\d_]{2,}", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(sorted(words)) if len(words) > 1 else ""
