"""Attempts to be somebody else, or to get into somebody else's case: each with exactly what has to come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import NoWayToReach
from chalicelib.domain.sender_warnings import WarningKind
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.reply_to_customer import Answer
from tests.attacks.conftest import ANNAS_FIRST, INBOX, HubOnTheWire, Scene
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK

JOINED, PARKED = "in Anna's case", "parked"
NEW_CASE_OF_ANNA, NEW_CUSTOMER, NOBODY = "a new case of Anna's", "a new customer", "a customer who owns nothing"


@dataclass(frozen=True)
class Seen:
    """What came of a message. `why`: the matching rule, or the reason for which it was parked. `claims`: whether its
    case says that it belongs to Anna's.
    """

    where: str
    why: str
    trust: Trust | None = None
    claims: bool = False
    warnings: tuple[WarningKind, ...] = ()


Attack = Callable[[HubOnTheWire, Scene], object]


def seen(hub, scene, outcome) -> Seen:
    if outcome.name == "parked":
        return Seen(PARKED, outcome.reason)
    entry = hub.threads.get_entry(outcome.customer_id, outcome.entry_id)
    case = hub.case(outcome)
    if outcome.case_id == scene.case_id:
        where = JOINED
    elif outcome.customer_id == scene.customer_id:
        where = NEW_CASE_OF_ANNA
    else:
        where = NEW_CUSTOMER if hub.threads.list_points(outcome.customer_id) else NOBODY
    return Seen(
        where,
        outcome.rule,
        entry.arrival.trust,
        scene.reference in case.claims,
        tuple(warning.kind for warning in entry.arrival.warnings),
    )


ANNAS = "From: anna@example.pl"
EVIL = "From: Mallory <mallory@evil.example>"


def mail(*fields, body="Dzień dobry", to=None, source="", **verdicts) -> Attack:
    """`to`: "signed" is the reply address of Anna's case. `{answer}` and `{reference}` in a field are those of it."""

    def attack(hub, scene):
        filled = [field.format(answer=scene.answer_id, reference=scene.reference) for field in fields]
        address = scene.address if to == "signed" else to
        return hub.deliver_mail(
            *filled, body=body, source=source, **({"to": (address,)} if address else {}), **verdicts
        )

    return attack


def texted(number) -> Attack:
    return lambda hub, _scene: hub.deliver_text(number)


def with_wrong_signature(hub, scene):
    local, _, domain = scene.address.partition("@")
    return hub.deliver_mail(EVIL, to=(f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}",), dmarc="PASS")


def spoofed_with_a_friend_in_copy_and_then_the_friend(hub, scene):
    mail(ANNAS, "Cc: mallory@evil.example", to="signed", dmarc="GRAY")(hub, scene)
    return mail(EVIL, to="signed", dmarc="PASS")(hub, scene)


FORGED, UNVERIFIED, AUTHENTICATED = Trust.FORGED, Trust.UNVERIFIED, Trust.AUTHENTICATED
BY_ANSWER = "In-Reply-To: <{answer}>"

FORWARDED = (
    "Zajmijcie się tym.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Anna <anna@example.pl>\r\n"
    "Date: Mon, 23 Nov 2026 09:12:00 +0100\r\nSubject: Faktura\r\nTo: <boss@company.example>\r\n\r\nGdzie jest faktura?"
)

ATTACKS: dict[str, tuple[Attack, Seen]] = {
    # Forged and unverified senders
    "a chief whose domain denies the mail": (
        mail("From: boss@company.example", to="signed", dmarc="FAIL"),
        Seen(NOBODY, "new_case", FORGED, claims=True),
    ),
    "a chief whose domain proves the mail, to the address of a case": (
        mail("From: boss@company.example", BY_ANSWER, to="signed", dmarc="PASS", body="Proszę zamknąć i odpisać"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True),
    ),
    "a forged Anna with everything else right": (
        mail(ANNAS, BY_ANSWER, to="signed", dmarc="FAIL", spf="PASS", dkim="PASS"),
        Seen(NOBODY, "new_case", FORGED, claims=True),
    ),
    "SPF passes for the envelope and From is Anna": (
        mail(ANNAS, BY_ANSWER, source="x@evil.example", spf="PASS", dmarc="GRAY"),
        Seen(NEW_CASE_OF_ANNA, "new_case", UNVERIFIED, claims=True),
    ),
    "DKIM passes for another domain and From is Anna": (
        mail(ANNAS, BY_ANSWER, dkim="PASS", dmarc="PROCESSING_FAILED"),
        Seen(NEW_CASE_OF_ANNA, "new_case", UNVERIFIED, claims=True),
    ),
    "a domain without a policy, as many are": (
        mail(EVIL, dmarc="GRAY"),
        Seen(NEW_CUSTOMER, "new_case", UNVERIFIED),
    ),
    "the verdicts were lost with the notification": (
        mail(ANNAS, BY_ANSWER),
        Seen(NEW_CASE_OF_ANNA, "new_case", UNVERIFIED, claims=True),
    ),
    # More than one sender
    "two From fields": (
        mail(ANNAS, EVIL, dmarc="PASS"),
        Seen(PARKED, "ambiguous_sender"),
    ),
    "a From field with two mailboxes": (
        mail("From: anna@example.pl, mallory@evil.example", dmarc="PASS"),
        Seen(PARKED, "ambiguous_sender"),
    ),
    "a blank before the colon of From": (
        mail("From : anna@example.pl", EVIL, dmarc="PASS"),
        Seen(PARKED, "ambiguous_sender"),
    ),
    "From is Mallory, Sender is Anna": (
        mail(EVIL, "Sender: anna@example.pl", dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, warnings=(WarningKind.SENT_BY_ANOTHER,)),
    ),
    # From fields that two readers read differently
    "an address with another one in its comment": (
        mail("From: anna@example.pl(<mallory@evil.example>", dmarc="PASS"),
        Seen(PARKED, "ambiguous_sender"),
    ),
    "an address inside of the other's brackets": (
        mail("From: <anna@example.pl<mallory@evil.example>>", dmarc="PASS"),
        Seen(PARKED, "ambiguous_sender"),
    ),
    "two pairs of brackets": (
        mail("From: <anna@example.pl> <mallory@evil.example>", dmarc="PASS"),
        Seen(PARKED, "ambiguous_sender"),
    ),
    "a bare address before the brackets": (
        mail("From: anna@example.pl <mallory@evil.example>", dmarc="PASS"),
        Seen(PARKED, "ambiguous_sender"),
    ),
    "Anna's address as the quoted local part": (
        mail('From: "anna@example.pl"@evil.example', dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED),
    ),
    "Anna's address as the quoted name": (
        mail('From: "anna@example.pl" <mallory@evil.example>', dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, warnings=(WarningKind.ADDRESS_IN_NAME,)),
    ),
    "Anna's address in an encoded word": (
        mail("From: =?utf-8?q?anna=40example=2Epl_=3Canna=40example=2Epl=3E?= <mallory@evil.example>", dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, warnings=(WarningKind.ADDRESS_IN_NAME,)),
    ),
    "a line break and a second From in an encoded word": (
        mail("From: =?utf-8?q?Anna=0D=0AFrom=3A_anna=40example=2Epl?= <mallory@evil.example>", dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, warnings=(WarningKind.ADDRESS_IN_NAME,)),
    ),
    # What the mail says about itself
    "a mail that brings its own verdicts": (
        mail(
            ANNAS,
            BY_ANSWER,
            "Authentication-Results: amazonses.com; dmarc=pass; spf=pass; dkim=pass",
            "X-SES-Spam-Verdict: PASS",
            "X-SES-DKIM-Verdict: PASS",
            "X-SES-Receipt: AEFBQUFBQUFBQUFH",
            dmarc="GRAY",
        ),
        Seen(NEW_CASE_OF_ANNA, "new_case", UNVERIFIED, claims=True),
    ),
    "Reply-To is Anna": (
        mail(EVIL, "Reply-To: anna@example.pl", BY_ANSWER, dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True, warnings=(WarningKind.ANSWER_ELSEWHERE,)),
    ),
    "headers that other help desks obey": (
        mail(
            EVIL,
            "X-Hub-Case-Id: {reference}",
            "X-Splot-Case: {reference}",
            "X-Zammad-Ticket-State: closed",
            "X-Zammad-Ticket-Id: 1",
            "X-OTRS-Priority: 5",
            "X-GitHub-Reason: mention",
            dmarc="PASS",
        ),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED),
    ),
    # Machines
    "a bounce of nothing that we sent": (
        mail(
            "From: MAILER-DAEMON@evil.example",
            "Return-Path: <>",
            "Subject: Undelivered Mail Returned to Sender",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
            body=(
                "--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n--b\r\nContent-Type: message/delivery-status"
                "\r\n\r\nReporting-MTA: dns; mx.evil.example\r\n\r\nFinal-Recipient: rfc822; anna@example.pl\r\n"
                "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
            ),
            dmarc="PASS",
        ),
        Seen(PARKED, "bounce"),
    ),
    "a sign-up code of a third party, sent to the address of a case": (
        mail(
            "From: noreply@chat.example",
            "Auto-Submitted: auto-generated",
            body="Code: 123456",
            to="signed",
            dmarc="PASS",
        ),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True),
    ),
    # Other people's cases
    "a spoofed Anna brings a friend in copy, who then writes": (
        spoofed_with_a_friend_in_copy_and_then_the_friend,
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True),
    ),
    "the reference of a case in the subject": (
        mail(EVIL, "Subject: Re: [{reference}] Faktura", dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED),
    ),
    "the reference of a case with a guessed signature": (
        with_wrong_signature,
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, warnings=(WarningKind.BROKEN_SIGNATURE,)),
    ),
    "a stranger got hold of the address of a case": (
        mail(EVIL, to="signed", dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True),
    ),
    "a stranger answers our message": (
        mail(EVIL, BY_ANSWER, dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True),
    ),
    "a stranger refers to Anna's message": (
        mail(EVIL, f"References: <a@b> <{ANNAS_FIRST}>", dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True),
    ),
    "an unverified Anna refers to her message": (
        mail(ANNAS, f"References: <{ANNAS_FIRST}>", dmarc="GRAY"),
        Seen(NEW_CASE_OF_ANNA, "new_case", UNVERIFIED, claims=True),
    ),
    "an unverified Bartek in copy answers our message": (
        mail("From: bartek@example.pl", BY_ANSWER, dmarc="GRAY"),
        Seen(NEW_CUSTOMER, "new_case", UNVERIFIED, claims=True),
    ),
    # Addresses that look alike
    "Anna with a plus-tag": (
        mail("From: anna+x@example.pl", BY_ANSWER, dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True),
    ),
    "Anna with a dot": (
        mail("From: a.nna@example.pl", BY_ANSWER, dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True),
    ),
    "Anna with a Cyrillic letter in her name": (
        mail("From: аnna@example.pl", BY_ANSWER, dmarc="PASS"),
        Seen(
            NEW_CUSTOMER,
            "new_case",
            AUTHENTICATED,
            claims=True,
            warnings=(WarningKind.MIXED_ALPHABETS, WarningKind.LOOKALIKE),
        ),
    ),
    "Anna at a domain with a Cyrillic letter": (
        mail("From: anna@exаmple.pl", BY_ANSWER, dmarc="PASS"),
        Seen(
            NEW_CUSTOMER,
            "new_case",
            AUTHENTICATED,
            claims=True,
            warnings=(WarningKind.MIXED_ALPHABETS, WarningKind.LOOKALIKE),
        ),
    ),
    "Anna in full width": (
        mail("From: ａｎｎａ@example.pl", BY_ANSWER, dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True, warnings=(WarningKind.LOOKALIKE,)),
    ),
    "Anna at a domain that differs by a digit": (
        mail("From: anna@examp1e.pl", BY_ANSWER, dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, claims=True, warnings=(WarningKind.LOOKALIKE,)),
    ),
    "a name that turns the reading around": (
        mail("From: \u202eanna\u202c <mallory@evil.example>", dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED, warnings=(WarningKind.HIDDEN_LETTERS,)),
    ),
    "an address with an invisible letter": (
        mail("From: an\u200bna@example.pl", BY_ANSWER, dmarc="PASS"),
        Seen(NOBODY, "new_case", UNVERIFIED, claims=True, warnings=(WarningKind.HIDDEN_LETTERS,)),
    ),
    # Forwarded mail
    "a stranger forwards what Anna is said to have written": (
        mail(EVIL, "Subject: Fwd: Faktura", body=FORWARDED, dmarc="PASS"),
        Seen(NEW_CUSTOMER, "new_case", AUTHENTICATED),
    ),
    "a colleague forwards what Anna is said to have written": (
        mail("From: boss@company.example", "Subject: Fwd: Faktura", body=FORWARDED, dmarc="PASS"),
        Seen(NOBODY, "forwarded_by_colleague", AUTHENTICATED),
    ),
    "somebody who may be a colleague forwards it": (
        mail("From: boss@company.example", "Subject: Fwd: Faktura", body=FORWARDED, dmarc="GRAY"),
        Seen(NEW_CUSTOMER, "new_case", UNVERIFIED),
    ),
    # Text messages
    "a text message from a name": (
        texted("BANK"),
        Seen(NOBODY, "new_case", UNVERIFIED),
    ),
    "a text message from a number that no plan has": (
        texted("+480600"),
        Seen(NOBODY, "new_case", UNVERIFIED),
    ),
    # Verdicts that park
    "a virus, even to the right address": (
        mail(ANNAS, to="signed", dmarc="PASS", virus="FAIL"),
        Seen(PARKED, "virus"),
    ),
    "spam, even to the right address": (
        mail(ANNAS, to="signed", dmarc="PASS", spam="FAIL"),
        Seen(PARKED, "spam"),
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_exactly_so_and_leaves_the_case_alone(hub, scene, name):
    attack, expected = ATTACKS[name]
    before = hub.threads.get_case(scene.customer_id, scene.case_id)
    spoofing = name.startswith("a spoofed Anna")  # what she does first is the right of an unverified participant
    outcome = attack(hub, scene)
    after = hub.threads.get_case(scene.customer_id, scene.case_id)
    assert seen(hub, scene, outcome) == expected
    assert after.participants == before.participants == (ANNA, BARTEK)
    assert (after == before) or spoofing
    assert hub.threads.find_owner(ANNA).customer_id == scene.customer_id
    hub.deliver_all()
    assert len(hub.mail.sent) == 1  # the agent's answer: nothing goes out because of an attack
    assert hub.sms.sent == []


def test_no_header_sets_anything_in_the_case_that_its_own_mail_opens(hub, scene):
    obeyed, _ = ATTACKS["headers that other help desks obey"]
    theirs = hub.case(obeyed(hub, scene))
    plain = hub.case(hub.deliver_mail("From: Mallory <jan@example.pl>", dmarc="PASS"))
    known = {"id": plain.id, "reference": plain.reference, "customer_id": plain.customer_id}
    assert replace(theirs, **known, participants=plain.participants, last_inbound_id=plain.last_inbound_id) == plain


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (mail(ANNAS, BY_ANSWER, dmarc="PASS"), "by_in_reply_to"),
        (mail(ANNAS, to="signed", dmarc="GRAY"), "by_signed_reply_address"),
        (mail("From: bartek@example.pl", BY_ANSWER, dmarc="PASS"), "by_in_reply_to"),
        (mail("From: Bartek <BARTEK@Example.PL>", to="signed", dmarc="GRAY"), "by_signed_reply_address"),
    ],
)
def test_whom_it_concerns_gets_in_by_the_same_ways(hub, scene, said, rule):
    outcome = said(hub, scene)
    assert (outcome.case_id, outcome.rule) == (scene.case_id, rule)
    assert hub.threads.find_owner(BARTEK) is None  # who answers in copy does not become the customer


def test_an_address_signed_with_a_revoked_key_opens_nothing(scene, revoked):
    outcome = mail(EVIL, to="signed", dmarc="PASS")(revoked, scene)
    assert seen(revoked, scene, outcome) == Seen(
        NEW_CUSTOMER, "new_case", AUTHENTICATED, warnings=(WarningKind.BROKEN_SIGNATURE,)
    )


@pytest.mark.parametrize("host", ["email.amazonses.com", "eu-central-1.amazonses.com", "EU-CENTRAL-1.AMAZONSES.COM"])
def test_our_message_is_known_by_its_id_under_every_host_that_ses_writes(hub, scene, host):
    name = scene.answer_id.partition("@")[0]
    outcome = hub.deliver_mail(ANNAS, f"In-Reply-To: <{name}@{host}>", dmarc="PASS")
    assert (outcome.case_id, outcome.rule) == (scene.case_id, "by_in_reply_to")


def customers_of(outcomes):
    return {outcome.customer_id for outcome in outcomes}


def test_what_a_provider_might_tell_apart_is_never_folded(hub):
    written = ("anna@gmail.com", "anna+shop@gmail.com", "an.na@gmail.com", "anna@googlemail.com")
    outcomes = [hub.deliver_mail(f"From: {address}", dmarc="PASS") for address in written]
    assert len(customers_of(outcomes)) == len(written)


def test_one_address_is_one_customer_however_its_letters_and_its_domain_are_written(hub):
    written = ("anna@łódź.example", "Anna@xn--d-uga0v4h.example", "ANNA@ŁÓDŹ.Example.", '"anna"@łódź.example')
    outcomes = [hub.deliver_mail(f"From: {address}", dmarc="PASS") for address in written]
    assert len(customers_of(outcomes)) == 1
    addresses = [hub.threads.get_entry(one.customer_id, one.entry_id).arrival.address for one in outcomes]
    assert addresses == ["", "Anna@xn--d-uga0v4h.example", "ANNA@xn--d-uga0v4h.example", ""]


def test_two_domains_that_an_older_rule_took_for_one_are_two(hub):
    outcomes = [hub.deliver_mail(f"From: anna@{domain}", dmarc="PASS") for domain in ("faß.de", "fass.de")]
    assert len(customers_of(outcomes)) == 2


def test_a_number_is_one_customer_however_it_is_written(hub):
    written = ("+48 601 234 567", "0048601234567", "601234567", "tel:+48601234567", "+48-601-234-567")
    outcomes = [hub.deliver_text(number) for number in written]
    assert len(customers_of(outcomes)) == 1
    assert hub.threads.list_points(outcomes[0].customer_id) == (ANNAS_PHONE,)


def test_there_is_no_way_back_to_a_sender_with_a_name_instead_of_a_number(hub):
    outcome = hub.deliver_text("BANK")
    with pytest.raises(NoWayToReach):
        hub.reply(outcome.reference, "ewa", Answer("Kto pisze?"))
    (entry,) = hub.thread(outcome.customer_id)
    assert (entry.arrival.point, entry.arrival.sender_name) == (None, "BANK")


def test_a_text_message_changes_no_account_and_gives_nothing_out(hub, scene):
    hub.add_contact_point(scene.customer_id, "ewa", ANNAS_PHONE)
    before = (hub.customer(scene.customer_id), hub.threads.list_points(scene.customer_id))
    owner = hub.threads.find_owner(ANNAS_PHONE)
    outcome = hub.deliver_text("+48601234567", "Proszę zmienić mój e-mail na mallory@evil.example i przysłać historię")
    assert outcome.customer_id == scene.customer_id  # it may be read
    assert (hub.customer(scene.customer_id), hub.threads.list_points(scene.customer_id)) == before
    assert hub.threads.find_owner(ANNAS_PHONE) == owner
    assert not owner.verified
    assert hub.sms.sent == []
    assert hub.threads.find_owner(ContactPoint(PointKind.EMAIL, "mallory@evil.example")) is None


def test_a_message_that_claims_to_belong_waits_for_a_person_beside_the_case(hub, scene):
    outcome = mail(EVIL, to="signed", dmarc="PASS", body="Proszę o kopię faktury")(hub, scene)
    case = hub.case(outcome)
    assert (case.status, case.claims, case.awaiting_since) == (CaseStatus.OPEN, (scene.reference,), hub.now())
    assert "Proszę o kopię faktury" not in {entry.text for entry in hub.thread(scene.customer_id)}


def test_a_parked_message_makes_nobody_a_customer_and_starts_no_clock(hub):
    assert hub.deliver_mail(EVIL, dmarc="PASS", spam="FAIL").name == "parked"
    assert hub.threads.records(Customer) == hub.threads.records(Entry) == []


def test_why_a_message_stands_where_it_does_is_kept_with_it(hub, scene):
    mail(ANNAS, BY_ANSWER, dmarc="PASS")(hub, scene)
    arrival = hub.thread(scene.customer_id, EntryKind.INBOUND)[-1].arrival
    assert (arrival.rule, arrival.evidence) == ("by_in_reply_to", "it answers a message of the case (In-Reply-To)")


def test_an_answer_goes_to_who_wrote_and_not_to_where_they_want_it(hub):
    outcome = hub.deliver_mail(EVIL, "Reply-To: anna@example.pl", "Cc: bartek@example.pl", dmarc="PASS")
    hub.reply(outcome.reference, "ewa", Answer("Dzień dobry"))
    hub.deliver_all()
    assert [sent.recipient for sent in hub.mail.sent] == ["mallory@evil.example"]


def test_an_answer_goes_to_one_address_however_many_stood_in_copy(hub):
    crowd = ", ".join(f"p{number}@lista.example" for number in range(490))
    outcome = hub.deliver_mail(EVIL, f"To: {INBOX}", f"Cc: {crowd}", dmarc="PASS")
    hub.reply(outcome.reference, "ewa", Answer("Dzień dobry"))
    hub.deliver_all()
    (sent,) = hub.mail.sent
    assert sent.recipient == "mallory@evil.example"
    assert b"lista.example" not in sent.raw


@pytest.mark.parametrize("date", ["Fri, 1 Jan 2099 10:00:00 +0000", "Thu, 1 Jan 1970 00:00:00 +0000", "x +9999999999"])
def test_the_date_that_a_sender_chose_moves_neither_thread_nor_clock(hub, scene, date):
    outcome = mail(ANNAS, BY_ANSWER, f"Date: {date}", dmarc="PASS")(hub, scene)
    newest = hub.thread(scene.customer_id, EntryKind.INBOUND)[-1]
    assert (newest.id, newest.at) == (outcome.entry_id, hub.now())
    assert hub.case(outcome).awaiting_since == hub.now()
