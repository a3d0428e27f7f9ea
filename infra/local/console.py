"""An HTTP server that shows the agents' console, lets local users in, and hands its calls on to the API.

    python -m infra.local.console FOLDER

On AWS the files lie behind a CDN and the console calls the API itself (`docs/console.md`). Here one origin does all of
it. Whoever can open a port of this machine can log in: it is for trying, like the rest of the local stack.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import parse_qs

from chalicelib.domain.contact_points import Channel
from infra.local.accounts import captcha_credential, renewed_tokens, tokens_for
from infra.local.captcha import SCRIPT, LocalVerifier
from infra.local.console_build import DIST
from infra.local.form_page import CHECK, SITE_SCRIPT, form_page, form_page_headers, frame_page
from infra.local.hub import HubPorts
from infra.local.local_template import API_STAGE
from infra.local.stack import HOST, LocalStack, NotDeployed

STAFF = ("agent", "supervisor", "admin")
LARGEST_REQUEST = 6_000_000
SCRIPTS = {f"/{CHECK}": SCRIPT, "/site.js": SITE_SCRIPT}
_ASKED = (
    "Authorization",
    "Captcha-Answer",
    "Form-Key",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "Origin",
    "Access-Control-Request-Method",
    "Access-Control-Request-Headers",
)
_ANSWERED = (
    "Content-Type",
    "ETag",
    "Location",
    "Retry-After",
    "Cache-Control",
    "Content-Security-Policy",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
)
_NOT_BUILT = b"The console is not there: `make console` builds it, and needs Node 20 or newer with npm.\n"

log = logging.getLogger("console")


def security_headers(files: str) -> dict[str, str]:
    """What the console's page may do: its own script and style, the API, and files of `files`, the origin of the
    store's links. Nothing inline, nothing from elsewhere, in nobody's frame.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' data: {files}",
        "connect-src": f"'self' {files}",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


class ConsoleServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, stack: LocalStack, files: Path) -> None:
        super().__init__((HOST, port), _Handler)
        self.stack = stack
        self.hub = HubPorts(stack)
        self.files = files
        self.captchas = LocalVerifier(lambda: captcha_credential(stack))
        # Another name would be somebody's who let it lead to this machine (DNS rebinding).
        self.hosts = {f"{name}:{port}" for name in (HOST, "localhost")}

    def config(self) -> dict[str, object]:
        """Raises NotDeployed."""
        return {
            "api": f"/{API_STAGE}",
            "login": {"kind": "local", "url": "login", "users": STAFF},
            "teams": list(self.hub.configuration().teams),
        }


class _Handler(BaseHTTPRequestHandler):
    server: ConsoleServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the library's name
        if not self._is_for_us():
            return
        if self.path.startswith(f"/{API_STAGE}/"):
            self._hand_on()
        elif self.path.partition("?")[0] == "/form":
            self._send_form()
        elif self.path in SCRIPTS:
            self._send(HTTPStatus.OK, "text/javascript; charset=utf-8", SCRIPTS[self.path])
        elif self.path == "/config.json":
            try:
                self._answer(HTTPStatus.OK, self.server.config())
            except NotDeployed:
                self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {"message": "The stack is still starting."})
        else:
            self._send_file(self.path.partition("?")[0].removeprefix("/") or "index.html")

    def do_POST(self) -> None:  # the library's name
        if not self._is_for_us():
            return
        if self.path == "/login":
            self._log_in()
        elif self.path == "/siteverify":
            self._answer(HTTPStatus.OK, self.server.captchas.answer(self._body() or b""))
        else:
            self._hand_on()

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST  # noqa: N815  # the library's names

    def _is_for_us(self) -> bool:
        if self.headers.get("Host") in self.server.hosts:
            return True
        self._answer(HTTPStatus.MISDIRECTED_REQUEST, {"message": "Nobody of that name is here."})
        return False

    def _send_file(self, name: str) -> None:
        found = {path.name: path for path in self.server.files.glob("*") if path.is_file()}
        if not found:
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", _NOT_BUILT)
        elif name not in found:
            self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such file.\n")
        else:
            kind = guess_type(name)[0] or "application/octet-stream"
            kind += "; charset=utf-8" if kind.startswith("text/") else ""
            self._send(HTTPStatus.OK, kind, found[name].read_bytes())

    def _send_form(self) -> None:
        """A page of a company's site. Its API has another name than `localhost`, so that opened there it is of another
        origin, as on AWS.
        """
        try:
            inboxes = self.server.hub.configuration().inboxes
        except NotDeployed:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {"message": "The stack is still starting."})
            return
        forms = [inbox.name for inbox in inboxes if inbox.channel is Channel.WEB_FORM]
        wanted = {
            name: values[0] for name, values in parse_qs(self.path.partition("?")[2], keep_blank_values=True).items()
        }
        form = wanted["inbox"] if wanted.get("inbox") in forms else next(iter(forms), "")
        origin = self.server.stack.url("console")
        draw = frame_page if "framed" in wanted else form_page
        page = draw(f"{origin}/{API_STAGE}", form, self.headers.get("Accept-Language", ""), wanted.get("key", ""))
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", page, form_page_headers(origin))

    def _log_in(self) -> None:
        """Only the console's own page may ask: other pages in the same browser get nothing."""
        body = self._body()
        asked = json.loads(body or b"{}") if self.headers.get("Content-Type") == "application/json" else {}
        user, refresh = str(asked.get("user")), str(asked.get("refresh_token") or "")
        is_ours = self.headers.get("Origin") in {f"http://{host}" for host in self.server.hosts}
        if not is_ours or (user not in STAFF and not refresh):
            self._answer(HTTPStatus.FORBIDDEN, {"message": "Only the console logs in here."})
            return
        tokens = renewed_tokens(self.server.stack, refresh) if refresh else tokens_for(self.server.stack, user)
        if tokens is None:
            self._answer(HTTPStatus.UNAUTHORIZED, {"message": "This login is over."})
            return
        self._answer(HTTPStatus.OK, {"token": tokens.access, "refresh_token": tokens.refresh})

    def _hand_on(self) -> None:
        if not self.path.startswith(f"/{API_STAGE}/v1/"):
            self._answer(HTTPStatus.NOT_FOUND, {"message": "Nothing stands here."})
            return
        body = self._body()
        asked = {name: self.headers[name] for name in _ASKED if self.headers.get(name)}
        connection = HTTPConnection(HOST, self.server.stack.ports["aws"], timeout=60)
        try:
            connection.request(self.command, self.path, body, asked)
            answer = connection.getresponse()
            # What the emulator allows everybody is not of the API.
            told = {name: value for name in _ANSWERED if (value := answer.getheader(name)) not in (None, "", "*")}
            self._send(HTTPStatus(answer.status), told.pop("Content-Type", "application/json"), answer.read(), told)
        except OSError:
            self._answer(HTTPStatus.BAD_GATEWAY, {"code": "unavailable", "detail": "The API does not answer."})
        finally:
            connection.close()

    def _body(self) -> bytes | None:
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(min(length, LARGEST_REQUEST)) if length else None

    def _answer(self, status: HTTPStatus, body: Mapping[str, object]) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes, fields: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Cache-Control": "no-store", **security_headers(self.server.stack.url("aws"))}
        for name, value in {**headers, **(fields or {})}.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status is not HTTPStatus.NO_CONTENT:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        log.info(format, *args)


def main(folder: str) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    stack = LocalStack(Path(folder))
    ConsoleServer(stack.ports["console"], stack, DIST).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
