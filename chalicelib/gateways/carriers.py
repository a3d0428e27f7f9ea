"""What carries our messages out: SES for mail, AWS End User Messaging for SMS. Each send is asked for exactly once.

An answer that did not come back is `SendingUnknown`: neither service takes an idempotency token, so asking again could
send again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from chalicelib.domain.errors import Limit, SendingRefused, SendingUnknown
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.domain.remarks import remark
from chalicelib.domain.sms import SmsTransport
from chalicelib.gateways.aws import error_code

# The request never reached the carrier.
_NOT_ASKED = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)
# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html and
# https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html: refusals before anything
# was accepted that may pass.
_TOO_FAST = {"TooManyRequestsException", "ThrottlingException", "Throttling"}
_QUOTA = {"LimitExceededException", "ServiceQuotaExceededException"}
_TEMPORARY = {"SendingPausedException", "AccountSuspendedException", "ExpiredTokenException"}
# SES has one code for both: https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
_DAILY = "daily"

LONGEST_REASON = 300


class SesCarrier:
    """Sends a raw mail. In SES's events `tag` comes back as the message tag `entry`, beside `customer`."""

    def __init__(self, ses: BaseClient, configuration_set: str) -> None:
        self._ses = ses
        self._configuration_set = configuration_set

    def send(self, message: OutgoingMessage) -> str:
        request = {
            "FromEmailAddress": message.sender,
            "Destination": {"ToAddresses": [message.recipient]},
            "Content": {"Raw": {"Data": message.raw}},
            "EmailTags": [{"Name": name, "Value": value} for name, value in _ids_of(message).items()],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return sent_once(lambda: self._ses.send_email(**request))


class SmsCarrier:
    """Sends a text message as its inbox has it carried. `tag` comes back in the service's events inside `Context`.

    `configuration_set`: for inboxes that name none.
    """

    def __init__(self, sms: BaseClient, configuration_set: str = "") -> None:
        self._sms = sms
        self._configuration_set = configuration_set

    def send(self, message: OutgoingMessage) -> str:
        request = {
            "DestinationPhoneNumber": message.recipient,
            "OriginationIdentity": message.sender,
            "MessageBody": message.text,
            "MessageType": "TRANSACTIONAL",
            "Context": _ids_of(message),
            **self._settings_of(message.sms),
        }
        return sent_once(lambda: self._sms.send_text_message(**request))

    def _settings_of(self, transport: SmsTransport) -> dict[str, Any]:
        """The service takes no empty values."""
        settings = {
            "ConfigurationSetName": transport.configuration_set or self._configuration_set,
            "MaxPrice": transport.max_price,
            "ProtectConfigurationId": transport.protect_configuration,
            "TimeToLive": int(transport.valid_for.total_seconds()) if transport.valid_for else 0,
        }
        return {name: value for name, value in settings.items() if value}


def _ids_of(message: OutgoingMessage) -> dict[str, str]:
    """What comes back in the carrier's events. Neither service takes an empty value."""
    ids = {"entry": message.tag, "customer": message.customer_id}
    return {name: value for name, value in ids.items() if value}


def sent_once(ask: Callable[[], Mapping[str, Any]], id_: str = "MessageId") -> str:
    """What the carrier calls what it took, by the member `id_` of its answer. Raises SendingRefused, SendingUnknown."""
    try:
        answer = ask()
    except ParamValidationError as error:
        raise SendingRefused(remark("request_not_well_formed"), temporary=False) from error
    except _NOT_ASKED as error:
        raise SendingRefused(remark("carrier_not_reached", error=type(error).__name__), temporary=True) from error
    except ClientError as error:
        raise _refused(error) from error
    except Exception as error:  # the parser of answers has errors of its own; whatever it is, the carrier was asked
        raise SendingUnknown(remark("carrier_silent", error=type(error).__name__)) from error
    if not answer.get(id_):
        raise SendingUnknown(remark("carrier_gave_no_id"))
    return str(answer[id_])


def _refused(error: ClientError) -> SendingRefused | SendingUnknown:
    code = error_code(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    limit = _limit_reached(error, code)
    if limit or code in _TEMPORARY:
        return SendingRefused(_why(error, code), temporary=True, limit=limit)
    if 400 <= status < 500:
        return SendingRefused(_why(error, code), temporary=False)
    return SendingUnknown(remark("carrier_answered", answer=f"{status} {code}"))


def _limit_reached(error: ClientError, code: str) -> Limit | None:
    if code in _QUOTA:
        return Limit.QUOTA
    if code not in _TOO_FAST:
        return None
    text = str(error.response.get("Error", {}).get("Message", ""))
    return Limit.DAILY if _DAILY in text.lower() else Limit.RATE


def _why(error: ClientError, code: str) -> str:
    """`ValidationException PRICE_OVER_THRESHOLD: ...`: the SMS service has a word for each reason, SES only a text."""
    reason = str(error.response.get("Reason", ""))
    text = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    told = f"{code} {reason}".rstrip()
    return f"{told}: {text}"[:LONGEST_REASON] if text else told
