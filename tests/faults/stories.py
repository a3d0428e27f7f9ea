"""Short stories from the life of the hub, each told once without trouble and then with a fault at every call.

A story prepares in peace and then lets something happen. What it does by itself is the whole of it: the world carries
it to the end. `tell` gives the simulation at rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from chalicelib.domain.cases import Case
from tests.domain.making import MONDAY_TEN
from tests.faults import stories_account as account
from tests.faults import stories_answering as answering
from tests.faults import stories_answers as answers
from tests.faults import stories_clocks as clocks
from tests.faults import stories_configuring as configuring
from tests.faults import stories_contact as contact
from tests.faults import stories_conversing as conversing
from tests.faults import stories_faxes as faxes
from tests.faults import stories_many as many
from tests.faults import stories_mentions as mentions
from tests.faults import stories_merging as merging
from tests.faults import stories_receipts as receipts
from tests.faults import stories_records as records
from tests.faults import stories_reports as reports
from tests.faults import stories_rights as rights
from tests.faults import stories_routing as routing
from tests.faults import stories_search as search
from tests.faults import stories_surveys as surveys
from tests.faults import stories_tasks as tasks
from tests.faults import stories_uploads as uploads
from tests.faults.carriers import reply_to_in
from tests.faults.faults import Fault
from tests.faults.outside import Outside
from tests.faults.simulation import Restless, Simulation
from tests.faults.world import World

ANNA = "anna@example.pl"
PHONE = "+48601234567"
FAX = "+48221112233"

SOON = timedelta(minutes=15)

Part = Callable[[Outside], None]


def nothing(_outside: Outside) -> None:
    """The hub is new, nobody has written yet."""


@dataclass(frozen=True, slots=True)
class Story:
    """`before` happens in peace, `then` in a world with faults. Without `escalates` the policy has no steps, so that a
    story that is not about them is short. `long`: told with pairs of faults only by `make torture-pairs`.
    """

    then: Part
    before: Part = nothing
    escalates: bool = False
    long: bool = False


def tell(
    story: Story, plan: Mapping[int, Fault], simulation: Callable[[World], Simulation] = Simulation
) -> tuple[Outside, list[str]]:
    """`plan`: the faults, by number of the call from `then` on. Gives the world at rest, or says that it found none."""
    world = World(plan=plan, zombies=Fault.ZOMBIE in plan.values())
    outside = begin(world, simulation, MONDAY_TEN, story.before, escalates=story.escalates)
    story.then(outside)
    try:
        outside.simulation.settle()
    except Restless as restless:
        return outside, [str(restless)]
    return outside, []


def begin(
    world: World, simulation: Callable[[World], Simulation], at: datetime, before: Part, *, escalates: bool
) -> Outside:
    """A world in which `before` has happened in peace. It happens once; every later world starts from what it left."""
    outside = Outside(simulation(world))
    outside.take_over(_beginning(at, before, escalates))
    return outside


@cache
def _beginning(at: datetime, before: Part, escalates: bool) -> Outside:  # noqa: FBT001  # a key of the cache
    outside = Outside(Simulation(World(at=at)))
    if not escalates:
        outside.never_escalate()
    before(outside)
    calm(outside)
    return outside


def calm(outside: Outside) -> None:
    """What comes of it soon, before any clock runs out."""
    outside.simulation.settle(until=outside.world.at + SOON)


def the_case(outside: Outside) -> Case:
    return max(outside.simulation.threads.records(Case), key=lambda case: case.id)


def anna_writes(outside: Outside) -> None:
    outside.mail(ANNA)


def agent_answers(outside: Outside) -> None:
    outside.reply(the_case(outside).reference, messages_read=the_case(outside).messages_in)


def agent_answers_with_a_file(outside: Outside) -> None:
    file = {"name": "umowa.pdf", "content_type": "application/pdf", "data_base64": "JVBERi0xLjQ="}
    outside.reply(the_case(outside).reference, said={"attachments": [file]})


def agent_closes(outside: Outside) -> None:
    outside.close(the_case(outside).reference)


def anna_got_an_answer(outside: Outside) -> None:
    anna_writes(outside)
    calm(outside)
    agent_answers(outside)


def anna_wrote_again_after_the_answer(outside: Outside) -> None:
    anna_got_an_answer(outside)
    calm(outside)
    anna_writes(outside)


def anna_waited_until_the_reminder(outside: Outside) -> None:
    anna_writes(outside)
    outside.simulation.settle(until=outside.world.at + timedelta(hours=3, minutes=45))


def three_write(outside: Outside) -> None:
    """More than a sweep does itself, when their clocks run out at once."""
    for sender in (ANNA, "bartek@example.pl", "celina@example.pl"):
        outside.mail(sender)


def nobody_sweeps_for_two_days(outside: Outside) -> None:
    outside.world.pass_time(outside.world.at + timedelta(days=2))


def an_answer_meets_the_catching_up(outside: Outside) -> None:
    nobody_sweeps_for_two_days(outside)
    agent_answers(outside)
    outside.simulation.sweep()


def anna_answers(outside: Outside) -> None:
    sent = outside.ports.mail.accepted[-1]
    reference = the_case(outside).reference
    reply_id = f"{sent.provider_id}@eu-central-1.amazonses.com"
    outside.mail(ANNA, to=reply_to_in(sent.message.raw), in_reply_to=reply_id, to_case=reference)


def anna_answers_as_the_team_goes(outside: Outside) -> None:
    configuring.a_team_goes(outside)
    anna_answers(outside)


def a_closed_case(outside: Outside) -> None:
    anna_got_an_answer(outside)
    calm(outside)
    agent_closes(outside)


def anna_texts(outside: Outside) -> None:
    outside.sms(PHONE)


def anna_faxes(outside: Outside) -> None:
    outside.fax(FAX)


def left_over(outside: Outside) -> None:
    """SES stores a mail and its notification never comes."""
    outside.mail(ANNA, notifications=0)


def a_form_is_posted(outside: Outside) -> None:
    outside.post_form(ANNA)


def the_app_posts(outside: Outside) -> None:
    outside.post_from_app("anna")


def two_mails_at_once(outside: Outside) -> None:
    outside.mail(ANNA)
    outside.mail(ANNA)


def one_mail_told_twice(outside: Outside) -> None:
    outside.mail(ANNA, notifications=2)


def one_mail_handed_over_twice(outside: Outside) -> None:
    said = outside.mail(ANNA)
    outside.mail_again(said)


def poison(outside: Outside) -> None:
    outside.mail(ANNA, poison=True)


def an_answer_and_a_new_message(outside: Outside) -> None:
    agent_answers(outside)
    outside.mail(ANNA)


def agents_work(outside: Outside) -> None:
    reference = the_case(outside).reference
    outside.assign(reference, "ewa")
    outside.note(reference)


def agent_adds_a_number(outside: Outside) -> None:
    outside.add_contact_point(the_case(outside).customer_id, "phone", PHONE)


def _anna_is_taken_for_spam(outside: Outside) -> None:
    anna_writes(outside)
    calm(outside)
    account.an_agent_marks_spam(outside)


def anna_got_two_answers(outside: Outside) -> None:
    anna_got_an_answer(outside)
    calm(outside)
    agent_answers(outside)


def what_bounces_goes_out_by_text(outside: Outside) -> None:
    anna_got_an_answer(outside)
    calm(outside)
    receipts.anna_can_be_texted_too(outside)


STORIES: Mapping[str, Story] = {
    "an answer waits for the end of quiet hours": Story(
        contact.an_answer_waits_for_the_end_of_quiet_hours, before=contact.anna_texts_and_then_it_is_quiet, long=True
    ),
    "a customer says stop": Story(contact.anna_says_stop, before=anna_texts, long=True),
    "stop meets an answer": Story(contact.stop_meets_an_answer, before=anna_texts, long=True),
    "stop and start come at once": Story(contact.stop_and_start_come_at_once, before=anna_texts, long=True),
    "an agent is told of an opt-out": Story(contact.an_agent_is_told_of_it, before=anna_writes, long=True),
    "a customer ends the mails by one click": Story(
        contact.anna_clicks, before=contact.anna_got_a_mail_that_nobody_wrote_by_hand, long=True
    ),
    "two agents change what a customer prefers": Story(
        contact.two_agents_change_what_she_prefers, before=anna_writes, long=True
    ),
    "a bounce comes before all else": Story(
        receipts.it_bounces_before_it_is_sent, before=anna_got_an_answer, long=True
    ),
    "an answer is called spam": Story(receipts.it_arrives_and_is_called_spam, before=anna_got_an_answer, long=True),
    "an answer comes back by mail": Story(receipts.it_comes_back_by_mail, before=anna_got_an_answer, long=True),
    "an answer is put off for ever": Story(receipts.it_is_put_off_for_ever, before=anna_got_an_answer, long=True),
    "an answer bounces while a second goes out": Story(
        receipts.a_second_answer_stands, before=anna_got_an_answer, long=True
    ),
    "two answers bounce at once": Story(receipts.both_answers_bounce_at_once, before=anna_got_two_answers, long=True),
    "an answer bounces as its case is closed": Story(
        receipts.it_bounces_as_the_case_is_closed, before=anna_got_an_answer, long=True
    ),
    "what bounced goes out again by text": Story(
        receipts.it_goes_out_again_by_text, before=what_bounces_goes_out_by_text, long=True
    ),
    "a fax is answered by fax": Story(faxes.an_agent_answers, before=faxes.anna_faxes, long=True),
    "a fax is posted to its gateway": Story(
        faxes.an_agent_answers, before=faxes.anna_faxes_whose_gateway_takes_a_post, long=True
    ),
    "a fax did not arrive": Story(faxes.the_gateway_reports, before=faxes.she_was_answered, long=True),
    "a fax did not arrive, and its gateway posts that": Story(
        faxes.the_gateway_posts, before=faxes.she_was_answered_by_a_gateway_that_posts, long=True
    ),
    "two agents settle what nobody knows": Story(
        receipts.two_agents_settle_it, before=receipts.nobody_knows_whether_it_was_sent, long=True
    ),
    "a suppression is lifted": Story(
        receipts.annas_mailbox_is_full_and_is_emptied, before=receipts.annas_answer_bounced, long=True
    ),
    "a report of nothing that we know": Story(receipts.a_report_of_nothing_that_we_know, long=True),
    "mail meets a promise": Story(clocks.mail_meets_a_promise, before=anna_writes, long=True),
    "a promise is kept and moved at once": Story(
        clocks.it_is_kept_and_moved_at_once, before=clocks.a_promise_was_made, long=True
    ),
    "nobody keeps a promise": Story(
        clocks.nobody_keeps_it, before=clocks.a_promise_was_made, escalates=True, long=True
    ),
    "it turns out to be a complaint": Story(clocks.it_turns_out_to_be_a_complaint, before=anna_writes, long=True),
    "a case is handed over while mail comes": Story(
        clocks.it_is_handed_over_while_mail_comes, before=anna_writes, long=True
    ),
    "the policy is applied again while mail comes": Story(
        clocks.the_policy_is_applied_again_while_mail_comes, before=anna_writes, long=True
    ),
    "a rule says where a case belongs": Story(routing.anna_writes_two_mails, before=routing.with_rules, long=True),
    "an agent says who looks after a customer": Story(
        routing.an_agent_says_who_looks_after_her, before=anna_writes, long=True
    ),
    "two sweeps give cases at once": Story(routing.two_sweeps_give, before=routing.three_customers_wait, long=True),
    "an agent comes and goes while cases are given": Story(
        routing.she_comes_and_goes_while_cases_are_given,
        before=routing.two_customers_wait_and_one_agent_comes,
        long=True,
    ),
    "an agent takes what the sweep gives": Story(
        routing.an_agent_takes_what_the_sweep_gives, before=routing.three_customers_wait, long=True
    ),
    "all cases of an agent are handed over": Story(
        routing.her_cases_are_handed_over, before=routing.all_are_given, long=True
    ),
    "a profile and a presence at once": Story(routing.a_profile_and_a_presence_at_once, long=True),
    "nobody answers and a case goes through all hands": Story(
        routing.time_passes, before=routing.a_case_that_is_handed_on, escalates=True, long=True
    ),
    "a form is posted by somebody who passed its check": Story(
        conversing.a_form_is_posted_by_somebody_who_passed, before=conversing.forms_have_a_check, long=True
    ),
    "a form asks for a call": Story(tasks.a_form_asks_for_a_call, long=True),
    "two posts ask for a call at once": Story(tasks.two_wishes_at_once, long=True),
    "a call is made while mail comes": Story(
        tasks.it_is_made_while_mail_comes, before=tasks.a_call_was_asked_for, long=True
    ),
    "a call is tried and has another time": Story(
        tasks.it_is_tried_and_given_another_time, before=tasks.a_call_was_asked_for, long=True
    ),
    "a letter is to be posted": Story(tasks.an_agent_has_a_letter_posted, before=anna_writes, long=True),
    "a call is done and given up at once": Story(
        tasks.it_is_done_and_given_up_at_once, before=tasks.a_call_was_asked_for, long=True
    ),
    "a call is promised": Story(tasks.a_call_was_promised, long=True),
    "a promised call is made while the promise moves": Story(
        tasks.it_is_made_while_the_promise_moves, before=tasks.a_call_was_promised, long=True
    ),
    "an answer is to be said": Story(tasks.an_agent_answers_by_telephone, before=anna_writes, long=True),
    "an answer is said while mail comes": Story(
        tasks.it_is_said_while_mail_comes, before=tasks.an_answer_is_to_be_said, long=True
    ),
    "nobody calls": Story(tasks.nobody_calls, before=tasks.a_call_was_asked_for, escalates=True, long=True),
    "a call is handed over while it is withdrawn": Story(
        tasks.it_is_handed_over_while_it_is_done, before=tasks.a_call_was_asked_for, long=True
    ),
    "a call is spam and is none": Story(tasks.its_case_is_spam, before=tasks.a_call_was_asked_for, long=True),
    "a call goes to another customer": Story(
        tasks.its_case_goes_to_another_customer, before=tasks.a_call_and_a_stranger, long=True
    ),
    "a call is split off": Story(tasks.its_message_is_split_off, before=tasks.a_call_in_a_second_message, long=True),
    "a visitor goes on with a form": Story(conversing.begin, before=conversing.a_form_and_a_code, long=True),
    "a visitor writes on in a form": Story(conversing.it_is_gone_on_with, before=conversing.a_conversation, long=True),
    "two customers are merged": Story(merging.they_are_merged, before=merging.two_customers),
    "mail meets a merge": Story(merging.mail_meets_their_merge, before=merging.two_customers, long=True),
    "two agents merge both ways": Story(
        merging.two_agents_merge_them_both_ways, before=merging.two_customers, long=True
    ),
    "a merge is undone": Story(merging.the_merge_is_undone, before=merging.two_merged),
    "mail meets the undoing of a merge": Story(merging.mail_meets_the_undoing, before=merging.two_merged, long=True),
    "a case is moved": Story(merging.the_case_is_moved, before=merging.two_customers, long=True),
    "mail and a note meet a move": Story(merging.mail_meets_the_move, before=merging.two_customers, long=True),
    "a message is split off": Story(merging.a_message_is_split_off, before=merging.two_messages_in_a_case, long=True),
    "a message goes to its customer": Story(
        merging.a_message_goes_to_its_customer, before=merging.two_messages_in_a_case
    ),
    "a suggestion is accepted": Story(
        merging.the_suggestion_is_accepted, before=merging.two_who_look_like_one, long=True
    ),
    "a suggestion is dismissed": Story(
        merging.the_suggestion_is_dismissed, before=merging.two_who_look_like_one, long=True
    ),
    "a login proves an address": Story(merging.a_login_proves_an_address, before=anna_writes, long=True),
    "a code goes out": Story(merging.a_code_is_asked_for, before=anna_writes, long=True),
    "a code comes back": Story(merging.the_code_is_given, before=merging.a_code_was_sent, long=True),
    "a first mail is acknowledged": Story(answering.a_first_mail, before=answering.acknowledging, long=True),
    "two forms of one address at once": Story(answering.two_forms_at_once, before=answering.acknowledging, long=True),
    "a machine and a stranger write": Story(
        answering.a_machine_and_a_stranger, before=answering.acknowledging, long=True
    ),
    "a mail and a text are acknowledged": Story(answering.a_mail_and_a_text, before=answering.acknowledging, long=True),
    "a new sender writes": Story(anna_writes),
    "a follow-up comes": Story(anna_writes, before=anna_writes),
    "two first mails come at once": Story(two_mails_at_once),
    "a mail is told of twice": Story(one_mail_told_twice, long=True),
    "a mail is handed over twice": Story(one_mail_handed_over_twice, long=True),
    "an answer opens a closed case again": Story(anna_answers, before=a_closed_case, long=True),
    "a text message comes": Story(anna_texts),
    "a fax is read": Story(anna_faxes, long=True),
    "a form is posted": Story(a_form_is_posted, long=True),
    "the app posts": Story(the_app_posts, long=True),
    "a notification is lost": Story(left_over, long=True),
    "a message kills its readers": Story(poison, long=True),
    "an answer goes out by mail": Story(agent_answers, before=anna_writes),
    "an answer goes out with a file": Story(agent_answers_with_a_file, before=anna_writes, long=True),
    "an answer goes out by SMS": Story(agent_answers, before=anna_texts, long=True),
    "an answer is taken back": Story(
        answers.an_answer_is_taken_back, before=answers.anna_writes_to_a_hub_that_waits, long=True
    ),
    "an answer is taken back as it is claimed": Story(
        answers.it_is_taken_back_as_it_is_claimed, before=answers.anna_writes_to_a_hub_that_waits, long=True
    ),
    "an answer is taken back after the customer wrote": Story(
        answers.the_customer_writes_before_it_is_taken_back,
        before=answers.anna_writes_to_a_hub_that_waits,
        long=True,
    ),
    "we write first": Story(answers.we_write_first, before=answers.anna_wrote_and_was_answered, long=True),
    "the app is rung and reads": Story(answers.she_is_rung_and_reads, before=answers.anna_has_the_app, long=True),
    "an answer in the app is not read": Story(
        answers.she_does_not_read_it, before=answers.anna_proved_her_address_in_the_app, long=True
    ),
    "an answer in the app is read in the last moment": Story(
        answers.she_reads_it_in_the_last_moment, before=answers.anna_proved_her_address_in_the_app, long=True
    ),
    "the app reads its thread": Story(
        answers.she_reads_what_she_was_answered, before=answers.anna_writes_in_the_app, long=True
    ),
    "two agents are at a case": Story(answers.two_agents_are_at_a_case, before=anna_writes, long=True),
    "the connected hear and one goes away": Story(
        answers.they_hear_and_one_goes_away, before=answers.app_and_agent_are_connected, long=True
    ),
    "the connected stay longer than their tokens": Story(
        answers.they_are_told_after_their_tokens_have_ended, before=answers.app_and_agent_are_connected, long=True
    ),
    "an app follows its thread": Story(
        answers.it_hears_what_she_is_answered, before=answers.the_app_begins_to_follow, long=True
    ),
    "two agents answer at once": Story(answers.two_agents_answer_what_they_read, before=anna_writes, long=True),
    "an answer to a second message": Story(agent_answers, before=anna_wrote_again_after_the_answer, long=True),
    "an answer meets a new message": Story(an_answer_and_a_new_message, before=anna_writes, long=True),
    "a customer waits too long": Story(anna_writes, escalates=True, long=True),
    "a reminder and nobody answers": Story(nothing, before=anna_waited_until_the_reminder, escalates=True, long=True),
    "many wait after an outage": Story(nobody_sweeps_for_two_days, before=three_write, escalates=True, long=True),
    "an answer meets the catching up": Story(
        an_answer_meets_the_catching_up, before=three_write, escalates=True, long=True
    ),
    "an answer comes after the reminder": Story(
        agent_answers, before=anna_waited_until_the_reminder, escalates=True, long=True
    ),
    "agents work on a case": Story(agents_work, before=anna_writes, long=True),
    "a case is closed": Story(agent_closes, before=anna_got_an_answer, long=True),
    "an agent learns of a number": Story(agent_adds_a_number, before=anna_writes, long=True),
    "an agent releases a message": Story(account.an_agent_releases, before=account.a_mail_to_nobody, long=True),
    "two agents release a message": Story(account.two_agents_release, before=account.a_mail_to_nobody, long=True),
    "one releases and one discards": Story(
        account.one_releases_and_one_discards, before=account.a_mail_to_nobody, long=True
    ),
    "what waits for one reason is discarded": Story(
        account.an_agent_discards_by_reason, before=account.a_mail_to_nobody, long=True
    ),
    "a forgotten message is replayed": Story(account.a_forgotten_message_is_replayed, long=True),
    "two administrators save": Story(
        configuring.two_administrators_save, before=configuring.there_is_a_configuration, long=True
    ),
    "a team goes as its customer answers": Story(anna_answers_as_the_team_goes, before=a_closed_case, long=True),
    "one saves and one goes back": Story(
        configuring.one_saves_and_one_goes_back, before=configuring.there_is_a_configuration, long=True
    ),
    "a thread is read while the audit fails": Story(
        account.a_thread_is_read_while_the_audit_fails, before=anna_writes, long=True
    ),
    "an operator replays a day": Story(account.an_operator_replays, before=account.a_mail_to_nobody, long=True),
    "a case is marked as spam": Story(account.an_agent_marks_spam, before=anna_writes, long=True),
    "spam meets a new message": Story(account.spam_meets_a_message, before=anna_writes, long=True),
    "a case was no spam": Story(account.it_was_no_spam, before=_anna_is_taken_for_spam, long=True),
    "a sender is blocked": Story(account.an_agent_blocks, before=anna_writes, long=True),
    "a case is closed and its customer asked": Story(
        surveys.an_agent_closes, before=surveys.anna_got_an_answer, long=True
    ),
    "a customer writes before the question goes out": Story(
        surveys.she_writes_again_before_she_is_asked, before=surveys.anna_got_an_answer, long=True
    ),
    "a customer rates twice at once": Story(
        surveys.she_is_satisfied_and_is_not, before=surveys.anna_is_asked, long=True
    ),
    "a customer says how she is called as she is merged": Story(
        merging.she_says_how_she_is_called_as_they_are_merged,
        before=merging.who_has_the_app_and_who_writes_mails,
        long=True,
    ),
    "a customer rates by the link and in the app": Story(
        surveys.she_rates_by_the_link_and_in_the_app, before=surveys.anna_is_asked_and_has_the_app, long=True
    ),
    "a customer rates unasked while she writes": Story(
        surveys.she_rates_unasked_and_writes, before=surveys.a_case_of_the_app_is_closed, long=True
    ),
    "a customer rates with a digit": Story(
        surveys.she_answers_with_a_digit, before=surveys.anna_is_asked_by_text_message, long=True
    ),
    "a bad digit meets a question": Story(
        surveys.she_answers_with_a_bad_digit_and_a_question, before=surveys.anna_is_asked_by_text_message, long=True
    ),
    "an incident is opened while somebody writes": Story(many.an_incident_is_opened_while_somebody_writes, long=True),
    "cases are linked to an incident": Story(
        many.cases_are_suggested_and_linked, before=many.an_incident_and_two_who_wrote, long=True
    ),
    "an incident is answered while somebody writes": Story(
        many.it_is_answered_while_somebody_writes, before=many.two_cases_are_linked, long=True
    ),
    "the answer to many is paused and goes on": Story(
        many.its_answer_is_paused_and_goes_on, before=many.two_cases_are_linked, long=True
    ),
    "the recipients of a broadcast are chosen": Story(
        many.recipients_are_chosen, before=many.somebody_prepares_a_broadcast, long=True
    ),
    "a broadcast is sent while somebody writes": Story(
        many.it_is_sent_while_somebody_writes, before=many.its_recipients_are_chosen_and_foreseen, long=True
    ),
    "a broadcast is sent and somebody answers": Story(
        many.it_is_sent_and_somebody_answers, before=many.its_recipients_are_chosen_and_foreseen, long=True
    ),
    "carriers report of a message to many": Story(
        many.it_is_sent_and_its_carriers_report, before=many.its_recipients_are_chosen_and_foreseen, long=True
    ),
    "figures are read while somebody is answered": Story(
        reports.figures_are_read_while_she_is_answered, before=reports.anna_wrote, long=True
    ),
    "what was counted is spam": Story(reports.what_was_counted_is_spam, before=reports.anna_wrote, long=True),
    "an agent searches while somebody writes": Story(
        search.an_agent_looks_for_her_while_she_writes, before=search.anna_wrote, long=True
    ),
    "a case that was found is closed to others": Story(
        search.her_case_is_closed_to_others, before=search.anna_and_bartek_wrote, long=True
    ),
    "a case is tagged, listed and closed": Story(
        search.her_case_is_tagged_and_closed, before=search.anna_wrote, long=True
    ),
    "a message that was found is split off": Story(
        search.a_message_is_split_off, before=search.anna_and_bartek_wrote, long=True
    ),
    "a missed call is logged": Story(account.they_called, long=True),
    "two calls of somebody new at once": Story(account.two_calls_of_somebody_new, long=True),
    "an answer is given by telephone": Story(account.we_called_back, before=anna_writes, long=True),
    "an agent answers with a canned text": Story(
        account.an_agent_answers_with_a_canned_text, before=account.there_is_a_canned_text, long=True
    ),
    "a customer is put under a legal hold": Story(rights.anna_is_held, before=rights.anna_and_bartek_wrote, long=True),
    "two systems record a customer while she writes": Story(
        records.two_systems_record_her_while_she_writes, before=anna_writes, long=True
    ),
    "a customer is erased while systems write of her": Story(
        records.she_is_erased_while_systems_write, before=records.anna_was_recorded, long=True
    ),
    "an answer and a message name uploads": Story(
        uploads.an_answer_and_a_message_name_uploads, before=uploads.files_were_put_there, long=True
    ),
    "a list of customers is imported": Story(records.a_list_of_customers_is_imported, before=anna_writes, long=True),
    "a shop writes what a customer ordered": Story(
        records.a_shop_writes_what_she_ordered, before=records.anna_was_recorded, long=True
    ),
    "a legal hold is lifted": Story(rights.the_hold_is_lifted, before=rights.anna_was_held, long=True),
    "a customer is erased while she writes": Story(
        rights.anna_is_erased_while_she_writes, before=rights.anna_and_bartek_wrote, long=True
    ),
    "a note mentions a colleague and a team": Story(
        mentions.a_note_mentions_him_and_the_team, before=mentions.jan_is_known, long=True
    ),
    "a customer is erased while a note mentions somebody": Story(
        mentions.she_is_erased_while_he_is_mentioned_again, before=mentions.he_was_mentioned, long=True
    ),
    "a customer is exported while she writes": Story(
        rights.anna_is_exported_while_she_writes, before=rights.anna_and_bartek_wrote, long=True
    ),
    "a customer asks for the own history": Story(
        rights.jan_asks_for_his_history, before=rights.jan_wrote_from_the_app, long=True
    ),
    "what is not kept any longer goes while she writes": Story(
        rights.a_day_goes_by_and_she_writes, before=rights.annas_case_was_closed, long=True
    ),
    "a customer is erased while she is exported": Story(
        rights.anna_is_exported_and_erased, before=rights.anna_and_bartek_wrote, long=True
    ),
    "tombstones are replayed after an erasure": Story(
        rights.a_restored_table_is_told_of_the_erased, before=rights.anna_and_bartek_wrote, long=True
    ),
    "a call meets a new message": Story(account.a_call_meets_a_message, before=anna_writes, long=True),
}
