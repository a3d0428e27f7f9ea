"""How fast this account may send mail, as SES says.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
"""

from __future__ import annotations

from datetime import datetime, timedelta

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.usecases.ports import Now

KNOWN_FOR = timedelta(minutes=5)


class SesQuota:
    """Mails a second. Asked at most every five minutes; what was known before holds while SES does not say it.

    None where it never did, as without the right to ask.
    """

    def __init__(self, ses: BaseClient, now: Now) -> None:
        self._ses = ses
        self._now = now
        self._rate: float | None = None
        self._asked_at: datetime | None = None

    def __call__(self) -> float | None:
        now = self._now()
        if self._asked_at is None or now - self._asked_at >= KNOWN_FOR:
            self._asked_at = now
            self._rate = self._ask() or self._rate
        return self._rate

    def _ask(self) -> float | None:
        try:
            rate = float(self._ses.get_account()["SendQuota"]["MaxSendRate"])
        except (ClientError, BotoCoreError, LookupError, TypeError, ValueError):
            return None
        return rate if rate > 0 else None
