"""How the answer begins: the right person, the right language, seen first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from evenhand.coach.rules.context import primary
from evenhand.coach.rules.faults.spot import Spot
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Reading
from evenhand.coach.rules.scripts import LATIN, LATIN_LANGUAGES, script_of

_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "madam", "and"}
)
_NOBODY = frozenset(
    {"all", "team", "customer", "there", "everyone", "both", "sirs", "colleagues"}
    | {"friend", "friends", "folks", "guest", "again", "valued", "shopper", "client"}
)
_GREETED = {
    "en": re.compile(
        r"\s*(?i:dear|hi|hello|hey|good (?:morning|afternoon|evening)),?[ ]+"
        r"(?P<name>[^\W\d_][^\n,!:;.?]{0,60}(?:\.[^\n,!:;.?]{1,60})?)[,!:;.\n]"
    ),
    "zh": re.compile(
        r"\s*(?:尊敬的|亲爱的)?(?P<name>[\u4e00-\u9fff·]{1,8}?|[A-Za-z][A-Za-z .]{1,40}?)"
        r"\s?(?:先生|女士|小姐|太太|老师|[,，]?您好|[,，]?你好)"
    ),
    "ja": re.compile(
        r"\s*(?P<name>[^\s。、,:]{1,16}(?:\s[^\s。、,:]{1,16})?)\s?(?:様|さま|さん)"
    ),
    "th": re.compile(
        r"\s*(?P<formal>เรียน|สวัสดี(?:ค่ะ|ครับ)?)?\s?คุณ\s?"
        r"(?P<name>[\u0e01-\u0e4e]{2,30}|[A-Za-z]{2,30})(?=[\s,]|$)"
    ),
}
_GENERIC = {
    "zh": re.compile(r"(?:各位|客户|顾客|买家|朋友|亲|用户|会员|老师|您|你|好)*"),
    "ja": re.compile(r"(?:お客|皆|みな|各位|ご担当者)"),
    "th": re.compile(r"ลูกค้า|ผู้"),
}
# คุณ also means "you": without a greeting, a verb after it is no name.
_THAI_VERBS = re.compile(
    r"แจ้ง|บอก|ซื้อ|สั่ง|ต้อง|เคย|ได้|มี|จะ|ไม่|ส่ง|ขอ|ใช้|เลือก|น่า|ควร|สามารถ|พบ|รอ|เดิน|"
    r"ถาม|ทำ|เป็น|อยู่|ยัง|กำลัง|คือ|ที่|เอง|ภาพ|รู้|คิด|อยาก|เห็น|เข้า|จ่าย|โทร|ติดต่อ|เปิด|แกะ|คืน"
)
_PARTICLE = re.compile(r"(?:นะ)?(?:คะ|ค่ะ|ครับ)$")


def no_acknowledgement(reading: Reading) -> Iterator[Spot]:
    """L01: the first two sentences of an answer to a complaint see nobody."""
    if reading.context.kind != "complaint" or not reading.language or not reading.body:
        return
    first = reading.body[0]
    last = reading.body[min(1, len(reading.body) - 1)]
    if not reading.heard(Topic.ACKNOWLEDGE, (0, last.end)):
        yield Spot(first.start, first.end)


def wrong_name(reading: Reading) -> Iterator[Spot]:
    """L17: the salutation names somebody who is not this customer."""
    greeting = _GREETED.get(reading.language)
    if greeting is None or not reading.context.customer_names:
        return
    match = greeting.match(reading.plain.text)
    if match is None or _is_nobody(match, reading.language):
        return
    name = _PARTICLE.sub("", match["name"].strip())
    if not _is_known(name, reading.context.customer_names, reading.language):
        names = ", ".join(reading.context.customer_names)
        yield Spot(*match.span("name"), {"name": name, "names": names})


def wrong_language(reading: Reading) -> Iterator[Spot]:
    """L26: the script of the draft is not that of the customer's language."""
    expected = primary(reading.context.language)
    script = script_of(reading.plain.low)
    if script is None or not reading.body:
        return
    if expected in LATIN_LANGUAGES:
        fits = script == LATIN
    elif expected in {"zh", "ja", "th"}:
        fits = script == expected or (expected, script) == ("ja", "zh")
    else:
        return
    if not fits:
        body = reading.body
        yield Spot(body[0].start, body[-1].end, {"language": expected})


def _is_nobody(match: re.Match[str], language: str) -> bool:
    name = match["name"].strip()
    if language == "en":
        return set(_words(name)) <= _TITLES | _NOBODY
    if language == "th" and not match["formal"] and _THAI_VERBS.match(name):
        return True
    generic = _GENERIC[language].match(name)
    return generic is not None and bool(generic[0])


def _is_known(name: str, names: tuple[str, ...], language: str) -> bool:
    if name.isascii() or language == "en":
        latin = [known for known in names if re.search(r"[A-Za-z]", _bare(known))]
        known_words = {word for known in latin for word in _words(known)}
        said = [word for word in _words(name) if word not in _TITLES]
        return not latin or all(_among(word, known_words) for word in said)
    same_script = [known for known in names if not known.isascii()]
    spoken = re.sub(r"\s", "", name)
    return not same_script or any(_overlaps(spoken, known) for known in same_script)


def _overlaps(spoken: str, known: str) -> bool:
    """Match 陈 with 陈小明, สมศรีคะ with สมศรี, and 山田 with 山田 太郎."""
    parts = [re.sub(r"^(?:คุณ|นาย|นางสาว|นาง)", "", part) for part in known.split()]
    return any(
        part and (spoken.startswith(part) or part.startswith(spoken))
        for part in ("".join(parts), *parts)
    )


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", _bare(name).lower())


def _bare(name: str) -> str:
    """Take accents off: Novák is Novak."""
    apart = unicodedata.normalize("NFD", name)
    return "".join(char for char in apart if not unicodedata.combining(char))


def _among(word: str, known: set[str]) -> bool:
    """Say whether the word is a known name or a short form of one ("Kat", "Chris")."""
    if word in known:
        return True
    return len(word) >= 3 and any(name.startswith(word) for name in known)
