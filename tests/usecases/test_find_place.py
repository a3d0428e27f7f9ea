"""Where a message belongs when customers were merged, cases moved, mails repeated or passed on by colleagues."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Customer, PointOwner
from chalicelib.domain.messages import Anchor, ForwardedMessage, LedgerRow
from chalicelib.domain.reply_address import reply_address_for
from chalicelib.domain.sender_warnings import SenderWarning, WarningKind
from chalicelib.domain.threads import Entry
from chalicelib.domain.trust import Trust
from chalicelib.usecases.ports import Create, Update
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, ANNAS_FAX, ANNAS_PHONE, BARTEK, BILLING, RING, SUPPORT, message
from tests.fakes.memory_store import NEWEST_CASES, Moment


def signed(case):
    return reply_address_for(case.reference, case.customer_id, "hub.example", RING)


def customer_of(hub, outcome) -> Customer:
    return hub.threads.get_customer_page(outcome.customer_id).customer


def merge(hub, survivor_id, merged_id, *points):
    """As a merge leaves it: the owner rows lead to the survivor, cases and entries stay where they are."""
    survivor = hub.threads.get_customer_page(survivor_id).customer
    merged = hub.threads.get_customer_page(merged_id).customer
    moved = [hub.threads.find_owner(point) for point in points]
    hub.threads.commit(
        [
            Update(survivor, replace(survivor, merged_from=(*survivor.merged_from, *merged.family)), ()),
            Update(merged, replace(merged, merged_into=survivor_id), ()),
            *(Update(one, replace(one, customer_id=survivor_id, home=one.kept_under), ()) for one in moved),
        ]
    )


def move(hub, outcome, customer_id):
    """As moving a case leaves it: the pointer leads to the new place, and the old one says that it is gone."""
    case = hub.case(outcome)
    pointer = hub.threads.find_pointer(case.reference)
    moved = replace(case, customer_id=customer_id)
    led = replace(pointer, customer_id=customer_id)
    hub.threads.commit([Create(moved), Update(case, replace(case, moved_to=customer_id), ()), Update(pointer, led, ())])
    return moved


def test_a_new_case_says_why_it_is_one(hub):
    outcome = hub.write()
    assert hub.thread(outcome.customer_id)[0].arrival.evidence == "no rule joined it to a case"


def test_what_a_forged_sender_is_known_for_is_not_even_claimed(hub):
    fax = hub.write_fax()
    owner = hub.threads.find_owner(ANNAS_FAX)
    hub.threads.commit([Update(owner, replace(owner, last_case_id=fax.case_id), ())])
    forged = hub.write_fax(b"%PDF-2", trust=Trust.FORGED)
    assert (forged.rule, hub.case(forged).claims) == ("new_case", ())


# Merged customers


@pytest.fixture
def merged(hub):
    """Anna wrote by mail and by SMS, and both are one customer since."""
    mail, sms = hub.write(), hub.write_sms(ANNAS_PHONE)
    merge(hub, mail.customer_id, sms.customer_id, ANNAS_PHONE)
    return mail, sms


def test_a_new_case_after_a_merge_is_opened_where_its_contact_point_is_at_home(hub, merged):
    mail, sms = merged
    from_phone = hub.write_sms(ANNAS_PHONE)
    from_mail = hub.write()
    assert (from_phone.rule, from_mail.rule) == ("new_case", "new_case")  # each of the two has an open case
    assert (from_phone.customer_id, from_mail.customer_id) == (sms.customer_id, mail.customer_id)


def test_the_only_open_case_of_the_whole_family_is_joined_from_any_of_its_addresses(hub, merged):
    mail, sms = merged
    hub.close(mail.reference, "ewa")
    assert hub.write().case_id == sms.case_id


def test_a_case_of_who_was_merged_is_joined_by_its_address_from_any_contact_point(hub, merged):
    _, sms = merged
    assert hub.write(addressed_to=(signed(hub.case(sms)),)).case_id == sms.case_id
    hub.reply(sms.reference, "ewa", Answer("Jutro."))
    assert hub.write_sms(ANNAS_PHONE).rule == "by_last_sms"


def test_a_merge_that_happens_while_a_message_arrives_leaves_no_orphan(hub):
    mail, sms = hub.write(), hub.write_sms(ANNAS_PHONE)
    hub.close(sms.reference, "ewa")
    merging = []

    def merge_now(call):
        if call.name == "get_customer_page" and call.moment is Moment.BEFORE and not merging:
            merging.append(None)
            merge(hub, mail.customer_id, sms.customer_id, ANNAS_PHONE)

    hub.threads.hook = merge_now
    outcome = hub.write_sms(ANNAS_PHONE)
    assert (outcome.case_id, outcome.rule) == (mail.case_id, "by_only_open_case")


def test_a_merge_between_reading_and_writing_makes_the_message_decide_again(hub):
    mail, sms = hub.write(), hub.write_sms(ANNAS_PHONE)
    hub.close(sms.reference, "ewa")
    merging = []

    def merge_now(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not merging:
            merging.append(None)
            merge(hub, mail.customer_id, sms.customer_id, ANNAS_PHONE)

    hub.threads.hook = merge_now
    assert hub.write_sms(ANNAS_PHONE).case_id == mail.case_id


def test_after_a_merge_an_answer_to_a_case_closed_long_ago_opens_one_where_its_sender_is_at_home(hub, merged):
    mail, sms = merged
    address = signed(hub.case(sms))
    hub.close(sms.reference, "ewa")
    hub.later(days=15)
    outcome = hub.write(addressed_to=(address,))
    assert (outcome.rule, outcome.customer_id, hub.case(outcome).follows) == (
        "follow_up",
        mail.customer_id,
        sms.reference,
    )


def test_a_case_that_goes_on_as_another_after_a_merge_has_the_segment_of_who_answers_for_both(hub, merged):
    mail, sms = merged
    survivor = customer_of(hub, mail)
    hub.threads.commit([Update(survivor, replace(survivor, segment="gold"), ())])
    hub.reply(sms.reference, "ewa", Answer("Jutro."))
    hub.close(sms.reference, "ewa")
    hub.later(days=15)
    assert hub.case(hub.write_sms(ANNAS_PHONE)).segment == "gold"


def test_customers_who_are_merged_in_a_circle_are_no_endless_loop(hub):
    mail, sms = hub.write(), hub.write_sms(ANNAS_PHONE)
    for one, other in ((mail, sms), (sms, mail)):
        customer = customer_of(hub, one)
        hub.threads.commit([Update(customer, replace(customer, merged_into=other.customer_id), ())])
    assert hub.write().customer_id == mail.customer_id


def test_a_follow_up_in_a_merged_family_stays_with_the_customer_of_its_case(hub, merged):
    _, sms = merged
    hub.reply(sms.reference, "ewa", Answer("Jutro."))
    hub.close(sms.reference, "ewa")
    hub.later(days=15)
    outcome = hub.write_sms(ANNAS_PHONE)
    assert (outcome.rule, outcome.customer_id, hub.case(outcome).follows) == (
        "follow_up",
        sms.customer_id,
        sms.reference,
    )


# Cases of somebody else


@pytest.fixture
def bartek(hub):
    """Bartek's case, in which Anna takes part."""
    return hub.write(sender=BARTEK, message_id="first@example.pl", participants=(ANNA,))


def test_who_takes_part_opens_anothers_case_again_and_it_counts_among_that_ones_open_cases(hub, bartek):
    hub.close(bartek.reference, "ewa")
    assert customer_of(hub, bartek).open_case_count == 0
    outcome = hub.write(in_reply_to=("first@example.pl",))
    assert (outcome.case_id, hub.case(outcome).status) == (bartek.case_id, CaseStatus.OPEN)
    assert customer_of(hub, bartek).open_case_count == 1


def test_who_takes_part_goes_on_with_anothers_case_that_was_closed_long_ago_under_that_one(hub, bartek):
    anna = customer_of(hub, hub.write(message_id="annas@example.pl"))
    hub.threads.commit([Update(anna, replace(anna, segment="gold"), ())])
    hub.close(bartek.reference, "ewa")
    hub.later(days=15)
    outcome = hub.write(in_reply_to=("first@example.pl",))
    assert (outcome.rule, outcome.customer_id) == ("follow_up", bartek.customer_id)
    assert hub.case(outcome).segment == ""  # of whose case it is, not of who wrote


def test_who_takes_part_in_anothers_case_joins_it_by_a_fax_that_names_it(hub):
    outcome = hub.write(sender=BARTEK, participants=(ANNAS_FAX,))
    assert hub.write_fax(case_reference=outcome.reference).case_id == outcome.case_id


def test_a_case_that_goes_on_as_another_names_what_else_its_message_claimed(hub, bartek):
    hub.write(message_id="annas@example.pl")
    theirs = hub.case(hub.write(sender=JAN))
    hub.close(bartek.reference, "ewa")
    hub.later(days=15)
    outcome = hub.write(in_reply_to=("first@example.pl",), addressed_to=(signed(theirs),))
    assert (outcome.rule, hub.case(outcome).claims) == ("follow_up", (theirs.reference,))


def test_the_only_open_case_is_joined_though_many_newer_ones_were_closed_since(hub):
    first = hub.write()
    case = hub.case(first)
    newer = [f"{case.id[:-2]}{number + 90}" for number in range(NEWEST_CASES)]
    hub.threads.commit(
        [Create(replace(case, id=id_, reference=id_, status=CaseStatus.CLOSED, closed_at=hub.now())) for id_ in newer]
    )
    page = hub.threads.get_customer_page(first.customer_id)
    assert case.id not in {one.id for one in page.cases}
    assert hub.write().case_id == first.case_id


def test_after_a_merge_the_case_that_we_last_wrote_about_is_found_behind_many_newer_ones(hub, merged):
    _, sms = merged
    hub.reply(sms.reference, "ewa", Answer("Jutro."))
    case = hub.case(sms)
    newer = [f"{case.id[:-2]}Z{number}" for number in range(NEWEST_CASES)]
    hub.threads.commit(
        [Create(replace(case, id=id_, reference=id_, status=CaseStatus.CLOSED, closed_at=hub.now())) for id_ in newer]
    )
    assert case.id not in {one.id for one in hub.threads.get_customer_page(sms.customer_id).cases}
    outcome = hub.write_sms(ANNAS_PHONE)
    assert (outcome.rule, outcome.case_id) == ("by_last_sms", sms.case_id)


def test_who_joins_anothers_open_case_costs_no_look_at_that_one(hub, bartek):
    hub.write(message_id="annas@example.pl")
    asked = []
    hub.threads.hook = lambda call: asked.append(call.name) if call.moment is Moment.BEFORE else None
    assert hub.write(in_reply_to=("first@example.pl",)).case_id == bartek.case_id
    assert asked.count("get_customer_page") == 1  # whoever wrote


# Moved cases


@pytest.mark.parametrize("by", ["signed address", "In-Reply-To"])
def test_a_message_for_a_moved_case_follows_it(hub, by):
    theirs, annas = hub.write(sender=BARTEK, message_id="first@example.pl", participants=(ANNA,)), hub.write()
    address = signed(hub.case(theirs))
    moved = move(hub, theirs, annas.customer_id)
    said = {"addressed_to": (address,)} if by == "signed address" else {"in_reply_to": ("first@example.pl",)}
    outcome = hub.write(**said)
    assert (outcome.customer_id, outcome.case_id) == (annas.customer_id, moved.id)
    assert hub.case(outcome).messages_in == 2


def test_a_message_that_also_names_one_of_a_case_that_is_gone_joins_the_other(hub):
    theirs = hub.write(sender=BARTEK, message_id="first@example.pl", participants=(ANNA,))
    gone = hub.case(hub.write(sender=JAN, message_id="gone@example.pl"))
    hub.threads.commit([Update(gone, replace(gone, moved_to=gone.customer_id), ())])  # a circle: it stands nowhere
    outcome = hub.write(in_reply_to=("gone@example.pl", "first@example.pl"))
    assert (outcome.case_id, outcome.rule) == (theirs.case_id, "by_in_reply_to")


def test_a_moved_case_is_not_open_where_it_was(hub):
    theirs, annas = hub.write(sender=BARTEK), hub.write()
    move(hub, theirs, annas.customer_id)
    bartek = customer_of(hub, theirs)
    left = {**bartek.open_cases}
    left.pop(theirs.case_id)
    hub.threads.commit([Update(bartek, replace(bartek, open_cases=left, open_case_count=0), ())])
    assert hub.write(sender=BARTEK).rule == "new_case"


def test_a_pointer_that_leads_in_a_circle_joins_nothing(hub):
    case = hub.case(hub.write(message_id="first@example.pl"))
    hub.threads.commit([Update(case, replace(case, moved_to=case.customer_id), ())])
    outcome = hub.write(in_reply_to=("first@example.pl",))
    assert (outcome.rule, outcome.case_id != case.id) == ("new_case", True)


# The same mail twice


def test_a_mail_that_its_server_sent_twice_is_kept_beside_the_first_and_starts_nothing(hub):
    said = message(message_id="one@example.pl", visible_text="Gdzie jest paczka?")
    first = hub.write(said)
    before = hub.case(first)
    hub.later(minutes=5)
    second = hub.write(said)
    assert (second.case_id, second.rule) == (first.case_id, "second_copy")
    assert hub.case(first) == before
    original, copy = hub.thread(first.customer_id)
    assert (original.arrival.duplicate_of, copy.arrival.duplicate_of) == ("", original.id)
    assert (copy.is_second_copy, original.is_second_copy) == (True, False)
    assert [row.outcome for row in hub.threads.records(LedgerRow)] == ["stored", "duplicate_of"]
    assert len(hub.threads.records(Customer)) == len(hub.threads.records(Anchor)) == 1


def test_two_copies_that_come_at_once_are_one_message(hub):
    said = message(message_id="one@example.pl")
    rival = []

    def overtake(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            rival[0] = hub.write(said)

    hub.threads.hook = overtake
    assert hub.write(said).rule == "second_copy"
    assert hub.case(rival[0]).messages_in == 1


def test_a_second_copy_says_what_it_is_and_keeps_its_own_warnings(hub):
    warned = SenderWarning(WarningKind.ANSWER_ELSEWHERE, "inny@example.pl")
    said = message(message_id="one@example.pl")
    outcome = hub.write(said)
    hub.write(replace(said, warnings=(warned,)))
    arrival = hub.thread(outcome.customer_id)[-1].arrival
    assert (arrival.warnings, arrival.rule) == ((warned,), "second_copy")
    assert arrival.evidence.startswith("the same mail came before")


def test_a_program_that_uses_one_message_id_for_different_mails_loses_none(hub):
    first = hub.write(message_id="one@example.pl", visible_text="Gdzie jest paczka?")
    second = hub.write(message_id="one@example.pl", visible_text="Już jest, dziękuję.")
    assert (second.rule, hub.case(first).messages_in) == ("by_only_open_case", 2)


def test_mails_that_nobody_could_read_are_no_copies_of_each_other(hub):
    """Nothing is known of what they say, so nothing says that it is the same."""
    one, other = (hub.write(message_id="one@example.pl", visible_text="", unparsed="broken") for _ in range(2))
    assert other.rule != "second_copy"
    assert len(hub.thread(one.customer_id)) == 2


def test_a_forged_copy_does_not_hide_the_real_mail(hub):
    forged = hub.write(message_id="one@example.pl", trust=Trust.FORGED)
    real = hub.write(message_id="one@example.pl")
    assert (real.rule, real.customer_id != forged.customer_id) == ("new_case", True)


def test_a_copy_whose_case_is_gone_is_a_message_like_any_other(hub):
    said = message(message_id="one@example.pl")
    first = hub.write(said)
    case = hub.case(first)
    hub.threads.commit([Update(case, replace(case, moved_to=case.customer_id), ())])
    assert hub.write(said).rule != "second_copy"


# What colleagues pass on

JAN = ContactPoint(PointKind.EMAIL, "jan@company.example")
FORWARD = ForwardedMessage("Bartek Lis", "Bartek@example.pl", "Reklamacja", "", "", "Gdzie jest moja paczka?")
PASSED_ON = {"sender": JAN, "forward": FORWARD, "forwarded_from": BARTEK}


@pytest.fixture
def colleagues(hub):
    hub.configured(colleagues=frozenset({"company.example"}))
    return hub


def test_what_a_colleague_forwards_asks_whose_it_is_and_is_filed_under_nobody(colleagues):
    known = colleagues.write(sender=BARTEK)
    outcome = colleagues.write(**PASSED_ON)
    case, customer = colleagues.case(outcome), customer_of(colleagues, outcome)
    assert outcome.rule == "forwarded_by_colleague"
    assert (case.forwarded_for, case.participants) == (BARTEK, (JAN,))
    assert (customer.claims_to_be, customer.name) == (BARTEK, "Bartek Lis")
    assert outcome.customer_id != known.customer_id
    assert colleagues.threads.list_points(outcome.customer_id) == ()
    assert colleagues.threads.find_owner(JAN) is None
    (entry,) = colleagues.thread(outcome.customer_id)
    assert (entry.arrival.point, entry.forward.sender_address) == (JAN, "Bartek@example.pl")


def test_what_a_colleague_forwards_keeps_what_it_claimed_what_it_is_warned_of_and_why_it_stands_there(colleagues):
    theirs = colleagues.case(colleagues.write(sender=BARTEK))
    warned = SenderWarning(WarningKind.ANSWER_ELSEWHERE, "inny@example.pl")
    outcome = colleagues.write(**PASSED_ON, addressed_to=(signed(theirs),), warnings=(warned,))
    assert (outcome.rule, colleagues.case(outcome).claims) == ("forwarded_by_colleague", (theirs.reference,))
    assert warnings_of(colleagues, outcome) == (warned,)
    assert BARTEK.value in colleagues.thread(outcome.customer_id)[0].arrival.evidence


def test_two_mails_that_a_colleague_forwards_are_two_cases_of_two_customers(colleagues):
    one, other = (colleagues.write(**PASSED_ON) for _ in range(2))
    assert (one.case_id != other.case_id, one.customer_id != other.customer_id) == (True, True)


def test_an_answer_to_a_forwarded_mail_goes_to_the_colleague_until_somebody_says_whose_it_is(colleagues):
    outcome = colleagues.write(**PASSED_ON)
    colleagues.reply(outcome.reference, "ewa", Answer("Czyje to?"))
    assert colleagues.thread(outcome.customer_id)[-1].delivery.recipient == "jan@company.example"


@pytest.mark.parametrize(
    "said",
    [
        {"trust": Trust.UNVERIFIED},
        {"sender": ANNA},
        {"forward": None, "forwarded_from": None},
        {"forwarded_from": None},  # nobody can be made out
        {"forwarded_from": JAN},
        {"forwarded_from": ContactPoint(PointKind.EMAIL, "ola@company.example")},
        {"forwarded_from": ContactPoint(PointKind.EMAIL, "pomoc@hub.example")},
    ],
)
def test_any_other_mail_is_its_senders_own(colleagues, said):
    said = PASSED_ON | said
    outcome = colleagues.write(**said)
    assert (outcome.rule, colleagues.case(outcome).forwarded_for) == ("new_case", None)
    assert colleagues.threads.find_owner(said["sender"]).customer_id == outcome.customer_id


def test_teams_and_supervisors_are_colleagues_without_being_listed(hub):
    boss = ContactPoint(PointKind.EMAIL, "boss@company.example")
    assert hub.write(**{**PASSED_ON, "sender": boss}).rule == "forwarded_by_colleague"


# Warnings


def warnings_of(hub, outcome):
    return hub.thread(outcome.customer_id)[-1].arrival.warnings


def email(address):
    from chalicelib.content.addresses import email_point

    return email_point(address)


@pytest.mark.parametrize(
    ("imitation", "imitated"),
    [
        ("pomoc@hub.exаmple", "pomoc@hub.example"),
        ("p0moc@hub.example", "pomoc@hub.example"),
        ("ktos@hub.examp1e", "faktury@hub.example"),
        ("boss@cornpany.example", "boss@company.example"),
    ],
)
def test_an_address_that_looks_like_ours_or_a_colleagues_is_warned_about(hub, imitation, imitated):
    outcome = hub.write(sender=email(imitation))
    assert SenderWarning(WarningKind.LOOKALIKE, imitated) in warnings_of(hub, outcome)


def test_who_looks_like_a_participant_joins_nothing_and_the_agent_is_warned(hub):
    case = hub.case(hub.write())
    outcome = hub.write(sender=email("anna@examp1e.pl"), addressed_to=(signed(case),))
    assert (outcome.rule, hub.case(outcome).claims) == ("new_case", (case.reference,))
    assert warnings_of(hub, outcome) == (SenderWarning(WarningKind.LOOKALIKE, "anna@example.pl"),)


def test_who_looks_like_a_customer_in_other_letters_is_somebody_else_and_the_agent_is_warned(hub):
    hub.write()
    cyrillic = email("anna@exаmple.pl")
    outcome = hub.write(sender=cyrillic)
    assert outcome.rule == "new_case"
    assert warnings_of(hub, outcome) == (
        SenderWarning(WarningKind.MIXED_ALPHABETS, cyrillic.value),
        SenderWarning(WarningKind.LOOKALIKE, "anna@example.pl"),
    )


def test_a_reply_address_with_a_broken_signature_is_warned_about(hub):
    case = hub.case(hub.write())
    address = signed(case)
    broken = address.replace("@", "2@").replace(address[address.index("@") - 1] + "2@", "2@")
    outcome = hub.write(sender=BARTEK, addressed_to=(broken if broken != address else address.replace("2@", "3@"),))
    assert warnings_of(hub, outcome) == (SenderWarning(WarningKind.BROKEN_SIGNATURE, case.reference),)
    assert hub.case(outcome).claims == ()


def test_what_the_channel_warns_of_is_kept_in_a_new_case_and_in_one_that_it_joins(hub):
    warned = SenderWarning(WarningKind.ANSWER_ELSEWHERE, "inny@example.pl")
    for rule in ("new_case", "by_only_open_case"):
        outcome = hub.write(warnings=(warned,))
        assert (outcome.rule, warnings_of(hub, outcome)) == (rule, (warned,))
        hub.later(seconds=1)


# Messages that overtake each other


def test_a_case_begins_with_its_earliest_message_whichever_was_processed_first(hub):
    began = hub.now()
    hub.later(minutes=5)
    second = hub.write(subject="Drugi")
    hub.now.move(timedelta(minutes=-5))
    first = hub.write(subject="Pierwszy")
    case = hub.case(second)
    assert first.case_id == second.case_id
    assert (case.opened_at, case.subject, case.awaiting_since) == (began, "Pierwszy", began)
    assert case.last_activity_at == began + timedelta(minutes=5)
    assert case.last_inbound_id == second.entry_id


@pytest.mark.parametrize(("touched", "team"), [(False, "billing"), (True, "care")])
def test_an_overtaken_message_decides_the_team_unless_an_agent_has_the_case(hub, touched, team):
    care = hub.configuration.current().teams["care"]
    hub.configured(
        teams={"care": care, "billing": replace(care, name="billing")},
        inboxes=(SUPPORT, replace(BILLING, team="billing")),
    )
    hub.later(minutes=5)
    second = hub.write()
    if touched:
        hub.assign(second.reference, "ewa", "ewa")
    hub.now.move(timedelta(minutes=-5))
    hub.write(recipients=("faktury@hub.example",))
    case = hub.case(second)
    assert (case.team, case.inbox, case.messages_in) == (team, "billing", 2)
    assert [found.id for found in hub.threads.list_urgent(team, 9).items] == [case.id]


def test_two_messages_at_once_each_bring_somebody_into_the_case_and_nobody_is_lost(hub):
    first = hub.write()
    rival = []

    def overtake(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            hub.write(participants=(BARTEK,))

    hub.threads.hook = overtake
    hub.write(participants=(JAN,))
    assert set(hub.case(first).participants) == {ANNA, BARTEK, JAN}


def test_an_answer_goes_to_the_address_as_the_customer_writes_it(hub):
    first = hub.write(sender_address="Anna@example.pl")
    hub.reply(first.reference, "ewa", Answer("Dzień dobry"))
    assert hub.thread(first.customer_id)[-1].delivery.recipient == "Anna@example.pl"
    assert hub.threads.find_owner(ANNA) == PointOwner(ANNA, first.customer_id, hub.now())
    assert hub.case(first).status is CaseStatus.OPEN
    assert len(hub.threads.records(Entry)) == 2
