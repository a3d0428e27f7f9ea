"""A message joins the case it belongs to, and no rule ever lets a stranger in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.cases import CasePointer, CaseStatus
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import PointOwner
from chalicelib.domain.identifiers import case_reference
from chalicelib.domain.machines import REPORTS, MachineKind, MachineMail
from chalicelib.domain.matching import (
    RULES,
    Facts,
    anchor_key,
    broken_signatures,
    choose_case,
    claimed_cases,
    content_digest,
    find_first_copy,
    find_report,
    goes_on_in_new_case,
    look_ups_for,
    takes_part,
)
from chalicelib.domain.messages import Anchor, Attachment, HtmlVersion
from chalicelib.domain.reply_address import KeyRing, reply_address_for
from chalicelib.domain.trust import Trust
from tests.domain.making import ANNA, ANNAS_FAX, ANNAS_PHONE, BARTEK, MONDAY_TEN, RING, case, message

REFERENCE = case_reference(b"1234567")
OWNER = PointOwner(ANNA, "01ANNA", MONDAY_TEN)
SIGNED = reply_address_for(REFERENCE, "01ANNA", "hub.example", RING)
LATER = MONDAY_TEN + timedelta(hours=1)


def facts(*cases, owner=OWNER, ids=(), now=LATER, window=timedelta(days=14), open_cases=None, **known_too):
    known = {one.id: one for one in cases}
    return Facts(
        owner=owner,
        anchors={anchor_key(id_): Anchor(anchor_key(id_), cases[0].customer_id, cases[0].id, LATER) for id_ in ids},
        pointers={one.reference: CasePointer(one.reference, one.customer_id, one.id, one.customer_id) for one in cases},
        ring=RING,
        continuity_window=window,
        now=now,
        cases=known,
        open_case_count=len(known) if open_cases is None else open_cases,
        **{"family": frozenset({owner.customer_id} if owner else ()), **known_too},
    )


ANNAS_CASE = case(reference=REFERENCE)
TWO_OPEN = 2


@pytest.mark.parametrize(
    ("said", "known", "rule"),
    [
        ({"addressed_to": (SIGNED,)}, {}, "by_signed_reply_address"),
        ({"in_reply_to": ("x@y",)}, {"ids": ("x@y",)}, "by_in_reply_to"),
        ({"references": ("a@b", "x@y", "c@d")}, {"ids": ("x@y",)}, "by_references"),
        ({"channel": Channel.APP, "case_reference": REFERENCE}, {}, "by_case_named_in_app"),
        ({"channel": Channel.WEB_FORM, "case_reference": REFERENCE}, {}, "by_conversation_in_form"),
        (
            {"channel": Channel.SMS, "sender": ANNAS_PHONE},
            {"owner": PointOwner(ANNAS_PHONE, "01ANNA", MONDAY_TEN, last_case_id="01CASE")},
            "by_last_sms",
        ),
        ({"channel": Channel.FAX, "case_reference": REFERENCE}, {}, "by_reference_in_document"),
        (
            {"channel": Channel.FAX, "sender": ANNAS_FAX},
            {"owner": PointOwner(ANNAS_FAX, "01ANNA", MONDAY_TEN, last_case_id="01CASE")},
            "by_last_fax",
        ),
    ],
)
def test_each_rule_joins_and_is_remembered_even_beside_other_open_cases(said, known, rule):
    known_of_it = facts(ANNAS_CASE, **known, open_cases=TWO_OPEN)
    match = choose_case(message(**said), known_of_it)
    assert (match.case, match.rule) == (ANNAS_CASE, rule)
    assert match.evidence
    assert {(one.customer_id, one.case_id) for one in claimed_cases(message(**said), known_of_it)} == {
        ("01ANNA", "01CASE")
    }


def test_a_fax_long_after_the_one_that_we_sent_begins_something_of_its_own():
    owner = PointOwner(ANNAS_FAX, "01ANNA", MONDAY_TEN, last_case_id="01CASE")
    said = message(channel=Channel.FAX, sender=ANNAS_FAX)
    later = facts(ANNAS_CASE, owner=owner, open_cases=TWO_OPEN, now=MONDAY_TEN + timedelta(days=15))
    assert choose_case(said, later).rule == "new_case"
    warm = facts(ANNAS_CASE, owner=owner, open_cases=TWO_OPEN, now=ANNAS_CASE.last_activity_at + timedelta(days=14))
    assert choose_case(said, warm).rule == "by_last_fax"


def test_the_only_open_case_is_joined_while_it_is_warm():
    match = choose_case(message(), facts(ANNAS_CASE))
    assert (match.case, match.rule) == (ANNAS_CASE, "by_only_open_case")
    assert match.evidence == "it is the only open case of the customer and still warm"
    assert [claim.customer_id for claim in claimed_cases(message(), facts(ANNAS_CASE))] == ["01ANNA"]


@pytest.mark.parametrize(
    "known",
    [
        {"open_cases": TWO_OPEN},
        {"now": MONDAY_TEN + timedelta(days=15)},
        {"window": timedelta(0)},
    ],
)
def test_otherwise_it_is_a_new_case(known):
    match = choose_case(message(), facts(ANNAS_CASE, **known))
    assert (match.case, match.rule, match.claims) == (None, "new_case", ())


def test_a_closed_case_is_not_the_only_open_one():
    closed = case(reference=REFERENCE, status=CaseStatus.CLOSED)
    assert choose_case(message(), facts(closed, open_cases=1)).case is None


def test_a_reference_in_a_subject_joins_nothing():
    said = message(subject=f"Re: [{REFERENCE}]", case_reference="")
    assert choose_case(said, facts(ANNAS_CASE, open_cases=TWO_OPEN)).rule == "new_case"


def test_a_mail_that_names_a_case_in_words_does_not_join_by_it():
    said = message(case_reference=REFERENCE)
    assert choose_case(said, facts(ANNAS_CASE, open_cases=TWO_OPEN)).rule == "new_case"


def test_the_first_rule_that_holds_decides():
    other = case(id="01OTHER", reference=case_reference(b"7654321"))
    known = facts(other, ANNAS_CASE, ids=("x@y",))
    match = choose_case(message(addressed_to=(SIGNED,), in_reply_to=("x@y",)), known)
    assert (match.case, match.rule) == (ANNAS_CASE, "by_signed_reply_address")


@pytest.mark.parametrize(
    "said",
    [{"addressed_to": (SIGNED,)}, {"in_reply_to": ("x@y",)}, {"references": ("x@y",)}],
)
def test_a_stranger_with_everything_right_gets_a_new_case_that_claims_to_belong(said):
    stranger = PointOwner(BARTEK, "01BARTEK", MONDAY_TEN)
    match = choose_case(message(sender=BARTEK, **said), facts(ANNAS_CASE, owner=stranger, ids=("x@y",), open_cases=0))
    assert (match.case, match.claims) == (None, (REFERENCE,))


def test_somebody_in_copy_takes_part_but_is_not_the_customer():
    copied = case(reference=REFERENCE, participants=(ANNA, BARTEK))
    match = choose_case(message(sender=BARTEK, addressed_to=(SIGNED,)), facts(copied, owner=None, open_cases=0))
    assert match.case == copied
    assert match.case.customer_id == "01ANNA"


def test_the_customer_takes_part_by_any_contact_point():
    assert takes_part(ANNAS_FAX, frozenset({"01ANNA"}), ANNAS_CASE)
    assert not takes_part(ANNAS_FAX, frozenset(), ANNAS_CASE)
    assert not takes_part(None, frozenset({"01ANNA"}), ANNAS_CASE)


def test_who_was_merged_takes_part_in_the_cases_of_the_whole_family():
    survivor = PointOwner(ANNAS_PHONE, "01SURVIVOR", MONDAY_TEN)
    said = message(sender=ANNAS_PHONE, addressed_to=(SIGNED,))
    apart = facts(ANNAS_CASE, owner=survivor, open_cases=0)
    together = facts(ANNAS_CASE, owner=survivor, open_cases=0, family=frozenset({"01SURVIVOR", "01ANNA"}))
    assert choose_case(said, apart).case is None
    assert choose_case(said, together).case == ANNAS_CASE


def test_a_message_that_was_overtaken_joins_a_case_that_begins_soon_after_it_and_no_later_one():
    opened = case(reference=REFERENCE, opened_at=LATER, last_activity_at=LATER)
    assert choose_case(message(), facts(opened, now=LATER - timedelta(days=14))).case == opened
    assert choose_case(message(), facts(opened, now=LATER - timedelta(days=15))).rule == "new_case"


def test_what_a_colleague_forwards_is_a_new_case_that_asks_whose_it_is():
    match = choose_case(message(), facts(ANNAS_CASE, forwarded_for=BARTEK))
    assert (match.case, match.rule) == (None, "forwarded_by_colleague")
    assert "bartek@example.pl" in match.evidence


def test_a_colleague_who_takes_part_in_a_case_still_answers_in_it():
    said = message(addressed_to=(SIGNED,))
    assert choose_case(said, facts(ANNAS_CASE, forwarded_for=BARTEK)).case == ANNAS_CASE


def first_copy(said, at=MONDAY_TEN, **changed):
    parts = {"key": anchor_key(said.message_id), "customer_id": "01ANNA", "case_id": "01CASE", "expires_at": LATER}
    read = {"entry_id": "01ENTRY", "at": at, "trust": said.trust, "content": content_digest(said)}
    return Anchor(**{**parts, **read, **changed})


COPIED = message(message_id="a@b", subject="Faktura", attachments=(Attachment("f.pdf", "application/pdf", b"%PDF"),))


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=7), -timedelta(minutes=1)])
def test_the_same_mail_under_another_receipt_is_a_second_copy_within_a_week(after):
    first = first_copy(COPIED)
    assert find_first_copy(COPIED, {first.key: first}, MONDAY_TEN + after) == first
    assert find_first_copy(COPIED, {first.key: first}, MONDAY_TEN + timedelta(days=7, seconds=1)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"sender": BARTEK},
        {"html": HtmlVersion("<p>Dzień dobry</p>")},
        {"visible_text": "Dobry wieczór"},
        {"subject": "Inna"},
        {"attachments": ()},
        {"message_id": ""},
        {"unparsed": "too large"},
    ],
)
def test_an_equal_message_id_alone_makes_no_copy(changed):
    first = first_copy(COPIED)
    assert find_first_copy(replace(COPIED, **changed), {first.key: first}, MONDAY_TEN) is None


@pytest.mark.parametrize(
    ("first_trust", "trust", "is_copy"),
    [
        (Trust.AUTHENTICATED, Trust.UNVERIFIED, True),  # its verdicts were lost with the notification
        (Trust.UNVERIFIED, Trust.UNVERIFIED, True),
        (Trust.UNVERIFIED, Trust.AUTHENTICATED, False),
        (Trust.AUTHENTICATED, Trust.FORGED, False),
        (Trust.FORGED, Trust.FORGED, True),
    ],
)
def test_a_copy_is_believed_no_more_than_the_first_and_is_never_forged_beside_a_real_one(first_trust, trust, is_copy):
    first = first_copy(COPIED, trust=first_trust)
    assert (find_first_copy(replace(COPIED, trust=trust), {first.key: first}, MONDAY_TEN) is not None) is is_copy


def test_an_anchor_of_a_message_of_ours_has_no_copies():
    ours = first_copy(COPIED, entry_id="", at=None, content="")
    assert find_first_copy(COPIED, {ours.key: ours}, MONDAY_TEN) is None


def test_a_reply_address_with_a_signature_that_is_not_ours_is_noticed():
    broken = SIGNED.replace(SIGNED[-14], "7" if SIGNED[-14] != "7" else "6")
    known = facts(ANNAS_CASE)
    assert list(broken_signatures(message(addressed_to=(broken,)), known)) == [REFERENCE]
    assert list(broken_signatures(message(addressed_to=(SIGNED, "pomoc@hub.example")), known)) == []


def test_an_unverified_participant_joins_by_the_signed_address_and_by_nothing_else():
    known = facts(ANNAS_CASE, ids=("x@y",))
    assert choose_case(message(trust=Trust.UNVERIFIED, addressed_to=(SIGNED,)), known).case == ANNAS_CASE
    for said in ({"in_reply_to": ("x@y",)}, {"references": ("x@y",)}, {}):
        match = choose_case(message(trust=Trust.UNVERIFIED, **said), known)
        assert (match.case, match.claims) == (None, (REFERENCE,))


@pytest.mark.parametrize("said", [{"addressed_to": (SIGNED,)}, {"in_reply_to": ("x@y",)}, {"references": ("x@y",)}, {}])
def test_a_forged_sender_joins_nothing(said):
    assert choose_case(message(trust=Trust.FORGED, **said), facts(ANNAS_CASE, ids=("x@y",))).case is None


def test_a_signature_of_another_ring_proves_nothing():
    foreign = reply_address_for(REFERENCE, "01ANNA", "hub.example", KeyRing("a", {"a": b"z" * 32}))
    match = choose_case(message(addressed_to=(foreign,)), facts(ANNAS_CASE, open_cases=TWO_OPEN))
    assert (match.case, match.claims) == (None, ())


def test_a_rule_that_names_a_case_that_is_gone_gives_way_to_the_next():
    known = facts(ANNAS_CASE)
    gone = Anchor(anchor_key("x@y"), "01ANNA", "01GONE", LATER)
    known = Facts(**{**{name: getattr(known, name) for name in Facts.__slots__}, "anchors": {gone.key: gone}})
    assert choose_case(message(in_reply_to=("x@y",)), known).rule == "by_only_open_case"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<0102-abc@eu-west-1.amazonses.com>", "0102-abc@email.amazonses.com"),
        ("0102-abc@us-east-1.amazonses.com", "0102-abc@amazonses.com"),
        (" <x@y> ", "x@y"),
    ],
)
def test_both_forms_of_an_id_that_ses_gave_are_one_anchor(one, other):
    assert anchor_key(one) == anchor_key(other)


def test_ids_that_differ_are_different_anchors():
    ids = ["x@y", "X@y", "XX@y", "@y", "x@y.amazonses.com.evil.example", "x@evil-amazonses.com", "x@amazonses.com"]
    assert len({anchor_key(id_) for id_ in ids}) == len(ids)


def test_the_first_and_the_newest_twenty_references_are_looked_up():
    ids = tuple(f"{n}@x" for n in range(100))
    looked_up = look_ups_for(message(references=ids)).anchors
    assert set(looked_up) == {"0@x", *ids[-20:]}


def test_every_rule_has_a_name_that_may_be_stored():
    assert len({rule.__name__ for rule in RULES}) == len(RULES) == 10


def test_a_closed_case_opens_again_only_for_a_while():
    closed = case(status=CaseStatus.CLOSED, closed_at=MONDAY_TEN)
    within = timedelta(days=14)
    assert not goes_on_in_new_case(closed, MONDAY_TEN + within, within)
    assert goes_on_in_new_case(closed, MONDAY_TEN + within + timedelta(seconds=1), within)
    assert not goes_on_in_new_case(case(), MONDAY_TEN + timedelta(days=400), within)


def test_an_unknown_number_claims_nothing_by_sms():
    unknown = ContactPoint(PointKind.PHONE, "+48600000000")
    assert choose_case(message(channel=Channel.SMS, sender=unknown), facts(owner=None, open_cases=0)).claims == ()


OURS = "id1@eu-central-1.amazonses.com"
DAEMON = ContactPoint(PointKind.EMAIL, "mailer-daemon@mx.example.pl")


def report(kind=MachineKind.BOUNCE, answers=OURS, **said):
    machine = MachineMail(kind, "a delivery report", answers_message_id=answers)
    return message(**{"sender": DAEMON, "trust": Trust.UNVERIFIED, "automatic": "a report", "machine": machine, **said})


@pytest.mark.parametrize("kind", sorted(REPORTS))
def test_a_report_joins_the_case_of_the_message_that_it_is_about(kind):
    assert set(look_ups_for(report(kind)).anchors) == {OURS}
    match = choose_case(report(kind), facts(ANNAS_CASE, owner=None, ids=(OURS,), open_cases=0))
    assert (match.case, match.rule) == (ANNAS_CASE, "by_reported_message")
    assert match.evidence == "it reports on a message of ours in the case"


def test_a_report_joins_the_case_whose_signed_address_it_came_to():
    match = choose_case(report(answers="", addressed_to=(SIGNED,)), facts(ANNAS_CASE, owner=None, open_cases=0))
    assert (match.case, match.rule) == (ANNAS_CASE, "by_signed_reply_address")


def test_a_report_with_an_id_that_anybody_could_know_joins_nothing():
    customers = "CAF0aaa@mail.example.pl"
    match = choose_case(report(answers=customers), facts(ANNAS_CASE, owner=None, ids=(customers,), open_cases=0))
    assert match.case is None


def test_a_report_joins_by_no_other_rule_whoever_claims_to_have_written_it():
    said = report(answers="", sender=ANNA, trust=Trust.AUTHENTICATED, in_reply_to=(OURS,))
    assert choose_case(said, facts(ANNAS_CASE, ids=(OURS,))).case is None


def test_a_forged_report_joins_nothing():
    said = report(trust=Trust.FORGED, addressed_to=(SIGNED,))
    assert choose_case(said, facts(ANNAS_CASE, owner=None, ids=(OURS,), open_cases=0)).case is None


def test_an_automatic_answer_is_no_report_and_needs_to_take_part():
    said = report(MachineKind.AUTO_REPLY, in_reply_to=(OURS,))
    assert find_report(said) is None
    assert choose_case(said, facts(ANNAS_CASE, owner=None, ids=(OURS,), open_cases=0)).case is None


def test_the_thread_says_in_words_why_a_message_stands_in_its_case():
    """An agent reads this behind a click."""
    told = {
        ("addressed_to", (SIGNED,)): "it was sent to the signed reply address of the case",
        ("references", ("x@y",)): "it refers to a message of the case (References)",
    }
    for (name, value), words in told.items():
        found = choose_case(message(**{name: value}), facts(ANNAS_CASE, ids=("x@y",)))
        assert (found.case, found.evidence) == (ANNAS_CASE, words)
    in_app = message(channel=Channel.APP, case_reference=REFERENCE)
    assert choose_case(in_app, facts(ANNAS_CASE)).evidence == "the app named the case"
    in_form = message(channel=Channel.WEB_FORM, case_reference=REFERENCE)
    assert choose_case(in_form, facts(ANNAS_CASE)).evidence == "whoever posted the form goes on with its case there"
    on_fax = message(channel=Channel.FAX, sender=ANNAS_FAX, case_reference=REFERENCE)
    of_the_fax = PointOwner(ANNAS_FAX, "01ANNA", MONDAY_TEN)
    found = choose_case(on_fax, facts(ANNAS_CASE, owner=of_the_fax))
    assert found.evidence == "the reference of the case stands in the document"
    by_number = PointOwner(ANNAS_PHONE, "01ANNA", MONDAY_TEN, last_case_id="01CASE")
    text = message(channel=Channel.SMS, sender=ANNAS_PHONE)
    found = choose_case(text, facts(ANNAS_CASE, owner=by_number))
    assert (found.case, found.evidence) == (ANNAS_CASE, "we last wrote to this number about the case")
    assert choose_case(message(), facts(owner=None)).evidence == "no rule joined it to a case"


def test_what_is_remembered_of_messages_is_found_again_by_every_later_version():
    """Anchors and digests stand in the table: another way to make them would forget every mail of before."""
    assert anchor_key("<CAF8x@mail.example.pl>") == "69058c01796d91a3bedf0c5ba478a1aa50c728cc"
    assert anchor_key(" <0102@a@eu-central-1.amazonses.com> ") == anchor_key("0102@a@email.amazonses.com")
    assert anchor_key("a@b@c.example") != anchor_key("a@c.example")
    mail = message(message_id="x@y", subject="Faktura", visible_text="Proszę o fakturę.")
    assert content_digest(mail) == "869aee371a3a242470d36cb15ee089aa"


@pytest.mark.parametrize("lacking", [{"message_id": ""}, {"sender": None}, {"unparsed": "it is broken"}])
def test_what_cannot_be_told_from_others_like_it_has_no_digest(lacking):
    assert content_digest(message(**({"message_id": "x@y"} | lacking))) == ""


def test_the_newest_reference_that_is_known_decides():
    older, newer = case(id="01OLD", reference="K7Q2M-9DXM3-Q"), ANNAS_CASE
    known = facts(newer, older, ids=("new@y",))
    anchors = {**known.anchors, anchor_key("old@y"): Anchor(anchor_key("old@y"), older.customer_id, older.id, LATER)}
    found = choose_case(message(references=("old@y", "new@y")), replace(known, anchors=anchors))
    assert found.case == newer
