from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.disposal import Disposal, DisposalStatus, is_time_to_dispose, months_over
from chalicelib.domain.errors import LegalHold, NotFound, StorageUnavailable
from chalicelib.domain.mentions import Mention, Mentioned
from chalicelib.domain.messages import Attachment, LedgerRow
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.answer import Answer
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.dispose_of_case import DisposeOfCase
from chalicelib.usecases.find_disposable import FindDisposable
from chalicelib.usecases.hold_customer import HoldCustomer
from tests.domain.making import ANNA, MONDAY_TEN
from tests.fakes.memory_store import Moment
from tests.usecases.conftest import MemoryHub
from tests.usecases.staffing import staff

KEPT_FOR = timedelta(days=30)
SHARED = Attachment("umowa.pdf", "application/pdf", b"w obu sprawach")
ALONE = Attachment("paragon.pdf", "application/pdf", b"w jednej")
BARTEK = ContactPoint(PointKind.EMAIL, "bartek@example.pl")


class Keeper:
    def __init__(self, hub: MemoryHub) -> None:
        self.hub = hub
        self.find = FindDisposable(hub.threads, hub.configuration, hub.queues, hub.now)
        self.work = DisposeOfCase(hub.threads, hub.raw, hub.attachments, hub.now)
        self.hold = HoldCustomer(hub.threads, hub.now, hub.randomness)

    def __call__(self) -> list[Disposal]:
        """A day's walk, and as minutes go by what its workers do."""
        self.find({})
        for _ in range(30):
            for customer_id, case_id in self.hub.threads.list_due_disposals(self.hub.now()):
                self.work(customer_id, case_id)
            self.hub.later(minutes=1)
        return self.hub.threads.records(Disposal)


@pytest.fixture
def keep(hub):
    kinds = {**SHIPPED_KINDS, "question": CaseKind("question", keep_days=KEPT_FOR.days)}
    hub.configured(kinds=kinds)
    return Keeper(hub)


def closed(hub, **fields):
    """A case that was answered and closed; gives the outcome of its message."""
    mail = hub.write(**fields)
    hub.reply(mail.reference, "ewa", Answer("Dzień dobry, odpowiadamy"))
    hub.deliver_all()
    hub.close(mail.reference, "ewa")
    return mail


def test_what_a_case_held_is_gone_after_its_time_and_what_others_need_stays(hub, keep):
    old = closed(hub, visible_text="Stara sprawa", attachments=(SHARED, ALONE))
    staff(hub, "jan")
    hub.add_note(old.reference, "ewa", "@jan", Mentioned(("jan",)))
    hub.later(days=20)
    new = hub.write(sender=ANNA, visible_text="Nowa sprawa", message_id="2@example.pl", attachments=(SHARED,))
    other = hub.write(sender=BARTEK, message_id="3@example.pl")
    hub.later(days=9)
    assert keep() == []
    hub.later(days=2)
    (disposal,) = keep()
    assert (disposal.status, disposal.id, disposal.files) == (DisposalStatus.DONE, old.case_id, ())
    texts = [entry.text for entry in hub.thread(old.customer_id)]
    assert "Stara sprawa" not in texts
    assert hub.threads.records(Mention) == []
    assert "Nowa sprawa" in texts
    assert not [entry for entry in hub.thread(old.customer_id) if entry.case_id == old.case_id]
    assert {*hub.attachments.objects.values()} >= {SHARED.data}
    assert ALONE.data not in hub.attachments.objects.values()
    assert sorted(one.body for one in hub.raw.objects.values()) == [b"raw 2", b"raw 3"]
    assert hub.threads.find_pointer(old.reference) is None
    assert hub.case(new).reference == new.reference
    assert hub.threads.get_customer(other.customer_id)
    (row,) = [one for one in hub.threads.records(LedgerRow) if one.fingerprint == "f1"]
    assert (row.outcome, row.raw_key, row.customer_id) == ("erased", "", "")
    assert (disposal.found["case"], disposal.found["raw_message"], disposal.found["file"]) == (1, 1, 1)
    (told,) = [one for one in hub.thread(old.customer_id, EntryKind.EVENT) if one.event == "case.deleted"]
    assert (told.author, told.facts["reference"], told.facts["kind"]) == ("hub", old.reference, "question")


def test_a_customer_with_nothing_left_is_still_known(hub, keep):
    old = closed(hub)
    hub.later(days=31)
    keep()
    assert hub.threads.find_owner(ANNA).customer_id == old.customer_id
    again = hub.write(sender=ANNA, message_id="2@example.pl", in_reply_to=("0@example.pl",))
    assert again.customer_id == old.customer_id
    assert again.case_id != old.case_id


def test_a_case_of_a_team_that_is_gone_is_not_kept_longer_than_others(hub, keep):
    old = closed(hub)
    known = hub.configuration.configuration
    sales = replace(known.teams["care"], name="sales")
    inboxes = tuple(replace(inbox, team="sales") for inbox in known.inboxes)
    hub.configured(teams={"sales": sales}, inboxes=inboxes, former_teams={"care": "sales"})
    hub.later(days=KEPT_FOR.days + 1)
    (disposal,) = keep()
    assert (disposal.id, disposal.status) == (old.case_id, DisposalStatus.DONE)


def test_a_legal_hold_keeps_it_and_the_day_after_it_is_lifted_it_goes(hub, keep):
    old = closed(hub)
    hub.later(days=31)
    keep.hold(old.customer_id, "maria", "spór")
    assert keep() == []
    assert keep.find({}).held == 1
    keep.hold.lift(old.customer_id, "maria")
    assert len(keep()) == 1


def test_a_hold_on_somebody_of_the_family_keeps_it(hub, keep):
    old, bartek = closed(hub), hub.write(sender=BARTEK, message_id="2@example.pl")
    hub.merge(bartek.customer_id, old.customer_id, "ewa", "ci sami")
    hub.later(days=31)
    keep.hold(old.customer_id, "maria", "spór")
    assert keep() == []


def test_a_hold_that_is_set_while_it_goes_keeps_what_is_left(hub, keep):
    old = closed(hub)
    hub.later(days=31)
    keep.find({})
    keep.hold(old.customer_id, "maria", "spór")
    with pytest.raises(LegalHold):
        keep.work(old.customer_id, old.case_id)
    assert "raw 1" in str([one.body for one in hub.raw.objects.values()])


def test_a_worker_whose_time_is_over_reads_no_further_however_long_the_thread_is(hub, keep):
    old = closed(hub)
    for number in range(150):
        hub.write(message_id=f"{number}@long.example", fingerprint=f"long{number}")
    hub.later(days=31)
    keep.find({})
    read = []
    hub.threads.hook = lambda call: read.append(call.name) if call.name == "list_threads_since" else None
    assert keep.work(old.customer_id, old.case_id, until=hub.now()) is False
    assert len(read) == len(Moment)  # one page
    hub.threads.hook = lambda _call: None
    assert [one.status for one in keep()] == [DisposalStatus.DONE]


def test_kinds_without_a_time_and_cases_that_are_open_or_were_opened_again_stay(hub, keep):
    second = closed(hub, sender=BARTEK)
    hub.write(sender=BARTEK, message_id="3@example.pl", in_reply_to=("0@example.pl",))
    assert hub.case(second).status is CaseStatus.OPEN
    third = hub.write(message_id="4@example.pl")
    hub.later(days=400)
    assert keep() == []
    hub.close(second.reference, "ewa", seen=Seen(forced=True))
    hub.configured(kinds={**SHIPPED_KINDS})
    hub.later(days=400)
    assert keep() == []
    assert hub.case(second).status is CaseStatus.CLOSED
    assert hub.case(third).id == third.case_id


def test_a_worker_may_die_at_any_write(hub, keep):
    old = closed(hub, attachments=(ALONE,))
    hub.later(days=31)
    commit, calls = hub.threads.commit, iter(range(1_000))

    def dying(changes):
        number = next(calls)
        if number % 4 == 1:
            raise StorageUnavailable()
        commit(changes)
        if number % 4 == 3:
            raise StorageUnavailable()

    hub.threads.commit = dying
    for _ in range(60):
        try:
            keep()
        except StorageUnavailable:
            hub.later(minutes=2)
    (disposal,) = hub.threads.records(Disposal)
    assert disposal.status is DisposalStatus.DONE
    gone = disposal.found["entry"]
    assert (disposal.found["case"], disposal.found["raw_message"]) == (1, 1)  # files are counted after they went
    assert ALONE.data not in hub.attachments.objects.values()
    hub.threads.commit = commit
    assert not [entry for entry in hub.thread(old.customer_id) if entry.case_id == old.case_id]
    assert gone >= 2


def test_a_file_that_was_put_within_the_hour_stays_whoever_names_it(hub, keep):
    """A message with the same file has put it and is not written yet."""
    old = closed(hub, attachments=(ALONE,))
    hub.later(days=31)
    keep.find({})
    keep.work(old.customer_id, old.case_id)
    (key,) = [key for key, data in hub.attachments.objects.items() if data == ALONE.data]
    hub.attachments.put(key, ALONE.data, "application/pdf")
    hub.later(minutes=15)
    assert keep.work(old.customer_id, old.case_id)
    assert key in hub.attachments.objects


def test_a_walk_that_has_done_its_share_hands_over_where_it_goes_on(hub, keep, monkeypatch):
    monkeypatch.setattr("chalicelib.usecases.find_disposable.MOST_AT_ONCE", 2)
    monkeypatch.setattr("chalicelib.usecases.find_disposable._PAGE", 1)
    for number in range(5):
        sender = ContactPoint(PointKind.EMAIL, f"osoba{number}@example.pl")
        closed(hub, sender=sender, message_id=f"{number}@mail.example.pl")
    hub.later(days=31)
    given_up = [keep.find({}).given_up]
    while hub.queues.to_find_disposable:
        given_up.append(keep.find(hub.queues.to_find_disposable.popleft()).given_up)
    assert sum(given_up) == 5
    assert max(given_up) == 2


def test_what_was_erased_meanwhile_is_nobodys_work(keep):
    assert keep.work("01NOBODY", "01CASE") is False
    with pytest.raises(NotFound):
        keep.hub.threads.get_disposal("01NOBODY", "01CASE")


def test_the_months_that_are_looked_at_end_where_nothing_can_be_over():
    kinds = [CaseKind("a", keep_days=400), CaseKind("b", keep_days=30), CaseKind("c")]
    assert months_over(kinds, MONDAY_TEN)[-1] == f"{MONDAY_TEN - KEPT_FOR:%Y%m}"
    assert months_over(kinds[2:], MONDAY_TEN) == []


def test_it_is_time_in_one_minute_of_the_day():
    day = [MONDAY_TEN.replace(hour=0, minute=0) + timedelta(minutes=number) for number in range(24 * 60)]
    assert len([at for at in day if is_time_to_dispose(at)]) == 1


def test_the_sweep_of_that_minute_asks_for_a_walk_where_a_kind_has_a_time(hub, keep):
    hub.now.at = MONDAY_TEN.replace(hour=2, minute=0, second=31)
    hub.sweep()
    assert [*hub.queues.to_find_disposable] == [{}]
    hub.now.at += timedelta(days=1)
    hub.configured(kinds={name: replace(kind, keep_days=0) for name, kind in SHIPPED_KINDS.items()})
    hub.sweep()
    assert len(hub.queues.to_find_disposable) == 1
