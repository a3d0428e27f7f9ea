"""A user of the app reads what we know of them, as far as it is certainly theirs, and says how they are called."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.external_ids import external_id
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.care_for_customer import Care
from chalicelib.usecases.change_preferences import Said
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Update
from chalicelib.usecases.record_customer import CustomerRecord, RecordCustomer
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, MONDAY_TEN
from tests.fakes.memory_store import Moment
from tests.usecases.test_read_own_thread import LOGIN, writes_in_the_app


@pytest.fixture
def anna(hub):
    return writes_in_the_app(hub).customer_id


def customer(hub, id_):
    return hub.threads.get_customer(id_)


def told(hub, id_):
    return [one for one in hub.thread(id_, EntryKind.EVENT) if one.event == "customer.profile_changed"]


def named(hub, id_, name):
    known = customer(hub, id_)
    hub.threads.commit([Update(known, replace(known, name=name), ())])


def test_a_login_that_nobody_has_reads_and_changes_nothing(hub):
    with pytest.raises(NotFound):
        hub.own_profile.read(LOGIN)
    with pytest.raises(NotFound):
        hub.own_profile.change(LOGIN, "Anna", {})


def test_each_address_is_shown_with_whether_it_is_proved_and_no_login_and_no_id_of_a_system(hub, anna):
    hub.adopt(LOGIN, [ANNA])
    hub.add_contact_point(anna, "ewa", ANNAS_PHONE)
    record = CustomerRecord(external_id("crm:4711"), points=(ANNA,), verified=frozenset({ANNA}))
    recorded = RecordCustomer(hub.threads, hub.now, hub.randomness)(record, "agent:crm")
    assert recorded.customer_id == anna
    assert dict(hub.own_profile.read(LOGIN).points) == {ANNA: True, ANNAS_PHONE: False}


def test_what_they_say_is_kept_and_colleagues_see_who_said_it_and_what_it_was_before(hub, anna):
    named(hub, anna, "A. Kowalska")
    hub.own_profile.change(LOGIN, "Anna Nowak", {"language": "pl"})
    after = customer(hub, anna)
    assert (after.name, after.writes_in) == ("Anna Nowak", "pl")
    (event,) = told(hub, anna)
    facts = {"changed": "language name", "name": "Anna Nowak", "before": "A. Kowalska"}
    assert (event.author, event.facts) == ("customer", facts)
    hub.own_profile.change(LOGIN, "Anna Nowak", {"language": "pl"})
    assert customer(hub, anna) == after
    assert len(told(hub, anna)) == 1


def test_of_who_was_merged_the_survivor_is_changed(hub, anna):
    mail = hub.write(sender=BARTEK)
    hub.merge(mail.customer_id, anna, "ewa", "jedna osoba")
    hub.own_profile.change(LOGIN, "Anna Nowak", {})
    assert customer(hub, mail.customer_id).name == "Anna Nowak"
    assert hub.own_profile.read(LOGIN).name == "Anna Nowak"


def test_a_name_of_somebody_whom_an_agent_took_for_them_is_not_shown(hub, anna):
    named(hub, anna, "Anna")
    mail = hub.write(sender=BARTEK)
    named(hub, mail.customer_id, "Bartek Chory")
    hub.merge(mail.customer_id, anna, "ewa", "pomyłka")
    profile = hub.own_profile.read(LOGIN)
    assert (profile.customer.id, profile.name) == (mail.customer_id, "Anna")
    assert profile.points == {BARTEK: False}


def test_a_name_is_that_of_the_survivor_once_an_address_of_theirs_is_proved(hub, anna):
    mail = hub.write(sender=ANNA)
    named(hub, mail.customer_id, "Anna z kartoteki")
    hub.merge(mail.customer_id, anna, "ewa", "jedna osoba")
    assert hub.own_profile.read(LOGIN).name == ""
    hub.adopt(LOGIN, [ANNA])
    assert hub.own_profile.read(LOGIN).name == "Anna z kartoteki"


def test_it_is_refused_when_somebody_else_changed_them_since_they_were_read(hub, anna):
    version = hub.own_profile.read(LOGIN).customer.record_version
    hub.care(anna, "ewa", Care(vip=True))
    with pytest.raises(Conflict):
        hub.own_profile.change(LOGIN, "Anna Nowak", {}, version=version)
    hub.own_profile.change(LOGIN, "Anna Nowak", {}, version=version + 1)
    with pytest.raises(Conflict):
        hub.own_profile.change(LOGIN, "Anna", {}, version=version + 1)


def test_a_repeated_call_is_answered_as_before_though_an_agent_changed_it_since(hub, anna):
    once = Once(LOGIN, "key-1", "0f" * 32)
    hub.own_profile.change(LOGIN, "Anna Nowak", {"language": "pl"}, once=once)
    hub.change_preferences(anna, "agent:ewa", Said({"language": "en"}))
    hub.own_profile.change(LOGIN, "Anna Nowak", {"language": "pl"}, once=once)
    assert customer(hub, anna).writes_in == "en"


def test_what_an_agent_says_at_the_very_moment_is_not_lost(hub, anna):
    def an_agent_comes_first(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            hub.threads.hook = lambda _call: None
            hub.change_preferences(anna, "agent:ewa", Said({"time_zone": "Europe/Warsaw"}))
            hub.care(anna, "ewa", Care(vip=True))

    hub.threads.hook = an_agent_comes_first
    hub.own_profile.change(LOGIN, "Anna Nowak", {"language": "pl"})
    after = customer(hub, anna)
    said = (after.name, after.vip, after.preferences.language, after.preferences.time_zone)
    assert said == ("Anna Nowak", True, "pl", "Europe/Warsaw")


def record(hub, name, *, at=None):
    said = Said(preferences_at=at)
    one = CustomerRecord(external_id("crm:4711"), {"name": name}, (ANNA,), frozenset({ANNA}), said)
    return RecordCustomer(hub.threads, hub.now, hub.randomness)(one, "agent:crm")


def test_what_they_call_themselves_stands_against_the_nightly_list_of_another_system(hub, anna):
    hub.adopt(LOGIN, [ANNA])
    assert record(hub, "KOWALSKA ANNA").customer_id == anna
    assert customer(hub, anna).name == "KOWALSKA ANNA"
    hub.later(hours=1)
    hub.own_profile.change(LOGIN, "Anna Nowak", {})
    hub.later(hours=1)
    record(hub, "KOWALSKA ANNA")
    record(hub, "KOWALSKA ANNA", at=MONDAY_TEN)
    assert customer(hub, anna).name == "Anna Nowak"
    record(hub, "Anna Nowak-Kowalska", at=hub.now())
    assert customer(hub, anna).name == "Anna Nowak-Kowalska"


def test_a_name_that_another_system_had_said_and_they_confirm_stands_too(hub, anna):
    hub.adopt(LOGIN, [ANNA])
    record(hub, "Anna Nowak")
    hub.own_profile.change(LOGIN, "Anna Nowak", {})
    assert told(hub, anna) == []
    record(hub, "NOWAK")
    assert customer(hub, anna).name == "Anna Nowak"


def test_of_what_they_told_another_system_the_later_word_stands_in_whichever_order_its_records_come(hub, anna):
    hub.adopt(LOGIN, [ANNA])
    record(hub, "KOWALSKA")
    hub.own_profile.change(LOGIN, "Anna Nowak", {})
    between, later = hub.now() + timedelta(hours=1), hub.now() + timedelta(hours=2)
    hub.later(hours=3)
    record(hub, "Anna Nowak-Kowalska", at=later)
    record(hub, "Anna Kowalska", at=between)
    record(hub, "KOWALSKA")
    after = customer(hub, anna)
    assert after.name == "Anna Nowak-Kowalska"
    record(hub, "Anna Nowak-Kowalska", at=later)
    assert customer(hub, anna) == after
