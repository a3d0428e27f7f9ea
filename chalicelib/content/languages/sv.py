"""Swedish."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="sv",
    sender="Från | Avsändare",
    date="Datum | Skickat | Skickades | Skickad",
    to="Till | Mottagare",
    cc="Kopia | Kopia till",
    subject="Ämne",
    others="Hemlig kopia | Dold kopia | Svara till | Svar till | Prioritet | Bifogade filer | Bilagor | Organisation"
    " | Svar-till | Nyhetsgrupper | Referenser | Diskussionsgrupper",
    begins="Den | På | mån | tis | ons | tors | tor | fre | lör | sön | måndag | tisdag | onsdag | torsdag | fredag"
    " | lördag | söndag",
    wrote="skrev | skriver | skrivit | citerar",
    forwarded="Vidarebefordrat meddelande | Vidarebefordrat mejl | Vidarebefordrat brev | Vidarebefordrat mail"
    " | Vidarebefordrat e-postmeddelande | Början på vidarebefordrat meddelande | Börjar vidarebefordrat meddelande"
    " | Början av vidarebefordrat meddelande | Vidarebefordrad e-post | Start av vidarebefordrat meddelande"
    " | Slut på vidarebefordrat meddelande",
    original="Ursprungligt meddelande | Originalmeddelande | Ursprungligt brev | Ursprungligt mejl"
    " | Ursprunglig avtalad tid | Svara ovanför denna rad | Orginalmeddelande | Ursprungligt mail"
    " | Svara ovanför den här linjen",
    forward_subject="VB | Vidarebefordrat",
    reply_subject="SV | Svar",
    closings="Hälsningar | Med vänlig hälsning | Med vänliga hälsningar | Vänliga hälsningar | Vänlig hälsning"
    " | Bästa hälsningar | Med bästa hälsningar | Varma hälsningar | Hälsning | Allt gott | Mvh | Vänligen | Tack"
    " | Tack på förhand | Tack så mycket | Stort tack | Ha en bra dag | Ha det bra | Vh | Hälsar | Många hälsningar"
    " | Kram | Tack för hjälpen | Tack och hej | Högaktningsfullt",
    sent_from="Skickat från | Skickat med | Skickat via | Skickades från | Hämta Outlook | Skaffa Outlook | Virusfri"
    " | Skickad från | Sänt från",
    sent="skickat | skickad",
    disclaimer="konfidentiell | avsedd för | mottagare | av misstag | obehörig | radera | förbjud | sekretess",
    footer="skriva ut | miljön",
)
