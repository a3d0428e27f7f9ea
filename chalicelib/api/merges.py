"""Customers who are one: previews, merges and undoing them, suggestions."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, merge_schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for
from chalicelib.api.rendering import render_remarks
from chalicelib.domain.access import Action
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Conflict, KeyReused, NotFound, TooLarge
from chalicelib.domain.merging import Merge, Suggestion
from chalicelib.usecases.find_customer import surviving_customer

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/customers/{customer_id}/merges/preview",
    summary="See what a merge would do",
    action=Action.MERGE_CUSTOMERS,
    query=merge_schemas.MergeWanted,
    answers={200: merge_schemas.MergePreview},
    errors=(NotFound, Conflict, TooLarge),
)
def preview_merge(call: Call[merge_schemas.MergeWanted, None], customer_id: str) -> Result:
    """Changes nothing. Send `seen` back with the merge, so that exactly this is merged."""
    preview = wiring.hub().merge_customers.preview(customer_id, call.query.customer)
    return Result(
        merge_schemas.MergePreview(
            survivor=_customer(preview.survivor, call.base),
            merged=_customer(preview.merged, call.base),
            contact_points=[str(point) for point in preview.points],
            open_cases=preview.open_cases,
            warnings=list(preview.warnings),
            remarks=[one for warning in preview.warnings for one in render_remarks(warning)],
            seen=preview.seen,
        )
    )


@operation(
    bp,
    "POST",
    "/v1/customers/{customer_id}/merges",
    summary="Merge a customer into this one",
    action=Action.MERGE_CUSTOMERS,
    body=lambda: merge_schemas.NewMerge,
    answers={201: merge_schemas.MergeMade},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, KeyReused, TooLarge),
)
def merge_customers(call: Call[asked.Nothing, merge_schemas.NewMerge], customer_id: str) -> Result:
    """From then on both are read as one thread, under this customer. It can be undone."""
    wanted = call.body
    merge_id = wiring.hub().merge_customers(
        customer_id, wanted.customer, call.principal.subject, wanted.why, seen=wanted.seen or "", once=call.once
    )
    return _made(merge_id, customer_id, call.base)


@operation(
    bp,
    "GET",
    "/v1/customers/{customer_id}/merges",
    summary="List the merges of a customer",
    action=Action.READ_CUSTOMER,
    answers={200: merge_schemas.MergeList},
    errors=(NotFound,),
)
def list_merges(call: Call[asked.Nothing, None], customer_id: str) -> Result:
    """Those that stand and those that were undone, of everybody who was merged into the customer, too."""
    threads = wiring.hub().ports.threads
    family = surviving_customer(threads, customer_id).family
    merges = sorted(
        (merge for member in family for merge in threads.list_merges(member)), key=lambda merge: merge.id, reverse=True
    )
    return Result(merge_schemas.MergeList([_merge(merge, call.base) for merge in merges]))


@operation(
    bp,
    "POST",
    "/v1/customers/{customer_id}/merges/{merge_id}/undoing",
    summary="Undo a merge",
    action=Action.MERGE_CUSTOMERS,
    body=lambda: merge_schemas.Undoing,
    answers={200: merge_schemas.Merge},
    errors=(NotFound, Conflict, KeyReused),
)
def undo_merge(call: Call[asked.Nothing, merge_schemas.Undoing], customer_id: str, merge_id: str) -> Result:
    """Everybody gets back their contact points and what came from them, before the merge and since."""
    merge = wiring.hub().undo_merge(customer_id, merge_id, call.principal.subject, once=call.once)
    return Result(_merge(merge, call.base))


@operation(
    bp,
    "GET",
    "/v1/merge-suggestions",
    summary="List customers who may be one",
    action=Action.MERGE_CUSTOMERS,
    query=asked.PageWanted,
    answers={200: merge_schemas.SuggestionPage},
)
def list_suggestions(call: Call[asked.PageWanted, None]) -> Result:
    """Those that nobody has decided about, newest first, each with its reasons."""
    threads = wiring.hub().ports.threads
    suggestions, next_ = page_for(call, ("suggestions",), threads.list_suggestions)
    return Result(merge_schemas.SuggestionPage([_suggestion(one, call.base) for one in suggestions], next_))


@operation(
    bp,
    "POST",
    "/v1/merge-suggestions/{suggestion_id}/acceptance",
    summary="Merge the two of a suggestion",
    action=Action.MERGE_CUSTOMERS,
    body=lambda: merge_schemas.Decision,
    answers={201: merge_schemas.MergeMade},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, KeyReused, TooLarge),
)
def accept_suggestion(call: Call[asked.Nothing, merge_schemas.Decision], suggestion_id: str) -> Result:
    """The one that was known earlier survives; for the other way round, merge them by themselves."""
    survivor_id, merge_id = wiring.hub().decide_suggestion.accept(
        suggestion_id, call.principal.subject, call.body.why, once=call.once
    )
    return _made(merge_id, survivor_id, call.base)


@operation(
    bp,
    "POST",
    "/v1/merge-suggestions/{suggestion_id}/dismissal",
    summary="Dismiss a suggestion",
    action=Action.MERGE_CUSTOMERS,
    body=lambda: merge_schemas.Decision,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def dismiss_suggestion(call: Call[asked.Nothing, merge_schemas.Decision], suggestion_id: str) -> Result:
    """The two are not suggested again for the same reasons."""
    wiring.hub().decide_suggestion.dismiss(suggestion_id, call.principal.subject, call.body.why, once=call.once)
    return Result()


def _made(merge_id: str, customer_id: str, base: str) -> Result:
    return Result(merge_schemas.MergeMade(merge_id), {"Location": f"{base}/v1/customers/{customer_id}/merges"})


def _customer(customer: Customer, base: str) -> merge_schemas.CustomerInMerge:
    path = f"{base}/v1/customers/{customer.id}"
    return merge_schemas.CustomerInMerge(
        id=customer.id,
        name=customer.name or None,
        created_at=customer.created_at,
        claims_to_be=str(customer.claims_to_be) if customer.claims_to_be else None,
        links={"self": path, "thread": f"{path}/thread"},
    )


def _merge(merge: Merge, base: str) -> merge_schemas.Merge:
    places = (place.partition("/") for place in merge.ambiguous)
    return merge_schemas.Merge(
        id=merge.id,
        customer_id=merge.customer_id,
        merged_id=merge.merged_id,
        at=merge.at,
        by=merge.by,
        why=merge.why,
        contact_points=[str(point) for point in merge.points],
        undone_at=merge.undone_at,
        undone_by=merge.undone_by or None,
        ambiguous=[f"{base}/v1/customers/{customer_id}/entries/{entry_id}" for customer_id, _, entry_id in places],
    )


def _suggestion(suggestion: Suggestion, base: str) -> merge_schemas.Suggestion:
    path = f"{base}/v1/customers/{suggestion.first}/merges"
    return merge_schemas.Suggestion(
        id=suggestion.id,
        at=suggestion.at,
        first=suggestion.first,
        second=suggestion.second,
        reasons=[merge_schemas.Reason(reason.evidence, reason.detail) for reason in suggestion.reasons],
        links={
            "first": f"{base}/v1/customers/{suggestion.first}",
            "second": f"{base}/v1/customers/{suggestion.second}",
            "preview": f"{path}/preview?customer={suggestion.second}",
        },
    )
