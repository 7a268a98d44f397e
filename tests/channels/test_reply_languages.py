"""Replies as the mail programs of twelve languages write them."""

# ruff: noqa: ISC004 - long lines of one mail are joined inside lists of mails
from __future__ import annotations

import pytest

from evenhand.channels.mail.quotes import newest_text

BELOW = "\n\n> Dear Eva,\n> what size is it?\n"
UNMARKED = "\n\nDear Eva,\nwhat size is it?\n"

# What stands above a quotation whose lines are marked: Gmail, Apple Mail and iPhone,
# Thunderbird, Yahoo, GMX, Yandex, Mail.ru, NetEase.
ATTRIBUTIONS = {
    "en": [
        "On Mon, Nov 16, 2026 at 9:00 AM Mei Chen <help@shop.example> wrote:",
        "On Mon, Nov 16, 2026 at 9:00 AM Mei Chen <\nhelp@shop.example> wrote:",
        "On 16 Nov 2026, at 09:00, Mei Chen <help@shop.example> wrote:",
        "On 16/11/2026 09:00, Mei Chen wrote:",
        "On Monday, November 16, 2026 at 09:00:00 AM GMT+1, Mei Chen\n"
        "<help@shop.example> wrote:",
        "On Monday, November 16th, 2026 at 9:00 AM, Mei Chen <help@shop.example> wrote:",
    ],
    "zh": [
        "Mei Chen <help@shop.example> 于2026年11月16日周一 09:00写道：",
        "Mei Chen <help@shop.example> 於 2026年11月16日 週一 上午9:00寫道：",
        "在 2026年11月16日，09:00，Mei Chen <help@shop.example> 写道：",
        '在 2026-11-16 09:00:00，"Mei Chen" <help@shop.example> 写道：',
        'At 2026-11-16 09:00:00, "Mei Chen" <help@shop.example> wrote:',
        "Mei Chen <help@shop.example> 於 2026年11月16日 上午9:00 寫道：",
    ],
    "ja": [
        "2026年11月16日(月) 9:00 Mei Chen <help@shop.example>:",
        "2026/11/16 9:00、Mei Chen <help@shop.example>のメール:",
        "2026/11/16 9:00、Mei Chen <help@shop.example> のメッセージ:",
        "2026年11月16日(月) 9:00 Mei Chen さんは書きました:",
        "On 2026/11/16 9:00, 陳 美 wrote:",
    ],
    "th": [
        "เมื่อ จ. 16 พ.ย. 2026 เวลา 09:00 Mei Chen <help@shop.example> เขียนว่า:",
        "ในวันที่ จ. 16 พ.ย. 2026 เวลา 09:00 Mei Chen <help@shop.example> เขียนว่า:",
        "เมื่อวันที่ 16 พ.ย. 2569 เวลา 09:00 น. Mei Chen <help@shop.example> เขียนว่า:",
        "เมื่อ วันจันทร์ที่ 16 พฤศจิกายน 2026 เวลา 09:00 Mei Chen เขียน:",
    ],
    "de": [
        "Am Mo., 16. Nov. 2026 um 09:00 Uhr schrieb Mei Chen <help@shop.example>:",
        "Am Mo., 16. Nov. 2026 um 09:00 Uhr schrieb Mei Chen <\nhelp@shop.example>:",
        "Am 16.11.2026 um 09:00 schrieb Mei Chen <help@shop.example>:",
        "Am 16.11.26 um 09:00 schrieb Mei Chen:",
        "Mei Chen <help@shop.example> schrieb am Mo., 16. Nov. 2026, 09:00:",
        "Mei Chen <help@shop.example> hat am 16.11.2026 09:00 CET geschrieben:",
    ],
    "fr": [
        "Le lun. 16 nov. 2026 à 09:00, Mei Chen <help@shop.example> a écrit :",
        "Le 16/11/2026 à 09:00, Mei Chen a écrit :",
        "Le 16 nov. 2026 à 09:00, Mei Chen <help@shop.example> a écrit :",
        "Le lundi 16 novembre 2026 à 09:00:00 UTC+1, Mei Chen\n"
        "<help@shop.example> a écrit :",
    ],
    "es": [
        "El lun, 16 nov 2026 a las 9:00, Mei Chen (<help@shop.example>) escribió:",
        "El 16 nov 2026, a las 9:00, Mei Chen <help@shop.example> escribió:",
        "El 16/11/2026 a las 9:00, Mei Chen escribió:",
        "El lunes, 16 de noviembre de 2026, 9:00:00 CET, Mei Chen\n"
        "<help@shop.example> escribió:",
    ],
    "pt": [
        "Em seg., 16 de nov. de 2026 às 09:00, Mei Chen <help@shop.example> escreveu:",
        "Em 16 de nov. de 2026, à(s) 09:00, Mei Chen <help@shop.example> escreveu:",
        "No dia 16/11/2026, às 09:00, Mei Chen <help@shop.example> escreveu:",
        "Mei Chen <help@shop.example> escreveu (segunda, 16/11/2026 à(s) 09:00):",
        "Em 16/11/2026 09:00, Mei Chen escreveu:",
    ],
    "it": [
        "Il giorno lun 16 nov 2026 alle ore 09:00 Mei Chen <help@shop.example> ha scritto:",
        "Il giorno lun 16 nov 2026 alle ore 09:00 Mei Chen <\n"
        "help@shop.example> ha scritto:",
        "Il 16/11/2026 09:00, Mei Chen ha scritto:",
        "Il giorno 16 nov 2026, alle ore 09:00, Mei Chen <help@shop.example> ha scritto:",
    ],
    "nl": [
        "Op ma 16 nov 2026 om 09:00 schreef Mei Chen <help@shop.example>:",
        "Op 16 nov. 2026, om 09:00 heeft Mei Chen <help@shop.example> het volgende\n"
        "geschreven:",
        'Op 16 nov. 2026 09:00 schreef "Mei Chen" <help@shop.example> het\n'
        "volgende geschreven:",
        "Op 16-11-2026 om 09:00 schreef Mei Chen:",
        "Op 16 november 2026 19:05 schreef Company Questions <\nhelp@shop.example>:",
    ],
    "pl": [
        "pon., 16 lis 2026 o 09:00 Mei Chen <help@shop.example> napisał(a):",
        "Wiadomość napisana przez Mei Chen <help@shop.example> w dniu 16 lis 2026, "
        "o godz. 09:00:",
        "W dniu 16.11.2026 o 09:00, Mei Chen pisze:",
        "Dnia 16 listopada 2026 09:00 Mei Chen <help@shop.example> napisał(a):",
        "W dniu pon., 16.11.2026 o 09:00 Mei Chen <help@shop.example> napisał(a):",
    ],
    "ru": [
        "пн, 16 нояб. 2026 г. в 09:00, Mei Chen <help@shop.example>:",
        "16 нояб. 2026 г., в 09:00, Mei Chen <help@shop.example> написал(а):",
        "Понедельник, 16 ноября 2026, 9:00 +03:00 от Mei Chen <help@shop.example>:",
        '16.11.2026, 09:00, "Mei Chen" <help@shop.example>:',
        "16.11.2026 09:00, Mei Chen пишет:",
    ],
}

# What stands above a quotation without marks: Outlook, Samsung, QQ, Foxmail, NetEase,
# Alibaba, GMX; everything below is the older mail.
BLOCKS = {
    "en": [
        "-----Original Message-----\nFrom: Mei Chen",
        "-------- Original message --------\nFrom: Mei Chen\nDate: 16/11/2026 09:00",
        "From: Mei Chen <help@shop.example>\nSent: Monday, 16 November 2026 09:00\n"
        "To: Eva\nSubject: Re: size",
        "________________________________\nFrom: Mei Chen\nSent: Monday\nTo: Eva\n"
        "Subject: Re: size",
        "*From:* Mei Chen <help@shop.example>\n*Sent:* Monday 16 November\n*To:* Eva\n"
        "*Subject:* Re: size",
    ],
    "zh": [
        "------------------ 原始邮件 ------------------\n"
        '发件人: "Mei Chen" <help@shop.example>;\n发送时间: 2026年11月16日(星期一) 上午9:00',
        "------------------ Original ------------------\nFrom: Mei Chen",
        "---- 回复的原邮件 ----\n| 发件人 | Mei Chen |",
        "发件人： Mei Chen\n发送时间： 2026-11-16 09:00\n收件人： Eva\n主题： Re: 尺码",
        "发件人：Mei Chen <help@shop.example>\n发送时间：2026年11月16日(星期一) 09:00\n"
        "收件人：Eva\n主　题：Re: 尺码",
        "寄件者: Mei Chen\n寄件日期: 2026年11月16日 上午 09:00\n收件者: Eva\n主旨: Re: 尺寸",
    ],
    "ja": [
        "-----元のメッセージ-----\nFrom: Mei Chen",
        "差出人: Mei Chen <help@shop.example>\n送信日時: 2026年11月16日 9:00\n宛先: Eva\n"
        "件名: Re: サイズ",
        "----- Original Message -----\nFrom: Mei Chen",
        "---------- 転送メッセージ ----------\nFrom: Mei Chen",
    ],
    "th": [
        "จาก: Mei Chen\nส่งเมื่อ: 16 พฤศจิกายน 2569 9:00\nถึง: Eva\nเรื่อง: Re: ขนาด",
        "จาก: Mei Chen\nส่ง: วันจันทร์ที่ 16 พฤศจิกายน 2569 9:00\nถึง: Eva\nชื่อเรื่อง: Re: ขนาด",
        "-------- ข้อความต้นฉบับ --------\nจาก: Mei Chen",
    ],
    "de": [
        "-----Ursprüngliche Nachricht-----\nVon: Mei Chen",
        "Von: Mei Chen <help@shop.example>\nGesendet: Montag, 16. November 2026 09:00\n"
        "An: Eva\nBetreff: AW: Größe",
        "Gesendet: Montag, 16. November 2026 um 09:00 Uhr\n"
        'Von: "Mei Chen" <help@shop.example>\nAn: Eva\nBetreff: Re: Größe',
        "-------- Originalnachricht --------\nVon: Mei Chen",
    ],
    "fr": [
        "-----Message d’origine-----\nDe : Mei Chen",
        "-------- Message d'origine --------\nDe : Mei Chen",
        "De : Mei Chen <help@shop.example>\nEnvoyé : lundi 16 novembre 2026 09:00\n"
        "À : Eva\nObjet : Re: taille",
        "De\xa0: Mei Chen\nEnvoyé\xa0: lundi 16 novembre 2026 09:00\nÀ\xa0: Eva\n"
        "Objet\xa0: Re: taille",
    ],
    "es": [
        "-----Mensaje original-----\nDe: Mei Chen",
        "De: Mei Chen <help@shop.example>\nEnviado: lunes, 16 de noviembre de 2026 9:00\n"
        "Para: Eva\nAsunto: Re: talla",
        "De: Mei Chen\nEnviado el: lunes, 16 de noviembre de 2026 9:00\nPara: Eva\n"
        "CC: Ann\nAsunto: RE: talla",
    ],
    "pt": [
        "-------- Mensagem original --------\nDe: Mei Chen",
        "De: Mei Chen\nEnviado: segunda-feira, 16 de novembro de 2026 09:00\nPara: Eva\n"
        "Assunto: Re: tamanho",
        "De: Mei Chen\nEnviada em: segunda-feira, 16 de novembro de 2026 09:00\n"
        "Para: Eva\nAssunto: RES: tamanho",
    ],
    "it": [
        "----Messaggio originale----\nDa: Mei Chen",
        "Da: Mei Chen <help@shop.example>\nInviato: lunedì 16 novembre 2026 09:00\n"
        "A: Eva\nOggetto: R: taglia",
    ],
    "nl": [
        "-----Oorspronkelijk bericht-----\nVan: Mei Chen",
        "-------- Origineel bericht --------\nVan: Mei Chen",
        "Van: Mei Chen <help@shop.example>\nVerzonden: maandag 16 november 2026 09:00\n"
        "Aan: Eva\nOnderwerp: Re: maat",
    ],
    "pl": [
        "-----Wiadomość oryginalna-----\nOd: Mei Chen",
        "-------- Oryginalna wiadomość --------\nOd: Mei Chen",
        "Od: Mei Chen <help@shop.example>\nWysłano: poniedziałek, 16 listopada 2026\n"
        "Do: Eva\nTemat: Re: rozmiar",
    ],
    "ru": [
        "-----Исходное сообщение-----\nОт: Mei Chen",
        "-------- Пересылаемое сообщение --------\nОт: Mei Chen",
        "От: Mei Chen <help@shop.example>\nОтправлено: 16 ноября 2026 г. 9:00\n"
        "Кому: Eva\nТема: Re: размер",
    ],
}

# What programs and people of that language write below their words.
SIGNATURES = {
    "en": [
        "-- \nEva Novak\n+49 30 1234",
        "Sent from my iPhone",
        "Sent from Outlook for Android <https://aka.example/x>",
        "Get Outlook for iOS<https://aka.example/x>",
        "Sent from Yahoo Mail on Android",
        "Kind regards,\nEva Novak",
    ],
    "zh": [
        "发自我的iPhone",
        "發自我的 iPhone",
        "从我的 iPhone 发送",
        "发自我的小米手机",
        "发自网易邮箱大师",
        "获取 Outlook for iOS",
        "發自 Yahoo奇摩電子信箱",
        "此致\n敬礼\n甄星",
        "祝商祺\n甄星",
    ],
    "ja": [
        "iPhoneから送信",
        "Yahoo!メールアプリから送信",
        "Outlook for iOS を入手",
        "よろしくお願いいたします。\n山田",
        "━━━━━━━━━━━━━━\n山田 花子\n〒100-0001 東京都千代田区\nTEL: 03-1234-5678\n"
        "hanako@mail.example\n━━━━━━━━━━━━━━",
    ],
    "th": [
        "ส่งจาก iPhone ของฉัน",
        "ส่งจาก Outlook สำหรับ Android",
        "ดาวน์โหลด Outlook สำหรับ iOS",
        "ขอบคุณค่ะ\nนภา",
        "ขอแสดงความนับถือ\nนภา",
    ],
    "de": [
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für iOS",
        "Gesendet mit der GMX Mail App",
        "Holen Sie sich Outlook für Android",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Mit freundlichen Grüßen\n\nEva Novak",
        "Viele Grüße\nEva",
    ],
    "fr": [
        "Envoyé de mon iPhone",
        "Envoyé à partir de Outlook pour Android",
        "Télécharger Outlook pour iOS",
        "Envoyé depuis mon mobile Orange",
        "Cordialement,\nEva",
        "Bien cordialement,\n\nEva Novak",
    ],
    "es": [
        "Enviado desde mi iPhone",
        "Enviado desde Yahoo Mail para Android",
        "Obtener Outlook para iOS",
        "Un saludo,\nEva",
        "Saludos cordiales,\nEva",
    ],
    "pt": [
        "Enviado do meu iPhone",
        "Enviado a partir do Outlook para Android",
        "Obter o Outlook para iOS",
        "Atenciosamente,\nEva",
        "Com os melhores cumprimentos,\nEva",
    ],
    "it": [
        "Inviato da iPhone",
        "Inviato dal mio dispositivo Samsung",
        "Scarica Outlook per iOS",
        "Cordiali saluti\nEva",
        "Grazie mille\nEva",
    ],
    "nl": [
        "Verstuurd vanaf mijn iPhone",
        "Verzonden vanuit Outlook voor iOS",
        "Outlook voor Android downloaden",
        "Met vriendelijke groet,\nEva",
        "Groetjes,\nEva",
    ],
    "pl": [
        "Wysłane z iPhone'a",
        "Wysłano z iPhone'a",
        "Pobierz aplikację Outlook dla systemu iOS",
        "Z poważaniem\nEva",
        "Pozdrawiam serdecznie,\nEva",
    ],
    "ru": [
        "Отправлено с iPhone",
        "Отправлено из мобильной Яндекс.Почты",
        "Отправлено из Outlook для iOS",
        "С уважением,\nЕва",
        "С наилучшими пожеланиями,\nЕва",
    ],
}
WORDS = {
    "en": "It is size 38.",
    "zh": "尺码是三十八。",
    "ja": "サイズは38です。",
    "th": "ขนาด 38 ค่ะ",
    "de": "Es ist Größe 38.",
    "fr": "C'est du 38.",
    "es": "Es la talla 38.",
    "pt": "É o tamanho 38.",
    "it": "È la taglia 38.",
    "nl": "Het is maat 38.",
    "pl": "To rozmiar 38.",
    "ru": "Это размер 38.",
}


def each(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [
        (WORDS[language], told) for language, all_ in table.items() for told in all_
    ]


@pytest.mark.parametrize(("words", "opening"), each(ATTRIBUTIONS))
def test_what_is_written_above_a_quotation_is_new(words: str, opening: str) -> None:
    newest = newest_text(f"{words}\n\n{opening}{BELOW}")

    assert newest.text == words
    assert newest.rest == f"{opening}{BELOW}".strip()


@pytest.mark.parametrize(("words", "opening"), each(ATTRIBUTIONS))
def test_so_is_what_is_written_below_it(words: str, opening: str) -> None:
    newest = newest_text(f"{opening}{BELOW}\n{words}\n")

    assert newest.text == words
    assert newest.rest == f"{opening}{BELOW}".strip()


@pytest.mark.parametrize(("words", "opening"), each(ATTRIBUTIONS))
def test_answers_between_the_lines_keep_the_lines(words: str, opening: str) -> None:
    between = f"> What size is it?\n\n{words}\n\n> And what colour?\n\n{words}"

    newest = newest_text(f"{opening}\n\n{between}\n\n> Mei\n")

    assert between in newest.text
    assert newest.rest.endswith("> Mei")


@pytest.mark.parametrize(("words", "opening"), each(ATTRIBUTIONS))
def test_marks_before_the_attribution_itself_change_nothing(
    words: str, opening: str
) -> None:
    quoted = "\n".join(f"> {line}" for line in f"{opening}{UNMARKED}".split("\n"))

    newest = newest_text(f"{words}\n\n{quoted}")

    assert newest.text == words


@pytest.mark.parametrize(("words", "opening"), each(BLOCKS))
def test_a_block_of_fields_opens_the_older_mail(words: str, opening: str) -> None:
    newest = newest_text(f"{words}\n\n{opening}{UNMARKED}")

    assert newest.text == words
    assert newest.rest == f"{opening}{UNMARKED}".strip()


@pytest.mark.parametrize(("words", "signature"), each(SIGNATURES))
def test_a_signature_is_folded_in_every_language(words: str, signature: str) -> None:
    newest = newest_text(f"{words}\n\n{signature}\n")

    assert newest.text == words
    assert newest.rest == signature.replace("-- ", "--")
    assert newest.signed == f"{words}\n\n{newest.rest}"


@pytest.mark.parametrize(("words", "signature"), each(SIGNATURES))
def test_a_signature_alone_is_shown(words: str, signature: str) -> None:
    alone = signature.split("\n", maxsplit=1)[0]

    assert newest_text(alone).text == alone.strip()
    assert newest_text(words).rest == ""


@pytest.mark.parametrize(
    "text",
    [
        "Am 16.11.2026 schrieb ich Ihnen Folgendes:\ndas Paket fehlt",
        "Op 16-11-2026 schreef ik u:\nhet pakket is weg",
        "On 16 November 2026 I wrote to you about it.\nNothing came.",
        "Le 16/11/2026 j'ai reçu le colis.\nIl est vide.",
        "在2026年11月16日我收到了包裹。\n里面是空的。",
        "2026年11月16日に届きました。\n中身がありません。",
        "จาก: ร้าน ถึง: ฉัน\nไม่มีอะไรมา",
        "De: la tienda espero más.\nGracias por todo lo demás.",
        "16.11.2026 я написал вам о посылке.\nОтвета нет.",
        "My numbers:\n=========\nthe left one is 38\nthe right one is 39",
        "I tried these:\n\nhttps://shop.example/a\n",
    ],
)
def test_a_date_or_a_verb_alone_opens_no_quotation(text: str) -> None:
    assert newest_text(text).text == text.strip()
