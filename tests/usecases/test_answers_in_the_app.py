"""An answer in the app: its user is rung once without a word of it, and what becomes of it is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import MOST_ATTEMPTS, DeliveryStatus
from chalicelib.domain.devices import DeviceKind
from chalicelib.domain.errors import Conflict, NotFound, SendingRefused, SendingUnknown, StorageUnavailable, TokenGone
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.deliver_message import LEASE, NOT_OURS
from chalicelib.usecases.ports import Update
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA
from tests.fakes.memory_store import Moment

LOGIN = "https://issuer.example|anna"
APP = ContactPoint(PointKind.APP, LOGIN)
TEXT = "Paczka wyszła dziś rano."


@pytest.fixture
def case(hub):
    """Anna wrote in the app on her phone."""
    hub.devices.register(LOGIN, "phone", DeviceKind.FCM, "token-1", "pl")
    return hub.case(
        hub.write(channel=Channel.APP, sender=APP, transport="app", recipients=("app",), trust=Trust.LOGGED_IN)
    )


def answered(hub, case, text=TEXT):
    hub.later(minutes=1)
    return hub.reply(case.reference, "ewa", Answer(text))


def delivery_of(hub, case, entry_id=None):
    entries = hub.thread(case.customer_id, EntryKind.OUTBOUND)
    return next(one for one in entries[::-1] if entry_id in (None, one.id)).delivery


def fetched(hub):
    return [own.entry.text for own in hub.read_own.newest(LOGIN, 50).items]


def test_the_device_is_rung_in_its_language_and_told_nothing_of_the_message(hub, case):
    answered(hub, case)
    assert hub.deliver_all() == ["sent"]
    (bell,) = hub.push.sent
    assert (bell.sender, bell.recipient, bell.text, bell.raw) == ("fcm", "token-1", "Masz nową wiadomość.", None)
    assert (hub.mail.sent, hub.sms.sent) == ([], [])


def test_whoever_rings_does_so_under_a_claim_that_nobody_else_has(hub, case):
    answered(hub, case)
    answered(hub, case)
    hub.deliver_all()
    claims = {one.delivery.claim for one in hub.thread(case.customer_id, EntryKind.OUTBOUND)}
    assert [len(bytes.fromhex(claim)) for claim in claims] == [16, 16]


def test_every_device_is_rung_once(hub, case):
    hub.devices.register(LOGIN, "tablet", DeviceKind.APNS, "token-2", "xx")
    answered(hub, case)
    hub.queues.to_deliver.append(hub.queues.to_deliver[0])
    assert hub.deliver_all() == ["sent", NOT_OURS]
    assert [(bell.recipient, bell.text) for bell in hub.push.sent] == [
        ("token-1", "Masz nową wiadomość."),
        ("token-2", "You have a new message."),
    ]


def test_without_a_device_an_answer_is_sent_all_the_same(hub, case):
    hub.devices.remove(LOGIN, "phone")
    answered(hub, case)
    assert hub.deliver_all() == ["sent"]
    assert hub.push.sent == []


def test_a_token_that_is_gone_is_removed_and_the_other_device_is_rung(hub, case):
    hub.devices.register(LOGIN, "tablet", DeviceKind.APNS, "token-2", "pl")
    hub.push.answers.append(TokenGone())
    answered(hub, case)
    assert hub.deliver_all() == ["sent"]
    assert [bell.recipient for bell in hub.push.sent] == ["token-2"]
    assert {*hub.devices.listed(LOGIN)} == {"tablet"}


def test_a_service_that_is_throttled_is_asked_again_and_in_the_end_the_answer_stands_without_a_bell(hub, case):
    answered(hub, case)
    hub.push.answers.extend(SendingRefused("Throttled", temporary=True) for _ in range(MOST_ATTEMPTS))
    said = []
    for _ in range(MOST_ATTEMPTS):
        said += hub.deliver_all()
        hub.later(minutes=20)
        hub.sweep()
    assert said == ["queued"] * (MOST_ATTEMPTS - 1) + ["sent"]
    assert hub.push.sent == []


@pytest.mark.parametrize("trouble", [SendingUnknown("no answer"), SendingRefused("no application", temporary=False)])
def test_a_bell_of_which_nothing_is_known_is_not_rung_again(hub, case, trouble):
    answered(hub, case)
    hub.push.answers.append(trouble)
    assert hub.deliver_all() == ["sent"]
    hub.later(minutes=20)
    assert hub.sweep().deliveries == 0


def test_a_worker_that_died_leaves_an_answer_that_is_sent_and_nobody_has_to_judge_it(hub, case):
    entry_id = answered(hub, case)

    def die(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and hub.push.sent:
            raise StorageUnavailable()

    hub.threads.hook = die
    with pytest.raises(StorageUnavailable):
        hub.deliver_all()
    hub.threads.hook = lambda _call: None
    hub.now.move(LEASE)
    assert hub.sweep().unknown == 0
    assert delivery_of(hub, case, entry_id).status is DeliveryStatus.SENT
    assert len(hub.push.sent) == 1


def test_an_answer_whose_worker_died_and_that_nobody_reads_goes_another_way_in_its_time(hub, case):
    hub.configured(app_unread_after=timedelta(hours=4))
    entry_id = answered(hub, case)

    def die(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and hub.push.sent:
            raise StorageUnavailable()

    hub.threads.hook = die
    with pytest.raises(StorageUnavailable):
        hub.deliver_all()
    hub.threads.hook = lambda _call: None
    hub.now.move(LEASE)
    hub.sweep()
    assert delivery_of(hub, case, entry_id).next_step_at == hub.now() + timedelta(hours=4)


def test_since_when_the_customer_waits_may_change_while_the_bell_rings(hub, case):
    """An earlier answer got lost meanwhile, and this one answers what that one did."""
    answered(hub, case)
    since = hub.now() - timedelta(days=1)

    def pass_on(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and hub.push.sent:
            hub.threads.hook = lambda _call: None
            entry = hub.thread(case.customer_id, EntryKind.OUTBOUND)[-1]
            passed = replace(entry.delivery, answers_since=since, stopped_clock=ClockName.NEXT_RESPONSE)
            hub.threads.commit([Update(entry, replace(entry, delivery=passed), ("delivery",))])

    hub.threads.hook = pass_on
    assert hub.deliver_all() == ["sent"]
    delivery = delivery_of(hub, case)
    assert (delivery.answers_since, delivery.stopped_clock) == (since, ClockName.NEXT_RESPONSE)


# Fetched


def test_what_the_app_fetches_is_delivered(hub, case):
    answered(hub, case)
    hub.deliver_all()
    assert fetched(hub)[0] == TEXT
    assert delivery_of(hub, case).status is DeliveryStatus.DELIVERED


def test_who_looks_before_the_bell_rings_has_it_and_is_not_rung(hub, case):
    answered(hub, case)
    fetched(hub)
    assert hub.deliver_all() == [NOT_OURS]
    assert hub.push.sent == []


def test_who_looks_while_the_bell_rings_has_it(hub, case):
    answered(hub, case)
    looked = []

    def look(call):
        if call.name == "find_devices" and call.moment is Moment.BEFORE and not looked:
            looked.append(None)
            fetched(hub)

    hub.threads.hook = look
    assert hub.deliver_all() == [DeliveryStatus.DELIVERED]
    assert delivery_of(hub, case).status is DeliveryStatus.DELIVERED


def test_what_was_fetched_cannot_be_taken_back_and_what_was_taken_back_is_not_fetched(hub, case):
    first = answered(hub, case)
    fetched(hub)
    with pytest.raises(Conflict):
        hub.take_back(case.reference, first, "ewa")
    second = answered(hub, case, "Pochopna.")
    taken = []

    def take(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not taken:
            taken.append(None)
            hub.take_back(case.reference, second, "ewa")

    hub.threads.hook = take
    assert "Pochopna." not in fetched(hub)


def test_fetching_twice_writes_once(hub, case):
    answered(hub, case)
    fetched(hub)
    commits = []
    hub.threads.hook = lambda call: commits.append(call) if call.name == "commit" else None
    fetched(hub)
    assert commits == []


# Read


def test_what_was_read_is_known_up_to_the_entry_that_was_named(hub, case):
    first = answered(hub, case)
    second = answered(hub, case, "I jeszcze jedno.")
    third = answered(hub, case, "I na koniec.")
    hub.deliver_all()
    at = hub.now()
    hub.mark_read(LOGIN, second)
    assert [delivery_of(hub, case, one).read_at for one in (first, second, third)] == [at, at, None]
    hub.later(minutes=5)
    hub.mark_read(LOGIN, third)
    assert delivery_of(hub, case, first).read_at == at
    assert delivery_of(hub, case, third).read_at == hub.now()


def test_what_is_somebody_elses_cannot_be_called_read(hub, case):
    entry_id = answered(hub, case)
    hub.deliver_all()
    for login, entry in (("https://issuer.example|bartek", entry_id), (LOGIN, "01KAR000000000000000000000")):
        with pytest.raises(NotFound):
            hub.mark_read(login, entry)
    assert delivery_of(hub, case).read_at is None


def test_reading_stops_the_time_by_which_it_should_have_been_read(hub, case):
    hub.configured(app_unread_after=timedelta(hours=4))
    entry_id = answered(hub, case)
    hub.deliver_all()
    assert delivery_of(hub, case).next_step_at == hub.now() + timedelta(hours=4)
    hub.later(hours=1)
    fetched(hub)
    assert delivery_of(hub, case).next_step_at == hub.now() + timedelta(hours=3)
    hub.mark_read(LOGIN, entry_id)
    assert delivery_of(hub, case).next_step_at is None


# Devices


def test_devices_are_registered_listed_and_removed_by_login(hub, case):
    hub.devices.register(LOGIN, "phone", DeviceKind.FCM, "token-9", "en")
    assert {id_: one.token for id_, one in hub.devices.listed(LOGIN).items()} == {"phone": "token-9"}
    assert hub.devices.listed("https://issuer.example|bartek") == {}
    for _ in range(2):
        hub.devices.remove(LOGIN, "phone")
    assert hub.devices.listed(LOGIN) == {}


def test_two_devices_that_register_at_the_same_moment_are_both_known(hub, case):
    rival = []

    def register(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            hub.devices.register(LOGIN, "watch", DeviceKind.APNS, "token-3", "pl")

    hub.threads.hook = register
    hub.devices.register(LOGIN, "tablet", DeviceKind.APNS, "token-2", "pl")
    assert {*hub.devices.listed(LOGIN)} == {"phone", "tablet", "watch"}


# Not read


@pytest.fixture
def impatient(hub, case):
    """After four hours an answer goes another way; Anna's mail address is proved to be hers."""
    hub.configured(app_unread_after=timedelta(hours=4))
    hub.adopt(LOGIN, [ANNA])
    return hub


def again(hub, case):
    return [entry for entry in hub.thread(case.customer_id, EntryKind.OUTBOUND) if entry.repeats]


def last_event(hub, case):
    return hub.thread(case.customer_id, EntryKind.EVENT)[-1]


def test_what_nobody_reads_goes_by_mail_once_and_the_thread_says_so(impatient, case):
    hub = impatient
    entry_id = answered(hub, case)
    hub.deliver_all()
    hub.later(hours=3, minutes=59)
    hub.sweep()
    assert again(hub, case) == []
    hub.later(minutes=1)
    before = hub.threads.get_case(case.customer_id, case.id)
    for _ in range(3):
        hub.sweep()
    (copy,) = again(hub, case)
    assert (copy.repeats, copy.text, copy.channel, copy.author) == (entry_id, TEXT, Channel.EMAIL, "agent:ewa")
    assert copy.delivery.recipient == ANNA.value
    event = last_event(hub, case)
    assert (event.event, dict(event.facts)) == (
        "delivery.unread",
        {"entry": entry_id, "again": copy.id, "channel": "email"},
    )
    assert hub.deliver_all() == ["sent"]
    after = hub.threads.get_case(case.customer_id, case.id)
    assert after.messages_out == before.messages_out + 1
    assert (after.awaiting_since, after.clocks, after.answered_by) == (
        before.awaiting_since,
        before.clocks,
        before.answered_by,
    )


def test_the_sweep_tells_how_many_answers_go_another_way(impatient, case):
    for _ in range(2):
        answered(impatient, case)
    impatient.deliver_all()
    impatient.later(hours=4)
    assert impatient.sweep().deliveries == 2


def test_what_was_read_stays_where_it_is(impatient, case):
    hub = impatient
    entry_id = answered(hub, case)
    hub.deliver_all()
    hub.mark_read(LOGIN, entry_id)
    hub.later(days=2)
    hub.sweep()
    assert again(hub, case) == []


def test_what_was_fetched_and_not_read_goes_elsewhere(impatient, case):
    hub = impatient
    answered(hub, case)
    fetched(hub)
    hub.later(hours=4)
    hub.sweep()
    assert len(again(hub, case)) == 1
    assert fetched(hub).count(TEXT) == 1


def test_whoever_reads_it_at_the_same_moment_gets_no_mail(impatient, case):
    hub = impatient
    entry_id = answered(hub, case)
    hub.deliver_all()
    hub.later(hours=4)
    looked = []

    def read(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not looked:
            looked.append(None)
            hub.mark_read(LOGIN, entry_id)

    hub.threads.hook = read
    hub.sweep()
    hub.threads.hook = lambda _call: None
    hub.sweep()
    assert again(hub, case) == []


def test_nothing_goes_to_an_address_that_is_not_proved(hub, case):
    hub.configured(app_unread_after=timedelta(hours=4))
    hub.add_contact_point(case.customer_id, "ewa", ANNA)
    entry_id = answered(hub, case)
    hub.deliver_all()
    hub.later(hours=4)
    for _ in range(2):
        hub.sweep()
    assert again(hub, case) == []
    assert dict(last_event(hub, case).facts) == {"entry": entry_id}
    assert [e.event for e in hub.thread(case.customer_id, EntryKind.EVENT)].count("delivery.unread") == 1


def test_without_the_setting_nothing_goes_elsewhere(hub, case):
    hub.adopt(LOGIN, [ANNA])
    answered(hub, case)
    hub.deliver_all()
    hub.later(days=9)
    hub.sweep()
    assert again(hub, case) == []


def test_what_repeats_an_answer_cannot_be_taken_back(impatient, case):
    hub = impatient
    answered(hub, case)
    hub.deliver_all()
    hub.later(hours=4)
    hub.sweep()
    with pytest.raises(Conflict, match="in the app"):
        hub.take_back(case.reference, again(hub, case)[0].id, "ewa")
