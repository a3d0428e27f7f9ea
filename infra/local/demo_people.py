"""Who writes in the demonstration, and what: customers of a bookshop, Polish and English. Each run has new ones."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from email.message import EmailMessage
from secrets import randbelow, token_hex

from infra.local.fax_page import render_fax_page
from infra.local.outside import mail

INVOICE = "FV/2026/11/0417"
QUARREL = f"""Dzień dobry,

na fakturze {INVOICE} policzyli Państwo tę samą książkę dwa razy. Proszę o korektę,
nie zapłacę za coś, czego nie dostałam! Faktura w załączniku.

Anna Żółkiewska
tel. {{phone}}, faks {{fax}}

W dniu 23.11.2026 o 10:02, Księgarnia <faktury@hub.example> napisał(a):
> W załączeniu przesyłamy fakturę za listopadowe zamówienie.
"""
WE_CHECK = "Dzień dobry,\nprzepraszamy. Sprawdzamy to i jeszcze dziś prześlemy korektę."
PROMISE = f"Korekta faktury {INVOICE} jeszcze dziś."
AWAY = "Jestem poza biurem do poniedziałku. Nie odczytuję poczty."
FAX = f"""REKLAMACJA

Faktura {INVOICE}
Ta sama ksiazka policzona dwa razy!
Korekty wciaz nie ma.

Anna Zolkiewska"""
IMPATIENT = "To znowu ja. Wyslalam tez faks. Gdzie jest moja korekta?! Anna"

PARCEL = """Hello,

I ordered "The Doll" last week and was promised it for Tuesday. Nothing has come. Could you have a look?

Best wishes
Grace Miller
"""
THANKS = "Thank you, that was quick!"
SATURDAY, OPEN_TILL_TWO, NO_MORE = "Are you open on Saturday?", "Hello, yes: from 10 am to 2 pm.", "STOP"

IN_THE_SHOP = "Czy mają Państwo „Lalkę” w sklepie przy Rynku?"
WE_LOOK = "Sprawdzimy to w sklepie do wieczora."
IT_WAITS = "Dzień dobry,\nksiążka czeka na Pana w sklepie do piątku."

RETURN = "Dzień dobry,\n\njak mogę zwrócić książkę?\n\nOla\ntel. {phone}"
HOW_TO_RETURN = "Dzien dobry, mail do Pani nie dochodzi. Ksiazke mozna zwrocic w sklepie w ciagu 30 dni."
LETTER = "Szanowni Panstwo,\n\nprosze o katalog na papierze.\n\nEdward Lis"


@dataclass(frozen=True)
class Person:
    name: str
    address: str
    phone: str
    fax: str
    language: str

    def writes(self, to: str, subject: str, text: str) -> EmailMessage:
        """In their language, as their mail program says."""
        said = text.replace("{phone}", self.phone).replace("{fax}", self.fax)
        message = mail(f"{self.name} <{self.address}>", to, subject, said)
        message["Content-Language"] = self.language  # what stands there before the text is taken away with it
        return message

    def answers(self, answered: EmailMessage, text: str) -> EmailMessage:
        answer = self.writes(str(answered["Reply-To"]), f"Re: {answered['Subject']}", text)
        answer["In-Reply-To"] = answer["References"] = str(answered["Message-ID"])
        return answer

    def faxes(self, to: str, page: str) -> EmailMessage:
        """As the gateway mails it."""
        message = mail("Fax <noreply@fax-gateway.example>", to, f"Fax from {self.fax}", "1 page.")
        message.add_attachment(render_fax_page(page), maintype="image", subtype="tiff", filename="fax.tif")
        return message


@dataclass(frozen=True)
class People:
    anna: Person
    bartek: Person
    grace: Person
    jan: Person
    maria: Person
    ola: Person
    tom: Person


def new_people() -> People:
    run = token_hex(3)

    def person(name: str, mailbox: str, language: str = "pl-PL") -> Person:
        number = f"{randbelow(10_000_000):07d}"
        return Person(name, f"{mailbox}@post-{run}.example", f"+4860{number}", f"+4822{number}", language)

    return People(
        anna=person("Anna Żółkiewska", "anna"),
        bartek=person("Bartek Zieliński", "bartek"),
        grace=person("Grace Miller", "grace", "en-GB"),
        jan=person("Jan Kowalski", "jan"),
        maria=person("Maria Wójcik", "maria"),
        ola=person("Ola Nowak", "bounced"),  # a magic recipient: docs/local-stack.md
        tom=person("Tom Baker", "tom", "en-GB"),
    )


def quarrel_of(anna: Person, to: str) -> EmailMessage:
    message = anna.writes(to, f"Faktura {INVOICE}", QUARREL)
    message.add_attachment(b"%PDF-1.4 faktura", maintype="application", subtype="pdf", filename="faktura-0417.pdf")
    return message


def scanned_letter() -> str:
    """In base 64, as the API takes it."""
    return b64encode(render_fax_page(LETTER)).decode()
