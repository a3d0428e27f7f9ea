"""The table itself: its keys and its three indexes, as CreateTable and CloudFormation describe them."""

from __future__ import annotations

from typing import Any

from pynamodb.connection import Connection

from chalicelib.storage.indexes import INDEXES, Index

EXPIRY = "expires_at"
STREAM = "NEW_AND_OLD_IMAGES"


def table_description(name: str) -> dict[str, Any]:
    """The properties that the deployed table must have; a test compares the template with them."""
    keys = dict.fromkeys(("pk", "sk", *(key for index in INDEXES for key in (index.partition, index.sort))))
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
        "KeySchema": _key_schema("pk", "sk"),
        "GlobalSecondaryIndexes": [_index(index) for index in INDEXES],
        "StreamSpecification": {"StreamViewType": STREAM},
    }


def create_table(name: str, connection: Connection | None = None) -> None:
    """For tests: elsewhere the table comes from the template. Raises pynamodb's TableError when it is there."""
    connection = connection or Connection()
    table = table_description(name)
    connection.create_table(
        name,
        attribute_definitions=table["AttributeDefinitions"],
        key_schema=table["KeySchema"],
        global_secondary_indexes=[
            {"index_name": index["IndexName"], "key_schema": index["KeySchema"], "projection": index["Projection"]}
            for index in table["GlobalSecondaryIndexes"]
        ],
        billing_mode=table["BillingMode"],
        stream_specification={"stream_enabled": True, "stream_view_type": STREAM},
    )
    connection.update_time_to_live(name, EXPIRY)


def _index(index: Index) -> dict[str, Any]:
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(index.partition, index.sort),
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.shown)},
    }


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
