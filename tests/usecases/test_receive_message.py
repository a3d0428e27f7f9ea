"""Every raw message gets exactly one outcome, and it is the right one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import Customer, PointOwner
from chalicelib.domain.errors import StorageUnavailable, Unparsable, WriteConflict
from chalicelib.domain.machines import MachineKind, MachineMail
from chalicelib.domain.messages import Anchor, Attachment, LedgerRow, ParkedMessage, ParkedRecord, Receipt
from chalicelib.domain.reachability import Reachability
from chalicelib.domain.remarks import hindered, remark
from chalicelib.domain.reply_address import reply_address_for
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import LONGEST_TEXT, Entry, EntryKind, attachment_key
from chalicelib.domain.trust import Trust
from chalicelib.usecases.receive_message import Duplicate, Parked, Stored
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_FAX, ANNAS_PHONE, BARTEK, RING, message
from tests.fakes.memory_store import Moment


def signed(case):
    return reply_address_for(case.reference, case.customer_id, "hub.example", RING)


def test_a_first_message_makes_customer_case_and_thread(hub):
    outcome = hub.write(subject="Faktura", visible_text="Brak faktury", sender_name="Anna")
    case = hub.case(outcome)
    (entry,) = hub.thread(outcome.customer_id)
    customer = hub.threads.get_customer_page(outcome.customer_id).customer
    assert (customer.name, dict(customer.open_cases)) == ("Anna", {case.id: case.reference})
    assert (case.team, case.inbox, case.subject) == ("care", "support", "Faktura")
    assert case.deadline_at == hub.now() + timedelta(hours=4)
    assert (entry.text, entry.arrival.rule, entry.arrival.trust) == ("Brak faktury", "new_case", Trust.AUTHENTICATED)
    assert hub.threads.find_owner(ANNA).customer_id == outcome.customer_id
    assert hub.threads.list_points(outcome.customer_id) == (ANNA,)


def test_the_raw_message_moves_to_where_the_entry_says(hub):
    outcome = hub.write()
    (entry,) = hub.thread(outcome.customer_id)
    assert list(hub.raw.objects) == [entry.arrival.raw_key]
    kept = hub.raw.objects[entry.arrival.raw_key]
    assert kept.body == b"raw 1"
    assert kept.receipt.recipients == ("pomoc@hub.example",)
    (row,) = hub.threads.records(LedgerRow)
    assert (row.outcome, row.target, row.entry_id) == ("stored", outcome.reference, entry.id)


def test_a_second_message_joins_the_only_open_case(hub):
    first, second = hub.write(), hub.write()
    assert (second.case_id, second.rule) == (first.case_id, "by_only_open_case")
    assert hub.case(first).messages_in == 2
    assert len(hub.thread(first.customer_id)) == 2


def test_an_answer_to_our_address_joins_its_case_among_several(hub):
    case = hub.case(hub.write(trust=Trust.UNVERIFIED))
    hub.write(trust=Trust.UNVERIFIED)
    outcome = hub.write(trust=Trust.UNVERIFIED, addressed_to=(signed(case),))
    assert (outcome.case_id, outcome.rule) == (case.id, "by_signed_reply_address")


def test_an_answer_to_the_customers_own_mail_joins_by_in_reply_to(hub):
    first = hub.write(message_id="first@example.pl")
    hub.write(trust=Trust.UNVERIFIED)
    outcome = hub.write(in_reply_to=("first@example.pl",))
    assert (outcome.case_id, outcome.rule) == (first.case_id, "by_in_reply_to")


def test_a_stranger_who_answers_gets_a_case_of_their_own_that_says_what_it_claims(hub):
    case = hub.case(hub.write())
    outcome = hub.write(sender=BARTEK, addressed_to=(signed(case),))
    assert outcome.customer_id != case.customer_id
    assert hub.case(outcome).claims == (case.reference,)
    assert len(hub.thread(case.customer_id)) == 1


def test_somebody_in_copy_writes_into_the_customers_thread_and_becomes_nobody(hub):
    case = hub.case(hub.write(participants=(BARTEK,)))
    outcome = hub.write(sender=BARTEK, addressed_to=(signed(case),))
    assert outcome.customer_id == case.customer_id
    assert hub.threads.find_owner(BARTEK) is None
    assert len(hub.threads.records(Customer)) == 1


def test_an_unverified_mail_brings_nobody_else_into_a_case(hub):
    case = hub.case(hub.write(trust=Trust.UNVERIFIED, participants=(BARTEK,)))
    hub.write(trust=Trust.UNVERIFIED, addressed_to=(signed(case),), participants=(BARTEK,))
    assert hub.threads.get_case(case.customer_id, case.id).participants == (ANNA,)
    assert hub.write(sender=BARTEK, addressed_to=(signed(case),)).customer_id != case.customer_id


def test_a_forged_sender_gets_a_provisional_customer_that_owns_nothing(hub):
    real = hub.write()
    forged = hub.write(trust=Trust.FORGED, addressed_to=(signed(hub.case(real)),))
    assert forged.customer_id != real.customer_id
    assert hub.threads.get_customer_page(forged.customer_id).customer.claims_to_be == ANNA
    assert hub.threads.find_owner(ANNA).customer_id == real.customer_id
    assert hub.threads.list_points(forged.customer_id) == ()
    assert hub.case(forged).claims == (hub.case(real).reference,)


def test_a_fax_from_a_withheld_number_is_kept_with_a_provisional_customer(hub):
    outcome = hub.write(channel=Channel.FAX, sender=None, trust=Trust.UNVERIFIED, recipients=("fax@hub.example",))
    customer = hub.threads.get_customer_page(outcome.customer_id).customer
    assert (customer.claims_to_be, hub.threads.records(PointOwner)) == (None, [])


def test_mail_fax_and_sms_of_one_customer_stand_in_one_thread_once_the_points_are_known(hub):
    mail = hub.write()
    for point in (ANNAS_FAX, ANNAS_PHONE):
        hub.add_contact_point(mail.customer_id, "eva", point)
    hub.later(seconds=1)
    fax = hub.write(channel=Channel.FAX, sender=ANNAS_FAX, recipients=("fax@hub.example",))
    hub.later(seconds=1)
    sms = hub.write_sms(ANNAS_PHONE)
    assert {mail.case_id, fax.case_id, sms.case_id} == {mail.case_id}
    channels = [entry.channel for entry in hub.thread(mail.customer_id, EntryKind.INBOUND)]
    assert channels == [Channel.EMAIL, Channel.FAX, Channel.SMS]


def test_the_same_receipt_again_is_a_duplicate_and_changes_nothing(hub):
    first = hub.write(fingerprint="same")
    before = hub.threads.records()
    hub.said[b"raw 1"] = message()
    receipt = Receipt("email", "same", hub.now(), ("pomoc@hub.example",))
    again = hub.receive(hub.raw.put_incoming(receipt, b"raw 1"), receipt, hub.parse)
    assert isinstance(again, Duplicate)
    assert (again.row.target, again.same_content) == (first.reference, True)
    assert hub.threads.records() == before
    assert [key for key in hub.raw.objects if key.startswith("incoming/")] == []


def test_the_same_receipt_with_other_bytes_is_told_apart_and_left_to_the_caller(hub):
    hub.write(fingerprint="same")
    again = hub.write(fingerprint="same")
    assert isinstance(again, Duplicate)
    assert not again.same_content
    assert [key for key in hub.raw.objects if key.startswith("incoming/")] != []


def test_automatic_mail_is_shown_in_its_case_and_starts_no_clock(hub):
    case = hub.case(hub.write(message_id="first@example.pl"))
    hub.close(case.reference, "eva")
    outcome = hub.write(in_reply_to=("first@example.pl",), automatic="auto-submitted: auto-replied")
    case = hub.case(outcome)
    assert (case.status, case.awaiting_since, case.automatic_in) == (CaseStatus.CLOSED, None, 1)
    assert hub.thread(case.customer_id, EntryKind.INBOUND)[-1].arrival.automatic


def test_automatic_mail_that_belongs_nowhere_is_a_case_without_a_clock(hub):
    case = hub.case(hub.write(automatic="precedence: bulk"))
    assert (dict(case.clocks), case.next_step_at, case.status) == ({}, None, CaseStatus.OPEN)


def test_a_reply_to_a_closed_case_reopens_it(hub):
    first = hub.write(message_id="first@example.pl")
    hub.close(hub.case(first).reference, "eva")
    hub.later(days=3)
    again = hub.write(in_reply_to=("first@example.pl",))
    case = hub.case(again)
    customer = hub.threads.get_customer_page(case.customer_id).customer
    assert (again.case_id, case.status, case.cycle) == (first.case_id, CaseStatus.OPEN, 2)
    assert list(case.clocks) == [ClockName.FIRST_RESPONSE]
    assert (dict(customer.open_cases), customer.open_case_count) == ({case.id: case.reference}, 1)


def test_a_reply_long_after_closing_is_a_new_case_that_follows_the_old_one(hub):
    first = hub.write(message_id="first@example.pl")
    reference = hub.case(first).reference
    hub.write(in_reply_to=("first@example.pl",))
    joined = hub.thread(first.customer_id, EntryKind.INBOUND)[-1].arrival.evidence
    hub.close(reference, "eva")
    hub.later(days=15)
    again = hub.write(in_reply_to=("first@example.pl",))
    assert (again.rule, hub.case(again).follows) == ("follow_up", reference)
    newest = hub.thread(again.customer_id, EntryKind.INBOUND)[-1]
    closed = remark("closed_too_long", day=f"{hub.case(first).closed_at:%Y-%m-%d}")
    assert newest.arrival.evidence == hindered(joined, closed)
    assert again.customer_id == first.customer_id
    assert hub.case(first).status is CaseStatus.CLOSED


def test_an_unknown_inbox_parks_the_message_whole(hub):
    outcome = hub.write(recipients=("nobody@hub.example",))
    assert (outcome.name, outcome.reason) == ("parked", "unknown_inbox")
    (record,) = hub.threads.records(ParkedRecord)
    assert hub.raw.objects[record.raw_key].body == b"raw 1"
    assert "nobody@hub.example" in record.detail


def test_what_a_channel_parks_is_parked_with_its_reason(hub):
    outcome = hub.write(ParkedMessage("spam", "SES said so"))
    assert isinstance(outcome, Parked)
    assert [row.outcome for row in hub.threads.records(LedgerRow)] == ["parked"]
    assert hub.threads.records(Customer) == []


def test_parking_the_same_message_twice_is_one_parked_message(hub):
    hub.write(ParkedMessage("spam"), fingerprint="same")
    hub.written = 0
    again = hub.write(ParkedMessage("spam"), fingerprint="same")
    assert isinstance(again, Duplicate)
    assert len(hub.threads.records(ParkedRecord)) == 1


def test_a_message_past_the_limits_is_kept_unread_and_somebody_has_to_look(hub):
    outcome = hub.write(Unparsable("more than 500 parts"))
    (entry,) = hub.thread(outcome.customer_id)
    assert isinstance(outcome, Stored)
    assert (entry.text, entry.arrival.unparsed) == ("", "more than 500 parts")
    assert hub.raw.objects[entry.arrival.raw_key].body == b"raw 1"
    assert hub.case(outcome).awaiting_since == hub.now()


def test_an_error_of_the_store_is_never_taken_for_an_error_of_the_message(hub):
    def fail(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            raise StorageUnavailable()

    hub.threads.hook = fail
    with pytest.raises(StorageUnavailable):
        hub.write()
    assert hub.threads.records() == []
    assert [key.split("/")[0] for key in hub.raw.objects] == ["incoming", "raw"]


def test_who_loses_a_race_reads_again_and_joins_what_the_winner_made(hub):
    rival = []

    def overtake(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            rival[0] = hub.write(visible_text="first")

    hub.threads.hook = overtake
    second = hub.write(visible_text="second")
    assert (second.case_id, second.rule) == (rival[0].case_id, "by_only_open_case")
    assert len(hub.threads.records(Customer)) == 1
    assert {entry.text for entry in hub.thread(second.customer_id)} == {"first", "second"}


def test_of_two_messages_at_once_neither_undoes_what_the_other_brought(hub):
    first = hub.write()
    celina = ContactPoint(PointKind.EMAIL, "celina@example.pl")
    rival = []

    def overtake(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            hub.later(seconds=1)
            rival[0] = hub.write(participants=(BARTEK,))

    hub.later(seconds=1)
    hub.threads.hook = overtake
    hub.write(participants=(celina,))
    case = hub.case(first)
    assert {BARTEK, celina} <= {*case.participants}
    assert case.last_inbound_id == rival[0].entry_id
    assert case.last_activity_at == hub.now()


def test_a_message_that_meets_a_closing_agent_reopens_the_case(hub):
    first = hub.write(message_id="first@example.pl")
    reference = hub.case(first).reference
    closing = []

    def close(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not closing:
            closing.append(None)
            hub.close(reference, "eva")

    hub.threads.hook = close
    hub.write(in_reply_to=("first@example.pl",))
    assert (hub.case(first).status, hub.case(first).cycle) == (CaseStatus.OPEN, 2)


def test_a_store_that_always_conflicts_is_unavailable_and_not_an_endless_loop(hub):
    def conflict(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            raise WriteConflict()

    hub.threads.hook = conflict
    with pytest.raises(StorageUnavailable):
        hub.write()


def test_attachments_lie_under_their_customer_and_hash_before_the_entry_exists(hub):
    seen = []

    def look(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            seen.append(dict(hub.attachments.objects))

    hub.threads.hook = look
    outcome = hub.write(attachments=(Attachment("f.pdf", "application/pdf", b"%PDF"),))
    (entry,) = hub.thread(outcome.customer_id)
    (ref,) = entry.attachments
    assert seen[0] == {attachment_key(outcome.customer_id, ref.sha256): b"%PDF"}
    assert (ref.name, ref.size) == ("f.pdf", 4)


def test_a_text_longer_than_an_entry_is_whole_in_a_file(hub):
    text = "ż" * (LONGEST_TEXT + 10)
    outcome = hub.write(visible_text=text, quoted_text="> stare")
    (entry,) = hub.thread(outcome.customer_id)
    assert entry.text == text[:LONGEST_TEXT]
    (ref,) = entry.attachments
    whole = hub.attachments.objects[attachment_key(outcome.customer_id, ref.sha256)].decode()
    assert whole == f"{text}\n\n> stare"


def test_a_message_id_that_somebody_used_before_stays_theirs(hub):
    first = hub.write(message_id="same@example.pl")
    hub.write(message_id="same@example.pl", sender=BARTEK)
    (anchor,) = hub.threads.records(Anchor)
    assert anchor.case_id == first.case_id


def test_reading_costs_three_round_trips_and_two_for_a_new_sender_and_one_for_a_duplicate(hub):
    calls = []

    def note(call):
        if call.moment is Moment.BEFORE:
            calls.append(call.name)

    hub.threads.hook = note
    hub.write(fingerprint="same")
    assert calls == ["look_up", "commit"]
    calls.clear()
    hub.write()
    assert calls == ["look_up", "get_customer_page", "commit"]
    calls.clear()
    hub.write(fingerprint="same")
    assert calls == ["look_up"]


def test_an_sms_finds_the_case_that_we_last_wrote_to_the_number_about(hub):
    mail = hub.write()
    hub.add_contact_point(mail.customer_id, "eva", ANNAS_PHONE)
    owner = hub.threads.find_owner(ANNAS_PHONE)
    case = hub.case(hub.write(trust=Trust.UNVERIFIED))
    hub.threads.commit([_update_owner(owner, case.id)])
    assert hub.write_sms(ANNAS_PHONE).case_id == case.id


@pytest.mark.parametrize(
    ("name", "trust", "called"),
    [("Anna", Trust.AUTHENTICATED, "Anna"), ("", Trust.AUTHENTICATED, ANNAS_PHONE.value), ("", Trust.FORGED, "")],
)
def test_lists_call_who_has_no_name_by_their_address_unless_it_is_only_claimed(hub, name, trust, called):
    said = message(channel=Channel.SMS, sender=ANNAS_PHONE, sender_name=name, trust=trust, visible_text="Halo?")
    assert hub.case(hub.write(said, transport="sms", recipients=("+48700100200",))).customer_name == called


def _update_owner(owner, case_id):
    from chalicelib.usecases.ports import Update

    return Update(owner, replace(owner, last_case_id=case_id), ())


def test_entries_of_one_instant_keep_one_order_whatever_the_order_of_arrival(hub):
    hub.write(fingerprint="b")
    hub.write(fingerprint="a")
    ids = [entry.id for entry in hub.threads.records(Entry)]
    assert ids == sorted(ids)


DAEMON = ContactPoint(PointKind.EMAIL, "mailer-daemon@mx.example.pl")


def a_report(kind=MachineKind.BOUNCE, answers="", **said):
    machine = MachineMail(kind, "a delivery report", "mailbox_full", answers_message_id=answers)
    return message(**{"sender": DAEMON, "automatic": "a delivery report", "machine": machine, **said})


def test_a_bounce_of_our_answer_is_told_in_its_case_whose_customer_waits_again(hub):
    first = hub.write()
    hub.reply(hub.case(first).reference, "ola", Answer("Jutro."))
    hub.deliver_all()
    before = hub.case(first)
    outcome = hub.write(a_report(answers="carrier-1@eu-central-1.amazonses.com"))
    entry = hub.thread(first.customer_id, EntryKind.INBOUND)[-1]
    assert (outcome.case_id, outcome.rule) == (first.case_id, "by_reported_message")
    assert entry.arrival.machine.kind is MachineKind.BOUNCE
    assert entry.arrival.machine.reason == "mailbox_full"
    after = hub.case(first)
    assert (before.awaiting_since, after.awaiting_since) == (None, before.opened_at)
    assert (after.automatic_in, after.messages_in) == (1, before.messages_in)
    assert hub.threads.find_owner(DAEMON) is None


def test_a_bounce_at_the_signed_address_is_told_in_its_case_and_opens_nothing(hub):
    case = hub.case(hub.write())
    hub.close(case.reference, "ola")
    outcome = hub.write(a_report(addressed_to=(signed(case),)))
    assert (outcome.case_id, hub.case(outcome).status) == (case.id, CaseStatus.CLOSED)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (MachineKind.BOUNCE, "bounce"),
        (MachineKind.DELAY, "bounce"),
        (MachineKind.DELIVERED, "bounce"),
        (MachineKind.FEEDBACK, "complaint"),
    ],
)
def test_a_report_on_nothing_of_ours_is_parked_and_makes_nobody_a_customer(hub, kind, reason):
    said = a_report(kind, answers="unknown@eu-central-1.amazonses.com")
    outcome = hub.write(said, fingerprint="f")
    assert (outcome.name, outcome.reason) == ("parked", reason)
    assert [record.machine for record in hub.threads.records(ParkedRecord)] == [said.machine]
    assert hub.threads.records(Customer) == hub.threads.records(Case) == hub.threads.records(Reachability) == []
    assert [key for key in hub.raw.objects if key.startswith("incoming/")] == []
    assert hub.write(said, fingerprint="f").name == "duplicate"


def test_the_same_id_with_other_words_is_another_message(hub):
    first = hub.write(message_id="m@example.pl", visible_text="Halo?")
    for said in ({"visible_text": "Inne"}, {"sender": BARTEK}, {"trust": Trust.UNVERIFIED}):
        assert isinstance(hub.write(message_id="m@example.pl", **{"visible_text": "Halo?", **said}), Stored)
    assert len(hub.threads.records(LedgerRow)) == 4
    assert hub.case(first).messages_in == 2
