"""Finnish."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="fi",
    sender="Lähettäjä | Keneltä | Lähettänyt",
    date="Päivämäärä | Päiväys | Lähetetty | Päivä | Lähetysaika | Lähetyspäivä | Pvm",
    to="Vastaanottaja | Vastaanottajat | Kenelle | Saaja",
    cc="Kopio | Jakelu | Kopiot",
    subject="Aihe | Otsikko",
    others="Piilokopio | Vastausosoite | Vastaa osoitteeseen | Tärkeys | Prioriteetti | Liitteet | Organisaatio"
    " | Vastaus | Uutisryhmät | Viitteet",
    begins="ma | ti | ke | to | pe | la | su | maanantaina | tiistaina | keskiviikkona | torstaina | perjantaina"
    " | lauantaina | sunnuntaina",
    wrote="kirjoitti | kirjoittaa | kirjoittanut | lainaus",
    forwarded="Välitetty viesti | Edelleenlähetetty viesti | Välitetty viesti / Fwd.Msg | Välitetty viesti alkaa"
    " | Välitetty sähköposti | Edelleen lähetetty viesti | Alku välitetystä viestistä | Välitetty viesti päättyy",
    original="Alkuperäinen viesti | Alkuperäinen viesti / Orig.Msg | Alkuperäinen sähköposti | Alkuperäinen tapaaminen"
    " | Vastaa tämän rivin yläpuolelle",
    forward_subject="VL | Välitetty",
    reply_subject="VS | Vast | Vastaus",
    closings="Terveisin | Parhain terveisin | Terveiset | Ystävällisesti | Kunnioittavasti | Kiitos | Kiitos etukäteen"
    " | Kiitos jo etukäteen | Kiitos paljon | Kiitoksia | Kiittäen | T | Terv | Ystävällisin terveisin"
    " | Hyvää päivänjatkoa | Mukavaa päivää | Yst. terv | YT",
    sent_from="Lähetetty | Lähetetty laitteesta | Hanki Outlook | Lataa Outlook | Virukseton",
    sent="lähetetty",
    disclaimer="luottamuksell | vastaanottaja | tarkoitettu | erehdyksessä | vahingossa | poista | kiellet",
    footer="tulostat | ympäristö",
)
