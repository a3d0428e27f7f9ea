"""Teksty po polsku."""

NOBODY = "nikt"

OWED = {
    "first_response": "Termin pierwszej odpowiedzi: {deadline}.",
    "next_response": "Termin odpowiedzi: {deadline}.",
    "resolution": "Termin załatwienia sprawy: {deadline}.",
    "update": "Klient powinien usłyszeć, co dzieje się w sprawie, do {deadline}.",
    "legal": "Ustawowy termin odpowiedzi: {deadline}.",
    "hand_over": "Sprawa została przekazana z terminem odpowiedzi {deadline}.",
    "call_back": "Do klienta trzeba zadzwonić do {deadline}.",
    "letter": "List do klienta trzeba wysłać do {deadline}.",
    "promise": "Obiecaliśmy klientowi do {deadline}: „{promise}”",
}
WAITING = "Klient czeka na odpowiedź od {waiting_since}."

SUBJECTS = {
    "remind": "Przypomnienie: sprawa {reference} czeka na odpowiedź",
    "tell_team": "Sprawa {reference} czeka, a czas płynie",
    "escalate": "Eskalacja: sprawa {reference} bez odpowiedzi w terminie",
    "reassign": "Sprawa {reference} przechodzi do Państwa",
}
FACTS = "Sprawa: {reference}\nTemat: {subject}\nProwadzi: {assignee}\n"

CLOCKS = {
    "first_response": "pierwsza odpowiedź",
    "next_response": "odpowiedź",
    "resolution": "załatwienie sprawy",
    "update": "wiadomość, co się dzieje",
    "legal": "termin ustawowy",
    "hand_over": "sprawa przekazana",
    "promise": "obietnica",
}
LATE = "spóźnienie {days} d {hours:02} h {minutes:02} min"
NOT_LATE = "jeszcze w terminie"
DIGEST_SUBJECT = "Kroki w sprawach, zbiorczo: {count}; najstarsza {oldest}, {late}"
DIGEST_INTRODUCTION = (
    "Spraw, które czekają na Państwa, jest naraz tak dużo, że o pierwszych piszemy osobno, a o pozostałych tutaj. "
    "Liczba kroków: {count}. Na początku te, które czekają najdłużej."
)
DIGEST_LINE = "{reference}  {clock}  {deadline}  {late}"
DIGEST_MORE = "... i jeszcze: {more}. Wszystkie są na liście swojego zespołu, najpilniejsze na górze."

HOLDING_SUBJECT = "Re: {subject}"
HOLDING = (
    "Dzień dobry,\n\n"
    "mamy Państwa wiadomość i nie zdążyliśmy jeszcze na nią odpowiedzieć. Przepraszamy, że to trwa. Sprawa ma numer "
    "{reference}; zajmujemy się nią i napiszemy, gdy tylko będzie odpowiedź. Nie trzeba pisać ponownie.\n"
)

CODE = (
    "Kod potwierdzający",
    "Twój kod: {code}. Jest ważny przez {minutes} minut. Nikomu go nie podawaj. Jeśli to nie Ty, nic nie rób.",
)

OPTED_OUT = "Nie bedziemy juz wysylac SMS-ow na ten numer. Aby je wznowic, odpisz START."
OPTED_IN = "Znow bedziemy wysylac SMS-y na ten numer. Aby je zatrzymac, odpisz STOP."
