"""Whoever would get too many notices gets some singly and the others in one digest; none is lost or doubled."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.content.texts.notices import digest_for
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import StorageUnavailable, WriteConflict, WrongConfiguration
from chalicelib.domain.notice_limits import MOST_LISTED, DigestLine, NoticeLimit, parse_lines, render_lines
from chalicelib.domain.remarks import remark
from chalicelib.domain.sla import ClockName, EscalationStep, StepAction
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.verification import Allowance
from tests.domain.making import MONDAY_TEN, POLICY
from tests.fakes.memory_store import Moment

TEAM, BOSS = "care@company.example", "boss@company.example"


@pytest.fixture
def overdue(hub):
    """Makes so many customers wait, and lets two days pass without a sweep: a reminder and an escalation for each."""

    def wait(count):
        for number in range(count):
            hub.case(hub.write(sender=ContactPoint(PointKind.EMAIL, f"customer{number}@example.pl")))
        hub.later(days=2)

    return wait


def notices(hub, *, held=None):
    found = [entry for entry in hub.threads.records(Entry) if entry.kind is EntryKind.NOTICE and entry.case_id]
    return [entry for entry in found if held is None or bool(entry.delivery.digest) is held]


def digests(hub):
    return [entry for entry in hub.threads.records(Entry) if entry.kind is EntryKind.NOTICE and not entry.case_id]


def drained(hub):
    """The window ends, and the sweep comes every minute until nothing is left to do."""
    hub.deliver_all()
    hub.later(minutes=30)
    for _ in range(4):
        hub.sweep()
        hub.deliver_all()
        hub.later(minutes=1)
    return [mail for mail in hub.mail.sent if mail.recipient in (TEAM, BOSS)]


def test_who_gets_few_notices_gets_each_of_them(hub, overdue):
    overdue(10)
    hub.sweep()
    assert len(drained(hub)) == 20
    assert digests(hub) == []


def test_a_supervisor_gets_ten_single_notices_and_one_digest(hub, overdue):
    overdue(25)
    hub.sweep()
    sent = drained(hub)
    assert [mail.recipient for mail in sent].count(BOSS) == 11
    assert [mail.recipient for mail in sent].count(TEAM) == 11
    assert {digest.facts["notices"] for digest in digests(hub)} == {"15"}


def test_the_digest_waits_until_its_window_is_over(hub, overdue):
    overdue(12)
    hub.sweep()
    hub.later(minutes=29, seconds=59)
    assert (hub.sweep().digested, digests(hub)) == (0, [])
    hub.later(seconds=1)
    assert (hub.sweep().digested, hub.sweep().digests) == (4, 2)
    assert (hub.sweep().digested, hub.sweep().digests) == (0, 0)


def test_the_digest_lists_each_case_with_its_clock_and_how_late_it_is(hub, overdue):
    overdue(12)
    hub.sweep()
    drained(hub)
    listed = {notice.facts["reference"] for notice in notices(hub, held=True) if notice.delivery.recipient == BOSS}
    (digest,) = (entry for entry in digests(hub) if entry.delivery.recipient == BOSS)
    lines = [line for line in digest.text.splitlines() if "spóźnienie" in line]
    assert {line.split()[0] for line in lines} == listed
    assert all("pierwsza odpowiedź  2026-11-23 14:00  spóźnienie 1 d 20 h 31 min" in line for line in lines)
    assert digest.subject.startswith("Kroki w sprawach, zbiorczo: 2; najstarsza ")


def test_an_english_inbox_writes_an_english_digest(hub):
    for number in range(11):
        sender = ContactPoint(PointKind.EMAIL, f"customer{number}@example.pl")
        hub.write(sender=sender, recipients=("faktury@hub.example",))
    hub.later(days=2)
    hub.sweep()
    drained(hub)
    assert all("first answer  2026-11-23 14:00  late by 1 d 20 h 31 min" in digest.text for digest in digests(hub))


def test_each_event_says_by_which_notice_or_digest_it_was_told(hub, overdue):
    overdue(12)
    hub.sweep()
    drained(hub)
    known = {notice.id: notice.delivery.digest for notice in notices(hub)}
    events = [entry for entry in hub.threads.records(Entry) if entry.event in ("case.reminded", "case.escalated")]
    assert {event.facts["notice"]: event.facts.get("digest", "") for event in events} == known
    assert {digest.customer_id for digest in digests(hub)} == {named for named in known.values() if named}
    assert {notice.delivery.status for notice in notices(hub, held=True)} == {DeliveryStatus.DIGESTED}


def test_the_next_window_has_places_again(hub, overdue):
    overdue(12)
    hub.sweep()
    before = len(drained(hub))
    for number in range(12, 15):
        hub.write(sender=ContactPoint(PointKind.EMAIL, f"customer{number}@example.pl"))
    hub.later(days=2)
    hub.sweep()
    assert [mail.recipient for mail in drained(hub)[before:]].count(BOSS) == 3


def test_text_messages_are_limited_in_the_same_way_and_the_digest_is_one_text_message(hub, overdue):
    policy = replace(POLICY, steps=(EscalationStep(StepAction.TELL_TEAM, timedelta(0), by=Channel.SMS),))
    team = replace(hub.configuration.configuration.teams["care"], phone="+48700000000")
    hub.configured(policies={"standard": policy}, teams={"care": team})
    overdue(14)
    hub.sweep()
    drained(hub)
    texts = [text for text in hub.sms.sent if text.recipient == "+48700000000"]
    assert len(texts) == 11
    assert texts[-1].text.startswith("Kroki w sprawach, zbiorczo: 4; najstarsza ")


def test_messages_to_customers_are_not_counted(hub, overdue):
    hub.configured(policies={"standard": replace(POLICY, steps=(EscalationStep(StepAction.HOLD, timedelta(0)),))})
    overdue(12)
    hub.sweep()
    hub.deliver_all()
    assert len(hub.mail.sent) == 12
    assert hub.threads.records(Allowance) == []


def test_the_limit_is_the_operators(hub, overdue):
    hub.configured(notice_limit=NoticeLimit(most=0, within=timedelta(hours=2)))
    overdue(2)
    hub.sweep()
    hub.deliver_all()
    assert hub.mail.sent == []
    hub.later(hours=2)
    for _ in range(2):
        hub.sweep()
        hub.deliver_all()
    assert sorted(mail.recipient for mail in hub.mail.sent) == [BOSS, TEAM]


def test_more_notices_than_one_transaction_takes_end_in_one_digest(hub, overdue):
    hub.configured(notice_limit=NoticeLimit(most=1))
    hub.sweep = replace(hub.sweep, own_share=1000)
    overdue(250)
    hub.sweep()
    assert [mail.recipient for mail in drained(hub)].count(BOSS) == 2
    assert {digest.facts["notices"] for digest in digests(hub)} == {"249"}


def test_a_digest_lists_the_longest_overdue_and_says_how_many_more_there_are():
    lines = [
        DigestLine(MONDAY_TEN + timedelta(minutes=number), f"R{number}", ClockName.LEGAL, "care")
        for number in range(900)
    ]
    kept = parse_lines(render_lines(reversed(lines)))
    assert kept == lines[:MOST_LISTED]
    text = digest_for("en", kept, 900, {}, MONDAY_TEN).text
    assert f"... and {900 - MOST_LISTED} more." in text
    assert "R0  legal term  2026-11-23 09:00  not late yet" in text


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_kind_of_clock_has_its_words_in_a_digest(language):
    """The clocks of calls and letters came later than digests, and a digest with one of them could not go out."""
    lines = [DigestLine(MONDAY_TEN, "R", clock, "care") for clock in ClockName]
    assert digest_for(language, lines, len(lines), {}, MONDAY_TEN).text.count("2026-11-23 09:00") == len(ClockName)


def test_two_workers_do_not_take_the_same_place(hub, overdue):
    hub.configured(notice_limit=NoticeLimit(most=1))
    overdue(2)
    first, second = ((due.customer_id, due.case_id) for due in list(hub.threads.list_due_cases("care", hub.now())))
    rival = []

    def work(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            rival[0] = hub.escalate([second])

    hub.threads.hook = work
    assert hub.escalate([first]).steps + rival[0].steps == 4
    assert len(notices(hub, held=False)) == 2
    assert len(notices(hub, held=True)) == 2


def test_a_count_that_moves_every_time_leaves_the_step_to_the_next_sweep_after_four_tries(hub, overdue):
    overdue(1)
    (due,) = hub.threads.list_due_cases("care", hub.now())
    tries = []

    def let_count_move(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            tries.append(call)
            raise WriteConflict((len(call.changes) - 1,))

    hub.threads.hook = let_count_move
    assert hub.escalate([(due.customer_id, due.case_id)]).steps == 0
    assert len(tries) == 4
    hub.threads.hook = lambda _call: None
    assert hub.sweep().steps == 2


@pytest.mark.parametrize("refused", [(), (0,)])
def test_only_a_count_that_moved_is_tried_again_at_once(hub, overdue, refused):
    overdue(1)
    (due,) = hub.threads.list_due_cases("care", hub.now())
    tries = []

    def refuse(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            tries.append(call)
            raise WriteConflict(refused)

    hub.threads.hook = refuse
    assert hub.escalate([(due.customer_id, due.case_id)]).steps == 0
    assert len(tries) == 1


def test_a_sweep_that_dies_anywhere_while_it_gathers_loses_and_doubles_nothing(hub, overdue):
    hub.configured(notice_limit=NoticeLimit(most=1))
    overdue(4)
    hub.sweep()
    hub.deliver_all()
    hub.mail.sent.clear()
    hub.later(minutes=30)
    for moment in (Moment.BEFORE, Moment.AFTER):
        commits = []

        def lose(call, moment=moment, commits=commits):
            if call.name == "commit" and call.moment is moment:
                commits.append(None)
                raise StorageUnavailable()

        hub.threads.hook = lose
        for _ in range(3):
            hub.sweep()
        assert commits
    hub.threads.hook = lambda _call: None
    for _ in range(3):
        hub.later(minutes=2)
        hub.sweep()
        hub.deliver_all()
    assert sorted(mail.recipient for mail in hub.mail.sent) == [BOSS, TEAM]
    assert {digest.facts["notices"] for digest in digests(hub)} == {"3"}


def test_a_notice_that_is_held_back_after_its_digest_went_out_is_told_in_another(hub, overdue):
    """Its worker froze between its decision and its write, or its clock is behind."""
    hub.configured(notice_limit=NoticeLimit(most=0))
    hub.sweep = replace(hub.sweep, own_share=0)
    overdue(2)
    first, second = ((due.customer_id, due.case_id) for due in list(hub.threads.list_due_cases("care", hub.now())))
    frozen_at = hub.now()
    hub.escalate([first])
    drained(hub)
    late = replace(hub.escalate, now=lambda: frozen_at)
    assert late([second]).steps == 2
    drained(hub)
    assert sorted(mail.recipient for mail in hub.mail.sent) == [BOSS, BOSS, TEAM, TEAM]
    assert sorted(digest.facts["notices"] for digest in digests(hub)) == ["1"] * 4
    assert len({digest.customer_id for digest in digests(hub)}) == 2


def without_inboxes(hub, *addresses):
    left = tuple(inbox for inbox in hub.configuration.configuration.inboxes if inbox.address not in addresses)
    teams = {name: replace(team, inbox="") for name, team in hub.configuration.configuration.teams.items()}
    hub.configured(inboxes=left, teams=teams)


def test_a_digest_whose_inbox_is_gone_goes_out_from_another_of_its_channel(hub, overdue):
    hub.configured(notice_limit=NoticeLimit(most=0))
    overdue(2)
    hub.sweep()
    hub.later(minutes=30)
    hub.sweep()
    assert {digest.delivery.sender for digest in digests(hub)} == {"pomoc@hub.example"}
    without_inboxes(hub, "pomoc@hub.example")
    assert hub.sweep().failed == []
    hub.deliver_all()
    assert sorted((mail.sender, mail.recipient) for mail in hub.mail.sent) == [
        ("faktury@hub.example", BOSS),
        ("faktury@hub.example", TEAM),
    ]


def test_a_digest_that_no_inbox_of_its_channel_can_send_is_told_by_the_other(hub, overdue):
    team = hub.configuration.configuration.teams["care"]
    team = replace(team, phone="+48700000000", supervisor_phone="+48700000001")
    hub.configured(notice_limit=NoticeLimit(most=0), teams={"care": team})
    overdue(2)
    hub.sweep()
    hub.later(minutes=30)
    hub.sweep()
    without_inboxes(hub, "pomoc@hub.example", "faktury@hub.example")
    assert hub.sweep().failed == []
    hub.deliver_all()
    texts = {text.recipient: text.text for text in hub.sms.sent}
    assert set(texts) == {"+48700000000", "+48700000001"}
    assert all(text.startswith("Kroki w sprawach, zbiorczo: 2; najstarsza ") for text in texts.values())


def test_a_digest_that_nothing_can_send_any_more_ends_once_with_an_error(hub, overdue):
    hub.configured(notice_limit=NoticeLimit(most=0))
    overdue(1)
    hub.sweep()
    hub.later(minutes=30)
    hub.sweep()
    without_inboxes(hub, "pomoc@hub.example", "faktury@hub.example")
    assert [type(error) for error in hub.sweep().failed] == [WrongConfiguration] * 2
    ends = {(digest.delivery.status, digest.delivery.detail) for digest in digests(hub)}
    assert ends == {(DeliveryStatus.FAILED, remark("nothing_tells_them", channel="email"))}
    assert hub.sweep().failed == []


def test_notices_that_nothing_can_tell_any_more_end_in_the_threads_of_their_cases(hub, overdue):
    hub.configured(notice_limit=NoticeLimit(most=0))
    overdue(2)
    hub.sweep()
    hub.later(minutes=30)
    without_inboxes(hub, "pomoc@hub.example", "faktury@hub.example")
    assert (hub.sweep().failed, digests(hub)) == ([], [])
    assert {notice.delivery.status for notice in notices(hub)} == {DeliveryStatus.FAILED}
    said = [entry for entry in hub.threads.records(Entry) if entry.event == "delivery.failed"]
    assert {event.facts["entry"] for event in said} == {notice.id for notice in notices(hub)}
    assert {event.facts["reason"] for event in said} == {remark("nothing_tells_them", channel="email")}


def test_a_notice_whose_end_cannot_be_written_is_told_and_does_not_stop_the_others(hub, overdue):
    hub.configured(notice_limit=NoticeLimit(most=0))
    overdue(2)
    hub.sweep()
    hub.later(minutes=30)
    without_inboxes(hub, "pomoc@hub.example", "faktury@hub.example")
    error = hub.threads.fail_next("commit")
    assert hub.sweep().failed == [error]
    assert [notice.delivery.status for notice in notices(hub)].count(DeliveryStatus.FAILED) == 3
    assert hub.sweep().failed == []
    assert {notice.delivery.status for notice in notices(hub)} == {DeliveryStatus.FAILED}


def test_a_sweep_that_goes_on_after_another_has_gathered_starts_no_digest_of_its_own(hub, overdue):
    """It listed what was due, froze, and read the notices only when they had been told."""
    hub.configured(notice_limit=NoticeLimit(most=0))
    overdue(1)
    hub.sweep()
    hub.later(minutes=30)
    others = []

    def overtake(call):
        if call.name == "find_entries" and call.moment is Moment.BEFORE:
            hub.threads.hook = lambda _call: None
            others.extend(hub.sweep() for _ in "12")

    hub.threads.hook = overtake
    assert (hub.sweep().digested, others[0].digested, others[1].digests) == (0, 2, 2)
    assert len(digests(hub)) == 2


def test_the_queue_cannot_send_what_waits_for_its_digest(hub, overdue):
    hub.configured(notice_limit=NoticeLimit(most=0))
    overdue(1)
    hub.sweep()
    for notice in notices(hub):
        hub.deliver(notice.customer_id, notice.id)
    assert hub.mail.sent == []


def test_windows_are_the_same_for_everybody():
    limit = NoticeLimit(within=timedelta(minutes=30))
    at = datetime.fromisoformat("2026-11-23T10:29:59.999999+00:00")
    assert limit.window_at(at).name == "202611231000"
    assert limit.window_at(at).ends_at == at + timedelta(microseconds=1)
    assert limit.window_at(at + timedelta(microseconds=1)).name == "202611231030"
