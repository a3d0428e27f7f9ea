"""An agent answers by telephone or letter: the words are kept, and somebody has to say or post them.

Until that is done the customer has not been answered, and every clock goes on.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.case_tasks import with_task
from chalicelib.domain.case_transitions import with_answer_to_be_done
from chalicelib.domain.cases import ANSWER_DEPENDS_ON, Agreements, Case, CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import Conflict
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.tasks import LONGEST_ABOUT, Task, TaskKind, Wish, due_for
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import Change, Create, Update
from chalicelib.usecases.task_changes import row_changes, task_events

KINDS = {Channel.PHONE: TaskKind.CALL, Channel.LETTER: TaskKind.LETTER}


def answered_by_task(
    case: Case, answer: Entry, channel: Channel, to: str, wish: Wish, agreements: Agreements
) -> tuple[Entry, list[Change]]:
    """`answer` as it is to be kept, and the changes. `to`: the number, or the postal address. Raises Conflict in a case
    that is not open.
    """
    if case.status is not CaseStatus.OPEN:
        raise Conflict(
            "The case is closed, so nobody can be asked to call or to write a letter. Log it when it is done."
        )
    kind, at = KINDS[channel], answer.at
    task = Task(
        id=ulid_for(at, "task", answer.id),
        kind=kind,
        to=to,
        about=case.subject[:LONGEST_ABOUT],
        asked_by=answer.author,
        asked_at=at,
        due_at=due_for(kind, wish, at, agreements.new(case)),
        wish=wish,
        by_policy=True,
        entry_id=answer.id,
        answers=True,
        stays_with_us=answer.stays_with_us,
    )
    entry = replace(answer, task=task.id)
    after = with_task(with_answer_to_be_done(case, at), task, at, agreements)
    return entry, [
        Create(entry),
        Update(case, after, ANSWER_DEPENDS_ON),
        *row_changes((case,), (after,)),
        *map(Create, task_events(case, after, at, answer.author)),
    ]
