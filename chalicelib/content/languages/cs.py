"""Czech."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="cs",
    sender="Od | Odesílatel | Odesilatel",
    date="Datum | Odesláno | Datum odeslání | Posláno",
    to="Komu | Pro | Adresát | Příjemce",
    cc="Kopie | Na vědomí",
    subject="Předmět | Věc",
    others="Skrytá kopie | Odpověď komu | Odpovědět komu | Odpověď na | Důležitost | Priorita | Přílohy | Společnost"
    " | Skrytá | Odpověď pro | Adresa pro odpověď | Diskuzní skupiny | Diskuzní skupina | Odkazy | Organizace",
    begins="Dne | V | po | út | st | čt | pá | so | ne | pondělí | úterý | středa | čtvrtek | pátek | sobota | neděle",
    wrote="napsal | napsala | napsal(a) | napsal/a | píše | psal | psala | napsali | cituji",
    forwarded="Přeposlaná zpráva | Předaná zpráva | Začátek přeposílané zprávy | Začátek přeposlané zprávy"
    " | Přeposílaná zpráva | Začátek předávané zprávy | Předávaná zpráva | Přeposlaný e-mail | Začátek předané zprávy"
    " | Konec přeposlané zprávy | Přeposlaná zpráva od",
    original="Původní zpráva | Původní e-mail | Původní e-mailová zpráva | Originální zpráva | Původní schůzka"
    " | Odpovídejte nad tuto čáru | Odpovězte nad tuto čáru | Odpovídejte prosím nad tuto čáru",
    forward_subject="FW | Přep | Předáno | PD",
    reply_subject="RE | Odp | Odpověď",
    closings="S pozdravem | Se srdečným pozdravem | S přátelským pozdravem | S úctou | Zdravím | Pozdrav"
    " | S přáním hezkého dne | S přáním pěkného dne | Hezký den | Pěkný den | Přeji hezký den | Přeji pěkný den"
    " | Děkuji | Děkuji předem | Předem děkuji | Děkuji a přeji hezký den | Děkujeme | Díky | Mnohokrát děkuji"
    " | Děkuji s pozdravem | Děkuji a zdravím | Srdečně | Srdečně zdravím | S pozdravy | Mějte se hezky",
    sent_from="Odesláno z | Odesláno ze | Posláno z | Odesláno pomocí | Získejte Outlook | Získat Outlook"
    " | Stáhnout Outlook | Bez virů | Odesláno přes | Odesláno prostřednictvím",
    sent="odesláno",
    disclaimer="důvěrn | adresát | omylem | neoprávněn | smažte | zakázán | šíření | určen výhradně | příloh",
    footer="životní prostředí | tisk | obchodním rejstříku | tisknout | vytisknut | vytiskn",
)
