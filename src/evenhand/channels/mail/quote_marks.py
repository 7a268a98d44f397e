"""The marks by which mailers of many languages begin a quotation.

Each wording is that of a mail program as it ships: Gmail, Apple Mail, Outlook,
Thunderbird, Yahoo, GMX, QQ, NetEase, Alibaba, Yandex, Mail.ru, Samsung.
"""

from __future__ import annotations

import re
from functools import lru_cache

# The verb at the end of "On Tuesday Ann wrote:".
_WROTE = (
    r"wrote|writes|schrieb|(?:hat )?geschrieben|schreibt|a écrit|écrivait|ha scritto|"
    r"escribió|ha escrito|escreveu|schreef|(?:het volgende )?geschreven|skrev|"
    r"napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|kirjoitti|"
    r"написал(?:\(а\)|а)?|писал(?:\(а\)|а)?|пишет|написав|пише|yazdı|đã viết|"
    r"写道|寫道|のメール|が書きました|さんは書きました|メッセージ|เขียน(?:ว่า|ข้อความ)?|작성|님이 작성|έγραψε|כתב"
)
_STARTS = (
    r"On|At|Am|Le|El|Il|Em|En|No dia|Op|Den|Dne|Dnia|W dniu|På|Pe|En date du|Il giorno|Vào|"
    r"在|于|於|เมื่อ(?:วันที่)?|ในวันที่|Στις|בתאריך|Mon|Tue|Wed|Thu|Fri|Sat|Sun"
)
_DATE = r"(?:\d{1,4}\s?[-./年]\s?\d{1,2}|\b\d{1,2}:\d\d\b|\b(?:19|20|25)\d\d\b)"

_ADDRESS = r"[^<>\s@]{1,64}@[^<>\s@]{1,255}"
# A verb with what may follow it, and what makes of the words before it more than words.
# They are looked for apart: one pattern for all tries every length of every piece.
_VERB = re.compile(_WROTE, re.IGNORECASE)
_TAIL = re.compile(r"\s*(?:\S{1,60}\s*|[^@]{1,80}@[^@]{1,80})?[:：]?[\W_]{0,8}$")
_HEAD = re.compile(
    rf"^[\W_]{{0,8}}(?:{_STARTS})\b.{{5}}|{_DATE}|<\s?{_ADDRESS}>",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_TAIL = 180
# Where the verb stands in the middle (Am 16.11.26 um 09:00 schrieb Mei Chen:). A name
# begins with no small letter; what someone wrote us himself (schrieb ich Ihnen:) does.
_INVERTED = re.compile(
    rf"^\W{{0,8}}(?:{_STARTS})\b.{{0,80}}{_DATE}.{{0,40}}(?:schrieb|schreef|skrev)\s"
    r"[\"'„“]?(?-i:[^\Wa-zà-ÿ]).{0,100}[:：]\s*$",
    re.IGNORECASE | re.DOTALL,
)
# Where the date comes last, as in Portuguese, German and Polish programs.
_DATE_LAST = re.compile(
    rf"^\W{{0,8}}(?:.{{1,200}}<\s?{_ADDRESS}>\s(?:escreveu|schrieb|napisał\(a\))|"
    rf"Wiadomość napisana przez\s.{{1,250}})\s.{{0,60}}{_DATE}[^:：]{{0,20}}(?::\d\d)*\)?\s?[:：]\s*$",
    re.IGNORECASE | re.DOTALL,
)
# A first line that can only belong to an attribution, whatever the next one says.
OPENS = re.compile(rf"^\W{{0,8}}(?:(?:{_STARTS})\b|\d).{{0,120}}{_DATE}", re.IGNORECASE)
# Cheap to try on every line; only then is the whole attribution looked for.
_MAY_ATTRIBUTE = re.compile(
    rf"(?:{_WROTE}|@[^<>\s@]{{1,255}}>\s*[:：]?\s*$|\d\)?\s?[:：]\s*$)", re.IGNORECASE
)
# Gmail of old, and some phones: a date, a name and an address, no verb.
_DATED_ADDRESS = re.compile(
    rf"^\W{{0,3}}(?:(?=.{{0,120}}{_DATE}).{{6,200}}<\s*{_ADDRESS}>\s*[:：]|"
    rf"(?:19|20)\d\d[-/]\d{{1,2}}[-/]\d{{1,2}}.{{1,200}}<\s*{_ADDRESS}>)\s*$",
    re.DOTALL,
)
_NAMED = re.compile(
    rf"^.{{1,100}}(?:<{_ADDRESS}>|\([^()\s@]{{1,64}}@[^()\s@]{{1,255}}\)).{{0,40}}(?:{_WROTE})\s*[:：]$",
    re.IGNORECASE,
)

_ORIGINAL = (
    r"original message|original appointment|original(?=\s*-)|reply message|message transfé|message d['’]origine|"
    r"message original|ursprüngliche (?:nachricht|mitteilung)|originalnachricht|"
    r"mensaje original|messaggio originale|messaggio inoltrato|mensagem original|"
    r"(?:oorspronkelijk|origine+le?) bericht|oprindelig (?:meddelelse|besked)|ursprungligt meddelande|"
    r"opprinnelig melding|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|"
    r"původní zpráva|исходное сообщение|пересылаемое сообщение|"
    r"原始邮件|(?:回复的)?原邮件|原始郵件|原始信件|转发邮件|元のメッセージ|オリジナル\s?メッセージ|"
    r"ข้อความต้นฉบับ|ข้อความเดิม|원본 메[시세]지|tin nhắn gốc|"
    r"doorgestuurd bericht|antwort nachricht|original e?-?mail|please type your reply above this line"
)
ORIGINAL = re.compile(
    rf"^[\s>*]*[-_=—─]{{2,}}\s*(?:{_ORIGINAL})[^-_=—─]{{0,60}}[-_=—─]*\s*\**$",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"^[\s>*]*(?:[-_]{2,}\s*(?:forwarded (?:message|by)|weitergeleitete (?:nachricht|mail)|"
    r"message transféré|mensaje reenviado|转发的邮件|轉寄的郵件|転送メッセージ|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|przekazana wiadomość|пересланное сообщение|ข้อความที่ส่งต่อ)|"
    r"begin forwarded message:|anfang der weitergeleiteten|début du message réexpédié|"
    r"inizio messaggio inoltrato|inicio del mensaje reenviado|início da mensagem reencaminhada|"
    r"begin doorgestuurd bericht|początek przekazywanej wiadomości|начало переадресованного сообщения|"
    r"以下是转发的邮件|開始轉寄郵件|เริ่มต้นข้อความที่ส่งต่อ|vidarebefordrat brev|videresendt melding)",
    re.IGNORECASE,
)

_FROM = r"from|von|de|da|van|fra|från|od|от|отправитель|发件人|寄件者|寄件人|發件人|差出人|送信者|ส่งจาก|จาก|보낸 ?사람|lähettäjä|kimden|feladó|gönderen"
_OTHER = (
    r"sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|kopie|envoyé(?: le)?|à|objet|"
    r"enviado(?: el| em)?|enviada(?: em)?|fecha|para|asunto|assunto|inviato|data|a|oggetto|"
    r"verzonden|aan|onderwerp|sendt|til|emne|skickat|till|ämne|wysłano|do|dw|temat|"
    r"odesláno|komu|předmět|дата|кому|копия|тема|отправлено|"
    r"发送时间|发送日期|日期|时间|收件人|抄送|主\s?题|寄件日期|收件者|副本|主旨|副本抄送|傳送時間|發送時間|主題|"
    r"送信日時|日時|日付|宛先|件名|ส่งเมื่อ|ส่ง|วันที่|ถึง|สำเนา|หัวเรื่อง|ชื่อเรื่อง|เรื่อง|"
    r"보낸 ?날짜|날짜|받는 ?사람|제목|lähetetty|vastaanottaja|aihe"
)
_HEADER = r"^[\s>]*+\**+\s*+(?:{names})\s{{0,2}}\**\s*[:：]\**(?:\s|[^\s/]|$)"
HEADER_FROM = re.compile(_HEADER.format(names=_FROM), re.IGNORECASE)
HEADER_OTHER = re.compile(_HEADER.format(names=f"{_OTHER}|{_FROM}"), re.IGNORECASE)

QUOTED = re.compile(r"^\s{0,3}(?:>|\|\s(?!.*\|\s*$)|＞)")
RULE = re.compile(r"^\s*(?:_{5,}|-{10,}|={10,})\s*$")


@lru_cache(maxsize=512)  # a line is asked about for each of the lines before it
def may_attribute(line: str) -> bool:
    """Whether an attribution could end in this line."""
    return bool(_MAY_ATTRIBUTE.search(line))


def is_attribution(line: str) -> bool:
    """Whether this line (its breaks undone) says who wrote what is quoted below it."""
    if _ends_in_verb(line) or _INVERTED.match(line):
        return True
    addressed = (_DATED_ADDRESS, _NAMED, _DATE_LAST) if "@" in line else ()
    return any(form.match(line) for form in addressed)


def _ends_in_verb(line: str) -> bool:
    """Whether the line is a date, a name or an address, and then "wrote"."""
    least = len(line) - _LONGEST_TAIL
    ends = (verb for verb in _VERB.finditer(line) if verb.end() >= least)
    verb = next((verb for verb in ends if _TAIL.match(line, verb.end())), None)
    return verb is not None and bool(_HEAD.search(line, 0, verb.start()))
