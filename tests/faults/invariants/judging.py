"""All invariants in one place, and those that the product does not have yet."""

from __future__ import annotations

from collections.abc import Mapping

from tests.faults.invariants import (
    answering,
    assigning,
    belonging,
    broadcasting,
    configuring,
    counting,
    digesting,
    disposing,
    erasing,
    exporting,
    finding,
    keeping,
    mentioning,
    merging,
    permitting,
    promising,
    rating,
    reading,
    recording,
    reporting,
    sending,
    tasking,
    telling,
    waiting,
)
from tests.faults.invariants.rest import Invariant, Rest
from tests.faults.outside import Outside

INVARIANTS: tuple[Invariant, ...] = (
    keeping.what_was_accepted_stands_in_the_hub_once,
    keeping.every_raw_message_has_its_one_ledger_row,
    keeping.nothing_stays_in_incoming,
    keeping.every_ledger_row_has_its_one_outcome,
    keeping.what_came_more_than_once_is_shown_once,
    keeping.every_attachment_of_an_entry_is_there,
    keeping.functions_fail_for_known_reasons_only,
    keeping.an_answer_of_the_api_is_kept_to,
    keeping.every_call_of_staff_that_was_answered_is_in_the_audit,
    belonging.a_message_joins_a_case_only_by_right,
    belonging.what_can_be_read_is_read,
    belonging.a_contact_point_has_one_owner_who_lists_it,
    belonging.a_refused_contact_point_is_somebody_elses,
    belonging.every_entry_stands_in_a_case_that_can_be_found,
    counting.the_order_of_a_thread_is_that_of_time,
    counting.counters_equal_a_recount,
    counting.nothing_that_happened_is_forgotten,
    counting.every_change_of_a_case_stands_in_its_thread,
    mentioning.whoever_is_mentioned_has_a_row_that_leads_there,
    mentioning.every_row_of_a_mention_leads_to_what_mentions_them,
    mentioning.nobody_is_told_twice_of_one_mention,
    merging.survivors_and_merged_know_each_other,
    merging.whoever_is_merged_has_a_journal_that_says_so,
    merging.owners_are_those_who_answer_for_the_home,
    merging.what_was_moved_is_found_where_it_went,
    merging.what_was_proved_is_remembered,
    sending.nothing_is_sent_twice,
    sending.what_is_said_of_a_delivery_is_true,
    sending.nobody_is_rung_twice,
    sending.what_nobody_read_goes_elsewhere_once,
    sending.a_delivery_only_moves_forward,
    sending.a_delivery_follows_what_its_carrier_reported,
    sending.a_loss_is_told_once,
    sending.nobody_sends_what_somebody_has_judged,
    sending.a_mail_carries_the_files_of_its_entry,
    sending.answers_go_to_their_customer_and_notices_to_colleagues,
    answering.nobody_is_acknowledged_twice_a_day,
    answering.no_machine_and_no_stranger_is_acknowledged,
    assigning.a_routed_case_says_why,
    assigning.what_can_be_given_is_given,
    assigning.an_open_case_has_a_team_that_is_there,
    assigning.whoever_is_given_a_case_is_there_and_has_room,
    promising.what_is_promised_has_its_clock,
    promising.a_promise_whose_time_ran_out_is_broken,
    rating.each_closing_is_rated_once,
    permitting.nothing_leaves_to_where_nothing_may_go,
    permitting.nobody_is_disturbed_in_quiet_hours,
    digesting.nobody_gets_more_single_notices_than_the_limit,
    digesting.what_is_held_back_is_told_in_the_digest_that_it_names,
    digesting.each_event_says_how_it_was_told,
    broadcasting.nobody_gets_one_broadcast_twice,
    broadcasting.whoever_was_chosen_has_exactly_one_outcome,
    broadcasting.how_its_messages_ended_is_counted,
    broadcasting.an_incident_knows_how_many_are_linked,
    configuring.a_saved_configuration_is_the_version_that_it_was_answered_with,
    recording.an_id_of_another_system_leads_to_the_one_customer_who_was_answered,
    recording.what_a_system_wrote_of_a_customer_is_there,
    recording.every_other_name_is_told,
    erasing.every_erasure_is_carried_out,
    erasing.nothing_is_left_of_who_was_erased,
    erasing.no_word_leads_to_who_was_erased,
    erasing.what_was_erased_is_counted_once,
    erasing.nothing_is_erased_but_by_an_erasure,
    disposing.every_disposal_comes_to_its_end,
    disposing.whatever_is_over_is_gone,
    disposing.nothing_is_left_of_a_case_that_is_gone,
    disposing.no_case_goes_before_its_time_and_no_entry_without_its_case,
    disposing.every_file_that_an_entry_names_is_there,
    disposing.what_was_deleted_is_counted_once,
    exporting.every_export_comes_to_its_end,
    exporting.what_was_there_is_in_the_export_once,
    exporting.an_export_says_how_much_is_in_it,
    exporting.a_customer_is_shown_nothing_that_was_said_among_us,
    tasking.what_is_to_be_done_has_its_clock,
    tasking.what_is_to_be_done_stands_in_its_list,
    waiting.who_waits_is_known_and_has_the_right_clock,
    waiting.each_step_happens_once,
    waiting.no_step_happens_before_it_is_due_or_after_the_answer,
    waiting.each_step_is_told_and_sent,
    waiting.nothing_due_is_left_undone,
    waiting.an_agent_overrides_nothing_unseen,
    reading.every_fax_is_read_or_says_why,
    reading.a_fax_is_read_once,
    reading.what_was_read_stands_on_the_pages,
    reporting.what_happened_is_counted_once,
    reporting.the_backlog_is_what_is_open,
    finding.whatever_was_written_is_found,
    finding.whatever_has_a_tag_is_listed_by_it,
    finding.the_index_leads_to_nothing_else,
    telling.everything_is_announced,
    telling.every_event_is_as_the_catalogue_says,
    telling.every_change_is_in_the_feed,
    telling.every_change_is_in_the_feed_of_the_app_that_follows,
    telling.a_ticket_lets_in_once,
    telling.nobody_hears_anything_when_their_token_has_ended,
    telling.two_events_never_share_an_id,
)

NOT_YET_HELD: Mapping[str, str] = {
    "A mail that a server repeats under a new SES id is linked to the first and starts no second clock": (
        "a second copy counts for nothing here; that each is known for one is asked by a story and by tests/usecases/"
    ),
    "Nobody reads a message of a customer without the right to": (
        "tests/api/ asks it call by call; nobody reads in the simulated world, and no right changes there"
    ),
    "Every read of a thread and every change stands in an audit log": (
        "changes of cases stand in their threads, in the same transaction; reads are not recorded yet"
    ),
    "Parked messages, dead letters and unknown deliveries raise an alarm within minutes": (
        "metrics and alarms are CloudWatch's; tests/infra/ holds the template, nothing simulates it"
    ),
    "An export has all of the customer's words": "there is no export yet",
    "What the stream gave up reaches other systems, and a fax among it is read": (
        "a stream whose function fails for twelve hours loses events; PublishDeadLetters names them, a person acts"
    ),
}
"""What the hub shall hold one day, and why nothing here asks for it yet."""


def breaches(outside: Outside) -> list[str]:
    rest = Rest(outside)
    return [f"{invariant.__name__}: {breach}" for invariant in INVARIANTS for breach in invariant(rest)]
