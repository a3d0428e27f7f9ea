"""Where a contact goes that an agent tells of: the case that they name, else the customer's only open one, or a new.

An agent's word is what decides, so no rule of matching is asked, and whether somebody takes part does not matter.
"""

from __future__ import annotations

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.customers import CustomerPage
from chalicelib.domain.errors import NotFound
from chalicelib.domain.matching import FOLLOW_UP, NEW_CASE
from chalicelib.domain.messages import InboundMessage, Receipt
from chalicelib.usecases.inbound_changes import Place
from chalicelib.usecases.ports import Found, ThreadStore

BY_AGENT = "by_agent"


def is_told_by_agent(message: InboundMessage) -> bool:
    return message.contact is not None and bool(message.contact.agent)


def place_for_logged(
    threads: ThreadStore, message: InboundMessage, receipt: Receipt, inbox: Inbox, found: Found
) -> Place:
    agent = f"agent {receipt.principal}"
    pointer = found.pointers.get(message.case_reference)
    if pointer:
        case = threads.get_case(pointer.customer_id, pointer.case_id)
        return _in_case(threads, case, f"{agent} named the case")
    page = _find_page(threads, message, found)
    if page is None:
        return Place(
            NEW_CASE, f"{agent} told of somebody whom the hub does not know", owns_sender=message.sender is not None
        )
    for case in page.cases:
        warm = receipt.received_at - case.last_activity_at <= inbox.continuity_window
        if case.status is CaseStatus.OPEN and page.customer.open_case_count == 1 and warm:
            evidence = f"{agent} named the customer, whose only open case it is"
            return Place(BY_AGENT, evidence, case=case, customer=page.customer)
    return Place(NEW_CASE, f"{agent} named the customer", customer=page.customer)


def _in_case(threads: ThreadStore, case: Case, evidence: str) -> Place:
    if case.status is CaseStatus.OPEN:
        return Place(BY_AGENT, evidence, case=case)
    customer = threads.get_customer_page(case.customer_id).customer
    if case.status is CaseStatus.SPAM:
        return Place(FOLLOW_UP, f"{evidence}, which was marked as spam", customer=customer, follows=case.reference)
    return Place(BY_AGENT, evidence, case=case, customer=customer)


def _find_page(threads: ThreadStore, message: InboundMessage, found: Found) -> CustomerPage | None:
    """The customer whom the agent named, else who owns the address."""
    customer_id = message.named_customer or (found.owner.customer_id if found.owner else "")
    if not customer_id:
        return None
    try:
        return threads.get_customer_page(customer_id)
    except NotFound:
        return None
