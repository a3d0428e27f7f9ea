"""Domain objects as the API's schemas: what an agent reads of a case, an entry, a customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from chalicelib.api import clock_schemas, contact_schemas, message_schemas, schemas, task_schemas
from chalicelib.domain.cases import Case, CaseStatus, CaseSummary
from chalicelib.domain.contact_points import ContactPoint, is_external
from chalicelib.domain.contacts import Contact
from chalicelib.domain.customers import CustomerAttributes, CustomerPage
from chalicelib.domain.delivery import Delivery
from chalicelib.domain.faxes import Fax, Reading
from chalicelib.domain.identifiers import time_of
from chalicelib.domain.machines import MachineMail
from chalicelib.domain.mentions import agents_in, teams_in
from chalicelib.domain.messages import ForwardedMessage, ParkedRecord
from chalicelib.domain.parking import LONGEST_EXCERPT, NEEDED, Look
from chalicelib.domain.remarks import Remark, find_each_remark, find_remarks
from chalicelib.domain.search import readable_texts
from chalicelib.domain.search_words import excerpt, found_in
from chalicelib.domain.sms import SmsFacts
from chalicelib.domain.sms_parts import whole_texts
from chalicelib.domain.tasks import ListedTask, Task
from chalicelib.domain.threads import Arrival, AttachmentRef, Entry, HtmlRef
from chalicelib.domain.trust import Trust
from chalicelib.usecases.kept_replies import KeptReply
from chalicelib.usecases.search_threads import Hit

_TRUST = {
    Trust.FORGED: message_schemas.SenderTrust("forged", "The domain that it claims to come from denies it."),
    Trust.UNVERIFIED: message_schemas.SenderTrust(
        "unverified", "Nothing proves that the sender is who it claims to be."
    ),
    Trust.AUTHENTICATED: message_schemas.SenderTrust(
        "authenticated", "The domain or number that it came from is proved."
    ),
    Trust.LOGGED_IN: message_schemas.SenderTrust("logged_in", "The sender was logged in."),
}


def render_case(case: Case, base: str) -> schemas.Case:
    """`base`: what stands before `/v1` in the path of every link, here and below."""
    return schemas.Case(
        id=case.id,
        reference=case.reference,
        customer_id=case.customer_id,
        status=case.status,
        kind=case.kind,
        priority=case.priority,
        segment=case.segment or None,
        tags=list(case.tags),
        skills=list(case.skills),
        routed_by=case.routed_by or None,
        team=case.team,
        inbox=case.inbox,
        channel=case.channel,
        subject=case.subject,
        assignee=case.assignee or None,
        answer_by=case.answer_by,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        last_activity_at=case.last_activity_at,
        awaiting_since=case.awaiting_since,
        answered=case.answered,
        clocks=[
            schemas.Clock(name, clock.started_at, clock.due_at, clock.level, clock.paused_by or None)
            for name, clock in case.clocks.items()
        ],
        promises=[
            schemas.Promise(
                id=id_,
                text=promise.text,
                made_by=promise.made_by,
                made_at=promise.made_at,
                due_at=promise.due_at,
                status=promise.status,
                broken_at=promise.broken_at,
                ended_at=promise.ended_at,
                due_before=list(promise.due_before),
            )
            for id_, promise in sorted(case.promises.items())
        ],
        tasks=[_task(task) for task in case.tasks],
        deadline_at=case.deadline_at,
        participants=[str(point) for point in case.participants],
        messages_in=case.messages_in,
        automatic_in=case.automatic_in,
        messages_out=case.messages_out,
        notes=case.notes,
        follows=case.follows or None,
        claims=list(case.claims),
        forwarded_for=str(case.forwarded_for) if case.forwarded_for else None,
        last_inbound_id=case.last_inbound_id or None,
        incident=case.incident or None,
        version=case.version,
        links=_case_links(case, base),
    )


def render_case_in_list(case: Case | CaseSummary, base: str) -> schemas.CaseInList:
    return schemas.CaseInList(
        id=case.id,
        reference=case.reference,
        customer_id=case.customer_id,
        status=case.status,
        team=case.team,
        channel=case.channel,
        subject=case.subject,
        assignee=case.assignee or None,
        last_activity_at=case.last_activity_at,
        deadline_at=case.deadline_at,
        awaiting_since=case.awaiting_since,
        kind=case.kind,
        priority=case.priority,
        customer_name=case.customer_name or None,
        last_channel=case.last_channel or case.channel,
        last_inbound_at=time_of(case.last_inbound_id) if case.last_inbound_id else None,
        messages_in=case.messages_in,
        next_clock=case.next_clock or None,
        links=_case_links(case, base),
    )


def render_hit(hit: Hit, words: tuple[str, ...], base: str) -> schemas.SearchHit:
    """`words`: the stems by which it was found."""
    entry = hit.entry
    customer = f"{base}/v1/customers/{entry.customer_id}"
    piece = excerpt(readable_texts(entry), words)
    return schemas.SearchHit(
        entry_id=entry.id,
        customer_id=entry.customer_id,
        at=entry.at,
        kind=entry.kind,
        author=entry.author,
        channel=entry.channel,
        subject=entry.subject or None,
        excerpt=piece or None,
        found=list(found_in(f"{entry.subject}\n{piece}", words)),
        case=render_case_in_list(hit.case, base),
        links={"entry": f"{customer}/entries/{entry.id}", "thread": f"{customer}/thread"},
    )


def render_unsettled(entry: Entry, case: Case, base: str) -> schemas.UnsettledDelivery:
    """Of an entry that has a delivery and a channel."""
    if entry.delivery is None or entry.channel is None:
        raise ValueError("an entry that goes nowhere is not unsettled")
    path = f"{base}/v1/cases/{case.reference}"
    return schemas.UnsettledDelivery(
        case=case.reference,
        entry_id=entry.id,
        customer_id=entry.customer_id,
        team=case.team,
        channel=entry.channel,
        recipient=entry.delivery.recipient,
        at=entry.at,
        attempts=entry.delivery.attempts,
        detail=entry.delivery.detail or None,
        remarks=render_remarks(entry.delivery.detail),
        links={
            "case": path,
            "entry": f"{base}/v1/customers/{entry.customer_id}/entries/{entry.id}",
            "settlement": f"{path}/replies/{entry.id}/settlement",
        },
    )


def render_listed_task(row: ListedTask, base: str) -> task_schemas.ListedTask:
    """Of a row that has its task."""
    if row.task is None:
        raise ValueError("a settled task stands in no list")
    case = f"{base}/v1/cases/{row.reference}"
    return task_schemas.ListedTask(
        reference=row.reference,
        customer_id=row.customer_id,
        team=row.team,
        task=_task(row.task),
        links={"self": f"{case}/tasks/{row.id}", "case": case},
    )


def render_customer(
    pages: tuple[CustomerPage, ...],
    points: tuple[ContactPoint, ...],
    attributes: Mapping[str, CustomerAttributes],
    base: str,
) -> schemas.Customer:
    """`pages`: of the whole family, the survivor's first. What it does not say of itself the others say."""
    family = [page.customer for page in pages]
    customer = family[0]
    cases = [case for page in pages for case in page.cases if not case.moved_to]
    newest = sorted(cases, key=attrgetter("id"), reverse=True)[:10]
    path = f"{base}/v1/customers/{customer.id}"
    return schemas.Customer(
        id=customer.id,
        name=next((one.name for one in family if one.name), None),
        language=next((one.language for one in family if one.language), None),
        carer=customer.carer or None,
        segment=customer.segment or None,
        vip=customer.vip,
        created_at=customer.created_at,
        claims_to_be=str(customer.claims_to_be) if customer.claims_to_be else None,
        contact_points=[str(point) for point in points if not is_external(point)],
        external_ids=[point.value for point in points if is_external(point)],
        attributes=[
            schemas.CustomerAttribute(name, one.value, one.by, one.at, member.id)
            for member in family
            if member.id in attributes
            for name, one in sorted(attributes[member.id].values.items())
        ],
        merged_from=[one.id for one in family[1:]],
        open_case_count=sum(one.open_case_count for one in family),
        cases=[render_case_in_list(case, base) for case in newest],
        live_promises=_live_promises(newest),
        links={"self": path, "thread": f"{path}/thread"},
        legal_hold=next(
            (schemas.LegalHold(one.hold.at, one.hold.by, one.hold.why) for one in family if one.hold), None
        ),
    )


def _live_promises(cases: Sequence[Case]) -> list[clock_schemas.LivePromise]:
    found = [
        clock_schemas.LivePromise(case.reference, id_, promise.text, promise.made_by, promise.due_at, promise.status)
        for case in cases
        for id_, promise in case.promises.items()
        if promise.live and case.status is not CaseStatus.SPAM
    ]
    return sorted(found, key=attrgetter("due_at", "id"))


def render_thread(entries: Sequence[Entry], base: str) -> list[schemas.Entry]:
    """A page of a thread: entries that are parts of one text message say so."""
    whole = whole_texts(entries)
    return [render_entry(entry, base, whole.get(entry.id, "")) for entry in entries]


def render_entry(entry: Entry, base: str, whole_text: str = "") -> schemas.Entry:
    """`whole_text`: what a text message says of which this is a part, or ""."""
    path = f"{base}/v1/customers/{entry.customer_id}/entries/{entry.id}"
    return schemas.Entry(
        id=entry.id,
        case_id=entry.case_id or None,
        at=entry.at,
        kind=entry.kind,
        author=entry.author,
        channel=entry.channel,
        subject=entry.subject or None,
        text=entry.text,
        quoted_text=entry.quoted_text,
        signature=entry.signature,
        forward=_forward(entry.forward) if entry.forward else None,
        html=_html(entry.html, path) if entry.html else None,
        attachments=[_attachment(attachment, path) for attachment in entry.attachments],
        arrival=_arrival(entry.arrival, whole_text) if entry.arrival else None,
        reading=_reading(entry.reading, entry.preview, path) if entry.reading else None,
        contact=_contact(entry.contact) if entry.contact else None,
        delivery=_delivery(entry.delivery) if entry.delivery else None,
        task=entry.task or None,
        event=entry.event or None,
        facts=dict(entry.facts),
        mentions=schemas.Mentions(agents_in(entry.mentions), teams_in(entry.mentions)),
        moved_to=entry.moved_to or None,
        moved_from=entry.moved_from or None,
        links=_entry_links(entry, base),
    )


def render_parked(record: ParkedRecord, base: str) -> schemas.Parked:
    """Without a way to the bytes: what is parked can be a virus."""
    return schemas.Parked(
        id=record.id,
        at=record.at,
        transport=record.transport,
        reason=record.reason,
        detail=record.detail or None,
        remarks=render_remarks(record.detail),
        machine=_machine(record.machine) if record.machine else None,
        release_state=record.release_state,
        changed_at=record.changed_at,
        changed_by=record.changed_by or None,
        why=record.why or None,
        overrides=list(record.overrides),
        released_to=record.released_to or None,
        links={"self": f"{base}/v1/parked/{record.id}"},
    )


def render_look(look: Look, base: str, link_expires_at: datetime) -> schemas.ParkedLook:
    read = look.read
    return schemas.ParkedLook(
        parked=render_parked(look.record, base),
        recipients=list(look.receipt.recipients) if look.receipt else [],
        read=schemas.ReadOfParked(
            sender=str(read.sender) if read.sender else None,
            sender_name=read.sender_name or None,
            subject=read.subject or None,
            text=read.whole_text[:LONGEST_EXCERPT],
            attachments=[attachment.name for attachment in read.attachments],
        )
        if read
        else None,
        needs=NEEDED.get(look.record.reason),
        download=schemas.Download(look.link, link_expires_at) if look.link else None,
    )


def _case_links(case: Case | CaseSummary, base: str) -> dict[str, str]:
    customer = f"{base}/v1/customers/{case.customer_id}"
    self = f"{base}/v1/cases/{case.reference}"
    return {"self": self, "customer": customer, "thread": f"{customer}/thread", "entries": f"{self}/thread"}


def _entry_links(entry: Entry, base: str) -> dict[str, str]:
    links = {"self": f"{base}/v1/customers/{entry.customer_id}/entries/{entry.id}"}
    if entry.arrival:
        links["raw"] = f"{links['self']}/raw"
    for name, place in (("moved_to", entry.moved_to), ("moved_from", entry.moved_from)):
        if place:
            customer_id, _, entry_id = place.partition("/")
            links[name] = f"{base}/v1/customers/{customer_id}/entries/{entry_id}"
    return links


def _attachment(attachment: AttachmentRef, entry_path: str) -> message_schemas.Attachment:
    return message_schemas.Attachment(
        name=attachment.name,
        content_type=attachment.content_type,
        size=attachment.size,
        sha256=attachment.sha256,
        link=f"{entry_path}/attachments/{attachment.sha256}",
    )


def _forward(forward: ForwardedMessage) -> message_schemas.ForwardedMessage:
    return message_schemas.ForwardedMessage(
        sender_name=forward.sender_name or None,
        sender_address=forward.sender_address or None,
        subject=forward.subject or None,
        sent_at=forward.sent_at or None,
        header=forward.header,
        body=forward.body,
    )


def _html(html: HtmlRef, entry_path: str) -> message_schemas.HtmlVersion:
    return message_schemas.HtmlVersion(html.size, html.remote_images, f"{entry_path}/attachments/{html.sha256}")


def render_remarks(text: str) -> list[message_schemas.Remark]:
    return _remarks(find_remarks(text) if text else ())


def _remarks(found: Iterable[Remark]) -> list[message_schemas.Remark]:
    return [message_schemas.Remark(one.code, dict(one.values), one.text) for one in found]


def _arrival(arrival: Arrival, whole_text: str) -> message_schemas.Arrival:
    return message_schemas.Arrival(
        contact_point=str(arrival.point) if arrival.point else None,
        sender_name=arrival.sender_name or None,
        trust=_TRUST[arrival.trust],
        warnings=[message_schemas.SenderWarning(one.kind, one.detail) for one in arrival.warnings],
        matching=message_schemas.Matching(arrival.rule, arrival.evidence, render_remarks(arrival.evidence)),
        automatic=arrival.automatic or None,
        automatic_remarks=render_remarks(arrival.automatic),
        unparsed=arrival.unparsed or None,
        unparsed_remarks=render_remarks(arrival.unparsed),
        machine=_machine(arrival.machine) if arrival.machine else None,
        fax=_fax(arrival.fax) if arrival.fax else None,
        sms=_sms(arrival.sms, whole_text) if arrival.sms else None,
        written_at=arrival.written_at,
        repairs=list(arrival.repairs),
        remarks=[one for repair in arrival.repairs for one in render_remarks(repair)],
        duplicate_of=arrival.duplicate_of or None,
    )


def _machine(machine: MachineMail) -> message_schemas.Machine:
    return message_schemas.Machine(
        kind=machine.kind,
        reason=machine.reason or None,
        hard=machine.hard,
        recipients=[
            message_schemas.ReportedRecipient(
                address=recipient.address or None,
                status=recipient.status or None,
                reason=recipient.reason,
                hard=recipient.hard,
                diagnostic=recipient.diagnostic or None,
            )
            for recipient in machine.recipients
        ],
        answers_message_id=machine.answers_message_id or None,
    )


def _fax(fax: Fax) -> message_schemas.Fax:
    return message_schemas.Fax(
        gateway=fax.gateway or None,
        number=fax.number or None,
        number_from=fax.number_from or None,
        pages=fax.pages,
        pages_from=fax.pages_from or None,
        document=fax.document or None,
    )


def _sms(sms: SmsFacts, whole_text: str) -> message_schemas.Sms:
    return message_schemas.Sms(
        encoding=sms.encoding,
        segments=sms.segments,
        keyword=sms.keyword or None,
        intent=sms.intent,
        certain=sms.certain,
        part=message_schemas.SmsPart(sms.part.number, sms.part.of) if sms.part else None,
        whole_text=whole_text or None,
    )


def _reading(reading: Reading, preview: AttachmentRef | None, entry_path: str) -> message_schemas.Reading:
    return message_schemas.Reading(
        status=reading.status,
        text=reading.text,
        source=reading.source or None,
        confidence=reading.confidence,
        pages=reading.pages,
        pages_read=reading.pages_read,
        case_reference=reading.case_reference or None,
        detail=reading.detail or None,
        remarks=_remarks(find_each_remark(reading.detail) if reading.detail else ()),
        preview=_attachment(preview, entry_path) if preview else None,
        read_at=reading.read_at,
    )


def _contact(contact: Contact) -> message_schemas.Contact:
    return message_schemas.Contact(
        direction=contact.direction,
        outcome=contact.outcome,
        agent=contact.agent or None,
        duration_seconds=contact.duration_seconds,
        answer_owed=contact.answer_owed,
        promise=contact.promise or None,
        promised_by=contact.promised_by,
        document=contact.document or None,
        contact_id=contact.contact_id or None,
    )


def render_reply(reply: KeptReply) -> contact_schemas.ReplyMade:
    warnings = [warning.partition(": ") for warning in reply.warnings]
    return contact_schemas.ReplyMade(
        entry_id=reply.entry_id,
        channel=reply.channel,
        not_before=reply.not_before,
        segments=reply.segments,
        warnings=[contact_schemas.ContactWarning(name, text) for name, _, text in warnings],
        passed_over=[*reply.passed_over],
    )


def _delivery(delivery: Delivery) -> schemas.Delivery:
    return schemas.Delivery(
        status=delivery.status,
        recipient=delivery.recipient,
        attempts=delivery.attempts,
        detail=delivery.detail or None,
        remarks=render_remarks(delivery.detail),
        failure=delivery.failure,
        provider_id=delivery.provider_id or None,
        reports=[
            schemas.DeliveryReport(
                status=report.status,
                said=report.said,
                at=report.at,
                code=report.code or None,
                words=report.words or None,
                failure=report.failure,
            )
            for report in delivery.reports
        ],
        not_before=delivery.not_before,
        possible_duplicate=delivery.possible_duplicate,
    )


def _task(task: Task) -> task_schemas.Task:
    return task_schemas.Task(
        id=task.id,
        kind=task.kind,
        to=task.to,
        about=task.about,
        asked_by=task.asked_by,
        asked_at=task.asked_at,
        since=task.wish.since,
        until=task.wish.until,
        due_at=task.due_at,
        due_before=list(task.due_before),
        state=task.state,
        attempts=[
            task_schemas.Attempt(tried.at, tried.by, tried.result, tried.note, tried.entry_id or None)
            for tried in task.attempts
        ],
        entry=task.entry_id or None,
        answers=task.answers,
        keeps=task.keeps or None,
        ended_at=task.ended_at,
        ended_by=task.ended_by or None,
        why=task.why or None,
    )
