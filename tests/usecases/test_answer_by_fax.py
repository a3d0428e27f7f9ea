"""Who wrote by fax is answered by fax, and what they fax back lands in the same case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.channels.fax import parse_inbound
from chalicelib.content.fax_pages import read_page
from chalicelib.content.mime import read_mail
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.contact_rules import ContactRules, parse_quiet_hours
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import ContactRefused, InvalidInput, SendingUnknown
from chalicelib.domain.fax_sending import FaxOverHttps
from chalicelib.domain.messages import Attachment
from chalicelib.domain.reachability import OptOut, Purpose, Reachability
from chalicelib.domain.sla import EscalationStep, StepAction
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.ports import Create
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.write_first import FirstWord
from tests.channels.payloads import OURS, receipt
from tests.domain.making import ANNA, ANNAS_FAX, FAXES, POLICY, SENDING_FAXES, configuration

NIGHT = ContactRules(quiet_hours=parse_quiet_hours("00:00-23:59"))


@pytest.fixture
def fax_hub(hub):
    inboxes = tuple(SENDING_FAXES if one == FAXES else one for one in configuration().inboxes)
    hub.configured(inboxes=inboxes)
    return hub


@pytest.fixture
def case(fax_hub):
    return fax_hub.case(fax_hub.write_fax(subject="Zamówienie", sender_address="fax@gateway.example"))


def answer_of(hub, case):
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)[-1]


def test_a_fax_is_answered_by_fax(fax_hub, case):
    fax_hub.reply(case.reference, "eva", Answer("Tak, do piątku."))
    assert fax_hub.deliver_all() == ["sent"]
    (mail,) = fax_hub.mail.sent
    assert mail.recipient == "+48221112233@gateway.example"
    (document,) = read_mail(mail.raw).attachments
    assert case.reference in read_page(document.data, 0).text
    assert "Zamówienie" in read_page(document.data, 0).text
    assert "Tak, do piątku." in read_page(document.data, 1).text
    assert answer_of(fax_hub, case).delivery.status is DeliveryStatus.SENT


def test_what_the_hub_faxes_by_itself_asks_no_gateway_to_end_such_mails(fax_hub, case):
    policy = replace(POLICY, steps=(EscalationStep(StepAction.HOLD, timedelta(0)),))
    fax_hub.configured(policies={"standard": policy})
    fax_hub.later(hours=4)
    fax_hub.sweep()
    assert fax_hub.deliver_all() == ["sent"]
    assert answer_of(fax_hub, case).delivery.purpose is Purpose.NOTICE
    assert b"List-Unsubscribe" not in fax_hub.mail.sent[0].raw


def test_what_they_fax_back_with_our_cover_lands_in_the_case_although_others_are_open(fax_hub, case):
    fax_hub.later(days=20)
    fax_hub.write_fax(b"%PDF-2", case_reference="", sender=ANNAS_FAX)
    fax_hub.reply(case.reference, "eva", Answer("Tak."))
    fax_hub.deliver_all()
    (mail,) = fax_hub.mail.sent
    cover = read_page(read_mail(mail.raw).attachments[0].data, 0).text
    raw = f"From: Fax <fax@gateway.example>\r\nSubject: Fax from +48221112233\r\n\r\n{cover}".encode()
    back = parse_inbound(raw, receipt("fax"), FAXES, OURS)
    outcome = fax_hub.write(back, recipients=("fax@hub.example",))
    assert (outcome.case_id, outcome.rule) == (case.id, "by_reference_in_document")


def test_a_fax_without_any_reference_joins_the_case_that_we_last_faxed_about(fax_hub, case):
    mail_case = fax_hub.case(fax_hub.write())
    fax_hub.reply(case.reference, "eva", Answer("Tak."))
    fax_hub.later(days=1)
    assert fax_hub.write_fax(b"%PDF-3").rule == "by_last_fax"
    assert mail_case.id != case.id


def test_an_inbox_that_only_receives_faxes_answers_by_another_way(hub):
    case = hub.case(hub.write_fax())
    hub.add_contact_point(case.customer_id, "eva", ANNA)
    hub.reply(case.reference, "eva", Answer("Tak."))
    assert answer_of(hub, case).channel is Channel.EMAIL


def test_the_gateways_report_of_its_mail_is_not_one_of_the_fax(fax_hub, case):
    """SES says `delivered` when the gateway took the mail; and a gateway that is gone says nothing of the number."""
    fax_hub.reply(case.reference, "eva", Answer("Tak."))
    fax_hub.deliver_all()
    tags = {"entry": [f"{answer_of(fax_hub, case).id}-1"], "customer": [case.customer_id]}
    stamp = "2026-11-23T09:00:00.000Z"
    mail = {"messageId": "carrier-1", "timestamp": stamp, "tags": tags}
    delivered = {"eventType": "Delivery", "mail": mail, "delivery": {"timestamp": stamp}}
    assert fax_hub.told(delivered) == "sent"
    bounce = {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": stamp, "bouncedRecipients": []}
    assert fax_hub.told({"eventType": "Bounce", "mail": mail, "bounce": bounce}) == "bounced"
    assert answer_of(fax_hub, case).delivery.failure == "technical"
    assert fax_hub.threads.find_reachabilities([ANNAS_FAX]) == {}
    assert fax_hub.threads.get_case(case.customer_id, case.id).awaiting_since is not None


def test_a_fax_waits_for_the_morning(fax_hub, case):
    fax_hub.configured(contact_rules=NIGHT)
    fax_hub.reply(case.reference, "eva", Answer("Tak."))
    assert answer_of(fax_hub, case).delivery.not_before > fax_hub.now()


def test_who_has_opted_out_gets_no_fax(fax_hub, case):
    fax_hub.later(hours=1)
    fax_hub.threads.commit([Create(Reachability(ANNAS_FAX, {Purpose.SERVICE: OptOut(fax_hub.now(), "customer")}))])
    with pytest.raises(ContactRefused, match="opted out"):
        fax_hub.reply(case.reference, "eva", Answer("Tak.", channel=Channel.FAX))


@pytest.mark.parametrize(
    ("number", "why"), [("+4930123456", "a number of DE"), ("+48701234567", "costs more than others")]
)
def test_premium_and_foreign_numbers_get_no_fax_unless_the_operator_says_so(fax_hub, number, why):
    point = ContactPoint(PointKind.FAX, number)
    case = fax_hub.case(fax_hub.write_fax(sender=point))
    with pytest.raises(ContactRefused, match=why):
        fax_hub.reply(case.reference, "eva", Answer("Tak.", channel=Channel.FAX))
    open_inbox = replace(SENDING_FAXES, allowed_countries=("PL", "DE"), premium_numbers=True)
    fax_hub.configured(inboxes=tuple(open_inbox if one == SENDING_FAXES else one for one in inboxes_of(fax_hub)))
    fax_hub.reply(case.reference, "eva", Answer("Tak.", channel=Channel.FAX))
    assert fax_hub.deliver_all() == ["sent"]


def inboxes_of(hub):
    return hub.configuration.current().inboxes


def test_a_picture_is_refused_before_anything_is_kept(fax_hub, case):
    files = (Attachment("zdjecie.png", "image/png", b"\x89PNG"),)
    with pytest.raises(InvalidInput) as refused:
        fax_hub.reply(case.reference, "eva", Answer("Tak.", files=files))
    assert refused.value.field == "attachments[0]"
    assert fax_hub.thread(case.customer_id, EntryKind.OUTBOUND) == []
    assert b"\x89PNG" not in fax_hub.attachments.objects.values()


def test_we_can_write_first_by_fax(fax_hub, case):
    word = FirstWord(text="Mamy nowy cennik.", channel=Channel.FAX, subject="Cennik")
    fax_hub.write_first(case.customer_id, "eva", word)
    assert fax_hub.deliver_all() == ["sent"]
    cover = read_page(read_mail(fax_hub.mail.sent[-1].raw).attachments[0].data, 0).text
    assert "Cennik" in cover


def test_what_did_not_arrive_by_mail_goes_out_again_by_fax(fax_hub):
    case = fax_hub.case(fax_hub.write())
    fax_hub.add_contact_point(case.customer_id, "eva", ANNAS_FAX)
    fax_hub.configured(resends=True)
    fax_hub.reply(case.reference, "eva", Answer("Tak."))
    fax_hub.deliver_all()
    fax_hub.later(seconds=5)
    tags = {"entry": [f"{answer_of(fax_hub, case).id}-1"], "customer": [case.customer_id]}
    stamp = "2026-11-23T09:00:00.000Z"
    bounce = {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": stamp, "bouncedRecipients": []}
    fax_hub.told(
        {"eventType": "Bounce", "mail": {"messageId": "c", "timestamp": stamp, "tags": tags}, "bounce": bounce}
    )
    again = answer_of(fax_hub, case)
    assert (again.channel, again.subject) == (Channel.FAX, "Re: Dzień dobry")


def test_a_gateway_that_takes_a_post_gets_the_fax_by_its_own_carrier(fax_hub, case):
    by_post = replace(SENDING_FAXES.fax, mail=None, https=FaxOverHttps("https://fax.example/v1/faxes", "office"))
    inbox = replace(SENDING_FAXES, fax=by_post)
    fax_hub.configured(inboxes=tuple(inbox if one == SENDING_FAXES else one for one in inboxes_of(fax_hub)))
    fax_hub.reply(case.reference, "eva", Answer("Tak."))
    assert fax_hub.deliver_all() == ["sent"]
    assert [one.post.url for one in fax_hub.fax.sent] == ["https://fax.example/v1/faxes"]
    assert fax_hub.mail.sent == []


def test_an_answer_of_the_gateway_that_was_lost_is_unknown(fax_hub, case):
    by_post = replace(SENDING_FAXES.fax, mail=None, https=FaxOverHttps("https://fax.example/v1/faxes"))
    inbox = replace(SENDING_FAXES, fax=by_post)
    fax_hub.configured(inboxes=tuple(inbox if one == SENDING_FAXES else one for one in inboxes_of(fax_hub)))
    fax_hub.fax.lost = SendingUnknown("no answer")
    fax_hub.reply(case.reference, "eva", Answer("Tak."))
    assert fax_hub.deliver_all() == ["unknown"]
    fax_hub.later(hours=1)
    fax_hub.sweep()
    assert (fax_hub.deliver_all(), len(fax_hub.fax.sent)) == ([], 1)
