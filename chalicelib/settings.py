"""The only reader of the environment. A missing setting is named when something first needs it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from chalicelib.domain.errors import WrongConfiguration


class Settings:
    """What the deployment says, by environment variable. `docs/operations.md` lists every one."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    @property
    def stage(self) -> str:
        return self._environ.get("SPLOT_STAGE", "")

    @property
    def function(self) -> str:
        """The name of the running Lambda function; "" outside Lambda."""
        return self._environ.get("AWS_LAMBDA_FUNCTION_NAME", "")

    @property
    def handler(self) -> str:
        """Module and function that Lambda runs, with dots between; "" outside Lambda."""
        return self._environ.get("_HANDLER", "").replace("/", ".")

    @property
    def region(self) -> str:
        return self._environ.get("AWS_REGION") or self._required("AWS_DEFAULT_REGION")

    @property
    def table_name(self) -> str:
        return self._required("TABLE_NAME")

    @property
    def raw_bucket(self) -> str:
        return self._required("RAW_BUCKET")

    @property
    def attachment_bucket(self) -> str:
        return self._required("ATTACHMENT_BUCKET")

    @property
    def receive_queue_url(self) -> str:
        return self._required("RECEIVE_QUEUE_URL")

    @property
    def deliver_queue_url(self) -> str:
        return self._required("DELIVER_QUEUE_URL")

    @property
    def read_fax_queue_url(self) -> str:
        """Empty where the stage does not list faxes: then nobody reads any."""
        return self._environ.get("READ_FAX_QUEUE_URL", "")

    @property
    def escalate_queue_url(self) -> str:
        return self._required("ESCALATE_QUEUE_URL")

    @property
    def receipts_queue_url(self) -> str:
        """Empty where the stage sends by no carrier that reports."""
        return self._environ.get("RECEIPTS_QUEUE_URL", "")

    @property
    def sweep_own_share(self) -> int:
        """How many due cases of each team a sweep does itself; what is more goes to workers."""
        return int(self._environ.get("SWEEP_OWN_SHARE", "100"))

    @property
    def search_index(self) -> str:
        """By what is searched: `kept` (rows of the table), `opensearch`, or `none`."""
        return self._environ.get("SEARCH_INDEX", "kept")

    @property
    def search_endpoint(self) -> str:
        """Of the collection of OpenSearch Serverless: `https://...`."""
        return self._required("SEARCH_ENDPOINT")

    @property
    def fax_ocr(self) -> str:
        """What recognises letters on the pages of faxes: `textract`, `tesseract`, or `none`."""
        return self._environ.get("FAX_OCR", "none")

    @property
    def event_bus_name(self) -> str:
        return self._required("EVENT_BUS_NAME")

    @property
    def secrets_parameter(self) -> str:
        return self._required("SECRETS_PARAMETER")

    @property
    def token_issuer(self) -> str:
        return self._required("TOKEN_ISSUER")

    @property
    def token_audience(self) -> str:
        return self._required("TOKEN_AUDIENCE")

    @property
    def token_jwks_url(self) -> str:
        return self._required("TOKEN_JWKS_URL")

    @property
    def ses_configuration_set(self) -> str:
        """Empty when mail is sent without one: then SES reports no delivery events."""
        return self._environ.get("SES_CONFIGURATION_SET", "")

    @property
    def sms_configuration_set(self) -> str:
        """Empty when text messages are sent without one: then nothing is reported of them."""
        return self._environ.get("SMS_CONFIGURATION_SET", "")

    @property
    def deliver_workers(self) -> int:
        """How many workers send at most at once: what the mapping of the deliver queue says."""
        return int(self._environ.get("DELIVER_WORKERS", "5"))

    @property
    def due_shards(self) -> int:
        """Over how many partitions the `due` index is spread. It may only grow."""
        return int(self._environ.get("DUE_SHARDS", "1"))

    @property
    def reconcile_after_seconds(self) -> int:
        """How old an incoming message must be before the reconciler takes it for left over."""
        return int(self._environ.get("RECONCILE_AFTER_SECONDS", "900"))

    @property
    def connect_instance_arn(self) -> str:
        """The Amazon Connect instance whose calls are taken in; empty: none is."""
        return self._environ.get("CONNECT_INSTANCE_ARN", "")

    @property
    def push_applications(self) -> Mapping[str, str]:
        """ARNs of the SNS platform applications, by the kind of device: devices of the others are not rung."""
        known = {"apns": "PUSH_APNS_APPLICATION_ARN", "fcm": "PUSH_FCM_APPLICATION_ARN"}
        return {kind: arn for kind, name in known.items() if (arn := self._environ.get(name, ""))}

    @property
    def console_origin(self) -> str:
        """The web pages that may call the API, such as `https://console.example.com`; empty: none may."""
        return self._environ.get("CONSOLE_ORIGIN", "")

    @property
    def captcha_verifier(self) -> str:
        """What stands on this machine for the makers of captchas; empty: they themselves."""
        return self._environ.get("CAPTCHA_VERIFIER", "")

    @property
    def live_url(self) -> str:
        """Where clients connect to hear of changes, `wss://...`; empty: nothing is pushed."""
        return self._environ.get("LIVE_URL", "")

    @property
    def parked_limit_seconds(self) -> int:
        """For how long a parked message may wait for a person before that is an alarm."""
        return int(self._environ.get("PARKED_LIMIT_SECONDS", "14400"))

    @property
    def text_codes_per_day(self) -> int:
        """How many codes that prove a telephone number go out by SMS in a day (UTC), in all."""
        return int(self._environ.get("TEXT_CODES_PER_DAY", "200"))

    def _required(self, name: str) -> str:
        value = self._environ.get(name, "")
        if not value:
            raise WrongConfiguration(f"The environment variable {name} is not set.")
        return value
