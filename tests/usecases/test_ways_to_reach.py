"""An answer takes the way that suits the customer and that the contact policy allows, and is asked about once more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.contact_rules import ContactRules, QuietHours, parse_quiet_hours
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import ContactRefused, NoWayToReach, StorageUnavailable
from chalicelib.domain.preferences import Preferences
from chalicelib.domain.reachability import OptOut, Purpose, Reachability
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.kept_replies import KeptReply, parse_kept_reply
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Create, Update
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_PHONE
from tests.fakes.memory_store import Moment

NIGHT = ContactRules(quiet_hours=parse_quiet_hours("21:00-08:00"))


def answer_of(hub, case):
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)[-1]


def answered(hub, case, **how):
    hub.reply(case.reference, "eva", Answer("Tak.", **how))
    return answer_of(hub, case)


def prefers(hub, case, **said):
    customer = hub.threads.get_customer(case.customer_id)
    hub.threads.commit([Update(customer, replace(customer, preferences=Preferences(**said)), ())])


def stop(hub, point, *purposes):
    opt_outs = {purpose: OptOut(hub.now(), "customer", "STOP") for purpose in purposes or (Purpose.SERVICE,)}
    hub.threads.commit([Create(Reachability(point, opt_outs))])


def suppress(hub, point):
    until = hub.now() + timedelta(days=30)
    hub.threads.commit([Create(Reachability(point, suppressed_until=until, suppressed_by="a bounce"))])


@pytest.fixture
def case(hub) -> Case:
    """Anna wrote a mail; her number is known, too."""
    case = hub.case(hub.write())
    hub.add_contact_point(case.customer_id, "eva", ANNAS_PHONE)
    return hub.threads.get_case(case.customer_id, case.id)


def test_a_customer_who_prefers_another_channel_is_answered_there(hub, case):
    prefers(hub, case, channel=Channel.SMS)
    entry = answered(hub, case)
    assert (entry.channel, entry.delivery.recipient, entry.facts["way"]) == (
        Channel.SMS,
        ANNAS_PHONE.value,
        "preferred",
    )


def test_what_was_asked_for_in_the_case_comes_before_what_is_preferred(hub, case):
    prefers(hub, case, channel=Channel.EMAIL)
    app = ContactPoint(PointKind.APP, "https://issuer.example|anna")
    post = hub.write(channel=Channel.APP, sender=app, transport="app", recipients=("app",), answer_by=Channel.APP)
    assert hub.case(post).answer_by is Channel.APP
    assert answered(hub, hub.case(post)).channel is Channel.APP


def test_a_later_message_that_asks_for_nothing_leaves_what_was_asked_for(hub):
    wishes = {"channel": Channel.WEB_FORM, "sender": ANNAS_PHONE, "answer_by": Channel.SMS}
    case = hub.case(hub.write(transport="web_form", recipients=("contact",), **wishes))
    hub.add_contact_point(case.customer_id, "eva", ANNA)
    again = hub.case(hub.write())
    assert (again.id, again.answer_by) == (case.id, Channel.SMS)
    assert answered(hub, again).delivery.recipient == ANNAS_PHONE.value


def test_an_agent_who_overrides_what_the_customer_wants_is_warned(hub, case):
    prefers(hub, case, channel=Channel.SMS)
    entry = answered(hub, case, channel=Channel.EMAIL)
    assert entry.channel is Channel.EMAIL
    assert entry.facts == {"warnings": "not_preferred: the customer prefers sms"}


def test_an_address_that_nobody_ever_proved_is_used_with_a_warning(hub, case):
    entry = answered(hub, case, channel=Channel.SMS)
    assert "not_proved: +48601234567 was never proved" in entry.facts["warnings"]


def test_a_suppressed_address_is_passed_over_and_the_entry_says_so(hub, case):
    suppress(hub, ANNA)
    entry = answered(hub, case)
    assert (entry.channel, entry.facts["passed_over"]) == (
        Channel.SMS,
        "because of a bounce, nothing goes to anna@example.pl until 2026-12-23 09:00 UTC",
    )


def test_when_no_way_is_left_the_error_says_why_of_each(hub, case):
    suppress(hub, ANNA)
    stop(hub, ANNAS_PHONE)
    with pytest.raises(NoWayToReach) as refused:
        answered(hub, case)
    assert "nothing goes to anna@example.pl until" in refused.value.public_text
    assert "+48601234567 has opted out of all messages on 2026-11-23 (STOP)" in refused.value.public_text
    assert hub.thread(case.customer_id, EntryKind.OUTBOUND) == []


def test_what_the_policy_forbids_no_agent_overrides(hub, case):
    stop(hub, ANNAS_PHONE)
    with pytest.raises(ContactRefused, match="has opted out"):
        answered(hub, case, channel=Channel.SMS)


def test_a_number_of_another_country_is_answered_only_where_the_inbox_writes_there(hub):
    german = ContactPoint(PointKind.PHONE, "+4915112345678")
    case = hub.case(hub.write_sms(german))
    with pytest.raises(NoWayToReach, match="a number of DE, and text messages go to PL"):
        answered(hub, case)
    inboxes = hub.configuration.configuration.inboxes
    hub.configured(
        inboxes=tuple(
            replace(one, allowed_countries=("PL", "DE")) if one.channel is Channel.SMS else one for one in inboxes
        )
    )
    assert answered(hub, case).delivery.recipient == german.value


def test_a_fixed_line_gets_a_text_message_only_where_it_has_sent_one(hub):
    fixed = ContactPoint(PointKind.PHONE, "+48221112233")
    form = hub.case(hub.write(channel=Channel.WEB_FORM, sender=fixed, transport="web_form", recipients=("contact",)))
    with pytest.raises(NoWayToReach, match="is no mobile number"):
        answered(hub, form)
    hub.later(minutes=1)
    case = hub.case(hub.write_sms(fixed))
    answered(hub, case)
    assert hub.deliver_all() == ["sent"]


def test_a_no_reply_address_is_never_answered(hub):
    case = hub.case(hub.write(sender=ContactPoint(PointKind.EMAIL, "no-reply@shop.example")))
    with pytest.raises(NoWayToReach, match="nobody reads"):
        answered(hub, case)


def test_at_night_a_text_is_kept_and_leaves_in_the_morning(hub):
    hub.configured(contact_rules=NIGHT)
    hub.later(hours=13)  # eleven in the evening
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    entry = answered(hub, case)
    assert entry.delivery.not_before == hub.now() + timedelta(hours=9)
    assert "quiet_hours: the customer is not disturbed before 2026-11-24 08:00" in entry.facts["warnings"]
    hub.deliver_all()
    assert hub.sms.sent == []
    hub.later(hours=9, minutes=2)
    hub.sweep()
    assert hub.deliver_all() == ["sent"]


def test_an_urgent_text_leaves_at_night_and_says_who_wanted_that_and_why(hub):
    hub.configured(contact_rules=NIGHT)
    hub.later(hours=13)
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    entry = answered(hub, case, urgent="the technician is at the door")
    assert (entry.author, entry.facts) == ("agent:eva", {"urgent": "the technician is at the door"})
    assert hub.deliver_all() == ["sent"]


def test_a_customers_own_clock_counts(hub):
    hub.configured(contact_rules=NIGHT)
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    prefers(hub, case, time_zone="America/New_York")  # four in the morning there
    assert answered(hub, case).delivery.not_before == hub.now() + timedelta(hours=4)


# The last gate.


def test_a_stop_that_comes_while_an_answer_is_queued_stops_it_and_the_customer_waits_again(hub):
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    answered(hub, case)
    stop(hub, ANNAS_PHONE)
    assert hub.deliver_all() == ["failed"]
    assert hub.sms.sent == []
    delivery = answer_of(hub, case).delivery
    assert delivery.detail == "+48601234567 has opted out of all messages on 2026-11-23 (STOP)."
    assert hub.threads.get_case(case.customer_id, case.id).awaiting_since == case.awaiting_since


def test_an_answer_that_is_delayed_into_the_night_waits_for_the_morning(hub):
    hub.configured(contact_rules=NIGHT)
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    answered(hub, case)
    hub.later(hours=13)
    assert hub.deliver_all() == ["queued"]
    delivery = answer_of(hub, case).delivery
    assert (delivery.status, delivery.not_before) == (DeliveryStatus.QUEUED, hub.now() + timedelta(hours=9))
    hub.later(hours=9)
    assert hub.sweep().deliveries == 1
    assert hub.deliver_all() == ["sent"]


def test_who_writes_again_after_stop_is_answered_and_the_agent_is_warned(hub):
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    stop(hub, ANNAS_PHONE)
    hub.later(minutes=1)
    case = hub.case(hub.write_sms(ANNAS_PHONE, "Kiedy będzie technik?"))
    entry = answered(hub, case)
    assert "opted_out_before" in entry.facts["warnings"]
    assert hub.deliver_all() == ["sent"]


def test_a_store_that_fails_before_the_carrier_was_asked_leaves_nothing_unknown(hub):
    case = hub.case(hub.write())
    answered(hub, case)

    def fail(call):
        if call.name == "find_reachabilities" and call.moment is Moment.BEFORE:
            raise StorageUnavailable()

    hub.threads.hook = fail
    assert hub.deliver_all() == ["queued"]
    hub.threads.hook = lambda _call: None
    hub.later(minutes=2)
    hub.sweep()
    assert hub.deliver_all() == ["sent"]
    assert answer_of(hub, case).delivery.status is DeliveryStatus.SENT


def test_reminders_to_colleagues_come_at_night_too(hub):
    hub.configured(contact_rules=replace(NIGHT, bound={purpose: frozenset(Channel) for purpose in Purpose}))
    hub.write()
    hub.later(hours=3, minutes=31)
    hub.sweep()
    hub.later(hours=10)
    assert hub.deliver_all() == ["sent"]


def test_no_quiet_hours_hold_by_day(hub):
    hub.configured(contact_rules=NIGHT)
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    assert answered(hub, case).delivery.not_before is None
    assert isinstance(NIGHT.quiet_hours, QuietHours)


def test_pressing_send_again_is_told_what_was_told_the_first_time_whatever_became_of_the_answer(hub, case):
    prefers(hub, case, channel=Channel.SMS)
    once = Once("eva", "key-1", "abc")
    first = hub.reply.keep(case.reference, "eva", Answer("Tak.", channel=Channel.EMAIL), once=once)
    assert first.warnings == ("not_preferred: the customer prefers sms",)
    hub.deliver_all()
    assert hub.reply.keep(case.reference, "eva", Answer("Tak.", channel=Channel.EMAIL), once=once) == first


def test_a_key_that_an_earlier_version_remembered_still_gives_its_answer():
    assert parse_kept_reply("01M83T4CM0WZSTWG5PSHWDFSXJ") == KeptReply("01M83T4CM0WZSTWG5PSHWDFSXJ")
