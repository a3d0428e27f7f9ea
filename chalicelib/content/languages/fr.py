"""French."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="fr",
    sender="De | Expéditeur | De la part de | Envoyé par",
    date="Date | Envoyé | Envoyé le | Date d'envoi | Envoyée | Envoyé à",
    to="À | A | Pour | Destinataire | Destinataires",
    cc="Cc | Copie | Copie à | Copie pour",
    subject="Objet | Sujet",
    others="Cci | Copie cachée | Répondre à | Importance | Pièces jointes | Priorité | Organisation",
    begins="Le | En date du | lun | mar | mer | jeu | ven | sam | dim | lundi | mardi | mercredi | jeudi | vendredi"
    " | samedi | dimanche",
    wrote="écrit | ecrit | écrivait | écrivit | écrivez",
    forwarded="Message transféré | Message réexpédié | Début du message transféré | Début du message réexpédié"
    " | Message transmis | Transféré par | Réacheminé par | Début du message transmis | Courriel transféré"
    " | E-mail transféré | Mail transféré | Message redirigé",
    original="Message d'origine | Message original | Message initial | Message d’origine | Courriel original"
    " | Courriel d'origine | E-mail d'origine | Mail original | Rendez-vous d'origine"
    " | Répondre au-dessus de cette ligne",
    forward_subject="TR | Tr | Transfert | Transféré",
    reply_subject="RE | Rép | Réponse",
    closings="Cordialement | Bien cordialement | Très cordialement | Cordiales salutations | Salutations"
    " | Salutations distinguées | Sincères salutations | Meilleures salutations | Bien à vous | Bien à toi"
    " | Amicalement | Bonne journée | Bonne soirée | Bonne réception | Merci | Merci d'avance | Merci beaucoup"
    " | Merci par avance | Merci et bonne journée | Avec mes remerciements | Respectueusement | À bientôt | A bientôt"
    " | Sincèrement | Bisous | Cdt | Cdlt | Bien sincèrement | En vous remerciant | Vous remerciant par avance"
    " | Veuillez agréer mes salutations distinguées | Avec nos salutations distinguées",
    sent_from="Envoyé depuis | Envoyé de | Envoyé à partir | Envoyé avec | Envoyé via | Envoyé par | Envoyé sans fil"
    " | Obtenir Outlook | Télécharger Outlook | Obtenez Outlook | Provenance | Sans virus | Garanti sans virus"
    " | Mail envoyé depuis | Message envoyé depuis | Envoyée depuis",
    disclaimer="confidentiel | destinataire | par erreur | divulgation | interdit | non autorisé | usage exclusif"
    " | immédiatement | détruire | pièces jointes | responsabilité | imprimer | environnement | intégrité | rcs",
)
