"""The stand-in for SNS's push answers botocore as SNS does, and shows what rang on the page of the outbox."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from botocore.session import get_session

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import TokenGone
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.gateways.push import SnsPush
from infra.local.carriers import CarriersServer
from infra.local.outbox import Outbox
from infra.local.outbox_page import render_page
from infra.local.push import APPLICATIONS


@pytest.fixture
def stand_in(tmp_path):
    outbox = Outbox(tmp_path / "outbox", lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC), bytes)
    server = CarriersServer(0, outbox, None, None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sns = get_session().create_client(
        "sns",
        region_name="eu-central-1",
        endpoint_url=f"http://127.0.0.1:{server.server_address[1]}",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # the stand-in takes any
    )
    yield SnsPush(sns, {"fcm": APPLICATIONS["PushFcmApplicationArn"]}), outbox
    server.shutdown()
    server.server_close()


def bell(token):
    return OutgoingMessage(Channel.APP, "fcm", token, "Masz nową wiadomość.", "01ENTRY-1")


def test_a_bell_rings_and_is_shown(stand_in):
    push, outbox = stand_in
    assert push.send(bell("token-1"))
    page = render_page(outbox.newest(10)).body.decode()
    assert "Masz nową wiadomość." in page
    assert "token-1" in page


def test_a_token_whose_app_was_removed_is_gone(stand_in):
    push, outbox = stand_in
    with pytest.raises(TokenGone):
        push.send(bell("gone-1"))
    assert outbox.newest(10) == []
