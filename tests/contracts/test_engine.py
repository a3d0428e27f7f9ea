"""What the store relies on in DynamoDB itself, asked of the engines that play it without anything of ours in between.

The store in memory has no such inside; what of this can be seen through the port stands in `test_thread_store.py`.
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from chalicelib.storage.limits import LARGEST_ITEM, LARGEST_TRANSACTION, MOST_CHANGES, size_of
from chalicelib.storage.mapping import item_for
from chalicelib.storage.table import Table
from tests.fakes.records import NOW, a_case


@pytest.fixture
def client(table: Table):
    return table.connection.client


@pytest.fixture
def name(table: Table):
    return table.name


def keyed(sk, **attributes):
    return {"pk": {"S": "P"}, "sk": {"S": sk}, **attributes}


def sized(sk, size):
    """An item of exactly so many bytes, by our own count."""
    empty = size_of(keyed(sk, text={"S": ""}))
    return keyed(sk, text={"S": "x" * (size - empty)})


def put(name, item, **more):
    return {"Put": {"TableName": name, "Item": item, **more}}


def stored(client, name, sk):
    return client.get_item(TableName=name, Key=keyed(sk), ConsistentRead=True).get("Item")


def refusal(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"]


def test_a_transaction_takes_a_hundred_actions_and_no_more(client, name):
    puts = [put(name, keyed(f"{number}")) for number in range(MOST_CHANGES + 1)]
    client.transact_write_items(TransactItems=puts[:-1])
    assert refusal(client.transact_write_items, TransactItems=puts) == "ValidationException"


def test_an_item_may_be_as_large_as_we_count_and_not_a_byte_larger(client, name):
    client.transact_write_items(TransactItems=[put(name, sized("fits", LARGEST_ITEM))])
    assert refusal(client.transact_write_items, TransactItems=[put(name, sized("large", LARGEST_ITEM + 1))])
    assert stored(client, name, "large") is None


def test_an_update_cannot_make_an_item_too_large(client, name):
    client.put_item(TableName=name, Item=sized("grows", LARGEST_ITEM - 100))
    update = {
        "TableName": name,
        "Key": keyed("grows"),
        "UpdateExpression": "SET more = :more",
        "ExpressionAttributeValues": {":more": {"S": "x" * 200}},
    }
    assert refusal(client.transact_write_items, TransactItems=[{"Update": update}])


def test_a_transaction_takes_four_megabytes_and_no_more(client, name):
    items = [sized(f"{number}", 400_000) for number in range(LARGEST_TRANSACTION // 400_000)]
    client.transact_write_items(TransactItems=[put(name, item) for item in items])
    more = [put(name, item) for item in (*items, sized("more", 400_000))]
    assert refusal(client.transact_write_items, TransactItems=more)
    assert stored(client, name, "more") is None


def test_no_record_is_changed_twice_in_one_transaction(client, name):
    twice = [put(name, keyed("one")), put(name, keyed("one", text={"S": "x"}))]
    assert refusal(client.transact_write_items, TransactItems=twice) == "ValidationException"


def test_the_reasons_of_a_refusal_stand_in_the_order_of_the_actions(client, name):
    client.put_item(TableName=name, Item=keyed("there"))
    free = {"ConditionExpression": "attribute_not_exists(pk)"}
    with pytest.raises(client.exceptions.TransactionCanceledException) as error:
        client.transact_write_items(TransactItems=[put(name, keyed("new"), **free), put(name, keyed("there"), **free)])
    assert [reason["Code"] for reason in error.value.response["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
    ]
    assert stored(client, name, "new") is None


def test_a_token_makes_two_equal_transactions_one(client, name):
    client.put_item(TableName=name, Item=keyed("counts", number={"N": "0"}))
    add = {
        "TableName": name,
        "Key": keyed("counts"),
        "UpdateExpression": "ADD #number :one",
        "ExpressionAttributeNames": {"#number": "number"},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        client.transact_write_items(TransactItems=[{"Update": add}], ClientRequestToken="a" * 32)
    assert stored(client, name, "counts")["number"] == {"N": "1"}


def test_a_token_cannot_come_again_with_another_transaction(client, name):
    client.transact_write_items(TransactItems=[put(name, keyed("one"))], ClientRequestToken="b" * 32)
    code = refusal(client.transact_write_items, TransactItems=[put(name, keyed("two"))], ClientRequestToken="b" * 32)
    assert code == "IdempotentParameterMismatchException"
    assert stored(client, name, "two") is None


def test_an_index_cannot_be_read_consistently(client, name):
    code = refusal(
        client.query,
        TableName=name,
        IndexName="due",
        ConsistentRead=True,
        KeyConditionExpression="due = :due",
        ExpressionAttributeValues={":due": {"S": "case@care#0"}},
    )
    assert code == "ValidationException"


def test_an_index_carries_what_it_was_made_with_and_nothing_else(client, name):
    case = a_case(next_step_at=NOW)
    client.put_item(TableName=name, Item=item_for(case).serialize())
    (row,) = client.query(
        TableName=name,
        IndexName="due",
        KeyConditionExpression="due = :due",
        ExpressionAttributeValues={":due": {"S": "case@care#0"}},
    )["Items"]
    assert row.keys() == {"pk", "sk", "due", "next_step_at", "type"}  # a case has no `case_id` of its own


def test_an_item_without_the_key_of_an_index_is_not_in_it(client, name):
    client.put_item(TableName=name, Item=keyed("one", due={"S": "case@care#0"}))
    found = client.query(
        TableName=name,
        IndexName="due",
        KeyConditionExpression="due = :due",
        ExpressionAttributeValues={":due": {"S": "case@care#0"}},
    )
    assert found["Items"] == []


def test_a_key_of_an_index_has_its_type(client, name):
    wrong = keyed("one", due={"S": "case@care#0"}, next_step_at={"N": "1"})
    assert refusal(client.put_item, TableName=name, Item=wrong) == "ValidationException"


def test_a_page_ends_after_a_megabyte_and_says_where_it_goes_on(client, name):
    for number in range(4):
        client.put_item(TableName=name, Item=sized(f"{number}", 300 * 1024))
    whole = {"TableName": name, "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "P"}}}
    first = client.query(**whole)
    assert 0 < first["Count"] < 4
    rest = client.query(**whole, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert first["Count"] + rest["Count"] == 4
    assert "LastEvaluatedKey" not in rest


def test_a_batch_of_reads_leaves_out_what_does_not_fit_and_names_it(client, name):
    for number in range(45):
        client.put_item(TableName=name, Item=sized(f"{number:02}", 390 * 1024))
    keys = [keyed(f"{number:02}") for number in range(45)]
    answer = client.batch_get_item(RequestItems={name: {"Keys": keys, "ConsistentRead": True}})
    left = answer["UnprocessedKeys"][name]
    assert left["ConsistentRead"]
    assert len(answer["Responses"][name]) + len(left["Keys"]) == 45
    assert left["Keys"]
