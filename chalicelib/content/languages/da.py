"""Danish."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="da",
    sender="Fra | Afsender",
    date="Dato | Sendt | Dato sendt",
    to="Til | Modtager",
    cc="Cc | Kopi | Kopi til | Kopi til (CC)",
    subject="Emne",
    others="Bcc | Skjult kopi til | Svar til | Svar-Til | Prioritet | Vigtighed | Vedhæftede filer | Vedhæftet"
    " | Nyhedsgrupper",
    begins="Den | D | man | tir | ons | tor | tors | fre | lør | søn | mandag | tirsdag | onsdag | torsdag | fredag"
    " | lørdag | søndag",
    wrote="skrev | skriver | skrevet | citat",
    forwarded="Videresendt meddelelse | Videresendt besked | Start på videresendt besked | Videresendt mail"
    " | Videresendt e-mail | Start på videresendt meddelelse | Start på videresendt mail | Videresendt post"
    " | Videresendt brev | Begynd videresendt e-mail | Videresendt besked fra | Slutning af videresendt besked",
    original="Oprindelig meddelelse | Original meddelelse | Oprindelig besked | Original besked | Oprindelig mail"
    " | Oprindelig e-mail | Oprindelig aftale | Svar over denne linje | Oprindeligt brev"
    " | Svar venligst over denne linje | Skriv over denne linje",
    forward_subject="VS | Videresendt | Videresend",
    reply_subject="SV | Svar",
    closings="Hilsen | Med venlig hilsen | Med venlige hilsner | Venlig hilsen | Venlige hilsner | Mange hilsner"
    " | Bedste hilsner | Bedste hilsen | Med bedste hilsner | Kærlig hilsen | Kærlige hilsner | Kh | Mvh | Vh | Hilsner"
    " | De bedste hilsner | Tak | Mange tak | På forhånd tak | Tak på forhånd | Hav en god dag | God dag | Bh"
    " | Med hilsen | Tusind tak | God weekend | Tak for hjælpen",
    sent_from="Sendt fra | Sendt med | Sendt via | Hent Outlook | Få Outlook | Virusfri",
    sent="sendt",
    disclaimer="fortrolig | modtager | ved en fejl | tiltænkt | slet | uautoriseret | videregiv | forbudt",
    footer="udskriv | miljø",
)
