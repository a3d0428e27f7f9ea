from __future__ import annotations

import re
from dataclasses import replace

import pytest

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import Customer, PointOwner
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import NoWayToReach, TooMany, WrongCode
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.merging import Evidence, Merge, Suggestion
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.domain.verification import MOST_PER_POINT, MOST_PER_PRINCIPAL, MOST_TRIES, Verification
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Update
from tests.domain.making import ANNA, ANNAS_PHONE, APP, BARTEK, FORM, SUPPORT
from tests.fakes.memory_store import Moment

USER = "https://login.example|anna"
LOGIN = ContactPoint(PointKind.APP, USER)
OTHER_LOGIN = ContactPoint(PointKind.APP, "https://login.example|bartek")


def start(hub, point, *, principal="", asked_by="", **fields):
    inbox = APP if principal else FORM
    return hub.start_verification(
        point, inbox, asked_by=asked_by or principal or "somebody", principal=principal, **fields
    )


def code_sent(hub, carrier=None):
    hub.deliver_all()
    sent = (carrier or hub.mail).sent[-1]
    return re.search(r"\b\d{6}\b", sent.text)[0]


def prove(hub, point, *, principal=""):
    verification = start(hub, point, principal=principal)
    code = code_sent(hub, hub.sms if point.kind is PointKind.PHONE else hub.mail)
    return hub.confirm(verification, code)


def log_in(hub, point=LOGIN):
    said = {"channel": Channel.APP, "sender": point, "trust": Trust.LOGGED_IN}
    return hub.write(transport="app", recipients=("app",), **said).customer_id


def owner(hub, point):
    return hub.threads.find_owner(point)


# Sending the code


def test_a_code_goes_out_once_over_the_channel_itself(hub):
    start(hub, ANNA)
    assert hub.deliver_all() == [DeliveryStatus.SENT]
    (sent,) = hub.mail.sent
    assert (sent.recipient, sent.sender) == (ANNA.value, SUPPORT.address)
    assert hub.deliver_all() == []
    (code,) = hub.threads.records(Entry)
    assert hub.deliver(code.customer_id, code.id) == "claimed_elsewhere"


def test_a_code_by_sms_comes_from_a_number_of_ours(hub):
    start(hub, ANNAS_PHONE)
    code_sent(hub, hub.sms)
    assert (hub.sms.sent[0].recipient, hub.sms.sent[0].sender) == (ANNAS_PHONE.value, "+48700100200")


def test_the_message_is_in_the_language_that_was_asked_for(hub):
    for language, word in (("pl", "Twój kod"), ("en", "Your code"), ("xx", "Your code"), ("", "Twój kod")):
        hub.later(days=1)
        start(hub, ANNA, language=language)
        code_sent(hub)
        assert hub.mail.sent[-1].text.startswith(word)


def test_the_code_is_stored_nowhere(hub):
    start(hub, ANNA)
    code = code_sent(hub)
    assert code not in repr([one for one in hub.threads.records() if not isinstance(one, Customer)])


def test_a_code_stands_in_nobodys_thread_and_touches_no_customer(hub):
    anna = hub.write(sender=ANNA).customer_id
    before, customer = hub.thread(anna), hub.threads.get_customer(anna)
    start(hub, ANNA)
    code_sent(hub)
    assert (hub.thread(anna), hub.threads.get_customer(anna)) == (before, customer)


def test_what_is_written_for_a_known_and_an_unknown_address_is_the_same(hub):
    hub.write(sender=ANNA)
    seen = []
    hub.threads.hook = lambda call: seen.append((call.name, [type(one).__name__ for one in call.changes]))
    start(hub, ANNA, asked_by="one")
    known, seen[:] = [*seen], []
    start(hub, BARTEK, asked_by="two")
    assert seen == known


def test_an_address_gets_at_most_three_codes_a_day_whoever_asks(hub):
    for number in range(MOST_PER_POINT):
        start(hub, ANNA, asked_by=f"caller {number}")
    with pytest.raises(TooMany):
        start(hub, ANNA, asked_by="one more")
    hub.later(days=1)
    start(hub, ANNA)


def test_a_caller_gets_at_most_ten_codes_a_day_whatever_they_are_for(hub):
    for number in range(MOST_PER_PRINCIPAL):
        start(hub, ContactPoint(PointKind.EMAIL, f"a{number}@example.pl"))
    with pytest.raises(TooMany):
        start(hub, ANNA)
    start(hub, ANNA, asked_by="somebody else")


def test_all_text_messages_of_a_day_have_a_limit_and_mail_goes_on(hub):
    for number in range(5):
        start(hub, ContactPoint(PointKind.PHONE, f"+4860123456{number}"), asked_by=f"caller {number}")
    with pytest.raises(TooMany):
        start(hub, ContactPoint(PointKind.PHONE, "+48601234569"), asked_by="another")
    start(hub, ANNA)


def test_callers_who_ask_at_the_same_moment_are_counted_one_by_one(hub):
    asked = []

    def ask(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and len(asked) < 2:
            asked.append(None)
            start(hub, ANNA, asked_by=f"caller {len(asked)}")

    hub.threads.hook = ask
    start(hub, ANNA, asked_by="first")
    assert len(hub.threads.records(Verification)) == MOST_PER_POINT
    with pytest.raises(TooMany):
        start(hub, ANNA, asked_by="late")


@pytest.mark.parametrize(
    "number",
    [
        "+447400123456",  # a country in which we have no number
        "+48700123456",  # a premium number
        "+48221234567",  # a fixed line
    ],
)
def test_no_text_message_goes_to_numbers_that_somebody_could_earn_by(hub, number):
    with pytest.raises(NoWayToReach):
        start(hub, ContactPoint(PointKind.PHONE, number))
    assert hub.threads.records() == []


def test_asking_again_with_the_same_key_sends_one_code(hub):
    once = Once("somebody", "k", "x")
    assert start(hub, ANNA, once=once) == start(hub, ANNA, once=once)
    assert len(hub.queues.to_deliver) == 1


# Giving the code


def test_two_calls_with_one_key_at_the_same_moment_asked_for_a_code_that_was_never_kept(hub):
    once, started = Once("somebody", "k", "x"), []

    def start_too(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not started:
            started.append(None)
            started.append(start(hub, ANNA, once=once))

    hub.threads.hook = start_too
    assert start(hub, ANNA, once=once) == started[1]
    assert [customer_id for customer_id, _ in hub.queues.to_deliver] == [started[1]]
    assert hub.deliver_all() == [DeliveryStatus.SENT]


def test_the_right_code_proves_the_contact_point_of_its_customer(hub):
    anna = hub.write(sender=ANNA).customer_id
    assert not owner(hub, ANNA).verified
    assert prove(hub, ANNA) == ANNA
    assert (owner(hub, ANNA).verified, owner(hub, ANNA).customer_id) == (True, anna)
    event = hub.thread(anna, EntryKind.EVENT)[-1]
    assert (event.event, event.facts) == ("customer.contact_point_proved", {"point": str(ANNA)})


def test_a_wrong_code_says_no_more_than_a_verification_that_there_is_not(hub):
    verification = start(hub, ANNA)
    code = code_sent(hub)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    answers = []
    for id_, said in ((verification, wrong), (verification, ""), (verification, "ż" * 6), ("01NONE", code)):
        with pytest.raises(WrongCode) as refusal:
            hub.confirm(id_, said)
        answers.append((refusal.value.code, refusal.value.public_text))
    assert len(set(answers)) == 1


def test_after_five_wrong_codes_the_right_one_is_wrong_too(hub):
    verification = start(hub, ANNA)
    code = code_sent(hub)
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongCode):
            hub.confirm(verification, "none")
    with pytest.raises(WrongCode):
        hub.confirm(verification, code)


def test_many_wrong_codes_at_once_are_as_many_tries(hub):
    verification = start(hub, ANNA)
    tried = []

    def also(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and len(tried) < MOST_TRIES:
            tried.append(None)
            with pytest.raises(WrongCode):
                hub.confirm(verification, "none")

    hub.threads.hook = also
    with pytest.raises(WrongCode):
        hub.confirm(verification, "none")
    assert hub.threads.find_verification(verification).tries == MOST_TRIES + 1


def test_a_code_is_good_for_half_an_hour(hub):
    verification = start(hub, ANNA)
    code = code_sent(hub)
    hub.later(minutes=30)
    with pytest.raises(WrongCode):
        hub.confirm(verification, code)
    hub.later(seconds=-1)
    assert hub.confirm(verification, code) == ANNA


def test_a_code_has_one_effect_however_often_it_is_given(hub):
    hub.write(sender=ANNA)
    verification = start(hub, ANNA)
    code = code_sent(hub)
    hub.confirm(verification, code)
    before = hub.threads.records()
    assert hub.confirm(verification, code) == ANNA
    assert hub.threads.records() == before


def test_a_code_of_one_verification_is_none_of_another(hub):
    first = start(hub, ANNA)
    code = code_sent(hub)
    second = start(hub, ANNA)
    assert code_sent(hub) != code
    with pytest.raises(WrongCode):
        hub.confirm(second, code)
    hub.confirm(first, code)


def test_who_proves_an_address_that_nobody_has_becomes_a_customer(hub):
    prove(hub, ANNA)
    (customer,) = hub.threads.records(Customer)
    assert (owner(hub, ANNA).customer_id, owner(hub, ANNA).verified) == (customer.id, True)
    assert hub.threads.list_points(customer.id) == (ANNA,)


# What a login proves


def test_an_address_that_nobody_has_becomes_the_users(hub):
    anna = log_in(hub)
    prove(hub, ANNAS_PHONE, principal=USER)
    assert (owner(hub, ANNAS_PHONE).customer_id, owner(hub, ANNAS_PHONE).verified) == (anna, True)
    assert hub.threads.list_points(anna) == (LOGIN, ANNAS_PHONE)


def test_a_user_who_never_wrote_is_the_customer_whose_address_they_prove(hub):
    anna = hub.write(sender=ANNA).customer_id
    prove(hub, ANNA, principal=USER)
    assert {one.customer_id for one in hub.threads.records(PointOwner)} == {anna}
    assert owner(hub, ANNA).verified


def test_a_user_who_never_wrote_and_an_unknown_address_become_a_customer(hub):
    prove(hub, ANNA, principal=USER)
    (customer,) = hub.threads.records(Customer)
    assert {one.customer_id for one in hub.threads.records(PointOwner)} == {customer.id}


def test_two_customers_are_merged_by_a_proof_when_nothing_proved_disagrees(hub):
    anna = hub.write(sender=ANNA).customer_id
    hub.later(minutes=1)
    user = log_in(hub)
    prove(hub, ANNA, principal=USER)
    (merge,) = hub.threads.records(Merge)
    assert (merge.customer_id, merge.merged_id, merge.by) == (anna, user, "hub")
    assert owner(hub, LOGIN).customer_id == anna
    assert owner(hub, ANNA).verified


def test_the_customer_who_was_known_earlier_survives_also_when_it_is_the_user(hub):
    user = log_in(hub)
    hub.later(minutes=1)
    anna = hub.write(sender=ANNA).customer_id
    prove(hub, ANNA, principal=USER)
    (merge,) = hub.threads.records(Merge)
    assert (merge.customer_id, merge.merged_id) == (user, anna)
    assert owner(hub, ANNA) == replace(owner(hub, ANNA), customer_id=user, home=anna, verified=True)


def test_what_a_proof_merged_can_be_undone_by_an_agent(hub):
    anna = hub.write(sender=ANNA).customer_id
    hub.later(minutes=1)
    user = log_in(hub)
    prove(hub, ANNA, principal=USER)
    (merge,) = hub.threads.records(Merge)
    hub.undo_merge(anna, merge.id, "eva")
    assert owner(hub, LOGIN).customer_id == user


def test_a_merge_that_an_agent_had_undone_came_back_with_the_users_next_message(hub):
    anna = hub.write(sender=ANNA).customer_id
    hub.later(minutes=1)
    user = log_in(hub)
    hub.adopt(USER, [ANNA])
    (merge,) = hub.threads.records(Merge)
    hub.undo_merge(anna, merge.id, "eva")
    assert hub.adopt(USER, [ANNA]) == 1
    assert hub.adopt(USER, [ANNA]) == 0
    assert (owner(hub, ANNA).customer_id, owner(hub, LOGIN).customer_id) == (anna, user)
    (suggestion,) = hub.threads.records(Suggestion)
    assert f"agent:eva undid merge {merge.id}" in suggestion.reasons[0].detail


def test_something_proved_that_disagrees_makes_a_suggestion_and_nothing_else(hub):
    anna = hub.write(sender=ANNA).customer_id
    known = owner(hub, ANNA)
    hub.threads.commit([Update(known, replace(known, verified=True), ())])
    hub.add_contact_point(anna, "eva", ANNAS_PHONE)
    hub.later(minutes=1)
    user = log_in(hub)
    prove(hub, BARTEK, principal=USER)  # the user has a proved mail address of their own
    prove(hub, ANNAS_PHONE, principal=USER)
    assert hub.threads.records(Merge) == []
    (suggestion,) = hub.threads.records(Suggestion)
    assert {suggestion.first, suggestion.second} == {anna, user}
    assert suggestion.reasons[0].evidence is Evidence.PROVED_POINT
    assert "email:anna@example.pl and email:bartek@example.pl" in suggestion.reasons[0].detail
    assert owner(hub, ANNAS_PHONE).customer_id == anna


def test_a_second_login_for_a_proved_address_does_not_become_its_customer(hub):
    anna = hub.write(sender=ANNA).customer_id
    prove(hub, ANNA, principal=USER)
    prove(hub, ANNA, principal=OTHER_LOGIN.value)
    other = owner(hub, OTHER_LOGIN).customer_id
    assert other != anna
    (suggestion,) = hub.threads.records(Suggestion)
    assert {suggestion.first, suggestion.second} == {anna, other}


def test_a_merge_that_is_not_possible_is_suggested(hub):
    anna = hub.write(sender=ANNA).customer_id
    hub.later(minutes=1)
    user = log_in(hub)
    for number in range(80):
        hub.add_contact_point(user, "eva", ContactPoint(PointKind.EMAIL, f"a{number}@example.pl"))
    prove(hub, ANNA, principal=USER)
    assert hub.threads.records(Merge) == []
    assert len(hub.threads.records(Suggestion)) == 1
    assert owner(hub, ANNA).customer_id == anna


def test_a_proof_that_meets_a_merge_on_its_way_is_decided_again(hub):
    anna = hub.write(sender=ANNA).customer_id
    hub.later(minutes=1)
    user = log_in(hub)
    verification = start(hub, ANNA, principal=USER)
    code = code_sent(hub)
    merged = []

    def merge(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not merged:
            merged.append(None)
            hub.merge(anna, user, "eva", "the same person")

    hub.threads.hook = merge
    hub.confirm(verification, code)
    assert len(hub.threads.records(Merge)) == 1
    assert owner(hub, ANNA).verified


def test_ids_of_verifications_cannot_be_told_from_when_they_were_made(hub):
    first, second = start(hub, ANNA), start(hub, BARTEK)
    assert first != second
    assert ulid_for(hub.now(), "x")[:10] == first[:10] == second[:10]
    assert first[10:] != second[10:]


# What the identity provider has verified


def test_an_address_that_the_identity_provider_verified_needs_no_code(hub):
    anna = hub.write(sender=ANNA).customer_id
    hub.later(minutes=1)
    user = log_in(hub)
    assert hub.adopt(USER, [ANNA, ANNAS_PHONE]) == 2
    (merge,) = hub.threads.records(Merge)
    assert (merge.customer_id, merge.merged_id) == (anna, user)
    assert {owner(hub, point).customer_id for point in (ANNA, ANNAS_PHONE, LOGIN)} == {anna}
    assert owner(hub, ANNA).verified
    assert owner(hub, ANNAS_PHONE).verified


def test_what_was_adopted_once_is_read_once_more_and_no_more_than_that(hub):
    log_in(hub)
    hub.adopt(USER, [ANNA])
    before, seen = hub.threads.records(), []
    hub.threads.hook = lambda call: seen.append(call.name)
    assert hub.adopt(USER, [ANNA]) == 0
    assert (hub.threads.records(), seen) == (before, ["find_owners", "find_owners"])


def test_two_users_with_one_verified_address_are_not_merged(hub):
    log_in(hub)
    hub.later(minutes=1)
    log_in(hub, OTHER_LOGIN)
    hub.adopt(USER, [ANNA])
    hub.adopt(OTHER_LOGIN.value, [ANNA])
    hub.adopt(OTHER_LOGIN.value, [ANNA])
    assert hub.threads.records(Merge) == []
    assert len(hub.threads.records(Suggestion)) == 1
