"""From what is written to what is found, over the stores in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.search_words import asked_for
from chalicelib.domain.threads import Arrival, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.index_texts import CaseText, EntryText, IndexTexts, NameText, WrittenTexts
from chalicelib.usecases.ports import Create, Update
from chalicelib.usecases.search_threads import CasesWanted, SearchThreads, Wanted
from tests.domain.making import configuration
from tests.fakes.memory_store import MemoryStore
from tests.fakes.ports import FixedConfiguration, HandClock, MemoryIndex
from tests.fakes.records import ANNA, CASE_ID, CUSTOMER_ID, NOW, a_case, a_customer, an_answer, an_entry, at


class Found:
    """The hub as far as searching goes. `index` is brought to what the store holds as the stream would do it."""

    def __init__(self):
        self.now = HandClock(at(hours=1))
        self.threads = MemoryStore(self.now)
        self.places = MemoryIndex()
        self.configuration = FixedConfiguration(configuration())
        self.index = IndexTexts(self.threads, self.configuration, self.places)
        self.search = SearchThreads(self.threads, self.places, self.now)

    def restrict(self, *kinds):
        kinds = {**SHIPPED_KINDS, **{name: CaseKind(name, restricted=True) for name in kinds}}
        self.configuration = FixedConfiguration(configuration(kinds=kinds))
        self.index = IndexTexts(self.threads, self.configuration, self.places)

    def write(self, *records):
        self.threads.commit([Create(record) for record in records])
        entries = [EntryText(None, record) for record in records if hasattr(record, "case_id")]
        self.index(WrittenTexts(entries, cases=[CaseText(None, case) for case in records if isinstance(case, Case)]))

    def change(self, case, **fields):
        after = replace(case, **fields)
        self.threads.commit([Update(case, after, ())])
        self.index(WrittenTexts(cases=[CaseText(case, after)]))
        return after

    def cases(self, *tags, shelves=("",), sees=lambda _case: True, **wanted):
        page = self.search.cases(CasesWanted(tags, **wanted), shelves, sees, 10)
        return [case.reference for case in page.items]

    def words(self):
        """Of texts, by which something is found."""
        return {key[1] for key, places in self.places.places.items() if places and "=" not in key[1]}

    def texts(self, words, shelves=("",), limit=10, sees=lambda _case: True, **filters):
        wanted = Wanted(asked_for(words), **filters)
        return [hit.entry.text for hit in self.search(wanted, shelves, sees, limit).items]


@pytest.fixture
def hub():
    hub = Found()
    hub.write(a_case())
    return hub


def entry(number=1, **fields):
    moment = at(minutes=-number)
    arrival = Arrival(ANNA, Trust.AUTHENTICATED, "new", "", "raw/1", "Anna Nowak")
    return an_entry(**({"id": ulid_for(moment, str(number)), "at": moment, "arrival": arrival} | fields))


def test_a_message_is_found_by_its_words_and_by_what_stands_around_them(hub):
    hub.write(entry(text="Pralka znów nie wiruje", subject="Reklamacja"))
    for words in ("pralki", "REKLAMACJI pralka", "anna@example.pl", "wiruje"):
        assert hub.texts(words) == ["Pralka znów nie wiruje"], words
    assert hub.texts("lodówka") == []
    assert hub.texts("pralka lodówka") == []


def test_what_nobody_should_find_is_not_in_the_index(hub):
    first = entry()
    hub.write(
        entry(2, kind=EntryKind.CODE, text="Kod 123456"),
        entry(3, kind=EntryKind.EVENT, text="zdarzenie"),
        entry(4, text="kopia", arrival=replace(first.arrival, duplicate_of=first.id)),
        entry(5, text="przeniesiona", moved_to="a/b"),
    )
    assert {key for key in hub.places.places if "=" not in key[1]} == set()


def test_a_delivery_that_goes_on_writes_nothing(hub):
    before = an_answer()
    after = replace(before, delivery=replace(before.delivery, attempts=9))
    assert hub.index(WrittenTexts([EntryText(before, after)])) == 0


def test_a_batch_that_comes_again_changes_nothing_and_of_one_entry_the_end_counts(hub):
    one = entry(text="Pralka")
    moved = replace(one, text="", subject="", moved_to="x/y", arrival=None, attachments=())
    hub.write(one)
    before = {key: {*places} for key, places in hub.places.places.items()}
    hub.index(WrittenTexts([EntryText(None, one)]))
    assert hub.places.places == before
    hub.index(WrittenTexts([EntryText(None, one), EntryText(one, moved)]))
    assert hub.words() == set()


def test_what_is_read_on_a_fax_later_is_found_then(hub):
    one = entry(text="")
    hub.write(one)
    after = replace(one, text="Umowa najmu")
    hub.threads.commit([Update(one, after, ())])
    hub.index(WrittenTexts([EntryText(one, after)]))
    assert hub.texts("umowy") == ["Umowa najmu"]


def test_what_is_deleted_leaves_nothing_behind_whatever_its_case_was(hub):
    one = entry(text="Pralka")
    hub.write(one)
    hub.restrict("secret")
    hub.index(WrittenTexts([EntryText(replace(one, case_id="gone"), None)]))
    assert hub.words() == set()


def test_a_row_of_the_index_shows_nothing_that_does_not_stand_there_any_more(hub):
    one = entry(text="Pralka")
    hub.write(one)
    hub.threads.commit([Update(one, replace(one, text="Inna", subject=""), ())])
    assert hub.texts("pralka") == []
    hub.index(WrittenTexts([EntryText(None, entry(2, text="Pralka, ale nie w tabeli"))]))
    assert hub.texts("pralka") == []


def test_filters(hub):
    other = a_case(id=ulid_for(NOW, "c2"), reference="X", team="billing", kind="complaint", status=CaseStatus.CLOSED)
    spam = a_case(id=ulid_for(NOW, "c3"), reference="Y", status=CaseStatus.SPAM)
    hub.write(other, spam)
    hub.write(
        entry(1, text="pralka 1", channel=Channel.EMAIL),
        entry(2, text="pralka 2", channel=Channel.SMS, case_id=other.id),
        entry(3, text="pralka 3", case_id=spam.id),
    )
    assert hub.texts("pralka") == ["pralka 1", "pralka 2"]
    assert hub.texts("pralka", status=CaseStatus.CLOSED) == ["pralka 2"]
    assert hub.texts("pralka", status=CaseStatus.SPAM) == ["pralka 3"]
    assert hub.texts("pralka", team="billing") == hub.texts("pralka", kind="complaint") == ["pralka 2"]
    assert hub.texts("pralka", channel=Channel.SMS) == ["pralka 2"]
    middle = at(minutes=-1, seconds=-30)
    assert hub.texts("pralka", since=middle) == ["pralka 1"]
    assert hub.texts("pralka", until=middle) == ["pralka 2"]
    assert hub.texts("pralka", since=at(days=-900), until=at(days=-400)) == []


def test_the_newest_come_first_in_pages_that_go_on(hub):
    hub.write(*(entry(number, text=f"pralka {number}") for number in range(1, 8)))
    wanted, start, pages = Wanted(asked_for("pralka")), None, []
    while not pages or start:
        page = hub.search(wanted, [""], lambda _case: True, 3, start)
        pages.append([hit.entry.text for hit in page.items])
        start = page.next
    assert [*filter(None, pages)] == [
        ["pralka 1", "pralka 2", "pralka 3"],
        ["pralka 4", "pralka 5", "pralka 6"],
        ["pralka 7"],
    ]


def test_a_restricted_case_makes_the_pages_of_others_no_shorter_and_their_cursors_no_other(hub):
    hub.write(*(entry(number, text=f"pralka {number}") for number in range(1, 6)))
    plain = hub.search(Wanted(asked_for("pralka")), [""], lambda _case: True, 3)
    hub.restrict("secret")
    secret = a_case(id=ulid_for(NOW, "c4"), reference="Z", team="billing", kind="secret")
    hub.write(secret)
    hub.write(*(entry(number, text=f"pralka {number}", case_id=secret.id) for number in range(10, 60)))
    asked = []
    hub.threads.hook = lambda call: asked.append(call.name)
    assert hub.search(Wanted(asked_for("pralka")), [""], lambda case: case.team == "care", 3) == plain
    assert len(asked) == 4  # one round, each call at both of its moments
    assert hub.texts("pralka", shelves=("", "billing"), limit=60)[5:] == [
        f"pralka {number}" for number in range(10, 60)
    ]


def test_a_case_that_becomes_restricted_takes_what_is_in_it_along_and_brings_it_back(hub):
    hub.restrict("secret")
    hub.write(entry(text="Pralka"))
    case = hub.threads.get_case(CUSTOMER_ID, CASE_ID)
    for kind, team in (("secret", "care"), ("secret", "billing"), (case.kind, "billing")):
        before = hub.threads.get_case(CUSTOMER_ID, CASE_ID)
        after = replace(before, kind=kind, team=team)
        hub.threads.commit([Update(before, after, ())])
        hub.index(WrittenTexts(cases=[CaseText(before, after)]))
        shelf = team if kind == "secret" else ""
        assert {key[0] for key, places in hub.places.places.items() if places} == {shelf}
        assert hub.cases(kind=kind, shelves=(shelf,)) == [case.reference]
        assert hub.texts("pralka", shelves=(shelf,)) == ["Pralka"]


def test_a_case_that_changes_is_taken_from_where_it_stood_by_other_rules(hub):
    """Its kind was open to all when it was listed; nothing said so since, and nobody made the index again."""
    case = hub.threads.get_case(CUSTOMER_ID, CASE_ID)
    hub.restrict(case.kind)
    hub.change(case, tags=("fragile",))
    assert {key[0] for key, places in hub.places.places.items() if places} == {"care"}


def test_a_case_that_is_closed_to_somebody_is_not_found_by_them_while_the_index_has_not_heard_of_it(hub):
    hub.write(entry(text="Pralka"))
    before = hub.threads.get_case(CUSTOMER_ID, CASE_ID)
    hub.threads.commit([Update(before, replace(before, team="billing"), ())])
    assert hub.texts("pralka", sees=lambda case: case.team == "care") == []
    assert hub.texts("pralka", sees=lambda case: case.team == "billing") == ["Pralka"]


def test_made_again_the_index_is_as_the_rules_are_now(hub):
    one = entry(text="Pralka")
    hub.write(one)
    hub.restrict(hub.threads.get_case(CUSTOMER_ID, CASE_ID).kind)
    hub.index.again([one], [NameText(CUSTOMER_ID, "", "Anna")], [hub.threads.get_case(CUSTOMER_ID, CASE_ID)])
    assert {key[0] for key, places in hub.places.places.items() if places} == {"care", "@"}
    assert hub.texts("pralka") == []


def test_customers_are_found_by_name_and_those_who_were_merged_as_the_survivor(hub):
    kowalska, merged = a_customer(name="Anna Kowalska"), a_customer(id=ulid_for(NOW, "2"), name="Anna Kowalska-Lis")
    hub.write(kowalska, replace(merged, merged_into=kowalska.id))
    hub.index(WrittenTexts(names=[NameText(one.id, "", one.name) for one in (kowalska, merged)]))
    assert [one.id for one in hub.search.by_name(asked_for("kowalskiej", common=True), 5).items] == [kowalska.id]
    assert [one.id for one in hub.search.by_name(asked_for("anny lis", common=True), 5).items] == [kowalska.id]
    hub.index(WrittenTexts(names=[NameText(kowalska.id, "Anna Kowalska", "Anna Nowak")]))
    assert hub.search.by_name(asked_for("nowak", common=True), 5).items == ()
    assert kowalska.id not in hub.places.places["@", "kowalsk", ""]


def test_what_is_being_typed_is_found_by_its_beginning(hub):
    hub.write(entry(1, text="Faktura"), entry(2, text="faktor"), entry(3, text="zwrot faktury"), entry(4, text="fax"))
    hub.index(WrittenTexts(names=[NameText(CUSTOMER_ID, "", "Anna Kowalska")]))
    hub.threads.commit([Create(a_customer(name="Anna Kowalska"))])
    assert hub.texts("fakt*") == ["Faktura", "faktor", "zwrot faktury"]
    assert hub.texts("zwrot fakt*") == ["zwrot faktury"]
    assert [one.id for one in hub.search.by_name(asked_for("anna kow*", common=True), 5).items] == [CUSTOMER_ID]
    assert hub.search.by_name(asked_for("anna kowb*", common=True), 5).items == ()


def test_cases_are_found_by_what_they_have_in_common(hub):
    first = hub.threads.get_case(CUSTOMER_ID, CASE_ID)
    later = ulid_for(NOW, "c2")
    other = a_case(id=later, reference="X", opened_at=NOW, kind="complaint", channel=Channel.SMS, tags=("fragile",))
    hub.write(other)
    first = hub.change(first, tags=("damaged", "fragile"))
    assert hub.cases("fragile") == ["X", first.reference]
    assert hub.cases("fragile", "damaged") == [first.reference]
    assert hub.cases("fragile", kind="complaint") == hub.cases(channel=Channel.SMS) == ["X"]
    assert hub.cases("fragile", team="billing") == hub.cases("late") == []
    hub.change(first, status=CaseStatus.CLOSED, tags=("fragile",))
    assert hub.cases("damaged") == []
    assert hub.cases("fragile") == ["X", first.reference]
    assert hub.cases("fragile", status=CaseStatus.OPEN) == ["X"]
    hub.change(other, status=CaseStatus.SPAM)
    assert hub.cases("fragile") == [first.reference]
    assert hub.cases("fragile", status=CaseStatus.SPAM) == ["X"]


def test_cases_are_listed_of_a_time_and_what_was_opened_before_it_is_not_looked_through(hub):
    for days in range(3):
        opened = NOW - timedelta(days=days, minutes=1)
        hub.write(a_case(id=ulid_for(opened, "c"), reference=f"X{days}", opened_at=opened, channel=Channel.FAX))
    day = {"since": NOW - timedelta(days=2), "until": NOW - timedelta(days=1)}
    assert hub.cases(channel=Channel.FAX, **day) == ["X1"]
    assert hub.cases(channel=Channel.FAX, since=day["until"]) == ["X0"]
    assert hub.cases(channel=Channel.FAX, until=day["until"]) == ["X1", "X2"]
    assert hub.cases(channel=Channel.FAX, since=NOW + timedelta(days=40)) == []
    page = hub.search.cases(CasesWanted(channel=Channel.FAX, since=day["until"]), ("",), lambda _case: True, 2)
    assert ([case.reference for case in page.items], page.next) == (["X0"], None)


def test_a_case_that_is_gone_or_was_moved_is_in_no_list(hub):
    case = hub.change(hub.threads.get_case(CUSTOMER_ID, CASE_ID), tags=("fragile",))
    moved = replace(case, status=CaseStatus.MOVED)
    hub.index(WrittenTexts(cases=[CaseText(case, moved)]))
    assert not any(hub.places.places.values())
    hub.index(WrittenTexts(cases=[CaseText(moved, case), CaseText(case, None)]))
    assert not any(hub.places.places.values())


def test_a_list_by_tag_shows_nobody_what_is_closed_to_them_nor_what_is_so_no_more(hub):
    hub.restrict("secret")
    case = hub.change(hub.threads.get_case(CUSTOMER_ID, CASE_ID), tags=("fragile",), kind="secret")
    assert hub.cases("fragile") == []
    assert hub.cases("fragile", shelves=("", "care")) == [case.reference]
    assert hub.cases("fragile", shelves=("", "care"), sees=lambda _case: False) == []
    hub.threads.commit([Update(case, replace(case, tags=()), ())])
    assert hub.cases("fragile", shelves=("", "care")) == []


def test_texts_are_found_in_cases_with_a_tag(hub):
    other = a_case(id=ulid_for(NOW, "c2"), reference="X", tags=("fragile",))
    hub.write(other, entry(1, text="pralka 1"), entry(2, text="pralka 2", case_id=other.id))
    assert hub.texts("pralka", tag="fragile") == ["pralka 2"]
