"""What stands behind each port on AWS, and, by endpoint settings alone, on the local stack.

Everything is made when first asked for, so that a function pays only for what it uses.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.settings import Settings

if TYPE_CHECKING:
    # Only for the type checker: at run time each property imports what it really uses.
    from collections.abc import Callable, Collection
    from typing import Any

    from chalicelib.domain.configuration import Inbox
    from chalicelib.domain.messages import ParsedMessage, Receipt
    from chalicelib.domain.reply_address import KeyRing
    from chalicelib.gateways.secrets import KeptSecrets, Secrets
    from chalicelib.gateways.tokens import TokenVerifier
    from chalicelib.storage.table import Table
    from chalicelib.usecases.audit_ports import AuditLog
    from chalicelib.usecases.configuration_ports import ConfigurationDocuments
    from chalicelib.usecases.page_ports import Pages, TextRecognizer
    from chalicelib.usecases.ports import (
        Announcer,
        AttachmentStore,
        CaptchaVerifier,
        Carrier,
        ConfigurationSource,
        Connected,
        Now,
        Parse,
        Randomness,
        RawStore,
        SearchIndex,
        ThreadStore,
        WorkQueues,
    )
    from chalicelib.usecases.sending_turns import AskQuota, Sleep
    from chalicelib.usecases.statistics_ports import Statistics


class Ports:
    """What stands behind each port on AWS (and, by endpoint settings alone, on the local stack)."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

    @cached_property
    def now(self) -> Now:
        return lambda: datetime.now(UTC)

    @cached_property
    def randomness(self) -> Randomness:
        return os.urandom

    @cached_property
    def table(self) -> Table:
        import time

        from chalicelib.storage.table import Table

        return Table(self.settings.table_name, randomness=self.randomness, sleep=time.sleep)

    @cached_property
    def threads(self) -> ThreadStore:
        from chalicelib.storage.thread_table import ThreadTable

        return ThreadTable(self.table, self.now, self.settings.due_shards)

    @cached_property
    def search_index(self) -> SearchIndex:
        if self.settings.search_index == "opensearch":
            return self._collection()
        from chalicelib.storage.word_table import NoIndex, WordTable

        return NoIndex() if self.settings.search_index == "none" else WordTable(self.table)

    def _collection(self) -> SearchIndex:
        import time

        from chalicelib.gateways.aws import session
        from chalicelib.gateways.opensearch import Collection, OpenSearchIndex

        aws = session()
        region = aws.get_config_variable("region")
        return OpenSearchIndex(Collection(self.settings.search_endpoint, region, aws.get_credentials), time.sleep)

    @cached_property
    def statistics(self) -> Statistics:
        from chalicelib.storage.fact_table import FactTable

        return FactTable(self.table, self.randomness)

    @cached_property
    def configuration(self) -> ConfigurationSource:
        from chalicelib.storage.configuration_table import ConfigurationTable

        return ConfigurationTable(self.table, self.now)

    @cached_property
    def configuration_documents(self) -> ConfigurationDocuments:
        from chalicelib.storage.configuration_table import ConfigurationTable

        return ConfigurationTable(self.table, self.now)

    @cached_property
    def audit(self) -> AuditLog:
        from chalicelib.storage.audit_table import AuditTable

        return AuditTable(self.table)

    @cached_property
    def raw(self) -> RawStore:
        from chalicelib.gateways.aws import client
        from chalicelib.gateways.object_stores import S3RawStore

        return S3RawStore(client("s3"), self.settings.raw_bucket)

    @cached_property
    def attachments(self) -> AttachmentStore:
        from chalicelib.gateways.aws import client
        from chalicelib.gateways.object_stores import S3AttachmentStore

        return S3AttachmentStore(client("s3"), self.settings.attachment_bucket)

    @cached_property
    def queues(self) -> WorkQueues:
        from chalicelib.gateways.aws import client
        from chalicelib.gateways.work_queues import SqsWorkQueues

        settings = self.settings
        return SqsWorkQueues(
            client("sqs"),
            settings.receive_queue_url,
            settings.deliver_queue_url,
            settings.read_fax_queue_url,
            settings.escalate_queue_url,
            settings.receipts_queue_url,
            self.now,
        )

    @cached_property
    def mail(self) -> Carrier:
        from chalicelib.gateways.aws import sending_client
        from chalicelib.gateways.carriers import SesCarrier

        return SesCarrier(sending_client("sesv2"), self.settings.ses_configuration_set)

    @cached_property
    def mail_quota(self) -> AskQuota:
        from chalicelib.gateways.aws import sending_client
        from chalicelib.gateways.ses_quota import SesQuota

        return SesQuota(sending_client("sesv2"), self.now)

    @cached_property
    def sleep(self) -> Sleep:
        import time

        return time.sleep

    @cached_property
    def sms(self) -> Carrier:
        from chalicelib.gateways.aws import sending_client
        from chalicelib.gateways.carriers import SmsCarrier

        return SmsCarrier(sending_client("pinpoint-sms-voice-v2"), self.settings.sms_configuration_set)

    @cached_property
    def fax(self) -> Carrier:
        from chalicelib.gateways.fax_gateway import FaxGateway  # most hubs fax by mail, if at all

        return FaxGateway(lambda: self.secrets.fax_credentials)

    @cached_property
    def captchas(self) -> CaptchaVerifier:
        from chalicelib.gateways.captcha_verifiers import CaptchaVerifiers  # few forms have a check

        return CaptchaVerifiers(lambda: self.secrets.captcha_credentials, self.settings.captcha_verifier)

    @cached_property
    def push(self) -> Carrier:
        from chalicelib.gateways.aws import sending_client
        from chalicelib.gateways.push import SnsPush

        return SnsPush(sending_client("sns"), self.settings.push_applications)

    @cached_property
    def connected(self) -> Connected | None:
        if not self.settings.live_url:
            return None
        from chalicelib.gateways.connections import GatewayConnections, connections_client

        return GatewayConnections(connections_client(self.settings.live_url))

    @cached_property
    def pages(self) -> Pages:
        from chalicelib.gateways.page_process import PageProcess

        return PageProcess()

    @cached_property
    def recognizer(self) -> TextRecognizer | None:
        if self.settings.fax_ocr == "textract":
            from chalicelib.gateways.aws import client
            from chalicelib.gateways.ocr_textract import Textract

            return Textract(client("textract"))
        if self.settings.fax_ocr == "tesseract":
            from chalicelib.gateways.ocr_tesseract import find_tesseract

            return find_tesseract()
        return None

    @cached_property
    def announcer(self) -> Announcer:
        from chalicelib.gateways.aws import client
        from chalicelib.gateways.event_bus import EventBridgeAnnouncer

        return EventBridgeAnnouncer(
            client("events"), self.settings.event_bus_name, lambda: self.secrets.webhook_keys, self.now
        )

    @cached_property
    def kept_secrets(self) -> KeptSecrets:
        from chalicelib.gateways.aws import client, quick_client
        from chalicelib.gateways.secrets import KeptSecrets, fetch_secrets

        def fetch(client_for: Callable[[str], Any]) -> Secrets:
            return fetch_secrets(client_for("ssm"), self.settings.secrets_parameter)

        return KeptSecrets(lambda: fetch(client), lambda: fetch(quick_client), self.now)

    @property
    def secrets(self) -> Secrets:
        return self.kept_secrets()

    def reply_keys(self, named: Collection[str] = ()) -> KeyRing:
        return self.kept_secrets.reply_keys(named)

    @cached_property
    def token_verifier(self) -> TokenVerifier:
        from chalicelib.gateways.tokens import SigningKeys, TokenVerifier, key_set_at

        keys = SigningKeys(key_set_at(self.settings.token_jwks_url), self.now)
        return TokenVerifier(self.settings.token_issuer, self.settings.token_audience, keys)

    @cached_property
    def parse(self) -> Parse:
        from chalicelib.channels.protocol import parse_in_process

        return parse_in_process

    @cached_property
    def parse_in_child(self) -> Parse:
        def parse(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:
            from chalicelib.gateways.parsing_process import parse_in_child  # rarely needed

            return parse_in_child(raw, receipt, inbox, ours)

        return parse
