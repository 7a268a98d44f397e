"""The marks by which mailers of many languages begin a quotation or a signature."""

from __future__ import annotations

import re

# The verb at the end of "On Tuesday Ann wrote:".
_WROTE = (
    r"wrote|writes|schrieb|hat geschrieben|schreibt|a écrit|écrivait|ha scritto|"
    r"escribió|ha escrito|escreveu|schreef|het volgende geschreven|skrev|"
    r"napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|kirjoitti|"
    r"написал(?:\(а\)|а)?|писал(?:\(а\)|а)?|пишет|написав|пише|yazdı|đã viết|"
    r"写道|寫道|のメール|が書きました|さんは書きました|メッセージ|เขียน(?:ว่า)?|작성|님이 작성|έγραψε|כתב"
)
_STARTS = (
    r"On|Am|Le|El|Il|Em|Op|Den|Dne|Dnia|W dniu|På|Pe|En date du|Il giorno|Vào|"
    r"在|于|於|เมื่อ(?:วันที่)?|Στις|בתאריך|Mon|Tue|Wed|Thu|Fri|Sat|Sun"
)
_DATE = r"(?:\d{1,4}\s?[-./年]\s?\d{1,2}|\b\d{1,2}:\d\d\b|\b(?:19|20|25)\d\d\b)"

ATTRIBUTION = re.compile(
    rf"^[\W_]{{0,8}}(?:(?:{_STARTS})\b.{{5,400}}?|.{{0,200}}?{_DATE}.{{0,250}}?|"
    rf".{{0,200}}?<[^<>\s]+@[^<>\s]+>.{{0,100}}?)(?:{_WROTE})\s*(?:\S{{1,60}}\s*|.{{1,80}}@.{{1,80}})?[:：]?[\W_]{{0,8}}$",
    re.IGNORECASE | re.DOTALL,
)
# A first line that can only belong to an attribution, whatever the next one says.
OPENS = re.compile(rf"^\W{{0,8}}(?:(?:{_STARTS})\b|\d).{{0,120}}{_DATE}", re.IGNORECASE)
# Cheap to try on every line; only then is the whole attribution looked for.
MAY_ATTRIBUTE = re.compile(rf"(?:{_WROTE}|>\s*[:：]?\s*$)", re.IGNORECASE)
# Gmail of old, and some phones: a date, a name and an address, no verb.
DATED_ADDRESS = re.compile(
    rf"^\W{{0,3}}(?:(?=.{{0,120}}{_DATE}).{{6,200}}<\s*[^<>\s]+@[^<>\s]+>\s*[:：]|"
    rf"(?:19|20)\d\d[-/]\d{{1,2}}[-/]\d{{1,2}}.{{1,200}}<\s*[^<>\s]+@[^<>\s]+>)\s*$",
    re.DOTALL,
)
NAMED = re.compile(
    rf"^.{{1,100}}(?:<[^<>\s]+@[^<>\s]+>|\([^()\s]+@[^()\s]+\)).{{0,40}}(?:{_WROTE})\s*[:：]$",
    re.IGNORECASE,
)

_ORIGINAL = (
    r"original message|original appointment|reply message|message transfé|message d'origine|"
    r"message original|ursprüngliche (?:nachricht|mitteilung)|originalnachricht|"
    r"mensaje original|messaggio originale|messaggio inoltrato|mensagem original|"
    r"oorspronkelijk bericht|oprindelig (?:meddelelse|besked)|ursprungligt meddelande|"
    r"opprinnelig melding|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|"
    r"původní zpráva|исходное сообщение|пересылаемое сообщение|"
    r"原始邮件|原邮件|原始郵件|原始信件|转发邮件|元のメッセージ|オリジナル\s?メッセージ|"
    r"ข้อความต้นฉบับ|ข้อความเดิม|원본 메[시세]지|tin nhắn gốc|"
    r"antwort nachricht|original e?-?mail|please type your reply above this line"
)
ORIGINAL = re.compile(
    rf"^[\s>*]*[-_=—─]{{2,}}\s*(?:{_ORIGINAL})[^-_=—─]{{0,60}}[-_=—─]*\s*\**$",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"^[\s>*]*(?:[-_]{2,}\s*(?:forwarded (?:message|by)|weitergeleitete (?:nachricht|mail)|"
    r"message transféré|mensaje reenviado|转发的邮件|轉寄的郵件|転送メッセージ)|"
    r"begin forwarded message:|anfang der weitergeleiteten|début du message réexpédié|"
    r"inizio messaggio inoltrato|vidarebefordrat brev|videresendt melding)",
    re.IGNORECASE,
)

_FROM = r"from|von|de|da|van|fra|från|od|от|отправитель|发件人|寄件者|寄件人|發件人|差出人|送信者|ส่งจาก|จาก|보낸 ?사람|lähettäjä|kimden|feladó|gönderen"
_OTHER = (
    r"sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|kopie|envoyé(?: le)?|à|objet|"
    r"enviado(?: el| em)?|enviada(?: em)?|fecha|para|asunto|assunto|inviato|data|a|oggetto|"
    r"verzonden|aan|onderwerp|sendt|til|emne|skickat|till|ämne|wysłano|do|temat|"
    r"odesláno|komu|předmět|дата|кому|тема|отправлено|"
    r"发送时间|发送日期|日期|时间|收件人|抄送|主题|寄件日期|收件者|副本|主旨|傳送時間|發送時間|主題|"
    r"送信日時|日時|日付|宛先|件名|ส่งเมื่อ|วันที่|ถึง|สำเนา|หัวเรื่อง|เรื่อง|"
    r"보낸 ?날짜|날짜|받는 ?사람|제목|lähetetty|vastaanottaja|aihe"
)
_HEADER = r"^[\s>]*+\**+\s*+(?:{names})\s{{0,2}}\**\s*[:：]\**(?:\s|[^\s/]|$)"
HEADER_FROM = re.compile(_HEADER.format(names=_FROM), re.IGNORECASE)
HEADER_OTHER = re.compile(_HEADER.format(names=f"{_OTHER}|{_FROM}"), re.IGNORECASE)

QUOTED = re.compile(r"^\s{0,3}(?:>|\|\s|＞)")
RULE = re.compile(r"^\s*(?:_{5,}|-{10,}|={10,})\s*$")

SIGNATURE = re.compile(
    r"^\s*+(?:--|––|—|__|- -|_{10,})\s*$|"
    r"^\s*+(?:(?:get|download) outlook for|sent (?:from|via|with) (?:my\b|the\b|a\b|an\b|"
    r"mail(?:box)?\b|outlook|yahoo|gmail|proton|samsung|blackberry|iphone|ipad|windows|"
    r"mobile|(?:\w+ )?(?:device|phone|mobile|mail|app))|"
    r"(?:von|gesendet (?:von|mit)) (?:meinem?|der|outlook|mail|yahoo)\b|"
    r"envoyé (?:de|depuis) mon|enviado (?:desde|do|de|a partir) (?:mi|meu|o|mobile)|"
    r"inviato da(?:l mio)?\b|verstuurd vanaf|verzonden (?:vanaf|met)|sendt fra min|"
    r"skickat från min|wysłane z|отправлено с|"
    r"发自我的|发自|從我的.{1,20}傳送|我的.{1,20}传送|來自我的|"
    r"(?:私の)?i?(?:phone|pad)から送信|.{0,20}から送信|ส่งจาก\s?(?:i?(?:phone|pad)|มือถือ|อุปกรณ์|yahoo|outlook)|나의 .{1,12}에서 보냄)"
    r".{0,100}$",
    re.IGNORECASE,
)

# A closing phrase alone on its line; only short lines (a name, a title) follow it.
SIGN_OFF = re.compile(
    r"^\s*+(?:(?:(?:best|kind|kindest|warm|many|with (?:best|kind)) )?regards|best wishes|"
    r"(?:yours )?(?:sincerely|faithfully|truly)|thank you|thanks|many thanks|cheers|"
    r"(?:mit )?(?:freundlichen|besten|lieben|herzlichen|vielen) (?:grüßen|grüssen|dank)|"
    r"(?:viele|liebe|beste|schöne) grüße|mfg|lg|cordialement|bien à vous|"
    r"(?:saludos|un saludo|atentamente|cordiali saluti|distinti saluti|atenciosamente)|"
    r"med (?:venlig hilsen|vänliga hälsningar|vennlig hilsen)|(?:mvh|hilsen)|"
    r"met vriendelijke groet(?:en)?|z powa[żz]aniem|pozdrawiam|с уважением|"
    r"此致|敬礼|祝好|谢谢|謝謝|順頌商祺|よろしくお願い(?:いた)?します|以上|敬具|"
    r"ขอบคุณ(?:ค่ะ|ครับ)?|ด้วยความนับถือ)\s*[,.!，。！]?\s*$",
    re.IGNORECASE,
)
NAME_LINE = re.compile(r"^\s*[-–—/]\s?[^\W\d_]{2,20}(?: [^\W\d_]{1,20}){0,2}\s*$")
