"""Where a contact goes that an agent tells of: the case that they name, else the customer's only open one, or a new.

An agent's word is what decides, so no rule of matching is asked, and whether somebody takes part does not matter.
Customers who were merged are one: whichever of them is named, the open cases of the whole family are looked at.
"""

from __future__ import annotations

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.customers import CustomerPage, PointOwner, survivor_among
from chalicelib.domain.errors import NotFound
from chalicelib.domain.matching import FOLLOW_UP, NEW_CASE
from chalicelib.domain.messages import InboundMessage, Receipt
from chalicelib.domain.remarks import hindered, remark
from chalicelib.usecases.find_case import find_where_it_went
from chalicelib.usecases.find_customer import read_family
from chalicelib.usecases.inbound_changes import Place
from chalicelib.usecases.ports import Found, ThreadStore

BY_AGENT = "by_agent"


def is_told_by_agent(message: InboundMessage) -> bool:
    return message.contact is not None and bool(message.contact.agent)


def place_for_logged(
    threads: ThreadStore, message: InboundMessage, receipt: Receipt, inbox: Inbox, found: Found
) -> Place:
    agent = receipt.principal
    pointer = found.pointers.get(message.case_reference)
    if pointer:
        case = find_where_it_went(threads, pointer.customer_id, pointer.case_id)
        return _in_case(threads, case, remark("agent_named_case", agent=agent))
    pages = _find_pages(threads, message, found)
    if not pages:
        return Place(NEW_CASE, remark("agent_told_of_stranger", agent=agent), owns_sender=message.sender is not None)
    for page in pages:
        for case in page.cases if sum(one.customer.open_case_count for one in pages) == 1 else ():
            warm = receipt.received_at - case.last_activity_at <= inbox.continuity_window
            if case.status is CaseStatus.OPEN and warm:
                evidence = remark("agent_named_customer_of_case", agent=agent)
                away = _away_from_home(found.owner, case, pages)
                return Place(BY_AGENT, evidence, case=case, customer=page.customer, away_from_home=away)
    evidence = remark("agent_named_customer", agent=agent)
    return Place(NEW_CASE, evidence, customer=pages[0].customer, known=survivor_among(pages))


def _in_case(threads: ThreadStore, case: Case, evidence: str) -> Place:
    if case.status is CaseStatus.OPEN:
        return Place(BY_AGENT, evidence, case=case)
    customer = threads.get_customer_page(case.customer_id).customer
    if case.status is CaseStatus.SPAM:
        return Place(FOLLOW_UP, hindered(evidence, remark("was_spam")), customer=customer, follows=case.reference)
    return Place(BY_AGENT, evidence, case=case, customer=customer)


def _find_pages(threads: ThreadStore, message: InboundMessage, found: Found) -> tuple[CustomerPage, ...]:
    """Of whom the agent named, else of whom the address is at home with; then of the rest of the family."""
    customer_id = message.named_customer or (found.owner.kept_under if found.owner else "")
    if not customer_id:
        return ()
    try:
        pages = read_family(threads, customer_id)
    except NotFound:
        return ()
    return tuple(sorted(pages, key=lambda page: page.customer.id != customer_id))


def _away_from_home(owner: PointOwner | None, case: Case, pages: tuple[CustomerPage, ...]) -> PointOwner | None:
    in_family = owner is not None and any(page.customer.id == owner.kept_under for page in pages)
    return owner if owner and in_family and case.customer_id != owner.kept_under else None
