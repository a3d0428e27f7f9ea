"""The fax gateways that are known from the start: how each words its mails. Operators add theirs in the configuration.

Patterns as in `fax_patterns.py`; the more telling ones of a gateway come first. Sources: HylaFAX's and HylaFAX+'s
templates, FreePBX's fax2mail, Asterisk scripts, and subjects in public code that reads such mails.
"""

from __future__ import annotations

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
    subjects=("New Fax Message from {number} on {*}", "New Fax Message from {number}", "New Fax from {number}"),
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
                "Fax ontvangen van",
                "Fax přijat od",
            )
            for sender in ('"{number}"', '"{name}"', "{number}", "{name}")
        ),
    ),
    lines=(
        "CallID1: {caller}",
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
        "Notice about facsimile job",
        "Your facsimile job",
        "trabajo de fax {*}",
        "tâche fax {*}",
        "lavoro fax {*}",
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
    subjects=("FAX Received: {*}", "FAX empfangen: {*}", "FAX Received"),
    lines=("Caller ID: {caller}", "Caller ID Number: {caller}", "From: {number}", "Pages: {pages}"),
    reports=("FAX SENT", "Fax to: {number}", "FAX FAILED"),
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
_GERMAN = FaxGateway(
    name="german",
    subjects=(
        "Neues Fax von: {number}",
        "Neues Fax von {number}",
        "Fax von: {number}",
        "Fax von {number}",
        "Fax von {name}",
        "Faxnachricht von {number}",
        "Eingegangenes Fax von {number}",
        "Neues Fax eingegangen",
        "Neues Fax",
    ),
    lines=(
        "neues Fax von {number}",
        "Absender: {number}",
        "Rufnummer des Absenders: {number}",
        "Von: {number}",
        "ein {pages}-seitiges Fax von der Gegenstelle {number}",
        "von der Gegenstelle {number}",
        "Seitenzahl: {pages}",
        "Anzahl Seiten: {pages}",
        "Anzahl der Seiten: {pages}",
        "Seiten: {pages}",
        "{pages} Seiten",
    ),
    reports=(
        "Sendebericht",
        "Fax-Sendebericht",
        "Faxbericht",
        "ixi-UMS Connector",
        "Fax an {number}",
        "Fax an: {number}",
        "Faxversand",
    ),
)
_POLISH = FaxGateway(
    name="polish",
    subjects=(
        *(
            f"{wording} {{number}}"
            for wording in (
                "Nowy faks od:",
                "Nowy faks od",
                "Nowy fax od:",
                "Nowy fax od",
                "Nowy faks z numeru",
                "Nowy fax z numeru",
                "Otrzymano faks od",
                "Otrzymano fax od",
                "Otrzymano faks z numeru",
                "Otrzymałeś faks od",
                "Otrzymałeś fax od",
                "Faks przychodzący od",
                "Faks od:",
                "Faks od",
                "Fax od:",
                "Fax od",
                "Faks z numeru",
                "Fax z numeru",
                "Faks nr",
            )
        ),
        "Nowy faks",
        "Otrzymano nowy faks",
        "Otrzymano nowy fax",
    ),
    lines=(
        "Numer nadawcy: {number}",
        "Nadawca: {number}",
        "Z numeru: {number}",
        "z numeru {number}",
        "od numeru {number}",
        "Od: {number}",
        "faks od {number}",
        "Liczba stron: {pages}",
        "Ilość stron: {pages}",
        "Stron: {pages}",
        "Strony: {pages}",
        "{pages} stron",
    ),
    reports=(
        "Raport wysłania",
        "Raport z wysyłki",
        "Faks wysłany",
        "Fax wysłany",
        "Potwierdzenie wysłania fa",
        "Nie wysłano fa",
    ),
)
_GENERIC = FaxGateway(
    name="generic",
    subjects=(
        'New fax from "{name}" <{number}>',
        "New fax from {name} ({number})",
        *(
            f"{wording} {{number}}"
            for wording in (
                "New fax from",
                "Incoming fax from",
                "Inbound fax from",
                "Received fax from",
                "received a fax from",
                "received a new fax from",
                "New fax received from",
                "Fax message from",
                "Fax sent from",
                "Fax from:",
                "Fax from",
                "Nouveau fax de",
                "Fax de",
                "Nuevo fax de",
                "Nuovo fax da",
                "Fax da",
                "Nieuwe fax van",
                "Fax van",
                "Novo fax de",
                "Nový fax od",
                "Новый факс от",
                "Новий факс від",
                "Nytt fax från",
                "Ny fax fra",
            )
        ),
        "You have received a new fax",
        "New fax received",
    ),
    lines=(
        "Caller-ID: {caller}",
        "Caller ID: {caller}",
        "CallerID: {caller}",
        "new fax from: {number}",
        "new fax from {number}",
        "fax from {number}",
        "Sender: {number}",
        "Sender number: {number}",
        "Caller: {number}",
        "From number: {number}",
        "Remote ID: {number}",
        "CSID: {number}",
        "Number of pages: {pages}",
        "Page count: {pages}",
        "Pages received: {pages}",
        "Pages: {pages}",
        "{pages} page",
    ),
    reports=(
        "Fax to: {*}",
        "Fax to {number}",
        "Fax sent to {number}",
        "Fax sent",
        "Outgoing fax",
        "Fax transmission report",
        "Fax transmission result",
        "Fax delivery",
        "Fax failed",
        "Your fax to {number}",
        "Your fax was",
        "Your fax has been",
    ),
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
    _GERMAN,
    _POLISH,
    _GENERIC,
)
