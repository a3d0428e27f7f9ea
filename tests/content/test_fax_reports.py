"""What gateways say of our faxes is understood by its words, and kept where it is not."""

import pytest

from chalicelib.content.fax_reports import our_id_in, read_fax_report
from chalicelib.domain.faxes import faxed_id
from chalicelib.domain.machines import BounceReason, MachineKind

ID = "01M83T4CM0WZSTWG5PSHWDFSXJ"
K, R = MachineKind, BounceReason


def read(subject, text="", *, believed=True, **how):
    return read_fax_report(subject, text, evidence="report", country="PL", believed=believed, **how)


@pytest.mark.parametrize(
    ("subject", "text", "kind", "reason"),
    [
        ("Fax to: 0048221112233 SENT", "Your fax was sent.", K.DELIVERED, R.OTHER),
        ("Faks wysłany", "Numer: 22 111 22 33", K.DELIVERED, R.OTHER),
        ("Raport wysłania faksu", "Status: dostarczony", K.DELIVERED, R.OTHER),
        ("Raport transmisji", "Wynik: OK, 2 strony", K.DELIVERED, R.OTHER),
        ("Sendebericht", "Ihr Fax wurde erfolgreich übertragen.", K.DELIVERED, R.OTHER),
        ("Votre fax", "Le fax a été envoyé.", K.DELIVERED, R.OTHER),
        ("Fax to: 0048221112233 FAILED", "The line was busy.", K.BOUNCE, R.OVERLOADED),
        ("Nie wysłano faksu", "Powód: numer zajęty", K.BOUNCE, R.OVERLOADED),
        ("Fax failed", "No answer", K.BOUNCE, R.UNREACHABLE),
        ("Nie udało się wysłać faksu", "Abonent nie odbiera", K.BOUNCE, R.UNREACHABLE),
        ("Fax could not be sent", "Invalid number", K.BOUNCE, R.NO_SUCH_ADDRESS),
        ("Raport wysłania", "Nieprawidłowy numer odbiorcy", K.BOUNCE, R.NO_SUCH_ADDRESS),
        ("Potwierdzenie wysłania faksu", "Status: błąd", K.BOUNCE, R.OTHER),
        ("Transmission report", "", K.REPORT, R.OTHER),
        ("Fax failed", "A voice answered", K.BOUNCE, R.REFUSED_BY_RECIPIENT),
        ("Fax failed", "Insufficient credit", K.BOUNCE, R.POLICY),
        ("Fax failed", "Error 9999", K.BOUNCE, R.OTHER),
        ("Faks nie został wysłany", "", K.BOUNCE, R.OTHER),
        ("Fax konnte nicht gesendet werden", "besetzt", K.BOUNCE, R.OVERLOADED),
        ("Fax status", "Busy. It will be retried in 5 minutes.", K.DELAY, R.OVERLOADED),
        ("Status faksu", "Numer zajęty, ponowimy za 5 minut", K.DELAY, R.OVERLOADED),
        ("Fax status", "Code 17", K.REPORT, R.OTHER),
    ],
)
def test_a_report_says_whether_it_arrived_and_why_not(subject, text, kind, reason):
    report = read(subject, text)
    assert (report.kind, report.recipients[0].reason) == (kind, reason)
    assert report.reason == "fax_report"


def test_words_that_nobody_knows_are_kept():
    (said,) = read("Fax status", "Kod 17, patrz instrukcja").recipients
    assert said.diagnostic == "Fax status: Kod 17, patrz instrukcja"


def test_the_reason_is_shown_in_the_gateways_words():
    (said,) = read("Fax failed", "Dear customer,\n\nThe line was busy.\nBest regards").recipients
    assert said.diagnostic == "Fax failed: The line was busy."


@pytest.mark.parametrize(
    ("addressed_to", "texts"),
    [
        ((f"fax+{ID.lower()}@hub.example",), ("Fax sent",)),
        ((), (f"Fax K7Q2M-9DXM3-Q {ID} sent",)),
        ((), ("Fax sent", f"Your reference: {ID}.")),
    ],
)
def test_our_id_is_found_wherever_the_gateway_repeats_it(addressed_to, texts):
    assert our_id_in(addressed_to, *texts) == ID
    report = read(*texts, addressed_to=addressed_to, believed=False)
    assert report.answers_message_id == faxed_id(ID)


def test_without_our_id_the_mail_that_it_answers_counts():
    answered = "0107-1@eu-central-1.amazonses.com"
    assert read("Re: Fax", "Sent.", answers=(answered,)).answers_message_id == answered
    assert read("Fax", "Sent.").answers_message_id == ""


@pytest.mark.parametrize(
    ("subject", "text", "number"),
    [
        ("Fax to: 0048221112233 SENT", "Sent at 2026-11-23 10:15:00", "+48221112233"),
        ("Faks wysłany", "Numer: 22 111 22 33, data 23.11.2026", "+48221112233"),
        (f"Fax {ID} sent", "To +48 22 111 22 33", "+48221112233"),
        ("Fax sent", "From 22 200 20 03 to 22 111 22 33", ""),  # two: neither is sure
        ("Fax sent", "Job 1234567890123456789", ""),
    ],
)
def test_the_number_is_told_if_there_is_only_one(subject, text, number):
    assert read(subject, text).recipients[0].address == number


def test_the_number_says_nothing_where_anybody_may_have_written_it():
    assert read("Fax to: 0048221112233 SENT", believed=False).recipients[0].address == ""
