"""The composition root: each use case put together, on the ports of `ports_on_aws.py`.

Everything is made when first asked for, so that a function pays only for what it uses. `hub()` is the process's one
hub; tests build a `Hub` of their own, with other things behind the ports, and hand it to `use`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.ports_on_aws import Ports

if TYPE_CHECKING:
    # Only for the type checker: at run time each function imports what it really uses.
    from chalicelib.usecases.accept_event import AcceptEvent
    from chalicelib.usecases.accept_fax_report import AcceptFaxReport
    from chalicelib.usecases.add_contact_point import AddContactPoint
    from chalicelib.usecases.add_note import AddNote
    from chalicelib.usecases.adopt_proved_points import AdoptProvedPoints
    from chalicelib.usecases.announce_changes import AnnounceChanges
    from chalicelib.usecases.arrange_task import ArrangeTask
    from chalicelib.usecases.ask_for_deliveries import AskForDeliveries
    from chalicelib.usecases.ask_for_fax_readings import AskForFaxReadings
    from chalicelib.usecases.assign_case import AssignCase
    from chalicelib.usecases.attend_case import AttendCase
    from chalicelib.usecases.block_sender import BlockSender
    from chalicelib.usecases.canned_answers import FillTemplate
    from chalicelib.usecases.care_for_customer import CareForCustomer
    from chalicelib.usecases.case_clock_changes import ChangeClocks
    from chalicelib.usecases.change_configuration import ChangeConfiguration
    from chalicelib.usecases.change_preferences import ChangePreferences
    from chalicelib.usecases.check_account import CheckAccount
    from chalicelib.usecases.classify_case import ClassifyCase
    from chalicelib.usecases.close_case import CloseCase
    from chalicelib.usecases.confirm_verification import ConfirmVerification
    from chalicelib.usecases.converse_in_form import ConverseInForm
    from chalicelib.usecases.count_facts import CountFacts
    from chalicelib.usecases.count_waiting import CountWaiting
    from chalicelib.usecases.decide_parked_in_bulk import DecideParkedInBulk
    from chalicelib.usecases.decide_suggestion import DecideSuggestion
    from chalicelib.usecases.deliver_message import DeliverMessage
    from chalicelib.usecases.direct_broadcast import DirectBroadcast
    from chalicelib.usecases.discard_parked import DiscardParked
    from chalicelib.usecases.dispose_of_case import DisposeOfCase
    from chalicelib.usecases.erase_customer import EraseCustomer
    from chalicelib.usecases.escalate_cases import EscalateCases
    from chalicelib.usecases.escalate_overdue_cases import EscalateOverdueCases
    from chalicelib.usecases.find_disposable import FindDisposable
    from chalicelib.usecases.follow_own_thread import FollowOwnThread
    from chalicelib.usecases.foresee_escalation import ForeseeEscalation
    from chalicelib.usecases.gather_digests import GatherDigests
    from chalicelib.usecases.give_cases import GiveCases
    from chalicelib.usecases.hand_over_cases import HandOverCases
    from chalicelib.usecases.hold_customer import HoldCustomer
    from chalicelib.usecases.index_texts import IndexTexts
    from chalicelib.usecases.lift_suppression import LiftSuppression
    from chalicelib.usecases.link_cases import LinkCases
    from chalicelib.usecases.list_mentions import ListMentions
    from chalicelib.usecases.log_contact import LogContact
    from chalicelib.usecases.look_at_parked import LookAtParked
    from chalicelib.usecases.make_export import MakeExport
    from chalicelib.usecases.mark_read import MarkRead
    from chalicelib.usecases.mark_spam import MarkSpam
    from chalicelib.usecases.merge_customers import MergeCustomers
    from chalicelib.usecases.move_case import MoveCase
    from chalicelib.usecases.open_connection import OpenConnection
    from chalicelib.usecases.open_incident import OpenIncident
    from chalicelib.usecases.own_devices import OwnDevices
    from chalicelib.usecases.own_profile import OwnProfile
    from chalicelib.usecases.prepare_broadcast import PrepareBroadcast
    from chalicelib.usecases.promise_to_customer import PromiseToCustomer
    from chalicelib.usecases.rate_case import RateCase
    from chalicelib.usecases.rate_own_case import RateOwnCase
    from chalicelib.usecases.read_fax import ReadFax
    from chalicelib.usecases.read_own_thread import ReadOwnThread
    from chalicelib.usecases.read_report import ReadReport
    from chalicelib.usecases.receive_message import ReceiveMessage
    from chalicelib.usecases.receive_posted_message import ReceivePostedMessage
    from chalicelib.usecases.reconcile_incoming import ReconcileIncoming
    from chalicelib.usecases.record_customer import RecordCustomer
    from chalicelib.usecases.record_delivery_receipt import RecordDeliveryReceipt
    from chalicelib.usecases.record_opt_out import RecordOptOut
    from chalicelib.usecases.release_parked import ReleaseParked
    from chalicelib.usecases.replay_erasures import ReplayErasures
    from chalicelib.usecases.replay_messages import ReplayMessages
    from chalicelib.usecases.reply_to_customer import ReplyToCustomer
    from chalicelib.usecases.request_erasure import RequestErasure
    from chalicelib.usecases.request_export import RequestExport
    from chalicelib.usecases.run_broadcast import RunBroadcast
    from chalicelib.usecases.save_agent import SaveAgent
    from chalicelib.usecases.search_threads import SearchThreads
    from chalicelib.usecases.send_unread_elsewhere import SendUnreadElsewhere
    from chalicelib.usecases.sending_turns import MailQuota
    from chalicelib.usecases.set_presence import SetPresence
    from chalicelib.usecases.settle_delivery import SettleDelivery
    from chalicelib.usecases.split_case import SplitCase
    from chalicelib.usecases.start_verification import StartVerification
    from chalicelib.usecases.suggest_cases import SuggestCases
    from chalicelib.usecases.suggest_merges import SuggestMerges
    from chalicelib.usecases.tag_case import TagCase
    from chalicelib.usecases.take_back_answer import TakeBackAnswer
    from chalicelib.usecases.tell_connected import TellConnected
    from chalicelib.usecases.transfer_case import TransferCase
    from chalicelib.usecases.undo_merge import UndoMerge
    from chalicelib.usecases.unsubscribe import Unsubscribe
    from chalicelib.usecases.upload_files import UploadFiles
    from chalicelib.usecases.write_attributes import WriteAttributes
    from chalicelib.usecases.write_feed import WriteFeed
    from chalicelib.usecases.write_first import WriteFirst
    from chalicelib.usecases.write_to_many import WriteToMany


class Hub:
    """The use cases, on given ports."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports

    @cached_property
    def receive_message(self) -> ReceiveMessage:
        from chalicelib.usecases.receive_message import ReceiveMessage

        ports = self.ports
        return ReceiveMessage(
            threads=ports.threads,
            raw=ports.raw,
            attachments=ports.attachments,
            configuration=ports.configuration,
            reply_keys=ports.reply_keys,
            randomness=ports.randomness,
            now=ports.now,
        )

    @cached_property
    def accept_event(self) -> AcceptEvent:
        from chalicelib.usecases.accept_event import AcceptEvent

        ports = self.ports
        return AcceptEvent(
            receive=self.receive_message,
            raw=ports.raw,
            threads=ports.threads,
            queues=ports.queues,
            parse=ports.parse,
            parse_in_child=ports.parse_in_child,
            now=ports.now,
            connect_instance=ports.settings.connect_instance_arn,
        )

    @cached_property
    def receive_posted_message(self) -> ReceivePostedMessage:
        from chalicelib.usecases.receive_posted_message import ReceivePostedMessage

        ports = self.ports
        return ReceivePostedMessage(
            receive=self.receive_message,
            raw=ports.raw,
            threads=ports.threads,
            configuration=ports.configuration,
            parse=ports.parse,
            now=ports.now,
            randomness=ports.randomness,
            captchas=ports.captchas,
        )

    @cached_property
    def reply_to_customer(self) -> ReplyToCustomer:
        from chalicelib.usecases.reply_to_customer import ReplyToCustomer

        ports = self.ports
        return ReplyToCustomer(
            threads=ports.threads,
            attachments=ports.attachments,
            configuration=ports.configuration,
            queues=ports.queues,
            reply_keys=ports.reply_keys,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def write_first(self) -> WriteFirst:
        from chalicelib.usecases.write_first import WriteFirst

        ports = self.ports
        return WriteFirst(
            threads=ports.threads,
            configuration=ports.configuration,
            queues=ports.queues,
            reply_keys=ports.reply_keys,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def own_devices(self) -> OwnDevices:
        from chalicelib.usecases.own_devices import OwnDevices

        return OwnDevices(threads=self.ports.threads, now=self.ports.now)

    @cached_property
    def mark_read(self) -> MarkRead:
        from chalicelib.usecases.mark_read import MarkRead

        return MarkRead(self.read_own_thread)

    @cached_property
    def read_own_thread(self) -> ReadOwnThread:
        from chalicelib.usecases.read_own_thread import ReadOwnThread

        ports = self.ports
        return ReadOwnThread(threads=ports.threads, configuration=ports.configuration, now=ports.now)

    @cached_property
    def follow_own_thread(self) -> FollowOwnThread:
        from chalicelib.usecases.follow_own_thread import FollowOwnThread

        return FollowOwnThread(self.read_own_thread)

    @cached_property
    def take_back_answer(self) -> TakeBackAnswer:
        from chalicelib.usecases.take_back_answer import TakeBackAnswer

        ports = self.ports
        return TakeBackAnswer(
            threads=ports.threads, configuration=ports.configuration, now=ports.now, randomness=ports.randomness
        )

    @cached_property
    def settle_delivery(self) -> SettleDelivery:
        from chalicelib.usecases.settle_delivery import SettleDelivery

        ports = self.ports
        return SettleDelivery(threads=ports.threads, queues=ports.queues, now=ports.now, randomness=ports.randomness)

    @cached_property
    def lift_suppression(self) -> LiftSuppression:
        from chalicelib.usecases.lift_suppression import LiftSuppression

        return LiftSuppression(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def deliver_message(self) -> DeliverMessage:
        from chalicelib.usecases.deliver_message import DeliverMessage
        from chalicelib.usecases.sending_turns import SendingTurns

        ports = self.ports

        def mail_quota() -> MailQuota:
            return ports.mail_quota()  # makes a client, which a text message does not need

        return DeliverMessage(
            threads=ports.threads,
            attachments=ports.attachments,
            configuration=ports.configuration,
            mail=lambda: ports.mail,
            sms=lambda: ports.sms,
            push=lambda: ports.push,
            fax=lambda: ports.fax,
            code_key=lambda: ports.secrets.code_key,
            reply_keys=ports.reply_keys,
            now=ports.now,
            randomness=ports.randomness,
            turns=SendingTurns(ports.settings.deliver_workers, mail_quota, ports.now, ports.sleep),
        )

    @cached_property
    def record_delivery_receipt(self) -> RecordDeliveryReceipt:
        from chalicelib.usecases.delivery_outcomes import RecordOutcome
        from chalicelib.usecases.record_delivery_receipt import RecordDeliveryReceipt
        from chalicelib.usecases.record_report import RecordReport

        ports = self.ports
        record = RecordOutcome(ports.threads, ports.configuration, ports.reply_keys)
        return RecordDeliveryReceipt(
            threads=ports.threads,
            raw=ports.raw,
            report=RecordReport(ports.threads, record),
            receive=lambda: self.receive_message,
            configuration=ports.configuration,
            now=ports.now,
        )

    @cached_property
    def accept_fax_report(self) -> AcceptFaxReport:
        from chalicelib.usecases.accept_fax_report import AcceptFaxReport

        ports = self.ports
        return AcceptFaxReport(
            configuration=ports.configuration,
            queues=ports.queues,
            credentials=lambda: ports.secrets.fax_credentials,
            now=ports.now,
        )

    @cached_property
    def escalate_overdue_cases(self) -> EscalateOverdueCases:
        from chalicelib.usecases.escalate_overdue_cases import EscalateOverdueCases

        ports = self.ports
        return EscalateOverdueCases(
            threads=ports.threads,
            configuration=ports.configuration,
            queues=ports.queues,
            escalate=self.escalate_cases,
            digests=self.gather_digests,
            elsewhere=self.send_unread_elsewhere,
            own_share=ports.settings.sweep_own_share,
            now=ports.now,
        )

    @cached_property
    def send_unread_elsewhere(self) -> SendUnreadElsewhere:
        from chalicelib.usecases.send_unread_elsewhere import SendUnreadElsewhere

        ports = self.ports
        return SendUnreadElsewhere(
            threads=ports.threads,
            configuration=ports.configuration,
            queues=ports.queues,
            reply_keys=ports.reply_keys,
            now=ports.now,
        )

    @cached_property
    def gather_digests(self) -> GatherDigests:
        from chalicelib.usecases.gather_digests import GatherDigests

        ports = self.ports
        return GatherDigests(
            threads=ports.threads, configuration=ports.configuration, queues=ports.queues, now=ports.now
        )

    @cached_property
    def escalate_cases(self) -> EscalateCases:
        from chalicelib.usecases.escalate_cases import EscalateCases

        ports = self.ports
        return EscalateCases(
            threads=ports.threads,
            configuration=ports.configuration,
            queues=ports.queues,
            reply_keys=ports.reply_keys,
            now=ports.now,
        )

    @cached_property
    def reconcile_incoming(self) -> ReconcileIncoming:
        from datetime import timedelta

        from chalicelib.usecases.reconcile_incoming import ReconcileIncoming

        ports = self.ports
        left_over_after = timedelta(seconds=ports.settings.reconcile_after_seconds)
        return ReconcileIncoming(raw=ports.raw, queues=ports.queues, now=ports.now, left_over_after=left_over_after)

    @cached_property
    def announce_changes(self) -> AnnounceChanges:
        from chalicelib.usecases.announce_changes import AnnounceChanges

        return AnnounceChanges(announcer=self.ports.announcer)

    @cached_property
    def write_feed(self) -> WriteFeed:
        from chalicelib.usecases.write_feed import WriteFeed

        return WriteFeed(threads=self.ports.threads, now=self.ports.now)

    @cached_property
    def index_texts(self) -> IndexTexts:
        from chalicelib.usecases.index_texts import IndexTexts

        ports = self.ports
        return IndexTexts(threads=ports.threads, configuration=ports.configuration, index=ports.search_index)

    @cached_property
    def count_facts(self) -> CountFacts:
        from chalicelib.usecases.count_facts import CountFacts

        ports = self.ports
        return CountFacts(
            threads=ports.threads, configuration=ports.configuration, statistics=ports.statistics, now=ports.now
        )

    @cached_property
    def read_report(self) -> ReadReport:
        from chalicelib.usecases.read_report import ReadReport

        ports = self.ports
        return ReadReport(
            statistics=ports.statistics, threads=ports.threads, configuration=ports.configuration, now=ports.now
        )

    @cached_property
    def search_threads(self) -> SearchThreads:
        from chalicelib.usecases.search_threads import SearchThreads

        return SearchThreads(threads=self.ports.threads, index=self.ports.search_index, now=self.ports.now)

    @cached_property
    def ask_for_deliveries(self) -> AskForDeliveries:
        from chalicelib.usecases.ask_for_deliveries import AskForDeliveries

        return AskForDeliveries(queues=self.ports.queues)

    @cached_property
    def ask_for_fax_readings(self) -> AskForFaxReadings:
        from chalicelib.usecases.ask_for_fax_readings import AskForFaxReadings

        return AskForFaxReadings(queues=self.ports.queues)

    @cached_property
    def read_fax(self) -> ReadFax:
        from chalicelib.usecases.read_fax import ReadFax

        ports = self.ports
        return ReadFax(
            threads=ports.threads,
            attachments=ports.attachments,
            configuration=ports.configuration,
            pages=ports.pages,
            recognizer=ports.recognizer,
            now=ports.now,
        )

    @cached_property
    def add_note(self) -> AddNote:
        from chalicelib.usecases.add_note import AddNote

        ports = self.ports
        return AddNote(
            threads=ports.threads,
            configuration=ports.configuration,
            queues=ports.queues,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def list_mentions(self) -> ListMentions:
        from chalicelib.usecases.list_mentions import ListMentions

        return ListMentions(threads=self.ports.threads)

    @cached_property
    def tag_case(self) -> TagCase:
        from chalicelib.usecases.tag_case import TagCase

        return TagCase(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def assign_case(self) -> AssignCase:
        from chalicelib.usecases.assign_case import AssignCase

        return AssignCase(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def change_clocks(self) -> ChangeClocks:
        from chalicelib.usecases.case_clock_changes import ChangeClocks

        ports = self.ports
        return ChangeClocks(
            threads=ports.threads, configuration=ports.configuration, now=ports.now, randomness=ports.randomness
        )

    @cached_property
    def promise_to_customer(self) -> PromiseToCustomer:
        from chalicelib.usecases.promise_to_customer import PromiseToCustomer

        return PromiseToCustomer(self.change_clocks)

    @cached_property
    def arrange_task(self) -> ArrangeTask:
        from chalicelib.usecases.arrange_task import ArrangeTask

        return ArrangeTask(self.change_clocks)

    @cached_property
    def classify_case(self) -> ClassifyCase:
        from chalicelib.usecases.classify_case import ClassifyCase

        return ClassifyCase(self.change_clocks)

    @cached_property
    def transfer_case(self) -> TransferCase:
        from chalicelib.usecases.transfer_case import TransferCase

        return TransferCase(self.change_clocks)

    @cached_property
    def open_incident(self) -> OpenIncident:
        from chalicelib.usecases.open_incident import OpenIncident

        ports = self.ports
        return OpenIncident(
            threads=ports.threads, configuration=ports.configuration, now=ports.now, randomness=ports.randomness
        )

    @cached_property
    def link_cases(self) -> LinkCases:
        from chalicelib.usecases.link_cases import LinkCases

        return LinkCases(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def suggest_cases(self) -> SuggestCases:
        from chalicelib.usecases.suggest_cases import SuggestCases

        return SuggestCases(threads=self.ports.threads, configuration=self.ports.configuration)

    @cached_property
    def direct_broadcast(self) -> DirectBroadcast:
        from chalicelib.usecases.direct_broadcast import DirectBroadcast

        return DirectBroadcast(threads=self.ports.threads, now=self.ports.now)

    @cached_property
    def run_broadcast(self) -> RunBroadcast:
        from chalicelib.usecases.run_broadcast import RunBroadcast

        ports = self.ports
        return RunBroadcast(
            threads=ports.threads,
            configuration=ports.configuration,
            reply=lambda: self.reply_to_customer,
            write=lambda: self.write_to_many,
            now=ports.now,
        )

    @cached_property
    def write_to_many(self) -> WriteToMany:
        from chalicelib.usecases.write_to_many import WriteToMany

        ports = self.ports
        return WriteToMany(
            threads=ports.threads,
            configuration=ports.configuration,
            reply_keys=ports.reply_keys,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def prepare_broadcast(self) -> PrepareBroadcast:
        from chalicelib.usecases.prepare_broadcast import PrepareBroadcast

        ports = self.ports
        return PrepareBroadcast(
            threads=ports.threads,
            configuration=ports.configuration,
            write=lambda: self.write_to_many,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def fill_template(self) -> FillTemplate:
        from chalicelib.usecases.canned_answers import FillTemplate

        return FillTemplate(threads=self.ports.threads, configuration=self.ports.configuration)

    @cached_property
    def foresee_escalation(self) -> ForeseeEscalation:
        from chalicelib.usecases.foresee_escalation import ForeseeEscalation

        ports = self.ports
        return ForeseeEscalation(threads=ports.threads, configuration=ports.configuration, now=ports.now)

    @cached_property
    def close_case(self) -> CloseCase:
        from chalicelib.usecases.close_case import CloseCase

        ports = self.ports
        return CloseCase(
            threads=ports.threads,
            configuration=ports.configuration,
            reply_keys=ports.reply_keys,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def rate_case(self) -> RateCase:
        from chalicelib.usecases.rate_case import RateCase

        ports = self.ports
        return RateCase(ports.threads, ports.configuration, ports.reply_keys, ports.now)

    @cached_property
    def rate_own_case(self) -> RateOwnCase:
        from chalicelib.usecases.rate_own_case import RateOwnCase

        return RateOwnCase(self.read_own_thread)

    @cached_property
    def add_contact_point(self) -> AddContactPoint:
        from chalicelib.usecases.add_contact_point import AddContactPoint

        return AddContactPoint(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def attend_case(self) -> AttendCase:
        from chalicelib.usecases.attend_case import AttendCase

        return AttendCase(threads=self.ports.threads, feed=self.write_feed, now=self.ports.now)

    @cached_property
    def open_connection(self) -> OpenConnection:
        from chalicelib.usecases.open_connection import OpenConnection

        ports = self.ports
        return OpenConnection(ports.threads, lambda: ports.secrets.ticket_key, ports.now, ports.randomness)

    @cached_property
    def tell_connected(self) -> TellConnected:
        from chalicelib.usecases.tell_connected import TellConnected

        return TellConnected(self.ports.threads, self.ports.connected, self.ports.now)

    @cached_property
    def record_customer(self) -> RecordCustomer:
        from chalicelib.usecases.record_customer import RecordCustomer

        return RecordCustomer(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def write_attributes(self) -> WriteAttributes:
        from chalicelib.usecases.write_attributes import WriteAttributes

        return WriteAttributes(threads=self.ports.threads, now=self.ports.now)

    @cached_property
    def set_presence(self) -> SetPresence:
        from chalicelib.usecases.set_presence import SetPresence

        return SetPresence(self.ports.threads, self.ports.configuration, self.ports.now)

    @cached_property
    def upload_files(self) -> UploadFiles:
        from chalicelib.usecases.upload_files import UploadFiles

        ports = self.ports
        return UploadFiles(ports.attachments, ports.threads, ports.now, ports.randomness)

    @cached_property
    def save_agent(self) -> SaveAgent:
        from chalicelib.usecases.save_agent import SaveAgent

        return SaveAgent(self.ports.threads, self.ports.configuration, self.ports.now)

    @cached_property
    def give_cases(self) -> GiveCases:
        from chalicelib.usecases.give_cases import GiveCases

        return GiveCases(self.ports.threads, self.ports.configuration, self.ports.now)

    @cached_property
    def hand_over_cases(self) -> HandOverCases:
        from chalicelib.usecases.hand_over_cases import HandOverCases

        return HandOverCases(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def care_for_customer(self) -> CareForCustomer:
        from chalicelib.usecases.care_for_customer import CareForCustomer

        return CareForCustomer(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def release_parked(self) -> ReleaseParked:
        from chalicelib.usecases.release_parked import ReleaseParked

        ports = self.ports
        return ReleaseParked(
            receive=self.receive_message,
            raw=ports.raw,
            threads=ports.threads,
            parse=ports.parse_in_child,
            now=ports.now,
            connect_instance=ports.settings.connect_instance_arn,
        )

    @cached_property
    def count_waiting(self) -> CountWaiting:
        from chalicelib.usecases.count_waiting import CountWaiting

        return CountWaiting(threads=self.ports.threads, now=self.ports.now)

    @cached_property
    def discard_parked(self) -> DiscardParked:
        from chalicelib.usecases.discard_parked import DiscardParked

        return DiscardParked(threads=self.ports.threads, now=self.ports.now)

    @cached_property
    def look_at_parked(self) -> LookAtParked:
        from chalicelib.usecases.look_at_parked import LookAtParked

        ports = self.ports
        return LookAtParked(
            raw=ports.raw, threads=ports.threads, configuration=ports.configuration, parse=ports.parse_in_child
        )

    @cached_property
    def decide_parked_in_bulk(self) -> DecideParkedInBulk:
        from chalicelib.usecases.decide_parked_in_bulk import DecideParkedInBulk

        return DecideParkedInBulk(self.ports.threads, self.ports.now)

    @cached_property
    def replay_messages(self) -> ReplayMessages:
        from chalicelib.usecases.replay_messages import ReplayMessages

        ports = self.ports
        return ReplayMessages(self.accept_event, self.release_parked, ports.raw, ports.threads, ports.now)

    @cached_property
    def check_account(self) -> CheckAccount:
        from chalicelib.usecases.check_account import CheckAccount

        return CheckAccount(self.ports.raw, self.ports.threads)

    @cached_property
    def log_contact(self) -> LogContact:
        from chalicelib.usecases.log_contact import LogContact

        ports = self.ports
        return LogContact(self.receive_posted_message, ports.threads, ports.configuration, ports.parse, ports.now)

    @cached_property
    def mark_spam(self) -> MarkSpam:
        from chalicelib.usecases.mark_spam import MarkSpam

        ports = self.ports
        return MarkSpam(ports.threads, ports.configuration, ports.now, ports.randomness)

    @cached_property
    def block_sender(self) -> BlockSender:
        from chalicelib.usecases.block_sender import BlockSender

        return BlockSender(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def record_opt_out(self) -> RecordOptOut:
        from chalicelib.usecases.record_opt_out import RecordOptOut

        return RecordOptOut(threads=self.ports.threads, now=self.ports.now)

    @cached_property
    def unsubscribe(self) -> Unsubscribe:
        from chalicelib.usecases.unsubscribe import Unsubscribe

        ports = self.ports
        return Unsubscribe(threads=ports.threads, reply_keys=ports.reply_keys, now=ports.now)

    @cached_property
    def change_preferences(self) -> ChangePreferences:
        from chalicelib.usecases.change_preferences import ChangePreferences

        return ChangePreferences(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def own_profile(self) -> OwnProfile:
        from chalicelib.usecases.own_profile import OwnProfile

        return OwnProfile(self.read_own_thread, self.ports.randomness)

    @cached_property
    def merge_customers(self) -> MergeCustomers:
        from chalicelib.usecases.merge_customers import MergeCustomers

        return MergeCustomers(threads=self.ports.threads, now=self.ports.now, randomness=self.ports.randomness)

    @cached_property
    def undo_merge(self) -> UndoMerge:
        from chalicelib.usecases.undo_merge import UndoMerge

        return UndoMerge(threads=self.ports.threads, now=self.ports.now)

    @cached_property
    def suggest_merges(self) -> SuggestMerges:
        from chalicelib.usecases.suggest_merges import SuggestMerges

        ports = self.ports
        return SuggestMerges(threads=ports.threads, configuration=ports.configuration, now=ports.now)

    @cached_property
    def decide_suggestion(self) -> DecideSuggestion:
        from chalicelib.usecases.decide_suggestion import DecideSuggestion

        ports = self.ports
        return DecideSuggestion(ports.threads, ports.now, ports.randomness, self.merge_customers)

    @cached_property
    def move_case(self) -> MoveCase:
        from chalicelib.usecases.move_case import MoveCase

        ports = self.ports
        return MoveCase(
            threads=ports.threads, attachments=ports.attachments, now=ports.now, randomness=ports.randomness
        )

    @cached_property
    def split_case(self) -> SplitCase:
        from chalicelib.usecases.split_case import SplitCase

        ports = self.ports
        return SplitCase(
            threads=ports.threads,
            attachments=ports.attachments,
            configuration=ports.configuration,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def start_verification(self) -> StartVerification:
        from chalicelib.usecases.start_verification import StartVerification

        ports = self.ports
        return StartVerification(
            threads=ports.threads,
            configuration=ports.configuration,
            queues=ports.queues,
            most_texts=ports.settings.text_codes_per_day,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def adopt_proved_points(self) -> AdoptProvedPoints:
        from chalicelib.usecases.adopt_proved_points import AdoptProvedPoints
        from chalicelib.usecases.proof_changes import ProofChanges

        ports = self.ports
        proof = ProofChanges(threads=ports.threads, randomness=ports.randomness)
        return AdoptProvedPoints(threads=ports.threads, proof=proof, now=ports.now)

    @cached_property
    def confirm_verification(self) -> ConfirmVerification:
        from chalicelib.usecases.confirm_verification import ConfirmVerification
        from chalicelib.usecases.proof_changes import ProofChanges

        ports = self.ports
        return ConfirmVerification(
            threads=ports.threads,
            proof=ProofChanges(threads=ports.threads, randomness=ports.randomness),
            code_key=lambda: ports.secrets.code_key,
            now=ports.now,
        )

    @cached_property
    def converse_in_form(self) -> ConverseInForm:
        from chalicelib.usecases.converse_in_form import ConverseInForm

        return ConverseInForm(
            threads=self.ports.threads,
            confirm=self.confirm_verification,
            posted=self.receive_posted_message,
            key=lambda: self.ports.secrets.conversation_key,
            now=self.ports.now,
        )

    @cached_property
    def change_configuration(self) -> ChangeConfiguration:
        from chalicelib.usecases.change_configuration import ChangeConfiguration

        return ChangeConfiguration(self.ports.configuration_documents, self.ports.threads)

    @cached_property
    def request_erasure(self) -> RequestErasure:
        from chalicelib.usecases.request_erasure import RequestErasure

        ports = self.ports
        return RequestErasure(
            threads=ports.threads,
            configuration=ports.configuration,
            queues=ports.queues,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def request_export(self) -> RequestExport:
        from chalicelib.usecases.request_export import RequestExport

        ports = self.ports
        return RequestExport(threads=ports.threads, queues=ports.queues, now=ports.now, randomness=ports.randomness)

    @cached_property
    def make_export(self) -> MakeExport:
        from chalicelib.usecases.make_export import MakeExport

        ports = self.ports
        return MakeExport(
            threads=ports.threads,
            raw=ports.raw,
            attachments=ports.attachments,
            queues=ports.queues,
            read_own=self.read_own_thread,
            now=ports.now,
            randomness=ports.randomness,
        )

    @cached_property
    def find_disposable(self) -> FindDisposable:
        from chalicelib.usecases.find_disposable import FindDisposable

        ports = self.ports
        return FindDisposable(
            threads=ports.threads, configuration=ports.configuration, queues=ports.queues, now=ports.now
        )

    @cached_property
    def dispose_of_case(self) -> DisposeOfCase:
        from chalicelib.usecases.dispose_of_case import DisposeOfCase

        ports = self.ports
        return DisposeOfCase(threads=ports.threads, raw=ports.raw, attachments=ports.attachments, now=ports.now)

    @cached_property
    def erase_customer(self) -> EraseCustomer:
        from chalicelib.usecases.erase_customer import EraseCustomer

        ports = self.ports
        return EraseCustomer(
            threads=ports.threads,
            raw=ports.raw,
            attachments=ports.attachments,
            configuration=ports.configuration,
            now=ports.now,
        )

    @cached_property
    def replay_erasures(self) -> ReplayErasures:
        from chalicelib.usecases.replay_erasures import ReplayErasures

        ports = self.ports
        return ReplayErasures(threads=ports.threads, raw=ports.raw, queues=ports.queues, now=ports.now)

    @cached_property
    def hold_customer(self) -> HoldCustomer:
        from chalicelib.usecases.hold_customer import HoldCustomer

        ports = self.ports
        return HoldCustomer(threads=ports.threads, now=ports.now, randomness=ports.randomness)


class _Process:
    hub: Hub | None = None


def hub() -> Hub:
    if _Process.hub is None:
        _Process.hub = Hub(Ports())
    return _Process.hub


def use(hub_: Hub | None) -> None:
    """What `hub()` gives from now on; None goes back to the real one. For tests."""
    _Process.hub = hub_
