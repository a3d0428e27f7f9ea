"""What a fax gateway posts about a fax of ours becomes its delivery status, as what it mails does."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations

import pytest

from chalicelib.channels.posted_fax_reports import PostedReport, enveloped
from chalicelib.domain.delivery import DeliveryStatus, FailureKind, claimed, sent
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.fax_sending import FaxOverHttps, FaxReports
from chalicelib.domain.faxes import faxed_id
from chalicelib.domain.matching import anchor_key
from chalicelib.domain.messages import Anchor, ParkedRecord
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import FAXES, SENDING_FAXES, configuration, reply_keys

MAILED = replace(SENDING_FAXES, fax=replace(SENDING_FAXES.fax, reports=FaxReports("office")))
OTHER = replace(MAILED, name="faxes-2", address="fax2@hub.example")


@pytest.fixture
def fax_hub(hub):
    return sending_by(hub, MAILED)


def sending_by(hub, inbox):
    inboxes = tuple(inbox if one == FAXES else one for one in configuration().inboxes)
    hub.configured(inboxes=(*inboxes, OTHER))
    return hub


def faxed(hub):
    case = hub.case(hub.write_fax())
    hub.reply(case.reference, "eva", Answer("Tak."))
    assert hub.deliver_all() == ["sent"]
    hub.later(minutes=5)
    return case


def answer_of(hub, case):
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)[-1]


def posted(hub, case, status, reason="", *, inbox=MAILED, last_try=True, **other):
    members = {"reference": answer_of(hub, case).id, "status": status, "reason": reason, **other}
    report = PostedReport(inbox.name, hub.now(), json.dumps(members).encode())
    return hub.told(json.loads(enveloped(report)), last_try=last_try)


def test_a_fax_that_did_not_arrive_puts_its_case_back_and_says_why(fax_hub):
    case = faxed(fax_hub)
    assert posted(fax_hub, case, "failed", "line_busy") == "bounced"
    after = fax_hub.threads.get_case(case.customer_id, case.id)
    assert after.awaiting_since == case.awaiting_since
    delivery = answer_of(fax_hub, case).delivery
    assert (delivery.failure, delivery.detail) == (FailureKind.TEMPORARY, "failed: line_busy")


def test_reports_in_any_order_and_twice_end_the_same(fax_hub):
    for faxes, said in enumerate(permutations([("sending", ""), ("failed", "line_busy"), ("blorbled", "")]), 1):
        case = faxed(fax_hub)
        for words in (*said, *said):
            posted(fax_hub, case, *words)
        delivery = answer_of(fax_hub, case).delivery
        assert delivery.status is DeliveryStatus.BOUNCED
        assert [one.code for one in delivery.reports] == ["failed", "blorbled", "sending"]
        events = fax_hub.thread(case.customer_id, EntryKind.EVENT)
        assert [one.event for one in events].count("delivery.bounced") == faxes


def test_the_gateway_of_one_inbox_says_nothing_of_the_faxes_of_another(fax_hub):
    case = faxed(fax_hub)
    assert posted(fax_hub, case, "delivered", inbox=OTHER) == "parked"
    assert answer_of(fax_hub, case).delivery.status is DeliveryStatus.SENT


def test_a_report_on_a_fax_that_nobody_knows_is_looked_for_again_and_then_waits_for_a_person(fax_hub):
    case = faxed(fax_hub)
    unknown = {"reference": "01KAR000000000000000000001"}
    with pytest.raises(StorageUnavailable):
        posted(fax_hub, case, "delivered", last_try=False, **unknown)
    assert [posted(fax_hub, case, "delivered", **unknown) for _ in range(2)] == ["parked"] * 2
    assert [one.reason for one in fax_hub.threads.records(ParkedRecord)] == ["unknown_delivery"]


def test_what_cannot_be_read_waits_for_a_person(fax_hub):
    assert fax_hub.told(json.loads(enveloped(PostedReport(MAILED.name, fax_hub.now(), b"<xml/>")))) == "parked"
    gone = PostedReport("gone", fax_hub.now(), b"{}")
    assert fax_hub.told(json.loads(enveloped(gone))) == "parked"


def test_a_gateway_that_repeats_only_its_own_id_is_understood(hub):
    rules = FaxReports("office", reference="", answer_id="id")
    sending = replace(SENDING_FAXES.fax, mail=None, https=FaxOverHttps("https://fax.example/v1/faxes"), reports=rules)
    hub = sending_by(hub, replace(SENDING_FAXES, fax=sending))
    case = faxed(hub)
    assert posted(hub, case, "delivered", id=answer_of(hub, case).delivery.provider_id) == "delivered"


def anchors_of(hub, case):
    return {one.key for one in hub.threads.records(Anchor) if one.entry_id == answer_of(hub, case).id}


def test_a_gateway_that_repeats_our_id_needs_no_anchor_for_its_own(hub):
    sending = replace(SENDING_FAXES.fax, mail=None, https=FaxOverHttps("https://fax.example/v1/faxes"))
    for rules in (None, FaxReports("office")):
        case = faxed(sending_by(hub, replace(SENDING_FAXES, fax=replace(sending, reports=rules))))
        assert anchors_of(hub, case) == {anchor_key(faxed_id(answer_of(hub, case).id))}


def test_a_fax_whose_inbox_is_gone_when_it_was_sent_is_recorded_as_sent(fax_hub):
    case = fax_hub.case(fax_hub.write_fax())
    fax_hub.reply(case.reference, "eva", Answer("Tak."))
    entry = answer_of(fax_hub, case)
    fax_hub.configured(inboxes=tuple(one for one in configuration().inboxes if one != FAXES))
    record = RecordOutcome(fax_hub.threads, fax_hub.configuration, reply_keys)
    record(entry, sent(claimed(entry.delivery, "a", fax_hub.now()), "carrier-1"), fax_hub.now())
    assert anchors_of(fax_hub, case) == {anchor_key("carrier-1@amazonses.com"), anchor_key(faxed_id(entry.id))}
