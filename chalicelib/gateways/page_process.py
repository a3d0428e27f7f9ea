"""Looks at the pages of a document in child processes with walls around them: one for the whole, one for each page.

What kills a child (time, memory, a crash of a library) is an answer about that page. The child gets bytes on its
standard input and gives data back, never anything executable; it has none of the parent's environment, no credentials.
"""

from __future__ import annotations

import resource
import subprocess
import sys

import msgspec

from chalicelib.domain.errors import Unparsable
from chalicelib.domain.remarks import remark
from chalicelib.usecases.page_ports import DocumentPage, OpenedDocument

SECONDS = 2  # of CPU for the whole, and again for each page
WALL_SECONDS = 20  # a busy machine is no fault of the document
ADDRESS_SPACE = 512 * 1024 * 1024


class _Task(msgspec.Struct, array_like=True):
    """`page`: which one to read, counted from 0; -1 for the whole document."""

    page: int
    address_space: int
    seconds: int


class _Answer(msgspec.Struct, omit_defaults=True):
    """Of a page `page`, of the whole document `document`, or why it could not be read."""

    page: DocumentPage | None = None
    document: OpenedDocument | None = None
    unparsable: str = ""


class PageProcess:
    """The port `Pages`."""

    def __init__(self, *, seconds: int = SECONDS, address_space: int = ADDRESS_SPACE) -> None:
        self._seconds = seconds
        self._address_space = address_space

    def open(self, document: bytes) -> OpenedDocument:
        answer = self._ask(-1, document)
        if answer.document is None:
            raise Unparsable(remark("document_gave_nothing"))
        return answer.document

    def read(self, document: bytes, page: int) -> DocumentPage:
        answer = self._ask(page, document)
        if answer.page is None:
            raise Unparsable(remark("page_gave_nothing"))
        return answer.page

    def _ask(self, page: int, document: bytes) -> _Answer:
        task = msgspec.json.encode(_Task(page, self._address_space, self._seconds))
        try:
            child = subprocess.run(  # noqa: S603 (our own module, nothing of the document is on the command line)
                [sys.executable, "-m", __name__],
                input=task + b"\n" + document,
                capture_output=True,
                timeout=WALL_SECONDS,
                check=False,
                env={"PYTHONPATH": ":".join(sys.path), "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib", "PYTHONUTF8": "1"},
            )
        except subprocess.TimeoutExpired:
            raise Unparsable(remark("pages_took_too_long", seconds=WALL_SECONDS)) from None
        if child.returncode:
            raise Unparsable(remark("pages_took_too_much", seconds=self._seconds))
        answer = msgspec.msgpack.decode(child.stdout, type=_Answer)
        if answer.unparsable:
            raise Unparsable(answer.unparsable)
        return answer


def _answer(task_and_document: bytes) -> _Answer:
    task_line, _, document = task_and_document.partition(b"\n")
    task = msgspec.json.decode(task_line, type=_Task)
    resource.setrlimit(resource.RLIMIT_AS, (task.address_space, task.address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (task.seconds, task.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        return _opened(document) if task.page < 0 else _read(document, task.page)
    except Unparsable as error:
        return _Answer(unparsable=error.public_text)
    except MemoryError:
        return _Answer(unparsable="It took more memory than the limit.")


def _opened(document: bytes) -> _Answer:
    from chalicelib.content import fax_pages  # PDFium and Pillow: in this process only

    pages = fax_pages.count_pages(document)
    try:
        preview = fax_pages.render_preview(document)
    except Unparsable:
        preview = b""
    return _Answer(document=OpenedDocument(pages, preview))


def _read(document: bytes, number: int) -> _Answer:
    from chalicelib.content import fax_pages

    page = fax_pages.read_page(document, number)
    return _Answer(page=DocumentPage(page.text, page.picture))


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.msgpack.encode(_answer(sys.stdin.buffer.read())))
