"""Hungarian."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="hu",
    sender="Feladó | Küldő | Tól | Feladója",
    date="Dátum | Elküldve | Küldve | Küldés ideje | Elküldés dátuma | Küldés dátuma | Időpont",
    to="Címzett | Címzettek | Neki",
    cc="Másolat | Másolatot kap | Más",
    subject="Tárgy",
    others="Titkos másolat | Válaszcím | Fontosság | Prioritás | Mellékletek | Csatolmányok | Szervezet | Hírcsoportok"
    " | Hivatkozások | Sürgősség",
    begins="hétfő | kedd | szerda | csütörtök | péntek | szombat | vasárnap",
    wrote="írta | írt | írja | írták | idézet",
    forwarded="Továbbított üzenet | Továbbított levél | Továbbított üzenet kezdete | Továbbított levél kezdete"
    " | Továbbított e-mail | A továbbított levél kezdete | A továbbított üzenet kezdete | Az továbbított üzenet eleje"
    " | Vége a továbbított levélnek",
    original="Eredeti üzenet | Eredeti levél | Eredeti e-mail | Eredeti találkozó | Kérjük, e sor fölé válaszoljon",
    forward_subject="Továbbítás | Tov | Továbbítva | FW",
    reply_subject="Vá | Válasz | RE",
    closings="Üdvözlettel | Tisztelettel | Üdv | Köszönettel | Köszönöm | Köszönöm szépen | Előre is köszönöm"
    " | Előre is köszönjük | Üdvözlöm | Szép napot | További szép napot | Baráti üdvözlettel | Szívélyes üdvözlettel"
    " | Tisztelettel üdvözli | Köszi | Előre köszönöm | Üdvözlet | Kellemes napot | Szép napot kívánok",
    sent_from="Elküldve az | Elküldve a | iPhone-ról küldve | Küldve az | Küldve a | Az Outlook letöltése"
    " | Az Outlook beszerzése | Vírusmentes | iPhone-omról küldve | Androidról küldve | Elküldve innen | Az Outlook"
    " | Az iOS Outlook | Az Android Outlook | Az iOS-hez készült Outlook | Az Androidhoz készült Outlook",
    sent="küldve | elküldve | küldtem",
    disclaimer="bizalmas | címzett | tévedésből | törölje | tilos | jogosulatlan | kizárólag",
    footer="nyomtat | környezet",
)
