"""Whoever got a mail of ours ends such mails by one click on its link (RFC 8058)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.errors import NotFound
from chalicelib.domain.opting_out import Wish
from chalicelib.domain.reply_address import keys_named_in
from chalicelib.domain.threads import Entry
from chalicelib.domain.unsubscribing import CAN_BE_ENDED, parse_unsubscribe_token
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_place import MOST_MOVES
from chalicelib.usecases.opt_out_changes import opt_out_changes
from chalicelib.usecases.ports import Change, Now, ReplyKeys, ThreadStore


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    threads: ThreadStore
    reply_keys: ReplyKeys
    now: Now

    def __call__(self, token: str) -> None:
        """Once more changes nothing. Raises NotFound for what we have not signed, before anything is read."""
        named = parse_unsubscribe_token(token, self.reply_keys(keys_named_in([token])))
        if named is None:
            raise NotFound()

        def decide() -> tuple[str, Sequence[Change]]:
            entry = self._where_it_stands(*named)
            if entry.delivery is None or entry.delivery.point is None or entry.delivery.purpose not in CAN_BE_ENDED:
                raise NotFound()
            point, purpose = entry.delivery.point, entry.delivery.purpose
            evidence = f"by the link in our mail of {entry.at:%Y-%m-%d}"
            wish = Wish(point, stops=True, at=self.now(), evidence=evidence, purposes=(purpose,))
            known = self.threads.find_reachabilities([point]).get(point)
            return "", opt_out_changes(known, wish, entry.customer_id, entry_id=entry.id)

        change_customers(self.threads, None, decide)

    def _where_it_stands(self, customer_id: str, entry_id: str) -> Entry:
        """A message that was moved to another customer leads there."""
        entry = self.threads.get_entry(customer_id, entry_id)
        for _ in range(MOST_MOVES):
            if not entry.moved_to:
                return entry
            customer_id, _, entry_id = entry.moved_to.partition("/")
            entry = self.threads.get_entry(customer_id, entry_id)
        raise NotFound()
