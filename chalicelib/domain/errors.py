"""The one tree of errors: what went wrong, what whoever must act is told, and whether trying again can help.

Expected outcomes (a duplicate, a parked message) are values, not errors. Nothing here knows HTTP or AWS:
`api/` turns `code` into a status, queue functions look at `retryable` only.
"""

from __future__ import annotations

from enum import StrEnum

from chalicelib.domain.remarks import remark


class HubError(Exception):
    """Base of every error that the hub raises on purpose.

    `code` is stable and public (`docs/api.md` lists all), `text` may be shown to the caller and names what to do,
    `retryable` says that the same call can succeed later without a change.
    """

    code = "internal"
    text = "Something went wrong on our side. It was recorded; try again in a moment."
    retryable = True

    def __init__(self, text: str | None = None, *, field: str | None = None) -> None:
        super().__init__(text or self.text)
        self.public_text = text or self.text
        self.field = field


class InvalidInput(HubError):
    """The caller sent something that can never be accepted as it is."""

    code = "invalid_input"
    text = "The request cannot be understood. Correct the named field and send it again."
    retryable = False


class TooLarge(InvalidInput):
    """Over a documented size limit."""

    code = "too_large"
    text = "The request is larger than the limit. Send less."


class MayNotSee(InvalidInput):
    """Somebody is named who may not see what they are named in."""

    code = "may_not_see"
    text = "Whom you name may not see this case. Leave them out."


class Unauthenticated(HubError):
    """No token, or one that does not verify."""

    code = "unauthenticated"
    text = "A valid access token is needed. Sign in again."
    retryable = False


class Forbidden(HubError):
    """The principal is known and may not do this at all, whatever the object."""

    code = "forbidden"
    text = "Your role does not allow this."
    retryable = False


class ScopeMissing(Forbidden):
    """The token of a service does not name the scope that this needs."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"The token lacks the scope {scope}. Ask for a token with it, or have it granted.")
        self.scope = scope


class NotFound(HubError):
    """No such object, or none that this principal may know of: both look the same to the caller."""

    code = "not_found"
    text = "There is no such object, or you may not see it."
    retryable = False


class Conflict(HubError):
    """The object changed since the caller read it."""

    code = "conflict"
    text = "This changed in the meantime. Read it again and repeat what you wanted."
    retryable = False


class PromiseOwed(Conflict):
    """A case cannot be closed over a promise to the customer."""

    code = "promise_owed"
    text = "The customer was promised something in this case. Keep the promise, renegotiate or withdraw it, then close."


class TaskOpen(Conflict):
    """A case cannot be closed over something that somebody is to do for it."""

    code = "task_open"
    text = "A call or a letter of this case is still to be done. Do it, give it up or withdraw it, then close."


class AnswerOwed(Conflict):
    """The law wants an answer in a form that the customer can keep."""

    code = "answer_owed"
    text = "A case of this kind has to be answered in writing, by e-mail or letter, before it is closed."


class LegalHold(Conflict):
    """Somebody has said that nothing of this customer may be erased."""

    code = "legal_hold"
    text = "The customer is under a legal hold. A supervisor has to lift it first."


class RetentionRuns(Conflict):
    """The law wants a case kept for longer."""

    code = "retention_runs"
    text = "A case of this customer has to be kept for longer."


class NewerMessage(Conflict):
    """The customer wrote, or a colleague answered or promised, after what the agent has seen."""

    code = "newer_message"
    text = "The customer has written again since you read the case. Read the new message first."


class CaptchaRefused(HubError):
    """The check of a form was not passed."""

    code = "captcha_refused"
    text = "The check that you are a person was not passed, or too long ago. Pass it again and send the same once more."
    retryable = False


class FormKeyRefused(HubError):
    """A form that has keys was called without one of them."""

    code = "form_key_refused"
    text = "This form is called with a key, and none that holds came along. Reload the page; if it stays so, tell us."
    retryable = False


class KeyReused(Conflict):
    """An idempotency key came again with another body."""

    code = "idempotency_key_reused"
    text = "This Idempotency-Key was used for a different request. Use a new key for a new request."


class NoWayToReach(HubError):
    """The customer has no contact point that an answer may be sent to on the wanted channel.

    `rule`: of the contact policy, which forbids the best way there is; "" where there is none at all.
    """

    code = "no_way_to_reach"
    text = "There is no address to which this customer can be answered on that channel."
    retryable = False

    def __init__(self, text: str | None = None, *, field: str | None = None, rule: str = "") -> None:
        super().__init__(text, field=field)
        self.rule = rule


class ContactRefused(NoWayToReach):
    """There is an address, and the contact policy forbids to write to it."""

    code = "contact_refused"
    text = "The customer may not be written to on that channel."


class WrongCode(HubError):
    """The code is wrong, too old, used up, or the verification does not exist: one answer for all of them."""

    code = "wrong_code"
    text = "This code is not valid, or not any more. Check it, or ask for a new one."
    retryable = False


class TooMany(HubError):
    """A limit is reached until tomorrow (UTC). `tier`: whose it is, of the `address`, of the `caller` or of the `hub`.

    `retry_after`: seconds.
    """

    code = "too_many"
    text = "Too many codes were asked for. Try again tomorrow."
    retryable = False

    def __init__(self, text: str | None = None, *, tier: str = "caller", retry_after: int = 86_400) -> None:
        super().__init__(text)
        self.tier = tier
        self.retry_after = retry_after


class WrongConfiguration(HubError):
    """The stored configuration cannot be used; every message that names the missing part waits."""

    code = "wrong_configuration"
    text = "The configuration is incomplete. An operator must correct it."
    retryable = True

    @classmethod
    def at(cls, place: str, problem: str) -> WrongConfiguration:
        """`place`: in the document, such as `teams[0].calendar`; "" for the whole of it."""
        return cls(f"Configuration: {place or 'the document'}: {problem}.", field=place or None)


class StorageUnavailable(HubError):
    """A store or queue did not answer, or throttled: the same call may succeed later."""

    code = "unavailable"
    text = "A part of the hub is busy. Nothing was lost; try again in a moment."
    retryable = True


class WriteConflict(HubError):
    """A conditional transaction was refused as a whole: a condition did not hold, or somebody was faster.

    `refused` holds the positions of the changes whose own condition failed; empty when the store only saw a
    collision with another transaction.
    """

    code = "write_conflict"
    text = "Someone else changed this at the same moment. Try again."
    retryable = True

    def __init__(self, refused: tuple[int, ...] = ()) -> None:
        super().__init__()
        self.refused = refused


class Limit(StrEnum):
    """What of a carrier's was reached."""

    RATE = "throttled"  # so many a second: a moment later it may go
    DAILY = "daily_limit_reached"  # so many in 24 hours: it passes by itself
    QUOTA = "quota_used_up"  # so much money a month


class SendingRefused(HubError):
    """The carrier said no: the message was certainly not sent.

    `temporary` tells throttling and the like from an answer that will not change. `limit`: which one was reached.
    """

    code = "sending_refused"
    text = "The carrier refused the message."
    retryable = False

    def __init__(self, reason: str, *, temporary: bool, limit: Limit | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.temporary = temporary
        self.limit = limit


class TokenGone(SendingRefused):
    """The service that rings devices does not know this one any more: the app was removed, or shows another token."""

    def __init__(self) -> None:
        super().__init__(remark("device_not_known"), temporary=False)


class SendingUnknown(HubError):
    """No answer came back from the carrier: the message may or may not be on its way. Never send again by itself."""

    code = "sending_unknown"
    text = "It is not known whether the message was sent."
    retryable = False


class Unparsable(HubError):
    """A message could not be taken apart within its limits. It is kept whole."""

    code = "unparsable"
    text = "The message could not be read and was kept as it came."
    retryable = False
