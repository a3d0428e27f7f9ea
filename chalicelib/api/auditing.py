"""Every call of staff and of services is recorded before anything else happens: no read without a trace of it."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib import wiring
from chalicelib.domain.access import Action, allows
from chalicelib.domain.audit import AuditRecord, is_audited
from chalicelib.domain.errors import Forbidden
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.principals import Principal


def record_call(
    principal: Principal,
    action: Action,
    operation: str,
    parameters: Mapping[str, str],
    source: str,
    request_id: str,
) -> None:
    """Whether it is allowed is recorded; what came of it stands in the thread. Raises StorageUnavailable: then the call
    fails.
    """
    if not is_audited(principal):
        return
    ports = wiring.hub().ports
    now = ports.now()
    record = AuditRecord(
        id=ulid(now, ports.randomness(10)),
        at=now,
        principal=principal.id,
        subject=principal.subject,
        name=principal.name,
        roles=tuple(sorted(principal.roles)),
        operation=operation,
        parameters=parameters,
        source=source,
        request=request_id,
        refused="" if allows(principal, action) else Forbidden.code,
    )
    ports.audit.append(record)
