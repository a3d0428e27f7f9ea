"""An agent answers a case: the answer is kept as queued, in one transaction with the case, and then sent.

Nobody waits any more from the moment the answer is kept; should it fail on its way, the clock goes back. Nothing is
sent before the undo window is over, or while the customer is not to be disturbed.
An answer by telephone or letter counts when it has been said or posted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.case_tasks import with_spoken_promise_kept
from chalicelib.domain.case_transitions import with_answer
from chalicelib.domain.cases import ANSWER_DEPENDS_ON, Case, CaseStatus
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import Conflict, InvalidInput
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.previews import Preview
from chalicelib.domain.sla import RESPONSE_CLOCKS
from chalicelib.domain.tasks import Wish
from chalicelib.domain.threads import NO_FACTS, Entry, EntryKind
from chalicelib.usecases.agreements import ConfiguredAgreements, current_agreements
from chalicelib.usecases.answer import Answer
from chalicelib.usecases.answer_by_task import KINDS, answered_by_task
from chalicelib.usecases.answer_contents import (
    FoundFile,
    as_fax,
    as_mail,
    find_stored,
    keep_files,
    preview_of,
    refs_of,
)
from chalicelib.usecases.case_changes import FORCED, NOTHING_SAID, Seen, change_case, is_overtaken
from chalicelib.usecases.contact_rulings import Intent
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.going_out import ask_to_send, found_by_the_next_from_there, waiting_to_leave
from chalicelib.usecases.kept_replies import KeptReply, kept_reply, parse_kept_reply, render_kept_reply
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import (
    AttachmentStore,
    Change,
    ConfigurationSource,
    Create,
    Now,
    Randomness,
    ReplyKeys,
    ThreadStore,
    Update,
    WorkQueues,
)
from chalicelib.usecases.ways_to_reach import Way, way_to_reach


@dataclass(frozen=True, slots=True)
class _Worded:
    way: Way
    entry: Entry
    stored: tuple[FoundFile, ...]


@dataclass(frozen=True, slots=True)
class ReplyToCustomer:
    threads: ThreadStore
    attachments: AttachmentStore
    configuration: ConfigurationSource
    queues: WorkQueues
    reply_keys: ReplyKeys
    now: Now
    randomness: Randomness

    def __call__(
        self, reference: str, agent: str, answer: Answer, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> str:
        """Gives the id of the answer's entry.

        Raises NotFound, Conflict, NewerMessage, NoWayToReach, ContactRefused, and InvalidInput for what could not be
        sent as it is.
        """
        return self.keep(reference, agent, answer, seen=seen, once=once).entry_id

    def keep(
        self,
        reference: str,
        agent: str,
        answer: Answer,
        *,
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
        further: Callable[[Entry], Sequence[Change]] = lambda _entry: (),
    ) -> KeptReply:
        """The same, with what the agent is to know of the way that it takes. `further`: what else holds and is written
        in its transaction, asked again after every lost race.
        """
        kept: list[Entry] = []

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            if case.status is CaseStatus.SPAM:
                raise Conflict("The case is marked as spam. Undo that first.")
            entry, changes = self._answered(case, agent, answer, forced=seen.forced and is_overtaken(case, seen))
            kept.append(entry)
            said = render_kept_reply(kept_reply(entry))
            return said, [*changes, *further(entry), *remember(once, said, entry.at)]

        said, wrote = change_case(self.threads, reference, seen, once, decide, speaks=True)
        if wrote:
            ask_to_send(self.queues, kept[-1])
        return parse_kept_reply(said)

    def preview(self, reference: str, answer: Answer) -> Preview:
        """What would arrive if this were the answer; nothing is written. Raises what answering would raise."""
        configuration, case = self.configuration.current(), get_case_by_reference(self.threads, reference)
        answer = self._filled(case, answer, configuration)
        if answer.channel in KINDS and answer.to:
            return _preview_of_task(answer.channel, answer.to, answer)
        worded = self._worded(case, "", answer, NO_FACTS, configuration)
        if worded.way.channel in KINDS:
            return _preview_of_task(worded.way.channel, worded.way.point.value, answer)
        return preview_of(worded.entry, configuration)

    def _answered(self, case: Case, agent: str, answer: Answer, *, forced: bool) -> tuple[Entry, list[Change]]:
        now = self.now()
        configuration = self.configuration.current()
        answer = self._filled(case, answer, configuration)
        urgency = {"urgent": answer.urgent} if answer.urgent else NO_FACTS
        many = {"broadcast": answer.broadcast} if answer.broadcast else NO_FACTS
        said = {**(FORCED if forced else NO_FACTS), **urgency, **many}
        if answer.channel in KINDS and answer.to:
            return self._to_be_done(case, agent, answer, answer.channel, answer.to, Wish(), now, said)
        worded = self._worded(case, agent, answer, said, configuration)
        way, entry, channel = worded.way, worded.entry, worded.way.channel
        now = entry.at  # the case and its entry know of one instant
        if channel in KINDS:
            wish = Wish(since=way.not_before)
            return self._to_be_done(case, agent, answer, channel, way.point.value, wish, now, entry.facts)
        preview_of(entry, configuration)
        keep_files(self.attachments, case.customer_id, answer.files, worded.stored)
        if entry.delivery:
            stopped = next((name for name in RESPONSE_CLOCKS if name in case.clocks), None)
            delivery = replace(
                entry.delivery,
                answers_since=case.awaiting_since,
                stopped_clock=stopped,
                was_answered=case.answered,
                keeps=answer.keeps,
            )
            entry = replace(entry, delivery=waiting_to_leave(delivery, configuration, now, way.not_before))
        agreements = ConfiguredAgreements(self.configuration, configuration)
        answered = with_answer(case, now, agreements, channel=channel, stays_with_us=answer.stays_with_us)
        for promise in answer.keeps:
            answered = with_spoken_promise_kept(answered, promise, now, agreements)
        return entry, [
            Create(entry),
            Update(case, answered, ANSWER_DEPENDS_ON),
            *found_by_the_next_from_there(self.threads, way, case.id),
        ]

    def _to_be_done(
        self,
        case: Case,
        agent: str,
        answer: Answer,
        channel: Channel,
        to: str,
        wish: Wish,
        now: datetime,
        facts: Mapping[str, str],
    ) -> tuple[Entry, list[Change]]:
        _refuse_files(answer)
        if answer.keeps:
            raise InvalidInput("What is promised is kept when the call or the letter is done, not now.", field="keeps")
        entry = Entry(
            id=ulid(now, self.randomness(10)),
            customer_id=case.customer_id,
            case_id=case.id,
            at=now,
            kind=EntryKind.OUTBOUND,
            author=f"agent:{agent}",
            channel=channel,
            text=answer.text,
            stays_with_us=answer.stays_with_us,
            facts=facts,
        )
        return answered_by_task(case, entry, channel, to, wish, current_agreements(self.configuration))

    def _filled(self, case: Case, answer: Answer, configuration: Configuration) -> Answer:
        if answer.wordings:
            from chalicelib.usecases.canned_answers import text_for_many  # brings the texts with it

            wording = text_for_many(self.threads, configuration, case, answer.wordings)
            return replace(answer, text=wording.text, subject=wording.subject)
        if not answer.template:
            return answer
        from chalicelib.usecases.canned_answers import text_for_reply  # brings the texts with it

        wording = text_for_reply(self.threads, configuration, case, answer.template, answer.language)
        return replace(answer, text=wording.text, subject=answer.subject or wording.subject)

    def _worded(
        self, case: Case, agent: str, answer: Answer, said: Mapping[str, str], configuration: Configuration
    ) -> _Worded:
        now = self.now()
        last = self.threads.get_entry(case.customer_id, case.last_inbound_id) if case.last_inbound_id else None
        intent = Intent(now, by_person=True, urgent=bool(answer.urgent))
        way = way_to_reach(self.threads, case, last, configuration, self.reply_keys(), intent, answer.channel)
        stored = find_stored(self.threads, case, answer.stored_files)
        entry = Entry(
            id=ulid(now, self.randomness(10)),
            customer_id=case.customer_id,
            case_id=case.id,
            at=now,
            kind=EntryKind.OUTBOUND,
            author=f"agent:{agent}",
            channel=way.channel,
            text=answer.text,
            attachments=(*refs_of(answer.files), *(ref for _, ref in stored)),
            delivery=way.delivery,
            stays_with_us=answer.stays_with_us,
            facts={**way.facts, **said},
        )
        if way.channel is Channel.EMAIL:
            entry = as_mail(entry, _subject(case, answer), case, last, configuration)
        elif way.channel is Channel.FAX:
            entry = as_fax(entry, answer.subject or case.subject, configuration)
        return _Worded(way, entry, stored)


def _preview_of_task(channel: Channel, to: str, answer: Answer) -> Preview:
    _refuse_files(answer)
    return Preview(channel, recipient=to, text=answer.text)


def _refuse_files(answer: Answer) -> None:
    if answer.files or answer.stored_files:
        raise InvalidInput("Nothing can be attached to a call or a letter.", field="attachments")


def _subject(case: Case, answer: Answer) -> str:
    subject = answer.subject or case.subject
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
