"""A file that is too large for a call is put into the store by whoever sends it, and named in their message."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.errors import NotFound, StorageUnavailable, TooLarge, WriteConflict
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.uploads import (
    LARGEST_UPLOAD,
    MOST_OF_A_FORM,
    MOST_OF_AN_ADDRESS,
    OPEN_FOR,
    Invitation,
    require_named_in_time,
    upload_key,
)
from chalicelib.usecases.allowances import name_of_limit, once_more
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.ports import AttachmentStore, Now, Randomness, ThreadStore


@dataclass(frozen=True, slots=True)
class UploadFiles:
    attachments: AttachmentStore
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def invite(self, principal: str, content_type: str, size: int) -> tuple[str, Invitation]:
        """The id by which messages name it, and the way to put it there: no more than `size` bytes, of that type, under
        that one key, within minutes.
        """
        id_ = ulid(self.now(), self.randomness(10))
        return id_, self.attachments.invite(upload_key(principal, id_), content_type, size, OPEN_FOR)

    def admit_in_form(self, inbox: str, source: str) -> None:
        """Counts what a form's visitor does with uploads before it is done: nobody knows who they are. `source`: where
        on the net they are. Raises TooMany.
        """
        limits = {"caller": (f"{inbox} {source}", MOST_OF_AN_ADDRESS), "hub": (inbox, MOST_OF_A_FORM)}
        for _ in range(MOST_RACES):
            try:
                return self.threads.commit(
                    [
                        once_more(self.threads, tier, name_of_limit("upload", tier, whose), most, self.now())
                        for tier, (whose, most) in limits.items()
                    ]
                )
            except WriteConflict:
                continue
        raise StorageUnavailable()

    def where(self) -> str:
        """The origin (RFC 6454) to which uploads are posted."""
        return "/".join(self.attachments.invite(upload_key("", ""), "text/plain", 1, OPEN_FOR).url.split("/")[:3])

    def get(self, principal: str, upload_id: str) -> bytes:
        """As often as a message names it, so that one that is sent again is the same. Raises NotFound, also for what is
        somebody else's, and TooLarge.
        """
        require_named_in_time(upload_id, self.now())
        try:
            data = self.attachments.get(upload_key(principal, upload_id))
        except NotFound:
            raise NotFound("There is no such upload of yours. Put the file there first.") from None
        if len(data) > LARGEST_UPLOAD:
            raise TooLarge(f"An upload is {LARGEST_UPLOAD} bytes at most.")
        return data
