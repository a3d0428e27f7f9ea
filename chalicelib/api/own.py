"""What the app's logged-in user reads of the own thread and cases."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, own_schemas, schemas
from chalicelib.api.customers import link_to_file
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.own_rendering import render_own_case, render_own_entry, render_profile
from chalicelib.api.paging import seal_next, start_of
from chalicelib.api.preferences import preferences_said
from chalicelib.domain.access import Action
from chalicelib.domain.errors import Conflict, KeyReused, NotFound

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/me",
    summary="Read the own data",
    action=Action.READ_OWN_THREAD,
    answers={200: own_schemas.OwnProfile},
    answer_headers=("ETag",),
    errors=(NotFound,),
)
def read_own_profile(call: Call[asked.Nothing, None]) -> Result:
    """`not_found` until the user has written for the first time."""
    profile = wiring.hub().own_profile.read(call.principal.id)
    return Result(render_profile(profile), {"ETag": f'"{profile.customer.record_version}"'})


@operation(
    bp,
    "PATCH",
    "/v1/me",
    summary="Change the own data",
    action=Action.OWN_PREFERENCES,
    body=lambda: own_schemas.ProfileChange,
    versioned=True,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def change_own_profile(call: Call[asked.Nothing, own_schemas.ProfileChange]) -> Result:
    """What is left out stays; null takes it back."""
    said, name = preferences_said(call.body), call.body.name
    wiring.hub().own_profile.change(call.principal.id, name or None, said, version=call.version, once=call.once)
    return Result()


@operation(
    bp,
    "GET",
    "/v1/me/thread",
    summary="Read the own thread",
    action=Action.READ_OWN_THREAD,
    query=own_schemas.OwnThreadWanted,
    answers={200: own_schemas.OwnThreadPage},
)
def read_own_thread(call: Call[own_schemas.OwnThreadWanted, None]) -> Result:
    """What came from addresses that are proved to be the user's, and what we sent there, over all channels."""
    read, wanted, me = wiring.hub().read_own_thread, call.query, call.principal.id
    list_ = ("own thread", wanted.since or "")
    start = start_of(call, list_, wanted.cursor)
    if wanted.since:
        page = read.since(me, (start or {}).get("after", wanted.since), wanted.limit)
    else:
        page = read.newest(me, wanted.limit, start)
    entries = [render_own_entry(own, call.base) for own in page.items]
    return Result(own_schemas.OwnThreadPage(entries, seal_next(call, list_, page.next)))


@operation(
    bp,
    "GET",
    "/v1/me/cases",
    summary="Read the own cases",
    action=Action.READ_OWN_THREAD,
    query=own_schemas.OwnCasesWanted,
    answers={200: own_schemas.OwnCases},
)
def read_own_cases(call: Call[own_schemas.OwnCasesWanted, None]) -> Result:
    """The newest first, with what was promised and when our next word is due."""
    hub, wanted, list_ = wiring.hub(), call.query, ("own cases",)
    page = hub.read_own_thread.cases(call.principal.id, wanted.limit, start_of(call, list_, wanted.cursor))
    cases = [render_own_case(case, hub.ports.now()) for case in page.items]
    return Result(own_schemas.OwnCases(cases, seal_next(call, list_, page.next)))


@operation(
    bp,
    "POST",
    "/v1/me/cases/{reference}/rating",
    summary="Rate one of the own cases",
    action=Action.READ_OWN_THREAD,
    body=lambda: asked.Rating,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def rate_own_case(call: Call[asked.Nothing, asked.Rating], reference: str) -> Result:
    """How it was settled: while `rateable_until` of the case says so, whether or not we have asked. The first rating
    counts, in the app or by the link in our question. A bad one opens the case again.
    """
    body = call.body
    wiring.hub().rate_own_case(call.principal.id, reference, body.score, body.comment, once=call.once)
    return Result()


@operation(
    bp,
    "GET",
    "/v1/me/thread/{entry_id}/attachments/{sha256}",
    summary="Get a link to an attachment in the own thread",
    action=Action.READ_OWN_THREAD,
    answers={200: schemas.Download},
    errors=(NotFound,),
)
def link_own_attachment(call: Call[asked.Nothing, None], entry_id: str, sha256: str) -> Result:
    """The link is good for five minutes, for whoever has it, and always downloads."""
    entry = wiring.hub().read_own_thread.get_entry(call.principal.id, entry_id)
    return link_to_file(entry, sha256, entry.attachments)


@operation(
    bp,
    "POST",
    "/v1/me/read",
    summary="Say that the own thread has been read",
    action=Action.READ_OWN_THREAD,
    body=lambda: own_schemas.ReadUpTo,
    answers={204: None},
    errors=(NotFound,),
    keeps_answer=True,
)
def mark_read(call: Call[asked.Nothing, own_schemas.ReadUpTo]) -> Result:
    """Up to an entry. What has been read stays read."""
    wiring.hub().mark_read(call.principal.id, call.body.up_to)
    return Result()


@operation(
    bp,
    "GET",
    "/v1/me/devices",
    summary="List the own devices",
    action=Action.READ_OWN_THREAD,
    answers={200: own_schemas.OwnDevices},
)
def list_devices(call: Call[asked.Nothing, None]) -> Result:
    devices = wiring.hub().own_devices.listed(call.principal.id)
    shown = [own_schemas.OwnDevice(id_, one.kind, one.language, one.registered_at) for id_, one in devices.items()]
    return Result(own_schemas.OwnDevices(shown))


@operation(
    bp,
    "PUT",
    "/v1/me/devices/{device_id}",
    summary="Register a device to be rung",
    action=Action.READ_OWN_THREAD,
    body=lambda: own_schemas.NewDevice,
    answers={204: None},
    errors=(Conflict,),
    keeps_answer=True,
)
def register_device(call: Call[asked.Nothing, own_schemas.NewDevice], device_id: str) -> Result:
    """At most ten. Registering again replaces token and language."""
    body = call.body
    wiring.hub().own_devices.register(call.principal.id, device_id, body.kind, body.token, body.language)
    return Result()


@operation(
    bp,
    "DELETE",
    "/v1/me/devices/{device_id}",
    summary="Remove a device",
    action=Action.READ_OWN_THREAD,
    answers={204: None},
    keeps_answer=True,
)
def remove_device(call: Call[asked.Nothing, None], device_id: str) -> Result:
    """For the app to call when its user logs out. Removing what is not there changes nothing."""
    wiring.hub().own_devices.remove(call.principal.id, device_id)
    return Result()
