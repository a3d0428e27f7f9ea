"""Which case an inbound message belongs to: ordered, named rules; the first that holds decides, and is remembered.

Every rule only claims. A claim holds when the trust of the sender allows the rule and the sender takes part in the
case; what does not hold is kept as "claims to belong to". A subject line never joins anything.

A report on a message of ours (a bounce, say) has no sender who could take part. It joins by what only a reader of that
message can know, its id or the signed address of its case, or not at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.cases import Case, CasePointer, CaseStatus
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.customers import PointOwner
from chalicelib.domain.faxes import FAXED_HOST
from chalicelib.domain.identifiers import digest
from chalicelib.domain.machines import REPORTS, MachineMail
from chalicelib.domain.messages import Anchor, InboundMessage
from chalicelib.domain.remarks import remark
from chalicelib.domain.reply_address import KeyRing, SignedAddress, is_genuine, parse_reply_address
from chalicelib.domain.trust import POWERS, Trust

MOST_REFERENCES = 20
NEW_CASE = "new_case"
FOLLOW_UP = "follow_up"
FORWARDED = "forwarded_by_colleague"
SECOND_COPY = "second_copy"

# How long a mail server may go on repeating what it believes was not taken (RFC 5321, 4.5.4.1, says four to five days).
COPIES_COME_WITHIN = timedelta(days=7)

_SES_HOST = re.compile(r"(?:[a-z0-9-]+\.)?amazonses\.com", re.IGNORECASE)


def anchor_key(message_id: str) -> str:
    """The key under which a message id is remembered.

    SES replaces the Message-ID of what it sends, by `<id@region.amazonses.com>` or, in us-east-1,
    `<id@email.amazonses.com>`; both forms of one id are the same anchor.
    https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
    """
    name, _, host = message_id.strip().strip("<>").rpartition("@")
    said = f"ses:{name}" if _SES_HOST.fullmatch(host) else f"{name}@{host}"
    return digest("message-id", said).hex()[:40]


@dataclass(frozen=True, slots=True)
class LookUps:
    """What has to be read before the rules can be asked: anchor keys by message id, and references of cases."""

    anchors: Mapping[str, str]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read. `cases`: by case id, those of the sender's own customer and every case a rule may claim, each as
    it stands now, wherever it was moved to. `family`: the ids of that customer, and of everyone merged into it.
    `forwarded_for`: whose message a colleague forwards by this one, or None.
    """

    owner: PointOwner | None
    anchors: Mapping[str, Anchor]
    pointers: Mapping[str, CasePointer]
    ring: KeyRing
    continuity_window: timedelta
    now: datetime
    cases: Mapping[str, Case] = field(default_factory=dict)
    open_case_count: int = 0
    family: frozenset[str] = frozenset()
    forwarded_for: ContactPoint | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    customer_id: str
    case_id: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Match:
    """`case` is None for a new case. `claims`: references of cases that were claimed and not proved."""

    case: Case | None
    rule: str
    evidence: str
    claims: tuple[str, ...] = ()


def look_ups_for(message: InboundMessage) -> LookUps:
    ids = (*message.in_reply_to, *_references_to_try(message), *_reported_on(message))
    named = [signed.reference for signed in _signed_addresses(message)]
    if message.case_reference:
        named.append(message.case_reference)
    return LookUps({id_: anchor_key(id_) for id_ in dict.fromkeys(ids)}, tuple(dict.fromkeys(named)))


def by_signed_reply_address(message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    for signed in _signed_addresses(message):
        pointer = facts.pointers.get(signed.reference)
        if pointer and is_genuine(signed, pointer.signed_for, facts.ring):
            yield Claim(pointer.customer_id, pointer.case_id, remark("signed_address"))


def by_reported_message(message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    yield from _anchored(_reported_on(message), facts, remark("report_on_ours"))


def by_in_reply_to(message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    yield from _anchored(message.in_reply_to, facts, remark("in_reply_to"))


def by_references(message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    yield from _anchored(_references_to_try(message), facts, remark("references"))


def by_case_named_in_app(message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    if message.channel is Channel.APP:
        yield from _named(message, facts, remark("named_in_app"))


def by_conversation_in_form(message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    if message.channel is Channel.WEB_FORM:
        yield from _named(message, facts, remark("goes_on_in_form"))


def by_last_sms(message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    if message.channel is Channel.SMS and facts.owner:
        yield from _last_written_about(facts.owner)


def by_reference_in_document(message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    if message.channel in (Channel.FAX, Channel.LETTER):
        yield from _named(message, facts, remark("reference_in_document"))


def by_last_fax(message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    """Only while the case is warm: a fax says what it is about, and mostly it begins something of its own."""
    owner = facts.owner
    if message.channel is not Channel.FAX or owner is None:
        return
    case = facts.cases.get(owner.last_case_id)
    if case is None or _away_from(case, facts.now) <= facts.continuity_window:
        yield from _last_written_about(owner)


def by_only_open_case(_message: InboundMessage, facts: Facts) -> Iterator[Claim]:
    if facts.owner is None or facts.open_case_count != 1 or facts.forwarded_for:
        return
    for case in facts.cases.values():
        mine = case.customer_id in facts.family and case.status is CaseStatus.OPEN
        if mine and _away_from(case, facts.now) <= facts.continuity_window:
            yield Claim(case.customer_id, case.id, remark("only_open_case"))


Rule = Callable[[InboundMessage, Facts], Iterator[Claim]]
RULES: tuple[Rule, ...] = (
    by_signed_reply_address,
    by_reported_message,
    by_in_reply_to,
    by_references,
    by_case_named_in_app,
    by_conversation_in_form,
    by_last_sms,
    by_reference_in_document,
    by_last_fax,
    by_only_open_case,
)
_PROVED_BY_SECRET = frozenset({by_signed_reply_address, by_reported_message})


def claimed_cases(message: InboundMessage, facts: Facts) -> tuple[Claim, ...]:
    """Every case that some rule names, in the order of the rules: what must be in `facts.cases` before choosing."""
    return tuple(claim for rule in RULES for claim in rule(message, facts))


def choose_case(message: InboundMessage, facts: Facts) -> Match:
    powers = POWERS[message.trust]
    unproved: list[str] = []
    for rule in RULES:
        secret = rule in _PROVED_BY_SECRET
        allowed = powers.joins_by_signed_address if secret else powers.joins_by_other_rules
        for claim in rule(message, facts):
            case = facts.cases.get(claim.case_id)
            if case is None:
                continue
            belongs = secret if find_report(message) else takes_part(message.sender, facts.family, case)
            if allowed and belongs:
                return Match(case, rule.__name__, claim.evidence, _others(unproved, case))
            unproved.append(case.reference)
    claims = tuple(dict.fromkeys(unproved))
    if facts.forwarded_for:
        evidence = remark("forwarded", address=facts.forwarded_for.value)
        return Match(None, FORWARDED, evidence, claims)
    return Match(None, NEW_CASE, remark("no_rule"), claims)


def find_report(message: InboundMessage) -> MachineMail | None:
    """What a message says of one of ours, if that is all it is: then nobody wrote it."""
    return message.machine if message.machine and message.machine.kind in REPORTS else None


def takes_part(sender: ContactPoint | None, family: frozenset[str], case: Case) -> bool:
    """The customer of the case, by any contact point, or somebody who was written to in it.

    `family`: as in `Facts`; empty for a sender whom nobody knows.
    """
    return sender is not None and (sender in case.participants or case.customer_id in family)


def content_digest(message: InboundMessage) -> str:
    """The same for copies of one mail, whatever way they came; "" for what cannot be told from others like it."""
    if not message.message_id or message.sender is None or message.unparsed:
        return ""
    files = sorted(hashlib.sha256(file.data).hexdigest() for file in message.attachments)
    page = message.html.source if message.html else ""
    said = (str(message.sender), message.subject, message.whole_text, page, *files)
    return digest("content", *said).hex()[:32]


def find_first_copy(message: InboundMessage, anchors: Mapping[str, Anchor], at: datetime) -> Anchor | None:
    """The anchor of the same mail when its server sent it once more: SES then gives it another id, and a receipt.

    An equal Message-ID alone proves nothing: some programs use one twice. Nor may a copy be believed more than the
    first one, or be forged beside a real one: else whoever guesses a mail hides it, or writes beside it.
    """
    first = anchors.get(anchor_key(message.message_id)) if message.message_id else None
    if first is None or first.at is None or not first.content or first.content != content_digest(message):
        return None
    as_trusted = message.trust <= first.trust and (message.trust > Trust.FORGED or first.trust is Trust.FORGED)
    return first if as_trusted and abs(at - first.at) <= COPIES_COME_WITHIN else None


def broken_signatures(message: InboundMessage, facts: Facts) -> Iterator[str]:
    """References of cases to whose reply address it was sent with a signature that is not ours."""
    for signed in _signed_addresses(message):
        pointer = facts.pointers.get(signed.reference)
        if pointer is None or not is_genuine(signed, pointer.signed_for, facts.ring):
            yield signed.reference


def goes_on_in_new_case(case: Case, at: datetime, reopen_within: timedelta) -> bool:
    """A closed case opens again only for a while; after that an answer to it is a new case that follows it.

    One that was marked as spam never does by itself: whoever answers to it may be no spammer, and must be seen.
    """
    if case.status is CaseStatus.SPAM:
        return True
    return case.status is CaseStatus.CLOSED and case.closed_at is not None and at - case.closed_at > reopen_within


def _away_from(case: Case, at: datetime) -> timedelta:
    """How long the case had been silent when the message came, or began after it: messages overtake each other."""
    return max(at - case.last_activity_at, case.opened_at - at)


def _others(references: list[str], case: Case) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reference for reference in references if reference != case.reference))


def _signed_addresses(message: InboundMessage) -> tuple[SignedAddress, ...]:
    parsed = (parse_reply_address(address) for address in message.addressed_to)
    return tuple(signed for signed in parsed if signed)


def _reported_on(message: InboundMessage) -> tuple[str, ...]:
    """Only the ids that SES or we gave our messages: they are as good as random, those of customers are guessed
    easily.
    """
    report = find_report(message)
    id_ = report.answers_message_id if report else ""
    host = id_.rpartition("@")[2]
    return (id_,) if host == FAXED_HOST or _SES_HOST.fullmatch(host) else ()


def _references_to_try(message: InboundMessage) -> tuple[str, ...]:
    """The newest ones, newest first, and the very first: it is the one that the case was opened with."""
    newest = message.references[-MOST_REFERENCES:][::-1]
    return tuple(dict.fromkeys((*newest, *message.references[:1])))


def _anchored(ids: tuple[str, ...], facts: Facts, evidence: str) -> Iterator[Claim]:
    for id_ in ids:
        anchor = facts.anchors.get(anchor_key(id_))
        if anchor:
            yield Claim(anchor.customer_id, anchor.case_id, evidence)


def _last_written_about(owner: PointOwner) -> Iterator[Claim]:
    if owner.last_case_id:
        yield Claim(owner.customer_id, owner.last_case_id, remark("last_written_about"))


def _named(message: InboundMessage, facts: Facts, evidence: str) -> Iterator[Claim]:
    pointer = facts.pointers.get(message.case_reference)
    if pointer:
        yield Claim(pointer.customer_id, pointer.case_id, evidence)
