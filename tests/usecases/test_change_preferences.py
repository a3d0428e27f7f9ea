"""What a customer prefers and agrees to is kept with who said it, and a merge takes nothing away."""

from dataclasses import replace

import pytest

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.contact_rules import parse_quiet_hours
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.preferences import NO_PREFERENCES, Preferences
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.change_preferences import ConsentSaid, Said, customer_logged_in
from chalicelib.usecases.once import Once
from tests.domain.making import BARTEK, MONDAY_TEN

BY_SMS = Said({"channel": Channel.SMS, "quiet_hours": parse_quiet_hours("20:00-09:00")})
AGREED = Said(consents={Channel.EMAIL: ConsentSaid(given=True, how="in the shop", wording="2026-11")})
WITHDRAWN = Said(consents={Channel.EMAIL: ConsentSaid(given=False, how="by phone")})


@pytest.fixture
def anna(hub):
    return hub.write().customer_id


def events(hub, customer_id):
    return [
        entry for entry in hub.thread(customer_id, EntryKind.EVENT) if entry.event == "customer.preferences_changed"
    ]


def test_what_an_agent_was_told_is_kept_and_told_in_the_thread(hub, anna):
    hub.change_preferences(anna, "agent:eva", BY_SMS)
    assert hub.threads.get_customer(anna).preferences == Preferences(
        Channel.SMS,
        parse_quiet_hours("20:00-09:00"),
        version=1,
        chosen_at={"channel": MONDAY_TEN, "quiet_hours": MONDAY_TEN},
    )
    (event,) = events(hub, anna)
    assert (event.author, event.facts) == ("agent:eva", {"changed": "channel quiet_hours"})


def test_what_is_taken_back_is_as_if_nothing_had_been_said(hub, anna):
    hub.change_preferences(anna, "customer", BY_SMS)
    hub.change_preferences(anna, "customer", Said({"channel": None, "quiet_hours": None}))
    preferences = hub.threads.get_customer(anna).preferences
    assert replace(preferences, chosen_at={}) == Preferences(version=2)


def test_a_consent_says_when_how_and_to_which_words_it_was_given_and_when_withdrawn(hub, anna):
    hub.change_preferences(anna, "customer", AGREED)
    hub.later(days=1)
    hub.change_preferences(anna, "agent:eva", WITHDRAWN)
    consent = hub.threads.get_customer(anna).consents[Channel.EMAIL]
    assert (consent.given_at, consent.how, consent.wording, consent.recorded_by) == (
        MONDAY_TEN,
        "in the shop",
        "2026-11",
        "customer",
    )
    assert (consent.withdrawn_at, consent.withdrawn_by) == (hub.now(), "agent:eva")
    assert [event.facts for event in events(hub, anna)] == [
        {"consent_email": "given: in the shop", "wording_email": "2026-11"},
        {"consent_email": "withdrawn: by phone", "wording_email": "2026-11"},
    ]


def test_saying_the_same_again_changes_nothing(hub, anna):
    for _ in range(2):
        hub.change_preferences(anna, "customer", AGREED)
    hub.change_preferences(anna, "customer", Said(consents={Channel.SMS: ConsentSaid(given=False, how="never did")}))
    assert len(events(hub, anna)) == 1
    assert hub.threads.get_customer(anna).preferences.version == 1


def test_a_change_over_one_that_was_not_seen_is_refused(hub, anna):
    hub.change_preferences(anna, "customer", BY_SMS, version=0)
    with pytest.raises(Conflict):
        hub.change_preferences(anna, "agent:eva", AGREED, version=0)
    hub.change_preferences(anna, "agent:eva", AGREED, version=1)


def test_the_same_key_changes_once(hub, anna):
    once = Once("anna", "key-1", "abc")
    hub.change_preferences(anna, "customer", BY_SMS, once=once)
    hub.change_preferences(anna, "customer", Said({"channel": None}))
    hub.change_preferences(anna, "customer", BY_SMS, once=once)
    assert hub.threads.get_customer(anna).preferences.channel is None


def test_the_survivors_preferences_count_and_undoing_the_merge_gives_each_their_own(hub, anna):
    other = hub.write(sender=BARTEK).customer_id
    hub.change_preferences(other, "customer", BY_SMS)
    merge_id = hub.merge(anna, other, "eva", "one person")
    hub.change_preferences(other, "agent:eva", Said({"language": "de"}))
    assert hub.threads.get_customer(anna).preferences == Preferences(
        language="de", version=1, chosen_at={"language": MONDAY_TEN}
    )
    hub.undo_merge(anna, merge_id, "eva")
    assert hub.threads.get_customer(other).preferences.channel is Channel.SMS


def test_a_login_that_nobody_has_has_no_preferences(hub, anna):
    with pytest.raises(NotFound):
        customer_logged_in(hub.threads, "https://issuer.example|anna")
    app = ContactPoint(PointKind.APP, "https://issuer.example|anna")
    post = hub.write(channel=Channel.APP, sender=app, transport="app", recipients=("app",))
    found = customer_logged_in(hub.threads, "https://issuer.example|anna")
    assert (found.id, found.preferences) == (post.customer_id, NO_PREFERENCES)
