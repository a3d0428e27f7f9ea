"""Texts in English."""

# How a moment is said behind "by" and "from".
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MOMENT = "{weekday}, {day} {month}, {time}"
SHORT_MOMENT = "{day}.{month_number} {time}"

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
WAITING = "The customer has been waiting since {since}."
_FACTS = "{owed}\n{waiting}\n\nCase: {reference}\nSubject: {subject}\nAssigned to: {assignee}"

# Subject and text, by name; `wordings.py` says what each is for. A line whose variable has no value is left out.
TEXTS = {
    "acknowledgement": (
        "We have your message, case {reference}",
        (
            "Good day,\n\n"
            "we have your message. Your case has the number {reference}; keep it if you write or call about this.\n\n"
            "{notice}\n\n"
            "You will have our answer by {answer_by}.\n\n"
            "This is an automatic reply. If you did not write to us, do nothing.\n\n"
            "{company}"
        ),
    ),
    "acknowledgement_sms": ("", "We have your message, case {reference}.\nWe answer by {answer_by}."),
    "out_of_hours": ("", "We are closed now and are here again from {opens_at}."),
    # To the customer, when it takes longer than it should.
    "holding": (
        "Your case {reference}",
        (
            "Good day,\n\n"
            "we have your message and have not been able to answer it in time yet. We are sorry for the wait. Your "
            "case has the number {reference}; it is with us, and we will write to you as soon as there is an answer. "
            "You need not write again.\n\n"
            "{company}"
        ),
    ),
    "survey": (
        "How did we handle case {reference}?",
        (
            "Good day,\n\n"
            "we have closed your case {reference}. Please give us one rating, it takes a moment:\n\n"
            "{link}\n\n"
            "If the matter is not settled, simply answer this message.\n\n"
            "{company}"
        ),
    ),
    "survey_sms": (
        "",
        "Case {reference} is closed. How did we handle it? Please answer with one digit: 1 (badly) to 5 (very well).",
    ),
    "code": (
        "Your confirmation code",
        (
            "Your code: {code}. It is valid for {minutes} minutes. Give it to nobody. If you did not ask for it, do "
            "nothing."
        ),
    ),
    "remind": ("Reminder: case {reference} is waiting", _FACTS),
    "tell_team": ("Case {reference} is waiting and the time is running", _FACTS),
    "escalate": ("Escalation: case {reference} was not answered in time", _FACTS),
    "reassign": ("Case {reference} comes to you", _FACTS),
}

# Of many cases at once. A clock as one names it in a list; `{late}` is one of the two after them.
CLOCKS = {
    "first_response": "first answer",
    "next_response": "answer",
    "resolution": "settlement",
    "update": "sign of life",
    "legal": "legal term",
    "hand_over": "handed-over case",
    "promise": "promise",
    "call_back": "call to make",
    "letter": "letter to post",
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

# One segment each, and no letters that would make it three. START is understood in every language.
OPTED_OUT = "You will get no more text messages from us. To get them again, answer START."
OPTED_IN = "You will get text messages from us again. To stop them, answer STOP."

BELL = "You have a new message."

# To colleagues, when an answer did not arrive; why, by what the failure lies in.
UNDELIVERED_SUBJECT = "The answer in case {reference} did not arrive"
UNDELIVERED = "The answer of {answered_at} did not reach the customer."
UNDELIVERED_WHY = {
    "permanent": "Nothing that is sent to that address will arrive.",
    "temporary": "It could not be handed over in time; later it may be possible.",
    "technical": "The message was not accepted as it was.",
    "complaint": "Its recipient called it spam.",
}
UNDELIVERED_SAID = "The carrier says: {reason}."
UNDELIVERED_WAITS = "The customer is waiting again, since {since}."
UNDELIVERED_ANSWERED = "A later answer stands in the case, so no clock has moved."
UNDELIVERED_NEXT = "They may be written to by {channel}."
UNDELIVERED_NO_NEXT = "There is no other channel by which they may be written to."
UNDELIVERED_RESENT = "It was sent again by {channel}."
UNDELIVERED_FACTS = "Case: {reference}\nSubject: {subject}\nAssigned to: {assignee}\n"
# To colleagues and teams whom a note mentions.
A_COLLEAGUE = "A colleague"
MENTION_SUBJECT = "{by} mentions you in case {reference}"
MENTION_OF_TEAM = "{by} mentions the team {team} in case {reference}"
MENTION_TEXT = "{subject_line}, in a note. It stands in the thread.\n\nCase: {reference}\nSubject: {subject}\n"

SURVEY_PAGE = {
    "title": "How did we handle your case?",
    "question": "This is about case {reference}, which we closed lately.",
    "scores": {5: "very well", 4: "well", 3: "fairly", 2: "poorly", 1: "badly"},
    "comment": "What was good, and what was not? (optional)",
    "send": "Send the rating",
    "thanks": "Thank you for the rating.",
    "over": "The time for rating this case is over. You can always write to us.",
    "too_late": "This case cannot be rated any more. You can always write to us.",
}
FAX_TITLE = "FAX"
FAX_ROWS = {
    "to": "To:",
    "from": "From:",
    "answer_to": "Answer to:",
    "date": "Date:",
    "reference": "Case:",
    "subject": "Subject:",
    "pages": "Pages:",
}
FAX_DATE = "%d %b %Y, %H:%M"
FAX_PAGES = "{pages}"
FAX_PAGES_AND_MORE = "{pages}, and the attached files after them"
FAX_HINT = (
    "If you answer by fax, please put this page in front or write the number of the case, {reference}: then the answer "
    "finds it at once. If this fax is not for you, please tell us and destroy it."
)
ATTRIBUTION = "On {date}, {name} wrote:"
ATTRIBUTION_DATE = "%d %b %Y, at %H:%M"
