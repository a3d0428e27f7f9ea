"""A hub in memory whose messages are said directly, without any bytes to parse."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.faxes import Fax
from chalicelib.domain.messages import Attachment, ParkedMessage, Receipt
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.accept_event import AcceptEvent
from chalicelib.usecases.add_contact_point import AddContactPoint
from chalicelib.usecases.add_note import AddNote
from chalicelib.usecases.adopt_proved_points import AdoptProvedPoints
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.arrange_task import ArrangeTask
from chalicelib.usecases.ask_for_fax_readings import AskForFaxReadings
from chalicelib.usecases.assign_case import AssignCase
from chalicelib.usecases.attend_case import AttendCase
from chalicelib.usecases.block_sender import BlockSender
from chalicelib.usecases.care_for_customer import CareForCustomer
from chalicelib.usecases.case_clock_changes import ChangeClocks
from chalicelib.usecases.change_preferences import ChangePreferences
from chalicelib.usecases.check_account import CheckAccount
from chalicelib.usecases.classify_case import ClassifyCase
from chalicelib.usecases.close_case import CloseCase
from chalicelib.usecases.confirm_verification import ConfirmVerification
from chalicelib.usecases.count_waiting import CountWaiting
from chalicelib.usecases.decide_parked_in_bulk import DecideParkedInBulk
from chalicelib.usecases.decide_suggestion import DecideSuggestion
from chalicelib.usecases.deliver_message import DeliverMessage
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.direct_broadcast import DirectBroadcast
from chalicelib.usecases.discard_parked import DiscardParked
from chalicelib.usecases.escalate_cases import EscalateCases
from chalicelib.usecases.escalate_overdue_cases import EscalateOverdueCases
from chalicelib.usecases.follow_own_thread import FollowOwnThread
from chalicelib.usecases.gather_digests import GatherDigests
from chalicelib.usecases.give_cases import GiveCases
from chalicelib.usecases.hand_over_cases import HandOverCases
from chalicelib.usecases.link_cases import LinkCases
from chalicelib.usecases.look_at_parked import LookAtParked
from chalicelib.usecases.mark_read import MarkRead
from chalicelib.usecases.mark_spam import MarkSpam
from chalicelib.usecases.merge_customers import MergeCustomers
from chalicelib.usecases.move_case import MoveCase
from chalicelib.usecases.open_incident import OpenIncident
from chalicelib.usecases.own_devices import OwnDevices
from chalicelib.usecases.own_profile import OwnProfile
from chalicelib.usecases.prepare_broadcast import PrepareBroadcast
from chalicelib.usecases.promise_to_customer import PromiseToCustomer
from chalicelib.usecases.proof_changes import ProofChanges
from chalicelib.usecases.rate_case import RateCase
from chalicelib.usecases.rate_own_case import RateOwnCase
from chalicelib.usecases.read_fax import ReadFax
from chalicelib.usecases.read_own_thread import ReadOwnThread
from chalicelib.usecases.receive_message import ReceiveMessage
from chalicelib.usecases.receive_posted_message import ReceivePostedMessage
from chalicelib.usecases.record_delivery_receipt import RecordDeliveryReceipt
from chalicelib.usecases.record_opt_out import RecordOptOut
from chalicelib.usecases.record_report import RecordReport
from chalicelib.usecases.release_parked import ReleaseParked
from chalicelib.usecases.replay_messages import ReplayMessages
from chalicelib.usecases.reply_to_customer import ReplyToCustomer
from chalicelib.usecases.run_broadcast import RunBroadcast
from chalicelib.usecases.save_agent import SaveAgent
from chalicelib.usecases.send_unread_elsewhere import SendUnreadElsewhere
from chalicelib.usecases.sending_turns import MailQuota, SendingTurns
from chalicelib.usecases.set_presence import SetPresence
from chalicelib.usecases.split_case import SplitCase
from chalicelib.usecases.start_verification import StartVerification
from chalicelib.usecases.suggest_merges import SuggestMerges
from chalicelib.usecases.take_back_answer import TakeBackAnswer
from chalicelib.usecases.transfer_case import TransferCase
from chalicelib.usecases.undo_merge import UndoMerge
from chalicelib.usecases.unsubscribe import Unsubscribe
from chalicelib.usecases.write_feed import WriteFeed
from chalicelib.usecases.write_first import WriteFirst
from chalicelib.usecases.write_to_many import WriteToMany
from tests.domain.making import ANNAS_FAX, configuration, message, reply_keys
from tests.fakes.memory_store import MemoryStore
from tests.fakes.ports import (
    FixedConfiguration,
    HandClock,
    MemoryAttachmentStore,
    MemoryCaptchas,
    MemoryCarrier,
    MemoryPages,
    MemoryQueues,
    MemoryRawStore,
    MemoryRecognizer,
    SeededRandomness,
)

CODE_KEY = b"fedcba9876543210fedcba9876543210"


class MemoryHub:
    """`write` is a customer who writes; the rest are the use cases and what stands behind their ports."""

    mail_quota: MailQuota = MailQuota()

    def __init__(self) -> None:
        self.now = HandClock()
        self.randomness = SeededRandomness()
        self.threads = MemoryStore(self.now)
        self.raw = MemoryRawStore(self.now)
        self.attachments = MemoryAttachmentStore(self.now)
        self.queues, self.captchas = MemoryQueues(), MemoryCaptchas()
        self.mail = MemoryCarrier()
        self.sms, self.push, self.fax = MemoryCarrier(), MemoryCarrier(), MemoryCarrier()
        self.configuration = FixedConfiguration(configuration())
        self.said = {}
        self.written = 0
        shared = {"threads": self.threads, "now": self.now, "randomness": self.randomness}
        self.receive = ReceiveMessage(
            self.threads, self.raw, self.attachments, self.configuration, reply_keys, self.randomness, self.now
        )
        self.accept_event = AcceptEvent(
            self.receive, self.raw, self.threads, self.queues, self.parse, self.parse, self.now
        )
        self.post = ReceivePostedMessage(
            self.receive,
            self.raw,
            self.threads,
            self.configuration,
            self.parse,
            self.now,
            self.randomness,
            self.captchas,
        )
        self.reply = ReplyToCustomer(
            **shared,
            attachments=self.attachments,
            configuration=self.configuration,
            queues=self.queues,
            reply_keys=reply_keys,
        )
        self.deliver = DeliverMessage(
            **shared,
            attachments=self.attachments,
            configuration=self.configuration,
            mail=lambda: self.mail,
            sms=lambda: self.sms,
            push=lambda: self.push,
            fax=lambda: self.fax,
            code_key=lambda: CODE_KEY,
            reply_keys=reply_keys,
            turns=SendingTurns(2, lambda: self.mail_quota, self.now, self.sleep),
        )
        self._answering(shared)
        self.pages = MemoryPages()
        self.recognizer = MemoryRecognizer()
        self.escalate = EscalateCases(self.threads, self.configuration, self.queues, reply_keys, self.now)
        self.sweep = EscalateOverdueCases(
            self.threads,
            self.configuration,
            self.queues,
            self.escalate,
            GatherDigests(self.threads, self.configuration, self.queues, self.now),
            SendUnreadElsewhere(self.threads, self.configuration, self.queues, reply_keys, self.now),
            own_share=100,
            now=self.now,
        )
        self.add_note = AddNote(**shared, configuration=self.configuration, queues=self.queues)
        self.assign = AssignCase(**shared)
        self.merge = MergeCustomers(**shared)
        self.undo_merge = UndoMerge(self.threads, self.now)
        self.suggest = SuggestMerges(self.threads, self.configuration, self.now)
        self.decide = DecideSuggestion(**shared, merge=self.merge)
        self.move_case = MoveCase(**shared, attachments=self.attachments)
        self.split_case = SplitCase(**shared, attachments=self.attachments, configuration=self.configuration)
        self.start_verification = StartVerification(
            **shared, configuration=self.configuration, queues=self.queues, most_texts=5
        )
        proof = ProofChanges(self.threads, self.randomness)
        self.adopt = AdoptProvedPoints(self.threads, proof, self.now)
        self.confirm = ConfirmVerification(self.threads, proof, lambda: CODE_KEY, self.now)
        self.close = CloseCase(**shared, configuration=self.configuration, reply_keys=reply_keys)
        change = ChangeClocks(**shared, configuration=self.configuration)
        self.promise, self.arrange = PromiseToCustomer(change), ArrangeTask(change)
        self.classify = ClassifyCase(change)
        self.transfer = TransferCase(change)
        self.add_contact_point = AddContactPoint(**shared)
        self.release = ReleaseParked(self.receive, self.raw, self.threads, self.parse, self.now)
        self.discard = DiscardParked(self.threads, self.now)
        self.look = LookAtParked(self.raw, self.threads, self.configuration, self.parse)
        self.bulk = DecideParkedInBulk(self.threads, self.now)
        self.replay = ReplayMessages(self.accept_event, self.release, self.raw, self.threads, self.now)
        self.check = CheckAccount(self.raw, self.threads)
        self.count_waiting = CountWaiting(self.threads, self.now)
        self.mark_spam = MarkSpam(self.threads, self.configuration, self.now, self.randomness)
        self.block = BlockSender(**shared)
        self._with_agents()

    def _with_agents(self) -> None:
        self.care = CareForCustomer(self.threads, self.now, self.randomness)
        self.attend = AttendCase(self.threads, WriteFeed(self.threads, self.now), self.now)
        self.set_presence = SetPresence(self.threads, self.configuration, self.now)
        self.save_agent = SaveAgent(self.threads, self.configuration, self.now)
        self.give = GiveCases(self.threads, self.configuration, self.now)
        self.hand_over = HandOverCases(self.threads, self.now, self.randomness)

    def sleep(self, seconds):
        self.now.move(timedelta(seconds=seconds))

    def _answering(self, shared) -> None:
        self.take_back = TakeBackAnswer(**shared, configuration=self.configuration)
        self.write_first = WriteFirst(
            **shared, configuration=self.configuration, queues=self.queues, reply_keys=reply_keys
        )
        self.read_own = ReadOwnThread(self.threads, self.configuration, self.now)
        self.follow = FollowOwnThread(self.read_own)
        self.mark_read = MarkRead(self.read_own)
        self.devices = OwnDevices(self.threads, self.now)

    @property
    def incidents(self) -> OpenIncident:
        return OpenIncident(self.threads, self.configuration, self.now, self.randomness)

    @property
    def link(self) -> LinkCases:
        return LinkCases(self.threads, self.now, self.randomness)

    @property
    def direct(self) -> DirectBroadcast:
        return DirectBroadcast(self.threads, self.now)

    @property
    def broadcast(self) -> RunBroadcast:
        return RunBroadcast(self.threads, self.configuration, lambda: self.reply, lambda: self.to_many, self.now)

    @property
    def to_many(self) -> WriteToMany:
        return WriteToMany(self.threads, self.configuration, reply_keys, self.now, self.randomness)

    @property
    def prepare(self) -> PrepareBroadcast:
        return PrepareBroadcast(self.threads, self.configuration, lambda: self.to_many, self.now, self.randomness)

    @property
    def record_opt_out(self) -> RecordOptOut:
        return RecordOptOut(self.threads, self.now)

    @property
    def rate(self) -> RateCase:
        return RateCase(self.threads, self.configuration, reply_keys, self.now)

    @property
    def rate_own(self) -> RateOwnCase:
        return RateOwnCase(self.read_own)

    @property
    def own_profile(self) -> OwnProfile:
        return OwnProfile(self.read_own, self.randomness)

    @property
    def unsubscribe(self) -> Unsubscribe:
        return Unsubscribe(self.threads, reply_keys, self.now)

    @property
    def change_preferences(self) -> ChangePreferences:
        return ChangePreferences(self.threads, self.now, self.randomness)

    def told(self, event, *, last_try=True) -> str:
        """A carrier tells of a message of ours."""
        record = RecordOutcome(self.threads, self.configuration, reply_keys)
        report = RecordReport(self.threads, record)
        use_case = RecordDeliveryReceipt(
            self.threads, self.raw, report, lambda: self.receive, self.configuration, self.now
        )
        return use_case(json.dumps(event), last_try=last_try).status

    def parse(self, raw, receipt, inbox, ours):
        said = self.said[raw]
        if isinstance(said, Exception):
            raise said
        return said

    def write(self, said=None, *, transport="email", recipients=("pomoc@hub.example",), fingerprint=None, **fields):
        """Somebody writes; gives the outcome. `fields` are those of an InboundMessage."""
        if not isinstance(said, (ParkedMessage, Exception)):
            said = said or message(**{"message_id": f"{self.written}@example.pl", **fields})
        self.written += 1
        raw = f"raw {self.written}".encode()
        self.said[raw] = said
        receipt = Receipt(transport, fingerprint or f"f{self.written}", self.now(), tuple(recipients))
        return self.receive(self.raw.put_incoming(receipt, raw), receipt, self.parse)

    def write_sms(self, sender, text="Halo?"):
        said = message(channel=Channel.SMS, sender=sender, visible_text=text)
        return self.write(said, transport="sms", recipients=("+48700100200",))

    def read_again_as(self, said) -> None:
        """A newer version of the code reads what was written last in another way."""
        self.said[f"raw {self.written}".encode()] = said

    def case(self, outcome) -> Case:
        return self.threads.get_case(outcome.customer_id, outcome.case_id)

    def thread(self, customer_id, *kinds: EntryKind) -> list[Entry]:
        """Oldest first."""
        entries = self.threads.list_thread(customer_id, 100).items[::-1]
        return [entry for entry in entries if not kinds or entry.kind in kinds]

    def write_fax(self, document=b"%PDF-", **fields):
        """A fax arrives; the table's stream has told of it, and its reading is asked for."""
        file = Attachment("fax.pdf", "application/pdf", document)
        fax = Fax(document=hashlib.sha256(document).hexdigest())
        said = message(**{"channel": Channel.FAX, "sender": ANNAS_FAX, "attachments": (file,), "fax": fax, **fields})
        outcome = self.write(said, recipients=("fax@hub.example",))
        (entry,) = (one for one in self.thread(outcome.customer_id) if one.id == outcome.entry_id)
        AskForFaxReadings(self.queues)([EntryChange(None, entry)])
        return outcome

    def read_fax(self, *, with_recognizer=True, last_try=False):
        recognizer = self.recognizer if with_recognizer else None
        read = ReadFax(self.threads, self.attachments, self.configuration, self.pages, recognizer, self.now)
        return read(*self.queues.to_read[0], last_try=last_try)

    def deliver_all(self) -> list[str]:
        done = []
        while self.queues.to_deliver:
            done.append(self.deliver(*self.queues.to_deliver.popleft()))
        return done

    def later(self, **by) -> None:
        self.now.move(timedelta(**by))

    def configured(self, **changed) -> None:
        self.configuration.configuration = replace(self.configuration.configuration, **changed)


@pytest.fixture
def hub() -> MemoryHub:
    return MemoryHub()
