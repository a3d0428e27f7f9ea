"""Customers are imported from a file over the API: once, whatever happens on the way, and with every problem named."""

from __future__ import annotations

import json
import tracemalloc
from io import BytesIO
from urllib.error import HTTPError

import pytest

from chalicelib import wiring
from chalicelib.domain.customers import Customer
from chalicelib.domain.principals import Principal, Role
from infra import import_customers as importing
from infra.import_customers import PATH, Api, ImportStopped
from tests.api.conftest import ISSUER, MemoryPorts
from tests.api.conftest import Api as Hub

OLGA = Principal(ISSUER, "olga", frozenset({Role.ADMIN}))
HEADER = "external_id;name;email;shop.orders\n"


@pytest.fixture
def hub():
    ports = MemoryPorts()
    wiring.use(wiring.Hub(ports))
    yield Hub(ports)
    wiring.use(None)


@pytest.fixture
def post(hub):
    def post(body):
        answer = hub.post(PATH, body, as_=OLGA)
        return answer.status, answer.text.encode()

    return post


def import_file(path, post, say, **how):
    """The hub in memory answers one call at a time."""
    return importing.import_file(path, post, say, at_once=1, **how)


def customers(hub):
    return hub.ports.threads.records(Customer)


def written(tmp_path, rows, header=HEADER):
    path = tmp_path / "customers.csv"
    path.write_text(header + "".join(rows))
    return path


def row(number, name="Anna"):
    return f"crm:{number};{name} {number};a{number}@example.pl;{number}\n"


def problems(path):
    return [json.loads(line) for line in path.with_name("customers.csv.problems").read_text().splitlines()]


def test_each_row_is_a_customer_and_once_more_changes_nothing(hub, post, tmp_path):
    path, said = written(tmp_path, map(row, range(120))), []
    assert import_file(path, post, said.append) == {"created": 120}
    assert said == [
        " 40 %, up to row 51: 50 created",
        " 81 %, up to row 101: 100 created",
        "100 %, up to row 121: 120 created",
    ]
    assert not path.with_name("customers.csv.progress").exists()
    assert import_file(path, post, said.append) == {"unchanged": 120}
    assert len(customers(hub)) == 120


def test_a_dry_run_finds_every_problem_and_imports_nothing(hub, post, tmp_path):
    rows = [row(1), "crm:2;B;no address;\n", ";C;;\n", "crm:4;=1+1;;\n", "CRM 5;D;;\n"]
    path = written(tmp_path, rows)
    counts = import_file(path, post, print, dry_run=True)
    assert (counts, customers(hub)) == ({"created": 1, "refused": 4}, [])
    found = problems(path)
    assert [(one["row"], one["external_id"], one["field"]) for one in found] == [
        (3, "crm:2", "email"),
        (4, None, "external_id"),
        (5, "crm:4", "name"),
        (6, "CRM 5", "external_id"),
    ]
    assert found[0]["problem"] == "This is not an address of that kind."
    assert import_file(path, post, print) == counts
    assert len(customers(hub)) == 1


def test_what_was_cut_short_goes_on_where_it_was(hub, post, tmp_path):
    rows = [row(number) if number % 10 else f"crm:{number};;no address;\n" for number in range(200)]
    path, calls = written(tmp_path, rows), []

    def dies(body):
        calls.append(len(json.loads(body)["records"]))
        if len(calls) == 3:
            post(body)
            raise KeyboardInterrupt
        return post(body)

    with pytest.raises(KeyboardInterrupt):
        import_file(path, dies, print)
    said = []
    counts = import_file(path, post, said.append)
    assert said[0] == "It goes on behind row 101."
    # The call that was answered to nobody had been done.
    assert counts == {"created": 90 + 45, "unchanged": 45, "refused": 20}
    assert len(customers(hub)) == 180
    assert [one["row"] for one in problems(path)] == [2 + number for number in range(0, 200, 10)]


def test_another_file_of_the_same_name_begins_at_its_beginning(hub, post, tmp_path):
    path = written(tmp_path, map(row, range(60)))
    with pytest.raises(ImportStopped):
        import_file(path, lambda body: (403, b"no") if b"crm:55" in body else post(body), print)
    path = written(tmp_path, [row(1000)])
    assert import_file(path, post, print) == {"created": 1}


def test_of_two_rows_of_one_customer_the_later_one_wins(hub, post, tmp_path):
    path = written(tmp_path, [row(1), row(2), row(1, "Ania")])
    assert import_file(path, post, print) == {"created": 2, "changed": 1}
    assert {customer.name for customer in customers(hub)} == {"Ania 1", "Anna 2"}


def test_an_api_that_does_not_answer_is_asked_again_and_given_up_in_the_end(post, tmp_path):
    path, waited = written(tmp_path, [row(1)]), []
    answers = iter([(503, b""), (429, b""), OSError("reset"), None])

    def shaky(body):
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer or post(body)

    assert import_file(path, shaky, print, sleep=waited.append) == {"created": 1}
    assert waited == [1, 2, 4]
    with pytest.raises(ImportStopped, match="rows 2 to 2 with 503"):
        import_file(path, lambda _: (503, b"busy"), print, sleep=waited.append)
    with pytest.raises(ImportStopped, match="403: no"):
        import_file(path, lambda _: (403, b"no"), print, sleep=waited.append)


def test_a_row_that_spoils_its_call_is_refused_and_the_others_are_imported(hub, post, tmp_path):
    deep = json.dumps({"external_id": "crm:2", "attributes": None}).replace("null", "[" * 400 + "]" * 400)
    path = written(tmp_path, ['{"external_id": "crm:1"}\n', deep + "\n", '{"external_id": "crm:3"}\n'], header="")
    assert import_file(path, post, print) == {"created": 2, "refused": 1}

    def strict(body):
        return (
            (400, b'{"detail": "too deep", "field": null}')
            if b"[[" in body.replace(b'"records": [', b"")
            else post(body)
        )

    assert import_file(path, strict, print) == {"unchanged": 2, "refused": 1}
    assert problems(path) == [{"row": 2, "external_id": "crm:2", "field": "", "problem": "too deep"}]


def test_an_address_of_somebody_else_is_a_problem_and_the_row_is_imported(hub, post, tmp_path):
    import_file(written(tmp_path, [row(1)]), post, print)
    path = written(tmp_path, ["crm:9;Bartek;a1@example.pl;\n"])
    assert import_file(path, post, print) == {"created": 1}
    (problem,) = problems(path)
    assert "email:a1@example.pl is another customer's" in problem["problem"]


def test_its_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "customers.csv"
    with path.open("w") as file:
        file.write(HEADER)
        for number in range(3_000):
            file.write(row(number, "a" * 1_000))

    def nobody(body):
        result = {"outcome": "unchanged", "kept_by_others": [], "problem": None}
        return 200, json.dumps({"results": [result] * len(json.loads(body)["records"])}).encode()

    tracemalloc.start()
    import_file(path, nobody, lambda _: None)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000 < path.stat().st_size
    tracemalloc.stop()


def test_a_token_that_has_expired_is_asked_for_once_more():
    tried = []

    def refuses(request, timeout):
        tried.append(request.get_header("Authorization"))
        raise HTTPError(request.full_url, 401 if len(tried) == 1 else 403, "no", {}, BytesIO(b"no"))

    assert Api("https://hub.example/", ["printf", "abc"], refuses)(b"{}") == (403, b"no")
    assert tried == ["Bearer abc", "Bearer abc"]


def test_calls_that_are_made_at_once_are_told_of_in_the_order_of_the_rows(tmp_path):
    def refuses(body):
        ids = [record["external_id"] for record in json.loads(body)["records"]]
        results = [{"outcome": "refused", "kept_by_others": [], "problem": {"field": "", "detail": id_}} for id_ in ids]
        return 200, json.dumps({"results": results}).encode()

    path = written(tmp_path, map(row, range(450)))
    assert importing.import_file(path, refuses, print) == {"refused": 450}
    assert [one["problem"] for one in problems(path)] == [f"crm:{number}" for number in range(450)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.csv", "--url", "https://hub.example"], "No such file"),
        (["table.csv", "--url", "https://hub.example"], "external_id"),
        (["table.csv", "--url", "https://hub.example", "--encoding", "klingon"], "no encoding klingon"),
        (["array.json", "--url", "https://hub.example"], "a line of its own: jq"),
    ],
)
def test_who_calls_it_wrongly_is_told_how(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # beside the file it writes what was wrong with it
    (tmp_path / "table.csv").write_text("name;email\n")
    (tmp_path / "array.json").write_text('[\n{"external_id": "4711"}]\n')
    with pytest.raises(SystemExit, match=said):
        importing.main(arguments)


def test_a_token_goes_nowhere_without_tls(capsys):
    with pytest.raises(SystemExit):
        importing.main(["table.csv", "--url", "http://hub.example"])
    assert "https://" in capsys.readouterr().err
