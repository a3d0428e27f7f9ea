"""Italian."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="it",
    sender="Da | Mittente | Inviato da | Per conto di",
    date="Data | Inviato | Inviata | Data invio | Data di invio | Inviato il",
    to="A | Destinatario | Destinatari | Per",
    cc="Cc | Copia | Per conoscenza | Copia a",
    subject="Oggetto | Soggetto | Ogg",
    others="Ccn | Rispondi a | Priorità | Importanza | Allegati | Allegato | Organizzazione | Riferimento | Reply-To"
    " | Newsgroup | Rispondi-a",
    begins="Il | Il giorno | In data | lun | mar | mer | gio | ven | sab | dom | lunedì | martedì | mercoledì | giovedì"
    " | venerdì | sabato | domenica",
    wrote="scritto | scrive | scriveva | scrisse",
    forwarded="Messaggio inoltrato | Inizio messaggio inoltrato | Inizio del messaggio inoltrato | E-mail inoltrata"
    " | Mail inoltrata | Inoltrato da | Messaggio Inoltrato da | Fine messaggio inoltrato",
    original="Messaggio originale | Messaggio originario | Messaggio di origine | E-mail originale"
    " | Appuntamento originale | Rispondere sopra questa riga | Si prega di rispondere sopra questa riga"
    " | Mail originale",
    forward_subject="I | Inol | Inoltro | Inoltrato",
    reply_subject="R | Rif | Risposta",
    closings="Saluti | Cordiali saluti | Distinti saluti | Un saluto | Un cordiale saluto | Tanti saluti | Cari saluti"
    " | I migliori saluti | Migliori saluti | Cordialmente | Grazie | Grazie mille | Molte grazie | Grazie in anticipo"
    " | Grazie e saluti | Grazie, saluti | Grazie e cordiali saluti | Ringraziando | Ringrazio anticipatamente"
    " | Buona giornata | Buon lavoro | Buona serata | A presto | In fede | Con i migliori saluti"
    " | Porgo distinti saluti | Porgiamo distinti saluti | In attesa di riscontro | Resto in attesa | Ciao",
    sent_from="Inviato da | Inviato dal | Inviato con | Inviato tramite | Ottieni Outlook | Scarica Outlook"
    " | Privo di virus | Inviata da | Messaggio inviato da",
    sent="inviato | inviata",
    disclaimer="riservat | destinatari | per errore | vietat | divulga | diffusione | distrugg | non autorizzat"
    " | allegati | confidenziali | esclusivamente",
    footer="stampare | ambiente | capitale sociale | registro imprese",
)
