"""What the hub remarks on in words: each sentence stands here once, under the code by which it is told elsewhere.

A code stays what it is; a sentence may change, and what was kept of it before is then shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Why a message stands in its case.
_EVIDENCE = {
    "signed_address": "it was sent to the signed reply address of the case",
    "report_on_ours": "it reports on a message of ours in the case",
    "in_reply_to": "it answers a message of the case (In-Reply-To)",
    "references": "it refers to a message of the case (References)",
    "named_in_app": "the app named the case",
    "goes_on_in_form": "whoever posted the form goes on with its case there",
    "last_written_about": "we last wrote to this number about the case",
    "reference_in_document": "the reference of the case stands in the document",
    "only_open_case": "it is the only open case of the customer and still warm",
    "forwarded": "a colleague forwarded what {address} wrote; whose it is has to be confirmed",
    "no_rule": "no rule joined it to a case",
    "second_copy": "the same mail came before under another receipt: Message-ID, sender and content are equal",
    "asked_rating": "it is the digit that we asked for at this number, to rate this case",
    "agent_named_case": "agent {agent} named the case",
    "agent_told_of_stranger": "agent {agent} told of somebody whom the hub does not know",
    "agent_named_customer_of_case": "agent {agent} named the customer, whose only open case it is",
    "agent_named_customer": "agent {agent} named the customer",
}

# Behind one of those, why it is a case of its own all the same.
_HINDRANCES = {
    "was_spam": "was marked as spam",
    "closed_too_long": "was closed on {day}, too long ago to open it again",
}

# What had to be mended in a message to read it.
_REPAIRS = {
    "end_missing": "The end of the message was missing.",
    "text_after_end": "Text after the last part was left out.",
    "boundary_unnamed": "A multipart did not name its boundary; the first line that looks like one was used.",
    "part_behind_end": "A part stood behind the end of its multipart.",
    "first_line_missing": "The line before the first part was missing.",
    "multipart_without_parts": "A multipart without any part was read as text.",
    "stray_header_line": "A line that belongs to no field was left out of the header.",
    "header_end_missing": "The blank line after the header was missing.",
    "header_charset_guessed": "Letters in the header without a character set were read as {charset}.",
    "charset_is_utf8": "Declared as {declared}, read as UTF-8.",
    "charset_is_other": "Declared as {declared}, read as {charset}.",
    "characters_broken": "Some characters were broken and are shown as �.",
    "charset_does_not_fit": "The character set was declared as {declared} and does not fit; read as {charset}.",
    "charset_not_declared": "The character set was not declared and does not fit; read as {charset}.",
    "transfer_encoding_unknown": "The transfer encoding of a part is unknown; read as it is.",
    "no_base64": "A part was declared as base64 and is not; read as it is.",
    "base64_broken": "A part held broken base64; what could be read is kept.",
    "uuencoding_broken": "A part held broken uuencoding; it is kept as it came.",
    "binhex_broken": "A part held broken BinHex; it is kept as it came.",
    "no_winmail": "winmail.dat is not what its name says; it is kept as a file.",
    "winmail_broken": "winmail.dat is damaged; what could be read of it is kept.",
    "more_text_in_files": "The message has more text than is shown; the rest of it is there as files.",
    "text_too_long": "A text was too long to be shown whole; all of it is there as a file.",
    "part_unreadable": "A part could not be read ({error}); it is kept as it came.",
    "html_unreadable": "The HTML could not be read ({error}); it is kept as a file.",
    "html_too_large": "The HTML was too large or too deep; only its tags were taken out.",
    "html_not_shown": "The HTML version is too large or too deep to be shown; the original has it.",
    "html_not_harmless": "The HTML version cannot be made harmless; the original has it.",
    "sender_elsewhere": "From names no address; that of {field} was taken.",
    "fax_missing": "It announces a fax and brings none: beware of a forgery.",
    "fax_pages_differ": "The gateway says {said} pages, the document has {counted}: some may be missing.",
    "sms_header_in_text": "The header of part {part} of {of} stood in the text.",
    "type_told_wrongly": "{name}: sent as {sent_as}, and its bytes are {bytes_are}",
    "person_not_proved": (
        "Whether a person posted it could not be found out: the maker of the form's check did not answer"
    ),
}

# What speaks against two customers being one.
_DISAGREEMENTS = {
    "each_proved": "each has a proved contact point of the kind {kind}: {one} and {other}",
    "each_known_apart": "{system} knows each by an id of its own: {one} and {other}",
    "only_claims": "{customer} only claims to be {address}: its sender was not to be believed",
}

# Why a message counts as one that a machine wrote.
# A field of the header that says so is no sentence and stands as it is.
_MACHINES = {
    "is_read_receipt": "a read receipt",
    "is_feedback_report": "a feedback report",
    "is_delivery_report": "a delivery report",
    "calls_itself_report": "it calls itself a delivery report",
    "names_failed_recipients": "it names failed recipients",
    "mail_system_wrote": "a mail system wrote it",
    "words_of_mail_system": "its sender and its words are those of a mail system",
    "postmaster_quotes": "a postmaster quotes a mail system",
    "is_ses_notification": "a notification of SES",
    "from_null_sender": "it came from the null sender",
    "list_passed_on": "a mailing list passed it on",
    "is_fax_report": "report of the fax gateway",
    "call_initiated_by": "initiated by {method}",
    "sent_by_this_hub": "sent by this hub from {address}",
    "went_through_servers": "it went through {servers} servers",
    "says_stop": "it says stop and nothing else",
    "says_start": "it says start and nothing else",
}

# Why pages were not read, or not all of them.
_UNREAD_PAGES = {
    "recognition_silent": "What recognises letters did not answer, several times.",
    "recognition_not_here": "Text is not available: nothing that recognises letters is set up here.",
    "document_not_there": "The document is not in the store.",
    "pages_not_looked_at": "{left} of {pages} pages were not looked at.",
    "text_longer_than_kept": "The text is longer than what is kept of it.",
    "no_letters_on_pages": "No letters were found on the pages.",
    "neither_pdf_nor_tiff": "It is neither PDF nor TIFF.",
    "pdf_broken": "The PDF is broken, or protected by a password.",
    "pdf_without_pages": "The PDF has no pages.",
    "tiff_broken": "The TIFF is broken.",
    "tiff_page_broken": "Page {page} of the TIFF is broken.",
    "page_too_large": "Page {page} is {width} x {height} dots, more than can be looked at.",
    "document_gave_nothing": "Opening the document gave nothing.",
    "page_gave_nothing": "Reading the page gave nothing.",
    "pages_took_too_long": "It took longer than {seconds} seconds.",
    "pages_took_too_much": "It took more than {seconds} seconds of work, too much memory, or broke the reader.",
    "no_data_for_languages": "Tesseract has no data for the languages of this inbox.",
    "recognition_too_long": "Recognition took longer than {seconds} seconds.",
    "tesseract_failed": "Tesseract could not read the page.",
    "picture_too_large": "The picture of the page is larger than Textract takes.",
    "textract_failed": "Textract could not read the page ({code}).",
    "textract_not_allowed": "Textract may not be used here ({code}).",
}

# Behind the reason, why a message was parked.
_PARKED = {
    "addresses_too_many": "The message names more than {most} addresses.",
    "message_too_large": "The message is larger than the limit.",
    "parts_too_many": "The message has more than {most} parts.",
    "parameters_too_long": "A header field with parameters is longer than the limit.",
    "nested_too_deep": "The message is nested more than {most} levels deep.",
    "header_too_large": "The header is larger than the limit.",
    "reading_took_too_long": "Reading the message took longer than {seconds} seconds.",
    "reading_gave_nothing": "Reading the message gave nothing.",
    "reading_was_stopped": (
        "Reading the message was stopped by signal {signal}: over {seconds} seconds of work, or a crash."
    ),
    "reading_failed": "Reading the message failed: {error}",
    "reading_took_memory": "Reading the message took more memory than the limit.",
    "blank_before_colon": "There is a blank before the colon of From.",
    "several_from_fields": "There are several From fields.",
    "from_doubtful": "The From field can be read in two ways: {why}.",
    "from_names_several": "The From field names several people.",
    "virus_found": "SES found a virus in it.",
    "taken_for_spam": "SES takes it for spam.",
    "hidden_field_filled": "A field that nobody sees was filled in, as programs do",
    "check_not_shown": "The check that its sender is a person was not shown",
    "phone_not_understood": "`phone` is no phone number; give it with its country code",
    "call_back_not_understood": "`call_back.number` is no number that can be called",
    "case_not_named": "It does not say in which case it was written",
    "login_not_named": "It does not say who was logged in",
    "teller_not_named": "It does not say who tells of it",
    "point_not_understood": "`contact_point` is no address of that kind",
    "no_finished_call": "It is no finished call of Amazon Connect",
    "receipt_seen_before": "the receipt was seen before, as {target}",
}

# Why a message of ours did not go out, or not yet.
# What a carrier says itself is no sentence of the hub's and stands as it is.
_NOT_SENT = {
    "day_is_full": "the carrier takes no more mails within these 24 hours",
    "worker_lost": "the worker that was sending it did not come back",
    "nothing_tells_them": "no inbox of ours writes by {channel} any more, and nothing else reaches who was to be told",
    "file_gone": "The attachment {name} is gone.",
    "nobody_to_go_to": "The entry has nobody to go to.",
    "sms_length_wrong": "An SMS has 1 to {most} characters; this has {length}.",
    "no_mail_address": "{address} is no address that mail can be sent to.",
    "mail_field_not_one_line": "The field {field} of the mail would not be one line.",
    "inbox_without_gateway": "The inbox {inbox} has no fax gateway.",
    "inbox_sends_no_faxes": "The inbox {inbox} sends no faxes.",
    "no_fax_number": "The entry has no number that a fax could go to.",
    "file_is_no_pdf": "The attachment {name} is no PDF, so it cannot be faxed.",
    "request_not_well_formed": "the request to the carrier was not well formed",
    "carrier_not_reached": "the carrier could not be reached ({error})",
    "carrier_silent": "no answer from the carrier ({error})",
    "carrier_gave_no_id": "the carrier gave no id that can be read",
    "carrier_answered": "the carrier answered {answer}",
    "fax_without_post": "the fax was not made for a gateway that takes a POST",
    "gateway_not_reached": "the fax gateway could not be reached ({error})",
    "no_fax_credential": "the secrets have no usable fax credential {name}",
    "gateway_answered": "the fax gateway answered {answer}",
    "no_application": "no application for {kind} is configured",
    "device_not_known": "the device is not known any more",
    "given_up": "not delivered within {hours} hours: {words}",
}

# Why nothing may be sent to an address, or not now.
_NOT_ALLOWED = {
    "number_costs_more": "{address} is a number that costs more than others",
    "texts_not_to_country": "{address} is a number of {country}, and text messages go to {ours}",
    "faxes_not_to_country": "{address} is a number of {country}, and faxes go to {ours}",
    "no_mobile_number": "{address} is no mobile number, so it gets no text message",
    "to_null_sender": "there is no address: the message came from the null sender",
    "to_address_of_ours": "{address} is an address of ours, which would write to itself",
    "nobody_reads_there": "{address} says that nobody reads what comes there",
    "suppressed": "{address} is suppressed until {until}",
    "suppressed_by": "because of {what}, nothing goes to {address} until {until}",
    "opted_out_of_all": "{address} has opted out of all messages on {day} ({said})",
    "opted_out_of_notices": "{address} has opted out of messages that we send by ourselves on {day} ({said})",
    "opted_out_of_surveys": "{address} has opted out of surveys on {day} ({said})",
    "opted_out_of_marketing": "{address} has opted out of marketing on {day} ({said})",
    "wants_no_surveys": "the customer wants no surveys",
    "no_consent": "there is no consent to marketing by {channel}",
    "in_quiet_hours": "the customer is not disturbed before {until} ({zone})",
}

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        **_EVIDENCE,
        **_HINDRANCES,
        **_REPAIRS,
        **_DISAGREEMENTS,
        **_MACHINES,
        **_UNREAD_PAGES,
        **_PARKED,
        **_NOT_SENT,
        **_NOT_ALLOWED,
    }
)
"""Each sentence by its code, with the names of its values in braces."""
