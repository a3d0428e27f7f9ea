"""Table of contents: which blueprints make up the hub."""

from chalice import Chalice

from chalicelib.api import (
    account,
    agents,
    audit,
    broadcasts,
    case_presence,
    cases,
    changes,
    clocks,
    configuration,
    connections,
    contacts,
    conversations,
    customers,
    deliveries,
    erasures,
    exports,
    fax_reports,
    form_pages,
    incidents,
    kinds,
    mentions,
    merges,
    moves,
    openapi,
    own,
    parked,
    posted_messages,
    preferences,
    ratings,
    records,
    reports,
    search,
    senders,
    tasks,
    templates,
    uploads,
    verifications,
)
from chalicelib.api.origins import answer_preflights
from chalicelib.settings import Settings

app = Chalice(app_name="splot", configure_logs=False)

for resource in (
    account,
    agents,
    audit,
    broadcasts,
    case_presence,
    cases,
    changes,
    clocks,
    configuration,
    connections,
    incidents,
    moves,
    contacts,
    conversations,
    customers,
    deliveries,
    erasures,
    exports,
    fax_reports,
    form_pages,
    kinds,
    mentions,
    merges,
    own,
    parked,
    posted_messages,
    preferences,
    ratings,
    records,
    reports,
    search,
    senders,
    tasks,
    templates,
    uploads,
    verifications,
    openapi,
):
    app.register_blueprint(resource.bp)
answer_preflights(app)

# In Lambda this file runs for the API alone: every other function starts from its own module. Chalice needs to see
# them all when it packages, and so do tests.
if Settings().function:
    # Every call needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
    from chalicelib.gateways import aws_libraries, object_stores, secrets  # noqa: F401
    from chalicelib.storage import configuration_table, thread_table  # noqa: F401
else:
    from chalicelib.entrypoints import (
        authorize_request,
        deliver_message,
        escalate_cases,
        escalate_overdue_cases,
        publish_changes,
        read_fax,
        receive_message,
        reconcile_incoming,
        record_receipt,
        serve_connection,
    )

    for function in (
        authorize_request,
        deliver_message,
        escalate_cases,
        escalate_overdue_cases,
        publish_changes,
        read_fax,
        receive_message,
        reconcile_incoming,
        record_receipt,
        serve_connection,
    ):
        app.register_blueprint(function.bp)
