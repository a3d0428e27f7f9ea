"""What the index asks of a collection, and what it makes of one that refuses, loses and comes late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.credentials import Credentials

from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.search import IndexedText
from chalicelib.gateways.opensearch import _TIMEOUTS, ATTEMPTS, INDEX, LARGEST_BULK, Collection, OpenSearchIndex
from chalicelib.ports_on_aws import Ports
from chalicelib.settings import Settings
from tests.fakes.opensearch import CREDENTIALS, REGION, Refused, served

MONTH = "202611"
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
BULK, SEARCH = ("POST", f"/{INDEX}/_bulk"), ("POST", f"/{INDEX}/_search")


@pytest.fixture
def fake():
    with served() as fake:
        yield fake


@pytest.fixture
def index(fake):
    return index_at(fake)


def index_at(fake, credentials=CREDENTIALS):
    return OpenSearchIndex(Collection(fake.endpoint, REGION, lambda: credentials), lambda _seconds: None)


def text(place, *words, shelf=""):
    return IndexedText(place, MONTH, shelf, frozenset(words))


def found(index, word="pralk"):
    return [*index.find([word], [""], [MONTH], 10).items]


def times(fake, call):
    return fake.asked.count(call)


def test_what_was_not_taken_is_written_again_and_nothing_else(fake, index):
    fake.item_troubles.extend([None, Refused(429, "rejected_execution_exception"), None, Refused(503, "unavailable")])
    index.put([text("01/a", "pralk"), text("02/a", "pralk"), text("03/a", "pralk")])
    assert found(index) == ["03/a", "02/a", "01/a"]
    assert times(fake, BULK) == 3
    assert {*fake.indexes[INDEX].versions.values()} == {1}


def test_one_that_is_never_taken_is_no_reason_to_say_that_all_is_well(fake, index):
    fake.item_troubles.extend([None, Refused(400, "mapper_parsing_exception")])
    with pytest.raises(StorageUnavailable):
        index.put([text("01/a", "pralk"), text("02/a", "pralk")])
    assert times(fake, BULK) == 1
    fake.item_troubles.extend([Refused(429, "rejected_execution_exception")] * 50)
    with pytest.raises(StorageUnavailable):
        index.put([text("02/a", "pralk")])
    assert times(fake, BULK) == 1 + ATTEMPTS


def test_what_comes_late_or_again_changes_nothing(index):
    later = AT + timedelta(seconds=1)
    index.put([text("01/a", "now", "pralk")], later)
    index.put([text("01/a", "before")], AT)
    index.remove([text("01/a", "before")], AT)
    assert found(index) == ["01/a"]
    assert found(index, "before") == []
    index.remove([text("01/a", "now", "pralk")], later)
    index.put([text("01/a", "pralk", "moved")], later)
    assert found(index, "moved") == ["01/a"]
    assert found(index, "now") == []
    index.remove([text("01/a", "pralk")], later + timedelta(seconds=1))
    for _ in range(2):
        index.put([text("01/a", "pralk")], later)
    assert found(index) == []


@pytest.mark.parametrize("trouble", [None, (503, b""), (429, b"<html>slow down</html>"), (502, b"{}")])
def test_a_request_that_came_to_nothing_is_made_again(fake, index, trouble):
    index.put([text("01/a", "pralk")])
    fake.troubles.append(trouble)
    assert found(index) == ["01/a"]
    fake.troubles.append(trouble)
    index.remove([text("01/a", "pralk")])
    assert found(index) == []


@pytest.mark.parametrize("trouble", [None, (503, b"{}")])
def test_a_collection_that_stays_out_of_reach_is_unavailable(fake, index, trouble):
    fake.troubles.extend([trouble] * 50)
    with pytest.raises(StorageUnavailable):
        index.put([text("01/a", "pralk")])
    assert len(fake.asked) == ATTEMPTS


def test_whoever_searched_waited_for_a_silent_collection_until_the_gateway_gave_them_up():
    """Four times ten seconds: the call was ended from outside, and nobody was told what the matter was."""
    waited = []

    class Silent:
        def ask(self, *_request):
            waited.append(sum(_TIMEOUTS))
            raise StorageUnavailable

    with pytest.raises(StorageUnavailable):
        found(OpenSearchIndex(Silent(), waited.append))
    assert sum(waited) < 29  # seconds, of the function `api_handler` and of API Gateway


def test_whose_signature_is_wrong_gets_nothing(fake, index):
    index.put([text("01/a", "pralk")])
    stranger = index_at(fake, Credentials("AKIDEXAMPLE", "guessed", "token"))
    with pytest.raises(StorageUnavailable):
        found(stranger)
    with pytest.raises(StorageUnavailable):
        stranger.put([text("02/a", "pralk")])


def test_where_nothing_was_ever_written_nothing_is_found(fake, index):
    assert found(index) == []
    assert fake.indexes == {}


def test_the_index_is_made_once_and_by_us_since_the_collection_would_cut_words_itself(fake, index):
    for _ in range(2):
        index.put([text("01/a", "pralk")])
    index_at(fake).put([text("02/a", "pralk")])
    assert times(fake, ("PUT", f"/{INDEX}")) == 2
    assert found(index) == ["02/a", "01/a"]
    assert {name: kept["type"] for name, kept in fake.indexes[INDEX].properties.items()} == dict.fromkeys(
        ("place", "period", "shelf", "words"), "keyword"
    )


def test_an_index_that_is_not_everywhere_yet_is_waited_for(fake, index):
    missing = {"error": {"type": "index_not_found_exception"}, "status": 404}
    fake.troubles.extend(["none", (404, missing), (404, missing)])
    index.put([text("01/a", "pralk")])
    assert found(index) == ["01/a"]


@pytest.mark.parametrize("part", [{"timed_out": True}, {"_shards": {"failed": 1}}])
def test_half_an_answer_is_none(fake, index, part):
    whole = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"hits": []}}
    fake.troubles.append((200, whole | part))
    with pytest.raises(StorageUnavailable):
        found(index)


def test_what_was_written_is_found_when_the_collection_has_refreshed():
    with served(refreshes=False) as fake:
        index = index_at(fake)
        index.put([text("01/a", "pralk")])
        assert found(index) == []
        fake.refresh()
        assert found(index) == ["01/a"]


def test_much_at_once_goes_in_several_requests(fake, index):
    words = [f"{number:040}" for number in range(200)]
    texts = [text(f"{number:03}/a", *words) for number in range(250)]
    index.put(texts)
    assert 200 * 40 * len(texts) / LARGEST_BULK < times(fake, BULK) < 5
    assert len(index.find([words[0]], [""], [MONTH], 1_000).items) == len(texts)


def test_a_stage_that_chose_it_asks_the_collection_and_no_table(monkeypatch, fake):
    for name, value in {
        "ACCESS_KEY_ID": "AKIDEXAMPLE",
        "SECRET_ACCESS_KEY": "secret",
        "SESSION_TOKEN": "token",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    ports = Ports(Settings({"SEARCH_INDEX": "opensearch", "SEARCH_ENDPOINT": fake.endpoint}))
    assert isinstance(ports.search_index, OpenSearchIndex)
    assert "table" not in vars(ports)
