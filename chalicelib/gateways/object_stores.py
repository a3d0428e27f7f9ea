"""Raw messages and attachments in S3."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from chalicelib.domain.errors import NotFound, StorageUnavailable
from chalicelib.domain.messages import Receipt, named_in
from chalicelib.domain.uploads import Invitation
from chalicelib.gateways.aws import error_code, translated
from chalicelib.usecases.ports import Incoming

_RECEIPT = "receipt"
_STORED_AT = "stored-at"  # of what was copied since, which S3 takes for when it was stored
_TOMBSTONES = "erased/"
# S3 allows 2 KB of user metadata in all; https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
_LONGEST_RECEIPT = 1_900


class S3RawStore:
    """One bucket: `incoming/<transport>/...` and `raw/<yyyy>/<mm>/<dd>/...`.

    What the hub itself puts is named by fingerprint and content, so that two bodies under one idempotency key never
    overwrite each other; SES names a mail by its message id. The receipt travels as metadata, because SES's verdicts
    exist nowhere else. A mail that SES has just stored has none yet: its receipt comes with the notification, and is
    added when that has to be tried again.
    """

    def __init__(self, s3: BaseClient, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def put_incoming(self, receipt: Receipt, body: bytes) -> Incoming:
        """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""
        key = _incoming_key(receipt, body)
        mine = Incoming(key, body, receipt, receipt.received_at)
        metadata = {_RECEIPT: render_receipt(receipt)}
        with translated():
            try:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, Metadata=metadata, IfNoneMatch="*")
            except ClientError as error:
                if error_code(error) != "PreconditionFailed":
                    raise
            else:
                return mine
        try:
            return replace(self.get_incoming(key), again=True)
        except NotFound:  # cleared away in between: it has its outcome, and the ledger will say so
            return replace(mine, again=True)

    def has_incoming(self, receipt: Receipt, body: bytes) -> bool:
        try:
            self.receipt_of(_incoming_key(receipt, body))
        except NotFound:
            return False
        return True

    def get_incoming(self, key: str) -> Incoming:
        with translated(), _missing_as_not_found():
            found = self._s3.get_object(Bucket=self._bucket, Key=key)
            body = found["Body"].read()
        told = found["Metadata"].get(_RECEIPT)
        receipt = parse_receipt(told) if told else None
        stored_at = _stored_at(found)
        if receipt and _STORED_AT not in found["Metadata"]:
            stored_at = receipt.received_at  # put with it
        return Incoming(key=key, body=body, receipt=receipt, stored_at=stored_at)

    def add_receipt(self, key: str, receipt: Receipt) -> None:
        """Metadata changes by a copy: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html"""
        with translated(), _missing_as_not_found():
            stored_at = _stored_at(self._s3.head_object(Bucket=self._bucket, Key=key))
            self._s3.copy_object(
                Bucket=self._bucket,
                Key=key,
                CopySource={"Bucket": self._bucket, "Key": key},
                Metadata={_RECEIPT: render_receipt(receipt), _STORED_AT: stored_at.isoformat()},
                MetadataDirective="REPLACE",
            )

    def keep(self, incoming: Incoming, receipt: Receipt) -> str:
        if incoming.kept_as:
            return incoming.kept_as
        # A receipt that only a notification told does not name the day: a replay without it must find the same key.
        key = f"raw/{incoming.stored_at:%Y/%m/%d}/{receipt.transport}-{_name(receipt, incoming.body)}"
        # Put again, not copied: what is kept is what was read, whatever happens to the incoming object.
        with translated():
            self._s3.put_object(
                Bucket=self._bucket, Key=key, Body=incoming.body, Metadata={_RECEIPT: render_receipt(receipt)}
            )
        return key

    def get_kept(self, raw_key: str) -> Incoming:
        return replace(self.get_incoming(raw_key), kept_as=raw_key)

    def list_kept(self, day: date, limit: int, after: str = "") -> tuple[str, ...]:
        prefix = f"raw/{day:%Y/%m/%d}/"
        with translated():
            page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix, MaxKeys=limit, StartAfter=after)
        return tuple(found["Key"] for found in page.get("Contents", ()))

    def forget_incoming(self, key: str) -> None:
        with translated():
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def left_over(self, before: datetime) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix="incoming/")
        with translated():
            for page in pages:
                for found in page.get("Contents", ()):
                    if found["LastModified"] < before:
                        yield found["Key"]

    def link(self, raw_key: str, valid_for: timedelta) -> str:
        return _download_link(self._s3, self._bucket, raw_key, raw_key.rpartition("/")[2], valid_for)

    def receipt_of(self, raw_key: str) -> Receipt | None:
        with translated(), _missing_as_not_found():
            found = self._s3.head_object(Bucket=self._bucket, Key=raw_key)["Metadata"].get(_RECEIPT)
        return parse_receipt(found) if found else None

    def erase(self, raw_key: str) -> None:
        """With what is left of it in `incoming/`, where deleting it has only hidden it. What lies there openly has no
        outcome yet, and stays.
        """
        transport, fingerprint = named_in(raw_key)
        for prefix, hidden_only in ((raw_key, False), (f"incoming/{transport}/{fingerprint}", True)):
            while _erase_versions(self._s3, self._bucket, prefix, hidden_only=hidden_only):
                pass

    def put_tombstone(self, name: str, tombstone: bytes) -> None:
        with translated():
            self._s3.put_object(Bucket=self._bucket, Key=f"{_TOMBSTONES}{name}", Body=tombstone)

    def list_tombstones(self, limit: int, after: str = "") -> tuple[str, ...]:
        behind = f"{_TOMBSTONES}{after}" if after else ""
        with translated():
            page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=_TOMBSTONES, MaxKeys=limit, StartAfter=behind)
        return tuple(found["Key"].removeprefix(_TOMBSTONES) for found in page.get("Contents", ()))

    def get_tombstone(self, name: str) -> bytes:
        with translated(), _missing_as_not_found():
            body: bytes = self._s3.get_object(Bucket=self._bucket, Key=f"{_TOMBSTONES}{name}")["Body"].read()
        return body


class S3AttachmentStore:
    """One bucket; the key says whose the file is and what is in it, so writing it again changes nothing."""

    def __init__(self, s3: BaseClient, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def put(self, key: str, data: bytes, content_type: str) -> None:
        del content_type  # what a sender says of a file is shown, never used to serve it
        with translated():
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=data, ContentType="application/octet-stream")

    def get(self, key: str) -> bytes:
        with translated(), _missing_as_not_found():
            body: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return body

    def link(self, key: str, name: str, content_type: str, valid_for: timedelta) -> str:
        del content_type
        return _download_link(self._s3, self._bucket, key, name, valid_for)

    def erase_before(self, key: str, before: datetime) -> int:
        return _erase_versions(self._s3, self._bucket, key, before=before)

    def invite(self, key: str, content_type: str, largest: int, valid_for: timedelta) -> Invitation:
        """S3 holds the conditions: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html"""
        made = self._s3.generate_presigned_post(
            self._bucket,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, largest]],
            ExpiresIn=int(valid_for.total_seconds()),
        )
        return Invitation(made["url"], made["fields"])

    def erase_some(self, prefix: str) -> int:
        return _erase_versions(self._s3, self._bucket, prefix)


def _erase_versions(
    s3: BaseClient, bucket: str, prefix: str, *, hidden_only: bool = False, before: datetime | None = None
) -> int:
    """Up to a thousand versions, delete markers among them: only a version that is named is gone for good. `before`:
    those that are younger stay.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
    """
    with translated():
        page = s3.list_object_versions(Bucket=bucket, Prefix=prefix)
        shown = [one for one in page.get("Versions", ()) if not (hidden_only and one["IsLatest"])]
        found = [*shown, *page.get("DeleteMarkers", ())]
        found = [one for one in found if before is None or one["LastModified"] < before]
        named = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        if named:
            answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": named, "Quiet": True})
            if answer.get("Errors"):
                raise StorageUnavailable()
    return len(named)


def _stored_at(found: Mapping[str, Any]) -> datetime:
    """Of an answer about an object: also if a receipt was added to it since."""
    said = found["Metadata"].get(_STORED_AT)
    return datetime.fromisoformat(said) if said else found["LastModified"].astimezone(UTC)


def _incoming_key(receipt: Receipt, body: bytes) -> str:
    return f"incoming/{receipt.transport}/{_name(receipt, body)}"


def _name(receipt: Receipt, body: bytes) -> str:
    return f"{receipt.fingerprint}-{hashlib.sha256(body).hexdigest()[:16]}"


def _download_link(s3: BaseClient, bucket: str, key: str, name: str, valid_for: timedelta) -> str:
    """Always a download, never shown by the browser in our name. The file name as RFC 6266 and RFC 8187 want it."""
    url: str = s3.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": bucket,
            "Key": key,
            "ResponseContentType": "application/octet-stream",
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        },
        ExpiresIn=int(valid_for.total_seconds()),
    )
    return url


@contextmanager
def _missing_as_not_found() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error_code(error) in {"NoSuchKey", "404", "NotFound"}:
            raise NotFound("The raw message is not there.") from error
        raise


def render_receipt(receipt: Receipt) -> str:
    """ASCII JSON within the metadata limit.

    Recipients that do not fit are left out from the end; the inbox that was chosen stands on the entry.
    """
    while True:
        text = json.dumps(msgspec.to_builtins(receipt))
        if len(text) <= _LONGEST_RECEIPT or not receipt.recipients:
            return text
        receipt = replace(receipt, recipients=receipt.recipients[: len(receipt.recipients) // 2])


def parse_receipt(text: str) -> Receipt:
    return msgspec.json.decode(text, type=Receipt)
