"""What arrives: the receipt a carrier gives with the raw bytes, and the message that a channel reads out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.contacts import Contact
from chalicelib.domain.faxes import Fax
from chalicelib.domain.machines import MachineMail
from chalicelib.domain.sender_warnings import SenderWarning
from chalicelib.domain.sms import SmsFacts, SmsTransport
from chalicelib.domain.tasks import CallWish
from chalicelib.domain.trust import Trust, Verdicts

MOST_FILES = 10  # of a message that is posted, and of an answer
MEDIA_TYPE = r"^[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,80}$(?!\n)"  # RFC 6838, 4.2


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of a raw message from outside its bytes. It is kept beside the raw, so that a replay knows it too.

    `transport`: the way it came: `email` (a fax, too), `sms`, `web_form`, `app`, `connect` (a telephone system), or
    `phone`, `letter`, `in_person`, when an agent tells of it. Names the ledger row.
    `fingerprint`: the carrier's id of this receipt (SES message id, `inboundMessageId`), or for posted messages a
    digest of who posted under which idempotency key. The same receipt always has the same one.
    `recipients`: the addresses of ours that the envelope names; for posted messages the inbox's name.
    `principal`: for `app`, who was logged in (`<issuer>|<subject>`); for what an agent tells, the agent's id; where
    the poster of a form goes on with the case, its reference and the address that they proved.
    `source`: of a mail, the envelope sender; "" is the null sender `<>`, None is not known.
    `captcha`: what the check of a form came to (`CaptchaFinding`), "" where it has none.
    """

    transport: str
    fingerprint: str
    received_at: datetime
    recipients: tuple[str, ...] = ()
    source: str | None = None
    verdicts: Verdicts = Verdicts()
    principal: str = ""
    captcha: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message. `name` is for display only and already harmless; `data` is untouched.

    `content_id`: under which the message's HTML shows it, or "".
    """

    name: str
    content_type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class ForwardedMessage:
    """Somebody else's message inside of a message. Only what its text says; nothing of it proves anything.

    `sent_at`: as written, in whatever language. `header`: the lines above the body, as they stood. What could not be
    made out is "".
    """

    sender_name: str
    sender_address: str
    subject: str
    sent_at: str
    header: str
    body: str


@dataclass(frozen=True, slots=True)
class HtmlVersion:
    """The HTML version of a message, made harmless: nothing in it runs, or is loaded from anywhere.

    Pictures that came with the message have `#attachment-<sha256>` as their source. Others have none; `data-remote`
    says from where they would have been loaded, and `remote_images` how many they are.
    """

    source: str
    remote_images: int = 0


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A raw message, understood.

    `sender`: who wrote it, or None when no address can be made out (withheld number, nameless sender).
    `sender_address`: of a mail, the address with its letters as written, where `sender` does not say the same.
    `warnings`: what is suspicious about the sender.
    `visible_text`: what the person newly wrote; `quoted_text`, `signature` and `forward` are the rest. Together they
    lose nothing of what is readable. `html`: the same once more, as it was laid out. `forwarded_from`: who is said to
    have written what was forwarded.
    `participants`: further people in the conversation (To and Cc that are not ours).
    `addressed_to`: every address of ours it was sent to, for signed reply addresses.
    `names_us`: of a mail, whether an address of ours stands in To or Cc, where a list or a blind copy does not put it.
    `message_id`, `in_reply_to`, `references`: without angle brackets; references oldest first.
    `case_reference`: a case named in so many words (by an app's call, on a fax), canonical form.
    `automatic`: why this is a machine's mail (`auto-submitted: auto-replied`), or "" for a person's.
    `machine`: what a machine says by it; also set, with `automatic` "", where a list passed on what a person wrote.
    `fax`: what the gateway tells of a fax. `sms`: what there is to know of a text message beside its words.
    `written_at`: what the message claims; for display only.
    `repairs`: what had to be mended to read it, in words for an agent.
    `unparsed`: why it was kept without being read (the safe path), or "".
    `call_wish`: that they ask to be called.
    `contact`: what took place, where this tells of a call, a letter or a visit; `named_customer`: the id of whom the
    agent who tells it means, or "". `answer_by`: the channel in which the sender asks to be answered.
    """

    channel: Channel
    sender: ContactPoint | None
    trust: Trust
    visible_text: str
    quoted_text: str = ""
    signature: str = ""
    forward: ForwardedMessage | None = None
    forwarded_from: ContactPoint | None = None
    html: HtmlVersion | None = None
    sender_name: str = ""
    sender_address: str = ""
    warnings: tuple[SenderWarning, ...] = ()
    subject: str = ""
    attachments: tuple[Attachment, ...] = ()
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    participants: tuple[ContactPoint, ...] = ()
    addressed_to: tuple[str, ...] = ()
    names_us: bool = False
    case_reference: str = ""
    automatic: str = ""
    machine: MachineMail | None = None
    fax: Fax | None = None
    sms: SmsFacts | None = None
    written_at: datetime | None = None
    language: str = ""
    repairs: tuple[str, ...] = ()
    unparsed: str = ""
    contact: Contact | None = None
    call_wish: CallWish | None = None
    named_customer: str = ""
    answer_by: Channel | None = None

    @property
    def whole_text(self) -> str:
        """Everything readable, what matters most first."""
        forward = (self.forward.header, self.forward.body) if self.forward else ()
        parts = (self.visible_text, self.signature, *forward, self.quoted_text)
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """The reason for which a message waits for a person instead of joining a thread.

    Reasons are stable words, listed in `docs/operations.md`. `machine`: what a report says that is of no case of ours.
    `read`: what it says all the same, as nobody's, where only whose it is could not be read. `field`: of what was
    posted, the member that is wrong.
    """

    reason: str
    detail: str = ""
    machine: MachineMail | None = None
    read: InboundMessage | None = None
    field: str = ""


ParsedMessage = InboundMessage | ParkedMessage


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """The account of one raw message: it exists once the message has an outcome, and only then.

    `outcome`: one of `OUTCOMES`. `target`: the case reference, or the id of the parked record. A parked message that is
    released becomes a stored one: the row stays the same. `sha256`: of the raw bytes, hexadecimal. `answer_by`: of what
    was posted, until when its sender was told to expect our next word, so that they are told the same again.
    """

    transport: str
    fingerprint: str
    outcome: str
    target: str
    sha256: str
    raw_key: str
    at: datetime
    customer_id: str = ""
    entry_id: str = ""
    answer_by: datetime | None = None


def named_in(raw_key: str) -> tuple[str, str]:
    """Transport and fingerprint of the message that lies under a lasting key: `raw/<day>/<transport>-<fingerprint>-
    <start of its hash>`. Neither a transport nor the hash has a hyphen.
    """
    transport, _, rest = raw_key.rpartition("/")[2].partition("-")
    return transport, rest.rpartition("-")[0]


OUTCOMES = ("stored", "duplicate_of", "parked", "erased")
"""`duplicate_of`: the same message came under another receipt. `erased`: gone by law; only that it was is known."""


class ReleaseState(StrEnum):
    WAITING = "waiting"
    RELEASED = "released"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class ParkedRecord:
    """A message that waits for a person, and what became of it.

    `changed_by`, `changed_at`, `why` and `overrides`: who released or discarded it, and what they took upon themselves.
    `released_to`: the reference of the case that it is in since then, `entry_id` its entry.
    `machine`: of a report, what it says about whom, so that it need not be read again to be acted upon.
    `sender`: the contact point that it names as its sender, proved or not, where it was read; else "".
    """

    id: str
    at: datetime
    transport: str
    fingerprint: str
    reason: str
    raw_key: str
    detail: str = ""
    machine: MachineMail | None = None
    sender: str = ""
    release_state: ReleaseState = ReleaseState.WAITING
    changed_at: datetime | None = None
    changed_by: str = ""
    why: str = ""
    overrides: tuple[str, ...] = ()
    released_to: str = ""
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Leads from a message id, ours or a customer's, to the case that the message belongs to.

    `key` is `anchor_key(message_id)`. `expires_at` lets the table forget it. For a message that came in, `entry_id` is
    its entry, `at` when it came, `trust` how far it is believed, and `content` a digest that its copies share.
    """

    key: str
    customer_id: str
    case_id: str
    expires_at: datetime
    entry_id: str = ""
    at: datetime | None = None
    trust: Trust = Trust.FORGED
    content: str = ""


@dataclass(frozen=True, slots=True)
class SeenKey:
    """An idempotency key that a principal used, with the answer that its first use got.

    Written in the transaction of the write itself, so that key and effect exist together or not at all.
    """

    principal: str
    key: str
    request_sha256: str
    answer: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """A request to a fax gateway. `credential`: its name among the hub's secrets, "" for none; `scheme` stands before
    it in `Authorization`. `answer_id`: where the answer has the gateway's id, members of JSON with dots between.
    """

    url: str
    content_type: str
    body: bytes
    credential: str = ""
    scheme: str = ""
    answer_id: str = "id"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message as a channel renders it for its carrier.

    `raw` is a complete RFC 5322 mail for e-mail and for a fax gateway, and None for SMS, where `text` is all there is.
    `tag` comes back in the carrier's events and names the attempt (`<entry>-<attempt>`), `customer_id` in whose thread.
    `sms`: how the inbox has its text messages carried. `post`: of a fax whose gateway takes no mail.
    """

    channel: Channel
    sender: str
    recipient: str
    text: str
    tag: str
    raw: bytes | None = None
    customer_id: str = ""
    sms: SmsTransport = SmsTransport()
    post: Post | None = None
