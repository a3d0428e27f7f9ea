"""The SearchIndex in Amazon OpenSearch Serverless: a document for each text on each shelf, its stems as keywords.

The stems are our own (`domain/search_words.py`) and not those of an analyzer of OpenSearch's, so that both engines find
the same by the same words. A document is named by its text and its shelf, and each write says as of when it is, so that
what comes again, or late, changes nothing.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-genref.html
https://docs.opensearch.org/latest/api-reference/document-apis/bulk/
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session

from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.search import IS, IndexedText
from chalicelib.domain.search_words import BEGINNING
from chalicelib.usecases.ports import Page

INDEX = "splot-texts"
SERVICE = "aoss"
ATTEMPTS = 4
LARGEST_BULK = 1_000_000  # bytes; more goes in several
_PAUSES = (0.2, 0.8, 2.0)  # seconds between two attempts
_TIMEOUTS = (2, 10)
_ONCE_MORE = _PAUSES[:1]  # for whoever waits for an answer: a request has half a minute in all
_KEYWORD = {"type": "keyword"}
# `words` is only looked up, so nothing is kept by which it could be sorted.
MAPPING = {
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "place": _KEYWORD,
            "period": _KEYWORD,
            "shelf": _KEYWORD,
            "words": {**_KEYWORD, "doc_values": False},
        },
    }
}
_LATER = frozenset({429, 500, 502, 503, 504})
_NEWEST = "~"  # sorts behind every place

Start = Mapping[str, str] | None
Answer = tuple[int, Any]


class Collection:
    """Requests to one collection, each signed for it. `credentials`: asked for each time, since they expire."""

    def __init__(
        self, endpoint: str, region: str, credentials: Callable[[], Any], session: URLLib3Session | None = None
    ) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._region = region
        self._credentials = credentials
        self._session = session or URLLib3Session(timeout=_TIMEOUTS)

    def ask(self, method: str, path: str, body: bytes, content_type: str = "application/json") -> Answer:
        """The status and the JSON of the answer. Raises StorageUnavailable where there is none."""
        # The collection refuses what does not say the digest of its body; for this service botocore would not.
        headers = {"Content-Type": content_type, "X-Amz-Content-SHA256": hashlib.sha256(body).hexdigest()}
        request = AWSRequest(method, self._endpoint + path, headers, body)
        SigV4Auth(self._credentials(), SERVICE, self._region).add_auth(request)
        try:
            answer = self._session.send(request.prepare())
            return int(answer.status_code), json.loads(answer.content or b"{}")
        except (HTTPClientError, ValueError) as error:
            raise StorageUnavailable() from error


class OpenSearchIndex:
    """What was written is found some seconds later, when the collection refreshes."""

    def __init__(self, collection: Collection, sleep: Callable[[float], None]) -> None:
        self._collection = collection
        self._sleep = sleep
        self._is_made = False

    def put(self, texts: Sequence[IndexedText], at: datetime | None = None) -> None:
        words: dict[str, set[str]] = {}
        by_name = {_name(text): text for text in texts}
        for text in texts:
            words.setdefault(_name(text), set()).update(text.words)
        self._make()
        self._write((_action("index", name, at), _line(_document(text, words[name]))) for name, text in by_name.items())

    def remove(self, texts: Sequence[IndexedText], at: datetime | None = None) -> None:
        names = dict.fromkeys(map(_name, texts))
        self._make()
        self._write((_action("delete", name, at), b"") for name in names)

    def find(
        self, words: Sequence[str], shelves: Sequence[str], periods: Sequence[str], limit: int, start: Start = None
    ) -> Page[str]:
        """One round trip. Of a beginning all words are looked at."""
        begin = start["period"] if start else periods[0]
        if begin not in periods:
            return Page(())
        query = _query(words, shelves, periods[periods.index(begin) :])
        query |= {"size": limit + 1, "_source": False, "track_total_hits": False}
        query["sort"] = [{"period": "desc"}, {"place": "desc"}]
        if start:
            query["search_after"] = [_period(begin), start["below"] or _NEWEST]
        status, answer = self._patiently("POST", f"/{INDEX}/_search", _line(query), pauses=_ONCE_MORE)
        if status == HTTPStatus.NOT_FOUND:  # nothing was ever written
            return Page(())
        if status != HTTPStatus.OK or answer["timed_out"] or answer["_shards"]["failed"]:
            raise StorageUnavailable()
        found = [hit["sort"] for hit in answer["hits"]["hits"]]
        places = tuple(place for _, place in found[:limit])
        more = len(found) > limit
        return Page(places, {"period": found[limit - 1][0][1:], "below": places[-1]} if more else None)

    def _make(self) -> None:
        """Once in each process: written to without it, the collection would make an index that cuts words itself."""
        if self._is_made:
            return
        status, answer = self._patiently("PUT", f"/{INDEX}", _line(MAPPING))
        if status != HTTPStatus.OK and _kind(answer) != "resource_already_exists_exception":
            raise StorageUnavailable()
        self._is_made = True

    def _write(self, changes: Iterable[tuple[bytes, bytes]]) -> None:
        for batch in _batches(changes):
            left = batch
            for pause in (0.0, *_PAUSES):
                self._sleep(pause)
                left = self._written(left)
                if not left:
                    break
            if left:
                raise StorageUnavailable()

    def _written(self, changes: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Those that were not taken and may be the next time. Raises StorageUnavailable for one that never will be."""
        body = b"".join(action + document for action, document in changes)
        status, answer = self._patiently("POST", f"/{INDEX}/_bulk", body, "application/x-ndjson")
        if status == HTTPStatus.NOT_FOUND:  # the index was made a moment ago, and is not everywhere yet
            return list(changes)
        if status != HTTPStatus.OK:
            raise StorageUnavailable()
        left = []
        for change, item in zip(changes, answer["items"], strict=True):
            ((name, done),) = item.items()
            if done["status"] in _LATER or _is_missing_index(done):
                left.append(change)
            elif not _is_done(name, done["status"]):
                raise StorageUnavailable()
        return left

    def _patiently(
        self,
        method: str,
        path: str,
        body: bytes,
        content_type: str = "application/json",
        pauses: Sequence[float] = _PAUSES,
    ) -> Answer:
        """All that is asked for may be asked for again. Raises StorageUnavailable."""
        for pause in (*pauses, None):
            try:
                status, answer = self._collection.ask(method, path, body, content_type)
                if status not in _LATER:
                    return status, answer
            except StorageUnavailable:
                if pause is None:
                    raise
            if pause is None:
                break
            self._sleep(pause)
        raise StorageUnavailable()


def _is_done(action: str, status: int) -> bool:
    """Also what is gone already, and what stands there as of later."""
    gone = action == "delete" and status == HTTPStatus.NOT_FOUND
    return gone or status in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.CONFLICT)


def _is_missing_index(done: Mapping[str, Any]) -> bool:
    return _kind(done) == "index_not_found_exception"


def _kind(answer: Mapping[str, Any]) -> str:
    error = answer.get("error")
    return str(error.get("type", "")) if isinstance(error, Mapping) else ""


def _name(text: IndexedText) -> str:
    return f"{text.place}@{text.shelf}"


def _period(period: str) -> str:
    """Of names there is none, and nothing is a bad thing to sort by."""
    return f"m{period}"


def _action(kind: str, name: str, at: datetime | None) -> bytes:
    as_of = {"version": int(at.timestamp() * 1000), "version_type": "external_gte"} if at else {}
    return _line({kind: {"_id": name, **as_of}})


def _kept(word: str) -> str:
    """Of cases `=status=open`: no beginning of a word of a text leads to all that are open."""
    return f"{IS}{word}" if IS in word else word


def _document(text: IndexedText, words: Iterable[str]) -> dict[str, Any]:
    return {
        "place": text.place,
        "period": _period(text.period),
        "shelf": f"@{text.shelf}",
        "words": sorted(map(_kept, words)),
    }


def _query(words: Sequence[str], shelves: Sequence[str], periods: Sequence[str]) -> dict[str, Any]:
    wanted: list[dict[str, Any]] = [
        {"terms": {"shelf": [f"@{shelf}" for shelf in shelves]}},
        {"terms": {"period": [_period(period) for period in periods]}},
    ]
    for word in words:
        begun = word.endswith(BEGINNING)
        wanted.append(
            {"prefix": {"words": word.removesuffix(BEGINNING)}} if begun else {"term": {"words": _kept(word)}}
        )
    return {"query": {"bool": {"filter": wanted}}}


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _batches(changes: Iterable[tuple[bytes, bytes]]) -> Iterator[list[tuple[bytes, bytes]]]:
    batch: list[tuple[bytes, bytes]] = []
    size = 0
    for change in changes:
        length = sum(map(len, change))
        if batch and size + length > LARGEST_BULK:
            yield batch
            batch, size = [], 0
        batch.append(change)
        size += length
    if batch:
        yield batch
