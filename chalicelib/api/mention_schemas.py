"""Mentions, as callers read them."""

from __future__ import annotations

import msgspec

from chalicelib.api.schemas import CaseInList, Entry


class Mention(msgspec.Struct):
    """A note that mentions the caller or one of their teams, as it stands now, with its case."""

    entry: Entry
    case: CaseInList


class MentionPage(msgspec.Struct):
    """The newest first. A page may have fewer than `limit`, also none, while `next` says that more may follow."""

    mentions: list[Mention]
    next: str | None
