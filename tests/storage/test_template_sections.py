import json

import pytest

from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.templates import Template, TextPurpose, Wording
from chalicelib.storage.configuration_document import check_examples, parse_configuration
from tests.storage.test_configuration_document import DOCUMENT


def saved(*templates, **members):
    configuration = parse_configuration(json.dumps({**DOCUMENT, "templates": templates, **members}), "1")
    check_examples(configuration)
    return configuration


def text(name="sent", purpose="canned", subject="", **texts):
    return {
        "name": name,
        "purpose": purpose,
        "texts": {code: {"text": said, "subject": subject} for code, said in texts.items()},
    }


def test_a_text_is_kept_by_name_and_language():
    found = saved(text(pl="Wysłane, {reference}.", en="Sent, {reference}."), company="Pralki SA")
    wordings = {"pl": Wording("", "Wysłane, {reference}."), "en": Wording("", "Sent, {reference}.")}
    assert found.templates == {"sent": Template("sent", TextPurpose.CANNED, wordings)}
    assert found.company == "Pralki SA"


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        (
            text(pl="Dobrze.", en="Do {when}."),
            "template 'sent': language 'en': the variable {when} does not exist in the text",
        ),
        (text("holding", "holding", pl="Panie {customer_name}"), "{customer_name} does not exist"),
        (text("holding", "canned", pl="Chwila."), "a text of this name is shipped for the purpose holding"),
        (text(pl="{company}"), "{company} is used, and the document has no `company`"),
        (text(pl="{reference.__class__}"), "a brace belongs to no variable"),
    ],
)
def test_a_mistake_is_named_with_text_language_and_variable_when_the_document_is_saved(template, problem):
    with pytest.raises(WrongConfiguration) as error:
        saved(template)
    assert problem in error.value.public_text
    parse_configuration(json.dumps({**DOCUMENT, "templates": [template]}), "1")  # what was saved once stays usable


def test_a_mistake_in_a_text_is_named_by_its_place():
    with pytest.raises(WrongConfiguration) as error:
        saved(text(pl="Dobrze."), text("second", pl="Dobrze.", en="Do {when}."))
    assert error.value.field == "templates[1].texts.en.text"


@pytest.mark.parametrize(
    "wrong", [{"purpose": "spam"}, {"texts": {}}, {"texts": {"PL": {"text": "a"}}}, {"name": "A b"}]
)
def test_what_is_no_template_is_refused(wrong):
    with pytest.raises(WrongConfiguration):
        saved({**text(pl="a"), **wrong})
