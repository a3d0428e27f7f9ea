"""Lambda function `publish_changes`: the table's stream becomes events on the bus, and work for other functions."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.gateways import aws_libraries, event_bus, work_queues
from chalicelib.metrics import Metric
from chalicelib.observability import count, instrumented
from chalicelib.storage import fact_table, word_table
from chalicelib.storage.stream import (
    parse_case_changes,
    parse_case_states,
    parse_changes_of_many,
    parse_entry_changes,
    parse_opened_cases,
    parse_presences,
    parse_written_texts,
)
from chalicelib.usecases import (
    announce_changes,
    ask_for_deliveries,
    ask_for_fax_readings,
    count_facts,
    index_texts,
    suggest_merges,
    tell_connected,
    write_feed,
)
from chalicelib.usecases.announce_changes import acknowledgement_outcomes

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (
    announce_changes,
    ask_for_deliveries,
    ask_for_fax_readings,
    aws_libraries,
    count_facts,
    event_bus,
    fact_table,
    index_texts,
    suggest_merges,
    tell_connected,
    word_table,
    work_queues,
    write_feed,
)


@bp.on_dynamodb_record(
    stream_arn="arn:aws:dynamodb:us-east-1:000000000000:table/splot/stream/2026",
    batch_size=100,
    starting_position="TRIM_HORIZON",
)
@instrumented
def publish_changes(event: Any) -> None:
    """An error lets Lambda split the batch and try again; events that were announced before come again, by their id,
    and rows of the feed under new numbers.
    """
    records = event.to_dict()["Records"]
    changes = parse_entry_changes(records)
    hub = wiring.hub()
    grown = hub.write_feed(parse_case_changes(records), changes)
    hub.ask_for_fax_readings(changes)
    hub.ask_for_deliveries(changes)
    announced = hub.announce_changes(changes, parse_changes_of_many(records), parse_opened_cases(records))
    count(Metric.CHANGES_PUBLISHED, announced)
    for told in announce_changes.announcements_for(changes):
        if told.name.startswith(("message.", "contact.")):
            by = {"channel": told.detail["channel"] or "none", "event": told.name}
            count(Metric.MESSAGE_MOVED, by=by, entry=told.detail["entry"])
    for outcome in acknowledgement_outcomes(changes):
        count(Metric.ACKNOWLEDGEMENT, by={"outcome": outcome})
    count(Metric.CUSTOMERS_ALIKE, hub.suggest_merges(changes))
    hub.index_texts(parse_written_texts(records, changes))
    if told := hub.tell_connected(grown):
        count(Metric.CONNECTIONS_TOLD, told, by={"of": "changes"})
    if told := hub.tell_connected.at_cases(parse_presences(records)):
        count(Metric.CONNECTIONS_TOLD, told, by={"of": "presence"})
    hub.count_facts(changes, parse_case_states(records))
