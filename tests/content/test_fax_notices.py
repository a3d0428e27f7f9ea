"""What fax gateways say is read: of those that are known by their own wording, of others by the operator's."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.content.fax_gateways import KNOWN_GATEWAYS
from chalicelib.content.fax_notices import example_problem, fax_point, read_fax_notice, read_unworded
from chalicelib.content.fax_patterns import check_pattern
from chalicelib.domain.faxes import FaxExample, FaxGateway
from tests.speed import within

HYLAFAX_PL = """recvq/fax000000042.tif (ftp://pbx:4559/recvq/fax000000042.tif):
          Nadawca: ACME
            Stron: 3
   Po³±czenie ID1: 0048221112233
"""


@pytest.mark.parametrize(
    ("sender", "subject", "text", "gateway", "number", "pages"),
    [
        (
            "message@inbound.efax.com",
            'eFax message from "unknown" - 1 page(s), Caller-ID: 221112233',
            "",
            "efax",
            "221112233",
            1,
        ),
        (
            "x@y.pl",
            'Corporate eFax message from "A B" - 2 page(s), Caller-ID: 19164574542',
            "",
            "efax",
            "19164574542",
            2,
        ),
        ("x@efax.com", "eFax from John - 3 page(s), caller ID: 221112233", "", "efax", "221112233", 3),
        ("noreply@metrofax.com", "MetroFax message from 555-123-4567", "", "metrofax", "555-123-4567", None),
        (
            "x@y.com",
            "A fax has arrived from remote ID '22 111 22 33'.",
            "Page record: 1 - 4",
            "metrofax",
            "22 111 22 33",
            4,
        ),
        (
            "notify@ringcentral.com",
            "New Fax Message from (469) 543-6401 on 07/01/2026 6:03 PM",
            "",
            "ringcentral",
            "(469) 543-6401",
            None,
        ),
        ("fax@pbx.example", 'Fax received from "+49 30 1234567"', "Pages: 3", "hylafax", "+49 30 1234567", 3),
        ("fax@pbx.example", "Odebrano fax od ACME", HYLAFAX_PL, "hylafax", "0048221112233", 3),
        ("fax@pbx.example", "Fax empfangen von 030 1234567", "Seiten: 2", "hylafax", "030 1234567", 2),
        ("fax@pbx.example", "Facsimile reçu de 01 23 45 67 89", "Pages: 2", "hylafax", "01 23 45 67 89", 2),
        ("fax@pbx.example", "Fax recibido de 912345678", "Páginas: 2", "hylafax", "912345678", 2),
        ("fax@pbx.example", "Fax ricevuto da 06 1234567", "Pagine: 2", "hylafax", "06 1234567", 2),
        ("fax@pbx.example", "Fax recepcionado de 212345678", "Páginas: 2", "hylafax", "212345678", 2),
        ("fax@pbx.example", 'Fax primit de la "0212345678"', "Pagini: 2", "hylafax", "0212345678", 2),
        ("fax@freepbx.pbx", 'New fax from: "Anna" <0048221112233>', "", "freepbx", "0048221112233", None),
        (
            "fax@freepbx.pbx",
            "New fax received",
            "Enclosed, please find a new fax from: 221112233",
            "freepbx",
            "221112233",
            None,
        ),
        ("fax=+48221112233@gw.example", "Cisco has received a fax message", "", "t37", "+48221112233", None),
        ("fax=221112233/t33s=1@gw.example", "x", "", "t37", "221112233", None),
        (
            "x@y.de",
            "[fax] Neues Fax von 030 1234567",
            "Sie haben ein 2-seitiges Fax von der Gegenstelle x erhalten.",
            "asterisk",
            "030 1234567",
            2,
        ),
        ("x@y.de", "Neues Fax von: 1234-93900", "", "generic", "1234-93900", None),
        ("x@y.pl", "Nowy faks od 22 111 22 33", "Liczba stron: 2", "generic", "22 111 22 33", 2),
        ("x@y.pl", "Otrzymano nowy faks", "Numer nadawcy: 22 111 22 33", "generic", "22 111 22 33", None),
        (
            "x@y.com",
            "You have received a new fax",
            "Caller ID: 221112233\nNumber of pages: 2",
            "generic",
            "221112233",
            2,
        ),
        ("x@y.com", "Fax sent from +48 22 111 22 33", "", "generic", "+48 22 111 22 33", None),
        ("x@y.com", "Fax from [030 1234567]", "", "generic", "030 1234567", None),
        ("x@y.com", "New fax from <+48221112233>", "", "generic", "+48221112233", None),
        ("x@y.de", 'Neues Fax von: "ACME" <+49301234567>', "", "generic", "+49301234567", None),
        ("x@y.com", "3 page fax from 13035551212", "", "generic", "13035551212", 3),
        ("x@y.com", "Fax Message Received from +1 (303) 555-1212 on 1/2/26", "", "generic", "+1 (303) 555-1212", None),
        ("x@y.com", "Incoming fax from ACME - 2 page(s)", "From: ACME <+48221112233>", "generic", "+48221112233", 2),
        ("x@y.at", "New fax from 0043767620763550", "Number of received pages: 1", "generic", "0043767620763550", 1),
        ("x@y.pl", "Fax z numeru +48 22 111 22 33 (2 str.)", "", "generic", "+48 22 111 22 33", 2),
        ("x@y.de", "Sie haben ein neues Fax (3 Seiten) von 030-1234567 erhalten", "", "generic", "030-1234567", 3),
        ("x@y.de", "Fax von 03012345 (ACME GmbH) erhalten", "", "generic", "03012345", None),
        ("x@y.fr", "Vous avez reçu un fax de 01 23 45 67 89", "Nombre de pages : 2", "generic", "01 23 45 67 89", 2),
        ("x@y.es", "Nuevo fax de 912345678", "Número de páginas: 2", "generic", "912345678", 2),
        ("x@y.it", "Nuovo fax da 06 1234567", "Numero di pagine: 2", "generic", "06 1234567", 2),
        ("x@y.nl", "Nieuwe fax van 020 123 4567", "Aantal pagina's: 2", "generic", "020 123 4567", 2),
        ("x@y.pt", "Novo fax de 212345678", "Número de páginas: 2", "generic", "212345678", 2),
        ("x@y.cz", "Nový fax od 224 111 222", "Počet stran: 2", "generic", "224 111 222", 2),
        ("x@y.sk", "Prijatý fax od 02 1234 5678", "Počet strán: 2", "generic", "02 1234 5678", 2),
        ("x@y.ua", "Новий факс від 044 123 4567", "Кількість сторінок: 2", "generic", "044 123 4567", 2),
        ("x@y.ru", "Новый факс от 495 123-45-67", "Количество страниц: 2", "generic", "495 123-45-67", 2),
        ("x@y.se", "Nytt fax från 08-123 45 67", "Antal sidor: 2", "generic", "08-123 45 67", 2),
        ("x@y.dk", "Indgående fax fra 33 12 34 56", "Antal sider: 2", "generic", "33 12 34 56", 2),
        ("x@y.no", "Ny faks fra 22 12 34 56", "Antall sider: 2", "generic", "22 12 34 56", 2),
        ("x@y.fi", "Uusi faksi numerosta 09 123 4567", "Sivumäärä: 2", "generic", "09 123 4567", 2),
        ("x@y.hu", "Új fax érkezett: +36 1 234 5678", "Oldalak száma: 2", "generic", "+36 1 234 5678", 2),
        ("x@y.ro", "Fax nou de la 021 123 4567", "Număr de pagini: 2", "generic", "021 123 4567", 2),
        ("x@y.tr", "Yeni faks: +90 212 123 45 67", "Sayfa sayısı: 2", "generic", "+90 212 123 45 67", 2),
        ("x@y.com", "FAX Received: [hr] 441132555555-20160101-101010", "", "fusionpbx", "441132555555", None),
        ("x@y.com", "FAX Received: 441132555555-2016-01-01-10-10-10", "", "fusionpbx", "441132555555", None),
        (
            "x@y.com",
            "Fax server SRV received a new fax from ACME.",
            "Caller ID: 221112233",
            "microsoft",
            "221112233",
            None,
        ),
        ("x@y.es", "Nuevo Fax desde +34911 recibido en Ventas (+34900)", "Páginas: 3", "ivozprovider", "+34911", 3),
        ("x@y.com", "[FAILED] Fax Received from 221112233", "STATUS: FAILED", "hylafax", "221112233", None),
        ("fax@pbx.example", "FAX received from ACME", "Pages: | 3\nCID: | 0301234567", "hylafax", "0301234567", 3),
        (
            "x@y.de",
            "Eingang",
            "Übermittelte Rufnummer: 030 1234567\nAnzahl empfangener Seiten: 4",
            "asterisk",
            "030 1234567",
            4,
        ),
        ("x@y.de", "Eingang", "Sie haben soeben ein neues Fax von +491234, fuer", "generic", "+491234", None),
    ],
)
def test_known_gateways_are_read(sender, subject, text, gateway, number, pages):
    notice = read_fax_notice((), sender, subject, text)

    assert (notice.gateway, notice.numbers[0][0], notice.pages) == (gateway, number, pages)
    assert not notice.is_report


@pytest.mark.parametrize("withheld", ["UNAVAILABLE", "unknown", "anonymous"])
def test_a_withheld_number_is_none(withheld):
    notice = read_fax_notice((), "x@efax.com", f'eFax message from "{withheld}" - 1 page(s), Caller-ID: {withheld}', "")

    assert (notice.numbers, notice.name, notice.pages) == ((), "", 1)


@pytest.mark.parametrize(
    "subject",
    [
        "facsimile job 12 to 99 completed",
        "Fax Auftrag 12 an 030 abgeschlossen",
        "fax zadanie 12 do 22111 zakończone",
        "trabajo fax 12 a 911 se ha cumpletado",
        "Télécopie travail 12 à 911 complétée",
        "fax 12 per 06 fallito",
        "fax 12 para 21 enviado",
        "Fax 12 către 021 finalizat",
        "Fax to: 22111 SENT",
        "Outgoing fax results",
        "Fax-Sendebericht",
        "Ihr Fax an 030",
        "Raport transmisji faksu",
        "Rapport d'émission",
        "Informe de transmisión",
        "Rapporto di trasmissione",
        "Fax verzonden",
        "Relatório de transmissão",
        "Zpráva o odeslání faxu",
        "Звіт про передачу факсу",
        "Отчёт о передаче факса",
        "Sändningsrapport",
        "Fax sendt",
        "Faks sendt",
        "Lähetysraportti",
        "Fax elküldve",
        "Raport de transmitere",
        "Faks gönderildi",
    ],
)
def test_reports_on_faxes_that_we_sent_are_told_from_faxes(subject):
    assert read_fax_notice((), "fax@pbx.example", subject, "").is_report


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Moje pytanie", "Wysłałem fax wczoraj"),
        ("Faktura", "Od: Jan Nowak, tel. 22 111 22 33, fax 22 111 22 34"),
        ("Umowa", "In my fax from 12 May I wrote of it."),
        ("Prośba o fax", "Czy dostali Państwo fax od Anny?"),
    ],
)
def test_what_people_write_of_faxes_announces_none(subject, text):
    assert read_fax_notice((), "anna@example.pl", subject, text) is None


def test_the_number_of_the_network_goes_before_the_name_of_the_machine():
    notice = read_fax_notice((), "x@efax.com", 'eFax message from "22 111 22 33" - 1 page(s), Caller-ID: 987654321', "")

    assert [place for _, place in notice.numbers] == ["caller ID in the subject", "name of the sending machine"]


@pytest.mark.parametrize(
    "subject",
    [
        "Fax to: 0 SENT",
        "Outgoing fax results",
        "fax zadanie 12 do 221112233 zakończone",
        "fax zadanie 12 do 221112233 nieudane",
        "facsimile job 12 to 221112233 completed",
        "Fax Auftrag 12 an 030123 abgeschlossen",
        "Sendebericht: Fax an 030123",
        "Fax Transmission Results",
        "Raport wysłania faksu",
        "Your fax to 221112233 was sent",
    ],
)
def test_a_report_on_a_fax_that_we_sent_is_told(subject):
    assert read_fax_notice((), "x@y.pl", subject, "").is_report


@pytest.mark.parametrize("subject", ["Hello", "My fax", "Faktura", "fax machine for sale", ""])
def test_other_subjects_are_no_gateways(subject):
    assert read_fax_notice((), "x@y.pl", subject, "") is None


def test_of_a_gateway_without_known_wording_labels_are_read():
    notice = read_unworded("x@y.pl", "Dokument", "Nadawca: 22 111 22 33\nStron: 2")

    assert (notice.numbers[0], notice.pages) == (("22 111 22 33", "text"), 2)


def test_every_known_pattern_can_be_used():
    for gateway in KNOWN_GATEWAYS:
        for pattern in (*gateway.subjects, *gateway.announcements, *gateway.lines, *gateway.reports):
            check_pattern(pattern)
    names = [gateway.name for gateway in KNOWN_GATEWAYS if gateway.name != "generic"]
    assert len(set(names)) == len(names) > 8


@pytest.mark.parametrize(
    ("number", "country", "value"),
    [
        ("221112233", "PL", "+48221112233"),
        ("48221112233", "US", "+48221112233"),
        ("(469) 543-6401", "PL", None),
        ("1-613-701-0200", "AT", "+16137010200"),
        ("0043767620763550", "DE", "+43767620763550"),
        ("x", "PL", None),
    ],
)
def test_numbers_are_read_in_the_country_of_the_inbox(number, country, value):
    point = fax_point(number, country)

    assert (point.value if point else None) == value


EXAMPLE = FaxExample("fax@gw.example", "Faks 22 111 22 33 (2 kart)", number="+48221112233", pages=2)
OWN = FaxGateway("own", ("Faks {number} ({pages} kart)",), senders=("gw.example",), example=EXAMPLE)


def test_a_gateway_that_reads_its_example_is_accepted():
    assert example_problem(OWN) == ""


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"senders": ("other.example",)}, "senders"),
        ({"subjects": ("Fax {number}",)}, "subjects"),
        ({"subjects": ("Faks {number} (",)}, "pages"),
        ({"subjects": ("Faks {name} ({pages} kart)",)}, ""),
        ({"subjects": ("Faks {*} ({pages} kart)",)}, "number"),
    ],
)
def test_one_that_does_not_is_told_why(changed, problem):
    parts = {"name": "own", "subjects": OWN.subjects, "senders": OWN.senders, "example": EXAMPLE}

    assert problem in example_problem(FaxGateway(**{**parts, **changed}))
    assert bool(problem) == bool(example_problem(FaxGateway(**{**parts, **changed})))


def test_an_operators_gateway_is_asked_for_its_senders_only_and_below():
    assert read_fax_notice((OWN,), "x@a.gw.example", EXAMPLE.subject, "").gateway == "own"
    assert read_fax_notice((OWN,), "x@evilgw.example", EXAMPLE.subject, "") is None


@given(st.text(max_size=200), st.text(max_size=2_000), st.text(max_size=60))
def test_whatever_a_mail_says_is_read_without_an_error(subject, text, sender):
    for notice in (read_fax_notice((), sender, subject, text), read_unworded(sender, subject, text)):
        assert notice is None or notice.pages is None or notice.pages > 0


@pytest.mark.parametrize("piece", ["1", "(1", "+ (1) ", "Fax from 1 ", "fax od ", "1 page ", '"', "Caller-ID: ", "\n1"])
def test_endless_wording_takes_no_time(piece):
    begun = time.process_time()
    read_fax_notice((), "a@example.pl", piece * 20_000, piece * 20_000)
    read_unworded("a@example.pl", piece * 20_000, piece * 20_000)

    assert within(time.process_time() - begun, 2)
