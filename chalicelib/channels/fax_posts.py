"""A fax as the body of a POST to a gateway: a form with files (RFC 7578), or JSON with the files in base 64."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence

from chalicelib.domain.fax_sending import FaxOverHttps, RequestForm
from chalicelib.domain.messages import Attachment, Post

_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})  # as browsers write names in forms (WHATWG, HTML)


def render_post(gateway: FaxOverHttps, number: str, tag: str, documents: Sequence[Attachment]) -> Post:
    """`number`: as the gateway wants it. `tag`: our id of the fax."""
    values = {**dict(gateway.fields), gateway.number: number, **({gateway.id: tag} if gateway.id else {})}
    if gateway.form is RequestForm.JSON:
        content_type, body = "application/json", _json(values, gateway.document, documents)
    else:
        content_type, body = f"multipart/form-data; boundary={tag}", _form(values, gateway.document, documents, tag)
    return Post(gateway.url, content_type, body, gateway.credential, gateway.scheme, gateway.answer_id)


def _json(values: Mapping[str, str], document: str, documents: Sequence[Attachment]) -> bytes:
    """One file stands as a text, several as a list of texts."""
    files = [base64.b64encode(file.data).decode() for file in documents]
    return json.dumps({**values, document: files[0] if len(files) == 1 else files}, ensure_ascii=False).encode()


def _form(values: Mapping[str, str], document: str, documents: Sequence[Attachment], boundary: str) -> bytes:
    parts = [_part(name, value.encode()) for name, value in values.items()]
    parts += [_part(document, file.data, file.name, file.content_type) for file in documents]
    line = f"--{boundary}".encode()
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def _part(name: str, data: bytes, file_name: str = "", content_type: str = "") -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name.translate(_QUOTED)}"'
    if file_name:
        disposition += f'; filename="{file_name.translate(_QUOTED)}"\r\nContent-Type: {content_type}'
    return f"{disposition}\r\n\r\n".encode() + data
