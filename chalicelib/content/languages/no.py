"""Norwegian."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="no",
    sender="Fra | Avsender | Frå | Avsendar",
    date="Dato | Sendt",
    to="Til | Mottaker",
    cc="Kopi | Kopi til | Kopi-Til",
    subject="Emne",
    others="Blindkopi | Svar til | Prioritet | Viktighet | Vedlegg | Svar-til | Nyhetsgrupper | Nyhetsgruppe"
    " | Referanser | Organisasjon | Blindkopi til",
    begins="Den | På | man | tir | ons | tor | tors | fre | lør | søn | mandag | tirsdag | onsdag | torsdag | fredag"
    " | lørdag | søndag",
    wrote="skrev | skriver | skrevet | skreiv | siterer",
    forwarded="Videresendt melding | Videresendt e-post | Videresendt e-postmelding | Start på videresendt melding"
    " | Start på videresendt e-post | Videresendt epost | Begynnelse på videresendt melding | Start videresendt melding"
    " | Vidaresendt melding | Slutt på videresendt melding | Videresendt melding fra",
    original="Opprinnelig melding | Original melding | Opprinnelig e-post | Opprinnelig avtale | Svar over denne linjen"
    " | Orginalpost | Opphavleg melding | Opprinneleg melding",
    forward_subject="VS | Videresend | Videresendt",
    reply_subject="SV | Svar",
    closings="Hilsen | Med vennlig hilsen | Med vennlige hilsener | Vennlig hilsen | Vennlige hilsener | Beste hilsen"
    " | Beste hilsener | Mange hilsener | Hilsener | Mvh | Vh | Takk | Tusen takk | Mange takk | På forhånd takk"
    " | Takk på forhånd | Ha en fin dag | Ha en god dag | Klem | Takk for hjelpen | Med hilsen",
    sent_from="Sendt fra | Sendt med | Sendt via | Hent Outlook | Få Outlook | Last ned Outlook | Virusfri"
    " | Skaff deg Outlook",
    sent="sendt",
    disclaimer="konfidensiell | fortrolig | mottaker | ved en feil | beregnet | slett | uautorisert | forbudt",
    footer="skriver ut | miljøet",
)
