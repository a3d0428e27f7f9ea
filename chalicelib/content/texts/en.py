"""Texts in English."""

NOBODY = "nobody"

NOTICES = {
    "remind": (
        "Reminder: case {reference} is waiting for an answer",
        (
            "The customer has been waiting since {waiting_since}; the answer is due by {deadline}.\n\n"
            "Case: {reference}\nSubject: {subject}\nAssigned to: {assignee}\n"
        ),
    ),
    "escalate": (
        "Escalation: case {reference} was not answered in time",
        (
            "The answer was due by {deadline}. The customer has been waiting since {waiting_since}.\n\n"
            "Case: {reference}\nSubject: {subject}\nAssigned to: {assignee}\n"
        ),
    ),
}

CODE = (
    "Your confirmation code",
    "Your code: {code}. It is valid for {minutes} minutes. Give it to nobody. If you did not ask for it, do nothing.",
)
