"""Botocore clients, made when first needed, all from one session.

boto3 is the same machinery with more to import; the functions go without it (FACTS behind this: ADR 0003).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import StorageUnavailable

PATIENT = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
# Without it links are signed as of old in the oldest regions, and S3 refuses those for what KMS encrypts:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# And links would lead to us-east-1, which sends whoever asks for a new bucket elsewhere, where no browser's upload
# follows, and refuses those of regions since 2019:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#VirtualHostingBackwardsCompatibility
SIGNED_ANEW = PATIENT.merge(Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
# For what can be done without for now: nobody waits for it as long as API Gateway waits for an answer.
QUICK = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
# One attempt: with botocore's defaults a lost answer makes three e-mails of one.
ONCE = Config(connect_timeout=2, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1})


@functools.cache
def session() -> botocore.session.Session:
    return botocore.session.get_session()


@functools.cache
def client(service: str) -> BaseClient:
    """A client that repeats what failed: for stores and queues, where repeating is harmless."""
    return session().create_client(service, config=SIGNED_ANEW if service == "s3" else PATIENT)


@functools.cache
def quick_client(service: str) -> BaseClient:
    """A client that asks once and gives up soon."""
    return session().create_client(service, config=QUICK)


@functools.cache
def sending_client(service: str) -> BaseClient:
    """A client that asks exactly once: for carriers."""
    return session().create_client(service, config=ONCE)


def error_code(error: ClientError) -> str:
    answer: dict[str, Any] = error.response
    return str(answer.get("Error", {}).get("Code", ""))


@contextmanager
def translated() -> Iterator[None]:
    """What AWS answers a store or queue call, in our words."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StorageUnavailable() from error
