"""Spanish."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="es",
    sender="De | Remitente | Enviado por | Desde",
    date="Fecha | Enviado | Enviado el | Enviada el | Fecha de envío | Enviado a las",
    to="Para | A | Destinatario | Destinatarios",
    cc="CC | Copia | Con copia | Copia a",
    subject="Asunto | Tema | Título",
    others="CCO | Responder a | Importancia | Prioridad | Datos adjuntos | Archivos adjuntos | Adjuntos | Responder-A"
    " | Grupo Noticias | Grupos | Referencias",
    begins="El | El día | En | lun | mar | mié | jue | vie | sáb | dom | lunes | martes | miércoles | jueves | viernes"
    " | sábado | domingo",
    wrote="escribió | escribio | escribía | escribe | escribieron",
    forwarded="Mensaje reenviado | Inicio del mensaje reenviado | Mensaje enviado reenviado | Correo reenviado"
    " | Reenviado por | Remitido por | Comienzo del mensaje reenviado | Inicio del correo reenviado"
    " | Inicio del mensaje redirigido | Terminar mensaje reenviado | Mensaje reenviado de",
    original="Mensaje original | Correo original | Mensaje de origen | Cita original | Mensaje de respuesta"
    " | Responda por encima de esta línea | Por favor, responda por encima de esta línea"
    " | Escriba su respuesta por encima de esta línea",
    forward_subject="RV | Reenv | Renv | Reenviado",
    reply_subject="RE | Resp | Respuesta",
    closings="Saludos | Un saludo | Saludos cordiales | Un cordial saludo | Cordiales saludos | Cordialmente"
    " | Atentamente | Muy atentamente | Atte | Atento saludo | Reciba un cordial saludo | Reciban un cordial saludo"
    " | Gracias | Muchas gracias | Gracias de antemano | Gracias y saludos | Gracias, un saludo | Mil gracias"
    " | Un abrazo | Abrazos | Saludos y gracias | Quedo atento | Quedo a la espera | Sin otro particular | Buen día"
    " | Slds | Le saluda atentamente | Les saluda atentamente",
    sent_from="Enviado desde | Enviado desde mi | Enviado con | Enviado a través | Enviado vía | Obtener Outlook"
    " | Obtén Outlook | Enviado por | Libre de virus | Mensaje enviado desde | Descargar Outlook",
    sent="enviado | enviada",
    disclaimer="confidencial | destinatario | por error | prohibid | divulga | notif | elimin | privilegiad"
    " | no autorizad | archivos adjuntos | exclusivamente",
    footer="imprimir | medio ambiente | registro mercantil",
)
