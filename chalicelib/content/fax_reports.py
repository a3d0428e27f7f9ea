"""What a gateway's mail says of a fax that we sent: whether it arrived, else why not, and which fax it speaks of.

The tables are in the languages of the gateways that are known to write to Polish companies; a word is the beginning of
one, in any letter case. What stands in none of them is kept as it was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chalicelib.content.fax_notices import fax_point
from chalicelib.content.plain_text import one_line
from chalicelib.domain.faxes import FAX_REPORT, faxed_id
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient

_MOST_TEXT = 2_000  # characters of the text that are read: below them gateways quote the fax
_LONGEST_WORDS = 300
_OUR_ID = re.compile(r"(?<![0-9A-Za-z])01[0-9A-HJKMNP-TV-Z]{24}(?![0-9A-Za-z])", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,:/-])(?:\+|00)?\(?\d(?:[ ()/-]{0,2}\d){6,16}(?![\w:]|[.,]\d)")


def _words(*beginnings: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(beginnings)})", re.IGNORECASE)


# What a report is called says nothing of what it reports.
_TITLES = _words(
    r"(?:raport|potwierdzenie) (?:z )?(?:wysłania|wysyłki|nadania|transmisji)", r"sent? report", "sending report",
    "(?:delivery|transmission) (?:report|result|status|notification)", "sendebericht", "sendeprotokoll",
    r"(?:übertragungs|übermittlungs)bericht",
)  # fmt: skip
# The gateway goes on trying. First, because it says beside it what went wrong so far.
_PENDING = _words(
    "will (?:be )?retr", "will try again", "retrying", "next (?:attempt|retry|try)", "queued", "is being sent",
    "zostanie ponowion", "ponowimy", "kolejna próba", "następna próba", "w kolejce", "w trakcie wysyłania",
    "wird wiederholt", "erneuter versuch", "nächster versuch", "sera (?:ré)?essayé", "nouvelle tentative",
)  # fmt: skip
_REASONS: Sequence[tuple[re.Pattern[str], BounceReason]] = (
    (_words(
        "(?:invalid|wrong|bad|unallocated|unassigned|unknown|incorrect) (?:fax |phone |destination )?number",
        "number (?:is )?(?:invalid|wrong|not (?:in service|valid|assigned|allocated))", "not in service",
        "disconnected",
        "number does not exist", "no such number", "nieprawidłowy numer", "niepoprawny numer", "błędny numer",
        "zły numer", "numer (?:jest )?(?:nieprawidłowy|niepoprawny|błędny)", "numer nie istnieje",
        "nie ma takiego numeru",
        "ungültige (?:ruf|fax)?nummer", "kein anschluss", "nicht vergeben", "numéro (?:invalide|non attribué)",
    ), BounceReason.NO_SUCH_ADDRESS),
    (_words(
        "(?:line |user |number |was |is )*busy", "zajęt", "linia zajęta", "besetzt", "occupée?", "ocupad", "occupato",
    ), BounceReason.OVERLOADED),
    (_words(
        "no answer", "(?:did|does) not answer", "not answered", "unanswered", "nie odbiera", "nie odebra",
        "brak odpowiedzi",
        "nie odpowiada", "keine antwort", "nicht abgenommen", "pas de réponse", "ne répond pas",
    ), BounceReason.UNREACHABLE),
    (_words(
        "not a fax", "no fax (?:machine|device|tone)", "no remote fax", "voice", "human", "nie jest faks",
        "brak sygnału faks",
        "brak tonu", "głos", "kein fax", "keine faxkennung", "pas de fax",
    ), BounceReason.REFUSED_BY_RECIPIENT),
    (_words("blocked", "blacklist", "rejected", "barred", "zablokowan", "odrzucon", "gesperrt", "abgewiesen", "bloqué"),
     BounceReason.BLOCKED),
    (_words("credit", "balance", "quota", "środk", "saldo", "guthaben", "kontingent", "crédit"), BounceReason.POLICY),
    (_words("conver", "unsupported", "konwersj", "nieobsługiwan", "konvertier", "nicht unterstützt"),
     BounceReason.SYSTEM_ERROR),
    (_words(
        "no carrier", "handshake", "training", "communication", "transmission error", "line (?:error|dropped|quality)",
        "hung up", "interrupted", "błąd (?:transmisji|komunikacji|połączenia)", "przerwan", "rozłączon", "zerwan",
        "übertragungsfehler", "verbindung", "abgebrochen", "interrompu",
    ), BounceReason.UNREACHABLE),
    (_words("time[d-]? ?out", "expired", "przekroczon", "upłyn", "zeitüberschreitung", "expiré"), BounceReason.EXPIRED),
)  # fmt: skip
_FAILED = _words(
    "fail", "not (?:been )?(?:sent|delivered|transmitted)", "(?:could|can|was|were) ?not", "unable", "unsuccessful",
    "undeliver", "error", "nie wysła", "nie (?:został|udało|powiodł|dostarczon|doręczon)", "niepowodz", "nieudan",
    "niewysłan", "niedostarczon", "błąd", "błęd", "fehl", "nicht (?:gesendet|zugestellt|übertragen|erfolgreich)",
    "konnte", "échec", "échoué", "n'a pas", "fallid", "fallit", "fallito", "falhou",
)  # fmt: skip
_ARRIVED = _words(
    "success", "delivered", "sent", "transmitted", "complete", "ok\\b", "done\\b", "wysłan", "dostarczon", "doręczon",
    "pomyśln", "przesłan", "nadan", "zakończon", "gesendet", "gesandt", "erfolgreich", "zugestellt", "versendet",
    "übertragen", "envoyé", "réussi", "transmis", "enviado", "inviato", "completato",
)  # fmt: skip


def our_id_in(addressed_to: Iterable[str], *texts: str) -> str:
    """The id of the entry that was faxed, wherever the gateway repeats it; ""."""
    found = (_OUR_ID.search(text) for text in (*addressed_to, *texts))
    return next((one[0].upper() for one in found if one), "")


def read_fax_report(
    subject: str,
    text: str,
    *,
    evidence: str,
    addressed_to: Iterable[str] = (),
    answers: Sequence[str] = (),
    country: str,
    believed: bool,
) -> MachineMail:
    """`answers`: the message ids that it says it answers. `believed`: the gateway's own; then also the number to which
    the fax went may say which one it was. Of several numbers none does.
    """
    told = text[:_MOST_TEXT]
    ours = our_id_in(addressed_to, subject, told)
    kind, reason = _judged(subject) or _judged(told) or (MachineKind.REPORT, BounceReason.OTHER)
    if kind is MachineKind.BOUNCE and reason is BounceReason.OTHER:
        reason = _reason_in(told) or reason
    number = _number_in(f"{subject}\n{told}", country) if believed or ours else ""
    words = one_line(f"{subject}: {_telling_line(told)}".rstrip(": "), _LONGEST_WORDS)
    return MachineMail(
        kind,
        evidence,
        reason=FAX_REPORT,
        recipients=(ReportedRecipient(number, reason=reason, diagnostic=words),),
        answers_message_id=faxed_id(ours) if ours else next(iter(answers), ""),
    )


def _judged(said: str) -> tuple[MachineKind, BounceReason] | None:
    words = _TITLES.sub(" ", said)
    if _PENDING.search(words):
        return MachineKind.DELAY, _reason_in(words) or BounceReason.OTHER
    reason = _reason_in(words)
    if reason or _FAILED.search(words):
        return MachineKind.BOUNCE, reason or BounceReason.OTHER
    return (MachineKind.DELIVERED, BounceReason.OTHER) if _ARRIVED.search(words) else None


def _reason_in(words: str) -> BounceReason | None:
    return next((reason for said, reason in _REASONS if said.search(words)), None)


def _telling_line(text: str) -> str:
    """The first line from which something follows, else the first."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if _judged(line)), next(iter(lines), ""))


def _number_in(text: str, country: str) -> str:
    found = _NUMBER.findall(_OUR_ID.sub(" ", text))
    points = {point.value for number in found if (point := fax_point(number.strip(), country))}
    return points.pop() if len(points) == 1 else ""
