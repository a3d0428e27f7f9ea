"""How fast this account may send mail, and how much of what it may send in 24 hours is left, as SES says.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
"""

from __future__ import annotations

from datetime import datetime, timedelta

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.usecases.ports import Now
from chalicelib.usecases.sending_turns import MailQuota

KNOWN_FOR = timedelta(minutes=5)
_UNLIMITED = -1.0


class SesQuota:
    """Asked at most every five minutes; what was known before holds while SES does not say it. Nothing is known where
    it never did, as without the right to ask.
    """

    def __init__(self, ses: BaseClient, now: Now) -> None:
        self._ses = ses
        self._now = now
        self._known = MailQuota()
        self._asked_at: datetime | None = None

    def __call__(self) -> MailQuota:
        now = self._now()
        if self._asked_at is None or now - self._asked_at >= KNOWN_FOR:
            self._asked_at = now
            self._known = self._ask() or self._known
        return self._known

    def _ask(self) -> MailQuota | None:
        try:
            told = self._ses.get_account()["SendQuota"]
            rate, most, sent = (float(told[name]) for name in ("MaxSendRate", "Max24HourSend", "SentLast24Hours"))
        except (ClientError, BotoCoreError, LookupError, TypeError, ValueError):
            return None
        return MailQuota(rate if rate > 0 else None, None if most == _UNLIMITED else most - sent)
