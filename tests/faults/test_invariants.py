"""Every invariant can be broken: what stands at rest is tampered with, and the invariant says so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

from chalicelib.domain.agents import Agent
from chalicelib.domain.broadcasts import Broadcast, Recipient, RecipientState
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Customer, CustomerAttributes, PointLink, PointOwner
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.disposal import Disposal, DisposalStatus
from chalicelib.domain.erasure import Erasure, ErasureStatus
from chalicelib.domain.exporting import Export, ExportStatus
from chalicelib.domain.external_ids import external_id
from chalicelib.domain.faxes import WAITING
from chalicelib.domain.feed import AGENTS, FeedRow
from chalicelib.domain.incidents import Incident
from chalicelib.domain.mentions import Mention
from chalicelib.domain.merging import Merge
from chalicelib.domain.messages import LedgerRow
from chalicelib.domain.promises import PromiseStatus
from chalicelib.domain.reachability import OptOut, Purpose, Reachability
from chalicelib.domain.satisfaction import Survey
from chalicelib.domain.tasks import ListedTask
from chalicelib.domain.threads import AttachmentRef, Entry, EntryKind, attachment_key
from chalicelib.storage.keys import key_of
from chalicelib.usecases.ports import Incoming
from tests.domain.making import MONDAY_TEN
from tests.faults.exhaustive import try_plan
from tests.faults.invariants import (
    answering,
    assigning,
    belonging,
    broadcasting,
    configuring,
    counting,
    digesting,
    disposing,
    erasing,
    exporting,
    finding,
    keeping,
    mentioning,
    merging,
    permitting,
    promising,
    rating,
    reading,
    recording,
    reporting,
    sending,
    tasking,
    telling,
    waiting,
)
from tests.faults.invariants.judging import INVARIANTS
from tests.faults.invariants.rest import Rest
from tests.faults.outside import Outside
from tests.faults.simulation import Answer

OUTAGE = "many wait after an outage"
MENTION = "a note mentions a colleague and a team"
WRITES, FOLLOWS, ANSWER = "a new sender writes", "a follow-up comes", "an answer goes out by mail"
CONNECTED = "the connected hear and one goes away"
MERGED, MOVED, PROVED = "two customers are merged", "a case is moved", "a code comes back"
FAX, WAITS, FORM = "a fax is read", "a customer waits too long", "a form is posted"
SEARCHED = "an agent searches while somebody writes"
COUNTED = "figures are read while somebody is answered"
QUIET = "an answer waits for the end of quiet hours"
RECORDED = "two systems record a customer while she writes"
ACKNOWLEDGED = "a first mail is acknowledged"
TWICE, PROMISED = "a mail is handed over twice", "nobody keeps a promise"
ROUTED, GIVEN = "a rule says where a case belongs", "two sweeps give cases at once"
ASKED = "a form asks for a call"
ERASED = "a customer is erased while she writes"
EXPORTED = "a customer is exported while she writes"
DISPOSED = "what is not kept any longer goes while she writes"
MANY = "an incident is answered while somebody writes"


def last(outside: Outside, record_type: type, **fields: Any) -> Any:
    records = outside.simulation.threads.records(record_type)
    return [one for one in records if all(getattr(one, name) == value for name, value in fields.items())][-1]


def write(outside: Outside, before: Any, after: Any) -> None:
    store = outside.simulation.threads
    store.commits += 1
    store._store(key_of(after), before, after)


def forget(outside: Outside, kind: type) -> None:
    for partition in outside.simulation.threads._partitions.values():
        for key in [key for key, record in partition.items() if isinstance(record, kind)]:
            del partition[key]


def drop(outside: Outside, record: Any) -> None:
    key = key_of(record)
    del outside.simulation.threads._partitions[key.pk][key.sk]


def counted_without(outside: Outside, name: str) -> None:
    """One of the facts is lost."""
    rows = outside.ports.statistics.rows
    del rows[next(key for key, fact in rows.items() if name in fact.counts)]


def change(outside: Outside, record: Any, **fields: Any) -> Any:
    after = replace(record, **fields)
    write(outside, record, after)
    return after


def add(outside: Outside, record: Any) -> None:
    write(outside, None, record)


def put(outside: Outside, key: str) -> None:
    outside.ports.raw.objects[key] = Incoming(key, b"", None, MONDAY_TEN)


def inbound(outside: Outside) -> Entry:
    return last(outside, Entry, kind=EntryKind.INBOUND)


def the_answer(outside: Outside) -> Entry:
    return last(outside, Entry, kind=EntryKind.OUTBOUND)


def one_more_notice(outside: Outside, digest: str = "") -> None:
    notice = next(
        entry
        for entry in outside.simulation.threads.records(Entry)
        if entry.kind is EntryKind.NOTICE and entry.case_id and bool(entry.delivery.digest) is bool(digest)
    )
    add(outside, replace(notice, id=f"{len(outside.simulation.threads.history):026}"))


def back_home_too_early(outside: Outside) -> None:
    moved = next(owner for owner in outside.simulation.threads.records(PointOwner) if owner.home)
    change(outside, moved, customer_id=moved.home, home="")


def with_level(outside: Outside, level: int, **clock: Any) -> None:
    case = last(outside, Case)
    clocks = {name: replace(running, level=level, **clock) for name, running in case.clocks.items()}
    change(outside, case, clocks=MappingProxyType(clocks))


def comes_back(outside: Outside) -> None:
    (erased, *_) = last(outside, Erasure).customers
    add(outside, PointLink(erased, ContactPoint(PointKind.EMAIL, "anna@example.pl")))


def leads_back(outside: Outside) -> None:
    (erased, *_) = last(outside, Erasure).customers
    outside.ports.search_index.places["", "pralka", "202611"] = {f"01/{erased}"}


def told_once_more(outside: Outside) -> None:
    told = next(one for one in outside.simulation.threads.records(Entry) if one.facts.get("broadcast"))
    add(outside, replace(told, id=f"{len(outside.simulation.threads.history):026}"))


def sent_elsewhere(outside: Outside) -> None:
    answer = the_answer(outside)
    elsewhere = replace(answer.delivery, recipient="somebody@else.example")
    add(outside, replace(answer, id="0" * 26, delivery=elsewhere))


def with_a_file_that_was_not_sent(outside: Outside) -> None:
    data = b"%PDF-1.4"
    file = AttachmentRef(hashlib.sha256(data).hexdigest(), "umowa.pdf", "application/pdf", len(data))
    outside.ports.attachments.objects[attachment_key(the_answer(outside).customer_id, file.sha256)] = data
    change(outside, the_answer(outside), attachments=(file,))


def shown_like_the_first(outside: Outside) -> None:
    (copy,) = (entry for entry in outside.simulation.threads.records(Entry) if entry.is_second_copy)
    change(outside, copy, arrival=replace(copy.arrival, duplicate_of=""))


def joined_by_somebody_else(outside: Outside) -> None:
    outside.said[-1].dmarc = "FAIL"


def seen_another_version(outside: Outside) -> None:
    outside.requests[-1].headers = {**outside.requests[-1].headers, "If-Match": '"77"'}


def step_again(outside: Outside) -> None:
    with_level(outside, 1)
    with_level(outside, 2)


def step_too_early(outside: Outside) -> None:
    with_level(outside, 0, due_at=outside.world.at + timedelta(days=1))
    with_level(outside, 1)


def unread(outside: Outside) -> None:
    entry = inbound(outside)
    change(outside, entry, arrival=replace(entry.arrival, unparsed="somebody says so"))


def read_as(outside: Outside, text: str) -> None:
    entry = inbound(outside)
    change(outside, entry, reading=replace(entry.reading, text=text))


def queued_again(outside: Outside) -> None:
    answer = the_answer(outside)
    change(outside, answer, delivery=replace(answer.delivery, status=DeliveryStatus.QUEUED))


def lost_twice(outside: Outside) -> None:
    answer = the_answer(outside)
    for number in "12":
        told = {"kind": EntryKind.EVENT, "event": "delivery.bounced", "facts": {"entry": answer.id}, "delivery": None}
        add(outside, replace(answer, id=number * 26, text="", **told))


def sent_before_its_claim(outside: Outside) -> None:
    mail = outside.ports.mail
    mail.accepted[-1] = replace(mail.accepted[-1], after_write=0)


def heard_under_another_id(outside: Outside) -> None:
    announced = outside.ports.announcer.announced
    announced.append(replace(announced[-1], id="another"))


def heard_with_an_address(outside: Outside) -> None:
    announced = outside.ports.announcer.announced
    announced.append(replace(announced[-1], facts={"address": "anna@example.pl"}))


def acknowledged_again(outside: Outside) -> None:
    answer = the_answer(outside)
    add(outside, replace(answer, id="0" * 26, at=answer.at + timedelta(hours=23)))


PHONE = ContactPoint(PointKind.PHONE, "+48609999999")


def called_open_again(outside: Outside) -> None:
    case = last(outside, Case)
    promises = {id_: replace(promise, status=PromiseStatus.OPEN) for id_, promise in case.promises.items()}
    change(outside, case, promises=promises)


def sent_too_early(outside: Outside) -> None:
    sms = outside.ports.sms
    sms.accepted[-1] = replace(sms.accepted[-1], at=MONDAY_TEN + timedelta(minutes=30))


def sent_to_somebody_who_had_opted_out(outside: Outside) -> None:
    """As if that had been known from the beginning."""
    point = the_answer(outside).delivery.point
    add(outside, Reachability(point, {Purpose.SERVICE: OptOut(MONDAY_TEN + timedelta(days=1), "customer")}))
    history = outside.simulation.threads.history
    history.insert(0, history.pop())
    mail = outside.ports.mail
    mail.accepted[-1] = replace(mail.accepted[-1], after_write=mail.accepted[-1].after_write + 1)


TAMPERING: Mapping[Callable, tuple[str, Callable[[Outside], Any]]] = {
    keeping.what_was_accepted_stands_in_the_hub_once: (WRITES, lambda o: o.said.append(replace(o.said[0], mark=99))),
    keeping.every_raw_message_has_its_one_ledger_row: (WRITES, lambda o: put(o, "raw/2026/11/23/email-x")),
    keeping.nothing_stays_in_incoming: (WRITES, lambda o: put(o, "incoming/email/x")),
    keeping.every_ledger_row_has_its_one_outcome: (
        WRITES,
        lambda o: add(o, replace(last(o, LedgerRow), fingerprint="another")),
    ),
    keeping.every_attachment_of_an_entry_is_there: (FAX, lambda o: o.ports.attachments.objects.clear()),
    keeping.functions_fail_for_known_reasons_only: (WRITES, lambda o: o.world.failures.append(KeyError("a mistake"))),
    keeping.an_answer_of_the_api_is_kept_to: (FORM, lambda o: o.requests[-1].answers.append(Answer(201, "another"))),
    belonging.a_message_joins_a_case_only_by_right: (FOLLOWS, joined_by_somebody_else),
    belonging.what_can_be_read_is_read: (WRITES, unread),
    belonging.a_contact_point_has_one_owner_who_lists_it: (
        WRITES,
        lambda o: add(o, replace(last(o, PointOwner), point=PHONE)),
    ),
    belonging.a_refused_contact_point_is_somebody_elses: (
        "an agent learns of a number",
        lambda o: o.requests[-1].answers.append(Answer(409, "")),
    ),
    belonging.every_entry_stands_in_a_case_that_can_be_found: (
        WRITES,
        lambda o: change(o, inbound(o), case_id="nowhere"),
    ),
    counting.the_order_of_a_thread_is_that_of_time: (
        WRITES,
        lambda o: change(o, inbound(o), at=MONDAY_TEN + timedelta(hours=1)),
    ),
    keeping.what_came_more_than_once_is_shown_once: (TWICE, shown_like_the_first),
    counting.counters_equal_a_recount: (WRITES, lambda o: change(o, last(o, Case), messages_in=7)),
    counting.nothing_that_happened_is_forgotten: (WRITES, lambda o: change(o, last(o, Case), participants=())),
    counting.every_change_of_a_case_stands_in_its_thread: (WRITES, lambda o: change(o, last(o, Case), notes=1)),
    mentioning.whoever_is_mentioned_has_a_row_that_leads_there: (MENTION, lambda o: drop(o, last(o, Mention))),
    mentioning.every_row_of_a_mention_leads_to_what_mentions_them: (
        MENTION,
        lambda o: add(o, replace(last(o, Mention), whom="agent:olga")),
    ),
    mentioning.nobody_is_told_twice_of_one_mention: (
        MENTION,
        lambda o: change(
            o,
            (notice := last(o, Entry, kind=EntryKind.NOTICE)),
            delivery=replace(notice.delivery, recipient="jan@company.example"),
        ),
    ),
    merging.survivors_and_merged_know_each_other: (
        MERGED,
        lambda o: change(
            o, next(one for one in o.simulation.threads.records(Customer) if one.merged_from), merged_from=()
        ),
    ),
    merging.whoever_is_merged_has_a_journal_that_says_so: (
        MERGED,
        lambda o: change(o, last(o, Merge), undone_at=MONDAY_TEN),
    ),
    merging.owners_are_those_who_answer_for_the_home: (MERGED, back_home_too_early),
    merging.what_was_moved_is_found_where_it_went: (
        MOVED,
        lambda o: change(
            o, next(one for one in o.simulation.threads.records(Entry) if one.moved_to), text="still here"
        ),
    ),
    merging.what_was_proved_is_remembered: (
        PROVED,
        lambda o: change(
            o, next(one for one in o.simulation.threads.records(PointOwner) if one.verified), verified=False
        ),
    ),
    sending.nothing_is_sent_twice: (ANSWER, lambda o: o.ports.mail.accepted.append(o.ports.mail.accepted[-1])),
    sending.what_is_said_of_a_delivery_is_true: (ANSWER, lambda o: o.ports.mail.accepted.clear()),
    sending.nobody_is_rung_twice: (
        "the app is rung and reads",
        lambda o: o.ports.push.accepted.append(o.ports.push.accepted[-1]),
    ),
    sending.what_nobody_read_goes_elsewhere_once: (
        "an answer in the app is not read",
        lambda o: add(o, replace(next(e for e in o.simulation.threads.records(Entry) if e.repeats), id="0" * 26)),
    ),
    sending.a_delivery_only_moves_forward: (ANSWER, queued_again),
    sending.a_delivery_follows_what_its_carrier_reported: (
        ANSWER,
        lambda o: o.reported.append((the_answer(o).id, "Bounce")),
    ),
    sending.a_loss_is_told_once: (ANSWER, lost_twice),
    sending.nobody_sends_what_somebody_has_judged: (ANSWER, sent_before_its_claim),
    sending.a_mail_carries_the_files_of_its_entry: (ANSWER, with_a_file_that_was_not_sent),
    sending.answers_go_to_their_customer_and_notices_to_colleagues: (ANSWER, sent_elsewhere),
    permitting.nobody_is_disturbed_in_quiet_hours: (QUIET, sent_too_early),
    permitting.nothing_leaves_to_where_nothing_may_go: (ANSWER, sent_to_somebody_who_had_opted_out),
    digesting.nobody_gets_more_single_notices_than_the_limit: (OUTAGE, lambda o: [one_more_notice(o) for _ in "12"]),
    digesting.what_is_held_back_is_told_in_the_digest_that_it_names: (OUTAGE, lambda o: one_more_notice(o, "digest")),
    digesting.each_event_says_how_it_was_told: (OUTAGE, one_more_notice),
    waiting.who_waits_is_known_and_has_the_right_clock: (
        WRITES,
        lambda o: change(o, last(o, Case), awaiting_since=None),
    ),
    waiting.each_step_happens_once: (WAITS, step_again),
    answering.nobody_is_acknowledged_twice_a_day: (ACKNOWLEDGED, acknowledged_again),
    answering.no_machine_and_no_stranger_is_acknowledged: (
        ACKNOWLEDGED,
        lambda o: add(o, replace(the_answer(o), id="0" * 26)),
    ),
    keeping.every_call_of_staff_that_was_answered_is_in_the_audit: (
        "two administrators save",
        lambda o: o.ports.audit.records.clear(),
    ),
    configuring.a_saved_configuration_is_the_version_that_it_was_answered_with: (
        "two administrators save",
        lambda o: o.ports.configuration_documents.kept.popitem(),
    ),
    recording.an_id_of_another_system_leads_to_the_one_customer_who_was_answered: (
        RECORDED,
        lambda o: change(o, last(o, PointOwner, point=external_id("crm:4711")), customer_id="nobody", home=""),
    ),
    recording.what_a_system_wrote_of_a_customer_is_there: (
        RECORDED,
        lambda o: change(o, last(o, CustomerAttributes), values=MappingProxyType({})),
    ),
    recording.every_other_name_is_told: (WRITES, lambda o: change(o, last(o, Customer), name="Somebody else")),
    assigning.what_can_be_given_is_given: (GIVEN, lambda o: change(o, last(o, Case), assignee="")),
    assigning.an_open_case_has_a_team_that_is_there: (
        WRITES,
        lambda o: (o.configure(former_teams={"gone": "care"}), change(o, last(o, Case), team="gone")),
    ),
    assigning.whoever_is_given_a_case_is_there_and_has_room: (
        GIVEN,
        lambda o: change(o, last(o, Agent), given=last(o, Agent).given + 1),
    ),
    assigning.a_routed_case_says_why: (ROUTED, lambda o: change(o, last(o, Case), routed_by="another")),
    promising.what_is_promised_has_its_clock: (PROMISED, lambda o: change(o, last(o, Case), clocks={})),
    promising.a_promise_whose_time_ran_out_is_broken: (PROMISED, called_open_again),
    rating.each_closing_is_rated_once: (
        "a customer rates twice at once",
        lambda o: change(o, last(o, Survey), score=last(o, Survey).score % 5 + 1),
    ),
    tasking.what_is_to_be_done_has_its_clock: (ASKED, lambda o: change(o, last(o, Case), clocks={})),
    erasing.every_erasure_is_carried_out: (
        ERASED,
        lambda o: change(o, last(o, Erasure), status=ErasureStatus.RUNNING),
    ),
    erasing.nothing_is_left_of_who_was_erased: (ERASED, comes_back),
    erasing.no_word_leads_to_who_was_erased: (ERASED, leads_back),
    erasing.what_was_erased_is_counted_once: (ERASED, lambda o: change(o, last(o, Erasure), found={})),
    erasing.nothing_is_erased_but_by_an_erasure: (
        ANSWER,
        lambda o: change(o, last(o, LedgerRow, outcome="stored"), outcome="erased"),
    ),
    disposing.every_disposal_comes_to_its_end: (
        DISPOSED,
        lambda o: change(o, last(o, Disposal), status=DisposalStatus.RUNNING),
    ),
    disposing.whatever_is_over_is_gone: (
        DISPOSED,
        lambda o: change(o, last(o, Case), status=CaseStatus.CLOSED, closed_at=MONDAY_TEN - timedelta(days=400)),
    ),
    disposing.nothing_is_left_of_a_case_that_is_gone: (
        DISPOSED,
        lambda o: add(o, replace(inbound(o), id="0" * 26, case_id=last(o, Disposal).id)),
    ),
    disposing.no_case_goes_before_its_time_and_no_entry_without_its_case: (
        DISPOSED,
        lambda o: change(o, last(o, Disposal), started_at=last(o, Disposal).closed_at),
    ),
    disposing.every_file_that_an_entry_names_is_there: (DISPOSED, lambda o: o.ports.attachments.objects.clear()),
    disposing.what_was_deleted_is_counted_once: (DISPOSED, lambda o: change(o, last(o, Disposal), found={})),
    exporting.every_export_comes_to_its_end: (
        EXPORTED,
        lambda o: change(o, last(o, Export), status=ExportStatus.RUNNING),
    ),
    exporting.what_was_there_is_in_the_export_once: (EXPORTED, lambda o: change(o, last(o, Export), parts=())),
    exporting.an_export_says_how_much_is_in_it: (EXPORTED, lambda o: change(o, last(o, Export), found={})),
    exporting.a_customer_is_shown_nothing_that_was_said_among_us: (
        EXPORTED,
        lambda o: change(o, last(o, Export), own="somebody"),
    ),
    broadcasting.nobody_gets_one_broadcast_twice: (MANY, told_once_more),
    broadcasting.whoever_was_chosen_has_exactly_one_outcome: (
        MANY,
        lambda o: change(o, last(o, Recipient), state=RecipientState.WAITING),
    ),
    broadcasting.how_its_messages_ended_is_counted: (MANY, lambda o: change(o, last(o, Broadcast), failed=1)),
    broadcasting.an_incident_knows_how_many_are_linked: (MANY, lambda o: change(o, last(o, Incident), linked=1)),
    tasking.what_is_to_be_done_stands_in_its_list: (ASKED, lambda o: change(o, last(o, ListedTask), team="sales")),
    waiting.no_step_happens_before_it_is_due_or_after_the_answer: (WAITS, step_too_early),
    waiting.each_step_is_told_and_sent: (WAITS, step_again),
    waiting.nothing_due_is_left_undone: (WAITS, lambda o: with_level(o, 0)),
    waiting.an_agent_overrides_nothing_unseen: (ANSWER, seen_another_version),
    reading.every_fax_is_read_or_says_why: (FAX, lambda o: change(o, inbound(o), reading=WAITING)),
    reading.a_fax_is_read_once: (FAX, lambda o: read_as(o, "")),
    reading.what_was_read_stands_on_the_pages: (FAX, lambda o: read_as(o, "Strona 9")),
    telling.every_event_is_as_the_catalogue_says: (ANSWER, heard_with_an_address),
    reporting.what_happened_is_counted_once: (COUNTED, lambda o: counted_without(o, "in")),
    reporting.the_backlog_is_what_is_open: (COUNTED, lambda o: counted_without(o, "flow")),
    finding.whatever_was_written_is_found: (SEARCHED, lambda o: o.ports.search_index.places.clear()),
    finding.whatever_has_a_tag_is_listed_by_it: (SEARCHED, lambda o: o.ports.search_index.places.clear()),
    finding.the_index_leads_to_nothing_else: (
        SEARCHED,
        lambda o: o.ports.search_index.places.setdefault(("", "nic", "202611"), set()).add("01/a"),
    ),
    telling.everything_is_announced: (ANSWER, lambda o: o.ports.announcer.announced.clear()),
    telling.every_change_is_in_the_feed: (ANSWER, lambda o: forget(o, FeedRow)),
    telling.every_change_is_in_the_feed_of_the_app_that_follows: (
        "an app follows its thread",
        lambda o: [drop(o, row) for row in o.simulation.threads.records(FeedRow) if row.feed != AGENTS][-1],
    ),
    telling.a_ticket_lets_in_once: (CONNECTED, lambda o: o.let_in.append(o.let_in[-1])),
    telling.nobody_hears_anything_when_their_token_has_ended: (
        CONNECTED,
        lambda o: o.ports.connected.heard.append((o.let_in[0][1], o.world.at + timedelta(hours=3))),
    ),
    telling.two_events_never_share_an_id: (ANSWER, heard_under_another_id),
}


def test_every_invariant_is_tampered_with():
    assert {*TAMPERING} == {*INVARIANTS}


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda invariant: invariant.__name__)
def test_an_invariant_sees_what_breaks_it(invariant):
    story, tamper = TAMPERING[invariant]
    told = try_plan(story, {})
    assert not told.breaches
    tamper(told.outside)
    assert [*invariant(Rest(told.outside))]
