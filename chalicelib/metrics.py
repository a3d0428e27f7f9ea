"""The names of all metrics, in one place; `docs/operations.md` says what each means and which has an alarm.

They lie in the namespace `Splot`, with the dimension `service`; what is counted `by` something has that dimension too.
"""

from __future__ import annotations

from enum import StrEnum


class Metric(StrEnum):
    # Messages: in, out, and what waits.
    MESSAGE_RECEIVED = "message_received"  # by channel and outcome
    MESSAGE_MOVED = "message_moved"  # by channel and event: what the table's stream has seen
    MESSAGE_DELIVERY = "message_delivery"
    DELIVERY_RECEIPTS = "delivery_receipts"  # by status: what carriers reported
    ACKNOWLEDGEMENT = "acknowledgement"  # by outcome: `queued`, or why there is none
    CAPTCHA = "captcha"  # by finding: `passed`, `refused`, `missing`, `unknown`
    INCOMING_LEFT_OVER = "incoming_left_over"
    PARKED_WAITING = "parked_waiting"  # by reason
    PARKED_OLDEST_AGE = "parked_oldest_age"
    PARKED_TOO_LONG = "parked_too_long"
    FAX_READING = "fax_reading"
    # Clocks.
    ESCALATION_STEPS = "escalation_steps"
    CASES_GIVEN = "cases_given"
    CASES_HANDED_OVER = "cases_handed_over"
    CASES_LEFT = "cases_left"
    NOTICES_DIGESTED = "notices_digested"
    DIGESTS_SENT = "digests_sent"
    DELIVERIES_PICKED_UP = "deliveries_picked_up"
    DELIVERIES_UNKNOWN = "deliveries_unknown"
    SENDING_THROTTLED = "sending_throttled"
    SENDING_QUOTA_USED_UP = "sending_quota_used_up"
    SWEEP_BACKLOG_AGE = "sweep_backlog_age"
    HOLIDAYS_DAYS_LEFT = "holidays_days_left"
    # To many.
    BROADCAST_TOLD = "broadcast_told"
    BROADCAST_LEFT_OUT = "broadcast_left_out"
    # Rights of the customer.
    CUSTOMERS_ERASED = "customers_erased"
    CUSTOMERS_EXPORTED = "customers_exported"
    EXPORT_MISSING = "export_missing"
    CASES_DELETED = "cases_deleted"
    DISPOSALS_HELD = "disposals_held"
    DISPOSALS_LATE = "disposals_late"
    # The hub itself.
    CHANGES_PUBLISHED = "changes_published"
    CONNECTIONS_TOLD = "connections_told"  # of `changes`, or of `presence`
    CUSTOMERS_ALIKE = "customers_alike"
    API_CALL = "api_call"
    TOKEN_REFUSED = "token_refused"  # noqa: S105  # a name, no secret
    ERRORS = "errors"
