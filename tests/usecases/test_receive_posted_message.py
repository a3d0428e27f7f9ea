"""A posted message is kept before it is answered, and repeating the post repeats the answer."""

import json
from dataclasses import replace

import pytest

from chalicelib.domain.captcha import Captcha, CaptchaFinding, Verifier
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.errors import CaptchaRefused, InvalidInput, KeyReused, NotFound, StorageUnavailable
from chalicelib.domain.messages import LedgerRow, ParkedMessage
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.receive_posted_message import Answered, AnsweredLater
from tests.domain.making import message
from tests.fakes.memory_store import Moment

ANNAS_APP = ContactPoint(PointKind.APP, "https://issuer.example|anna")


def post(hub, body=b"{}", said=None, inbox="contact", transport="web_form", **more):
    hub.said[body] = said or message(channel=Channel.WEB_FORM, trust=Trust.UNVERIFIED, message_id="")
    return hub.post(transport, inbox, body, **more)


def post_app(hub, body=b"{}", case="", **more):
    said = message(channel=Channel.APP, sender=ANNAS_APP, trust=Trust.LOGGED_IN, case_reference=case)
    return post(hub, body, said, "app", "app", principal="https://issuer.example|anna", **more)


def test_a_posted_message_is_answered_with_its_case(hub):
    answered = post(hub)
    assert isinstance(answered, Answered)
    assert hub.threads.find_pointer(answered.reference)
    assert [key.split("/")[0] for key in hub.raw.objects] == ["raw"]


def test_the_same_key_and_body_get_the_same_answer(hub):
    first = post(hub, idempotency_key="k")
    again = post(hub, idempotency_key="k")
    assert (again.reference, again.entry_id, again.repeated) == (first.reference, first.entry_id, True)


def test_the_same_key_with_another_body_is_refused_and_nothing_of_it_is_kept(hub):
    post(hub, b"one", idempotency_key="k")
    before = dict(hub.raw.objects)
    with pytest.raises(KeyReused):
        post(hub, b"two", idempotency_key="k")
    assert hub.raw.objects == before


def test_of_two_bodies_with_one_key_at_once_the_slower_is_refused_and_its_kept_bytes_are_parked(hub):
    rival = []

    def overtake(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            post(hub, b"two", idempotency_key="k")

    hub.threads.hook = overtake
    with pytest.raises(KeyReused):
        post(hub, b"one", idempotency_key="k")
    (left,) = (key for key in hub.raw.objects if key.startswith("incoming/"))
    outcome = hub.accept_event(json.dumps({"incoming_key": left}), "1", suspicious=False)

    assert outcome.reason == "raw_changed"
    assert {row.raw_key for row in hub.threads.records(LedgerRow)} == {*hub.raw.objects}


def test_the_same_key_of_somebody_else_is_another_key(hub):
    post_app(hub, idempotency_key="k")
    said = message(channel=Channel.APP, sender=ContactPoint(PointKind.APP, "i|jan"), trust=Trust.LOGGED_IN)
    other = post(hub, b"{}", said, "app", "app", principal="i|jan", idempotency_key="k")
    assert not other.repeated


def test_without_a_key_every_post_is_a_message_of_its_own(hub):
    assert post(hub).entry_id != post(hub).entry_id


def test_when_the_table_is_down_the_message_is_kept_and_follows(hub):
    def fail(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            raise StorageUnavailable()

    hub.threads.hook = fail
    answered = post(hub)
    assert isinstance(answered, AnsweredLater)
    hub.threads.hook = lambda _call: None
    (left,) = [key for key in hub.raw.objects if key.startswith("incoming/")]
    outcome = hub.accept_event(f'{{"incoming_key": "{left}"}}', "m1", suspicious=False)
    assert outcome.name == "stored"


def test_what_cannot_be_accepted_is_refused_before_it_is_kept(hub):
    with pytest.raises(InvalidInput, match="no text"):
        post(hub, said=ParkedMessage("invalid", "no text"))
    with pytest.raises(NotFound):
        post(hub, inbox="nowhere")
    assert hub.raw.objects == {}


def test_an_app_goes_on_in_a_case_of_its_own(hub):
    first = post_app(hub, b"one")
    post_app(hub, b"two")
    again = post_app(hub, b"three", case=first.reference)
    assert again.reference == first.reference


@pytest.mark.parametrize("reference", ["00000-00000-0", "foreign"])
def test_a_foreign_case_is_answered_like_one_that_does_not_exist(hub, reference):
    if reference == "foreign":
        reference = hub.case(hub.write()).reference
    with pytest.raises(NotFound):
        post_app(hub, case=reference)
    assert [key for key in hub.raw.objects if "app" in key] == []


def test_the_app_users_message_stands_in_the_thread(hub):
    answered = post_app(hub)
    customer_id = hub.threads.find_owner(ANNAS_APP).customer_id
    (entry,) = hub.thread(customer_id, EntryKind.INBOUND)
    assert (entry.id, entry.arrival.trust) == (answered.entry_id, Trust.LOGGED_IN)


@pytest.fixture
def checked(hub):
    """The form asks its visitors to pass a check, and one of them has."""
    whole = hub.configuration.current()
    captcha = Captcha(Verifier.TURNSTILE, "site-key", "shop")
    inboxes = [replace(one, captcha=captcha) if one.channel is Channel.WEB_FORM else one for one in whole.inboxes]
    hub.configuration.configuration = replace(whole, inboxes=tuple(inboxes))
    hub.captchas.good.add("passed")
    return hub


def test_what_the_check_came_to_is_kept_beside_the_message(checked):
    answered = post(checked, captcha_answer="passed")
    assert answered.captcha == CaptchaFinding.PASSED
    (kept,) = checked.raw.objects.values()
    assert kept.receipt.captcha == "passed"


def test_who_did_not_pass_is_refused_and_nothing_is_kept(checked):
    with pytest.raises(CaptchaRefused):
        post(checked, captcha_answer="made-up")
    assert checked.raw.objects == {}


def test_a_message_that_is_sent_again_is_not_held_to_an_answer_that_is_spent(checked):
    first = post(checked, captcha_answer="passed", idempotency_key="k")
    again = post(checked, captcha_answer="passed", idempotency_key="k")
    assert (again.reference, again.repeated) == (first.reference, True)
    assert checked.captchas.asked == ["passed"]


def test_a_message_that_waits_in_incoming_is_asked_after_with_the_spent_answer(checked):
    def fail(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            raise StorageUnavailable()

    checked.threads.hook = fail
    assert isinstance(post(checked, captcha_answer="passed", idempotency_key="k"), AnsweredLater)
    checked.threads.hook = lambda _call: None
    again = post(checked, captcha_answer="passed", idempotency_key="k")
    assert isinstance(again, Answered)
    assert [one.receipt.captcha for one in checked.raw.objects.values()] == ["passed"]


def test_what_is_refused_anyway_does_not_spend_the_answer(checked):
    with pytest.raises(InvalidInput):
        post(checked, said=ParkedMessage("invalid", "no text"), captcha_answer="passed")
    assert checked.captchas.asked == []


def test_whoever_goes_on_with_a_case_has_shown_more_than_a_check_can(checked):
    post(checked, principal="K7Q2M-9DXM3-Q email:anna@example.pl")
    assert checked.captchas.asked == []


def test_a_form_without_a_check_asks_nobody(hub):
    assert post(hub, captcha_answer="passed").captcha == ""
    assert hub.captchas.asked == []
