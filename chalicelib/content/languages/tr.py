"""Turkish."""

from chalicelib.content.languages.language import Language

LANGUAGE = Language(
    code="tr",
    sender="Kimden | Gönderen | Gönderici",
    date="Tarih | Gönderildi | Gönderilen | Gönderme Tarihi | Gönderilme Tarihi | Gönderilme Zamanı | Gönderim Tarihi",
    to="Kime | Alıcı | Alıcılar",
    cc="Bilgi | Kopya",
    subject="Konu | Başlık",
    others="Gizli | Yanıt adresi | Yanıtla | Önem | Öncelik | Ekler | Kurum | Yanıtlama Adresi | Kuruluş"
    " | Habergrupları | Habergrubu | Karbon Kopya | Gizli kopya | Referanslar",
    begins="Pzt | Sal | Çar | Per | Cum | Cmt | Paz | Pazartesi | Salı | Çarşamba | Perşembe | Cuma | Cumartesi"
    " | Pazar",
    wrote="yazdı | yazmış | yazıyor | yazdılar | yazdi | alıntı",
    forwarded="İletilmiş Mesaj | İletilen İleti | İletilen Mesaj | İletilmiş İleti | Yönlendirilen Mesaj"
    " | Yönlendirilen İleti | Yönlendirilmiş İleti | İleti Başlangıcı | İletilen iletinin başlangıcı"
    " | İletilmiş ileti başlangıcı | Yönlendirilmiş mesaj | İletilen ileti başlangıcı | Yönlendirilen iletiye başla"
    " | Yönlendirilmiş ileti | İletilen iletinin sonu | İletilen mesaj başlangıcı",
    original="Özgün İleti | Orijinal Mesaj | Orjinal Mesaj | Orijinal İleti | Asıl İleti | Özgün Mesaj"
    " | Orijinal Randevu | Lütfen bu satırın üzerine yanıtlayın | Orjinal ileti",
    forward_subject="İlt | İlet | İletilen | Yön",
    reply_subject="Ynt | Yan | Yanıt | Cevap",
    closings="Saygılarımla | Saygılarımızla | İyi çalışmalar | İyi günler | İyi akşamlar | Sevgiler | Selamlar"
    " | Teşekkürler | Teşekkür ederim | Çok teşekkürler | Şimdiden teşekkürler | Teşekkür ederiz"
    " | İyi çalışmalar dilerim | İyi günler dilerim | Hoşçakalın | Sevgilerimle | Kolay gelsin | Saygılar"
    " | Hürmetlerimle",
    sent_from="iPhone'umdan gönderildi | iPhone'dan gönderildi | Samsung cihazımdan gönderildi | Outlook'u edinin"
    " | Android için Outlook | iOS için Outlook | Virüs bulunmuyor | iPad'imden gönderildi | Android cihazımdan",
    sent="gönderildi",
    disclaimer="gizli | alıcı | yanlışlıkla | yasaktır | siliniz | yetkisiz | ifşa",
    footer="yazdırma | çevre",
)
