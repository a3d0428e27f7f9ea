"""What mail systems say, as tables: why something was not delivered, in which command, and where their report ends.

Lower case, blanks evened out; a star stands for any words between. The words come from the sources of the mail systems
and from what large providers answer. `docs/channels/email.md` says how to add some.
"""

from __future__ import annotations

from chalicelib.content.smtp_sessions import Command
from chalicelib.domain.machines import BounceReason

Phrases = tuple[str, ...]

# In the order in which they are looked for. An unknown address (below) is looked for between the two tables: the first
# holds what is said of addresses that exist, the second what is said of anything.
BEFORE_UNKNOWN: tuple[tuple[BounceReason, Phrases], ...] = (
    (BounceReason.MAILBOX_FULL, (
        "mailbox full", "mailbox is full", "mailbox exceeded", "mailbox size limit", "mailbox quota", "over quota",
        "overquota", "quota exceeded", "exceeded * quota", "exceeds * quota", "quota full", "quota violation",
        "disk quota", "out of storage", "inbox is full", "not enough disk space", "not enough storage",
        "storage quota", "mail quota", "has exceeded his/her", "exceeds allowed size", "exceeded the local limit",
        "user has too many messages", "account is full", "mailfolder is full", "recipient storage full",
        "exceeded storage limit", "maildir over", "mail box full", "mailbox overflow", "boîte pleine",
        "skrzynka * pełna", "skrzynka * pelna", "skrzynka * przepełniona", "przepełniona skrzynka",
        "przekroczony limit * skrzynki", "postfach ist voll", "postfach voll", "mailbox voll",
        "quota de l'utilisateur", "boite pleine", "boîte aux lettres * pleine", "buzón lleno", "buzón * lleno",
        "casella * piena", "caixa postal cheia", "caixa de correio cheia", "caixa postal * cheia", "postvak vol",
        "ящик переполнен", "ящик * переполнен", "скринька переповнена", "schránka * plná", "status=mailboxfull",
    )),
    (BounceReason.TOO_BIG, (
        "message too large", "message too big", "message is too large", "message is too big", "message size exceeds",
        "too large", "message file too big", "exceeds size limit", "exceeds fixed maximum", "exceeds maximum * size",
        "recipsizelimit", "sendersizelimit", "size limit exceeded", "line limit exceeded",
        "exceeded max message size", "mail size limit", "exceeded maximum inbound message", "maximum message size",
        "message length exceeds", "message size * exceeds", "wiadomość jest za duża", "nachricht ist zu groß",
        "message trop volumineux", "mensaje demasiado grande",
    )),
    (BounceReason.MOVED, (
        "recipient no longer on server", "mailbox has moved", "has been replaced by", "no longer at this address",
        "has moved to", "address has changed", "has changed * address", "no longer works here",
        "no longer with the company", "5.1.6",
    )),
    (BounceReason.DISABLED, (
        "mailbox disabled", "account disabled", "account is disabled", "account has been disabled",
        "user * is disabled", "account is locked", "account locked", "account inactive", "mailbox is inactive",
        "user is inactive", "invalid/inactive user", "mailbox temporarily disabled",
        "account that you tried to reach is disabled", "account is suspended", "mailbox is frozen",
        "account suspended", "has been suspended", "account is not active", "not an active address",
        "disabled recipient", "account closed", "account deactivated", "account expired", "account is temporarily",
        "mailbox currently suspended", "user(s) account is disabled", "user suspended", "recipient suspend",
        "domain is suspended", "mailbox is blocked", "konto * zablokowane", "konto nieaktywne",
        "skrzynka zablokowana", "konto gesperrt", "compte désactivé", "compte inactif", "cuenta desactivada",
        "account disattivato", "conta inativa", "message refused, mailbox disabled", "аккаунт заблокирован",
    )),
    (BounceReason.TAKES_NO_MAIL, (
        "null mx", "does not accept mail", "doesn't accept mail", "doesn't receive email", "no mx record",
        "no mail exchanger", "does not receive mail", "couldn't find a mail exchanger",
        "couldn't find any host by that name", "has no mx", "no valid mail exchanger", "name server: * no data known",
        "host/domain does not accept mail", "no a or mx", "all relevant mx records point to non-existent hosts",
        "mail receiving disabled", "an mx or srv record indicated no smtp",
    )),
    (BounceReason.SENDER_REFUSED, (
        "domain of sender address", "sender address rejected", "sender rejected", "unroutable sender",
        "sender domain", "sender verify failed", "could not verify sender", "invalid sender", "sender is invalid",
        "provide a valid from", "sender not allowed", "unknown sender", "sender denied", "from address is not",
        "mail from not accepted", "bad sender", "not a valid sender", "sender is unknown", "sender unknown",
        "address of sender", "your sender", "senderdomain", "the return path", "can't verify sender",
        "sender verification", "sender blocked", "badmailfrom", "send as",
    )),
    (BounceReason.NO_SUCH_DOMAIN, (
        "host unknown", "unknown host", "domain does not exist", "no such domain", "unrouteable address",
        "unroutable address", "domain name not found", "name or service not known", "domain must exist",
        "domain not found", "illegal host/domain", "recipient address rejected: unknown domain", "host not found",
        "no such host", "responded with code nxdomain", "domain is not reachable", "domena nie istnieje",
        "nie ma takiej domeny", "all host address lookups failed permanently", "this domain is not hosted here",
        "domain name * not found", "no matches to nameserver query", "unknown mail domain",
        "domain mentioned in email address is unknown",
    )),
    (BounceReason.RELAY_DENIED, (
        "relay access denied", "relaying denied", "relay not permitted", "relay denied", "not permitted to relay",
        "unable to relay", "relaying not allowed", "not configured to relay", "we do not relay", "relay prohibited",
        "allowed rcpthosts", "relaying is prohibited", "relay rejected", "relay not allowed", "not a gateway",
        "relaying * denied", "mail server requires", "relaying mail to", "relay operation rejected",
        "insecure mail relay",
    )),
    (BounceReason.NOT_AUTHENTICATED, (
        "dmarc", "spf check", "spf fail", "spf validation", "spf:", "spf record", "spf unauth",
        "sender policy framework", "dkim", "unauthenticated", "authentication required",
        "authentication checks failed", "authentication information", "authrequired", "pass authentication",
        "not authenticated", "must authenticate", "authentication failed", "authentication failure",
    )),
    (BounceReason.BLOCKED, (
        "blacklist", "black list", "blocklist", "block list", "denylist", "spamhaus", "spamcop", "dnsbl",
        "blocked by", "blocked using", "client host", "reverse dns", "rdns", "ptr record", "no ptr", "reputation",
        "listed at", "listed in * list", "is not allowed to connect", "banned sending ip", "blocked for abuse",
        "service refuse", "connection refused by policy", "your mail server", "blocked ip", "blocked by ldap",
        "ip is blocked", "cannot resolve your", "your ip", "your hostname", "ip address * rejected",
        "rejected * ip address", "fix reverse", "bad helo", "helo command rejected", "dynamic ip",
    )),
)  # fmt: skip

AFTER_UNKNOWN: tuple[tuple[BounceReason, Phrases], ...] = (
    (BounceReason.REFUSED_BY_RECIPIENT, (
        "message filtered", "recipient is not accepting", "only accepts mail from", "not accepting mail",
        "restricted address", "not on the recipient's list", "you are not allowed to send", "permission to post",
        "recipient's filter", "recipnotauth", "refused by recipient", "blocked by recipient", "rejected by recipient",
        "recipient refuses", "user refused", "oprávnění", "delivery not authorized", "not authorized to send",
        "mailbox refuses", "because the recipient",
    )),
    (BounceReason.SPAM, (
        "spam", "content rejected", "junk mail", "bulk mail", "unsolicited", "virus", "malware", "infected", "phish",
        " uce", " ube", "message was identified", "content filter", "dangerous", "suspicious",
        "content of this message",
    )),
    (BounceReason.OVERLOADED, (
        "too many", "rate limit", "rate-limit", "temporarily deferred", "try again later", "try later", "greylist",
        "graylist", "insufficient disk space", "insufficient system", "too busy", "throttl", "frequency limited",
        "exceeded the rate", "unusual rate", "temporarily unavailable", "server busy", "system resources",
        "connection rate", "receiving mail at a rate", "temporarily rejected", "system is full", "out of memory",
        "daily sending", "sending limit", "hourly", "essayer plus tard",
    )),
    (BounceReason.POLICY, (
        "policy", "protocol violation", "not accepted for policy", "security", "tls required", "message rejected by",
        "prohibited", "administratively denied", "administrative", "access denied", "not compliant", "rfc 5322",
        "multiple addresses in from",
    )),
    (BounceReason.EXPIRED, (
        "message expired", "delivery time expired", "timeout exceeded", "in the queue too long", "been in queue",
        "giving up", "could not be delivered for", "could not deliver for the last", "cannot send message for",
        "message too old", "too long", "failing for a long time", "maximum hop", "has been delayed",
        "did not accept our requests to connect", "time-out", "retry time not reached",
        "unable to deliver this message after", "not delivered within", "delivery timeout", "expired",
    )),
    (BounceReason.UNREACHABLE, (
        "timed out", "timeout", "connection refused", "connection reset", "connection lost", "lost connection",
        "no route to host", "network is unreachable", "name service error", "host name lookup", "lookup failure",
        "dns error", "unable to connect", "could not connect", "couldn't connect", "connection dropped",
        "connection closed", "socket error", "cname_lookup_failed", "temporary lookup", "network error",
        "no answer from", "could not contact dns", "establish an smtp connection", "unreachable",
    )),
    (BounceReason.SYSTEM_ERROR, (
        "loop", "system error", "service unavailable", "service currently unavailable", "configuration error",
        "mailer error", "can't create output", "temporary failure", "internal error", "ldap", "command died",
        "command failed", "i/o error", "local error", "server error", "no such file or directory",
        "duplicated message-id", "unexpected failure", "misconfig",
    )),
)  # fmt: skip

# An unknown address, in the words of the systems that keep the mailboxes, or so that no doubt is left.
UNKNOWN_FOR_SURE: Phrases = (
    "requested action not taken: no such user", "recipient name is not recognized", "e-mail address is not recognized",
    "not listed in domino directory", "not listed in public name", "not listed in * address book",
    "no * in name directory", "invalid final delivery userid", "account that you tried to reach does not exist",
    "address does not exist", "wasn't found at", "wasn’t found at", "couldn't be found", "couldn’t be found",
    "could not be found", "resolver.adr", "recipientnotfound", "recipnotfound", "unknown recipient",
    "recipient unknown", "no account by that name", "mail.local: unknown", "no mailbox here by", "no such mailbox",
    "mailbox does not exist", "mailbox not found", "mailbox unknown", "user does not exist",
    "recipient does not exist", "account does not exist", "no one at this address", "no longer valid",
    "no such person at", "recipient address rejected: access denied", "unknown virtual user",
    "this user doesn't have a", "is not a known user", "unknown local part", "unknown local-part",
    "bad destination mailbox", "unknown or illegal alias", "deferred: unknown", "user * not listed",
    "email name is not found", "not a local address", "destination addresses were unknown", "542 * rejected",
    "nie ma takiego użytkownika", "nie ma takiego uzytkownika", "nieznany użytkownik", "nieznany uzytkownik",
    "adresat nieznany", "nieznany adresat", "konto nie istnieje", "skrzynka nie istnieje", "adres nie istnieje",
    "brak takiego konta", "brak takiego użytkownika", "brak takiej skrzynki", "empfänger unbekannt",
    "empfaenger unbekannt", "unbekannter empfänger", "benutzer unbekannt", "adresse existiert nicht",
    "postfach existiert nicht", "utilisateur inconnu", "destinataire inconnu", "adresse inconnue",
    "destinataire invalide", "usuario desconocido", "no existe dicha persona", "no existe ese usuario",
    "usuario no existe", "utente sconosciuto", "nessun utente simile", "casella inesistente", "indirizzo inesistente",
    "onbekende gebruiker", "gebruiker onbekend", "usuário desconhecido", "usuário não existe", "usuario inexistente",
    "нет такого пользователя", "пользователь не найден", "ящик не существует", "користувача не знайдено",
    "neznámý uživatel", "uživatel neexistuje", "adresa neexistuje", "ismeretlen felhasználó", "ismeretlen címzett",
    "okänd mottagare", "ukjent bruker", "ukendt bruger", "ukendt modtager", "tuntematon vastaanottaja",
    "utilizator necunoscut", "utilizator inexistent",
)  # fmt: skip
# The same said in passing. Filters say it, too, in order not to be known as filters.
UNKNOWN_MAYBE: Phrases = (
    "user unknown", "unknown user", "no such user", "no such person", "no such recipient", "user not found",
    "not a valid recipient", "recipient not found", "mailbox unavailable", "mailbox is unavailable",
    "invalid recipient", "invalid address", "invalid mailbox", "invalid user", "user not known", "does not exist",
    "doesn't exist", "not exist", "badrcptto", "bad recipient", "5.1.0 address rejected", "address unknown",
    "unknown address", "unknown email", "unknown mailbox", "recipient is not accepted", "not a valid mailbox",
    "not a valid user", "address invalid", "recipient denied", "no such address", "no valid recipients",
    "undeliverable address", "unknown rcpt", "user not found", "> not found", "recipient is not local", "validrcptto",
    "badrecipientto", "envelope recipient", "user missing", "no thank you rejected", "user * unknown",
    "rejected recipient", "no such * here", "requested action not taken", "bad address",
    "address not present in directory", "can't accept user", "mailbox invalid", "mailbox not present",
    "mailbox unavaiable", "no mail box available", "no mailbox by that name", "no mailbox found",
    "not email addresses", "recipient address rejected. (in reply to rcpt", "invalid-recipient", "recipient not ok",
    "recipients was undeliverable", "no longer accepts mail", "user not active", "bad * recipient",
    "unavailable or access denied", "non existent user", "non-existent user", "nonexistent user",
    "recipient * was not found in", "unknown e-mail address", "user * was not found", "user is unknown",
    "recipient is unknown", "no such account", "account not found", "address not found", "user name is not known",
)  # fmt: skip

# How mail systems tell which command was refused: Postfix, Exim, qmail, DMA, Yahoo, X6 and X3, Gmail (the number of the
# state its client was in), Sendmail's relatives.
COMMANDS: tuple[tuple[Command, Phrases], ...] = (
    (Command.RCPT, (
        "in reply to rcpt to", "after rcpt to", "our rcpt to", "does not like recipient", "[rcpt_to]",
        "rcpt to not accepted", "in response to rcpt to", "rcpt to command", "following rcpt command", "smtp:rcpt",
        "(state 14)", "rcpt command", "after pipelined rcpt to",
    )),
    (Command.DATA, (
        "in reply to end of data", "in reply to data", "after end of data", "after data", "our final data",
        "our data", "failed after i sent the message", "in response to data", "after pipelined", "(state 15)",
        "(state 17)", "(state 18)", "following data command", "smtp:data", "end of data command",
        "sent the message body",
    )),
    (Command.MAIL, (
        "in reply to mail from", "after mail from", "our mail from", "[mail_from]", "does not like sender",
        "does not like me", "in response to mail from", "following mail command", "(state 6)",
    )),
    (Command.CONNECT, (
        "after initial connection", "refused to talk to me", "in reply to ehlo", "in reply to helo", "after ehlo",
        "after helo", "but greeting failed", "but my name was rejected", "(state 13)",
        "while performing the * handshake",
    )),
)  # fmt: skip

# Behind a line that begins so (rulers taken off) comes the message that came back.
RETURNED_BELOW: Phrases = (
    "this is a copy of", "below this line is a copy", "enclosed is a copy of the message",
    "below this line is the original", "original message", "message headers follow", "message header follows",
    "the header of the original", "headers of the original", "unsent message follows",
    "below is a copy of the original", "original mail as follows", "returned message", "returned mail",
    "undelivered message", "the following is the original", "your original message",
    "included is a copy of the message", "text of the original message", "message text follows", "message body",
    "copy of the original message", "headers retained", "wiadomość oryginalna", "oryginalna wiadomość",
    "treść oryginalnej", "oryginalny list", "die kopfzeilen der", "ursprüngliche nachricht", "kopie der nachricht",
    "message original", "copie du message", "messaggio originale", "mensaje original", "mensagem original",
    "oorspronkelijk bericht", "оригинальное сообщение", "исходное письмо", "исходное сообщение", "původní zpráva",
    "eredeti üzenet",
)  # fmt: skip

# How the subjects of reports begin.
SUBJECTS: Phrases = (
    "undelivered", "undeliverable", "mail delivery fail", "mail delivery status", "mail delivery error",
    "mail delivery problem", "mail delivery delay", "delivery failure", "delivery failed",
    "delivery status notification", "delivery notification", "delivery report", "delivery error", "delivery problem",
    "delivery delay", "delivery has failed", "returned mail", "returned to sender", "returned message",
    "failure notice", "failure delivery", "failed delivery", "failed mail", "mail could not be delivered",
    "nondeliverable", "mail system error", "message delivery fail", "message delivery has failed",
    "message not delivered", "message undeliverable",
    "email undeliverable", "non-delivery", "non delivery", "unable to deliver", "could not send message",
    "could not be delivered", "warning: could not send", "warning: message", "warning: mail", "delayed mail",
    "loop alert", "error sending", "your message could not", "email delivery fail", "message delayed",
    "message status -", "permanent delivery fail", "there was an error sending your mail",
    "mail delivery notification", "mail not delivered", "not delivered", "returned email", "bounced mail",
    "undelivery", "***undeliverable", "message could not be delivered", "rejected mail", "niedostarczone",
    "niedostarczalne", "nie można dostarczyć", "nie udało się dostarczyć", "nie dostarczono", "zwrot poczty",
    "zwrot:", "wiadomość niedostarczona", "wiadomość nie została dostarczona", "błąd dostarczania",
    "raport o niedostarczeniu", "unzustellbar", "nicht zustellbar", "zustellung fehlgeschlagen",
    "nachricht nicht zugestellt", "fehler bei der zustellung", "mail konnte nicht", "zustellfehler", "non remis",
    "non distribuable", "échec de la remise", "échec de remise", "non délivr", "message non distribué",
    "no se puede entregar", "no se pudo entregar", "error en la entrega", "no entregado", "non recapitabile",
    "recapito non riuscito", "mancato recapito", "messaggio non recapitato", "mancata consegna", "onbestelbaar",
    "niet bezorgd", "kan niet worden bezorgd", "não entregue", "falha na entrega", "não é possível entregar",
    "nedoručiteln", "nedoručen", "nelze doručit", "не удается доставить", "недоставлен",
    "ваше сообщение не доставлено", "письмо не доставлено", "сообщение не доставлено", "не вдалося доставити",
    "недоставлен", "olevererbar", "kunde inte leverer", "kan inte lever", "kan ikke lever", "kunne ikke lever",
    "toimittamaton", "ei voitu toimittaa", "viestiä ei voi", "kézbesíthetetlen", "nem kézbesíthető",
    "imposibil de livrat", "nelivrat", "teslim edilem",
)  # fmt: skip

# How the texts of reports begin to say who failed, where the subject does not tell what they are.
OPENINGS: Phrases = (
    "following addresses had delivery problems", "following addresses had permanent * errors",
    "following addresses had transient * errors", "following address failed", "following address(es) failed",
    "failed addresses follow", "could not be delivered to one or more", "unable to deliver message to",
    "unable to deliver your message to", "delivery to the following recipients failed",
    "not able to deliver your message to the following", "message was not delivered to the following",
    "did not reach the following recipient", "nie została dostarczona do następujących",
    "nie udało się dostarczyć * do następujących", "konnte nicht an * zugestellt werden",
    "konnte an folgende empfänger nicht", "n'a pas pu être remis", "no se ha podido entregar a",
    "non è stato possibile recapitare",
)  # fmt: skip

# A report that says one of these and nothing final is only a warning.
STILL_TRYING: Phrases = (
    "has been delayed", "is delayed", "warning message only", "will be retried", "still trying", "will keep trying",
    "temporary failure report", "not yet been delivered", "has not been delivered yet", "do not need to resend",
    "do not need to re-send", "could not yet be delivered", "no action is required on your part",
    "delivery attempts will continue", "(delay)", "próby dostarczenia będą", "opóźnion", "wird weiterhin versucht",
    "verzögert", "sera retenté", "a été retardé", "seguirá intentando", "retrasado", "doručení zpožděno",
)  # fmt: skip
FINAL: Phrases = (
    "permanent error", "permanent failure", "permanently", "permanent fatal", "giving up", "given up",
    "will not be retried", "cannot send message for",
)  # fmt: skip
