"""Who makes a call, as a verified access token says it. What they may do is decided in `access.py`.

Apart from that, because the authorizer makes principals and knows nothing of what they ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AUDITOR = "auditor"
    CUSTOMER = "customer"
    SERVICE = "service"


class Scope(StrEnum):
    """What a service may be let do. An action that none of them covers is for people."""

    ATTRIBUTES_WRITE = "attributes.write"  # write what another system knows of customers
    CASES_READ = "cases.read"
    CASES_WRITE = "cases.write"
    CONTACTS_WRITE = "contacts.write"  # log what was said on a telephone, in a letter or in person
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    MESSAGES_WRITE = "messages.write"  # write to customers


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a call: `<issuer>|<subject>` of a verified access token, with its roles.

    `expires_at`: when the token does. `teams`: those that the token names. `scopes`: of a service's token.
    `email`, `phone`: as the token gives them, and only where it says that its issuer has verified them; else "".
    """

    issuer: str
    subject: str
    roles: frozenset[Role]
    name: str = ""
    email: str = ""
    phone: str = ""
    teams: tuple[str, ...] = ()
    scopes: frozenset[Scope] = frozenset()
    expires_at: datetime | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        return f"{self.issuer}|{self.subject}"


def subject_in(id_: str) -> str:
    """Of an id of a principal. An issuer is an address, which has no `|`; a subject may have some."""
    return id_.partition("|")[2]
