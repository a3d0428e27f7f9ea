"""Texts in English."""

NOBODY = "nobody"

# What is owed, by kind of clock. `{promise}` is what the customer was told, word for word.
OWED = {
    "first_response": "The first answer is due by {deadline}.",
    "next_response": "The answer is due by {deadline}.",
    "resolution": "The matter is to be settled by {deadline}.",
    "update": "The customer is owed the next sign of life by {deadline}.",
    "legal": "The law wants an answer by {deadline}.",
    "hand_over": "The case was handed over to be answered by {deadline}.",
    "call_back": "The customer is to be called by {deadline}.",
    "letter": "The letter to the customer is to be posted by {deadline}.",
    "promise": "The customer was promised by {deadline}: “{promise}”",
}
WAITING = "The customer has been waiting since {waiting_since}."

# Subject of the notice to a colleague, by what the step does.
SUBJECTS = {
    "remind": "Reminder: case {reference} is waiting",
    "tell_team": "Case {reference} is waiting and the time is running",
    "escalate": "Escalation: case {reference} was not answered in time",
    "reassign": "Case {reference} comes to you",
}
FACTS = "Case: {reference}\nSubject: {subject}\nAssigned to: {assignee}\n"

# Of many cases at once. A clock as one names it in a list; `{late}` is one of the two after them.
CLOCKS = {
    "first_response": "first answer",
    "next_response": "answer",
    "resolution": "settlement",
    "update": "sign of life",
    "legal": "legal term",
    "hand_over": "handed-over case",
    "promise": "promise",
}
LATE = "late by {days} d {hours:02} h {minutes:02} min"
NOT_LATE = "not late yet"
DIGEST_SUBJECT = "{count} more steps at once, the oldest: case {oldest}, {late}"
DIGEST_INTRODUCTION = (
    "So many cases need you at once that you were told of the first ones singly and are told of the others here: "
    "{count} steps. The longest overdue come first."
)
DIGEST_LINE = "{reference}  {clock}  {deadline}  {late}"
DIGEST_MORE = "... and {more} more. All of them stand in the list of their team, the most urgent first."

# To the customer, when it takes longer than it should.
HOLDING_SUBJECT = "Re: {subject}"
HOLDING = (
    "Good day,\n\n"
    "we have your message and have not been able to answer it in time yet. We are sorry for the wait. Your case has "
    "the number {reference}; it is with us, and we will write to you as soon as there is an answer. You need not write "
    "again.\n"
)

CODE = (
    "Your confirmation code",
    "Your code: {code}. It is valid for {minutes} minutes. Give it to nobody. If you did not ask for it, do nothing.",
)

# One segment each, and no letters that would make it three. START is understood in every language.
OPTED_OUT = "You will get no more text messages from us. To get them again, answer START."
OPTED_IN = "You will get text messages from us again. To stop them, answer STOP."
