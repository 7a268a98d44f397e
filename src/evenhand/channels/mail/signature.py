"""Where the signature of a mail begins: a mark, a closing phrase, or a block of contacts.

The wordings of the marks are those that mail programs put below a mail by themselves.
"""

from __future__ import annotations

import re

SHORT_LINE = 60
MOST_LINES = 16
FEWEST_CONTACTS = 2
FEWEST_LINES = 3

_PHONES = (
    r"i?(?:phone|pad|pod)|android|samsung|galaxy|xiaomi|redmi|huawei|honor|oppo|vivo"
)
_MARK = re.compile(
    r"^\s*+(?:--|––|—|__|- -|_{10,})\s*$|"
    r"^\s*+(?:(?:get|download) outlook for|sent (?:from|via|with) (?:my\b|the\b|a\b|an\b|"
    r"mail(?:box)?\b|outlook|yahoo|gmail|proton|samsung|blackberry|iphone|ipad|windows|"
    r"mobile|(?:\w+ )?(?:device|phone|mobile|mail|app))|"
    r"(?:von|gesendet (?:von|mit)) (?:meinem?|der|outlook|mail|yahoo|i(?:phone|pad))\b|"
    r"diese (?:nachricht|e-?mail) wurde (?:von|mit) .{1,60} gesendet|"
    r"holen sie sich outlook|"
    r"(?:envoyé|télécharge[rz]|obtene[zr]|obtenir) (?:(?:de|depuis) (?:mon|ma|l|y|outlook|proton)|"
    r"(?:de|à partir de|avec) (?:outlook|mon|ma|yahoo|i(?:phone|pad))|outlook|bluemail)|"
    r"(?:enviado|mandado) (?:desde|con|do|de|a partir d[eo]|pelo|via) (?:mi|meu|minha|o|um|mobile|"
    r"outlook|yahoo|gmail|correo|e-?mail|i(?:phone|pad)|samsung|proton)|"
    r"(?:obtener|obter|obtenha) (?:o )?outlook|"
    r"inviato (?:da|con)(?:l mio|lla mia|l)?\b.{0,4}(?:outlook|yahoo|gmail|libero|virgilio|samsung|"
    r"smartphone|cellulare|dispositivo|tablet|telefono|posta|mail|i(?:phone|pad))|"
    r"(?:scarica|ottieni) outlook|"
    r"verstuurd vana?(?:f|uit)|verzonden (?:vana?(?:f|uit)|met|via)|outlook voor .{2,10} downloaden|"
    r"(?:download|haal) outlook voor|"
    r"sendt fra min|skickat från min|wysłan[eoay] (?:z|za pomocą|przy użyciu)|"
    r"pobierz (?:aplikację )?outlook|отправлено (?:с|из|через)\b|скачать outlook|"
    r"(?:发|發|发送|傳送)自|(?:从|從)我的.{1,20}(?:发送|傳送|传送|寄出)|(?:来|來)自(?:我的|outlook|qq|网易)|"
    r"我的.{1,20}传送|(?:获取|取得|下载) ?(?:.{2,8} ?版 ?)?outlook|使用.{1,20}(?:发送|傳送)$|"
    r"(?:私の)?i?(?:phone|pad)から送信|.{0,20}から送信|.{0,12}outlook.{0,12}を(?:入手|ダウンロード)|"
    r"ส่งจาก\s?(?:i?(?:phone|pad)|มือถือ|อุปกรณ์|โทรศัพท์|เมล|แอป|yahoo|outlook|gmail|samsung)|"
    r"(?:ดาวน์โหลด|รับ)\s?outlook|나의 .{1,12}에서 보냄)"
    r".{0,100}$",
    re.IGNORECASE,
)

# A closing phrase alone on its line; only short lines (a name, a title) follow it.
_SIGN_OFF = re.compile(
    r"^\s*+(?:(?:(?:best|kind|kindest|warm|warmest|many|with (?:best|kind|warm)) )?regards|"
    r"(?:best|all the best|best wishes|take care|(?:yours )?(?:sincerely|faithfully|truly)|yours|"
    r"thank you(?: (?:very much|so much|in advance))?|(?:many )?thanks(?: (?:again|in advance|a lot|so much))?|"
    r"thanks (?:and|&) regards|cheers)|"
    r"(?:mit )?(?:freundlichen|besten|lieben|herzlichen|vielen|schönen) (?:grüßen|grüssen|dank|gruß)|"
    r"mit (?:freundlichem|bestem|liebem) gru(?:ß|ss)|freundliche grü(?:ß|ss)e|"
    r"(?:viele|liebe|beste|schöne|herzliche) grü(?:ß|ss)e|(?:(?:lieben|besten|schönen|vielen) )?(?:gruß|dank)|mfg|lg|vg|"
    r"(?:bien |très )?cordialement|bien à (?:vous|toi)|(?:sincères|meilleures) salutations|"
    r"merci(?: (?:beaucoup|d['’]avance|par avance))?|"
    r"(?:un |muchos )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|"
    r"(?:muchas )?gracias(?: (?:de antemano|por adelantado))?|"
    r"(?:cordiali|distinti|cari) saluti|(?:un )?saluti?|cordialmente|grazie(?: mille)?|"
    r"atenciosamente|(?:com os )?(?:meus )?melhores cumprimentos|cumprimentos|(?:muito )?obrigad[oa]|"
    r"abraços?|att\.?|"
    r"med (?:venlig hilsen|vänliga hälsningar|vennlig hilsen)|(?:mvh|hilsen)|"
    r"(?:met )?(?:vriendelijke|hartelijke) groet(?:en|jes)?|m\.?v\.?g\.?|(?:veel )?groet(?:en|jes)|"
    r"(?:alvast )?bedankt|dank u(?: wel)?|"
    r"z (?:powa[żz]aniem|wyrazami szacunku)|pozdrawiam(?: serdecznie)?|pozdrowienia|dziękuję|"
    r"с уважением|с наилучшими пожеланиями|всего (?:доброго|хорошего)|(?:заранее )?спасибо|"
    r"此致|敬礼|敬禮|祝好|(?:顺|順)?(?:祝|颂|頌)(?:商祺|安好|您?愉快|近安)|谢谢(?:您|你)?|謝謝(?:您|你)?|多谢|感谢|順頌商祺|"
    r"(?:(?:どうぞ|何卒)?(?:宜しく|よろしく)お(?:願|ねが)い(?:いた|致)?し(?:ます|申し上げます))|以上|敬具|草々|"
    r"ขอบคุณ(?:มาก)?(?:ค่ะ|ครับ|นะคะ|นะครับ)?|(?:ขอแสดง|ด้วย)ความนับถือ)\s*[,.!，。！、]?\s*$",
    re.IGNORECASE,
)
_NAME_LINE = re.compile(r"^\s*[-–—/]\s?[^\W\d_]{2,20}(?: [^\W\d_]{1,20}){0,2}\s*$")
# One symbol or two in turn, all along the line, as desks in Japan draw it.
_RULE = re.compile(r"^\s*([-_=*~#+・─━═—＝＊～＿☆★◇◆□■])(\S?)(?:\1\2){3,}\S?\s*$")
# An address, a number, a page or a post code, with at most a label before it.
_CONTACT = re.compile(
    r"^\W*(?:(?:e-?mail|mail|mob(?:ile|il)?|handy|tel\w{0,6}|phone|cell|[tmfew]|fax|web|skype|url|"
    r"(?:电|電)(?:话|話)|手机|手機|邮箱|郵箱|携帯|メール|โทร\w{0,12}|อีเมล|тел\w{0,6}|моб\w{0,6}|почта)\s?[.:：|]?\s*)?"
    r"(?:[^\s@]+@[^\s@]+\.\w+|(?:https?://|www\.)\S+|\+?[(\d][\d\s().\-/]{6,20}|〒\d{3}-?\d{4}.*)\W*$",
    re.IGNORECASE,
)


def signature_start(lines: list[str], *, longest: int) -> int:
    """Return the line that opens the signature, or the number of lines without one.

    A line is looked at up to `longest` characters.
    """
    for at, line in enumerate(lines):
        if _MARK.match(line[:longest]):
            return _sign_off_before(lines, at)
    end = _contacts_before(lines, _trimmed(lines))
    return _sign_off_before(lines, end)


def _trimmed(lines: list[str]) -> int:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _sign_off_before(lines: list[str], end: int) -> int:
    said = [at for at in range(max(0, end - 14), end) if lines[at].strip()][-7:]
    for place, at in enumerate(said):
        follows = [lines[after] for after in said[place + 1 :]]
        short = all(len(line) <= SHORT_LINE for line in follows)
        if follows and short and _SIGN_OFF.match(lines[at][:200]):
            return at
    last = said[-1] if said else end
    return last if said and _NAME_LINE.match(lines[last]) else end


def _contacts_before(lines: list[str], end: int) -> int:
    """Find a block of short lines at the end, two of them a way to reach its writer.

    It stands below a blank line or below a rule; of several rules the first opens it.
    """
    opened = end
    contacts = count = 0
    for at in range(end - 1, max(-1, end - 2 * MOST_LINES), -1):
        line = lines[at].strip()
        if len(line) > SHORT_LINE or count > MOST_LINES:
            break
        count += bool(line)
        contacts += bool(_CONTACT.match(line))
        ruled = bool(_RULE.match(line))
        below_blank = at == 0 or not lines[at - 1].strip()
        enough = line and contacts >= FEWEST_CONTACTS and count >= FEWEST_LINES
        if enough and (ruled or (below_blank and opened == end)):
            opened = at
    return opened
