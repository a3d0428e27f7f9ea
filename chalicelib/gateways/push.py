"""Rings devices over SNS mobile push. What it says is the same for everybody: nothing of the message leaves the house.

https://docs.aws.amazon.com/sns/latest/dg/mobile-push-send.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from chalicelib.domain.errors import SendingRefused, TokenGone
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.domain.remarks import remark
from chalicelib.gateways.aws import error_code
from chalicelib.gateways.carriers import sent_once

# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, API_CreatePlatformEndpoint.html: a token that its service
# does not know is disabled, or was never a token of this application.
_GONE = {"EndpointDisabled", "EndpointDisabledException", "InvalidParameter", "InvalidParameterException", "NotFound"}


class SnsPush:
    """`applications`: the ARN of the platform application by kind of device. A message's `sender` is that kind, its
    `recipient` the token.

    The endpoint of a token is asked for each time: SNS gives the same one again, so that nothing has to be remembered.
    """

    def __init__(self, sns: BaseClient, applications: Mapping[str, str]) -> None:
        self._sns = sns
        self._applications = applications

    def send(self, message: OutgoingMessage) -> str:
        """Raises TokenGone, SendingRefused, SendingUnknown."""
        application = self._applications.get(message.sender)
        if application is None:
            raise SendingRefused(remark("no_application", kind=message.sender), temporary=False)
        try:
            endpoint = sent_once(
                lambda: self._sns.create_platform_endpoint(PlatformApplicationArn=application, Token=message.recipient),
                "EndpointArn",
            )
            return sent_once(
                lambda: self._sns.publish(TargetArn=endpoint, MessageStructure="json", Message=_payload(message.text))
            )
        except SendingRefused as refused:
            if isinstance(refused.__cause__, ClientError) and error_code(refused.__cause__) in _GONE:
                raise TokenGone() from None  # the cause may quote the token
            raise


def _payload(text: str) -> str:
    """The same words in the form of each service; SNS picks the one of the endpoint."""
    apns = json.dumps({"aps": {"alert": {"body": text}, "sound": "default"}})
    fcm = json.dumps({"notification": {"body": text}})
    return json.dumps({"default": text, "APNS": apns, "APNS_SANDBOX": apns, "GCM": fcm})
