"""How fax gateways of no known make word their mails, by language. A language is added by a row.

Patterns as in `fax_patterns.py`. Of every language the ways to announce a fax in the subject, to announce it in the
text with its number, to label the number and the pages, and to report on a fax that was sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.faxes import FaxGateway


def _wording(
    *,
    subjects: Iterable[str],
    announcements: Iterable[str],
    numbers: Iterable[str],
    pages: Iterable[str],
    reports: Iterable[str],
    bare: Iterable[str] = (),
) -> FaxGateway:
    """`subjects` stand before the number, `bare` ones alone; `announcements` stand before it in the text; `numbers` and
    `pages` are labels with a colon behind them, or patterns of their own.
    """
    return FaxGateway(
        name="generic",
        subjects=(
            *(f"{subject} {{number}}" for subject in subjects),
            *(f'{subject} "{{name}}" <{{number}}>' for subject in subjects),
            *(f"{subject} {{name}} ({{number}})" for subject in subjects),
            *bare,
        ),
        announcements=tuple(f"{announcement} {{number}}" for announcement in announcements),
        lines=(
            *(f"{announcement} {{number}}" for announcement in announcements),
            *(label if "{" in label else f"{label}: {{number}}" for label in numbers),
            *(label if "{" in label else f"{label}: {{pages}}" for label in pages),
        ),
        reports=tuple(reports),
    )


_GERMAN = _wording(
    subjects=(
        "Neues Fax von:", "Neues Fax von", "Neuer Fax von",
        "Neue Faxnachricht von", "Faxnachricht von", "Eingegangenes Fax von",
        "Eingehendes Fax von", "Fax empfangen von", "Fax erhalten von", "Fax eingegangen von", "Faxeingang von",
        "Telefax von", "neues Fax ({*}) von", "Fax von:", "Fax von",
    ),
    bare=("Neues Fax eingegangen", "Neues Fax", "Fax eingegangen", "Sie haben ein Fax", "Faxeingang"),
    announcements=("neues Fax von", "Fax von der Nummer", "Fax von der Rufnummer", "Fax von der Gegenstelle"),
    numbers=(
        "Absender", "Absendernummer", "Rufnummer des Absenders", "Faxnummer des Absenders", "Anrufer", "Rufnummer",
        "Absenderkennung", "Gegenstelle", "Von Nummer", "Von", "von der Gegenstelle {number}",
    ),
    pages=(
        "Seitenzahl", "Seitenanzahl", "Anzahl Seiten", "Anzahl der Seiten", "Empfangene Seiten", "Seite(n)", "Seiten",
        "{pages}-seitiges Fax", "{pages} Seiten", "{pages} Seite(n)",
    ),
    reports=(
        "Sendebericht", "Faxbericht", "Sendeprotokoll", "Übertragungsbericht", "Übermittlungsbericht",
        "ixi-UMS Connector", "Faxversand", "Ihr Fax an", "Ihr Fax wurde", "Fax an {number}", "Fax an: {number}",
        "Fax gesendet", "Fax erfolgreich", "Fax konnte nicht", "Fax nicht zugestellt",
    ),
)  # fmt: skip
_POLISH = _wording(
    subjects=(
        "Nowy faks od:", "Nowy faks od", "Nowy fax od:", "Nowy fax od", "Nowy faks z numeru", "Nowy fax z numeru",
        "Otrzymano faks od", "Otrzymano fax od", "Otrzymano faks z numeru", "Otrzymano fax z numeru",
        "Odebrano faks od", "Odebrano faks z numeru", "Odebrano fax z numeru", "Otrzymałeś faks od",
        "Otrzymałeś fax od", "Faks przychodzący od", "Fax przychodzący od", "Przychodzący faks od",
        "Wiadomość faksowa od", "Wiadomość faksowa z numeru", "Faks od:", "Faks od", "Fax od:", "Fax od",
        "Faks z numeru", "Fax z numeru", "Faks nr",
    ),
    bare=("Nowy faks", "Nowy fax", "Otrzymano nowy faks", "Otrzymano nowy fax", "Otrzymano faks", "Otrzymano fax"),
    announcements=(
        "faks od numeru", "faks z numeru", "fax z numeru", "faks od", "otrzymano fax od", "otrzymałeś fax od",
    ),
    numbers=(
        "Numer nadawcy", "Numer telefonu nadawcy", "Numer faksu nadawcy", "Nr nadawcy", "Nadawca", "Dzwoniący",
        "Z numeru", "Od numeru", "Numer dzwoniącego", "Od", "z numeru {number}", "od numeru {number}",
    ),
    pages=(
        "Liczba stron", "Ilość stron", "Liczba odebranych stron", "Odebranych stron", "Stron", "Strony", "Strona(y)",
        "{pages} stron", "{pages} str.",
    ),
    reports=(
        "Raport wysłania", "Raport z wysłania", "Raport z wysyłki", "Raport wysyłki", "Raport nadania",
        "Raport transmisji", "Faks wysłany", "Fax wysłany", "Faks został wysłany", "Fax został wysłany", "Wysłano fa",
        "Potwierdzenie wysłania fa", "Potwierdzenie nadania fa", "Nie wysłano fa", "Nie udało się wysłać fa",
        "Faks do {number}", "Fax do {number}",
    ),
)  # fmt: skip
_ENGLISH = _wording(
    subjects=(
        "New fax message from", "New fax received from", "New inbound fax from", "New incoming fax from",
        "New fax from:", "New fax from", "Incoming fax from:", "Incoming fax from", "Incoming fax message from",
        "Inbound fax from", "Received fax from", "You received a fax from", "received a fax from",
        "received a new fax from", "You have a new fax from", "Fax received from", "Fax message received from",
        "Fax message from", "Fax sent from", "page fax from", "page(s) from", "Fax from:", "Fax from",
    ),
    bare=(
        "You have received a new fax", "You have received a fax", "You've received a fax", "You have a new fax",
        "You received a new fax", "New fax received", "New fax message", "New fax: {pages} page", "Fax received",
        "{pages} page fax", "Incoming fax", "Inbound fax", "Received fax",
    ),
    announcements=(
        "received a fax from", "received a new fax from", "find a new fax from:", "new fax from:", "new fax from",
        "incoming fax from", "received a fax message from",
    ),
    numbers=(
        "Caller-ID: {caller}", "Caller ID: {caller}", "CallerID: {caller}", "Caller number: {caller}",
        "Caller's number: {caller}", "CID: {caller}", "Calling number: {caller}", "ANI: {caller}",
        "From: {name} <{number}>", "fax from {number}", "Sender number", "Sender's number", "Sender fax number",
        "Sender", "Caller", "From number", "From fax number", "Fax from", "Remote ID", "Remote station ID",
        "Remote CSID", "CSID", "TSID", "From",
    ),
    pages=(
        "Number of received pages", "Number of pages received", "Number of pages", "Total pages", "Page count",
        "Pages received", "Received pages", "Fax pages", "No. of pages", "# pages", "Page(s)", "Pages",
        "{pages} page", "{pages}-page",
    ),
    reports=(
        "Fax to: {*}", "Fax to {number}", "Fax sent to {number}", "Fax sent", "Outgoing fax", "Outbound fax",
        "Fax transmission report", "Fax transmission result", "Fax transmission", "Fax delivery", "Fax failed",
        "Fax send failed", "Fax could not be", "Fax status", "Your fax to {number}", "Your fax was", "Your fax has",
        "Your fax could not", "Transmission report", "Send report", "Sent fax",
    ),
)  # fmt: skip
_FRENCH = _wording(
    subjects=(
        "Nouveau fax de", "Nouvelle télécopie de", "Nouveau fax reçu de", "Fax reçu de", "Fax entrant de",
        "Vous avez reçu un fax de", "Réception d'un fax de", "Télécopie de", "Fax du numéro", "Fax de",
    ),
    bare=("Nouveau fax", "Nouvelle télécopie", "Vous avez reçu un fax", "Vous avez reçu une télécopie"),
    announcements=("reçu un fax de", "reçu un fax du", "nouveau fax de", "reçu une télécopie de"),
    numbers=("Numéro de l'expéditeur", "Expéditeur", "Numéro appelant", "Appelant", "Emetteur", "Émetteur", "De"),
    pages=("Nombre de pages", "Nb de pages", "Nb pages", "Page(s)", "{pages} pages"),
    reports=(
        "Rapport d'émission", "Rapport d'envoi", "Rapport de transmission", "Accusé d'envoi", "Votre fax à",
        "Votre fax a", "Votre télécopie", "Fax envoyé", "Échec de l'envoi", "Envoi de fax",
    ),
)  # fmt: skip
_SPANISH = _wording(
    subjects=(
        "Nuevo fax de", "Nuevo fax desde", "Nuevo fax recibido de", "Fax recibido del", "Fax entrante de",
        "Ha recibido un fax de", "Fax desde", "Fax de",
    ),
    bare=("Nuevo fax", "Ha recibido un fax", "Fax recibido"),
    announcements=("recibido un fax de", "recibido un fax del", "nuevo fax de"),
    numbers=("Número del remitente", "Remitente", "Número de origen", "Origen", "Llamante", "De"),
    pages=("Número de páginas", "Núm. de páginas", "Páginas", "{pages} páginas"),
    reports=(
        "Informe de transmisión", "Informe de envío", "Confirmación de envío", "Su fax a", "Su fax ha", "Fax enviado",
        "Envío de fax",
    ),
)  # fmt: skip
_ITALIAN = _wording(
    subjects=(
        "Nuovo fax da", "Nuovo fax ricevuto da", "Hai ricevuto un fax da", "Ha ricevuto un fax da", "Fax in arrivo da",
        "Fax dal numero", "Fax da",
    ),
    bare=("Nuovo fax", "Hai ricevuto un fax", "Fax ricevuto"),
    announcements=("ricevuto un fax da", "ricevuto un nuovo fax da", "nuovo fax da", "ricevuto un fax dal numero"),
    numbers=("Numero del mittente", "Numero mittente", "Mittente", "Chiamante", "Da"),
    pages=("Numero di pagine", "Numero pagine", "Pagine ricevute", "Pagine", "{pages} pagine"),
    reports=(
        "Rapporto di trasmissione", "Rapporto di invio", "Conferma invio fax", "Esito invio fax", "Il tuo fax",
        "Fax inviato", "Invio fax",
    ),
)  # fmt: skip
_OTHERS = {
    "nl": _wording(
        subjects=("Nieuwe fax van", "Nieuw faxbericht van", "Fax ontvangen van", "Inkomende fax van", "Fax van"),
        bare=("Nieuwe fax", "Nieuw faxbericht"),
        announcements=("fax ontvangen van", "nieuwe fax van"),
        numbers=("Nummer afzender", "Afzender", "Faxnummer afzender", "Beller", "Van"),
        pages=("Aantal pagina's", "Pagina's", "{pages} pagina"),
        reports=("Verzendrapport", "Verzendbevestiging", "Uw fax aan", "Uw fax naar", "Fax verzonden"),
    ),
    "pt": _wording(
        subjects=("Novo fax de", "Novo fax recebido de", "Recebeu um fax de", "Você recebeu um fax de", "Fax de"),
        bare=("Novo fax", "Recebeu um fax"),
        announcements=("recebeu um fax de", "recebeu um novo fax de", "novo fax de"),
        numbers=("Número do remetente", "Remetente", "Número de origem", "Chamador", "De"),
        pages=("Número de páginas", "Nº de páginas", "Páginas", "{pages} páginas"),
        reports=("Relatório de transmissão", "Relatório de envio", "O seu fax", "Seu fax", "Fax enviado"),
    ),
    "cs": _wording(
        subjects=("Nový fax od", "Nový fax z čísla", "Přijatý fax od", "Přijat fax od", "Fax přijat od", "Fax od"),
        bare=("Nový fax", "Přijatý fax", "Obdrželi jste fax"),
        announcements=("obdrželi jste fax od", "obdržel fax z čísla", "nový fax od"),
        numbers=("Číslo odesílatele", "Odesílatel", "Volající", "Od"),
        pages=("Počet stran", "Počet stránek", "Stran", "Stránek"),
        reports=("Zpráva o odeslání", "Fax odeslán", "Fax byl odeslán", "Váš fax"),
    ),
    "sk": _wording(
        subjects=("Nový fax od", "Prijatý fax od", "Fax z čísla", "Fax od"),
        bare=("Prijatý fax",),
        announcements=("dostali ste fax od",),
        numbers=("Číslo odosielateľa", "Odosielateľ", "Volajúci", "Od"),
        pages=("Počet strán", "Strán"),
        reports=("Správa o odoslaní", "Fax odoslaný", "Fax bol odoslaný"),
    ),
    "uk": _wording(
        subjects=("Новий факс від", "Отримано факс від", "Вхідний факс від", "Факс від"),
        bare=("Новий факс", "Отримано факс"),
        announcements=("отримали факс від", "новий факс від"),
        numbers=("Номер відправника", "Відправник", "Від"),
        pages=("Кількість сторінок", "Сторінок"),
        reports=("Звіт про передачу", "Звіт про відправлення", "Факс відправлено", "Ваш факс"),
    ),
    "ru": _wording(
        subjects=("Новый факс от", "Получен факс от", "Входящий факс от", "Факс от", "Факс с номера"),
        bare=("Новый факс", "Получен факс"),
        announcements=("получили факс от", "новый факс от", "получен факс с номера"),
        numbers=("Номер отправителя", "Отправитель", "От"),
        pages=("Количество страниц", "Число страниц", "Страниц"),
        reports=("Отчет о передаче", "Отчёт о передаче", "Отчет об отправке", "Факс отправлен", "Ваш факс"),
    ),
    "sv": _wording(
        subjects=("Nytt fax från", "Inkommande fax från", "Fax mottaget från", "Fax från"),
        bare=("Nytt fax",),
        announcements=("fått ett fax från", "nytt fax från"),
        numbers=("Avsändarens nummer", "Avsändare", "Från"),
        pages=("Antal sidor", "Sidor"),
        reports=("Sändningsrapport", "Sändningskvitto", "Fax skickat", "Ditt fax"),
    ),
    "da": _wording(
        subjects=("Ny fax fra", "Indgående fax fra", "Fax modtaget fra", "Fax fra"),
        bare=("Ny fax",),
        announcements=("modtaget en fax fra", "ny fax fra"),
        numbers=("Afsenders nummer", "Afsender", "Fra"),
        pages=("Antal sider", "Sider"),
        reports=("Transmissionsrapport", "Afsendelsesrapport", "Fax sendt", "Din fax"),
    ),
    "no": _wording(
        subjects=("Ny faks fra", "Ny fax fra", "Innkommende faks fra", "Faks mottatt fra", "Faks fra"),
        bare=("Ny faks",),
        announcements=("mottatt en faks fra", "ny faks fra"),
        numbers=("Avsenders nummer", "Avsender", "Fra"),
        pages=("Antall sider", "Sider"),
        reports=("Sendingsrapport", "Faks sendt", "Din faks"),
    ),
    "fi": _wording(
        subjects=(
            "Uusi faksi numerosta",
            "Uusi faksi lähettäjältä",
            "Faksi vastaanotettu numerosta",
            "Faksi numerosta",
        ),
        bare=("Uusi faksi", "Saapunut faksi"),
        announcements=("saanut faksin numerosta",),
        numbers=("Lähettäjän numero", "Lähettäjä"),
        pages=("Sivumäärä", "Sivuja"),
        reports=("Lähetysraportti", "Faksi lähetetty", "Faksisi"),
    ),
    "hu": _wording(
        subjects=("Új fax érkezett:", "Új fax innen:", "Új fax:", "Fax érkezett innen:", "Beérkezett fax:"),
        bare=("Új fax", "Fax érkezett"),
        announcements=("fax érkezett a következő számról:", "új fax érkezett innen:"),
        numbers=("Feladó száma", "Feladó", "Küldő"),
        pages=("Oldalak száma", "Oldalszám"),
        reports=("Küldési jelentés", "Fax elküldve", "Az Ön faxa"),
    ),
    "ro": _wording(
        subjects=("Fax nou de la", "Ați primit un fax de la", "Fax primit de la", "Fax de la"),
        bare=("Fax nou", "Ați primit un fax"),
        announcements=("primit un fax de la",),
        numbers=("Numărul expeditorului", "Expeditor", "De la"),
        pages=("Număr de pagini", "Numărul de pagini", "Pagini"),
        reports=("Raport de transmitere", "Raport de trimitere", "Fax trimis", "Faxul dvs"),
    ),
    "tr": _wording(
        subjects=("Yeni faks:", "Gelen faks:", "Yeni faks gönderen:"),
        bare=("Yeni faks", "Yeni bir faks aldınız", "Faks alındı"),
        announcements=("faks gönderen:",),
        numbers=("Gönderen numara", "Gönderen", "Arayan"),
        pages=("Sayfa sayısı", "Sayfa"),
        reports=("İletim raporu", "Gönderim raporu", "Faks gönderildi", "Faksınız"),
    ),
}

# English last of all: its labels are the ones that gateways of every country use.
WORDINGS = (_GERMAN, _POLISH, _FRENCH, _SPANISH, _ITALIAN, *_OTHERS.values(), _ENGLISH)
