"""The operator's command, `python -m infra.reconcile`, against a deployment on moto."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.messages import Receipt
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.trust import Verdicts
from infra.local.stack import LocalStack
from infra.reconcile import main
from tests.main_path.samples import mail

ANNA = ContactPoint(PointKind.EMAIL, "anna@example.pl")
MONDAY = ["--since", "2026-11-23", "--until", "2026-11-23"]


@pytest.fixture
def run(aws_hub, monkeypatch, capsys):
    """Gives what the command ends with, and the lines that it said."""
    for name, value in aws_hub.environment.items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        try:
            main(list(arguments))
        except SystemExit as end:
            return end.code, capsys.readouterr().out.splitlines()
        return 0, capsys.readouterr().out.splitlines()

    return run


def kept_without_outcome(aws_hub, name="ses1"):
    """The bytes were kept, and then nothing more happened to them."""
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    receipt = Receipt("email", name, at, ("pomoc@hub.example",), "anna@example.pl", Verdicts(dmarc="PASS"))
    raw = aws_hub.ports.raw
    incoming = raw.put_incoming(receipt, mail())
    raw.keep(incoming, receipt)
    raw.forget_incoming(incoming.key)
    return aws_hub.objects("raw/")[-1]


def messages(aws_hub):
    owner = aws_hub.threads.find_owner(ANNA)
    items = aws_hub.threads.list_thread(owner.customer_id, 10).items if owner else ()
    return [entry for entry in items if entry.kind is EntryKind.INBOUND]


def test_what_has_no_outcome_is_found_and_gets_it_once(aws_hub, run):
    key = kept_without_outcome(aws_hub)
    assert run("check", *MONDAY) == (
        1,
        [f"no_row             {key}", "1 messages from 2026-11-23 to 2026-11-23: 1 breaches"],
    )
    assert run("replay", *MONDAY, "--dry-run") == (0, [f"would_process      {key}", "1 would_process"])
    assert messages(aws_hub) == []
    code, said = run("replay", *MONDAY)
    (entry,) = messages(aws_hub)
    assert (code, said[-1], entry.arrival.raw_key) == (0, "1 stored", key)
    assert run("replay", *MONDAY) == (0, ["1 already_stored"])
    assert run("check", *MONDAY) == (0, ["1 messages from 2026-11-23 to 2026-11-23: 0 breaches"])
    assert len(messages(aws_hub)) == 1


def test_one_message_is_replayed_by_its_key_and_one_that_is_missing_is_an_error(aws_hub, run):
    key = kept_without_outcome(aws_hub)
    kept_without_outcome(aws_hub, "ses2")
    code, said = run("replay", "--key", key, "--key", "raw/2026/11/23/email-none")
    assert code == 1
    assert [line.split()[0] for line in said[:2]] == ["stored", "missing"]
    assert said[2] == "1 missing, 1 stored"
    assert len(messages(aws_hub)) == 1


def test_what_stayed_in_incoming_is_sent_again_at_once(aws_hub, run, monkeypatch):
    aws_hub.mail_arrives(mail(), tell=False)
    assert run("incoming") == (0, ["0 sent again"])  # it came a moment ago: its notification may be on the way
    monkeypatch.setenv("RECONCILE_AFTER_SECONDS", "-5")
    assert run("incoming") == (0, ["1 sent again"])
    assert aws_hub.run_queues() == []
    assert len(messages(aws_hub)) == 1
    assert aws_hub.objects("incoming/") == []


def test_days_that_are_not_in_order_are_refused_in_words(run):
    code, said = run("check", "--since", "2026-11-23", "--until", "2026-11-22")
    assert (code, said) == ("error: The days must be in order, and at most a year.", [])


def test_without_a_deployment_it_says_what_is_missing(run, monkeypatch, tmp_path):
    monkeypatch.delenv("TABLE_NAME")
    assert run("--folder", str(tmp_path), "check")[0] == "error: The local stack is not up, and TABLE_NAME is not set."


@pytest.fixture
def environment():
    """Is afterwards as it was, whatever was put in or taken out."""
    before = dict(os.environ)
    yield os.environ
    os.environ.clear()
    os.environ.update(before)


def test_the_operators_own_profile_was_used_with_the_local_stack(run, environment, tmp_path):
    del environment["TABLE_NAME"]
    environment |= {"AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "production"}
    stack = LocalStack(tmp_path)
    stack.keep_ports({"aws": 1, "table": 1, "carriers": 1})
    (tmp_path / "deployed.json").write_text(
        json.dumps({"fingerprint": "", "resources": {}, "environment": {}, "api_url": ""})
    )
    run("--folder", str(tmp_path), "check", *MONDAY)
    assert [environment.get(name) for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN")] == [None, None]
