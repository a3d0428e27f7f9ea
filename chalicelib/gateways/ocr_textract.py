"""Reads the letters in a picture with Amazon Textract, page by page and synchronously.

https://docs.aws.amazon.com/textract/latest/dg/API_DetectDocumentText.html

Not the asynchronous jobs that take whole documents from S3: they cost the same per page, need a job's state, a topic
and leave for Textract to read the bucket; and they would see the flat dots of a standard fax, which have to be made
square first. AWS lists English, Spanish, German, Italian, French and Portuguese for it: Polish letters may lose their
accents.
"""

from __future__ import annotations

from collections.abc import Sequence

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import StorageUnavailable, Unparsable
from chalicelib.domain.remarks import remark
from chalicelib.gateways.aws import error_code
from chalicelib.usecases.page_ports import RecognizedText

MOST_BYTES = 10 * 1024 * 1024  # https://docs.aws.amazon.com/textract/latest/dg/limits-document.html
_BAD_PAGE = {
    "BadDocumentException",
    "DocumentTooLargeException",
    "UnsupportedDocumentException",
    "InvalidParameterException",
}
_NOT_ALLOWED = {
    "AccessDeniedException",
    "SubscriptionRequiredException",
    "UnrecognizedClientException",
    "OptInRequired",
}


class Textract:
    """The port `TextRecognizer`. It finds out the language by itself."""

    name = "textract"

    def __init__(self, textract: BaseClient) -> None:
        self._textract = textract

    def recognize(self, picture: bytes, languages: Sequence[str]) -> RecognizedText:
        del languages
        if len(picture) > MOST_BYTES:
            raise Unparsable(remark("picture_too_large"))
        try:
            answer = self._textract.detect_document_text(Document={"Bytes": picture})
        except ClientError as error:
            code = error_code(error)
            if code in _BAD_PAGE:
                raise Unparsable(remark("textract_failed", code=code)) from error
            if code in _NOT_ALLOWED:
                raise Unparsable(remark("textract_not_allowed", code=code)) from error
            raise StorageUnavailable() from error
        except BotoCoreError as error:
            raise StorageUnavailable() from error
        lines = [block for block in answer["Blocks"] if block["BlockType"] == "LINE"]
        sure = [float(block.get("Confidence", 0)) for block in lines]
        text = "\n".join(str(block.get("Text", "")) for block in lines)
        return RecognizedText(text, round(sum(sure) / len(sure)) if sure else 0)
