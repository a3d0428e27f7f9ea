"""Stories of files that are put beside a message, which names them."""

from __future__ import annotations

import json

from tests.faults.outside import Outside, Request

ANNA = "anna@example.pl"
FILE = b"%PDF-1.4 umowa"
FORMS = "/v1/forms/contact/uploads"
ROOM = {"content_type": "application/pdf", "size": len(FILE)}


def files_were_put_there(outside: Outside) -> None:
    outside.mail(ANNA, notifications=1)
    for token in ("ewa:agent", "anna:customer"):
        outside.ask("POST", "/v1/uploads", ROOM, token)
    outside.ask("POST", FORMS, ROOM, "")


def an_answer_and_a_message_name_uploads(outside: Outside) -> None:
    """And the customer makes room for another one meanwhile."""
    agents, customers, visitors = outside.requests[-3:]
    (case,) = outside.simulation.threads.list_urgent("care", 1).items
    outside.ask(
        "POST",
        f"/v1/cases/{case.reference}/replies",
        {"text": f"Umowa #{(mark := next(outside._numbers))}#", "attachments": [_named(outside, agents)]},
        "ewa:agent",
        mark=mark,
    )
    outside._post(
        "app",
        "anna",
        "/v1/messages",
        {"text": "Zdjęcie", "attachments": [_named(outside, customers)]},
        "anna:customer",
        3,
    )
    form = {"email": "jan@example.pl", "text": "Formularz", "attachments": [_named(outside, visitors)]}
    outside._post("web_form", "jan@example.pl", "/v1/forms/contact/messages", form, "", 3)
    outside.ask("POST", "/v1/uploads", ROOM, "anna:customer")
    outside.ask("POST", FORMS, ROOM, "")


def _named(outside: Outside, asked: Request) -> dict[str, str]:
    """What S3 takes with the form that the answer allows lies there now."""
    said = json.loads(next(answer.text for answer in asked.answers if answer and answer.status == 201))
    outside.ports.attachments.objects[said["fields"]["key"]] = FILE
    return {"name": "umowa.pdf", "content_type": "application/pdf", "upload": said["upload"]}
