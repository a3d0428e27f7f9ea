"""Portuguese, of Portugal and of Brazil."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="pt",
    sender="De | Remetente | Enviado por",
    date="Data | Enviado | Enviada | Enviado em | Enviada em | Data de envio | Enviado a | Enviada a",
    to="Para | A | Destinatário | Destinatários",
    cc="Cc | Cópia | Com cópia",
    subject="Assunto | Tema",
    others="Cco | Bcc | Responder a | Responder para | Importância | Prioridade | Anexos | Organização | Responder-Para"
    " | Referências | Cópia Oculta | Anexo",
    begins="Em | No dia | A | Às | seg | ter | qua | qui | sex | sáb | dom | segunda | terça | quarta | quinta | sexta"
    " | sábado | domingo | segunda-feira | terça-feira | quarta-feira | quinta-feira | sexta-feira | Citando",
    wrote="escreveu | escreve | escreveram | escrevia | citando",
    forwarded="Mensagem encaminhada | Mensagem reencaminhada | Início da mensagem encaminhada"
    " | Início da mensagem reencaminhada | E-mail encaminhado | Início de mensagem reencaminhada"
    " | Início de mensagem encaminhada | Mensagem encaminhada de | Iniciando encaminhamento de mensagem"
    " | Final da mensagem encaminhada | Finalizar mensagem reenviada",
    original="Mensagem original | E-mail original | Mensagem de origem | Compromisso original"
    " | Responda acima desta linha | Por favor, responda acima desta linha",
    forward_subject="ENC | Encaminhado | Encaminhada | Reenc",
    reply_subject="RES | Resp | Resposta",
    closings="Cumprimentos | Melhores cumprimentos | Com os melhores cumprimentos | Os melhores cumprimentos"
    " | Atenciosamente | Att | Atte | Cordialmente | Saudações | Saudações cordiais | Respeitosamente | Abraço"
    " | Abraços | Um abraço | Obrigado | Obrigada | Muito obrigado | Muito obrigada | Desde já agradeço"
    " | Desde já obrigado | Desde já obrigada | Grato | Grata | Gratos | Agradeço desde já | Cpts | Cumps"
    " | Com estima e consideração | Atentamente | Sem mais | Até breve | Bom dia a todos | Beijinhos",
    sent_from="Enviado do | Enviado da | Enviado de | Enviado a partir | Enviado pelo | Enviado via | Enviado com"
    " | Obter o Outlook | Obtenha o Outlook | Baixe o Outlook | Livre de vírus | Sem vírus | Enviada do"
    " | Baixar o Outlook",
    sent="enviado | enviada",
    disclaimer="confidencia | destinatário | por engano | por erro | proibid | não autorizad | divulga | elimin"
    " | privilegiad | legalmente | anexos | notifique",
    footer="imprimir | meio ambiente | capital social",
)
