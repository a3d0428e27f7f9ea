"""Dutch."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="nl",
    sender="Van | Afzender",
    date="Datum | Verzonden | Verstuurd | Verzonden op | Verzenddatum",
    to="Aan | Naar | Ontvanger",
    cc="CC | Kopie | Kopie aan",
    subject="Onderwerp | Betreft",
    others="BCC | Antwoord aan | Antwoord naar | Antwoorden aan | Urgentie | Prioriteit | Bijlagen | Organisatie"
    " | Antwoord-aan | Antwoord-naar | Nieuwsgroepen | Verwijzingen",
    begins="Op | ma | di | wo | do | vr | za | zo | maandag | dinsdag | woensdag | donderdag | vrijdag | zaterdag"
    " | zondag | Citeren",
    wrote="schreef | geschreven | schrijft | schreven | citeren",
    forwarded="Doorgestuurd bericht | Begin doorgestuurd bericht | Doorgezonden bericht | Doorgestuurde e-mail"
    " | Begin van doorgestuurd bericht | Doorgestuurd bericht van | Einde doorgestuurd bericht",
    original="Oorspronkelijk bericht | Oorspronkelijke bericht | Origineel bericht | Originele bericht"
    " | Oorspronkelijke e-mail | Oorspronkelijke afspraak | Beantwoord boven deze regel | Reageer boven deze lijn"
    " | Antwoord boven deze lijn",
    forward_subject="FW | Doorst | Doorgestuurd",
    reply_subject="RE | Antw | Betr | Antwoord",
    closings="Groet | Groeten | Groetjes | Met vriendelijke groet | Met vriendelijke groeten | Vriendelijke groet"
    " | Vriendelijke groeten | Hartelijke groet | Hartelijke groeten | Met hartelijke groet | Beste groeten | Met groet"
    " | Hoogachtend | Bedankt | Alvast bedankt | Dank je wel | Dank u wel | Dank alvast | Mvg | Gr | Grt | Fijne dag"
    " | Nog een fijne dag | Tot ziens | Hartelijk dank | Veel dank | Met dank | Vriendelijk dank",
    sent_from="Verzonden vanaf | Verstuurd vanaf | Verzonden vanuit | Verstuurd vanuit | Verzonden met | Verstuurd met"
    " | Verstuurd via | Verzonden via | Outlook voor | Download Outlook | Virusvrij | Verzonden door | Ontvang Outlook"
    " | Outlook downloaden",
    sent="verzonden | verstuurd | verstuurde",
    disclaimer="vertrouwelijk | geadresseerde | bestemd voor | ten onrechte | niet toegestaan | verwijder | afzender"
    " | openbaarmaking | disclaimer | aansprakelijk | per abuis",
    footer="uitprinten | milieu | print",
)
