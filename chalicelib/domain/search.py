"""What can be found by its words, and on which shelf of the index its words stand.

A shelf is read by those who may see what stands on it, and by nobody else: so what is restricted makes nobody else's
search slower, longer or emptier. Whatever was found is looked at again before it is shown; the index only says where
to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.identifiers import time_of
from chalicelib.domain.search_words import SHORTEST_BEGINNING, stems_in
from chalicelib.domain.threads import Entry, EntryKind

MOST_WORDS = 200  # different ones of a text; further ones lead nowhere
MOST_ASKED = 8
MOST_PERIODS = 60  # months that one search reaches back, unless it says since when
OPEN = ""  # the shelf that everybody reads who answers
NAMES = "@"  # of customers' names; no team is called so
ALWAYS = ""  # the period of what has none
IS = "="  # stands in no stem

_EARLIEST = 2000 * 12  # nothing was written here before
_FOUND = (EntryKind.INBOUND, EntryKind.OUTBOUND, EntryKind.NOTE)


@dataclass(frozen=True, slots=True)
class IndexedText:
    """`place`: which text it is; a newer one sorts behind. `period`: the month in which it was written, `yyyymm`."""

    place: str
    period: str
    shelf: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Posting:
    """That a word leads to a place: one row of the index. `beginning`: of the word, and the shelf where it has a name.

    Words that begin alike stand together, so those with one beginning are found without a row more.
    """

    beginning: str
    word: str
    period: str
    place: str


def shelf_of(case: Case, *, restricted: bool) -> str:
    """`restricted`: whether the case's kind is."""
    return case.team if restricted else OPEN


def posting_of(word: str, text: IndexedText) -> Posting:
    return Posting(beginning_of(word, text.shelf), word, text.period, text.place)


def beginning_of(word: str, shelf: str) -> str:
    """`word`: a stem, or the beginning of one; or what a case is found by, which is whole."""
    start = word if IS in word else word[:SHORTEST_BEGINNING]
    return f"{start}@{shelf}" if shelf else start


def words_of(entry: Entry) -> frozenset[str]:
    """The words by which an entry is found: none of an event, of a code, of a second copy, of what went elsewhere."""
    if entry.kind not in _FOUND or not entry.case_id or entry.moved_to or entry.is_second_copy:
        return frozenset()
    words: dict[str, None] = {}
    for text in _texts_of(entry):
        for stem in stems_in(text):
            if len(words) == MOST_WORDS:
                return frozenset(words)
            words[stem] = None
    return frozenset(words)


def indexed_entry(entry: Entry, shelf: str) -> IndexedText:
    return IndexedText(f"{entry.id}/{entry.customer_id}", period_of(entry.at), shelf, words_of(entry))


def indexed_case(case: Case, shelf: str) -> IndexedText:
    """By what it is listed: no text, and words that none has (`tag=damaged`). It stands where it was opened in time."""
    words = case_words(case.tags, case.kind, case.channel, case.status)
    found = frozenset(words) if case.status is not CaseStatus.MOVED else frozenset[str]()
    return IndexedText(f"{case.id}/{case.customer_id}", period_of(time_of(case.id)), shelf, found)


def case_words(tags: Iterable[str] = (), kind: str = "", channel: str = "", status: str = "") -> tuple[str, ...]:
    """What a case is found by; "" for whatever it is. The rarest first, as far as one can know."""
    said = [("tag", tag) for tag in tags] + [("kind", kind), ("channel", channel), ("status", status)]
    return tuple(f"{name}{IS}{value}" for name, value in said if value)


def indexed_name(customer_id: str, name: str) -> IndexedText:
    return IndexedText(customer_id, ALWAYS, NAMES, name_words(name))


def name_words(name: str) -> frozenset[str]:
    """Somebody may be called Dobry: of a name every word counts."""
    return frozenset(list(stems_in(name, common=True))[:MOST_WORDS])


def names_at(place: str) -> tuple[str, str]:
    """The ids of customer and of entry or case."""
    id_, _, customer_id = place.partition("/")
    return customer_id, id_


def period_of(at: datetime) -> str:
    return f"{at:%Y%m}"


def periods_between(since: datetime | None, until: datetime) -> tuple[str, ...]:
    """The newest first: at most `MOST_PERIODS` of them, or all where it is said since when."""
    months = until.year * 12 + until.month - 1
    first = max(_EARLIEST, since.year * 12 + since.month - 1) if since else months - MOST_PERIODS + 1
    return tuple(f"{month // 12:04}{month % 12 + 1:02}" for month in range(months, first - 1, -1))


def readable_texts(entry: Entry) -> tuple[str, ...]:
    """What an excerpt is taken from."""
    return tuple(text for text in _texts_of(entry) if text)


def _texts_of(entry: Entry) -> Iterator[str]:
    """What says most in the fewest words first. Quoted text was found where it was written, signatures say nothing."""
    yield entry.subject
    if entry.arrival:
        yield entry.arrival.sender_name
        yield _value(entry.arrival.point)
    if entry.delivery:
        yield _value(entry.delivery.point)
    for file in entry.attachments:
        yield file.name
    yield entry.text
    if entry.forward:
        yield from (entry.forward.sender_name, entry.forward.sender_address, entry.forward.subject, entry.forward.body)
    if entry.reading:
        yield entry.reading.text


def _value(point: ContactPoint | None) -> str:
    return point.value if point else ""
