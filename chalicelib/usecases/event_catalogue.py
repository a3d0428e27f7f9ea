"""Every event by name: when it happens, and which of its facts other systems hear.

The one table behind the announcements, the schemas in the API's description and the tables of docs/events.md. It is an
allow list: a fact that is not named here stays in the thread, and so does every word that somebody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventType:
    """`facts` are in each such event, `sometimes` in some; `inside`: those that only the thread has.

    `version` of what the event says: it grows when a fact goes or means something else, not when one is added.
    """

    when: str
    facts: tuple[str, ...] = ()
    sometimes: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    version: int = 1


MESSAGES = {
    "message.received": EventType("a message stands in the thread; of a second copy nothing is told"),
    "message.queued": EventType(
        "an answer or a holding message of ours is kept and waits for its sending, for the first time or again"
    ),
    "message.sending": EventType("a worker has claimed it"),
    "message.sent": EventType("the carrier took it"),
    "message.delivered": EventType("it arrived, says its carrier"),
    "message.deferred": EventType("its carrier could not hand it over yet, and goes on trying"),
    "message.bounced": EventType("its carrier took it and gave it back: it has not arrived"),
    "message.complained": EventType("it arrived, and its recipient called it spam"),
    "message.failed": EventType("the carrier refused it for certain"),
    "message.withdrawn": EventType("an agent took an answer back before it left"),
    "message.unknown": EventType("nobody knows whether the carrier took it"),
    "message.document_read": EventType("the pages of a fax were read, or cannot be"),
    "message.moved": EventType("a message was moved or copied to another case or customer"),
    "message.released": EventType(
        "a parked message was let through; in the thread too",
        ("entry", "parked"),
        inside=("reason", "overrides", "why", "sender"),
    ),
    "contact.logged": EventType("a call, a letter or a visit stands in the thread"),
    "colleague.mentioned": EventType(
        "a note mentions colleagues, by their ids, or teams; in the thread it is the note", ("agents", "teams")
    ),
}

_LOST = ("reference", "next_channel", "notice", "answered_by", "resent_as", "suppressed_until")

DELIVERIES = {
    "delivery.failed": EventType(
        "a message of ours was refused for certain, or put off for too long; `answered_by` is a later answer that "
        "stands, so that nobody waits",
        ("entry", "failure"),
        _LOST,
        ("reason",),
    ),
    "delivery.bounced": EventType(
        "its carrier took it and gave it back; of an answer, its customer waits again",
        ("entry", "failure"),
        _LOST,
        ("reason",),
    ),
    "delivery.complained": EventType("its recipient called it spam", ("entry", "failure"), _LOST, ("reason",)),
    "delivery.deferred": EventType(
        "its carrier could not hand it over yet; no clock moves", ("entry",), inside=("reason",)
    ),
    "delivery.arrived_after_all": EventType(
        "it was given up, and its carrier says that it arrived; the case stays as it is",
        ("entry",),
        inside=("reason",),
    ),
    "delivery.settled": EventType(
        "an agent said of an unknown one that it was sent, or had it sent again", ("entry", "reference", "settlement")
    ),
    "delivery.withdrawn": EventType(
        "an agent took an answer back before it left; whoever waited before it waits again", ("entry", "reference")
    ),
    "delivery.unread": EventType(
        "an answer in the app was not read in time; it went another way (`again`), or there is none",
        ("entry",),
        ("again", "channel"),
    ),
    "delivery.unknown": EventType("it may have been sent; a person decides", ("entry",), inside=("reason",)),
}

_TASK = ("reference", "task", "kind", "due_at", "from", "until", "by_policy", "keeps")

CASES = {
    "case.opened": EventType(
        "there is a new one, whoever began it; on the bus only, without an `entry`",
        ("reference", "team", "kind", "priority"),
    ),
    "case.routed": EventType(
        "a routing rule said where it belongs when it was opened",
        ("reference", "rule", "team", "kind", "priority", "skills"),
        inside=("why",),
    ),
    "case.assigned": EventType(
        "an agent takes a case, is given it, or gives it back to the team; `by` is `carer` or `load` where the hub "
        "gave it, and `hand_over` where it came `from` a colleague",
        (),
        ("assignee", "by", "from"),
        ("why",),
    ),
    "case.linked": EventType("an agent linked it to an [incident](notices.md)", ("reference", "incident")),
    "case.unlinked": EventType("and took it away again", ("reference", "incident")),
    "case.closed": EventType("an agent closes it"),
    "case.rated": EventType(
        "the customer says how satisfied they are, from 1 to 5; their words are the entry's text",
        ("reference", "score", "by"),
    ),
    "case.marked_spam": EventType("an agent says that it is spam; their words are the entry's text"),
    "case.unmarked_spam": EventType("and that it is none after all"),
    "case.moved": EventType("it went to another customer; on both sides", (), ("reference", "from", "to"), ("why",)),
    "case.split": EventType(
        "messages became a case of their own; in both cases", (), ("from", "to", "messages"), ("why",)
    ),
    "case.ambiguous": EventType("after the undoing of a merge it holds messages of both", ("merge", "messages")),
    "case.deleted": EventType(
        "it is not kept any longer: what it held was [deleted](rights-of-the-customer.md#what-is-not-kept-any-longer)",
        ("reference", "kind", "entries", "closed_at"),
    ),
    "case.transferred": EventType(
        "it went to another team", ("reference", "team", "assignee"), ("due_at",), ("context",)
    ),
    "case.kind_changed": EventType("an agent says what it is about", ("reference", "kind", "before")),
    "case.tagged": EventType(
        "an agent says by which [tags](api.md#put-v1casesreferencetags) it is found",
        ("reference",),
        ("added", "removed"),
    ),
    "case.priority_changed": EventType("an agent says how urgent it is", ("reference", "priority", "before")),
    "case.policy_applied_again": EventType(
        "its clocks count anew, by what is configured now", ("reference", "policies")
    ),
    "case.legal_term_extended": EventType(
        "the customer was told that the term of the law is extended", ("reference", "due_at")
    ),
    "case.call_asked": EventType(
        "somebody is to call the customer, who asked for it or whom an agent wants called; `keeps` is the promise that "
        "the call is to keep, or empty",
        _TASK,
    ),
    "case.letter_asked": EventType("somebody is to post a letter", _TASK),
    "case.task_tried": EventType("it was tried in vain", _TASK),
    "case.task_rescheduled": EventType("it has another time", _TASK),
    "case.task_done": EventType("it is done; by hand also whether that answers the customer", _TASK, ("answers",)),
    "case.task_given_up": EventType("it cannot be done", _TASK, inside=("why",)),
    "case.task_withdrawn": EventType("nobody wants it any more", _TASK, inside=("why",)),
}

_PROMISE = ("reference", "promise", "due_at")

PROMISES = {
    "promise.made": EventType("an agent has promised something", (*_PROMISE, "broken"), ("forced",)),
    "promise.kept": EventType("and kept it, maybe late (`broken`)", (*_PROMISE, "broken")),
    "promise.renegotiated": EventType("and agreed with the customer on another time", (*_PROMISE, "broken")),
    "promise.withdrawn": EventType("and taken it back", (*_PROMISE, "broken")),
    "promise.broken": EventType("its time has run out", _PROMISE),
}

MANY = {
    "incident.opened": EventType("an agent opened an [incident](notices.md)", ("incident",)),
    "incident.closed": EventType("it is over, answered or not", ("incident",)),
    "broadcast.started": EventType(
        "a message to many goes out, or the answer to an incident does; `incident` is empty if it is no answer",
        ("broadcast", "incident"),
    ),
    "broadcast.paused": EventType("a supervisor let it rest", ("broadcast", "incident")),
    "broadcast.resumed": EventType("and goes on with it", ("broadcast", "incident")),
    "broadcast.stopped": EventType("it was stopped for good", ("broadcast", "incident")),
    "broadcast.done": EventType(
        "each of its recipients has an outcome; `time` is that of its start, or of when it was gone on with",
        ("broadcast", "incident"),
    ),
}

_STEP = (
    *("reference", "clock", "cycle", "level", "deadline_at", "step_due_at"),
    *("team", "assignee", "priority"),
)
_TOLD = ("late_by_seconds", "notice", "digest")
_TOLD_OR_NOT = (*_TOLD, "not_done")

STEPS = {
    "case.reminded": EventType("the assignee was reminded, or the team", (*_STEP, "told"), _TOLD_OR_NOT),
    "case.team_told": EventType("the team was told that time is running", _STEP, _TOLD_OR_NOT),
    "case.escalated": EventType("the supervisor was told", _STEP, _TOLD_OR_NOT),
    "case.priority_raised": EventType("the case has the next higher priority", _STEP, _TOLD),
    "case.handed_on": EventType(
        "it went from its assignee to a colleague or to the team, or to the team's fallback",
        (*_STEP, "told"),
        (*_TOLD_OR_NOT, "from"),
    ),
    "case.customer_held": EventType(
        "the customer was told that it takes longer; `not_done` if they cannot be reached",
        _STEP,
        _TOLD_OR_NOT,
    ),
    "case.automatic_answers_stopped": EventType(
        "messages came in such quick succession that two machines may be talking: the hub writes nothing there by "
        "itself",
        ("reference", "messages", "until"),
    ),
}

CUSTOMERS = {
    "customer.opted_out": EventType(
        "somebody does not want to be written to at an address; what an agent was told is the entry's text",
        inside=("point", "purposes", "evidence", "entry"),
    ),
    "customer.opted_in": EventType("and does again", inside=("point", "purposes", "evidence", "entry")),
    "customer.suppression_lifted": EventType(
        "an agent knows that an address receives again; their words are the entry's text",
        inside=("point", "suppressed_by"),
    ),
    "customer.preferences_changed": EventType(
        "how the customer wants to be written to, or what they agree to",
        inside=("changed", "consent_<channel>", "wording_<channel>"),
    ),
    "customer.profile_changed": EventType(
        "the customer says in the app how they are called, or in which language and by which clock to write to them",
        inside=("changed", "name", "before"),
    ),
    "customer.recorded": EventType(
        "another system of the company says who they are, by its own id for them",
        inside=("external_id", "points", "changed", "consent_<channel>", "wording_<channel>"),
    ),
    "customer.contact_point_added": EventType("an agent has learnt of another address", inside=("point",)),
    "customer.contact_point_proved": EventType("a code or a login has proved one", inside=("point",)),
    "customer.care_set": EventType(
        "an agent says who looks after them, and as what they are treated", inside=("carer", "segment", "vip")
    ),
    "customer.exported": EventType(
        "an [export](rights-of-the-customer.md#exports) can be fetched (`ready`), or has to be asked for anew "
        "(`failed`)",
        ("export", "status"),
        inside=("by",),
    ),
    "customer.held": EventType("nothing of them may be erased", inside=("why",)),
    "customer.hold_lifted": EventType("and that is over"),
    "customer.merged": EventType("two customers are one; in the thread of the survivor", ("merge", "merged")),
    "customer.merge_undone": EventType("and are two again; in both threads", ("merge", "merged", "ambiguous")),
    "customer.merge_dismissed": EventType(
        "an agent says that two are not one; with the one known earlier", inside=("suggestion", "other", "why")
    ),
    "customer.sender_blocked": EventType(
        "nobody wants to hear from an address; the words why are the entry's text", inside=("point",)
    ),
    "customer.sender_unblocked": EventType("and that is over", inside=("point",)),
}

GROUPS: Mapping[str, Mapping[str, EventType]] = {
    "Messages": MESSAGES,
    "Deliveries": DELIVERIES,
    "Cases": CASES,
    "Promises": PROMISES,
    "Incidents and broadcasts": MANY,
    "Steps of clocks": STEPS,
    "Customers": CUSTOMERS,
}
CATALOGUE: Mapping[str, EventType] = {name: type_ for group in GROUPS.values() for name, type_ in group.items()}

# The name of an event that a use case writes and this table does not know: told by references alone.
UNKNOWN = EventType("")


def type_of(name: str) -> EventType:
    return CATALOGUE.get(name, UNKNOWN)


def facts_told(name: str, facts: Mapping[str, str]) -> dict[str, str]:
    """Those of an event's facts that other systems may hear."""
    type_ = type_of(name)
    return {fact: facts[fact] for fact in (*type_.facts, *type_.sometimes) if fact in facts}
