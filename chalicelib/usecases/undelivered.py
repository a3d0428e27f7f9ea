"""An answer did not arrive: its customer waits as if nobody had answered, and a colleague hears why and what is left.

The rule where answers stand behind each other. The customer has been answered by the first later answer of the case
that stands, that is, of which nothing bad is known. Then no clock moves, and the wait of the lost answer passes on to
that later one: should it get lost as well, the customer has been waiting since before both. An answer that is known to
have arrived therefore never sees its case reopened by an earlier one, in whatever order carriers report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.content.texts.undelivered import undelivered_notice
from chalicelib.domain.case_transitions import with_answer_sent_again, with_failed_answer, without_answer_by
from chalicelib.domain.cases import ANSWER_DEPENDS_ON, Case, CaseStatus
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus, queued
from chalicelib.domain.errors import NoWayToReach, WrongConfiguration
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.case_changes import listed_again, taken_over_events
from chalicelib.usecases.contact_rulings import Intent
from chalicelib.usecases.going_out import WITH_SUBJECT, found_by_the_next_from_there
from chalicelib.usecases.later_answers import later_answers
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, ThreadStore, Update
from chalicelib.usecases.ways_to_reach import Way, way_to_reach

_TRIED = (Channel.EMAIL, Channel.SMS, Channel.APP, Channel.FAX)
RESENDS = "resends"  # the fact of an answer that goes out again: the entry that did not arrive


@dataclass(frozen=True, slots=True)
class Undelivered:
    threads: ThreadStore
    configuration: ConfigurationSource
    reply_keys: Callable[[], KeyRing]

    def changes(self, answer: Entry, lost: Delivery, event: Entry, now: datetime) -> list[Change]:
        """`lost`: its delivery as it ended; `event`: what the thread says of it, so far."""
        configuration = self.configuration.current()
        case = self.threads.get_case(answer.customer_id, answer.case_id)
        later = next(iter(later_answers(self.threads, answer)), None)
        way = self._next_way(case, answer, configuration, now) if later is None else None
        again = _again(answer, lost, way, now) if way and configuration.resends else None
        if later:
            changes = [*_passed_on(later, lost), *_no_answer_by(case, answer)]
        elif way and again:
            counted = with_answer_sent_again(case, now, lost=answer.channel, channel=way.channel)
            found_again = found_by_the_next_from_there(self.threads, way, case.id)
            changes = [Create(again), Update(case, counted, ANSWER_DEPENDS_ON), *found_again]
        else:
            changes = self._waiting_again(case, answer, lost, configuration, now)
        facts = {
            "reference": case.reference,
            "answered_by": later.id if later else "",
            "next_channel": way.channel if way else "",
            "resent_as": again.id if again else "",
        }
        notice = _notice(case, answer, lost, facts, configuration, self._address(case, configuration, now), now)
        has_mail = configuration.writes_by(Channel.EMAIL)  # else the thread alone says it
        told = {name: str(value) for name, value in {**facts, "notice": notice.id if has_mail else ""}.items() if value}
        event = replace(event, facts={**event.facts, **told}, text=notice.text)
        return [*changes, Create(event), *([Create(notice)] if has_mail else [])]

    def _waiting_again(
        self, case: Case, answer: Entry, lost: Delivery, configuration: Configuration, now: datetime
    ) -> list[Change]:
        """The customer has not been answered after all, and has been waiting since they wrote."""
        if lost.answers_since is None or case.status is CaseStatus.MOVED:
            return []
        agreements = ConfiguredAgreements(self.configuration, configuration)
        stopped = lost.stopped_clock or ClockName.FIRST_RESPONSE
        waiting = with_failed_answer(case, lost.answers_since, stopped, agreements, channel=answer.channel)
        return [
            Update(case, waiting, ANSWER_DEPENDS_ON),
            *listed_again(self.threads, case, waiting),
            *map(Create, taken_over_events(case, waiting, now)),
        ]

    def _address(self, case: Case, configuration: Configuration, now: datetime) -> str:
        """Of the assignee, if it is known and they are not away for long; else of the team."""
        team = configuration.get_team(case.team)
        agent = self.threads.find_agent(case.assignee) if case.assignee else None
        if agent is None or agent.is_away(now, team.away_after):
            return team.email
        return agent.address(Channel.EMAIL) or team.email

    def _next_way(self, case: Case, answer: Entry, configuration: Configuration, now: datetime) -> Way | None:
        """The best permitted channel that was not tried: not the one that failed, nor the one before it."""
        if case.status in (CaseStatus.SPAM, CaseStatus.MOVED) or RESENDS in answer.facts:
            return None
        last = self.threads.get_entry(case.customer_id, case.last_inbound_id) if case.last_inbound_id else None
        intent = Intent(now, by_person=True)
        for channel in _TRIED:
            if channel is answer.channel:
                continue
            try:
                configuration.inbox_writing(channel, case.inbox, case.team)  # else there is nothing to read for
                return way_to_reach(self.threads, case, last, configuration, self.reply_keys(), intent, channel)
            except (NoWayToReach, WrongConfiguration):
                continue
        return None


def _passed_on(later: Entry, lost: Delivery) -> list[Change]:
    """The wait passes on to the later answer; that it still stands is what the decision rests on."""
    if later.delivery is None:
        return []
    known = later.delivery
    if lost.answers_since and (known.answers_since is None or lost.answers_since < known.answers_since):
        known = replace(known, answers_since=lost.answers_since, stopped_clock=lost.stopped_clock)
    return [Update(later, replace(later, delivery=known), ("delivery",))]


def _no_answer_by(case: Case, answer: Entry) -> list[Change]:
    """What did not arrive does not satisfy the law."""
    after = without_answer_by(case, answer.channel)
    return [] if after == case else [Update(case, after, ("version", "answered_by"))]


def _again(answer: Entry, lost: Delivery, way: Way, now: datetime) -> Entry:
    """The same words by another channel: a new entry, in the transaction that judges the lost one, so exactly once."""
    delivery = way.delivery
    if delivery:
        delivery = replace(
            delivery,
            answers_since=lost.answers_since,
            stopped_clock=lost.stopped_clock,
            was_answered=lost.was_answered,
            keeps=lost.keeps,
        )
        delivery = queued(delivery, now, not_before=way.not_before)
    return Entry(
        id=ulid_for(now, "again", answer.id),
        customer_id=answer.customer_id,
        case_id=answer.case_id,
        at=now,
        kind=EntryKind.OUTBOUND,
        author=answer.author,
        channel=way.channel,
        subject=answer.subject if way.channel in WITH_SUBJECT else "",
        text=answer.text,
        delivery=delivery,
        stays_with_us=answer.stays_with_us,
        facts={**way.facts, RESENDS: answer.id},
    )


def _notice(
    case: Case,
    answer: Entry,
    lost: Delivery,
    facts: dict[str, str],
    configuration: Configuration,
    recipient: str,
    now: datetime,
) -> Entry:
    by_mail = configuration.writes_by(Channel.EMAIL)
    inbox = configuration.inbox_writing(Channel.EMAIL, case.inbox, case.team) if by_mail else configuration.inboxes[0]
    zone = configuration.hours_for(case.team).zone
    notice = undelivered_notice(inbox.language, case, answer, lost, facts, zone)
    delivery = Delivery(DeliveryStatus.QUEUED, recipient=recipient, sender=inbox.address, automatic=True)
    return Entry(
        id=ulid_for(now, "undelivered", answer.id, lost.status),
        customer_id=answer.customer_id,
        case_id=answer.case_id,
        at=now,
        kind=EntryKind.NOTICE,
        author="hub",
        channel=Channel.EMAIL,
        subject=notice.subject,
        text=notice.text,
        delivery=queued(delivery, now),
    )
