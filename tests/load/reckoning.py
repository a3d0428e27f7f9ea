"""The account of a run: what the world gave to the hub and what the hub has, mark by mark. Pure.

Each message carries a mark of its own in its text, so what is lost, doubled or in the wrong thread can be named.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MARK = re.compile(r"mark-(?:in|out)-[0-9]{6}")

LEAVES_BY = frozenset({"email", "sms"})
"""Channels on which an answer is given to a carrier. In the app it is there once it is kept."""
ON_ITS_WAY = frozenset({"queued", "sending"})
TOLD_TO_A_PERSON = frozenset({"unknown", "failed"})
"""Nobody knows whether a carrier has it, or none took it: the thread says so, and the hub never sends it by itself."""
NEEDS_NO_REPORT = frozenset({"delivered", "unknown", "failed"})


def mark_of_message(number: int) -> str:
    return f"mark-in-{number:06d}"


def mark_of_answer(number: int) -> str:
    return f"mark-out-{number:06d}"


def marks_in(text: str) -> list[str]:
    """In order, each as often as it stands there."""
    return _MARK.findall(text)


class Outcome(StrEnum):
    """What whoever gave a message to the hub was told in the end."""

    ACCEPTED = "accepted"  # 250 of SMTP, 2xx of the API or of the text messages' carrier
    UNANSWERED = "unanswered"  # no answer came: it may have been taken or not, but not twice
    REFUSED = "refused"  # it was told that it was not taken, and why


@dataclass(frozen=True)
class Given:
    """A message as it was given in, or an answer as an agent gave it. `person`: who wrote it, or who is answered.

    `file`: the name of the file that came with it, or "".
    """

    mark: str
    person: str
    outcome: Outcome
    file: str = ""


@dataclass(frozen=True)
class Standing:
    """A mark in an entry of a thread, or in a parked message (`customer` is "" then).

    `second_copy`: a mail that its sender repeated, kept beside the first and not shown. Of an answer, `channel` and
    `status` of its delivery.
    """

    mark: str
    customer: str
    second_copy: bool = False
    files: tuple[str, ...] = ()
    channel: str = ""
    status: str = ""


@dataclass(frozen=True)
class Left:
    """What the carriers have taken. `quoted`: the marks of messages that it quotes."""

    mark: str
    recipient: str
    quoted: tuple[str, ...] = ()


@dataclass
class Reckoning:
    """The counts are of marks. `faults`: kind -> a sentence for each. `missing`: the kind of what is not there."""

    missing: str = "lost"
    accepted: int = 0
    unanswered: int = 0
    refused: int = 0
    standing: int = 0
    parked: int = 0
    second_copies: int = 0
    answers: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_clean(self) -> bool:
        return not any(self.faults.values())


def reckon(
    messages: Sequence[Given],
    answers: Sequence[Given],
    standing: Iterable[Standing],
    left: Iterable[Left],
    points: Mapping[str, frozenset[str]],
    *,
    reports_may_be_lost: bool = False,
    at_rest: bool = True,
) -> Reckoning:
    """`points`: person -> the addresses and numbers at which they are answered.

    `reports_may_be_lost`: the local carriers tell once what became of a message, so with processes that are killed an
    answer may stay `sent`. `at_rest`: False when the time was over before; what is missing then may still come.
    """
    result = Reckoning(missing="lost" if at_rest else "not at rest")
    by_mark = _grouped(standing, lambda one: one.mark)
    sent = _grouped(left, lambda one: one.mark)
    _count_messages(result, messages, by_mark)
    _count_answers(result, answers, by_mark, sent, reports_may_be_lost=reports_may_be_lost)
    _look_for_strangers(result, {one.mark for one in (*messages, *answers)}, by_mark, sent)
    people = {one.mark: one.person for one in (*messages, *answers)}
    _compare_threads(result, people, by_mark)
    _compare_recipients(result, people, sent, points)
    return result


def _count_messages(result: Reckoning, messages: Iterable[Given], by_mark: Mapping[str, list[Standing]]) -> None:
    for message in messages:
        found = by_mark.get(message.mark, [])
        once = [one for one in found if not one.second_copy]
        result.second_copies += len(found) - len(once)
        result.parked += sum(not one.customer for one in once)
        result.standing += bool(once)
        if message.outcome is Outcome.ACCEPTED:
            result.accepted += 1
            if not once:
                result.faults[result.missing].append(
                    f"{message.mark} of {message.person} was accepted and stands nowhere"
                )
        elif message.outcome is Outcome.UNANSWERED:
            result.unanswered += 1
        else:
            result.refused += 1
            if once:
                result.faults["refused"].append(f"{message.mark} of {message.person} was refused and is there")
        if len(once) > 1:
            result.faults["double"].append(f"{message.mark} of {message.person} stands {len(once)} times")
        if message.file and any(message.file not in one.files for one in once):
            result.faults["file"].append(f"{message.mark} stands there without {message.file}")


def _count_answers(
    result: Reckoning,
    answers: Iterable[Given],
    by_mark: Mapping[str, list[Standing]],
    sent: Mapping[str, list[Left]],
    *,
    reports_may_be_lost: bool,
) -> None:
    for answer in answers:
        found, times = by_mark.get(answer.mark, []), len(sent.get(answer.mark, []))
        if answer.outcome is Outcome.ACCEPTED and not found:
            result.faults[f"answer {result.missing}"].append(
                f"{answer.mark} to {answer.person} was accepted and stands nowhere"
            )
        if len(found) > 1:
            result.faults["answer double"].append(f"{answer.mark} to {answer.person} stands {len(found)} times")
        if times > 1:
            result.faults["sent twice"].append(f"{answer.mark} to {answer.person} left {times} times")
        for one in found[:1]:
            result.answers += 1
            result.statuses[one.status or one.channel] += 1
            if fault := _fault_on_the_way(one, times, reports_may_be_lost=reports_may_be_lost):
                result.faults[fault].append(f"{answer.mark} to {answer.person} is {one.status} and left {times} times")
        if times and not found:
            result.faults["not kept"].append(f"{answer.mark} to {answer.person} left and stands in no thread")


def _fault_on_the_way(answer: Standing, times: int, *, reports_may_be_lost: bool) -> str:
    """Of an answer that stands in its thread and left so often; "" where there is none."""
    if answer.channel not in LEAVES_BY:
        return ""
    if answer.status in ON_ITS_WAY:
        return "not at rest"
    if not times and answer.status not in TOLD_TO_A_PERSON:
        return "not sent"
    return "" if answer.status in NEEDS_NO_REPORT or reports_may_be_lost else "no report"


def _look_for_strangers(
    result: Reckoning, known: set[str], by_mark: Mapping[str, object], sent: Mapping[str, object]
) -> None:
    for mark in sorted({*by_mark, *sent} - known):
        result.faults["from nobody"].append(f"{mark} was given in by nobody")


def _compare_threads(result: Reckoning, people: Mapping[str, str], by_mark: Mapping[str, list[Standing]]) -> None:
    """One person, one thread: neither somebody else's words in it, nor their own in another one."""
    threads, persons = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for mark, found in by_mark.items():
        for one in found:
            if mark in people and one.customer:
                threads[one.customer].add(people[mark])
                persons[people[mark]].add(one.customer)
    for customer, there in sorted(threads.items()):
        if len(there) > 1:
            result.faults["wrong person"].append(f"the thread of {customer} has words of {', '.join(sorted(there))}")
    for person, customers in sorted(persons.items()):
        if len(customers) > 1:
            result.faults["two threads"].append(f"{person} is {' and '.join(sorted(customers))}")


def _compare_recipients(
    result: Reckoning,
    people: Mapping[str, str],
    sent: Mapping[str, list[Left]],
    points: Mapping[str, frozenset[str]],
) -> None:
    for mark, copies in sorted(sent.items()):
        person = people.get(mark, "")
        for one in copies:
            if person and one.recipient not in points.get(person, frozenset()):
                result.faults["wrong recipient"].append(f"{mark} to {person} went to {one.recipient}")
            others = sorted({people.get(quoted, "nobody") for quoted in one.quoted} - {person})
            if person and others:
                result.faults["wrong quote"].append(f"{mark} to {person} quotes {', '.join(others)}")


def _grouped(values: Iterable[V], key: Callable[[V], K]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for value in values:
        groups[key(value)].append(value)
    return groups
