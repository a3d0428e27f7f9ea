"""The fax gateways that are known from the start: how each words its mails. Operators add theirs in the configuration.

Patterns as in `fax_patterns.py`; the more telling ones of a gateway come first. Sources: the templates of HylaFAX and
HylaFAX+ in their languages, FreePBX's fax2mail, FusionPBX's and IvozProvider's templates, the message table of Windows'
fax routing, Asterisk scripts, and subjects in public code that reads such mails. `fax_wordings.py` has what is common.
"""

from __future__ import annotations

from chalicelib.content.fax_wordings import WORDINGS
from chalicelib.domain.faxes import FaxGateway

_EFAX = FaxGateway(
    name="efax",
    subjects=(
        'eFax message from "{name}" - {pages} page(s), Caller-ID: {caller}',
        'eFax message from "{name}" - {pages} page(s)',
        "eFax from {name} - {pages} page(s), caller ID: {caller}",
        "eFax from {name} - {pages} page(s)",
        "eFax message from {name} - {pages} page",
        "eFax message from {number}",
        "eFax from {number}",
    ),
    lines=("Caller-ID: {caller}", "You have received a {pages} page", "{pages} page(s)"),
    reports=(
        "eFax send",
        "eFax transmission",
        "Successful transmission to {number}",
        "Unsuccessful transmission to {number}",
    ),
)
_METROFAX = FaxGateway(
    name="metrofax",
    subjects=(
        'MetroFax message from "{name}" - {pages} page(s), Caller-ID: {caller}',
        "MetroFax message from {number} - {pages} page",
        "MetroFax message from {number}",
        'A fax has arrived from remote ID "{number}"',
        "A fax has arrived from remote ID",
    ),
    lines=(
        "Received from remote ID: {number}",
        'remote ID "{number}"',
        "Page record: 1 - {pages}",
        "Caller-ID: {caller}",
    ),
)
_RINGCENTRAL = FaxGateway(
    name="ringcentral",
    subjects=("New Fax Message from {number} on {*}", "New Fax Message from {number}"),
    lines=("From: {number}", "Pages: {pages}", "{pages} pages"),
    reports=("Fax Transmission Results", "Fax Message Transmission Result"),
)
_HYLAFAX = FaxGateway(
    name="hylafax",
    subjects=(
        *(
            f"{wording} {sender}"
            for wording in (
                "Fax received from",
                "Facsimile received from",
                "Fax empfangen von",
                "Odebrano fax od",
                "Facsimile reçu de",
                "Télécopie reçue de",
                "Fax reçu de",
                "Fax recibido de",
                "Fax ricevuto da",
                "Fax recepcionado de",
                "Fax recebido de",
                "Fax primit de la",
            )
            for sender in ('"{number}"', '"{name}"', "{number}", "{name}")
        ),
    ),
    lines=(
        "CallID1: {caller}",
        "CID: {caller}",
        "Anrufe ID 1: {caller}",
        "Po{*}czenie ID1: {caller}",  # its Polish letters come in a charset that the mail does not name
        "ID Llamada 1: {caller}",
        "ID Chamada 1: {caller}",
        "Sender: {number}",
        "Nadawca: {number}",
        "Emetteur: {number}",
        "Remitente: {number}",
        "Remetente: {number}",
        "Mittente: {number}",
        "Expeditor: {number}",
        "Pages: {pages}",
        "Seiten: {pages}",
        "Stron: {pages}",
        "Páginas: {pages}",
        "Pagine: {pages}",
        "Pagini: {pages}",
    ),
    reports=(
        "facsimile job {*}",
        "fax job {*}",
        "Fax Auftrag {*}",
        "fax zadanie {*}",
        "trabajo fax {*}",
        "Télécopie travail {*}",
        "fax {*} per {*} completato",
        "fax {*} per {*} fallito",
        "fax {*} para {*} enviado",
        "fax {*} para {*} falhou",
        "Fax {*} către {*}",
        "Notice about facsimile job",
        "Your facsimile job",
    ),
)
_FREEPBX = FaxGateway(
    name="freepbx",
    subjects=(
        'New fax from: "{name}" <{number}>',
        "New fax from: {name} <{number}>",
        "New fax from: {number}",
        "New fax received",
    ),
    lines=(
        'find a new fax from: "{name}" <{number}>',
        "find a new fax from: {name} <{number}>",
        "find a new fax from: {number}",
    ),
    reports=("Outgoing fax results",),
)
_FUSIONPBX = FaxGateway(
    name="fusionpbx",
    subjects=(  # the document is called after the number and the time: 441632960961-2026-11-23-10-15-00
        *(
            f"{wording}: {rest}"
            for rest in ("{number}-20", "[{*}] {number}-20", "{number}", "{*}")
            for wording in ("FAX Received", "FAX empfangen", "FAX Reçu", "FAX Recibido")
        ),
    ),
    lines=("Caller ID: {caller}", "Caller ID Number: {caller}", "From: {number}", "Pages: {pages}"),
    reports=("FAX SENT", "Fax to: {number}", "FAX FAILED", "Fax to: {*} SENT", "Fax to: {*} FAILED"),
)
_CISCO = FaxGateway(
    name="t37",  # RFC 3965: the number stands in the local part of the sender
    subjects=(
        "Cisco has received a fax message",
        "From CSI or RTI (Fax Message No. {*})",
        "Fax Message NO.{*}",
        "Internet FAX",
    ),
    lines=("Pages: {pages}",),
)
_MICROSOFT = FaxGateway(
    name="microsoft",
    subjects=("Fax server {*} received a new fax from {name}.", "Fax Server received a new fax from {name}"),
    lines=("Caller ID: {caller}", "Sender: {number}", "Pages: {pages}"),
    reports=("was successfully sent to", "has failed to be sent to", "Fax Server: {*} delivery"),
)
_EXCHANGE = FaxGateway(
    name="exchange",  # unified messaging, and the partners that took it over
    subjects=("Fax Message from {number}", "Fax message ({pages} pages) from {number}"),
    lines=("The caller's fax number is {caller}", "Caller-Id: {caller}", "Number of pages: {pages}"),
)
_IVOZ = FaxGateway(
    name="ivozprovider",
    subjects=("New Fax from {number} received in {*}", "Nuevo Fax desde {number} recibido en {*}"),
    lines=("Pages: {pages}", "Páginas: {pages}"),
)
_ASTERISK = FaxGateway(
    name="asterisk",  # scripts that many copied from each other
    subjects=("[fax] Neues Fax von {number}", "Fax Received from {number}", "Incoming Fax from {number} ({pages} page"),
    lines=(
        "Übermittelte Rufnummer: {caller}",
        "Stationskennung: {number}",
        "Anzahl empfangener Seiten: {pages}",
        "ein {pages}-seitiges Fax von der Gegenstelle {number}",
        "You have received a fax from {number}",
    ),
    announcements=("Übermittelte Rufnummer: {number}",),
)

# In the order in which they are asked, the most particular wording first. None is bound to a sender: companies let
# gateways write under their own domain. Whether a sender is believed is another question (`gateways` of the inbox).
KNOWN_GATEWAYS = (
    _EFAX,
    _METROFAX,
    _RINGCENTRAL,
    _HYLAFAX,
    _FREEPBX,
    _FUSIONPBX,
    _CISCO,
    _IVOZ,
    _MICROSOFT,
    _EXCHANGE,
    _ASTERISK,
    *WORDINGS,
)
