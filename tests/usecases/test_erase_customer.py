from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.case_kinds import SHIPPED_KINDS
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import PointOwner
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.devices import DeviceKind
from chalicelib.domain.erasure import Erasure, ErasureStatus, Ground, Requester, erased_point
from chalicelib.domain.errors import LegalHold, NotFound, RetentionRuns
from chalicelib.domain.external_ids import external_id
from chalicelib.domain.mentions import Mention, Mentioned
from chalicelib.domain.messages import Attachment, InboundMessage, LedgerRow, ParkedMessage, ParkedRecord, Receipt
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.storage.mapping import item_for
from chalicelib.usecases.answer import Answer
from chalicelib.usecases.erase_customer import EraseCustomer
from chalicelib.usecases.erased_entries import CAME_DURING_ERASURE
from chalicelib.usecases.hold_customer import HoldCustomer
from chalicelib.usecases.record_customer import CustomerRecord, RecordCustomer
from chalicelib.usecases.replay_erasures import Became, ReplayErasures
from chalicelib.usecases.replay_messages import Days
from chalicelib.usecases.request_erasure import RequestErasure, Wanted
from chalicelib.usecases.write_attributes import WriteAttributes
from tests.domain.making import ANNA
from tests.usecases.conftest import MemoryHub
from tests.usecases.staffing import staff

BARTEK = ContactPoint(PointKind.EMAIL, "bartek@example.pl")
PHONE = ContactPoint(PointKind.PHONE, "+48601234567")
WANTED = Wanted(Ground.NO_LONGER_NEEDED, Requester.CUSTOMER, "GDPR, art. 17(1)(a)")
CANARY = "kanarek"


class Eraser:
    def __init__(self, hub: MemoryHub) -> None:
        self.hub = hub
        self.request = RequestErasure(hub.threads, hub.configuration, hub.queues, hub.now, hub.randomness)
        self.work = EraseCustomer(hub.threads, hub.raw, hub.attachments, hub.configuration, hub.now)
        self.hold = HoldCustomer(hub.threads, hub.now, hub.randomness)
        self.replay = ReplayErasures(hub.threads, hub.raw, hub.queues, hub.now)

    def __call__(self, customer_id: str, wanted: Wanted = WANTED) -> Erasure:
        """As minutes go by, until it is done."""
        self.hub.later(seconds=1)
        id_ = self.request(customer_id, "admin", wanted)
        return self.until_done(id_)

    def until_done(self, id_: str) -> Erasure:
        for _ in range(60):
            if self.work(id_):
                return self.hub.threads.get_erasure(id_)
            self.hub.later(minutes=1)
        raise AssertionError(self.hub.threads.get_erasure(id_))


@pytest.fixture
def erase(hub):
    return Eraser(hub)


def everything_in(hub) -> str:
    """Whatever stands in the table, the buckets and the queues, as it is stored."""
    records = [record for record in hub.threads.records() if not hub.threads._is_over(record)]
    table = [str(item_for(record).serialize()) for record in records]
    texts = [getattr(record, "text", "") for record in records]
    files = [*hub.raw.objects.values(), *hub.raw.tombstones.values(), *hub.attachments.objects.items()]
    return str([*table, *texts, *hub.raw.objects, *files, vars(hub.queues)])


def a_person_full_of_canaries(hub):
    """Words that are nobody else's, in every field that a person can fill."""
    file = Attachment(f"{CANARY}.txt", "text/plain", f"{CANARY} w pliku".encode())
    mail = hub.write(
        sender=ContactPoint(PointKind.EMAIL, f"{CANARY}@example.pl"),
        sender_name=f"Kanarek {CANARY}",
        subject=f"{CANARY} w temacie",
        visible_text=f"{CANARY} w liście",
        quoted_text=f"{CANARY} w cytacie",
        signature=f"{CANARY} w podpisie",
        message_id=f"{CANARY}@mail.example.pl",
        participants=(ContactPoint(PointKind.EMAIL, f"{CANARY}.mąż@example.pl"),),
        attachments=(file,),
    )
    case = hub.case(mail)
    staff(hub, "jan", email="jan@company.example")
    hub.add_note(case.reference, "ewa", f"{CANARY} w notatce", Mentioned(("jan",), ("care",)))
    hub.reply(case.reference, "ewa", Answer(f"{CANARY} w odpowiedzi"))
    hub.deliver_all()
    hub.add_contact_point(mail.customer_id, "ewa", PHONE)
    hub.write_sms(PHONE, f"{CANARY} w smsie")
    login = ContactPoint(PointKind.APP, f"https://login.example|{CANARY}")
    hub.add_contact_point(mail.customer_id, "ewa", login)
    hub.devices.register(login.value, "telefon", DeviceKind.APNS, f"{CANARY}token", "pl")
    record = CustomerRecord(external_id(f"crm:{CANARY}"), points=(PHONE,), verified=frozenset([PHONE]))
    RecordCustomer(hub.threads, hub.now, hub.randomness)(record, "agent:service:crm")
    WriteAttributes(hub.threads, hub.now)(mail.customer_id, "agent:service:crm", {"crm.name": f"{CANARY} w CRM"})
    hub.block(ContactPoint(PointKind.EMAIL, f"{CANARY}@example.pl"), "ewa", f"{CANARY} w powodzie", blocked=True)
    hub.write(ParkedMessage("ambiguous_sender", f"{CANARY}@example.pl"))
    return mail


def test_nothing_of_the_person_is_left_anywhere_and_nothing_of_anybody_else_is_gone(hub, erase):
    other = hub.write(sender=BARTEK, visible_text="Bartek")
    mail = a_person_full_of_canaries(hub)
    assert CANARY in everything_in(hub)
    assert CANARY not in str(hub.threads.records(Mention))
    assert len(hub.threads.records(Mention)) == 2
    erasure = erase(mail.customer_id)
    hub.later(days=2)  # what only expires has expired
    assert CANARY not in everything_in(hub)
    assert hub.threads.records(Mention) == []
    assert PHONE.value not in everything_in(hub)
    assert len(hub.raw.objects) == 1
    assert erasure.status is ErasureStatus.DONE
    assert not erasure.points
    assert [entry.text for entry in hub.thread(other.customer_id, EntryKind.INBOUND)] == ["Bartek"]
    assert hub.threads.find_owner(BARTEK)


@pytest.mark.parametrize("who", ["the one it was moved from", "the one it was moved to"])
def test_no_mention_leads_to_who_was_erased_after_a_move_either(hub, erase, who):
    staff(hub, "jan")
    first, second = hub.write(sender=ANNA), hub.write(sender=BARTEK)
    hub.add_note(first.reference, "ewa", "@jan", Mentioned(("jan",)))
    hub.move_case(first.reference, "ewa", second.customer_id, "to Bartka")
    erase((first if who == "the one it was moved from" else second).customer_id)
    assert hub.threads.records(Mention) == []


def test_the_report_says_what_was_found_and_the_statistics_name_nobody(hub, erase):
    mail = hub.write(sender=ANNA, attachments=(Attachment("a.txt", "text/plain", b"a"),))
    hub.add_note(mail.reference, "ewa", "Notatka")
    erasure = erase(mail.customer_id)
    found = dict(erasure.found)
    assert found["entry"] >= 2
    counted = {name: found[name] for name in ("customer", "case", "contact_point", "raw_message", "file")}
    assert counted == {"customer": 1, "case": 1, "contact_point": 1, "raw_message": 1, "file": 1}
    case_of = f"{hub.now():%Y-%m}/care/"
    assert [name.startswith(case_of) and name.endswith("/email") for name in erasure.kept] == [True]


def test_an_opt_out_is_honoured_when_the_person_writes_again(hub, erase):
    hub.write_sms(PHONE, "Halo?")
    hub.record_opt_out(PHONE, "ewa", (Purpose.SERVICE,), "STOP", opted_out=True)
    first = hub.threads.find_owner(PHONE).customer_id
    erase(first)
    assert str(PHONE.value) not in everything_in(hub)
    again = hub.write_sms(PHONE, "Znowu ja")
    assert again.customer_id != first
    known = hub.threads.find_reachabilities([PHONE])[PHONE]
    assert known.has_opted_out(Purpose.SERVICE)
    assert known.kept_as == erased_point(PHONE)
    hub.record_opt_out(PHONE, "ewa", (Purpose.SERVICE,), "START", opted_out=False)  # and it can be ended as any other
    assert not hub.threads.find_reachabilities([PHONE])[PHONE].opt_outs


def test_a_mail_that_its_carrier_tells_of_once_more_does_not_bring_the_person_back(hub, erase):
    mail = hub.write(sender=ANNA, fingerprint="ses1")
    erase(mail.customer_id)
    hub.written -= 1
    again = hub.write(sender=ANNA, fingerprint="ses1", message_id="0@example.pl")
    assert (again.name, again.row.outcome) == ("duplicate", "erased")
    assert again.same_content
    assert hub.threads.find_owner(ANNA) is None


def test_a_replay_finds_nothing_to_replay(hub, erase):
    mail = hub.write(sender=ANNA)
    day = hub.now().date()
    erase(mail.customer_id)
    assert not hub.replay.of_days(Days(day, day), "admin").lines


def test_whoever_writes_after_it_begins_anew(hub, erase):
    mail = hub.write(sender=ANNA)
    erase(mail.customer_id)
    again = hub.write(sender=ANNA)
    assert again.customer_id != mail.customer_id
    assert len(hub.thread(again.customer_id, EntryKind.INBOUND)) == 1


def test_a_message_that_came_during_it_and_joined_an_erased_case_is_put_where_a_person_finds_it(hub, erase):
    mail = hub.write(sender=ANNA)
    id_ = erase.request(mail.customer_id, "admin", WANTED)
    begun = erase.work._begin(hub.threads.get_erasure(id_), hub.now() + timedelta(seconds=40))
    hub.later(seconds=1)
    late = hub.threads.get_entry(mail.customer_id, mail.entry_id)
    row = hub.threads.find_ledger_row("email", "f1")
    hub.threads._partitions[f"CUST#{mail.customer_id}"][f"T#{late.id}"] = replace(late, at=hub.now())
    erasure = erase.until_done(begun.id)
    (parked,) = hub.threads.records(ParkedRecord)
    assert (parked.reason, parked.raw_key) == (CAME_DURING_ERASURE, row.raw_key)
    assert row.raw_key in hub.raw.objects
    assert erasure.found["put_aside"] == 1
    released = hub.release(parked.id, hub_release())
    assert hub.threads.find_pointer(released.reference)


def hub_release():
    from chalicelib.domain.parking import Release

    return Release("ewa", "przyszła w trakcie")


def test_what_is_being_sent_just_now_is_waited_for(hub, erase):
    mail = hub.write(sender=ANNA)
    hub.reply(mail.reference, "ewa", Answer("Już sprawdzam"))
    (answer,) = hub.thread(mail.customer_id, EntryKind.OUTBOUND)
    lease = hub.now() + timedelta(minutes=2)
    sending = replace(answer, delivery=replace(answer.delivery, status=DeliveryStatus.SENDING, lease_until=lease))
    hub.threads._partitions[f"CUST#{mail.customer_id}"][f"T#{answer.id}"] = sending
    id_ = erase.request(mail.customer_id, "admin", WANTED)
    assert not erase.work(id_)
    assert hub.threads.get_entry(mail.customer_id, answer.id)
    assert erase.until_done(id_).done_at > lease


def test_what_waits_to_be_sent_is_not_sent(hub, erase):
    mail = hub.write(sender=ANNA)
    hub.reply(mail.reference, "ewa", Answer("Już sprawdzam"))
    erase(mail.customer_id)
    assert hub.deliver_all() == ["claimed_elsewhere"]
    assert not hub.mail.sent


def test_everybody_who_was_merged_into_them_is_erased_too(hub, erase):
    anna, bartek = hub.write(sender=ANNA), hub.write(sender=BARTEK)
    hub.merge(anna.customer_id, bartek.customer_id, "ewa", "jedna osoba")
    erasure = erase(bartek.customer_id)
    assert {*erasure.customers} == {anna.customer_id, bartek.customer_id}
    for point in (ANNA, BARTEK):
        assert hub.threads.find_owner(point) is None


def test_a_legal_hold_stands_against_it_until_it_is_lifted(hub, erase):
    mail = hub.write(sender=ANNA)
    erase.hold(mail.customer_id, "maria", "spór w sądzie")
    with pytest.raises(LegalHold):
        erase.request(mail.customer_id, "admin", WANTED)
    erase.hold.lift(mail.customer_id, "maria")
    assert erase(mail.customer_id).status is ErasureStatus.DONE


def test_a_hold_that_begins_after_the_request_stops_the_worker(hub, erase):
    mail = hub.write(sender=ANNA)
    id_ = erase.request(mail.customer_id, "admin", WANTED)
    erase.hold(mail.customer_id, "maria", "spór w sądzie")
    with pytest.raises(LegalHold):
        erase.work(id_)
    assert hub.threads.get_customer(mail.customer_id)


def test_a_case_that_the_law_wants_kept_says_until_when(hub, erase):
    kept = replace(SHIPPED_KINDS["complaint"], keep_days=365)
    hub.configured(kinds={**SHIPPED_KINDS, "complaint": kept})
    mail = hub.write(sender=ANNA)
    case = hub.case(mail)
    at = hub.now()
    hub.threads._partitions[f"CUST#{mail.customer_id}"][f"CASE#{case.id}"] = replace(
        case, kind="complaint", closed_at=at
    )
    with pytest.raises(RetentionRuns, match=f"{at + timedelta(days=365):%Y-%m-%d}"):
        erase.request(mail.customer_id, "admin", WANTED)
    hub.later(days=366)
    assert erase(mail.customer_id).status is ErasureStatus.DONE


def test_a_restored_table_is_told_by_the_tombstones(hub, erase):
    mail = hub.write(sender=ANNA)
    backup = {pk: {**rows} for pk, rows in hub.threads._partitions.items()}
    lists = {name: {**rows} for name, rows in hub.threads._lists._lists.items()}
    erasure = erase(mail.customer_id)
    assert [line.became for line in erase.replay().lines] == [Became.GONE]
    hub.threads._partitions, hub.threads._lists._lists = backup, lists
    assert hub.threads.find_owner(ANNA)
    assert [line.became for line in erase.replay().lines] == [Became.QUEUED]
    again = erase.until_done(erasure.id)
    assert (again.again, again.status) == (1, ErasureStatus.DONE)
    assert hub.threads.find_owner(ANNA) is None
    assert [row.outcome for row in hub.threads.records(LedgerRow)] == ["erased"]
    assert [line.became for line in erase.replay().lines] == [Became.GONE]


def test_a_second_worker_leaves_the_minute_to_the_first(hub, erase):
    mail = hub.write(sender=ANNA)
    id_ = erase.request(mail.customer_id, "admin", WANTED)
    assert not erase.work(id_)
    before = hub.threads.get_erasure(id_)
    assert not erase.work(id_)
    assert hub.threads.get_erasure(id_) == before


def test_a_parked_message_of_somebody_with_a_longer_address_stays(hub, erase):
    mail = hub.write(sender=ANNA)
    hub.write(ParkedMessage("ambiguous_sender", "hanna@example.pl"))
    hub.write(ParkedMessage("ambiguous_sender", "anna@example.pl"))
    hub.later(minutes=1)
    erase(mail.customer_id)
    assert [record.detail for record in hub.threads.records(ParkedRecord)] == ["hanna@example.pl"]


def test_what_was_parked_in_the_first_hours_of_a_month_goes_too(hub, erase):
    """Also where the customer's first record is of a later time of day."""
    mail = hub.write(sender=ANNA)
    hub.now.move(datetime(2026, 12, 1, 0, 5, tzinfo=UTC) - hub.now())
    hub.write(ParkedMessage("ambiguous_sender", "anna@example.pl"))
    hub.later(minutes=1)
    erase(mail.customer_id)
    assert hub.threads.records(ParkedRecord) == []


def test_what_was_parked_although_it_says_who_sent_it_goes_too(hub, erase):
    """A form of a visitor to whom its check was not shown: nothing but the form itself says whose it is."""
    mail = hub.write(sender=ANNA)
    said = InboundMessage(Channel.WEB_FORM, ANNA, Trust.UNVERIFIED, "To ja")
    parked = ParkedMessage("captcha_missing", "The check was not shown", read=said)
    hub.write(parked, transport="web_form", recipients=("contact",))
    hub.later(minutes=1)
    erase(mail.customer_id)
    assert hub.threads.records(ParkedRecord) == []


def test_what_was_parked_of_a_conversation_in_a_form_goes_too(hub, erase):
    mail = hub.write(sender=ANNA)
    receipt = Receipt("web_form", "said", hub.now(), ("contact",), principal=f"{mail.reference} {ANNA}")
    hub.receive.park(hub.raw.put_incoming(receipt, b"{"), receipt, ParkedMessage("unreadable"))
    hub.later(minutes=1)
    erase(mail.customer_id)
    assert hub.threads.records(ParkedRecord) == []


def test_whoever_is_not_there_cannot_be_erased(erase):
    with pytest.raises(NotFound):
        erase.request("01HNOBODY00000000000000000", "admin", WANTED)


def test_an_address_that_is_another_customers_by_now_stays_theirs(hub, erase):
    mail = hub.write(sender=ANNA)
    hub.threads._partitions[f"POINT#{ANNA.kind}#{ANNA.value}"]["OWNER"] = PointOwner(ANNA, "somebody", hub.now())
    erase(mail.customer_id)
    assert hub.threads.find_owner(ANNA).customer_id == "somebody"
