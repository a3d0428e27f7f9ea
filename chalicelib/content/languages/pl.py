"""Polish."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="pl",
    sender="Od | Nadawca | Autor",
    date="Data | Wysłano | Wysłane | Wysłany | Data wysłania | Wysłana | Data i godzina | Wysłano dnia | Wysłano o",
    to="Do | Adresat | Odbiorca | Adresaci | Odbiorcy",
    cc="DW | Kopia | Do wiadomości | Kopia do",
    subject="Temat | Tytuł",
    others="UDW | Ukryta kopia | Odpowiedz do | Odpowiedź do | Ważność | Priorytet | Załączniki | Wysyłane przez"
    " | Termin | Miejsce | Grupy dyskusyjne | Organizacja | Odniesienia | Załącznik | Odpowiedź-Do | Czułość"
    " | Wysłane przez",
    begins="W dniu | Dnia | Dn | Wiadomość napisana przez | Użytkownik | pon | pn | wt | śr | sr | czw | cz | pt | pią"
    " | sob | so | niedz | nd | nie | poniedziałek | wtorek | środa | czwartek | piątek | sobota | niedziela"
    " | Cytowanie",
    wrote="napisał | napisała | napisał(a) | napisała(ł) | napisali | napisano | napisana | pisze | pisał | pisała"
    " | odpisał | odpisała | odpowiedział | odpowiedziała | cytowanie | napisał/a | napisał(-a) | skrobnął",
    forwarded="Wiadomość przekazana | Przekazana wiadomość | Przekazywana wiadomość | Treść przekazanej wiadomości"
    " | Początek przekazanej wiadomości | Początek przekazywanej wiadomości | Wiadomość przesłana dalej"
    " | Przesłana wiadomość | Przesłana dalej wiadomość | Początek przesłanej wiadomości | Wiadomość przekazywana"
    " | Przekazane przez | Koniec przekazanej wiadomości | Przekazana wiadomość od | Treść przekazywanej wiadomości"
    " | Fwd",
    original="Oryginalna wiadomość | Wiadomość oryginalna | Wiadomość pierwotna | Pierwotna wiadomość"
    " | Treść oryginalnej wiadomości | Oryginalny e-mail | Wiadomość źródłowa | Odpowiedź | Poprzednia wiadomość"
    " | Oryginalny termin | Odpowiedz powyżej tej linii | Prosimy pisać powyżej tej linii | Koniec wiadomości"
    " | Oryginalna wiadomość e-mail | Oryginał wiadomości | Odpowiedz nad tą linią"
    " | Prosimy o odpowiedź powyżej tej linii | Proszę odpowiadać powyżej tej linii",
    forward_subject="PD | Przek | Podaj dalej | Przekazano | Przesłano dalej",
    reply_subject="Odpowiedź | Odp",
    closings="Pozdrawiam | Pozdrawiamy | Pozdrowienia | Serdecznie pozdrawiam | Pozdrawiam serdecznie"
    " | Serdecznie pozdrawiamy | Pozdrawiamy serdecznie | Pozdrawiam ciepło | Ciepło pozdrawiam | Gorąco pozdrawiam"
    " | Z pozdrowieniami | Z serdecznymi pozdrowieniami | Serdeczne pozdrowienia | Z poważaniem | Z powazaniem"
    " | Z wyrazami szacunku | Z szacunkiem | Łączę pozdrowienia | Łączę wyrazy szacunku | Dziękuję | Dzięki | Dziekuje"
    " | Dziękuję bardzo | Bardzo dziękuję | Dziękuję z góry | Z góry dziękuję | Z góry dziękuję za odpowiedź"
    " | Dziękuję i pozdrawiam | Dzięki i pozdrawiam | Dziękujemy | Miłego dnia | Życzę miłego dnia | Pozdro | Pozdr"
    " | Pzdr | Ukłony | Z wyrazami uznania | Uprzejmie dziękuję | Z należytym szacunkiem",
    sent_from="Wysłano z | Wysłane z | Wysłano ze | Wysłane ze | Wysłano przez | Wysłano za pomocą | Wysłano w"
    " | Wysłane przy użyciu | Wysłana z | Pobierz aplikację Outlook | Pobierz program Outlook | Uzyskaj Outlook"
    " | Wolny od wirusów | Nie zawiera wirusów | Ta wiadomość e-mail została sprawdzona | Wiadomość wysłana z"
    " | Uzyskaj program Outlook",
    sent="wysłane | wysłano | wysłana | wysłany",
    disclaimer="poufn | wyłącznie dla | adresat | zastrzeżon | zabronion | niezwłoczn | omyłk | usuni | rozpowszechni"
    " | tajemnic | niniejsza wiadomość | nie są państwo | tylko dla adresat | powiadomi | nadawc"
    " | nie są państwo adresat | jedynie dla",
    footer="kapitał zakładowy | rejestr przedsiębiorc | drukuj | środowisk | sąd rejonowy | wydrukuj"
    " | rejestru przedsiębiorców | kapitału zakładowego | sądzie rejonowym | zanim wydruk",
)
