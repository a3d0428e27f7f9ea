"""The pages of a fax are read after the message is stored, and what stands on them is written onto its entry.

The text layer of a page counts where there is one; else the picture is given to whatever recognises letters here. What
cannot be read stays as it is: the document is kept, and the entry says that there is no text, and why.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chalicelib.content.fax_documents import case_reference_in
from chalicelib.domain.errors import NotFound, StorageUnavailable, Unparsable, WriteConflict
from chalicelib.domain.faxes import Reading, ReadingStatus
from chalicelib.domain.remarks import remark
from chalicelib.domain.threads import LONGEST_TEXT, Entry, attachment_key
from chalicelib.usecases.page_ports import OpenedDocument, Pages, TextRecognizer
from chalicelib.usecases.ports import AttachmentStore, ConfigurationSource, Now, ThreadStore, Update

MOST_PAGES_READ = 30
# The function's time limit is 300 s (.chalice/config.json), a page may take 50 of them, and what was read has to be
# written before it is over. A test holds the two together.
READ_WITHIN = timedelta(seconds=200)
MOST_FAILURES = 2  # pages in a row that break the reader: then the document is at fault, not a page
NO_ANSWER = remark("recognition_silent")
NOT_HERE = remark("recognition_not_here")
DONE_BEFORE = "done_before"


@dataclass(slots=True)
class _Findings:
    """What the pages have given so far."""

    texts: list[str] = field(default_factory=list)
    sources: dict[str, None] = field(default_factory=dict)
    sure: list[int] = field(default_factory=list)
    troubles: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadFax:
    """`recognizer`: None where none is set up."""

    threads: ThreadStore
    attachments: AttachmentStore
    configuration: ConfigurationSource
    pages: Pages
    recognizer: TextRecognizer | None
    now: Now

    def __call__(self, customer_id: str, entry_id: str, *, last_try: bool) -> str:
        """The status of the reading, or `done_before`. `last_try`: what is unavailable now will not be tried again."""
        entry = self.threads.get_entry(customer_id, entry_id)
        if entry.reading is None or entry.reading.status is not ReadingStatus.WAITING:
            return DONE_BEFORE
        reading, preview = self._read(entry, last_try=last_try)
        if preview:
            digest = hashlib.sha256(preview).hexdigest()
            self.attachments.put(attachment_key(customer_id, digest), preview, "image/png")
            reading = replace(reading, preview=digest, preview_size=len(preview))
        try:
            after = replace(entry, reading=replace(reading, read_at=self.now()))
            self.threads.commit([Update(entry, after, ("reading",))])
        except WriteConflict:
            if self.threads.get_entry(customer_id, entry_id).reading == entry.reading:
                raise  # it collided, and nobody else has written it: the queue brings it again
            return DONE_BEFORE
        return reading.status

    def _read(self, entry: Entry, *, last_try: bool) -> tuple[Reading, bytes]:
        document = self._document(entry)
        if document is None:
            return _unavailable(remark("document_not_there")), b""
        try:
            opened = self.pages.open(document)
        except Unparsable as error:
            return _unavailable(error.public_text), b""
        findings = self._read_pages(document, opened, self._languages(entry), last_try=last_try)
        return _reading(findings, opened), opened.preview

    def _read_pages(
        self, document: bytes, opened: OpenedDocument, languages: tuple[str, ...], *, last_try: bool
    ) -> _Findings:
        findings = _Findings()
        failures = 0
        until = self.now() + READ_WITHIN
        for number in range(min(opened.pages, MOST_PAGES_READ)):
            if failures == MOST_FAILURES or self.now() >= until:
                break
            try:
                self._read_page(document, number, languages, findings)
                failures = 0
            except (Unparsable, StorageUnavailable) as error:
                if isinstance(error, StorageUnavailable) and not last_try:
                    raise  # all of it comes again
                findings.texts.append("")
                findings.troubles[error.public_text if isinstance(error, Unparsable) else NO_ANSWER] = None
                failures += 1
        return findings

    def _read_page(self, document: bytes, number: int, languages: tuple[str, ...], findings: _Findings) -> None:
        page = self.pages.read(document, number)
        if page.text:
            findings.texts.append(page.text)
            findings.sources["text_layer"] = None
        elif self.recognizer is None:
            findings.texts.append("")
            findings.troubles[NOT_HERE] = None
        else:
            found = self.recognizer.recognize(page.picture, languages)
            findings.texts.append(found.text)
            findings.sources[self.recognizer.name] = None
            if found.text:
                findings.sure.append(found.confidence)

    def _document(self, entry: Entry) -> bytes | None:
        document = _document_of(entry)
        if not document:
            return None
        try:
            return self.attachments.get(attachment_key(entry.customer_id, document))
        except NotFound:
            return None

    def _languages(self, entry: Entry) -> tuple[str, ...]:
        """That of the inbox; Polish and English are tried anyway, because faxes to us are in them."""
        try:
            case = self.threads.get_case(entry.customer_id, entry.case_id)
            language = self.configuration.current().get_inbox(case.inbox).language
        except NotFound:
            language = "pl"
        return tuple(dict.fromkeys((language, "pl", "en")))


def _document_of(entry: Entry) -> str:
    """SHA-256 of the fax, or of the scan of a letter."""
    if entry.contact and entry.contact.document:
        return entry.contact.document
    return entry.arrival.fax.document if entry.arrival and entry.arrival.fax else ""


def _reading(findings: _Findings, opened: OpenedDocument) -> Reading:
    text = "\f".join(findings.texts).strip("\f\n ")
    troubles = [*findings.troubles]
    if opened.pages > len(findings.texts):
        troubles.append(remark("pages_not_looked_at", left=opened.pages - len(findings.texts), pages=opened.pages))
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
        troubles.append(remark("text_longer_than_kept"))
    if not text and not troubles:
        troubles.append(remark("no_letters_on_pages"))
    return Reading(
        status=ReadingStatus.READ if text else ReadingStatus.UNAVAILABLE,
        text=text,
        source="+".join(findings.sources),
        confidence=round(sum(findings.sure) / len(findings.sure)) if findings.sure else None,
        pages=opened.pages,
        pages_read=len(findings.texts),
        case_reference=case_reference_in(text),
        detail=" ".join(troubles),
    )


def _unavailable(detail: str) -> Reading:
    return Reading(ReadingStatus.UNAVAILABLE, detail=detail)
