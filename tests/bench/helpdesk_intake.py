"""Gives mails to django-helpdesk and tells what became of them. Runs in an environment of its own.

    python tests/bench/helpdesk_intake.py < mails.jsonl > outcome.json

Each line is {"id", "raw": base64}, in the order of arrival; a mail may come twice. Mails are turned into text and
handed over as its IMAP reader does it. The answer: seconds of CPU by mail, what was raised, and all that it keeps, as
{"ticket", "text"} or {"ticket", "file": base64}.
"""

from __future__ import annotations

import base64
import json
import logging
import sys
import tempfile
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path
from django.utils import encoding

PLACE = Path(tempfile.mkdtemp(prefix="helpdesk-"))


def main() -> None:
    settings.configure(
        SECRET_KEY="only for this run",
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.sites",
            "django.contrib.humanize",
            "rest_framework",
            "helpdesk",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(PLACE / "helpdesk.sqlite3")}},
        MEDIA_ROOT=str(PLACE / "media"),
        MEDIA_URL="/media/",
        STATIC_URL="/static/",
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        ROOT_URLCONF="__main__",
        SITE_ID=1,
        HELPDESK_TEAMS_MODE_ENABLED=False,
        HELPDESK_TEAMS_MODEL="auth.User",  # without its optional teams
        HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    )
    django.setup()
    globals()["urlpatterns"] = [path("", include("helpdesk.urls", namespace="helpdesk"))]
    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    sys.stdout.write(json.dumps(_take_in(json.loads(line) for line in sys.stdin)))


def _take_in(mails: object) -> dict[str, object]:
    from helpdesk.email import extract_email_metadata
    from helpdesk.models import FollowUp, FollowUpAttachment, Queue, Ticket

    logging.disable(logging.CRITICAL)
    queue = Queue.objects.create(
        title="Pomoc",
        slug="pomoc",
        email_address="pomoc@hub.example",
        allow_email_submission=True,
        email_box_type="imap",
    )
    seconds: dict[str, list[float]] = {}
    raised: dict[str, str] = {}
    for mail in mails:  # type: ignore[attr-defined]
        text = encoding.force_str(base64.b64decode(mail["raw"]), errors="replace")
        begun = time.process_time()
        try:
            extract_email_metadata(message=text, queue=queue, logger=logging.getLogger("helpdesk"))
        except Exception as error:  # noqa: BLE001  # any of them leaves the mail out, which is what is counted
            raised[mail["id"]] = type(error).__name__
        seconds.setdefault(mail["id"], []).append(time.process_time() - begun)
    kept: list[dict[str, object]] = [{"ticket": one.id, "text": one.title} for one in Ticket.objects.all()]
    kept += [{"ticket": one.ticket_id, "text": one.comment or ""} for one in FollowUp.objects.all()]
    for file in FollowUpAttachment.objects.select_related("followup"):
        content = base64.b64encode(Path(file.file.path).read_bytes()).decode()
        kept.append({"ticket": file.followup.ticket_id, "file": content})
    return {"seconds": seconds, "raised": raised, "kept": kept}


if __name__ == "__main__":
    main()
