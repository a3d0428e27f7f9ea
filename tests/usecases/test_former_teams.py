"""Cases of a team that is no longer in the configuration."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.errors import StorageUnavailable
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


def slowly(hub):
    """Each case that is read takes most of a sweep's time."""

    def wait(call):
        if call.name == "get_case" and call.moment is Moment.BEFORE:
            hub.later(seconds=38)

    hub.threads.hook = wait


def two_cases(hub):
    for name in ("anna", "bartek"):
        hub.write(sender=ContactPoint(PointKind.EMAIL, f"{name}@example.pl"))


def test_what_a_team_left_behind_waits_for_the_next_sweep_when_the_time_of_this_one_is_over(hub):
    two_cases(hub)
    team_goes(hub)
    slowly(hub)
    assert hub.sweep().left == 1


def test_what_was_left_for_the_next_sweep_is_told_though_no_team_left_anything_behind(hub):
    two_cases(hub)
    hub.configured(former_teams={"sales": "care"})
    hub.later(days=2)
    slowly(hub)
    assert hub.sweep().left == 1


def test_a_list_of_a_team_that_is_gone_which_cannot_be_read_is_told_of(hub):
    hub.write()
    team_goes(hub)

    def fail(call):
        if call.name == "list_urgent" and call.moment is Moment.BEFORE:
            raise StorageUnavailable()

    hub.threads.hook = fail
    assert [type(error) for error in hub.sweep().failed] == [StorageUnavailable]
