"""Cases of a team that is no longer in the configuration."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.sla import ClockName, EscalationStep, StepAction
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.transfer_case import Transfer
from infra.local.carrier_reports import mail_event
from tests.domain.making import POLICY
from tests.fakes.memory_store import Moment


@pytest.fixture
def closed(hub):
    """A case that its team closed before the team went."""
    first = hub.write(message_id="first@example.pl")
    hub.close(hub.case(first).reference, "eva")
    team_goes(hub)
    return first


def team_goes(hub):
    """`care` becomes `sales`."""
    known = hub.configuration.configuration
    sales = replace(known.teams["care"], name="sales", email="sales@company.example")
    inboxes = tuple(replace(inbox, team="sales") for inbox in known.inboxes)
    hub.configured(teams={"sales": sales}, inboxes=inboxes, former_teams={"care": "sales"})


def told(hub, outcome, event):
    return [entry.facts for entry in hub.thread(outcome.customer_id) if entry.event == event]


def test_a_reply_to_a_closed_case_of_a_team_that_is_gone_reopens_it_with_its_successor(hub, closed):
    hub.later(days=3)
    again = hub.write(in_reply_to=("first@example.pl",))
    case = hub.case(again)
    assert (again.case_id, case.status, case.team) == (closed.case_id, CaseStatus.OPEN, "sales")
    assert ClockName.FIRST_RESPONSE in case.clocks
    assert [facts["team"] for facts in told(hub, again, "case.transferred")] == ["sales"]


def test_an_open_case_that_a_team_left_behind_is_not_forgotten_by_the_sweep(hub):
    first = hub.write()  # while the configuration changed
    team_goes(hub)
    hub.sweep()
    assert hub.case(first).team == "sales"
    assert [facts["team"] for facts in told(hub, first, "case.transferred")] == ["sales"]
    hub.later(days=2)
    assert hub.sweep().steps > 0
    notices = hub.thread(first.customer_id, EntryKind.NOTICE)
    assert {notice.delivery.recipient for notice in notices} <= {"sales@company.example", "boss@company.example"}
    assert notices


def test_an_answer_that_bounces_after_its_team_went_brings_the_case_to_the_successor(hub):
    first = hub.write()
    hub.reply(hub.case(first).reference, "eva", Answer("Already done."))
    hub.deliver_all()
    hub.close(hub.case(first).reference, "eva")
    team_goes(hub)
    (mail,) = hub.mail.sent
    tags = {"entry": mail.tag, "customer": mail.customer_id}
    assert hub.told(mail_event("Bounce", "carrier-1", tags, mail.recipient, hub.now())) == "bounced"
    assert (hub.case(first).status, hub.case(first).team) == (CaseStatus.OPEN, "sales")
    assert [facts["team"] for facts in told(hub, first, "case.transferred")] == ["sales"]


def test_what_is_transferred_to_a_team_that_is_gone_goes_to_its_successor(hub):
    team_goes(hub)
    first = hub.write()
    hub.transfer(hub.case(first).reference, "eva", Transfer("care", "For you."))
    assert hub.case(first).team == "sales"


def test_a_case_that_an_agent_transfers_while_the_sweep_hands_it_on_stays_where_the_agent_sent_it(hub):
    steps = (EscalationStep(StepAction.REASSIGN, timedelta(0)),)
    care = replace(hub.configuration.configuration.teams["care"], fallback="sales")
    others = {name: replace(care, name=name, fallback="") for name in ("sales", "legal")}
    hub.configured(policies={"standard": replace(POLICY, steps=steps)}, teams={"care": care, **others})
    first = hub.write()
    hub.later(hours=4)
    reference, transferred = hub.case(first).reference, []

    def transfer(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not transferred:
            transferred.append(None)
            hub.transfer(reference, "eva", Transfer("legal", "A matter of law."))

    hub.threads.hook = transfer
    hub.sweep()
    assert hub.case(first).team == "legal"
