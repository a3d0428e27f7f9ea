"""A text message is stored before it is published, in the form in which the hub reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from chalicelib.channels.carrier_events import SmsReceived, parse_carrier_event
from infra.local.incoming_sms import IncomingSms, NotAccepted

AT = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)


class FakeRaw:
    def __init__(self):
        self.stored = []

    def put_incoming(self, receipt, body):
        self.stored.append((receipt, body))


class Setting:
    def __init__(self, configuration):
        self.configuration = configuration
        self.raw = FakeRaw()
        self.published = []

    def publish(self, message):
        assert self.raw.stored, "published before it was stored"
        self.published.append(message)

    def accept(self, *arguments):
        return IncomingSms(lambda: self.configuration, lambda: self.raw, self.publish, lambda: AT, bytes).accept(
            *arguments
        )


@pytest.fixture
def setting(configuration):
    return Setting(configuration)


def test_it_is_stored_then_published_and_the_hub_reads_it(setting):
    id_ = setting.accept("+48601234567", "+48799000001", "Gdzie paczka? 😀")
    ((receipt, body),) = setting.raw.stored
    (message,) = setting.published
    event = parse_carrier_event(json.dumps({"Type": "Notification", "Message": message}), AT)
    assert isinstance(event, SmsReceived)
    assert event.payload == body
    assert event.receipt == receipt
    assert receipt.fingerprint == id_
    assert json.loads(body)["messageBody"] == "Gdzie paczka? 😀"


@pytest.mark.parametrize("sender", ["INPOST", "7878"])
def test_a_company_may_write_under_its_name_or_a_short_number(setting, sender):
    assert setting.accept(sender, "+48799000001", "x")


@pytest.mark.parametrize(
    ("sender", "to", "said"), [("+48 601", "+48799000001", '"from" must be'), ("+48601234567", "+48799", "48799000001")]
)
def test_what_no_network_would_deliver_is_refused(setting, sender, to, said):
    with pytest.raises(NotAccepted, match=said):
        setting.accept(sender, to, "x")
    assert not setting.raw.stored
