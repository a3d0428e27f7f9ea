from __future__ import annotations

import pytest

from chalicelib import wiring
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import Customer
from chalicelib.domain.identifiers import ulid_for
from chalicelib.usecases.index_texts import CaseText, EntryText, NameText, WrittenTexts
from tests.api.conftest import CUSTOMER_ID, MESSAGE_ID, OTHER_AGENT, REFERENCE, inbound
from tests.domain.making import MONDAY_TEN


@pytest.fixture
def written(annas):
    """What Anna wrote, and one message more, in the index."""
    another = inbound(id=ulid_for(MONDAY_TEN, "2"), text="Gdzie jest <b>umowa</b>?", subject="")
    annas.keep(another)
    first = annas.ports.threads.get_entry(CUSTOMER_ID, MESSAGE_ID)
    names = [NameText(CUSTOMER_ID, "", annas.ports.threads.get_customer(CUSTOMER_ID).name)]
    wiring.hub().index_texts(WrittenTexts([EntryText(None, entry) for entry in (first, another)], names))
    return annas


def test_a_hit_says_where_it_stands_and_a_piece_of_it_as_plain_text(written):
    (hit,) = written.get("/v1/search?words=umowy").json["hits"]
    assert hit["excerpt"] == "Gdzie jest <b>umowa</b>?"
    assert hit["found"] == ["umowa"]
    assert hit["case"]["reference"] == REFERENCE
    assert written.get(hit["links"]["entry"].removeprefix("/api")).json["text"] == "Gdzie jest <b>umowa</b>?"


def test_pages_go_on_with_a_cursor_that_is_good_for_the_same_words_and_caller_only(written):
    first = written.get("/v1/search?words=anna&limit=1").json
    assert len(first["hits"]) == 1
    query = f"&limit=1&cursor={first['next']}"
    second = written.get(f"/v1/search?words=anna{query}").json
    assert [len(second["hits"]), second["next"]] == [1, None]
    assert first["hits"] != second["hits"]
    for path, caller in (("words=anny+umowa", None), ("words=anna&status=open", None), ("words=anna", OTHER_AGENT)):
        answer = written.get(f"/v1/search?{path}{query}", **({"as_": caller} if caller else {}))
        assert (answer.status, answer.json["field"]) == (400, "cursor")


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("", 400, "words"),
        ("?words=prosze", 400, "words"),
        ("?words=a+b+c1+c2+c3+c4+c5+c6+c7+c8+c9", 400, "words"),
        ("?words=faktura&team=nobodys", 404, None),
        ("?words=faktura&status=moved", 400, "status"),
        ("?words=faktura&since=yesterday", 400, "since"),
        ("?words=faktura&since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z", 400, "since"),
        ("?words=faktura&limit=51", 400, "limit"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_by_its_name(written, query, status, field):
    answer = written.get(f"/v1/search{query}")
    assert (answer.status, answer.json["field"]) == (status, field)


@pytest.mark.parametrize("query", ["&until=1900-01-01T00:00:00Z", "&since=2999-01-01T00:00:00Z", "&channel=fax"])
def test_where_nothing_can_be_nothing_is_found(written, query):
    assert written.get(f"/v1/search?words=faktura{query}").json == {"hits": [], "next": None}


@pytest.mark.parametrize("query", ["&since=1900-01-01T00:00:00Z", "&until=2999-12-31T23:59:59Z", "&channel=email"])
def test_far_ends_of_time_are_no_trouble(written, query):
    assert len(written.get(f"/v1/search?words=umowa{query}").json["hits"]) == 1


def test_every_channel_can_be_asked_for(written):
    for channel in Channel:
        assert written.get(f"/v1/search?words=umowa&channel={channel}").status == 200


def test_customers_are_found_by_name(written):
    another = Customer(ulid_for(MONDAY_TEN, "anna2"), MONDAY_TEN, name="Anna Lis")
    written.keep(another)
    wiring.hub().index_texts(WrittenTexts(names=[NameText(another.id, "", another.name)]))
    assert [one["name"] for one in written.get("/v1/customers?name=lis+ANNA").json["customers"]] == ["Anna Lis"]
    assert written.get("/v1/customers?name=zbigniew").json == {"customers": [], "next": None}
    assert written.get("/v1/customers?name=lis&reference=" + REFERENCE).status == 400


def test_a_beginning_is_found_and_the_words_that_have_it_are_marked(written):
    (hit,) = written.get("/v1/search?words=umo*").json["hits"]
    assert hit["found"] == ["umowa"]
    assert [one["id"] for one in written.get("/v1/customers?name=ann*").json["customers"]] == [CUSTOMER_ID]


@pytest.fixture
def tagged(written):
    assert written.put(f"/v1/cases/{REFERENCE}/tags", {"tags": ["Fragile", "uszkodzone-w-transporcie"]}).status == 204
    case = written.ports.threads.get_case(CUSTOMER_ID, written.get(f"/v1/cases/{REFERENCE}").json["id"])
    wiring.hub().index_texts(WrittenTexts(cases=[CaseText(None, case)]))
    return written


def test_cases_are_found_by_tag_and_texts_in_them(tagged):
    found = tagged.get("/v1/search/cases?tag=FRAGILE,uszkodzone-w-transporcie&kind=question&status=open").json["cases"]
    assert [case["reference"] for case in found] == [REFERENCE]
    assert tagged.get(f"/v1/cases/{REFERENCE}").json["tags"] == ["fragile", "uszkodzone-w-transporcie"]
    assert tagged.get("/v1/search/cases?tag=late").json == {"cases": [], "next": None}
    assert tagged.get("/v1/search/cases?tag=fragile&until=2020-01-01T00:00:00Z").json == {"cases": [], "next": None}
    assert len(tagged.get("/v1/search?words=umowa&tag=fragile").json["hits"]) == 1
    assert tagged.get("/v1/search?words=umowa&tag=late").json["hits"] == []


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("", 400, "tag"),
        ("?tag=a+b", 400, "tag"),
        ("?tag=,", 400, "tag"),
        ("?team=care", 400, "tag"),
        ("?since=2026-11-23T00:00:00Z", 400, "tag"),
        ("?tag=a&since=2026-11-23T00:00:00Z&until=2026-11-23T00:00:00Z", 400, "since"),
        ("?tag=a&team=x", 404, None),
    ],
)
def test_lists_that_nobody_can_be_given_say_what_to_ask(written, query, status, field):
    answer = written.get(f"/v1/search/cases{query}")
    assert (answer.status, answer.json["field"]) == (status, field)


@pytest.mark.parametrize("tags", [["a b"], ["#"], [""], ["a" * 41], ["a\u202eb"], ["-"], [f"t{n}" for n in range(21)]])
def test_what_is_no_tag_is_refused(written, tags):
    answer = written.put(f"/v1/cases/{REFERENCE}/tags", {"tags": tags})
    assert (answer.status, answer.json["field"].partition("[")[0]) == (400, "tags")
