"""A fax for a gateway that takes a POST, read back by the standard library."""

import base64
import email as library
import json
from dataclasses import replace
from email import policy

from chalicelib.channels.fax import render_outbound
from chalicelib.domain.fax_sending import FaxOverHttps, NumberForm, RequestForm
from chalicelib.domain.messages import Attachment
from tests.channels.test_outgoing_fax import ID, PRICES, answer
from tests.content.fax_documents import written_pdf
from tests.domain.making import SENDING_FAXES

GATEWAY = FaxOverHttps("https://fax.example/v1/faxes", "office", fields=(("from", 'A "B"'), ("quality", "fine")))
FILES = [Attachment('cennik "1".pdf', "application/pdf", written_pdf("jeden"))]


def sent(files=(), **how):
    sending = replace(SENDING_FAXES.fax, mail=None, https=replace(GATEWAY, **how), number_form=NumberForm.DIGITS)
    entry = answer(attachments=(PRICES,) if files else ())
    return render_outbound(entry, replace(SENDING_FAXES, fax=sending), files)


def form_in(post):
    head = f"Content-Type: {post.content_type}\r\n\r\n".encode()
    parts = library.message_from_bytes(head + post.body, policy=policy.HTTP).iter_parts()
    return [(part.get_param("name", header="content-disposition"), part.get_payload(decode=True)) for part in parts]


def test_a_form_has_the_number_our_id_what_is_always_the_same_and_the_files():
    message = sent(FILES)
    form = form_in(message.post)
    assert [name for name, _ in form] == ["from", "quality", "to", "reference", "file", "file"]
    values = dict(form[:4])
    assert (values["to"], values["reference"], values["from"]) == (b"48221112233", ID.encode(), b'A "B"')
    assert form[4][1].startswith(b"%PDF-")
    assert form[5][1] == FILES[0].data
    assert (message.raw, message.recipient, message.tag) == (None, "+48221112233", f"{ID}-1")
    assert (message.post.url, message.post.credential, message.post.answer_id) == (GATEWAY.url, "office", "id")


def test_json_has_the_file_in_base_64():
    said = json.loads(sent(form=RequestForm.JSON, document="content", id="").post.body)
    assert {*said} == {"from", "quality", "to", "content"}
    assert base64.b64decode(said["content"]).startswith(b"%PDF-")


def test_several_files_are_a_list():
    assert len(json.loads(sent(FILES, form=RequestForm.JSON).post.body)["file"]) == 2


def test_every_attempt_asks_with_the_same_bytes():
    assert sent().post == sent().post
