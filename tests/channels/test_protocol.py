"""A channel is found by its name, and every one keeps the same promises."""

from types import SimpleNamespace

import pytest

from chalicelib.channels.protocol import channel_for, parse_in_process, sending_channel_for
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import NoWayToReach, WrongConfiguration
from chalicelib.domain.messages import InboundMessage, ParkedMessage
from tests.channels.payloads import INBOXES, OURS, every_sample, receipt, sample


@pytest.mark.parametrize("channel", Channel)
def test_a_channel_is_the_module_of_its_name(channel):
    assert channel_for(channel).__name__ == f"chalicelib.channels.{channel}"


def test_a_channel_without_a_module_receives_nothing():
    with pytest.raises(WrongConfiguration):
        channel_for(SimpleNamespace(value="pigeon"))


def test_only_some_channels_can_send():
    assert sending_channel_for(Channel.EMAIL)
    assert sending_channel_for(Channel.SMS)
    assert sending_channel_for(Channel.FAX)
    for channel in (one for one in Channel if one not in (Channel.EMAIL, Channel.SMS, Channel.FAX)):
        with pytest.raises(NoWayToReach):
            sending_channel_for(channel)


@pytest.mark.parametrize(("channel", "name"), every_sample())
def test_every_sample_is_read_and_reads_the_same_again(channel, name):
    once, again = (parse_in_process(sample(channel, name), receipt(channel), INBOXES[channel], OURS) for _ in range(2))

    assert isinstance(once, InboundMessage | ParkedMessage)
    assert once == again


@pytest.mark.parametrize("channel", INBOXES)
def test_every_channel_has_samples(channel):
    assert channel in {folder for folder, _ in every_sample()}
