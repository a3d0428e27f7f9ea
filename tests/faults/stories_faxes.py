"""Stories of answers that leave as a fax."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.fax_sending import FaxOverHttps, FaxReports
from tests.domain.making import FAXES, SENDING_FAXES
from tests.faults.outside import Outside

FAX = "+48221112233"


def anna_faxes(outside: Outside) -> None:
    """To an inbox that also sends."""
    known = outside.ports.configuration.saved[-1][1]
    inboxes = tuple(SENDING_FAXES if one.name == FAXES.name else one for one in known.inboxes)
    outside.ports.configuration.saved = [(outside.world.at, replace(known, inboxes=inboxes))]
    outside.fax(FAX)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=15))


def anna_faxes_whose_gateway_takes_a_post(outside: Outside) -> None:
    anna_faxes(outside)
    known = outside.ports.configuration.saved[-1][1]
    sending = replace(SENDING_FAXES.fax, mail=None, https=FaxOverHttps("https://fax.example/v1/faxes", "office"))
    posting = replace(SENDING_FAXES, fax=sending)
    inboxes = tuple(posting if one == SENDING_FAXES else one for one in known.inboxes)
    outside.ports.configuration.saved = [(outside.world.at, replace(known, inboxes=inboxes))]


def she_was_answered_by_a_gateway_that_posts(outside: Outside) -> None:
    she_was_answered(outside)
    known = outside.ports.configuration.saved[-1][1]
    posting = replace(SENDING_FAXES, fax=replace(SENDING_FAXES.fax, reports=FaxReports("office")))
    inboxes = tuple(posting if one == SENDING_FAXES else one for one in known.inboxes)
    outside.configure(inboxes=inboxes)


def the_gateway_posts(outside: Outside) -> None:
    """That it gave up, before that it tries; and once more. Somebody who is not the gateway says that it arrived."""
    (sent,) = (one for one in outside.ports.mail.accepted if one.message.channel is Channel.FAX)
    outside.post_fax_report(sent, "failed", "line_busy")
    outside.post_fax_report(sent, "sending")
    outside.post_fax_report(sent, "failed", "line_busy")
    outside.post_fax_report(sent, "delivered", credential="somebody-elses-credential")


def an_agent_answers(outside: Outside) -> None:
    """While another fax comes in."""
    (case,) = outside.simulation.threads.records(Case)
    outside.reply(case.reference, messages_read=1)
    outside.fax(FAX)


def she_was_answered(outside: Outside) -> None:
    anna_faxes(outside)
    (case,) = outside.simulation.threads.records(Case)
    outside.reply(case.reference, messages_read=1)
    outside.simulation.settle(until=outside.world.at + timedelta(minutes=15))


def the_gateway_reports(outside: Outside) -> None:
    """It is going to try again, gives up, and says so twice."""
    (sent,) = (one for one in outside.ports.mail.accepted if one.message.channel is Channel.FAX)
    outside.report_of_fax(sent, "The line was busy. It will be retried.")
    outside.report_of_fax(sent, "Fax failed: no answer.")
    outside.world.later(timedelta(seconds=5), lambda: outside.report_of_fax(sent, "Fax failed: no answer."))
