"""The stream is read in order and at least once; the function gets the events that Lambda would give it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from infra.local.stream_reader import MOST_ATTEMPTS, FunctionFailed, StreamReader, render_record

ARN = "arn:aws:dynamodb:dynoxide:000000000000:table/splot-local/stream/1"
AT = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)


def record(number, name="INSERT", old=None, new=None):
    change = {"Keys": {"pk": {"S": "CUST#1"}}, "SequenceNumber": str(number), "ApproximateCreationDateTime": AT}
    if old:
        change["OldImage"] = old
    change["NewImage"] = new or {"n": {"N": str(number)}, "text": {"B": b"\x00\xff"}}
    return {"eventID": str(number), "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change}


class FakeStreams:
    """One stream with one shard, as dynoxide has it. An iterator is the number of records before it."""

    def __init__(self, records):
        self.records = records
        self.arn = ARN

    def list_streams(self, **_):
        return {"Streams": [{"StreamArn": self.arn}]}

    def describe_stream(self, **_):
        return {"StreamDescription": {"Shards": [{"ShardId": "shard"}]}}

    def get_shard_iterator(self, *, ShardIteratorType, SequenceNumber="0", **_):  # noqa: N803  # boto3's names
        assert (ShardIteratorType == "TRIM_HORIZON") == (SequenceNumber == "0")
        return {"ShardIterator": SequenceNumber}

    def get_records(self, *, ShardIterator, Limit):  # noqa: N803  # boto3's names
        newer = [r for r in self.records if int(r["dynamodb"]["SequenceNumber"]) > int(ShardIterator)]
        return {"Records": newer[:Limit]}


class Function:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.seen = []

    def __call__(self, event):
        self.seen.append([r["dynamodb"]["SequenceNumber"] for r in event["Records"]])
        answer = self.answers.pop(0) if self.answers else {"batchItemFailures": []}
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture
def read(tmp_path):
    def read(streams, function):
        reader = StreamReader(
            streams, "splot-local", function, tmp_path / "place.json", tmp_path / "failed.jsonl", lambda _: None
        )
        return reader.read_once()

    return read


def test_a_new_reader_goes_on_where_the_last_one_was_done(read):
    streams, function = FakeStreams([record(1), record(2)]), Function()
    assert read(streams, function) == 2
    streams.records.append(record(3))
    assert read(streams, function) == 1
    assert read(streams, function) == 0
    assert function.seen == [["1", "2"], ["3"]]


def test_a_reader_that_was_killed_before_it_was_done_gives_the_batch_again(read):
    streams, function = FakeStreams([record(1)]), Function(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        read(streams, function)
    read(streams, function)
    assert function.seen == [["1"], ["1"]]


def test_the_stream_of_a_new_table_is_read_from_its_beginning(read):
    streams, function = FakeStreams([record(1), record(2)]), Function()
    read(streams, function)
    streams.arn = ARN + "2"
    read(streams, function)
    assert function.seen == [["1", "2"], ["1", "2"]]


def test_a_failed_function_gets_the_batch_again(read):
    function = Function(FunctionFailed("boom"))
    read(FakeStreams([record(1), record(2)]), function)
    assert function.seen == [["1", "2"], ["1", "2"]]


def test_what_was_done_before_the_reported_record_is_not_repeated(read):
    function = Function({"batchItemFailures": [{"itemIdentifier": "2"}]})
    read(FakeStreams([record(1), record(2), record(3)]), function)
    assert function.seen == [["1", "2", "3"], ["2", "3"]]


def test_what_always_fails_is_written_down_and_does_not_stop_the_rest(read, tmp_path):
    streams = FakeStreams([record(1)])
    function = Function(*[FunctionFailed("boom")] * MOST_ATTEMPTS)
    read(streams, function)
    (line,) = (tmp_path / "failed.jsonl").read_text().splitlines()
    assert json.loads(line)["Records"][0]["eventID"] == "1"
    streams.records.append(record(2))
    read(streams, function)
    assert function.seen[-1] == ["2"]


def test_a_write_that_changed_nothing_is_not_told(read):
    same = {"n": {"N": "1"}}
    function = Function()
    done = read(FakeStreams([record(1, "MODIFY", same, same), record(2, "MODIFY", same, {"n": {"N": "2"}})]), function)
    assert (done, function.seen) == (2, [["2"]])


def test_a_batch_in_which_nothing_changed_is_done_without_the_function(read):
    same = {"n": {"N": "1"}}
    function = Function()
    streams = FakeStreams([record(1, "MODIFY", same, same)])
    assert read(streams, function) == 1
    assert read(streams, function) == 0
    assert function.seen == []


def test_a_record_is_json_with_binary_values_in_base_64():
    told = json.loads(json.dumps(render_record(record(1), ARN)))
    assert told["dynamodb"]["NewImage"]["text"] == {"B": "AP8="}
    assert told["dynamodb"]["ApproximateCreationDateTime"] == AT.timestamp()
    assert told["awsRegion"] == "eu-central-1"
    assert told["eventSourceARN"].startswith("arn:aws:dynamodb:eu-central-1:")
