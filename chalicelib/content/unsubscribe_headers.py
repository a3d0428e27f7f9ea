"""The fields by which mail programs offer to end mails of a kind: RFC 2369 (3.2) and, for one click, RFC 8058."""

from __future__ import annotations


def unsubscribe_headers(address: str, link: str) -> bytes:
    """To stand above a mail's other fields. `link`: an https URL, or "" where nobody knows how the API is reached."""
    ways = [f"<{link}>"] if link else []
    fields = [f"List-Unsubscribe: {', '.join([*ways, f'<mailto:{address}>'])}"]
    if link:
        fields.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    # Folded after the comma: a line has 998 octets at most (RFC 5322, 2.1.1), and 78 at best.
    return "".join(field.replace(", ", ",\r\n ") + "\r\n" for field in fields).encode("ascii")
