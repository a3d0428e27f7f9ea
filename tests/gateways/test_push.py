"""A device is rung by SNS once, without content; a token that is not known any more is called gone, and never told."""

import json

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import SendingRefused, SendingUnknown, TokenGone
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.gateways import aws
from chalicelib.gateways.push import SnsPush

APNS = "arn:aws:sns:eu-central-1:000000000000:app/APNS/splot"
BELL = OutgoingMessage(Channel.APP, "apns", "secret-token", "You have a new message.", "01ENTRY-1")


class Sns:
    """`trouble`: what an operation raises, by name."""

    def __init__(self, **trouble):
        self.trouble = trouble
        self.asked = []

    def create_platform_endpoint(self, **request):
        return self._answer("create", request, {"EndpointArn": "arn:endpoint"})

    def publish(self, **request):
        return self._answer("publish", request, {"MessageId": "id-1"})

    def _answer(self, name, request, answer):
        self.asked.append((name, request))
        if name in self.trouble:
            raise self.trouble[name]
        return answer


def refusal(code, status=400):
    answer = {"Error": {"Code": code, "Message": "secret-token"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Publish")


def test_the_endpoint_of_the_token_is_rung_with_the_same_words_for_every_service():
    sns = Sns()
    assert SnsPush(sns, {"apns": APNS}).send(BELL) == "id-1"
    (_, created), (_, published) = sns.asked
    assert created == {"PlatformApplicationArn": APNS, "Token": "secret-token"}
    assert (published["TargetArn"], published["MessageStructure"]) == ("arn:endpoint", "json")
    said = json.loads(published["Message"])
    assert {*said} == {"default", "APNS", "APNS_SANDBOX", "GCM"}
    assert json.loads(said["APNS"]) == {"aps": {"alert": {"body": BELL.text}, "sound": "default"}}
    assert json.loads(said["GCM"]) == {"notification": {"body": BELL.text}}


@pytest.mark.parametrize(
    ("where", "code"), [("publish", "EndpointDisabled"), ("publish", "NotFound"), ("create", "InvalidParameter")]
)
def test_a_token_that_is_not_known_is_gone_and_stands_in_no_error(where, code):
    with pytest.raises(TokenGone) as gone:
        SnsPush(Sns(**{where: refusal(code)}), {"apns": APNS}).send(BELL)
    assert "secret-token" not in repr(gone.value)
    assert gone.value.__suppress_context__


def test_throttling_may_pass_and_another_refusal_may_not():
    for code, temporary in (("Throttling", True), ("AuthorizationError", False)):
        with pytest.raises(SendingRefused) as refused:
            SnsPush(Sns(publish=refusal(code)), {"apns": APNS}).send(BELL)
        assert (refused.value.temporary, isinstance(refused.value, TokenGone)) == (temporary, False)


def test_an_answer_that_does_not_come_back_is_unknown_and_asked_for_once():
    sns = Sns(publish=ReadTimeoutError(endpoint_url="https://sns"))
    with pytest.raises(SendingUnknown):
        SnsPush(sns, {"apns": APNS}).send(BELL)
    assert [name for name, _ in sns.asked] == ["create", "publish"]


def test_a_kind_of_device_without_an_application_is_not_rung():
    sns = Sns()
    with pytest.raises(SendingRefused):
        SnsPush(sns, {}).send(BELL)
    assert sns.asked == []


def test_the_client_that_rings_asks_once():
    assert aws.ONCE.retries["total_max_attempts"] == 1
