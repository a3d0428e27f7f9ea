"""OpenSearch's REST API as far as the hub asks for it, over HTTP on this machine: an index with a strict mapping, bulk
writes with external versions, searches by filters with `search_after`. What it does not know it refuses, so that nobody
relies on more than what stands in `test_opensearch.py`, with the page that says so.

As in a collection, what was written is found after the next refresh, which nobody may ask for. A request has to be
signed for `aoss` and to say the digest of its body.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

REGION = "eu-central-1"
CREDENTIALS = Credentials("AKIDEXAMPLE", "secret", "token")


class Refused(Exception):
    def __init__(self, status, kind, reason=""):
        super().__init__(kind)
        self.status, self.error = status, {"type": kind, "reason": reason}


@dataclass
class Index:
    properties: dict
    documents: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)
    seen: dict = field(default_factory=dict)

    def change(self, action, about, document):
        id_, version = about.pop("_id"), about.pop("version", None)
        kind = about.pop("version_type", "internal")
        if about or kind not in ("internal", "external", "external_gte") or (version is None) != (kind == "internal"):
            raise Refused(400, "illegal_argument_exception", f"{about} {kind}")
        known = self.versions.get(id_)
        if version is not None and known is not None and (version < known or (version == known and kind == "external")):
            raise Refused(409, "version_conflict_engine_exception")
        there = id_ in self.documents
        if action == "index":
            unknown = {*document} - {*self.properties}
            if unknown:
                raise Refused(400, "strict_dynamic_mapping_exception", f"introduction of {sorted(unknown)}")
            self.documents[id_] = document
        else:
            self.documents.pop(id_, None)
        self.versions[id_] = version if version is not None else (known or 0) + 1
        if action == "delete":
            return {"_id": id_, "status": 200, "result": "deleted"} if there else {"status": 404, "result": "not_found"}
        return {"_id": id_, "status": 200 if there else 201, "result": "updated" if there else "created"}

    def search(self, asked):
        query, sort = asked.pop("query"), [next(iter(one.items())) for one in asked.pop("sort")]
        size, after = asked.pop("size", 10), asked.pop("search_after", None)
        if asked.pop("_source") or asked.pop("track_total_hits") or asked or size > 10_000:
            raise Refused(400, "parsing_exception", f"{asked}")
        hits = [id_ for id_, document in self.seen.items() if self._fits(document, query)]
        for name, order in reversed(sort):
            self._require_doc_values(name)
            hits.sort(key=lambda id_, name=name: self.seen[id_][name], reverse=order == "desc")
        found = [{"_id": id_, "sort": [self.seen[id_][name] for name, _ in sort]} for id_ in hits]
        if after:
            if any(order != "desc" for _, order in sort) or len(after) != len(sort):
                raise Refused(400, "illegal_argument_exception", "search_after")
            found = [hit for hit in found if hit["sort"] < after]
        return {
            "timed_out": False,
            "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
            "hits": {"max_score": None, "hits": found[:size]},
        }

    def _fits(self, document, query):
        ((kind, asked),) = query.items()
        if kind == "bool":
            return [*asked] == ["filter"] and all(self._fits(document, one) for one in asked["filter"])
        if kind not in ("term", "terms", "prefix"):
            raise Refused(400, "parsing_exception", f"unknown query [{kind}]")
        ((name, wanted),) = asked.items()
        values = document.get(name, [])
        values = values if isinstance(values, list) else [values]
        if kind == "prefix":
            return any(value.startswith(wanted) for value in values)
        return not {*values}.isdisjoint(wanted if kind == "terms" else [wanted])

    def _require_doc_values(self, name):
        if self.properties[name].get("doc_values") is False:
            raise Refused(400, "illegal_argument_exception", f"{name} has no doc values")


@dataclass
class OpenSearch:
    """`refreshes`: whether what was written is found at once. `troubles`: what the next requests get instead of an
    answer, a status and a body or None for a connection that ends. `item_troubles`: the same for single changes of a
    bulk. `asked`: method and path of each request.
    """

    refreshes: bool = True
    indexes: dict = field(default_factory=dict)
    troubles: deque = field(default_factory=deque)
    item_troubles: deque = field(default_factory=deque)
    asked: list = field(default_factory=list)
    endpoint: str = ""

    def refresh(self):
        for index in self.indexes.values():
            index.seen = dict(index.documents)

    def answer(self, method, path, body):
        match method, path.strip("/").split("/"):
            case "PUT", [name]:
                return self._make(name, json.loads(body))
            case "POST", [name, "_bulk"]:
                return self._change(name, body)
            case "POST", [name, "_search"]:
                if name not in self.indexes:
                    raise Refused(404, "index_not_found_exception", f"no such index [{name}]")
                return self.indexes[name].search(json.loads(body))
        raise Refused(404, "no such operation in a collection", f"{method} {path}")

    def _make(self, name, asked):
        if name in self.indexes:
            raise Refused(400, "resource_already_exists_exception", name)
        mappings = asked.pop("mappings")
        properties = mappings.pop("properties")
        if asked or mappings != {"dynamic": "strict"} or any(one["type"] != "keyword" for one in properties.values()):
            raise Refused(400, "mapper_parsing_exception", f"{asked} {mappings}")
        self.indexes[name] = Index(properties)
        return {"acknowledged": True, "shards_acknowledged": True, "index": name}

    def _change(self, name, body):
        if not body.endswith(b"\n"):
            raise Refused(400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]")
        if name not in self.indexes:  # a bulk would make one, with a mapping of its own
            raise Refused(404, "index_not_found_exception", f"no such index [{name}]")
        lines, items = iter(body.splitlines()), []
        for line in lines:
            ((action, about),) = json.loads(line).items()
            if action not in ("index", "delete"):
                raise Refused(400, "illegal_argument_exception", f"unknown action [{action}]")
            document = json.loads(next(lines)) if action == "index" else None
            try:
                if self.item_troubles and (trouble := self.item_troubles.popleft()):
                    raise trouble
                done = self.indexes[name].change(action, about, document)
            except Refused as refused:
                done = {"status": refused.status, "error": refused.error}
            items.append({action: {"_index": name, **done}})
        if self.refreshes:
            self.refresh()
        failed = any("error" in done for item in items for done in item.values())
        return {"took": 1, "errors": failed, "items": items}


def is_signed(method, url, headers, body):
    """Whether the request was signed by the one whose credentials the tests have, for this service and this body."""
    if headers.get("X-Amz-Content-SHA256") != hashlib.sha256(body).hexdigest():
        return False
    signed = headers.get("Authorization", "").partition("SignedHeaders=")[2].partition(",")[0].split(";")
    if not {"host", "x-amz-content-sha256", "x-amz-date"} <= {*signed} or "content-length" in signed:
        return False
    again = AWSRequest(method, url, {name: headers[name] for name in signed if name != "host"}, body)
    again.context["timestamp"] = headers["X-Amz-Date"]
    auth = SigV4Auth(CREDENTIALS, "aoss", REGION)
    signature = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
    made_at = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    fresh = abs((datetime.now(UTC) - made_at).total_seconds()) < 300
    return fresh and headers["Authorization"].endswith(f"Signature={signature}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written apart

    def __getattr__(self, name):
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._answer

    def _answer(self):
        fake, body = self.server.fake, self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fake.asked.append((self.command, self.path))
        url = f"http://{self.headers['Host']}{self.path}"
        if fake.troubles and (trouble := fake.troubles.popleft()) != "none":
            if trouble is None:
                self.close_connection = True
                return
            self._say(*trouble)
        elif not is_signed(self.command, url, self.headers, body):
            self._say(403, {"status": 403, "error": {"reason": "403 Forbidden", "type": "Forbidden"}})
        else:
            try:
                self._say(200, fake.answer(self.command, self.path, body))
            except Refused as refused:
                self._say(refused.status, {"error": refused.error, "status": refused.status})

    def _say(self, status, said):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@contextlib.contextmanager
def served(**how):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.fake = OpenSearch(**how, endpoint=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
