"""Bytes to text, whatever the label says: declared, detected, never raising.

Order: a byte-order mark; ISO-2022 escapes; UTF-8 if it can only be that; the
declared charset if it fits strictly; the most plausible of the charsets met in
mail (`charset_guess`); at last the declared one with replacement characters.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from evenhand.channels.mail.charset_guess import (
    MULTIBYTE,
    misread_western,
    most_plausible,
)

# What a label means in practice: mailers name the small charset and use the large.
_MEANT = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "gb_2312-80": "gb18030", "gb2312-80": "gb18030", "euc-cn": "gb18030",
    "chinese": "gb18030", "hz-gb-2312": "hz",
    "big5": "cp950", "x-x-big5": "cp950", "big5-eten": "cp950", "cn-big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949",
    "euc-kr": "cp949", "euckr": "cp949", "windows-949": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "ms_kanji": "cp932", "cp932": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "tis-620": "cp874", "iso-8859-11": "cp874", "windows-874": "cp874",
    "iso8859-11": "cp874", "tis620": "cp874",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252",
    "iso-8859-9": "cp1254", "ansi": "cp1252", "windows-1252http-equivcontent-type":
    "cp1252", "x-user-defined": "cp1252", "x-unknown": "cp1252",
    "iso-8859-8-i": "cp1255", "iso-8859-8-e": "cp1255", "visual": "iso8859_8",
    "iso-8859-6-i": "iso8859_6", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
    "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8", "utf-8mb4": "utf-8", "cp-850": "cp850", "koi8": "koi8_r",
}  # fmt: skip
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([IJ]|\$\()")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGH = re.compile(rb"[\x80-\xff]")
_META = re.compile(
    rb"<meta[^>]{0,300}charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE
)
# Codecs that turn bytes into other things than text, or text into text.
# ASCII is here too: on 8-bit text that label says as little as none.
_NOT_CHARSETS = frozenset(
    {"ascii", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
)
# Windows-1252 leaves five bytes undefined; a question mark stands for them.
_NO_HOLES = bytes.maketrans(b"\x81\x8d\x8f\x90\x9d", b"?????")
_WEAK = frozenset({"", "cp1252", "iso8859_15"})
# codecs in which bytes of ASCII mean something else
_WIDE = ("utf_16", "utf_32", "utf_7", "hz", "iso2022")


def codec_name(label: str) -> str:
    """Return the Python codec meant by a charset label, or "" if there is none."""
    return _codec(label[:200]) if label else ""


# Labels come from the mail: the cache is small, a label in it is short.
@lru_cache(maxsize=256)
def _codec(label: str) -> str:
    label = label.strip().strip("\"'").lower().replace(" ", "")[:60]
    wanted = _MEANT.get(label, label)
    if not wanted or not wanted.isascii() or "\0" in wanted:
        return ""
    try:
        found = codecs.lookup(wanted)
    except (LookupError, ValueError, UnicodeError):
        return ""
    name = found.name.replace("-", "_")
    text = found._is_text_encoding  # noqa: SLF001 - the only mark of a text codec
    return name if text and name not in _NOT_CHARSETS else ""


def decode(data: bytes, *, label: str = "") -> str:
    """Turn bytes of a (perhaps wrongly) declared charset into text; never raises.

    The text can be stored: no NUL (PostgreSQL refuses it), no half surrogate (UTF-7
    may hide one).
    """
    if not data:
        return ""
    text = _decoded(data, label)
    text = text.replace("\0", "") if "\0" in text else text
    return _SURROGATE.sub("\ufffd", text)


def _decoded(data: bytes, label: str) -> str:
    if data.isascii() and b"\x1b" not in data and not _wide(label):
        return data.decode("ascii")
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(codec, "replace")
    return _decode_marked(data, codec_name(label))


def html_charset(data: bytes) -> str:
    """Return the charset that an HTML document declares for itself, or ""."""
    found = _META.search(data[:4096])
    return found[1].decode("ascii", "replace") if found else ""


def headers_charset(data: bytes, *, label: str) -> str:
    """Return the charset in which raw 8-bit header fields are read, given a body's label.

    A label that fits ASCII text to other text (UTF-16, UTF-7) is of the body alone:
    fields are ASCII (RFC 5322, 2.2). Where no label says anything, `data` decides, the
    fields and the body together: a name of three characters is too short to judge by.
    """
    declared = codec_name(label)
    if declared.startswith(_WIDE) and not declared.startswith("iso2022"):
        declared = ""
    if declared not in _WEAK or not _HIGH.search(data):
        return declared
    if _strictly(data, "utf-8") is not None:
        return declared
    return most_plausible(data[:20_000], default=declared, declared=declared)


def as_utf8(data: bytes) -> bytes:
    """Return ISO-2022-JP as UTF-8, other bytes as they are.

    Its characters are written with letters and signs of ASCII, such as `<` and `(`: a
    field in it has to be decoded before it is taken apart.
    """
    if b"\x1b" not in data or _HIGH.search(data) or not _ISO_2022_JP.search(data):
        return data
    return data.decode("iso2022_jp_ext", "replace").encode()


def _wide(label: str) -> bool:
    return codec_name(label).startswith(_WIDE)


def _decode_marked(data: bytes, declared: str) -> str:
    if _ISO_2022_JP.search(data) and not _HIGH.search(data):
        return data.decode("iso2022_jp_ext", "replace")
    if declared.startswith(_WIDE):
        strict = _strictly(data, declared)
        return strict if strict is not None else _guessed(data, declared)
    return _decode_unmarked(data, declared)


def _decode_unmarked(data: bytes, declared: str) -> str:
    as_utf8 = _strictly(data, "utf-8")
    as_declared = _strictly(data, declared) if declared not in _WEAK else None
    if as_utf8 is not None and not (as_declared and _only_pairs(as_utf8, declared)):
        return as_utf8
    if as_declared is not None and not (
        declared in MULTIBYTE and misread_western(data[:20_000], declared)
    ):
        return as_declared
    return _guessed(data, declared)


def _only_pairs(as_utf8: str, declared: str) -> bool:
    """Say whether valid UTF-8 is an accident of a two-byte charset (as in GBK)."""
    return declared in MULTIBYTE and all(char < "\u0800" for char in as_utf8)


def _guessed(data: bytes, declared: str) -> str:
    """Decode what fits neither UTF-8 nor its label strictly.

    A little damage (a character cut in two at the end, one bad byte) does not
    change the charset: the declared one is kept while under 3 % is replaced.
    """
    for codec in ("utf-8", declared):
        if codec and codec not in _WEAK:
            text = data.decode(codec, "replace")
            if text.count("\ufffd") * 33 <= len(_HIGH.findall(data[:100_000])):
                return text
    codec = most_plausible(
        data[:20_000], default=declared or "cp1252", declared=declared
    )
    text = data.decode(codec, "replace")
    return text if codec != "cp1252" else _as_windows(data)


def _as_windows(data: bytes) -> str:
    return data.translate(_NO_HOLES).decode("cp1252")


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec) if codec else None
    except (UnicodeError, ValueError):
        return None
