"""French."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="fr",
    sender="De | Expéditeur | De la part de | Envoyé par | Message du | Des",
    date="Date | Envoyé | Envoyé le | Date d'envoi | Envoyée | Envoyé à | Message du",
    to="À | A | Pour | Destinataire | Destinataires | À l'attention de",
    cc="Cc | Copie | Copie à | Copie pour",
    subject="Objet | Sujet",
    others="Cci | Copie cachée | Répondre à | Importance | Pièces jointes | Priorité | Organisation | Références"
    " | Forums de discussion | Groupe de discussion | Pièce jointe | Objet du message | Copie à | Copie cachée à"
    " | Réponse à",
    begins="Le | En date du | lun | mar | mer | jeu | ven | sam | dim | lundi | mardi | mercredi | jeudi | vendredi"
    " | samedi | dimanche | Message de",
    wrote="écrit | ecrit | écrivait | écrivit | écrivez",
    forwarded="Message transféré | Message réexpédié | Début du message transféré | Début du message réexpédié"
    " | Message transmis | Transféré par | Réacheminé par | Début du message transmis | Courriel transféré"
    " | E-mail transféré | Mail transféré | Message redirigé | Fin du message transféré | Message transféré de",
    original="Message original | Message initial | Message d'origine | Courriel original | Courriel d'origine"
    " | E-mail d'origine | Mail original | Rendez-vous d'origine | Répondre au-dessus de cette ligne"
    " | Répondez au-dessus de cette ligne | Veuillez répondre au-dessus de cette ligne | Fin du message",
    forward_subject="TR | Transfert | Transféré",
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
    sent="envoyé | envoyée",
    disclaimer="confidentiel | destinataire | par erreur | divulgation | interdit | non autorisé | usage exclusif"
    " | immédiatement | détruire | pièces jointes | responsabilité | intégrité",
    footer="imprimer | environnement | au capital de | siret",
)
