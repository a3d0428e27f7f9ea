"""Romanian."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="ro",
    sender="De la | Expeditor | Expeditorul | De",
    date="Dată | Data | Trimis | Trimis la | Trimis pe | Data trimiterii | Expediat",
    to="Către | Catre | Destinatar | Destinatarul | Pentru",
    cc="Cc | Copie | Copie către | Spre știință",
    subject="Subiect | Subiectul",
    others="Bcc | Răspuns către | Răspundeți la | Importanță | Prioritate | Atașamente | Atașări | Răspunde la"
    " | Grupuri de știri | Referințe | Organizație",
    begins="În | In | Pe | La | lun | mar | mie | joi | vin | sâm | dum | luni | marți | miercuri | vineri | sâmbătă"
    " | duminică",
    wrote="scris | scrie | scria",
    forwarded="Mesaj redirecționat | Mesaj redirectionat | Mesaj transmis | Mesaj înaintat | Mesaj retransmis"
    " | Începe mesajul redirecționat | Început mesaj redirecționat | Începutul mesajului redirecționat"
    " | Mesaj redirecţionat | Mesaj transferat | Începutul mesajului înaintat",
    original="Mesaj original | Mesajul original | Mesaj inițial | Mesaj iniţial | Mesajul inițial | E-mail original"
    " | Programare originală | Răspundeți deasupra acestei linii",
    forward_subject="Redir | Redirecționat | Fw",
    reply_subject="Răsp | Răspuns | Re",
    closings="Cu stimă | Cu respect | Cu considerație | Cu drag | Toate cele bune | O zi bună | O zi frumoasă"
    " | Mulțumesc | Mulţumesc | Multumesc | Mulțumesc anticipat | Vă mulțumesc | Mulțumim | Cu mulțumiri | Numai bine"
    " | Salutări | Cu salutări | Cu deosebită considerație | Cu stima | Mersi | Cele bune",
    sent_from="Trimis de pe | Trimis din | Trimis cu | Trimis prin | Obține Outlook | Obțineți Outlook"
    " | Descărcați Outlook | Fără viruși | Trimis de la",
    sent="trimis | trimisă",
    disclaimer="confidențial | confidenţial | destinatar | din greșeală | interzis | ștergeți | neautoriz | divulg",
    footer="imprima | mediul",
)
