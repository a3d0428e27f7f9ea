"""German."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="de",
    sender="Von | Absender",
    date="Datum | Gesendet | Gesendet am | Gesendet um | Versendet | Zeitpunkt",
    to="An | Empfänger",
    cc="Kopie | Kopie (CC) | Kopie an | Cc",
    subject="Betreff | Betr",
    others="Bcc | Blindkopie | Antwort an | Antworten an | Wichtigkeit | Priorität | Anlagen | Anhänge | Organisation"
    " | Termin | Ort | Kopie (CC) | Blindkopie (BCC) | Newsgroup | Newsgruppen | Referenzen | Vertraulichkeit"
    " | Kategorien | Signiert von | Anhang",
    begins="Am | Mo | Di | Mi | Do | Fr | Sa | So | Montag | Dienstag | Mittwoch | Donnerstag | Freitag | Samstag"
    " | Sonntag | Zitat",
    wrote="schrieb | schrieben | geschrieben | schreibt | Zitat",
    forwarded="Weitergeleitete Nachricht | Anfang der weitergeleiteten Nachricht | Weitergeleitete E-Mail"
    " | Anfang der weitergeleiteten E-Mail | Weitergeleitete Mail | Weitergeleitet von"
    " | Beginn der weitergeleiteten Nachricht | Ende der weitergeleiteten Nachricht | Weitergeleitete Nachricht von"
    " | Ende der Nachricht",
    original="Ursprüngliche Nachricht | Originalnachricht | Original-Nachricht | Original Nachricht | Originalmail"
    " | Original-Mail | Ursprüngliche E-Mail | Ursprüngliche Mail | Antwort Nachricht | Antwortnachricht"
    " | Ursprünglicher Termin | Bitte oberhalb dieser Zeile antworten | Antworten Sie oberhalb dieser Zeile"
    " | Bitte antworten Sie oberhalb dieser Linie | Ende der Nachricht",
    forward_subject="WG | Wtr | Wtrlt | Weitergeleitet",
    reply_subject="AW | Antw | Antwort",
    closings="Grüße | Schöne Grüße | Herzliche Grüße | Sonnige Grüße | Gruß | Lieber Gruß | Schöner Gruß | Schönen Gruß"
    " | Lieben Gruß | Freundlicher Gruß | Freundlichen Gruß | Herzlichen Gruß | Mit freundlichem Gruß"
    " | Mit besten Grüßen | Mit herzlichen Grüßen | Mit lieben Grüßen | Mit vielen Grüßen | Mit freundlichen Gruessen"
    " | Viele Gruesse | Liebe Gruesse | Mit freundlichen Grüßen | Freundliche Grüße | Viele Grüße | Liebe Grüße"
    " | Beste Grüße | Hochachtungsvoll | Danke | Danke schön | Dankeschön | Vielen Dank | Vielen Dank im Voraus"
    " | Vielen Dank und viele Grüße | Danke und Gruß | Danke und viele Grüße | Danke im Voraus | Besten Dank"
    " | Herzlichen Dank | MfG | LG | VG | BG | Mit Dank und Gruß | Ihr | Ihre | Bis bald | Schönen Tag noch",
    sent_from="Gesendet von | Von meinem | Von meiner | Gesendet mit | Gesendet über | Diese Nachricht wurde von"
    " | Diese E-Mail wurde von | Gesendet aus | Outlook für | Holen Sie sich Outlook | Virenfrei | Verschickt von"
    " | Versendet von | Verfasst mit | Unterwegs gesendet | Outlook für iOS | Outlook für Android | Outlook für Mac"
    " | Von unterwegs",
    sent="gesendet | verschickt | versendet",
    disclaimer="vertraulich | rechtlich geschützt | irrtümlich | vernichten | unbefugt | nicht gestattet"
    " | nicht der richtige adressat | absender | unerlaubt | weitergabe",
    footer="handelsregister | geschäftsführ | amtsgericht | registergericht | sitz der gesellschaft | vorstand"
    " | aufsichtsrat | ausdrucken | umwelt | drucken",
)
