"""A form with keys answers whoever carries one of them: two hold at once, so that one is changed without a gap."""

from __future__ import annotations

from dataclasses import replace

import pytest

import app
from chalicelib.api.openapi import operations_of
from chalicelib.domain.contact_points import Channel
from chalicelib.settings import Settings

LETTER = {"email": "Anna@Example.pl", "text": "Chcę zwrócić buty."}
OLD, NEW = "shop-2026-10", "shop-2026-11"
SITE = "https://www.shop.example"
OF_FORMS = [one for one in operations_of(app.app.routes) if one.is_of_form]


@pytest.fixture
def keyed(api):
    def keyed(*keys):
        whole = api.ports.configuration.current()
        forms = (
            replace(one, form_keys=keys, allowed_origins=(SITE,)) if one.channel is Channel.WEB_FORM else one
            for one in whole.inboxes
        )
        api.ports.configuration.configuration = replace(whole, inboxes=tuple(forms))
        return api

    return keyed


def posted(api, *key):
    headers = {"Form-Key": key[0]} if key else {}
    return api.post("/v1/forms/contact/messages", LETTER, as_=None, headers={"Origin": SITE, **headers})


def test_a_form_without_keys_asks_for_none(keyed):
    assert posted(keyed()).status == 201
    assert posted(keyed(), OLD).status == 201


@pytest.mark.parametrize("key", [(), ("",), ("shop-2026-1",), (f"{OLD},{NEW}",), ("Shop-2026-11",)])
def test_without_a_key_that_holds_nothing_is_kept_and_the_page_can_read_why(keyed, key):
    api = keyed(OLD, NEW)
    answer = posted(api, *key)
    assert (answer.status, answer.json["code"], answer.json["field"]) == (403, "form_key_refused", "Form-Key")
    assert answer.headers["access-control-allow-origin"] == SITE
    assert not api.ports.raw.objects


def test_both_keys_hold_until_the_old_one_leaves_the_configuration(keyed):
    api = keyed(OLD, NEW)
    assert [posted(api, key).status for key in (OLD, NEW)] == [201, 201]
    keyed(NEW)
    assert [posted(api, key).status for key in (OLD, NEW)] == [403, 201]


@pytest.mark.parametrize("operation", OF_FORMS, ids=lambda one: one.name)
def test_every_call_of_the_form_carries_it(keyed, operation):
    api = keyed(NEW)
    path = operation.path.replace("{inbox}", "contact").replace("{entry_id}", "01M83T4CM0WZSTWG5PSHWDFSXJ")
    path = path.replace("{sha256}", "ab" * 32)
    refused = api.call(operation.method, path, {}, as_=None)
    assert (refused.status, refused.json["code"]) == (403, "form_key_refused")
    heard = api.call(operation.method, path, {}, as_=None, headers={"Form-Key": NEW})
    assert heard.status == 200 or heard.json["code"] != "form_key_refused"


def test_the_operations_of_a_form_are_these():
    assert {one.name for one in OF_FORMS} == {
        "post_form", "start_form_upload", "start_form_verification", "read_form_notices", "begin_conversation",
        "read_conversation", "link_in_conversation", "post_in_conversation",
    }  # fmt: skip


def test_the_page_for_a_frame_has_its_key_in_its_address_and_tells_the_script(keyed):
    api = keyed(OLD, NEW)
    api.ports.settings = Settings({"CONSOLE_ORIGIN": "https://console.company.example"})
    refused = api.get("/v1/forms/contact/page", as_=None)
    assert (refused.status, refused.json["code"], refused.json["field"]) == (403, "form_key_refused", "key")
    page = api.get(f"/v1/forms/contact/page?key={OLD}", as_=None)
    assert page.status == 200
    assert f'data-key="{OLD}"' in page.text
    assert api.get("/v1/forms/contact/page?key=%22%3E", as_=None).status == 400


def test_a_page_may_send_it(keyed):
    api = keyed(NEW)
    headers = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    told = api.call("OPTIONS", "/v1/forms/contact/messages", as_=None, headers=headers).headers
    assert "Form-Key" in told["access-control-allow-headers"].split(", ")
