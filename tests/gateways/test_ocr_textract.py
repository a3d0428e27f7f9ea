"""What Textract answers becomes text with a confidence, or a reason; what may pass is tried again."""

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError
from botocore.session import get_session
from botocore.stub import Stubber

from chalicelib.domain.errors import StorageUnavailable, Unparsable
from chalicelib.gateways.ocr_textract import MOST_BYTES, Textract

SESSION = get_session()


@pytest.fixture
def service():
    client = SESSION.create_client("textract", "eu-central-1", config=Config(retries={"total_max_attempts": 1}))
    with Stubber(client) as stub:
        yield client, stub


def test_lines_become_text_and_their_mean_confidence(service):
    client, stub = service
    blocks = [
        {"BlockType": "PAGE"},
        {"BlockType": "LINE", "Text": "Reklamacja", "Confidence": 99.0},
        {"BlockType": "WORD", "Text": "Reklamacja", "Confidence": 10.0},
        {"BlockType": "LINE", "Text": "nr 4711", "Confidence": 92.0},
    ]
    stub.add_response("detect_document_text", {"Blocks": blocks}, {"Document": {"Bytes": b"png"}})

    found = Textract(client).recognize(b"png", ("pl",))

    assert (found.text, found.confidence) == ("Reklamacja\nnr 4711", 96)


def test_an_empty_page_has_no_text(service):
    client, stub = service
    stub.add_response("detect_document_text", {"Blocks": [{"BlockType": "PAGE"}]})

    found = Textract(client).recognize(b"png", ())

    assert (found.text, found.confidence) == ("", 0)


@pytest.mark.parametrize("code", ["BadDocumentException", "UnsupportedDocumentException", "DocumentTooLargeException"])
def test_what_is_wrong_with_a_page_is_told_of_that_page(service, code):
    client, stub = service
    stub.add_client_error("detect_document_text", code)

    with pytest.raises(Unparsable, match=code):
        Textract(client).recognize(b"png", ())


@pytest.mark.parametrize("code", ["AccessDeniedException", "SubscriptionRequiredException"])
def test_where_textract_may_not_be_used_the_fax_says_so_at_once(service, code):
    client, stub = service
    stub.add_client_error("detect_document_text", code)

    with pytest.raises(Unparsable, match="may not be used here"):
        Textract(client).recognize(b"png", ())


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "InternalServerError"]
)
def test_what_may_pass_is_tried_again(service, code):
    client, stub = service
    stub.add_client_error("detect_document_text", code)

    with pytest.raises(StorageUnavailable):
        Textract(client).recognize(b"png", ())


def test_no_answer_is_tried_again():
    class Unreachable:
        def detect_document_text(self, **_):
            raise ConnectTimeoutError(endpoint_url="https://textract.example")

    with pytest.raises(StorageUnavailable):
        Textract(Unreachable()).recognize(b"png", ())


def test_a_picture_that_textract_would_refuse_is_not_sent():
    with pytest.raises(Unparsable, match="larger"):
        Textract(None).recognize(bytes(MOST_BYTES + 1), ())
