"""What other systems said of customers is kept, under the one customer who has their id."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.contact_points import is_external
from chalicelib.domain.customers import Customer, CustomerAttributes, PointOwner
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.threads import Entry
from tests.faults.invariants.rest import Rest
from tests.faults.outside import Request


def an_id_of_another_system_leads_to_the_one_customer_who_was_answered(rest: Rest) -> Iterator[str]:
    """Or to somebody they were one with. Of who was erased it leads nowhere, or to who began with it anew."""
    owners = {owner.point.value: owner.customer_id for owner in rest.of(PointOwner) if is_external(owner.point)}
    for asked in rest.outside.requests:
        for record, customer_id in _recorded(asked):
            id_ = record.get("external_id", "")
            owner = owners.get(id_, "")
            known = customer_id in _erased(rest) or owner == customer_id or owner in rest.families[customer_id]
            if id_ and not known:
                yield f"{id_} was recorded of {customer_id}, and leads to {owner or 'nobody'}"


def what_a_system_wrote_of_a_customer_is_there(rest: Rest) -> Iterator[str]:
    """One of the values that were asked for, since nobody knows which of two calls was the last."""
    said: dict[tuple[str, str], list[object]] = defaultdict(list)
    for asked in rest.outside.requests:
        for record, customer_id in _recorded(asked):
            for name, value in record.get("attributes", {}).items():
                said[customer_id, name].append(value)
    found = {one.customer_id: one.values for one in rest.threads.records(CustomerAttributes)}
    for (customer_id, name), values in said.items():
        if customer_id in _erased(rest):
            continue
        members = {customer_id, *rest.families[customer_id]}
        kept = [found[member][name].value for member in members if name in found.get(member, {})]
        if not any(value in values for value in kept):
            yield f"{name} of {customer_id} is {kept}, and {values} was written"


def _recorded(asked: Request) -> Iterator[tuple[dict[str, Any], str]]:
    """What a call that was answered well has said, and of whom."""
    for answer in asked.answers:
        if not answer or answer.status not in (200, 201, 204):
            continue
        if asked.method == "PATCH" and asked.path.endswith("/attributes"):
            yield json.loads(asked.body), asked.path.split("/")[3]
        elif asked.method == "POST" and asked.path == "/v1/customers":
            yield json.loads(asked.body), json.loads(answer.text)["customer_id"]
        elif asked.path == "/v1/customer-imports":
            records, results = json.loads(asked.body)["records"], json.loads(answer.text)["results"]
            for record, result in zip(records, results, strict=True):
                if result["customer_id"]:
                    yield record, result["customer_id"]


def _erased(rest: Rest) -> set[str]:
    return {id_ for erasure in rest.threads.records(Erasure) for id_ in erasure.customers}


def every_other_name_is_told(rest: Rest) -> Iterator[str]:
    """Whoever is called otherwise than before, it stands in their thread who said so, from the same transaction."""
    for together in rest.transactions:
        told = {one.after.customer_id: one.after for one in together if isinstance(one.after, Entry)}
        for written in together:
            before, after = written.before, written.after
            if not isinstance(before, Customer) or not isinstance(after, Customer) or before.name == after.name:
                continue
            event = told.get(after.id)
            if event is None or "name" not in event.facts.get("changed", "").split():
                yield f"{after.id} was called {before.name!r} and is {after.name!r}, which nobody is told"
            elif event.event == "customer.profile_changed" and event.facts.get("name") != after.name:
                yield f"{after.id} is {after.name!r} and said {event.facts.get('name')!r}"
