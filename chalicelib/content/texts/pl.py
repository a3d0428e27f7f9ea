"""Teksty po polsku."""

NOBODY = "nikt"

NOTICES = {
    "remind": (
        "Przypomnienie: sprawa {reference} czeka na odpowiedź",
        (
            "Klient czeka na odpowiedź od {waiting_since}; termin mija {deadline}.\n\n"
            "Sprawa: {reference}\nTemat: {subject}\nProwadzi: {assignee}\n"
        ),
    ),
    "escalate": (
        "Eskalacja: sprawa {reference} bez odpowiedzi w terminie",
        (
            "Termin odpowiedzi minął {deadline}. Klient czeka od {waiting_since}.\n\n"
            "Sprawa: {reference}\nTemat: {subject}\nProwadzi: {assignee}\n"
        ),
    ),
}

CODE = (
    "Kod potwierdzający",
    "Twój kod: {code}. Jest ważny przez {minutes} minut. Nikomu go nie podawaj. Jeśli to nie Ty, nic nie rób.",
)
