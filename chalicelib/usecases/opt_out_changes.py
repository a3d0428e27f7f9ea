"""What changes when somebody opts out, or takes that back: the address, its owner's thread, and a confirmation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus, queued
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.opting_out import Wish, wants_confirming, wished
from chalicelib.domain.reachability import Purpose, Reachability
from chalicelib.domain.threads import Entry, EntryKind, customer_event
from chalicelib.usecases.ports import Change, Create, Update

OPT_OUT_DEPENDS_ON = ("opt_outs", "wished_at", "confirmed_at")
OPTED_OUT, OPTED_IN = "customer.opted_out", "customer.opted_in"


def opt_out_changes(
    known: Reachability | None,
    wish: Wish,
    customer_id: str,
    *,
    inbox: Inbox | None = None,
    language: str = "",
    entry_id: str = "",
    why: str = "",
) -> list[Change]:
    """`customer_id`: in whose thread it is told, "" for nobody's. `inbox`: where it was said, which confirms it by text
    message, in `language`. `entry_id`: of the message that says it. Nothing when nothing changes.
    """
    after = wished(known, wish)
    if after is None:
        return []
    confirms = inbox is not None and customer_id != "" and wants_confirming(known, wish)
    if confirms:
        after = replace(after, confirmed_at=wish.at)
    changes: list[Change] = [Update(known, after, OPT_OUT_DEPENDS_ON) if known else Create(after)]
    if customer_id:
        changes.append(Create(_told(wish, customer_id, entry_id, why)))
    if inbox and confirms:
        changes.append(Create(_confirmation(wish, customer_id, inbox, language)))
    return changes


def _told(wish: Wish, customer_id: str, entry_id: str, why: str) -> Entry:
    facts = {"point": str(wish.point), "purposes": _names(wish.purposes), "evidence": wish.evidence, "entry": entry_id}
    event = customer_event(
        ulid_for(wish.at, "opt_out", str(wish.point), str(wish.stops), wish.by, _names(wish.purposes)),
        customer_id,
        wish.at,
        wish.by,
        OPTED_OUT if wish.stops else OPTED_IN,
        {name: value for name, value in facts.items() if value},
    )
    return replace(event, text=why)


def _confirmation(wish: Wish, customer_id: str, inbox: Inbox, language: str) -> Entry:
    """It belongs to the address and to no case."""
    from chalicelib.content.texts.opt_outs import opt_out_confirmation  # rarely needed

    delivery = Delivery(
        DeliveryStatus.QUEUED,
        recipient=wish.point.value,
        sender=inbox.address,
        point=wish.point,
        automatic=True,
        purpose=Purpose.CONFIRMATION,
    )
    return Entry(
        id=ulid_for(wish.at, "opt_out_confirmation", str(wish.point), str(wish.stops)),
        customer_id=customer_id,
        case_id="",
        at=wish.at,
        kind=EntryKind.OUTBOUND,
        author="hub",
        channel=Channel.SMS,
        text=opt_out_confirmation(language or inbox.language, inbox.display_name, stops=wish.stops),
        delivery=queued(delivery, wish.at),
    )


def _names(purposes: Iterable[Purpose]) -> str:
    return " ".join(sorted(purposes))
