"""Files that are too large to travel in a call: put into the store first, then named in a message."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, upload_schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import NotFound, TooLarge, TooMany
from chalicelib.domain.uploads import NAMED_FOR, OPEN_FOR, require_small, uploader_in

bp = Blueprint(__name__)


@operation(
    bp,
    "POST",
    "/v1/uploads",
    summary="Make room for a file that a message will name",
    action=Action.UPLOAD,
    body=lambda: upload_schemas.NewUpload,
    answers={201: upload_schemas.UploadOpen},
    keeps_answer=True,
)
def start_upload(call: Call[asked.Nothing, upload_schemas.NewUpload]) -> Result:
    """For files beyond what a call takes. Only you can name it, in `attachments` of a message or an answer and in the
    `scan` of a letter, as `upload` in place of `data_base64`. What nobody names is deleted within two days.
    """
    return _opened(call.principal.id, call.body)


@operation(
    bp,
    "POST",
    "/v1/forms/{inbox}/uploads",
    summary="Make room for a file that a form will name",
    action=None,
    for_forms=True,
    body=lambda: upload_schemas.NewUpload,
    answers={201: upload_schemas.UploadOpen},
    errors=(NotFound, TooMany),
)
def start_form_upload(call: Call[asked.Nothing, upload_schemas.NewUpload], inbox: str) -> Result:
    """As `POST /v1/uploads`, for visitors of that form: to be named in `attachments` of what they post there, or write
    when they go on with it. So many a day for one address and for one form. Each call makes a room of its own.
    """
    if wiring.hub().ports.configuration.current().inbox_named(inbox, Channel.WEB_FORM) is None:
        raise NotFound("There is no such form.", field="inbox")
    wiring.hub().upload_files.admit_in_form(inbox, call.source)
    return _opened(uploader_in(inbox), call.body)


def _opened(uploader: str, asked_for: upload_schemas.NewUpload) -> Result:
    hub = wiring.hub()
    id_, way = hub.upload_files.invite(uploader, asked_for.content_type, asked_for.size)
    now = hub.ports.now()
    return Result(upload_schemas.UploadOpen(id_, way.url, way.fields, now + OPEN_FOR, now + NAMED_FOR))


def data_of(uploader: str, upload_id: str, field: str) -> bytes:
    """Raises NotFound and TooLarge, with the field."""
    try:
        return wiring.hub().upload_files.get(uploader, upload_id)
    except (NotFound, TooLarge) as error:
        raise type(error)(error.public_text, field=field) from None


def whole_body(call: Call[Any, Any], field: str, form: str = "") -> bytes:
    """The body with the bytes of each upload in their place; just as it came where it names none. `field`: that has the
    files. `form`: the inbox of the form whose visitor posts it. Raises NotFound, TooLarge, TooMany.
    """
    files = getattr(call.body, field)
    if not any(file.upload for file in files):
        return call.raw_body
    if form:
        wiring.hub().upload_files.admit_in_form(form, call.source)
    uploader = uploader_in(form) if form else call.principal.id
    uploads: dict[str, bytes] = {}
    sizes: list[int] = []
    for number, file in enumerate(files):
        if file.upload and file.upload not in uploads:
            uploads[file.upload] = data_of(uploader, file.upload, f"{field}[{number}].upload")
        sizes.append(len(uploads[file.upload] if file.upload else file.data_base64))
        require_small(sizes)  # before another one is read
    from chalicelib.channels.posted import with_uploads  # what reads messages, and few calls need it here

    return with_uploads(call.raw_body, field, uploads)
