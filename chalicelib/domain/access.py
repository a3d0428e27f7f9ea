"""Who may do what to which object: the one place that decides.

One face to the customer: every agent reads every thread and may answer, note, assign and close, except in cases of a
restricted kind, which are their team's alone. An auditor reads all of it and changes nothing. A customer's app may
write, may name only its own cases, and reads what `may_be_shown` lets through. A service, which is another system
without a person behind it, does what its scopes name, and sees no case of a restricted kind unless who leads has put it
into the team. What a principal may not see does not exist for it (NotFound).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.conversations import Conversation
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Forbidden, NotFound, ScopeMissing
from chalicelib.domain.principals import Principal, Role, Scope
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust


class Action(StrEnum):
    READ_CASES = "read_cases"
    CHANGE_CASE = "change_case"
    ANSWER = "answer"
    READ_CUSTOMER = "read_customer"
    CHANGE_CUSTOMER = "change_customer"
    WRITE_ATTRIBUTES = "write_attributes"
    MERGE_CUSTOMERS = "merge_customers"
    READ_PARKED = "read_parked"
    DECIDE_PARKED = "decide_parked"
    BLOCK_SENDER = "block_sender"
    LOG_CONTACT = "log_contact"
    READ_AGENTS = "read_agents"
    SET_PRESENCE = "set_presence"
    LEAD_AGENTS = "lead_agents"
    BROADCAST = "broadcast"  # one message to many
    READ_CONFIGURATION = "read_configuration"
    CHANGE_CONFIGURATION = "change_configuration"
    READ_AUDIT = "read_audit"
    READ_REPORTS = "read_reports"
    REPLAY = "replay"
    ERASE = "erase"
    READ_ERASURES = "read_erasures"
    EXPORT = "export"  # everything about a customer, as files
    HOLD = "hold"  # put a customer under a legal hold
    UPLOAD = "upload"  # put a file there that a message will name
    POST_MESSAGE = "post_message"
    VERIFY_OWN_POINT = "verify_own_point"
    READ_OWN_THREAD = "read_own_thread"
    OWN_PREFERENCES = "own_preferences"


_STAFF = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})
_LEAD = frozenset({Role.SUPERVISOR, Role.ADMIN})
_READERS = _STAFF | {Role.AUDITOR}
_SEE_ALL = frozenset({Role.ADMIN, Role.AUDITOR})
_ALLOWED = {
    Action.READ_CASES: _READERS,
    Action.CHANGE_CASE: _STAFF,
    Action.ANSWER: _STAFF,
    Action.READ_CUSTOMER: _READERS,
    Action.CHANGE_CUSTOMER: _STAFF,
    Action.WRITE_ATTRIBUTES: frozenset({Role.ADMIN}),  # who imports; else systems write them, and agents read
    Action.MERGE_CUSTOMERS: _STAFF,
    Action.READ_PARKED: _READERS,
    Action.DECIDE_PARKED: _STAFF,
    Action.BLOCK_SENDER: _STAFF,
    Action.LOG_CONTACT: _STAFF,
    Action.READ_AGENTS: _READERS,
    Action.SET_PRESENCE: _STAFF,
    Action.LEAD_AGENTS: _LEAD,
    Action.BROADCAST: _LEAD,
    Action.READ_CONFIGURATION: _LEAD | {Role.AUDITOR},
    Action.CHANGE_CONFIGURATION: frozenset({Role.ADMIN}),
    Action.READ_AUDIT: _SEE_ALL,
    Action.READ_REPORTS: _LEAD | {Role.AUDITOR},
    Action.REPLAY: frozenset({Role.ADMIN}),
    Action.ERASE: frozenset({Role.ADMIN}),
    Action.READ_ERASURES: _SEE_ALL,
    Action.EXPORT: frozenset({Role.ADMIN}),  # cases of every kind are in it, and only who sees them all may have it
    Action.HOLD: _LEAD,
    Action.UPLOAD: _STAFF | {Role.CUSTOMER},
    Action.POST_MESSAGE: frozenset({Role.CUSTOMER}),
    Action.VERIFY_OWN_POINT: frozenset({Role.CUSTOMER}),
    Action.READ_OWN_THREAD: frozenset({Role.CUSTOMER}),
    Action.OWN_PREFERENCES: frozenset({Role.CUSTOMER}),
}
_SCOPES = {
    Action.READ_CASES: Scope.CASES_READ,
    Action.CHANGE_CASE: Scope.CASES_WRITE,
    Action.ANSWER: Scope.MESSAGES_WRITE,
    Action.READ_CUSTOMER: Scope.CUSTOMERS_READ,
    Action.CHANGE_CUSTOMER: Scope.CUSTOMERS_WRITE,
    Action.WRITE_ATTRIBUTES: Scope.ATTRIBUTES_WRITE,
    Action.UPLOAD: Scope.MESSAGES_WRITE,
    Action.LOG_CONTACT: Scope.CONTACTS_WRITE,
}


def allows(principal: Principal, action: Action) -> bool:
    """Whether one of the principal's roles, or of a service's scopes, allows the action at all."""
    if not principal.roles.isdisjoint(_ALLOWED[action]):
        return True
    return Role.SERVICE in principal.roles and scope_for(action) in principal.scopes


def require(principal: Principal, action: Action) -> None:
    """Raises Forbidden unless `allows`; a service is told which scope it lacks."""
    if allows(principal, action):
        return
    if Role.SERVICE not in principal.roles:
        raise Forbidden()
    scope = scope_for(action)
    if scope is None:
        raise Forbidden("This is for people: no scope of a service allows it.")
    raise ScopeMissing(scope)


def scope_for(action: Action) -> Scope | None:
    """Which scope a service needs for it; None where only people may."""
    return _SCOPES.get(action)


def may_see_how_to_reach(principal: Principal, subject: str) -> bool:
    """Where an agent is told of something concerns nobody but themselves and those who lead."""
    return principal.subject == subject or bool(principal.roles & _LEAD)


def require_own_presence(principal: Principal, subject: str) -> None:
    """An agent says of nobody else whether they are there; who leads does. Raises Forbidden."""
    if principal.subject != subject and not principal.roles & _LEAD:
        raise Forbidden()


def may_see_case(principal: Principal, teams: Collection[str], known_in: tuple[str, ...] = ()) -> bool:
    """Whether a case of a restricted kind is open to an agent. `teams`: whose it is, and who has taken over from them
    since. `known_in`: the teams in which those who lead have put the agent, beside those of the token. Who administers
    or audits sees them all.
    """
    return not {*teams}.isdisjoint((*principal.teams, *known_in)) or bool(principal.roles & _SEE_ALL)


def require_own_case(customer_id_of_principal: str, customer_id_of_case: str | None) -> None:
    """A customer names a case: somebody else's is answered like one that does not exist (None)."""
    if customer_id_of_case is None or customer_id_of_principal != customer_id_of_case:
        raise NotFound()


def may_be_shown(entry: Entry, proved: frozenset[ContactPoint], now: datetime) -> bool:
    """Whether a customer may read an entry of their own thread. `proved`: the contact points proved to be theirs.

    What came from one of these points, by a sender who is believed, and what we sent there. So nobody reads what
    somebody else wrote under their name or from a number that an agent took for theirs, nor what went to an address
    that may be a stranger's. Notes, notices, events and what an agent noted of a talk are internal.
    """
    if entry.contact or entry.moved_to or entry.is_second_copy or entry.repeats:
        return False
    if entry.kind is EntryKind.INBOUND:
        arrival = entry.arrival
        return arrival is not None and arrival.point in proved and arrival.trust >= Trust.AUTHENTICATED
    if entry.kind is not EntryKind.OUTBOUND:
        return False
    delivery = entry.delivery
    if delivery is None:
        return entry.channel is Channel.APP
    waits = delivery.status is DeliveryStatus.QUEUED and delivery.not_before is not None and now < delivery.not_before
    return delivery.point in proved and delivery.status is not DeliveryStatus.WITHDRAWN and not waits


def may_be_shown_in(conversation: Conversation, entry: Entry, now: datetime) -> bool:
    """Whether whoever goes on with a case in a form may read an entry: of that case, by the rule above for the one
    address that they proved; and the message with which it began, which they showed to have posted.
    """
    if entry.case_id != conversation.case_id:
        return False
    began = entry.id == conversation.entry_id and entry.arrival is not None and not entry.moved_to
    return began or may_be_shown(entry, frozenset({conversation.point}), now)


def require_begun_by(entry: Entry, point: ContactPoint) -> None:
    """Whoever proved an address goes on with what was posted from it, and with nothing else. Raises NotFound."""
    if entry.arrival is None or entry.arrival.point != point or entry.moved_to or not entry.case_id:
        raise NotFound()


def entry_is_gone(entry: Entry, proved: frozenset[ContactPoint], now: datetime) -> bool:
    """Whether a customer may have read an entry that is not for them any more: it was moved away, or taken back."""
    if entry.moved_to:
        return may_be_shown(replace(entry, moved_to=""), proved, now)
    delivery = entry.delivery
    if delivery is None or delivery.status is not DeliveryStatus.WITHDRAWN:
        return False
    waited = delivery.not_before is not None and now < delivery.not_before
    return delivery.point in proved and not waited


def case_is_gone(case: Case, proved: frozenset[ContactPoint]) -> bool:
    """The same of a case."""
    return case.status not in (CaseStatus.OPEN, CaseStatus.CLOSED) and not proved.isdisjoint(case.participants)


def case_may_be_shown(case: Case, first: Entry | None, proved: frozenset[ContactPoint], now: datetime) -> bool:
    """Whether a customer may know that a case is theirs. `first`: the entry with which it began.

    One that began with what they may not read is listed once we have answered in it to them.
    """
    if case.status not in (CaseStatus.OPEN, CaseStatus.CLOSED) or proved.isdisjoint(case.participants):
        return False
    return case.messages_out > 0 or (first is not None and may_be_shown(first, proved, now))
