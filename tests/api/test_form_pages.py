"""The page with a form for a frame: for the sites of its list, with one script, and with nothing inside of the page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from chalicelib.domain.captcha import Captcha, Verifier
from chalicelib.settings import Settings

PAGE = "/v1/forms/contact/page"
CONSOLE = "https://console.company.example"
SHOPS = ("https://www.shop.example", "https://shop.example:8443")


@pytest.fixture
def shown(api):
    def shown(**changed):
        api.ports.settings = Settings({"CONSOLE_ORIGIN": CONSOLE})
        inboxes = api.ports.configuration.current().inboxes
        api.configure(inboxes=tuple(replace(one, **changed) if one.name == "contact" else one for one in inboxes))
        return api.get(PAGE, as_=None)

    return shown


def policy_of(answer):
    rules = [rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; ")]
    return {name: sources.split() for name, sources in rules}


def test_only_the_sites_of_the_forms_own_list_may_have_it_in_a_frame(shown):
    answer = shown(allowed_origins=SHOPS)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert policy_of(answer)["frame-ancestors"] == [*SHOPS]
    assert policy_of(shown(allowed_origins=()))["frame-ancestors"] == ["'none'"]


def test_the_page_loads_one_script_speaks_to_its_own_hub_and_store_and_sets_no_cookie(shown):
    answer = shown(allowed_origins=SHOPS)
    rules = policy_of(answer)
    assert rules["default-src"] == ["'none'"]
    assert (rules["script-src"], rules["connect-src"]) == ([f"{CONSOLE}/form.js"], ["'self'", "https://files.example"])
    assert (rules["base-uri"], rules["form-action"]) == (["'none'"], ["'none'"])
    assert not {name for name in answer.headers if "cookie" in name}
    assert re.findall(r"<script([^>]*)>(.*?)</script>", answer.text)[0][1] == ""
    assert answer.text.count("<script") == 1
    assert "style=" not in answer.text


def test_the_script_is_told_the_form_and_who_may_have_it_and_nothing_gets_out_of_its_place(shown):
    answer = shown(allowed_origins=SHOPS, display_name='"><script>alert(1)</script>')
    assert 'data-api="/api"' in answer.text
    assert 'data-inbox="contact"' in answer.text
    assert 'data-frame="[&quot;https://www.shop.example&quot;' in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("verifier", Verifier)
def test_a_form_with_a_check_allows_its_maker_and_nobody_else(shown, verifier):
    rules = policy_of(shown(captcha=Captcha(verifier, "site-key", "shop")))
    assert len(rules["script-src"]) > 1
    assert {source.partition("//")[0] for source in rules["frame-src"]} == {"https:"}
    assert not any("unsafe" in source or source in ("*", "https:") for sources in rules.values() for source in sources)


def test_the_page_is_in_the_language_asked_for_else_in_the_inboxs(api, shown):
    assert '<html lang="pl">' in shown().text
    assert '<html lang="en">' in api.get(f"{PAGE}?language=en", as_=None).text
    assert api.get(f"{PAGE}?language=%22%3E", as_=None).status == 400


def test_without_such_a_form_or_without_a_console_there_is_no_page(api, shown):
    shown()
    assert api.get("/v1/forms/support/page", as_=None).status == 404
    api.ports.settings = Settings({})
    assert api.get(PAGE, as_=None).status == 404


def test_on_the_local_stack_the_checks_script_lies_beside_where_it_is_verified(api, shown):
    shown(captcha=Captcha(Verifier.TURNSTILE, "site-key", "shop"))
    api.ports.settings = Settings({"CONSOLE_ORIGIN": CONSOLE, "CAPTCHA_VERIFIER": "http://127.0.0.1:8030/siteverify"})
    answer = api.get(PAGE, as_=None)
    assert 'data-captcha-script="http://127.0.0.1:8030/captcha.js"' in answer.text
    assert policy_of(answer)["script-src"] == [f"{CONSOLE}/form.js", "http://127.0.0.1:8030/captcha.js"]
