"""Who is in the demonstration, and how it shows what came of it; `make demo` plays it on the running stack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.contact_points import Channel
from infra.local.demo import inboxes_of
from infra.local.demo_people import new_people, quarrel_of
from infra.local.demo_threads import print_thread
from infra.local.outside import NothingHappened

EVENT = {
    "at": "2026-11-23T09:15:02Z",
    "kind": "event",
    "author": "hub",
    "channel": None,
    "event": "case.escalated",
    "facts": {"clock": "promise:01KAR000000000000000000PRO", "level": "2", "deadline_at": "2026-11-23T09:14:00+00:00"},
    "text": "",
    "quoted_text": "",
    "attachments": [],
    "reading": None,
    "arrival": None,
    "delivery": None,
}


def test_each_run_has_new_people_with_addresses_of_nobody():
    one, other = new_people(), new_people()
    assert one.anna.address != other.anna.address
    assert all(vars(one)[name].address.endswith(".example") for name in vars(one))
    assert one.ola.address.startswith("bounced@")


def test_anna_signs_with_the_numbers_by_which_she_writes_later():
    anna = new_people().anna
    text = quarrel_of(anna, "faktury@hub.example").get_body(("plain",)).get_content()
    assert anna.phone in text
    assert anna.fax in text


def test_grace_is_answered_in_english_because_her_mail_says_so():
    assert new_people().grace.writes("pomoc@hub.example", "Hello", "Hello")["Content-Language"] == "en-GB"


def test_it_finds_its_inboxes_in_the_configuration_that_a_stack_begins_with(configuration):
    inboxes = inboxes_of(configuration)
    assert (inboxes.invoices, inboxes.express) == ("faktury@hub.example", "express@hub.example")


def test_it_says_which_inbox_is_missing(configuration):
    left = tuple(inbox for inbox in configuration.inboxes if inbox.channel is not Channel.FAX)
    with pytest.raises(NothingHappened, match="fax"):
        inboxes_of(replace(configuration, inboxes=left))


def test_an_event_is_shown_without_what_only_programs_read(capsys):
    print_thread("A thread", [EVENT])
    assert capsys.readouterr().out.splitlines() == [
        "",
        "A thread",
        "  09:15:02  event     hub       case.escalated",
        "            | clock promise, level 2, deadline_at 09:14",
    ]
