"""An answer goes out once, to the right address, and stops the clock."""

import email as library
import hashlib
from dataclasses import replace
from datetime import timedelta
from email import policy

import pytest

from chalicelib.content.limits import MOST_ANSWER_BYTES
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import (
    Conflict,
    InvalidInput,
    KeyReused,
    NewerMessage,
    NotFound,
    NoWayToReach,
    StorageUnavailable,
)
from chalicelib.domain.messages import Attachment
from chalicelib.domain.reply_address import is_genuine, parse_reply_address
from chalicelib.domain.threads import EntryKind, attachment_key
from chalicelib.usecases.answer import Answer, StoredFile
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.once import Once
from tests.domain.making import ANNA, ANNAS_FAX, ANNAS_PHONE, BARTEK, RING, SUPPORT, configuration
from tests.fakes.memory_store import Moment

CONTRACT = Attachment("umowa.pdf", "application/pdf", b"%PDF-1.4 umowa")
SHA256 = hashlib.sha256(CONTRACT.data).hexdigest()


def answer_of(hub, case):
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)[-1]


def test_an_answer_to_a_mail_is_queued_as_mail_with_threading_and_a_signed_reply_address(hub):
    case = hub.case(hub.write(subject="Faktura", message_id="first@example.pl"))
    hub.reply(case.reference, "eva", Answer("Wysłana dziś."))
    entry = answer_of(hub, case)
    delivery = entry.delivery
    assert (entry.channel, entry.subject, entry.author) == (Channel.EMAIL, "Re: Faktura", "agent:eva")
    assert (delivery.status, delivery.recipient, delivery.sender) == (
        DeliveryStatus.QUEUED,
        ANNA.value,
        "pomoc@hub.example",
    )
    assert (delivery.in_reply_to, delivery.references) == ("first@example.pl", ("first@example.pl",))
    assert is_genuine(parse_reply_address(delivery.reply_to), case.customer_id, RING)
    assert list(hub.queues.to_deliver) == [(case.customer_id, entry.id)]


def test_an_answer_stops_the_clock_in_the_same_transaction(hub):
    case = hub.case(hub.write())
    hub.reply(case.reference, "eva", Answer("Tak."))
    after = hub.threads.get_case(case.customer_id, case.id)
    assert (after.awaiting_since, dict(after.clocks), after.next_step_at) == (None, {}, None)
    assert after.messages_out == 1
    assert answer_of(hub, case).delivery.answers_since == case.awaiting_since


def test_an_answer_to_an_sms_goes_to_the_number_and_the_next_sms_finds_the_case(hub):
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    hub.reply(case.reference, "eva", Answer("Tak."))
    entry = answer_of(hub, case)
    assert (entry.channel, entry.delivery.recipient, entry.delivery.sender) == (
        Channel.SMS,
        ANNAS_PHONE.value,
        "+48700100200",
    )
    assert hub.threads.find_owner(ANNAS_PHONE).last_case_id == case.id
    assert hub.write_sms(ANNAS_PHONE).rule == "by_last_sms"


def test_who_wrote_by_web_form_is_answered_at_the_address_given_there(hub):
    case = hub.case(hub.write(channel=Channel.WEB_FORM, transport="web_form", recipients=("contact",)))
    hub.reply(case.reference, "eva", Answer("Tak."))
    assert (answer_of(hub, case).channel, answer_of(hub, case).delivery.recipient) == (Channel.EMAIL, ANNA.value)


def test_the_agent_may_choose_another_channel_that_reaches_the_customer(hub):
    case = hub.case(hub.write())
    hub.add_contact_point(case.customer_id, "eva", ANNAS_PHONE)
    hub.reply(case.reference, "eva", Answer("Tak.", channel=Channel.SMS))
    assert answer_of(hub, case).delivery.recipient == ANNAS_PHONE.value


def test_a_fax_is_answered_by_mail_where_an_address_is_known_and_else_not_at_all_yet(hub):
    fax = hub.case(hub.write(channel=Channel.FAX, sender=ANNAS_FAX, recipients=("fax@hub.example",)))
    with pytest.raises(NoWayToReach):
        hub.reply(fax.reference, "eva", Answer("Tak."))
    assert hub.threads.get_case(fax.customer_id, fax.id).awaiting_since is not None
    hub.add_contact_point(fax.customer_id, "eva", ANNA)
    hub.reply(fax.reference, "eva", Answer("Tak."))
    assert answer_of(hub, fax).delivery.recipient == ANNA.value


def test_an_answer_never_goes_to_somebody_who_only_wrote_in_copy_when_the_customer_is_known(hub):
    case = hub.case(hub.write(participants=(BARTEK,), message_id="first@example.pl"))
    hub.write(sender=BARTEK, in_reply_to=("first@example.pl",))
    hub.reply(case.reference, "eva", Answer("Tak."))
    assert answer_of(hub, case).delivery.recipient == ANNA.value


def test_an_answer_in_the_app_is_queued_for_its_user_to_be_rung(hub):

    app = ContactPoint(PointKind.APP, "https://issuer.example|anna")
    case = hub.case(hub.write(channel=Channel.APP, sender=app, transport="app", recipients=("app",)))
    hub.reply(case.reference, "eva", Answer("Tak."))
    delivery = answer_of(hub, case).delivery
    assert (delivery.status, delivery.recipient, delivery.point) == (DeliveryStatus.QUEUED, app.value, app)
    assert hub.deliver_all() == ["sent"]


def test_an_answer_is_refused_when_the_customer_wrote_after_what_was_read(hub):
    case = hub.case(hub.write())
    hub.write()
    with pytest.raises(NewerMessage):
        hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(messages=case.messages_in))
    assert hub.thread(case.customer_id, EntryKind.OUTBOUND) == []


def test_a_message_that_was_overtaken_on_its_way_is_newer_to_an_agent_who_has_not_seen_it(hub):
    hub.later(hours=1)
    case = hub.case(hub.write())
    hub.later(hours=-1)
    late = hub.write()
    hub.later(hours=1)
    assert late.entry_id < case.last_inbound_id
    with pytest.raises(NewerMessage):
        hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(messages=case.messages_in))


def test_a_machines_mail_is_no_reason_to_refuse_an_answer(hub):
    case = hub.case(hub.write(message_id="first@example.pl"))
    hub.write(in_reply_to=("first@example.pl",), automatic="auto-submitted: auto-replied")
    hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(messages=case.messages_in))


def test_an_answer_is_refused_when_the_customer_writes_while_it_is_being_kept(hub):
    case = hub.case(hub.write())
    written = []

    def write(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not written:
            written.append(None)
            hub.write()

    hub.threads.hook = write
    with pytest.raises(NewerMessage):
        hub.reply(case.reference, "eva", Answer("Tak."))


def test_an_answer_with_a_stale_version_is_a_conflict(hub):
    case = hub.case(hub.write())
    hub.assign(case.reference, "eva", "eva")
    with pytest.raises(Conflict):
        hub.reply(case.reference, "jan", Answer("Tak."), seen=Seen(version=case.version))


def test_an_answer_is_refused_when_a_colleague_answered_after_what_was_read(hub):
    case = hub.case(hub.write())
    hub.reply(case.reference, "jan", Answer("Nie."))
    with pytest.raises(NewerMessage, match="colleague"):
        hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(said=case.version))
    with pytest.raises(NewerMessage, match="colleague"):
        hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(version=case.version))


def test_an_answer_is_refused_when_a_colleague_promised_after_what_was_read(hub):
    case = hub.case(hub.write())
    hub.promise.make(case.reference, "jan", "Oddzwonimy.", hub.now() + timedelta(hours=2))
    with pytest.raises(NewerMessage):
        hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(said=case.version))


def test_a_promise_is_refused_when_a_colleague_answered_after_what_was_read(hub):
    case = hub.case(hub.write())
    hub.reply(case.reference, "jan", Answer("Nie."))
    due_at = hub.now() + timedelta(hours=2)
    with pytest.raises(NewerMessage):
        hub.promise.make(case.reference, "eva", "Oddzwonimy.", due_at, seen=Seen(said=case.version))
    hub.promise.make(case.reference, "eva", "Oddzwonimy.", due_at, seen=Seen(said=case.version, forced=True))
    assert hub.thread(case.customer_id, EntryKind.EVENT)[-1].facts["forced"] == "newer_message"


def test_an_assignment_since_is_no_reason_to_refuse_an_answer(hub):
    case = hub.case(hub.write())
    hub.assign(case.reference, "jan", "eva")
    hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(said=case.version))


def test_an_agent_who_insists_answers_all_the_same_and_the_entry_says_so(hub):
    case = hub.case(hub.write())
    hub.write(in_reply_to=("0@example.pl",))
    hub.reply(case.reference, "jan", Answer("Nie."))
    hub.later(minutes=1)
    hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(case.version, 1, case.version, forced=True))
    assert dict(answer_of(hub, case).facts) == {"forced": "newer_message"}


def test_who_insists_without_need_has_forced_nothing(hub):
    case = hub.case(hub.write())
    hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(case.version, 1, case.version, forced=True))
    assert dict(answer_of(hub, case).facts) == {}


def test_insisting_does_not_override_another_change_of_the_case(hub):
    case = hub.case(hub.write())
    hub.assign(case.reference, "jan", "eva")
    with pytest.raises(Conflict) as refused:
        hub.reply(case.reference, "eva", Answer("Tak."), seen=Seen(version=case.version, forced=True))
    assert refused.value.code == "conflict"


def test_of_two_agents_who_answer_at_the_same_moment_the_second_is_told(hub):
    case = hub.case(hub.write())
    rival = []

    def press(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            hub.reply(case.reference, "jan", Answer("Nie."))

    hub.threads.hook = press
    with pytest.raises(NewerMessage):
        hub.reply(case.reference, "eva", Answer("Tak."))
    assert [entry.text for entry in hub.thread(case.customer_id, EntryKind.OUTBOUND)] == ["Nie."]


def test_pressing_send_twice_sends_once(hub):
    case = hub.case(hub.write())
    once = Once("eva", "key-1", "abc")
    first = hub.reply(case.reference, "eva", Answer("Tak."), once=once)
    assert hub.reply(case.reference, "eva", Answer("Tak."), once=once) == first
    assert len(hub.queues.to_deliver) == 1
    with pytest.raises(KeyReused):
        hub.reply(case.reference, "eva", Answer("Nie."), once=Once("eva", "key-1", "other"))


def test_two_presses_at_the_same_moment_send_once(hub):
    case = hub.case(hub.write())
    once = Once("eva", "key-1", "abc")
    rival = []

    def press(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            rival[0] = hub.reply(case.reference, "eva", Answer("Tak."), once=once)

    hub.threads.hook = press
    assert hub.reply(case.reference, "eva", Answer("Tak."), once=once) == rival[0]
    assert len(hub.thread(case.customer_id, EntryKind.OUTBOUND)) == 1


def test_a_queue_that_is_down_loses_no_answer(hub):
    case = hub.case(hub.write())
    hub.queues.broken = StorageUnavailable()
    hub.reply(case.reference, "eva", Answer("Tak."))
    hub.queues.broken = None
    hub.later(seconds=61)
    assert hub.sweep().deliveries == 1
    assert hub.deliver_all() == ["sent"]


def test_an_unknown_case_is_not_found(hub):
    for reference in ("00000-00000-0", "nonsense"):
        with pytest.raises(NotFound):
            hub.reply(reference, "eva", Answer("Tak."))


def test_an_answer_quotes_what_it_answers_and_is_signed_by_the_inbox(hub):
    hub.configured(inboxes=(replace(SUPPORT, signature="Pomoc\n"), *configuration().inboxes[1:]))
    case = hub.case(hub.write(visible_text="Gdzie jest paczka?", sender_name="Anna"))
    hub.reply(case.reference, "eva", Answer("W drodze."))
    entry = answer_of(hub, case)
    assert entry.quoted_text == "W dniu 23.11.2026 o 10:00, Anna pisze:\n> Gdzie jest paczka?"
    assert entry.signature == "Pomoc"
    hub.deliver_all()
    assert hub.mail.sent[0].text == f"W drodze.\n\n-- \nPomoc\n\n{entry.quoted_text}"


def test_nobody_is_shown_what_was_written_from_another_address(hub):
    case = hub.case(hub.write_sms(ANNAS_PHONE, "Tajne."))
    hub.add_contact_point(case.customer_id, "eva", BARTEK)
    hub.reply(case.reference, "eva", Answer("Tak.", Channel.EMAIL))
    assert (answer_of(hub, case).delivery.recipient, answer_of(hub, case).quoted_text) == (BARTEK.value, "")


def test_a_file_that_comes_with_an_answer_is_stored_before_it_and_sent_with_it(hub):
    case = hub.case(hub.write())
    hub.reply(case.reference, "eva", Answer("W załączeniu.", files=(CONTRACT,)))
    (ref,) = answer_of(hub, case).attachments
    assert hub.attachments.objects[attachment_key(case.customer_id, ref.sha256)] == CONTRACT.data
    hub.deliver_all()
    (sent,) = library.message_from_bytes(hub.mail.sent[0].raw, policy=policy.default).iter_attachments()
    assert (sent.get_filename(), sent.get_content()) == ("umowa.pdf", CONTRACT.data)


def test_a_file_of_the_thread_is_sent_without_being_uploaded_again(hub):
    outcome = hub.write(attachments=(CONTRACT,))
    case = hub.case(outcome)
    stored = StoredFile(outcome.entry_id, SHA256)
    hub.reply(case.reference, "eva", Answer("Odsyłam.", stored_files=(stored,)))
    assert [ref.sha256 for ref in answer_of(hub, case).attachments] == [SHA256]


def test_a_file_of_somebody_who_was_merged_is_copied_to_who_answers_for_it(hub):
    outcome = hub.write(sender=BARTEK, attachments=(CONTRACT,))
    case = hub.case(hub.write())
    hub.merge(case.customer_id, outcome.customer_id, "eva", "one person")
    stored = StoredFile(outcome.entry_id, SHA256)
    hub.reply.preview(case.reference, Answer("Odsyłam.", stored_files=(stored,)))
    assert attachment_key(case.customer_id, SHA256) not in hub.attachments.objects  # a preview writes nothing
    hub.reply(case.reference, "eva", Answer("Odsyłam.", stored_files=(stored,)))
    assert hub.attachments.objects[attachment_key(case.customer_id, SHA256)] == CONTRACT.data


@pytest.mark.parametrize("foreign", [True, False])
def test_a_file_of_another_customer_is_refused_with_its_place(hub, foreign):
    other = hub.write(sender=BARTEK, attachments=(CONTRACT,))
    case = hub.case(hub.write())
    stored = StoredFile(other.entry_id, SHA256 if foreign else "0" * 64)
    with pytest.raises(InvalidInput) as refused:
        hub.reply(case.reference, "eva", Answer("Odsyłam.", stored_files=(stored,)))
    assert refused.value.field == "stored_attachments[0]"
    assert hub.thread(case.customer_id, EntryKind.OUTBOUND) == []


def test_an_answer_whose_file_is_gone_is_not_sent_without_it(hub):
    case = hub.case(hub.write())
    hub.reply(case.reference, "eva", Answer("W załączeniu.", files=(CONTRACT,)))
    hub.attachments.objects.clear()
    assert hub.deliver_all() == ["failed"]
    assert "umowa.pdf" in answer_of(hub, case).delivery.detail
    assert hub.mail.sent == []


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        (Answer(" \u200b\n"), "text"),
        (Answer("Tak.", subject="a\r\nBcc: x@y.pl"), "subject"),
        (Answer("Tak.", subject="a\x00b"), "subject"),
        (Answer("Tak.", files=(Attachment("a\nb.pdf", "application/pdf", b"x"),)), "attachments[0].name"),
        (Answer("Tak.", files=(Attachment("a.pdf", "application/pdf", bytes(MOST_ANSWER_BYTES + 1)),)), "attachments"),
        (Answer("Tak.", files=(Attachment("a.pdf", "application/pdf", b"x"),) * 11), "attachments"),
    ],
)
def test_what_could_not_be_sent_is_refused_with_its_field_before_anything_is_queued(hub, answer, field):
    case = hub.case(hub.write())
    for refuse in (hub.reply.preview, lambda reference, one: hub.reply(reference, "eva", one)):
        with pytest.raises(InvalidInput) as refused:
            refuse(case.reference, answer)
        assert refused.value.field == field
    assert hub.thread(case.customer_id, EntryKind.OUTBOUND) == []
    assert not hub.queues.to_deliver
    assert not hub.attachments.objects
    assert hub.threads.get_case(case.customer_id, case.id).awaiting_since == case.awaiting_since


def test_a_preview_tells_what_the_answer_will_be_and_writes_nothing(hub):
    case = hub.case(hub.write(subject="Faktura"))
    before = hub.threads.get_case(case.customer_id, case.id)
    preview = hub.reply.preview(case.reference, Answer("Tak."))
    assert (preview.channel, preview.recipient, preview.subject) == (Channel.EMAIL, ANNA.value, "Re: Faktura")
    assert preview.text.startswith("Tak.\n\nW dniu")
    assert hub.threads.get_case(case.customer_id, case.id) == before
    assert hub.thread(case.customer_id, EntryKind.OUTBOUND) == []
    hub.reply(case.reference, "eva", Answer("Tak."))
    hub.deliver_all()
    assert hub.mail.sent[0].text == preview.text
