"""The fake against what the documentation of OpenSearch says, page by page; no server was asked."""

from __future__ import annotations

import json

import pytest

from chalicelib.gateways.opensearch import MAPPING, Collection
from tests.fakes.opensearch import CREDENTIALS, REGION, served

DOCUMENT = {"place": "01/a", "period": "m202611", "shelf": "@", "words": ["pralk", "woda"]}


@pytest.fixture
def ask():
    with served() as fake:
        collection = Collection(fake.endpoint, REGION, lambda: CREDENTIALS)

        def ask(method, path, said=None, *lines):
            body = json.dumps(said).encode() if said is not None else b""
            body = b"".join(json.dumps(line).encode() + b"\n" for line in lines) or body
            return collection.ask(method, path, body)

        assert ask("PUT", "/texts", MAPPING)[0] == 200
        yield ask


def bulk(ask, *lines):
    status, answer = ask("POST", "/texts/_bulk", None, *lines)
    assert status == 200
    return answer["errors"], [(name, one["status"]) for item in answer["items"] for name, one in item.items()]


def index(id_, document=DOCUMENT, **about):
    return {"index": {"_id": id_, **about}}, document


def found(ask, *filters, **how):
    asked = {"query": {"bool": {"filter": filters}}, "sort": [{"place": "desc"}], "_source": False, **how}
    status, answer = ask("POST", "/texts/_search", {"track_total_hits": False, **asked})
    assert status == 200
    return [hit["_id"] for hit in answer["hits"]["hits"]]


def test_an_index_that_is_there_is_not_made_again(ask):
    """https://docs.opensearch.org/latest/api-reference/index-apis/create-index/"""
    status, answer = ask("PUT", "/texts", MAPPING)
    assert (status, answer["error"]["type"]) == (400, "resource_already_exists_exception")


def test_a_bulk_answers_200_and_says_of_each_change_what_came_of_it(ask):
    """https://docs.opensearch.org/latest/api-reference/document-apis/bulk/"""
    strange = {**DOCUMENT, "colour": "red"}
    assert bulk(ask, *index("1")) == (False, [("index", 201)])
    said = bulk(ask, *index("1"), *index("2", strange), {"delete": {"_id": "3"}}, {"delete": {"_id": "1"}})
    assert said == (True, [("index", 200), ("index", 400), ("delete", 404), ("delete", 200)])


def test_an_older_version_is_refused_and_an_equal_one_by_external_only(ask):
    """https://docs.opensearch.org/latest/api-reference/document-apis/index-document/ (`version_type`)"""
    for kind, equal in (("external", 409), ("external_gte", 200)):
        assert bulk(ask, *index(kind, version=5, version_type=kind)) == (False, [("index", 201)])
        assert bulk(ask, *index(kind, version=5, version_type=kind))[1] == [("index", equal)]
        assert bulk(ask, *index(kind, version=4, version_type=kind)) == (True, [("index", 409)])
        assert bulk(ask, {"delete": {"_id": kind, "version": 4, "version_type": kind}})[1] == [("delete", 409)]
        assert bulk(ask, {"delete": {"_id": kind, "version": 6, "version_type": kind}})[1] == [("delete", 200)]
        assert bulk(ask, *index(kind, version=5, version_type=kind))[1] == [("index", 409)]


def test_filters_have_to_fit_all_and_keywords_are_whole(ask):
    """https://docs.opensearch.org/latest/query-dsl/term/term/, /terms/, /prefix/, /query-dsl/compound/bool/"""
    bulk(ask, *index("1"), *index("2", {**DOCUMENT, "place": "02/a", "words": ["woda"]}))
    assert found(ask, {"term": {"words": "woda"}}) == ["2", "1"]
    assert found(ask, {"term": {"words": "wod"}}) == []
    assert found(ask, {"prefix": {"words": "wod"}}, {"term": {"words": "pralk"}}) == ["1"]
    assert found(ask, {"terms": {"place": ["02/a", "03/a"]}}) == ["2"]


def test_a_search_goes_on_behind_the_values_it_was_sorted_by(ask):
    """https://docs.opensearch.org/latest/search-plugins/searching-data/paginate/ (`search_after`)"""
    bulk(ask, *(line for number in "123" for line in index(number, {**DOCUMENT, "place": f"0{number}/a"})))
    assert found(ask, {"term": {"words": "woda"}}, size=2) == ["3", "2"]
    assert found(ask, {"term": {"words": "woda"}}, size=2, search_after=["02/a"]) == ["1"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("POST", "/texts/_refresh"), ("POST", "/texts/_delete_by_query"), ("GET", "/_cat")],
)
def test_a_collection_has_no_such_operations(ask, method, path):
    """https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-genref.html"""
    assert ask(method, path, {})[0] == 404
