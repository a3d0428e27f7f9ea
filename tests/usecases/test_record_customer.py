"""Who a customer is, said by another system: by its own id, and never over somebody else's address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customer_attributes import MOST_ATTRIBUTES, MOST_BYTES
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Conflict, InvalidInput, TooLarge
from chalicelib.domain.external_ids import external_id
from chalicelib.domain.merging import Suggestion
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.change_preferences import ConsentSaid, Said
from chalicelib.usecases.once import Once
from chalicelib.usecases.record_customer import CustomerRecord, Outcome, RecordCustomer
from chalicelib.usecases.write_attributes import WriteAttributes
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, MONDAY_TEN
from tests.fakes.memory_store import Moment

CRM, SHOP = external_id("crm:4711"), external_id("shop:A-1")
BY = "agent:service:crm"


@pytest.fixture
def record(hub):
    use_case = RecordCustomer(hub.threads, hub.now, hub.randomness)

    def record(id_=CRM, *points, verified=(), version=None, once=None, **said):
        return use_case(
            CustomerRecord(id_, points=points, verified=frozenset(verified), **said), BY, version=version, once=once
        )

    return record


def owner_of(hub, point):
    owner = hub.threads.find_owner(point)
    return owner and owner.customer_id


def recorded(hub, customer_id):
    return [entry.facts for entry in hub.thread(customer_id, EntryKind.EVENT) if entry.event == "customer.recorded"]


def test_somebody_new_begins_with_all_that_is_said_and_once_more_changes_nothing(hub, record):
    said = {
        "profile": {"name": "Anna Nowak", "vip": True},
        "said": Said({"language": "pl"}, {Channel.EMAIL: ConsentSaid(True, "in the shop", "2", MONDAY_TEN)}),
        "attributes": {"crm.tariff": "gold", "crm.orders": 3},
    }
    first = record(CRM, ANNA, ANNAS_PHONE, **said)
    commits = len(hub.threads.records())
    assert record(CRM, ANNA, ANNAS_PHONE, **said) == replaced(first, Outcome.UNCHANGED)
    assert len(hub.threads.records()) == commits
    customer = hub.threads.get_customer(first.customer_id)
    assert (customer.name, customer.vip, customer.preferences.language) == ("Anna Nowak", True, "pl")
    assert customer.consents[Channel.EMAIL].given_at == MONDAY_TEN
    assert set(hub.threads.list_points(customer.id)) == {ANNA, ANNAS_PHONE, CRM}
    assert {owner_of(hub, point) for point in (ANNA, ANNAS_PHONE, CRM)} == {customer.id}
    (facts,) = recorded(hub, customer.id)
    assert (facts["external_id"], facts["changed"]) == ("crm:4711", "name vip language")
    assert facts["consent_email"] == "given: in the shop"
    values = hub.threads.find_attributes([customer.id])[customer.id].values
    assert [(name, one.value, one.by, one.at) for name, one in sorted(values.items())] == [
        ("crm.orders", 3, BY, MONDAY_TEN),
        ("crm.tariff", "gold", BY, MONDAY_TEN),
    ]


def replaced(result, outcome):
    return type(result)(result.customer_id, outcome, result.kept_by_others)


def test_of_somebody_new_only_the_addresses_are_read_and_one_transaction_is_written(hub, record):
    calls = []
    hub.threads.hook = lambda call: calls.append(call.name) if call.moment is Moment.BEFORE else None
    record(CRM, ANNA, attributes={"crm.tariff": "gold"})
    assert calls == ["find_owners", "commit"]


def test_what_changed_is_changed_and_only_that_is_told(hub, record):
    first = record(CRM, ANNA, profile={"name": "Anna", "segment": "gold"})
    again = record(CRM, ANNA, ANNAS_PHONE, profile={"name": "Anna Nowak", "segment": "gold"})
    assert (again.customer_id, again.outcome) == (first.customer_id, Outcome.CHANGED)
    assert recorded(hub, first.customer_id)[-1] == {
        "external_id": "crm:4711",
        "changed": "name",
        "points": "phone:+48601234567",
    }


def test_whoever_changes_what_they_have_not_read_is_refused(hub, record):
    with pytest.raises(Conflict):
        record(version=0)  # nobody is there whom they could have read
    id_ = record(profile={"name": "Anna"}).customer_id
    read = hub.threads.get_customer(id_).record_version
    record(profile={"name": "Anna Nowak"}, version=read)
    with pytest.raises(Conflict):
        record(profile={"name": "Ania"}, version=read)
    read = hub.threads.get_customer(id_).record_version
    hub.change_preferences(id_, "customer", Said({"language": "en"}))
    with pytest.raises(Conflict):
        record(said=Said({"language": "pl"}), version=read)


def test_the_same_key_does_it_once_and_says_the_same(hub, record):
    once = Once("crm", "k1", "00")
    first = record(CRM, ANNA, once=once)
    assert record(CRM, ANNA, once=once) == first


def test_two_records_of_one_id_at_the_same_moment_make_one_customer(hub, record):
    met = []

    def meanwhile(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not met:
            met.append(None)
            met.append(record(CRM, ANNA))

    hub.threads.hook = meanwhile
    late = record(CRM, ANNA, ANNAS_PHONE)
    assert (late.customer_id, late.outcome) == (met[1].customer_id, Outcome.CHANGED)
    assert len(hub.threads.records(Customer)) == 1


# Whose an address is


def test_an_address_that_somebody_has_stays_theirs_and_an_agent_is_asked_whether_the_two_are_one(hub, record):
    anna = hub.write().customer_id
    result = record(CRM, ANNA, BARTEK, profile={"name": "Not Anna"})
    assert result.outcome is Outcome.CREATED
    assert (result.customer_id == anna, result.kept_by_others) == (False, ("email:anna@example.pl",))
    assert (owner_of(hub, ANNA), owner_of(hub, BARTEK)) == (anna, result.customer_id)
    (suggestion,) = hub.threads.records(Suggestion)
    assert {suggestion.first, suggestion.second} == {anna, result.customer_id}
    again = record(CRM, ANNA, BARTEK, profile={"name": "Not Anna"})
    assert (again.outcome, again.kept_by_others) == (Outcome.UNCHANGED, result.kept_by_others)


def test_a_verified_address_leads_a_new_id_to_whoever_has_it_and_proves_nothing_to_them(hub, record):
    anna = hub.write().customer_id
    result = record(CRM, ANNA, verified=[ANNA], profile={"name": "Anna Nowak"})
    assert (result.customer_id, result.outcome) == (anna, Outcome.CHANGED)
    assert owner_of(hub, CRM) == anna
    assert hub.threads.find_owner(ANNA).verified is False
    assert recorded(hub, anna) == [{"external_id": "crm:4711", "changed": "name"}]


def test_whom_the_system_knows_by_another_id_is_never_taken_over_by_an_address(hub, record):
    anna = record(CRM, ANNA, verified=[ANNA], profile={"name": "Anna"}).customer_id
    other = record(external_id("crm:4712"), ANNA, verified=[ANNA], profile={"name": "Mallory"})
    assert other.customer_id != anna
    assert hub.threads.get_customer(anna).name == "Anna"
    assert owner_of(hub, ANNA) == anna
    shop = record(SHOP, ANNA, verified=[ANNA])
    assert shop.customer_id == anna


def test_verified_addresses_of_two_customers_lead_to_neither(hub, record):
    anna, bartek = hub.write().customer_id, hub.write(sender=BARTEK).customer_id
    result = record(CRM, ANNA, BARTEK, verified=[ANNA, BARTEK])
    assert result.customer_id not in {anna, bartek}
    assert len(hub.threads.records(Suggestion)) == 2


def test_two_ids_that_lead_to_one_customer_at_the_same_moment_are_not_both_written_to_them(hub, record):
    anna = hub.write().customer_id
    met = []

    def meanwhile(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not met:
            met.append(None)
            met.append(record(external_id("crm:4712"), ANNA, verified=[ANNA]))

    hub.threads.hook = meanwhile
    late = record(CRM, ANNA, verified=[ANNA])
    assert met[1].customer_id == anna
    assert late.customer_id != anna


# Consents


def test_a_consent_that_is_told_again_does_not_stand_up_after_its_withdrawal(hub, record):
    given = Said(consents={Channel.EMAIL: ConsentSaid(True, "in the shop", "2", MONDAY_TEN - timedelta(days=9))})
    id_ = record(said=given).customer_id
    hub.change_preferences(id_, "customer", Said(consents={Channel.EMAIL: ConsentSaid(False, "in the app")}))
    hub.later(days=1)
    record(said=given)
    assert hub.threads.get_customer(id_).consents[Channel.EMAIL].withdrawn_at == MONDAY_TEN
    new = Said(consents={Channel.EMAIL: ConsentSaid(True, "by phone", "2", MONDAY_TEN + timedelta(hours=1))})
    record(said=new)
    assert hub.threads.get_customer(id_).consents[Channel.EMAIL].withdrawn_at is None


def test_a_withdrawal_from_before_the_consent_takes_nothing_back(hub, record):
    given = Said(consents={Channel.SMS: ConsentSaid(True, "in the shop", "2", MONDAY_TEN)})
    id_ = record(said=given).customer_id
    early = ConsentSaid(False, "by letter", "", MONDAY_TEN - timedelta(days=1))
    assert record(said=Said(consents={Channel.SMS: early})).outcome is Outcome.UNCHANGED
    assert hub.threads.get_customer(id_).consents[Channel.SMS].withdrawn_at is None


def test_a_record_that_came_again_wrote_its_language_over_what_the_customer_had_chosen_since(hub, record):
    """The list that the shop sent each night gave her Polish letters again, whatever she had chosen in the app."""
    nightly = {"said": Said({"language": "pl", "channel": Channel.EMAIL})}
    anna = record(CRM, ANNA, **nightly).customer_id
    hub.later(days=1)
    hub.change_preferences(anna, "customer", Said({"language": "en"}))
    assert record(CRM, ANNA, **nightly).outcome is Outcome.UNCHANGED
    changed = record(CRM, ANNA, said=Said({"language": "pl", "channel": Channel.SMS}))
    preferences = hub.threads.get_customer(anna).preferences
    assert (preferences.language, preferences.channel, changed.outcome) == ("en", Channel.SMS, Outcome.CHANGED)
    assert recorded(hub, anna)[-1]["changed"] == "channel"


def test_what_she_told_the_shop_later_counts_against_what_she_chose_here(hub, record):
    anna = record(CRM, ANNA, said=Said({"language": "pl"})).customer_id
    hub.later(days=1)
    hub.change_preferences(anna, "agent:eva", Said({"language": "en"}))
    chosen_at = hub.now()
    hub.later(days=1)
    record(CRM, ANNA, said=Said({"language": "de"}, preferences_at=chosen_at))
    assert hub.threads.get_customer(anna).preferences.language == "en"
    record(CRM, ANNA, said=Said({"language": "uk"}, preferences_at=hub.now()))
    record(CRM, ANNA, said=Said({"language": "pl"}))
    assert hub.threads.get_customer(anna).preferences.language == "uk"


def test_what_she_had_said_once_more_since_was_written_over_by_a_record_of_what_she_said_in_between(hub, record):
    """Two systems tell of her in whatever order they come; what she said last holds."""
    anna = record(CRM, ANNA).customer_id
    hub.change_preferences(anna, "customer", Said({"channel": Channel.SMS, "language": "pl"}))
    hub.later(days=1)
    in_between = hub.now()
    hub.later(days=1)
    again = Said({"channel": Channel.SMS}, preferences_at=hub.now())
    assert [record(CRM, ANNA, said=again).outcome for _ in range(2)] == [Outcome.CHANGED, Outcome.UNCHANGED]
    record(CRM, ANNA, said=Said({"channel": Channel.EMAIL, "language": "en"}, preferences_at=in_between))
    preferences = hub.threads.get_customer(anna).preferences
    assert (preferences.channel, preferences.language) == (Channel.SMS, "en")


def test_what_a_record_said_and_she_confirmed_is_her_choice_and_no_news(hub, record):
    anna = record(CRM, ANNA, said=Said({"language": "pl"})).customer_id
    before = len(hub.thread(anna, EntryKind.EVENT))
    for _ in range(2):
        hub.change_preferences(anna, "customer", Said({"language": "pl", "no_surveys": False}))
    assert len(hub.thread(anna, EntryKind.EVENT)) == before
    record(CRM, ANNA, said=Said({"language": "en", "no_surveys": True}))
    preferences = hub.threads.get_customer(anna).preferences
    assert (preferences.language, preferences.no_surveys) == ("pl", True)


def test_nobody_has_agreed_tomorrow(record):
    tomorrow = ConsentSaid(True, "in the shop", "2", MONDAY_TEN + timedelta(days=1))
    with pytest.raises(InvalidInput) as caught:
        record(said=Said(consents={Channel.SMS: tomorrow}))
    assert caught.value.field == "consents.sms.at"


# Merging


def test_nobody_has_chosen_tomorrow(record):
    with pytest.raises(InvalidInput) as caught:
        record(CRM, ANNA, said=Said({"language": "pl"}, preferences_at=MONDAY_TEN + timedelta(days=1)))
    assert caught.value.field == "preferences.at"


def test_an_id_goes_with_its_customer_into_a_merge_and_back_out_with_what_came_to_it(hub, record):
    anna = hub.write().customer_id
    hub.later(minutes=1)
    bartek = record(CRM, BARTEK, attributes={"crm.tariff": "gold"}).customer_id
    merge_id = hub.merge(anna, bartek, "eva", "the same person")
    merged = record(CRM, BARTEK, ANNAS_PHONE, profile={"name": "Anna"}, attributes={"crm.tariff": "silver"})
    assert merged.customer_id == anna
    assert owner_of(hub, ANNAS_PHONE) == anna
    found = hub.threads.find_attributes([anna, bartek])
    assert (anna in found, found[bartek].values["crm.tariff"].value) == (False, "silver")
    hub.undo_merge(anna, merge_id, "eva")
    assert [owner_of(hub, point) for point in (ANNA, BARTEK, ANNAS_PHONE, CRM)] == [anna, bartek, bartek, bartek]
    assert record(CRM, BARTEK).customer_id == bartek


def test_two_whom_one_system_knows_by_ids_of_their_own_are_said_to_differ_before_they_are_merged(hub, record):
    one, other = record(CRM, ANNA).customer_id, record(external_id("crm:4712"), BARTEK).customer_id
    (warning,) = hub.merge.preview(one, other).warnings
    assert warning == "crm knows each by an id of its own: crm:4711 and crm:4712"


# Attributes


def test_attributes_say_who_wrote_them_and_when_and_what_is_said_again_keeps_that(hub, record):
    id_ = hub.write().customer_id
    write = WriteAttributes(hub.threads, hub.now)
    write(id_, "agent:service:shop", {"shop.last_order": "2026/114", "shop.paid": True})
    hub.later(days=1)
    write(id_, "agent:service:erp", {"shop.last_order": "2026/114", "shop.paid": 1, "shop.gone": None})
    values = hub.threads.find_attributes([id_])[id_].values
    assert values["shop.last_order"].by == "agent:service:shop"
    assert (values["shop.paid"].value is True, values["shop.paid"].by) == (False, "agent:service:erp")
    write(id_, "agent:service:erp", {"shop.last_order": None, "shop.paid": None})
    assert hub.threads.find_attributes([id_])[id_].values == {}


def test_the_attributes_of_a_customer_are_bounded_in_number_and_size(hub, record):
    id_ = record(attributes={f"crm.a{number}": number for number in range(MOST_ATTRIBUTES)}).customer_id
    write = WriteAttributes(hub.threads, hub.now)
    with pytest.raises(TooLarge, match="would make 101"):
        write(id_, BY, {"crm.more": 1})
    write(id_, BY, {"crm.more": 1, "crm.a0": None})
    with pytest.raises(TooLarge, match=f"{MOST_BYTES} bytes"):
        write(id_, BY, {f"crm.a{number}": "ą" * 1_000 for number in range(1, 20)})


def test_attributes_alone_are_no_reason_for_whoever_has_read_the_customer_to_read_again(hub, record):
    id_ = record(CRM, attributes={"crm.a": 1}).customer_id
    before = hub.threads.get_customer(id_)
    assert record(CRM, attributes={"crm.a": 2}).outcome is Outcome.CHANGED
    assert hub.threads.get_customer(id_) == before


def test_a_dry_run_says_what_would_come_of_it_and_writes_nothing(hub):
    use_case = RecordCustomer(hub.threads, hub.now, hub.randomness)
    anna = hub.write().customer_id
    before = hub.threads.records()
    foreseen = use_case.foresee(CustomerRecord(CRM, points=(ANNA,)), BY)
    assert (foreseen.customer_id, foreseen.outcome, foreseen.kept_by_others) == ("", Outcome.CREATED, (str(ANNA),))
    foreseen = use_case.foresee(CustomerRecord(CRM, points=(ANNA,), verified=frozenset([ANNA])), BY)
    assert (foreseen.customer_id, foreseen.outcome) == (anna, Outcome.CHANGED)
    assert hub.threads.records() == before


def test_an_id_is_what_its_system_made_of_it():
    assert external_id("crm:4711") == ContactPoint(PointKind.EXTERNAL, "crm:4711")
    assert external_id("crm:a") != external_id("crm:A")
    for wrong in ("4711", "crm:", "CRM:1", "crm:a b", "crm:1\n", "crm:" + "1" * 129, "a" * 41 + ":1"):
        with pytest.raises(ValueError, match="not an external id"):
            external_id(wrong)
