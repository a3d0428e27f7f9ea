"""Teksty po polsku."""

# Chwila po „do” i „od”, więc w dopełniaczu.
WEEKDAYS = ("poniedziałku", "wtorku", "środy", "czwartku", "piątku", "soboty", "niedzieli")
MONTHS = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października",
    "listopada", "grudnia",
)  # fmt: skip
MOMENT = "{weekday}, {day} {month}, godz. {time}"
SHORT_MOMENT = "{day}.{month_number} {time}"

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
WAITING = "Klient czeka na odpowiedź od {since}."
_FACTS = "{owed}\n{waiting}\n\nSprawa: {reference}\nTemat: {subject}\nProwadzi: {assignee}"

TEXTS = {
    "acknowledgement": (
        "Mamy Państwa wiadomość, sprawa {reference}",
        (
            "Dzień dobry,\n\n"
            "mamy Państwa wiadomość. Sprawa ma numer {reference}; proszę go podać, pisząc lub dzwoniąc w tej "
            "sprawie.\n\n"
            "{notice}\n\n"
            "Odpowiemy do {answer_by}.\n\n"
            "To jest odpowiedź automatyczna. Jeśli to nie Państwo do nas napisali, proszę nic nie robić.\n\n"
            "{company}"
        ),
    ),
    # Bez polskich liter: z nimi SMS mieści mniej niż połowę znaków.
    "acknowledgement_sms": ("", "Sprawa {reference} jest u nas.\nOdpowiemy do {answer_by}."),
    "out_of_hours": ("", "Teraz nie pracujemy; jesteśmy znowu od {opens_at}."),
    "holding": (
        "Sprawa {reference}",
        (
            "Dzień dobry,\n\n"
            "mamy Państwa wiadomość i nie zdążyliśmy jeszcze na nią odpowiedzieć. Przepraszamy, że to trwa. Sprawa ma "
            "numer {reference}; zajmujemy się nią i napiszemy, gdy tylko będzie odpowiedź. Nie trzeba pisać "
            "ponownie.\n\n"
            "{company}"
        ),
    ),
    "survey": (
        "Jak załatwiliśmy sprawę {reference}?",
        (
            "Dzień dobry,\n\n"
            "zamknęliśmy Państwa sprawę {reference}. Prosimy o jedną ocenę, zajmie to chwilę:\n\n"
            "{link}\n\n"
            "Jeżeli sprawa nie jest załatwiona, wystarczy odpowiedzieć na tę wiadomość.\n\n"
            "{company}"
        ),
    ),
    "survey_sms": (
        "",
        (
            "Sprawa {reference} jest zamknięta. Jak ją załatwiliśmy? Prosimy odpisać jedną cyfrą: od 1 (źle) do 5 "
            "(bardzo dobrze)."
        ),
    ),
    "code": (
        "Kod potwierdzający",
        "Twój kod: {code}. Jest ważny przez {minutes} minut. Nikomu go nie podawaj. Jeśli to nie Ty, nic nie rób.",
    ),
    "remind": ("Przypomnienie: sprawa {reference} czeka na odpowiedź", _FACTS),
    "tell_team": ("Sprawa {reference} czeka, a czas płynie", _FACTS),
    "escalate": ("Eskalacja: sprawa {reference} bez odpowiedzi w terminie", _FACTS),
    "reassign": ("Sprawa {reference} przechodzi do Państwa", _FACTS),
}

CLOCKS = {
    "first_response": "pierwsza odpowiedź",
    "next_response": "odpowiedź",
    "resolution": "załatwienie sprawy",
    "update": "wiadomość, co się dzieje",
    "legal": "termin ustawowy",
    "hand_over": "sprawa przekazana",
    "promise": "obietnica",
    "call_back": "telefon do klienta",
    "letter": "list do wysłania",
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

OPTED_OUT = "Nie bedziemy juz wysylac SMS-ow na ten numer. Aby je wznowic, odpisz START."
OPTED_IN = "Znow bedziemy wysylac SMS-y na ten numer. Aby je zatrzymac, odpisz STOP."

BELL = "Masz nową wiadomość."

UNDELIVERED_SUBJECT = "Odpowiedź w sprawie {reference} nie dotarła"
UNDELIVERED = "Odpowiedź z {answered_at} nie dotarła do klienta."
UNDELIVERED_WHY = {
    "permanent": "Nic, co zostanie wysłane na ten adres, nie dotrze.",
    "temporary": "Nie udało się jej doręczyć na czas; później może się udać.",
    "technical": "Wiadomość w tej postaci nie została przyjęta.",
    "complaint": "Odbiorca oznaczył ją jako spam.",
}
UNDELIVERED_SAID = "Operator podaje: {reason}."
UNDELIVERED_WAITS = "Klient znów czeka, od {since}."
UNDELIVERED_ANSWERED = "W sprawie jest późniejsza odpowiedź, więc żaden termin się nie zmienił."
UNDELIVERED_NEXT = "Można do niego napisać inną drogą: {channel}."
UNDELIVERED_NO_NEXT = "Nie ma innej drogi, którą wolno do niego napisać."
UNDELIVERED_RESENT = "Wysłaliśmy ją ponownie inną drogą: {channel}."
UNDELIVERED_FACTS = "Sprawa: {reference}\nTemat: {subject}\nProwadzi: {assignee}\n"
A_COLLEAGUE = "Ktoś z nas"
MENTION_SUBJECT = "{by} wspomina o Tobie w sprawie {reference}"
MENTION_OF_TEAM = "{by} wspomina o zespole {team} w sprawie {reference}"
MENTION_TEXT = "{subject_line}, w notatce. Jest ona w wątku.\n\nSprawa: {reference}\nTemat: {subject}\n"

SURVEY_PAGE = {
    "title": "Jak załatwiliśmy Państwa sprawę?",
    "question": "Chodzi o sprawę {reference}, którą niedawno zamknęliśmy.",
    "scores": {5: "bardzo dobrze", 4: "dobrze", 3: "średnio", 2: "słabo", 1: "źle"},
    "comment": "Co było dobre, a co nie? (nieobowiązkowo)",
    "send": "Wyślij ocenę",
    "thanks": "Dziękujemy za ocenę.",
    "over": "Czas na ocenę tej sprawy już minął. Zawsze można do nas napisać.",
    "too_late": "Tej sprawy nie można już ocenić. Zawsze można do nas napisać.",
}
FAX_TITLE = "FAKS"
FAX_ROWS = {
    "to": "Do:",
    "from": "Od:",
    "answer_to": "Faks zwrotny:",
    "date": "Data:",
    "reference": "Sprawa:",
    "subject": "Temat:",
    "pages": "Liczba stron:",
}
FAX_DATE = "%d.%m.%Y, godz. %H:%M"
FAX_PAGES = "{pages}"
FAX_PAGES_AND_MORE = "{pages}, a po nich załączniki"
FAX_HINT = (
    "Odpowiadając faksem, proszę dołączyć tę stronę albo napisać numer sprawy {reference}: wtedy odpowiedź od razu do "
    "niej trafi. Jeśli ten faks nie jest dla Państwa, proszę nam o tym powiedzieć i go zniszczyć."
)
ATTRIBUTION = "W dniu {date}, {name} pisze:"
ATTRIBUTION_DATE = "%d.%m.%Y o %H:%M"
