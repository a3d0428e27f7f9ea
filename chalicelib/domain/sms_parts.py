"""Text messages that travelled in parts and were not put together on the way: which entries belong together.

Carriers join parts; where one does not, each part is a message of its own, with its own raw. They stay that, because
they may come in any order and one may never come; what they say together is worked out when they are read.

Two things prove that messages are parts. The header of 3GPP TS 23.040, 9.2.3.24, when a carrier leaves it in the text.
And the length: a text of exactly as many letters as fit beside that header (153, or 67 of other alphabets) is cut off,
when the same sender's next one comes within seconds. "(1/2)" in the text proves nothing: people number things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.sms import SmsFacts
from chalicelib.domain.threads import Entry

SECONDS_APART = timedelta(seconds=10)
HEADERS_REPEAT_AFTER = timedelta(minutes=10)  # a reference is one byte, and starts again after 255 messages


@dataclass(frozen=True, slots=True)
class _Sms:
    entry: Entry
    sender: ContactPoint
    facts: SmsFacts

    @property
    def header(self) -> tuple[str, str, int]:
        part = self.facts.part
        return str(self.sender), part.reference if part else "", part.of if part else 0

    @property
    def number(self) -> int:
        return self.facts.part.number if self.facts.part else 0


def whole_texts(entries: Iterable[Entry]) -> Mapping[str, str]:
    """Entry id -> what the message says of which the entry is a part. Only for messages whose parts are all there."""
    messages = sorted(_messages(entries), key=lambda sms: (str(sms.sender), sms.entry.at, sms.entry.id))
    numbered = [sms for sms in messages if sms.facts.part]
    others = [sms for sms in messages if not sms.facts.part]
    whole: dict[str, str] = {}
    for group in (*_with_one_header(numbered), *_cut_off(others)):
        text = "".join(sms.entry.text for sms in group)
        whole |= {sms.entry.id: text for sms in group}
    return whole


def _messages(entries: Iterable[Entry]) -> Iterator[_Sms]:
    for entry in entries:
        arrival = entry.arrival
        if arrival and arrival.sms and arrival.point:
            yield _Sms(entry, arrival.point, arrival.sms)


def _with_one_header(messages: Sequence[_Sms]) -> Iterator[list[_Sms]]:
    for (_, _, of), found in groupby(sorted(messages, key=lambda sms: sms.header), key=lambda sms: sms.header):
        parts = sorted(found, key=lambda sms: sms.number)
        times = [sms.entry.at for sms in parts]
        soon = max(times) - min(times) <= HEADERS_REPEAT_AFTER
        if soon and [sms.number for sms in parts] == list(range(1, of + 1)):
            yield parts


def _cut_off(messages: Sequence[_Sms]) -> Iterator[list[_Sms]]:
    """Runs within seconds in which all but one are full: that one is the end, whenever it came."""
    for _, found in groupby(messages, key=lambda sms: sms.sender):
        for run in _runs(found):
            full = [sms for sms in run if sms.facts.full]
            rest = [sms for sms in run if not sms.facts.full]
            if full and len(rest) == 1:
                yield [*full, *rest]


def _runs(messages: Iterable[_Sms]) -> Iterator[list[_Sms]]:
    run: list[_Sms] = []
    for sms in messages:
        if run and sms.entry.at - run[-1].entry.at > SECONDS_APART:
            yield run
            run = []
        run.append(sms)
    yield run
