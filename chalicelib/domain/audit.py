"""Who asked for what: the record that an auditor reads. Nothing in it is a customer's own word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.principals import Principal, Role

# As long as the claims that such a record would have to answer usually last in Poland (Civil Code, article 118).
KEPT_FOR = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """`id`: a ULID, so that records sort by time. `principal`: `<issuer>|<subject>`. `parameters`: those of the path; a
    query or a body may hold what a customer said. `refused`: the code of the error where the role did not allow it.
    `request`: the id of the request, which the log and problem documents carry too.
    """

    id: str
    at: datetime
    principal: str
    subject: str
    name: str
    roles: tuple[str, ...]
    operation: str
    parameters: Mapping[str, str]
    source: str
    request: str
    refused: str = ""


# What a record may be about, as the parameter of a path names it.
ABOUT = ("customer_id", "reference")


def about(record: AuditRecord) -> str:
    """The customer or the case that the call names, "" where it names none."""
    return next((record.parameters[name] for name in ABOUT if name in record.parameters), "")


def is_audited(principal: Principal) -> bool:
    """Customers read and write what is their own."""
    return Role.CUSTOMER not in principal.roles
