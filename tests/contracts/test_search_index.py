"""The index of words, on each of its engines."""

from __future__ import annotations

import pytest

from chalicelib.domain.search import IndexedText
from chalicelib.gateways.opensearch import Collection, OpenSearchIndex
from chalicelib.storage.word_table import WordTable
from tests.contracts.deviations import expect_deviation
from tests.fakes.opensearch import CREDENTIALS, REGION, served
from tests.fakes.ports import MemoryIndex

OLD, NEW = "202610", "202611"
PERIODS = (NEW, OLD)


ENGINES = ["memory", "moto", pytest.param("dynoxide", marks=pytest.mark.emulator), "opensearch"]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture
def index(request, engine):
    """`opensearch`: over HTTP against `tests/fakes/opensearch.py`; no collection on AWS was ever asked."""
    if engine == "opensearch":
        with served() as fake:
            yield OpenSearchIndex(Collection(fake.endpoint, REGION, lambda: CREDENTIALS), lambda _seconds: None)
        return
    expect_deviation(request, engine)
    yield MemoryIndex() if engine == "memory" else WordTable(request.getfixturevalue(f"{engine}_table"))


def text(place, *words, shelf="", period=NEW):
    return IndexedText(place, period, shelf, frozenset(words))


def found(index, *words, shelves=("",), periods=PERIODS, limit=10, start=None):
    """Page by page, as long as more may follow."""
    places, pages = [], 0
    while True:
        page = index.find(words, shelves, periods, limit, start)
        assert len(page.items) <= limit
        places += page.items
        pages += 1
        start = page.next
        if start is None:
            return places
        assert pages < 100


def test_a_text_is_found_by_all_of_its_words_the_newest_first(index):
    index.put([text("03/a", "pralk", "wirowa"), text("01/a", "pralk"), text("02/b", "pralk", "wirowa", "woda")])
    assert found(index, "pralk") == ["03/a", "02/b", "01/a"]
    assert found(index, "wirowa", "pralk") == ["03/a", "02/b"]
    assert found(index, "pralk", "wirowa", "woda") == ["02/b"]
    assert found(index, "pralk", "prad") == []
    assert found(index, "prad") == []


def test_a_word_is_found_whole(index):
    index.put([text("01/a", "pralk")])
    assert found(index, "pral") == found(index, "pralka") == []


def test_a_beginning_is_found_in_all_words_that_begin_so_the_newest_first(index):
    index.put([text("01/a", "faktur", "zaplat"), text("02/a", "faktor"), text("03/a", "fakt", "zaplat")])
    index.put(
        [text("04/a", "fak", "nafaktur"), text("05/a", "fakty", shelf="legal"), text("00/a", "faktur", period=OLD)]
    )
    assert found(index, "fakt*") == ["03/a", "02/a", "01/a", "00/a"]
    assert found(index, "faktu*") == ["01/a", "00/a"]
    assert found(index, "zaplat", "fakt*", limit=1) == ["03/a", "01/a"]
    assert found(index, "fakt*", shelves=("", "legal"), limit=2) == ["05/a", "03/a", "02/a", "01/a", "00/a"]
    assert found(index, "faktura*") == []


def test_of_a_text_with_several_words_that_begin_so_there_is_one_place(index):
    index.put([text("01/a", "faktur", "fakt", "faktor"), text("02/a", "faktur")])
    assert found(index, "fakt*", limit=1) == ["02/a", "01/a"]
    assert found(index, "fakt*", start={"period": NEW, "below": "02/a"}) == ["01/a"]


def test_the_periods_come_in_their_order_and_no_other_is_looked_into(index):
    index.put([text("09/a", "pralk", period="202609"), text("10/a", "pralk", period=OLD), text("11/a", "pralk")])
    assert found(index, "pralk") == ["11/a", "10/a"]
    assert found(index, "pralk", periods=("202609",)) == ["09/a"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_go_on_where_the_one_before_ended(index, limit):
    index.put([text(f"{at:02}/a", "pralk", "woda", period=OLD if at < 4 else NEW) for at in range(8)])
    index.put([text("055/a", "pralk"), text("015/a", "woda", period=OLD)])
    assert found(index, "pralk", "woda", limit=limit) == [f"{at:02}/a" for at in reversed(range(8))]


def test_what_is_newer_than_a_place_can_be_left_out(index):
    index.put([text("01/a", "pralk"), text("02/a", "pralk"), text("00/a", "pralk", period=OLD)])
    assert found(index, "pralk", start={"period": NEW, "below": "02"}) == ["01/a", "00/a"]
    assert found(index, "pralk", start={"period": OLD, "below": ""}) == ["00/a"]


def test_a_shelf_is_found_by_who_reads_it_and_several_are_read_as_one(index):
    index.put([text("01/a", "pralk"), text("02/a", "pralk", shelf="legal"), text("03/a", "pralk", shelf="care")])
    index.put([text("04/a", "pralk"), text("05/a", "pralk", shelf="legal")])
    assert found(index, "pralk") == ["04/a", "01/a"]
    assert found(index, "pralk", shelves=("", "legal"), limit=2) == ["05/a", "04/a", "02/a", "01/a"]
    assert found(index, "pralk", shelves=("care",)) == ["03/a"]


def test_cases_are_found_by_what_they_have_in_common(index):
    index.put([text("01/a", "tag=fragile", "status=open"), text("02/b", "tag=fragile-glass", "status=open")])
    index.put([text("03/b", "tag=fragile", "status=closed", "kind=complaint")])
    assert found(index, "tag=fragile") == ["03/b", "01/a"]
    assert found(index, "tag=fragile", "status=open") == ["01/a"]
    assert found(index, "tag", "fragile") == []


def test_a_word_that_begins_as_the_state_of_a_case_led_to_all_cases_with_one(index):
    """Whoever looked for what is written of a `stacja` got pages of open cases, and nothing was shown of them."""
    index.put([text("02/a", "status=open", "tag=tagi", "kind=question"), text("01/a", "stacj", "tag")])
    assert found(index, "sta*", limit=1) == found(index, "tag*") == ["01/a"]
    assert found(index, "kin*") == []
    assert found(index, "status=open") == ["02/a"]


def test_names_have_no_period(index):
    index.put([text("01", "kowalsk", "ann", shelf="@", period=""), text("02", "kowal", "ann", shelf="@", period="")])
    assert found(index, "kowal*", shelves=("@",), periods=("",)) == ["02", "01"]
    assert found(index, "ann", shelves=("@",), periods=("",), limit=1) == ["02", "01"]
    assert found(index, "ann") == []


def test_putting_it_again_changes_nothing(index):
    for _ in range(2):
        index.put([text("01/a", "pralk"), text("01/a", "pralk")])
    assert found(index, "pralk") == ["01/a"]


def test_what_is_removed_is_found_no_more_until_it_is_put_again(index):
    index.put([text("01/a", "pralk", "woda"), text("02/a", "pralk")])
    index.remove([text("01/a", "pralk", "woda"), text("07/a", "nothing")])
    assert found(index, "pralk") == ["02/a"]
    assert found(index, "woda") == []
    index.put([text("01/a", "pralk", "prad")])
    assert found(index, "pralk") == ["02/a", "01/a"]
    assert found(index, "prad") == ["01/a"]


def test_a_text_changes_its_shelf(index):
    index.put([text("01/a", "pralk")])
    index.remove([text("01/a", "pralk")])
    index.put([text("01/a", "pralk", shelf="legal")])
    assert found(index, "pralk") == []
    assert found(index, "pralk", shelves=("", "legal")) == ["01/a"]


def test_a_text_of_many_words_and_many_texts_at_once(index):
    index.put([text(f"{at:02}/a", *(f"w{number}" for number in range(60))) for at in range(3)])
    assert found(index, *(f"w{number}" for number in range(50, 58))) == ["02/a", "01/a", "00/a"]
