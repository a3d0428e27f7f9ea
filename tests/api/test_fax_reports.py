"""A fax gateway posts what became of a fax: only itself, and what it says is in the queue before it is told so."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.channels.posted_fax_reports import find_posted_report
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.fax_sending import FaxReports, ReportProof
from chalicelib.gateways.secrets import Secrets
from tests.domain.making import FAXES, RING, SENDING_FAXES, configuration

PATH = f"/v1/fax-reports/{FAXES.name}"
SECRET = "0123456789-of-the-gateway"
BODY = b'{"reference": "01KAR000000000000000000001", "status": "delivered"}'
PROVED = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def gateway(annas):
    def with_rules(rules, secret=SECRET):
        inbox = replace(SENDING_FAXES, fax=replace(SENDING_FAXES.fax, reports=rules))
        annas.configure(inboxes=tuple(inbox if one == FAXES else one for one in configuration().inboxes))
        secrets = Secrets(RING, b"0123456789abcdef0123456789abcdef", {"office": secret})
        annas.ports.kept_secrets = annas.ports.with_secrets(secrets)
        return annas

    return with_rules


def post(api, body=BODY, path=PATH, **headers):
    return api.call("POST", path, body, as_=None, headers=headers)


def test_what_its_gateway_reports_waits_in_the_queue(gateway):
    api = gateway(FaxReports("office"))
    assert post(api, **PROVED).status == 202
    (told,) = api.ports.queues.to_record
    report = find_posted_report(told)
    assert (report.inbox, report.body) == (FAXES.name, BODY)
    assert report.at - api.ports.now() <= timedelta(0)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": SECRET},
        {"Authorization": f"Bearer {SECRET}x"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer ł"},
        {"X-Other": f"Bearer {SECRET}"},
    ],
)
def test_who_does_not_prove_to_be_the_gateway_is_not_heard(gateway, headers):
    api = gateway(FaxReports("office"))
    assert (post(api, **headers).status, [*api.ports.queues.to_record]) == (404, [])


@pytest.mark.parametrize("path", ["/v1/fax-reports/contact", "/v1/fax-reports/nothing"])
def test_an_inbox_without_reports_and_one_that_is_not_there_look_the_same(gateway, path):
    api = gateway(FaxReports("office"))
    without = gateway(None)
    answers = [post(api, path=path, **PROVED), post(without, **PROVED)]
    assert [(answer.status, answer.json["detail"]) for answer in answers] == [
        (404, "No inbox of this name has a fax gateway that proves itself like this.")
    ] * 2


@pytest.mark.parametrize("encoded", [bytes.hex, lambda code: base64.b64encode(code).decode()])
def test_a_signature_is_of_the_bytes_as_they_came(gateway, encoded):
    api = gateway(FaxReports("office", ReportProof.HMAC_SHA256, "X-Signature", "sha256"))
    proof = f"sha256 {encoded(hmac.digest(SECRET.encode(), BODY, hashlib.sha256))}"
    assert post(api, **{"x-signature": proof}).status == 202
    assert post(api, BODY + b" ", **{"x-signature": proof}).status == 404
    assert len(api.ports.queues.to_record) == 1


def test_a_form_is_kept_as_the_same_in_json(gateway):
    api = gateway(FaxReports("office"))
    form = {"Content-Type": "application/x-www-form-urlencoded", **PROVED}
    assert post(api, b"reference=01KAR&status=Zaj%C4%99te", **form).status == 202
    (told,) = api.ports.queues.to_record
    assert json.loads(find_posted_report(told).body) == {"reference": "01KAR", "status": "Zajęte"}


def test_a_report_that_the_queue_does_not_take_was_not_taken(gateway):
    api = gateway(FaxReports("office"))
    api.ports.queues.broken = StorageUnavailable()
    assert post(api, **PROVED).status == 503


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_hub_that_lacks_the_credential_believes_nobody_and_says_come_again(gateway, secret):
    api = gateway(FaxReports("office"), secret)
    assert post(api, Authorization=f"Bearer {secret}").status == 503
    assert not api.ports.queues.to_record


def test_more_than_a_report_can_be_is_refused(gateway):
    api = gateway(FaxReports("office"))
    assert post(api, b"x" * 65_537, **PROVED).status == 413
