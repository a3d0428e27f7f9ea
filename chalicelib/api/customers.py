"""Customers: who they are, their whole thread, and the bytes behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, reading_schemas, schemas
from chalicelib.api.addresses import parse_named_point, parse_point
from chalicelib.api.cases import agent_named
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import seal_next, start_of, words_in
from chalicelib.api.rendering import render_customer, render_entry, render_thread
from chalicelib.api.sight import Sight, shown_of
from chalicelib.domain.access import Action
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.customers import CustomerPage
from chalicelib.domain.errors import Conflict, ContactRefused, InvalidInput, KeyReused, NotFound, NoWayToReach
from chalicelib.domain.external_ids import external_id
from chalicelib.domain.principals import Principal
from chalicelib.domain.threads import AttachmentRef, Entry, attachment_key, files_of
from chalicelib.usecases.care_for_customer import Care
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.find_customer import points_of, read_family, surviving_customer
from chalicelib.usecases.write_first import FirstWord

bp = Blueprint(__name__)

LINKS_LIVE_FOR = timedelta(minutes=5)


@operation(
    bp,
    "GET",
    "/v1/customers",
    summary="Find a customer",
    action=Action.READ_CUSTOMER,
    query=reading_schemas.CustomersWanted,
    answers={200: schemas.CustomersFound},
    errors=(NotFound,),
)
def find_customers(call: Call[reading_schemas.CustomersWanted, None]) -> Result:
    """By a contact point, as people write it, by the reference of a case, by the id of another system, or by name. Who
    is not found gives an empty list.
    """
    wanted, threads = call.query, wiring.hub().ports.threads
    if sum(by is not None for by in (wanted.contact_point, wanted.reference, wanted.external_id, wanted.name)) != 1:
        raise InvalidInput("Say by what: one of contact_point, reference, external_id, name.", field="contact_point")
    if wanted.name is not None:
        return _found_by_name(call, wanted.name)
    try:
        customer_id = _customer_with(parse_named_point(wanted.contact_point)) if wanted.contact_point else ""
        customer_id = _customer_with(external_id(wanted.external_id)) if wanted.external_id else customer_id
        Sight(call.principal).require_reference(wanted.reference or "")
        customer_id = customer_id or get_case_by_reference(threads, wanted.reference or "").customer_id
        pages = _seen(call.principal, read_family(threads, customer_id))
    except NotFound:
        return Result(schemas.CustomersFound([]))
    return Result(schemas.CustomersFound([_shown(pages, call.base)]))


@operation(
    bp,
    "GET",
    "/v1/customers/{customer_id}",
    summary="Read a customer",
    action=Action.READ_CUSTOMER,
    answers={200: schemas.Customer},
    answer_headers=("ETag",),
    errors=(NotFound,),
)
def read_customer(call: Call[asked.Nothing, None], customer_id: str) -> Result:
    """With every contact point and the newest ten cases. Who was merged into another one is answered by the survivor:
    look at `id`.
    """
    pages = _seen(call.principal, read_family(wiring.hub().ports.threads, customer_id))
    return Result(_shown(pages, call.base), {"ETag": f'"{pages[0].customer.record_version}"'})


@operation(
    bp,
    "GET",
    "/v1/customers/{customer_id}/thread",
    summary="Read a customer's thread",
    action=Action.READ_CUSTOMER,
    query=reading_schemas.ThreadWanted,
    answers={200: schemas.ThreadPage},
    items="entries",
    errors=(NotFound,),
)
def read_thread(call: Call[reading_schemas.ThreadWanted, None], customer_id: str) -> Result:
    """Every message, note and event, whatever the channel and the case, newest first; of everybody who was merged into
    the customer, too. With `since` what came behind that entry, oldest first.
    """
    threads, wanted = wiring.hub().ports.threads, call.query
    customer = surviving_customer(threads, customer_id)  # asked for each page: a merge may have been undone since
    list_ = ("thread", customer.id, *wanted.direction)
    start = start_of(call, list_, wanted.cursor)
    if wanted.is_forward:
        after = (start or {}).get("after") or wanted.since or reading_schemas.BEFORE_EVERYTHING
        page = threads.list_threads_since(customer.family, after, wanted.limit)
    else:
        page = threads.list_threads(customer.family, wanted.limit, start)
    shown = shown_of(call.principal, page.items, second_copies=wanted.second_copies)
    return Result(schemas.ThreadPage(render_thread(shown, call.base), seal_next(call, list_, page.next)))


@operation(
    bp,
    "GET",
    "/v1/customers/{customer_id}/entries/{entry_id}",
    summary="Read one entry of a thread",
    action=Action.READ_CUSTOMER,
    answers={200: schemas.Entry},
    errors=(NotFound,),
)
def read_entry(call: Call[asked.Nothing, None], customer_id: str, entry_id: str) -> Result:
    return Result(render_entry(wiring.hub().ports.threads.get_entry(customer_id, entry_id), call.base))


@operation(
    bp,
    "GET",
    "/v1/customers/{customer_id}/entries/{entry_id}/raw",
    summary="Get a link to the raw message",
    action=Action.READ_CUSTOMER,
    answers={200: schemas.Download},
    errors=(NotFound,),
)
def link_raw(_call: Call[asked.Nothing, None], customer_id: str, entry_id: str) -> Result:
    """The message as it was received, byte for byte. The link is good for five minutes, for whoever has it."""
    ports = wiring.hub().ports
    entry = ports.threads.get_entry(customer_id, entry_id)
    if entry.arrival is None:
        raise NotFound("Only messages that came in have a raw message.")
    return _download(ports.raw.link(entry.arrival.raw_key, LINKS_LIVE_FOR))


@operation(
    bp,
    "GET",
    "/v1/customers/{customer_id}/entries/{entry_id}/attachments/{sha256}",
    summary="Get a link to an attachment",
    action=Action.READ_CUSTOMER,
    answers={200: schemas.Download},
    errors=(NotFound,),
)
def link_attachment(_call: Call[asked.Nothing, None], customer_id: str, entry_id: str, sha256: str) -> Result:
    """The HTML version of a message and the preview of a fax's first page, too. The link is good for five minutes, for
    whoever has it, and always downloads: nothing opens in the browser.
    """
    entry = wiring.hub().ports.threads.get_entry(customer_id, entry_id)
    return link_to_file(entry, sha256, files_of(entry))


@operation(
    bp,
    "POST",
    "/v1/customers/{customer_id}/contact-points",
    summary="Add a contact point",
    action=Action.CHANGE_CUSTOMER,
    body=lambda: asked.NewContactPoint,
    answers={201: schemas.ContactPointAdded},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, KeyReused),
)
def add_contact_point(call: Call[asked.Nothing, asked.NewContactPoint], customer_id: str) -> Result:
    """What comes from there joins this customer's thread from now on. Adding it twice changes nothing."""
    point = parse_point(call.body, "value")
    wiring.hub().add_contact_point(customer_id, call.principal.subject, point, once=call.once)
    return Result(schemas.ContactPointAdded(str(point)), {"Location": f"{call.base}/v1/customers/{customer_id}"})


@operation(
    bp,
    "PUT",
    "/v1/customers/{customer_id}/care",
    summary="Say who looks after a customer, and as what they are treated",
    action=Action.CHANGE_CUSTOMER,
    body=lambda: asked.NewCare,
    answers={204: None},
    errors=(NotFound, KeyReused),
)
def set_care(call: Call[asked.Nothing, asked.NewCare], customer_id: str) -> Result:
    """Routing asks for it when they write next; cases that are open stay where they are."""
    body = call.body
    care = Care(agent_named(body.carer or "", call.principal), body.segment or "", body.vip)
    wiring.hub().care_for_customer(customer_id, call.principal.subject, care, once=call.once)
    return Result()


@operation(
    bp,
    "POST",
    "/v1/customers/{customer_id}/cases",
    summary="Write to a customer first",
    action=Action.ANSWER,
    body=lambda: asked.NewCase,
    answers={201: schemas.CaseOpened},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, KeyReused, NoWayToReach, ContactRefused),
)
def write_first(call: Call[asked.Nothing, asked.NewCase], customer_id: str) -> Result:
    """Opens a case with a message of ours. Nobody waits in it until the customer answers."""
    body = call.body
    Sight(call.principal).require_reference(body.follows or "")
    word = FirstWord(Channel(body.channel), body.subject, body.text, body.inbox or "", body.follows or "")
    reference = wiring.hub().write_first(customer_id, call.principal.subject, word, once=call.once)
    return Result(schemas.CaseOpened(reference), {"Location": f"{call.base}/v1/cases/{reference}"})


def _seen(caller: Principal, pages: tuple[CustomerPage, ...]) -> tuple[CustomerPage, ...]:
    sight = Sight(caller)
    return tuple(replace(page, cases=tuple(sight.cases(page.cases))) for page in pages)


def _shown(pages: tuple[CustomerPage, ...], base: str) -> schemas.Customer:
    threads, customer = wiring.hub().ports.threads, pages[0].customer
    return render_customer(pages, points_of(threads, customer), threads.find_attributes(customer.family), base)


def _found_by_name(call: Call[reading_schemas.CustomersWanted, None], name: str) -> Result:
    threads, words = wiring.hub().ports.threads, words_in(name, "name", common=True)
    list_ = ("customers by name", *words)
    page = wiring.hub().search_threads.by_name(words, call.query.limit, start_of(call, list_, call.query.cursor))
    families = [_seen(call.principal, read_family(threads, customer.id)) for customer in page.items]
    found = [_shown(pages, call.base) for pages in families]
    return Result(schemas.CustomersFound(found, seal_next(call, list_, page.next)))


def _customer_with(point: ContactPoint) -> str:
    """Raises NotFound."""
    owner = wiring.hub().ports.threads.find_owner(point)
    if owner is None:
        raise NotFound()
    return owner.customer_id


def link_to_file(entry: Entry, sha256: str, files: Iterable[AttachmentRef]) -> Result:
    """`files`: those of the entry that the caller may have. Raises NotFound."""
    for file in files:
        if file.sha256 == sha256:
            key = attachment_key(entry.customer_id, sha256)
            attachments = wiring.hub().ports.attachments
            return _download(attachments.link(key, file.name, file.content_type, LINKS_LIVE_FOR))
    raise NotFound  # in the same words as for what is somebody else's


def _download(url: str) -> Result:
    return Result(schemas.Download(url, wiring.hub().ports.now() + LINKS_LIVE_FOR))
